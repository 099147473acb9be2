// Sealing to the node: what is finished here can be opened there and nowhere else, not even on this phone.
// As dinh/outreach/sealing.py; both read the same golden file.

import { b64, join, sha256, unb64, utf8 } from './bytes.js';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const INFO = utf8('dinh field operation 1');

async function box(plain, about, key) {
  const node = unb64(key.public);
  const theirs = await crypto.subtle.importKey('raw', node, CURVE, false, []);
  const mine = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const epk = new Uint8Array(await crypto.subtle.exportKey('raw', mine.publicKey));
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine.privateKey, 256);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const aes = await crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: join(epk, node), info: INFO },
    material, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const ct = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(about) }, aes, plain));
  return { epk, iv, ct };
}

export async function sealBox(text, about, key) {
  const { epk, iv, ct } = await box(utf8(text), about, key);
  return { key: key.id, epk: b64(epk), iv: b64(iv), ct: b64(ct) };
}

/** An answer that must not stay readable here, such as an identity number. */
export const sealField = (field, plain, device, key) => sealBox(plain, `field|${field}|${device}`, key);

/** The envelope of an operation, signed by this device. */
export async function sealOperation(operation, key, sign) {
  const about = `${operation.op_id}|${operation.device}|${operation.seq}`;
  const { epk, iv, ct } = await box(utf8(JSON.stringify(operation)), about, key);
  const sig = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, sign, join(utf8(`${about}|`), ct));
  return { op_id: operation.op_id, seq: operation.seq, device: operation.device,
    key: key.id, epk: b64(epk), iv: b64(iv), ct: b64(ct), sig: b64(sig) };
}

/** A photograph or a signature, as it is sent: key id, ephemeral point, vector, sealed bytes. */
export async function sealFile(plain, key) {
  const digest = await sha256(plain);
  const { epk, iv, ct } = await box(new Uint8Array(plain), `blob|${digest}`, key);
  return { sha256: digest, bytes: join(utf8(key.id), epk, iv, ct) };
}

export async function deviceKey() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return { pair, public: b64(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}
