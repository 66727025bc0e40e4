import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import { checkTree } from './check-tree.ts';
import { showTree } from './show-tree.ts';

/** Each block of shapes.txt: `dialect: statement`, then its tree on one line, then its problems with the text they mark. */
const blocks = readFileSync(new URL('./shapes.txt', import.meta.url), 'utf8')
  .split('\n\n')
  .slice(1)
  .map(block => block.replace(/\n$/, '').split('\n'));

test('there are shapes', () => {
  expect(blocks.length).toBeGreaterThan(150);
});

test.each(blocks.map(lines => [lines[0] as string, lines]))('%s', (first, lines) => {
  const colon = first.indexOf(': ');
  const dialect = first.slice(0, colon) as Dialect;
  const text = first
    .slice(colon + 2)
    .replaceAll('§', UNKNOWN)
    .replaceAll('⏎', '\n');
  const parsed = parseSql(text, dialect);
  const shown = (part: string): string => part.replaceAll(UNKNOWN, '§').replaceAll('\n', '⏎');
  const found = [
    `  ${shown(showTree(parsed.value, text))}`,
    ...parsed.problems.map(({ message, span }) => `  ! ${shown(message)} [${shown(text.slice(span.start, span.end))}]`),
  ];
  expect(found).toEqual(lines.slice(1));
  expect(checkTree(text, parsed)).toEqual([]);
});
