import { defineRule, list } from '../rule.ts';
import { isFact, useOf, whyKind } from './fact-columns.ts';

export default defineRule({
  summary: 'A descriptive text in a fact that is neither a key nor the number of a document.',
  why: 'It is stored once per row of the largest table, and when the text changes, old rows keep the old one.',
  details:
    'Fires for columns of facts that are text for certain, and that are no key, foreign key or degenerate dimension by declaration, by a test or by the shape of their name (`_id`, `_key`, `_number`, `_code`). Off unless turned on: wide facts are common and often meant.',
  severity: 'info',
  default: 'off',
  options: { allow: list('Names of columns that may stay in facts.') },
  on: 'model',
  check(model, { project, options, report }) {
    if (!project || !isFact(model, project)) return;
    const { node } = model;
    const allowed = new Set(options.allow.map(one => one.toLowerCase()));
    for (const { column, item } of model.columns) {
      if (allowed.has(column.name.toLowerCase()) || useOf(column, node, project) !== 'text') continue;
      report(
        item ?? 'file',
        `'${column.name}' is text in the fact '${node.name}': it is stored with every row, and rows of the past keep what it said then. Move it to a dimension; if it is the number of a document, declare it as degenerate.${whyKind(node, project)}`,
      );
    }
  },
  examples: {
    'a name and a note': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/fct_orders.sql
      {{ config(materialized='table') }}
      select order_id, trim(c.name) as customer_name, cast(o.note as varchar) as note
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'customer_name' is text in the fact 'fct_orders'
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'note' is text
      from {{ ref('stg_orders') }} as o join {{ ref('stg_customers') }} as c using (customer_id)
    `,
    'keys, numbers of documents, other types, and other models': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact, degenerate: [receipt] } } }
          columns:
            - name: channel
              data_tests: [{ relationships: { to: "ref('dim_channels')", field: channel } }]
      //- models/fct_orders.sql
      select
          cast(order_id as varchar) as order_id, cast(receipt as varchar) as receipt, cast(channel as varchar) as channel,
          cast(invoice as varchar) as invoice_number, cast(amount as decimal(10, 2)) as amount, unknown_thing
      from {{ ref('stg_orders') }}
      //- models/dim_channels.sql
      select cast(channel as varchar) as channel, trim(label) as label from {{ ref('x') }}
    `,
  },
});
