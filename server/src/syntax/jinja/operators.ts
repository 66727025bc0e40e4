/** Operators over all values: arithmetic, comparison, membership. */

import { equals, order } from './comparison.ts';
import { DAY, Dates } from './dates.ts';
import type { Evaluator } from './evaluator.ts';
import { type ArithmeticOperator, calculate } from './numbers.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import type { CompareOperator } from './tree.ts';
import {
  Callable,
  Dict,
  Fault,
  Float,
  hasUnknown,
  isText,
  keyOf,
  List,
  numberOf,
  PySet,
  Range,
  Thing,
  type Truth,
  Tuple,
  textOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

/** Longest list or text that `*` and `+` may make. */
const MAX_LENGTH = 1_000_000;

export function calculateValues(operator: ArithmeticOperator, a: Value, b: Value, evaluator: Evaluator): Value | Fault {
  const number = calculate(operator, a, b);
  if (number !== undefined) return number;
  if (a instanceof Unknown) return a;
  if (b instanceof Unknown) return b;
  if (a instanceof Dates || b instanceof Dates) return calculateDates(operator, a, b);
  if (operator === '+') {
    if (a instanceof List && b instanceof List)
      return joined(a.items, b.items, evaluator, items => new List(items, a.open || b.open));
    if (a instanceof Tuple && b instanceof Tuple) return joined(a.items, b.items, evaluator, items => new Tuple(items));
  }
  if (operator === '*') {
    const times = numberOf(typeof a === 'number' || typeof a === 'boolean' ? a : b);
    const repeated = typeof a === 'number' || typeof a === 'boolean' ? b : a;
    if (typeof times === 'number') return repeat(repeated, Math.max(0, times), evaluator);
  }
  if (operator === '-' && a instanceof PySet && b instanceof PySet) {
    return new PySet([...a.entries].filter(([key]) => !b.entries.has(key)).map(([, value]) => value));
  }
  return new Fault(`'${operator}' does not work between ${typeName(a)} and ${typeName(b)}.`);
}

function joined(
  a: readonly Value[],
  b: readonly Value[],
  evaluator: Evaluator,
  make: (items: Value[]) => Value,
): Value {
  if (a.length + b.length > MAX_LENGTH || !evaluator.spend((a.length + b.length) >> 4)) {
    evaluator.stop('its lists grow too long');
    return new Unknown('a list that is too long');
  }
  return make([...a, ...b]);
}

function repeat(value: Value, times: number, evaluator: Evaluator): Value | Fault {
  const length = isText(value)
    ? textOf(value).length
    : value instanceof List || value instanceof Tuple
      ? value.items.length
      : undefined;
  if (length === undefined) return new Fault(`'*' does not work with ${typeName(value)}.`);
  if (length * times > MAX_LENGTH || !evaluator.spend((length * times) >> 8)) {
    evaluator.stop(isText(value) ? 'its text grows too long' : 'its lists grow too long');
    return new Unknown('a value that is too long');
  }
  if (isText(value)) return textOf(value).repeat(times);
  const source = (value as List | Tuple).items;
  const items: Value[] = [];
  for (let i = 0; i < times; i++) for (const item of source) items.push(item);
  return value instanceof List ? new List(items, value.open) : new Tuple(items);
}

function calculateDates(operator: ArithmeticOperator, a: Value, b: Value): Value | Fault {
  const wrong = new Fault(`'${operator}' does not work between ${typeName(a)} and ${typeName(b)}.`);
  if (a instanceof Dates && b instanceof Dates) {
    const isDelta = b.kind === 'timedelta';
    if (operator === '+' && (isDelta || a.kind === 'timedelta')) {
      const [date, delta] = isDelta ? [a, b] : [b, a];
      return shift(date, delta.micros);
    }
    if (operator === '-' && isDelta) return shift(a, -b.micros);
    if (operator === '-' && a.kind === b.kind) return new Dates('timedelta', a.micros - b.micros);
    if (operator === '/' && isDelta && a.kind === 'timedelta' && b.micros !== 0) return new Float(a.micros / b.micros);
    if (operator === '//' && isDelta && a.kind === 'timedelta' && b.micros !== 0)
      return Math.floor(a.micros / b.micros);
    return wrong;
  }
  const [delta, factor] = a instanceof Dates ? [a, b] : [b as Dates, a];
  const number = numberOf(factor);
  if (delta.kind !== 'timedelta' || number === undefined) return wrong;
  if (operator === '*') return new Dates('timedelta', Math.round(delta.micros * Number(number)));
  if ((operator === '/' || operator === '//') && a instanceof Dates && Number(number) !== 0) {
    return new Dates('timedelta', Math.floor(delta.micros / Number(number)));
  }
  return wrong;
}

// A date keeps no hours, whatever is added to it.
function shift(date: Dates, micros: number): Dates {
  const by = date.kind === 'date' ? Math.floor(micros / DAY) * DAY : micros;
  return new Dates(date.kind, date.micros + by, date.zone);
}

export function compareValues(operator: Exclude<CompareOperator, 'in' | 'not in'>, a: Value, b: Value): Truth | Fault {
  if (a instanceof Unknown || b instanceof Unknown) return compareBounds(operator, a, b);
  if (operator === '==') return equals(a, b);
  if (operator === '!=') {
    const same = equals(a, b);
    return same === undefined ? undefined : !same;
  }
  const result = order(a, b);
  if (result === 'unorderable')
    return new Fault(`'${operator}' does not work between ${typeName(a)} and ${typeName(b)}.`);
  if (result === undefined) return undefined;
  switch (operator) {
    case '<':
      return result < 0;
    case '<=':
      return result <= 0;
    case '>':
      return result > 0;
    case '>=':
      return result >= 0;
  }
}

/** A length that is unknown but at least 1 is not 0. */
function compareBounds(operator: CompareOperator, a: Value, b: Value): Truth {
  if (a instanceof Unknown && typeof b === 'number' && a.isLength) {
    if (b < a.atLeast) {
      if (operator === '<' || operator === '<=' || operator === '==') return false;
      if (operator === '>' || operator === '>=' || operator === '!=') return true;
    }
    if (b === a.atLeast && operator === '<') return false;
    if (b === a.atLeast && operator === '>=') return true;
  }
  return undefined;
}

export function isIn(item: Value, container: Value, evaluator: Evaluator): Truth | Fault {
  if (container instanceof Unknown) return undefined;
  if (isText(container)) {
    if (item instanceof Unknown) return undefined;
    if (!isText(item)) return new Fault(`'in' looks for text in text, not for ${typeName(item)}.`);
    const text = textOf(container);
    const part = textOf(item);
    if (hasUnknown(part)) return undefined;
    return text.includes(part) ? true : hasUnknown(text) ? undefined : false;
  }
  if (container instanceof Dict || container instanceof PySet) {
    if (item instanceof Unknown || (isText(item) && hasUnknown(textOf(item)))) return undefined;
    return container.entries.has(keyOf(item)) ? true : container.open ? undefined : false;
  }
  if (container instanceof List || container instanceof Tuple) {
    let result: Truth = container instanceof List && container.open ? undefined : false;
    for (const element of container.items) {
      const same = equals(item, element);
      if (same === true) return true;
      if (same === undefined) result = undefined;
    }
    evaluator.spend(container.items.length >> 6);
    return result;
  }
  if (container instanceof Range) {
    if (item instanceof Unknown) return undefined;
    const number = numberOf(item);
    if (typeof number !== 'number') return false;
    const index = (number - container.from) / container.step;
    return Number.isInteger(index) && index >= 0 && index < container.length;
  }
  if (container instanceof Thing || container instanceof Callable) {
    return container instanceof Thing && container.item ? container.item(item) !== undefined : undefined;
  }
  if (container instanceof RelationValue) return isText(item) ? container.rendered.includes(toText(item)) : undefined;
  if (container === undefined) return false;
  return new Fault(`'in' does not work with ${typeName(container)}.`);
}
