// Bytes as the wire writes them, ids, the code read out at the door; and sealing to the node: what is finished here can be
// opened there and nowhere else, not even on this phone. As dinh/outreach/sealing.py; both read the same golden file.

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford: no I, L, O, U

export function b64(content) {
  let text = '';
  for (const byte of new Uint8Array(content)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export function unb64(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function join(...parts) {
  const arrays = parts.map((part) => new Uint8Array(part));
  const whole = new Uint8Array(arrays.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of arrays) { whole.set(one, at); at += one.length; }
  return whole;
}

export const utf8 = (text) => new TextEncoder().encode(text);

export async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A UUIDv7: the milliseconds first, so that what one phone did sorts as it was done. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, rest = now; i >= 0; i -= 1) { bytes[i] = rest % 256; rest = Math.floor(rest / 256); }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The code of an operation, the same on the phone and on the node: eight signs of SHA-256 of its id. */
export async function receiptOf(opId) {
  const usual = opId.toLowerCase().replace(/[^0-9a-f]/g, '').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(usual)));
  let bits = 0n; // forty bits are eight signs of five
  for (const byte of digest.slice(0, 5)) bits = (bits << 8n) | BigInt(byte);
  let code = '';
  for (let i = 7; i >= 0; i -= 1) code += ALPHABET[Number((bits >> BigInt(i * 5)) & 31n)];
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

export async function gzip(text) {
  if (!('CompressionStream' in self)) return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

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
