// Pictures small enough for a slow line, sealed the moment they are taken: nothing readable of a paper stays here.

import { session } from './keys.js';
import { sealFile } from './seal.js';
import * as store from './store.js';

const SIDE = 1280; // px
const BYTES = 150 * 1024;

export async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  let side = SIDE;
  for (;;) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.82, 0.7, 0.55, 0.4]) {
      const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', quality); });
      if (blob && blob.size <= BYTES) { picture.close(); return blob; }
    }
    side = Math.round(side * 0.75); // a busy picture: fewer points, still readable
  }
}

/** Keep a picture with a draft, sealed. */
export async function keepWith(picture, draft) {
  const { sha256, bytes } = await sealFile(await picture.arrayBuffer(), session.device.key);
  await store.write([{ store: 'blobs', put: { sha256, bytes, received: 0, draft } }]);
  return { sha256, size: picture.size, type: picture.type };
}

/** A field to sign in with a finger. */
export function signature(changed) {
  const canvas = document.createElement('canvas');
  canvas.width = 640; canvas.height = 260; canvas.className = 'signature'; canvas.tabIndex = 0;
  const pen = canvas.getContext('2d');
  let drawn = 0; let last = null;
  const clear = () => { pen.fillStyle = '#fff'; pen.fillRect(0, 0, 640, 260); drawn = 0; changed(); };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * 640 / box.width, (event.clientY - box.top) * 260 / box.height];
  };
  canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); last = at(event); });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    const next = at(event);
    pen.lineWidth = 4; pen.lineCap = 'round'; pen.strokeStyle = '#1d1b19';
    pen.beginPath(); pen.moveTo(last[0], last[1]); pen.lineTo(next[0], next[1]); pen.stroke();
    drawn += Math.hypot(next[0] - last[0], next[1] - last[1]); last = next;
  });
  const end = () => { if (last) { last = null; changed(); } };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  clear();
  return { canvas, empty: () => drawn < 80, clear,
    picture: () => new Promise((done) => { canvas.toBlob((blob) => done(blob), 'image/png'); }) };
}
