/** What of an expanded text a person wrote, and how it is written: for rules that must not judge what Jinja computed. */

import type { Span } from '../base/span.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { firstTokenAt } from '../syntax/sql/names.ts';
import { mustBeQuoted } from '../syntax/sql/reserved-words.ts';
import type { SqlNode, Token } from '../syntax/sql/tree.ts';
import type { SqlUnit } from './rule.ts';

/** True when every character of the span is literal text of a file, not the value of a Jinja expression. */
export function isWritten(unit: SqlUnit, at: Span): boolean {
  return unit.expansion.map.segmentsIn(at).every(segment => segment.kind === 'literal');
}

export function textOf(unit: SqlUnit, at: Span): string {
  return unit.text.slice(at.start, at.end);
}

/** A column's name as the dialect reads it: in quotes where it needs them. */
export function columnText(
  { name, quoted }: { readonly name: string; readonly quoted: boolean },
  dialect: Dialect,
): string {
  const isPlain = /^[A-Za-z_]\w*$/.test(name) && !mustBeQuoted(name, dialect);
  const keepsCase =
    (dialect === 'snowflake' && name !== name.toUpperCase()) || (dialect === 'postgres' && name !== name.toLowerCase());
  if (!quoted || (isPlain && !keepsCase)) return name;
  if (/^(?:bigquery|databricks|sparksql|hive|mysql)$/.test(dialect)) return `\`${name}\``;
  return dialect === 'tsql' ? `[${name}]` : `"${name}"`;
}

/** White space that the line of the offset begins with. */
export function indentationAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** True when the span holds a comment of SQL: a fix that removes the span would lose it. */
export function hasComment(unit: SqlUnit, at: Span): boolean {
  return tokensIn(unit.tree.tokens, at).some(token => token.kind === 'comment');
}

/** True when the offset stands in a comment of SQL. */
export function isInComment({ tree: { tokens } }: Pick<SqlUnit, 'tree'>, offset: number): boolean {
  const token = tokens[firstTokenAt(tokens, offset)];
  return token?.kind === 'comment' && token.start <= offset;
}

/** Tokens that lie in the span. */
export function tokensIn(tokens: readonly Token[], at: Span): readonly Token[] {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? 0) < at.start) low = middle + 1;
    else high = middle;
  }
  const found: Token[] = [];
  for (let i = low; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.end > at.end) break;
    found.push(token);
  }
  return found;
}

/** The keyword in the case the file writes its keywords: that of `like`, a word of the file. */
export function inCaseOf(like: string, keyword: string): string {
  return /[A-Z]/.test(like) && !/[a-z]/.test(like) ? keyword.toUpperCase() : keyword;
}

/** The nearest ancestor of the kind. */
export function enclosing<K extends SqlNode['kind']>(
  ancestors: readonly SqlNode[],
  kind: K,
): Extract<SqlNode, { readonly kind: K }> | undefined {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const node = ancestors[i];
    if (node?.kind === kind) return node as Extract<SqlNode, { readonly kind: K }>;
  }
  return undefined;
}

/** A branch of a model's text names the column: other vars than those of this project may turn it on. */
export function isOptional(name: string, text: string): boolean {
  const branches = text.matchAll(/\{%-?\s*(?:if|elif|else)\b[\s\S]*?(?=\{%-?\s*(?:elif|else|endif)\b)/g);
  const word = new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`, 'i');
  return [...branches].some(([branch]) => word.test(branch));
}
