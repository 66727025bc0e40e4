import { expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { commentsIn, lastPart, nameOf, sameName } from '../../server/src/syntax/sql/names.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import type { Identifier, SqlNode } from '../../server/src/syntax/sql/tree.ts';
import { pathAt, walk } from '../../server/src/syntax/sql/walk.ts';
import { checkTree } from './check-tree.ts';

function identifier(text: string): Identifier {
  const quoted = text.startsWith('"');
  const name = quoted ? text.slice(1, -1) : text;
  const folded = name.toLowerCase();
  return { kind: 'identifier', start: 0, end: text.length, name, folded, quoted, hasUnknown: text.includes('?') };
}

test.each<[Dialect, string, string, boolean]>([
  ['snowflake', 'Order_Id', 'ORDER_ID', true],
  ['snowflake', '"ORDER_ID"', 'order_id', true],
  ['snowflake', '"order_id"', 'order_id', false],
  ['postgres', '"order_id"', 'ORDER_ID', true],
  ['postgres', '"Order_Id"', 'order_id', false],
  ['bigquery', '"Order_Id"', 'order_id', true],
  ['trino', '"Order_Id"', 'order_id', true],
  ['ansi', 'a', 'b', false],
  ['ansi', 'a?', 'a?', false],
])('in %s, %s and %s are the same: %s', (dialect, a, b, same) => {
  expect(sameName(identifier(a), identifier(b), dialect)).toBe(same);
});

test('parts of a name', () => {
  const { value } = parseSql('select * from db."My Schema".t', 'ansi');
  const names: string[] = [];
  walk(value, node => {
    if (node.kind === 'name') names.push(nameOf(node), lastPart(node).name);
  });
  expect(names).toEqual(['db.My Schema.t', 't']);
});

test('comments in a span', () => {
  const text = '/* a */ select 1 -- b\n, 2 /* c */ from t -- d';
  const { value } = parseSql(text, 'ansi');
  const found = commentsIn(value.tokens, { start: 8, end: text.indexOf('from') });
  expect(found.map(token => text.slice(token.start, token.end))).toEqual(['-- b', '/* c */']);
});

test('walk gives ancestors, and skips what is told', () => {
  const { value } = parseSql('select a + (select b from t) from u', 'ansi');
  const seen: string[] = [];
  walk(value, (node, ancestors) => {
    if (node.kind === 'column') seen.push(`${node.parts[0]?.name} in ${ancestors.map(each => each.kind).join('/')}`);
    return node.kind === 'scalar-subquery' ? 'skip' : undefined;
  });
  expect(seen).toEqual(['a in file/query/select/item/binary']);
});

test('the path to a cursor ends in the innermost node', () => {
  const text = 'select a.  from t a where x = 1';
  const kinds = (offset: number): string[] => pathAt(parseSql(text, 'ansi').value, offset).map(node => node.kind);
  expect(kinds(9)).toEqual(['file', 'query', 'select', 'item', 'column', 'identifier']);
  expect(kinds(text.length)).toEqual(['file', 'query', 'select', 'clause', 'binary', 'literal']);
});

test('the checker of trees sees what is wrong', () => {
  const text = 'select a, b from t';
  const parsed = parseSql(text, 'ansi');
  expect(checkTree(text, parsed)).toEqual([]);
  expect(checkTree(`${text} `, parsed)).toHaveLength(1);
  expect(checkTree(text.toUpperCase().replace('SELECT', 'SELEKT'), parsed)).not.toEqual([]);
  const statement = parsed.value.statements[0] as SqlNode & { kind: 'query' };
  const file = { ...parsed.value, tokens: parsed.value.tokens };
  const moved = { ...parsed, value: { ...file, statements: [{ ...statement, end: 3 }] } };
  expect(checkTree(text, moved)).not.toEqual([]);
  const swapped = { ...parsed, value: { ...file, statements: [statement, statement] } };
  expect(checkTree(text, swapped)).not.toEqual([]);
  const outside = { ...parsed, problems: [{ message: 'x', span: { start: 0, end: 99 } }] };
  expect(checkTree(text, outside)).toHaveLength(1);
});
