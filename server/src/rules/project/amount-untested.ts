import type { NodeFacts, OutputColumn } from '../../project/facts.ts';
import { definitionOf } from '../defining.ts';
import { addToEntry } from '../entry-edits.ts';
import { isCarriedOn, isHelperOfStaging } from '../first-model.ts';
import { defineRule, list, type ProjectView, type RuleFix } from '../rule.ts';

export default defineRule({
  summary: 'An amount without a test of its range.',
  why: 'A sign turned round or cents taken for units move every total, and nothing fails.',
  details:
    'Fires for columns called or ending in `amount`, `revenue`, `price` or `cost` (a currency may follow), in the first model that has them; a copy of the source for a staging model does not count. Silent for differences and corrections (`net_`, `adjustment`, `delta`, …), which may be negative. Any test of range, sign or expression counts. The fix uses `dbt_utils.accepted_range`, where the project has dbt_utils. On in the rule set `checklist`.',
  severity: 'info',
  default: 'checklist',
  options: { allow: list('Names of columns that need no test.') },
  on: 'model',
  check({ node, columns }, { unit, project, options, report }) {
    if (!unit || !project || node.kind !== 'model' || node.isEnabled === 'no' || isHelperOfStaging(node)) return;
    const unplaced: string[] = [];
    for (const { column, item } of columns) {
      const name = column.name.toLowerCase();
      if (!AMOUNT.test(name) || MAY_BE_NEGATIVE.test(name) || options.allow.includes(name)) continue;
      if (!mayBeNumber(column) || isCarriedOn(column) || isTested(node, name)) continue;
      // Behind a star the place is where the column is named first.
      const definition = item?.kind === 'item' ? undefined : definitionOf(column.name, unit);
      const at = item?.kind === 'item' ? (item.alias ?? item.expression) : definition?.expression;
      if (at === undefined) {
        unplaced.push(column.name);
        continue;
      }
      report(at, messageFor(column.name), { fixes: fixesFor(node, column.name, project) });
    }
    if (unplaced.length > 0) report('file', messageFor(unplaced.join("', '")));
  },
  examples: {
    'with dbt_utils': `
      //- packages.yml
      packages: [{ package: dbt-labs/dbt_utils, version: 1.1.1 }]
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: paid_amount
              description: In euros.
      //- models/staging/stg_orders.sql
      select id, paid / 100 as paid_amount from {{ source('shop', 'orders') }}
                               ^^^^^^^^^^^ info: 'paid_amount' has no test of its range
      ->
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: paid_amount
              description: In euros.
              data_tests:
                - dbt_utils.accepted_range:
                    min_value: 0
    `,
    'without it': `
      with o as (select id, sum(x) as revenue_eur from {{ source('shop', 'orders') }} group by id)
      select id, revenue_eur from o
                 ^^^^^^^^^^^ a wrong sign
      -> no fix
    `,
    'tested, alone or by an expression': `
      //- models/schema.yml
      models:
        - name: stg_orders
          data_tests:
            - dbt_utils.expression_is_true: { expression: "amount >= net_amount" }
          columns:
            - name: price
              data_tests: [{ dbt_utils.accepted_range: { min_value: 0 } }]
      //- models/staging/stg_orders.sql
      select a as amount, n as net_amount, p as price from {{ source('shop', 'orders') }}
      //- models/marts/fct_orders.sql
      select amount, price from {{ ref('stg_orders') }}
    `,
    'differences, and raw values': `
      select a - b as net_amount, c - d as price_delta, e - f as adjustment_amount, x as amount_raw from {{ source('shop', 'orders') }}
    `,
    'not a number': `
      select 'x' as price, a > 1 as cost, b as amount_type from {{ source('shop', 'orders') }}
    `,
  },
});

const AMOUNT =
  /(?:^|_)(?:amount|revenue|price|cost)(?:_(?:usd|eur|gbp|chf|jpy|cny|inr|cad|aud|nzd|sek|nok|dkk|pln|brl|mxn|local))?$/;
/** Differences and corrections, for which every sign is right. */
const MAY_BE_NEGATIVE = /(?:^|_)(?:net|discrepancy|adjustments?|difference|diff|delta|change|variance|margin)(?:_|$)/;

function messageFor(names: string): string {
  return `'${names}' has no test of its range, so a wrong sign or unit moves every total and nothing fails. Test at least its lower bound.`;
}

function mayBeNumber({ type }: OutputColumn): boolean {
  return type === undefined || type.family === 'integer' || type.family === 'decimal' || type.family === 'float';
}

function isTested(node: NodeFacts, name: string): boolean {
  const column = node.properties?.columns.find(one => one.name.toLowerCase() === name);
  if (column?.tests.some(test => /range|between|expression|positive|negative|min|max|accepted/.test(test.name)))
    return true;
  const word = new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`, 'i');
  return node.properties?.tests.some(test => word.test(JSON.stringify(test.arguments))) === true;
}

function fixesFor(node: NodeFacts, name: string, project: ProjectView): readonly RuleFix[] {
  if (!project.packageNames.includes('dbt_utils')) return [];
  return [
    {
      title: 'Add the test dbt_utils.accepted_range',
      safe: false,
      edits: [],
      elsewhere: () =>
        addToEntry(project, node, {
          columns: [{ name, tests: [{ name: 'dbt_utils.accepted_range', arguments: { min_value: '0' } }] }],
        }),
    },
  ];
}
