// What was done and where it is now: waiting on this phone, at the commune, or back for the person to mend.

import { newDraft, visitOfToday } from '../acts.js';
import { announce, button, chip, h, link, moment, notice } from '../dom.js';
import { saveDraft } from '../forms.js';
import { line } from '../net.js';
import { dismiss, history, handInFile } from '../outbox.js';
import { formOf } from '../pack.js';
import { go } from '../route.js';
import { talk } from '../sync.js';
import { t } from '../words.js';
import { exportButton } from './doors.js';
import { warnings } from './day.js';
import { begin } from './day.js';

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
