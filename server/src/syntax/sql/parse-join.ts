import { isSetOperator, joinLength, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseArguments } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseName, parseNameList } from './parse-names.ts';
import { parsePrimary, parseTable, valuesOf } from './parse-table.ts';
import type { Expression, Identifier, Join, JoinType, TableExpression } from './tree.ts';

interface PendingJoin {
  readonly keyword: { start: number; end: number };
  readonly type: JoinType;
  readonly natural: boolean;
  readonly modifier: Join['modifier'];
}

/**
 * A table with all its joins, read in a loop; chains lean left. In `a join b join c on … on …` the first ON belongs to the
 * inner join, so joins whose condition has not come yet wait. `isBare`: no alias and no suffix (`pivot t on …`).
 */
export function parseTableChain(c: Cursor, isBare = false): TableExpression {
  const tables: TableExpression[] = [isBare ? parsePrimary(c) : parseTable(c)];
  const pending: PendingJoin[] = [];
  for (;;) {
    const length = joinLength(c);
    if (length > 0) {
      const join = readJoin(c, length);
      const right = parseTable(c);
      tables.push(right);
      pending.push(join);
      if (!takesCondition(c, join, right)) complete(c, tables, pending);
    } else if (pending.length > 0 && startsCondition(c)) {
      complete(c, tables, pending);
    } else if (c.word() === 'lateral' && c.word(1) === 'view') {
      tables.push(parseLateralView(c, tables.pop() as TableExpression));
    } else if (c.isUnknown() && !isBehindFrom(c)) {
      // More joins, a condition, an alias: whatever it is, it ends the join before it.
      c.isOpaque = true;
      c.advance();
      while (pending.length > 0) complete(c, tables, pending);
    } else if (LONELY.has(c.word()) && !isSetOperator(c)) {
      c.advance();
      c.missing(`'join'`);
    } else {
      break;
    }
  }
  // Joins without a condition: from the left, as they stand.
  let left = tables[0] as TableExpression;
  for (let i = 0; i < pending.length; i++) {
    left = joined(
      pending[i] as PendingJoin,
      left,
      tables[i + 1] as TableExpression,
      undefined,
      undefined,
      undefined,
      0,
    );
  }
  return left;
}

/** Words of a join whose JOIN is still to be typed. */
const LONELY = new Set(['left', 'right', 'full', 'inner', 'cross', 'natural']);

/** A placeholder in front of a clause or another branch is left to the select. */
function isBehindFrom(c: Cursor): boolean {
  let count = 1;
  while (c.isUnknown(count)) count++;
  return isSetOperator(c, count) || c.word(count) === 'select';
}

function readJoin(c: Cursor, length: number): PendingJoin {
  const start = c.start();
  let type: JoinType = 'inner';
  let natural = false;
  let modifier: Join['modifier'];
  for (let i = 0; i < length; i++) {
    switch (c.word(i)) {
      case 'left':
      case 'right':
      case 'full':
        type = c.word(i) as JoinType;
        break;
      case 'cross':
        type = 'cross';
        break;
      case 'semi':
      case 'anti':
        type = c.word(i) as JoinType;
        break;
      case 'apply':
        type = c.word(i - 1) === 'outer' ? 'outer-apply' : 'apply';
        break;
      case 'array':
        // ClickHouse unfolds an array: nothing to match.
        modifier = 'lateral';
        break;
      case 'natural':
        natural = true;
        break;
      case 'asof':
      case 'positional':
      case 'any':
        modifier = c.word(i) as Join['modifier'];
        break;
      default:
    }
  }
  c.pos += length;
  const keyword = c.spanFrom(start);
  if (c.word() === 'lateral') modifier ??= 'lateral';
  return { keyword, type, natural, modifier };
}

function startsCondition(c: Cursor): boolean {
  const word = c.word();
  if (word === 'using') return c.word(1) !== 'sample';
  return word === 'on' || (word === 'match_condition' && c.word(1) === '(');
}

/** True when the condition of the join may still come, behind another join. */
function takesCondition(c: Cursor, join: PendingJoin, right: TableExpression): boolean {
  if (startsCondition(c)) return false;
  if (join.natural || join.type === 'cross' || join.type === 'apply' || join.type === 'outer-apply') return false;
  if (join.modifier === 'positional' || join.modifier === 'lateral' || right.kind === 'unnest') return false;
  return joinLength(c) > 0;
}

/** Takes the condition, when one comes, for the last join that waits. */
function complete(c: Cursor, tables: TableExpression[], pending: PendingJoin[]): void {
  const join = pending.pop() as PendingJoin;
  const right = tables.pop() as TableExpression;
  const left = tables.pop() as TableExpression;
  const isOnlyOperand = c.pos;
  let on: Expression | undefined;
  let using: Identifier[] | undefined;
  let matchCondition: Expression | undefined;
  if (c.word() === 'match_condition' && c.word(1) === '(') {
    c.advance();
    const group = c.enter();
    matchCondition = parseExpression(c);
    c.leave(group);
  }
  if (c.accept('on')) {
    on = parseExpression(c);
  } else if (c.word() === 'using' && c.word(1) !== 'sample') {
    c.advance();
    if (c.word() === '(') {
      using = parseNameList(c);
    } else {
      using = [];
      do {
        if (!isName(c)) {
          c.missing('columns in parentheses');
          break;
        }
        if (c.isUnknown()) c.isOpaque = true;
        using.push(c.identifier(c.advance()));
      } while (c.word() === ',' && c.dialect === 'clickhouse' && c.accept(','));
    }
  }
  const end = c.pos > isOnlyOperand ? c.last() : 0;
  tables.push(joined(join, left, right, on, using, matchCondition, end));
}

function joined(
  join: PendingJoin,
  left: TableExpression,
  right: TableExpression,
  on: Expression | undefined,
  using: readonly Identifier[] | undefined,
  matchCondition: Expression | undefined,
  end: number,
): Join {
  return {
    kind: 'join',
    start: left.start,
    end: Math.max(end, right.end, join.keyword.end, on?.end ?? 0),
    type: join.type,
    natural: join.natural,
    modifier: join.modifier,
    keyword: join.keyword,
    left,
    right,
    on,
    using,
    matchCondition,
  };
}

/** `lateral view [outer] explode(x) t as a, b` of Hive and Spark, as a join. */
function parseLateralView(c: Cursor, left: TableExpression): Join {
  const keywordStart = c.start();
  c.pos += 2;
  const isOuter = c.accept('outer');
  const keyword = c.spanFrom(keywordStart);
  const start = c.start();
  let right: TableExpression;
  if (isName(c)) {
    const name = parseName(c);
    const call = c.word() === '(' ? parseArguments(c).arguments : [];
    const aliasStart = c.start();
    let alias:
      | { kind: 'table-alias'; start: number; end: number; name: Identifier; columns: Identifier[] | undefined }
      | undefined;
    let aliasName = emptyIdentifier(c);
    if (isName(c) && c.word() !== 'as' && !startsClause(c)) {
      aliasName = c.identifier(c.advance());
      alias = { kind: 'table-alias', ...c.spanFrom(aliasStart), name: aliasName, columns: undefined };
    }
    // Spark may leave AS out.
    if (c.accept('as') || (alias !== undefined && isName(c) && !startsClause(c) && joinLength(c) === 0)) {
      const columns: Identifier[] = [];
      do {
        if (c.word() === '(') columns.push(...parseNameList(c));
        else if (isName(c)) columns.push(c.identifier(c.advance()));
        else c.missing('a name');
      } while (c.word() === ',' && isName(c, 1) && c.accept(','));
      alias = { kind: 'table-alias', ...c.spanFrom(Math.min(aliasStart, aliasName.start)), name: aliasName, columns };
    }
    right = { kind: 'table-function', ...c.spanFrom(start), name, ...valuesOf(call), lateral: true, alias };
  } else {
    right = c.missing('a function');
  }
  return joined(
    { keyword, type: isOuter ? 'left' : 'cross', natural: false, modifier: 'lateral' },
    left,
    right,
    undefined,
    undefined,
    undefined,
    0,
  );
}
