// Words of one language, written by the server; places behind the "#"; and elements without a library: text is always
// text, nothing here takes HTML or a style.

export const language = document.documentElement.lang;

let table = {};
const plural = new Intl.PluralRules(language);

/** Read the words. */
export async function load() {
  const answer = await fetch(`/field/${language}/words.json`);
  table = await answer.json();
}

/** The words of a key. "one || many" are two forms; the first value says which. */
export function t(key, values) {
  let words = table[key] || key;
  const [one, many] = words.split(' || ');
  if (many) words = values && plural.select(Number(Object.values(values)[0])) === 'one' ? one : many;
  return values ? words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : words;
}

/** A number as this language writes it. */
export const figure = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);

export const here = () => decodeURIComponent(location.hash.slice(1)).split('?')[0].split('/').filter(Boolean);

export function go(place, instead = false) {
  if (`#${place}` === location.hash) { dispatchEvent(new Event('hashchange')); return; }
  if (instead) { history.replaceState(null, '', `#${place}`); dispatchEvent(new Event('hashchange')); } else location.hash = place;
}

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  add(element, children);
  return element;
}

function add(element, child) {
  if (Array.isArray(child)) child.forEach((one) => add(element, one));
  else if (child !== null && child !== undefined && child !== false) element.append(child);
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `${new URL('icons.svg', import.meta.url).pathname}#${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

export const chip = (label, tone = '', shape = '') =>
  h('span', { class: `state ${tone}` }, shape && h('span', { 'aria-hidden': 'true' }, `${shape} `), label);

export const button = (label, act, kind = '', sign = '') =>
  h('button', { type: 'button', class: `button ${kind}`, onclick: (event) => act(event) }, sign && icon(sign), label);

export const link = (href, label, kind = '', sign = '') =>
  h('a', { href, class: `button ${kind}` }, sign && icon(sign), label);

export const notice = (tone, ...inside) => h('div', { class: `notice ${tone}` }, inside);

/** A question with its label, hint and control, as the server's own template draws one. */
export function question(id, label, control, hint = '') {
  control.id = id;
  if (hint) control.setAttribute('aria-describedby', `${id}_helptext`);
  return h('div', { class: 'field', 'data-own': id }, h('label', { for: id }, label),
    hint && h('p', { class: 'hint', id: `${id}_helptext` }, hint), control);
}

/** A group of choices. */
export function choices(name, legend, options, chosen, how = {}) {
  const type = how.many ? 'checkbox' : 'radio';
  const on = (value) => (how.many ? (chosen || []).includes(value) : chosen === value);
  return h('div', { class: 'field', 'data-own': name }, h('fieldset', null, h('legend', null, legend),
    how.hint && h('p', { class: 'hint' }, how.hint),
    options.map(([value, label], n) => h('div', { class: 'choice' },
      h('input', { type, name, id: n ? `${name}_${n}` : name, value, checked: on(value) }),
      h('label', { for: n ? `${name}_${n}` : name }, label)))));
}

let silence = 0;

/** Tell what happened: it is read out, and stands above the places for a while. */
export function announce(sentence) {
  const region = byId('said');
  region.textContent = '';
  clearTimeout(silence);
  setTimeout(() => { region.textContent = sentence; }, 60); // the same sentence twice is read twice
  silence = setTimeout(() => { region.textContent = ''; }, 8000);
}

/** Show faults at the head of a form and beside each question; move to the head. */
export function showFaults(form, faults) {
  form.querySelectorAll('.summary, .field .error[data-live]').forEach((old) => old.remove());
  form.querySelectorAll('.field-bad').forEach((old) => old.classList.remove('field-bad'));
  form.querySelectorAll('[aria-invalid]').forEach((old) => old.removeAttribute('aria-invalid'));
  if (!faults.length) return;
  for (const { id, message } of faults) {
    const control = byId(id);
    const field = control && control.closest('.field');
    if (!field) continue;
    field.classList.add('field-bad');
    control.setAttribute('aria-invalid', 'true');
    const error = h('p', { class: 'error', id: `${id}_error`, 'data-live': true }, message);
    const place = field.querySelector('fieldset > legend, label');
    place.after(error);
    const described = (control.getAttribute('aria-describedby') || '').split(' ').filter((one) => one && one !== error.id);
    control.setAttribute('aria-describedby', [...described, error.id].join(' '));
  }
  const summary = h('div', { class: 'summary', role: 'alert', tabindex: '-1' }, h('h2', null, t('faults_title')),
    h('ul', null, faults.map(({ id, message, name }) => h('li', null, h('a', { href: '#', onclick: (event) => {
      event.preventDefault();
      const control = byId(id);
      if (control) { control.scrollIntoView({ block: 'center' }); control.focus(); }
    } }, name ? `${name}${/[?.!]$/.test(name) ? '' : ':'} ${message}` : message)))));
  form.prepend(summary);
  summary.focus();
  summary.scrollIntoView({ block: 'start' });
}

/** What was wrong is being mended: the mark goes at the first letter, the summary with the last mark. */
export function clearFault(place) {
  const bad = place.closest('form')?.querySelectorAll('.field-bad') || [];
  for (const one of bad) {
    if (!place.contains(one)) continue;
    one.classList.remove('field-bad');
    one.querySelector('.error[data-live]')?.remove();
    one.querySelectorAll('[aria-invalid]').forEach((control) => control.removeAttribute('aria-invalid'));
    if (bad.length === 1) place.closest('form').querySelector('.summary')?.remove();
  }
}

/** Guidance: a line a paragraph; lines that begin with "- " are steps. */
export function lines(text) {
  const found = [];
  for (const line of String(text || '').split('\n').filter((one) => one.trim())) {
    if (!line.startsWith('- ')) found.push(h('p', { class: 'large' }, line));
    else {
      if (found.at(-1)?.tagName !== 'UL') found.push(h('ul', { class: 'steps' }));
      found.at(-1).append(h('li', null, line.slice(2)));
    }
  }
  return found;
}

export const day = (iso) => (iso ? String(iso).slice(0, 10).split('-').reverse().join('/') : '');

export function moment(instant) {
  const at = new Date(instant);
  const two = (n) => String(n).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}, ${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
}

export function isoDay(at = new Date()) {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}
