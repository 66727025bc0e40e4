/** Python values as the evaluator knows them, what is true of them, and how they compare. */

import { UNKNOWN } from '../../base/source-map.ts';
import { Dates } from './dates.ts';
import type { Site } from './evaluator.ts';
import type { RelationValue } from './relations.ts';
import { Text } from './text.ts';

/**
 * None is `null`; an undefined name is `undefined`; integers are numbers while they are safe, else bigints; strings that came
 * from a template keep their positions as `Text`.
 */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Float
  | Text
  | Unknown
  | List
  | Tuple
  | Dict
  | PySet
  | Range
  | Dates
  | RelationValue
  | Thing
  | Callable;

/** A number with a fraction; a class of its own so that `1.0` prints as `1.0`. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What cannot be computed offline. */
export class Unknown {
  /** In words for people. */
  readonly reason: string;
  /** For a collection: at least this many elements are in it. */
  readonly atLeast: number;
  /** It is a number: how many elements a collection has, `atLeast` or more. */
  readonly isLength: boolean;

  constructor(reason: string, atLeast = 0, isLength = false) {
    this.reason = reason;
    this.atLeast = atLeast;
    this.isLength = isLength;
  }
}

export class List {
  readonly items: Value[];
  /** More or fewer elements may be in it than are listed, because a loop over an unknown filled it. */
  open: boolean;

  constructor(items: Value[], open = false) {
    this.items = items;
    this.open = open;
  }
}

export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** What `groupby` gives: a pair whose parts have names too. */
export class Group extends Tuple {
  constructor(grouper: Value, list: List) {
    super([grouper, list]);
  }
}

export class Dict {
  /** By `keyOf`; the key as given stands beside the value. */
  readonly entries = new Map<string, [key: Value, value: Value]>();
  /** It may hold keys that are not listed. */
  open = false;

  get(key: Value): Value {
    return this.entries.get(keyOf(key))?.[1];
  }

  has(key: Value): boolean {
    return this.entries.has(keyOf(key));
  }

  set(key: Value, value: Value): void {
    const name = keyOf(key);
    const existing = this.entries.get(name);
    if (existing) existing[1] = value;
    else this.entries.set(name, [key, value]);
  }

  static of(entries: Iterable<readonly [string, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }
}

export class PySet {
  readonly entries = new Map<string, Value>();
  open = false;

  constructor(items: Iterable<Value> = []) {
    for (const item of items) this.add(item);
  }

  add(value: Value): void {
    const key = keyOf(value);
    if (!this.entries.has(key)) this.entries.set(key, value);
  }
}

/** `range(…)`, never listed before somebody loops over it. */
export class Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;

  constructor(from: number, to: number, step: number) {
    this.from = from;
    this.to = to;
    this.step = step;
  }

  get length(): number {
    return Math.max(0, Math.ceil((this.to - this.from) / this.step));
  }
}

/** An object with attributes: `target`, `loop`, a column, a namespace, a module. */
export class Thing {
  /** What it is, for messages and for printing: `<loop>`. */
  readonly name: string;
  readonly attribute: (name: string) => Value;
  /** For objects that are read as `thing['x']` too, and for `.get('x')`. */
  readonly item: ((key: Value) => Value) | undefined;
  /** What it prints as, when that is known. */
  readonly text: string | undefined;
  /** What a loop over it gives, when it can be looped over. */
  readonly elements: (() => readonly Value[]) | undefined;

  constructor(
    name: string,
    attribute: (name: string) => Value,
    item?: (key: Value) => Value,
    text?: string,
    elements?: () => readonly Value[],
  ) {
    this.name = name;
    this.attribute = attribute;
    this.item = item;
    this.text = text;
    this.elements = elements;
  }
}

/** `namespace(…)`, the one thing whose attributes templates may set. */
export class Namespace extends Thing {
  readonly values: Map<string, Value>;

  constructor(values: Map<string, Value>) {
    super(
      'namespace',
      name => values.get(name),
      key => (isText(key) ? values.get(textOf(key)) : undefined),
    );
    this.values = values;
  }
}

/** No variable has the name; unlike `undefined`, which is a value a variable can have. */
export const NOT_DEFINED = Symbol('not defined');

/** A fault of the template, for whoever knows where it stands. */
export class Fault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Arguments of a call, evaluated. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** True when `*x` or `**x` was given an unknown, so that more arguments may be there. */
  readonly open: boolean;
}

/** Attributes of a function; a map is one. */
export interface Attributes {
  get(name: string): Value;
}

/** A function of ours, a method bound to its object, or a macro. */
export class Callable {
  readonly name: string;
  readonly call: (args: CallArguments, site: Site) => Value;
  /** Attributes of the function: `config.get`. */
  readonly attributes: Attributes | undefined;

  constructor(name: string, call: (args: CallArguments, site: Site) => Value, attributes?: Attributes) {
    this.name = name;
    this.call = call;
    this.attributes = attributes;
  }
}

/** Three-valued: `undefined` when nobody can tell offline. */
export type Truth = boolean | undefined;

export function truthOf(value: Value): Truth {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'string':
      return truthOfText(value);
    case 'undefined':
      return false;
    default:
      break;
  }
  if (value === null) return false;
  if (value instanceof Text) return truthOfText(value.text);
  if (value instanceof Unknown) return value.atLeast > 0 ? true : undefined;
  if (value instanceof List) return value.items.length > 0 ? true : value.open ? undefined : false;
  if (value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict || value instanceof PySet)
    return value.entries.size > 0 ? true : value.open ? undefined : false;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Range) return value.length > 0;
  return 'mayBeMissing' in value && value.mayBeMissing ? undefined : true;
}

function truthOfText(text: string): Truth {
  if (text.length === 0) return false;
  if (text.charCodeAt(0) !== UNKNOWN_CODE) return true;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== UNKNOWN_CODE) return true;
  return undefined;
}

const UNKNOWN_CODE = UNKNOWN.charCodeAt(0);

export function isText(value: Value): value is string | Text {
  return typeof value === 'string' || value instanceof Text;
}

/** The characters of a string value. */
export function textOf(value: string | Text): string {
  return typeof value === 'string' ? value : value.text;
}

export function hasUnknown(text: string): boolean {
  return text.includes(UNKNOWN);
}

/** A number as JavaScript's, for values that are numbers; booleans count as 0 and 1. */
export function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Float) return value.value;
  return undefined;
}

/** What it costs to look at all of a value once: characters, or elements with more weight. */
export function effortOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Text) return value.text.length + value.marks.length * 8;
  if (value instanceof List || value instanceof Tuple) return value.items.length * 8;
  if (value instanceof Dict || value instanceof PySet) return value.entries.size * 40;
  return 0;
}

/** Keys of nested tuples longer than this are told apart by identity: nobody writes such keys. */
const MAX_KEY = 10_000;

/**
 * Equal values have equal keys: 1, 1.0 and true are one key, as in Python. Text is its own key, so that nothing is made for it;
 * the keys of all else begin with a character that no text begins with.
 */
export function keyOf(value: Value): string {
  if (!isText(value)) return `\0${taggedKeyOf(value)}`;
  const text = textOf(value);
  return text.startsWith('\0') ? `\0s${text}` : text;
}

function taggedKeyOf(value: Value): string {
  if (isText(value)) return `s${textOf(value)}`;
  if (value === null) return 'none';
  if (value === undefined) return 'undefined';
  const number = numberOf(value);
  if (number !== undefined) return `n${number}`;
  if (value instanceof Tuple) return keyOfTuple(value);
  if (value instanceof Dates) return `d${value.key}`;
  if (value instanceof Unknown) return 'unknown';
  if (typeof value === 'object' && 'rendered' in value) return `r${value.rendered}`;
  return `o${identityOf(value as object)}`;
}

// Remembered, because a tuple may hold another many times over.
const tupleKeys = new WeakMap<Tuple, string>();

function keyOfTuple(tuple: Tuple): string {
  let key = tupleKeys.get(tuple);
  if (key !== undefined) return key;
  key = 't(';
  for (const item of tuple.items) {
    key += `${taggedKeyOf(item)}\u0000`;
    if (key.length > MAX_KEY) {
      key = `o${identityOf(tuple)}`;
      break;
    }
  }
  tupleKeys.set(tuple, key);
  return key;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identityOf(value: object): number {
  let found = identities.get(value);
  if (found === undefined) {
    found = ++lastIdentity;
    identities.set(value, found);
  }
  return found;
}

/** Name of the type, for messages. */
export function typeName(value: Value): string {
  if (value === null) return 'none';
  if (value === undefined) return 'an undefined value';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'number' || typeof value === 'bigint') return 'an integer';
  if (value instanceof Float) return 'a number';
  if (isText(value)) return 'text';
  if (value instanceof List) return 'a list';
  if (value instanceof Tuple) return 'a tuple';
  if (value instanceof Dict) return 'a dictionary';
  if (value instanceof PySet) return 'a set';
  if (value instanceof Range) return 'a range';
  if (value instanceof Dates) return 'a date';
  if (value instanceof Callable) return 'a function';
  if (value instanceof Thing) return `'${value.name}'`;
  if (value instanceof Unknown) return value.reason;
  return 'a relation';
}
