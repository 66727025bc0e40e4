import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { isName } from './parse-names.ts';
import type { Expression, Identifier } from './tree.ts';

/** True when a lambda comes next: `x -> …`, `(a, b) -> …`, `lambda x: …`. A bare `x ->` is one only as an argument. */
export function startsLambda(c: Cursor, isArgument = false): boolean {
  const mode = c.syntax.lambdas;
  if (mode === 'no') return false;
  if (c.word() === '(') {
    const length = c.groupLength();
    if (length === 0 || c.word(length) !== '->') return false;
    for (let i = 1; i < length - 1; i++) {
      const kind = c.kind(i);
      if (kind !== 'word' && kind !== 'quoted' && c.word(i) !== ',') return false;
      if (i > 64) return false;
    }
    return true;
  }
  if (!isArgument || !isName(c)) return false;
  if (c.word() === 'lambda') return c.kind(1) === 'word' && (c.word(2) === ':' || c.word(2) === ',');
  // Snowflake: `x int -> …`.
  if (c.word(1) !== '->') return c.word(2) === '->' && c.kind(1) === 'word' && mode === 'yes';
  if (mode === 'yes') return true;
  // `->` takes a field of JSON too, whose name is a string or number.
  return c.kind(2) !== 'string' && c.kind(2) !== 'number';
}

export function parseLambda(c: Cursor): Expression {
  const start = c.start();
  const parameters: Identifier[] = [];
  if (c.word() === '(') {
    const group = c.enter();
    while (!c.isAtEnd()) {
      if (isName(c)) parameters.push(c.identifier(c.advance()));
      while (!c.isAtEnd() && c.word() !== ',') c.skipOne();
      c.accept(',');
    }
    c.leave(group);
  } else {
    const isWord = c.word() === 'lambda' && c.word(1) !== '->';
    if (isWord) c.advance();
    do {
      if (isName(c)) parameters.push(c.identifier(c.advance()));
      else break;
    } while (isWord && c.accept(','));
    if (!isWord && c.kind() === 'word') c.advance();
  }
  if (!c.accept('->')) c.accept(':');
  const body = parseExpression(c);
  return { kind: 'lambda', start, end: Math.max(body.end, c.last()), parameters, body };
}
