/** Methods of lists, tuples, dictionaries and sets. */

import { iterate } from './access.ts';
import { argument } from './arguments.ts';
import { equals } from './comparison.ts';
import type { Site } from './evaluator.ts';
import { sortValues } from './sorting.ts';
import {
  type CallArguments,
  Dict,
  Fault,
  keyOf,
  List,
  numberOf,
  PySet,
  type Truth,
  Tuple,
  truthOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

/** Longest list a template may build. */
const MAX_ITEMS = 1_000_000;

export const LIST_METHODS: ReadonlySet<string> = new Set([
  'append',
  'extend',
  'insert',
  'pop',
  'remove',
  'index',
  'count',
  'sort',
  'reverse',
  'copy',
  'clear',
]);
export const TUPLE_METHODS: ReadonlySet<string> = new Set(['index', 'count']);
export const DICT_METHODS: ReadonlySet<string> = new Set([
  'items',
  'keys',
  'values',
  'get',
  'update',
  'pop',
  'setdefault',
  'copy',
  'clear',
  'popitem',
]);
export const SET_METHODS: ReadonlySet<string> = new Set([
  'add',
  'update',
  'discard',
  'remove',
  'union',
  'intersection',
  'difference',
  'symmetric_difference',
  'issubset',
  'issuperset',
  'isdisjoint',
  'copy',
]);

export function listMethod(list: List, name: string, args: CallArguments, site: Site): Value | Fault {
  const { items } = list;
  const first = args.positional[0];
  if (site.evaluator.isInUnknownLoop) list.open = true;
  if (items.length > MAX_ITEMS) {
    site.evaluator.stop('its lists grow too long');
    return null;
  }
  switch (name) {
    case 'append':
      items.push(first);
      return null;
    case 'extend': {
      const more = first instanceof Unknown ? undefined : iterate(first, site.evaluator);
      if (more === undefined) {
        list.open = true;
        if (first instanceof Unknown) items.push(new Unknown(`an element of ${first.reason}`));
      } else {
        if (first instanceof List && first.open) list.open = true;
        if (!site.evaluator.spend(more.length >> 4)) return null;
        for (const item of more) items.push(item);
      }
      return null;
    }
    case 'insert': {
      const at = Number(numberOf(first) ?? 0);
      if (!site.evaluator.spend(items.length >> 6)) return null;
      items.splice(at < 0 ? Math.max(0, items.length + at) : at, 0, args.positional[1]);
      return null;
    }
    case 'pop': {
      if (list.open) return new Unknown('an element of a list that cannot be computed');
      if (items.length === 0) return new Fault('This list is empty: nothing can be taken from it.');
      const index = first === undefined ? -1 : Number(numberOf(first) ?? Number.NaN);
      const at = index < 0 ? items.length + index : index;
      if (!(at >= 0 && at < items.length)) return new Fault('This list has no such element.');
      return items.splice(at, 1)[0];
    }
    case 'remove': {
      const at = findIndex(items, first);
      if (at >= 0) items.splice(at, 1);
      else if (at === -1 && !list.open) return new Fault('This list has no such element.');
      return null;
    }
    case 'index':
    case 'count':
      return search(items, name, first, list.open);
    case 'sort': {
      const sorted = sortValues(items, truthOf(argument(args, 9, 'reverse', false)) ?? false, true, undefined);
      if (sorted instanceof Fault) return sorted;
      sorted.forEach((item, i) => {
        items[i] = item;
      });
      return null;
    }
    case 'reverse':
      items.reverse();
      return null;
    case 'copy':
      return new List(items.slice(), list.open);
    case 'clear':
      items.length = 0;
      return null;
    default:
      return undefined;
  }
}

export function tupleMethod(tuple: Tuple, name: string, args: CallArguments, _site: Site): Value | Fault {
  return search(tuple.items, name, args.positional[0], false);
}

/** -1 when it is not there, -2 when nobody can tell. */
function findIndex(items: readonly Value[], wanted: Value): number {
  let isUncertain = false;
  for (let i = 0; i < items.length; i++) {
    const same = equals(items[i], wanted);
    if (same === true) return isUncertain ? -2 : i;
    if (same === undefined) isUncertain = true;
  }
  return isUncertain ? -2 : -1;
}

function search(items: readonly Value[], name: string, wanted: Value, open: boolean): Value | Fault {
  if (name === 'count') {
    const truths: Truth[] = items.map(item => equals(item, wanted));
    if (open || truths.includes(undefined)) return new Unknown('how often an element is in a list');
    return truths.filter(Boolean).length;
  }
  const at = findIndex(items, wanted);
  if (at === -2 || (open && at < 0)) return new Unknown('the place of an element in a list');
  return at < 0 ? new Fault('The element is not in the list.') : at;
}

export function dictMethod(dict: Dict, name: string, args: CallArguments, site: Site): Value | Fault {
  const [first] = args.positional;
  if (dict.entries.size > MAX_ITEMS) {
    site.evaluator.stop('its dictionaries grow too long');
    return null;
  }
  switch (name) {
    case 'items':
      return new List(
        openOr(
          dict,
          [...dict.entries.values()].map(([key, value]) => new Tuple([key, value])),
          () =>
            new Tuple([new Unknown('a key that cannot be computed'), new Unknown('a value that cannot be computed')]),
        ),
        dict.open,
      );
    case 'keys':
      return new List(
        openOr(
          dict,
          [...dict.entries.values()].map(([key]) => key),
          () => new Unknown('a key that cannot be computed'),
        ),
        dict.open,
      );
    case 'values':
      return new List(
        openOr(
          dict,
          [...dict.entries.values()].map(([, value]) => value),
          () => new Unknown('a value that cannot be computed'),
        ),
        dict.open,
      );
    case 'get': {
      if (first instanceof Unknown) return new Unknown(first.reason);
      const entry = dict.entries.get(keyOf(first));
      if (entry) return entry[1];
      return dict.open ? new Unknown('the value of a key') : argument(args, 1, 'default', null);
    }
    case 'update':
      if (args.open) dict.open = true;
      if (first !== undefined) updateDict(dict, first, site);
      for (const [key, value] of args.keywords) dict.set(key, value);
      return null;
    case 'setdefault': {
      const entry = dict.entries.get(keyOf(first));
      if (entry) return entry[1];
      dict.set(first, args.positional[1] ?? null);
      return args.positional[1] ?? null;
    }
    case 'pop': {
      const key = keyOf(first);
      const entry = dict.entries.get(key);
      if (entry) {
        dict.entries.delete(key);
        return entry[1];
      }
      if (dict.open || first instanceof Unknown) return new Unknown('the value of a key');
      return args.positional.length > 1 || args.keywords.has('default')
        ? argument(args, 1, 'default')
        : new Fault('This dictionary has no such key.');
    }
    case 'popitem': {
      const last = [...dict.entries].pop();
      if (!last) return new Fault('This dictionary is empty.');
      dict.entries.delete(last[0]);
      return new Tuple(last[1]);
    }
    case 'copy':
      return copyDict(dict);
    case 'clear':
      dict.entries.clear();
      return null;
    default:
      return undefined;
  }
}

function openOr(dict: Dict, items: Value[], make: () => Value): Value[] {
  return dict.open && items.length === 0 ? [make()] : items;
}

export function copyDict(dict: Dict): Dict {
  const copy = new Dict();
  for (const [key, [k, v]] of dict.entries) copy.entries.set(key, [k, v]);
  copy.open = dict.open;
  return copy;
}

function updateDict(dict: Dict, more: Value, site: Site): void {
  if (more instanceof Dict) {
    if (!site.evaluator.spend(more.entries.size >> 2)) return;
    if (more.open || site.evaluator.isInUnknownLoop) dict.open = true;
    for (const [key, value] of more.entries.values()) {
      if (key instanceof Unknown) dict.open = true;
      dict.set(key, value);
    }
    return;
  }
  const pairs = more instanceof Unknown ? undefined : iterate(more, site.evaluator);
  if (!pairs) dict.open = true;
  for (const pair of pairs ?? []) {
    const parts = pair instanceof Tuple || pair instanceof List ? pair.items : undefined;
    if (parts?.length === 2) dict.set(parts[0], parts[1]);
  }
}

export function setMethod(set: PySet, name: string, args: CallArguments, site: Site): Value | Fault {
  const [first] = args.positional;
  const others = () => {
    const items = first instanceof Unknown ? undefined : iterate(first, site.evaluator);
    return items && new PySet(items);
  };
  const unknown = new Unknown('a set that cannot be computed');
  switch (name) {
    case 'add':
      if (site.evaluator.isInUnknownLoop || first instanceof Unknown) set.open = true;
      set.add(first);
      return null;
    case 'discard':
    case 'remove':
      set.entries.delete(keyOf(first));
      return null;
    case 'copy':
      return new PySet(set.entries.values());
    default:
      break;
  }
  const other = others();
  if (!other || set.open) return first === undefined && name === 'union' ? set : unknown;
  const mine = [...set.entries];
  const theirs = [...other.entries];
  switch (name) {
    case 'update':
      for (const value of other.entries.values()) set.add(value);
      return null;
    case 'union':
      return new PySet([...set.entries.values(), ...other.entries.values()]);
    case 'intersection':
      return new PySet(mine.filter(([key]) => other.entries.has(key)).map(([, value]) => value));
    case 'difference':
      return new PySet(mine.filter(([key]) => !other.entries.has(key)).map(([, value]) => value));
    case 'symmetric_difference':
      return new PySet([
        ...mine.filter(([key]) => !other.entries.has(key)).map(([, value]) => value),
        ...theirs.filter(([key]) => !set.entries.has(key)).map(([, value]) => value),
      ]);
    case 'issubset':
      return mine.every(([key]) => other.entries.has(key));
    case 'issuperset':
      return theirs.every(([key]) => set.entries.has(key));
    case 'isdisjoint':
      return !mine.some(([key]) => other.entries.has(key));
    default:
      return new Fault(`${typeName(set)} has no method '${name}'.`);
  }
}
