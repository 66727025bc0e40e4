/** Comments that silence findings: `grainline-ignore`, `grainline-ignore-file` and, as other linters have it, `noqa`. */

import { LineIndex } from '../base/line-index.ts';
import type { Span } from '../base/span.ts';

export interface Suppression {
  /** Ids it names; empty means every rule (`noqa` alone). */
  readonly rules: readonly { readonly id: string; readonly span: Span }[];
  /** Lines it speaks of, from 0; `undefined` for the whole file. */
  readonly lines: { readonly first: number; readonly last: number } | undefined;
  /** The comment, from its opening to its end. */
  readonly span: Span;
  /** Only our own comments are reported when they silence nothing. */
  readonly form: 'grainline' | 'noqa';
}

/** Finds them in SQL (comments of SQL and Jinja) or YAML. Linear in the text. */
export function findSuppressions(text: string, language: 'sql' | 'yaml'): readonly Suppression[] {
  if (!text.includes('grainline-ignore') && !/noqa/i.test(text)) return [];
  const found: Suppression[] = [];
  const index = new LineIndex(text);
  const opening = language === 'yaml' ? /#/g : /--|\{#|\/\*/g;
  for (let line = 0; line < index.lineCount; line++) {
    const start = index.startOfLine(line);
    const content = text.slice(start, index.startOfLine(line + 1)).replace(/[\r\n]+$/, '');
    if (!content.includes('grainline-ignore') && !/noqa/i.test(content)) continue;
    for (const match of content.matchAll(opening)) {
      // Behind an odd number of quotes the text stands in a string.
      if (content.slice(0, match.index).split("'").length % 2 === 0) continue;
      const comment = commentAt(content, match.index, match[0]);
      const suppression = readComment(comment, start + match.index, content.slice(0, match.index).trim() === '', line);
      if (suppression) {
        found.push(suppression);
        break;
      }
    }
  }
  return found;
}

function commentAt(content: string, start: number, opening: string): string {
  const closing = opening === '{#' ? '#}' : opening === '/*' ? '*/' : undefined;
  const end = closing === undefined ? -1 : content.indexOf(closing, start + 2);
  return end < 0 || closing === undefined ? content.slice(start) : content.slice(start, end + closing.length);
}

function readComment(comment: string, offset: number, isAlone: boolean, line: number): Suppression | undefined {
  const own = /^(?:--|\{#-?|\/\*|#)\s*grainline-ignore(-file)?\b\s*:?/.exec(comment);
  const span = { start: offset, end: offset + comment.trimEnd().length };
  if (own) {
    const rules = idsIn(comment, own[0].length, offset);
    const lines = own[1] ? undefined : { first: line, last: isAlone ? line + 1 : line };
    return { rules, lines, span, form: 'grainline' };
  }
  const noqa = /^(?:--|\{#-?|\/\*|#)\s*noqa\b(\s*:)?/i.exec(comment);
  if (!noqa) return undefined;
  const rules = noqa[1] ? idsIn(comment, noqa[0].length, offset) : [];
  if (noqa[1] && rules.length === 0) return undefined;
  return { rules, lines: { first: line, last: line }, span, form: 'noqa' };
}

/** Ids between commas, up to ` -- why` or the comment's end. */
function idsIn(comment: string, from: number, offset: number): readonly { readonly id: string; readonly span: Span }[] {
  const end = /\s--|#\}|\*\/|$/.exec(comment.slice(from));
  const part = comment.slice(from, from + (end?.index ?? comment.length));
  return [...part.matchAll(/[A-Za-z][A-Za-z0-9-]*/g)].map(match => {
    const start = offset + from + match.index;
    return { id: match[0], span: { start, end: start + match[0].length } };
  });
}
