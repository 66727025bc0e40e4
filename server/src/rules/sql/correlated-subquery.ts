import { contains } from '../../base/span.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type { ColumnReference, Select, SubqueryExpression } from '../../syntax/sql/tree.ts';
import { bare, columnOf, columnsIn, operandsOf, selectOfQuery } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { textOf } from '../written.ts';

export default defineRule({
  summary: 'A scalar subquery is computed again for each row of the outer query.',
  why: 'It is slow on many rows, and some warehouses refuse the query; a join or a window says the same once.',
  details:
    'Fires for a subquery over a table, model or CTE that gives one value and uses a column of the query around it. Silent for EXISTS and IN, for subqueries over an array of the row (`unnest`, `flatten`), `array(select …)`, LATERAL, and subqueries that stand by themselves.',
  severity: 'warning',
  on: 'sql:scalar-subquery',
  check(node, { unit, report }) {
    if (!unit || node.collects || node.query.isOpaque) return;
    const select = selectOfQuery(node.query);
    const scope = select && unit.facts.scopes.get(select);
    if (!select || !scope || scope.isOpen || !readsRelation(scope)) return;
    const outer = outerColumn(node, unit);
    if (!outer) return;
    const advice = isEquality(select, outer)
      ? 'Join the grouped rows once, or use a window function.'
      : 'No plain join says the same: aggregate to one row a step first, then join that.';
    report(
      node,
      `This subquery runs again for each row, because it uses '${textOf(unit, outer)}' of the query around it: slow, and not every warehouse allows it. ${advice}`,
    );
  },
  examples: {
    'the last row of each group': `
      select f1.pool, (select max(f2.fee) from {{ ref('fees') }} as f2 where f2.pool = f1.pool) as top_fee
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: uses 'f1.pool' of the query around it: slow, and not every warehouse allows it. Join the grouped rows once
      from {{ ref('pools') }} as f1
      -> no fix
    `,
    'a rolling count over a CTE': `
      with events as (select day, user_id from {{ ref('stg_events') }})
      select d.day from {{ ref('days') }} as d
      where 10 < (select count(*) from events as e where e.day between d.day - 28 and d.day)
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ No plain join says the same
    `,
    'EXISTS and IN': `
      select o.id from {{ ref('orders') }} as o
      where exists (select 1 from {{ ref('refunds') }} as r where r.order_id = o.id)
        and o.id in (select r.order_id from {{ ref('refunds') }} as r where r.amount < o.total)
    `,
    'the row’s own arrays': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      select e.id, (select p.value.string_value from unnest(e.params) as p where p.key = 'page') as page,
        array(select x.sku from unnest(e.items) as x where x.price > e.total) as skus
      from {{ ref('events') }} as e
    `,
    'a value of its own': `
      select o.id, (select max(r.day) from {{ ref('refunds') }} as r) as last_day from {{ ref('orders') }} as o
    `,
  },
});

/** A table, model, CTE or derived table is read, not just the row's own arrays. */
function readsRelation(scope: SelectScope): boolean {
  return scope.relations.some(
    one =>
      !one.isLateral &&
      (one.kind === 'node' ||
        one.kind === 'cte' ||
        one.kind === 'subquery' ||
        (one.kind === 'unknown' && isTable(one))),
  );
}

/** `from t.items` reads a field of the row where `t` is a relation outside. */
function isTable({ table, scope }: SelectScope['relations'][number]): boolean {
  if (table.kind !== 'table') return false;
  const first = table.name.parts[0]?.name.toLowerCase();
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.relations.some(one => one.name?.name.toLowerCase() === first)) return false;
  }
  return true;
}

function outerColumn(node: SubqueryExpression, unit: SqlUnit): ColumnReference | undefined {
  return columnsIn(node.query).find(reference => {
    const select = columnOf(unit, reference)?.relation.scope.select ?? qualifiedScope(reference, unit)?.select;
    return select !== undefined && !contains(node, select) && contains(select, node);
  });
}

/** `f1.pool` where `f1` is a relation: a field of that name, in a table nobody knows, is far less likely. */
function qualifiedScope(reference: ColumnReference, unit: SqlUnit): SelectScope | undefined {
  const [qualifier] = reference.parts;
  if (reference.parts.length !== 2 || unit.facts.resolve(reference)?.kind !== 'unknown') return undefined;
  for (let scope = unit.facts.scopeOf(reference); scope; scope = scope.parent) {
    if (scope.relations.some(one => one.name?.name.toLowerCase() === qualifier?.name.toLowerCase())) return scope;
  }
  return undefined;
}

/** WHERE equates the outer column with one of the subquery: then a grouped join gives the same. */
function isEquality(select: Select, outer: ColumnReference): boolean {
  if (!select.where) return false;
  return operandsOf(select.where.condition, 'and').some(one => {
    if (one.kind !== 'binary' || one.operator !== '=') return false;
    const sides = [bare(one.left), bare(one.right)];
    return sides.includes(outer) && sides.every(side => side.kind === 'column');
  });
}
