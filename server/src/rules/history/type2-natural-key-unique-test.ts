import { shortName } from '../../project/declared.ts';
import type { PlacedTest } from '../../project/facts.ts';
import { type NodeHistory, promisesVersions } from '../../project/history.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { defineRule, type RuleFix, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A `unique` test on the natural key of a type 2 dimension.',
  why: 'The natural key repeats once per version, so the test fails at the first change.',
  details:
    'Fires for models declared as type 2 (in `meta.grainline`, a specification or a semantic model), for snapshots and their `unique_key`, and for models that hand a snapshot on, when `unique` stands on exactly the natural key, or a test of combinations names exactly its columns. Silent for tests with a `where` and for tests that are off. A history that only the SQL shows is not judged by.',
  severity: 'error',
  on: 'yaml:entry',
  check(entry, { project, report }) {
    if (!project) return;
    const { facts } = entry;
    if (!entry.tests.some(isUniqueness) && !entry.columns.some(one => one.tests.some(isUniqueness))) return;
    const id = `${facts.kind}.${project.name}.${facts.name}`;
    const node = project.node(id) ?? project.nodes().find(one => one.kind === facts.kind && one.name === facts.name);
    const history = node && project.historyOf(node.id);
    if (!node || !promisesVersions(history) || history.by === 'built' || history.naturalKey.length === 0) return;
    const natural = history.naturalKey.map(one => one.toLowerCase()).sort();
    const condition = currentOf(history);
    const complain = (test: PlacedTest, name: string): void =>
      report(
        test.nameAt,
        `${name} repeats once per version in '${node.name}', which keeps history: this test fails at the first change. Test the current rows only, or the key together with the start of validity.`,
        { fixes: condition === undefined ? [] : fixesFor(test, condition) },
      );
    for (const column of entry.columns) {
      if (natural.length !== 1 || column.facts.name.toLowerCase() !== natural[0]) continue;
      for (const test of column.tests)
        if (shortName(test.facts) === 'unique' && holds(test)) complain(test, `'${column.facts.name}'`);
    }
    for (const test of entry.tests) {
      const columns = columnsOf(test.facts.arguments);
      if (!holds(test) || columns.length !== natural.length) continue;
      if (columns.every((one, i) => one === natural[i])) complain(test, columns.map(one => `'${one}'`).join(', '));
    }
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
    'a combination that is the natural key, and a model that hands a snapshot on': `
      //- snapshots/lines.sql
      {% snapshot lines_history %}
      {{ config(unique_key=['order_id', 'line'], strategy='check', check_cols=['quantity']) }}
      select order_id, line, quantity from {{ ref('x') }}
      {% endsnapshot %}
      //- models/dim_lines.sql
      select order_id, line as line_number, quantity, dbt_valid_from, dbt_valid_to from {{ ref('lines_history') }}
      //- models/schema.yml
      models:
        - name: dim_lines
          data_tests:
            - dbt_utils.unique_combination_of_columns:
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'line_number', 'order_id' repeats once per version
                arguments:
                  combination_of_columns: [order_id, line_number]
      -> no fix
    `,
    'declared in a specification, without a mark of the current version': `
      //- specs/sales.yml
      dimensions:
        - name: dim_prices
          type: 2
          natural_key: sku
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/schema.yml
      models:
        - name: dim_prices
          columns:
            - name: sku
              data_tests: [unique, not_null]
                           ^^^^^^ 'sku' repeats
      -> Test the current rows only (valid_to is null)
      //- models/schema.yml
      models:
        - name: dim_prices
          columns:
            - name: sku
              data_tests: [unique: { config: { where: "valid_to is null" } }, not_null]
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

function isUniqueness(test: PlacedTest): boolean {
  return /unique|primary_key/.test(test.facts.name);
}

/** Asks of all rows. */
function holds(test: PlacedTest): boolean {
  return isUniqueness(test) && !('where' in test.facts.config) && test.facts.config['enabled'] !== false;
}

/** Lower-case columns of a test of combinations, sorted. */
function columnsOf(given: { readonly [key: string]: PlainValue }): readonly string[] {
  const columns = given['combination_of_columns'] ?? given['column_list'] ?? given['columns'] ?? given['column_name'];
  const list = Array.isArray(columns) ? (columns as readonly PlainValue[]) : [columns];
  return list.flatMap(one => (typeof one === 'string' ? [one.toLowerCase()] : [])).sort();
}

function currentOf({ isCurrent, validTo, openEnd, sentinel }: NodeHistory): string | undefined {
  if (isCurrent !== undefined) return isCurrent;
  if (validTo === undefined) return undefined;
  if (openEnd === 'sentinel') return sentinel && `${validTo} = ${sentinel}`;
  return openEnd === 'null' ? `${validTo} is null` : undefined;
}

/** Only a bare name can be given a configuration without touching what stands below it. */
function fixesFor(test: PlacedTest, condition: string): readonly RuleFix[] {
  if (Object.keys(test.facts.arguments).length > 0 || Object.keys(test.facts.config).length > 0) return [];
  const where = /\W/.test(condition) ? `"${condition.replaceAll('"', '\\"')}"` : condition;
  return [
    suggest(
      `Test the current rows only (${condition})`,
      replace(test.nameAt, `${test.facts.name}: { config: { where: ${where} } }`),
    ),
  ];
}
