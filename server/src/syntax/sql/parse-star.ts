import { isSetOperator } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { emptyIdentifier, isName, parseName, parseNameList } from './parse-names.ts';
import type { ExpressionItem, Identifier, QualifiedName, StarItem } from './tree.ts';

/** The star that comes next, `start` being where its qualifier starts, with all that narrows or renames it. */
export function parseStar(c: Cursor, qualifier: QualifiedName | undefined, start: number): StarItem {
  c.advance();
  const exclude: Identifier[] = [];
  const replace: ExpressionItem[] = [];
  const rename: { from: Identifier; to: Identifier }[] = [];
  let isFiltered = false;
  for (;;) {
    const word = c.word();
    if (word === 'exclude' || (word === 'except' && !isSetOperator(c))) {
      if (c.word(1) !== '(' && !isName(c, 1)) break;
      c.advance();
      if (c.word() === '(') exclude.push(...parseNameList(c));
      else exclude.push(lastPart(parseName(c)));
    } else if (word === 'replace' && c.word(1) === '(') {
      c.advance();
      parseReplacements(c, replace);
    } else if (word === 'rename' && (c.word(1) === '(' || isName(c, 1))) {
      c.advance();
      parseRenames(c, rename);
    } else if (word === 'ilike' || word === 'like' || word === 'glob' || (word === 'similar' && c.word(1) === 'to')) {
      c.pos += word === 'similar' ? 2 : 1;
      isFiltered = true;
      parseExpression(c);
    } else if (word === 'apply' && c.word(1) === '(') {
      // ClickHouse: a function over each column.
      c.advance();
      isFiltered = true;
      c.skipGroup();
    } else if (word === 'not' && (c.word(1) === 'like' || c.word(1) === 'ilike' || c.word(1) === 'glob')) {
      c.pos += 2;
      isFiltered = true;
      parseExpression(c);
    } else {
      break;
    }
  }
  return { kind: 'star', ...c.spanFrom(start), qualifier, exclude, replace, rename, isFiltered };
}

/** `(expression as name, …)`. */
function parseReplacements(c: Cursor, into: ExpressionItem[]): void {
  const group = c.enter();
  while (!c.isAtEnd()) {
    const start = c.start();
    const expression = parseExpression(c);
    let alias: Identifier | undefined;
    if (c.accept('as') || isName(c)) alias = isName(c) ? c.identifier(c.advance()) : emptyIdentifier(c);
    into.push({
      kind: 'item',
      ...c.spanFrom(Math.min(start, expression.start)),
      expression,
      alias,
      aliases: undefined,
      aliasFirst: false,
      ordinal: c.items++,
    });
    if (!c.accept(',')) break;
  }
  c.leave(group);
}

/** `(a as b, …)` or `a as b`. */
function parseRenames(c: Cursor, into: { from: Identifier; to: Identifier }[]): void {
  const group = c.word() === '(' ? c.enter() : undefined;
  do {
    if (!isName(c)) break;
    const from = lastPart(parseName(c));
    c.accept('as');
    if (!isName(c)) {
      c.missing('a new name');
      break;
    }
    into.push({ from, to: c.identifier(c.advance()) });
  } while (group !== undefined && c.accept(','));
  if (group) c.leave(group);
}

function lastPart(name: QualifiedName): Identifier {
  return name.parts[name.parts.length - 1] as Identifier;
}
