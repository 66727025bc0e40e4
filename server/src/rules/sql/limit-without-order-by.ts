import { isAggregateName } from '../../project/infer/functions.ts';
import type { Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, coversKey, fixedColumns, functionName, selectOfQuery } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'LIMIT without ORDER BY keeps whichever rows come first.',
  why: 'Which rows these are is up to the warehouse, so two runs over the same data give different results.',
  details:
    'Looks at the output of a model and at CTEs and derived tables. Silent for `limit 0`, for queries that give one row anyway (an aggregate without GROUP BY, a filter on a key), for arrays of a row, for EXISTS, and for a limit that Jinja adds, as samples for development are.',
  severity: 'info',
  status: 'preview',
  basis: 'absence',
  on: 'sql:query',
  check(query, { unit, ancestors, report }) {
    const limit = query.limit?.limit;
    if (!unit || !query.limit || !limit || query.orderBy || query.isOpaque || query.pipes.length > 0) return;
    if (limit.kind !== 'literal' || !(Number(limit.value) >= 1)) return;
    const parent = ancestors.at(-1)?.kind;
    if (parent !== 'file' && parent !== 'cte' && parent !== 'subquery') return;
    const place = unit.expansion.map.toSource({ start: query.limit.start, end: query.limit.start + 1 });
    if (place.file !== unit.file || unit.isInBranch(place.span.start)) return;
    const select = selectOfQuery(query);
    if (!select || isOneRow(select, unit) || isSampled(select)) return;
    report(
      query.limit,
      `Nothing says which ${limit.value === '1' ? 'row is' : `${limit.value} rows are`} kept here, so another run may keep ${limit.value === '1' ? 'another' : 'others'}. Add an ORDER BY that decides it.`,
    );
  },
  examples: {
    'the latest rate, perhaps': `
      with rate as (select currency, rate from {{ ref('rates') }} limit 1)
                                                                  ^^^^^^^ info: Nothing says which row is kept
      select o.id, rate.rate from {{ ref('orders') }} as o cross join rate
      -> no fix
    `,
    'the output of a model': `
      select id, total from {{ ref('orders') }} where total > 10
      limit 100
      ^^^^^^^^^ another run may keep others
    `,
    'ordered, one row, none': `
      with a as (select id from {{ ref('orders') }} order by total desc limit 10),
      b as (select max(id) as id from {{ ref('orders') }} limit 1),
      c as (select id from {{ ref('orders') }} limit 0),
      d as (select id, count(*) as n from {{ ref('orders') }} group by id),
      e as (select n from d where d.id = 7 limit 1),
      f as (select 1 as id limit 1)
      select id from a where exists (select 1 from b limit 1) and id in (select id from c)
    `,
    'a sample for development': `
      select id from {{ ref('orders') }}
      {% if target.name != 'prod' %} limit 100 {% endif %}
    `,
    'the first of an array': `
      select id, (select item from unnest(items) as item limit 1) as first_item from {{ ref('orders') }}
    `,
  },
});

function isOneRow(select: Select, unit: SqlUnit): boolean {
  const [relation, ...others] = unit.facts.scopes.get(select)?.relations ?? [];
  if (
    !select.from ||
    !relation ||
    relation.kind === 'values' ||
    relation.kind === 'function' ||
    relation.kind === 'unnest'
  )
    return true;
  if (!select.groupBy && hasAggregate(select)) return true;
  const conditions = select.where ? [select.where.condition] : [];
  return others.length === 0 && coversKey(relation, fixedColumns(unit, conditions, relation));
}

function hasAggregate(select: Select): boolean {
  let found = false;
  for (const item of select.items) {
    walk(item.kind === 'item' ? bare(item.expression) : item, node => {
      if (node.kind === 'query') return 'skip';
      if (node.kind === 'call' && !node.over && isAggregateName(functionName(node))) found = true;
      return undefined;
    });
  }
  return found;
}

/** TABLESAMPLE says that any rows will do. */
function isSampled(select: Select): boolean {
  return (select.from?.items ?? []).some(table => table.kind === 'table' && table.modifiers.length > 0);
}
