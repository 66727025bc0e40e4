import type { Cursor } from './cursor.ts';
import { parseArguments } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { isName, parseNamePart } from './parse-names.ts';
import { isOperandStart } from './parse-operand.ts';
import { parseStar } from './parse-star.ts';
import { parseType } from './parse-type.ts';
import type { Expression, Identifier } from './tree.ts';

/** What follows an operand and binds to it alone: casts, subscripts, fields, paths. Read in a loop, so chains may be long. */
export function parsePostfix(c: Cursor, operand: Expression): Expression {
  let left = operand;
  for (;;) {
    switch (c.word()) {
      case '::': {
        c.advance();
        const type = parseType(c, 'operator');
        left = {
          kind: 'cast',
          start: left.start,
          end: Math.max(type.end, c.last()),
          form: 'operator',
          operand: left,
          type,
        };
        break;
      }
      case '[':
        left = parseSubscript(c, left, 'subscript');
        break;
      case '.':
        // `'a'.replace('a', 'b')` of BigQuery and DuckDB.
        if (left.kind === 'error' || (left.kind === 'literal' && !(c.kind(1) === 'word' && c.word(2) === '(')))
          return left;
        left = parseField(c, left);
        break;
      case ':': {
        if (!c.syntax.paths || c.noColon) return left;
        const next = c.peek(1);
        if (next.word === '[') {
          c.advance();
          left = parseSubscript(c, left, 'path');
          break;
        }
        if (next.kind !== 'quoted' && next.kind !== 'unknown' && next.kind !== 'word' && next.kind !== 'number')
          return left;
        c.advance();
        const field = c.identifier(c.advance());
        left = { kind: 'access', start: left.start, end: c.last(), form: 'path', operand: left, index: [], field };
        break;
      }
      case 'uescape':
        if (c.kind(1) !== 'string') return left;
        c.pos += 2;
        break;
      case '!':
        // `model!predict(x)` of Snowflake.
        if (c.kind(1) !== 'word' || c.word(2) !== '(') return left;
        left = parseField(c, left);
        break;
      default:
        // `x?::int` of Databricks.
        if (c.word(1) !== '::' || c.kind() !== 'parameter' || c.textOf(c.peek()) !== '?') return left;
        c.advance();
    }
  }
}

/** `x[1]`, `x[1:2]`, `x[:n]`. */
function parseSubscript(c: Cursor, operand: Expression, form: 'subscript' | 'path'): Expression {
  const group = c.enter();
  const colonIsPath = c.dialect === 'snowflake' || c.dialect === 'databricks' || c.dialect === 'sparksql';
  c.noColon = !colonIsPath;
  const index: Expression[] = [];
  while (!c.isAtEnd()) {
    if (c.accept(':') || c.accept('::') || c.accept(',')) continue;
    if (!isOperandStart(c) && c.word() !== '*') break;
    index.push(parseExpression(c));
    if (c.word() !== ':' && c.word() !== '::' && c.word() !== ',') break;
  }
  c.leave(group);
  return {
    kind: 'access',
    start: operand.start,
    end: Math.max(operand.end, c.last()),
    form,
    operand,
    index,
    field: undefined,
  };
}

/** `.field`, `.*`, `.method(x)` behind something other than a name. */
function parseField(c: Cursor, operand: Expression): Expression {
  c.advance();
  if (c.word() === '*') {
    const item = { ...parseStar(c, undefined, operand.start), isFiltered: true };
    return { kind: 'star-expression', start: item.start, end: item.end, item };
  }
  const field: Identifier = isName(c) ? c.identifier(c.advance()) : parseNamePart(c);
  const index: Expression[] = [];
  if (c.word() === '(' && c.start() === c.last()) {
    for (const argument of parseArguments(c).arguments) index.push(argument.value);
  }
  return {
    kind: 'access',
    start: operand.start,
    end: Math.max(operand.end, c.last()),
    form: 'field',
    operand,
    index,
    field,
  };
}
