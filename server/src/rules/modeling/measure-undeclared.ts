import type { NodeFacts, OutputColumn } from '../../project/facts.ts';
import type { Measure } from '../../project/measures.ts';
import { addToEntry } from '../entry-edits.ts';
import { defineRule, type ProjectView, type RuleFix } from '../rule.ts';
import { isFact, isNumeric, useOf, whyKind } from './fact-columns.ts';

export default defineRule({
  summary: 'A number in a fact of which nothing says over what it may be added up.',
  why: 'Reports add up what looks like a number. Whether that is right for a balance, a rate or a price only whoever made the column can say.',
  details:
    'Fires for numeric columns of facts that are neither keys nor parts of dates, whose additivity is neither under `meta.grainline` (`measure: additive`, `semi-additive`, `non-additive`) nor in a specification or semantic model. Where the SQL shows what it is (a sum, an average, a ratio, a distinct count) the fix declares that; elsewhere the choice is offered. Off unless turned on.',
  severity: 'info',
  default: 'off',
  on: 'model',
  check(model, { project, report }) {
    if (!project || !isFact(model, project)) return;
    const { node } = model;
    for (const { column, item } of model.columns) {
      if (!isNumeric(column)) continue;
      const said = project.meaningOf(node.id).columns.get(column.name.toLowerCase());
      const use = useOf(column, node, project);
      if (said?.measure || (use !== 'number' && use !== 'measure')) continue;
      const measure = project.measureOf(node.id, column.name);
      const shown = measure && measure.additivity !== 're-aggregable' ? measure : undefined;
      const evidence = shown ? ` The SQL shows that it is ${shown.additivity}: ${shown.because}.` : '';
      report(
        item ?? 'file',
        `Nothing says over what '${column.name}' may be added up, and reports add up every number they see.${evidence} Declare it under meta.grainline (measure).${whyKind(node, project)}`,
        { fixes: shown ? [declared(node, column, shown, project)] : choices(node, column, project) },
      );
    }
  },
  examples: {
    'what the SQL shows, and what it does not': `
      //- models/schema.yml
      models:
        - name: fct_days
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: sale_date
            - name: rate   # of visits
              description: Orders by visit.
      //- models/fct_days.sql
      {{ config(materialized='table') }}
      select
          sale_date,
          count(distinct customer_id) as customers,
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: Nothing says over what 'customers' may be added up, and reports add up every number they see. The SQL shows that it is non-additive
          cast(sum(stock) as integer) as stock
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Nothing says over what 'stock' may be added up
      from {{ ref('stg_sales') }}
      group by sale_date
      -> Declare it non-additive
      //- models/schema.yml
      models:
        - name: fct_days
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: sale_date
            - name: rate   # of visits
              description: Orders by visit.
            - name: customers
              config:
                meta:
                  grainline: { measure: non-additive }
    `,
    'a choice, where nothing shows it': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: weight_kg }]
      //- models/fct_orders.sql
      select order_id, cast(weight as float) as weight_kg from {{ ref('stg_orders') }}
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Nothing says over what 'weight_kg' may be added up
      -> Declare it non-additive
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns: [{ name: weight_kg, config: { meta: { grainline: { measure: non-additive } } } }]
    `,
    'declared, keys, parts of dates, flags, texts, and other models': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact, degenerate: [order_ref] } } }
          columns:
            - { name: amount, meta: { grainline: { measure: additive } } }
            - name: shop
              data_tests: [{ relationships: { to: "ref('dim_shops')", field: shop } }]
      //- models/fct_orders.sql
      select
          cast(order_id as integer) as order_id, cast(ref as integer) as order_ref, cast(shop as integer) as shop,
          cast(order_year as integer) as order_year, cast(x as integer) as order_number,
          paid_at is not null as is_paid, cast(note as varchar) as note, cast(amount as decimal(10, 2)) as amount, unknown_thing
      from {{ ref('stg_orders') }}
      //- models/dim_shops.sql
      select cast(size as integer) as size, 1 as shop from {{ ref('x') }}
    `,
  },
});

function declared(node: NodeFacts, column: OutputColumn, measure: Measure, project: ProjectView): RuleFix {
  const over = measure.over ?? [];
  return fix(`Declare it ${measure.additivity}`, true, node, column, project, [
    ['measure', measure.additivity],
    ...(over.length > 0 ? [['over', over.length > 1 ? `[${over.join(', ')}]` : (over[0] ?? '')] as const] : []),
  ]);
}

function choices(node: NodeFacts, column: OutputColumn, project: ProjectView): readonly RuleFix[] {
  return ['additive', 'non-additive'].map(one =>
    fix(`Declare it ${one}`, false, node, column, project, [['measure', one]]),
  );
}

function fix(
  title: string,
  safe: boolean,
  node: NodeFacts,
  column: OutputColumn,
  project: ProjectView,
  meta: readonly (readonly [string, string])[],
): RuleFix {
  return {
    title,
    safe,
    edits: [],
    elsewhere: () => addToEntry(project, node, { columns: [{ name: column.name, meta }] }),
  };
}
