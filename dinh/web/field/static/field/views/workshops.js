// Workshops of one's villages: who came, and what they could do before and can do after.

import { finishWorkshop } from '../acts.js';
import { announce, button, day, go, h, question, showFaults, t } from '../dom.js';
import { hide, show } from '../keys.js';
import { pack, titleOf } from '../pack.js';
import * as store from '../store.js';
import { talk } from '../sync.js';

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
