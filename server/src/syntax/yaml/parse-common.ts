/**
 * The YAML nearly all dbt files are written in, read in one pass: block maps and lists, plain and block scalars, quotes and
 * brackets, aliases. Whatever else a text holds (tags, Jinja outside quotes, any fault) makes it give up, and the whole text
 * goes to the YAML package. *Invariant:* what it does read, the package reads alike, but where a comment leads the package
 * astray; a test holds the two against each other.
 */

import { foldBlock, quotedText } from './fold.ts';
import { addMerged, collectMerged } from './merge.ts';
import type { YamlComment, YamlEntry, YamlNode, YamlScalar } from './tree.ts';

export interface Common {
  readonly root: YamlNode | undefined;
  readonly comments: readonly YamlComment[];
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

interface Line {
  /** Offset of the first character that is not a space. */
  readonly start: number;
  /** Behind the last character, without the line break. */
  readonly end: number;
  readonly indent: number;
}

class Reader {
  readonly #text: string;
  readonly #comments: YamlComment[] = [];
  /** The line being read, without blank and comment lines; `undefined` at the end. */
  #line: Line | undefined;
  #nextLineStart = 0;
  #depth = 0;
  /** Behind the value last read, as written: an alias ends where it stands, its value elsewhere. */
  #end = 0;
  readonly #anchors = new Map<string, Measured>();
  #aliased = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Common | undefined {
    try {
      if (this.#text.startsWith('---')) this.#nextLineStart = this.#text.indexOf('\n') + 1;
      this.#advance();
      if (this.#line === undefined) return { root: undefined, comments: this.#comments };
      const root = this.#node(this.#line.start, this.#line.indent, -1);
      if (this.#line !== undefined) return undefined;
      return { root, comments: this.#comments };
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
      let start = lineStart;
      while (start < end && text.charCodeAt(start) === 32) start++;
      if (start === end) continue;
      if (text[start] === '#') {
        this.#comments.push({ span: { start, end }, text: text.slice(start + 1, end) });
        continue;
      }
      this.#line = { start, end, indent: start - lineStart };
      return;
    }
    this.#line = undefined;
  }

  /** Moves behind the line that starts at `#nextLineStart` and returns its end without the break. */
  #takeLine(): number {
    const at = this.#text.indexOf('\n', this.#nextLineStart);
    const end = at < 0 ? this.#text.length : at;
    this.#nextLineStart = at < 0 ? end : at + 1;
    return at > 0 && this.#text[at - 1] === '\r' ? end - 1 : end;
  }

  /**
   * The value that starts at `offset` in the current line, at that column; moves to the line behind it. What follows and is
   * indented deeper than `parent` (the column of the key or dash) must belong to it.
   */
  #node(offset: number, column: number, parent: number): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    const line = this.#line!;
    let node: YamlNode;
    if (this.#text[offset] === '&') node = this.#anchored(offset, parent);
    else if (this.#isDash(offset, line.end)) node = this.#list(offset, column);
    else {
      const key = this.#key(offset, line.end);
      if (key) node = this.#map(key, column);
      else node = this.#inline(offset, parent);
    }
    this.#depth--;
    return node;
  }

  /** `&name` before a value on the same line, or at the end of the line before a deeper one; of a key, also before a list below it. */
  #anchored(offset: number, parent: number, isOfKey = false): YamlNode {
    const { end } = this.#line!;
    const name = /^&([\w-]+)(?= |$)/.exec(this.#text.slice(offset, end))?.[1];
    if (name === undefined) throw GIVE_UP;
    const at = this.#skipSpaces(offset + 1 + name.length, end);
    let node: YamlNode;
    if (at < end) {
      // Before a key the anchor would name the key, not the map.
      if (this.#isDash(at, end) || '#&*'.includes(this.#text[at]!) || this.#key(at, end)) throw GIVE_UP;
      node = this.#inline(at, parent);
    } else {
      this.#advance();
      const next = this.#line as Line | undefined;
      const isBelow = isOfKey && next?.indent === parent && this.#isDash(next.start, next.end);
      if (next === undefined || (next.indent <= parent && !isBelow) || this.#text[next.start] === '&') throw GIVE_UP;
      node = this.#node(next.start, next.indent, parent);
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
    return this.#text[offset] === '-' && (offset + 1 >= end || this.#text[offset + 1] === ' ');
  }

  #list(first: number, column: number): YamlNode {
    const items: YamlNode[] = [];
    let offset = first;
    for (;;) {
      const line = this.#line!;
      const at = this.#skipSpaces(offset + 1, line.end);
      if (at >= line.end || this.#text[at] === '#') {
        if (at < line.end) this.#comment(at, line.end);
        this.#advance();
        if (this.#line === undefined || this.#line.indent <= column) throw GIVE_UP;
        items.push(this.#node(this.#line.start, this.#line.indent, column));
      } else items.push(this.#node(at, column + at - offset, column));
      const next = this.#line as Line | undefined;
      if (next === undefined || next.indent < column) break;
      if (next.indent > column) throw GIVE_UP;
      // In a list that stands at the column of its key, the next key ends it.
      if (!this.#isDash(next.start, next.end)) break;
      offset = next.start;
    }
    return { kind: 'list', items, flow: false, span: { start: first, end: this.#end } };
  }

  #map(firstKey: Key, column: number): YamlNode {
    const entries: YamlEntry[] = [];
    const merged: YamlNode[] = [];
    let key: Key | undefined = firstKey;
    while (key) {
      const value = this.#value(key, column);
      const isMerge = key.scalar.style === 'plain' && key.scalar.text === '<<' && collectMerged(value, merged);
      if (!isMerge) {
        entries.push({ key: key.scalar, value, span: { start: key.scalar.span.start, end: this.#end } });
      }
      const next: Line | undefined = this.#line;
      if (next === undefined || next.indent < column) break;
      if (next.indent > column || this.#isDash(next.start, next.end)) throw GIVE_UP;
      key = this.#key(next.start, next.end);
      if (key === undefined) throw GIVE_UP;
    }
    addMerged(entries, merged);
    const span = { start: firstKey.scalar.span.start, end: this.#end };
    return { kind: 'map', entries, flow: false, span };
  }

  /** Moves behind the value of a key. */
  #value(key: Key, column: number): YamlNode {
    const line = this.#line!;
    const at = this.#skipSpaces(key.colon + 1, line.end);
    const isEmpty = at >= line.end || this.#text[at] === '#';
    if (!isEmpty) {
      if (this.#isDash(at, line.end)) throw GIVE_UP;
      return this.#text[at] === '&' ? this.#anchored(at, column, true) : this.#inline(at, column);
    }
    if (at < line.end) this.#comment(at, line.end);
    this.#advance();
    const next = this.#line as Line | undefined;
    if (next && next.indent > column) return this.#node(next.start, next.indent, column);
    if (next && next.indent === column && this.#isDash(next.start, next.end))
      return this.#node(next.start, column, column);
    this.#end = key.colon + 1;
    return plain('', key.colon + 1);
  }

  /** A scalar or bracket. */
  #inline(at: number, parent: number): YamlNode {
    let { end } = this.#line!;
    const text = this.#text;
    const first = text[at]!;
    let node: YamlNode;
    let behind: number;
    if (first === '|' || first === '>') return this.#block(at, parent);
    if (first === '"' || first === "'") {
      node = this.#quoted(at, end) ?? this.#quotedLines(at, parent);
      behind = node.span.end;
      end = this.#line!.end;
    } else if (first === '[' || first === '{') {
      node = this.#flow(at, parent);
      behind = node.span.end;
      end = this.#line!.end;
    } else if (first === '*') {
      const alias = this.#alias(at, end);
      node = alias.node;
      behind = alias.end;
    } else {
      const valueEnd = this.#plainEnd(at, end);
      if (valueEnd === end) {
        const scalar = this.#plainLines(at, end, parent);
        if (scalar) return scalar;
      }
      const written = text.slice(at, valueEnd);
      if (!isOneValue(written)) throw GIVE_UP;
      node = plain(written, at);
      behind = valueEnd;
    }
    const rest = this.#skipSpaces(behind, end);
    if (rest < end) {
      if (text[rest] !== '#' || rest === behind) throw GIVE_UP;
      this.#comment(rest, end);
    }
    this.#advance();
    // A deeper line would go on with this value.
    if (this.#line !== undefined && this.#line.indent > parent) throw GIVE_UP;
    this.#end = behind;
    return node;
  }

  /** A plain value that goes on over deeper lines; `undefined`, and nothing read, when it ends on its line. */
  #plainLines(at: number, end: number, parent: number): YamlScalar | undefined {
    const text = this.#text;
    const before = this.#nextLineStart;
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
      if (start - lineStart <= parent || text[start] === '#') break;
      let stop = lineEnd;
      while (text[stop - 1] === ' ') stop--;
      const line = text.slice(start, stop);
      if (line.includes(' #') || !isOneValue(line)) throw GIVE_UP;
      value += (blanks === 0 ? ' ' : '\n'.repeat(blanks)) + line;
      blanks = 0;
      behind = stop;
      contentEnd = this.#nextLineStart;
    }
    if (behind === end) {
      this.#nextLineStart = before;
      return undefined;
    }
    if (!isOneValue(value) || value.length > 100_000) throw GIVE_UP;
    this.#nextLineStart = contentEnd;
    this.#advance();
    if (this.#line !== undefined && this.#line.indent > parent) throw GIVE_UP;
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
    const header = /^([|>])(-?) *$/.exec(text.slice(at, this.#line!.end));
    if (!header) throw GIVE_UP;
    const lines: string[] = [];
    let indent = -1;
    let contentEnd = at;
    while (this.#nextLineStart < text.length) {
      const lineStart = this.#nextLineStart;
      const end = this.#takeLine();
      let start = lineStart;
      while (start < end && text.charCodeAt(start) === 32) start++;
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

  /** The key at the offset when the line holds one there. */
  #key(offset: number, end: number): Key | undefined {
    const text = this.#text;
    const first = text[offset]!;
    if (first === '"' || first === "'") {
      const scalar = this.#quoted(offset, end);
      if (scalar === undefined) return undefined;
      const colon = this.#skipSpaces(scalar.span.end, end);
      if (text[colon] !== ':') return undefined;
      if (colon + 1 < end && text[colon + 1] !== ' ') throw GIVE_UP;
      return { scalar, colon };
    }
    if (!isPlainStart(first)) return undefined;
    for (let i = offset; i < end; i++) {
      const character = text[i]!;
      if (character === ':' && (i + 1 >= end || text[i + 1] === ' ')) {
        let keyEnd = i;
        while (text[keyEnd - 1] === ' ') keyEnd--;
        const written = text.slice(offset, keyEnd);
        if (written === '' || written.length > 1_000 || /\{[{%#]/.test(written)) throw GIVE_UP;
        return { scalar: plain(written, offset), colon: i };
      }
      if (character === '#' && text[i - 1] === ' ') return undefined;
    }
    return undefined;
  }

  #plainEnd(at: number, end: number): number {
    const text = this.#text;
    const first = text[at]!;
    if (!isPlainStart(first) && !(first === '-' && at + 1 < end && text[at + 1] !== ' ')) throw GIVE_UP;
    const comment = text.slice(at, end).indexOf(' #');
    let valueEnd = comment < 0 ? end : at + comment;
    while (text[valueEnd - 1] === ' ') valueEnd--;
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
    const quote = text[at]!;
    for (let i = at + 1; i < end; i++) {
      if (text[i] === '\\' && quote === '"') i++;
      else if (text[i] === quote) {
        if (quote === "'" && text[i + 1] === "'") i++;
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
    while (this.#line!.end < close) {
      const start = this.#nextLineStart;
      if (start >= this.#text.length) throw GIVE_UP;
      const end = this.#takeLine();
      const first = this.#skipSpaces(start, end);
      if (first < end && first - start <= parent) throw GIVE_UP;
      this.#line = { start: first, end, indent: first - start };
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
        if (i < this.#line!.start) throw GIVE_UP;
        const colon = this.#skipSpaces(key.span.end, this.#line!.end);
        if (key.kind !== 'scalar' || key.text === '<<' || text[colon] !== ':' || text[colon + 1] !== ' ') throw GIVE_UP;
        const valueAt = this.#skipSpaces(colon + 1, this.#line!.end);
        if (valueAt >= this.#line!.end) throw GIVE_UP;
        const value = this.#flowValue(valueAt, parent);
        entries.push({ key, value, span: { start: key.span.start, end: value.span.end } });
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
      const { end } = this.#line!;
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
      this.#line = { start: i, end: lineEnd, indent: i - start };
    }
  }

  #flowValue(at: number, parent: number): YamlNode {
    const text = this.#text;
    const { end } = this.#line!;
    const first = text[at];
    if (first === '"' || first === "'") return this.#quoted(at, end) ?? this.#quotedLines(at, parent);
    if (first === '[') return this.#flow(at, parent);
    if (first === '{') {
      if (/[{%#]/.test(text[at + 1] ?? '')) throw GIVE_UP;
      return this.#flow(at, parent);
    }
    let i = at;
    while (i < end && !/[,[\]{}:#]/.test(text[i]!)) i++;
    // A colon ends a key; inside a word, or a comment sign, is for the package.
    if (i < end && (text[i] === '#' || text[i] === '[' || text[i] === '{')) throw GIVE_UP;
    if (i < end && text[i] === ':' && text[i + 1] !== ' ') throw GIVE_UP;
    while (text[i - 1] === ' ') i--;
    if (i <= at || !(isPlainStart(first!) || (first === '-' && /[0-9.]/.test(text[at + 1]!)))) throw GIVE_UP;
    return plain(text.slice(at, i), at);
  }

  #skipSpaces(from: number, end: number): number {
    let i = from;
    while (i < end && this.#text.charCodeAt(i) === 32) i++;
    return i;
  }

  #comment(start: number, end: number): void {
    this.#comments.push({ span: { start, end }, text: this.#text.slice(start + 1, end) });
  }
}

interface Key {
  readonly scalar: YamlScalar;
  readonly colon: number;
}

function isPlainStart(character: string): boolean {
  return !/[-?:,[\]{}#&*!|>'"%@`\s]/.test(character);
}

function plain(text: string, start: number): YamlScalar {
  return {
    kind: 'scalar',
    value: resolve(text),
    text,
    style: 'plain',
    hasJinja: false,
    span: { start, end: start + text.length },
  };
}

/** As the core schema does; forms nobody writes are left to the package. */
function resolve(text: string): string | number | boolean | null {
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
  }
  if (!/^[-+.0-9]/.test(text)) return text;
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/.test(text)) return Number(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^0[xo][0-9a-fA-F]+$|^[-+]?\.(?:inf|nan)$/i.test(text)) throw GIVE_UP;
  return text;
}

/** Neither a key nor Jinja in it. */
function isOneValue(text: string): boolean {
  return !/: |:$|\{[{%#]/.test(text);
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
