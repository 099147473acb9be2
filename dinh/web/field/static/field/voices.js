// Recordings of questions and guidance in the languages of the villages: fetched while there is a line, heard without one.
// They hold nobody's data but the speaker's voice.

import { announce, button, t } from './dom.js';
import { pack } from './pack.js';

const NAME = 'dinh-voices';
const MOST = 400; // recordings kept on a phone
const player = new Audio();
let playing = '';

/** The language to listen in: the chosen one, or the first that was recorded. */
export function chosen() {
  const all = pack.rest?.voices || [];
  return all.find((one) => one.code === localStorage.getItem('field-voice')) || all[0] || null;
}

/** A button that plays what was recorded for a sentence; null when nothing was. */
export function listen(key) {
  const url = chosen()?.urls[key];
  return url ? play(url, t('listen')) : null;
}

/** A button that plays a recording; pressed again, it stops. */
export function play(url, label) {
  return button(label, async () => {
    player.pause();
    if (playing === url && !player.ended) { playing = ''; return; }
    const kept = self.caches && await (await caches.open(NAME)).match(url);
    player.src = kept ? URL.createObjectURL(await kept.blob()) : url;
    playing = url;
    await player.play().catch(() => announce(t('sound_none')));
  }, 'second listen', 'sound');
}

/** Keep what may be listened to; called when there is a line and nothing is waiting. Recordings that were replaced go. */
export async function keepVoices() {
  if (!self.caches || navigator.connection?.saveData) return;
  const cards = (pack.rest?.cards || []).flatMap((one) => (one.audio || []).map((sound) => sound.url));
  const wanted = [...new Set([...cards, ...Object.values(chosen()?.urls || {})])].slice(0, MOST);
  if (!wanted.length && !await caches.has(NAME)) return;
  const cache = await caches.open(NAME);
  const there = (await cache.keys()).map((one) => one.url.slice(location.origin.length));
  await Promise.all(there.filter((url) => !wanted.includes(url)).map((url) => cache.delete(url)));
  for (const url of wanted) {
    if (there.includes(url)) continue;
    const answer = await fetch(url, { credentials: 'omit' }).catch(() => null);
    if (!answer) return; // no line: the rest comes next time
    if (answer.ok && /^audio\//.test(answer.headers.get('Content-Type') || '')) await cache.put(url, answer).catch(() => {});
  }
}
