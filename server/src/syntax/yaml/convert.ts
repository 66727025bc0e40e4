/** The package's documents as plain values of ours, with aliases and merge keys resolved. */

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, type Scalar } from 'yaml';
import type { Problem } from '../../base/problem.ts';
import { overlaps, type Span } from '../../base/span.ts';
import { unfold } from './disguise.ts';
import { addMerged, collectMerged } from './merge.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './tree.ts';

/** Values that aliases may stand for, all together: an alias of aliases of aliases grows without bound. */
const MAX_ALIASED = 100_000;
/** Levels through aliases and outside them. */
const MAX_HEIGHT = 256;

export interface Source {
  /** As written. */
  readonly text: string;
  /** Where Jinja was masked: there the package saw other characters. */
  readonly masks: readonly Span[];
  readonly problems: Problem[];
}

/**
 * The value of a document; `undefined` when there is none. An alias stands for the very value its anchor names, so its span
 * lies at the anchor: that is the text to change.
 */
export function convert(document: Document.Parsed, source: Source): YamlNode | undefined {
  const contents = document.contents as Node | null;
  if (contents === null || (isScalar(contents) && isEmptyScalar(contents))) return undefined;
  return new Conversion(source).node(contents, source.text.length);
}

interface Sized {
  readonly node: YamlNode;
  readonly values: number;
  readonly height: number;
}

/** One document; remembers its anchors and what aliases have cost so far. */
class Conversion {
  readonly #source: Source;
  readonly #anchors = new Map<string, Sized | 'open'>();
  readonly #sizes = new WeakMap<YamlNode, { readonly values: number; readonly height: number }>();
  #aliased = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** `at` is where an empty value stands when the package does not say. */
  node(node: Node | null | undefined, at: number): YamlNode {
    if (!node || (isScalar(node) && isEmptyScalar(node))) return nullAt(at);
    if (isAlias(node)) return this.#alias(node.source, rangeOf(node as ParsedNode, at));
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const converted = this.#plain(node, at);
    if (anchor !== undefined) this.#anchors.set(anchor, { node: converted, ...this.#sizeOf(converted) });
    return converted;
  }

  #plain(node: Node, at: number): YamlNode {
    if (isMap(node)) return this.#map(node.items as readonly PairLike[], rangeOf(node as ParsedNode, at), !!node.flow);
    if (isSeq(node)) {
      const range = rangeOf(node as ParsedNode, at);
      const items = (node.items as readonly (Node | PairLike | null)[]).map(item =>
        item !== null && 'key' in item
          ? this.#pair(item, range.start)
          : this.node(item, item?.range?.[0] ?? range.start),
      );
      const last = node.items[node.items.length - 1] as Node | PairLike | null | undefined;
      const isLastNode = last && !('key' in last);
      const lastItem = items[items.length - 1];
      const end = lastItem && isLastNode ? this.#valueEnd(last, lastItem, range.start) : range.end;
      const flow = !!node.flow;
      const list: YamlList = { kind: 'list', items, flow, span: this.#collectionSpan(range, end, flow) };
      this.#measure(list, items);
      return list;
    }
    if (isScalar(node)) return this.#scalar(node, at);
    return nullAt(at);
  }

  /** `[a: 1]` is a list of a map with one entry. */
  #pair(pair: PairLike, at: number): YamlNode {
    const start = pair.key?.range?.[0] ?? at;
    return this.#map([pair], { start, end: pair.value?.range?.[1] ?? pair.key?.range?.[1] ?? start }, true);
  }

  #map(pairs: readonly PairLike[], range: Span, flow: boolean): YamlMap {
    const entries: YamlEntry[] = [];
    const merged: YamlNode[] = [];
    let lastEnd = range.start;
    for (const pair of pairs) {
      const key = this.#key(pair.key, range.start);
      const value = this.node(pair.value, this.#behindColon(key.span.end));
      const end = Math.max(key.span.end, this.#valueEnd(pair.value, value, key.span.end));
      lastEnd = end;
      if (key.text === '<<' && key.style === 'plain' && collectMerged(value, merged)) continue;
      entries.push({ key, value, end });
    }
    addMerged(entries, merged);
    const map: YamlMap = { kind: 'map', entries, flow, span: this.#collectionSpan(range, lastEnd, flow) };
    this.#measure(
      map,
      entries.map(entry => entry.value),
    );
    return map;
  }

  #key(key: Node | null | undefined, at: number): YamlScalar {
    const node = this.node(key, key?.range?.[0] ?? at);
    if (node.kind === 'scalar') return node;
    const text = this.#source.text.slice(node.span.start, node.span.end);
    return { kind: 'scalar', value: text, text, style: 'plain', hasJinja: mentionsJinja(text), span: node.span };
  }

  #alias(name: string, at: Span): YamlNode {
    const target = this.#anchors.get(name);
    if (target === undefined) return this.#refuse(at, `No anchor '&${name}' stands before this alias.`);
    if (target === 'open') return this.#refuse(at, `'*${name}' stands inside the value it names.`);
    if (this.#aliased + target.values > MAX_ALIASED || target.height > MAX_HEIGHT) {
      return this.#refuse(at, 'The aliases of this document stand for too many values; this one is left out.');
    }
    this.#aliased += target.values;
    return target.node;
  }

  #refuse(at: Span, message: string): YamlScalar {
    this.#source.problems.push({ message, span: at });
    return nullAt(at.start);
  }

  #scalar(node: Scalar, at: number): YamlScalar {
    const span = this.#trim(rangeOf(node as ParsedNode, at));
    const style = styleOf(node);
    const raw = this.#source.text.slice(span.start, span.end);
    if (this.#isMasked(span)) {
      const text = raw.replace(/(?<![ \t])[ \t]*\r?\n[ \t\r\n]*/g, ' ');
      return { kind: 'scalar', value: text, text, style, hasJinja: true, span };
    }
    const value = typeof node.value === 'string' ? unfold(node.value) : node.value;
    const text = unfold(node.source ?? (typeof value === 'string' ? value : raw));
    const known =
      value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
        ? value
        : text;
    return {
      kind: 'scalar',
      value: style === 'plain' ? known : text,
      text,
      style,
      hasJinja: mentionsJinja(text),
      span,
    };
  }

  #isMasked(span: Span): boolean {
    const { masks } = this.#source;
    let low = 0;
    let high = masks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (masks[middle]!.end <= span.start) low = middle + 1;
      else high = middle;
    }
    const mask = masks[low];
    return mask !== undefined && overlaps(mask, span);
  }

  #measure(node: YamlNode, children: readonly YamlNode[]): void {
    let values = 1;
    let height = 1;
    for (const child of children) {
      const size = this.#sizeOf(child);
      values += size.values;
      height = Math.max(height, size.height + 1);
    }
    this.#sizes.set(node, { values, height });
  }

  #sizeOf(node: YamlNode): { readonly values: number; readonly height: number } {
    return this.#sizes.get(node) ?? { values: 1, height: 1 };
  }

  /** Behind the colon that follows a key, where a missing value is said to stand. */
  #behindColon(from: number): number {
    const { text } = this.#source;
    let i = from;
    while (text[i] === ' ' || text[i] === '\t') i++;
    return text[i] === ':' ? i + 1 : from;
  }

  #valueEnd(written: Node | null | undefined, value: YamlNode, from: number): number {
    if (!written || (isScalar(written) && isEmptyScalar(written))) return this.#behindColon(from);
    if (isAlias(written)) return rangeOf(written as ParsedNode, from).end;
    return value.span.end;
  }

  /** The package's end of a block collection lies behind comments and blank lines; ours behind its last value. */
  #collectionSpan(range: Span, lastEnd: number, flow: boolean): Span {
    return flow ? range : this.#trim({ start: range.start, end: Math.max(range.start, Math.min(lastEnd, range.end)) });
  }

  #trim(span: Span): Span {
    const { text } = this.#source;
    let { end } = span;
    while (end > span.start && ' \t\r\n'.includes(text[end - 1]!)) end--;
    return { start: span.start, end };
  }
}

interface PairLike {
  readonly key: Node | null;
  readonly value: Node | null;
}

function rangeOf(node: ParsedNode, at: number): Span {
  return node.range ? { start: node.range[0], end: Math.max(node.range[0], node.range[1]) } : { start: at, end: at };
}

function isEmptyScalar(node: Scalar): boolean {
  return node.value === null && (node.source === '' || node.source === undefined);
}

function nullAt(at: number): YamlScalar {
  return { kind: 'scalar', value: null, text: '', style: 'plain', hasJinja: false, span: { start: at, end: at } };
}

function styleOf(node: Scalar): YamlScalar['style'] {
  switch (node.type) {
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL':
      return 'block';
    default:
      return 'plain';
  }
}

function mentionsJinja(text: string): boolean {
  return /\{[{%]/.test(text);
}
