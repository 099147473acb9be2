// Coming in: from a code on paper to the first door, the lock, and what is shown where the app cannot be used.

import { announce, button, figure, go, h, language, lines, notice, question, showFaults, t } from '../dom.js';
import { exported } from '../carry.js';
import * as keys from '../keys.js';
import { APP, NoLine, Said, ask, now } from '../net.js';
import * as outbox from '../outbox.js';
import { fetchPack, pack } from '../pack.js';
import { deviceKey } from '../seal.js';
import * as store from '../store.js';
import { keepVoices } from '../voices.js';

const given = { code: '', label: '', pin: '' };

/** Step 1: the code and a name for this phone. */
export function code() {
  const found = /[#&]enrol[=/]([^&]+)/.exec(location.hash);
  if (found) {
    given.code = decodeURIComponent(found[1]);
    history.replaceState(null, '', '#enrol'); // the code is not left in the history of the browser
  }
  const typed = h('input', { value: given.code, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', class: 'w-medium code-in' });
  const label = h('input', { value: given.label || guess(), maxlength: 80, autocomplete: 'off' });
  const form = h('form', { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    given.code = typed.value.trim(); given.label = label.value.trim();
    const faults = [];
    if (!given.code) faults.push({ id: 'code', message: t('enrol_code_missing') });
    if (!given.label) faults.push({ id: 'label', message: t('enrol_label_missing') });
    showFaults(form, faults);
    if (!faults.length) go('pin');
  } }, question('code', t('enrol_code'), typed, t('enrol_code_hint')), question('label', t('enrol_label'), label, t('enrol_label_hint')),
  h('div', { class: 'actions' }, h('button', { class: 'button' }, t('continue'))));
  return { title: t('enrol_title'), body: [h('p', { class: 'large' }, t('enrol_lead')), steps(1), form], nav: false };
}

function guess() {
  const model = /Android[^;)]*;\s*([^;)]+?)(?:\s+Build|\))/.exec(navigator.userAgent);
  return model && model[1] !== 'K' ? model[1].trim() : '';
}

const steps = (n) => h('p', { class: 'hint' }, t('step_of', { n, of: 4 }));

export const pinField = (id, label, hint = '') => question(id, label, h('input', { type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 6, class: 'w-short pin' }), hint);

export function pin() {
  if (!given.code) { go('enrol', true); return null; }
  const form = h('form', { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const [one, two] = [form.querySelector('#pin1').value, form.querySelector('#pin2').value];
    const faults = pinFaults(one, two);
    showFaults(form, faults);
    if (!faults.length) { given.pin = one; go('fetch', true); }
  } }, pinField('pin1', t('pin_choose'), t('pin_hint')), pinField('pin2', t('pin_again')),
  h('div', { class: 'actions' }, h('button', { class: 'button' }, t('continue'))));
  return { title: t('pin_title'), body: [steps(2), h('p', null, t('pin_lead')), form], nav: false, back: '#enrol' };
}

export function pinFaults(one, two) {
  if (!/^\d{6}$/.test(one)) return [{ id: 'pin1', message: t('pin_six') }];
  const steps_ = [...one].slice(1).map((digit, n) => Number(digit) - Number(one[n]));
  if (new Set(steps_).size === 1 && Math.abs(steps_[0]) < 2) return [{ id: 'pin1', message: t('pin_simple') }];
  return one === two ? [] : [{ id: 'pin2', message: t('pin_differs') }];
}

/** Step 3: this phone's keys are made, the node knows it, the pack comes. */
export function fetchFirst() {
  if (!given.pin && !keys.session) { go('enrol', true); return null; }
  const bar = h('progress', { max: 100, 'aria-label': t('fetch_title') });
  const said = h('p', { role: 'status' }, t('fetch_keys'));
  const place = h('div', null, bar, said);
  const work = async () => {
    try {
      if (given.pin) await enrol();
      await fetchPack((step, bytes) => {
        said.textContent = t(step === 'forms' ? 'fetch_forms' : 'fetch_people', { size: figure(bytes / 1024) });
      });
      if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
      Object.assign(given, { code: '', label: '', pin: '' });
      announce(t('fetch_done', { houses: pack.households.size }));
      keepVoices();
      go('training/1', true);
    } catch (error) { tell(place, error, work); }
  };
  setTimeout(work, 0);
  return { title: t('fetch_title'), body: [steps(3), place], nav: false };
}

async function enrol() {
  const { pair, public: point } = await deviceKey();
  const told = await ask('enrol', { method: 'POST', open: true, json: { code: given.code, label: given.label, language, public: point, app: APP } });
  const device = { id: told.device, account: told.account, label: given.label, key: told.key, keys: told.keys || [], sign: pair, enrolled_at: now() };
  await keys.keep(device, told.token, given.pin, now());
  given.pin = '';
}

function tell(place, error, work) {
  const sentence = error instanceof Said ? error.message : error instanceof NoLine ? t(error.why === 'portal' ? 'line_portal' : 'fetch_no_line')
    : error instanceof store.StoreFull ? t('store_full') : null;
  if (!sentence) throw error;
  const again = error instanceof Said && error.status < 500 && !keys.session;
  place.replaceChildren(notice('red', h('p', null, sentence)), h('div', { class: 'actions' },
    again ? button(t('enrol_other_code'), () => go('enrol', true)) : button(t('try_again'), () => { place.replaceChildren(h('p', null, t('fetch_keys'))); work(); })));
  announce(sentence);
}

/** Step 4: the training cards of the catalogue, each with one thing to remember. */
export function training(n) {
  const cards = (pack.rest?.cards || []).filter((one) => one.training).slice(0, 3);
  const at = Number(n) || 1;
  const one = cards[at - 1];
  if (!one) { go('today', true); return null; }
  return { title: one.title, nav: false, body: [
    at === 1 && notice('green', h('p', null, t('fetch_done', { houses: pack.households.size }))),
    h('p', { class: 'hint' }, t('card_of', { n: at, of: cards.length })), lines(one.text),
    h('div', { class: 'actions' }, button(t(at < cards.length ? 'continue' : 'training_end'), () => go(at < cards.length ? `training/${at + 1}` : 'today', at === cards.length))),
  ] };
}

export function lock(opened) {
  const told = h('div', { role: 'alert' });
  const unsent = h('p', { class: 'hint' });
  outbox.standing().then(({ unsent: n }) => { if (n) unsent.textContent = t('lock_unsent', { n }); });
  const form = h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const typed = form.querySelector('#pin');
    if (!/^\d{6}$/.test(typed.value)) { showFaults(form, [{ id: 'pin', message: t('pin_six') }]); return; }
    const press = form.querySelector('button');
    press.disabled = true;
    const result = await keys.unlock(typed.value);
    typed.value = '';
    press.disabled = false;
    showFaults(form, []);
    if (result.ok) { await opened(); return; }
    if (result.wiped) { location.hash = 'wiped'; return; }
    told.replaceChildren(notice('red', h('p', null, t(result.until ? 'pin_wait' : 'pin_wrong', { left: result.left,
      seconds: Math.ceil(((result.until || 0) - Date.now()) / 1000) }))));
    typed.focus();
  } }, told, pinField('pin', t('lock_pin')), h('div', { class: 'actions' }, h('button', { class: 'button' }, t('unlock'))), unsent);
  return { title: t('lock_title'), body: [form, h('p', { class: 'hint' }, t('lock_forgot'))], nav: false, focus: '#pin' };
}

/** After ten wrong PINs: who was in the pack is gone, the work is not. */
export async function wiped() {
  const { unsent } = await outbox.standing();
  return { title: t('wiped_title'), nav: false, body: [
    h('p', { class: 'large' }, t('wiped_lead')),
    unsent ? notice('gold', h('p', null, t('wiped_unsent', { n: unsent })), exportButton()) : null,
    h('div', { class: 'actions' }, h('a', { class: 'button', href: '#enrol' }, t('enrol_again'))),
  ] };
}

/** The store does not open, even after a reload. */
export function broken(why) {
  return { title: t('broken_title'), nav: false, body: [
    h('p', { class: 'large' }, t('broken_lead')), exportButton(),
    button(t('try_again'), () => { sessionStorage.removeItem('reloaded'); location.reload(); }, 'second'),
    h('p', { class: 'hint' }, why),
  ] };
}

/** "Export unsent": a file that any colleague's phone or the commune can hand in. */
export function exportButton() {
  return button(t('export'), async () => {
    const file = await exported().catch(() => null);
    if (!file) { announce(t('export_none')); return; }
    const url = URL.createObjectURL(file.blob);
    const link = h('a', { href: url, download: file.name });
    document.body.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    announce(t('export_done', { n: file.count, files: file.files, name: file.name }));
  }, 'second', 'download');
}

/** Inside a chat program nothing is kept: its browser forgets. */
export function inApp() {
  const address = `${location.origin}${location.pathname}`;
  const picture = h('img', { src: new URL('../open-in-chrome.svg', import.meta.url).pathname, alt: t('inapp_picture'), width: 320, height: 220 });
  return { title: t('inapp_title'), nav: false, body: [
    h('p', { class: 'large' }, t('inapp_lead')), picture,
    h('ol', { class: 'steps' }, h('li', null, t('inapp_1')), h('li', null, t('inapp_2')), h('li', null, t('inapp_3'))),
    h('p', null, t('inapp_or')), h('p', { class: 'code small' }, address),
  ] };
}

/** The browser lacks what keeps the work safe. */
export const tooOld = () => ({ title: t('old_title'), nav: false, body: [h('p', { class: 'large' }, t(window.isSecureContext ? 'old_lead' : 'old_insecure'))] });
