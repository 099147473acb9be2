// A form of the server, asked one page at a time: its own HTML, its conditions live, each answer saved as it is given.

import { asked, digits, mask, masked, mustAnswer, read, Wrong } from './check.js';
import { clearFault, h, isoDay, showFaults, t } from './dom.js';
import { hide, session } from './keys.js';
import { sealField } from './seal.js';
import { fold } from './search.js';
import * as store from './store.js';
import { listen } from './voices.js';

/** A draft: {id, form, context, raw, sealed, sources, files, own, step, at, touched}. What is typed of a number is never
 * in it; touched: somebody answered something. */

export async function saveDraft(draft, touched = true) {
  draft.touched ||= touched;
  await store.write([{ store: 'drafts', key: draft.id, put: await hide(draft) }]);
}

export const controlId = (id) => `id_${id.replace(/[.[]/g, '-').replace(/\]/g, '')}`;

/** A form as it is filled. */
export class Asking {

  constructor(form, draft, told, places) {
    this.form = form; this.lists = places; this.draft = draft; this.told = told;
    this.today = isoDay();
    this.root = h('div', { class: 'questions' });
    const template = document.createElement('template');
    template.innerHTML = form.html; // made by our own server from the catalogue; the policy lets no script of it run
    this.root.append(template.content);
     this.work = Promise.resolve();
    this.timer = 0;
    this.suggest();
    this.speak();
    this.fill();
    this.root.addEventListener('input', (event) => this.heard(event, false));
    this.root.addEventListener('change', (event) => this.heard(event, true));
    this.root.addEventListener('click', (event) => this.pressed(event));
    this.refresh();
  }

  place(id) {
    return this.root.querySelector(`[data-field="${CSS.escape(id)}"]`);
  }

  /** Names of places that are known here, offered while one types. */
  suggest() {
    this.places = new Map();
    for (const [id, field] of Object.entries(this.form.fields)) {
      const control = field.type === 'place' && this.place(id)?.querySelector('input');
      if (!control) continue;
      const near = this.lists.filter(([, , level]) => !field.levels || field.levels.includes(level));
      for (const [unit, name] of near) this.places.set(fold(name), unit);
      control.setAttribute('list', `${control.id}_near`);
      control.after(h('datalist', { id: `${control.id}_near` }, near.map(([, name]) => h('option', { value: name }))));
    }
  }

  /** A button beside each question that somebody recorded. */
  speak() {
    for (const id of Object.keys(this.form.fields)) {
      const sound = listen(`field.${this.form.id}.${id}`);
      if (sound) this.place(id)?.prepend(sound);
    }
  }

  /** Put the answers of the draft into the controls, with where they come from. */
  fill() {
    for (const id of Object.keys(this.form.fields)) {
      const place = this.place(id);
      const raw = this.draft.raw[id];
      if (!place || raw === undefined || raw === null || raw === '') continue;
      if (this.form.fields[id].type === 'people') this.fillPeople(place, raw);
      else for (const control of place.querySelectorAll('input, select, textarea')) put(control, raw);
      if (this.draft.sources[id] === 'register') this.note(place, t('from_register'));
    }
  }

  fillPeople(place, rows) {
    while (place.querySelectorAll('.person-row').length < rows.length) this.addRow(place);
    place.querySelectorAll('.person-row').forEach((row, n) => {
      for (const control of row.querySelectorAll('[name]')) {
        const column = control.name.split('.').pop();
        if (rows[n] && column in rows[n]) put(control, rows[n][column]);
      }
    });
  }

  note(place, words) {
    const before = place.querySelector('label, legend');
    if (before && !place.querySelector('.source')) before.after(h('p', { class: 'source' }, words));
  }

  heard(event, whole) {
    const place = event.target.closest('[data-field]');
    if (!place) return;
    const id = place.dataset.field;
    const field = this.form.fields[id];
    if (!field) return;
    if (isNumber(field, event.target)) {
      this.number(id, event.target, whole);
      return;
    }
    this.draft.raw[id] = this.collect(place, field);
    clearFault(place);
    if (this.draft.sources[id]) { delete this.draft.sources[id]; place.querySelector('.source')?.remove(); }
    this.refresh();
    this.later(whole);
  }

  /** An identity number: nothing of it is kept until it is whole; then it is sealed, and four digits stay to be seen. */
  number(id, control, whole) {
    const path = control.name || id;
    if (masked(control.value)) return;
    delete this.draft.sealed[path];
    if (!whole) return;
    let plain = '';
    try { plain = digits(control.value); } catch { /* told when the page is left */ }
    if (!plain) return;
    this.work = this.work.then(async () => {
      this.draft.sealed[path] = await sealField(path, plain, session.device.id, session.device.key);
      control.value = mask(plain);
      this.draft.raw[id] = this.collect(this.place(id), this.form.fields[id]);
      if (this.draft.sources[id]) delete this.draft.sources[id];
      this.note(control.closest('.cell') || this.place(id), t('sealed_note'));
      this.refresh();
      this.later(true);
    });
  }

  collect(place, field) {
    if (field.type === 'people') {
      return [...place.querySelectorAll('.person-row')].map((row) => {
        const found = {};
        for (const control of row.querySelectorAll('[name]')) {
          const column = control.name.split('.').pop();
          if (control.type === 'radio' && !control.checked) continue;
          if (column === 'number' && control.value && !masked(control.value)) continue; // not sealed yet
          if (control.value && control.name !== '_remove') found[column] = control.value;
        }
        return found;
      });
    }
    const boxes = [...place.querySelectorAll('input[type=radio], input[type=checkbox]')];
    if (field.type === 'choices') return boxes.filter((one) => one.checked).map((one) => one.value);
    if (boxes.length) {
      const chosen = boxes.find((one) => one.checked);
      return chosen ? (chosen.type === 'checkbox' ? 'yes' : chosen.value) : '';
    }
    return place.querySelector('input, select, textarea')?.value ?? '';
  }

  pressed(event) {
    const press = event.target.closest('button[name="_add"], button[name="_remove"]');
    if (!press) return;
    event.preventDefault();
    const place = press.closest('[data-field]');
    if (press.name === '_add') this.addRow(place).querySelector('input').focus();
    else {
      const rows = place.querySelectorAll('.person-row');
      const row = press.closest('.person-row');
      if (rows.length > 1) row.remove(); else row.querySelectorAll('input').forEach(empty);
    }
    this.draft.raw[place.dataset.field] = this.collect(place, this.form.fields[place.dataset.field]);
    this.later(true);
  }

  addRow(place) {
    const rows = place.querySelectorAll('.person-row');
    const last = rows[rows.length - 1];
    const row = last.cloneNode(true);
    const n = Number(last.dataset.n || rows.length - 1) + 1;
    row.dataset.n = n;
    for (const one of row.querySelectorAll('[id]')) one.id = `${one.id.replace(/_r\d+$/, '')}_r${n}`;
    for (const one of row.querySelectorAll('[for]')) one.htmlFor = `${one.htmlFor.replace(/_r\d+$/, '')}_r${n}`;
    for (const one of row.querySelectorAll('[aria-labelledby]')) {
      one.setAttribute('aria-labelledby', `${one.getAttribute('aria-labelledby').replace(/_r\d+$/, '')}_r${n}`);
    }
    for (const one of row.querySelectorAll('[name]')) one.name = one.name.replace(/\.\d+\.(\w+)$/, `.${n}.$1`);
    row.querySelectorAll('input, select').forEach(empty);
    row.querySelectorAll('.source').forEach((one) => one.remove());
    const title = row.querySelector('.person-n');
    if (title) title.textContent = title.textContent.replace(/\d+/, String(rows.length + 1));
    last.after(row);
    return row;
  }

  /** Save soon, or now; and tell when it is safe. */
  later(now) {
    clearTimeout(this.timer);
    const save = () => { this.work = this.work.then(() => saveDraft(this.draft)).then(() => this.told(true), () => this.told(false)); };
    if (now) save(); else this.timer = setTimeout(save, 400);
  }

  /** Show what is asked now. */
  refresh() {
    this.state = asked(this.form, this.draft.raw, this.today);
    for (const id of Object.keys(this.form.fields)) {
      const place = this.place(id);
      if (!place) continue;
      place.hidden = !this.state.fields.has(id);
      const must = mustAnswer(this.form.fields[id], this.state.values, this.today);
      place.classList.toggle('must', must);
      for (const word of place.querySelectorAll('label .optional, legend .optional')) word.hidden = must;
    }
    for (const page of this.root.querySelectorAll('[data-page]')) {
      // Where nothing must be answered this is said once, and not beside every question.
      page.classList.toggle('free', !page.querySelector('.must:not([hidden])'));
      page.querySelectorAll('[data-section]').forEach((section, n) => {
        section.hidden = !this.state.sections.has(`${page.dataset.page}/${section.dataset.section || n}`);
      });
    }
  }

  show(page) {
    for (const one of this.root.querySelectorAll('[data-page]')) one.hidden = one.dataset.page !== page;
  }

  fieldsOf(page) {
    const found = this.form.pages.find((one) => one.id === page);
    return (found?.sections || []).flatMap((section) => section.fields).filter((id) => this.state.fields.has(id));
  }

  async faults(page) {
    document.activeElement?.dispatchEvent?.(new Event('change', { bubbles: true })); // a key may press "next" without leaving a field
    await this.work;
    return this.fieldsOf(page).flatMap((id) => {
      const field = this.form.fields[id];
      const place = this.place(id);
      const control = place?.querySelector('input:not([type=hidden]), select, textarea');
      const fault = (message) => [{ id: control?.id || controlId(id), message, name: field.title }];
      for (const one of place ? place.querySelectorAll('input') : []) {
        if (!isNumber(field, one) || !one.value || masked(one.value)) continue;
        try { digits(one.value); } catch (error) { if (error instanceof Wrong) return [{ id: one.id, message: error.message, name: field.title }]; throw error; }
      }
      try {
        const value = read(field, this.draft.raw[id], this.today);
        if (value === null && mustAnswer(field, this.state.values, this.today)) return fault(t('must_answer'));
        const first = field.not_before && this.state.values[field.not_before];
        if (value && first && value < first) return fault(t('v_before_first'));
      } catch (error) {
        if (error instanceof Wrong) return fault(error.message);
        throw error;
      }
      return [];
    });
  }

  async leave(page) {
    const faults = await this.faults(page);
    showFaults(this.root, faults);
    return !faults.length;
  }

  /** Typed answers of what is asked; boxes that were all unticked are an answer too. */
  values() {
    const given = (id) => this.state.values[id] ?? (Array.isArray(this.draft.raw[id]) && this.form.fields[id].type === 'choices' ? [] : null);
    return Object.fromEntries([...this.state.fields].map((id) => [id, given(id)]).filter(([, value]) => value !== null));
  }

  /** Answers as typed, for the server to read again; sealed numbers are apart, known ones are left to it. */
  answers() {
    const found = {};
    for (const id of this.state.fields) {
      const raw = this.draft.raw[id];
      if (raw === undefined || raw === null || raw === '' || (Array.isArray(raw) && !raw.length)) continue;
      if (masked(raw)) continue;
      if (this.form.fields[id].type === 'place') { found[id] = this.places.get(fold(raw)) || raw; continue; }
      found[id] = Array.isArray(raw) && this.form.fields[id].type === 'people'
        ? raw.map(({ number, ...row }) => row).filter((row) => Object.keys(row).length) : raw;
    }
    return found;
  }
}

const isNumber = (field, control) => (field.type === 'citizen_number' || field.secret || /\.number$/.test(control.name || ''))
  && control.tagName === 'INPUT' && control.type !== 'hidden' && (field.type !== 'people' || /\.\d+\.number$/.test(control.name));

function put(control, raw) {
  if (control.type === 'radio') control.checked = control.value === String(raw);
  else if (control.type === 'checkbox') control.checked = Array.isArray(raw) ? raw.includes(control.value) : raw === 'yes';
  else if (control.type !== 'hidden') control.value = Array.isArray(raw) ? '' : raw;
}

function empty(control) {
  if (control.type === 'radio' || control.type === 'checkbox') control.checked = false;
  else if (control.type !== 'hidden') control.value = '';
}
