import { isAggregateName } from '../../project/infer/functions.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { ColumnReference, Expression, Select } from '../../syntax/sql/tree.ts';
import { bare, functionName, joinsOf, operandsOf, plainText, selectOf } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'One table is read several times for totals that one pass can compute.',
  why: 'Each read scans the whole table; conditional aggregates compute all totals in one scan.',
  details:
    'Fires for three or more totals of one relation that are joined side by side, each without GROUP BY and with filters that differ in one `column = literal` only. Silent for self joins, role-playing dimensions and branches of one history table, which are honest work.',
  severity: 'info',
  default: 'off',
  on: 'sql:select',
  check(select, { unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || !select.from || scope.relations.length < 3 || !isSideBySide(select)) return;
    const totals = scope.relations.map(relation => totalOf(relation, unit));
    const [first] = totals;
    if (!first || totals.some(one => one?.scan !== first.scan || one.column !== first.column)) return;
    if (new Set(totals.map(one => one?.value)).size < totals.length) return;
    report(
      { start: select.from.start, end: select.from.end },
      `'${first.table}' is scanned ${totals.length} times for totals that differ only in '${first.column}'. Compute them in one pass: sum(case when ${first.column} = … then … end).`,
    );
  },
  examples: {
    'totals of three statuses': `
      with open as (select count(*) as n from {{ ref('orders') }} where status = 'open' and is_real),
      paid as (select count(*) as n from {{ ref('orders') }} where status = 'paid' and is_real),
      lost as (select count(*) as n from {{ ref('orders') }} where is_real and status = 'lost')
      select open.n as open_orders, paid.n as paid_orders, lost.n as lost_orders
      from open cross join paid cross join lost
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'orders' is scanned 3 times for totals that differ only in 'status'
      -> no fix
    `,
    'derived tables between commas': `
      select a.total + b.total + c.total as total
      from
      ^^^^> in one pass
        (select sum(x) as total from {{ ref('t') }} where k = 1) as a,
        (select sum(x) as total from {{ ref('t') }} where k = 2) as b,
        (select sum(x) as total from {{ ref('t') }} where k = 3) as c
                                                               ^^^^^^<
    `,
    'two of them, other tables, other filters': `
      with a as (select count(*) as n from {{ ref('orders') }} where status = 'open'),
      b as (select count(*) as n from {{ ref('orders') }} where status = 'paid'),
      c as (select count(*) as n from {{ ref('refunds') }} where status = 'paid'),
      d as (select count(*) as n from {{ ref('orders') }} where status = 'lost' and total > 10)
      select a.n from a cross join b
      union all select a.n from a cross join b cross join c
      union all select a.n from a cross join b cross join d
    `,
    'groups, and a dimension in several roles': `
      with a as (select day, count(*) as n from {{ ref('orders') }} where status = 'open' group by day),
      b as (select day, count(*) as n from {{ ref('orders') }} where status = 'paid' group by day),
      c as (select day, count(*) as n from {{ ref('orders') }} where status = 'lost' group by day)
      select f.id from {{ ref('flights') }} as f
      join {{ ref('airports') }} as x on x.id = f.from_id join {{ ref('airports') }} as y on y.id = f.to_id
      join {{ ref('airports') }} as z on z.id = f.via_id
      cross join (select a.n from a cross join b cross join c) as t
    `,
  },
});

/** Commas, CROSS JOIN and `on true` alone. */
function isSideBySide(select: Select): boolean {
  return (select.from?.items ?? []).every(item =>
    joinsOf(item).every(join => join.type === 'cross' || (join.on && bare(join.on).kind === 'literal')),
  );
}

interface Total {
  readonly table: string;
  /** What is read, and all of its filter but the part that differs. */
  readonly scan: string;
  readonly column: string;
  readonly value: string;
}

function totalOf(relation: ScopeRelation, unit: SqlUnit): Total | undefined {
  const select = selectOf(relation);
  const [table, ...others] = select?.from?.items ?? [];
  if (!select || table?.kind !== 'table' || others.length > 0 || !select.where || select.isOpaque) return undefined;
  if (select.groupBy || select.having || select.qualify || select.distinct || !select.items.every(isAggregate))
    return undefined;
  const equalities: { readonly column: ColumnReference; readonly value: Expression }[] = [];
  const rest: string[] = [];
  for (const one of operandsOf(select.where.condition, 'and')) {
    const equality = equalityOf(one);
    if (equality) equalities.push(equality);
    else rest.push(plainText(unit, one));
  }
  const [only] = equalities;
  if (!only || equalities.length > 1) return undefined;
  const name = table.name.parts.at(-1)?.name ?? '';
  return {
    table: unit.nodeOf(table)?.name ?? name,
    scan: `${plainText(unit, table.name)} ${rest.sort().join(' and ')}`,
    column: only.column.parts.at(-1)?.name ?? '',
    value: plainText(unit, only.value),
  };
}

function isAggregate(item: Select['items'][number]): boolean {
  const call = item.kind === 'item' ? bare(item.expression) : undefined;
  return call?.kind === 'call' && !call.over && isAggregateName(functionName(call));
}

function equalityOf(condition: Expression) {
  if (condition.kind !== 'binary' || condition.operator !== '=') return undefined;
  const [left, right] = [bare(condition.left), bare(condition.right)];
  return left.kind === 'column' && right.kind === 'literal' ? { column: left, value: right } : undefined;
}
