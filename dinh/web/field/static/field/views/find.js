// Finding a house or a person: in the pack, in walking order, or at the commune by the number of a card.

import { announce, day, h, isoDay, question, t } from '../dom.js';
import { age } from '../expr.js';
import { NoLine, Said, ask } from '../net.js';
import { entries, headOf, pack, villageOf } from '../pack.js';
import { find as findIn } from '../search.js';

const MOST = 40; // shown at once
let last = '';
let village = '';

export function find() {
  const list = h('ul', { class: 'rows' });
  const count = h('p', { class: 'hint', role: 'status' });
  const input = h('input', { type: 'search', value: last, autocomplete: 'off', enterkeyhint: 'search', oninput: () => { last = input.value; draw(); } });
  const villages = pack.rest?.villages || [];
  const select = h('select', { onchange: () => { village = select.value; draw(); } }, h('option', { value: '' }, t('all_villages')),
    villages.map((one) => h('option', { value: one.id, selected: one.id === village }, one.name)));
  const draw = () => {
    const found = last.trim() ? findIn(entries(), last, { village, most: MOST }) : houses(village);
    list.replaceChildren(...found.map(row));
    count.textContent = !last.trim() ? t('houses_walking') : found.length === MOST ? t('found_more', { n: MOST }) : found.length ? t('found', { n: found.length }) : t('found_none');
  };
  draw();
  const online = h('details', { class: 'card' }, h('summary', null, t('lookup_title')), lookup());
  return { title: t('find_title'), body: [
    h('form', { role: 'search', onsubmit: (event) => { event.preventDefault(); input.blur(); } }, question('q', t('find_label'), input, t('find_hint')),
      villages.length > 1 && question('village', t('village'), select)),
    count, list, online,
  ], focus: last ? '' : '#q' };
}

/** The houses in the order in which one walks past them. */
const houses = (village_) => entries().filter((one) => !one.person && (!village_ || one.household.f === village_)).slice(0, MOST);

function row({ household, person }) {
  const village_ = villageOf(household.f)?.name || '';
  const address = household.a || household.c;
  const place = address.includes(village_) ? address : `${address}, ${village_}`;
  if (!person) {
    const head = headOf(household);
    return h('li', null, h('a', { href: `#house/${household.i}` }, h('b', null, household.a || household.c), h('span', { class: 'hint' }, [head && head.n, village_].filter(Boolean).join(', '))));
  }
  const years = person.b ? age(person.b, isoDay()) : null;
  return h('li', null, h('a', { href: `#person/${person.i}` }, h('b', null, person.n),
    h('span', { class: 'hint' }, [person.b ? day(person.b) : '', years === null ? '' : t('years', { n: years }), place].filter(Boolean).join(' · '))));
}

/** By a card's number, or name and year: asked of the commune, for the number is not on this phone. */
function lookup() {
  const number = h('input', { inputmode: 'numeric', autocomplete: 'off', class: 'w-medium' });
  const said = h('div', { role: 'status' });
  return h('form', { novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const typed = number.value.replace(/\D/g, '');
    if (!typed) return;
    try {
      const told = await ask('lookup', { method: 'POST', json: { number: typed } });
      number.value = '';
      const rows = (told.found || []).map((one) => ({ household: pack.households.get(one.household), id: one.person })).filter((one) => one.household)
        .map((one) => row({ household: one.household, person: one.household.p.find((other) => other.i === one.id) }));
      said.replaceChildren(rows.length ? h('ul', { class: 'rows' }, rows) : h('p', null, t(told.where === 'elsewhere' ? 'lookup_elsewhere' : 'lookup_unknown')));
    } catch (error) {
      if (!(error instanceof NoLine) && !(error instanceof Said)) throw error;
      said.replaceChildren(h('p', null, error instanceof Said ? error.message : t('lookup_no_line')));
    }
    announce(said.textContent);
  } }, question('number', t('lookup_number'), number, t('lookup_hint')), h('button', { class: 'button second' }, t('lookup')), said);
}
