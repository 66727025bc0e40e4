import { passesRows } from '../../project/fan-out.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { selectOfQuery, traceColumn } from '../../project/trace.ts';
import type { Query, Select } from '../../syntax/sql/tree.ts';
import { defineRule, type ProjectView, type SqlUnit } from '../rule.ts';
import { evidenceOf, fanOutsIn, joinPlace, listed, nameOf, reasonOf } from './fan-outs.ts';

export default defineRule({
  summary: 'The SQL of a model cannot give the grain that is declared for it.',
  why: 'Readers join and add up by the declared grain; rows that come twice, or a column of the grain that is missing, make their numbers wrong.',
  details:
    'Fires where a grain is declared (`meta.grainline.grain` or the primary entity of a semantic model) and the outermost GROUP BY leaves one of its columns out of the output (error), or where a join repeats the rows that the grain names: the same evidence as for `join-fans-out` (warning). Silent where GROUP BY, DISTINCT or QUALIFY takes the rows together again, for columns of GROUP BY beyond the grain, which may follow from it, and where not all columns are known.',
  severity: 'warning',
  on: 'model',
  check({ node, columns, isComplete }, { unit, project, report }) {
    if (!unit || !project) return;
    const { grain } = project.meaningOf(node.id);
    if (grain === undefined || grain.by === 'inferred' || grain.by === 'specification' || grain.value.length === 0)
      return;
    const query = unit.tree.statements.findLast((one): one is Query => one.kind === 'query');
    const select = query && selectOfQuery(query);
    if (!select || select.isOpaque) return;
    const names = new Set(columns.map(({ column }) => column.name.toLowerCase()));
    const missing = grain.value.filter(name => !names.has(name.toLowerCase()));
    if (missing.length > 0) {
      if (!isComplete || !select.groupBy) return;
      const one = missing.length === 1;
      report(
        select.groupBy,
        `One row of '${node.name}' is declared to be one ${listed(grain.value)}, but this GROUP BY leaves ${listed(missing)} out of the output. Group by and select ${one ? 'it' : 'them'}, or declare the grain that is meant.`,
        { severity: 'error', related: placeOf(project, node.id) },
      );
      return;
    }
    const broken = brokenBy(unit, project, select, grain.value);
    if (!broken) return;
    report(
      joinPlace(broken),
      `One row of '${node.name}' is declared to be one ${listed(grain.value)}, but ${reasonOf(broken, project)}, so one ${listed(grain.value)} comes several times. Add up '${nameOf(broken.many, project)}' per ${listed(broken.matched)} before the join, or declare the finer grain.`,
      { related: [...placeOf(project, node.id), ...evidenceOf(broken, project)] },
    );
  },
  examples: {
    'a join to a child': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact, grain: [order_id] } } }
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: items
          columns:
            - { name: item_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
      //- models/orders.sql
      select order_id, amount from {{ source('shop', 'orders') }}
      //- models/items.sql
      select item_id, order_id, product_id from {{ source('shop', 'items') }}
      //- models/fct_orders.sql
      with orders as (select * from {{ ref('orders') }}),
      joined as (
        select orders.order_id, orders.amount, items.product_id
        from orders left join {{ ref('items') }} as items on items.order_id = orders.order_id
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: One row of 'fct_orders' is declared to be one 'order_id', but 'orders' has several rows of 'items'
      )
      select * from joined
    `,
    'GROUP BY without a column of the grain': `
      //- models/schema.yml
      models:
        - name: fct_daily_sales
          config: { meta: { grainline: { kind: fact, grain: [day, shop_id] } } }
      //- models/fct_daily_sales.sql
      select day, sum(amount) as amount from {{ ref('stg_sales') }} group by day
                                                                    ^^^^^^^^^^^^ error: leaves 'shop_id' out of the output
    `,
    'the grain is kept': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact, grain: [order_id] } } }
        - name: fct_items
          config: { meta: { grainline: { kind: fact, grain: [item_id] } } }
        - name: fct_names
          config: { meta: { grainline: { kind: fact, grain: [order_id] } } }
        - name: orders
          columns: [{ name: order_id, data_tests: [unique] }]
        - name: items
          columns:
            - { name: item_id, data_tests: [unique] }
            - { name: order_id, data_tests: [{ relationships: { to: ref('orders'), field: order_id } }] }
      //- models/orders.sql
      select order_id, customer, amount from {{ source('shop', 'orders') }}
      //- models/items.sql
      select item_id, order_id, product_id from {{ source('shop', 'items') }}
      //- models/fct_orders.sql
      select o.order_id, o.amount, count(i.item_id) as items
      from {{ ref('orders') }} as o left join {{ ref('items') }} as i on i.order_id = o.order_id
      group by o.order_id, o.amount
      //- models/fct_items.sql
      select i.item_id, o.amount
      from {{ ref('orders') }} as o left join {{ ref('items') }} as i on i.order_id = o.order_id
      //- models/fct_names.sql
      select o.order_id, o.customer from {{ ref('orders') }} as o group by o.order_id, o.customer
    `,
    'not all columns are known, or nobody declares a grain': `
      //- models/schema.yml
      models:
        - name: fct_sales
          config: { meta: { grainline: { kind: fact, grain: [day, shop_id] } } }
      //- models/fct_sales.sql
      select day, {{ strange() }}, sum(amount) as amount from {{ ref('stg_sales') }} group by all
      //- models/other.sql
      select day, sum(amount) as amount from {{ ref('stg_sales') }} group by day
    `,
  },
});

function placeOf(project: ProjectView, id: string) {
  const place = project.placesOf(id);
  if (!place) return [];
  const at = place.entry.configAt['meta.grainline.grain']?.value ?? place.entry.nameAt;
  return [{ file: place.file, span: at, message: 'The grain is declared here.' }];
}

/** A join that repeats the rows that all columns of the grain come from, and that nothing takes together again. */
function brokenBy(unit: SqlUnit, project: ProjectView, select: Select, grain: readonly string[]) {
  if (!passesRows(select)) return undefined;
  const ways = grain.map(name => traceColumn(unit.facts, select, name));
  const [first] = ways;
  for (const [i, step] of (first?.path ?? []).entries()) {
    if (!passesRows(step.select)) return undefined;
    const relations: ScopeRelation[] = [];
    for (const way of ways) {
      const other = way?.path[i];
      if (other?.select !== step.select || other.relation === undefined) return undefined;
      relations.push(other.relation);
    }
    const found = fanOutsIn(unit, project, step.select).find(
      ({ one, rows }) => relations.includes(one) && relations.every(each => each === one || rows.determines(each)),
    );
    if (found) return found;
    // Further in, the ways must still be one.
    if (new Set(relations).size > 1) return undefined;
  }
  return undefined;
}
