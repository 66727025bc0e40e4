/** Parts of a query that people write again and again, in the form that counts nothing twice and loses nothing. */

import { group, type Snippet } from './snippet.ts';

/** CTEs stand in a query with a read of the last one. */
const cte = (last: string, columns: string, before = ''): string => `with

${before}§

select
    ${columns}
from ${last}
`;

/** A column of a query. */
const LINES = `with

lines as (

    select * from {{ ref('stg_shop__order_lines') }}

)

select
    §,
    quantity
from lines
`;

const ORDERS = `with

orders as (

    select * from {{ ref('stg_shop__orders') }}

)

`;

/** A join with a dimension that keeps history. */
const CUSTOMERS = `with

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

dim_customers as (

    select * from {{ ref('dim_customer_versions') }}

)

select
    orders.order_id,
    dim_customers.country_code
from orders
§
`;

const QUERY = group('Parts of a query', 'sql', [
  {
    name: 'Model skeleton',
    prefix: ['gl-with', 'model skeleton', 'with'],
    description: 'A model as dbt suggests it: what it reads first, its result last.',
    text: `
with

«orders» as (

    select * from {{ ref('«stg_shop__orders»') }}

),

final as (

    select
        «orders».«order_id»«»
    from «orders»

)

select * from final
`,
  },
  {
    name: 'Import CTE',
    prefix: ['gl-import', 'import CTE', 'cte import'],
    description: 'A CTE that reads a model, for the top of a query.',
    frame: `with

§

final as (

    select order_id from orders

)

select * from final
`,
    text: `
«orders» as (

    select * from {{ ref('«stg_shop__orders»') }}

),
`,
  },
  {
    name: 'CTE',
    prefix: ['gl-cte', 'cte'],
    description: 'A step of a query.',
    frame: cte('filtered', 'order_id', "orders as (\n\n    select * from {{ ref('stg_shop__orders') }}\n\n),\n\n"),
    text: `
«filtered» as (

    select
        «order_id»
    from «orders»
    where «order_amount > 0»

)
`,
  },
  {
    name: 'Final CTE',
    prefix: ['gl-final', 'final CTE'],
    description: 'The last step of a query and the read of it.',
    frame: "with\n\norders as (\n\n    select * from {{ ref('stg_shop__orders') }}\n\n),\n\n§\n",
    text: `
final as (

    select
        «orders».«order_id»«»
    from «orders»

)

select * from final
`,
  },
  {
    name: 'Keep the latest row per key',
    prefix: ['gl-latest', 'deduplicate', 'row_number'],
    description: 'One row per key: the latest, and of equally late ones always the same.',
    frame: cte(
      'latest',
      'order_id,\n    order_status',
      "orders as (\n\n    select * from {{ ref('stg_shop__orders') }}\n\n),\n\n",
    ),
    text: `
ranked as (

    select
        «order_id»,
        «order_status»,
        «updated_at»,
        row_number() over (
            partition by «order_id»
            order by «updated_at» desc, «order_status»
        ) as row_rank
    from «orders»

),

«latest» as (

    select
        «order_id»,
        «order_status»,
        «updated_at»
    from ranked
    where row_rank = 1

)
`,
  },
  {
    name: 'Keep the latest row per key, with QUALIFY',
    prefix: ['gl-latest-qualify', 'deduplicate with qualify', 'qualify'],
    description:
      'The same in one step, where the warehouse has QUALIFY (Snowflake, BigQuery, Databricks, DuckDB, Redshift).',
    frame: cte(
      'latest',
      'order_id,\n    order_status',
      "orders as (\n\n    select * from {{ ref('stg_shop__orders') }}\n\n),\n\n",
    ),
    text: `
«latest» as (

    select
        «order_id»,
        «order_status»,
        «updated_at»
    from «orders»
    qualify row_number() over (
        partition by «order_id»
        order by «updated_at» desc, «order_status»
    ) = 1

)
`,
  },
  {
    name: 'Date spine',
    prefix: ['gl-date-spine', 'date spine', 'calendar days'],
    description: 'A row for each day, so that days without an event are there too. The end is not part of it.',
    frame: cte('days', 'date_day'),
    text: `
spine as (

    {{
        dbt_utils.date_spine(
            datepart='«day|week|month|hour»',
            start_date="cast('«2024-01-01»' as date)",
            end_date="cast('«2031-01-01»' as date)"
        )
    }}

),

«days» as (

    select cast(date_«day|week|month|hour» as date) as «date_day»
    from spine

)
`,
  },
  {
    name: 'Fill missing days',
    prefix: ['gl-fill-days', 'fill missing days'],
    description: 'A row per day and thing, with 0 where nothing happened.',
    frame: cte(
      'filled',
      'date_day,\n    product_id,\n    moved_quantity',
      `days as (

    select date_day from {{ ref('dim_dates') }}

),

movements as (

    select
        product_id,
        cast(moved_at as date) as moved_date,
        sum(moved_quantity) as moved_quantity
    from {{ ref('stg_shop__movements') }}
    group by product_id, cast(moved_at as date)

),

products as (

    select product_id
    from movements
    group by product_id

),

`,
    ),
    text: `
«filled» as (

    select
        days.date_day,
        «products».«product_id»,
        coalesce(«movements».«moved_quantity», 0) as «moved_quantity»
    from days
    cross join «products»
    left join «movements»
        on days.date_day = «movements».«moved_date»
        and «products».«product_id» = «movements».«product_id»

)
`,
  },
  {
    name: 'Running total',
    prefix: ['gl-running-total', 'running total', 'cumulative sum'],
    description:
      'The sum of all rows so far, row by row: without the frame, rows of one moment would be summed at once.',
    frame: `${ORDERS}select
    order_id,
    §
from orders
`,
    text: `
sum(«order_amount») over (
    partition by «customer_id»
    order by «ordered_at», «order_id»
    rows between unbounded preceding and current row
) as «running_amount»
`,
  },
  {
    name: 'Ratio',
    prefix: ['gl-ratio', 'safe division'],
    description: 'A quotient that is NULL, and no error, where there is nothing to divide by; and no whole number.',
    frame: LINES,
    text: '1.0 * «line_amount» / nullif(«quantity», 0) as «unit_amount»',
  },
]);

const JOINS = group('Joins and comparisons', 'sql', [
  {
    name: 'Join as of a moment',
    prefix: ['gl-join-as-of', 'join as of', 'point-in-time join'],
    description:
      'Joins the version that held at a moment. Half-open, so that no moment matches two versions; NULL is the open end; left, so that earlier facts stay.',
    frame: CUSTOMERS,
    text: `
left join «dim_customers»
    on «orders».«customer_id» = «dim_customers».«customer_id»
    and «orders».«ordered_at» >= «dim_customers».valid_from
    and («orders».«ordered_at» < «dim_customers».valid_to or «dim_customers».valid_to is null)
`,
  },
  {
    name: 'Join the current version',
    prefix: ['gl-join-current', 'join current version'],
    description: 'Joins the version of a type 2 dimension that holds now.',
    frame: CUSTOMERS,
    text: `
left join «dim_customers»
    on «orders».«customer_id» = «dim_customers».«customer_id»
    and «dim_customers».is_current
`,
  },
  {
    name: 'Rows without a partner',
    prefix: ['gl-not-exists', 'anti join', 'rows without a partner'],
    description: 'Rows that have none in another relation. A NULL there empties NOT IN; it does not empty this.',
    frame: `${ORDERS}select orders.order_id
from orders
§
`,
    text: `
where not exists (
        select 1
        from {{ ref('«fct_orders»') }} as «known»
        where «known».«order_id» = «orders».«order_id»
    )
`,
  },
  {
    name: 'Different, also with NULL',
    prefix: ['gl-distinct-from', 'is distinct from', 'null-safe comparison'],
    description:
      'True when two values differ, NULL counted as a value (Snowflake, BigQuery, PostgreSQL, Databricks, DuckDB, Trino).',
    frame: `${ORDERS}select order_id
from orders
where §
`,
    text: '«updated_at» is «distinct from|not distinct from» «ordered_at»',
  },
  {
    name: 'Different, also with NULL, spelled out',
    prefix: ['gl-distinct-from-spelled-out', 'null-safe comparison for redshift'],
    description: 'The same in words that every warehouse knows, Redshift and older SQL Server too.',
    frame: `${ORDERS}select order_id
from orders
where §
`,
    text: `
(
    «updated_at» <> «ordered_at»
    or («updated_at» is null and «ordered_at» is not null)
    or («updated_at» is not null and «ordered_at» is null)
)
`,
  },
  {
    name: 'Surrogate key',
    prefix: ['gl-key', 'surrogate key', 'generate_surrogate_key'],
    description: 'A hash of the columns that tell rows apart, the same in every run and on every warehouse.',
    frame: LINES,
    text: "{{ dbt_utils.generate_surrogate_key(['«order_id»', '«line_number»']) }} as «order_line_key»",
  },
  {
    name: 'Surrogate key, plain hash',
    prefix: ['gl-key-hash', 'surrogate key, plain hash', 'md5'],
    description:
      'The same without a package. The separator keeps 1 and 11 apart from 11 and 1; columns that may be NULL make the key NULL, which not_null then finds.',
    frame: LINES,
    text: "md5(cast(«order_id» as varchar) || '|' || cast(«line_number» as varchar)) as «order_line_key»",
  },
]);

export const SQL_PIECES: readonly Snippet[] = [...QUERY, ...JOINS];
