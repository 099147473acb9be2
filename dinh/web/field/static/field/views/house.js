// A house and who lives in it: what is known, and what is done there.

import { newDraft, visitOfToday } from '../acts.js';
import { button, chip, day, go, h, isoDay, link, moment, notice, t } from '../dom.js';
import { age } from '../expr.js';
import { saveDraft } from '../forms.js';
import { show } from '../keys.js';
import { history } from '../outbox.js';
import { formOf, headOf, pack, titleOf, villageOf } from '../pack.js';
import * as store from '../store.js';
import { due } from './day.js';

const SAME = ['household', 'person', 'about', 'assignment', 'village', 'procedure'];

/** What was begun and not finished. */
export async function drafts() {
  return (await Promise.all((await store.all('drafts')).map(show))).filter((one) => one && one.form);
}

/** Begin an activity, or a request: go on with the one that was begun here, and forget those that were only looked at. */
export async function begin(form, context) {
  const kept = await drafts();
  const same = kept.find((one) => one.form === form && !one.replaces && SAME.every((key) => (one.context[key] ?? null) === (context[key] ?? null)));
  const idle = kept.filter((one) => !one.touched && one !== same);
  if (idle.length) await store.write(idle.map((one) => ({ store: 'drafts', del: one.id })));
  const draft = same || newDraft(form, context);
  if (!same) await saveDraft(draft, false);
  go(`draft/${draft.id}`);
}

export const missing = () => ({ title: t('gone_title'), back: '#today', body: [h('p', null, t('gone'))] });

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

export function activity(form, context, label, kind, sign) {
  return formOf(form) ? button(label, () => begin(form, context), kind, sign) : null;
}

export function lineOf(person) {
  const years = person.b ? age(person.b, isoDay()) : null;
  return [person.h ? t('head') : titleOf('household_relations', person.r) || titleOf('relations', person.r), years === null ? '' : t('years', { n: years }), person.b ? day(person.b) : ''].filter(Boolean).join(' · ');
}

const YES = (value, yes, no) => (value === true ? yes : value === false ? no : null);

function factsOf(household) {
  const o = household.o || {};
  return [
    YES(o.has_device, chip(t('fact_device'), 'green', '●'), chip(t('fact_no_device'), 'gold', '▲')),
    o.mobile && chip(t('labelled', { label: t('fact_mobile'), value: titleOf('network_strengths', o.mobile) })),
    YES(o.broadband, chip(t('fact_broadband')), null),
    o.power && chip(t('labelled', { label: t('fact_power'), value: titleOf('power_supplies', o.power) })),
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
