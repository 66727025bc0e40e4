import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A table of a source that several staging models read.',
  why: 'Two models then rename and clean the same rows, and sooner or later differ.',
  details: 'Base models count as staging. Silent when one of the models also reads the other.',
  severity: 'info',
  status: 'preview',
  options: { allow: list('Tables, as source.table, that several staging models may read.') },
  on: 'model',
  check({ node }, { project, unit, options, report }) {
    if (!project || !unit || node.kind !== 'model' || !isStaging(node.layer) || node.isEnabled === 'no') return;
    for (const id of node.reads) {
      const table = id.startsWith('source.') ? project.node(id) : undefined;
      if (!table || options.allow.includes(`${table.source}.${table.name}`)) continue;
      const others = project.readersOf(id).flatMap(reader => {
        const other = reader === node.id ? undefined : project.node(reader);
        const isOther = other?.kind === 'model' && isStaging(other.layer) && other.isEnabled !== 'no';
        return isOther && !other.reads.includes(node.id) && !node.reads.includes(other.id) ? [other] : [];
      });
      const [first] = others;
      if (!first) continue;
      const place = unit.expansion.relations.find(
        one => one.call.kind === 'source' && one.call.source === table.source && one.call.name === table.name,
      );
      const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
      report(
        place?.span ?? 'file',
        `The staging model '${first.name}'${more} reads '${table.source}.${table.name}' too. Read it in one staging model and build on that.`,
        {
          related: others.map(one => ({
            file: one.file,
            span: { start: 0, end: 0 },
            message: `'${one.name}' reads it too`,
          })),
        },
      );
    }
  },
  examples: {
    'two staging models': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ info: 'stg_order_totals' reads 'shop.orders' too
      //- models/staging/stg_order_totals.sql
      with o as (select amount from {{ source('shop', 'orders') }}) select sum(amount) as amount from o
                                       ^^^^^^^^^^^^^^^^^^^^^^^^ 'stg_orders' reads
    `,
    'three of them': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/stg_a.sql
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ 'stg_b' and 1 more reads
      //- models/staging/stg_b.sql
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ 'stg_a' and 1 more
      //- models/staging/stg_c.sql
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ 'stg_a' and 1 more
    `,
    'a staging model and a mart': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/marts/fct_orders.sql
      select id from {{ source('shop', 'orders') }}
    `,
    'a staging model on its base model': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/staging/base/base_orders.sql
      select id from {{ source('shop', 'orders') }}
      //- models/staging/stg_orders.sql
      select id from {{ ref('base_orders') }} union all select id from {{ source('shop', 'orders') }}
    `,
  },
});

function isStaging(layer: string): boolean {
  return layer === 'staging' || layer === 'base';
}
