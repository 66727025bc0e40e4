import { defineRule, type RuleFix, replace, suggest, type TemplateSubject } from '../rule.ts';

export default defineRule({
  summary: 'An incremental model with validity columns whose `unique_key` does not tell versions apart.',
  why: 'Each run replaces all versions of a key by the newest one: the validity columns promise a history that is gone after the second run.',
  details:
    'Fires for models that are declared as type 2 (or 6, 7), or that build versions in their SQL (LEAD over a key, or open ends with a mark of the current version), when dbt replaces rows by a `unique_key` without the start of validity: with `merge`, or with `delete+insert` (or the default of the warehouse) when a run brings new versions alone, written open or chosen by a watermark. Who deletes a key and inserts its whole history again loses nothing. Silent when the key is the key of the version or is made with the start of validity, when Jinja computes it, for `append`, `insert_overwrite`, `microbatch` and custom strategies, and with `merge_update_columns`.',
  severity: 'error',
  on: 'template',
  files: ['model'],
  check({ node, expansions }, { project, file, report }) {
    const history = node && project?.historyOf(node.id);
    if (!node || !history?.erasedBy || history.validFrom === undefined) return;
    const entry = expansions[0]?.config.find(one => one.key === 'unique_key' && one.file === file);
    const key = history.erasedBy.map(one => `'${one}'`).join(', ');
    const inferred = history.by === 'built' ? ` That it keeps history is inferred: ${history.because}.` : '';
    report(
      entry ? { start: entry.keySpan.start, end: entry.valueSpan.end } : 'file',
      `unique_key ${key} replaces all versions of a key at each run, so '${node.name}' loses the history that '${history.validFrom}' promises. Add '${history.validFrom}' to the key.${inferred}`,
      { fixes: entry ? fixesFor(entry, [...history.erasedBy, history.validFrom]) : [] },
    );
  },
  examples: {
    'a declared dimension': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
      //- models/dim_customers.sql
      {{ config(materialized='incremental', unique_key='customer_id') }}
                                            ^^^^^^^^^^^^^^^^^^^^^^^^ error: unique_key 'customer_id' replaces all versions of a key at each run
      select customer_id, tier, updated_at as valid_from, cast(null as timestamp) as valid_to, true as is_current
      from {{ ref('stg_customers') }}
      -> Add 'valid_from' to unique_key
      {{ config(materialized='incremental', unique_key=['customer_id', 'valid_from']) }}
      select customer_id, tier, updated_at as valid_from, cast(null as timestamp) as valid_to, true as is_current
      from {{ ref('stg_customers') }}
    `,
    'a hashed key, in a model that opens and closes versions': `
      //- models/dim_products.sql
      {{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['product_pk']) }}
                                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^ inferred: 'dim_products' opens versions
      with fresh as (
        select md5(sku || '-' || shop) as product_pk, sku, price, current_timestamp as effective_from,
          cast(null as timestamp) as effective_to, true as is_current
        from {{ ref('stg_products') }}
      )
      select * from fresh
      {% if is_incremental() %}
      union all
      select old.product_pk, old.sku, old.price, old.effective_from, current_timestamp, false
      from {{ this }} as old join fresh using (product_pk) where old.is_current
      {% endif %}
      -> Add 'effective_from' to unique_key
      //- models/dim_products.sql
      {{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['product_pk', 'effective_from']) }}
      with fresh as (
        select md5(sku || '-' || shop) as product_pk, sku, price, current_timestamp as effective_from,
          cast(null as timestamp) as effective_to, true as is_current
        from {{ ref('stg_products') }}
      )
      select * from fresh
      {% if is_incremental() %}
      union all
      select old.product_pk, old.sku, old.price, old.effective_from, current_timestamp, false
      from {{ this }} as old join fresh using (product_pk) where old.is_current
      {% endif %}
    `,
    'ends by LEAD, the key in YAML': `
      //- models/schema.yml
      models:
        - name: prices
          config: { materialized: incremental, unique_key: sku }
      //- models/prices.sql
      !!! error: unique_key 'sku' replaces all versions
      with log as (
        select * from {{ ref('price_log') }}
        {% if is_incremental() %} where changed_at > (select max(valid_from) from {{ this }}) {% endif %}
      )
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from log
    `,
    'a key is deleted and comes back with its whole history': `
      {{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='sku') }}
      with log as (
        select * from {{ ref('price_log') }}
        {% if is_incremental() %}
        where sku in (select sku from {{ ref('price_log') }} where changed_at > (select max(valid_from) from {{ this }}))
        {% endif %}
      )
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from log
    `,
    'keys that tell versions apart': `
      //- models/schema.yml
      models:
        - name: a
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
        - name: b
          config: { meta: { grainline: { scd: 2, natural_key: id, surrogate_key: version_key } } }
        - name: c
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
      //- models/a.sql
      {{ config(materialized='incremental', unique_key=['id', 'valid_from']) }}
      select id, updated_at as valid_from, null as valid_to from {{ ref('x') }}
      //- models/b.sql
      {{ config(materialized='incremental', unique_key='version_key') }}
      select hash(id, updated_at) as version_key, id, updated_at as valid_from, null as valid_to from {{ ref('x') }}
      //- models/c.sql
      {{ config(materialized='incremental', unique_key='row_key') }}
      select md5(id || updated_at) as row_key, id, updated_at as valid_from, null as valid_to from {{ ref('x') }}
    `,
    'nothing is replaced, or the periods are those of the business': `
      //- models/schema.yml
      models:
        - name: a
          config: { meta: { grainline: { scd: 2, natural_key: id } } }
      //- models/a.sql
      {{ config(materialized='incremental', incremental_strategy='append', unique_key='id') }}
      select id, updated_at as valid_from, null as valid_to from {{ ref('x') }}
      //- models/coupons.sql
      {{ config(materialized='incremental', unique_key='coupon_id') }}
      select coupon_id, valid_from, valid_to from {{ ref('stg_coupons') }}
    `,
  },
});

function fixesFor(
  entry: TemplateSubject['expansions'][number]['config'][number],
  key: readonly string[],
): readonly RuleFix[] {
  const value = `[${key.map(one => `'${one}'`).join(', ')}]`;
  return [suggest(`Add '${key.at(-1)}' to unique_key`, replace(entry.valueSpan, value))];
}
