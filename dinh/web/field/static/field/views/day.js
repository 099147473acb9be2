// The day's work: the list, houses, people, tasks.

import { newDraft, tellOne, visitOfToday } from '../acts.js';
import { announce, button, chip, choices, day, figure, go, h, isoDay, language, link, moment, notice, question, showFaults, t } from '../dom.js';
import { age } from '../expr.js';
import { saveDraft } from '../forms.js';
import { show } from '../keys.js';
import { NoLine, Said, ask } from '../net.js';
import { LATE, history, standing } from '../outbox.js';
import { entries, formOf, headOf, pack, putAway, tasks, titleOf, villageOf } from '../pack.js';
import { find as findIn } from '../search.js';
import * as store from '../store.js';
import { talk, trouble } from '../sync.js';

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

/** Begin an activity, or a request, as a draft. */
export async function begin(form, context) {
  const draft = newDraft(form, context);
  await saveDraft(draft);
  go(`draft/${draft.id}`);
}

const missing = () => ({ title: t('gone_title'), back: '#today', body: [h('p', null, t('gone'))] });

export async function house(id) {
  const household = pack.households.get(id);
  if (!household) return missing();
  const visit = await visitOfToday(id);
  const facts = factsOf(household);
  const open = (pack.rest?.tasks || []).filter((one) => one.household === id && (!one.state || one.state === 'ready'));
  const head = headOf(household);
  return { title: household.a || household.c, back: 'history', body: [
    h('p', { class: 'when' }, [head && t('house_of', { name: head.n }), villageOf(household.f)?.name, household.c].filter(Boolean).join(' · ')),
    household.o?.refused_on && notice('gold', h('p', null, t('refused_on', { day: day(household.o.refused_on) }))),
    facts.length > 0 && h('p', { class: 'chips' }, facts),
    visit ? notice('green', h('p', null, t('visited_today')))
      : h('div', { class: 'actions' }, activity('visit', { household: id }, t('do_visit'), '', 'door')),
    open.length > 0 && [h('h2', null, t('tasks_here')), h('ul', { class: 'cards' }, open.map((task) => h('li', { class: 'card' }, h('p', { class: 'card-top' }, due(task)),
      h('h3', null, h('a', { href: `#task/${task.id}` }, task.title)), task.why && h('p', { class: 'hint' }, task.why))))],
    h('h2', null, t('people_here', { n: household.p.length })),
    h('ul', { class: 'rows' }, household.p.map((person) => h('li', null, h('a', { href: `#person/${person.i}` }, h('b', null, person.n), h('span', { class: 'hint' }, lineOf(person)))))),
    activity('newcomer', { household: id }, t('do_newcomer'), 'quiet', 'plus'),
    h('h2', null, t('do_here')),
    h('div', { class: 'grid' }, activity('assist', { household: id }, t('do_assist'), 'second', 'hand'), link(`#file/${id}`, t('do_file'), 'second', 'file'),
      activity('difficulty', { household: id }, t('difficulty'), 'second', 'flag'), activity('coverage', { household: id }, t('do_coverage'), 'second', 'signal'),
      ...others(household, null)),
    await past(id),
  ] };
}

/** What the server offers beside our own buttons. */
function others(household, person) {
  const own = ['visit', 'assist', 'difficulty', 'coverage', 'newcomer', 'skills', 'workshop', 'revisit', 'person', 'correct'];
  return (pack.forms?.activities || []).filter((one) => !own.includes(one.id) && (one.about || 'household') === (person ? 'person' : 'household'))
    .map((one) => activity(one.id, { household: household.i, person: person ? person.i : null }, one.title, 'second', 'file'));
}

function activity(form, context, label, kind, sign) {
  return formOf(form) ? button(label, () => begin(form, context), kind, sign) : null;
}

function lineOf(person) {
  const years = person.b ? age(person.b, isoDay()) : null;
  return [person.h ? t('head') : titleOf('household_relations', person.r) || titleOf('relations', person.r), years === null ? '' : t('years', { n: years }), person.b ? day(person.b) : ''].filter(Boolean).join(' · ');
}

const YES = (value, yes, no) => (value === true ? yes : value === false ? no : null);

function factsOf(household) {
  const o = household.o || {};
  return [
    YES(o.has_device, chip(t('fact_device'), 'green', '●'), chip(t('fact_no_device'), 'gold', '▲')),
    o.mobile && chip(`${t('fact_mobile')}: ${titleOf('network_strengths', o.mobile)}`),
    YES(o.broadband, chip(t('fact_broadband')), null),
    o.power && chip(`${t('fact_power')}: ${titleOf('power_supplies', o.power)}`),
    o.skilled && chip(t('fact_skilled', { name: household.p.find((one) => one.i === o.skilled)?.n || '' }), 'green', '●'),
    ...(o.needs || []).map((code) => chip(titleOf('house_needs', code), 'gold', '▲')),
    o.last_visit && chip(t('fact_last_visit', { day: day(o.last_visit) })),
  ].filter(Boolean);
}

/** What I did here, with its codes. */
async function past(id) {
  const rows = (await history()).filter((row) => (row.told.about || []).includes(id)).slice(0, 12);
  if (!rows.length) return null;
  return [h('h2', null, t('past')), h('ul', { class: 'rows' }, rows.map((row) => h('li', null, h('a', { href: `#op/${row.op_id}` },
    h('b', null, row.told.label), h('span', { class: 'hint' }, `${moment(row.at)} · ${t(`state_${row.state}`)} · ${row.receipt}`)))))];
}

const LADDER = ['electronic_id', 'service_account', 'health_record', 'insurance_app', 'bank_account'];

export async function person(id) {
  const household = pack.ofPerson.get(id);
  const one = household && household.p.find((row) => row.i === id);
  if (!one) return missing();
  const k = one.k || {};
  const context = { household: household.i, person: id };
  return { title: one.n, back: `#house/${household.i}`, body: [
    h('p', { class: 'when' }, lineOf(one)),
    h('div', { class: 'grid' }, activity('assist', context, t('do_assist'), '', 'hand'), link(`#file/${household.i}/${id}`, t('do_file'), 'second', 'file'),
      activity('skills', context, t('do_skills'), 'second', 'star'), activity('person', context, t('do_person'), 'second', 'pen'), activity('correct', context, t('do_correct'), 'second', 'pen'), ...others(household, one)),
    h('dl', { class: 'facts' },
      fact(t('fact_sex'), t(`sex_${one.s || ''}`)), fact(t('fact_number'), one.l ? `•••• ${one.l}` : t('unknown')),
      LADDER.map((field) => fact(t(`ladder_${field}`), t(`rung_${field === 'electronic_id' ? 'id_' : ''}${k[field] || 0}`))),
      fact(t('fact_skills'), skillsOf(k.skills)), YES(k.has_device, fact(t('fact_device_own'), t('yes')), fact(t('fact_device_own'), t('no')))),
    await past(id),
  ] };
}

const fact = (label, value) => h('div', null, h('dt', null, label), h('dd', null, value));

function skillsOf(skills) {
  const known = Object.entries(skills || {}).filter(([, rung]) => rung > 0);
  if (!known.length) return t('unknown');
  return known.map(([code, rung]) => `${titleOf('basic_skills', code)} (${t(`skill_${rung}`)})`).join('; ');
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
    h('p', null, h('a', { class: 'button second', href: `#house/${household.i}` }, [who?.n || headOf(household)?.n, household.a].filter(Boolean).join(' · '))),
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

let last = '';
let village = '';

export function find() {
  const list = h('ul', { class: 'rows' });
  const count = h('p', { class: 'hint', role: 'status' });
  const input = h('input', { type: 'search', value: last, autocomplete: 'off', enterkeyhint: 'search', oninput: () => { last = input.value; draw(); } });
  const villages = pack.rest?.villages || [];
  const select = h('select', { onchange: () => { village = select.value; draw(); } }, h('option', { value: '' }, t('all_villages')),
    villages.map((one) => h('option', { value: one.id, selected: one.id === village }, one.name)));
  const draw = () => {
    const found = findIn(entries(), last, { village, most: 40 });
    list.replaceChildren(...found.map(row));
    count.textContent = last.trim() ? (found.length ? t('found', { n: found.length }) : t('found_none')) : '';
  };
  draw();
  const online = h('details', { class: 'card' }, h('summary', null, t('lookup_title')), lookup());
  return { title: t('find_title'), body: [
    h('form', { role: 'search', onsubmit: (event) => { event.preventDefault(); input.blur(); } }, question('q', t('find_label'), input, t('find_hint')),
      villages.length > 1 && question('village', t('village'), select)),
    count, list, online,
  ], focus: last ? '' : '#q' };
}

function row({ household, person }) {
  const village_ = villageOf(household.f)?.name || '';
  const address = household.a || household.c;
  const place = address.includes(village_) ? address : `${address}, ${village_}`;
  if (!person) {
    const head = headOf(household);
    return h('li', null, h('a', { href: `#house/${household.i}` }, h('b', null, household.a || household.c), h('span', { class: 'hint' }, [head && head.n, village_].filter(Boolean).join(', '))));
  }
  const years = person.b ? age(person.b, isoDay()) : null;
  return h('li', null, h('a', { href: `#person/${person.i}` }, h('b', null, person.n),
    h('span', { class: 'hint' }, [person.b ? day(person.b) : '', years === null ? '' : t('years', { n: years }), place].filter(Boolean).join(' · '))));
}

/** By a card's number, or name and year: asked of the commune, for the number is not on this phone. */
function lookup() {
  const number = h('input', { inputmode: 'numeric', autocomplete: 'off', class: 'w-medium' });
  const said = h('div', { role: 'status' });
  return h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const typed = number.value.replace(/\D/g, '');
    if (!typed) return;
    try {
      const told = await ask('lookup', { method: 'POST', json: { number: typed } });
      number.value = '';
      const rows = (told.found || []).map((one) => ({ household: pack.households.get(one.household), id: one.person })).filter((one) => one.household)
        .map((one) => row({ household: one.household, person: one.household.p.find((other) => other.i === one.id) }));
      said.replaceChildren(rows.length ? h('ul', { class: 'rows' }, rows) : h('p', null, t(told.where === 'elsewhere' ? 'lookup_elsewhere' : 'lookup_unknown')));
    } catch (error) {
      if (!(error instanceof NoLine) && !(error instanceof Said)) throw error;
      said.replaceChildren(h('p', null, error instanceof Said ? error.message : t('lookup_no_line')));
    }
    announce(said.textContent);
  } }, question('number', t('lookup_number'), number, t('lookup_hint')), h('button', { class: 'button second' }, t('lookup')), said);
}
