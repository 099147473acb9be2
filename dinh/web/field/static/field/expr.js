// The value of a condition: total (it never throws), three-valued, without fractions or clock.
// It must answer every example of catalogue/examples/expressions.json as the server does; null is "unknown".

const LARGEST = Number.MAX_SAFE_INTEGER;
const PART_OF_DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

export function evaluate(tree, answers, today) {
  if (!Array.isArray(tree)) return plain(tree);
  const [op, ...parts] = tree;
  const value = (part) => evaluate(part, answers, today);
  switch (op) {
    case 'name': return plain(Object.hasOwn(answers, parts[0]) ? answers[parts[0]] : null);
    case 'today': return today;
    case 'not': { const known = truth(value(parts[0])); return known === null ? null : !known; }
    case 'and': return together(parts, value, false);
    case 'or': return together(parts, value, true);
    case 'in': { const found = value(parts[0]); return found === null ? null : parts.slice(1).some((one) => equal(found, plain(one))); }
    case 'if': { const known = truth(value(parts[0])); return known === null ? null : value(parts[known ? 1 : 2]); }
    case '==': case '!=': case '<': case '<=': case '>': case '>=': return compare(op, value(parts[0]), value(parts[1]));
    case '+': case '-': case '*': return calculate(op, value(parts[0]), value(parts[1]));
    default: return call(op, parts.map(value), today);
  }
}

export const holds = (condition, answers, today) =>
  condition === null || condition === undefined || condition === '' || evaluate(condition, answers, today) === true;

function plain(value) {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= LARGEST ? value : null;
  if (typeof value === 'string') return value.trim() ? value : null;
  return Array.isArray(value) ? value : null;
}

const truth = (value) => (typeof value === 'boolean' ? value : null);

function together(parts, value, decisive) {
  let unknown = false;
  for (const part of parts) {
    const known = truth(value(part));
    if (known === decisive) return decisive;
    if (known === null) unknown = true;
  }
  return unknown ? null : !decisive;
}

function equal(left, right) {
  if (Array.isArray(left) || Array.isArray(right)) return JSON.stringify(left) === JSON.stringify(right);
  return left === right;
}

function compare(op, left, right) {
  if (left === null || right === null) return null;
  if (op === '==' || op === '!=') return equal(left, right) === (op === '==');
  const order = orderOf(left, right);
  if (order === null) return null;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[op];
}

function orderOf(left, right) {
  if (typeof left === 'number' && typeof right === 'number') return Math.sign(left - right);
  if (!isDate(left) || !isDate(right)) return null;
  if (left === right) return 0;
  const known = Math.min(left.length, right.length);
  const [a, b] = [left.slice(0, known), right.slice(0, known)];
  return a === b ? null : a > b ? 1 : -1; // one is a part of the other: no order
}

export const isDate = (value) => typeof value === 'string' && PART_OF_DATE.test(value) && days(`${value}-01-01`.slice(0, 10)) !== null;

/** Days since 1970 of a whole date; null for anything else. */
function days(value) {
  if (typeof value !== 'string' || value.length !== 10 || !PART_OF_DATE.test(value)) return null;
  const [year, month, day] = value.split('-').map(Number);
  if (year < 1) return null;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day); // unlike Date.UTC, it takes the years before 100 as they are
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? Math.round(at.getTime() / 86400000) : null;
}

function calculate(op, left, right) {
  if (typeof left === 'number' && typeof right === 'number') {
    return plain(op === '+' ? left + right : op === '-' ? left - right : left * right);
  }
  const day = days(left);
  if (day === null || typeof right !== 'number' || op === '*') return null;
  const moved = new Date((op === '+' ? day + right : day - right) * 86400000);
  const year = moved.getUTCFullYear();
  return year >= 1 && year <= 9999 ? `${String(year).padStart(4, '0')}${moved.toISOString().slice(-20, -14)}` : null;
}

function call(name, values, today) {
  const [first, second] = values;
  switch (name) {
    case 'present': return first !== null && !(Array.isArray(first) && !first.length);
    case 'count': return Array.isArray(first) ? first.length : first === null ? 0 : null;
    case 'age': return isDate(first) ? age(first, today) : null;
    case 'days_between': {
      const [start, end] = [days(first), days(second)];
      return start === null || end === null ? null : end - start;
    }
    case 'min': case 'max': {
      const order = first === null || second === null ? null : orderOf(first, second);
      if (order === null) return null;
      return (order <= 0) === (name === 'min') ? first : second;
    }
    default: return null;
  }
}

/** Completed years; an unknown part of the birth counts as its first day. */
export function age(birth, on) {
  const [year, month, day] = [Number(birth.slice(0, 4)), birth.slice(5, 7) || '01', birth.slice(8, 10) || '01'];
  const found = Number(on.slice(0, 4)) - year - (on.slice(5) < `${month}-${day}` ? 1 : 0);
  return found >= 0 ? found : null;
}
