// Talking with the node. An answer without the node's own header is somebody else's (a hotel's sign-in page, a proxy):
// nothing of it is believed, nothing is deleted because of it.

import { gzip } from './seal.js';
import { session } from './keys.js';
import * as store from './store.js';
import { language } from './dom.js';

const BASE = '/field/api/1/';
const PATIENCE = 45000; // ms for one answer
export const APP = '1';

/** No line, no answer in time, or an answer that is not the node's. */
export class NoLine extends Error {

  constructor(why) { super(why); this.why = why; }
}
/** The node's own "no": its code and sentence. */
export class Said extends Error {

  constructor(status, body, wait) {
    super(body.message || body.error || String(status));
    this.status = status; this.code = body.error || ''; this.body = body; this.wait = wait;
  }
}

/** What is known of the line, for the words at the head of the app. */
export const line = { state: navigator.onLine ? 'unknown' : 'offline', offset: 0, known: 0, update: false };

/** Read what was known at the last start. */
export async function remember() {
  const clock = await store.get('kv', 'clock');
  if (clock) Object.assign(line, clock);
}

/** This moment by the node's clock, as far as it is known. */
export const now = () => Date.now() + line.offset;

export async function ask(path, how = {}) {
  const headers = { Accept: 'application/json', 'Accept-Language': language, 'Dinh-App': APP, ...how.headers };
  if (session && !how.open) headers.Authorization = `Dinh-Device ${session.device.id}.${session.token}`;

  let body = how.bytes;
  if (how.json !== undefined) {
    const text = JSON.stringify(how.json);
    const small = text.length > 2000 ? await gzip(text) : null;
    headers['Content-Type'] = 'application/json';
    if (small) headers['Content-Encoding'] = 'gzip';
    body = small || text;
  }
  const began = Date.now();
  let answer;
  try {
    answer = await fetch(BASE + path, { method: how.method || 'GET', headers, body, cache: 'no-store', credentials: 'omit',
      redirect: 'error', signal: AbortSignal.timeout(PATIENCE + (body ? body.length / 4 : 0)) });
  } catch { line.state = 'offline'; throw new NoLine('offline'); }
  if (answer.headers.get('Dinh-Field') !== '1') { line.state = 'portal'; throw new NoLine('portal'); }
  let told;
  try { told = JSON.parse(await read(answer, how.progress)); } catch { line.state = 'trouble'; throw new NoLine('trouble'); }
  line.state = answer.status >= 500 ? 'trouble' : 'online';
  if (told.server_time) await setClock(told.server_time, began);
  if (told.min_app && Number(told.min_app) > Number(APP)) line.update = true;
  if (answer.status >= 500 && !told.error) throw new NoLine('trouble');
  if (!answer.ok) throw new Said(answer.status, told, Number(answer.headers.get('Retry-After')) || 0);
  return told;
}

/** The body as text, telling how much has come. */
async function read(answer, progress) {
  if (!progress || !answer.body) return answer.text();
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = ''; let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    text += decoder.decode(value, { stream: true });
    progress(bytes);
  }
}

/** Learn by how much this phone's clock is off; the middle of asking and answering is taken. */
async function setClock(serverTime, began) {
  const ended = Date.now();
  const theirs = Date.parse(serverTime);
  if (Number.isNaN(theirs)) return;
  if (ended - began < 10000 || !line.known) {
    const offset = Math.round(theirs - (began + ended) / 2);
    line.offset = Math.abs(offset) < 1500 ? 0 : offset; // less than the line's own delay
    line.known = ended;
  }
  await store.write([{ store: 'kv', key: 'clock', put: { offset: line.offset, known: line.known } },
    { store: 'kv', key: 'contact', put: theirs }]).catch(() => {});
}
