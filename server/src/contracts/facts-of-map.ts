/** Reading a map of a contract: each value with its place, and whether Jinja hides one. */

import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { define, entryOf, itemsOf, plainValue } from '../syntax/yaml/access.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import type { Place, Places } from './model.ts';

/** Each question names the fact it answers, under which its place is kept, and the keys that may say it: the first that is there does. */
export class MapFacts {
  readonly map: YamlMap | undefined;
  readonly #places: { [fact: string]: Place } = {};
  #hasUnknowns = false;

  constructor(node: YamlNode | undefined) {
    this.map = node?.kind === 'map' ? node : undefined;
  }

  get places(): Places {
    return this.#places;
  }

  /** Jinja stands in a value that was asked for. */
  get hasUnknowns(): boolean {
    return this.#hasUnknowns;
  }

  entry(...keys: readonly string[]): YamlEntry | undefined {
    for (const key of keys) {
      const entry = entryOf(this.map, key);
      if (entry) return entry;
    }
    return undefined;
  }

  /** Notes where a fact stands that is read by other means. */
  note(fact: string, entry: YamlEntry | undefined): void {
    if (entry) this.noteAt(fact, { key: entry.key.span, value: entry.value.span });
  }

  noteAt(fact: string, place: Place): void {
    if (this.#places[fact] === undefined) define(this.#places, fact, place);
  }

  /** Text that is not empty, whatever its type. */
  text(fact: string, ...keys: readonly string[]): string | undefined {
    const scalar = this.#scalar(fact, keys);
    return scalar === undefined || scalar.value === null || scalar.text === '' ? undefined : scalar.text;
  }

  /** A number, also one in quotes. */
  number(fact: string, ...keys: readonly string[]): number | undefined {
    const scalar = this.#scalar(fact, keys);
    return scalar && numberOf(scalar);
  }

  flag(fact: string, ...keys: readonly string[]): boolean | undefined {
    const scalar = this.#scalar(fact, keys);
    return typeof scalar?.value === 'boolean' ? scalar.value : undefined;
  }

  /** A value of any type; `undefined` where there is none, it is empty or Jinja stands in it. */
  value(fact: string, ...keys: readonly string[]): PlainValue {
    const entry = this.entry(...keys);
    if (!entry) return undefined;
    this.note(fact, entry);
    if (holdsJinja(entry.value)) {
      this.#hasUnknowns = true;
      return undefined;
    }
    const value = plainValue(entry.value);
    return value === null ? undefined : value;
  }

  /** Values of a list of scalars; `undefined` without the key, and when Jinja stands in it. */
  values(fact: string, ...keys: readonly string[]): readonly PlainValue[] | undefined {
    const value = this.value(fact, ...keys);
    return Array.isArray(value) ? (value as readonly PlainValue[]) : undefined;
  }

  /** A list of texts, or one text; those that are empty or hold Jinja are left out. */
  texts(fact: string, ...keys: readonly string[]): readonly string[] {
    const entry = this.entry(...keys);
    if (!entry) return [];
    this.note(fact, entry);
    const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    return items.flatMap(item => {
      if (item.kind !== 'scalar' || item.value === null || item.text === '') return [];
      if (!item.hasJinja) return [item.text];
      this.#hasUnknowns = true;
      return [];
    });
  }

  /** The maps of a list. */
  maps(key: string): readonly YamlMap[] {
    return itemsOf(this.map, key).filter(item => item.kind === 'map');
  }

  #scalar(fact: string, keys: readonly string[]): YamlScalar | undefined {
    const entry = this.entry(...keys);
    if (!entry) return undefined;
    this.note(fact, entry);
    if (entry.value.kind !== 'scalar') return undefined;
    if (!entry.value.hasJinja) return entry.value;
    this.#hasUnknowns = true;
    return undefined;
  }
}

export function numberOf(scalar: YamlScalar): number | undefined {
  if (typeof scalar.value === 'number') return scalar.value;
  return /^[-+]?\d+(\.\d+)?$/.test(scalar.text.trim()) ? Number(scalar.text) : undefined;
}

export function holdsJinja(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.hasJinja;
  return node.kind === 'list' ? node.items.some(holdsJinja) : node.entries.some(({ value }) => holdsJinja(value));
}

/** A value as its map's first key shows it: where a map or list is pointed at. */
export function headOf(node: YamlNode): Span {
  if (node.kind === 'map' && node.entries[0]) return node.entries[0].key.span;
  if (node.kind === 'scalar') return node.span;
  return { start: node.span.start, end: Math.min(node.span.end, node.span.start + 1) };
}
