import type { CandidateKey, NodeFacts } from '../../project/facts.ts';
import type { Said } from '../../project/meaning.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import { defineRule, type ProjectView, type ReportDetails } from '../rule.ts';
import { inParentheses, isHeld, keyTestFix, statedGrain } from './grain.ts';

export default defineRule({
  summary: 'A grain that is declared and that no test holds.',
  why: 'A declaration keeps nothing from repeating: the first duplicate doubles every sum over the model, and nobody is told.',
  details:
    'Fires where `meta.grainline`, a specification or a semantic model states the grain as columns and no test is on just these columns or fewer of them: `unique`, a combination test of a package (`unique_combination_of_columns`, `expect_compound_columns_to_be_unique`, `primary_key`), or a primary key or unique constraint where the warehouse enforces it. Information where the SQL itself makes the columns unique. Models without a stated grain are the matter of grain-undeclared and key-untested.',
  severity: 'warning',
  on: ['yaml:entry', 'model'],
  check(subject, { project, dialect, report }) {
    if (!project) return;
    if ('facts' in subject) {
      const at = subject.configAt['meta.grainline.grain']?.value;
      const node = at && project.resolve({ kind: 'ref', name: subject.facts.name });
      const finding = node && findingOf(node, project, dialect);
      if (at && finding) report(at, finding.message, finding);
      return;
    }
    const { node } = subject;
    if (isStatedInEntry(node)) return;
    const finding = findingOf(node, project, dialect);
    if (finding) report('file', finding.message, finding);
  },
  examples: {
    'several columns, where dbt_utils is at hand': `
      //- packages.yml
      packages:
        - package: dbt-labs/dbt_utils
          version: 1.3.0
      //- models/schema.yml
      models:
        - name: fct_order_lines
          config:
            meta:
              grainline:
                kind: fact
                grain: [order_id, line_number]
                       ^^^^^^^^^^^^^^^^^^^^^^^ warning: One row of 'fct_order_lines' shall be one (order_id, line_number), but no test holds it
          columns:
            - name: order_id
              data_tests: [not_null]
      //- models/fct_order_lines.sql
      select order_id, line_number, amount from {{ ref('stg_order_lines') }}
      -> Add the test dbt_utils.unique_combination_of_columns
      //- models/schema.yml
      models:
        - name: fct_order_lines
          config:
            meta:
              grainline:
                kind: fact
                grain: [order_id, line_number]
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                combination_of_columns: [order_id, line_number]
          columns:
            - name: order_id
              data_tests: [not_null]
    `,
    'one column, in a file that writes tests': `
      //- models/schema.yml
      models:
        - name: dim_stores
          columns:
            - name: store_id   # the till's number
              tests:
                - not_null   # always there
          meta: { grainline: { grain: store_id } }
                                      ^^^^^^^^ no test holds it
      //- models/dim_stores.sql
      select store_id from {{ ref('stg_stores') }}
      ->
      //- models/schema.yml
      models:
        - name: dim_stores
          columns:
            - name: store_id   # the till's number
              tests:
                - not_null   # always there
                - unique
          meta: { grainline: { grain: store_id } }
    `,
    'declared in the model itself, and by a specification': `
      //- specs/sales.yml
      fact_table: { name: fct_sales, grain: [order_id, line_number] }
      //- models/fct_sales.sql
      !!! warning: no test holds it (the specification in specs/sales.yml says so)
      select order_id, line_number from {{ ref('stg_order_lines') }}
      //- models/dim_stores.sql
      !!! no test holds it
      {{ config(meta={'grainline': {'grain': ['store_id']}}) }}
      select store_id from {{ ref('stg_stores') }}
      -> Add the tests unique, not_null
      //- models/_dim_stores.yml
      version: 2

      models:
        - name: dim_stores
          columns:
            - name: store_id
              data_tests:
                - unique
                - not_null
    `,
    'made unique by the SQL': `
      //- models/schema.yml
      models:
        - name: fct_days
          config: { meta: { grainline: { grain: [sale_date] } } }
                                                ^^^^^^^^^^^ info: no test holds it
      //- models/fct_days.sql
      select sale_date, sum(amount) as amount from {{ ref('stg_sales') }} group by sale_date
    `,
    'a constraint that the warehouse does not enforce': `
      //- grainline.yml
      dialect: snowflake
      //- models/schema.yml
      models:
        - name: fct_sales
          config: { meta: { grainline: { grain: [sale_id] } } }
                                                ^^^^^^^^^ no test holds it (snowflake does not enforce constraints)
          columns:
            - name: sale_id
              constraints: [{ type: primary_key }]
      //- models/fct_sales.sql
      select sale_id from {{ ref('stg_sales') }}
    `,
    'tested, by fewer columns, by a package, by a constraint, or weaker on purpose': `
      //- grainline.yml
      dialect: postgres
      //- models/schema.yml
      models:
        - name: fct_lines
          config: { meta: { grainline: { grain: [order_id, line_number] } } }
          data_tests:
            - dbt_expectations.expect_compound_columns_to_be_unique:
                arguments: { column_list: [LINE_NUMBER, ORDER_ID] }
        - name: fct_orders
          config: { meta: { grainline: { grain: [order_id, shop_id] } } }
          columns:
            - name: order_id
              data_tests:
                - unique: { config: { severity: warn, where: "order_date > '2024-01-01'" } }
        - name: dim_stores
          config: { meta: { grainline: { grain: [store_id] } } }
          constraints: [{ type: primary_key, columns: [store_id] }]
        - name: dim_shops
          config: { meta: { grainline: { kind: dimension } } }
      //- models/fct_lines.sql
      select order_id, line_number from {{ ref('a') }}
      //- models/fct_orders.sql
      select order_id, shop_id from {{ ref('a') }}
      //- models/dim_stores.sql
      select store_id from {{ ref('a') }}
      //- models/dim_shops.sql
      select shop_id from {{ ref('a') }}
    `,
  },
});

function isStatedInEntry({ properties }: NodeFacts): boolean {
  const own = properties?.meta['grainline'];
  return typeof own === 'object' && own !== null && 'grain' in own;
}

function findingOf(
  node: NodeFacts,
  project: ProjectView,
  dialect: Dialect,
): (ReportDetails & { readonly message: string }) | undefined {
  if (node.isEnabled === 'no' || node.kind === 'source') return undefined;
  const grain = statedGrain(project.meaningOf(node.id));
  if (!grain) return undefined;
  const keys = project.keysOf(node.id);
  if (isHeld(node, grain.value, keys, dialect)) return undefined;
  const columns = new Set(grain.value.map(one => one.toLowerCase()));
  const isProved = keys.some(key => key.by === 'proved' && key.columns.every(one => columns.has(one)));
  return {
    message: `One row of '${node.name}' shall be one ${inParentheses(grain.value)}, but no test holds it${remark(grain, node, keys, dialect)}: a duplicate would double every sum over it, unseen. Test it for being unique.`,
    ...(isProved ? { severity: 'info' as const } : {}),
    fixes: keyTestFix(project, node, grain.value, { safe: true }),
  };
}

function remark(
  grain: Said<readonly string[]>,
  node: NodeFacts,
  keys: readonly CandidateKey[],
  dialect: Dialect,
): string {
  if (isHeld(node, grain.value, keys, 'ansi')) return ` (${dialect} does not enforce constraints)`;
  return grain.by === 'declared' ? '' : ` (${grain.because})`;
}
