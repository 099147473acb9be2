// Reading one answer, type by type, with the sentences of the server (dinh/dossiers/rules/values.py): a mistake is told
// at the door, and not days later.

import { evaluate, isDate } from './expr.js';
import { t } from './dom.js';

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const SHAPES = [ // groups in the order year, month, day; unknown parts may be 00, __ or ??
  [/^(\d{4})$/, [1, 0, 0]], [/^(\d{4})[-/.](\d{1,2})$/, [1, 2, 0]], [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, [1, 2, 3]],
  [/^(\d{1,2}|_+|\?+)[-/.](\d{4})$/, [2, 1, 0]], [/^(\d{1,2}|_+|\?+)[-/.](\d{1,2}|_+|\?+)[-/.](\d{4})$/, [3, 2, 1]],
  [/^(\d{2})(\d{2})(\d{4})$/, [3, 2, 1]], [/^(?:ngày\s+(\d{1,2})\s+)?(?:tháng\s+(\d{1,2})\s+)?năm\s+(\d{4})$/i, [3, 2, 1]],
];

/** An answer that cannot be read; `message` says what is wrong and what to do. */
export class Wrong extends Error {}
const wrong = (key, values) => { throw new Wrong(t(key, values)); };

export function read(field, raw, today) {
  if (typeof raw === 'string') raw = raw.replace(CONTROL, '').normalize('NFC').trim();
  if (raw === null || raw === undefined || raw === '' || (Array.isArray(raw) && !raw.length)) return null;
  const reader = READERS[field.type];
  return reader ? reader(field, raw, today) : String(raw);
}

function within(field, value) {
  const most = field.max_length || 4000;
  if ([...value].length > most) wrong('v_too_long', { length: [...value].length, maximum: most });
  return value;
}

function name(field, raw) {
  const value = String(raw).replace(/\s+/g, ' ');
  if (/[\d@#<>{}[\]|\\/_=+*%$^~]/.test(value) || !/\p{L}/u.test(value)) wrong('v_not_a_name');
  return within(field, value);
}

function someDate(field, raw, today) {
  let text = String(raw).split(/\s+/).join(' ');
  const long = /(?<!\d)(\d{5,})(?!\d)/.exec(text);
  const year_ = Number(today.slice(0, 4));
  if (long && long[1].length === 8) text = `${long[1].slice(0, 2)}/${long[1].slice(2, 4)}/${long[1].slice(4)}`;
  else if (long) wrong('v_year_too_long', { year: long[1], this_year: year_ });
  const value = partial(text);
  const year = Number(value.slice(0, 4));
  if (year < 1875 || year > year_ + 50) wrong('v_year_out_of_range', { year, first: 1875, last: year_ + 50 });
  if (field.not_after_today && value > today.slice(0, value.length)) wrong('v_date_ahead');
  return value;
}

function partial(text) {
  for (const [shape, order] of SHAPES) {
    const found = shape.exec(text);
    if (!found) continue;
    const [year, month, day] = order.map((group) => (group && /^\d+$/.test(found[group] || '') ? Number(found[group]) : 0));
    if (year < 1850 || year > 2199) wrong('v_date_year');
    const two = (n) => String(n).padStart(2, '0');
    if (!month && !day) return String(year);
    if (!isDate(`${year}-${two(month)}-${two(day || 1)}`)) wrong('v_no_such_day');
    return day ? `${year}-${two(month)}-${two(day)}` : `${year}-${two(month)}`;
  }
  if (/^\d{1,2}[-/.]\d{1,2}[-/.]\d{1,2}$/.test(text)) wrong('v_short_year');
  if (/^(\d{1,2}[-/.]){0,2}\d{5,}$/.test(text)) wrong('v_date_year');
  return wrong('v_not_a_date');
}

function wholeDate(field, raw, today) {
  const value = someDate(field, raw, today);
  if (value.length !== 10) wrong('v_date_incomplete');
  return value;
}

function integer(field, raw) {
  const text = String(raw).replace(/(?<=\d)[.\s](?=\d{3}\b)/g, '');
  if (!/^-?\d{1,15}$/.test(text)) wrong('v_not_a_number');
  const value = Number(text);
  if (field.minimum !== null && field.minimum !== undefined && value < field.minimum) wrong('v_too_small', { minimum: field.minimum });
  if (field.maximum !== null && field.maximum !== undefined && value > field.maximum) wrong('v_too_large', { maximum: field.maximum });
  return value;
}

/** Digits of an identity number: twelve, or nine of an old card. */
export function digits(raw) {
  const text = String(raw).replace(/[\s.,'’_\-\u00ad\u2010-\u2014]+/g, '');
  if (!/^\d*$/.test(text)) wrong('v_number_letters');
  if (text.length !== 12 && text.length !== 9) wrong('v_number_length', { length: text.length });
  return text;
}

function people(field, raw, today) {
  const columns = ['full_name', 'birth', 'sex', 'number', 'relation'];
  const rows = [];
  raw.forEach((row, n) => {
    const filled = columns.filter((column) => String(row[column] || '').trim());
    if (!filled.length) return;
    if (!filled.includes('full_name')) wrong('v_person_without_name', { line: n + 1 });
    const read_ = {};
    for (const column of filled) {
      const value = String(row[column]).trim();
      try {
        read_[column] = column === 'full_name' ? name({ max_length: 200 }, value)
          : column === 'birth' ? someDate({ not_after_today: true }, value, today)
            : column === 'number' && !masked(value) ? digits(value) : value;
      } catch (error) {
        if (error instanceof Wrong) throw new Wrong(t('v_line', { line: n + 1, fault: error.message }));
        throw error;
      }
    }
    rows.push(read_);
  });
  if (rows.length > 30) wrong('v_too_many_people', { maximum: 30 });
  return rows.length ? rows : null;
}

/** What stands in place of a number that was sealed. */
export const mask = (plain) => `•••• ${plain.slice(-4)}`;

export const masked = (value) => String(value).startsWith('••••');

const READERS = {
  text: (field, raw) => within(field, String(raw).replace(/\s+/g, ' ')),
  long_text: (field, raw) => within(field, String(raw)),
  name,
  date: wholeDate,
  partial_date: someDate,
  year: (field, raw, today) => {
    if (!/^\d{4}$/.test(String(raw))) wrong('v_not_a_year', { this_year: today.slice(0, 4) });
    someDate(field, raw, today);
    return Number(raw);
  },
  time: (field, raw) => {
    const text = String(raw).toLowerCase().replace(/\s*(giờ|gio|h)\s*/g, ':').replace(/\./g, ':').replace(/:+$/, '');
    const [hour, minute = '0'] = text.split(':');
    if (!/^\d{1,2}(:\d{1,2})?$/.test(text) || Number(hour) > 23 || Number(minute) > 59) wrong('v_not_a_time');
    return `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  },
  choice: (field, raw) => String(raw),
  choices: (field, raw) => raw,
  yes_no: (field, raw) => raw === 'yes' || raw === true,
  integer,
  money: (field, raw) => {
    const text = String(raw).replace(/\s*(đ|₫|vnd|đồng|dong)\.?$/i, '').replace(/,/g, '.');
    return integer({ ...field, minimum: Math.max(0, field.minimum || 0) }, text);
  },
  citizen_number: (field, raw) => (masked(raw) ? String(raw) : digits(raw)),
  phone: (field, raw) => {
    const text = String(raw).replace(/[\s().-]/g, '').replace(/^(\+84|0084)/, '0');
    if (!/^(0\d{8,10}|\+[1-9]\d{7,14})$/.test(text)) wrong('v_not_a_phone');
    return text;
  },
  email: (field, raw) => {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(String(raw))) wrong('v_not_an_email');
    return String(raw);
  },
  household: (field, raw) => {
    if (!/^[0-9A-Z][0-9A-Z./-]{0,23}$/.test(String(raw).toUpperCase())) wrong('v_not_a_household');
    return String(raw).toUpperCase();
  },
  people,
};

/** What is asked now: pages, sections and questions whose conditions hold, looking back only. */
export function asked(form, raw, today) {
  const known = {}; const fields = new Set(); const pages = []; const sections = new Set();
  const on = (condition) => condition === null || condition === undefined || condition === '' || evaluate(condition, known, today) === true;
  // Answers of later questions count too for a condition that names them: first all, then hidden ones are taken out.
  for (const [id, field] of Object.entries(form.fields)) {
    try { known[id] = read(field, raw[id], today); } catch { known[id] = null; }
  }
  for (const page of form.pages) {
    const pageOn = on(page.visible_if);
    let any = false;
    (page.sections || []).forEach((section, n) => {
      const sectionOn = pageOn && on(section.visible_if);
      for (const id of section.fields) {
        if (sectionOn && on(form.fields[id].visible_if)) { fields.add(id); sections.add(`${page.id}/${n}`); any = true; } else known[id] = null;
      }
    });
    if (any) pages.push(page.id);
  }
  return { pages, fields, values: known, sections };
}

export const mustAnswer = (field, values, today) =>
  Boolean(field.required) || (Boolean(field.required_if) && evaluate(field.required_if, values, today) === true);
