import { isQueryStart } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseLambda, startsLambda } from './parse-lambda.ts';
import { isName, parseName } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseOrderBy } from './parse-order.ts';
import { parseQuery } from './parse-query.ts';
import { parseSpecial } from './parse-special.ts';
import { parseStar } from './parse-star.ts';
import { parseWindow } from './parse-window.ts';
import type { Argument, Expression, FunctionCall, Identifier, OrderByClause, QualifiedName } from './tree.ts';

/** An operand that starts with a name: a column, a call, `t.*`, or one of the forms with words of their own. */
export function parseNamedOperand(c: Cursor): Expression {
  const token = c.peek();
  if (token.kind === 'word') {
    const special = parseSpecial(c, token);
    if (special !== undefined) return special;
  }
  const name = parseName(c);
  if (c.word() === '(') {
    if (c.word(1) !== '+' || c.word(2) !== ')') return parseCall(c, name);
    // `a.id = b.id(+)`: rows of the other side are kept. Who reads the comma for an inner join would be wrong.
    c.pos += 3;
    c.isOpaque = true;
  }
  if (c.word() === '.' && c.word(1) === '*') {
    c.advance();
    const item = parseStar(c, name, name.start);
    return { kind: 'star-expression', start: item.start, end: item.end, item };
  }
  return { kind: 'column', start: name.start, end: name.end, parts: name.parts, ordinal: c.columns++ };
}

/** The call whose parenthesis comes next. */
export function parseCall(c: Cursor, name: QualifiedName): Expression {
  let inside = parseArguments(c);
  if (name.parts.length === 1) inside = { ...inside, arguments: markDatePart(c, name, inside.arguments) };
  if (c.word() === '(' && c.start() === c.last()) {
    // `quantile(0.5)(x)` of ClickHouse: parameters first.
    const second = parseArguments(c);
    inside = { ...second, arguments: [...inside.arguments, ...second.arguments] };
  }
  return parseCallTail(c, name, inside);
}

interface Inside {
  readonly distinct: boolean;
  readonly arguments: readonly Argument[];
  readonly orderBy: OrderByClause | undefined;
  readonly nulls: 'ignore' | 'respect' | undefined;
  readonly others: readonly { start: number; end: number }[];
  readonly otherExpressions: readonly Expression[];
}

/** The parentheses of a call with all that may stand in them. */
export function parseArguments(c: Cursor): Inside {
  const group = c.enter();
  let distinct = false;
  if ((c.word() === 'distinct' || c.word() === 'all') && (isOperandStart(c, 1) || c.word(1) === '*')) {
    distinct = c.advance().word === 'distinct';
    if (distinct && c.word() === 'on' && c.word(1) === '(') c.advance();
  }
  const list: Argument[] = [];
  let orderBy: OrderByClause | undefined;
  let nulls: 'ignore' | 'respect' | undefined;
  const others: { start: number; end: number }[] = [];
  const otherExpressions: Expression[] = [];
  while (!c.isAtEnd()) {
    const start = c.start();
    const word = c.word();
    switch (word) {
      case ',':
        if (list.length === 0 || c.tokens[c.pos - 1]?.word === ',') list.push(asArgument(c.missing('an argument')));
        c.advance();
        continue;
      case 'order':
        if (c.word(1) !== 'by') break;
        orderBy = parseOrderBy(c);
        continue;
      case 'ignore':
      case 'respect':
        if (c.word(1) !== 'nulls') break;
        nulls = word;
        c.pos += 2;
        continue;
      case 'from':
      case 'for':
      case 'placing':
        // `substring(x from 2 for 3)`, `overlay(x placing y from 1)`.
        if (list.length === 0) break;
        c.advance();
        list.push(asArgument(parseExpression(c)));
        continue;
      case 'having':
      case 'limit':
      case 'separator':
        if (list.length === 0) break;
        c.advance();
        if (word === 'having' && (c.word() === 'max' || c.word() === 'min')) c.advance();
        otherExpressions.push(parseExpression(c));
        others.push(c.spanFrom(start));
        continue;
      case 'value':
      case ':':
        // `json_object('a': 1)`, `json_object(key 'a' value 1)`.
        if (list.length === 0 || !isOperandStart(c, 1)) break;
        c.advance();
        list.push(asArgument(parseExpression(c)));
        continue;
      default:
        if (list.length > 0 && TAIL_WORDS.has(word)) {
          while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
          others.push(c.spanFrom(start));
          continue;
        }
    }
    if (list.length > 0 && c.tokens[c.pos - 1]?.word !== ',') {
      if (!isOperandStart(c)) break;
      c.unexpected(': is a comma missing?');
    }
    const before = c.pos;
    list.push(parseArgument(c));
    if (c.pos === before) break;
  }
  if (list.length > 0 && c.tokens[c.pos - 1]?.word === ',' && c.isAtEnd() && !group.isClosed) c.missing('an argument');
  c.leave(group);
  return { distinct, arguments: list, orderBy, nulls, others, otherExpressions };
}

/** What may stand behind an argument in JSON functions, `listagg`, `convert` and the like; passed over. */
const TAIL_WORDS = new Set([
  'on',
  'null',
  'absent',
  'error',
  'returning',
  'format',
  'without',
  'with',
  'keep',
  'omit',
  'empty',
  'default',
  'passing',
  'columns',
  'using',
  'encoding',
  'partition',
  'within',
  'strict',
  'lax',
  'rows',
  'copartition',
  'prune',
  'cost',
]);

function parseArgument(c: Cursor): Argument {
  const start = c.start();
  if (startsLambda(c, true)) return asArgument(parseLambda(c));
  if (isName(c) || c.kind() === 'word') {
    const next = c.word(1);
    if (next === '=>' || next === ':=') {
      const name = c.identifier(c.advance());
      c.advance();
      // `input => table(t)`, `x => descriptor(a)` are calls too.
      const value =
        c.isAtEnd() || c.word() === ','
          ? c.missing('a value')
          : startsLambda(c, true)
            ? parseLambda(c)
            : parseExpression(c);
      return { kind: 'argument', start, end: Math.max(value.end, c.last()), name, value, alias: undefined };
    }
    if (c.word() === 'key' && (c.kind(1) === 'string' || c.kind(1) === 'word') && c.word(2) === 'value') c.advance();
    if (c.word() === 'table' && c.kind(1) === 'word' && c.word(2) !== '(') c.advance();
    // `ml.predict(model `p.d.m`, …)` of BigQuery.
    if (c.word() === 'model' && (c.kind(1) === 'quoted' || (c.kind(1) === 'word' && isName(c, 1)))) c.advance();
  }
  if (
    (c.word() === 'select' || c.word() === 'with' || c.word() === 'from' || c.word() === 'values') &&
    isQueryStart(c)
  ) {
    const query = parseQuery(c);
    return asArgument({ kind: 'scalar-subquery', start: query.start, end: query.end, query, collects: false });
  }
  if (c.syntax.paths === false) c.noColon = true;
  const value = parseExpression(c);
  let alias: Identifier | undefined;
  if (c.word() === 'as') {
    c.advance();
    if (isName(c) || c.kind() === 'word') {
      alias = c.identifier(c.advance());
      c.skipGroup();
    } else {
      c.missing('a name');
    }
  }
  return { kind: 'argument', start: value.start, end: Math.max(value.end, c.last()), name: undefined, value, alias };
}

function asArgument(value: Expression): Argument {
  return { kind: 'argument', start: value.start, end: value.end, name: undefined, value, alias: undefined };
}

/** A placeholder for a whole call, in front of OVER or FILTER. */
export function parseUnknownCall(c: Cursor): FunctionCall {
  const name = c.identifier(c.advance());
  const { start, end } = name;
  return parseCallTail(c, { kind: 'name', start, end, parts: [name] }, NOTHING_INSIDE);
}

const NOTHING_INSIDE: Inside = {
  distinct: false,
  arguments: [],
  orderBy: undefined,
  nulls: undefined,
  others: [],
  otherExpressions: [],
};

/** FILTER, WITHIN GROUP, KEEP, IGNORE NULLS, OVER, in any order. */
export function parseCallTail(c: Cursor, name: QualifiedName, inside: Inside): FunctionCall {
  let nulls = inside.nulls;
  let withinGroup: OrderByClause | undefined;
  let filter: Expression | undefined;
  let over: FunctionCall['over'];
  for (;;) {
    const word = c.word();
    if (word === 'over') {
      if (c.word(1) === '(') {
        c.advance();
        over = parseWindow(c);
      } else if (c.kind(1) === 'word' || c.kind(1) === 'quoted' || c.isUnknown(1)) {
        c.advance();
        over = c.identifier(c.advance());
      } else {
        c.advance();
        c.missing('a window in parentheses');
      }
    } else if (word === 'filter' && c.word(1) === '(') {
      c.advance();
      const group = c.enter();
      c.accept('where');
      filter = parseExpression(c);
      c.leave(group);
    } else if (word === 'within' && c.word(1) === 'group') {
      c.pos += 2;
      if (c.word() !== '(') {
        c.missing(`'(order by …)'`);
        continue;
      }
      const group = c.enter();
      if (c.word() === 'order') withinGroup = parseOrderBy(c);
      c.leave(group);
    } else if ((word === 'ignore' || word === 'respect') && c.word(1) === 'nulls') {
      nulls = word;
      c.pos += 2;
    } else if (word === 'keep' && c.word(1) === '(' && c.word(2) === 'dense_rank') {
      // `max(a) keep (dense_rank last order by b)` of Oracle: over the rows that are last in that order.
      c.advance();
      const group = c.enter();
      c.pos += c.word(1) === 'first' || c.word(1) === 'last' ? 2 : 1;
      if (c.word() === 'order') withinGroup = parseOrderBy(c);
      c.leave(group);
    } else if (
      word === 'from' &&
      (c.word(1) === 'first' || c.word(1) === 'last') &&
      (c.word(2) === 'over' || c.word(2) === 'ignore' || c.word(2) === 'respect')
    ) {
      c.pos += 2;
    } else {
      break;
    }
  }
  return {
    kind: 'call',
    start: name.start,
    end: Math.max(name.end, c.last()),
    name,
    distinct: inside.distinct,
    arguments: inside.arguments,
    orderBy: inside.orderBy,
    withinGroup,
    filter,
    nulls,
    over,
    isNiladic: false,
    others: inside.others,
    otherExpressions: inside.otherExpressions,
  };
}

const DATE_PART_FUNCTION =
  /^(?:(?:date|datetime|time|timestamp)_?(?:diff|add|sub|trunc|part|name|bucket)(?:_big)?|last_day|date_trunc|time_slice|trunc|next_day|timestampadd|timestampdiff|dateadd|datediff)$/;
const DATE_PART =
  /^(?:dow|doy|epoch(?:_second|_millisecond|_microsecond)?|yy|yyyy?|qq?|qtr|mon|mm|dy?|dd|dw|wk|ww?|hh?|hr|mi|min|n|sec|ss?|ms|mcs|us|ns|iso_?week|isodow|day_?of_?(?:week|year|month)(?:_iso)?|week_?(?:day|iso|of_year)|yearofweek(?:iso)?|weekday|timezone(?:_hour|_minute)?|years?|quarters?|months?|weeks?|days?|hours?|minutes?|seconds?|(?:milli|micro|nano)seconds?|decades?|centur(?:y|ies)|millenni(?:um|a)|isoyear)$/;

/**
 * `date_trunc(month, x)`: the bare word is no column. It becomes a string literal with the prefix `part`, when it stands
 * first or last and no string before it already names the part.
 */
function markDatePart(c: Cursor, name: QualifiedName, list: readonly Argument[]): readonly Argument[] {
  const word = name.parts[0]!.name.toLowerCase();
  if (list.length < 2 || !DATE_PART_FUNCTION.test(word)) return list;
  const first = list[0] as Argument;
  if (first.value.kind === 'literal' && first.value.type === 'string') return list;
  // `datediff("year", a, b)`: Snowflake and Redshift take the quotes too.
  const at = isDatePart(first, true) ? 0 : isDatePart(list[list.length - 1] as Argument, false) ? list.length - 1 : -1;
  if (at < 0) return list;
  const argument = list[at] as Argument;
  const { start, end } = argument.value;
  const value = c.text.slice(start, end).replace(/^"|"$/g, '');
  const marked: Argument = {
    ...argument,
    value: { kind: 'literal', start, end, type: 'string', value, prefix: 'part', hasUnknown: false },
  };
  return list.map((each, index) => (index === at ? marked : each));
}

function isDatePart(argument: Argument, mayBeQuoted: boolean): boolean {
  const value = argument.value;
  if (argument.name !== undefined || value.kind !== 'column' || value.parts.length !== 1) return false;
  const part = value.parts[0] as Identifier;
  return (mayBeQuoted || !part.quoted) && DATE_PART.test(part.name.toLowerCase());
}
