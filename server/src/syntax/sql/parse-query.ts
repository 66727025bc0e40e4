import { isSetOperator, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTableChain } from './parse-join.ts';
import { parseName } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseLimit, parseOrderBy, startsLimit } from './parse-order.ts';
import { parseSelect } from './parse-select.ts';
import { parseWith } from './parse-with.ts';
import type { LimitClause, OrderByClause, Query, QueryBody, SetOperation, ValuesBody, WithClause } from './tree.ts';

/** The query that stands here, with its WITH; an error node as body when there is none. */
export function parseQuery(c: Cursor): Query {
  if (!c.enterLevel()) {
    const start = c.start();
    c.pos = c.end;
    const body = { kind: 'error', ...c.spanFrom(start) } as const;
    return {
      ...body,
      kind: 'query',
      with: undefined,
      body,
      orderBy: undefined,
      limit: undefined,
      pipes: [],
      others: [],
      isOpaque: true,
    };
  }
  const isOpaqueAround = c.isOpaque;
  c.isOpaque = false;
  passUnknowns(c, ['with', 'select', '(', 'from']);
  const withClause = c.word() === 'with' ? parseWith(c) : undefined;
  const query = parseQueryBehindWith(c, withClause);
  c.isOpaque = isOpaqueAround;
  c.depth--;
  return query;
}

/** Placeholders in front of one of the words may be anything, and are passed over; alone they are the query. */
function passUnknowns(c: Cursor, words: readonly string[]): void {
  let count = 0;
  while (c.isUnknown(count)) count++;
  if (count === 0 || !words.includes(c.word(count))) return;
  // A call with an unknown name is no placeholder in front of a parenthesis.
  if (c.word(count) === '(' && c.peek(count).start === c.peek(count - 1).end) return;
  c.pos += count;
  c.isOpaque = true;
}

/** Reads on behind WITH; the cursor's `isOpaque` must hold what is known so far. */
export function parseQueryBehindWith(c: Cursor, withClause: WithClause | undefined): Query {
  passUnknowns(c, ['select', '(', 'from', 'values']);
  let body = parseBody(c);
  let orderBy: OrderByClause | undefined;
  let limit: LimitClause | undefined;
  const pipes: { start: number; end: number }[] = [];
  const others: { start: number; end: number }[] = [];
  for (;;) {
    const word = c.word();
    if (word === 'order' && c.word(1) === 'by' && orderBy === undefined) {
      orderBy = parseOrderBy(c);
    } else if (startsLimit(c)) {
      const next = parseLimit(c);
      limit =
        limit === undefined
          ? next
          : { ...limit, end: next.end, limit: limit.limit ?? next.limit, offset: limit.offset ?? next.offset };
    } else if (word === '|>') {
      pipes.push(parsePipe(c));
    } else if (word === 'as' && c.word(2) === '|>') {
      // BigQuery: `(…) as t |> …`.
      c.pos += 2;
    } else if (isTail(c, word)) {
      const start = c.start();
      c.advance();
      while (!c.isAtEnd() && !isSetOperator(c) && c.word() !== '|>' && c.word() !== 'limit' && c.word() !== 'select')
        c.skipOne();
      others.push(c.spanFrom(start));
    } else if (c.isUnknown()) {
      c.isOpaque = true;
      c.advance();
      if (c.word() === 'select' || isSetOperator(c)) body = parseSetOperations(c, wrap(body, orderBy, limit));
    } else if (isSetOperator(c)) {
      // A branch with its own ORDER BY or LIMIT and no parentheses (ClickHouse).
      body = parseSetOperations(c, wrap(body, orderBy, limit));
      orderBy = undefined;
      limit = undefined;
    } else {
      break;
    }
  }
  const start = Math.min(withClause?.start ?? body.start, body.start);
  return {
    kind: 'query',
    start,
    end: Math.max(body.end, c.last()),
    with: withClause,
    body,
    orderBy,
    limit,
    pipes,
    others,
    isOpaque: c.isOpaque,
  };
}

function wrap(body: QueryBody, orderBy: OrderByClause | undefined, limit: LimitClause | undefined): QueryBody {
  if (orderBy === undefined && limit === undefined) return body;
  const start = body.start;
  const end = Math.max(body.end, orderBy?.end ?? 0, limit?.end ?? 0);
  const query: Query = {
    kind: 'query',
    start,
    end,
    with: undefined,
    body,
    orderBy,
    limit,
    pipes: [],
    others: [],
    isOpaque: false,
  };
  return { kind: 'parenthesized-query', start, end, query };
}

/** Words that close a query: locks, output forms, settings. */
function isTail(c: Cursor, word: string): boolean {
  switch (word) {
    case 'for':
      return startsClause(c);
    case 'option':
      return c.word(1) === '(';
    case 'settings':
      return startsClause(c);
    case 'format':
      return c.kind(1) === 'word' && c.kind(2) === 'end';
    case 'with':
      return c.word(1) === 'no' || c.word(1) === 'data' || c.word(1) === 'ur' || c.word(1) === 'rollup';
    case 'into':
      return c.word(1) === 'outfile';
    case 'using':
      return c.word(1) === 'sample';
    case 'lock':
      return c.word(1) === 'in';
    case 'cluster':
    case 'distribute':
    case 'sort':
      return c.word(1) === 'by';
    default:
      return false;
  }
}

/** `|> where …`: kept as a span; subqueries inside are not read. */
function parsePipe(c: Cursor): { start: number; end: number } {
  const start = c.start();
  c.advance();
  while (!c.isAtEnd() && c.word() !== '|>') c.skipOne();
  return c.spanFrom(start);
}

/** The branches of set operations; INTERSECT binds tighter than the others. Chains are read in a loop and lean left. */
function parseBody(c: Cursor): QueryBody {
  return parseSetOperations(c, parseBranch(c));
}

function parseSetOperations(c: Cursor, first: QueryBody): QueryBody {
  let left = first;
  while (c.word() === 'intersect') left = parseSetOperation(c, left, false);
  for (;;) {
    if (isSetOperator(c)) left = parseSetOperation(c, left, true);
    else if (c.isUnknown() && isBranchBehindUnknown(c)) left = parseSetOperation(c, left, true);
    else return left;
  }
}

function isBranchBehindUnknown(c: Cursor): boolean {
  let count = 1;
  while (c.isUnknown(count)) count++;
  return c.word(count) === 'select' || isSetOperator(c, count);
}

function parseSetOperation(c: Cursor, left: QueryBody, takesIntersect: boolean): SetOperation {
  const start = c.start();
  let operator: SetOperation['operator'] = 'union';
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  if (isSetOperator(c))
    while (c.word() === 'left' || c.word() === 'full' || c.word() === 'inner' || c.word() === 'outer') c.advance();
  const word = c.word();
  if (isSetOperator(c)) {
    operator = word === 'union' ? 'union' : word === 'intersect' ? 'intersect' : 'except';
    c.advance();
  }
  let quantifier: 'all' | 'distinct' | undefined;
  let byName = false;
  for (;;) {
    const next = c.word();
    if (next === 'all' || next === 'distinct') {
      quantifier = next;
      c.advance();
    } else if (next === 'by' && c.word(1) === 'name') {
      byName = true;
      c.pos += 2;
      if (c.word() === 'on' && c.word(1) === '(') {
        c.advance();
        c.skipGroup();
      }
    } else if (next === 'corresponding' || (next === 'strict' && c.word(1) === 'corresponding')) {
      byName = true;
      c.advance();
      if (c.word() === 'by' && c.word(1) === '(') {
        c.advance();
        c.skipGroup();
      }
    } else if ((next === 'outer' || next === 'full' || next === 'left' || next === 'inner') && c.pos > 0) {
      // BigQuery: `full outer union all by name`, the words may stand on either side.
      c.advance();
    } else {
      break;
    }
  }
  const operatorSpan = c.spanFrom(start);
  let right = parseBranch(c);
  if (takesIntersect) while (c.word() === 'intersect') right = parseSetOperation(c, right, false);
  const end = Math.max(right.end, c.last());
  return { kind: 'set-operation', start: left.start, end, operator, quantifier, byName, operatorSpan, left, right };
}

function parseBranch(c: Cursor): QueryBody {
  const start = c.start();
  switch (c.word()) {
    case 'select':
    case 'from':
      return parseSelect(c);
    case '(': {
      const group = c.enter();
      const query = parseQuery(c);
      if (query.isOpaque) c.isOpaque = true;
      c.leave(group);
      return { kind: 'parenthesized-query', ...c.spanFrom(start), query };
    }
    case 'with': {
      // A branch with a WITH of its own and no parentheses.
      const query = parseQuery(c);
      if (query.isOpaque) c.isOpaque = true;
      return { kind: 'parenthesized-query', start: query.start, end: query.end, query };
    }
    case 'values':
      return parseValues(c);
    case 'table':
    case 'describe':
    case 'desc':
    case 'show':
    case 'summarize':
      if (c.kind(1) !== 'word' && c.kind(1) !== 'quoted') break;
      c.advance();
      {
        const name = parseName(c);
        return { kind: 'table-body', ...c.spanFrom(start), name };
      }
    case 'pivot':
    case 'unpivot': {
      c.advance();
      c.isOpaque = true;
      const source = parseTableChain(c, true);
      while (!c.isAtEnd() && !(c.word() === 'order' && c.word(1) === 'by') && c.word() !== 'limit') c.skipOne();
      return { kind: 'pivot-statement', ...c.spanFrom(start), source };
    }
    default:
  }
  if (c.isUnknown()) {
    c.isOpaque = true;
    while (c.isUnknown()) c.advance();
    return { kind: 'error', ...c.spanFrom(start) };
  }
  return skipBrokenBranch(c);
}

/** No query stands here: says so, and passes over what stands there up to a place where one goes on. */
function skipBrokenBranch(c: Cursor): QueryBody {
  c.missing('a query');
  const start = c.start();
  const before = c.pos;
  while (!c.isAtEnd() && !isSetOperator(c) && c.word() !== 'select' && c.word() !== ',') c.skipOne();
  if (c.word() === 'select' && c.pos > before) return parseSelect(c);
  return c.pos > before ? { kind: 'error', ...c.spanFrom(start) } : c.emptyError();
}

export function parseValues(c: Cursor): ValuesBody {
  const start = c.start();
  c.advance();
  const rows: (readonly ReturnType<typeof parseExpression>[])[] = [];
  do {
    if (c.word() === 'row' && c.word(1) === '(') c.advance();
    if (c.word() === '(') {
      const group = c.enter();
      const row: ReturnType<typeof parseExpression>[] = [];
      while (!c.isAtEnd()) {
        row.push(
          c.word() === 'default' && !isOperandStart(c, 1)
            ? { kind: 'unknown', ...spanOf(c.advance()) }
            : parseExpression(c),
        );
        if (!c.accept(',')) break;
      }
      c.leave(group);
      rows.push(row);
    } else if (c.isUnknown()) {
      c.isOpaque = true;
      c.advance();
    } else if (isOperandStart(c)) {
      // Spark, BigQuery: `values 1, 2`.
      rows.push([parseExpression(c)]);
    } else {
      c.missing('a row in parentheses');
    }
    while (c.isUnknown()) {
      c.isOpaque = true;
      c.advance();
    }
  } while (c.accept(',') && (c.word() === '(' || isOperandStart(c)));
  return { kind: 'values', ...c.spanFrom(start), rows };
}

function spanOf(token: { start: number; end: number }): { start: number; end: number } {
  return { start: token.start, end: token.end };
}
