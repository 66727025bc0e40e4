import { keptIn } from '../../base/kept.ts';
import type { FunctionCall, Query, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { defineRule, flag, type RuleFix, remove, type SqlUnit } from '../rule.ts';
import { hasComment, isWritten } from '../written.ts';

export default defineRule({
  summary: 'An ORDER BY in a CTE or subquery without LIMIT sorts rows that are read in any order.',
  why: 'Only the outermost ORDER BY decides the order of a result; the sort costs time and memory and changes nothing.',
  details:
    'Silent with LIMIT, TOP, FETCH or OFFSET, with DISTINCT ON, in `array(select …)` and other ordered collections, and where an `{% if %}` writes the ORDER BY for some warehouses only. `final: true` also reports the ORDER BY at the end of views.',
  severity: 'warning',
  options: { final: flag('Also report an ORDER BY at the end of a view or ephemeral model.', false) },
  on: 'sql:query',
  check(query, { unit, options, ancestors, dialect, report }) {
    const { orderBy, body } = query;
    if (!unit || !orderBy || query.limit || query.isOpaque || query.pipes.length > 0) return;
    if (body.kind === 'select' && (body.top || body.distinct?.on || body.isOpaque)) return;
    const parent = ancestors.at(-1);
    const place = placeOf(parent, unit);
    if (place === undefined || (place === 'final' && !options.final)) return;
    if (isConditional(unit, orderBy.start)) return;
    report(orderBy, messageFor(place, parent, unit), {
      severity: place === 'final' ? 'info' : dialect === 'tsql' ? 'error' : 'warning',
      fixes: fixesFor(query, unit, place),
    });
  },
  examples: {
    'in a CTE': `
      with latest as (
        select id, updated_at from {{ ref('orders') }}
        order by updated_at desc
        ^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'latest' is read in any order
      )
      select id from latest
      ->
      with latest as (
        select id, updated_at from {{ ref('orders') }}
      )
      select id from latest
    `,
    'in a derived table that something order-sensitive reads: a suggestion, not part of fix-all': `
      select array_agg(id) as ids from (select id from orders order by id) as sorted
                                                              ^^^^^^^^^^^ What depends on the order needs an ORDER BY of its own
      -> Remove the ORDER BY
      select array_agg(id) as ids from (select id from orders) as sorted
    `,
    'is an error on T-SQL': `
      //- grainline.yml
      dialect: tsql
      //- models/example.sql
      with a as (select id from orders order by id) select id from a
                                       ^^^^^^^^^^^ error: is read in any order
    `,
    'LIMIT, DISTINCT ON, ordered collections and the end of the model': `
      with a as (select id from orders order by id limit 10),
      b as (select distinct on (id) id, name from orders order by id, name)
      select a.id, array(select x from unnest(xs) as x order by x) as xs from a join b on a.id = b.id order by a.id
    `,
    'written for some warehouses only': `
      with a as (select id from orders {% if target.type == 'redshift' %} order by id {% endif %})
      select id from a
    `,
  },
});

type Place = 'cte' | 'subquery' | 'final';

/** Where the query stands; `undefined` for places whose order matters or is not known to be idle. */
function placeOf(parent: SqlNode | undefined, unit: SqlUnit): Place | undefined {
  if (parent?.kind === 'cte') return 'cte';
  if (parent?.kind === 'subquery') return 'subquery';
  const materialized = unit.node?.materialized;
  return parent?.kind === 'file' && (materialized === 'view' || materialized === 'ephemeral') ? 'final' : undefined;
}

function messageFor(place: Place, parent: SqlNode | undefined, unit: SqlUnit): string {
  if (place === 'final') return 'A view does not keep an order: whoever reads it sorts again. Remove the ORDER BY.';
  const name =
    parent?.kind === 'cte' ? parent.name.name : parent?.kind === 'subquery' ? parent.alias?.name.name : undefined;
  const subject = name === undefined ? 'This subquery' : `'${name}'`;
  const what = readsOrder(unit)
    ? 'What depends on the order needs an ORDER BY of its own; remove this one.'
    : 'Remove it, or add the LIMIT that it was for.';
  return `${subject} is read in any order, so this ORDER BY sorts for nothing. ${what}`;
}

/** An `{% if %}` decides whether the clause is there. */
function isConditional(unit: SqlUnit, offset: number): boolean {
  const { file, span } = unit.expansion.map.toSource({ start: offset, end: offset + 1 });
  return file === unit.file && unit.isInBranch(span.start);
}

function fixesFor(query: Query, unit: SqlUnit, place: Place): readonly RuleFix[] {
  const { orderBy } = query;
  if (!orderBy || hasComment(unit, orderBy) || !isWritten(unit, orderBy)) return [];
  let start = orderBy.start;
  while (start > query.start && /\s/.test(unit.text[start - 1] ?? '')) start--;
  // Blanks at the end of its line go with it.
  const blanks = /^[ \t]+(?=\n)/.exec(unit.text.slice(orderBy.end, orderBy.end + 200))?.[0].length ?? 0;
  const end = orderBy.end + (isWritten(unit, { start: orderBy.end, end: orderBy.end + blanks }) ? blanks : 0);
  const isSafe = place !== 'final' && !readsOrder(unit);
  return [{ title: 'Remove the ORDER BY', safe: isSafe, edits: [remove({ start, end })] }];
}

/** Something in the file takes rows in the order they come: then the idle ORDER BY may decide a result by accident. */
const readsOrder = keptIn(({ tree }: SqlUnit): boolean => {
  let found = false;
  walk(tree, node => {
    if (node.kind === 'query' && node.limit && !node.orderBy) found = true;
    if (node.kind === 'call' && isOrderSensitive(node)) found = true;
    return found ? 'skip' : undefined;
  });
  return found;
});

function isOrderSensitive(call: FunctionCall): boolean {
  const name = call.name.parts.at(-1)?.name.toLowerCase() ?? '';
  if (!ORDER_SENSITIVE.has(name) || call.orderBy || call.withinGroup) return false;
  return !(call.over && call.over.kind === 'window' && call.over.orderBy);
}

const ORDER_SENSITIVE = new Set([
  'row_number',
  'array_agg',
  'string_agg',
  'listagg',
  'group_concat',
  'first',
  'last',
  'any_value',
  'arbitrary',
  'first_value',
  'last_value',
  'lag',
  'lead',
  'collect_list',
  'list',
  'object_agg',
  'json_agg',
  'jsonb_agg',
]);
