/**
 * What the generators write runs: dbt builds it on DuckDB with its tests, four loads give the history that plain loops give,
 * row by row, and a second run of each changes nothing.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateAll, ROOT } from '../generate/sample.ts';
import { expectedTables, type Fields } from './expected.ts';
import { LOADS } from './loads.ts';
import { type Ran, Warehouse } from './warehouse.ts';

const python = process.env['GRAINLINE_DBT_PYTHON'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'grainline-dbt-'));
const { workspace } = generateAll('duckdb');
for (const uri of workspace.projectQueries.files.uris()) write(uri.slice(ROOT.length + 1), workspace.textOf(uri) ?? '');
write(
  'profiles.yml',
  `sample: { target: dev, outputs: { dev: { type: duckdb, path: "${join(folder, 'sample.duckdb')}", threads: 2 } } }\n`,
);
const warehouse = new Warehouse(python, folder, join(folder, 'sample.duckdb'));

beforeAll(() => warehouse.create());
afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LOADS.map((load, i) => [i + 1, load] as const))('load %i', (number, load) => {
  let before: Awaited<ReturnType<typeof allTables>>;

  it('is built, and every test of the models holds', async () => {
    await warehouse.load(load);
    expect(complaints(await build())).toEqual([]);
    before = await allTables();
    expect(Object.keys(before).length).toBeGreaterThan(40);
  });

  it.each(Object.entries(expectedTables(LOADS.slice(0, number))))('%s', async (query, rows) => {
    expect(sorted(await warehouse.query(query))).toEqual(sorted(rows));
  });

  it('changes nothing when it is run again', async () => {
    // Without the tests, which have held just now.
    expect(complaints(await build('--exclude-resource-type', 'test'))).toEqual([]);
    const after = await allTables();
    for (const [table, rows] of Object.entries(before)) expect(after[table], table).toEqual(rows);
  });
});

it('has every version of customers whom the source overwrites and deletes', async () => {
  const versions = await warehouse.query(
    'select customer_id, name, email, is_active, city, valid_from, valid_to is null as is_open, is_current from dim_customer_versions',
  );
  const version = (
    id: number,
    name: string,
    email: string | null,
    active: boolean | null,
    city: string | null,
    from: string,
    open: boolean,
  ) => ({
    customer_id: id,
    name,
    email: email === null ? null : `${email}@example.com`,
    is_active: active,
    city,
    valid_from: `${from} 08:00:00`,
    is_open: open,
    is_current: open,
  });
  expect(sorted(versions)).toEqual(
    sorted([
      version(1, 'Ann', 'ann', true, 'Rome', '2024-01-01', false),
      version(1, 'Ann', null, true, 'Rome', '2024-03-01', false),
      version(1, 'Ann', 'ann', true, 'Rome', '2024-04-01', true),
      version(2, 'Bob', null, true, 'Oslo', '2024-01-02', false),
      version(2, 'Bob', 'bob', true, null, '2024-02-05', true),
      version(3, 'Cid', 'cid', null, null, '2024-01-03', false),
      version(3, 'Cid', 'cid', false, null, '2024-02-06', false),
      version(3, 'Cid', 'cid', null, null, '2024-04-06', true),
      version(4, 'Dot', 'dot', true, 'Bern', '2024-01-04', false),
      version(5, 'Eve', 'eve', true, 'Rome', '2024-02-07', true),
    ]),
  );
  expect(sorted(await warehouse.query('select customer_id, name, city, is_deleted from dim_customers_split'))).toEqual(
    sorted([
      { customer_id: 1, name: 'Ann', city: 'Rome', is_deleted: false },
      { customer_id: 2, name: 'Bob', city: null, is_deleted: false },
      { customer_id: 3, name: 'Cid', city: null, is_deleted: false },
      { customer_id: 4, name: 'Dot', city: 'Bern', is_deleted: true },
      { customer_id: 5, name: 'Eve', city: 'Rome', is_deleted: false },
    ]),
  );
  const previous = await warehouse.query(
    'select customer_id, email, previous_email, is_deleted from dim_customers_previous',
  );
  expect(sorted(previous)).toEqual(
    sorted([
      { customer_id: 1, email: 'ann@example.com', previous_email: null, is_deleted: false },
      { customer_id: 2, email: 'bob@example.com', previous_email: null, is_deleted: false },
      { customer_id: 3, email: 'cid@example.com', previous_email: null, is_deleted: false },
      { customer_id: 4, email: 'dot@example.com', previous_email: null, is_deleted: true },
      { customer_id: 5, email: 'eve@example.com', previous_email: null, is_deleted: false },
    ]),
  );
});

it('has dates as the calendar has them', async () => {
  const days = await warehouse.query('select * from dim_dates order by date_day');
  expect(days).toHaveLength(366);
  for (const day of days) {
    const date = new Date(`${day['date_day']}T00:00:00Z`);
    const month = date.getUTCMonth() + 1;
    const weekday = ((date.getUTCDay() + 6) % 7) + 1;
    const monday = new Date(date.getTime() - (weekday - 1) * 86_400_000).toISOString().slice(0, 10);
    expect(day).toMatchObject({
      date_key: date.getUTCFullYear() * 10_000 + month * 100 + date.getUTCDate(),
      day_of_week: weekday,
      day_name: date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }),
      is_weekend: weekday > 5,
      week_start_date: monday,
      month_name: date.toLocaleDateString('en', { month: 'long', timeZone: 'UTC' }),
      quarter_of_year: Math.ceil(month / 3),
      fiscal_year: month >= 4 ? 2025 : 2024,
      fiscal_quarter: month >= 4 ? Math.ceil(month / 3) - 1 : 4,
    });
  }
});

describe('the quality checks', () => {
  const CHECKS = [
    'completeness',
    'uniqueness',
    'volume',
    'referential_customer_key',
    'referential_tier_key',
    'referential_ordered_date_key',
    'distribution',
    'reconciliation',
    'freshness',
  ];

  // Three a day, the newest of today, of three kinds: nothing that a check looks for.
  const SOUND = `create or replace table sound as
    select * replace (
      current_timestamp::timestamp - interval (((order_id - 10) // 3)::integer) day as ordered_at,
      'status ' || order_id % 3 as status
    ) from kept`;

  beforeAll(() => warehouse.run('create table kept as select * from fct_orders', SOUND));

  it.each([
    ['select 1', []],
    ['update fct_orders set ordered_at = null where order_id = 10', ['completeness']],
    ['insert into fct_orders select * replace (0 as order_amount) from fct_orders where order_id = 16', ['uniqueness']],
    ["update fct_orders set customer_key = 'nobody' where order_id = 10", ['referential_customer_key']],
    [
      'update fct_orders set tier_key = null, ordered_date_key = 1 where order_id = 10',
      ['referential_ordered_date_key'],
    ],
    ["update fct_orders set status = 'same'", ['distribution']],
    ['update fct_orders set ordered_at = ordered_at - interval 30 day', ['freshness']],
    [
      'insert into fct_orders select * replace (order_id + 100 as order_id, 0 as order_amount) from fct_orders where order_id < 12',
      ['volume'],
    ],
    [
      'update fct_orders set ordered_at = ordered_at - interval 1 day where ordered_at < current_timestamp::timestamp - interval 30 hour',
      ['volume'],
    ],
    ['update fct_orders set order_amount = order_amount * 1.02', ['reconciliation']],
    ['delete from fct_orders', ['freshness', 'reconciliation', 'volume']],
  ])('%s: found, and nothing else', async (statement, expected) => {
    await warehouse.run('delete from fct_orders', 'insert into fct_orders select * from sound', statement);
    expect(await failing()).toEqual(expected);
  });

  async function failing(): Promise<readonly string[]> {
    const ran = await warehouse.dbt('test', '--select', 'test_type:singular');
    const failed = ran.results
      .filter(each => each.status !== 'pass')
      .map(each => each.id.replace(/^test\.sample\.fct_orders_/, ''));
    expect(ran.results.map(each => each.id.replace(/^test\.sample\.fct_orders_/, '')).sort()).toEqual(
      [...CHECKS].sort(),
    );
    expect(failed.filter(check => !CHECKS.includes(check))).toEqual([]);
    return failed.sort();
  }
});

function build(...more: readonly string[]): Promise<Ran> {
  return warehouse.dbt('build', '--exclude', 'test_type:singular', ...more);
}

function complaints(ran: Ran): readonly string[] {
  const bad = ran.results.filter(each => !['pass', 'success'].includes(each.status));
  return ran.success ? [] : [ran.message, ...bad.map(each => `${each.status} ${each.id}: ${each.message}`)];
}

async function allTables(): Promise<{ readonly [table: string]: readonly string[] }> {
  const tables = await warehouse.query(
    "select table_name from information_schema.tables where table_schema = 'main' order by 1",
  );
  const found: { [table: string]: readonly string[] } = {};
  for (const { table_name } of tables)
    found[String(table_name)] = sorted(await warehouse.query(`select * from ${table_name}`));
  return found;
}

/** Rows as texts with their columns in one order, so that neither order counts. */
function sorted(rows: readonly Fields[]): readonly string[] {
  return rows
    .map(row => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))))
    .sort();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
