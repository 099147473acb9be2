// Work that travels another way: as an encrypted file that any colleague's phone or the commune hands in, and what a
// former device of this phone left behind.

import { session } from './keys.js';
import { ask, now } from './net.js';
import { b64 } from './seal.js';
import * as store from './store.js';

export const MOST = 50; // operations a batch
const FILES = 6 * 1048576; // bytes of photos and signatures in one exported file; the rest goes by itself later
const PART = 700000; // of them in one request
export const RECEIVED = ['applied', 'duplicate', 'merged', 'review', 'waiting'];

const fileOf = (device, envelopes, files = []) => ({ v: 1, device, made_at: new Date(now()).toISOString(), envelopes, files });

/** Photos and signatures whose form is finished. */
const ready = async () => (await store.all('blobs')).filter((one) => !one.draft);

const boxed = (one) => ({ sha256: one.sha256, box: b64(one.bytes) });

/** What is unsent as a file, encrypted as it lies here. Null when there is nothing. */
export async function exported() {
  const entries = (await store.all('outbox')).filter((one) => one.state === 'unsent');
  const device = entries[0]?.envelope.device || session?.device.id;
  let left = FILES;
  const files = (await ready()).filter((one) => (!one.device || one.device === device) && (left -= one.bytes.length) >= 0);
  if (!entries.length && !(files.length && device)) return null;
  const mine = entries.filter((one) => one.envelope.device === device);
  const name = `dinh-${new Date().toISOString().slice(0, 10)}-${mine.length}.json`;
  const text = JSON.stringify(fileOf(device, mine.map((one) => one.envelope), files.map(boxed)));
  return { name, blob: new Blob([text], { type: 'application/json' }), count: mine.length, files: files.length };
}

/** Files first, in small parts, then the operations that name them. */
async function handParts(device, envelopes, files, told) {
  while (files.length) {
    let room = PART;
    const part = files.splice(0, Math.max(1, files.findIndex((one) => (room -= one.box.length) < 0) + 1 || files.length));
    await ask('sealed', { method: 'POST', json: fileOf(device, [], part) });
  }
  for (let from = 0; from < envelopes.length; from += MOST) {
    const part = envelopes.slice(from, from + MOST);
    await told((await ask('sealed', { method: 'POST', json: fileOf(device, part) })).results || [], from);
  }
}

/** Hand in a file that another phone made; how many of its operations were received. */
export async function handInFile(text) {
  const file = JSON.parse(text);
  if (file.v !== 1 || !Array.isArray(file.envelopes)) throw new SyntaxError('not a file of unsent work');
  let received = 0;
  await handParts(file.device, file.envelopes, [...file.files || []], (results) => {
    received += results.filter((one) => RECEIVED.includes(one.state)).length;
  });
  return received;
}

/** Send what a former device of this phone left: under its name, carried by this one. */
export async function handFormer(entries, receive) {
  const mine = session.device.id;
  const files = (await ready()).filter((one) => one.device && one.device !== mine);
  const devices = new Set([...entries.map((one) => one.envelope.device), ...files.map((one) => one.device)]);
  for (const device of devices) {
    const theirs = entries.filter((one) => one.envelope.device === device);
    const papers = files.filter((one) => one.device === device);
    await handParts(device, theirs.map((one) => one.envelope), papers.map(boxed), (results, from) => receive(theirs.slice(from, from + MOST), results));
    if (papers.length) await store.write(papers.map((one) => ({ store: 'blobs', del: one.sha256 })));
  }
}
