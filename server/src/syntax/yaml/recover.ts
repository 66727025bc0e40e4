/**
 * A half-typed line must cost only itself. The YAML package reads on behind an error but may then glue what follows into one
 * value; so the text around the first fault is repaired by characters of equal length, and the repair that leaves the least
 * faults is kept. What people are told comes from the text as written.
 */

import type { Span } from '../../base/span.ts';
import { type Composed, compose, type Fault } from './compose.ts';

export interface Recovered {
  readonly composed: Composed;
  /** Stretches that the package read as other characters than the file has. */
  readonly masks: readonly Span[];
}

/** Places repaired in one file; someone who types breaks one. */
const MAX_ROUNDS = 6;
/** Characters parsed for repairs, all together, so that a large broken file stays quick. */
const MAX_WORK = 2_000_000;

export function recover(text: string, first: Composed): Recovered {
  let best = { text, composed: first, masks: [] as readonly Span[], faults: lossy(first) };
  let work = 0;
  for (let round = 0; round < MAX_ROUNDS && best.faults.length > 0; round++) {
    let better: typeof best | undefined;
    for (const repair of repairs(best.text, best.faults[0]!)) {
      work += text.length;
      if (work > MAX_WORK && round + work / text.length > 2) break;
      const repaired = apply(best.text, repair);
      if (repaired === best.text) continue;
      const composed = compose(repaired);
      const faults = lossy(composed);
      if (faults.length >= (better ?? best).faults.length) continue;
      const masks = repair.keep ? [...best.masks, repair.span].sort((a, b) => a.start - b.start) : best.masks;
      better = { text: repaired, composed, masks, faults };
      if (faults.length === 0) break;
    }
    if (better === undefined) break;
    best = better;
  }
  return { composed: best.composed, masks: best.masks };
}

/** Faults behind which content may be lost; the others leave the tree as it should be. */
function lossy(composed: Composed): readonly Fault[] {
  return composed.faults
    .filter(
      fault =>
        !['TOO_DEEP', 'BAD_SCALAR_START', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED', 'BAD_DIRECTIVE', 'BAD_ALIAS'].includes(
          fault.code,
        ) && !fault.message.startsWith('Implicit map keys need'),
    )
    .sort((a, b) => a.span.start - b.span.start);
}

interface Repair {
  readonly span: Span;
  /** Read the stretch as one plain word, its text taken from the file; otherwise as blanks. */
  readonly keep?: boolean;
}

function* repairs(text: string, fault: Fault): Generator<Repair> {
  const line = lineAt(text, fault.span.start);
  const written = text.slice(line.start, line.end);
  if (fault.code === 'TAB_AS_INDENT') {
    const tabs = /^[ \t]*/.exec(written)![0].length;
    yield { span: { start: line.start, end: line.start + tabs } };
  }
  if (fault.message.includes('quote')) {
    const opener = openerBefore(text, fault, fault.message.includes('"') ? '"' : "'");
    if (opener !== undefined) {
      const end = lineAt(text, opener).end;
      yield { span: { start: opener, end }, keep: true };
      yield { span: { start: opener, end } };
    }
  }
  const flow = /^(Flow|Block collections|Missing ,|Unexpected)/.test(fault.message)
    ? openBracket(text, fault)
    : undefined;
  if (flow !== undefined) {
    const end = lineAt(text, flow).end;
    yield { span: { start: flow, end: flow + 1 } };
    yield { span: { start: flow, end } };
  }
  // `description: Note: this` reads as a key in a value; the value is meant whole.
  const value = /^(\s*(?:- +)*[^\s:#][^:#]*: +)(\S.*: ?.*)$/.exec(written.slice(0, 2_000));
  if (value && !/^["'[{|>&*!]/.test(value[2]!)) {
    yield { span: { start: line.start + value[1]!.length, end: line.start + written.trimEnd().length }, keep: true };
  }
  const next = nextLine(text, line.end);
  const before = previousLine(text, line.start);
  if (fault.code === 'BLOCK_AS_IMPLICIT_KEY' || fault.code === 'MULTILINE_IMPLICIT_KEY') {
    // The value is blamed, but the line behind it is indented too deep.
    if (next) yield { span: next };
    yield { span: line };
  } else {
    yield { span: line };
    if (before) yield { span: before };
    if (next) yield { span: next };
  }
}

function apply(text: string, { span, keep }: Repair): string {
  const stretch = text.slice(span.start, span.end);
  const repaired = keep ? 'x'.repeat(stretch.length) : stretch.replace(/[^\r\n]/g, ' ');
  return text.slice(0, span.start) + repaired + text.slice(span.end);
}

/** Without its line break. */
function lineAt(text: string, offset: number): Span {
  const start = offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  let end = text.indexOf('\n', offset);
  if (end < 0) end = text.length;
  return { start, end: end > start && text[end - 1] === '\r' ? end - 1 : end };
}

function nextLine(text: string, end: number): Span | undefined {
  for (let at = text.indexOf('\n', end); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1)) {
    const line = lineAt(text, at + 1);
    if (text.slice(line.start, line.end).trim() !== '') return line;
  }
  return undefined;
}

function previousLine(text: string, start: number): Span | undefined {
  for (let at = start - 1; at >= 0; at = lineAt(text, at).start - 1) {
    const line = lineAt(text, at);
    if (text.slice(line.start, line.end).trim() !== '') return line;
  }
  return undefined;
}

/** The quote that is not closed: the first on a line where their number is odd, seen backwards from the fault. */
function openerBefore(text: string, fault: Fault, quote: string): number | undefined {
  const scalarStart = text.slice(0, fault.span.start);
  // The value runs from its quote to the fault; quotes between are inside it only when doubled or escaped, so that an
  // odd line is the first candidate that opens it.
  let candidate: number | undefined;
  let at = fault.span.start;
  for (let lines = 0; at >= 0 && lines < 200; lines++) {
    const line = lineAt(scalarStart, at);
    const written = scalarStart.slice(line.start, line.end);
    if (written.split(quote).length % 2 === 0) {
      const match = new RegExp(`(^|[\\s:,[{-])${quote}`).exec(written);
      if (match) candidate = line.start + match.index + match[0].length - 1;
    }
    at = line.start - 1;
  }
  return candidate;
}

/** The innermost bracket open at the fault, on its line or one of the lines above. */
function openBracket(text: string, fault: Fault): number | undefined {
  let closed = 0;
  for (let i = Math.min(fault.span.start, text.length - 1), steps = 0; i >= 0 && steps < 4000; i--, steps++) {
    if (text[i] === ']' || text[i] === '}') closed++;
    else if (text[i] === '[' || text[i] === '{') {
      if (closed === 0) return i;
      closed--;
    }
  }
  return undefined;
}
