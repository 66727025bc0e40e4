import type { PlacedTest } from '../../project/facts.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A `unique` test on the natural key of a type 2 dimension.',
  why: 'The natural key repeats once per version, so the test fails at the first change.',
  details:
    'Fires for models declared as type 2 with that natural key in `meta.grainline`, and for snapshots on their `unique_key`. Silent for tests with a `where` and for keys of several columns.',
  severity: 'error',
  on: 'yaml:entry',
  check(entry, { project, report }) {
    if (!project) return;
    const { facts } = entry;
    const node = project.nodes().find(one => one.kind === facts.kind && one.name === facts.name);
    const declared = node?.declared.natural_key;
    const isType2 = node?.declared.scd === 2 || node?.kind === 'snapshot';
    const key = node?.kind === 'snapshot' && declared === undefined ? node.config['unique_key'] : declared;
    const [natural, ...more] = Array.isArray(key) ? key : [key];
    if (!node || !isType2 || typeof natural !== 'string' || more.length > 0) return;
    const column = entry.columns.find(one => one.facts.name.toLowerCase() === natural.toLowerCase());
    const test = column?.tests.find(
      one => one.facts.name === 'unique' && !('where' in one.facts.config) && one.facts.config['enabled'] !== false,
    );
    if (!column || !test) return;
    const current =
      node.kind === 'snapshot' ? 'dbt_valid_to is null' : (project.config.validity.isCurrent[0] ?? 'is_current');
    report(
      test.nameAt,
      `'${column.facts.name}' repeats once per version in '${node.name}', which keeps history: this test fails at the first change. Test the current rows only, or the key together with the start of validity.`,
      { fixes: [suggest(`Test the current rows only (${current})`, whereEdit(test, current))] },
    );
  },
  examples: {
    'on a declared type 2 dimension': `
      //- models/schema.yml
      models:
        - name: dim_products
          config:
            meta:
              grainline: { kind: dimension, scd: 2, natural_key: product_id }
          columns:
            - name: product_id
              data_tests:
                - unique
                  ^^^^^^ error: 'product_id' repeats once per version
                - not_null
      //- models/dim_products.sql
      select product_id, valid_from, valid_to, is_current from {{ ref('x') }}
      ->
      //- models/schema.yml
      models:
        - name: dim_products
          config:
            meta:
              grainline: { kind: dimension, scd: 2, natural_key: product_id }
          columns:
            - name: product_id
              data_tests:
                - unique: { config: { where: is_current } }
                - not_null
    `,
    'on a snapshot': `
      //- snapshots/products.sql
      {% snapshot products_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
      select id, updated_at from {{ ref('x') }}
      {% endsnapshot %}
      //- snapshots/schema.yml
      snapshots:
        - name: products_history
          columns:
            - name: id
              tests: [unique]
                      ^^^^^^ 'id' repeats once per version
    `,
    'on the version key, or on the current rows': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id } } }
          columns:
            - name: product_key
              data_tests: [unique]
            - name: product_id
              data_tests:
                - unique:
                    config: { where: is_current }
      //- models/dim_products.sql
      select 1 as product_key, 2 as product_id
    `,
  },
});

function whereEdit(test: PlacedTest, condition: string) {
  return replace(test.nameAt, `unique: { config: { where: ${/\W/.test(condition) ? `"${condition}"` : condition} } }`);
}
