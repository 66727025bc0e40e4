import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { infer, names, type Relations, resolved } from './infer.ts';

const tables: Relations = {
  orders: 'id, customer_id, amount, status',
  customers: 'id, name, region',
  events: 'id, payload, …',
  raw: '…',
};

/** A query, the reference that is asked about, and what it means. */
const cases: readonly [sql: string, reference: string, meaning: string, dialect?: Dialect][] = [
  ['select amount from orders', 'amount', 'column orders.amount'],
  ['select AMOUNT from orders', 'AMOUNT', 'column orders.amount'],
  ['select o.amount from orders o', 'o.amount', 'column o.amount'],
  ['select orders.amount from shop.orders', 'orders.amount', 'column orders.amount'],
  ['select shop.orders.amount from shop.orders', 'shop.orders.amount', 'column orders.amount'],
  ['select orders.amount from "db"."shop"."orders"', 'orders.amount', 'column orders.amount'],
  ['select orders.amount from `p.shop.orders`', 'orders.amount', 'column orders.amount', 'bigquery'],
  ['select orders.amount from orders o', 'orders.amount', 'missing relation'],
  ['select o.amont from orders o', 'o.amont', 'missing o'],
  ['select amont from orders', 'amont', 'missing anywhere'],
  ['select id from orders, customers', 'id', 'ambiguous orders customers'],
  ['select name from orders, customers', 'name', 'column customers.name'],
  // A list that may not be the whole list proves nothing.
  ['select id from orders, events', 'id', 'unknown'],
  ['select kind from events', 'kind', 'assumed events.kind'],
  ['select e.kind from events e, raw', 'e.kind', 'assumed e.kind'],
  ['select kind from events, raw', 'kind', 'unknown'],
  ['select amount from orders, raw', 'amount', 'column orders.amount'],
  ['select id from orders join customers using (id)', 'id', 'column merged orders.id'],
  ['select id from orders natural join customers', 'id', 'column merged orders.id'],
  ['select orders.id from orders join customers using (id)', 'orders.id', 'column orders.id'],
  // Two columns of one name; one of them may be there in a list only.
  ['select t.id from (select *, amount as id from orders) t', 't.id', 'ambiguous t'],
  ['select t.id from (select *, payload as id from events) t', 't.id', 'unknown'],
  // Snowflake lets ON see names of the list.
  ['select amount as a from orders o join customers c on a = c.id', 'a', 'alias a', 'snowflake'],
  ['select amount as a from orders o join customers c on a = c.id', 'a', 'missing anywhere, hidden alias', 'trino'],
  // Each ON sees its own join and those before it.
  [
    'select 1 from orders o join customers c on customer_id = c.id join customers d on d.id = c.id',
    'customer_id',
    'column o.customer_id',
  ],
  ['select 1 from orders o join customers c on name = status join customers d on d.id = c.id', 'name', 'column c.name'],
  // Where a comma joins like a JOIN, ON sees what stands in front of it.
  [
    'select 1 from orders o, customers d left join customers c on o.status = c.name',
    'o.status',
    'column o.status',
    'bigquery',
  ],
  ['select 1 from orders o, customers d left join customers c on o.status = c.name', 'o.status', 'column o.status'],
  [
    'select 1 from orders o, customers d left join customers c on o.status = c.name',
    'o.status',
    'missing relation',
    'snowflake',
  ],
  // Where nobody says the dialect, what stands in double quotes may be a text.
  ['select 1 from raw where kind = "open"', '"open"', 'unknown'],
  ['select 1 from raw where kind = "open"', '"open"', 'assumed raw.open', 'postgres'],
  // Quotes and case, by dialect.
  ['select "amount" from orders', '"amount"', 'column orders.amount', 'postgres'],
  ['select "AMOUNT" from orders', '"AMOUNT"', 'column orders.amount', 'snowflake'],
  ['select "amount" from orders', '"amount"', 'unknown', 'snowflake'],
  ['select "nothing" from orders', '"nothing"', 'missing anywhere', 'snowflake'],
  // Aliases of the same list.
  ['select amount as a, a + 1 as b from orders', 'a', 'alias a', 'snowflake'],
  ['select amount as a, a + 1 as b from orders', 'a', 'alias a', 'ansi'],
  ['select amount as a, a + 1 as b from orders', 'a', 'missing anywhere, hidden alias', 'bigquery'],
  ['select amount as a, a + 1 as b from orders', 'a', 'missing anywhere, hidden alias', 'postgres'],
  ['select a + 1 as b, amount as a from orders', 'a', 'missing anywhere, hidden alias', 'snowflake'],
  ['select lower(status) as status, status || 1 as b from orders', 'status', 'column orders.status', 'snowflake'],
  ['select amount as a from raw where a > 1', 'a', 'unknown', 'snowflake'],
  ['select amount as a from orders where a > 1', 'a', 'missing anywhere, hidden alias', 'redshift'],
  ['select amount as a from orders order by a', 'a', 'alias a', 'postgres'],
  ['select amount as a from orders group by a', 'a', 'alias a', 'postgres'],
  ['select max(amount) as a from orders having a > 1', 'a', 'alias a', 'bigquery'],
  ['select max(amount) as a from orders having a > 1', 'a', 'missing anywhere, hidden alias', 'postgres'],
  // Structs and whole rows.
  ['select payload.user.name from events', 'payload.user.name', 'column events.payload.user.name', 'bigquery'],
  ['select e.payload.user from events e', 'e.payload.user', 'column e.payload.user', 'bigquery'],
  ['select to_json(o) from orders o', 'o', 'row o', 'postgres'],
  ['select item from orders, unnest(status) as item', 'item', 'row item', 'bigquery'],
  ['select item.sku from orders, unnest(status) as item', 'item.sku', 'assumed item.sku', 'bigquery'],
  ['select i.sku from orders o, o.items i', 'i.sku', 'assumed i.sku', 'redshift'],
  // Subqueries see what is around them, inner names first.
  ['select (select max(o.amount) from orders o where o.customer_id = c.id) from customers c', 'c.id', 'column c.id'],
  ['select (select max(amount) from orders where region = status) from customers c', 'region', 'column c.region'],
  ['select (select max(id) from orders) from customers', 'id', 'column orders.id'],
  ['select (select max(region) from raw) from customers', 'region', 'unknown'],
  ['select 1 from orders o join (select o.id from customers) x on true', 'o.id', 'missing relation', 'postgres'],
  ['select 1 from orders o join lateral (select o.id from customers) x on true', 'o.id', 'column o.id', 'postgres'],
  ['select 1 from orders o cross apply (select o.id as i) x', 'o.id', 'column o.id', 'tsql'],
  ['select value from orders, lateral flatten(input => orders.status) f', 'value', 'column f.VALUE', 'snowflake'],
  // Names that are no columns.
  ['select datediff(day, amount, status) from orders', 'day', 'no such reference', 'snowflake'],
  ['select date_trunc(amount, week(monday)) from orders', 'monday', 'unknown', 'bigquery'],
  ['select transform(status, x -> x + 1) from orders', 'x', 'no scope', 'databricks'],
  ['select _partitiontime from orders', '_partitiontime', 'unknown', 'bigquery'],
  ['select metadata$filename from orders', 'metadata$filename', 'unknown', 'snowflake'],
  ['select * from orders unpivot (v for k in (amount, status))', 'k', 'unknown', 'snowflake'],
  // An unknown placeholder may hold anything.
  ['select foo from orders \uE000', 'foo', 'unknown'],
  ['select foo, \uE000 from orders', 'foo', 'unknown'],
  ['select 1 as x union all select 2 order by x', 'x', 'output x'],
  ['with a as (select id from orders) select amount from a', 'amount', 'missing anywhere'],
  ['with a as (select id, count(*) from orders group by 1) select count from a', 'count', 'unknown', 'postgres'],
  ['with a as (select * from raw) select a.x from a', 'a.x', 'assumed a.x'],
  ['with a as (select * exclude (x) from raw) select a.x from a', 'a.x', 'missing a', 'snowflake'],
];

test.each(cases)('%s: %s', (sql, reference, meaning, dialect) => {
  expect(resolved(infer(sql, tables, dialect), sql, reference)).toBe(meaning);
});

describe('statements that change rows', () => {
  test('the names of a MERGE are those of target and source', () => {
    const sql = 'merge into orders t using customers s on t.id = s.id when matched then update set status = s.name';
    const facts = infer(sql, tables, 'snowflake');
    const [scope] = facts.statementScopes.values();
    expect(scope?.relations.map(relation => relation.name?.name)).toEqual(['t', 's']);
  });
});

describe('CTEs', () => {
  test('count who reads them', () => {
    const facts = infer(
      'with a as (select 1 as x), b as (select * from a, a as c), d as (select 2 as y) select * from b',
      tables,
    );
    const counts = [...facts.ctes.values()].map(cte => `${cte.node.name.name} ${cte.references.length}`);
    expect(counts).toEqual(['a 2', 'b 1', 'd 0']);
  });

  test('a recursive one reads itself', () => {
    const facts = infer(
      'with recursive n as (select 1 as i union all select i + 1 from n where i < 9) select i from n',
    );
    const [n] = facts.ctes.values();
    expect([n?.isRecursive, n?.references.length]).toEqual([true, 2]);
  });

  test('a model that is rendered under the name of a CTE is the model', () => {
    const sql = 'with orders as (select 1 as x) select * from orders';
    expect(names(infer(sql, tables).output)).toBe('x');
    expect(names(infer(sql, tables, 'ansi', true).output)).toBe('id customer_id amount status');
  });
});
