// When the phone talks with the commune: at the start, when a line comes back, after each finished act, every two
// minutes while it is looked at, and when somebody presses "Send now".

import { session } from './keys.js';
import { line, NoLine, Said } from './net.js';
import * as outbox from './outbox.js';
import * as pack from './pack.js';
import * as store from './store.js';
import { keepVoices } from './voices.js';

const EVERY = 120000; // ms
const PACK_EVERY = 15 * 60000;
 let changed = () => {};
let packAt = 0; let beatAt = 0; let ready = null;
/** What the person must know of the last talk: re_enrol, revoked, update. */
export const trouble = { kind: '', message: '' };

export function start(listener, readyMs) {
  changed = listener; ready = readyMs;
  addEventListener('online', () => { line.state = 'unknown'; talk(); });
  addEventListener('offline', () => { line.state = 'offline'; changed('line'); });
  setInterval(() => { if (document.visibilityState === 'visible') talk(); }, EVERY);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') talk(); });
}

export async function talk(how = {}) {
  if (!session) return undefined;
  const told = await outbox.send(how);
  if (told && told.error) await heed(told.error);
  changed('outbox');
  if (!session || (told && told.why) || (!told && !how.asked)) return told;
  await fetchPack(how.asked);
  await sayHow();
  changed('line');
  return told;
}

async function fetchPack(asked) {
  if (!asked && Date.now() - packAt < PACK_EVERY) return;
  try {
    await pack.fetchPack();
    packAt = Date.now();
    if (trouble.kind) { trouble.kind = ''; trouble.message = ''; }
    changed('pack');
    keepVoices();
  } catch (error) {
    if (error instanceof Said) await heed(error);
    else if (!(error instanceof NoLine) && !(error instanceof store.StoreFull)) throw error;
  }
}

async function sayHow() {
  if (Date.now() - beatAt < PACK_EVERY || trouble.kind) return;
  try { await outbox.beat(ready); beatAt = Date.now(); ready = null; } catch (error) {
    if (!(error instanceof NoLine) && !(error instanceof Said)) throw error;
  }
}

/** Do what the node asks for. */
export async function heed(error) {
  if (error.status === 423) {
    Object.assign(trouble, { kind: 'revoked', message: error.message });
    await outbox.revoked();
    pack.forget();
    changed('revoked');
  } else if (error.status === 401) Object.assign(trouble, { kind: 're_enrol', message: error.message });
  else if (error.status === 426) { line.update = true; Object.assign(trouble, { kind: 'update', message: error.message }); }
  changed('trouble');
}

