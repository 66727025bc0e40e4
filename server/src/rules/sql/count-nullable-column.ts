import { hasLastingFilter } from '../../project/infer/lasting.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Expression, FunctionCall, Join, Select } from '../../syntax/sql/tree.ts';
import {
  argumentsOf,
  bare,
  columnOf,
  coversKey,
  fixedColumns,
  functionName,
  joinedRelation,
  joinsOf,
  labelOf,
  operandsOf,
} from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { enclosing, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: '`count(*)` over a left join counts 1 where nothing matched.',
  why: 'A row of the left side without any match still is one row, so "none" is reported as 1.',
  details:
    'Fires where a left join may match several rows or none, and GROUP BY makes one group of each left row, so that what is counted can only be the matches. Silent where groups hold many left rows, where the joined side has one row at most, and for `count(column)`, which leaves the NULLs out.',
  severity: 'info',
  status: 'preview',
  on: 'sql:call',
  check(call, { unit, ancestors, report }) {
    if (!unit || !isCountOfRows(call)) return;
    const select = enclosing(ancestors, 'select');
    const scope = select && unit.facts.scopes.get(select);
    if (!select || !scope || scope.isOpen || select.isOpaque || hasLastingFilter(unit.facts, select)) return;
    const found = manySide(select, scope, unit);
    if (!found || !groupsByKey(select, found.base, unit)) return;
    const label = labelOf(found.relation);
    report(
      call,
      `A row of ${labelOf(found.base)} without any match in ${label} counts 1 here, not 0. Count a column of ${label} instead.`,
      { fixes: fixFor(call, found.join, found.relation, unit) },
    );
  },
  examples: {
    'orders of each customer': `
      //- models/schema.yml
      models:
        - name: customers
          columns: [{ name: id, data_tests: [unique] }]
      //- models/customers.sql
      select id, name from {{ source('crm', 'customers') }}
      //- models/orders_per_customer.sql
      select c.id, count(*) as orders
                   ^^^^^^^^ info: without any match in 'o' counts 1 here, not 0
      from {{ ref('customers') }} as c
      left join {{ ref('orders') }} as o on o.customer_id = c.id
      group by c.id
      -> Count 'o.customer_id'
      //- models/orders_per_customer.sql
      select c.id, count(o.customer_id) as orders
      from {{ ref('customers') }} as c
      left join {{ ref('orders') }} as o on o.customer_id = c.id
      group by c.id
    `,
    'a CTE with a key of its own': `
      with customers as (select distinct customer_id from {{ ref('stg_orders') }})
      select customers.customer_id, count(1) as refunds
                                    ^^^^^^^^ counts 1 here
      from customers left outer join {{ ref('refunds') }} as r on r.customer_id = customers.customer_id
      group by 1
    `,
    'left rows are counted, or the column': `
      with lines as (select distinct order_id, line from {{ ref('order_lines') }}),
      customers as (select distinct customer_id from {{ ref('stg_orders') }})
      select lines.order_id, count(*) as line_items, 0 as x from lines
      left join {{ ref('products') }} as p on p.line = lines.line group by lines.order_id
      union all
      select c.customer_id, count(r.id) as refunds, count(*) filter (where r.id is not null) as y from customers as c
      left join {{ ref('refunds') }} as r on r.customer_id = c.customer_id group by c.customer_id
    `,
    'one row at most on the other side, an inner join': `
      with customers as (select distinct customer_id from {{ ref('stg_orders') }})
      select a.customer_id, count(*) as n from customers as a
      left join customers as b on b.customer_id = a.customer_id
      join {{ ref('orders') }} as o on o.customer_id = a.customer_id group by a.customer_id
    `,
  },
});

/** `count(*)`, `count(1)`. */
function isCountOfRows(call: FunctionCall): boolean {
  if (functionName(call) !== 'count' || call.over || call.filter || call.distinct) return false;
  const [first, ...rest] = argumentsOf(call);
  if (rest.length > 0) return false;
  return first?.kind === 'star-expression'
    ? !first.item.qualifier
    : first?.kind === 'literal' && first.type === 'integer';
}

/** The one relation of a left join that may match several rows; all other joins add one row at most, and drop none. */
function manySide(
  select: Select,
  scope: SelectScope,
  unit: SqlUnit,
): { readonly base: ScopeRelation; readonly relation: ScopeRelation; readonly join: Join } | undefined {
  const [item, ...others] = select.from?.items ?? [];
  const [base] = scope.relations;
  if (!item || others.length > 0 || !base) return undefined;
  let found: { readonly base: ScopeRelation; readonly relation: ScopeRelation; readonly join: Join } | undefined;
  for (const join of joinsOf(item)) {
    const relation = joinedRelation(scope, join);
    if (!relation || join.type !== 'left' || !join.on || relation.isLateral) return undefined;
    if (coversKey(relation, fixedColumns(unit, [join.on], relation))) continue;
    if (found) return undefined;
    found = { base, relation, join };
  }
  return found;
}

/** All group keys are the base's, and they hold one of its keys. */
function groupsByKey(select: Select, base: ScopeRelation, unit: SqlUnit): boolean {
  const { groupBy } = select;
  if (!groupBy || groupBy.all) return false;
  const columns = new Set<string>();
  for (const item of groupBy.items) {
    if (item.kind === 'grouping') return false;
    const column = columnOf(unit, itemOf(select, bare(item), unit));
    if (column?.relation !== base) return false;
    columns.add(column.column.name.toLowerCase());
  }
  return coversKey(base, columns);
}

/** `group by 1` and aliases stand for an item of the list. */
function itemOf(select: Select, key: Expression, unit: SqlUnit): Expression {
  if (key.kind === 'literal' && key.type === 'integer') {
    const item = select.items[Number(key.value) - 1];
    return item?.kind === 'item' ? bare(item.expression) : key;
  }
  const resolved = key.kind === 'column' ? unit.facts.resolve(key) : undefined;
  return resolved?.kind === 'alias' ? bare(resolved.item.expression) : key;
}

/** A column that the ON condition equates is there in every match. */
function fixFor(call: FunctionCall, join: Join, relation: ScopeRelation, unit: SqlUnit): readonly RuleFix[] {
  const [argument] = call.arguments;
  if (!join.on || !argument || !isWritten(unit, call)) return [];
  for (const one of operandsOf(join.on, 'and')) {
    if (one.kind !== 'binary' || one.operator !== '=') continue;
    const side = [bare(one.left), bare(one.right)].find(other => columnOf(unit, other)?.relation === relation);
    if (side && isWritten(unit, side)) {
      const text = textOf(unit, side);
      return [suggest(`Count '${text}'`, replace(argument, text))];
    }
  }
  return [];
}
