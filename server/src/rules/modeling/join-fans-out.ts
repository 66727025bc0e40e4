import type { FunctionCall, Select } from '../../syntax/sql/tree.ts';
import { columnsIn } from '../expressions.ts';
import { defineRule, type ProjectView, type RuleContext, type SqlUnit } from '../rule.ts';
import {
  callText,
  evidenceOf,
  fanOutsIn,
  isGroupedBy,
  joinPlace,
  listed,
  nameOf,
  reasonBetween,
  reasonOf,
  sumsIn,
} from './fan-outs.ts';
import { preAggregate } from './pre-aggregate.ts';
import { repeatedIn } from './repeated-columns.ts';

export default defineRule({
  summary: 'A join repeats rows, and a sum, average or count counts them as often.',
  why: 'Every total over the repeated side is too high, by as much as there are matching rows; nothing fails.',
  details:
    'Fires only where somebody says that the other side repeats: it has a declared key of several columns (a combination test, a constraint, `meta.grainline.grain`, a unique hash of several columns) of which the join matches some; or it is a child by a relationships test or foreign key and has a declared key of its own. That nothing tests a column for uniqueness is no evidence. The sum may stand in this SELECT, in a later one of the file that the rows reach unchanged, or in a model that reads this one.\n\nSilent where the other side was reduced to one row first (GROUP BY, DISTINCT, QUALIFY, `row_number() = 1`, a filter on one kind of row), where a filter or a further condition of the join may pick one row, where columns of the many side are summed or grouped by, for MIN, MAX, `count(distinct …)` and `count(*)`, for values divided into shares or multiplied by a weight, where a test that only warns or a `unique_key` means the matched columns to be unique. Joins to all versions of a history are reported by `version-blind-join`.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project || select.isOpaque) return;
    for (const { call, passages } of sumsIn(unit, select)) {
      reportRepeated(unit, project, select, call, report);
      for (const { select: at, relations } of passages) {
        for (const fanOut of fanOutsIn(unit, project, at)) {
          const { one, many, rows, matched, missing } = fanOut;
          const isOfOne = relations.has(one) && [...relations].every(each => each === one || rows.determines(each));
          if (!isOfOne || !isGroupedBy(unit, select, call, at, each => each === one || rows.determines(each))) continue;
          const parent = nameOf(one, project);
          const times = missing.length > 0 ? `once per ${listed(missing)}` : 'several times';
          report(
            joinPlace(fanOut),
            `${reasonOf(fanOut, project)}, so each row of '${parent}' comes ${times} and ${callText(unit, call)} counts it as often. Add up '${nameOf(many, project)}' per ${listed(matched)} before the join.`,
            {
              related: evidenceOf(fanOut, project),
              fixes: at === select ? preAggregate(unit, select, fanOut, nameOf(many, project)) : [],
            },
          );
        }
      }
    }
  },
  examples: {
    'a model that repeats the column already': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: order_items
          columns:
            - { name: item_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
      //- models/orders.sql
      select order_id, customer_id, shipping_cost from {{ source('shop', 'orders') }}
      //- models/order_items.sql
      select item_id, order_id, price from {{ source('shop', 'order_items') }}
      //- models/order_lines.sql
      select i.item_id, i.price, o.order_id, o.customer_id, o.shipping_cost as shipping
      from {{ ref('order_items') }} as i left join {{ ref('orders') }} as o on o.order_id = i.order_id
      //- models/customers.sql
      with lines as (select * from {{ ref('order_lines') }})
      select customer_id, sum(price) as price, sum(shipping) as shipping from lines group by customer_id
                                               ^^^^^^^^^^^^^ warning: 'shipping' stands on several rows of 'order_lines': 'orders' has several rows of 'order_items'
    `,
    'a child by a relationships test': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: order_items
          columns:
            - name: item_id
              data_tests: [unique]
            - name: order_id
              data_tests: [{ relationships: { to: ref('orders'), field: order_id } }]
      //- models/orders.sql
      select order_id, customer_id, amount from {{ source('shop', 'orders') }}
      //- models/order_items.sql
      select item_id, order_id, quantity from {{ source('shop', 'order_items') }}
      //- models/customers.sql
      select o.customer_id, sum(o.amount) as amount, sum(i.quantity) as quantity
      from {{ ref('orders') }} as o
      join {{ ref('order_items') }} as i on i.order_id = o.order_id
                                            ^^^^^^^^^^^^^^^^^^^^^^^ warning: 'orders' has several rows of 'order_items' (relationships test on 'order_id'; its own key is 'item_id', not matched here), so each row of 'orders' comes once per 'item_id' and sum(o.amount) counts it as often.
      group by o.customer_id
      ->
      //- models/customers.sql
      select o.customer_id, sum(o.amount) as amount, sum(i.quantity) as quantity
      from {{ ref('orders') }} as o
      join (select order_id, sum(quantity) as quantity from {{ ref('order_items') }} group by order_id) as i on i.order_id = o.order_id
      group by o.customer_id
    `,
    'half of a declared key': `
      //- models/schema.yml
      models:
        - name: rates
          data_tests:
            - dbt_utils.unique_combination_of_columns: { combination_of_columns: [currency, day] }
      //- models/rates.sql
      select currency, day, rate from {{ source('x', 'rates') }}
      //- models/revenue.sql
      with orders as (select currency, amount from {{ ref('stg_orders') }}),
      rates as (select * from {{ ref('rates') }})
      select orders.currency, sum(orders.amount) as amount
      from orders left join rates on rates.currency = orders.currency
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'rates' has a row for each 'currency', 'day' (test unique_combination_of_columns on currency, day) and this join matches 'currency' only
      group by 1
    `,
    'the sum stands in a later step, and the key is a hash': `
      //- models/schema.yml
      models:
        - name: lines
          columns: [{ name: line_key, data_tests: [unique] }]
      //- models/lines.sql
      select {{ dbt_utils.generate_surrogate_key(['order_id', 'line_number']) }} as line_key, order_id, line_number, product_id
      from {{ source('shop', 'lines') }}
      //- models/spending.sql
      with joined as (
        select o.customer_id, o.shipping_cost, l.product_id
        from {{ ref('lines') }} as l
        inner join {{ ref('stg_orders') }} as o on l.order_id = o.order_id
                                                   ^^^^^^^^^^^^^^^^^^^^^^^ so each row of 'stg_orders' comes once per 'line_number' and sum(shipping_cost) counts it as often
      ),
      named as (select * from joined where customer_id is not null)
      select customer_id, sum(shipping_cost) as shipping_cost from named group by customer_id
      //- models/stg_orders.sql
      select order_id, customer_id, shipping_cost from {{ source('shop', 'orders') }}
    `,
    'one row per join key first': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: order_items
          columns:
            - { name: item_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
      //- models/orders.sql
      select order_id, customer_id, amount from {{ source('shop', 'orders') }}
      //- models/order_items.sql
      select item_id, order_id, quantity, position, is_main from {{ source('shop', 'order_items') }}
      //- models/a.sql
      with items as (select order_id, sum(quantity) as quantity from {{ ref('order_items') }} group by order_id),
      firsts as (
        select * from (select *, row_number() over (partition by order_id order by position) as rn from {{ ref('order_items') }}) as n
        where rn = 1
      )
      select o.customer_id, sum(o.amount) as amount, sum(i.quantity) as quantity
      from {{ ref('orders') }} as o
      join items as i on i.order_id = o.order_id
      left join firsts as f on f.order_id = o.order_id
      left join {{ ref('order_items') }} as m on m.order_id = o.order_id and m.is_main
      left join {{ ref('order_items') }} as n on n.order_id = o.order_id and n.position = 1
      group by o.customer_id
      //- models/b.sql
      with mains as (select * from {{ ref('order_items') }} where position = 1)
      select sum(o.amount) as amount from {{ ref('orders') }} as o join mains on mains.order_id = o.order_id
    `,
    'sums of the many side, and what repetition does not hurt': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: order_items
          columns:
            - { name: item_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
      //- models/orders.sql
      select order_id, customer_id, amount from {{ source('shop', 'orders') }}
      //- models/order_items.sql
      select item_id, order_id, quantity, share from {{ source('shop', 'order_items') }}
      //- models/a.sql
      select o.customer_id, sum(i.quantity) as quantity, count(*) as items, max(o.amount) as largest,
        count(distinct o.order_id) as orders, sum(o.amount * i.share) as weighted,
        sum(o.amount / o.n) as shared, sum(o.amount) / count(*) as mean
      from {{ ref('orders') }} as o join {{ ref('order_items') }} as i on i.order_id = o.order_id
      group by o.customer_id
      //- models/b.sql
      select i.item_id, sum(o.amount) as amount
      from {{ ref('orders') }} as o join {{ ref('order_items') }} as i on i.order_id = o.order_id
      group by i.item_id
      //- models/lines.sql
      select i.item_id, i.quantity, o.order_id, o.customer_id, o.amount
      from {{ ref('order_items') }} as i join {{ ref('orders') }} as o on o.order_id = i.order_id
      //- models/of_lines.sql
      select customer_id, sum(quantity) as quantity, max(amount) as amount from {{ ref('lines') }} group by customer_id
      union all
      select item_id, sum(amount), 0 from {{ ref('lines') }} group by item_id
      union all
      select order_id, sum(amount), 0 from (select distinct order_id, amount from {{ ref('lines') }}) as orders group by order_id
      union all
      select customer_id, sum(amount), 0 from {{ ref('lines') }} where quantity = 1 group by customer_id
      //- models/c.sql
      with joined as (
        select distinct o.order_id, o.amount from {{ ref('orders') }} as o
        join {{ ref('order_items') }} as i on i.order_id = o.order_id
      )
      select sum(amount) as amount from joined
      //- models/d.sql
      select sum(o.amount) as amount from {{ ref('orders') }} as o
      where exists (select 1 from {{ ref('order_items') }} as i where i.order_id = o.order_id)
    `,
    'nobody says that it repeats': `
      //- models/schema.yml
      models:
        - name: users
          columns: [{ name: user_id, data_tests: [unique] }]
        - name: warned
          columns:
            - { name: id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ unique: { config: { severity: warn } } }, { relationships: { to: ref('orders'), field: order_id } }] }
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
      //- models/users.sql
      select user_id, mitxonline_id, name from {{ source('x', 'users') }}
      //- models/warned.sql
      select id, order_id from {{ source('x', 'warned') }}
      //- models/orders.sql
      select order_id, user_key, amount from {{ source('x', 'orders') }}
      //- models/a.sql
      with grouped as (select order_id, name, count(*) as n from {{ ref('names') }} group by order_id, name)
      select sum(o.amount) as amount from {{ ref('orders') }} as o
      left join {{ ref('users') }} as u on u.mitxonline_id = o.user_key
      left join grouped as g on g.order_id = o.order_id
      left join {{ ref('warned') }} as w on w.order_id = o.order_id
    `,
    'the whole key, by a hash or by its parts': `
      //- models/schema.yml
      models:
        - name: rates
          data_tests:
            - dbt_utils.unique_combination_of_columns: { combination_of_columns: [currency, day] }
      //- models/rates.sql
      select md5(currency || '-' || day) as rate_key, currency, day, rate from {{ source('x', 'rates') }}
      //- models/a.sql
      select sum(o.amount) as amount from {{ ref('orders') }} as o
      join {{ ref('rates') }} as r on r.currency = o.currency and r.day = o.day
      join {{ ref('rates') }} as k on k.rate_key = o.rate_key
      //- models/spread.sql
      select sum(o.amount) as amount from {{ ref('orders') }} as o
      join {{ ref('rates') }} as r on r.currency = o.currency and r.day between o.start_day and o.end_day
    `,
  },
});

/** The join stands in the model that is read: then it is the sum that is wrong. */
function reportRepeated(
  unit: SqlUnit,
  project: ProjectView,
  select: Select,
  call: FunctionCall,
  report: RuleContext['report'],
): void {
  const found = repeatedIn(unit, project, select, call);
  if (!found) return;
  const { node, repetition } = found;
  const called = (id: string | undefined): string =>
    (id === undefined ? undefined : project.node(id)?.name) ?? 'the other side';
  const [parent, child] = [called(repetition.one), called(repetition.many)];
  const name = call.arguments.flatMap(argument => columnsIn(argument.value))[0]?.parts.at(-1)?.name ?? '';
  const times = repetition.missing.length > 0 ? `once per ${listed(repetition.missing)}` : 'several times';
  report(
    call,
    `'${name}' stands on several rows of '${called(node)}': ${reasonBetween(parent, child, repetition, 'there')}. ${callText(unit, call)} counts it ${times}. Sum it where one row is one of '${parent}', or take it once.`,
    { related: evidenceOf(repetition, project) },
  );
}
