import { isQueryStart } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { isName } from './parse-names.ts';
import { skipToProgram } from './parse-program.ts';
import { parseQuery } from './parse-query.ts';
import { parseTarget } from './parse-statement.ts';
import { parseType } from './parse-type.ts';
import type { ColumnDefinition, CreateStatement, TypeName } from './tree.ts';

/** Words between CREATE and the kind of the object. */
const MODIFIERS = new Set(
  `or replace temporary temp transient global local secure recursive materialized external unlogged dynamic hybrid iceberg volatile
  multiset set live streaming foreign force noforce editionable unique columnstore clustered nonclustered alter private`.split(
    /\s+/,
  ),
);

/** Objects whose body is statements. */
const PROGRAMS = new Set(['procedure', 'proc', 'function', 'trigger', 'task', 'event']);

/** CREATE TABLE and CREATE VIEW with columns or a query; every other CREATE is passed over. */
export function parseCreate(c: Cursor): CreateStatement {
  const start = c.start();
  c.advance();
  let orReplace = false;
  let temporary = false;
  while (MODIFIERS.has(c.word()) || c.isUnknown()) {
    const word = c.word();
    if (word === 'replace' || word === 'alter') orReplace = true;
    if (word === 'temporary' || word === 'temp') temporary = true;
    if (c.isUnknown()) c.isOpaque = true;
    c.advance();
  }
  const object = c.word() === 'table' ? 'table' : c.word() === 'view' ? 'view' : 'other';
  const kind = c.peek();
  if (!c.isAtEnd()) c.advance();
  if (c.accept('if')) {
    c.accept('not');
    c.accept('exists');
  }
  if (object === 'other') {
    const name = isName(c) ? parseTarget(c) : c.emptyError();
    if (kind.kind !== 'word') c.missing(`'table' or 'view'`);
    skipToProgram(c, !PROGRAMS.has(kind.word));
    return { kind: 'create', ...c.spanFrom(start), object, orReplace, temporary, name, columns: [], query: undefined };
  }
  const name = parseTarget(c);
  let columns: ColumnDefinition[] = [];
  let query: CreateStatement['query'];
  if (c.word() === '(' && !isQueryStart(c, 1)) columns = parseColumns(c);
  // Options of all kinds up to the query.
  while (!c.isAtEnd() && !isBehindAs(c) && !isBareQuery(c)) {
    if (c.isUnknown()) c.isOpaque = true;
    if (c.word() === '(' && columns.length === 0 && isColumnList(c)) columns = parseColumns(c);
    else c.skipOne();
  }
  if (c.accept('as')) {
    if (c.isAtEnd()) query = c.missing('a query');
    else query = parseQuery(c);
  } else if (!c.isAtEnd()) {
    query = parseQuery(c);
  }
  if (c.word() === 'with') c.pos = c.end;
  return { kind: 'create', ...c.spanFrom(start), object, orReplace, temporary, name, columns, query };
}

/** AS in front of a query; `stored as parquet` is an option. */
function isBehindAs(c: Cursor): boolean {
  return c.word() === 'as' && (isQueryStart(c, 1) || c.word(1) === '(' || c.isUnknown(1) || c.kind(1) === 'end');
}

/** A query without AS (Postgres does not allow it, MySQL does). */
function isBareQuery(c: Cursor): boolean {
  return (
    c.word() === 'select' || (c.word() === 'with' && c.kind(1) === 'word' && c.word(2) === 'as' && c.word(3) === '(')
  );
}

/** A list of columns, and not the group of an option: its first word is followed by a type's name. */
function isColumnList(c: Cursor): boolean {
  return (c.kind(1) === 'word' || c.kind(1) === 'quoted') && c.kind(2) === 'word' && c.tokens[c.pos - 1]?.word !== 'by';
}

const CONSTRAINTS = new Set([
  'primary',
  'foreign',
  'unique',
  'check',
  'constraint',
  'key',
  'index',
  'exclude',
  'period',
  'like',
  'fulltext',
]);

function parseColumns(c: Cursor): ColumnDefinition[] {
  const columns: ColumnDefinition[] = [];
  const group = c.enter();
  while (!c.isAtEnd()) {
    if (
      CONSTRAINTS.has(c.word()) &&
      (c.word(1) === 'key' || c.word(1) === '(' || c.kind(1) === 'word' || c.kind(1) === 'quoted') &&
      isConstraint(c)
    ) {
      while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
    } else if (c.isUnknown() && (c.kind(1) === 'end' || c.word(1) === ',')) {
      c.isOpaque = true;
      c.advance();
    } else if (isName(c) || c.kind() === 'word') {
      columns.push(parseColumn(c));
    } else {
      c.missing('a column');
      while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
    }
    if (!c.accept(',') && !c.isUnknown()) break;
  }
  c.leave(group);
  return columns;
}

/** A table constraint, and not a column that has its word as name. */
function isConstraint(c: Cursor): boolean {
  const next = c.word(1);
  switch (c.word()) {
    case 'primary':
    case 'foreign':
      return next === 'key';
    case 'check':
    case 'like':
      return next === '(' || c.word() === 'like';
    case 'unique':
      return (
        next === '(' ||
        next === 'key' ||
        next === 'index' ||
        next === 'nulls' ||
        next === 'clustered' ||
        next === 'nonclustered'
      );
    case 'constraint':
      return true;
    default:
      return c.word(2) === '(' || next === '(';
  }
}

function parseColumn(c: Cursor): ColumnDefinition {
  const start = c.start();
  const name = c.identifier(c.advance());
  let type: TypeName | undefined;
  if (
    !c.isAtEnd() &&
    c.word() !== ',' &&
    !NO_TYPE.has(c.word()) &&
    (c.kind() === 'word' || c.kind() === 'quoted' || c.isUnknown())
  ) {
    type = parseType(c, 'whole');
  }
  let notNull = false;
  let primaryKey = false;
  let unique = false;
  while (!c.isAtEnd() && c.word() !== ',') {
    if (c.word() === 'not' && c.word(1) === 'null') notNull = true;
    if (c.word() === 'primary' && c.word(1) === 'key') primaryKey = true;
    if (c.word() === 'unique') unique = true;
    c.skipOne();
  }
  return { kind: 'column-definition', ...c.spanFrom(start), name, type, notNull, primaryKey, unique };
}

const NO_TYPE = new Set([
  'not',
  'null',
  'primary',
  'unique',
  'default',
  'comment',
  'options',
  'references',
  'check',
  'generated',
  'as',
  'with',
]);
