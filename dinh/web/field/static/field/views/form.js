// A draft being filled: the server's pages, and the few questions that only make sense on the spot.

import { finishDraft, kindOf, Nothing } from '../acts.js';
import { asked } from '../check.js';
import { announce, button, choices, figure, go, h, isoDay, notice, question, showFaults, t } from '../dom.js';
import { evaluate, holds } from '../expr.js';
import { Asking, saveDraft } from '../forms.js';
import { show } from '../keys.js';
import { formOf, pack } from '../pack.js';
import { keepWith, signature, small } from '../photo.js';
import { prefill, showNow } from '../prefill.js';
import * as store from '../store.js';
import { talk } from '../sync.js';
import { listen } from '../voices.js';
import { begin, lineOf } from './house.js';

export let filling = false;
export const stopped = () => { filling = false; };

/** Choose for whom, and which request. */
export function file(houseId, personId = '', procedure = '') {
  const household = pack.households.get(houseId);
  if (!household) return { title: t('gone_title'), back: '#today', body: [h('p', null, t('gone'))] };
  const procedures = pack.forms?.procedures || [];
  if (!personId) {
    return { title: t('file_who'), back: `#house/${houseId}`, body: [h('ul', { class: 'rows' }, household.p.map((one) => h('li', null,
      h('a', { href: `#file/${houseId}/${one.i}${procedure ? `/${procedure}` : ''}` }, h('b', null, one.n), h('span', { class: 'hint' }, lineOf(one))))))] };
  }
  const list = procedure ? procedures.filter((one) => one.id === procedure) : procedures;
  return { title: t('file_what'), back: 'history', body: [
    list.length ? h('ul', { class: 'cards' }, list.map((one) => h('li', { class: 'card' }, h('h2', null, one.title), one.summary && h('p', { class: 'hint' }, one.summary),
      one.fee_note && h('p', { class: 'hint' }, one.fee_note), h('div', { class: 'actions' }, forWhom(one, household, personId)))))
      : notice('gold', h('p', null, t('file_none')))] };
}

function forWhom(form, household, personId) {
  const start = (about) => begin(form.id, { household: household.i, person: personId, about, procedure: form.id });
  const other = household.p.filter((one) => one.i !== personId);
  const needs = Object.values(form.fields).some((field) => (field.prefill || []).some((one) => String(one.path || one).startsWith('subject.')));
  if (!needs || !other.length) return button(t('file_begin'), () => start(personId));
  const select = h('select', { id: `about-${form.id}` }, household.p.map((one) => h('option', { value: one.i, selected: one.i === personId }, one.n)), h('option', { value: '' }, t('file_not_listed')));
  return [h('label', { for: `about-${form.id}` }, t('file_about')), select, button(t('file_begin'), () => start(select.value || null))];
}

export async function draft(id) {
  const kept = await show(await store.get('drafts', id));
  const form = kept && formOf(kept.form);
  if (!kept) return { title: t('gone_title'), back: '#today', body: [h('p', null, t('draft_gone'))] };
  if (!form) return { title: t('gone_title'), back: '#today', body: [h('p', null, t('form_gone'))] };
  filling = true;
  const household = pack.households.get(kept.context.household);
  if (household) fillFrom(form, kept, household);
  const saved = h('p', { class: 'saved', role: 'status' }, t('draft_saved'));
  const asking = new Asking(form, kept, (ok) => { saved.textContent = t(ok ? 'draft_saved' : 'store_full'); }, pack.forms?.lists?.places || []);
  const person = household?.p.find((one) => one.i === kept.context.person);
  const walk = new Walk(form, kept, asking, household, saved);
  await walk.show();
  return { title: form.title, back: () => walk.back(), body: [
    h('p', { class: 'when' }, person ? person.n : household ? household.a : ''), walk.place, saved,
    walk.dropping()], nav: false };
}

const CHANGES = ['facts', 'correction'];

function fillFrom(form, kept, household) {
  const person = (id) => household.p.find((row) => row.i === id);
  const role = (id) => person(id) && { person: person(id), household };
  const { person: who, about } = kept.context;
  if (CHANGES.includes(kindOf(form))) showNow(form, household, person(who), kept);
  // Who asks for a child or a neighbour is not the one whom it is about: of that one nothing is known then.
  const other = about && about !== who;
  if (other && form.fields.for_whom && kept.raw.for_whom === undefined) kept.raw.for_whom = 'other';
  prefill(form, { applicant: role(who), subject: other ? role(about) : undefined, household: { household } }, kept, isoDay());
}

class Walk {
  constructor(form, kept, asking, household, saved) {
    Object.assign(this, { form, kept, asking, household, saved });
    this.place = h('div');
    const outcome = kindOf(form) === 'visit' && household && asking.place('outcome');
    if (outcome) outcome.after(met(this));
  }

  /** Steps of now: which there are depends on the answers. */
  steps() {
    const { pages } = asked(this.form, this.kept.raw, isoDay());
    const steps = pages.map((page) => ({ page }));
    if (this.kept.context.procedure) {
      if (documents(this.form, this.kept).length) steps.push({ own: papers });
      steps.push({ own: consent }, { own: look });
    }
    return steps;
  }

  async show() {
    const steps = this.steps();
    this.kept.step = Math.min(this.kept.step, steps.length - 1);
    const step = steps[this.kept.step];
    const last = this.kept.step === steps.length - 1;
    const own = step.own ? step.own(this) : null;
    this.check = own ? own.check : () => this.asking.leave(step.page);
    this.asking.show(step.page || '');
    const inner = own ? own.body : this.asking.root;
    const form = h('form', { novalidate: true, class: 'step', onsubmit: (event) => { event.preventDefault(); this.next(last); } },
      steps.length > 1 && h('p', { class: 'hint' }, t('step_of', { n: this.kept.step + 1, of: steps.length })),
      CHANGES.includes(kindOf(this.form)) && h('p', { class: 'hint' }, t('known_now')), inner,
      h('div', { class: 'actions' }, h('button', { class: 'button' }, last ? t('finish') : t('continue'))));
    this.place.replaceChildren(form);
  }

  async next(last) {
    if (this.busy) return;
    this.busy = true;
    try {
      if (!await this.check() || !this.eligible()) return;
      if (last) { await this.finish(); return; }
      this.kept.step += 1;
      if (this.household) { fillFrom(this.form, this.kept, this.household); this.asking.fill(); this.asking.refresh(); } // an answer may say who is meant
      await saveDraft(this.kept, false);
      await this.show();
      this.top();
    } finally { this.busy = false; }
  }

  /** A condition of the law that does not hold is told at once, and not after the walk home. */
  eligible() {
    const { values } = asked(this.form, this.kept.raw, isoDay());
    const against = (this.form.eligibility || []).filter((one) => evaluate(one.condition, values, isoDay()) === false);
    if (against.length) showFaults(this.place.querySelector('form'), against.map((one) => ({ id: 'main', message: one.message })));
    return !against.length;
  }

  top() {
    scrollTo(0, 0);
    const heading = this.place.querySelector('h2:not([hidden] h2), legend') || this.place;
    heading.tabIndex = -1; heading.focus({ preventScroll: true });
  }

  async back() {
    if (this.kept.step === 0) { filling = false; history.back(); return; }
    this.kept.step -= 1;
    await this.asking.work;
    await saveDraft(this.kept, false);
    await this.show();
    this.top();
  }

  /** Throwing away what was typed takes two presses, at two places. */
  dropping() {
    const place = h('div', { class: 'actions' });
    const ask = () => place.replaceChildren(h('p', { role: 'alert' }, t('draft_drop_sure')), button(t('draft_keep'), plain, 'second'), button(t('draft_drop_yes'), () => this.drop(), 'quiet'));
    const plain = () => place.replaceChildren(button(t('draft_drop'), () => (this.kept.touched ? ask() : this.drop()), 'quiet'));
    plain();
    return place;
  }

  async drop() {
    await this.asking.work;
    clearTimeout(this.asking.timer);
    await store.write([{ store: 'drafts', del: this.kept.id }, ...this.kept.files.map((one) => ({ store: 'blobs', del: one.sha256 }))]);
    filling = false;
    go(this.household ? `house/${this.household.i}` : 'today', true);
  }

  async finish() {
    await this.asking.work;
    clearTimeout(this.asking.timer);
    try {
      const told = await finishDraft(this.form, this.kept, this.asking.values(), this.asking.answers());
      filling = false;
      talk();
      go(`receipt/${told.op_id}`, true);
    } catch (error) {
      if (error instanceof store.StoreFull) { announce(t('store_full')); this.saved.textContent = t('store_full'); return; }
      if (!(error instanceof Nothing)) throw error;
      showFaults(this.place.querySelector('form'), [{ id: 'main', message: t(error.message) }]);
    }
  }
}

/** Who was met, once somebody was: the people of the house, as boxes to tick. */
function met({ household, kept, asking }) {
  const body = choices('met', t('met_who'), household.p.map((one) => [one.i, one.n]), kept.own.met || [], { many: true, hint: t('met_hint') });
  body.addEventListener('change', () => { kept.own.met = [...body.querySelectorAll('input:checked')].map((one) => one.value); saveDraft(kept); });
  const draw = () => { body.hidden = kept.raw.outcome !== 'met'; };
  asking.root.addEventListener('change', draw);
  draw();
  return body;
}

function documents(form, kept) {
  const { values } = asked(form, kept.raw, isoDay());
  return (form.documents || []).filter((one) => holds(one.visible_if, values, isoDay()))
    .map((one) => ({ ...one, needed: one.required || (one.required_if && holds(one.required_if, values, isoDay())) }));
}

function papers({ form, kept }) {
  const list = documents(form, kept);
  const body = h('div', null, h('h2', null, t('papers_title')), h('p', null, t('papers_lead')), list.map((one) => photoField(kept, `doc-${one.id}`,
    one.needed ? one.title : `${one.title} ${t('optional')}`, one.help || '', (found) => found.document === one.id, { document: one.id })));
  return { body, check: () => {
    const faults = list.filter((one) => one.needed && !kept.files.some((file_) => file_.document === one.id)).map((one) => ({ id: `doc-${one.id}`, message: t('paper_missing', { paper: one.title }) }));
    showFaults(body, faults);
    return !faults.length;
  } };
}

/** A photograph: made small, sealed, and never to be seen again on this phone. */
function photoField(kept, id, label, hint, mine, extra) {
  const said = h('p', { class: 'saved', role: 'status' });
  const press = h('span');
  const tell = () => { const one = kept.files.find(mine); said.textContent = one ? t('photo_kept', { size: figure(one.size / 1024) }) : ''; press.textContent = t(one ? 'photo_again' : 'photo_take'); };
  const input = h('input', { type: 'file', 'aria-describedby': `${id}_l`, accept: 'image/*', capture: 'environment', onchange: async () => {
    const [picked] = input.files;
    if (!picked) return;
    said.textContent = t('photo_working');
    try {
      const kept_ = await keepWith(await small(picked), kept.id);
      kept.files = [...kept.files.filter((one) => !mine(one)), { ...kept_, ...extra, name: `${extra.document || 'consent'}.jpg` }];
      await saveDraft(kept);
      tell();
    } catch (error) { said.textContent = t(error instanceof store.StoreFull ? 'store_full' : 'photo_bad'); }
    input.value = '';
  } });
  tell();
  input.id = id; input.className = 'unseen';
  return h('div', { class: 'field photo' }, h('p', { class: 'label', id: `${id}_l` }, label), hint && h('p', { class: 'hint' }, hint), input, h('label', { for: id, class: 'button second' }, press), said);
}

const WAYS = ['spoken', 'drawn', 'fingerprint', 'written'];

function consent({ kept, household }) {
  const who = household?.p.find((one) => one.i === kept.context.person);
  const extra = h('div');
  const pad = signature(() => {});
  const mine = (one) => one.consent;
  const witness = h('input', { value: kept.own.witness || '', autocomplete: 'off', maxlength: 120, oninput: () => { kept.own.witness = witness.value; saveDraft(kept); } });
  const draw = () => {
    const how = kept.own.how;
    extra.replaceChildren(...[
      how === 'spoken' && question('witness', t('witness'), witness, t('witness_hint')),
      how === 'drawn' && h('div', { class: 'field' }, h('p', { class: 'label', id: 'sign-label' }, t('sign_here')), named(pad.canvas), button(t('sign_clear'), pad.clear, 'quiet')),
      (how === 'fingerprint' || how === 'written') && h('p', null, t(`consent_${how}_hint`)),
      (how === 'fingerprint' || how === 'written') && photoField(kept, 'proof', t('proof_photo'), t('proof_hint'), mine, { consent: true }),
    ].filter(Boolean));
  };
  const ways = choices('how', t('consent_how'), WAYS.map((way) => [way, t(`consent_${way}`)]), kept.own.how || '');
  ways.addEventListener('change', (event) => { kept.own.how = event.target.value; saveDraft(kept); draw(); });
  draw();
  const body = h('div', null, h('h2', null, t('consent_title')), notice('', h('p', null, t('consent_read', { name: who ? who.n : '' })), listen('notice.consent')), ways, extra);
  return { body, check: async () => {
    const faults = [];
    if (!kept.own.how) faults.push({ id: 'how', message: t('consent_missing') });
    if (kept.own.how === 'spoken' && !(kept.own.witness || '').trim()) faults.push({ id: 'witness', message: t('witness_missing') });
    if (kept.own.how === 'drawn' && pad.empty() && !kept.files.some(mine)) faults.push({ id: 'signature', message: t('sign_missing') });
    showFaults(body, faults);
    if (faults.length) return false;
    if (kept.own.how === 'drawn' && !pad.empty()) {
      const file_ = await keepWith(await pad.picture(), kept.id);
      kept.files = [...kept.files.filter((one) => !mine(one)), { ...file_, consent: true, name: 'signature.png' }];
    } else if (kept.own.how === 'spoken') kept.files = kept.files.filter((one) => !mine(one));
    await saveDraft(kept);
    return true;
  } };
}

const named = (canvas) => { canvas.id = 'signature'; canvas.setAttribute('role', 'img'); canvas.setAttribute('aria-labelledby', 'sign-label'); return canvas; };

/** Everything once more, read to the person before it goes. */
function look({ form, kept, asking }) {
  const { pages } = asked(form, kept.raw, isoDay());
  const parts = form.pages.filter((page) => pages.includes(page.id)).map((page) => [h('h3', null, page.title), h('dl', { class: 'facts' }, asking.fieldsOf(page.id).map((id) => {
    const shown = told(asking, id, kept.raw[id]);
    return shown && h('div', null, h('dt', null, form.fields[id].title || id), h('dd', null, shown));
  }))]);
  return { body: h('div', null, h('h2', null, t('look_title')), h('p', null, t('look_lead')), parts,
    kept.files.length > 0 && h('p', null, t('look_files', { n: kept.files.length }))), check: () => true };
}

function told(asking, id, raw) {
  if (raw === undefined || raw === null || raw === '') return '';
  const place = asking.place(id);
  if (Array.isArray(raw)) return raw.map((row) => (row.full_name ? row.full_name : row)).join(', ');
  const chosen = place?.querySelector('input:checked, option:checked');
  const label = chosen && (chosen.tagName === 'OPTION' ? chosen : place.querySelector(`label[for="${CSS.escape(chosen.id)}"]`));
  return label ? label.textContent.trim() : String(raw);
}

