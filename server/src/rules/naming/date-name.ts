import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A date whose name does not say that it is a day, as `order_date` does.',
  why: 'Whoever takes it for a moment, a text or a number compares it with one, and rows fall out unseen.',
  details:
    'Fires where the type is proven (cast, function, `data_type`) and this model gives the name. Without a chosen convention, a project is held to its own habit: at least 8 dates, 80 % of them alike. Silent for periods (`order_month`, `date_day`), numbered dates (`procedure_date_1`), the columns of a history named under `validity:`, and names that dbt gives.',
  severity: 'warning',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check(subject, context) {
    // A date called `…_at` is worse than unlike others: misleading-name says so.
    const columns = context.isOn('misleading-name')
      ? subject.columns.filter(({ name }) => !/_at$/i.test(name))
      : subject.columns;
    checkColumns({ ...subject, columns }, context, COLUMN_KINDS.date);
  },
  examples: {
    'names that part their words otherwise': `
      //- grainline.yml
      extends: [kimball]
      //- models/stages.sql
      select cast(started as date) as "StartDate", cast(ended as date) as "End Date", cast(paid as date) as "Paid"
                                                                                                            ^^^^^^ The date 'Paid'
      from {{ source('shop', 'stages') }}
    `,
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/stg_orders.sql
      select cast(ordered as date) as ordered_on from {{ source('shop', 'orders') }}
                                      ^^^^^^^^^^ warning: The date 'ordered_on' (cast to date) does not fit: the kimball convention names dates <event>_date.
      -> Rename to 'ordered_date'
      select cast(ordered as date) as ordered_date from {{ source('shop', 'orders') }}
    `,
    "unlike the project's own, behind Jinja": `
      //- models/a.sql
      select
          {% for name in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] %}
          cast({{ name }} as date) as {{ name }}_date,
          {% endfor %}
          cast(birth as date) as birth
                                 ^^^^^ is not named like 8 of this project's 9 dates (…_date
      from {{ source('shop', 'events') }}
    `,
    'periods and numbers': `
      //- grainline.yml
      extends: [kimball]
      //- models/days.sql
      select cast(a as date) as date_day, cast(b as date) as order_month, cast(c as date) as visit_date_1, cast(d as date) as valid_to
      from {{ source('shop', 'days') }}
    `,
    'a young project, where the name says so in other words': `
      select cast(a as date) as date_of_birth, cast(b as date) as contract_start from {{ source('shop', 'people') }}
    `,
  },
});
