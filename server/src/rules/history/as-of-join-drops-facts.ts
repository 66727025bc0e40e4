import { joinsIn, labelOf } from '../expressions.ts';
import { defineRule, list, replace, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { asOfIn } from './as-of.ts';
import { mayHoldVersions } from './versions.ts';

export default defineRule({
  summary: 'An inner join to the version that was valid at the time.',
  why: 'Facts from before the first version, or without a date, match none and vanish with their measures; totals no longer agree with the source.',
  details:
    'Fires for inner joins whose ON covers the natural key of a history and compares its start of validity with a column of the other side. Silent for left joins, for the current version (`is_current`), for joins of two histories, and where the model reads itself. Where the first version of every key is open to the past nothing is lost: list such models in `allow`.',
  severity: 'info',
  options: { allow: list('Names of models with history whose first versions are open to the past.') },
  on: 'sql:select',
  check(select, { unit, project, options, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !project || !scope || scope.isOpen || !select.from) return;
    const joins = joinsIn(select).filter(one => one.type === 'inner' && one.on && !one.modifier);
    if (joins.length === 0 || !mayHoldVersions(unit, project)) return;
    for (const join of joins) {
      const found = asOfIn(unit, project, scope, join);
      if (!found || options.allow.includes(found.versions.name)) continue;
      report(
        join.keyword,
        `Rows of ${labelOf(found.other)} from before the first version in '${found.versions.name}', or without a date, match none and are lost with this inner join. Join left, and give them an unknown member.`,
        {
          fixes: isWritten(unit, join.keyword)
            ? [suggest('Join left', replace(join.keyword, inCaseOf(textOf(unit, join.keyword), 'left join')))]
            : [],
        },
      );
    }
  },
  examples: {
    'a snapshot at the time of the order': `
      //- snapshots/customers.sql
      {% snapshot customers_history %}
      {{ config(unique_key='customer_id', strategy='timestamp', updated_at='updated_at') }}
      select customer_id, tier, updated_at from {{ source('crm', 'customers') }}
      {% endsnapshot %}
      //- models/stg_orders.sql
      select order_id, customer_id, ordered_at from {{ source('erp', 'orders') }}
      //- models/fct_orders.sql
      select o.order_id, c.tier
      from {{ ref('stg_orders') }} as o
      join {{ ref('customers_history') }} as c
      ^^^^ info: Rows of 'o' from before the first version in 'customers_history'
        on c.customer_id = o.customer_id
        and o.ordered_at >= c.dbt_valid_from
        and (o.ordered_at < c.dbt_valid_to or c.dbt_valid_to is null)
      -> Join left
      //- models/fct_orders.sql
      select o.order_id, c.tier
      from {{ ref('stg_orders') }} as o
      left join {{ ref('customers_history') }} as c
        on c.customer_id = o.customer_id
        and o.ordered_at >= c.dbt_valid_from
        and (o.ordered_at < c.dbt_valid_to or c.dbt_valid_to is null)
    `,
    'with BETWEEN, behind CTEs': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: [sku, shop] } } }
      //- models/dim_prices.sql
      select sku, shop, price, valid_from, valid_to from {{ ref('stg_prices') }}
      //- models/stg_sales.sql
      select id, sku, shop, sold_on from {{ source('erp', 'sales') }}
      //- models/fct_sales.sql
      WITH sales AS (SELECT * FROM {{ ref('stg_sales') }}), prices AS (SELECT * FROM {{ ref('dim_prices') }})
      SELECT sales.id, prices.price
      FROM sales
      INNER JOIN prices ON sales.sku = prices.sku AND sales.shop = prices.shop
      ^^^^^^^^^^ match none and are lost
        AND sales.sold_on BETWEEN prices.valid_from AND prices.valid_to
      -> Join left
      //- models/fct_sales.sql
      WITH sales AS (SELECT * FROM {{ ref('stg_sales') }}), prices AS (SELECT * FROM {{ ref('dim_prices') }})
      SELECT sales.id, prices.price
      FROM sales
      LEFT JOIN prices ON sales.sku = prices.sku AND sales.shop = prices.shop
        AND sales.sold_on BETWEEN prices.valid_from AND prices.valid_to
    `,
    'left joins, the current version, two histories': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
        - name: dim_costs
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
      //- models/dim_prices.sql
      select sku, price, valid_from, valid_to, is_current from {{ ref('stg_prices') }}
      //- models/dim_costs.sql
      select sku, cost, valid_from, valid_to, is_current from {{ ref('stg_costs') }}
      //- models/stg_sales.sql
      select id, sku, sold_on from {{ source('erp', 'sales') }}
      //- models/a.sql
      select s.id, p.price from {{ ref('stg_sales') }} as s
      left join {{ ref('dim_prices') }} as p on p.sku = s.sku and s.sold_on >= p.valid_from and s.sold_on < p.valid_to
      //- models/b.sql
      select s.id, p.price from {{ ref('stg_sales') }} as s join {{ ref('dim_prices') }} as p on p.sku = s.sku and p.is_current
      //- models/c.sql
      select p.sku from {{ ref('dim_prices') }} as p
      join {{ ref('dim_costs') }} as c on c.sku = p.sku and c.valid_from < p.valid_to and p.valid_from < c.valid_to
    `,
    'other keys, inside Jinja': `
      //- models/schema.yml
      models:
        - name: dim_prices
          config: { meta: { grainline: { scd: 2, natural_key: [sku, shop] } } }
      //- models/dim_prices.sql
      select sku, shop, price, valid_from, valid_to from {{ ref('stg_prices') }}
      //- models/stg_days.sql
      select day from {{ source('erp', 'days') }}
      //- models/prices_daily.sql
      select d.day, p.sku, p.price from {{ ref('stg_days') }} as d
      {% if true %}
      join {{ ref('dim_prices') }} as p on d.day >= p.valid_from and d.day < p.valid_to
      {% endif %}
    `,
  },
});
