// The words of one language, written by the server: this app has none of its own.

export const language = document.documentElement.lang;
/** @type {Record<string, string>} */
let table = {};

/** Read the words. @returns {Promise<void>} */
export async function load() {
  const answer = await fetch(`/field/${language}/words.json`);
  table = await answer.json();
}

/** @param {string} key @param {Record<string, any>} [values] of {places} @returns {string} */
export function t(key, values) {
  const words = table[key] || key;
  return values ? words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : words;
}

/** A number as this language writes it. @param {number} value */
export const figure = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
