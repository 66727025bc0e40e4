import type { Cursor } from './cursor.ts';
import { POWER, parseExpression } from './parse-expression.ts';
import { isName } from './parse-names.ts';
import { parseOrderBy } from './parse-order.ts';
import type { Expression, Identifier, NamedWindow, OrderByClause, WindowFrame, WindowSpecification } from './tree.ts';

/** The window in parentheses that comes next. */
export function parseWindow(c: Cursor): WindowSpecification {
  const start = c.start();
  const group = c.enter();
  let base: Identifier | undefined;
  let orderBy: OrderByClause | undefined;
  let frame: WindowFrame | undefined;
  const partitionBy: Expression[] = [];
  while (!c.isAtEnd()) {
    const word = c.word();
    if ((word === 'partition' || word === 'distribute') && c.word(1) === 'by') {
      c.pos += 2;
      parseExpressionList(c, partitionBy);
    } else if (word === 'order' && c.word(1) === 'by') {
      orderBy = parseOrderBy(c);
    } else if ((word === 'sort' || word === 'cluster') && c.word(1) === 'by') {
      orderBy = parseOrderBy(c);
    } else if ((word === 'rows' || word === 'range' || word === 'groups') && c.kind(1) !== 'end') {
      frame = parseFrame(c, word);
    } else if (c.isUnknown()) {
      c.isOpaque = true;
      c.advance();
    } else if (base === undefined && partitionBy.length === 0 && orderBy === undefined && isName(c)) {
      base = c.identifier(c.advance());
    } else {
      break;
    }
  }
  c.leave(group);
  return { kind: 'window', ...c.spanFrom(start), base, partitionBy, orderBy, frame };
}

export function parseExpressionList(c: Cursor, into: Expression[]): void {
  do {
    into.push(parseExpression(c));
  } while (c.accept(','));
}

function parseFrame(c: Cursor, unit: 'rows' | 'range' | 'groups'): WindowFrame {
  const start = c.start();
  c.advance();
  const bounds: Expression[] = [];
  let from: string;
  let to: string | undefined;
  if (c.accept('between')) {
    from = parseBound(c, bounds);
    if (c.accept('and')) to = parseBound(c, bounds);
    else if (!c.isUnknown()) c.missing(`'and' and the end of the frame`);
  } else {
    from = parseBound(c, bounds);
  }
  if (c.accept('exclude')) {
    if (c.acceptWords('current', 'row') || c.acceptWords('no', 'others')) {
      // nothing more to read
    } else if (!c.isAtEnd()) c.advance();
  }
  return { kind: 'frame', ...c.spanFrom(start), unit, from, to, bounds };
}

function parseBound(c: Cursor, bounds: Expression[]): string {
  const word = c.word();
  if (word === 'unbounded' || word === 'current') {
    c.advance();
    const next = c.word();
    if (next !== 'preceding' && next !== 'following' && next !== 'row') {
      c.missing(word === 'current' ? `'row'` : `'preceding' or 'following'`);
      return word;
    }
    c.advance();
    return `${word} ${next}`;
  }
  bounds.push(parseExpression(c, POWER.comparison));
  const side = c.word();
  if (side === 'preceding' || side === 'following') {
    c.advance();
    return side;
  }
  if (!c.isUnknown()) c.missing(`'preceding' or 'following'`);
  return '';
}

/** `name as (…), …` behind the word WINDOW. */
export function parseNamedWindows(c: Cursor, into: NamedWindow[]): void {
  do {
    if (!isName(c)) {
      c.missing('a name for the window');
      return;
    }
    const start = c.start();
    const name = c.identifier(c.advance());
    c.expect('as');
    let window: WindowSpecification;
    if (c.word() === '(') {
      window = parseWindow(c);
    } else {
      const base = isName(c) ? c.identifier(c.advance()) : undefined;
      if (base === undefined) c.missing('a window in parentheses');
      const at = base?.start ?? c.last();
      window = {
        kind: 'window',
        start: at,
        end: c.last(),
        base,
        partitionBy: [],
        orderBy: undefined,
        frame: undefined,
      };
    }
    into.push({ kind: 'named-window', ...c.spanFrom(start), name, window });
  } while (c.accept(','));
}
