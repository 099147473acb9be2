// The day's work: the list in walking order, and one task.

import { tellOne } from '../acts.js';
import { announce, button, chip, choices, day, figure, go, h, isoDay, language, link, notice, showFaults, t } from '../dom.js';
import { LATE, standing } from '../outbox.js';
import { formOf, headOf, pack, putAway, tasks } from '../pack.js';
import { talk, trouble } from '../sync.js';
import { activity, drafts, missing } from './house.js';

const SHOWN = 40;

export async function today() {
  const list = tasks();
  const shown = list.slice(0, SHOWN);
  const title = new Date().toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'numeric' });
  return { title: t('today'), body: [
    h('p', { class: 'when' }, title), await warnings(), notices(),
    h('div', { class: 'pair' }, link('#search', t('find_house'), '', 'search'), link('#difficulty', t('difficulty'), 'second', 'flag')),
    await begun(), figures(),
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

/** A telephone that went dark in mid-form loses nothing. */
async function begun() {
  const rows = (await drafts()).filter((one) => one.touched);
  if (!rows.length) return null;
  return [h('h2', null, t('drafts')), h('ul', { class: 'rows' }, rows.map((one) => {
    const household = pack.households.get(one.context.household);
    const person = household?.p.find((row) => row.i === one.context.person);
    return h('li', null, h('a', { href: `#draft/${one.id}` }, h('b', null, formOf(one.form)?.title || one.form),
      household && h('span', { class: 'hint' }, [person?.n, household.a || household.c].filter(Boolean).join(' · '))));
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

/** Late, soon or on time: word, shape and colour. */
export function due(task) {
  if (!task.due) return null;
  const now = isoDay();
  const soon = isoDay(new Date(Date.now() + 3 * 86400000));
  const when = day(task.due);
  if (task.due < now) return chip(t('due_late', { day: when }), 'red', '■');
  return task.due <= soon ? chip(t('due_soon', { day: when }), 'gold', '▲') : chip(t('due_on', { day: when }), '', '●');
}

export async function task(id) {
  const one = (pack.rest?.tasks || []).find((row) => row.id === id);
  const household = one && pack.households.get(one.household);
  if (!one || !household) return missing();
  const who = household.p.find((row) => row.i === one.person);
  const context = { household: household.i, person: one.person || null, assignment: id, checks: one.checks };
  const entity = { type: 'assignment', id };
  const about = [household.i, one.person].filter(Boolean);
  const done = async (kind, subject, body, label) => {
    const told = await tellOne(kind, subject, body, label, about);
    if (kind !== 'task.done') await tellOne('task.done', entity, { assignment: id, note: '' }, t('task_done_label'), about);
    await putAway(id, 'done');
    talk();
    announce(t('kept', { receipt: told.receipt }));
    go(`receipt/${told.op_id}`, true);
  };
  const main = () => {
    const subject = one.subject || {};
    if (one.act === 'result') return button(t('do_brought'), () => done('result.brought', subject, { [subject.type]: subject.id }, one.title), '', 'door');
    if (one.act === 'answer') return button(t('do_told'), () => done('answer.told', subject, { difficulty: subject.id }, one.title), '', 'flag');
    if (one.act === 'file') return link(`#file/${household.i}/${one.person || ''}/${one.procedure || ''}`, t('do_file'), '', 'file');
    const form = formOf(one.act || 'visit') ? one.act || 'visit' : 'visit';
    return activity(form, context, form === 'visit' ? t('do_visit') : formOf(form).title, '', 'door') || button(t('do_done'), () => done('task.done', entity, { assignment: id, note: '' }, one.title));
  };
  return { title: one.title, back: 'history', body: [
    h('p', null, due(one)), one.why && h('p', { class: 'large' }, one.why),
    h('p', null, link(`#house/${household.i}`, [who?.n || headOf(household)?.n, household.a].filter(Boolean).join(' · '), 'second', 'home')),
    h('div', { class: 'actions' }, main(), one.act && one.act !== 'visit' && button(t('do_done'), () => done('task.done', entity, { assignment: id, note: '' }, one.title), 'second', 'check')),
    h('div', { class: 'actions' }, link(`#skip/${id}`, t('do_skip'), 'quiet')),
  ] };
}

/** Why a task is not done. */
export function skip(id) {
  const one = (pack.rest?.tasks || []).find((row) => row.id === id);
  if (!one) return missing();
  const reasons = (pack.forms?.lists?.skip_reasons || []).map((row) => [row.code ?? row[0], row.title ?? row[1]])
    .filter(([code]) => !one.skip?.length || one.skip.includes(code));
  const form = h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const reason = form.querySelector('input:checked')?.value;
    if (!reason) { showFaults(form, [{ id: 'reason', message: t('skip_missing') }]); return; }
    const told = await tellOne('task.skip', { type: 'assignment', id }, { assignment: id, reason, note: '' }, `${t('do_skip')}: ${one.title}`, [one.household, one.person].filter(Boolean));
    await putAway(id, 'skipped');
    talk();
    announce(t('kept', { receipt: told.receipt }));
    go('today', true);
  } }, choices('reason', t('skip_why'), reasons, ''), h('div', { class: 'actions' }, h('button', { class: 'button' }, t('keep'))));
  return { title: one.title, back: 'history', body: [form] };
}
