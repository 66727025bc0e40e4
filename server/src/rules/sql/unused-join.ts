import { contains } from '../../base/span.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Join, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { coversKey, fixedColumns, joinedRelation, joinsIn, labelOf } from '../expressions.ts';
import { defineRule, type RuleFix, remove, type SqlUnit } from '../rule.ts';
import { hasComment, isWritten } from '../written.ts';

export default defineRule({
  summary: 'A left join to a unique key, of which nothing is used.',
  why: 'It neither keeps, drops nor adds a row or column, but it is computed in every run and misleads readers.',
  details:
    'Fires where the joined side has a key (a unique test, a constraint, GROUP BY, DISTINCT) that the ON condition covers, and no column of it is used. Silent for inner joins (they filter), for sides that are not unique, for stars, whole-row uses, names that could be its columns, and names handed to macros. The fix is a suggestion when it removes the only `ref()` of a parent or the key is only declared.',
  severity: 'info',
  basis: 'absence',
  on: 'sql:select',
  check(select, { unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || select.isOpaque || unit.problems.length > 0) return;
    for (const join of joinsIn(select)) {
      if (join.type !== 'left' || join.modifier || join.natural || !join.on || !isWritten(unit, join.keyword)) continue;
      const relation = joinedRelation(scope, join);
      if (!relation?.name || relation.isLateral || !coversKey(relation, fixedColumns(unit, [join.on], relation)))
        continue;
      if (isUsed(select, join, relation, scope, unit)) continue;
      report(
        join.keyword,
        `Nothing of ${labelOf(relation)} is used, and its key makes this left join match one row at most: it changes nothing. Remove it, or use it where it was meant.`,
        { tag: 'unnecessary', fixes: fixFor(join, relation, unit) },
      );
    }
  },
  examples: {
    'nothing of a dimension is used': `
      //- models/schema.yml
      models:
        - name: customers
          columns: [{ name: id, data_tests: [unique] }]
      //- models/customers.sql
      select id, name from {{ source('crm', 'customers') }}
      //- models/sales.sql
      select o.id, o.total from {{ ref('orders') }} as o
      left join {{ ref('customers') }} as c on c.id = o.customer_id
      ^^^^^^^^^ info: Nothing of 'c' is used
      where o.total > 0
      -> Remove the join
      //- models/sales.sql
      select o.id, o.total from {{ ref('orders') }} as o
      where o.total > 0
    `,
    'a grouped CTE': `
      with lines as (select order_id, sum(total) as total from {{ ref('order_lines') }} group by order_id),
      orders as (select id from {{ ref('orders') }})
      select orders.id from orders left join lines on lines.order_id = orders.id
                                   ^^^^^^^^^ Nothing of 'lines' is used
      ->
      with lines as (select order_id, sum(total) as total from {{ ref('order_lines') }} group by order_id),
      orders as (select id from {{ ref('orders') }})
      select orders.id from orders
    `,
    'not unique, inner, or used': `
      with lines as (select order_id, sum(total) as total from {{ ref('order_lines') }} group by order_id),
      orders as (select id, customer_id from {{ ref('orders') }})
      select orders.id from orders
      join lines on lines.order_id = orders.id
      left join {{ ref('events') }} as e on e.order_id = orders.id
      left join lines as l on l.order_id = orders.id and l.total > 0
      left join {{ ref('refunds') }} as r on r.order_id = l.order_id
    `,
    'a star, or a name that may be its column': `
      with lines as (select order_id, sum(total) as total from {{ ref('order_lines') }} group by order_id)
      select * from {{ ref('orders') }} as o left join lines on lines.order_id = o.id
      union all
      select o.id, total from {{ ref('orders') }} as o left join lines on lines.order_id = o.id
    `,
    'used by the incremental run only, or handed to a macro': `
      {{ config(materialized='incremental') }}
      with lines as (select order_id, max(day) as day from {{ ref('order_lines') }} group by order_id)
      select o.id from {{ ref('orders') }} as o
      left join lines on lines.order_id = o.id
      left join lines as other on other.order_id = o.id
      {% if is_incremental() %} where lines.day > current_date {% endif %}
      {{ filter_late('other') }}
    `,
  },
});

/** True when something of the relation is used outside of its own join, or may be. */
function isUsed(select: Select, join: Join, relation: ScopeRelation, scope: SelectScope, unit: SqlUnit): boolean {
  const name = relation.name?.name.toLowerCase() ?? '';
  if (unit.jinjaText().toLowerCase().includes(name)) return true;
  if (unit.expansion.unknowns.some(one => one.offset >= select.start && one.offset < select.end)) return true;
  if (select.items.length === 0 || scope.merged.some(merged => merged.members.some(one => one.relation === relation)))
    return true;
  let isFound = false;
  walk(select, node => {
    if (isFound || (join.on && node === join.on)) return 'skip';
    if (node.kind === 'star') {
      const qualifier = node.qualifier?.parts.at(-1)?.name.toLowerCase();
      // Stars of subqueries in FROM give what those read; their own scope tells.
      if (scopeOfStar(select, node, unit) && (qualifier === undefined || qualifier === name)) isFound = true;
    }
    if (node.kind === 'column') {
      const resolved = unit.facts.resolve(node);
      if (resolved?.kind === 'column' || resolved?.kind === 'assumed' || resolved?.kind === 'row') {
        if (resolved.relation === relation) isFound = true;
      } else if (resolved?.kind === 'ambiguous') {
        if (resolved.relations.includes(relation)) isFound = true;
      } else if (resolved?.kind !== 'alias' && resolved?.kind !== 'output')
        isFound = isFound || mayName(node.parts, name);
    }
    return undefined;
  });
  return isFound;
}

/** The star stands in the select's own list, or in an argument such as `hash(*)`, and not in a query below. */
function scopeOfStar(select: Select, star: { readonly start: number; readonly end: number }, unit: SqlUnit): boolean {
  for (const inner of unit.facts.scopes.keys()) {
    if (inner !== select && contains(select, inner) && contains(inner, star)) return false;
  }
  return unit.text.slice(Math.max(0, star.start - 6), star.start).toLowerCase() !== 'count(';
}

/** Nobody knows what the name means: it may be a column of the relation unless its qualifier names another. */
function mayName(parts: readonly { readonly name: string }[], relation: string): boolean {
  return parts.length < 2 || parts.some(part => part.name.toLowerCase() === relation);
}

function fixFor(join: Join, relation: ScopeRelation, unit: SqlUnit): readonly RuleFix[] {
  const span = { start: join.left.end, end: join.end };
  if (hasComment(unit, span)) return [];
  const isProved = relation.keys.some(key => key.by === 'proved');
  return [{ title: 'Remove the join', safe: isProved && !holdsOnlyRef(join, unit), edits: [remove(span)] }];
}

/** A parent is read in this join and nowhere else in the model: removing it would remove an edge of the DAG. */
function holdsOnlyRef(join: Join, unit: SqlUnit): boolean {
  const { relations } = unit.expansion;
  const isInside = (one: (typeof relations)[number]): boolean => contains(join.right, one.span);
  const nameOf = ({ call }: (typeof relations)[number]): string => `${call.kind} ${call.source} ${call.name}`;
  const outside = new Set(relations.filter(one => !isInside(one)).map(nameOf));
  return relations.some(one => isInside(one) && !outside.has(nameOf(one)));
}
