// A house, a person of it, a task about it: what is known, what was done, and what can be done now.

import { age } from '../expr.js';
import { newDraft, tellOne, visitOfToday } from '../acts.js';
import { announce, button, chip, choices, day, h, isoDay, link, moment, notice, showFaults } from '../dom.js';
import { saveDraft } from '../forms.js';
import { history } from '../outbox.js';
import { formOf, headOf, pack, putAway, titleOf, villageOf } from '../pack.js';
import { go } from '../route.js';
import { talk } from '../sync.js';
import { t } from '../words.js';
import { due } from './today.js';

/** Begin an activity, or a request, as a draft. @param {string} form @param {any} context */
export async function begin(form, context) {
  const draft = newDraft(form, context);
  await saveDraft(draft);
  go(`draft/${draft.id}`);
}

const missing = () => ({ title: t('gone_title'), back: '#today', body: [h('p', null, t('gone'))] });

/** @param {string} id */
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

/** Activities of the server that this app has no button of its own for. */
function others(household, person) {
  const own = ['visit', 'assist', 'difficulty', 'coverage', 'newcomer', 'skills', 'workshop', 'revisit', 'person', 'correct'];
  return (pack.forms?.activities || []).filter((one) => !own.includes(one.id) && (one.about || 'household') === (person ? 'person' : 'household'))
    .map((one) => activity(one.id, { household: household.i, person: person ? person.i : null }, one.title, 'second', 'file'));
}

/** A button for an activity, when the server offers it. */
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

/** What I did here, with its codes. @param {string} id of a house or person */
async function past(id) {
  const rows = (await history()).filter((row) => (row.told.about || []).includes(id)).slice(0, 12);
  if (!rows.length) return null;
  return [h('h2', null, t('past')), h('ul', { class: 'rows' }, rows.map((row) => h('li', null, h('a', { href: `#op/${row.op_id}` },
    h('b', null, row.told.label), h('span', { class: 'hint' }, `${moment(row.at)} · ${t(`state_${row.state}`)} · ${row.receipt}`)))))];
}

const LADDER = ['electronic_id', 'service_account', 'health_record', 'insurance_app', 'bank_account'];

/** @param {string} id */
export async function person(id) {
  const household = pack.ofPerson.get(id);
  const one = household && household.p.find((row) => row.i === id);
  if (!one) return missing();
  const k = one.k || {};
  const context = { household: household.i, person: id };
  return { title: one.n, back: `#house/${household.i}`, body: [
    h('p', { class: 'when' }, lineOf(one)),
    h('div', { class: 'grid' }, activity('assist', context, t('do_assist'), '', 'hand'), link(`#file/${household.i}/${id}`, t('do_file'), 'second', 'file'),
    h('dl', { class: 'facts' },
      fact(t('fact_sex'), t(`sex_${one.s || ''}`)), fact(t('fact_number'), one.l ? `•••• ${one.l}` : t('unknown')),
      LADDER.map((field) => fact(t(`ladder_${field}`), t(`rung_${field === 'electronic_id' ? 'id_' : ''}${k[field] || 0}`))),
      fact(t('fact_skills'), skillsOf(k.skills)), YES(k.has_device, fact(t('fact_device_own'), t('yes')), fact(t('fact_device_own'), t('no')))),
      activity('skills', context, t('do_skills'), 'second', 'star'), activity('person', context, t('do_person'), 'second', 'pen'), activity('correct', context, t('do_correct'), 'second', 'pen'), ...others(household, one)),
    await past(id),
  ] };
}

const fact = (label, value) => h('div', null, h('dt', null, label), h('dd', null, value));

function skillsOf(skills) {
  const known = Object.entries(skills || {}).filter(([, rung]) => rung > 0);
  if (!known.length) return t('unknown');
  return known.map(([code, rung]) => `${titleOf('basic_skills', code)} (${t(`skill_${rung}`)})`).join('; ');
}

/** @param {string} id of an assignment */
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

/** Why a task is not done. @param {string} id */
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
