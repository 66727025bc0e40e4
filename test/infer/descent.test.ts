import { expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, type Relations } from './infer.ts';

const tables: Relations = {
  orders: 'id, customer_id, amount, status',
  customers: 'id, name',
  raw: 'id, …',
};

/** For each column its derivation, `*` when it is named here, and the columns it comes from. */
const cases: readonly [sql: string, descent: readonly string[], dialect?: Dialect][] = [
  ['select id, amount as total from orders', ['id passthrough orders.id', 'total rename* orders.amount']],
  ['select id as id, ID as "Id" from orders', ['id passthrough orders.id', 'Id passthrough orders.id']],
  ['select * from customers', ['id star customers.id', 'name star customers.name']],
  [
    'select amount * 2 as d, amount + id as e from orders',
    ['d transform* orders.amount', 'e transform* orders.amount orders.id'],
  ],
  ['select sum(amount) as s, count(*) as n from orders', ['s aggregate* orders.amount', 'n aggregate*']],
  ['select sum(amount) over (partition by status) as s from orders', ['s transform* orders.amount orders.status']],
  [
    "select 1 as a, -1 as b, cast('x' as date) as c, null as d",
    ['a literal*', 'b literal*', 'c literal*', 'd literal*'],
  ],
  ['select current_date as a', ['a transform*']],
  ['select \uE000 + amount as a from orders', ['a unknown* orders.amount']],
  ['select nobody as a, id from lost', ['a unknown*', 'id unknown']],
  // Through CTEs and subqueries to the nodes of the project.
  [
    'with a as (select * from orders) select id, amount as total from a',
    ['id passthrough orders.id', 'total rename* orders.amount'],
  ],
  [
    'with a as (select * from orders) select * exclude (id, status) from a',
    ['customer_id star orders.customer_id', 'amount star orders.amount'],
    'snowflake',
  ],
  [
    'with a as (select amount as x from orders), b as (select x as amount from a) select * from b',
    ['amount passthrough* orders.amount'],
  ],
  [
    'with a as (select amount * 2 as x from orders), b as (select x as y, x from a) select * from b',
    ['y transform* orders.amount', 'x transform* orders.amount'],
  ],
  [
    'with a as (select sum(amount) as x from orders) select x, x + 1 as y from a',
    ['x aggregate* orders.amount', 'y transform* orders.amount'],
  ],
  [
    'with source as (select * from raw), r as (select id as k, other from source) select * from r',
    ['k rename* raw.id', 'other passthrough raw.other'],
  ],
  [
    'with s as (select * rename (id as k) from raw) select k, id, x from s',
    ['k rename* raw.id', 'id unknown', 'x passthrough raw.x'],
    'snowflake',
  ],
  ['with s as (select raw.*, customers.* from raw join customers on true) select x from s', ['x passthrough raw.x']],
  ['with s as (select * from raw a, raw b) select x from s', ['x unknown']],
  [
    'select (select max(name) from customers c where c.id = o.customer_id) as n from orders o',
    ['n transform* customers.name'],
  ],
  ['select id from orders union all select id from customers', ['id transform orders.id customers.id']],
  ['select id from orders union all select id from orders where amount > 1', ['id passthrough orders.id']],
  [
    'select amount as a, a + 1 as b, a as c from orders',
    ['a rename* orders.amount', 'b transform* orders.amount', 'c rename* orders.amount'],
    'snowflake',
  ],
  [
    'select id, name from orders o full join customers c using (id)',
    ['id transform orders.id customers.id', 'name passthrough customers.name'],
  ],
  ['select status.kind as k from orders', ['k transform* orders.status'], 'bigquery'],
];

test.each(cases)('%s', (sql, expected, dialect) => {
  const { columns } = infer(sql, tables, dialect).output;
  const told = columns.map(column => {
    const origins = column.origins.map(origin => ` ${origin.node.replace('model.', '')}.${origin.column}`).join('');
    return `${column.name} ${column.derivation}${column.definedHere ? '*' : ''}${origins}`;
  });
  expect(told).toEqual(expected);
});
