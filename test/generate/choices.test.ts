import { expect, it } from 'vitest';
import type { ChoiceNode } from '../../server/src/generate/choices.ts';
import { dimensionChoices } from '../../server/src/generate/choices.ts';

const LOG: ChoiceNode = {
  kind: 'model',
  name: 'stg_crm__membership_changes',
  columns: [
    { name: 'change_id', type: 'integer' },
    { name: 'member_id', type: 'text' },
    { name: 'tier_name', type: 'text' },
    { name: 'settings', type: 'json' },
    { name: 'signed_up_at', type: 'timestamp' },
    { name: 'changed_at', type: 'timestamp' },
    { name: '_loaded_at', type: 'timestamp' },
  ],
  keys: [['changed_at', 'member_id']],
};

function only(node: ChoiceNode) {
  const choice = dimensionChoices([node])[0];
  if (!choice) throw new Error('no choice');
  return choice;
}

it('takes what a log is unique by, less the moment, as the natural key', () => {
  const choice = only(LOG);
  expect(choice.naturalKey.proposed).toEqual(['member_id']);
  expect(choice.changeTime).toEqual({ proposed: ['changed_at'], candidates: ['changed_at', 'signed_up_at'] });
  expect(choice.trackedColumns.proposed).toEqual(['change_id', 'tier_name', 'signed_up_at']);
  expect(choice.trackedColumns.candidates).toContain('settings');
  expect(choice.hasHistory).toBe(true);
});

it('guesses by name where no key is known', () => {
  const choice = only({ ...LOG, name: 'stg_crm__member_changes', keys: [] });
  expect(choice.naturalKey.proposed).toEqual(['member_id']);
  expect(choice.hasHistory).toBeUndefined();
});

it('knows a table without history by its unique key', () => {
  const choice = only({
    kind: 'source',
    name: 'products',
    columns: [{ name: 'sku' }, { name: 'name' }, { name: 'updated_at' }],
    keys: [['sku']],
  });
  expect(choice.naturalKey.proposed).toEqual(['sku']);
  expect(choice.changeTime.proposed).toEqual(['updated_at']);
  expect(choice.trackedColumns.proposed).toEqual(['name']);
  expect(choice.hasHistory).toBe(false);
});

it('asks no time of a snapshot and leaves the columns of dbt out', () => {
  const choice = only({
    kind: 'snapshot',
    name: 'snp_products_daily',
    columns: [
      { name: 'product_id' },
      { name: 'name' },
      { name: 'updated_at' },
      { name: 'dbt_valid_from' },
      { name: 'dbt_scd_id' },
    ],
    keys: [['dbt_scd_id']],
  });
  expect(choice.naturalKey.proposed).toEqual(['product_id']);
  expect(choice.changeTime).toEqual({ proposed: [], candidates: [] });
  expect(choice.trackedColumns).toEqual({ proposed: ['name'], candidates: ['name', 'updated_at'] });
});

it('takes no text for a time, whatever its name', () => {
  expect(
    only({ ...LOG, columns: [{ name: 'id' }, { name: 'updated_at', type: 'text' }], keys: [] }).changeTime.candidates,
  ).toEqual([]);
});

it('puts snapshots first, models before sources, and what has no time last', () => {
  const bare: ChoiceNode = { kind: 'model', name: 'a', columns: [{ name: 'id' }, { name: 'b' }], keys: [] };
  const snapshot: ChoiceNode = { kind: 'snapshot', name: 'z', columns: [{ name: 'id' }, { name: 'b' }], keys: [] };
  const single: ChoiceNode = { kind: 'model', name: 'one', columns: [{ name: 'id' }], keys: [] };
  const source: ChoiceNode = { ...LOG, kind: 'source', name: 'a_changes' };
  const names = dimensionChoices([bare, single, source, LOG, snapshot]).map(choice => choice.node.name);
  expect(names).toEqual(['z', LOG.name, 'a_changes', 'a']);
});
