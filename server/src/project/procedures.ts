/** What stands in SQL files beside SQL: quotes around the bodies of procedures, and placeholders that another program fills in. */

import { UNKNOWN } from '../base/source-map.ts';

const PROGRAM =
  /\b(?:create\s+(?:or\s+(?:replace|alter)\s+)?(?:procedure|proc|function|task)|execute\s+immediate|do)\b/i;
const FENCE = /\$(?:[A-Za-z_]\w*)?\$/g;
/** `{table}` of Python, `${table}` of a shell; Jinja has two braces. */
const PLACEHOLDER = /(?<!\{)\$?\{[A-Za-z_][\w.]*\}(?!\})/g;

/**
 * The text as statements: the statements of a procedure's body (`$$ … $$`) are statements of the file, and a placeholder
 * is unknown. Every character stays where it is.
 */
export function asStatements(text: string): string {
  const filled = text.includes('{') ? text.replace(PLACEHOLDER, one => UNKNOWN.padEnd(one.length, 'x')) : text;
  if (!filled.includes('$') || !PROGRAM.test(filled)) return filled;
  return filled.replace(FENCE, fence => ' '.repeat(fence.length));
}
