/** Where a contract contradicts itself: promises that cannot hold together, whatever the data. */

import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type {
  ContractForm,
  ContractRange,
  Place,
  PlacedContract,
  PlacedContractColumn,
  PlacedObject,
} from './model.ts';
import { plainName } from './promises.ts';
import { familiesOf } from './types.ts';

export interface Contradiction {
  readonly span: Span;
  readonly message: string;
  /** The other side of it. */
  readonly other?: { readonly span: Span; readonly message: string };
  /** Tools write it by default, and readers know what is meant: the column's name. */
  readonly usual?: string;
}

export function contradictionsOf(contract: PlacedContract): readonly Contradiction[] {
  return together(
    [
      ...doubled(contract.objects, 'object', 'this contract'),
      ...contract.objects.flatMap(object => [
        ...doubled(object.columns, 'column', `'${object.facts.name}'`),
        ...keyGaps(object),
        ...missingColumns(object),
        ...object.columns.flatMap(column => inColumn(column, contract.facts.form)),
      ]),
      ...missingForReaders(contract),
      ...leadsNowhere(contract),
      ...inSla(contract),
    ],
    contract.facts.form,
  );
}

/** The standards say `required: false` where nobody said anything: what is usual there is one thing to say. */
function together(found: readonly Contradiction[], form: ContractForm): readonly Contradiction[] {
  const usual = found.filter(one => one.usual !== undefined);
  const [first] = usual;
  if (!first || usual.length === 1 || form === 'seed' || form === 'properties') return found;
  const rest = usual.length - 1;
  const message = `'${first.usual}' and ${rest} more ${rest === 1 ? 'column' : 'columns'} of keys may be NULL here: a key with NULL finds no row and keeps none apart.`;
  return found.flatMap(one => (one === first ? { ...first, message } : one.usual === undefined ? one : []));
}

/* --------------------------------------------------------------------- names */

interface Named {
  readonly facts: { readonly name: string };
  readonly nameAt: Span;
}

function doubled(named: readonly Named[], what: string, where: string): readonly Contradiction[] {
  const seen = new Map<string, Named>();
  const found: Contradiction[] = [];
  for (const one of named) {
    const name = plainName(one.facts.name);
    const first = seen.get(name);
    if (!first) seen.set(name, one);
    else {
      found.push({
        span: one.nameAt,
        message: `The ${what} '${one.facts.name}' stands twice in ${where}: nobody can tell which of the two holds. Remove one.`,
        other: { span: first.nameAt, message: 'The first one stands here.' },
      });
    }
  }
  return found;
}

/** Checks, keys and references that speak of a column which the object does not list. */
function missingColumns(object: PlacedObject): readonly Contradiction[] {
  const { facts } = object;
  if (!facts.isComplete) return [];
  const known = new Set(
    facts.columns.flatMap(column => [plainName(column.name), plainName(column.physicalName ?? column.name)]),
  );
  const found: Contradiction[] = [];
  for (const [i, check] of facts.checks.entries()) {
    for (const column of check.columns) {
      const at = object.checksAt[i];
      if (at && !column.includes('.') && !known.has(plainName(column)))
        found.push({ span: at, message: `This check speaks of '${column}', which '${facts.name}' does not list.` });
    }
  }
  const key = object.places['primaryKey'];
  for (const column of key ? primaryKeyOf(facts.keys) : []) {
    if (key && !known.has(plainName(column)))
      found.push({ span: key.value, message: `The key names '${column}', which '${facts.name}' does not list.` });
  }
  return found;
}

function primaryKeyOf(keys: PlacedObject['facts']['keys']): readonly string[] {
  return keys.find(key => key.kind === 'primary')?.columns ?? [];
}

/** Columns that a consumer reads and no object has. */
function missingForReaders({ facts, consumersAt, objects }: PlacedContract): readonly Contradiction[] {
  if (objects.length === 0 || objects.some(object => !object.facts.isComplete)) return [];
  const known = new Set(objects.flatMap(object => object.facts.columns.map(column => plainName(column.name))));
  return facts.consumers.flatMap(({ name, columns }, i) => {
    const missing = columns.filter(column => !known.has(plainName(column)));
    const at = consumersAt[i];
    if (!at || missing.length === 0) return [];
    const list = missing.map(column => `'${column}'`).join(', ');
    return [{ span: at, message: `'${name}' reads ${list}, which this contract does not list.` }];
  });
}

/** Relationships with a column that an object of this contract does not list; other objects may stand in other contracts. */
function leadsNowhere({ references = [], objects }: PlacedContract): readonly Contradiction[] {
  const ofColumns = objects.flatMap(object =>
    object.columns.flatMap(({ facts, places }) => {
      const at = places['references']?.value;
      return at ? facts.references.map(to => ({ to, at })) : [];
    }),
  );
  return [...references, ...ofColumns].flatMap(({ to, at }) => {
    const [, name = '', column = ''] = /^(\w+)\.(\w+)$/.exec(to) ?? [];
    const object = objects.find(({ facts }) => plainName(facts.name) === plainName(name))?.facts;
    if (!object?.isComplete) return [];
    const known = object.columns.flatMap(one => [one.name, one.physicalName ?? one.name]).map(plainName);
    // `address_street` may be the street in an address.
    const isNested = object.columns.some(
      one => one.columns.length > 0 && plainName(column).startsWith(`${plainName(one.name)}_`),
    );
    if (isNested || known.includes(plainName(column))) return [];
    return [{ span: at, message: `This relationship speaks of '${column}', which '${object.name}' does not list.` }];
  });
}

/** Positions of a key that leave a hole or stand twice. */
function keyGaps({ columns, facts }: PlacedObject): readonly Contradiction[] {
  const placed = columns.flatMap(column => {
    const place = column.places['primaryKeyPosition'];
    return place && column.facts.primaryKey !== undefined ? [{ column, place }] : [];
  });
  const positions = placed.map(({ place, column }) => ({ place, column, position: column.facts.primaryKeyPosition }));
  const stated = positions.filter(one => one.position !== undefined && one.position > 0);
  const size = facts.columns.filter(column => column.primaryKey !== undefined).length;
  if (stated.length < size) return [];
  const found: Contradiction[] = [];
  const seen = new Map<number, Place>();
  for (const { position = 0, place, column } of stated) {
    const first = seen.get(position);
    if (first) {
      found.push({
        span: place.value,
        message: `Two columns claim place ${position} of the key of '${facts.name}'.`,
        other: { span: first.value, message: 'The other one.' },
      });
    } else if (position > size) {
      found.push({
        span: place.value,
        message: `The key of '${facts.name}' has ${size} ${size === 1 ? 'column' : 'columns'}, so there is no place ${position} for '${column.facts.name}'.`,
      });
    }
    if (!first) seen.set(position, place);
  }
  return found;
}

/* -------------------------------------------------------------------- columns */

function inColumn(column: PlacedContractColumn, form: ContractForm): readonly Contradiction[] {
  const { facts } = column;
  return [
    ...nullable(column),
    ...limits(column),
    ...values(column, form),
    ...defaults(column),
    ...digits(column),
    ...(facts.columns.length > 0 ? doubled(column.columns, 'field', `'${facts.name}'`) : []),
    ...column.columns.flatMap(inner => inColumn(inner, form)),
  ];
}

function nullable({ facts, places, checksAt }: PlacedContractColumn): readonly Contradiction[] {
  const place = places['required'];
  const isExplicit = facts.required === 'no' && place !== undefined;
  if (!isExplicit || !place) return [];
  const span = place.value;
  const found: Contradiction[] = [];
  const key = places['primaryKey'];
  if (facts.primaryKey !== undefined) {
    found.push({
      span,
      message: `'${facts.name}' is part of the key and may be NULL here: a key with NULL finds no row and keeps none apart.`,
      usual: facts.name,
      ...(key ? { other: { span: key.value, message: 'It is made a key here.' } } : {}),
    });
  }
  const check = facts.checks.findIndex(one => one.kind === 'not_null' && isForAll(one.parameters));
  const checkAt = check < 0 ? undefined : checksAt[check];
  if (checkAt) {
    found.push({
      span,
      message: `'${facts.name}' may be NULL here, and its check says that it never is: every NULL that is allowed fails the check.`,
      other: { span: checkAt, message: 'The check.' },
    });
  }
  return found.slice(0, 1);
}

/** Not one that lets some rows pass. */
function isForAll(parameters: { readonly [key: string]: PlainValue }): boolean {
  const { mustBe } = parameters;
  return (
    (mustBe === undefined || mustBe === 0) && !Object.keys(parameters).some(key => /^mustBe(?!$)|^mustNot/.test(key))
  );
}

function limits({ facts, places }: PlacedContractColumn): readonly Contradiction[] {
  const { range, minLength, maxLength } = facts;
  const found: Contradiction[] = [];
  if (range && isEmpty(range)) {
    const at = places['maximum'] ?? places['range'];
    if (at) {
      found.push({
        span: at.value,
        message: `No value of '${facts.name}' fits: the smallest allowed is ${range.minimum?.value}, the largest ${range.maximum?.value}.`,
      });
    }
  }
  const length = places['maxLength'];
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength && length) {
    found.push({
      span: length.value,
      message: `No text fits '${facts.name}': it has at least ${minLength} characters and at most ${maxLength}.`,
    });
  }
  return found;
}

function isEmpty({ minimum, maximum }: ContractRange): boolean {
  if (!minimum || !maximum) return false;
  const order = compare(minimum.value, maximum.value);
  if (order === undefined) return false;
  return order > 0 || (order === 0 && (minimum.isExclusive || maximum.isExclusive));
}

/** Below zero: the first is less. Nothing where the two are of different kinds. */
function compare(a: number | string, b: number | string): number | undefined {
  const [x, y] = [numberIn(a), numberIn(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  // Days and instants written alike.
  const isDate = (text: string) => /^\d{4}-\d{2}-\d{2}/.test(text);
  return isDate(a) && isDate(b) && a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : undefined;
}

function numberIn(value: PlainValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[-+]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function values({ facts, places }: PlacedContractColumn, form: ContractForm): readonly Contradiction[] {
  const { values: allowed, range, type } = facts;
  const at = places['values'];
  if (!allowed || !at) return [];
  const found: Contradiction[] = [];
  const families = type ? familiesOf(type, form, 'ansi') : [];
  const isNumeric = families.length > 0 && families.every(family => NUMBERS.has(family));
  const odd = isNumeric ? allowed.filter(value => numberIn(value) === undefined && value !== null) : [];
  if (odd.length > 0) {
    found.push({
      span: at.value,
      message: `'${facts.name}' is a number (${type?.text}), and ${shown(odd[0])} is none: no row can have this value.`,
    });
  }
  const outside = allowed.filter(value => isOutside(value, range));
  if (range && outside.length > 0) {
    found.push({
      span: at.value,
      message: `${shown(outside[0])} is allowed for '${facts.name}' and lies outside of its range: no row can have this value.`,
    });
  }
  return found;
}

const NUMBERS: ReadonlySet<string> = new Set(['integer', 'decimal', 'float']);

function isOutside(value: PlainValue, range: ContractRange | undefined): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  const { minimum, maximum } = range ?? {};
  const below = minimum ? compare(value, minimum.value) : undefined;
  const above = maximum ? compare(value, maximum.value) : undefined;
  return (
    (below !== undefined && (below < 0 || (below === 0 && minimum?.isExclusive === true))) ||
    (above !== undefined && (above > 0 || (above === 0 && maximum?.isExclusive === true)))
  );
}

function defaults({ facts, places }: PlacedContractColumn): readonly Contradiction[] {
  const value = facts.default;
  const at = places['default'];
  if (value === undefined || value === null || !at || typeof value === 'object') return [];
  if (facts.values && !facts.values.some(one => String(one) === String(value))) {
    return [{ span: at.value, message: `The default of '${facts.name}' is none of the values that are allowed.` }];
  }
  return isOutside(value, facts.range)
    ? [{ span: at.value, message: `The default of '${facts.name}' lies outside of its range.` }]
    : [];
}

function digits({ facts, places }: PlacedContractColumn): readonly Contradiction[] {
  const { precision, scale } = facts.type ?? {};
  const at = places['scale'] ?? places['type'];
  if (precision === undefined || scale === undefined || scale <= precision || !at) return [];
  return [
    {
      span: at.value,
      message: `'${facts.name}' has ${precision} digits in all and ${scale} of them behind the point, which no number has.`,
    },
  ];
}

/* ------------------------------------------------------------------------ sla */

function inSla({ facts, places }: PlacedContract): readonly Contradiction[] {
  const { freshnessHours, frequencyHours, latencyHours, retentionDays } = facts.sla;
  const found: Contradiction[] = [];
  const fresh = places['sla.freshnessHours'];
  if (freshnessHours !== undefined && fresh) {
    const frequency = places['sla.frequencyHours'];
    if (frequencyHours !== undefined && frequencyHours > freshnessHours) {
      found.push({
        span: fresh.value,
        message: `Data that is delivered every ${hours(frequencyHours)} cannot always be younger than ${hours(freshnessHours)}.`,
        ...(frequency ? { other: { span: frequency.value, message: 'How often it is delivered.' } } : {}),
      });
    } else if (latencyHours !== undefined && latencyHours > freshnessHours) {
      found.push({
        span: fresh.value,
        message: `Data that takes up to ${hours(latencyHours)} to arrive cannot always be younger than ${hours(freshnessHours)}.`,
      });
    }
    if (retentionDays !== undefined && retentionDays * 24 < freshnessHours) {
      found.push({
        span: fresh.value,
        message: `Data is kept for ${hours(retentionDays * 24)} and may be ${hours(freshnessHours)} old when it comes: by then it is gone.`,
      });
    }
  }
  const { deprecation } = facts;
  const removal = places['deprecationDate'];
  if (deprecation?.since && deprecation.removal && removal && isLater(deprecation.since, deprecation.removal)) {
    found.push({
      span: removal.value,
      message: `It goes on ${deprecation.removal}, before the announcement of ${deprecation.since}.`,
    });
  }
  return found;
}

function isLater(a: string, b: string): boolean {
  return (compare(a, b) ?? 0) > 0;
}

function hours(count: number): string {
  if (count >= 48 && count % 24 === 0) return `${count / 24} days`;
  if (count >= 1) return `${count} ${count === 1 ? 'hour' : 'hours'}`;
  return `${Math.round(count * 60)} minutes`;
}

function shown(value: PlainValue): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
