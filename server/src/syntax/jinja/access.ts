/** Reading parts of values: `a.b`, `a[b]`, `a[1:]`, and looping. */

import { fieldsOf } from './date-format.ts';
import { DAY, Dates, SECOND } from './dates.ts';
import type { Evaluator } from './evaluator.ts';
import { boundMethod } from './methods.ts';
import { relationAttribute } from './relation-methods.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import { Text } from './text.ts';
import {
  Callable,
  Dict,
  effortOf,
  Fault,
  Group,
  hasUnknown,
  isText,
  keyOf,
  List,
  numberOf,
  PySet,
  Range,
  Thing,
  Tuple,
  textOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

/** `target.name`: an attribute or method first, then an item, as in Jinja. */
export function getAttribute(target: Value, name: string, evaluator: Evaluator): Value | Fault {
  if (target instanceof Unknown) return target.isLength ? new Unknown(target.reason) : withoutBound(target);
  if (target instanceof Thing) return target.attribute(name);
  if (target instanceof Callable) return target.attributes?.get(name);
  const method = boundMethod(target, name);
  if (method) return method;
  if (target instanceof Dict) {
    const value = target.get(name);
    return value === undefined && target.open && !target.has(name) ? new Unknown(`the key '${name}'`) : value;
  }
  if (target instanceof RelationValue) return relationAttribute(target, name, evaluator);
  if (target instanceof Dates) return dateAttribute(target, name);
  if (target instanceof Group)
    return name === 'grouper' ? target.items[0] : name === 'list' ? target.items[1] : undefined;
  return undefined;
}

function withoutBound(value: Unknown): Unknown {
  return value.atLeast > 0 ? new Unknown(value.reason) : value;
}

function dateAttribute(date: Dates, name: string): Value {
  const f = fieldsOf(date);
  if (date.kind === 'timedelta') {
    const days = Math.floor(date.micros / DAY);
    if (name === 'days') return days;
    if (name === 'seconds') return Math.floor((date.micros - days * DAY) / SECOND);
    if (name === 'microseconds') return f.micro;
    return undefined;
  }
  switch (name) {
    case 'year':
      return f.year;
    case 'month':
      return f.month;
    case 'day':
      return f.day;
    case 'hour':
      return f.hour;
    case 'minute':
      return f.minute;
    case 'second':
      return f.second;
    case 'microsecond':
      return f.micro;
    case 'tzinfo':
      return null;
    default:
      return undefined;
  }
}

/** `target[key]`: an item first, then an attribute. */
export function getItem(target: Value, key: Value, evaluator: Evaluator): Value | Fault {
  if (target instanceof Unknown) return withoutBound(target);
  if (key instanceof Unknown) return new Unknown(key.reason);
  if (target instanceof Dict) {
    const entry = target.entries.get(keyOf(key));
    if (entry) return entry[1];
    if (target.open || (isText(key) && hasUnknown(textOf(key)))) return new Unknown(`the key '${toText(key)}'`);
  }
  if (target === undefined) return new Unknown('an item of a value which is not defined');
  const number = numberOf(key);
  if (number !== undefined) {
    const index = Number(number);
    if (target instanceof List || target instanceof Tuple) {
      const at = index < 0 ? target.items.length + index : index;
      if (at >= 0 && at < target.items.length && !(target instanceof List && target.open)) return target.items[at];
      return target instanceof List && target.open
        ? new Unknown('an element of a list that cannot be computed')
        : undefined;
    }
    if (target instanceof Range) {
      const at = index < 0 ? target.length + index : index;
      return at >= 0 && at < target.length ? target.from + at * target.step : undefined;
    }
    if (isText(target)) {
      if (hasUnknown(textOf(target))) return new Unknown('a character of text that cannot be computed');
      // Python counts code points; a string without surrogates can be indexed as it is.
      const text = textOf(target);
      const characters = isBasic(text) ? text : [...text];
      return characters[index < 0 ? characters.length + index : index];
    }
  }
  if (target instanceof Thing && target.item) {
    const value = target.item(key);
    if (value !== undefined) return value;
  }
  return isText(key) ? getAttribute(target, textOf(key), evaluator) : undefined;
}

function isBasic(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return false;
  return true;
}

/** `target[from:to:step]`; `null` where a part is left out. */
export function getSlice(target: Value, from: Value, to: Value, step: Value): Value | Fault {
  if (target instanceof Unknown) return withoutBound(target);
  for (const part of [from, to, step]) if (part instanceof Unknown) return new Unknown(part.reason);
  const length =
    target instanceof List || target instanceof Tuple
      ? target.items.length
      : isText(target)
        ? textOf(target).length
        : target instanceof Range
          ? target.length
          : undefined;
  if (length === undefined) return new Fault(`${typeName(target)} cannot be cut.`);
  if ((isText(target) && hasUnknown(textOf(target))) || (target instanceof List && target.open)) {
    return new Unknown('a part of a value that cannot be computed');
  }
  const by = step === null ? 1 : Number(numberOf(step) ?? Number.NaN);
  if (!Number.isInteger(by) || by === 0) return new Fault('A slice needs whole numbers, and a step that is not 0.');
  const bound = (value: Value, missing: number): number => {
    if (value === null) return missing;
    const at = Number(numberOf(value) ?? Number.NaN);
    const counted = at < 0 ? at + length : at;
    return by > 0 ? Math.max(0, Math.min(counted, length)) : Math.max(-1, Math.min(counted, length - 1));
  };
  const start = bound(from, by > 0 ? 0 : length - 1);
  const stop = bound(to, by > 0 ? length : -1);
  if (Number.isNaN(start) || Number.isNaN(stop)) return new Fault('A slice needs whole numbers.');
  if (target instanceof Text && by === 1) return target.slice(start, Math.max(start, stop));
  if (typeof target === 'string' && by === 1) return target.slice(start, Math.max(start, stop));
  if (isText(target)) {
    let text = '';
    for (let i = start; by > 0 ? i < stop : i > stop; i += by) text += textOf(target)[i];
    return text;
  }
  const at: number[] = [];
  for (let i = start; by > 0 ? i < stop : i > stop; i += by) at.push(i);
  if (target instanceof List) return new List(at.map(i => target.items[i]));
  if (target instanceof Tuple) return new Tuple(at.map(i => target.items[i]));
  const range = target as Range;
  return new List(at.map(i => range.from + i * range.step));
}

/** Elements to loop over, a copy; `undefined` when the value has none. Unknown collections are the caller's affair. */
export function iterate(value: Value, evaluator: Evaluator): Value[] | undefined {
  if (!evaluator.charge(effortOf(value))) return [];
  if (value instanceof List)
    return value.items.length === 0 && value.open
      ? [new Unknown('an element of a list that cannot be computed')]
      : value.items.slice();
  if (value instanceof Tuple) return value.items.slice();
  if (value instanceof Dict) {
    const keys = [...value.entries.values()].map(([key]) => key);
    return keys.length === 0 && value.open ? [new Unknown('a key of a dictionary that cannot be computed')] : keys;
  }
  if (value instanceof PySet) return [...value.entries.values()];
  if (isText(value)) {
    const text = textOf(value);
    return evaluator.spend(text.length >> 2) ? [...text] : [];
  }
  if (value instanceof Range) {
    const items: Value[] = [];
    // Looping takes a step each, so a range that is longer than the steps left need not be listed.
    if (!evaluator.spend(value.length / 2)) return items;
    for (let i = 0; i < value.length; i++) items.push(value.from + i * value.step);
    return items;
  }
  if (value instanceof Thing && value.elements) return [...value.elements()];
  return undefined;
}
