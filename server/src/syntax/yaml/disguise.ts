/**
 * What the YAML package is given to read: the text with stretches it would misread disguised by characters of equal
 * length, so that all offsets stay, and the way back for the values that hold them.
 */

import type { Span } from '../../base/span.ts';
import type { Scan } from './scan.ts';

export interface Disguised {
  /** As long as the text as written. */
  readonly text: string;
  /** Stretches whose characters are to be taken from the text as written, in order. */
  readonly masks: readonly Span[];
}

/** A character of a line break that folds away, and one that stays a line break. */
const NOTHING = '\uE00B';
const BREAK = '\uE00C';

/** Jinja outside quotes becomes a plain word; a statement or comment alone on its line becomes a blank line. */
export function disguiseJinja(text: string, { jinja }: Scan): Disguised {
  return {
    text: replaceAll(
      text,
      jinja.map(each => each.span),
      (stretch, i) => (jinja[i]!.isAlone ? stretch.replace(/[^\r\n]/g, ' ') : 'x'.repeat(stretch.length)),
    ),
    masks: jinja.map(each => each.span),
  };
}

/**
 * Joins the lines of quotes and brackets: inside them dbt's parser does not care how a line is indented, the package does.
 * Quotes are folded as YAML says; `unfold` completes that in the value read.
 */
export function joinLines(text: string, { quotes, breaks }: Scan): string {
  const folded = replaceAll(text, quotes, stretch => {
    const unescaped = stretch.startsWith('"')
      ? stretch.replace(/\\(?:\r?\n[ \t]*|.)/g, pair => (pair.includes('\n') ? NOTHING.repeat(pair.length) : pair))
      : stretch;
    return unescaped.replace(/(?<![ \t])[ \t]*\r?\n[ \t\r\n]*/g, fold);
  });
  return replaceAll(folded, breaks, stretch => ' '.repeat(stretch.length));
}

/** The value of a quote whose lines were joined. */
export function unfold(value: string): string {
  if (!value.includes(NOTHING) && !value.includes(BREAK)) return value;
  return value.replaceAll(NOTHING, '').replaceAll(BREAK, '\n');
}

function fold(stretch: string): string {
  const breaks = stretch.split('\n').length - 1;
  const kept = breaks === 1 ? ' ' : BREAK.repeat(breaks - 1);
  return kept + NOTHING.repeat(stretch.length - kept.length);
}

function replaceAll(text: string, spans: readonly Span[], by: (stretch: string, index: number) => string): string {
  if (spans.length === 0) return text;
  let result = '';
  let position = 0;
  for (const [index, { start, end }] of spans.entries()) {
    result += text.slice(position, start) + by(text.slice(start, end), index);
    position = end;
  }
  return result + text.slice(position);
}
