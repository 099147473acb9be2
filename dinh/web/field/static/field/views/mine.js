// What I did and where it is now: waiting on this phone, at the commune, or back to mend; and guidance, workshops, settings.

import { finishWorkshop, newDraft, visitOfToday } from '../acts.js';
import { announce, button, chip, choices, day, figure, go, h, language, lines, link, moment, notice, question, showFaults, t } from '../dom.js';
import { saveDraft } from '../forms.js';
import { changePin, hide, lock, session, show } from '../keys.js';
import { APP, line } from '../net.js';
import { dismiss, handInFile, history } from '../outbox.js';
import { formOf, pack, titleOf } from '../pack.js';
import * as store from '../store.js';
import { talk } from '../sync.js';
import { begin, warnings } from './day.js';
import { exportButton, pinFaults, pinField } from './doors.js';

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
  const mendable = one.state === 'refused' && one.envelope && copy && formOf(copy.form) && (!one.act || ['edit', 'move_to'].includes(one.act.kind));
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

/** The code at the door, right after something was finished. */
export async function receipt(id) {
  const one = (await history()).find((entry) => entry.op_id === id);
  if (!one) return { title: t('kept_title'), back: '#today', body: [] };
  const [house, person] = one.told.about || [];
  const visit = house && one.kind === 'visit' ? await visitOfToday(house) : null;
  const context = { household: house, person };
  return { title: t('kept_title'), nav: false, body: [
    h('p', { class: 'large' }, one.told.label),
    h('div', { class: 'card receipt' }, h('p', { class: 'hint' }, t('receipt')), h('p', { class: 'code' }, one.receipt), h('p', null, t('receipt_write'))),
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
  return { title: t('hand_in'), back: '#more', body: [h('p', null, t('hand_in_lead')), h('div', { class: 'field' }, h('label', { for: 'hand-in' }, t('hand_in_file')), input), said] };
}

export function more() {
  const rows = [['cards', 'cards', 'book'], ['workshops', 'workshops', 'people'], ['settings', 'settings', 'gear'], ['hand-in', 'hand_in', 'send'], ['difficulty', 'difficulty', 'flag']];
  return { title: t('more'), body: [h('div', { class: 'grid' }, rows.map(([place, label, sign]) => link(`#${place}`, t(label), 'second', sign))),
    h('div', { class: 'actions' }, button(t('lock_now'), () => { lock(); }, 'quiet', 'lock'))] };
}

export function cards() {
  const list = pack.rest?.cards || [];
  return { title: t('cards'), back: '#more', body: [list.length ? h('ul', { class: 'rows' }, list.map((one) => h('li', null, h('a', { href: `#card/${one.id}` }, h('b', null, one.title)))))
    : h('div', { class: 'empty' }, h('p', null, t('cards_empty')))] };
}

export function card(id) {
  const one = (pack.rest?.cards || []).find((row) => row.id === id);
  if (!one) return { title: t('gone_title'), back: '#cards', body: [h('p', null, t('gone'))] };
  const sounds = Array.isArray(one.audio) ? one.audio : one.audio ? [{ url: one.audio, title: '' }] : [];
  return { title: one.title, back: '#cards', body: [
    one.picture && h('img', { src: one.picture, alt: '' }), lines(one.text),
    sounds.map((sound) => h('div', { class: 'field' }, h('p', { class: 'label' }, sound.title || t('listen')), h('audio', { controls: true, preload: 'none', src: sound.url || sound })))] };
}

export function workshops() {
  const list = pack.rest?.workshops || [];
  return { title: t('workshops'), back: '#more', body: [list.length ? h('ul', { class: 'rows' }, list.map((one) => h('li', null,
    h('a', { href: `#workshop/${one.id}` }, h('b', null, one.title), h('span', { class: 'hint' }, [one.on && day(one.on), one.place].filter(Boolean).join(' · '))))))
    : h('div', { class: 'empty' }, h('p', null, t('workshops_empty')))] };
}

/** The list of a workshop: who came, what they could do before and can do after. */
export async function workshop(id) {
  const one = (pack.rest?.workshops || []).find((row) => row.id === id);
  if (!one) return { title: t('gone_title'), back: '#workshops', body: [h('p', null, t('gone'))] };
  const key = `w-${id}`;
  const kept = (await show(await store.get('drafts', key))) || { rows: {}, walkins: [], note: '' };
  const save = async () => { await store.write([{ store: 'drafts', key, put: await hide(kept) }]); };
  const count = h('p', { class: 'large', role: 'status' });
  const tell = () => { count.textContent = t('present', { n: Object.keys(kept.rows).length + kept.walkins.length }); };
  const invited = (one.people || []).map((person) => ({ id: person, name: pack.ofPerson.get(person)?.p.find((row) => row.i === person)?.n })).filter((row) => row.name);
  const walkins = h('div');
  const drawWalkins = () => walkins.replaceChildren(...kept.walkins.map((row, n) => h('section', { class: 'card' }, h('h3', null, row.name), skills(`w${n}`, row, one, save),
    button(t('remove'), () => { kept.walkins.splice(n, 1); save(); drawWalkins(); tell(); }, 'quiet'))));
  const name = h('input', { autocomplete: 'off', maxlength: 120 });
  const add = h('form', { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    if (!name.value.trim()) return;
    kept.walkins.push({ name: name.value.trim(), before: {}, after: {} });
    name.value = ''; save(); drawWalkins(); tell(); announce(count.textContent);
  } }, question('walkin', t('walkin'), name, t('walkin_hint')), h('button', { class: 'button second' }, t('walkin_add')));
  const note = h('textarea', { rows: 3, maxlength: 400, oninput: () => { kept.note = note.value; save(); } });
  note.value = kept.note;
  const place = h('div');
  tell(); drawWalkins();
  const end = async () => {
    const rows = [...Object.entries(kept.rows).map(([person, row]) => ({ ...row, person, label: row.name })), ...kept.walkins];
    if (!rows.length) { showFaults(place, [{ id: 'walkin', message: t('present_none') }]); return; }
    const told = await finishWorkshop(one, rows, kept.note, key);
    talk();
    go(`receipt/${told.op_id}`, true);
  };
  return { title: one.title, back: '#workshops', body: [place, h('p', { class: 'when' }, [one.on && day(one.on), one.place].filter(Boolean).join(' · ')), count,
    invited.length > 0 && [h('h2', null, t('invited')), h('div', null, invited.map((row, n) => personRow(row, n, kept, one, save, tell)))],
    h('h2', null, t('walkins')), add, walkins, question('note', t('note'), note), h('div', { class: 'actions' }, button(t('workshop_end'), end, '', 'check'))] };
}

function personRow(person, n, kept, workshop_, save, tell) {
  const inside = h('div');
  const box = h('input', { type: 'checkbox', id: `p${n}`, checked: person.id in kept.rows, onchange: () => {
    if (box.checked) kept.rows[person.id] = { name: person.name, before: {}, after: {} }; else delete kept.rows[person.id];
    save(); tell(); draw();
  } });
  const draw = () => inside.replaceChildren(...(kept.rows[person.id] ? [skills(`p${n}`, kept.rows[person.id], workshop_, save)] : []));
  draw();
  return h('section', { class: 'card tight' }, h('div', { class: 'choice' }, box, h('label', { for: `p${n}` }, person.name)), inside);
}

/** Before and after, for the skills of this workshop: not yet, with help, alone. */
function skills(prefix, row, workshop_, save) {
  const codes = workshop_.skills || (pack.forms?.lists?.basic_skills || []).map((one) => one.code ?? one[0]);
  const select = (when, code) => {
    const id = `${prefix}-${when}-${code}`;
    const chosen = row[when][code];
    const control = h('select', { id, onchange: () => { if (control.value === '') delete row[when][code]; else row[when][code] = Number(control.value); save(); } },
      h('option', { value: '' }, '–'), [0, 1, 2].map((rung) => h('option', { value: rung, selected: chosen === rung }, t(`skill_${rung}`))));
    return h('div', null, h('label', { for: id }, t(when)), control);
  };
  return h('details', null, h('summary', null, t('skills_before_after')), codes.map((code) => h('fieldset', { class: 'two' }, h('legend', null, titleOf('basic_skills', code)), select('before', code), select('after', code))));
}

export async function settings() {
  const { persisted, free } = await store.room();
  const size = localStorage.getItem('field-text') || '1';
  const sizes = choices('size', t('text_size'), [['1', t('text_1')], ['2', t('text_2')], ['3', t('text_3')]], size);
  sizes.addEventListener('change', (event) => { localStorage.setItem('field-text', event.target.value); document.documentElement.dataset.text = event.target.value; });
  const tongues = choices('language', t('language'), [['vi', 'Tiếng Việt'], ['fr', 'Français'], ['en', 'English']], language);
  tongues.addEventListener('change', (event) => { location.href = `/field/${event.target.value}/#settings`; });
  const row = (label, value) => h('div', null, h('dt', null, label), h('dd', null, value));
  return { title: t('settings'), back: '#more', body: [
    tongues, sizes, h('h2', null, t('safety')), h('div', { class: 'grid' }, link('#new-pin', t('new_pin'), 'second', 'lock'), button(t('lock_now'), () => lock(), 'second', 'lock'), exportButton()),
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
