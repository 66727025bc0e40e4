import { refIn } from '../../project/consumers.ts';
import type { NodeFacts, PlacedTest } from '../../project/facts.ts';
import { keepsVersions } from '../../project/history.ts';
import { defineRule, type ProjectView } from '../rule.ts';
import { testedKeys } from './grain.ts';

export default defineRule({
  summary: 'A `relationships` test to a column that repeats in the model it leads to.',
  why: 'The test passes, the join it stands for counts each row several times.',
  details:
    'Fires where the column is only part of a key of several columns that somebody declares, or where it is the natural key of a model that keeps a row per version, by declaration or as its SQL shows. Silent for seeds, which are looked up for membership, for columns that are a key by themselves, and where nobody says what the key is: not tested is not the same as not unique.',
  severity: 'info',
  on: 'yaml:entry',
  check(entry, { project, report }) {
    if (!project) return;
    for (const column of entry.columns) {
      for (const test of column.tests) {
        const found = repeatsIn(test, project);
        if (!found) continue;
        report(
          test.argumentsAt['field'] ?? test.nameAt,
          `'${found.field}' repeats in '${found.target.name}' (${found.because}): the test holds, but a join on it counts each row of '${entry.facts.name}' several times. ${found.instead}`,
        );
      }
    }
  },
  examples: {
    'the natural key of a type 2 dimension': `
      //- models/schema.yml
      models:
        - name: fct_orders
          columns:
            - name: customer_id
              data_tests:
                - relationships:
                    to: ref('dim_customers')
                    field: customer_id
                           ^^^^^^^^^^^ info: 'customer_id' repeats in 'dim_customers' (it has a row per version)
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
      //- models/fct_orders.sql
      select order_id, customer_id from {{ ref('x') }}
      //- models/dim_customers.sql
      select customer_key, customer_id, valid_from, valid_to from {{ ref('x') }}
    `,
    'part of a key': `
      //- models/schema.yml
      models:
        - name: fct_returns
          columns:
            - name: order_id
              tests:
                - relationships: { arguments: { to: "ref('fct_lines')", field: order_id } }
                                                                               ^^^^^^^^ (its key is line_number, order_id)
        - name: fct_lines
          tests:
            - dbt_utils.unique_combination_of_columns:
                combination_of_columns: [order_id, line_number]
      //- models/fct_returns.sql
      select order_id from {{ ref('x') }}
      //- models/fct_lines.sql
      select order_id, line_number from {{ ref('x') }}
    `,
    'keys, other columns, seeds, and what nobody declares': `
      //- models/schema.yml
      models:
        - name: fct_orders
          columns:
            - name: customer_key
              data_tests: [{ relationships: { to: "ref('dim_customers')", field: customer_key } }]
            - name: code
              data_tests: [{ relationships: { to: "ref('codes')", field: code } }]
            - name: shop_id
              data_tests: [{ relationships: { to: "ref('dim_shops')", field: shop_id } }]
            - name: line
              data_tests: [{ relationships: { to: "ref('fct_lines')", field: line_id } }]
            - name: gone
              data_tests: [{ relationships: { to: "ref('nothing')", field: a } }, { relationships: { to: 1 } }]
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
        - name: fct_lines
          columns: [{ name: line_id, data_tests: [unique] }]
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [line_id, day] } }]
      seeds:
        - name: codes
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [code, system] } }]
      //- models/fct_orders.sql
      select 1 as customer_key, 2 as code, 3 as shop_id, 4 as line, 5 as gone
      //- models/dim_customers.sql
      select customer_key, customer_id, valid_from, valid_to from {{ ref('x') }}
      //- models/dim_shops.sql
      select shop_id from {{ ref('x') }}
      //- models/fct_lines.sql
      select line_id, day from {{ ref('x') }}
      //- seeds/codes.csv
      code,system
    `,
  },
});

interface Repeating {
  readonly field: string;
  readonly target: NodeFacts;
  readonly because: string;
  readonly instead: string;
}

function repeatsIn({ facts }: PlacedTest, project: ProjectView): Repeating | undefined {
  const { to, field } = facts.arguments;
  if (!/(?:^|\.)relationships/.test(facts.name) || typeof to !== 'string' || typeof field !== 'string')
    return undefined;
  const name = refIn(to);
  const target = name === undefined ? undefined : project.resolve({ kind: 'ref', name });
  if (!target || target.kind === 'seed' || facts.config['enabled'] === false) return undefined;
  const column = field.replace(/["`[\]]/g, '').toLowerCase();
  const keys = project.keysOf(target.id);
  if (keys.some(key => key.columns.length === 0 || (key.columns.length === 1 && key.columns[0] === column)))
    return undefined;
  const history = project.historyOf(target.id);
  if (keepsVersions(history) && history.naturalKey.some(one => one.toLowerCase() === column)) {
    const key = history.versionKey;
    return {
      field,
      target,
      because: 'it has a row per version',
      instead:
        key === undefined ? 'Join the version that was valid.' : `Keep '${key}', or join the version that was valid.`,
    };
  }
  const key = testedKeys(target).find(one => one.columns.length > 1 && one.columns.includes(column));
  if (!key) return undefined;
  return {
    field,
    target,
    because: `its key is ${key.columns.join(', ')}`,
    instead: 'Test and join all of its key, or reduce it to one row first.',
  };
}
