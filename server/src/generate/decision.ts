/** Marks in generated texts around what somebody should decide about; the editor stops there. */

import type { Span } from '../base/span.ts';

// Private use: no project has them, and if one had, they would vanish and nothing else.
const OPEN = '\uE0F0';
const CLOSE = '\uE0F1';

/** A text that stands until somebody knows better. */
export function decision(text: string): string {
  return `${OPEN}${text}${CLOSE}`;
}

/** The text without marks, and where they were. */
export function withoutMarks(marked: string): { readonly text: string; readonly stops: readonly Span[] } {
  if (!marked.includes(OPEN)) return { text: marked.replaceAll(CLOSE, ''), stops: [] };
  const stops: Span[] = [];
  let text = '';
  let start = 0;
  for (const part of marked.split(/([\uE0F0\uE0F1])/)) {
    if (part === OPEN) start = text.length;
    else if (part === CLOSE) stops.push({ start, end: text.length });
    else text += part;
  }
  return { text, stops };
}
