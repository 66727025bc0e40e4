/** How values compare. Nested ones only as deep as people nest. */

import { Dates } from './dates.ts';
import {
  Dict,
  hasUnknown,
  isText,
  keyOf,
  List,
  numberOf,
  PySet,
  type Truth,
  Tuple,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

/** How many comparisons one `==` may cost, so that nested lists stay cheap. */
const MAX_COMPARISONS = 10_000;

const MAX_DEPTH = 100;

export function equals(a: Value, b: Value): Truth {
  return compareDeep(a, b, { left: MAX_COMPARISONS }, 0);
}

function compareDeep(a: Value, b: Value, budget: { left: number }, depth: number): Truth {
  if (--budget.left < 0 || depth > MAX_DEPTH) return undefined;
  if (a instanceof Unknown || b instanceof Unknown) return undefined;
  if (isText(a)) {
    if (!isText(b)) return false;
    const left = textOf(a);
    const right = textOf(b);
    return hasUnknown(left) || hasUnknown(right) ? undefined : left === right;
  }
  const left = numberOf(a);
  if (left !== undefined) {
    const right = numberOf(b);
    // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals a number of the same value
    return right !== undefined && left == right;
  }
  if (a instanceof List || a instanceof Tuple) {
    if (a instanceof List ? !(b instanceof List) : !(b instanceof Tuple)) return false;
    const other = b as List | Tuple;
    if ((a instanceof List && a.open) || (other instanceof List && other.open)) return undefined;
    if (a.items.length !== other.items.length) return false;
    let result: Truth = true;
    for (let i = 0; i < a.items.length; i++) {
      const same = compareDeep(a.items[i], other.items[i], budget, depth + 1);
      if (same === false) return false;
      if (same === undefined) result = undefined;
    }
    return result;
  }
  if (a instanceof Dict && b instanceof Dict) {
    if (a.open || b.open) return undefined;
    if (a.entries.size !== b.entries.size) return false;
    let result: Truth = true;
    for (const [key, [, value]] of a.entries) {
      const entry = b.entries.get(key);
      if (!entry) return false;
      const same = compareDeep(value, entry[1], budget, depth + 1);
      if (same === false) return false;
      if (same === undefined) result = undefined;
    }
    return result;
  }
  if (a instanceof PySet && b instanceof PySet) {
    if (a.open || b.open) return undefined;
    return a.entries.size === b.entries.size && [...a.entries.keys()].every(key => b.entries.has(key));
  }
  if ((a === null || b === null) && mayBeNone(a === null ? b : a)) return undefined;
  if (a === b) return true;
  return typeof a === 'object' && a !== null && typeof b === 'object' && b !== null && keyOf(a) === keyOf(b);
}

/** A relation the warehouse was asked for is None when it does not exist. */
export function mayBeNone(value: Value): boolean {
  return typeof value === 'object' && value !== null && 'mayBeMissing' in value && value.mayBeMissing;
}

/** -1, 0 or 1; `undefined` when it is unknown; `'unorderable'` for values that Python does not order. */
export function order(a: Value, b: Value): number | undefined | 'unorderable' {
  return orderDeep(a, b, { left: MAX_COMPARISONS }, 0);
}

function orderDeep(a: Value, b: Value, budget: { left: number }, depth: number): number | undefined | 'unorderable' {
  if (--budget.left < 0 || depth > MAX_DEPTH) return undefined;
  if (a instanceof Unknown || b instanceof Unknown) return undefined;
  const left = numberOf(a);
  const right = numberOf(b);
  if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  if (isText(a) && isText(b)) {
    const x = textOf(a);
    const y = textOf(b);
    if (hasUnknown(x) || hasUnknown(y)) return undefined;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (a instanceof Dates && b instanceof Dates) return a.compare(b);
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    const length = Math.min(a.items.length, b.items.length);
    for (let i = 0; i < length; i++) {
      const result = orderDeep(a.items[i], b.items[i], budget, depth + 1);
      if (result !== 0) return result;
    }
    return a.items.length - b.items.length;
  }
  return 'unorderable';
}
