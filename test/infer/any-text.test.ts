import { expect, test } from 'vitest';
import { DIALECTS } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations } from './infer.ts';

const tables: Relations = { orders: 'id!, customer_id, amount', customers: 'id, name', raw: '…' };

const whole = `with recursive a (x) as (select id from orders union all select x + 1 from a where x < 9),
b as (select o.*, c.name, lag(amount) over (partition by id order by c.name) as before
from orders o left join customers c using (id) natural join raw cross join unnest(o.amount) as u (v) where exists (select 1 from a where a.x = o.id)),
p as (select * from b pivot (sum(amount) for name in ('x', 'y')) as q)
select *, case when b.x is null then 1 else coalesce(b.x, 0) end as k, (select max(id) from customers where customers.id = b.id) as m
from b join (values (1, 2), (3, 4)) as t (i, j) on t.i = b.id, lateral flatten(input => b.v) f
group by rollup (1, 2), all having count(*) > 1 qualify row_number() over (order by k) = 1
order by k, 2 limit 5; merge into orders t using (select 1 as id) s on t.id = s.id when matched then update set amount = s.id`;

test('every beginning of a text has its facts, in every dialect', () => {
  for (let end = 0; end <= whole.length; end += 7) {
    const dialect = DIALECTS[end % DIALECTS.length];
    const facts = infer(whole.slice(0, end), tables, dialect);
    expect(facts.items.length).toBe(facts.output.columns.length);
  }
});

test('every end of a text has its facts', () => {
  for (let start = 0; start <= whole.length; start += 7) {
    const facts = infer(whole.slice(start), tables, DIALECTS[start % DIALECTS.length]);
    expect(facts.items.length).toBe(facts.output.columns.length);
  }
});

const many = (count: number, part: (i: number) => string, between: string) =>
  Array.from({ length: count }, (_, i) => part(i)).join(between);

const long: readonly [what: string, sql: string][] = [
  ['set operations', many(3000, i => `select ${i} as n`, ' union all ')],
  ['AND', `select id from orders where ${many(5000, i => `amount > ${i}`, ' and ')}`],
  ['OR', `select id from orders where ${many(5000, i => `amount > ${i}`, ' or ')}`],
  ['concatenation', `select ${many(5000, () => 'amount', ' || ')} as id from orders`],
  ['joins', `select orders.id from orders ${many(400, i => `left join customers c${i} on c${i}.id = orders.id`, ' ')}`],
  ['parentheses', `select ${'('.repeat(3000)}id${')'.repeat(3000)} as id from orders`],
  ['subqueries', `${'select * from ('.repeat(60)}select id from orders${') t'.repeat(60)}`],
  ['aliases', `select id as a0, ${many(2000, i => `a${i} + 1 as a${i + 1}`, ', ')} from orders`],
  ['CASE', `select ${'case when amount then '.repeat(300)}1${' end'.repeat(300)} as id from orders`],
  [
    'CTEs',
    `with a0 as (select id from orders), ${many(2000, i => `a${i + 1} as (select * from a${i})`, ', ')} select * from a2000`,
  ],
  ['values', `select * from (values ${many(5000, i => `(${i}, 'x')`, ', ')}) t (id, y)`],
];

test('a nest deeper than the parser follows is unknown', () => {
  const sql = `${'select * from ('.repeat(3000)}select id from orders${') t'.repeat(3000)}`;
  expect(infer(sql, tables).output.isComplete).toBe(false);
});

test.each(long)('long chains and deep nests cost neither the stack nor the time: %s', (_, sql) => {
  const started = performance.now();
  const facts = infer(sql, tables, 'snowflake');
  expect(facts.output.columns.length).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(5000);
});
