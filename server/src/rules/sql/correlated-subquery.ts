import { contains } from '../../base/span.ts';
import { isAggregateName } from '../../project/infer/functions.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type {
  ColumnReference,
  Expression,
  FunctionCall,
  Select,
  SqlNode,
  SubqueryExpression,
} from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { argumentsOf, bare, columnOf, columnsIn, functionName, operandsOf, selectOfQuery } from '../expressions.ts';
import { rewriteFix, type Source, sourceOf } from '../rewrite.ts';
import { defineRule, insert, type ProjectView, type RuleFix, replace, type SqlUnit } from '../rule.ts';
import { enclosing, inCaseOf, textOf } from '../written.ts';

export default defineRule({
  summary: 'A scalar subquery is computed again for each row of the outer query.',
  why: 'It is slow on many rows, and some warehouses refuse the query; a join or a window says the same once.',
  details:
    'Fires for a subquery over a table, model or CTE that gives one value and uses a column of the query around it. Silent for EXISTS and IN, for subqueries over an array of the row (`unnest`, `flatten`), `array(select …)`, LATERAL, and subqueries that stand by themselves.',
  severity: 'warning',
  on: 'sql:scalar-subquery',
  check(node, { unit, project, ancestors, report }) {
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
      { fixes: groupedJoin(node, select, ancestors, unit, project) },
    );
  },
  examples: {
    'the last row of each group': `
      select f1.pool, (select max(f2.fee) from {{ ref('fees') }} as f2 where f2.pool = f1.pool) as top_fee
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: uses 'f1.pool' of the query around it: slow, and not every warehouse allows it. Join the grouped rows once
      from {{ ref('pools') }} as f1
      -> Join the grouped rows
      select f1.pool, fees_by_pool.top_fee as top_fee
      from {{ ref('pools') }} as f1
      left join (select f2.pool, max(f2.fee) as top_fee from {{ ref('fees') }} as f2 group by f2.pool) as fees_by_pool on fees_by_pool.pool = f1.pool
    `,
    'a count, which is 0 where nothing matches, with a filter of its own': `
      select
        o.id,
        (select count(*) from {{ ref('lines') }} as l where l.order_id = o.id and l.day = o.day and l.amount > 0) as lines
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Join the grouped rows once
      from {{ ref('orders') }} as o
      where o.id > 1
      ->
      select
        o.id,
        coalesce(lines_by_order_id.lines, 0) as lines
      from {{ ref('orders') }} as o
      left join (select l.order_id, l.day, count(*) as lines from {{ ref('lines') }} as l where l.amount > 0 group by l.order_id, l.day) as lines_by_order_id on lines_by_order_id.order_id = o.id and lines_by_order_id.day = o.day
      where o.id > 1
    `,
    'no join can take its place: groups, stars, unknown aggregates': `
      select o.day, (select max(r.day) from {{ ref('refunds') }} as r where r.day = o.day) as last_day, count(*) as n
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs again for each row
      from {{ ref('orders') }} as o group by o.day
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

/* --------------------------------------------------------------------- fix */

/** Aggregates that are NULL of no row, and `count`, which is 0. */
const JOINABLE = /^(?:max|min|sum|avg|count|bool_or|bool_and|any_value)$/;

/**
 * The subquery as a grouped relation that is joined once. Nothing where the join would do more than hand on a value: behind
 * GROUP BY, under a star, with other conditions between the two sides than equalities.
 */
function groupedJoin(
  node: SubqueryExpression,
  select: Select,
  ancestors: readonly SqlNode[],
  unit: SqlUnit,
  project: ProjectView | undefined,
): readonly RuleFix[] {
  const outer = enclosing(ancestors, 'select');
  const value = aggregateOf(select);
  const { query } = node;
  if (!outer?.from || !select.from || !value || query.with || query.limit || query.orderBy) return [];
  if (!mayTakeJoin(outer, node)) return [];
  const source = sourceOf(unit, project);
  const sides = source && splitConditions(select, outer, unit, source);
  const place = source?.spanOf(node);
  const fromEnd = source?.spanOf({ start: outer.from.end - 1, end: outer.from.end })?.end;
  const aggregate = source?.textOf(value.aggregate);
  const from = source?.textOf(select.from)?.replace(/\s+/g, ' ');
  if (!source || !sides || !place || fromEnd === undefined || aggregate === undefined || from === undefined) return [];
  const [relation] = unit.facts.scopes.get(select)?.relations ?? [];
  const named = relation?.table.kind === 'table' ? relation.table.name.parts.at(-1)?.name : relation?.name?.name;
  const table = relation?.node?.split('.').at(-1) ?? named ?? '';
  const alias = `${table}_by_${sides.keys[0]?.name}`;
  const taken = namesAround(outer, node, unit);
  const item = outer.items.find(one => one.kind === 'item' && bare(one.expression) === node);
  const name =
    item?.kind === 'item' && item.alias && !taken.has(item.alias.name.toLowerCase()) ? item.alias.name : 'value';
  const made = [alias, name, ...sides.keys.map(one => one.name)];
  if (made.some(one => !/^[A-Za-z_]\w*$/.test(one) || taken.has(one.toLowerCase()))) return [];
  if (new Set(made).size < made.length) return [];
  const like = unit.text.slice(outer.start, outer.start + 'select'.length);
  const word = (text: string) => inCaseOf(like, text);
  const keys = sides.keys.map(one => one.inside).join(', ');
  const filter = sides.filters.length === 0 ? '' : ` ${word('where')} ${sides.filters.join(` ${word('and')} `)}`;
  const on = sides.keys.map(one => `${alias}.${one.name} = ${one.outside}`).join(` ${word('and')} `);
  const grouped = `${word('select')} ${keys}, ${aggregate} ${word('as')} ${name} ${from}${filter} ${word('group by')} ${keys}`;
  const line = /(?:^|\n)([ \t]*)$/.exec(unit.text.slice(0, outer.from.start))?.[1];
  const join = `${word('left join')} (${grouped}) ${word('as')} ${alias} ${word('on')} ${on}`;
  const read = value.fallback === undefined ? `${alias}.${name}` : `coalesce(${alias}.${name}, ${value.fallback})`;
  return [
    rewriteFix(unit, 'Join the grouped rows', [
      replace(place, read),
      insert(fromEnd, `${line === undefined ? ' ' : `\n${line}`}${join}`),
    ]),
  ];
}

/** The aggregate that the subquery gives, and what stands for it where no row matches. */
function aggregateOf(select: Select): { readonly aggregate: FunctionCall; readonly fallback?: string } | undefined {
  const [item, ...others] = select.items;
  if (item?.kind !== 'item' || others.length > 0 || select.others.length > 0) return undefined;
  if (select.groupBy || select.having || select.qualify || select.distinct || select.top) return undefined;
  let aggregate = bare(item.expression);
  let fallback: string | undefined;
  if (functionName(aggregate) === 'coalesce' && aggregate.kind === 'call') {
    const [inner, literal, ...rest] = argumentsOf(aggregate).map(bare);
    if (!inner || literal?.kind !== 'literal' || literal.type !== 'integer' || rest.length > 0) return undefined;
    aggregate = inner;
    fallback = literal.value;
  }
  if (aggregate.kind !== 'call' || aggregate.over || aggregate.filter || aggregate.withinGroup) return undefined;
  const name = functionName(aggregate);
  if (!JOINABLE.test(name)) return undefined;
  if (name === 'count') return { aggregate, fallback: '0' };
  return fallback === undefined ? { aggregate } : { aggregate, fallback };
}

/** A row more beside each row changes nothing else there, and the subquery does not stand in a join. */
function mayTakeJoin(outer: Select, node: SubqueryExpression): boolean {
  if (outer.groupBy || outer.having || outer.from?.items.length !== 1 || contains(outer.from, node)) return false;
  if (outer.items.some(item => item.kind !== 'item' && !(item.kind === 'star' && item.qualifier))) return false;
  let aggregates = false;
  walk(outer, inner => {
    if (inner.kind === 'query') return 'skip';
    if (inner.kind === 'call' && !inner.over && isAggregateName(functionName(inner))) aggregates = true;
    return undefined;
  });
  return !aggregates;
}

interface Sides {
  readonly keys: readonly { readonly name: string; readonly inside: string; readonly outside: string }[];
  readonly filters: readonly string[];
}

/** Equalities of a column inside with one outside, and conditions of the inside alone; nothing when there are others. */
function splitConditions(select: Select, outer: Select, unit: SqlUnit, source: Source): Sides | undefined {
  const scope = unit.facts.scopes.get(select);
  const around = unit.facts.scopes.get(outer);
  if (!select.where || !select.from || !scope || !around || select.from.items.length !== 1) return undefined;
  const isInside = (node: SqlNode): boolean =>
    !holdsQuery(node) && columnsIn(node).every(one => columnOf(unit, one)?.relation.scope === scope);
  if (!isInside(select.from) || !select.items.every(isInside)) return undefined;
  const keys: Sides['keys'][number][] = [];
  const filters: string[] = [];
  for (const one of operandsOf(select.where.condition, 'and')) {
    const text = source.textOf(one);
    if (text === undefined) return undefined;
    if (isInside(one)) {
      filters.push(one.kind === 'binary' && one.operator === 'or' ? `(${text})` : text);
      continue;
    }
    if (one.kind !== 'binary' || one.operator !== '=') return undefined;
    const [left, right] = [bare(one.left), bare(one.right)];
    const isLeft = scopeOf(left, unit) === scope && scopeOf(right, unit) === around;
    if (!isLeft && !(scopeOf(right, unit) === scope && scopeOf(left, unit) === around)) return undefined;
    const [ours, theirs] = isLeft ? [left, right] : [right, left];
    const [inside, outside] = [source.textOf(ours), source.textOf(theirs)];
    if (inside === undefined || outside === undefined || ours.kind !== 'column') return undefined;
    keys.push({ name: ours.parts.at(-1)?.name ?? '', inside, outside });
  }
  return keys.length > 0 ? { keys, filters } : undefined;
}

function scopeOf(expression: Expression, unit: SqlUnit): SelectScope | undefined {
  if (expression.kind !== 'column') return undefined;
  return columnOf(unit, expression)?.relation.scope ?? qualifiedScope(expression, unit);
}

function holdsQuery(node: SqlNode): boolean {
  let found = false;
  walk(node, inner => {
    if (inner.kind === 'query') found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** Lower-case names that mean something in the outer query: of relations, and of columns without a qualifier. */
function namesAround(outer: Select, node: SubqueryExpression, unit: SqlUnit): ReadonlySet<string> {
  const names = new Set(
    (unit.facts.scopes.get(outer)?.relations ?? []).flatMap(one => one.name?.name.toLowerCase() ?? []),
  );
  for (const { parts, start } of columnsIn(outer)) {
    const [first] = parts;
    if (parts.length === 1 && first && !(start >= node.start && start < node.end)) names.add(first.name.toLowerCase());
  }
  return names;
}
