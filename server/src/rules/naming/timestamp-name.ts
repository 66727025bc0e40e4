import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A timestamp whose name does not say that it is a moment, as `created_at` does.',
  why: 'Whoever takes it for a date compares it with one, and the whole last day is lost.',
  details:
    'Fires where the type is proven (cast, function, `data_type`) and this model gives the name. Without a chosen convention, a project is held to its own habit (`_at`, `_on`, `_ts`, `_timestamp`, `_time`, `_datetime`): at least 8 timestamps, 80 % of them alike. Silent for periods (`order_month`), zones behind the name (`created_at_utc`), the columns of a history named under `validity:`, and names that dbt gives.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check: (subject, context) => checkColumns(subject, context, COLUMN_KINDS.timestamp),
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/stg_orders.sql
      select
          cast(created as timestamp) as created,
                                        ^^^^^^^ warning: The timestamp 'created' (cast to timestamp) does not fit: the kimball convention names timestamps <event>_at.
          cast(shipped as timestamp) as shipped_at
      from {{ source('shop', 'orders') }}
      -> Rename to 'created_at'
      select
          cast(created as timestamp) as created_at,
          cast(shipped as timestamp) as shipped_at
      from {{ source('shop', 'orders') }}
    `,
    "unlike the project's own": `
      //- models/a.sql
      select
          cast(a as timestamp) as a_ts, cast(b as timestamp) as b_ts, cast(c as timestamp) as c_ts,
          cast(d as timestamp) as d_ts, cast(e as timestamp) as e_ts, cast(f as timestamp) as f_ts,
          cast(g as timestamp) as g_ts, cast(h as timestamp) as h_ts
      from {{ source('shop', 'events') }}
      //- models/b.sql
      select cast(t as timestamp) as paid_when from {{ source('shop', 'payments') }}
                                     ^^^^^^^^^ is not named like 8 of this project's 9 timestamps (…_ts)
    `,
    'periods, zones and histories': `
      //- grainline.yml
      extends: [kimball]
      //- models/orders.sql
      select
          date_trunc('month', cast(x as timestamp)) as order_month,
          cast(y as timestamp) as paid_at_utc,
          cast(z as timestamp) as valid_from,
          cast(l as timestamp) as _loaded
      from {{ source('shop', 'orders') }}
    `,
    'behind Jinja, and a type that nobody proves': `
      //- grainline.yml
      extends: [kimball]
      //- models/orders.sql
      select {{ var('created', 'created') }} as created, cast(now_ as {{ var('t') }}) as seen from {{ source('shop', 'orders') }}
    `,
  },
});
