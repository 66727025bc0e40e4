import { expect, test } from 'vitest';
import type { CandidateKey } from '../../server/src/project/facts.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations } from './infer.ts';

const tables: Relations = {
  orders: 'id, customer_id, amount, day',
  customers: 'id, name',
  raw: '…',
  lines: 'order_id!, line!, amount, kind',
  rates: 'currency, day, rate',
};
const declared: Readonly<Record<string, readonly CandidateKey[]>> = {
  orders: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
  customers: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
  raw: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
  lines: [{ columns: ['line', 'order_id'], because: 'combination test', by: 'declared' }],
  rates: [{ columns: ['currency', 'day'], because: 'combination test', by: 'declared' }],
};

const cases: readonly [sql: string, keys: string, dialect?: Dialect][] = [
  ['select customer_id, sum(amount) as s from orders group by customer_id', 'customer_id'],
  ['select customer_id as c, day, sum(amount) as s from orders group by 1, 2', 'c+day'],
  ['select customer_id, sum(amount) as s from orders group by customer_id, day', ''],
  ['select lower(day) as d, count(*) as n from orders group by lower(day)', 'd'],
  ['select lower(day) as d, count(*) as n from orders group by d', 'd', 'snowflake'],
  ['select customer_id, day, count(*) as n from orders group by all', 'customer_id+day', 'snowflake'],
  ['select customer_id, sum(amount) / count(*) as n from orders group by all', 'customer_id', 'snowflake'],
  ["select 'x' as c from orders group by all", '', 'duckdb'],
  [
    'with a as (select count(*) as n from orders group by id) select n, count(*) as m from a group by all',
    'n',
    'duckdb',
  ],
  ['select customer_id, day, count(*) as n from orders group by rollup (customer_id, day)', ''],
  ['select customer_id, customer_id, count(*) as n from orders group by customer_id', ''],
  ['select distinct customer_id, day from orders', 'customer_id+day'],
  ['select distinct id, day from orders', 'id'],
  ['select distinct on (customer_id) customer_id, day from orders', 'customer_id', 'postgres'],
  ['select * from orders', 'id'],
  ['select id as order_id, amount from orders where amount > 1', 'order_id'],
  ['select amount from orders', ''],
  ['select id, unnest(day) as d from orders', '', 'duckdb'],
  ['select * from raw', 'id'],
  [
    'with source as (select * from raw), renamed as (select id as order_id, x from source) select * from renamed',
    'order_id',
  ],
  ['select *, 1 as id from raw', ''],
  ['select * exclude (id) from raw', '', 'snowflake'],
  ['select o.* from orders o left join customers c on c.id = o.customer_id', 'id'],
  ['select o.id, c.name from orders o join customers c on o.customer_id = c.id and c.name > 1', 'id'],
  ['select o.id, c.name from orders o left join customers c on c.name = o.customer_id', ''],
  ['select o.id, c.name from orders o left join customers c on c.id = c.name', ''],
  ['select o.id, c.name from orders o full join customers c on c.id = o.customer_id', ''],
  ['select o.id from orders o, customers c', ''],
  ['select o.id from orders o cross join customers c', ''],
  ['select id, name from orders join customers using (id)', 'id'],
  ['select o.id from orders o left semi join customers c on c.name = o.day', 'id', 'sparksql'],
  [
    'select customer_id, day from orders qualify row_number() over (partition by customer_id order by day) = 1',
    'customer_id',
    'snowflake',
  ],
  [
    'select customer_id, row_number() over (partition by customer_id order by day) as rn from orders qualify rn = 1',
    'customer_id',
    'snowflake',
  ],
  ['select customer_id from orders qualify rank() over (partition by customer_id order by day) = 1', '', 'snowflake'],
  [
    'select customer_id from orders qualify row_number() over (partition by customer_id order by day) = 2',
    '',
    'snowflake',
  ],
  [
    'with r as (select *, row_number() over (partition by customer_id order by day) as rn from orders) select customer_id as c, day from r where rn = 1',
    'c',
  ],
  [
    'select customer_id from (select *, row_number() over (partition by customer_id, day order by id) as rn from orders) where rn = 1',
    '',
  ],
  [
    'select customer_id, x from (select *, row_number() over (partition by customer_id order by x) as rn from raw) where rn = 1',
    '',
  ],
  ['select id from orders union all select id from orders', ''],
  ['select id from orders \uE000', ''],
  [
    'with a as (select day, count(*) as n from orders group by 1) select a.day as d, o.id from orders o left join a on a.day = o.day',
    'id',
  ],
  ['with a (d, n) as (select day, count(*) from orders group by day) select n, d from a', 'd'],

  // One row at most.
  ['select count(*) as n, max(day) as last from orders', '(one row)'],
  ['select max(n) as n from (select count(*) as n from orders group by day) as t having max(n) > 1', '(one row)'],
  ['select 1 as a, 2 as b', '(one row)'],
  ['select id from orders order by day limit 1', '(one row)'],
  ['select id from orders order by day limit 2', 'id'],
  ['select top 1 id from orders order by day', '(one row)', 'tsql'],
  ['select top 1 with ties id from orders order by day', 'id', 'tsql'],
  ['select id from orders order by day fetch first 1 rows with ties', 'id', 'postgres'],
  ['select sum(amount) over (partition by day) as total from orders', ''],
  ['select count(*) as n, unnest([1, 2]) as x from orders', '', 'duckdb'],
  ['with t as (select max(day) as last from orders) select o.id, t.last from orders o cross join t', 'id'],
  ['with t as (select max(day) as last from orders) select o.id, t.last from orders o, t', 'id'],
  ['select id from orders qualify row_number() over (order by day) = 1', '(one row)', 'snowflake'],

  // Joins keep keys of either side.
  ['select l.order_id, l.line, o.day from lines l join orders o on o.id = l.order_id', 'line+order_id'],
  ['select o.id, l.line, o.day from orders o join lines l on o.id = l.order_id', 'id+line'],
  ['select o.id, l.line, o.day from orders o left join lines l on o.id = l.order_id', 'id+line'],
  ['select l.order_id, l.line from orders o left join lines l on o.id = l.order_id', ''],
  ['select o.id, l.amount from orders o left join lines l on o.id = l.order_id', ''],
  ['select o.id, l.amount from orders o right join lines l on o.id = l.order_id', ''],
  ['select l.order_id, l.line from orders o right join lines l on o.id = l.order_id', 'line+order_id'],
  ['select o.id, l.amount from orders o join lines l on o.id = l.order_id and l.line = 1', 'id'],
  ['select o.id, l.amount from orders o left join lines l on o.id = l.order_id and l.line = 1', 'id'],
  ['select o.id, l.amount from orders o left join lines l on o.id = l.order_id where l.line = 1', 'id'],
  ['select o.id, r.rate from orders o left join rates r on r.day = o.day', ''],
  ['select o.id, r.rate from orders o left join rates r on r.day = o.day and r.currency = o.customer_id', 'id'],
  ['select o.id, r.rate from orders o left join rates r on r.day = o.day and r.currency > o.customer_id', ''],
  ['select o.id, c.id as cid from orders o cross join customers c', 'cid+id'],
  ['select o.id, c.name from orders o full join customers c on c.id = o.customer_id', ''],
  ['select o.id from orders o asof join rates r on r.currency = o.customer_id and r.day <= o.day', 'id', 'duckdb'],
  ['select id, line from orders join lines on order_id = id where line in (1)', 'id'],
  [
    'select l.order_id, l.line, c.name from lines l join orders o on o.id = l.order_id left join customers c on c.id = o.customer_id',
    'line+order_id',
  ],

  // UNNEST loses them, but for the offset.
  ['select o.id, x from orders o cross join unnest(o.day) as x', '', 'bigquery'],
  ['select o.id, i from orders o cross join unnest(o.day) as x with offset as i', 'i+id', 'bigquery'],
  ['select o.id, f.value from orders o, lateral flatten(input => o.day) f', '', 'snowflake'],

  // What follows from a key adds nothing to GROUP BY.
  [
    'select o.customer_id, c.name, count(*) as n from orders o join customers c on c.id = o.customer_id group by 1, 2',
    'customer_id+name customer_id',
  ],
  ['select c.name, count(*) as n from orders o join customers c on c.id = o.customer_id group by c.id, c.name', ''],
  ['select customer_id, count(*) as n from orders where day = 1 group by customer_id, day', 'customer_id'],
  ["select customer_id, 'x' as kind, count(*) as n from orders group by customer_id, 2", 'customer_id'],
  ["select distinct customer_id, 'x' as kind from orders", 'customer_id'],
  ['select distinct customer_id, day from orders where day is null', 'customer_id'],

  // Hashes, casts and concatenations stand for what they are made of.
  ['select md5(order_id) as k, amount from lines', ''],
  ["select md5(order_id || '-' || line) as k, amount from lines", 'k'],
  ['select md5(order_id || line) as k, amount from lines', 'k'],
  ["select md5(order_id || '-' || line) as k, order_id, line from lines", 'line+order_id k'],
  ['select cast(id as varchar) as order_id from orders', 'order_id', 'duckdb'],
  ['select cast(day as date) as d, count(*) as n from orders group by day', ''],
  ["select md5(customer_id || '-' || day) as k, count(*) as n from orders group by customer_id, day", 'k'],
  [
    "with h as (select md5(order_id || '-' || line) as k, order_id, line from lines) select k, amount from h join lines using (order_id, line)",
    'k',
  ],

  // row_number() = 1, through several steps.
  [
    'with r as (select *, row_number() over (partition by customer_id order by day) as rn from orders), s as (select * from r), t as (select customer_id as c, day, rn from s) select c, day from t where rn = 1',
    'c',
  ],
  [
    'with r as (select *, row_number() over (partition by customer_id order by day) as rn from orders) select customer_id, day from r where rn <= 1',
    'customer_id',
  ],
  ['select customer_id from orders where day <= 1', ''],
  [
    'with r as (select *, row_number() over (partition by customer_id order by day) as rn from orders) select c.id, r.day from customers c left join r on r.customer_id = c.id and r.rn = 1',
    'id',
  ],
  [
    'with r as (select *, rank() over (partition by customer_id order by day) as rn from orders) select customer_id as c, day from r where rn = 1',
    '',
  ],

  // Branches that a literal tells apart.
  ["select 'a' as kind, id from orders union all select 'b', id from customers", 'id+kind'],
  ["select 'a' as kind, id from orders union all select 'a', id from customers", ''],
  ["select 'a' as kind, id, day from orders union all select 'b', order_id, line from lines", 'day+id+kind'],
  ["select 'a' as kind, day from orders union all select 'b', id from customers", ''],
  [
    "with a as (select id, 'a' as kind from orders), b as (select id, 'b' as kind from customers), u as (select * from a union all select * from b) select * from u",
    'id+kind',
  ],
  ['select id, day from orders where day = 1 union all select id, day from orders where day = 2', 'day+id'],
  ['select id, day from orders union select id, name from customers', 'day+id'],
  ['select id, day from orders union distinct select id, name from customers', 'day+id', 'bigquery'],
  ['select id from orders except select id from customers', 'id'],
  ['select id from orders intersect select order_id from lines', 'id'],
];

test.each(cases)('%s', (sql, expected, dialect) => {
  const facts = infer(sql, tables, dialect, false, declared);
  expect(facts.keys.map(key => key.columns.join('+') || '(one row)').join(' ')).toBe(expected);
});

test('a key goes through thousands of CTEs, whichever is asked first', () => {
  const steps = Array.from(
    { length: 3000 },
    (_, i) => `s${i} as (select id, day from ${i === 0 ? 'orders' : `s${i - 1}`})`,
  );
  const facts = infer(`with ${steps.join(', ')} select * from s2999`, tables, 'snowflake', false, declared);
  expect(facts.keys.map(key => key.columns)).toEqual([['id']]);
});
