import type { Span } from '../../base/span.ts';
import type { Dialect } from './dialect.ts';
import type { Identifier, QualifiedName, Token } from './tree.ts';

/**
 * The form in which a name is compared: names without quotes mean the same in any case everywhere that matters to a model.
 * In quotes, Postgres and its kin and Snowflake tell cases apart; a quoted name still equals the plain one it is stored as.
 */
export function normalizeName(
  identifier: Pick<Identifier, 'name' | 'quoted'> & Partial<Pick<Identifier, 'folded'>>,
  dialect: Dialect,
): string {
  const { name, quoted, folded } = identifier;
  if (quoted && dialect === 'postgres') return name;
  // Plain names are stored in capitals, and so equal those in quotes that are written so.
  if (quoted && dialect === 'snowflake' && name !== name.toUpperCase()) return `"${name}`;
  return folded ?? lowerCase(name);
}

/** Most names are in lower case already, and then nothing is made. */
export function lowerCase(name: string): string {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if ((code >= 65 && code <= 90) || code > 127) return name.toLowerCase();
  }
  return name;
}

/** True when both name the same thing; a name with a placeholder in it equals none. */
export function sameName(a: Identifier, b: Identifier, dialect: Dialect): boolean {
  if (a.hasUnknown || b.hasUnknown) return false;
  return normalizeName(a, dialect) === normalizeName(b, dialect);
}

/** The last part of a name: the table of `db.schema.table`, the column of `t.column`. */
export function lastPart(name: Pick<QualifiedName, 'parts'>): Identifier {
  return name.parts[name.parts.length - 1] as Identifier;
}

/** The parts as one text, without quotes: `db.schema.table`. */
export function nameOf(name: Pick<QualifiedName, 'parts'>): string {
  return name.parts.map(part => part.name).join('.');
}

/** The comments that lie whole in the span, in order. `tokens` are those of the file. */
export function commentsIn(tokens: readonly Token[], range: Span): readonly Token[] {
  const found: Token[] = [];
  for (let i = firstTokenAt(tokens, range.start); i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if (token.start >= range.end) break;
    if (token.kind === 'comment' && token.start >= range.start && token.end <= range.end) found.push(token);
  }
  return found;
}

/** Index of the token that holds the offset; the number of tokens behind the last. */
export function firstTokenAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle] as Token).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
