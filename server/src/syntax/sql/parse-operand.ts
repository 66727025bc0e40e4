import { isColumnFrom, isQueryStart, startsClause } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { unquote } from './cursor.ts';
import { parseNamedOperand, parseUnknownCall } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { parseLambda, startsLambda } from './parse-lambda.ts';
import { parseName } from './parse-names.ts';
import { parseQuery } from './parse-query.ts';
import { parseStar } from './parse-star.ts';
import { parseArray, parseBraces } from './parse-structs.ts';
import type { CaseBranch, Expression, Identifier, Literal, Token } from './tree.ts';
import { isReserved } from './words.ts';

/** True when an expression may start with the token `ahead`. */
export function isOperandStart(c: Cursor, ahead = 0): boolean {
  const token = c.peek(ahead);
  switch (token.kind) {
    case 'word':
      return isOperandWord(c, token.word, ahead);
    case 'operator':
      switch (token.word) {
        case '(':
        case '[':
        case '{':
        case '-':
        case '+':
        case '~':
        case '!':
        case '@':
          return true;
        case '#':
          return c.kind(ahead + 1) === 'number';
        default:
          return false;
      }
    case 'space':
    case 'comment':
      return false;
    default:
      return true;
  }
}

function isOperandWord(c: Cursor, word: string, ahead: number): boolean {
  if (isReserved(word)) {
    if (word === 'case' || word === 'not' || word === 'null') return true;
    // `end::date`: Snowflake lets columns be called so.
    // So does ClickHouse, anywhere: `select start, end from t`.
    if (word === 'end') {
      const next = c.word(ahead + 1);
      if (next === ',' || next === 'from' || next === ')') return c.dialect === 'clickhouse' || c.dialect === 'ansi';
      return next === '::';
    }
    if (word === 'from') return isColumnFrom(c, ahead);
    return (word === 'group' || word === 'order') && c.word(ahead + 1) !== 'by';
  }
  return !startsClause(c, ahead);
}

/** One operand, without what may follow it (`::`, subscripts, fields). An error node when none stands here. */
export function parseOperand(c: Cursor): Expression {
  const token = c.peek();
  switch (token.kind) {
    case 'word':
      if (token.word === 'case') return parseCase(c);
      if (!isOperandWord(c, token.word, 0)) {
        if (isCallName(token.word) && c.word(1) === '(') return parseNamedOperand(c);
        return c.missing('a column or expression');
      }
      return parseNamedOperand(c);
    case 'quoted':
      return parseNamedOperand(c);
    case 'number':
      c.advance();
      return numberLiteral(c, token);
    case 'string':
      return parseString(c, token);
    case 'parameter':
      c.advance();
      return { kind: 'parameter', start: token.start, end: token.end, text: c.textOf(token) };
    case 'unknown': {
      const next = c.peek(1);
      if ((next.word === '.' || next.word === '(') && next.start === token.end) return parseNamedOperand(c);
      if ((next.word === 'over' || next.word === 'filter') && c.word(2) === '(') return parseUnknownCall(c);
      c.advance();
      return { kind: 'unknown', start: token.start, end: token.end };
    }
    case 'invalid':
      c.advance();
      return { kind: 'error', start: token.start, end: token.end };
    case 'operator':
      return parseOperatorOperand(c, token);
    default:
      return c.missing('a column or expression');
  }
}

/** Reserved words that are functions in front of a parenthesis: `left` and `right` are not reserved here. */
function isCallName(word: string): boolean {
  return word === 'like' || word === 'ilike' || word === 'in';
}

function parseOperatorOperand(c: Cursor, token: Token): Expression {
  switch (token.word) {
    case '(':
      return parseParenthesis(c);
    case '[':
      return parseArray(c, token.start);
    case '{':
      return parseBraces(c, token.start);
    case '*': {
      const item = parseStar(c, undefined, token.start);
      return { kind: 'star-expression', start: item.start, end: item.end, item };
    }
    case '#':
      // `#1` of DuckDB: a column by its position.
      if (c.kind(1) !== 'number') return c.missing('a column or expression');
      c.pos += 2;
      return { kind: 'parameter', ...c.spanFrom(token.start), text: c.text.slice(token.start, c.last()) };
    case ':':
      if (c.kind(1) === 'word' && c.peek(1).start === token.end) {
        c.pos += 2;
        return { kind: 'parameter', ...c.spanFrom(token.start), text: c.text.slice(token.start, c.last()) };
      }
      return c.missing('a column or expression');
    case '.':
      // A qualifier that is still to be typed: `.column`.
      c.missing('a table or column');
      c.advance();
      if (c.kind() === 'word' || c.kind() === 'quoted')
        return { kind: 'column', ...parseNameAsColumn(c), ordinal: c.columns++ };
      return c.emptyError();
    default:
      return c.missing('a column or expression');
  }
}

function parseNameAsColumn(c: Cursor): { start: number; end: number; parts: readonly Identifier[] } {
  const name = parseName(c);
  return { start: name.start, end: name.end, parts: name.parts };
}

function parseParenthesis(c: Cursor): Expression {
  if (startsLambda(c)) return parseLambda(c);
  const start = c.start();
  const group = c.enter();
  if (isQueryStart(c)) {
    const query = parseQuery(c);
    c.leave(group);
    return { kind: 'scalar-subquery', ...c.spanFrom(start), query, collects: false };
  }
  const elements: Expression[] = [];
  let isTuple = false;
  while (!c.isAtEnd()) {
    elements.push(parseExpression(c));
    if (c.word() === 'as' || c.word() === ':=') {
      // Names inside a tuple (ClickHouse, DuckDB).
      c.advance();
      if (c.kind() === 'word' || c.kind() === 'quoted') c.advance();
    }
    if (c.accept(',')) {
      isTuple = true;
    } else {
      if (!isOperandStart(c)) break;
      c.unexpected(': is a comma missing?');
      isTuple = true;
    }
  }
  if (elements.length === 0 && !group.isClosed) elements.push(c.missing('a column or expression'));
  c.leave(group);
  const expression = elements[0];
  if (isTuple || expression === undefined) return { kind: 'tuple', ...c.spanFrom(start), elements };
  return { kind: 'parenthesized', ...c.spanFrom(start), expression };
}

function parseCase(c: Cursor): Expression {
  const start = c.start();
  c.advance();
  const inList = c.inList;
  c.inList = false;
  let operand: Expression | undefined;
  if (c.word() !== 'when' && c.word() !== 'end' && c.word() !== 'else' && isOperandStart(c))
    operand = parseExpression(c);
  const branches: CaseBranch[] = [];
  while (c.word() === 'when') {
    const branchStart = c.start();
    c.advance();
    const condition = parseExpression(c);
    while (c.word() === ',' && c.word(1) !== 'when') {
      // `when 1, 2 then` (Databricks, Trino's pattern): further values.
      c.advance();
      parseExpression(c);
    }
    let then: Expression;
    if (c.accept('then')) then = parseExpression(c);
    else then = c.isUnknown() ? c.emptyError() : c.missing(`'then'`);
    branches.push({
      kind: 'case-branch',
      start: branchStart,
      end: Math.max(then.end, c.last()),
      when: condition,
      then,
    });
    skipToCaseWord(c);
  }
  let otherwise: Expression | undefined;
  if (c.accept('else')) {
    otherwise = parseExpression(c);
    skipToCaseWord(c);
  }
  if (branches.length === 0 && c.word() === 'end' && !c.isUnknown()) c.missing(`'when'`);
  if (c.accept('end')) {
    if (c.word() === 'case') c.advance();
  } else if (!c.isUnknown()) {
    c.problem(`this 'case' has no 'end'`, { start, end: start + 4 });
  }
  c.inList = inList;
  return { kind: 'case', start, end: Math.max(c.last(), otherwise?.end ?? start), operand, branches, else: otherwise };
}

/** Behind a branch only WHEN, ELSE or END may stand; placeholders and mistakes up to there are passed over. */
function skipToCaseWord(c: Cursor): void {
  while (c.isUnknown()) {
    c.isOpaque = true;
    c.advance();
  }
  const word = c.word();
  if (c.isAtEnd() || word === 'when' || word === 'else' || word === 'end' || word === ',' || startsClause(c)) return;
  if (word === 'as' || word === ';') return;
  // Only when the CASE goes on is this a mistake inside it.
  if (!isOperandStart(c)) return;
  c.unexpected();
  while (
    !c.isAtEnd() &&
    c.word() !== 'when' &&
    c.word() !== 'else' &&
    c.word() !== 'end' &&
    c.word() !== ',' &&
    !startsClause(c)
  ) {
    c.skipOne();
  }
}

export function numberLiteral(c: Cursor, token: Token): Literal {
  const value = c.textOf(token);
  let type: Literal['type'] = 'integer';
  if (/^0[xX]/.test(value))
    type = c.dialect === 'trino' || c.dialect === 'athena' || c.dialect === 'tsql' ? 'binary' : 'integer';
  else if (/[eE]/.test(value)) type = 'float';
  else if (value.includes('.')) type = 'decimal';
  return {
    kind: 'literal',
    start: token.start,
    end: token.end,
    type,
    value,
    prefix: undefined,
    hasUnknown: token.hasUnknown,
  };
}

/** A string; strings side by side are one string in several dialects. */
export function parseString(c: Cursor, token: Token): Literal {
  c.advance();
  let hasUnknown = token.hasUnknown;
  let value = stringValue(c.textOf(token));
  while (c.kind() === 'string' && c.peek().start > c.last() && /^['"]/.test(c.textOf(c.peek()))) {
    const next = c.advance();
    hasUnknown ||= next.hasUnknown;
    value += stringValue(c.textOf(next));
  }
  const prefix = /^[a-z]{1,2}(?=['"])/i.exec(c.text.slice(token.start, token.start + 3))?.[0].toLowerCase();
  const type = prefix === 'b' || prefix === 'x' || prefix === 'rb' || prefix === 'br' ? 'binary' : 'string';
  return { kind: 'literal', start: token.start, end: c.last(), type, value, prefix, hasUnknown };
}

/** The text between the quotes, doubled quotes resolved; backslashes stay. */
function stringValue(text: string): string {
  const quoteAt = text.search(/['"$]/);
  const inside = text.slice(Math.max(0, quoteAt));
  if (inside.startsWith('$')) {
    const tag = inside.slice(0, inside.indexOf('$', 1) + 1);
    return inside.slice(tag.length, -tag.length);
  }
  if (/^'''|^"""/.test(inside) && inside.length >= 6 && inside.endsWith(inside.slice(0, 3))) return inside.slice(3, -3);
  return unquote(inside);
}
