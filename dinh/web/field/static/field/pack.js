// Who and what this member needs at the doors: households in encrypted chunks of fifty, and the rest as one record.

import { isoDay, language } from './dom.js';
import { hide, newKey, session, show } from './keys.js';
import { ask, now } from './net.js';
import * as outbox from './outbox.js';
import { index } from './search.js';
import * as store from './store.js';

const CHUNK = 50;
const EXPIRES = 21 * 86400000; // ms without contact

/** What is in memory while the app is open. */
export const pack = {
   households: new Map(),
   ofPerson: new Map(),
   rest: null,
   entries: null,
   forms: null,
};

let places = new Map();
let chunks = 0;
const EMPTY = { cursor: 0, epoch: 0, tasks: [], cards: [], figures: [], notices: [], villages: [], workshops: [], limit: null };

/** Forget everything in memory. */
export function forget() {
  pack.households = new Map(); pack.ofPerson = new Map(); pack.rest = null; pack.entries = null; pack.forms = null;
  places = new Map(); chunks = 0;
}

/** Read the pack from this phone. */
export async function open() {
  forget();
  const [rest, keys, rows] = await Promise.all([store.get('kv', 'pack'), store.keys('chunks'), store.all('chunks')]);
  pack.rest = await show(rest);
  await openForms();
  if (!pack.rest) return false;
  const plain = await Promise.all(rows.map(show));
  plain.forEach((households, n) => {
    for (const one of households || []) { pack.households.set(one.i, one); places.set(one.i, keys[n]); }
  });
  chunks = keys.length ? Math.max(...keys) + 1 : 0;
  arrange();
  return true;
}

/** Forms and lists are nobody's secret: they lie as they came, one for each language. Those of another language are
 * better than none, until there is a line. */
async function openForms() {
  pack.forms = (await store.get('forms', language)) || (await store.all('forms'))[0] || null;
}

function arrange() {
  pack.ofPerson = new Map();
  for (const household of pack.households.values()) for (const person of household.p) pack.ofPerson.set(person.i, household);
  pack.entries = null;
}

export function entries() {
  if (!pack.entries) {
    const sorted = [...pack.households.values()].sort((a, b) => (a.n ?? 1e9) - (b.n ?? 1e9));
    pack.entries = index(sorted);
  }
  return pack.entries;
}

/** Whether the phone was away for too long: the pack goes, unsent work stays. */
export async function expired() {
  const contact = await store.get('kv', 'contact');
  if (!contact || now() - contact < EXPIRES) return false;
  if (await store.get('kv', 'pack')) {
    await store.write([{ store: 'chunks', clear: true }, { store: 'kv', del: 'pack' }]);
    forget();
  }
  return true;
}

/** Fetch what changed, or everything. What is unsent goes first: after a change of villages the node still takes it. */
export async function fetchPack(progress = () => {}) {
  return store.alone('pack', async () => {
    let told;
    do { told = await fetchOnce(progress); } while (told.more);
    return told;
  });
}

async function fetchOnce(progress) {
  const rest = pack.rest || EMPTY;
  const digest = pack.forms?.language === language ? pack.forms.digest : '';
  const since = rest.language && rest.language !== language ? 0 : rest.cursor; // tasks and answers are told in a language
  const query = `pack?since=${since}&epoch=${rest.epoch}&forms=${encodeURIComponent(digest)}&lang=${language}`;
  const told = await ask(query, { progress: (bytes) => progress('people', bytes) });
  await take(told);
  if (told.receipts && told.receipts.length) await outbox.update(told.receipts);
  if (told.forms && told.forms.digest && told.forms.digest !== digest) {
    const forms = await ask(`forms?lang=${language}`, { progress: (bytes) => progress('forms', bytes) });
    await store.write([{ store: 'forms', key: language, put: forms }]);
    pack.forms = forms;
  }
  if (told.key) await newKey(told.key);
  return told;
}

/** Put an answer into the store in one piece: a phone that falls asleep in between has the old pack, whole. */
async function take(told) {
  const dirty = new Set();
  if (told.reset) { forgetPeople(); } else {
    for (const id of told.drops || []) {
      if (!places.has(id)) continue;
      dirty.add(places.get(id)); places.delete(id); pack.households.delete(id);
    }
  }
  const old = new Map();
  for (const [, place] of places) old.set(place, (old.get(place) || 0) + 1);
  for (const household of told.households || []) {
    if (!places.has(household.i)) {
      if (!chunks || (old.get(chunks - 1) || 0) >= CHUNK) chunks += 1;
      places.set(household.i, chunks - 1);
      old.set(chunks - 1, (old.get(chunks - 1) || 0) + 1);
    }
    pack.households.set(household.i, household);
    dirty.add(places.get(household.i));
  }
  const members = new Map([...dirty].map((place) => [place, []]));
  for (const [id, place] of places) if (members.has(place)) members.get(place).push(pack.households.get(id));
  pack.rest = merged(told);
  const changes = told.reset ? [{ store: 'chunks', clear: true }] : [];
  await Promise.all([...members].map(async ([place, households]) => {
    const change = households.length ? { store: 'chunks', key: place, put: await hide(households) } : { store: 'chunks', del: place };
    changes.push(change);
  }));
  changes.push({ store: 'kv', key: 'pack', put: await hide(pack.rest) }, { store: 'kv', del: 'revoked' });
  await store.write(changes);
  arrange();
  store.tell('pack');
}

function forgetPeople() {
  pack.households = new Map(); places = new Map(); chunks = 0;
}

function merged(told) {
  const before = told.reset || !pack.rest ? EMPTY : pack.rest;
  const gone = new Set(told.task_drops || []);
  const tasks = new Map(before.tasks.filter((one) => !gone.has(one.id)).map((one) => [one.id, one]));
  for (const task of told.tasks || []) tasks.set(task.id, task);
  const next = { ...before, language, cursor: told.cursor, epoch: told.epoch, tasks: [...tasks.values()] };
  for (const part of ['cards', 'figures', 'notices', 'villages', 'workshops', 'voices', 'limit']) {
    if (told[part] !== undefined && told[part] !== null) next[part] = told[part];
  }
  if ('limit' in told) next.limit = told.limit;
  return next;
}

/** Change what is shown of a household before the node answers; its next pack has the last word. */
export async function suppose(id, change) {
  const household = pack.households.get(id);
  if (!household || !session) return;
  change(household);
  const place = places.get(id);
  const others = [...places].filter(([, at]) => at === place).map(([one]) => pack.households.get(one));
  await store.write([{ store: 'chunks', key: place, put: await hide(others) }]);
  pack.entries = null;
}

/** Put a task away as soon as it is done here. */
export async function putAway(id, state) {
  if (!pack.rest) return;
  pack.rest.tasks = pack.rest.tasks.map((one) => (one.id === id ? { ...one, state } : one));
  await store.write([{ store: 'kv', key: 'pack', put: await hide(pack.rest) }]);
}

/** Open tasks, in the order in which one walks: urgent first, then by house. */
export function tasks() {
  const today = isoDay();
  const walk = (task) => pack.households.get(task.household)?.n ?? 1e9;
  return (pack.rest ? pack.rest.tasks : []).filter((one) => (!one.state || one.state === 'ready') && !(one.opens > today))
    .sort((a, b) => (a.priority ?? 9) - (b.priority ?? 9) || walk(a) - walk(b) || String(a.due).localeCompare(String(b.due)));
}

export const villageOf = (id) => (pack.rest?.villages || []).find((one) => one.id === id) || null;

export const formOf = (id) => [...(pack.forms?.activities || []), ...(pack.forms?.procedures || [])].find((one) => one.id === id) || null;

export const headOf = (household) => household.p.find((one) => one.h) || household.p[0] || null;

export function titleOf(list, code) {
  const entries_ = pack.forms?.lists?.[list] || [];
  const found = entries_.find((one) => (one.code ?? one[0]) === code);
  return found ? found.title ?? found[1] : code || '';
}
