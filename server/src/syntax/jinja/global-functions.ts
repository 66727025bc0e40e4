/** Functions dbt and Jinja offer that make values of values: `zip`, `range`, `fromjson` … */

import { iterate } from './access.ts';
import { argument, textArgument } from './arguments.ts';
import type { Evaluator } from './evaluator.ts';
import { fromPlain } from './plain.ts';
import { represent } from './represent.ts';
import {
  type CallArguments,
  Dict,
  Fault,
  hasUnknown,
  isText,
  keyOf,
  List,
  numberOf,
  PySet,
  Range,
  Tuple,
  textOf,
  Unknown,
  type Value,
} from './values.ts';

export function fromJson(args: CallArguments): Value {
  const text = textArgument(args, 0, 'string');
  if (text === undefined || hasUnknown(text)) return new Unknown('the value of JSON text');
  try {
    return fromPlain(JSON.parse(text), 'the value of JSON text');
  } catch {
    return argument(args, 1, 'default', null);
  }
}

/** Reads what is plainly JSON or one word; a whole document needs a YAML reader. */
export function fromYamlScalar(args: CallArguments): Value {
  const text = textArgument(args, 0, 'value')?.trim();
  if (text === undefined || hasUnknown(text)) return new Unknown('the value of YAML text');
  if (/^(true|false|null|-?\d+|\[.*\]|\{.*\})$/s.test(text)) {
    try {
      return fromPlain(JSON.parse(text), 'the value of YAML text');
    } catch {
      return new Unknown('the value of YAML text');
    }
  }
  return /^[A-Za-z_]\w*$/.test(text) ? text : new Unknown('the value of YAML text');
}

export function makeSet(args: CallArguments, evaluator: Evaluator): Value {
  const value = argument(args, 0, 'value');
  if (value instanceof Unknown) return value;
  const items = value === undefined ? [] : iterate(value, evaluator);
  if (!items) return argument(args, 1, 'default', null);
  const set = new PySet(items);
  set.open = value instanceof List && value.open;
  return set;
}

export function zip(args: CallArguments, evaluator: Evaluator): Value {
  const lists = args.positional.map(value => (value instanceof Unknown ? undefined : iterate(value, evaluator)));
  const unknown = args.positional.find(value => value instanceof Unknown || (value instanceof List && value.open));
  if (unknown !== undefined || args.open) {
    const width = Math.max(1, lists.length);
    return new List(
      [
        new Tuple(
          Array.from({ length: width }, (_, i) => lists[i]?.[0] ?? new Unknown('an element that cannot be computed')),
        ),
      ],
      true,
    );
  }
  if (lists.includes(undefined)) return argument(args, lists.length, 'default', null);
  const length = lists.length === 0 ? 0 : Math.min(...lists.map(list => list?.length ?? 0));
  return new List(Array.from({ length }, (_, i) => new Tuple(lists.map(list => list?.[i]))));
}

export function makeRange(args: CallArguments): Value | Fault {
  const unknown = args.positional.find(value => value instanceof Unknown);
  if (unknown instanceof Unknown || args.open)
    return new Unknown(unknown instanceof Unknown ? `a range up to ${unknown.reason}` : 'a range');
  const numbers = args.positional.map(value => numberOf(value));
  if (numbers.length < 1 || numbers.length > 3 || numbers.some(n => typeof n !== 'number' || !Number.isInteger(n))) {
    return new Fault(
      `'range' needs one to three whole numbers, not ${represent(new Tuple(args.positional)).slice(0, 60)}.`,
    );
  }
  const [first = 0, second, step = 1] = numbers.map(Number);
  if (step === 0) return new Fault(`The step of 'range' must not be 0.`);
  return second === undefined ? new Range(0, first, 1) : new Range(first, second, step);
}

export function diffOfDicts(args: CallArguments): Value {
  const [a, b] = args.positional;
  if (!(a instanceof Dict) || !(b instanceof Dict) || a.open || b.open)
    return new Unknown('the difference of two dictionaries');
  const result = new Dict();
  const key = (value: Value) => keyOf(isText(value) ? textOf(value).toLowerCase() : value);
  const entries = (dict: Dict) => new Map([...dict.entries.values()].map(([k, v]) => [key(k), v] as const));
  const other = entries(b);
  for (const [name, value] of a.entries.values()) {
    const theirs = other.get(key(name));
    const items =
      value instanceof List
        ? value.items.filter(item => !(theirs instanceof List) || !theirs.items.some(x => key(x) === key(item)))
        : [];
    if (theirs === undefined && !other.has(key(name))) result.set(name, value);
    else if (items.length > 0) result.set(name, new List(items));
  }
  return result;
}
