// What to do today, in the order in which one walks.

import { chip, day, h, isoDay, link, notice } from '../dom.js';
import { LATE, standing } from '../outbox.js';
import { show } from '../keys.js';
import { formOf, headOf, pack, tasks } from '../pack.js';
import * as store from '../store.js';
import { trouble } from '../sync.js';
import { figure, language, t } from '../words.js';

const SHOWN = 40;

export async function today() {
  const list = tasks();
  const shown = list.slice(0, SHOWN);
  const title = new Date().toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'numeric' });
  return { title: t('today'), body: [
    h('p', { class: 'when' }, title), await warnings(), notices(),
    h('div', { class: 'pair' }, link('#search', t('find_house'), '', 'search'), link('#difficulty', t('difficulty'), 'second', 'flag')),
    await drafts(), figures(),
    h('h2', null, list.length ? t('today_list', { n: list.length }) : t('today_empty_title')),
    list.length ? h('ol', { class: 'cards' }, shown.map(taskCard)) : h('div', { class: 'empty' }, h('p', null, t('today_empty'))),
    list.length > SHOWN && h('p', { class: 'hint' }, t('today_more', { n: list.length - SHOWN })),
  ] };
}

/** What must not be missed: work that lies too long, a phone that must be enrolled again, a pack that was too large. */
export async function warnings() {
  const { unsent, needs, oldest } = await standing();
  const limit = pack.rest?.limit;
  return [
    trouble.kind && notice('red', h('p', null, trouble.message || t(`trouble_${trouble.kind}`)), trouble.kind === 're_enrol' && link('#enrol', t('enrol_again'), 'second')),
    oldest && Date.now() - oldest > LATE && notice('red', h('p', null, h('b', null, t('late_title', { n: unsent }))), h('p', null, t('late')), link('#outbox', t('outbox_open'), 'second')),
    needs > 0 && notice('gold', h('p', null, t('needs_you', { n: needs })), link('#outbox', t('look'), 'second')),
    limit && limit.sentence && notice('gold', h('p', null, limit.sentence)),
  ];
}

/** "You told us, we did": answers to difficulties, to be told at the house. */
function notices() {
  return (pack.rest?.notices || []).filter((one) => !one.told).slice(0, 3).map((one) => notice('', one.about && h('p', { class: 'hint' }, t('you_told', { words: one.about })),
    h('p', null, one.text), pack.households.has(one.household) && link(`#house/${one.household}`, t('to_house'), 'second')));
}

/** What was begun and not finished: a telephone that went dark in mid-form loses nothing. */
async function drafts() {
  const rows = (await Promise.all((await store.all('drafts')).map(show))).filter((one) => one && one.form);
  if (!rows.length) return null;
  return [h('h2', null, t('drafts')), h('ul', { class: 'rows' }, rows.map((one) => {
    const household = pack.households.get(one.context.household);
    return h('li', null, h('a', { href: `#draft/${one.id}` }, h('b', null, formOf(one.form)?.title || one.form), household && h('span', { class: 'hint' }, household.a || household.c)));
  }))];
}

/** Goals with the pace: how many should be done by today. */
function figures() {
  const rows = (pack.rest?.figures || []).filter((one) => one.goal);
  if (!rows.length) return null;
  return h('section', { class: 'card goals', 'aria-labelledby': 'goals' }, h('h2', { id: 'goals' }, t('goals')), rows.map((one) => {
    const behind = one.expected !== null && one.expected !== undefined && one.done < one.expected;
    const pace = one.expected === null || one.expected === undefined ? '' : t(behind ? 'pace_behind' : 'pace_good', { expected: figure(one.expected) });
    return h('div', { class: 'goal' }, h('p', null, h('span', null, one.title), h('b', null, t('of_goal', { done: figure(one.done), goal: figure(one.goal) }))),
      h('progress', { max: one.goal, value: Math.min(one.done, one.goal), 'aria-label': one.title }), pace && h('p', { class: `hint ${behind ? 'behind' : ''}` }, pace));
  }));
}

/** @param {any} task */
export function taskCard(task) {
  const household = pack.households.get(task.household);
  const person = household && household.p.find((one) => one.i === task.person);
  const head = household ? headOf(household) : null;
  const target = household ? `#task/${task.id}` : '#today';
  return h('li', { class: 'card' }, h('p', { class: 'card-top' }, due(task)),
    h('h3', null, h('a', { href: target }, task.title)),
    household && h('p', null, [person ? person.n : head && head.n, household.a || household.c].filter(Boolean).join(' · ')),
    task.why && h('p', { class: 'hint' }, task.why));
}

/** Late, soon or on time: word, shape and colour. @param {any} task */
export function due(task) {
  if (!task.due) return null;
  const now = isoDay();
  const soon = isoDay(new Date(Date.now() + 3 * 86400000));
  const when = day(task.due);
  if (task.due < now) return chip(t('due_late', { day: when }), 'red', '■');
  return task.due <= soon ? chip(t('due_soon', { day: when }), 'gold', '▲') : chip(t('due_on', { day: when }), '', '●');
}
