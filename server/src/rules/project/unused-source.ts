import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A table of a source that nothing reads.',
  why: 'It costs freshness checks and attention, and suggests data that the project does not use.',
  details: 'Models, snapshots, tests, analyses and exposures count as readers.',
  severity: 'info',
  default: 'off',
  options: { allow: list('Names of sources, or source.table, that may stay unread.') },
  on: 'yaml:source',
  check(source, { project, options, report }) {
    if (!project || options.allow.includes(source.name)) return;
    for (const { facts, nameAt } of source.tables) {
      const node = project.resolve({ kind: 'source', source: source.name, name: facts.name });
      if (!node || node.isEnabled === 'no' || options.allow.includes(`${source.name}.${facts.name}`)) continue;
      if (project.readersOf(node.id).length > 0 || project.consumersOf(node).exposures.length > 0) continue;
      report(
        nameAt,
        `Nothing reads the table '${facts.name}' of the source '${source.name}'. Read it in a staging model, or remove the entry.`,
      );
    }
  },
  examples: {
    'a table nobody reads': `
      //- models/sources.yml
      sources:
        - name: shop
          tables:
            - name: orders
            - name: old_orders
                    ^^^^^^^^^^ info: Nothing reads the table 'old_orders'
      //- models/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
    `,
    'none of them is read': `
      //- models/sources.yml
      sources:
        - name: crm
          tables: [{ name: accounts }]
                           ^^^^^^^^ of the source 'crm'
    `,
    'read by an incremental run or a snapshot only': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }, { name: products }]
      //- models/a.sql
      {{ config(materialized='incremental') }}
      select 1 as id {% if is_incremental() %} from {{ source('shop', 'orders') }} {% endif %}
      //- snapshots/p.sql
      {% snapshot p %} select id from {{ source('shop', 'products') }} {% endsnapshot %}
    `,
    'allowed by its name': `
      //- grainline.yml
      rules:
        unused-source: { level: on, allow: [shop.orders] }
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
    `,
  },
});
