import { startsCte } from './brackets.ts';
import { isQueryStart } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseNameList } from './parse-names.ts';
import { parseQuery } from './parse-query.ts';
import { isDataStatement, parseDataStatement } from './parse-statement.ts';
import type { CommonTableExpression, Identifier, WithClause } from './tree.ts';

/** WITH and all its CTEs. A CTE that is broken ends at its closing parenthesis or where the next one starts. */
export function parseWith(c: Cursor): WithClause {
  const start = c.start();
  c.advance();
  const recursive = c.word() === 'recursive' && c.word(1) !== 'as' && c.accept('recursive');
  const ctes: CommonTableExpression[] = [];
  for (;;) {
    if (c.isUnknown() && !startsCte(c.tokens, c.pos)) {
      // A placeholder for CTEs, commas or nothing.
      c.isOpaque = true;
      c.advance();
      c.accept(',');
      if (isBehindCtes(c)) break;
      continue;
    }
    if (isScalarCte(c)) {
      ctes.push(parseScalarCte(c));
    } else if (isName(c)) {
      ctes.push(parseCte(c));
    } else {
      c.missing('a name for the next CTE');
      if (!skipToCte(c)) break;
      continue;
    }
    if (c.accept(',')) {
      if (isBehindCtes(c)) {
        c.missing('another CTE');
        break;
      }
      continue;
    }
    if (c.isUnknown()) continue;
    if (startsCte(c.tokens, c.pos) && c.pos < c.end) {
      c.problem(`a comma is missing in front of the CTE ${c.describe(c.peek())}`, c.peek());
      continue;
    }
    if (isBehindCtes(c) || c.word() === '(') break;
    c.unexpected();
    if (!skipToCte(c)) break;
  }
  return { kind: 'with', ...c.spanFrom(start), recursive, ctes };
}

/** What the CTEs are for starts here, or nothing follows. */
function isBehindCtes(c: Cursor): boolean {
  // A CTE may be called `merge` or `summarize`.
  if (startsCte(c.tokens, c.pos)) return false;
  return c.isAtEnd() || c.word() === 'select' || (isQueryStart(c) && c.word() !== 'with') || isDataStatement(c);
}

/** Passes over text that belongs to no CTE; true when a CTE stands there. */
function skipToCte(c: Cursor): boolean {
  while (!c.isAtEnd()) {
    if (c.word() === ',' && startsCte(c.tokens, c.pos + 1)) {
      c.advance();
      return true;
    }
    if (c.word() === 'select' || isDataStatement(c)) return false;
    c.skipOne();
    if (startsCte(c.tokens, c.pos) && c.pos < c.end) return true;
  }
  return false;
}

function parseCte(c: Cursor): CommonTableExpression {
  const start = c.start();
  const name = c.identifier(c.advance());
  let columns: Identifier[] | undefined;
  if (c.word() === '(' && !isQueryStart(c, 1)) columns = parseNameList(c);
  if (c.word() === 'using' && c.word(1) === 'key') {
    c.pos += 2;
    c.skipGroup();
  }
  if (!c.accept('as')) {
    if (c.word() !== '(') return brokenCte(c, start, name, columns, `'as (' and a query`);
    if (!isOptionalAs(c)) c.missing(`'as'`);
  }
  if (c.word() === 'not' && c.word(1) === 'materialized') c.advance();
  c.accept('materialized');
  if (c.word() !== '(') return brokenCte(c, start, name, columns, 'a query in parentheses');
  const group = c.enter();
  let query: CommonTableExpression['query'];
  if (c.isAtEnd()) query = c.missing('a query');
  else if (isDataStatement(c)) query = parseDataStatement(c, undefined);
  else query = parseQuery(c);
  const isClosed = c.leave(group);
  skipSearch(c);
  return { kind: 'cte', ...c.spanFrom(start), name, columns, query, isClosed };
}

/** Spark needs no AS in front of the query. */
function isOptionalAs(c: Cursor): boolean {
  const { dialect } = c;
  return (dialect === 'databricks' || dialect === 'sparksql' || dialect === 'ansi') && isQueryStart(c, 1);
}

/** `name as select …` and worse: what stands up to the next CTE is read as its query, if it is one. */
function brokenCte(
  c: Cursor,
  start: number,
  name: Identifier,
  columns: Identifier[] | undefined,
  what: string,
): CommonTableExpression {
  if (c.isUnknown()) {
    c.isOpaque = true;
    const token = c.advance();
    const query = { kind: 'error', start: token.start, end: token.end } as const;
    return { kind: 'cte', ...c.spanFrom(start), name, columns, query, isClosed: true };
  }
  c.missing(what);
  const end = c.end;
  let query: CommonTableExpression['query'];
  if (c.word() === 'select' || c.word() === 'with') {
    c.end = nextCteBorder(c);
    query = parseQuery(c);
    if (c.end < end) c.pos = c.end;
    c.end = end;
  } else {
    query = c.emptyError();
  }
  return { kind: 'cte', ...c.spanFrom(start), name, columns, query, isClosed: false };
}

/** Index of the comma in front of the next CTE at this level; the end of the group when there is none. */
function nextCteBorder(c: Cursor): number {
  const partner = c.brackets.partner;
  let at = c.pos;
  while (at < c.end) {
    if (c.tokens[at]?.word === ',' && startsCte(c.tokens, at + 1)) return at;
    const skip = partner[at] as number;
    at = skip === 0 ? at + 1 : skip < 0 ? ~skip : skip + 1;
  }
  return c.end;
}

/** `search depth first by … set …`, `cycle … set … using …` behind a recursive CTE. */
function skipSearch(c: Cursor): void {
  while (
    (c.word() === 'search' && (c.word(1) === 'depth' || c.word(1) === 'breadth')) ||
    (c.word() === 'cycle' && isName(c, 1))
  ) {
    c.advance();
    while (
      !c.isAtEnd() &&
      c.word() !== 'select' &&
      c.word() !== 'cycle' &&
      !(c.word() === ',' && startsCte(c.tokens, c.pos + 1))
    ) {
      c.skipOne();
    }
  }
}

/** Without a dialect only `(…) as name` and `1 as name` cannot be the beginning of something else. */
function isScalarCte(c: Cursor): boolean {
  if (startsCte(c.tokens, c.pos)) return false;
  if (c.dialect === 'clickhouse') return true;
  if (c.dialect !== 'ansi') return false;
  const partner = c.word() === '(' ? (c.brackets.partner[c.pos] as number) : 0;
  const behind = partner > 0 ? partner + 1 : c.kind() === 'number' || c.kind() === 'string' ? c.pos + 1 : undefined;
  return behind !== undefined && c.tokens[behind]?.word === 'as' && c.tokens[behind + 1]?.word !== '(';
}

/** `expression as name` of ClickHouse. */
function parseScalarCte(c: Cursor): CommonTableExpression {
  const start = c.start();
  const expression = parseExpression(c);
  const query = { kind: 'error', start: expression.start, end: expression.end } as const;
  c.expect('as');
  const name = isName(c) ? c.identifier(c.advance()) : emptyIdentifier(c);
  return {
    kind: 'cte',
    ...c.spanFrom(Math.min(start, expression.start)),
    name,
    columns: undefined,
    query,
    isClosed: true,
  };
}
