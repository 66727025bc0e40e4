import type { NodeFacts, OutputColumn, TestFacts } from '../../project/facts.ts';
import { definitionOf, literalsOf } from '../defining.ts';
import { addToEntry } from '../entry-edits.ts';
import { isCarriedOn, isHelperOfStaging } from '../first-model.ts';
import { defineRule, list, type ProjectView, type RuleFix, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A status column without an `accepted_values` test.',
  why: 'A new or misspelt status passes unseen, and every filter and CASE on it quietly leaves its rows out.',
  details:
    'Fires for columns called `status` or ending in `_status`, in the first model that has them (a copy of the source for a staging model does not count): where a model carries on a column of another model, the test belongs there. Silent for numbers, dates and booleans. The fix writes the test where the SQL shows all values. On in the rule set `checklist`.',
  severity: 'info',
  default: 'checklist',
  options: { allow: list('Names of columns that need no test.') },
  on: 'model',
  check({ node, columns }, { unit, project, options, report }) {
    if (!unit || !project || node.kind !== 'model' || node.isEnabled === 'no' || isHelperOfStaging(node)) return;
    const unplaced: string[] = [];
    for (const { column, item } of columns) {
      const name = column.name.toLowerCase();
      if (!/(?:^|_)status$/.test(name) || options.allow.includes(name) || !mayBeText(column)) continue;
      if (isCarriedOn(column) || isTested(node, name)) continue;
      // Behind a star the place is where the column is named first.
      const definition = item?.kind === 'item' ? undefined : definitionOf(column.name, unit);
      const at = item?.kind === 'item' ? (item.alias ?? item.expression) : definition?.expression;
      if (at === undefined) {
        unplaced.push(column.name);
        continue;
      }
      report(at, messageFor(column.name), {
        fixes: fixesFor(node, column.name, unit, project),
      });
    }
    if (unplaced.length > 0) report('file', messageFor(unplaced.join("', '")));
  },
  examples: {
    'values that the SQL shows': `
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: order_id
              tests: [unique]
      //- models/staging/stg_orders.sql
      select id as order_id, case when paid then 'paid' when sent then 'it''s sent' end as order_status from {{ source('shop', 'orders') }}
                                                                                           ^^^^^^^^^^^^ info: 'order_status' has no accepted_values test
      ->
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: order_id
              tests: [unique]
            - name: order_status
              tests:
                - accepted_values:
                    values: [paid, 'it''s sent']
    `,
    'in the file of its neighbours, in their style': `
      //- dbt_project.yml
      name: example
      profile: example
      flags:
        require_generic_test_arguments_property: true
      //- models/staging/_staging.yml
      models:
        - name: stg_customers
          columns:
            - name: customer_id
              tests:
                - unique

      # The end.
      //- models/staging/stg_customers.sql
      select id as customer_id from {{ source('shop', 'customers') }}
      //- models/staging/stg_orders.sql
      select id as order_id, case when paid then 'paid' else 'open' end as order_status from {{ source('shop', 'orders') }}
                                                                           ^^^^^^^^^^^^ has no accepted_values test
      ->
      //- models/staging/_staging.yml
      models:
        - name: stg_customers
          columns:
            - name: customer_id
              tests:
                - unique
        - name: stg_orders
          columns:
            - name: order_status
              tests:
                - accepted_values:
                    arguments:
                      values: [paid, open]

      # The end.
    `,
    'in a file of its own, where neighbours have theirs': `
      //- models/staging/stg_customers.yml
      models:
        - name: stg_customers
      //- models/staging/stg_customers.sql
      select id as customer_id from {{ source('shop', 'customers') }}
      //- models/staging/stg_orders.sql
      select id as order_id, case when paid then 'paid' else 'open' end as order_status from {{ source('shop', 'orders') }}
                                                                           ^^^^^^^^^^^^ has no accepted_values test
      ->
      //- models/staging/stg_orders.yml
      version: 2

      models:
        - name: stg_orders
          columns:
            - name: order_status
              data_tests:
                - accepted_values:
                    values: [paid, open]
    `,
    'values that only the source knows, behind a star': `
      //- models/staging/stg_orders.sql
      with o as (select id, status from {{ source('shop', 'orders') }})
      select id, status from o
                 ^^^^^^ a new status passes unseen
      -> no fix
    `,
    'tested here, or in the model it comes from': `
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: status
              data_tests: [{ accepted_values: { values: [paid] } }]
      //- models/staging/stg_orders.sql
      select id, status from {{ source('shop', 'orders') }}
      //- models/marts/fct_orders.sql
      select id, status, status as order_status from {{ ref('stg_orders') }}
    `,
    'a number, a boolean, another name': `
      select cast(a as integer) as http_status, b > 1 as is_status, c as status_text, d is null as status from {{ source('x', 'y') }}
    `,
  },
});

function messageFor(names: string): string {
  return `'${names}' has no accepted_values test, so a new status passes unseen, and filters on it leave its rows out. List its values in a test.`;
}

function mayBeText({ type }: OutputColumn): boolean {
  return type === undefined || type.family === 'text';
}

function isTested(node: NodeFacts, name: string): boolean {
  const isOne = (test: TestFacts): boolean => /accepted_values|in_set|relationships|regex|not_accepted/.test(test.name);
  const column = node.properties?.columns.find(one => one.name.toLowerCase() === name);
  return column?.tests.some(isOne) === true;
}

function fixesFor(node: NodeFacts, name: string, unit: SqlUnit, project: ProjectView): readonly RuleFix[] {
  const definition = definitionOf(name, unit);
  const literals = definition && literalsOf(definition.expression);
  if (!literals || literals.length === 0 || literals.some(one => one.type !== 'string')) return [];
  const values = [
    ...new Set(
      literals.map(one => (/^[A-Za-z][\w-]*$/.test(one.value) ? one.value : `'${one.value.replaceAll("'", "''")}'`)),
    ),
  ];
  return [
    {
      title: 'Add the test accepted_values',
      safe: false,
      edits: [],
      elsewhere: () =>
        addToEntry(project, node, { columns: [{ name, tests: [{ name: 'accepted_values', arguments: { values } }] }] }),
    },
  ];
}
