import type { Proof } from './prove.ts';

/** Fixes that keep every row and value. */
export const proofs: readonly Proof[] = [
  {
    rule: 'not-in-nullable',
    fix: 'Leave out the NULLs',
    // Without a NULL in the way both say the same; with one the first says nothing at all.
    sql: "select id from {{ ref('a') }} where id not in (select n from {{ ref('b') }} where kind = 'x' or kind = 'y')",
  },
  {
    rule: 'not-in-nullable',
    fix: 'Write NOT EXISTS',
    sql: "select id from {{ ref('a') }} where id not in (select n from {{ ref('b') }} where kind = 'x' or kind = 'y')",
  },
  {
    rule: 'not-in-nullable',
    fix: 'Write NOT EXISTS',
    sql: "select id, n from {{ ref('a') }} where (id + 1, id) not in (select n, n - 1 from {{ ref('b') }} where price >= 0 and price < 3) and id > 0",
  },
  {
    rule: 'outer-join-undone',
    fix: 'Write INNER JOIN',
    sql: "select a.id, b.price from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.a_id = a.id where b.price > 1",
  },
  {
    rule: 'outer-join-undone',
    fix: 'Write INNER JOIN',
    sql: "select a.id, b.price from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.a_id = a.id or b.n = a.n where lower(b.kind) <> 'y' and a.id > 0",
  },
  {
    rule: 'select-star',
    sql: "select x.*, y.price, y.kind from {{ ref('a') }} as x join {{ ref('b') }} as y on y.a_id = x.id",
  },
  {
    rule: 'select-star',
    sql: "select 1 as one, * from {{ ref('a') }} join (select b_id as id, weight from {{ ref('c') }}) as z using (id)",
  },
  {
    rule: 'unused-join',
    sql: "select b.id, b.price from {{ ref('b') }} as b left join {{ ref('a') }} as a on a.id = b.a_id where b.n >= 0",
  },
  {
    rule: 'distinct-hides-duplicates',
    sql: "select distinct kind, day, count(*) as n from {{ ref('b') }} group by kind, day",
  },
  {
    rule: 'distinct-hides-duplicates',
    sql: "select distinct kind, max(price) over (partition by kind) as top from {{ ref('b') }} qualify row_number() over (partition by kind order by price) = 1",
  },
  {
    rule: 'unused-cte',
    sql: "with x as (select id from {{ ref('a') }}), y as (select kind from {{ ref('b') }}) select count(*) as n from y",
  },
  {
    rule: 'order-by-without-limit',
    sql: "with x as (select id, n from {{ ref('a') }} order by n desc, id) select x.id, b.kind from x join {{ ref('b') }} as b on b.a_id = x.id",
  },
  { rule: 'unused-alias', sql: "select id, name from {{ ref('a') }} as x where n > 0" },
  {
    rule: 'cross-join',
    sql: "{{ config(materialized='table') }} select a.id, b.kind from {{ ref('a') }} as a, {{ ref('b') }} as b",
    fix: 'Write CROSS JOIN',
  },
  {
    rule: 'union-drops-duplicates',
    fix: 'Write UNION DISTINCT',
    sql: "select kind, 'b' as origin from {{ ref('b') }} union select name, 'c' from {{ ref('c') }}",
  },
  {
    rule: 'unqualified-column',
    sql: "select name, price from {{ ref('a') }} as a join {{ ref('b') }} as b on b.a_id = a.id",
  },
  { rule: 'unnamed-output-column', keeps: 'names', sql: "select id, lower(name), n + 1 from {{ ref('a') }}" },
  { rule: 'trailing-semicolon', sql: "select id from {{ ref('a') }};" },
  ...[
    "select a.id, (select max(b.price) from {{ ref('b') }} as b where b.a_id = a.id) as top from {{ ref('a') }} as a",
    "select a.id, (select count(*) from {{ ref('b') }} as b where a.id = b.a_id and b.n > 0) as n from {{ ref('a') }} as a where a.id > 1",
    "select a.id, 1 + (select coalesce(sum(b.price), 0) from {{ ref('b') }} as b where b.a_id = a.id and (b.n = 0 or b.n = 2)) as total from {{ ref('a') }} as a",
    "select b.id, b.kind from {{ ref('b') }} as b where b.price = (select max(other.price) from {{ ref('b') }} as other where other.kind = b.kind)",
    "select a.*, (select count(distinct b.kind) from {{ ref('b') }} as b join {{ ref('c') }} as c on c.b_id = b.id where b.a_id = a.id and b.day = a.day) as kinds from {{ ref('a') }} as a",
    "select t.name, (select min(b.price) from {{ ref('b') }} as b where b.kind = t.name) as least, row_number() over (order by t.id) as n from {{ ref('a') }} as t left join {{ ref('c') }} as c on c.name = t.name",
  ].map((sql): Proof => ({ rule: 'correlated-subquery', fix: 'Join the grouped rows', sql })),
  ...[
    "with x as (select count(*) as n, sum(price) as s from {{ ref('b') }} where kind = 'x' and n >= 0), y as (select count(n) as n, min(day) as s from {{ ref('b') }} where kind = 'y' and n >= 0), z as (select count(distinct id) as n, avg(price) as s from {{ ref('b') }} where n >= 0 and kind = 'nobody') select x.n, x.s, y.n + z.n as more, y.s as day, z.s from x cross join y cross join z",
    "select p.n as a, q.n as b, r.n as c from (select max(price) as n from {{ ref('b') }} where n = 2) as p, (select max(price) as n from {{ ref('b') }} where n = 0) as q, (select max(price) as n from {{ ref('b') }} where n = 5) as r",
  ].map((sql): Proof => ({ rule: 'repeated-scan', fix: 'Compute them in one pass', sql })),
  ...[
    "made::date = date '2024-01-01'",
    "cast(made as date) >= '2024-01-31'",
    "date_trunc('month', made) = date '2024-01-01'",
    "date_trunc('month', day) <= '2024-01-01'",
    "date_trunc('quarter', made) > '2023-10-01'",
    'year(made) = 2024',
    'extract(year from day) < 2024',
    '2024 <= year(made)',
    "strftime(made, '%Y-%m') = '2024-01'",
    "strftime(made, '%Y-%m-%d') > '2024-01-01'",
    "date_part('year', made) = 2023",
    'made::date < current_date',
    "date_trunc('month', made) < date_trunc('month', current_date)",
    "made::date between '2024-01-01' and '2024-01-31'",
    'year(made) between 2023 and 2024',
    "date_trunc('month', day) between date '2024-01-01' and date '2024-02-01'",
    "strftime(made, '%Y-%m') between '2023-12' and '2024-01'",
  ].map(
    (condition): Proof => ({
      rule: 'filter-wraps-column',
      fix: 'Compare with a range',
      sql: `select id, made, day from {{ ref('a') }} where ${condition} and id > 0`,
    }),
  ),
];
