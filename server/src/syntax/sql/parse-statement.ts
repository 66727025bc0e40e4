import { isQueryStart, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTableChain } from './parse-join.ts';
import { parseMerge } from './parse-merge.ts';
import { emptyIdentifier, isName, parseName, parseNameList } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseQuery } from './parse-query.ts';
import type {
  Assignment,
  DeleteStatement,
  ErrorNode,
  Expression,
  Identifier,
  InsertStatement,
  MergeStatement,
  QualifiedName,
  TableExpression,
  UpdateStatement,
  WithClause,
} from './tree.ts';

export type DataStatement = InsertStatement | UpdateStatement | DeleteStatement | MergeStatement;

/** True when INSERT, UPDATE, DELETE or MERGE comes next, and not a function of that name. */
export function isDataStatement(c: Cursor): boolean {
  const next = c.word(1);
  switch (c.word()) {
    case 'insert':
      return (
        next === 'into' ||
        next === 'overwrite' ||
        next === 'or' ||
        next === 'ignore' ||
        next === 'all' ||
        c.kind(1) === 'word'
      );
    case 'replace':
      return next === 'into';
    case 'update':
    case 'merge':
    case 'delete':
      if (c.word(1) === 'or') return c.word() === 'update';
      // A branch of MERGE.
      if (c.word() === 'update' && c.word(1) === 'set') return false;
      return c.kind(1) === 'word' || c.kind(1) === 'quoted' || c.isUnknown(1);
    default:
      return false;
  }
}

export function parseDataStatement(c: Cursor, withClause: WithClause | undefined): DataStatement {
  switch (c.word()) {
    case 'update':
      return parseUpdate(c, withClause);
    case 'delete':
      return parseDelete(c, withClause);
    case 'merge':
      return parseMerge(c, withClause);
    default:
      return parseInsert(c, withClause);
  }
}

function startOf(c: Cursor, withClause: WithClause | undefined): number {
  return withClause?.start ?? c.start();
}

function parseInsert(c: Cursor, withClause: WithClause | undefined): InsertStatement {
  const start = startOf(c, withClause);
  c.advance();
  if (c.word() === 'or') c.pos = Math.min(c.end, c.pos + 2);
  c.accept('ignore');
  const overwrite = c.accept('overwrite');
  if ((c.word() === 'all' || c.word() === 'first') && (c.word(1) === 'into' || c.word(1) === 'when')) {
    return parseMultiInsert(c, withClause, start);
  }
  if (c.word() === 'directory' || (c.word() === 'local' && c.word(1) === 'directory')) {
    // Hive and Spark write files: the query is what matters.
    while (!c.isAtEnd() && c.word() !== 'select' && c.word() !== 'with' && c.word() !== 'from') c.skipOne();
    const source = c.isAtEnd() ? c.missing('a query') : parseQuery(c);
    const target = c.emptyError();
    return { kind: 'insert', ...c.spanFrom(start), with: withClause, target, overwrite, columns: undefined, source };
  }
  c.accept('into');
  c.accept('table');
  const target = parseTarget(c);
  if (c.word() === 'partition' && c.word(1) === '(') {
    c.advance();
    c.skipGroup();
  }
  if (c.accept('if')) {
    c.accept('not');
    c.accept('exists');
  }
  if (c.accept('as') && isName(c)) c.advance();
  else if (
    isName(c) &&
    !isQueryStart(c) &&
    c.word() !== 'output' &&
    c.word() !== 'replace' &&
    c.word() !== 'values' &&
    c.word() !== 'default' &&
    c.word() !== 'by'
  )
    c.advance();
  let columns: Identifier[] | undefined;
  if (c.word() === '(' && !isQueryStart(c, 1)) columns = parseNameList(c);
  if (c.word() === 'by' && (c.word(1) === 'name' || c.word(1) === 'position')) c.pos += 2;
  if (c.word() === 'output' || (c.word() === 'replace' && (c.word(1) === 'using' || c.word(1) === 'where')))
    while (!c.isAtEnd() && c.word() !== 'values' && c.word() !== 'select' && c.word() !== 'with') c.skipOne();
  if (c.word() === 'overriding') while (!c.isAtEnd() && c.word() !== 'values' && c.word() !== 'select') c.advance();
  let source: InsertStatement['source'];
  if (c.acceptWords('default', 'values')) source = undefined;
  else if (c.isAtEnd()) source = c.missing(`'values' or a query`);
  else source = parseQuery(c);
  skipTail(c);
  return { kind: 'insert', ...c.spanFrom(start), with: withClause, target, overwrite, columns, source };
}

/** `insert all into a … into b … select …` of Snowflake and Oracle: one query for several tables. */
function parseMultiInsert(c: Cursor, withClause: WithClause | undefined, start: number): InsertStatement {
  const target = c.emptyError();
  while (!c.isAtEnd() && c.word() !== 'select' && c.word() !== 'with') c.skipOne();
  c.isOpaque = true;
  const source = c.isAtEnd() ? c.missing('a query') : parseQuery(c);
  return {
    kind: 'insert',
    ...c.spanFrom(start),
    with: withClause,
    target,
    overwrite: false,
    columns: undefined,
    source,
  };
}

export function parseTarget(c: Cursor): QualifiedName | ErrorNode {
  if (isName(c)) {
    if (c.isUnknown()) c.isOpaque = true;
    return parseName(c);
  }
  if (c.kind() === 'parameter') return parseName(c);
  return c.missing('a table');
}

/** `on conflict …`, `on duplicate key …`, `returning …`. */
export function skipTail(c: Cursor): void {
  const word = c.word();
  if (
    word !== 'on' &&
    word !== 'as' &&
    word !== 'option' &&
    word !== 'returning' &&
    word !== 'output' &&
    word !== 'order' &&
    word !== 'limit' &&
    !c.isUnknown()
  )
    return;
  while (!c.isAtEnd()) c.skipOne();
}

function parseUpdate(c: Cursor, withClause: WithClause | undefined): UpdateStatement {
  const start = startOf(c, withClause);
  c.advance();
  if (c.word() === 'or' && c.kind(2) !== 'end') c.pos += 2;
  const target = parseTableChain(c);
  // MySQL changes several tables at once.
  while (c.accept(',')) parseTableChain(c);
  const set: Assignment[] = [];
  if (c.expect('set')) parseAssignments(c, set);
  const from: TableExpression[] = [];
  if (c.accept('from')) {
    do from.push(parseTableChain(c));
    while (c.accept(','));
  }
  const where = parseWhere(c);
  skipTail(c);
  return { kind: 'update', ...c.spanFrom(start), with: withClause, target, set, from, where };
}

export function parseAssignments(c: Cursor, into: Assignment[]): void {
  do {
    if (c.isUnknown() && c.word(1) !== '=' && c.word(1) !== '.') {
      c.isOpaque = true;
      c.advance();
      continue;
    }
    if (into.length > 0 && (c.isAtEnd() || startsClause(c))) break;
    const start = c.start();
    let target: Assignment['target'];
    if (c.word() === '(') {
      // `(a, b) = (select …)`.
      const names = parseNameList(c);
      const first = names[0] ?? emptyIdentifier(c);
      target = { kind: 'name', ...c.spanFrom(start), parts: names.length > 0 ? names : [first] };
    } else if (isName(c)) {
      target = parseName(c);
      if (c.word() === '[') c.skipGroup('[');
    } else {
      target = c.missing('a column');
    }
    let value: Expression;
    if (c.word() === '=' || c.word() === ':=') {
      c.advance();
      value = parseExpression(c);
    } else {
      value = c.isUnknown() ? c.emptyError() : c.missing(`'=' and a value`);
    }
    into.push({
      kind: 'assignment',
      start: Math.min(start, target.start),
      end: Math.max(value.end, c.last()),
      target,
      value,
    });
  } while (c.accept(',') || c.isUnknown());
}

function parseWhere(c: Cursor): Expression | undefined {
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  return c.accept('where') ? parseExpression(c) : undefined;
}

function parseDelete(c: Cursor, withClause: WithClause | undefined): DeleteStatement {
  const start = startOf(c, withClause);
  c.advance();
  const using: TableExpression[] = [];
  if (c.word() !== 'from' && isOperandStart(c) && c.word(1) === 'from') {
    // `delete a from t a join …`.
    c.advance();
  }
  c.accept('from');
  const target = parseTableChain(c);
  if (c.accept('using') || c.accept('from')) {
    do using.push(parseTableChain(c));
    while (c.accept(','));
  }
  const where = parseWhere(c);
  skipTail(c);
  return { kind: 'delete', ...c.spanFrom(start), with: withClause, target, using, where };
}
