import { joinsIn } from '../expressions.ts';
import { defineRule } from '../rule.ts';
import { asOfIn } from './as-of.ts';
import { mayHoldVersions } from './versions.ts';

export default defineRule({
  summary: 'A fact looks up the version of a dimension and does not keep its key.',
  why: 'Whoever wants another attribute of that version has to find it by dates once more; with the key of the version it is a plain join.',
  details:
    'Fires for models declared as facts that join a declared type 2 dimension as of a time when the key of the version is known (`surrogate_key`, or a column with a uniqueness test) and the fact delivers it nowhere. Off unless asked for: many facts copy the attributes they need on purpose.',
  severity: 'info',
  default: 'off',
  on: 'sql:select',
  files: ['model'],
  check(select, { unit, project, report }) {
    const scope = unit?.facts.scopes.get(select);
    const node = unit?.node;
    if (!unit || !project || !node || !scope || scope.isOpen || !select.from) return;
    const kind = project.meaningOf(node.id).kind;
    if (kind?.value !== 'fact' || kind.by === 'inferred' || !mayHoldVersions(unit, project)) return;
    const delivered = project.columnsOf(node.id);
    if (!delivered?.isComplete) return;
    for (const join of joinsIn(select)) {
      const found = asOfIn(unit, project, scope, join);
      const { versionKey, by } = found?.versions.history ?? {};
      const from = found?.versions.base.node;
      if (!found || versionKey === undefined || from === undefined || by === 'built') continue;
      const isKept = delivered.columns.some(column =>
        column.origins.some(one => one.node === from && one.column.toLowerCase() === versionKey.toLowerCase()),
      );
      if (isKept) continue;
      report(
        join.keyword,
        `'${node.name}' finds the version of '${found.versions.name}' by its dates but does not keep '${versionKey}': readers who need more of it must search again. Deliver the key.`,
      );
    }
  },
  examples: {
    'attributes are copied, the key is not': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/dim_customers.sql
      select customer_key, customer_id, tier, valid_from, valid_to from {{ ref('stg_customers') }}
      //- models/stg_orders.sql
      select order_id, customer_id, ordered_at from {{ source('erp', 'orders') }}
      //- models/fct_orders.sql
      select o.order_id, o.customer_id, c.tier from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c
      ^^^^^^^^^ info: does not keep 'customer_key'
        on c.customer_id = o.customer_id and o.ordered_at >= c.valid_from and (o.ordered_at < c.valid_to or c.valid_to is null)
    `,
    'the key is dropped in a later CTE': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/dim_customers.sql
      select customer_key, customer_id, tier, valid_from, valid_to from {{ ref('stg_customers') }}
      //- models/stg_orders.sql
      select order_id, customer_id, ordered_at from {{ source('erp', 'orders') }}
      //- models/fct_orders.sql
      with joined as (
        select o.order_id, c.customer_key, c.tier from {{ ref('stg_orders') }} as o
        left join {{ ref('dim_customers') }} as c
        ^^^^^^^^^ Deliver the key
          on c.customer_id = o.customer_id and o.ordered_at between c.valid_from and c.valid_to
      )
      select order_id, tier from joined
    `,
    'the key is kept': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/dim_customers.sql
      select customer_key, customer_id, tier, valid_from, valid_to from {{ ref('stg_customers') }}
      //- models/stg_orders.sql
      select order_id, customer_id, ordered_at from {{ source('erp', 'orders') }}
      //- models/fct_orders.sql
      select o.order_id, coalesce(c.customer_key, '-1') as customer_key from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c
        on c.customer_id = o.customer_id and o.ordered_at >= c.valid_from and o.ordered_at < c.valid_to
    `,
    'no fact, and no key that is known': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id } } }
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
      //- models/dim_customers.sql
      select customer_id, tier, valid_from, valid_to from {{ ref('stg_customers') }}
      //- models/stg_orders.sql
      select order_id, customer_id, ordered_at from {{ source('erp', 'orders') }}
      //- models/fct_orders.sql
      select o.order_id, c.tier from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c on c.customer_id = o.customer_id and o.ordered_at between c.valid_from and c.valid_to
    `,
  },
});
