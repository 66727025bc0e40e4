import { keepsVersions } from '../../project/history.ts';
import { defineRule, safe } from '../rule.ts';
import { addGrainlineMeta } from '../yaml-meta.ts';

export default defineRule({
  summary: 'A model builds a history, and nothing says so.',
  why: 'Readers join it by its key and count every version, and nobody can check that they do not. What is declared can be checked.',
  details:
    'Fires for models whose SQL makes versions (the end is LEAD of the start over a key, or incremental runs open and close them) without `scd` in `meta.grainline`, a specification or a semantic model. Silent for models that hand on the history of another, and for periods of the business (contracts, enrolments). A dimension with `tier: 1` that says nothing of change is reported too.',
  severity: 'info',
  on: 'model',
  check({ node }, { project, report }) {
    if (!project || node.kind !== 'model') return;
    const history = project.historyOf(node.id);
    if (history?.by === 'built' && history.from === undefined && keepsVersions(history)) {
      const { naturalKey } = history;
      const values = naturalKey.length > 0 ? { scd: 2, natural_key: naturalKey } : { scd: 2 };
      report(
        'file',
        `'${node.name}' keeps history (type 2): each key has a row per version, from '${history.validFrom}' to '${history.validTo}'. Nothing declares it, so joins to it cannot be relied on. Say so in meta.grainline.`,
        { fixes: [{ ...safe('Declare type 2'), elsewhere: () => addGrainlineMeta(project, node, values) }] },
      );
      return;
    }
    const { kind, tier, scd } = project.meaningOf(node.id);
    if (kind?.value === 'dimension' && tier?.value === 1 && scd === undefined && history === undefined) {
      report(
        'file',
        `'${node.name}' is a dimension of tier 1, and nothing says how it treats change: whether reports of the past show the past. Declare its scd type.`,
      );
    }
  },
  examples: {
    'ends made by LEAD': `
      //- models/dim_prices.sql
      !!! info: 'dim_prices' keeps history (type 2)
      with log as (select sku, shop, price, changed_at from {{ ref('price_log') }})
      select sku, shop, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku, shop order by changed_at) as valid_to
      from log
      ->
      //- models/_dim_prices.yml
      version: 2

      models:
        - name: dim_prices
          config:
            meta:
              grainline: { scd: 2, natural_key: [sku, shop] }

    `,
    'versions opened and closed by incremental runs, the entry in YAML': `
      //- models/schema.yml
      models:
        - name: dim_products
          # one row per product and version
          config:
            tags: [core]
          columns:
            - name: product_id
      //- models/dim_products.sql
      !!! Nothing declares it
      {{ config(materialized='incremental', unique_key=['product_id', 'valid_from']) }}
      with fresh as (
        select product_id, price, updated_at as valid_from, cast(null as timestamp) as valid_to, true as is_current
        from {{ ref('stg_products') }}
      )
      select * from fresh
      {% if is_incremental() %}
      union all
      select old.product_id, old.price, old.valid_from, fresh.valid_from, false
      from {{ this }} as old join fresh using (product_id) where old.is_current
      {% endif %}
      -> Declare type 2
      //- models/schema.yml
      models:
        - name: dim_products
          # one row per product and version
          config:
            meta: { grainline: { scd: 2, natural_key: product_id } }
            tags: [core]
          columns:
            - name: product_id
    `,
    'an important dimension that says nothing of change': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, tier: 1 } } }
      //- models/dim_customers.sql
      !!! nothing says how it treats change
      select customer_id, country from {{ ref('stg_customers') }}
    `,
    'declared, handed on, or a period of the business': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
      //- models/dim_prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/prices_with_tax.sql
      select sku, price * 1.2 as price, valid_from, valid_to from {{ ref('dim_prices') }}
      //- models/contracts.sql
      select contract_id, valid_from, valid_to, is_current from {{ ref('stg_contracts') }}
      //- models/visits.sql
      select user_id, started_at, lead(started_at) over (partition by user_id order by started_at) as next_started_at
      from {{ ref('stg_visits') }}
    `,
  },
});
