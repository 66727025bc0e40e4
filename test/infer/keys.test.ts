import { expect, test } from 'vitest';
import type { CandidateKey } from '../../server/src/project/facts.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations } from './infer.ts';

const tables: Relations = {
  orders: 'id, customer_id, amount, day',
  customers: 'id, name',
  raw: '…',
};
const declared: Readonly<Record<string, readonly CandidateKey[]>> = {
  orders: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
  customers: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
  raw: [{ columns: ['id'], because: 'unique test', by: 'declared' }],
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
];

test.each(cases)('%s', (sql, expected, dialect) => {
  const facts = infer(sql, tables, dialect, false, declared);
  expect(facts.keys.map(key => key.columns.join('+')).join(' ')).toBe(expected);
});
