/**
 * The YAML nearly all dbt files are written in, read in one pass: block maps and lists, plain and block scalars, quotes and
 * brackets, aliases. Whatever else a text holds (tags, Jinja outside quotes, any fault) makes it give up, and the whole text
 * goes to the YAML package. *Invariant:* what it does read, the package reads alike, but where a comment leads the package
 * astray; a test holds the two against each other.
 */

import { internText } from '../../base/intern.ts';
import { foldBlock, quotedText } from './fold.ts';
import { addMerged, collectMerged } from './merge.ts';
import type { YamlComment, YamlEntry, YamlNode, YamlScalar } from './tree.ts';

export interface Common {
  readonly root: YamlNode | undefined;
  readonly comments: readonly YamlComment[];
  /** Some of its values stand in several places. */
  readonly hasAliases: boolean;
}

/** `undefined`: not for this reader. */
export function parseCommon(text: string): Common | undefined {
  if (/[\t\uFEFF]|\r(?!\n)|[\uE000-\uF8FF]|^(?:---|\.\.\.|%)/m.test(text)) {
    // A first line `---` is common and says nothing.
    if (!/^---\r?\n/.test(text) || /[\t\uFEFF]|\r(?!\n)|[\uE000-\uF8FF]|\n(?:---|\.\.\.|%)/.test(text))
      return undefined;
  }
  return new Reader(text).read();
}

/** Thrown and caught in this file alone: the text is for the package. */
const GIVE_UP = Symbol('give up');

const MAX_DEPTH = 60;
/** Values and levels that aliases may stand for; more is for the package, which says where it cuts. */
const MAX_ALIASED = 50_000;
const MAX_HEIGHT = 100;
/** Characters of quotes over lines. */
const MAX_QUOTED = 100_000;

class Reader {
  readonly #text: string;
  readonly #comments: YamlComment[] = [];
  /**
   * The line being read, without blank and comment lines: its first character that is not a space, the end behind its last
   * one, without the line break, and its column; -1 at the end of the text.
   */
  #start = 0;
  #lineEnd = 0;
  #indent = -1;
  #nextLineStart = 0;
  #depth = 0;
  /** Behind the value last read, as written: an alias ends where it stands, its value elsewhere. */
  #end = 0;
  /** Of the key last read. */
  #colon = 0;
  /** Of the maps and lists that are being read: each takes its own from the end, so that none is longer than what it holds. */
  readonly #entries: YamlEntry[] = [];
  readonly #items: YamlNode[] = [];
  readonly #anchors = new Map<string, Measured>();
  #aliased = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Common | undefined {
    try {
      if (this.#text.startsWith('---')) this.#nextLineStart = this.#text.indexOf('\n') + 1;
      this.#advance();
      if (this.#indent < 0) return { root: undefined, comments: this.#comments, hasAliases: false };
      const root = this.#node(this.#start, this.#indent, -1);
      if (this.#indent >= 0) return undefined;
      return { root, comments: this.#comments, hasAliases: this.#aliased > 0 };
    } catch (error) {
      if (error === GIVE_UP) return undefined;
      throw error;
    }
  }

  /** To the next line with content. */
  #advance(): void {
    const text = this.#text;
    while (this.#nextLineStart < text.length) {
      const lineStart = this.#nextLineStart;
      const end = this.#takeLine();
      const start = this.#skipSpaces(lineStart, end);
      if (start === end) continue;
      if (text.charCodeAt(start) === HASH) {
        this.#comment(start, end);
        continue;
      }
      this.#stand(lineStart, start, end);
      return;
    }
    this.#indent = -1;
  }

  #stand(lineStart: number, start: number, end: number): void {
    this.#start = start;
    this.#lineEnd = end;
    this.#indent = start - lineStart;
  }

  /** Moves behind the line that starts at `#nextLineStart` and returns its end without the break. */
  #takeLine(): number {
    const at = this.#text.indexOf('\n', this.#nextLineStart);
    const end = at < 0 ? this.#text.length : at;
    this.#nextLineStart = at < 0 ? end : at + 1;
    return at > 0 && this.#text.charCodeAt(at - 1) === RETURN ? end - 1 : end;
  }

  /**
   * The value that starts at `offset` in the current line, at that column; moves to the line behind it. What follows and is
   * indented deeper than `parent` (the column of the key or dash) must belong to it.
   */
  #node(offset: number, column: number, parent: number): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    let node: YamlNode;
    if (this.#text.charCodeAt(offset) === AMPERSAND) node = this.#anchored(offset, parent);
    else if (this.#isDash(offset, this.#lineEnd)) node = this.#list(offset, column);
    else {
      const key = this.#key(offset, this.#lineEnd);
      if (key) node = this.#map(key, column);
      else node = this.#inline(offset, parent);
    }
    this.#depth--;
    return node;
  }

  /** `&name` before a value on the same line, or at the end of the line before a deeper one; of a key, also before a list below it. */
  #anchored(offset: number, parent: number, isOfKey = false): YamlNode {
    const end = this.#lineEnd;
    const name = /^&([\w-]+)(?= |$)/.exec(this.#text.slice(offset, end))?.[1];
    if (name === undefined) throw GIVE_UP;
    const at = this.#skipSpaces(offset + 1 + name.length, end);
    let node: YamlNode;
    const hasComment = at < end && this.#text.charCodeAt(at) === HASH;
    if (at < end && !hasComment) {
      // Before a key the anchor would name the key, not the map.
      if (this.#isDash(at, end) || '&*'.includes(this.#text[at]!) || this.#key(at, end)) throw GIVE_UP;
      node = this.#inline(at, parent);
    } else {
      if (hasComment) this.#comment(at, end);
      this.#advance();
      const isBelow = isOfKey && this.#indent === parent && this.#isDash(this.#start, this.#lineEnd);
      if ((this.#indent <= parent && !isBelow) || this.#text[this.#start] === '&') throw GIVE_UP;
      node = this.#node(this.#start, this.#indent, parent);
    }
    this.#anchors.set(name, measure(node));
    return node;
  }

  #alias(at: number, end: number): { readonly node: YamlNode; readonly end: number } {
    const name = /^\*([\w-]+)(?= |$)/.exec(this.#text.slice(at, end))?.[1];
    const target = name === undefined ? undefined : this.#anchors.get(name);
    if (name === undefined || target === undefined) throw GIVE_UP;
    this.#aliased += target.values;
    if (this.#aliased > MAX_ALIASED) throw GIVE_UP;
    return { node: target.node, end: at + 1 + name.length };
  }

  #isDash(offset: number, end: number): boolean {
    if (this.#text.charCodeAt(offset) !== DASH) return false;
    return offset + 1 >= end || this.#text.charCodeAt(offset + 1) === SPACE;
  }

  #list(first: number, column: number): YamlNode {
    const from = this.#items.length;
    let offset = first;
    for (;;) {
      const end = this.#lineEnd;
      const at = this.#skipSpaces(offset + 1, end);
      if (at >= end || this.#text.charCodeAt(at) === HASH) {
        if (at < end) this.#comment(at, end);
        this.#advance();
        if (this.#indent <= column) throw GIVE_UP;
        this.#items.push(this.#node(this.#start, this.#indent, column));
      } else this.#items.push(this.#node(at, column + at - offset, column));
      if (this.#indent < column) break;
      if (this.#indent > column) throw GIVE_UP;
      // In a list that stands at the column of its key, the next key ends it.
      if (!this.#isDash(this.#start, this.#lineEnd)) break;
      offset = this.#start;
    }
    const items = this.#items.splice(from);
    return { kind: 'list', items, flow: false, span: { start: first, end: this.#end } };
  }

  /** `firstKey` is the key last read. */
  #map(firstKey: YamlScalar, column: number): YamlNode {
    const from = this.#entries.length;
    const merged: YamlNode[] = [];
    let key: YamlScalar | undefined = firstKey;
    while (key) {
      const value = this.#value(this.#colon, column);
      const isMerge = key.text === '<<' && key.style === 'plain' && collectMerged(value, merged);
      if (!isMerge) this.#entries.push({ key, value, end: this.#end });
      if (this.#indent < column) break;
      if (this.#indent > column || this.#isDash(this.#start, this.#lineEnd)) throw GIVE_UP;
      key = this.#key(this.#start, this.#lineEnd);
      if (key === undefined) throw GIVE_UP;
    }
    const entries = this.#entries.splice(from);
    addMerged(entries, merged);
    const span = { start: firstKey.span.start, end: this.#end };
    return { kind: 'map', entries, flow: false, span };
  }

  /** Moves behind the value of a key. */
  #value(colon: number, column: number): YamlNode {
    const end = this.#lineEnd;
    const at = this.#skipSpaces(colon + 1, end);
    const first = this.#text.charCodeAt(at);
    const isEmpty = at >= end || first === HASH;
    if (!isEmpty) {
      if (this.#isDash(at, end)) throw GIVE_UP;
      return first === AMPERSAND ? this.#anchored(at, column, true) : this.#inline(at, column);
    }
    if (at < end) this.#comment(at, end);
    this.#advance();
    if (this.#indent > column || (this.#indent === column && this.#isDash(this.#start, this.#lineEnd)))
      return this.#node(this.#start, this.#indent, column);
    this.#end = colon + 1;
    return plain(this.#text, colon + 1, colon + 1);
  }

  /** A scalar or bracket. */
  #inline(at: number, parent: number): YamlNode {
    let end = this.#lineEnd;
    const text = this.#text;
    const first = text.charCodeAt(at);
    let node: YamlNode;
    let behind: number;
    if (first === BAR || first === GREATER) return this.#block(at, parent);
    if (first === DOUBLE || first === SINGLE) {
      node = this.#quoted(at, end) ?? this.#quotedLines(at, parent);
      behind = node.span.end;
      end = this.#lineEnd;
    } else if (first === BRACKET || first === BRACE) {
      node = this.#flow(at, parent);
      behind = node.span.end;
      end = this.#lineEnd;
    } else if (first === STAR) {
      const alias = this.#alias(at, end);
      node = alias.node;
      behind = alias.end;
    } else {
      const valueEnd = this.#plainEnd(at, end);
      if (valueEnd === end) {
        const scalar = this.#plainLines(at, end, parent);
        if (scalar) return scalar;
      }
      if (!isOneValue(text, at, valueEnd)) throw GIVE_UP;
      node = plain(text, at, valueEnd);
      behind = valueEnd;
    }
    const rest = this.#skipSpaces(behind, end);
    if (rest < end) {
      if (text.charCodeAt(rest) !== HASH || rest === behind) throw GIVE_UP;
      this.#comment(rest, end);
    }
    this.#advance();
    // A deeper line would go on with this value.
    if (this.#indent > parent) throw GIVE_UP;
    this.#end = behind;
    return node;
  }

  /** A plain value that goes on over deeper lines; `undefined`, and nothing read, when it ends on its line. */
  #plainLines(at: number, end: number, parent: number): YamlScalar | undefined {
    const text = this.#text;
    const before = this.#nextLineStart;
    const below = this.#skipSpaces(before, text.length);
    // Most values end here: what is below is no blank line, and not deeper.
    if (below - before <= parent && !isBreak(text.charCodeAt(below))) return undefined;
    let value = text.slice(at, end);
    let behind = end;
    let blanks = 0;
    let contentEnd = this.#nextLineStart;
    while (this.#nextLineStart < text.length) {
      const lineStart = this.#nextLineStart;
      const lineEnd = this.#takeLine();
      const start = this.#skipSpaces(lineStart, lineEnd);
      if (start === lineEnd) {
        blanks++;
        continue;
      }
      if (start - lineStart <= parent || text.charCodeAt(start) === HASH) break;
      let stop = lineEnd;
      while (text.charCodeAt(stop - 1) === SPACE) stop--;
      const line = text.slice(start, stop);
      if (line.includes(' #') || !isOneValue(line, 0, line.length)) throw GIVE_UP;
      value += (blanks === 0 ? ' ' : '\n'.repeat(blanks)) + line;
      blanks = 0;
      behind = stop;
      contentEnd = this.#nextLineStart;
    }
    if (behind === end) {
      this.#nextLineStart = before;
      return undefined;
    }
    if (!isOneValue(value, 0, value.length) || value.length > 100_000) throw GIVE_UP;
    this.#nextLineStart = contentEnd;
    this.#advance();
    if (this.#indent > parent) throw GIVE_UP;
    this.#end = behind;
    return {
      kind: 'scalar',
      value,
      text: value,
      style: 'plain',
      hasJinja: false,
      span: { start: at, end: behind },
    };
  }

  #block(at: number, parent: number): YamlScalar {
    const text = this.#text;
    const header = /^([|>])(-?) *$/.exec(text.slice(at, this.#lineEnd));
    if (!header) throw GIVE_UP;
    const lines: string[] = [];
    let indent = -1;
    let contentEnd = at;
    while (this.#nextLineStart < text.length) {
      const lineStart = this.#nextLineStart;
      const end = this.#takeLine();
      const start = this.#skipSpaces(lineStart, end);
      if (start === end) {
        // Spaces beyond the indentation are content.
        if (end - lineStart > (indent < 0 ? parent + 1 : indent)) throw GIVE_UP;
        lines.push('');
        continue;
      }
      if (start - lineStart <= parent) {
        this.#nextLineStart = lineStart;
        break;
      }
      if (indent < 0) indent = start - lineStart;
      if (start - lineStart < indent) throw GIVE_UP;
      lines.push(text.slice(lineStart + indent, end));
      contentEnd = end;
    }
    if (indent < 0) throw GIVE_UP;
    while (lines[lines.length - 1] === '') lines.pop();
    const body = header[1] === '|' ? lines.join('\n') : foldBlock(lines);
    const value = header[2] === '-' ? body : `${body}\n`;
    while (text[contentEnd - 1] === ' ') contentEnd--;
    this.#advance();
    this.#end = contentEnd;
    const hasJinja = mentionsJinja(value);
    return { kind: 'scalar', value, text: value, style: 'block', hasJinja, span: { start: at, end: contentEnd } };
  }

  /** The key at the offset when the line holds one there; its colon is `#colon` then. */
  #key(offset: number, end: number): YamlScalar | undefined {
    const text = this.#text;
    const first = text.charCodeAt(offset);
    if (first === DOUBLE || first === SINGLE) {
      const scalar = this.#quoted(offset, end);
      if (scalar === undefined) return undefined;
      const colon = this.#skipSpaces(scalar.span.end, end);
      if (text.charCodeAt(colon) !== COLON) return undefined;
      if (colon + 1 < end && text.charCodeAt(colon + 1) !== SPACE) throw GIVE_UP;
      this.#colon = colon;
      return scalar;
    }
    if (!isPlainStart(first)) return undefined;
    for (let i = offset; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === COLON && (i + 1 >= end || text.charCodeAt(i + 1) === SPACE)) {
        let keyEnd = i;
        while (text.charCodeAt(keyEnd - 1) === SPACE) keyEnd--;
        if (keyEnd === offset || keyEnd - offset > 1_000 || opensJinja(text, offset, keyEnd)) throw GIVE_UP;
        this.#colon = i;
        return plain(text, offset, keyEnd);
      }
      if (code === HASH && text.charCodeAt(i - 1) === SPACE) return undefined;
    }
    return undefined;
  }

  #plainEnd(at: number, end: number): number {
    const text = this.#text;
    const first = text.charCodeAt(at);
    if (!isPlainStart(first) && !(first === DASH && at + 1 < end && text.charCodeAt(at + 1) !== SPACE)) throw GIVE_UP;
    let valueEnd = at + 1;
    while (valueEnd < end && !(text.charCodeAt(valueEnd) === HASH && text.charCodeAt(valueEnd - 1) === SPACE))
      valueEnd++;
    while (text.charCodeAt(valueEnd - 1) === SPACE) valueEnd--;
    return valueEnd;
  }

  /** `undefined` when it does not end before `end`. */
  #quoted(at: number, end: number): YamlScalar | undefined {
    const close = this.#closing(at, end);
    return close < 0 ? undefined : this.#quotedUntil(at, close);
  }

  /** Where the quote that opens at the offset closes before `end`; -1 when it does not. */
  #closing(at: number, end: number): number {
    const text = this.#text;
    const quote = text.charCodeAt(at);
    for (let i = at + 1; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === BACKSLASH && quote === DOUBLE) i++;
      else if (code === quote) {
        if (quote === SINGLE && text.charCodeAt(i + 1) === SINGLE) i++;
        else return i;
      }
    }
    return -1;
  }

  #quotedUntil(at: number, close: number): YamlScalar {
    const quote = this.#text[at]!;
    const value = quotedText(this.#text.slice(at + 1, close), quote);
    if (value === undefined) throw GIVE_UP;
    const style = quote === '"' ? 'double' : 'single';
    return {
      kind: 'scalar',
      value,
      text: value,
      style,
      hasJinja: mentionsJinja(value),
      span: { start: at, end: close + 1 },
    };
  }

  /** Quotes that close on a later line; stands on that line then. */
  #quotedLines(at: number, parent: number): YamlScalar {
    const close = this.#closing(at, Math.min(this.#text.length, at + MAX_QUOTED));
    if (close < 0) throw GIVE_UP;
    while (this.#lineEnd < close) {
      const start = this.#nextLineStart;
      if (start >= this.#text.length) throw GIVE_UP;
      const end = this.#takeLine();
      const first = this.#skipSpaces(start, end);
      if (first < end && first - start <= parent) throw GIVE_UP;
      this.#stand(start, first, end);
    }
    const scalar = this.#quotedUntil(at, close);
    if (scalar.hasJinja) throw GIVE_UP;
    return scalar;
  }

  /** `[a, "b"]` and `{c: d}`; stands on the line where it ends then. All its lines are indented deeper than `parent`. */
  #flow(at: number, parent: number): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    const text = this.#text;
    const isList = text[at] === '[';
    const closer = isList ? ']' : '}';
    const items: YamlNode[] = [];
    const entries: YamlEntry[] = [];
    let i = this.#skipInFlow(at + 1, parent);
    while (text[i] !== closer) {
      if (isList) {
        const item = this.#flowValue(i, parent);
        items.push(item);
        i = this.#skipInFlow(item.span.end, parent);
      } else {
        const key = this.#flowValue(i, parent);
        // A key ends on its line.
        if (i < this.#start) throw GIVE_UP;
        const colon = this.#skipSpaces(key.span.end, this.#lineEnd);
        if (key.kind !== 'scalar' || key.text === '<<' || text[colon] !== ':' || text[colon + 1] !== ' ') throw GIVE_UP;
        const valueAt = this.#skipSpaces(colon + 1, this.#lineEnd);
        if (valueAt >= this.#lineEnd) throw GIVE_UP;
        const value = this.#flowValue(valueAt, parent);
        entries.push({ key, value, end: value.span.end });
        i = this.#skipInFlow(value.span.end, parent);
      }
      if (text[i] === ',') {
        i = this.#skipInFlow(i + 1, parent);
        if (text[i] === ',') throw GIVE_UP;
      } else if (text[i] !== closer) throw GIVE_UP;
    }
    this.#depth--;
    const span = { start: at, end: i + 1 };
    return isList ? { kind: 'list', items, flow: true, span } : { kind: 'map', entries, flow: true, span };
  }

  /** Over blanks, comments and ends of lines. */
  #skipInFlow(from: number, parent: number): number {
    const text = this.#text;
    let i = from;
    for (;;) {
      const end = this.#lineEnd;
      i = this.#skipSpaces(i, end);
      if (i < end && text[i] === '#' && text[i - 1] === ' ') {
        this.#comment(i, end);
        i = end;
      }
      if (i < end) return i;
      const start = this.#nextLineStart;
      if (start >= text.length) throw GIVE_UP;
      const lineEnd = this.#takeLine();
      i = this.#skipSpaces(start, lineEnd);
      if (i < lineEnd && (i - start <= parent || text[i] === '#')) throw GIVE_UP;
      this.#stand(start, i, lineEnd);
    }
  }

  #flowValue(at: number, parent: number): YamlNode {
    const text = this.#text;
    const end = this.#lineEnd;
    const first = text.charCodeAt(at);
    if (first === DOUBLE || first === SINGLE) return this.#quoted(at, end) ?? this.#quotedLines(at, parent);
    if (first === BRACKET) return this.#flow(at, parent);
    if (first === BRACE) {
      if (opensJinja(text, at, at + 2)) throw GIVE_UP;
      return this.#flow(at, parent);
    }
    let i = at;
    while (i < end && !isFlowSign(text.charCodeAt(i))) i++;
    // A colon ends a key; inside a word, or a comment sign, is for the package.
    if (i < end && (text[i] === '#' || text[i] === '[' || text[i] === '{')) throw GIVE_UP;
    if (i < end && text[i] === ':' && text[i + 1] !== ' ') throw GIVE_UP;
    while (text.charCodeAt(i - 1) === SPACE) i--;
    if (i <= at || !(isPlainStart(first) || (first === DASH && /[0-9.]/.test(text[at + 1]!)))) throw GIVE_UP;
    return plain(text, at, i);
  }

  #skipSpaces(from: number, end: number): number {
    let i = from;
    while (i < end && this.#text.charCodeAt(i) === SPACE) i++;
    return i;
  }

  #comment(start: number, end: number): void {
    this.#comments.push({ span: { start, end }, text: this.#text.slice(start + 1, end) });
  }
}

const RETURN = 13;
const SPACE = 32;
const DOUBLE = 34;
const HASH = 35;
const AMPERSAND = 38;
const SINGLE = 39;
const STAR = 42;
const DASH = 45;
const COLON = 58;
const GREATER = 62;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACE = 123;
const BAR = 124;

/** What begins other things than plain values; blanks too. */
const NO_PLAIN_START = signs('-?:,[]{}#&*!|>\'"%@`\n\v\f\r ');
const FLOW_SIGNS = signs(',[]{}:#');

/** 1 for each of the characters, by code. */
function signs(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function isPlainStart(code: number): boolean {
  return code < 128 ? NO_PLAIN_START[code] === 0 : !/\s/.test(String.fromCharCode(code));
}

function isFlowSign(code: number): boolean {
  return FLOW_SIGNS[code] === 1;
}

function isBreak(code: number): boolean {
  return code === 10 || code === RETURN;
}

/** The plain value of a stretch. */
function plain(source: string, start: number, end: number): YamlScalar {
  const text = internText(source, start, end);
  return { kind: 'scalar', value: resolve(text), text, style: 'plain', hasJinja: false, span: { start, end } };
}

/** As the core schema does; forms nobody writes are left to the package. */
function resolve(text: string): string | number | boolean | null {
  const named = text.length <= LONGEST_NAMED ? NAMED.get(text) : undefined;
  if (named !== undefined) return named;
  if (!isNumberStart(text.charCodeAt(0))) return text;
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^0[xo][0-9a-fA-F]+$|^[-+]?\.(?:inf|nan)$/i.test(text)) throw GIVE_UP;
  return text;
}

/** Words that are no text. */
const NAMED: ReadonlyMap<string, boolean | null> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
  ...['true', 'True', 'TRUE'].map(word => [word, true] as const),
  ...['false', 'False', 'FALSE'].map(word => [word, false] as const),
]);
const LONGEST_NAMED = 5;

/** A digit, sign or point. */
function isNumberStart(code: number): boolean {
  return (code >= 48 && code <= 57) || code === DASH || code === 43 || code === 46;
}

/** Neither a key nor Jinja in it. */
function isOneValue(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === COLON && (i + 1 >= end || text.charCodeAt(i + 1) === SPACE)) return false;
    if (code === BRACE && opensJinja(text, i, Math.min(end, i + 2))) return false;
  }
  return true;
}

/** `{{`, `{%` or `{#` stands in the stretch. */
function opensJinja(text: string, start: number, end: number): boolean {
  for (let i = start; i + 1 < end; i++) {
    if (text.charCodeAt(i) === BRACE && /[{%#]/.test(text[i + 1]!)) return true;
  }
  return false;
}

interface Measured {
  readonly node: YamlNode;
  readonly values: number;
}

/** Counts what an alias of it would stand for. */
function measure(node: YamlNode): Measured {
  let values = 0;
  const count = (each: YamlNode, height: number): void => {
    if (++values > MAX_ALIASED || height > MAX_HEIGHT) throw GIVE_UP;
    if (each.kind === 'list') for (const item of each.items) count(item, height + 1);
    if (each.kind === 'map') for (const entry of each.entries) count(entry.value, height + 1);
  };
  count(node, 0);
  return { node, values };
}

function mentionsJinja(text: string): boolean {
  return /\{[{%]/.test(text);
}
