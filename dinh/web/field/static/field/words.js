// The words of one language, written by the server: this app has none of its own.

export const language = document.documentElement.lang;

let table = {};

/** Read the words. */
export async function load() {
  const answer = await fetch(`/field/${language}/words.json`);
  table = await answer.json();
}

export function t(key, values) {
  const words = table[key] || key;
  return values ? words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : words;
}

/** A number as this language writes it. */
export const figure = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
