// What I did and where it is now: waiting on this phone, at the commune, or back to mend; and guidance, workshops, settings.

import { newDraft, visitOfToday } from '../acts.js';
import { announce, button, chip, choices, figure, go, h, icon, language, lines, link, moment, notice, question, showFaults, t } from '../dom.js';
import { saveDraft } from '../forms.js';
import { changePin, lock, session } from '../keys.js';
import { APP, line } from '../net.js';
import { handInFile } from '../carry.js';
import { dismiss, history } from '../outbox.js';
import { formOf, pack } from '../pack.js';
import * as store from '../store.js';
import { talk } from '../sync.js';
import { chosen, play } from '../voices.js';
import { warnings } from './day.js';
import { exportButton, pinFaults, pinField } from './doors.js';
import { begin } from './house.js';

const TONE = { unsent: ['gold', '‖'], refused: ['red', '■'], applied: ['green', '✓'], duplicate: ['green', '✓'], merged: ['green', '✓'], review: ['indigo', '‖'], waiting: ['gold', '‖'] };

const stateChip = (state) => chip(t(`state_${state}`), ...(TONE[state] || ['', '']));

export async function outbox() {
  const rows = await history();
  const needs = rows.filter((one) => one.state === 'refused' && one.envelope);
  const waits = rows.filter((one) => one.state === 'unsent');
  const sent = rows.filter((one) => !needs.includes(one) && !waits.includes(one)).slice(0, 100);
  const part = (title, list, empty) => [h('h2', null, `${title} (${list.length})`), list.length ? h('ul', { class: 'rows' }, list.map(row)) : h('p', { class: 'hint' }, empty)];
  return { title: t('outbox'), body: [
    (await warnings()).slice(0, 2),
    h('div', { class: 'actions' }, button(t('send_now'), sendNow, '', 'send')),
    needs.length > 0 && part(t('outbox_needs'), needs, ''),
    part(t('outbox_waiting'), waits, t('outbox_waiting_none')),
    waits.length > 0 && h('div', { class: 'actions' }, exportButton()),
    part(t('outbox_sent'), sent, t('outbox_sent_none')),
    h('p', { class: 'hint' }, t('outbox_kept')),
  ] };
}

const row = (one) => h('li', null, h('a', { href: `#op/${one.op_id}` }, h('b', null, one.told.label || t(`kind_${one.kind}`)),
  h('span', { class: 'hint' }, `${moment(one.at)} · `, h('span', { class: 'number' }, one.receipt)), h('span', null, stateChip(one.state))));

/** "Send now", and what became of it in one sentence. */
export async function sendNow() {
  announce(t('sending'));
  const told = await talk({ asked: true });
  const sentence = !told ? t('sending_elsewhere') : told.error ? told.error.message : told.why ? t(`line_${told.why}`)
    : told.left ? t('sent_part', { n: told.sent, left: told.left }) : t('sent_all');
  announce(sentence);
  return sentence;
}

export async function op(id) {
  const one = (await history()).find((entry) => entry.op_id === id);
  if (!one) return { title: t('gone_title'), back: '#outbox', body: [h('p', null, t('op_gone'))] };
  const copy = one.told.again;
  const mendable = one.state === 'refused' && one.envelope && copy && formOf(copy.form) && (!one.act || one.act.kind === 'edit');
  const faults = one.answer?.faults || [];
  return { title: one.told.label || t(`kind_${one.kind}`), back: 'history', body: [
    h('p', null, stateChip(one.state)), one.message && notice(one.state === 'refused' ? 'red' : '', h('p', null, one.message),
      faults.length > 0 && h('ul', null, faults.map((fault) => h('li', null, fault.message || fault)))),
    one.answer?.dossier && h('p', null, t('dossier_code'), ' ', h('b', { class: 'number' }, one.answer.dossier.number || one.answer.dossier)),
    h('dl', { class: 'facts' }, h('div', null, h('dt', null, t('receipt')), h('dd', { class: 'code' }, one.receipt)),
      h('div', null, h('dt', null, t('done_at')), h('dd', null, moment(one.at))),
      one.mended && h('div', null, h('dt', null, t('mended_as')), h('dd', { class: 'code' }, one.mended))),
    h('div', { class: 'actions' }, mendable && button(t('mend'), () => mend(one), '', 'pen'),
      one.state === 'refused' && one.envelope && button(t('put_aside'), async () => { await dismiss(id); go('outbox', true); }, 'second')),
    one.state === 'refused' && !mendable && one.act?.kind === 'ask_leader' && h('p', null, t('ask_leader')),
  ] };
}

/** Open the form again with its answers; what comes of it names the refused one. */
async function mend(one) {
  const { form, context, raw, own, sealed, sources, files } = one.told.again;
  const draft = { ...newDraft(form, context), raw, own, sealed, sources, files: files || [], replaces: one.op_id };
  await saveDraft(draft);
  go(`draft/${draft.id}`);
}

const SLIP = ['visit', 'assistance', 'filing', 'difficulty', 'result.brought']; // told on the paper that stays in the house

/** The code at the door, right after something was finished. */
export async function receipt(id) {
  const one = (await history()).find((entry) => entry.op_id === id);
  if (!one) return { title: t('kept_title'), back: '#today', body: [] };
  const [about, person] = one.told.about || [];
  const house = pack.households.has(about) ? about : '';
  const visit = house && one.kind === 'visit' ? await visitOfToday(house) : null;
  const context = { household: house, person };
  return { title: t('kept_title'), nav: false, body: [
    h('p', { class: 'large' }, one.told.label),
    h('div', { class: 'card receipt' }, h('p', { class: 'hint' }, t('receipt')), h('p', { class: 'code' }, one.receipt), SLIP.includes(one.kind) && house && h('p', null, t('receipt_write'))),
    h('p', null, t(line.state === 'online' ? 'kept_online' : 'kept_offline')),
    visit && [h('h2', null, t('what_next')), h('div', { class: 'grid' }, formOf('assist') && button(t('do_assist'), () => begin('assist', context), 'second', 'hand'),
      link(`#file/${house}`, t('do_file'), 'second', 'file'), formOf('difficulty') && button(t('difficulty'), () => begin('difficulty', context), 'second', 'flag'))],
    h('div', { class: 'actions' }, house && link(`#house/${house}`, t('back_to_house'), 'second'), link('#today', t('to_today'), visit ? 'second' : '')),
  ] };
}

/** Hand in a colleague's file. */
export function handIn() {
  const said = h('div', { role: 'status' });
  const input = h('input', { type: 'file', accept: '.json,application/json', onchange: async () => {
    const [file] = input.files;
    if (!file) return;
    said.replaceChildren(h('p', null, t('sending')));
    try {
      const n = await handInFile(await file.text());
      said.replaceChildren(notice('green', h('p', null, t('handed_in', { n }))));
    } catch (error) {
      const sentence = error instanceof SyntaxError ? t('hand_in_wrong') : error.status ? error.message : t('hand_in_no_line');
      said.replaceChildren(notice('red', h('p', null, sentence)));
    }
    input.value = '';
  } });
  input.id = 'hand-in';
  input.className = 'unseen';
  return { title: t('hand_in'), back: '#more', body: [h('p', null, t('hand_in_lead')), h('div', { class: 'actions pick' }, input, h('label', { for: 'hand-in', class: 'button' }, icon('file'), t('hand_in_file'))), said] };
}

/** Black on white, for a screen in the sun. */
function sun(on) {
  document.documentElement.dataset.sun = on ? '1' : '';
  localStorage.setItem('field-sun', on ? '1' : '');
}

export function more() {
  const rows = [['cards', 'cards', 'book'], ['workshops', 'workshops', 'people'], ['settings', 'settings', 'gear'], ['hand-in', 'hand_in', 'send'], ['difficulty', 'difficulty', 'flag']];
  return { title: t('more'), body: [h('div', { class: 'grid' }, rows.map(([place, label, sign]) => link(`#${place}`, t(label), 'second', sign))),
    h('div', { class: 'actions' }, button(t(document.documentElement.dataset.sun ? 'sun_off' : 'sun_on'), () => { sun(!document.documentElement.dataset.sun); go('more'); }, 'second', 'sun'),
      button(t('lock_now'), () => { lock(); }, 'quiet', 'lock'))] };
}

export function cards() {
  const list = pack.rest?.cards || [];
  return { title: t('cards'), back: '#more', body: [list.length ? h('ul', { class: 'rows' }, list.map((one) => h('li', null, h('a', { href: `#card/${one.id}` }, h('b', null, one.title)))))
    : h('div', { class: 'empty' }, h('p', null, t('cards_empty')))] };
}

export function card(id) {
  const one = (pack.rest?.cards || []).find((row) => row.id === id);
  if (!one) return { title: t('gone_title'), back: '#cards', body: [h('p', null, t('gone'))] };
  return { title: one.title, back: '#cards', body: [h('div', { class: 'actions' }, (one.audio || []).map((sound) => play(sound.url, `${t('listen')}: ${sound.title}`))), lines(one.text)] };
}

export async function settings() {
  const { persisted, free } = await store.room();
  const size = localStorage.getItem('field-text') || '1';
  const sizes = choices('size', t('text_size'), [['1', t('text_1')], ['2', t('text_2')], ['3', t('text_3')]], size);
  sizes.addEventListener('change', (event) => { localStorage.setItem('field-text', event.target.value); document.documentElement.dataset.text = event.target.value; });
  const tongues = choices('language', t('language'), [['vi', 'Tiếng Việt'], ['fr', 'Français'], ['en', 'English']], language);
  tongues.addEventListener('change', (event) => { location.href = `/field/${event.target.value}/#settings`; });
  const voices = pack.rest?.voices || [];
  const spoken = voices.length > 0 && choices('voice', t('listen_in'), voices.map((one) => [one.code, one.title]), chosen().code);
  if (spoken) spoken.addEventListener('change', (event) => { localStorage.setItem('field-voice', event.target.value); talk({ asked: true }); });
  const row = (label, value) => h('div', null, h('dt', null, label), h('dd', null, value));
  return { title: t('settings'), back: '#more', body: [
    sizes, tongues, spoken, h('h2', null, t('safety')), h('div', { class: 'grid' }, link('#new-pin', t('new_pin'), 'second', 'lock'), button(t('lock_now'), () => lock(), 'second', 'lock'), exportButton()),
    h('h2', null, t('about')), h('dl', { class: 'facts' }, row(t('about_member'), session.device.account.name), row(t('about_phone'), session.device.label),
      row(t('about_houses'), figure(pack.households.size)), row(t('about_contact'), line.known ? moment(line.known) : t('never')),
      row(t('about_storage'), t(persisted ? 'storage_kept' : 'storage_may_go')), free !== null && row(t('about_free'), `${figure(free)} MB`), row(t('about_version'), `${APP} · ${document.documentElement.dataset.build || ''}`)),
    persisted === false && button(t('storage_ask'), async () => { const yes = await navigator.storage.persist(); announce(t(yes ? 'storage_kept' : 'storage_refused')); go('settings'); }, 'second'),
  ] };
}

export function newPin() {
  const form = h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const [old, one, two] = ['old', 'pin1', 'pin2'].map((id) => form.querySelector(`#${id}`).value);
    const faults = pinFaults(one, two);
    if (!faults.length && !await changePin(old, one)) faults.push({ id: 'old', message: t('pin_old_wrong') });
    showFaults(form, faults);
    if (!faults.length) { announce(t('pin_changed')); go('settings', true); }
  } }, pinField('old', t('pin_old')), pinField('pin1', t('pin_choose'), t('pin_hint')), pinField('pin2', t('pin_again')), h('div', { class: 'actions' }, h('button', { class: 'button' }, t('keep'))));
  return { title: t('new_pin'), back: '#settings', body: [form] };
}
