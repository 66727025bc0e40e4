/**
 * Where a cursor stands in a YAML document, by the text alone: half-typed lines are no YAML yet. Block style goes by
 * columns; inside of braces and brackets the line tells.
 */

import type { Span } from '../base/span.ts';

/** A key, or `[]` for an item of a list. */
export type Step = string;

export interface TextPlace {
  /** The way to the map or list that what is typed belongs to. */
  readonly steps: readonly Step[];
  readonly typed: /** A key, or an item of a list that may become one. */
    | { readonly kind: 'key'; readonly isItem: boolean }
    /** The value of this key. */
    | { readonly kind: 'value'; readonly key: string };
  /** What is typed so far: to be replaced. */
  readonly span: Span;
  /** Keys beside it with their values, as far as they stand in one line. */
  readonly siblings: ReadonlyMap<string, string>;
  /** Blanks that a line below would begin with. */
  readonly indent: string;
}

/** More lines than that are not looked at. */
const MOST_LINES = 5_000;

/** `undefined` inside of comments, block texts and Jinja. */
export function placeInText(text: string, offset: number): TextPlace | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  if (/(^|\s)#/.test(before) || /\{[{%]/.test(before)) return undefined;
  const lines = text.slice(0, start).split('\n').slice(-MOST_LINES);
  lines.pop();
  const own = lineOf(before);
  const inBraces = openBraces(own.rest);
  if (inBraces !== undefined) return inFlow(before, offset, own, lines, inBraces);
  const keyed = /^(["']?)([\w$.+-]+)\1\s*:(\s+)(["']?)([^"'[\]{}]*)$/.exec(own.rest);
  const walked = walkUp(lines, own);
  if (!walked) return undefined;
  const siblings = new Map([...walked.siblings, ...siblingsBelow(text, offset, own.column)]);
  const indent = ' '.repeat(own.column);
  if (keyed) {
    const typed = keyed[5] ?? '';
    const key = keyed[2] ?? '';
    siblings.delete(key);
    return {
      steps: walked.steps,
      typed: { kind: 'value', key },
      span: { start: offset - typed.length, end: offset },
      siblings,
      indent,
    };
  }
  const word = /^(["']?)([\w$.+-]*)$/.exec(own.rest);
  if (!word) return undefined;
  const typed = word[2] ?? '';
  return {
    steps: walked.steps,
    typed: { kind: 'key', isItem: own.dashes.length > 0 },
    span: { start: offset - typed.length, end: offset },
    siblings,
    indent,
  };
}

/* ---------------------------------------------------------------------- lines */

interface Line {
  /** Columns of its dashes. */
  readonly dashes: readonly number[];
  /** Where the text behind them begins. */
  readonly column: number;
  readonly rest: string;
}

function lineOf(line: string): Line {
  const dashes: number[] = [];
  let column = /^[ ]*/.exec(line)?.[0].length ?? 0;
  for (let dash = /^-( +|$)/.exec(line.slice(column)); dash; dash = /^-( +|$)/.exec(line.slice(column))) {
    dashes.push(column);
    column += dash[0].length;
    // A dash with nothing behind it: the item would begin two columns on.
    if (dash[1] === '') return { dashes, column: column + 1, rest: '' };
  }
  return { dashes, column, rest: line.slice(column) };
}

const KEY = /^(["']?)([^\s"'#:{}[\],][^"'#:{}[\],]*?)\1\s*:(?:\s+(.*))?$/;

function walkUp(
  lines: readonly string[],
  own: Line,
): { readonly steps: readonly Step[]; readonly siblings: ReadonlyMap<string, string> } | undefined {
  const steps: Step[] = [];
  const siblings = new Map<string, string>();
  // The column of the map we are in, or of the dashes of the list.
  let limit = own.column;
  let isList = false;
  let isOwnMap = true;
  const enter = (dashes: readonly number[]): void => {
    for (const dash of [...dashes].reverse()) {
      steps.unshift('[]');
      limit = dash;
      isList = true;
      isOwnMap = false;
    }
  };
  enter(own.dashes);
  for (let i = lines.length - 1; i >= 0; i--) {
    const written = (lines[i] ?? '').replace(/\r$/, '');
    if (/^---/.test(written)) break;
    if (/^\s*(#|$)/.test(written)) continue;
    const line = lineOf(written);
    const key = KEY.exec(line.rest);
    if (isList) {
      if (line.dashes.includes(limit)) continue;
      if (!key || line.column > limit || hasValue(key[3])) {
        if (line.column < limit) return undefined;
        continue;
      }
      steps.unshift(key[2] ?? '');
      limit = line.column;
      isList = false;
      enter(line.dashes);
      continue;
    }
    if (line.column > limit) continue;
    if (line.column === limit) {
      if (isOwnMap && key) siblings.set(key[2] ?? '', plain(key[3]));
      enter(line.dashes);
      continue;
    }
    if (!key) continue;
    // A line that is not as deep and has a value of its own can be no parent: the text is broken, or in a block text.
    if (hasValue(key[3])) return undefined;
    steps.unshift(key[2] ?? '');
    limit = line.column;
    isOwnMap = false;
    enter(line.dashes);
  }
  return { steps, siblings };
}

function hasValue(value: string | undefined): boolean {
  const written = (value ?? '').trim();
  return written !== '' && !/^(#|&\w+\s*(#|$))/.test(written);
}

function plain(value: string | undefined): string {
  return (value ?? '')
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}

function siblingsBelow(text: string, offset: number, column: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const lines = text.slice(offset).split('\n', 200).slice(1);
  for (const written of lines) {
    if (/^\s*(#|\r?$)/.test(written)) continue;
    const line = lineOf(written.replace(/\r$/, ''));
    if (line.column < column || (line.dashes.length > 0 && (line.dashes[0] ?? 0) < column) || /^---/.test(written))
      break;
    const key = line.column === column && line.dashes.length === 0 ? KEY.exec(line.rest) : null;
    if (key) found.set(key[2] ?? '', plain(key[3]));
  }
  return found;
}

/* ----------------------------------------------------------------------- flow */

/** Offsets in the line's rest of the braces and brackets that are open at its end. */
function openBraces(rest: string): readonly number[] | undefined {
  const open: number[] = [];
  let quote = '';
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i] ?? '';
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{' || character === '[') open.push(i);
    else if (character === '}' || character === ']') open.pop();
  }
  return open.length > 0 ? open : undefined;
}

/** Braces that were opened on the cursor's own line. */
function inFlow(
  before: string,
  offset: number,
  own: Line,
  lines: readonly string[],
  open: readonly number[],
): TextPlace | undefined {
  const first = own.rest.slice(0, open[0]);
  const key = /^(["']?)([\w$.+-]+)\1\s*:\s+$/.exec(first);
  const walked = walkUp(lines, own);
  if (!walked || (!key && first !== '')) return undefined;
  const steps: Step[] = [...walked.steps, ...(key ? [key[2] ?? ''] : [])];
  for (const [i, at] of open.entries()) {
    const inside = own.rest.slice(at + 1, open[i + 1] ?? own.rest.length);
    if (own.rest[at] === '[') {
      if (i < open.length - 1 || own.rest[at] === '[') steps.push('[]');
    }
    const isLast = i === open.length - 1;
    const entries = splitFlow(inside);
    const last = entries.at(-1) ?? '';
    if (!isLast) {
      const parent = own.rest[at] === '{' ? /^\s*(["']?)([\w$.+-]+)\1\s*:\s*$/.exec(last) : undefined;
      if (parent) steps.push(parent[2] ?? '');
      else if (own.rest[at] === '{') return undefined;
      continue;
    }
    const siblings = new Map(
      entries.slice(0, -1).flatMap(entry => {
        const pair = /^\s*(["']?)([\w$.+-]+)\1\s*:\s*(.*?)\s*$/.exec(entry);
        return pair ? [[pair[2] ?? '', plain(pair[3])] as const] : [];
      }),
    );
    const value = own.rest[at] === '{' ? /^\s*(["']?)([\w$.+-]+)\1\s*:\s+(["']?)([^"']*)$/.exec(last) : null;
    const typed = value ? (value[4] ?? '') : (/([\w$.+-]*)$/.exec(last)?.[1] ?? '');
    const span = { start: offset - typed.length, end: offset };
    const indent = ' '.repeat(before.length);
    if (value) return { steps, typed: { kind: 'value', key: value[2] ?? '' }, span, siblings, indent };
    return { steps, typed: { kind: 'key', isItem: own.rest[at] === '[' }, span, siblings, indent };
  }
  return undefined;
}

/** At commas outside of further braces. */
function splitFlow(inside: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const character of inside) {
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if ('{['.includes(character)) depth++;
    else if ('}]'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += character;
  }
  return parts;
}
