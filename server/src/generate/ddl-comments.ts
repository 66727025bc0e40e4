/** What people say of tables and columns beside the definitions: SQL comments behind them, COMMENT ON, extended properties. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import type { CreateStatement, Token } from '../syntax/sql/tree.ts';
import { literalText } from './ddl-words.ts';
import { capitalised } from './entry.ts';
import type { DdlTable } from './read-ddl.ts';

/** `id int, -- the order's number`: the comment in a line belongs to what the line defines last; that behind the first parenthesis to the table. */
export function commentsBehind(
  statement: CreateStatement,
  tokens: readonly Token[],
  text: string,
): { readonly table: string | undefined; readonly columns: ReadonlyMap<string, string> } {
  const columns = new Map<string, string>();
  let table: string | undefined;
  for (const token of tokens) {
    if (token.kind !== 'comment' || token.start < statement.start || token.end > statement.end) continue;
    const said = sentenceIn(text.slice(token.start, token.end));
    if (said === undefined) continue;
    const line = text.slice(text.lastIndexOf('\n', token.start - 1) + 1, token.start);
    // A comment in a line of its own heads what is below it, and often several columns.
    if (line.trim() === '' || !/(?:\n|\r|^[\s,)]*;?\s*$)/.test(restOfLine(text, token.end))) continue;
    const column = statement.columns.findLast(each => each.start < token.start);
    if (column && text.slice(column.end, token.start).includes('\n')) continue;
    if (column) columns.set(column.name.name.toLowerCase(), said);
    else if (/\(\s*$/.test(line)) table = said;
  }
  return { table, columns };
}

function restOfLine(text: string, from: number): string {
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end);
}

/** The words of a comment as a sentence; nothing of rulers, marks of keys and commented code. */
function sentenceIn(comment: string): string | undefined {
  const words = comment
    .replace(/^(?:--+|#+|\/\*+)|\*+\/$/g, '')
    .replace(/\s*\n\s*\*?\s*/g, ' ')
    .trim();
  if (!/\p{L}{2}/u.test(words) || /^(?:pk|fk|primary key|foreign key|todo|fixme)\b/i.test(words)) return undefined;
  if (/[,;]$|^\w+ (?:int|text|varchar|bigint|string|numeric|timestamp)\b/i.test(words)) return undefined;
  return `${capitalised(words)}${/[.!?:]$/.test(words) ? '' : '.'}`;
}

/* ------------------------------------------------------- statements that comment */

export interface Remark {
  readonly table: string;
  /** `undefined`: of the table itself. */
  readonly column: string | undefined;
  readonly text: string;
}

/** `comment on column a.b.c is '…'`, `exec sp_addextendedproperty …`. */
export function remarkIn(sql: string, dialect: Dialect): Remark | undefined {
  return commentOn(sql, dialect) ?? extendedProperty(sql, dialect);
}

const NAME = String.raw`(?:"[^"]+"|\x60[^\x60]+\x60|\[[^\]]+\]|[\w$]+)`;

function commentOn(sql: string, dialect: Dialect): Remark | undefined {
  const shape = new RegExp(
    `^\\s*comment\\s+(?:if\\s+exists\\s+)?on\\s+(table|column)\\s+(${NAME}(?:\\s*\\.\\s*${NAME})*)\\s+is\\s+([eEnN]?'[\\s\\S]*')\\s*;?\\s*$`,
    'i',
  );
  const [, object = '', path = '', literal = ''] = shape.exec(sql) ?? [];
  if (literal === '') return undefined;
  const names = [...path.matchAll(new RegExp(NAME, 'g'))].map(([name]) => name.replace(/^["`[]|["`\]]$/g, ''));
  const isColumn = object.toLowerCase() === 'column';
  const table = names.at(isColumn ? -2 : -1);
  const text = literalText(literal, dialect).trim();
  if (table === undefined || text === '') return undefined;
  return { table, column: isColumn ? names.at(-1) : undefined, text };
}

/** T-SQL's descriptions, with or without the names of the arguments. */
function extendedProperty(sql: string, dialect: Dialect): Remark | undefined {
  if (!/^\s*exec(?:ute)?\s+(?:\[?sys\]?\s*\.\s*)?\[?sp_addextendedproperty\b/i.test(sql)) return undefined;
  const texts = [...sql.matchAll(/N?'(?:[^']|'')*'/gi)].map(([literal]) => literalText(literal, dialect));
  if (texts[0]?.toLowerCase() !== 'ms_description') return undefined;
  const behind = (word: string): string | undefined => {
    const at = texts.findIndex((each, i) => i > 1 && each.toLowerCase() === word);
    return at < 0 ? undefined : texts[at + 1];
  };
  const table = behind('table');
  const text = texts[1]?.trim() ?? '';
  return table === undefined || text === '' ? undefined : { table, column: behind('column'), text };
}

export function withRemarks(table: DdlTable, remarks: readonly Remark[]): DdlTable {
  const own = remarks.filter(each => each.table.toLowerCase() === table.name.toLowerCase());
  if (own.length === 0) return table;
  const said = (column: string | undefined): string | undefined =>
    own.findLast(each => each.column?.toLowerCase() === column?.toLowerCase())?.text;
  return {
    ...table,
    comment: said(undefined) ?? table.comment,
    columns: table.columns.map(column => ({ ...column, description: said(column.name) ?? column.description })),
  };
}
