import type { TextEdit } from '../../base/edit.ts';
import { contains } from '../../base/span.ts';
import { isAggregateName } from '../../project/infer/functions.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { ColumnReference, Expression, FunctionCall, Query, Select, SqlNode } from '../../syntax/sql/tree.ts';
import {
  argumentsOf,
  bare,
  columnOf,
  columnsIn,
  functionName,
  joinsOf,
  operandsOf,
  plainText,
  selectOf,
} from '../expressions.ts';
import { rewriteFix, type Source, sourceOf } from '../rewrite.ts';
import { defineRule, type ProjectView, type RuleFix, replace, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'One table is read several times for totals that one pass can compute.',
  why: 'Each read scans the whole table; conditional aggregates compute all totals in one scan.',
  details:
    'Fires for three or more totals of one relation that are joined side by side, each without GROUP BY and with filters that differ in one `column = literal` only. Silent for self joins, role-playing dimensions and branches of one history table, which are honest work.',
  severity: 'info',
  default: 'off',
  on: 'sql:select',
  check(select, { unit, project, ancestors, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen || !select.from || scope.relations.length < 3 || !isSideBySide(select)) return;
    const totals = scope.relations.map(relation => totalOf(relation, unit));
    const [first] = totals;
    if (!first || totals.some(one => one?.scan !== first.scan || one.column !== first.column)) return;
    if (new Set(totals.map(one => one?.value)).size < totals.length) return;
    report(
      { start: select.from.start, end: select.from.end },
      `'${first.table}' is scanned ${totals.length} times for totals that differ only in '${first.column}'. Compute them in one pass: sum(case when ${first.column} = … then … end).`,
      { fixes: onePass(select, scope, ancestors, unit, project) },
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
      -> Compute them in one pass
      with totals as (select count(case when status = 'open' then 1 end) as open_n, count(case when status = 'paid' then 1 end) as paid_n, count(case when status = 'lost' then 1 end) as lost_n from {{ ref('orders') }} where is_real)
      select totals.open_n as open_orders, totals.paid_n as paid_orders, totals.lost_n as lost_orders
      from totals
    `,
    'derived tables between commas': `
      select a.total + b.total + c.total as total
      from
      ^^^^> in one pass
        (select sum(x) as total from {{ ref('t') }} where k = 1) as a,
        (select sum(x) as total from {{ ref('t') }} where k = 2) as b,
        (select sum(x) as total from {{ ref('t') }} where k = 3) as c
                                                               ^^^^^^<
      ->
      select totals.a_total + totals.b_total + totals.c_total as total
      from
        (select sum(case when k = 1 then x end) as a_total, sum(case when k = 2 then x end) as b_total, sum(case when k = 3 then x end) as c_total from {{ ref('t') }}) as totals
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

/* --------------------------------------------------------------------- fix */

interface Part {
  /** What the outer query calls it. */
  readonly name: string;
  /** The column of the one pass. */
  readonly column: string;
  readonly text: string;
}

/** All totals in one query, and the outer query reading them from there. */
function onePass(
  select: Select,
  scope: SelectScope,
  ancestors: readonly SqlNode[],
  unit: SqlUnit,
  project: ProjectView | undefined,
): readonly RuleFix[] {
  const source = sourceOf(unit, project);
  if (!source || !select.from || hasStar(select)) return [];
  const parts = new Map<ScopeRelation, readonly Part[]>();
  let rest: string | undefined;
  let from: string | undefined;
  for (const relation of scope.relations) {
    const inner = selectOf(relation);
    const made = inner && partsOf(relation, inner, source);
    if (!made) return [];
    parts.set(relation, made.parts);
    from ??= made.from;
    rest ??= made.rest.join(' and ');
  }
  const all = [...parts.values()].flat();
  const names = all.map(one => one.column.toLowerCase());
  if (new Set(names).size < names.length) return [];
  const reads = readsOf(select, parts, unit, source);
  const where = rest === undefined || rest === '' ? '' : ` where ${rest}`;
  const query = `select ${all.map(one => `${one.text} as ${one.column}`).join(', ')} ${from}${where}`;
  const places = placesOf(select, scope, ancestors, source, query);
  return reads && places ? [rewriteFix(unit, 'Compute them in one pass', [...places, ...reads])] : [];
}

const TOTALS = 'totals';

function hasStar(select: Select): boolean {
  return select.items.some(item => item.kind !== 'item');
}

function partsOf(relation: ScopeRelation, inner: Select, source: Source) {
  const conditions = inner.where ? operandsOf(inner.where.condition, 'and') : [];
  const [only] = conditions.filter(one => equalityOf(one) !== undefined);
  const from = inner.from && source.textOf(inner.from);
  const test = only && source.textOf(only);
  const rest = conditions.filter(one => one !== only).map(one => source.textOf(one));
  if (!relation.name || !from || !test || !rest.every(one => one !== undefined)) return undefined;
  const parts: Part[] = [];
  for (const item of inner.items) {
    const call = item.kind === 'item' ? bare(item.expression) : undefined;
    const text = call?.kind === 'call' ? conditional(call, test, source) : undefined;
    const alias = item.kind === 'item' ? item.alias : undefined;
    const column = `${relation.name.name}_${alias?.name}`;
    if (!text || !alias || !/^[A-Za-z_]\w*$/.test(column)) return undefined;
    parts.push({ name: alias.name.toLowerCase(), column, text });
  }
  return { parts, from: from.replace(/\s+/g, ' '), rest: rest as readonly string[] };
}

/** `sum(x)` of the rows that pass the test. */
function conditional(call: FunctionCall, test: string, source: Source): string | undefined {
  const name = functionName(call);
  const [value, ...others] = argumentsOf(call);
  if (!/^(?:count|sum|min|max|avg)$/.test(name) || call.filter || call.withinGroup || others.length > 0)
    return undefined;
  const isRows = value === undefined || value.kind === 'star-expression' || value.kind === 'literal';
  if (name === 'count' && isRows) return `count(case when ${test} then 1 end)`;
  const text = value && source.textOf(value);
  if (text === undefined || call.otherExpressions.length > 0) return undefined;
  return `${name}(${call.distinct ? 'distinct ' : ''}case when ${test} then ${text} end)`;
}

/** Each name of the outer query as it reads now; nothing when one of them reads something else. */
function readsOf(
  select: Select,
  parts: ReadonlyMap<ScopeRelation, readonly Part[]>,
  unit: SqlUnit,
  source: Source,
): readonly TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  const bareItems = new Set(
    select.items.flatMap(item => (item.kind === 'item' && !item.alias ? bare(item.expression) : [])),
  );
  for (const reference of columnsIn(select)) {
    if (select.from && contains(select.from, reference)) continue;
    const resolved = columnOf(unit, reference);
    const part = resolved && parts.get(resolved.relation)?.find(one => one.name === resolved.column.name.toLowerCase());
    const span = source.spanOf(reference);
    if (!part || !span) return undefined;
    const name = `${TOTALS}.${part.column}`;
    edits.push(replace(span, bareItems.has(reference) ? `${name} as ${resolved.column.name}` : name));
  }
  return edits;
}

/** In the place of the derived tables, or of the CTEs when they stand side by side and nobody else reads them. */
function placesOf(
  select: Select,
  scope: SelectScope,
  ancestors: readonly SqlNode[],
  source: Source,
  query: string,
): readonly TextEdit[] | undefined {
  const items = select.from?.items ?? [];
  const [first, last] = [items[0], items[items.length - 1]];
  const from = first && last && source.spanOf({ start: first.start, end: last.end });
  if (!from) return undefined;
  if (scope.relations.every(one => one.table.kind === 'subquery')) {
    return [replace(from, `(${query}) as ${TOTALS}`)];
  }
  const ctes = scope.relations.flatMap(one => (one.cte?.references.length === 1 ? one.cte.node : []));
  if (ctes.length < scope.relations.length) return undefined;
  const list = ancestors.findLast((one): one is Query => one.kind === 'query')?.with?.ctes ?? [];
  const indexes = ctes.map(one => list.indexOf(one)).sort((a, b) => a - b);
  const start = indexes[0] ?? -1;
  if (start < 0 || !indexes.every((index, i) => index === start + i)) return undefined;
  if (list.some(one => one.name.name.toLowerCase() === TOTALS)) return undefined;
  const [head, tail] = [list[start], list[start + ctes.length - 1]];
  const place = head && tail && source.spanOf({ start: head.start, end: tail.end });
  return place && [replace(place, `${TOTALS} as (${query})`), replace(from, TOTALS)];
}
