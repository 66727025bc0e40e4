import { expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, names, type Relations } from './infer.ts';

const tables: Relations = {
  orders: 'id, customer_id, amount, status',
  customers: 'id, name, region',
  events: 'id, payload, …',
};

const cases: readonly [sql: string, names: string, dialect?: Dialect][] = [
  ['select 1 as a, 2 b', 'a b'],
  ['select * from orders', 'id customer_id amount status'],
  ['select o.*, name from orders o join customers c on c.id = o.customer_id', 'id customer_id amount status name'],
  ['select orders.amount, count(*) from orders group by 1', 'amount _'],
  ['from orders', 'id customer_id amount status', 'duckdb'],
  ['from orders select id', 'id', 'duckdb'],
  ['select', '…'],
  ['select from orders', '…'],
  ['select * exclude (status) from orders', 'id customer_id amount', 'snowflake'],
  ['select * except (status, ID) from orders', 'customer_id amount', 'bigquery'],
  ['select * replace (amount / 100 as amount) from orders', 'id customer_id amount status', 'duckdb'],
  ['select * rename (id as order_id) from orders', 'order_id customer_id amount status', 'snowflake'],
  ['select * exclude (payload), 1 as x from events', 'id x …', 'snowflake'],
  ['select * replace (f(kind) as kind) from events', 'id payload kind …', 'bigquery'],
  ["select * ilike '%id%' from orders", '…', 'snowflake'],
  ['with a as (select id as x from orders), b as (select * from a) select b.*, 1 as one from b', 'x one'],
  ['with a (x, y) as (select id, name from customers) select * from a', 'x y'],
  // An inner WITH shadows an outer one, and only inside.
  [
    'with a as (select 1 as outer_a), b as (with a as (select 2 as inner_a) select * from a) select * from a, b',
    'outer_a inner_a',
  ],
  // A CTE that has the name of what it reads does not read itself.
  ['with orders as (select id from orders) select * from orders', 'id'],
  ['with recursive n as (select 1 as i union all select i + 1 from n) select * from n', 'i'],
  ['with n as (select 1 as i union all select i + 1 from n) select * from n', 'i', 'tsql'],
  ['select * from (select id, name from customers) c', 'id name'],
  ['select * from (values (1, 2), (3, 4)) as t (a, b)', 'a b'],
  ['select * from orders join customers using (id)', 'id customer_id amount status name region'],
  ['select * from orders natural join customers', 'id customer_id amount status name region'],
  [
    'select * from customers c join orders o using (id) join events e using (id)',
    'id name region customer_id amount status payload …',
  ],
  ['select c.*, o.* from orders o join customers c using (id)', 'id name region id customer_id amount status'],
  ['select c.*, o.* from orders o join customers c using (id)', 'name region customer_id amount status', 'trino'],
  ['select c.*, o.id from orders o join customers c on c.id = o.id', 'id name region id', 'trino'],
  [
    'select * from orders left semi join customers on orders.id = customers.id',
    'id customer_id amount status',
    'sparksql',
  ],
  ['select id as a from orders union all select id as b from customers', 'a'],
  ['select id as a, 1 as b from orders union all by name select id as c, 2 as b from customers', 'a b c', 'duckdb'],
  ['(select id from orders) order by 1', 'id'],
  ['select id from orders union (select name from customers) limit 1', 'id'],
  ['select payload.user.id, payload.name as n from events', 'id n', 'bigquery'],
  ['select amount::int, cast(id as text) from orders', 'amount id', 'postgres'],
  ['select amount::int, cast(id as text) from orders', '_ _', 'snowflake'],
  [
    'select * from orders, lateral flatten(input => status) f',
    'id customer_id amount status SEQ KEY PATH INDEX VALUE THIS',
    'snowflake',
  ],
  ['select id, item from orders cross join unnest(amount) as t (item)', 'id item', 'trino'],
  ['select * from orders cross join unnest(amount) as t (item)', 'id customer_id amount status item', 'trino'],
  ['select * from orders, unnest(amount) as item', 'id customer_id amount status …', 'bigquery'],
  ['select * from orders pivot (sum(amount) for status in (1, 2))', '…', 'snowflake'],
  [
    'select *, row_number() over (order by id) as n from orders qualify n = 1',
    'id customer_id amount status n',
    'snowflake',
  ],
  ['select distinct on (id) id, name from customers', 'id name', 'postgres'],
  ['select id, l.x from orders o, lateral (select o.id as x) l', 'id x', 'postgres'],
  ['select total = amount, id from orders', 'total id', 'tsql'],
  ['select * from nobody_knows', '…'],
  ['select a, b as c from nobody_knows', 'a c'],
  ['select id, \uE000 from orders', 'id …'],
  ['select id, \uE000 as total from orders', 'id total'],
  ['select id from orders \uE000', 'id …'],
  ['select as struct id, name from customers', '…', 'bigquery'],
  ['with a as (select id from orders', '…'],
];

test.each(cases)('%s', (sql, expected, dialect) => {
  expect(names(infer(sql, tables, dialect).output)).toBe(expected);
});

test('a list of a thousand columns passes through a hundred CTEs for the price of one', () => {
  const wide = Array.from({ length: 1000 }, (_, i) => `c${i}`).join(', ');
  const ctes = Array.from({ length: 100 }, (_, i) => `t${i} as (select * from ${i === 0 ? 'wide' : `t${i - 1}`})`);
  const facts = infer(`with ${ctes.join(', ')} select * from t99`, { wide });
  expect(facts.output.columns).toHaveLength(1000);
  expect(facts.output.columns).toBe([...facts.ctes.values()][0]?.output.columns);
});

test('columns that double at every step stop growing', () => {
  const ctes = Array.from({ length: 60 }, (_, i) => `t${i} as (select a.*, b.* from t${i - 1} a, t${i - 1} b)`);
  const facts = infer(`with ${ctes.join(', ')} select * from t59`.replaceAll('t-1', 'orders'), tables);
  expect(facts.output.isComplete).toBe(false);
});

test('each column knows the item that makes it', () => {
  const text = 'select c.*, o.amount / 2 as half from orders o join customers c on c.id = o.id';
  const facts = infer(text, tables);
  const written = facts.items.map(({ item, column }) => `${column.name}: ${item && text.slice(item.start, item.end)}`);
  expect(written).toEqual(['id: c.*', 'name: c.*', 'region: c.*', 'half: o.amount / 2 as half']);
});
