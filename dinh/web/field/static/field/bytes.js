// Bytes as the wire writes them, ids that sort by time, and the code that is read out at the door.

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
