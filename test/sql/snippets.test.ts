import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import { checkTree } from './check-tree.ts';

const snippets = readFileSync(new URL('./dialect-snippets.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(line => line.split('\t') as [string, string]);

test('there are snippets of every kind', () => {
  expect(snippets.length).toBe(66);
});

test.each(snippets)('%s: %s', (name, text) => {
  const parsed = parseSql(text, (name === 'dune' ? 'trino' : name) as Dialect);
  expect(parsed.problems).toEqual([]);
  expect(checkTree(text, parsed)).toEqual([]);
  // Where nobody says the dialect, its text is read too.
  expect(parseSql(text, 'ansi').problems).toEqual([]);
});
