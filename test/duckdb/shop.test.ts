/** The example project, its planted defects mended, on DuckDB: what is said of its models holds on bad data too. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFolderSync } from '../../server/src/host/files.ts';
import { compareProject, withoutPromises } from './build-project.ts';
import { openDatabase } from './database.ts';

const SHOP = join(import.meta.dirname, '..', 'projects', 'shop');

/** What keeps it from running. */
const mends: readonly (readonly [file: string, from: string, to: string])[] = [
  ['fct_order_fulfilment.sql', "ref('stg_erp__shipment')", "ref('stg_erp__shipments')"],
  ['stg_web__page_views.sql', 'raw.raw_web_page_views_archive', "{{ source('web', 'page_views_archive') }}"],
  [
    '_core__dimensions.yml',
    'not_null\n          - unique\n      - name: customer_key',
    'not_null\n      - name: customer_key',
  ],
  ['snp_suppliers_daily.yml', 'strategy: timestamp', 'strategy: timestamp\n      updated_at: updated_at'],
];

const files = loadFolderSync(SHOP).files.map(({ uri, text }) => {
  const mended = mends.reduce((now, [file, from, to]) => (uri.endsWith(file) ? now.replace(from, to) : now), text);
  return { uri, text: mended };
});

test('what the SQL of the example project proves holds on the worst data', async () => {
  const { ran, failed, contradictions, counts } = await compareProject(
    await openDatabase(),
    withoutPromises(files),
    true,
  );
  expect(contradictions).toEqual([]);
  expect(failed).toEqual([]);
  expect(ran.length).toBe(52);
  expect(counts.named).toBe(counts.columns);
  expect(counts.typed).toBeGreaterThan(counts.columns * 0.6);
  expect(counts.neverNull).toBeGreaterThan(40);
  expect(counts.keys).toBeGreaterThan(3);
});

test('what its SQL and its tests prove holds on data that keep the tests', async () => {
  const { ran, failed, contradictions, counts } = await compareProject(await openDatabase(), files, false);
  expect(contradictions).toEqual([]);
  expect(failed).toEqual([]);
  expect(ran.length).toBe(52);
  expect(counts.neverNull).toBeGreaterThan(100);
  expect(counts.keys).toBeGreaterThan(20);
});
