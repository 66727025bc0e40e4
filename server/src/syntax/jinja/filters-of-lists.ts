/** Filters over collections: `map`, `selectattr`, `join`, `groupby` … */

import { getAttribute, getItem, iterate } from './access.ts';
import { argument, integerArgument, isGiven, textArgument } from './arguments.ts';
import { order } from './comparison.ts';
import type { Site } from './evaluator.ts';
import { applyFilter } from './filters.ts';
import { calculateValues } from './operators.ts';
import { joinValues } from './output.ts';
import { sortValues } from './sorting.ts';
import { applyTest } from './tests.ts';
import {
  type CallArguments,
  Dict,
  Fault,
  Group,
  hasUnknown,
  isText,
  keyOf,
  List,
  numberOf,
  Range,
  type Truth,
  Tuple,
  textOf,
  truthOf,
  typeName,
  Unknown,
  type Value,
} from './values.ts';

export function selectFilter(name: string, target: Value, args: CallArguments, site: Site): Value | Fault {
  const { evaluator } = site;
  switch (name) {
    case 'attr':
      return getAttribute(target, textArgument(args, 0, 'name') ?? '', evaluator);
    case 'length':
    case 'count':
      return lengthOf(target);
    case 'join': {
      const items = itemsOf(target, site);
      if (items instanceof Fault) return items;
      const attribute = argument(args, 1, 'attribute');
      const values =
        attribute === undefined || attribute === null ? items : items.map(item => readPath(item, attribute, site));
      const open = isOpen(target) && items.length > 0 && !items.some(item => item instanceof Unknown);
      return joinValues(
        evaluator,
        open ? [...values, new Unknown('the rest of a list that cannot be computed')] : values,
        argument(args, 0, 'd', ''),
        site.node,
        site.frame,
      );
    }
    case 'dictsort':
      if (!(target instanceof Dict)) return new Fault(`'dictsort' needs a dictionary, not ${typeName(target)}.`);
      return sortDict(
        [...target.entries.values()].map(([key, value]) => new Tuple([key, value])),
        args,
        site,
        target.open,
      );
    case 'reverse': {
      if (isText(target)) return [...textOf(target)].reverse().join('');
      const items = itemsOf(target, site);
      return items instanceof Fault ? items : new List(items.reverse(), isOpen(target));
    }
    default:
      break;
  }
  const known = LIST_FILTERS[name];
  if (known === undefined || !Object.hasOwn(LIST_FILTERS, name)) return new Fault(`Jinja has no filter '${name}'.`);
  const items = itemsOf(target, site);
  if (items instanceof Fault) return items;
  if (!evaluator.spend(items.length >> 2)) return new List([]);
  return known(items, args, site, isOpen(target));
}

type ListFilter = (items: Value[], args: CallArguments, site: Site, open: boolean) => Value | Fault;

const UNKNOWN_ELEMENT = 'an element of a list that cannot be computed';

const LIST_FILTERS: { readonly [name: string]: ListFilter } = {
  list: (items, _args, _site, open) => new List(items, open),
  first: (items, _args, _site, open) => (open ? new Unknown(UNKNOWN_ELEMENT) : items[0]),
  last: (items, _args, _site, open) => (open ? new Unknown(UNKNOWN_ELEMENT) : items[items.length - 1]),
  random: () => new Unknown('a random element'),
  map: mapItems,
  select: (items, args, site, open) => choose(items, args, site, open, true, false),
  reject: (items, args, site, open) => choose(items, args, site, open, false, false),
  selectattr: (items, args, site, open) => choose(items, args, site, open, true, true),
  rejectattr: (items, args, site, open) => choose(items, args, site, open, false, true),
  sort: (items, args, site, open) => {
    const attribute = argument(args, 2, 'attribute', null);
    const reverse = truthOf(argument(args, 0, 'reverse', false)) ?? false;
    const caseSensitive = truthOf(argument(args, 1, 'case_sensitive', false)) ?? false;
    const paths = isText(attribute) ? textOf(attribute).split(',') : undefined;
    const key =
      attribute === null
        ? undefined
        : paths && paths.length > 1
          ? (item: Value) => new Tuple(paths.map(path => foldCase(readPath(item, path, site), caseSensitive)))
          : (item: Value) => readPath(item, attribute, site);
    const sorted = sortValues(items, reverse, caseSensitive, key);
    return sorted instanceof Fault ? sorted : new List(sorted, open);
  },
  unique: (items, args, site, open) => {
    const caseSensitive = truthOf(argument(args, 0, 'case_sensitive', false)) ?? false;
    const attribute = argument(args, 1, 'attribute', null);
    const seen = new Set<string>();
    const kept = items.filter(item => {
      const key = keyOf(foldCase(attribute === null ? item : readPath(item, attribute, site), caseSensitive));
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return new List(kept, open);
  },
  min: (items, args, site, open) => extreme(items, args, site, open, -1),
  max: (items, args, site, open) => extreme(items, args, site, open, 1),
  sum: (items, args, site, open) => {
    if (open) return new Unknown('the sum of a list that cannot be computed');
    const attribute = argument(args, 0, 'attribute', null);
    let total: Value = argument(args, 1, 'start', 0);
    for (const item of items) {
      const next: Value | Fault = calculateValues(
        '+',
        total,
        attribute === null ? item : readPath(item, attribute, site),
        site.evaluator,
      );
      if (next instanceof Fault) return next;
      total = next;
    }
    return total;
  },
  batch: (items, args, _site, open) => {
    const size = Math.max(1, integerArgument(args, 0, 'linecount') ?? 1);
    const rows: Value[][] = [];
    for (let i = 0; i < items.length; i += size) rows.push(items.slice(i, i + size));
    const fill = argument(args, 1, 'fill_with', null);
    const last = rows[rows.length - 1];
    if (fill !== null && last) while (last.length < Math.min(size, 10_000)) last.push(fill);
    return new List(
      rows.map(row => new List(row)),
      open,
    );
  },
  slice: (items, args, _site, open) => {
    const count = Math.max(1, Math.min(10_000, integerArgument(args, 0, 'slices') ?? 1));
    const fill = argument(args, 1, 'fill_with', null);
    const size = Math.floor(items.length / count);
    const longer = items.length % count;
    const parts: Value[] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      const end = at + size + (i < longer ? 1 : 0);
      const part = items.slice(at, end);
      if (fill !== null && i >= longer && longer > 0) part.push(fill);
      parts.push(new List(part));
      at = end;
    }
    return new List(parts, open);
  },
  groupby: (items, args, site, open) => {
    const attribute = argument(args, 0, 'attribute', '');
    const missing = argument(args, 1, 'default');
    const keyed = items.map(item => {
      const key = readPath(item, attribute, site);
      return { item, key: key === undefined ? missing : key };
    });
    const folded = (value: Value) => foldCase(value, truthOf(argument(args, 2, 'case_sensitive', false)) ?? false);
    const sorted = sortValues(
      keyed.map(({ key }, i) => new Tuple([folded(key), i])),
      false,
      true,
      undefined,
    );
    if (sorted instanceof Fault) return sorted;
    const groups = new Map<string, { key: Value; items: Value[] }>();
    for (const entry of sorted) {
      const source = keyed[Number((entry as Tuple).items[1])];
      if (!source) continue;
      const name = keyOf(folded(source.key));
      const group = groups.get(name);
      if (group) group.items.push(source.item);
      else groups.set(name, { key: source.key, items: [source.item] });
    }
    return new List(
      [...groups.values()].map(group => new Group(group.key, new List(group.items))),
      open,
    );
  },
};

function sortDict(items: Value[], args: CallArguments, site: Site, open: boolean): Value | Fault {
  const caseSensitive = truthOf(argument(args, 0, 'case_sensitive', false)) ?? false;
  const at = (textArgument(args, 1, 'by') ?? 'key') === 'value' ? 1 : 0;
  const reverse = truthOf(argument(args, 2, 'reverse', false)) ?? false;
  const sorted = sortValues(items, reverse, caseSensitive, item => getItem(item, at, site.evaluator) as Value);
  return sorted instanceof Fault ? sorted : new List(sorted, open);
}

function foldCase(value: Value, caseSensitive: boolean): Value {
  return !caseSensitive && isText(value) ? textOf(value).toLowerCase() : value;
}

function isOpen(value: Value): boolean {
  return (value instanceof List || value instanceof Dict) && value.open;
}

function itemsOf(target: Value, site: Site): Value[] | Fault {
  if (target === undefined) return [];
  return iterate(target, site.evaluator) ?? new Fault(`A filter needs a list here, not ${typeName(target)}.`);
}

function lengthOf(target: Value): Value | Fault {
  if (isText(target))
    return hasUnknown(textOf(target))
      ? new Unknown('the length of text that cannot be computed')
      : codePoints(textOf(target));
  if (target instanceof List || target instanceof Dict) {
    const size = target instanceof List ? target.items.length : target.entries.size;
    return target.open ? new Unknown('the length of a list that cannot be computed', size > 0 ? 1 : 0, true) : size;
  }
  if (target instanceof Tuple) return target.items.length;
  if (target instanceof Range) return target.length;
  if (target === undefined) return 0;
  if (typeof target === 'object' && target !== null && 'entries' in target)
    return (target.entries as Map<string, Value>).size;
  return new Fault(`${typeName(target)} has no length.`);
}

/** `attribute='a.b'` or `attribute=0`. */
function readPath(item: Value, path: Value, site: Site): Value {
  const number = numberOf(path);
  const parts = number !== undefined ? [number] : isText(path) ? textOf(path).split('.') : [];
  let value = item;
  for (const part of parts) {
    const key: Value = typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part;
    if (value === undefined) return undefined;
    else {
      const next = getItem(value, key, site.evaluator);
      value = next instanceof Fault ? undefined : next;
    }
  }
  return value;
}

function mapItems(items: Value[], args: CallArguments, site: Site, open: boolean): Value | Fault {
  if (args.keywords.has('attribute')) {
    const attribute = args.keywords.get('attribute');
    const missing = args.keywords.get('default');
    return new List(
      items.map(item => readPath(item, attribute, site) ?? missing),
      open,
    );
  }
  const name = args.positional[0];
  if (!isText(name)) return new Fault(`'map' needs the name of a filter, or attribute='…'.`);
  const rest: CallArguments = { ...args, positional: args.positional.slice(1) };
  return new List(
    items.map(item => applyFilter(textOf(name), item, rest, site)),
    open,
  );
}

function choose(
  items: Value[],
  args: CallArguments,
  site: Site,
  open: boolean,
  keep: boolean,
  byAttribute: boolean,
): Value | Fault {
  const attribute = byAttribute ? args.positional[0] : undefined;
  const rest = byAttribute ? args.positional.slice(1) : args.positional;
  const test = rest[0];
  const testArguments: CallArguments = { ...args, positional: rest.slice(1) };
  let isUncertain = open;
  const kept: Value[] = [];
  for (const item of items) {
    const value = byAttribute ? readPath(item, attribute, site) : item;
    const truth: Truth | Fault = isText(test)
      ? applyTest(textOf(test), value, testArguments, site.evaluator)
      : truthOf(value);
    if (truth instanceof Fault) return truth;
    if (truth === undefined) isUncertain = true;
    if (truth === undefined || truth === keep) kept.push(item);
  }
  return new List(kept, isUncertain);
}

function extreme(items: Value[], args: CallArguments, site: Site, open: boolean, sign: number): Value | Fault {
  if (open) return new Unknown('the largest or smallest element of a list that cannot be computed');
  const attribute = argument(args, 1, 'attribute', null);
  const caseSensitive = isGiven(args, 0, 'case_sensitive') && truthOf(argument(args, 0, 'case_sensitive')) === true;
  let best: Value;
  let bestKey: Value;
  for (const item of items) {
    const key = foldCase(attribute === null ? item : readPath(item, attribute, site), caseSensitive);
    if (best === undefined) {
      best = item;
      bestKey = key;
      continue;
    }
    const result = order(key, bestKey);
    if (result === undefined) return new Unknown('the largest or smallest element of a list that cannot be computed');
    if (result === 'unorderable') return new Fault(`${typeName(key)} and ${typeName(bestKey)} have no order.`);
    if (result * sign > 0) {
      best = item;
      bestKey = key;
    }
  }
  return best;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    // Python counts a pair of surrogates once.
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}
