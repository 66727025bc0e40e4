import { expect, test } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import { walk } from '../../server/src/syntax/sql/walk.ts';
import { checkTree } from './check-tree.ts';

type Shape = (depth: number) => string;
const r = (text: string, count: number): string => text.repeat(count);

/** Nested or long, and right. */
const WELL_FORMED: Readonly<Record<string, Shape>> = {
  parentheses: n => `select ${r('(', n)}1${r(')', n)}`,
  casts: n => `select ${r('cast(', n)}1${r(' as int)', n)}`,
  calls: n => `select ${r('coalesce(a, ', n)}1${r(')', n)}`,
  'case in then': n => `select ${r('case when a then ', n)}1${r(' end', n)}`,
  'case in else': n => `select ${r('case when a then b else ', n)}1${r(' end', n)}`,
  not: n => `select ${r('not ', n)}a`,
  minus: n => `select ${r('- ', n)}a`,
  'subqueries in from': n => `select * from ${r('(select * from ', n)}t${r(')', n)}`,
  'scalar subqueries': n => `${r('select (', n)}1${r(')', n)}`,
  'in subqueries': n => `${r('select a from t where a in (', n)}1${r(')', n)}`,
  exists: n => `${r('select a from t where exists (', n)}select 1${r(')', n)}`,
  'joins in parentheses': n => `select * from ${r('(', n)}t${r(' join u on a = b)', n)}`,
  'joins to the right': n => `select * from ${r('t join (', n)}u${r(' join v on c) on d', n)}`,
  'set operations in parentheses': n => `${r('(', n)}select 1${r(' union all select 2)', n)}`,
  'set operations to the right': n => `${r('select 1 union all (', n)}select 2${r(')', n)}`,
  and: n => `select 1 from t where a${r(' and a = 1', n)}`,
  or: n => `select 1 from t where a${r(' or a and b', n)}`,
  plus: n => `select a${r(' + a', n)}`,
  union: n => `select 1${r(' union all select 1', n)}`,
  'double colons': n => `select a${r('::int', n)}`,
  subscripts: n => `select a${r('[1]', n)}`,
  arrays: n => `select ${r('[', n)}1${r(']', n)}`,
  structs: n => `select ${r("{'a': ", n)}1${r('}', n)}`,
  'array types': n => `select cast(a as ${r('array<', n)}int${r('>', n)})`,
  'row types': n => `select cast(a as ${r('row(x ', n)}int${r(')', n)})`,
  windows: n => `select ${r('sum(a) over (order by ', n)}b${r(')', n)}`,
  'nested with': n => `${r('with a as (', n)}select 1${r(') select * from a', n)}`,
  ctes: n => `with a0 as (select 1)${r(', b as (select 1)', n)} select 1`,
  'join chain': n => `select * from t${r(' join t on a = b', n)}`,
  'from list': n => `select * from t${r(', t', n)}`,
  items: n => `select a${r(', a b', n)}`,
  statements: n => r('select 1;', n),
  lambdas: n => `select f(${r('x -> ', n)}1)`,
  placeholders: n => `select a${r(` ${UNKNOWN}`, n)} from t`,
};

/** Wrong in ways that invite looking ahead again and again. */
const BROKEN: Readonly<Record<string, Shape>> = {
  'open brackets': n => r('[({', n),
  'closing brackets': n => r(')', n),
  selects: n => r('select ', n),
  froms: n => r('from ', n),
  withs: n => r('with ', n),
  dots: n => `select a${r('.', n)}`,
  'ctes without parentheses': n => `with a as select 1${r(', b as select 1', n)}`,
  'ctes never closed': n => `with a as (select 1)${r(', b as (select (1', n)} select 1`,
  'open quotes': n => r("a' \n", n),
  'quotes of several lines': n => r("'a\nb c\n", n),
  'open comments': n => r('/* ', n),
  'nested comments': n => r('/* /* */ ', n),
  'dollar tags': n => Array.from({ length: n }, (_, i) => `$t${i}$ `).join(''),
  'triple quotes': n => r("'''\n", n),
  'create in create': n => r('create table t (a int, ', n),
  placeholders: n => r(`${UNKNOWN} `, n),
  lateral: n => r('select * from t, lateral (', n),
};

test.each(Object.entries(WELL_FORMED))('%s to depth 2,000 have no problem', (_name, shape) => {
  const text = shape(2_000);
  const parsed = parseSql(text, 'ansi');
  expect(parsed.problems).toEqual([]);
  expect(checkTree(text, parsed)).toEqual([]);
});

test.each(Object.entries(WELL_FORMED))('%s cut anywhere give a sound tree', (_name, shape) => {
  const text = shape(2_000);
  for (const part of [0.37, 0.81]) {
    const cut = text.slice(0, Math.floor(text.length * part));
    expect(checkTree(cut, parseSql(cut, 'snowflake'))).toEqual([]);
  }
});

// Far above what it takes, so that a busy machine does not fail it; what grows with the square of its length does.
test.each([...Object.entries(WELL_FORMED), ...Object.entries(BROKEN)])(
  '%s to depth 10,000 take time linear in their length',
  (_name, shape) => {
    for (const text of [shape(10_000), shape(10_000).slice(0, -7_001)]) {
      const start = performance.now();
      const { value, problems } = parseSql(text, 'bigquery');
      let count = 0;
      walk(value, () => {
        count++;
      });
      expect((performance.now() - start) / (text.length / 1000)).toBeLessThan(50);
      expect(count).toBeGreaterThan(0);
      expect(problems.length).toBeLessThanOrEqual(20);
    }
  },
);
