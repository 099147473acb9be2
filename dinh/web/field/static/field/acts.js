// From answers to operations: what the node is told of a visit, of help, of a request, of a workshop.
// The keys of each body are those of dinh/outreach/rules/kinds.py.

import { uuid7 } from './seal.js';
import { hide, session, show } from './keys.js';
import { now } from './net.js';
import { finish } from './outbox.js';
import { pack, putAway, suppose } from './pack.js';
import { isoDay, t } from './dom.js';
import * as store from './store.js';

/** form id -> kind, where they differ */
const KINDS = { assist: 'assistance', skills: 'facts', network: 'facts', house: 'facts', person: 'facts', correct: 'correction', revisit: 'visit' };

export const kindOf = (form) => form.kind || KINDS[form.id] || form.id;

const RUNGS = ['electronic_id', 'service_account', 'health_record', 'insurance_app', 'bank_account'];
/** form field -> short key of the pack, for the few that differ */
const HERE = { full_name: 'n', birth: 'b', sex: 's', relation: 'r' };

const at = (household) => ({ type: 'household', id: household.i });

const who = (person, household) => (person ? { type: 'person', id: person.i } : at(household));

/** What the phone shows now of a field. */
export function shownNow(household, person, field) {
  if (!person) return (household.o || {})[field] ?? null;
  if (field in HERE) return person[HERE[field]] ?? null;
  const facts = person.k || {};
  if (field.startsWith('skills.')) return (facts.skills || {})[field.slice(7)] ?? null;
  return facts[field] ?? null;
}

function write(household, person, field, value) {
  if (!person) { household.o = { ...household.o, [field]: value }; return; }
  if (field in HERE) { person[HERE[field]] = value; return; }
  person.k = person.k || {};
  if (field.startsWith('skills.')) person.k.skills = { ...person.k.skills, [field.slice(7)]: value };
  else person.k[field] = value;
}

const RUNG = /^(skills\.|electronic_id$|service_account$|health_record$|insurance_app$|bank_account$)/;
const number = (field, value) => (RUNG.test(field) && /^\d$/.test(String(value)) ? Number(value) : value);

/** The visit of this day in a house: help given belongs to it. */
export async function visitOfToday(household) {
  const kept = (await show(await store.get('kv', 'visits'))) || {};
  const found = kept[household];
  return found && found.day === isoDay() ? found.id : null;
}

async function keepVisit(household, id) {
  const kept = (await show(await store.get('kv', 'visits'))) || {};
  const today = isoDay();
  for (const key of Object.keys(kept)) if (kept[key].day !== today) delete kept[key];
  kept[household] = { id, day: today };
  await store.write([{ store: 'kv', key: 'visits', put: await hide(kept) }]);
}

/** Finish a draft. */
export async function finishDraft(form, draft, values, answers) {
  const { household: houseId, person: personId, assignment } = draft.context;
  const household = pack.households.get(houseId);
  const person = personId && household ? household.p.find((one) => one.i === personId) : null;
  const kind = draft.context.procedure ? 'filing' : kindOf(form);
  const about = [houseId, personId].filter(Boolean);
  const common = { op_id: draft.op_id, form: { id: form.id, version: form.version, sha256: form.sha256 }, about, label: labelOf(form, household, person),
    replaces: draft.replaces, copy: { form: form.id, context: draft.context, raw: draft.raw, own: draft.own, sealed: draft.sealed, sources: draft.sources, files: draft.files } };
  const visit = houseId ? await visitOfToday(houseId) : null;
  const make = MAKERS[kind];
  if (!make) throw new Error(`no such act: ${kind}`);
  const act = { ...common, kind, ...make({ form, draft, values, answers, household, person, visit }) };
  const more = [];
  if (assignment && kind !== 'facts') {
    more.push({ kind: 'task.done', entity: { type: 'assignment', id: assignment }, body: { assignment, note: '' }, label: t('task_done_label'), about });
  }
  const [told] = await finish([act, ...more], draft.id, draft.files.map((one) => one.sha256));
  if (kind === 'visit') {
    await keepVisit(houseId, told.op_id);
    await suppose(houseId, (one) => { one.o = { ...one.o, last_visit: isoDay() }; });
  }
  if (act.body.changes && household) {
    await suppose(houseId, (one) => {
      const same = personId ? one.p.find((row) => row.i === personId) : null;
      for (const [field, [, value]] of Object.entries(act.body.changes)) write(one, same, field, value);
    });
  }
  if (assignment) await putAway(assignment, 'done');
  return told;
}

const labelOf = (form, household, person) => [form.title, person ? person.n : household ? household.a || household.c : ''].filter(Boolean).join(' – ');
const minutesSince = (start) => Math.max(0, Math.min(600, Math.round((Date.now() - start) / 60000)));
const pick = (values, names) => Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));

const MAKERS = {
  visit: ({ draft, values, household }) => ({
    entity: at(household), base: household.v,
    body: { household: household.i, met: values.outcome === 'met' ? draft.own.met || [] : [], minutes: minutesSince(draft.at), ...pick(values, ['outcome', 'minutes', 'companion_badge', 'agrees', 'slip', 'note']),
      ...(draft.context.checks ? { checks: draft.context.checks } : {}) },
  }),
  assistance: ({ values, household, person, visit }) => {
    const ladder = {};
    for (const [field, value] of Object.entries(values)) {
      const name = field.replace(/^ladder\./, '');
      if (field.startsWith('ladder.') || RUNGS.includes(field)) ladder[name] = Number(value);
    }
    return { entity: who(person, household), base: (person || household).v,
      body: { visit, household: household.i, person: person ? person.i : null, ...pick(values, ['kind', 'outcome', 'appointment_on', 'note']), ladder } };
  },
  filing: ({ form, draft, answers, household, person, visit }) => ({
    entity: who(person, household), base: person.v,
    body: { visit, household: household.i, person: person.i, about: draft.context.about || null, procedure: form.id, procedure_version: String(form.version),
      answers, sources: draft.sources, sealed: draft.sealed,
      attachments: draft.files.filter((one) => one.document).map(({ document, sha256, name, type }) => ({ document, sha256, name, type })),
      consent: { how: draft.own.how, witness: draft.own.witness || '', proof: draft.files.find((one) => one.consent)?.sha256 || null, asked_by: session.device.account.id },
      delivery_note: draft.own.delivery_note || '' },
  }),
  difficulty: ({ draft, values, household }) => ({
    entity: household ? at(household) : { type: 'village', id: draft.context.village },
    body: { household: household ? household.i : null, village: household ? household.f : draft.context.village,
      ...pick(values, ['kind', 'procedure', 'words', 'place', 'urgency']) },
  }),
  coverage: ({ draft, values, household }) => ({
    entity: household ? at(household) : { type: 'village', id: draft.context.village },
    body: { village: household ? household.f : draft.context.village, household: household ? household.i : null, ...something(pick(values, ['mobile', 'broadband', 'power'])) },
  }),
  facts: ({ form, values, household, person }) => factsOf(form, values, household, person),
  correction: ({ form, values, household, person }) => {
    const { reason, ...others } = values;
    const made = factsOf(form, others, household, person);
    return { ...made, body: { ...made.body, reason } };
  },
  newcomer: ({ values, household }) => ({
    entity: at(household), base: household.v,
    body: { household: household.i, ...pick(values, ['full_name', 'birth_year', 'sex', 'relation', 'note']) },
  }),
};

function factsOf(form, values, household, person) {
  const changes = {};
  for (const [field, value] of Object.entries(values)) {
    const before = shownNow(household, person, field);
    const after = number(field, value);
    if (alike(before) !== alike(after)) changes[field] = [before, after];
  }
  something(changes, 'nothing_new');
  return { entity: who(person, household), base: (person ? person.k : household.o)?.v ?? null, body: { changes } };
}

const alike = (value) => JSON.stringify(Array.isArray(value) ? (value.length ? [...value].sort() : null) : value);

/** There is nothing to send; the message is the key of the sentence that says so. */
export class Nothing extends Error {}

function something(found, why = 'nothing_filled') {
  if (!Object.keys(found).length) throw new Nothing(why);
  return found;
}

/** One small act without a form. */
export async function tellOne(kind, entity, body, label, about) {
  const [told] = await finish([{ kind, entity, body, label, about }]);
  return told;
}

/** A workshop with who came. */
export async function finishWorkshop(workshop, rows, note, draft) {
  const entity = { type: 'workshop', id: workshop.id };
  const acts = rows.map((row) => ({ kind: 'attendance', entity, label: `${t('attended')} – ${row.name || row.label}`, about: [workshop.id],
    body: { workshop: workshop.id, person: row.person || null, name: row.person ? '' : row.name, way: row.person ? 'list' : 'walkin', before: row.before, after: row.after } }));
  acts.push({ kind: 'gathering.held', entity, label: workshop.title, about: [workshop.id], body: { workshop: workshop.id, present: rows.length, note } });
  const told = await finish(acts, draft);
  return told[told.length - 1];
}

/** A new draft. */
export const newDraft = (form, context) => ({ id: `d-${uuid7()}`, op_id: uuid7(), form, context, raw: {}, sealed: {}, sources: {}, files: [], own: {}, step: 0, at: now(), touched: false });
