// What the pack knows already is not asked again: for a request, of who asks and whom it is about; for a change of what
// is known, the values of now.

import { shownNow } from './acts.js';
import { holds } from './expr.js';
import { villageOf } from './pack.js';

/** Fill a draft. people: {applicant, subject, household} -> {person, household}; those who are not known are left out. */
export function prefill(form, people, draft, today) {
  for (const [id, field] of Object.entries(form.fields)) {
    if (draft.raw[id] !== undefined) continue;
    for (const source of field.prefill || []) {
      const { path, if: condition } = typeof source === 'string' ? { path: source, if: null } : source;
      if (!holds(condition, draft.raw, today)) continue;
      const value = known(path, people, draft);
      if (!value) continue;
      draft.raw[id] = value; draft.sources[id] = 'register';
      break;
    }
    if (draft.raw[id] === undefined && field.default !== undefined && field.default !== null) {
      draft.raw[id] = field.default === true ? 'yes' : field.default === false ? 'no' : String(field.default);
    }
  }
}

/** Show what is known now, so that only what differs is touched. */
export function showNow(form, household, person, draft) {
  for (const id of Object.keys(form.fields)) {
    const value = draft.raw[id] === undefined ? shownNow(household, person, id) : null;
    if (value === null || value === '') continue;
    draft.raw[id] = Array.isArray(value) ? value : value === true ? 'yes' : value === false ? 'no'
      : id === 'birth' ? typed(value) : String(value);
  }
}

const typed = (birth) => String(birth || '').split('-').reverse().join('/');

function known(path, people, draft) {
  const [role, ...rest] = path.split('.');
  if (role === 'answer') return draft.raw[rest.join('.')];
  const about = role === 'household' ? people.household : people[role];
  if (!about) return '';
  const { household } = about;
  const person = role === 'household' ? (rest[0] === 'head' ? household.p.find((one) => one.h) : null) : about.person;
  const wanted = rest[rest.length - 1];
  const village = villageOf(household.f)?.name || '';
  if (wanted === 'village') return village;
  if (wanted === 'address') return household.a;
  if (wanted === 'residence' || wanted === 'residence_address') return !village || household.a.includes(village) ? household.a : `${household.a}, ${village}`;
  if (wanted === 'code' && role === 'household') return household.c;
  if (!person) return '';
  switch (wanted) {
    case 'full_name': return person.n;
    case 'birth': return typed(person.b);
    case 'sex': return person.s;
    case 'number': return person.l ? `•••• ${person.l}` : '';
    default: return '';
  }
}
