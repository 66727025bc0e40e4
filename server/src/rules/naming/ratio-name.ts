import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A ratio whose name does not say so, as `conversion_rate` or `discount_pct` do.',
  why: 'A ratio that reads like a measure is summed or averaged over rows, and the result means nothing.',
  details:
    'Fires where one count is divided by another, or a sum by a sum of the same column, with or without rounding and scaling; a sum by a count is an average, sums of two columns may be a price. Only under a chosen convention (`extends: [kimball]`), patterns in grainline.yml, or a habit: at least 8 ratios, 80 % of them alike. Averages, shares and prices by name are left alone.',
  severity: 'info',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check: (subject, context) => checkColumns(subject, context, COLUMN_KINDS.ratio),
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/mrt_sales_conversion.sql
      select
          visit_date,
          count(distinct order_id) * 100.0 / nullif(count(*), 0) as conversion,
                                                                    ^^^^^^^^^^ info: The ratio 'conversion' does not fit: the kimball convention names ratios <thing>_rate, <thing>_ratio, <thing>_pct.
          round(sum(case when is_returned then amount else 0 end) / sum(amount), 2) as returned_rate,
          sum(amount) / count(*) as order_value
      from {{ ref('fct_visits') }}
      group by visit_date
      -> Rename to 'conversion_rate'
      select
          visit_date,
          count(distinct order_id) * 100.0 / nullif(count(*), 0) as conversion_rate,
          round(sum(case when is_returned then amount else 0 end) / sum(amount), 2) as returned_rate,
          sum(amount) / count(*) as order_value
      from {{ ref('fct_visits') }}
      group by visit_date
    `,
    'in a CTE, behind Jinja': `
      //- grainline.yml
      extends: [kimball]
      //- models/a.sql
      with shares as (
        select day, {{ 'count(*)' }} / count(distinct x) as load_factor_of_day, sum(is_late::int) / count(*) as late
                                                                                                                ^^^^ The ratio 'late'
        from {{ ref('visits') }} group by day
      )
      select * from shares
    `,
    'no habit, and words that are clear': `
      //- models/a.sql
      select count(a) / count(*) as filled from {{ ref('visits') }}
      //- models/b.sql
      select x / 100 as total, sum(revenue) / sum(quantity) as unit_price from {{ ref('lines') }}
    `,
  },
});
