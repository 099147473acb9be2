// Who may read what this phone keeps: a data key, wrapped by the PIN and by a key that cannot leave the browser.
// Honest limit: six digits do not stop a laboratory. That is why the pack holds so little, and the outbox is sealed.

import { unb64, utf8, b64 } from './seal.js';
import * as store from './store.js';

export const ROUNDS = 600000; // of PBKDF2-SHA256
export const TRIES = 10;
export const IDLE = 5 * 60 * 1000; // ms until the app locks itself
/** seconds to wait after the third, fourth … wrong PIN */
const DELAYS = [30, 60, 120, 300, 600, 1200, 1800];

export let session = null;

const onLock = [];
let lastTouch = Date.now();

async function close(key, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, ct: new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)) };
}

const reveal = (key, closed) => crypto.subtle.decrypt({ name: 'AES-GCM', iv: closed.iv }, key, closed.ct);

async function pinKey(pin, salt, rounds) {
  const material = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

const dataKey = (raw) => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

/** Encrypt what may be read again on this phone. */
export async function hide(value) {
  if (!session) throw new Error('locked');
  return close(session.data, utf8(JSON.stringify(value)));
}

export async function show(closed) {
  if (!session || !closed) return null;
  try {
    return JSON.parse(new TextDecoder().decode(await reveal(session.data, closed)));
  } catch { return null; }
}

/** Keep a new device under a new PIN. */
export async function keep(device, token, pin, now) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const fastened = await fasten(raw, pin);
  const data = await dataKey(raw);
  const before = session ? await readable() : [];
  session = { data, token, device: { ...device, ...fastened, secret: await close(data, utf8(token)) } };
  const again = await Promise.all(before.map(async ({ change, value }) => change(await hide(value))));
  await store.write([
    { store: 'kv', key: 'device', put: session.device },
    { store: 'kv', key: 'tries', del: 'tries' },
    { store: 'kv', key: 'contact', put: now },
    { store: 'chunks', clear: true }, { store: 'drafts', clear: true }, { store: 'kv', del: 'pack' }, { store: 'kv', del: 'revoked' },
    ...again,
  ]);
  touch();
}

/** What the key of now still reads of work that is not done or not sent: it goes along to the next key. */
async function readable() {
  const found = [];
  for (const key of await store.keys('drafts')) {
    const value = await show(await store.get('drafts', key));
    if (value) found.push({ value, change: (closed) => ({ store: 'drafts', key, put: closed }) });
  }
  for (const table of ['outbox', 'sent']) {
    for (const row of await store.all(table)) {
      const value = await show(row.copy);
      if (value) found.push({ value, change: (closed) => ({ store: table, put: { ...row, copy: closed } }) });
    }
  }
  return found;
}

/** From now on, seal to this key of the node. */
export async function newKey(key) {
  if (!session || session.device.key.id === key.id) return;
  session.device = { ...session.device, key };
  await store.write([{ store: 'kv', key: 'device', put: session.device }]);
}

/** Wrap the data key: the PIN inside, the browser's own key outside. */
async function fasten(raw, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrap = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const inner = await close(await pinKey(pin, salt, ROUNDS), raw);
  const outer = await close(wrap, utf8(JSON.stringify({ iv: b64(inner.iv), ct: b64(inner.ct) })));
  return { wrap, salt, rounds: ROUNDS, wrapped: outer };
}

async function unfasten(device, pin) {
  const inner = JSON.parse(new TextDecoder().decode(await reveal(device.wrap, device.wrapped)));
  const key = await pinKey(pin, device.salt, device.rounds);
  return new Uint8Array(await reveal(key, { iv: unb64(inner.iv), ct: unb64(inner.ct) }));
}

/** Try a PIN. The try is counted before it is made, so that switching the phone off gains nothing. */
export async function unlock(pin) {
  return store.alone('pin', async () => {
    const device = await store.get('kv', 'device');
    const tries = (await store.get('kv', 'tries')) || { n: 0, until: 0 };
    if (tries.until > Date.now()) return { ok: false, until: tries.until, left: TRIES - tries.n };
    const n = tries.n + 1;
    const wait = n >= 3 ? DELAYS[Math.min(n - 3, DELAYS.length - 1)] * 1000 : 0;
    await store.write([{ store: 'kv', key: 'tries', put: { n, until: wait ? Date.now() + wait : 0 } }]);
    try {
      const raw = await unfasten(device, pin);
      const data = await dataKey(raw);
      const token = new TextDecoder().decode(await reveal(data, device.secret));
      session = { data, token, device };
    } catch {
      if (n < TRIES) return { ok: false, left: TRIES - n, until: wait ? Date.now() + wait : undefined };
      await wipe('pin');
      return { ok: false, wiped: true };
    }
    await store.write([{ store: 'kv', del: 'tries' }]);
    touch();
    return { ok: true };
  });
}

/** Change the PIN; the data key stays. */
export async function changePin(old, pin) {
  if (!session) return false;
  let raw;
  try { raw = await unfasten(session.device, old); } catch { return false; }
  session.device = { ...session.device, ...(await fasten(raw, pin)) };
  await store.write([{ store: 'kv', key: 'device', put: session.device }]);
  return true;
}

/** Erase who is in the pack, and the key to it. What was finished and not sent stays: it is sealed to the node. */
export async function wipe(why) {
  const changes = [{ store: 'chunks', clear: true }, { store: 'drafts', clear: true }, { store: 'forms', clear: true },
    { store: 'kv', del: 'pack' }, { store: 'kv', del: 'visits' }];
  if (why === 'pin') {
    // Without the device's row nobody is enrolled; its id stays for the file of what is unsent.
    const device = await store.get('kv', 'device');
    changes.push({ store: 'kv', del: 'device' }, { store: 'kv', del: 'tries' },
      { store: 'kv', key: 'former', put: device ? device.id : null });
  } else changes.push({ store: 'kv', key: 'revoked', put: Date.now() });
  await store.write(changes);
  if (why === 'pin') session = null;
  store.tell(why === 'pin' ? 'wiped' : 'pack');
}

/** The person does something: the app stays open. */
export function touch() { lastTouch = Date.now(); }

/** Forget the keys. */
export function lock() {
  if (!session) return;
  session = null;
  onLock.forEach((act) => act());
}

export function whenLocked(act) { onLock.push(act); }

/** Lock by itself after some time without a touch; also when a phone wakes up later. */
export function watch() {
  for (const event of ['pointerdown', 'keydown', 'input']) addEventListener(event, touch, { passive: true, capture: true });
  const check = () => { if (session && Date.now() - lastTouch > IDLE) lock(); };
  setInterval(check, 15000);
  document.addEventListener('visibilitychange', check);
}
