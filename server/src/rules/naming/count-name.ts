import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A count whose name does not end in `_count`, in a project that names counts so.',
  why: '`orders` may be a list, a flag or a number; `order_count` is a number that can be summed.',
  details:
    'Fires for the result of `count()`, distinct or not, where this model gives the name. Only under a chosen convention (`extends: [kimball]`), patterns in grainline.yml, or a habit: at least 8 counts, 80 % of them alike; a habit leaves plural nouns, `total_…` and `count_…` alone.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check: (subject, context) => checkColumns(subject, context, COLUMN_KINDS.count),
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/mrt_sales_daily.sql
      select
          order_date,
          count(*) as orders,
                      ^^^^^^ warning: The count 'orders' (count()) does not fit: the kimball convention names counts <thing>_count.
          count(distinct customer_id) as customer_count
      from {{ ref('fct_orders') }}
      group by order_date
      -> Rename to 'order_count'
      select
          order_date,
          count(*) as order_count,
          count(distinct customer_id) as customer_count
      from {{ ref('fct_orders') }}
      group by order_date
    `,
    'no convention asks for it, behind Jinja': `
      select {{ 'order_date' }}, count(*) as orders from {{ ref('fct_orders') }} group by 1
    `,
    'other numbers': `
      //- grainline.yml
      extends: [kimball]
      //- models/mrt_sales_daily.sql
      select order_date, sum(quantity) as pieces, count(*) > 3 as is_busy from {{ ref('fct_orders') }} group by 1
    `,
  },
});
