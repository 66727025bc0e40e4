import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations, shown } from './infer.ts';

const tables: Relations = {
  // `id` is never NULL, `note` may be, nobody knows about `x`.
  a: 'id!, x, note?',
  b: 'id!, x, a_id, y',
  c: 'id!, b_id, z',
  raw: 'id!, …',
};

/** `!` never NULL, `?` may be NULL, else unknown. */
const cases: readonly [sql: string, columns: string, dialect?: Dialect][] = [
  ['select id, x, note from a', 'id! x note?'],
  ["select 1 as n, 'a' as t, null as e, true as f from a", 'n integer! t text! e? f boolean!'],
  // Conditions that no NULL passes.
  ['select x, note from a where x is not null', 'x! note?'],
  ["select x, note from a where note like 'a%' and (x > 1 and id = 2)", 'x! note!'],
  ['select x from a where x in (1, 2)', 'x!'],
  ['select x from a where x not in (1, 2)', 'x!'],
  ['select x from a where x not in (select z from c)', 'x'],
  ['select x from a where x in (select z from c)', 'x!'],
  ['select x, note from a where x between note and 9', 'x! note!'],
  ['select x, note from a where x not between note and 9', 'x! note?'],
  ['select x from a where not (x = 1)', 'x!'],
  ['select x from a where not x is null', 'x!'],
  ['select x from a where x', 'x!'],
  ['select x from a where not x', 'x!'],
  ['select x from a where x = 1 or x = 2', 'x!'],
  ['select x from a where x = 1 or note = 2', 'x'],
  ['select x from a where x = 1 or x is null', 'x'],
  ['select x from a where coalesce(x, 0) = 0', 'x'],
  ['select x from a where lower(x) = 1', 'x!'],
  ['select x from a where x + note > 1', 'x!'],
  ['select x from a where x is distinct from 1', 'x'],
  ['select x from a where (x = 1) is true', 'x!'],
  ['select x from a where (x = 1) is not true', 'x'],
  ['select x from a where x = any (select z from c)', 'x!'],
  ['select x from a where x <> all (select z from c)', 'x'],
  ['select x from a qualify x > 1', 'x!'],
  ['select x from a group by x having x > 1', 'x!'],
  ['select x, x + 1 as more from a where more > 1', 'x! more!', 'snowflake'],
  // Joins.
  ['select a.id, b.id as b_id, a.x from a left join b on b.a_id = a.id', 'id! b_id? x'],
  ['select a.id, b.id as b_id from a right join b on b.a_id = a.id', 'id? b_id!'],
  ['select a.id, b.id as b_id from a full join b on b.a_id = a.id', 'id? b_id?'],
  ['select a.id, b.id as b_id, b.a_id from a join b on b.a_id = a.id', 'id! b_id! a_id!'],
  ['select b.* from a left join b on b.a_id = a.id', 'id? x? a_id? y?'],
  ['select b.* from a left join b on b.a_id = a.id where b.y = 1', 'id! x a_id! y!'],
  ['select b.id from a left join b on b.a_id = a.id where b.y is null', 'id?'],
  ['select b.id from a left join b on b.a_id = a.id and b.y = 1', 'id?'],
  ['select b.id, c.id as c_id from a left join b on b.a_id = a.id join c on c.b_id = b.id', 'id! c_id!'],
  ['select b.id, c.id as c_id from a left join b on b.a_id = a.id left join c on c.b_id = b.id', 'id? c_id?'],
  [
    'select b.id, c.id as c_id from a left join b on b.a_id = a.id left join c on c.b_id = b.id where c.z > 0',
    'id! c_id!',
  ],
  ['select b.id, c.b_id from a left join (b join c on c.b_id = b.id) on b.a_id = a.id', 'id? b_id?'],
  ['select b.id, c.b_id from a left join (b join c on c.b_id = b.id) on b.a_id = a.id where b.y = 1', 'id! b_id!'],
  // A full join whose left side must match keeps its rows without a match on the right.
  ['select a.id, b.id as b_id from a full join b on b.a_id = a.id where a.x = 1', 'id! b_id?'],
  ['select a.id, b.id as b_id from a full join b on b.a_id = a.id where a.x = 1 and b.y = 1', 'id! b_id!'],
  ['select id, b.x from a join b using (id)', 'id! x'],
  ['select x, a.note from a join b using (x)', 'x! note?'],
  ['select x from a left join b using (x)', 'x'],
  ['select id, b.id as other from a left join b using (id)', 'id! other?'],
  ['select id from a full join b using (id)', 'id!'],
  ['select * from a full join b using (id)', 'id! x? note? x? a_id? y?'],
  ['with j as (select a.id, b.y from a left join b on b.a_id = a.id) select y, coalesce(y, 0) as z from j', 'y? z!'],
  ['select raw.id, raw.k, a.id as a_id from a left join raw on raw.id = a.id', 'id? k? a_id!'],
  ['with r as (select raw.* from a left join raw on raw.id = a.id) select id, k from r', 'id? k?'],
  // Expressions.
  ['select coalesce(x, note, id) as v, coalesce(x, note) as w, nvl(note, note) as u from a', 'v! w u?'],
  ['select nullif(id, 0) as v from a', 'v?'],
  ['select case when x then 1 else 2 end as v, case when x then 1 end as w from a', 'v integer! w integer?'],
  ['select case when x then id else note end as v, case when x then 1 else null end as w from a', 'v? w integer?'],
  [
    'select case when note is not null then note else id end as v, case when note is null then 0 else note end as w from a',
    'v! w!',
  ],
  ['select case note when 1 then note else id end as v from a', 'v!'],
  ['select iff(note is null, 0, note) as v, iff(x, 1, null) as w from a', 'v! w integer?', 'snowflake'],
  ['select id + 1 as p, id + note as q, id + x as r, id || id as s from a', 'p! q? r s text!', 'snowflake'],
  ['select lower(id) as p, lower(note) as q, lower(x) as r from a', 'p text! q text? r text'],
  ['select id / 0 as p, id / 2 as q, id / id as r from a', 'p q! r', 'mysql'],
  ['select id / id as r from a', 'r!', 'snowflake'],
  [
    'select cast(id as text) as p, try_cast(id as int) as q, note::text as r from a',
    'p text! q integer r text?',
    'snowflake',
  ],
  [
    'select id = 1 as p, x is null as q, note is distinct from 1 as r, exists (select 1) as s from a',
    'p boolean! q boolean! r boolean! s boolean!',
  ],
  [
    'select id in (1, 2) as p, id in (1, null) as q, id in (select id from b) as r, id in (select x from b) as s from a',
    'p boolean! q boolean r boolean! s boolean',
  ],
  ['select id > 0 and id < 9 as p, note > 0 and x as q from a', 'p boolean! q boolean'],
  // Functions over rows.
  ['select count(*) as n, count(note) as m, sum(id) as s, max(note) as t from a', 'n integer! m integer! s t'],
  ['select x, count(*) as n, sum(id) as s, max(x) as t from a group by x', 'x n integer! s! t'],
  ['select sum(id) as s from a group by all', 's', 'snowflake'],
  ['select id, percentile_cont(0.5) within group (order by x) as p from a group by id', 'id! p'],
  ["select trim(both 'x' from id) as p, trim(both 'x' from x) as q from a", 'p text! q text'],
  ['select id, sum(id) filter (where x) as s from a group by id', 'id! s', 'postgres'],
  ['select id, x, sum(id) as s from a group by rollup (id, x)', 'id? x? s'],
  ['select row_number() over (order by id) as n, rank() over (order by x) as r from a', 'n integer! r integer!'],
  [
    'select lag(id) over (order by id) as p, lead(id, 1, 0) over (order by id) as q, lag(note, 1, 0) over (order by id) as r from a',
    'p? q! r?',
  ],
  ['select first_value(id) over (order by id) as p, last_value(note) over (order by id) as q from a', 'p! q?'],
  [
    'select sum(id) over (partition by x) as p, sum(id) over (order by id rows between 3 preceding and 1 preceding) as q from a',
    'p! q',
  ],
  [
    'select (select max(id) from b) as p, (select id from b where b.x = a.x) as q, (select count(*) from b) as r from a',
    'p q r integer!',
  ],
  // Several branches.
  ['select id from a union all select id from b', 'id!'],
  ['select id from a union all select null', 'id?'],
  ['select id from a union all select x from b', 'id'],
  ['select id as i, 1 as n from a union all by name select id as i from b', 'i! n integer?', 'duckdb'],
  ["select 1 as i except select 'a'", 'i!'],
  ['with recursive n as (select 1 as i union all select i + 1 from n) select i from n', 'i integer'],
  ['select * from (values (1, null), (2, 3)) as t (p, q)', 'p integer! q integer?'],
  ['select id, \uE000 as v, \uE000 + 1 as w from a', 'id! v w'],
  ['select id, x from a where x = 1 \uE000', 'id x …'],
  ['select b.x, 1 as one from a left join b on b.id = a.id \uE000', 'x one integer! …'],
  ['select id as i, note as j from a union all select null, null', 'i? j?'],
  ['select 1 as i union all select null', 'i integer?'],
];

test.each(cases)('%s', (sql, expected, dialect) => {
  expect(shown(infer(sql, tables, dialect).output).join(' ')).toBe(expected);
});

describe('a condition says nothing of the rows it reads itself', () => {
  const sql = 'select 1 as one from a left join b on b.id = a.id where b.id is not null and b.x > 0';
  const facts = infer(sql, tables);
  const [select] = facts.scopes.keys();
  const where = select?.where?.condition;

  test('in WHERE a column of the nullable side may still be NULL', () => {
    const left = where?.kind === 'binary' && where.left.kind === 'is' ? where.left.operand : undefined;
    expect(left && facts.nullabilityOf(left)).toEqual({
      nullable: 'yes',
      because: 'comes from the right side of a left join (`b`)',
    });
  });

  test('in ON it is what its relation says', () => {
    const on = select?.from?.items[0];
    const compared = on?.kind === 'join' && on.on?.kind === 'binary' ? on.on.left : undefined;
    expect(compared && facts.nullabilityOf(compared).nullable).toBe('no');
  });
});

test('reasons are told in words', () => {
  const sql =
    'select a.id, b.y, count(*) as n, nullif(a.x, 1) as m, case when a.x then 1 end as c, null as e, a.note, coalesce(a.x, 1) as d ' +
    'from a left join b on b.a_id = a.id group by 1, 2';
  const { columns } = infer(sql, tables).output;
  expect(columns.map(column => `${column.name}: ${column.nullableBecause}`)).toEqual([
    'id: undefined',
    'y: comes from the right side of a left join (`b`)',
    'n: count() is never NULL',
    'm: nullif() makes NULLs',
    'c: the CASE has no ELSE',
    'e: it is a literal NULL',
    'note: undefined',
    'd: coalesce() has a value that is not NULL',
  ]);
});
