import type { FanOut } from '../../project/fan-out.ts';
import type { SqlUnit } from '../rule.ts';
import { defineRule } from '../rule.ts';
import { callText, evidenceOf, fanOutsIn, isGroupedBy, joinPlace, listed, measuresIn, nameOf } from './fan-outs.ts';
import { preAggregateBoth } from './pre-aggregate.ts';

export default defineRule({
  summary: 'Two one-to-many joins from one base, and a sum over one of the branches.',
  why: 'Each row of one branch meets each row of the other: two payments and three items make six rows, and both totals are wrong.',
  details:
    'Fires where two relations are joined to the same base, each with several rows for one row of it by declaration (a relationships test or foreign key with a key of its own, or a declared key of several columns of which the join matches some), and a SUM, AVG or COUNT of a column of one of them follows. Silent where a branch was reduced to one row per base row first, where the branches are matched with each other, for MIN, MAX and `count(distinct …)`, where another branch is grouped by, and for branches that UNION ALL puts below each other.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project || select.isOpaque) return;
    for (const { call, passages } of measuresIn(unit, select)) {
      for (const { select: at, relations } of passages) {
        const branches = fanOutsIn(unit, project, at);
        if (branches.length < 2) continue;
        for (const [own, other] of pairsOf(unit, branches)) {
          const rows = unit.facts.rowsWithOne(own.many);
          const isOwn =
            relations.has(own.many) && [...relations].every(one => one === own.many || rows.determines(one));
          const isAllowed = (one: (typeof own)['many']): boolean => one === own.many || rows.determines(one);
          if (!isOwn || !isGroupedBy(unit, select, call, at, isAllowed)) continue;
          const base = nameOf(own.one, project);
          const [mine, theirs] = [nameOf(own.many, project), nameOf(other.many, project)];
          report(
            joinPlace(later(own, other)),
            `One row of '${base}' has several rows of '${mine}' and several of '${theirs}', and here each meets each: ${callText(unit, call)} counts a row of '${mine}' once per row of '${theirs}'. Add up both per ${listed(other.matched)} before they are joined.`,
            {
              related: [...evidenceOf(own, project), ...evidenceOf(other, project)],
              fixes:
                at === select
                  ? preAggregateBoth(unit, select, [
                      { fanOut: own, name: mine },
                      { fanOut: other, name: theirs },
                    ])
                  : [],
            },
          );
        }
      }
    }
  },
  examples: {
    'payments and items of an order': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: payments
          columns:
            - { name: payment_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
        - name: items
          data_tests:
            - dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] }
      //- models/orders.sql
      select order_id, customer_id from {{ source('shop', 'orders') }}
      //- models/payments.sql
      select payment_id, order_id, amount from {{ source('shop', 'payments') }}
      //- models/items.sql
      select order_id, line, quantity from {{ source('shop', 'items') }}
      //- models/example.sql
      select o.customer_id, sum(p.amount) as paid, sum(i.quantity) as quantity
      from {{ ref('orders') }} as o
      left join {{ ref('payments') }} as p on p.order_id = o.order_id
      left join {{ ref('items') }} as i on i.order_id = o.order_id
                                           ^^^^^^^^^^^^^^^^^^^^^^^ warning: One row of 'orders' has several rows of 'payments' and several of 'items', and here each meets each: sum(p.amount) counts a row of 'payments' once per row of 'items'.
      group by o.customer_id
      -> Add up 'payments' and 'items' before they are joined
      //- models/example.sql
      select o.customer_id, sum(p.amount) as paid, sum(i.quantity) as quantity
      from {{ ref('orders') }} as o
      left join (select order_id, sum(amount) as amount from {{ ref('payments') }} group by order_id) as p on p.order_id = o.order_id
      left join (select order_id, sum(quantity) as quantity from {{ ref('items') }} group by order_id) as i on i.order_id = o.order_id
      group by o.customer_id
    `,
    'in a later step, through CTEs': `
      //- models/schema.yml
      models:
        - name: payments
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, payment_number] } }]
        - name: items
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] } }]
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
      //- models/orders.sql
      select order_id from {{ source('shop', 'orders') }}
      //- models/payments.sql
      select order_id, payment_number, amount from {{ source('shop', 'payments') }}
      //- models/items.sql
      select order_id, line from {{ source('shop', 'items') }}
      //- models/example.sql
      with orders as (select * from {{ ref('orders') }}),
      payments as (select * from {{ ref('payments') }}),
      joined as (
        select orders.order_id, payments.amount from orders
        join payments on payments.order_id = orders.order_id
        join {{ ref('items') }} as items on items.order_id = orders.order_id
                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ sum(amount) counts a row of 'payments' once per row of 'items'
      )
      select order_id, sum(amount) as paid from joined group by order_id
    `,
    'one branch is added up first, or only counted once': `
      //- models/schema.yml
      models:
        - name: payments
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, payment_number] } }]
        - name: items
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] } }]
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
      //- models/orders.sql
      select order_id from {{ source('shop', 'orders') }}
      //- models/payments.sql
      select order_id, payment_number, amount from {{ source('shop', 'payments') }}
      //- models/items.sql
      select order_id, line, quantity from {{ source('shop', 'items') }}
      //- models/a.sql
      with totals as (select order_id, sum(quantity) as quantity from {{ ref('items') }} group by order_id)
      select o.order_id, sum(p.amount) as paid, max(t.quantity) as quantity
      from {{ ref('orders') }} as o
      join {{ ref('payments') }} as p on p.order_id = o.order_id
      join totals as t on t.order_id = o.order_id
      group by o.order_id
      //- models/b.sql
      select o.order_id, count(distinct p.payment_number) as payments, max(i.quantity) as largest
      from {{ ref('orders') }} as o
      join {{ ref('payments') }} as p on p.order_id = o.order_id
      join {{ ref('items') }} as i on i.order_id = o.order_id
      group by o.order_id
      //- models/c.sql
      select order_id, sum(amount) as amount from {{ ref('payments') }} group by order_id
      union all
      select order_id, sum(quantity) as amount from {{ ref('items') }} group by order_id
    `,
    'the branches are matched with each other': `
      //- models/schema.yml
      models:
        - name: payments
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, payment_number] } }]
        - name: items
          data_tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] } }]
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
      //- models/orders.sql
      select order_id from {{ source('shop', 'orders') }}
      //- models/payments.sql
      select order_id, payment_number, amount from {{ source('shop', 'payments') }}
      //- models/items.sql
      select order_id, line, quantity from {{ source('shop', 'items') }}
      //- models/a.sql
      select o.order_id, sum(p.amount) as paid
      from {{ ref('orders') }} as o
      join {{ ref('payments') }} as p on p.order_id = o.order_id
      join {{ ref('items') }} as i on i.order_id = o.order_id and i.line = p.payment_number
      group by o.order_id
    `,
  },
});

/** Both ways: each branch with each other one of the same base that it neither finds nor is found by. */
function pairsOf(unit: SqlUnit, branches: readonly FanOut[]): readonly (readonly [FanOut, FanOut])[] {
  const found: (readonly [FanOut, FanOut])[] = [];
  for (const own of branches) {
    const rows = unit.facts.rowsWithOne(own.many);
    if (!rows.determines(own.one)) continue;
    for (const other of branches) {
      if (other.one !== own.one || other.many === own.many || rows.determines(other.many)) continue;
      // Matched with each other by more than the base's key.
      if ([...rows.fixed(other.many)].some(column => !other.matched.includes(column))) continue;
      if (unit.facts.rowsWithOne(other.many).determines(own.many)) continue;
      found.push([own, other]);
    }
  }
  return found;
}

function later(a: FanOut, b: FanOut): FanOut {
  return a.many.index > b.many.index ? a : b;
}
