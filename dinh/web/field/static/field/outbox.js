// What was done at the doors and is not yet at the commune. An operation leaves this store for one reason alone:
// the node's receipt for it. What was sent stays thirty days as history.

import { handFormer, MOST, RECEIVED } from './carry.js';
import { receiptOf, sealOperation, uuid7 } from './seal.js';
import { hide, session, show, wipe } from './keys.js';
import { APP, ask, line, NoLine, now, Said } from './net.js';
import * as store from './store.js';

const BYTES = 250000; // of a batch, before compression
const KEPT = 30 * 86400000; // ms that history is kept
export const LATE = 24 * 3600000; // ms after which what is unsent is told in red

/** Finish acts: seal them, give each its place in this phone's order, keep all of them and drop their draft at once. */
export async function finish(acts, draft, files = []) {
  if (!session) throw new Error('locked');
  const device = session.device;
  return store.alone('finish', async () => {
    for (;;) {
      const first = ((await store.get('kv', 'seq')) || 0) + 1;
      const before = (await store.get('kv', 'before')) || {}; // entity -> this device's last number about it
      const changes = []; const told = [];
      for (const [n, act] of acts.entries()) {
        const entry = await entryOf(act, first + n, before, device);
        told.push({ op_id: entry.op_id, receipt: entry.receipt });
        changes.push({ store: 'outbox', put: entry });
        const refused = act.replaces ? await store.get('outbox', act.replaces) : null;
        if (refused) changes.push({ store: 'outbox', del: act.replaces }, { store: 'sent', put: { ...refused, mended: entry.receipt } });
      }
      for (const sha of files) {
        const { draft: _kept, ...file } = (await store.get('blobs', sha)) || {};
        if (file.bytes) changes.push({ store: 'blobs', put: { ...file, device: device.id } }); // from now on it may be sent
      }
      changes.push({ store: 'kv', key: 'seq', put: first + acts.length - 1 }, { store: 'kv', key: 'before', put: before });
      if (draft) changes.push({ store: 'drafts', del: draft });
      // A browser without locks may have two tabs here: the number must still be free when all is written.
      const written = await store.write(changes, async (get) => ((await get('kv', 'seq')) || 0) === first - 1);
      if (written) { store.tell('outbox'); return told; }
    }
  });
}

async function entryOf(act, seq, before, device) {
  const opId = act.op_id || uuid7();
  const at = Date.now();
  const about = act.entity ? `${act.entity.type}|${act.entity.id}` : '';
  const receipt = await receiptOf(opId);
  const operation = {
    v: 1, op_id: opId, device: device.id, seq, prev: about ? before[about] || null : null, actor: device.account.id,
    kind: act.kind, form: act.form ? act.form.id : '', form_version: act.form ? String(act.form.version) : '',
    form_sha256: act.form ? act.form.sha256 || '' : '', entity: act.entity || null,
    base_version: act.base ?? null, trunk_version: act.trunk ?? act.base ?? null,
    captured_at: new Date(at + line.offset).toISOString(),
    clock: { phone_at: new Date(at).toISOString(), offset_ms: line.offset, known_at: line.known ? new Date(line.known).toISOString() : null },
    receipt, body: act.body,
  };
  if (act.replaces) operation.replaces = act.replaces;
  if (about) before[about] = seq;
  const envelope = await sealOperation(operation, device.key, device.sign.privateKey);
  const copy = await hide({ label: act.label, about: act.about || [], kind: act.kind, again: act.copy || null });
  return { op_id: opId, seq, receipt, kind: act.kind, at, state: 'unsent', envelope, copy };
}

export async function standing() {
  const entries = await store.all('outbox');
  const unsent = entries.filter((one) => one.state === 'unsent');
  return { unsent: unsent.length, needs: entries.length - unsent.length,
    oldest: unsent.length ? Math.min(...unsent.map((one) => one.at)) : null };
}

export async function history() {
  const rows = [...await store.all('outbox'), ...await store.all('sent')];
  rows.sort((a, b) => b.at - a.at || b.seq - a.seq);
  return Promise.all(rows.map(async (row) => ({ ...row, told: (await show(row.copy)) || { label: '', about: [] } })));
}

const failures = {}; // reason -> how often since the last success; told in the beat
let tried = 0; // failures in a row
let notBefore = 0; // ms: no sending by itself before

/** Wait longer after each failure, and not all phones at once. */
function hold(seconds = 0) {
  tried += 1;
  const wait = Math.max(seconds, Math.min(5 * 2 ** (tried - 1), 900));
  notBefore = Date.now() + wait * 1000 * (0.75 + Math.random() / 2);
}

/** Send what waits, in order. */
export function send(how = {}) {
  if (!session || (!how.asked && Date.now() < notBefore)) return Promise.resolve(undefined);
  return store.alone('send', async () => {
    const done = { sent: 0, refused: 0, left: 0 };
    try {
      await sendAll(done);
      tried = 0; notBefore = 0;
      for (const reason of Object.keys(failures)) delete failures[reason];
    } catch (error) {
      const why = error instanceof NoLine ? error.why : error instanceof Said ? error.code || 'said' : null;
      if (!why) throw error;
      failures[why] = (failures[why] || 0) + 1;
      hold(error instanceof Said ? error.wait : 0);
      Object.assign(done, { why, error: error instanceof Said ? error : undefined });
    }
    done.left = (await standing()).unsent;
    store.tell('outbox');
    return done;
  }, false);
}

async function sendAll(done) {
  const mine = session.device.id;
  const refusedHere = new Set();
  let most = MOST;
  for (;;) {
    const waiting = (await store.all('outbox')).filter((one) => one.state === 'unsent' && !refusedHere.has(one.op_id));
    waiting.sort((a, b) => a.seq - b.seq);
    if (!waiting.length) break;
    const old = waiting.filter((one) => one.envelope.device !== mine);
    if (old.length) await handFormer(old, (part, results) => receive(part, results, done, refusedHere));
    let rest = waiting.filter((one) => one.envelope.device === mine);
    while (rest.length) { // read once: a thousand are not read anew for each fifty
      const batch = pick(rest, most);
      try {
        const answer = await ask('ops', { method: 'POST', json: { ops: batch.map((one) => one.envelope) } });
        await receive(batch, answer.results || [], done, refusedHere);
        rest = rest.slice(batch.length);
      } catch (error) {
        // The node takes less at once: halve, down to one.
        if (!(error instanceof Said) || error.status !== 413 || most === 1) throw error;
        most = Math.max(1, Math.floor(most / 2));
      }
    }
  }
  await sendFiles();
}

function pick(waiting, most) {
  const batch = []; let bytes = 0;
  for (const one of waiting) {
    bytes += one.envelope.ct.length + 500;
    if (batch.length && (batch.length >= most || bytes > BYTES)) break;
    batch.push(one);
  }
  return batch;
}

/** Believe what is answered of each operation, and of it alone. */
async function receive(batch, results, done, seen) {
  const answers = new Map(results.map((one) => [one.op_id, one]));
  const changes = [];
  for (const entry of batch) {
    const told = answers.get(entry.op_id);
    seen.add(entry.op_id);
    if (!told || (told.receipt && told.receipt !== entry.receipt)) continue;
    const row = { op_id: entry.op_id, seq: entry.seq, receipt: entry.receipt, kind: entry.kind, at: entry.at, copy: entry.copy,
      state: told.state, code: told.code || '', message: told.message || '', act: told.act || null, answer: told.answer || null,
      sent_at: now() };
    if (told.state === 'refused') {
      done.refused += 1;
      changes.push({ store: 'outbox', put: { ...row, envelope: entry.envelope } });
    } else if (RECEIVED.includes(told.state)) {
      done.sent += 1;
      changes.push({ store: 'outbox', del: entry.op_id }, { store: 'sent', put: row });
    }
  }
  if (changes.length) await store.write(changes);
  store.tell('outbox');
}

/** Take what the node says later of what was sent: decided at a desk, no longer waiting. */
export async function update(receipts) {
  const changes = [];
  for (const told of receipts) {
    const sent = await store.get('sent', told.op_id);
    const row = sent || (await store.get('outbox', told.op_id));
    if (!row || row.state === told.state) continue;
    const next = { ...row, state: told.state, code: told.code || '', message: told.message || '', act: told.act || null, answer: told.answer || null };
    if (told.state === 'refused') {
      changes.push({ store: 'sent', del: told.op_id }, { store: 'outbox', put: next });
    } else if (RECEIVED.includes(told.state)) {
      delete next.envelope;
      changes.push({ store: 'outbox', del: told.op_id }, { store: 'sent', put: next });
    }
  }
  if (changes.length) { await store.write(changes); store.tell('outbox'); }
}

/** Files go last, in pieces that go on where they stopped. */
async function sendFiles() {
  const PIECE = 65536;
  await handFormer([]);
  for (const sha of await store.keys('blobs')) {
    let file = await store.get('blobs', sha);
    if (file && file.draft) continue; // its form is not finished
    while (file) {
      const piece = file.bytes.slice(file.received, file.received + PIECE);
      let told;
      try {
        told = await ask(`blob/${sha}?offset=${file.received}`, { method: 'PUT', bytes: piece,
          headers: { 'Content-Type': 'application/octet-stream', 'Upload-Length': String(file.bytes.length) } });
      } catch (error) {
        // It has another part of the file than we thought: go on where it stands.
        if (!(error instanceof Said) || error.status !== 409 || error.body.received === undefined
          || error.body.received === file.received) throw error;
        told = error.body;
      }
      const whole = told.complete || told.received >= file.bytes.length;
      await store.write([whole ? { store: 'blobs', del: sha } : { store: 'blobs', put: { ...file, received: told.received } }]);
      file = whole ? null : await store.get('blobs', sha);
    }
  }
}

/** Put aside a refusal that needs nothing more. */
export async function dismiss(opId) {
  const row = await store.get('outbox', opId);
  if (!row || row.state !== 'refused') return;
  const { envelope, ...kept } = row;
  await store.write([{ store: 'outbox', del: opId }, { store: 'sent', put: kept }]);
  store.tell('outbox');
}

/** Forget history older than thirty days. */
export async function tidy() {
  const old = (await store.all('sent')).filter((one) => one.at < Date.now() - KEPT);
  if (old.length) await store.write(old.map((one) => ({ store: 'sent', del: one.op_id })));
}

/** Tell how this phone is, without a word of what it holds. */
export async function beat(ready) {
  const { unsent, oldest } = await standing();
  const { persisted, free } = await store.room();
  await ask('beat', { method: 'POST', json: { unsent, oldest_unsent: oldest ? new Date(oldest + line.offset).toISOString() : null,
    app: APP, persisted, free_mb: free, failures, ready_ms: ready } });
}

/** The device was taken away: erase the pack, say so, and still send what was done. */
export async function revoked() {
  await wipe('revoked');
  await ask('wiped', { method: 'POST', json: {} }).catch(() => {});
}
