import { defineRule, list } from '../rule.ts';
import { checkColumns } from './column-kind.ts';
import { COLUMN_KINDS } from './column-kinds.ts';

export default defineRule({
  summary: 'A sum of money whose name does not end in `_amount`, in a project that names amounts so.',
  why: 'A measure that says what it is can be summed without looking it up; a `cost` may be per unit or in all.',
  details:
    'Fires for decimal and float columns (proven by cast, function or `data_type`) that this model names with a word for money: revenue, cost, fee, tax, discount, refund, paid, spend. Only under a chosen convention (`extends: [kimball]`), patterns in grainline.yml, or a habit: at least 8 amounts, 80 % of them alike. Prices, rates, shares and averages are no amounts.',
  severity: 'info',
  options: { allow: list('Names of columns that may stay as they are.') },
  on: 'names',
  check: (subject, context) => checkColumns(subject, context, COLUMN_KINDS.amount),
  examples: {
    'under the kimball convention': `
      //- grainline.yml
      extends: [kimball]
      //- models/fct_orders.sql
      select
          cast(tax as decimal(12, 2)) as order_tax,
                                         ^^^^^^^^^ info: The amount 'order_tax' (cast to decimal) does not fit: the kimball convention names amounts <thing>_amount.
          cast(total as decimal(12, 2)) as order_amount
      from {{ source('shop', 'orders') }}
      -> Rename to 'order_tax_amount'
      select
          cast(tax as decimal(12, 2)) as order_tax_amount,
          cast(total as decimal(12, 2)) as order_amount
      from {{ source('shop', 'orders') }}
    `,
    'prices, rates and whole numbers': `
      //- grainline.yml
      extends: [kimball]
      //- models/fct_orders.sql
      select
          cast(price as decimal(12, 2)) as unit_price,
          cast(tax as decimal(5, 4)) as tax_rate,
          cast(cents as integer) as cost_cents
      from {{ source('shop', 'orders') }}
    `,
    'no convention asks for it, behind Jinja': `
      select cast({{ 'tax' }} as decimal(12, 2)) as order_tax from {{ source('shop', 'orders') }}
    `,
  },
});
