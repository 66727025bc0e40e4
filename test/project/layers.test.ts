import { expect, test } from 'vitest';
import type { NodeKind } from '../../server/src/project/facts.ts';
import { layerOf } from '../../server/src/project/layers.ts';

const layer = (path: string, kind: NodeKind = 'model') =>
  layerOf({ kind, path, name: path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '') });

test.each([
  ['models/staging/stripe/stg_stripe__payments.sql', 'staging'],
  ['models/staging/stripe/base/base_stripe__a.sql', 'staging'],
  // The outermost layer folder decides.
  ['models/intermediate/base/int_x.sql', 'intermediate'],
  ['models/marts/finance/intermediate/int_y.sql', 'mart'],
  ['models/01_staging/x.sql', 'staging'],
  ['models/Marts/orders.sql', 'mart'],
  ['models/shop/stg_orders.sql', 'staging'],
  ['models/fct_orders.sql', 'mart'],
  ['models/shop/DIM_CUSTOMER.sql', 'mart'],
  ['models/shop/orders.sql', 'unknown'],
  ['models/utils/int_dates.sql', 'utility'],
  ['models/shop/interest_rates.sql', 'unknown'],
  ['models/shop/constructor/_x.sql', 'unknown'],
])('%s is %s', (path, expected) => {
  expect(layer(path)).toBe(expected);
});

test('sources, seeds and snapshots are their own layers wherever they lie', () => {
  expect(layer('models/marts/schema.yml', 'source')).toBe('raw');
  expect(layer('seeds/raw/x.csv', 'seed')).toBe('seed');
  expect(layer('models/staging/x.sql', 'snapshot')).toBe('snapshot');
});

test("the person's own folders come first", () => {
  const node = { kind: 'model', name: 'x', path: 'models/gold/x.sql' } as const;
  expect(layerOf(node)).toBe('unknown');
  expect(layerOf(node, { gold: 'mart' })).toBe('mart');
});
