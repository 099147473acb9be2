// The door of the app on this phone; and what is shown when the door cannot be opened.

import { announce, button, h, notice, showFaults } from '../dom.js';
import * as keys from '../keys.js';
import * as outbox from '../outbox.js';
import { t } from '../words.js';
import { pinField } from './enrol.js';

/** @param {() => Promise<void>} opened */
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

/** The store does not open, even after a reload. @param {string} why */
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
    const file = await outbox.exported().catch(() => null);
    if (!file) { announce(t('export_none')); return; }
    const url = URL.createObjectURL(file.blob);
    const link = h('a', { href: url, download: file.name });
    document.body.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    announce(t('export_done', { n: file.count, name: file.name }));
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
