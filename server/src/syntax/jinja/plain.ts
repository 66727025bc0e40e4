/** Between the evaluator's values and plain data. */

import { Dates } from './dates.ts';
import type { PlainValue } from './expansion.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import { Text } from './text.ts';
import { Dict, Float, hasUnknown, isText, List, PySet, Tuple, textOf, Unknown, type Value } from './values.ts';

const MAX_DEPTH = 50;
/** Parts of one value; a value that holds itself many times over is unknown beyond. */
const MAX_PARTS = 100_000;

/** Plain data as a value; unknown stays unknown, for the reason given. */
export function fromPlain(value: PlainValue, reason: string, depth = 0): Value {
  if (value === undefined || depth > MAX_DEPTH) return new Unknown(reason);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? value : new Float(value);
  if (Array.isArray(value)) return new List(value.map(item => fromPlain(item, reason, depth + 1)));
  const dict = new Dict();
  for (const [key, item] of Object.entries(value)) dict.set(key, fromPlain(item, reason, depth + 1));
  return dict;
}

/** A value as plain data; `undefined` where it is unknown or nothing that data can hold. */
export function toPlain(value: Value): PlainValue {
  return convert(value, 0, { left: MAX_PARTS });
}

function convert(value: Value, depth: number, budget: { left: number }): PlainValue {
  if (--budget.left < 0) return undefined;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (depth > MAX_DEPTH || value === undefined || value instanceof Unknown) return undefined;
  if (isText(value)) return hasUnknown(textOf(value)) ? undefined : textOf(value);
  if (value instanceof Float) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof List || value instanceof Tuple) {
    return value instanceof List && value.open ? undefined : value.items.map(item => convert(item, depth + 1, budget));
  }
  if (value instanceof PySet) return [...value.entries.values()].map(item => convert(item, depth + 1, budget));
  if (value instanceof Dict) {
    const object: { [key: string]: PlainValue } = Object.create(null) as { [key: string]: PlainValue };
    for (const [key, item] of value.entries.values()) object[toText(key)] = convert(item, depth + 1, budget);
    return object;
  }
  if (value instanceof RelationValue) return value.rendered;
  return value instanceof Dates || value instanceof Text ? toText(value) : undefined;
}
