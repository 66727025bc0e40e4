/** Quality checks run on DuckDB: each returns the rows that were made wrong, and those alone; nothing where all is well. */

import { beforeEach, describe, expect, it } from 'vitest';
import { contextFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { type Database, openDatabase } from '../duckdb/database.ts';
import { rendered } from './context.ts';

const ROOT = 'file:///shop';
const FILES: { readonly [path: string]: string } = {
  'dbt_project.yml': 'name: shop\nversion: "1.0.0"\nprofile: shop\n',
  'grainline.yml': 'dialect: duckdb\n',
  'models/dim_customers.sql': "select cast(id as integer) as customer_id from {{ source('shop', 'customers') }}\n",
  'models/stg_orders.sql':
    "select cast(id as integer) as order_id, cast(amount as decimal(18, 2)) as order_amount from {{ source('shop', 'orders') }}\n",
  'models/fct_orders.sql':
    "select cast(id as integer) as order_id, cast(customer as integer) as customer_id, status, cast(amount as decimal(18, 2)) as order_amount, cast(ordered_at as timestamp) as ordered_at from {{ source('shop', 'orders') }}\n",
  'models/schema.yml': `sources:
  - name: shop
    tables: [{ name: orders }, { name: customers }]
models:
  - name: dim_customers
    columns: [{ name: customer_id, data_tests: [unique, not_null] }]
  - name: fct_orders
    columns:
      - { name: order_id, data_tests: [unique, not_null] }
      - name: customer_id
        data_tests: [{ relationships: { to: ref('dim_customers'), field: customer_id } }]
`,
};

const CHECKS = ['completeness', 'uniqueness', 'freshness', 'volume', 'referential', 'distribution', 'reconciliation'];

/** The checks by the end of their files' names. */
const checks: readonly (readonly [string, string])[] = (() => {
  const workspace = new Workspace({ rules: RULES });
  workspace.apply(Object.entries(FILES).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const kind = kindById('quality-checks');
  const context = kind && contextFor(workspace.projectQueries, ROOT, kind);
  if (!kind || !context) throw new Error('There is no kind quality-checks.');
  const answers = {
    from: 'fct_orders',
    checks: CHECKS,
    loaded_at: 'ordered_at',
    column: 'status',
    max_percent: '60',
    other: 'stg_orders',
    measure: 'order_amount',
    min_rows: '2',
    max_rows: '4',
  };
  const planned = planFiles(kind, answers, context, ROOT);
  if ('problem' in planned) throw new Error(planned.problem);
  return planned.files.map(({ uri, text }) => [uri.replace(/^.*fct_orders_|\.sql$/g, ''), rendered(text)] as const);
})();

it('are written for each kind', () => {
  expect(checks.map(([name]) => name.replace(/_customer_id$/, '')).sort()).toEqual([...CHECKS].sort());
});

/** Three orders a day for four days up to now, of three customers and three statuses. */
const SOUND = [
  'create table dim_customers as select unnest([1, 2, 3]) as customer_id',
  `create table fct_orders as
    select
        i::integer as order_id,
        (i % 3 + 1)::integer as customer_id,
        'status ' || i % 3 as status,
        10.00::decimal(18, 2) as order_amount,
        date_trunc('day', now()::timestamp) - interval (i // 3) day as ordered_at
    from range(12) as numbers(i)`,
  'create table stg_orders as select order_id, order_amount from fct_orders',
];

describe('rows made wrong', () => {
  let database: Database;

  beforeEach(async () => {
    database = await openDatabase();
    for (const statement of SOUND) await database.run(statement);
  });

  const none = {};
  it.each<readonly [string, { readonly [check: string]: readonly (readonly unknown[])[] | number }]>([
    ['select 1', none],
    ['update fct_orders set ordered_at = null where order_id = 4', { completeness: [[4, null]] }],
    ['update fct_orders set order_id = null where order_id = 4', { completeness: 1 }],
    ['update fct_orders set order_id = 5 where order_id = 4', { uniqueness: [[5, '2']] }],
    ['update fct_orders set customer_id = 9 where order_id in (4, 5)', { referential_customer_id: [[9, '2']] }],
    // Nobody is nobody: only references that lead nowhere are wrong.
    ['update fct_orders set customer_id = null where order_id = 4', none],
    ["update fct_orders set status = 'status 0' where order_id > 3", { distribution: 1 }],
    ['update fct_orders set ordered_at = ordered_at - interval 9 day', { freshness: 1 }],
    ['update fct_orders set order_amount = 11 where order_id = 4', none],
    ['update fct_orders set order_amount = 12 where order_id = 4', { reconciliation: [['122.00', '120.00', '2.00']] }],
    ['update fct_orders set order_amount = 8 where order_id = 4', { reconciliation: [['118.00', '120.00', '-2.00']] }],
    // One of a day's three may be missing, two may not.
    ['delete from fct_orders where order_id = 4', { reconciliation: 1 }],
    ['delete from fct_orders where order_id in (3, 4)', { reconciliation: 1, volume: 1 }],
    ['delete from fct_orders where order_id in (3, 4, 5)', { reconciliation: 1, volume: 1 }],
    [
      'insert into fct_orders select order_id + 100, customer_id, status, 0, ordered_at from fct_orders where order_id in (3, 4)',
      { volume: 1 },
    ],
    ['delete from fct_orders', { freshness: 1, reconciliation: 1, volume: 1 }],
  ])('%s', async (statement, expected) => {
    await database.run(statement);
    const found: { [check: string]: unknown } = {};
    for (const [name, sql] of checks) {
      const rows = await database.rows(sql);
      if (rows.length > 0) found[name] = typeof expected[name] === 'number' ? rows.length : rows;
    }
    expect(found).toEqual(expected);
  });
});
