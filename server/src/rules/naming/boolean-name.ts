import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A boolean column whose name is no claim, such as `is_active` or `has_orders`.',
  why: 'A flag that reads like a thing, a number or a date is summed, compared with text and misread.',
  details:
    'Fires where the type is proven (cast, comparison, `data_type`) and this model gives the name. Without a chosen convention, a project is held to its own habit: at least 8 booleans, 80 % of them alike; then names that are claims in other words (`was_…`, `allows_…`, `…_is_…`, `…_flag`) and names that a parent gave are left alone. `extends: [kimball]` asks for `is_<state>` or `has_<thing>` in every model that makes one.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check: (subject, context) => checkColumns(subject, context, COLUMN_KINDS.boolean),
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/stg_customers.sql
      select
          id as customer_id,
          newsletter = 'Y' as newsletter,
                              ^^^^^^^^^^ warning: The boolean 'newsletter' (comparison with =) does not fit: the kimball convention names booleans is_<state>, has_<thing>.
          cast(paid as boolean) as is_paid
      from {{ source('crm', 'customers') }}
      -> Rename to 'is_newsletter'
      select
          id as customer_id,
          newsletter = 'Y' as is_newsletter,
          cast(paid as boolean) as is_paid
      from {{ source('crm', 'customers') }}
    `,
    "unlike the project's own": `
      //- models/a.sql
      select
          a > 0 as is_a, a > 1 as is_b, a > 2 as is_c, a > 3 as has_d, a > 4 as is_e, a > 5 as is_f, a > 6 as is_g,
          a > 7 as is_h, a > 8 as is_i
      from {{ source('shop', 'numbers') }}
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: late
      exposures:
        - name: punctuality
          type: dashboard
          depends_on: [ref('orders')]
      //- models/orders.sql
      select id, delivered_on > promised_on as late from {{ ref('stg_orders') }}
                                               ^^^^ is not named like 9 of this project's 10 booleans (is_…, has_…
      -> Rename to 'is_late' (read by exposure 'punctuality')
      //- models/orders.sql
      select id, delivered_on > promised_on as is_late from {{ ref('stg_orders') }}
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: is_late
      exposures:
        - name: punctuality
          type: dashboard
          depends_on: [ref('orders')]
    `,
    'a value and a command, of which no claim can be made': `
      //- grainline.yml
      extends: [kimball]
      //- models/stg_customers.sql
      select
          id as customer_id,
          state = 'open' as order_status,
                            ^^^^^^^^^^^^ The boolean 'order_status'
          cast(showitem as boolean) as show_item
                                       ^^^^^^^^^ The boolean 'show_item'
      from {{ source('crm', 'customers') }}
      -> no fix
    `,
    "commands among a project's claims": `
      //- models/a.sql
      select
          a > 0 as is_a, a > 1 as is_b, a > 2 as is_c, a > 3 as has_d, a > 4 as is_e, a > 5 as is_f, a > 6 as is_g,
          a > 7 as is_h, a > 8 as is_i, a > 9 as is_j, b > 0 as is_k, b > 1 as is_l, b > 2 as is_m
      from {{ source('shop', 'numbers') }}
      //- models/orders.sql
      select id, a > 1 as show_item, a > 2 as to_be_emailed, a > 3 as status
                                                                      ^^^^^^ is not named like 13 of this project's 16 booleans
      from {{ ref('stg_orders') }}
      -> no fix
    `,
    'behind Jinja and a star': `
      //- grainline.yml
      extends: [kimball]
      //- models/flags.sql
      with final as (
        select
          {% for flag in ['is_open', 'is_late'] %}
          cast({{ flag }} as boolean) as {{ flag }},
          {% endfor %}
          cast({{ var('column', 'paid') }} as boolean) as paid
                                                          ^^^^ The boolean 'paid' (cast to boolean)
        from {{ source('shop', 'orders') }}
      )
      select * from final
    `,
    'read by others, who follow': `
      //- grainline.yml
      extends: [kimball]
      //- models/flags.sql
      with flags as (select id, a = b as same from {{ source('shop', 'orders') }})
                                         ^^^^ The boolean 'same'
      select * from flags where same
      //- models/schema.yml
      models: [{ name: flags, columns: [{ name: same, data_tests: [not_null] }] }]
      //- models/report.sql
      select id, same from {{ ref('flags') }} where not same
      -> Rename to 'is_same' everywhere
      //- models/flags.sql
      with flags as (select id, a = b as is_same from {{ source('shop', 'orders') }})
      select * from flags where is_same
      //- models/schema.yml
      models: [{ name: flags, columns: [{ name: is_same, data_tests: [not_null] }] }]
      //- models/report.sql
      select id, is_same from {{ ref('flags') }} where not is_same
    `,
    'what reads it cannot be known': `
      //- grainline.yml
      extends: [kimball]
      //- models/flags.sql
      select id, a = b as same from {{ source('shop', 'orders') }}
                          ^^^^ The boolean 'same'
      //- models/report.sql
      select {{ nobody.knows('it') }} from {{ ref('flags') }}
      -> no fix
    `,
    'a young project, whose booleans are claims in other words': `
      select a > b as was_larger, allowed = 1 as allows_returns, x is null as customer_is_gone, y is null as late_flag,
          z is not null as ran_on_warehouse
      from {{ source('shop', 'orders') }}
    `,
    "a project that is divided, types nobody proves, and parents' names": `
      //- models/a.sql
      select
          a > 0 as is_a, a > 1 as is_b, a > 2 as is_c, a > 3 as is_d, a > 4 as ee, a > 5 as ff, a > 6 as gg,
          a > 7 as hh, a > 8 as jj
      from {{ source('shop', 'numbers') }}
      //- models/b.sql
      select ee, gg, cancelled, shipped as dispatched from {{ ref('a') }}
    `,
    'allowed by name': `
      //- grainline.yml
      extends: [kimball]
      rules:
        boolean-name: [warning, { allow: [newsletter] }]
      //- models/a.sql
      select a > 1 as newsletter from {{ source('shop', 'numbers') }}
    `,
  },
});
