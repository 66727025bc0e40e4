/** Reading trees: small questions that every reader of YAML asks. */

import type { Span } from '../../base/span.ts';
import type { PlainValue } from '../jinja/expansion.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './tree.ts';

/** The entry of that key: the last when it stands several times, as dbt takes it. */
export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  if (node?.kind !== 'map') return undefined;
  for (let i = node.entries.length - 1; i >= 0; i--) if (node.entries[i]!.key.text === key) return node.entries[i];
  return undefined;
}

/** From the key to behind the value. */
export function entrySpan({ key, end }: YamlEntry): Span {
  return { start: key.span.start, end };
}

export function valueAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return entryOf(node, key)?.value;
}

export function mapOf(node: YamlNode | undefined, key: string): YamlMap | undefined {
  const value = valueAt(node, key);
  return value?.kind === 'map' ? value : undefined;
}

export function listOf(node: YamlNode | undefined, key: string): YamlList | undefined {
  const value = valueAt(node, key);
  return value?.kind === 'list' ? value : undefined;
}

export function itemsOf(node: YamlNode | undefined, key: string): readonly YamlNode[] {
  return listOf(node, key)?.items ?? [];
}

export function scalarOf(node: YamlNode | undefined, key: string): YamlScalar | undefined {
  const value = valueAt(node, key);
  return value?.kind === 'scalar' ? value : undefined;
}

/** The value's text, whatever its type; `undefined` for null, maps and lists. */
export function textOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return node.text;
}

/** `textOf` of the value of a key. */
export function textAt(node: YamlNode | undefined, key: string): string | undefined {
  return textOf(valueAt(node, key));
}

/** True for `true`; false for anything else, Jinja too. */
export function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true;
}

/** The value without places; a scalar with Jinja is its text. A key that stands twice has its last value. */
export function plainValue(node: YamlNode | undefined): PlainValue {
  if (node === undefined) return null;
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return plainMap(node);
  }
}

export function plainMap(node: YamlNode | undefined): { readonly [key: string]: PlainValue } {
  const result: { [key: string]: PlainValue } = {};
  if (node?.kind !== 'map') return result;
  for (const { key, value } of node.entries) define(result, key.text, plainValue(value));
  return result;
}

/** Sets an own property even for `__proto__`. */
export function define<T>(target: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** Whether a key stands twice in the map. Most have few keys, and of those nothing is made. */
export function hasRepeatedKey({ entries }: YamlMap): boolean {
  if (entries.length > FEW_KEYS) return new Set(entries.map(entry => entry.key.text)).size < entries.length;
  for (let i = 1; i < entries.length; i++) {
    const { text } = entries[i]!.key;
    for (let j = 0; j < i; j++) if (entries[j]!.key.text === text) return true;
  }
  return false;
}

const FEW_KEYS = 12;

/** The deepest value that holds the offset, with the keys and indexes that lead to it. */
export function pathTo(root: YamlNode | undefined, offset: number): readonly YamlStep[] {
  const path: YamlStep[] = [];
  let node = root;
  while (node) {
    let next: YamlNode | undefined;
    if (node.kind === 'map') {
      const entry: YamlEntry | undefined = node.entries.find(
        e => holds(entrySpan(e), offset) || holds(e.value.span, offset),
      );
      if (entry) {
        path.push({ key: entry.key.text, entry, node: entry.value });
        next = holds(entry.value.span, offset) ? entry.value : undefined;
      }
    } else if (node.kind === 'list') {
      const index = node.items.findIndex(item => holds(item.span, offset));
      const item = node.items[index];
      if (item) {
        path.push({ index, node: item });
        next = item;
      }
    }
    node = next;
  }
  return path;
}

export type YamlStep =
  | { readonly key: string; readonly entry: YamlEntry; readonly node: YamlNode }
  | { readonly index: number; readonly node: YamlNode };

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
