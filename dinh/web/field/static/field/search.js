// Finding a person or a house by name, with or without accents, while every letter is typed.

/** As dinh.lib.names.fold: lower case, no marks, đ as d. */
export function fold(text) {
  return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f\u00ad\u200b-\u200f]/g, '').replace(/[đð]/g, 'd')
    .replace(/\s+/g, ' ').trim();
}

export function index(households) {
  const entries = [];
  for (const household of households) {
    const where = ` ${fold(`${household.a || ''} ${household.c || ''}`)}`;
    entries.push({ key: where, household, person: null });
    for (const person of household.p) {
      const year = (person.b || '').slice(0, 4);
      entries.push({ key: ` ${fold(person.n)} ${year} ${person.l || ''}${where}`, household, person });
    }
  }
  return entries;
}

export function find(entries, typed, how = {}) {
  const words = fold(typed).split(' ').filter(Boolean);
  if (!words.length) return [];
  const wanted = words.map((word) => ` ${word}`);
  const whole = ` ${words.join(' ')}`;
  const buckets = [[], [], [], []];
  for (const entry of entries) {
    if (how.village && entry.household.f !== how.village) continue;
    let fits = true;
    for (const word of wanted) if (!entry.key.includes(word)) { fits = false; break; }
    if (!fits) continue;
    // The given name stands last in Vietnamese: "lan" means Giàng Thị Lan before Lan's neighbours.
    const at = entry.key.indexOf(whole);
    buckets[!entry.person ? 3 : at === 0 ? 0 : at > 0 ? 1 : 2].push(entry);
  }
  const found = [];
  for (const bucket of buckets) {
    for (const entry of bucket) { found.push(entry); if (found.length >= (how.most || 30)) return found; }
  }
  return found;
}
