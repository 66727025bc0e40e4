import type { CommonTableExpression, WithClause } from '../../syntax/sql/tree.ts';
import { defineRule, type RuleFix, remove, type SqlUnit } from '../rule.ts';
import { enclosing, isWritten } from '../written.ts';

export default defineRule({
  summary: 'A CTE that nothing reads.',
  why: 'Readers take it for part of the result; some warehouses compute it all the same.',
  details:
    'Silent when the name stands in a Jinja expression, when a macro that is not known may read it, for statements that change data, and when an incremental run or a branch of `{% if %}` reads it. The fix is a suggestion when the CTE holds the only `ref()` of a parent: removing that would remove an edge of the DAG.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:cte',
  check(cte, { unit, ancestors, report }) {
    const facts = unit?.facts.ctes.get(cte);
    if (!unit || !facts || facts.references.some(one => one.start < cte.start || one.end > cte.end)) return;
    if (!isWritten(unit, cte.name) || cte.name.hasUnknown || !cte.isClosed || cte.query.kind !== 'query') return;
    if (unit.expansion.unknowns.length > 0 || unit.problems.length > 0) return;
    if (unit.jinjaText().toLowerCase().includes(cte.name.name.toLowerCase())) return;
    const clause = enclosing(ancestors, 'with');
    report(cte.name, `Nothing reads the CTE '${cte.name.name}'. Remove it, or use it where it was meant.`, {
      tag: 'unnecessary',
      fixes: clause ? [fixFor(cte, clause, unit)] : [],
    });
  },
  examples: {
    'is removed with its comma': `
      with old as (select 1 as id),
           ^^^ Nothing reads the CTE 'old'
      orders as (select 2 as id)
      select id from orders
      ->
      with orders as (select 2 as id)
      select id from orders
    `,
    'the last one': `
      with orders as (select 2 as id),
      spare as (select id from {{ ref('spare') }})
      ^^^^^ Nothing reads
      select id from orders
      -> Remove the CTE
      with orders as (select 2 as id)
      select id from orders
    `,
    'read by another CTE, by an inner query, by itself and the model': `
      with recursive a as (select 1 as id union all select id + 1 from a where id < 5),
      b as (select id from a)
      select id from (select id from b) as inner_query
    `,
    'read by the incremental run only': `
      {{ config(materialized='incremental') }}
      with seen as (select max(id) as id from {{ this }})
      select id from {{ ref('orders') }}
      {% if is_incremental() %} where id > (select id from seen) {% endif %}
    `,
    'handed to a macro by name': `
      with source as (select 1 as id)
      {{ deduplicate('source', order_by='id') }}
    `,
  },
});

function fixFor(cte: CommonTableExpression, clause: WithClause, unit: SqlUnit): RuleFix {
  const i = clause.ctes.indexOf(cte);
  const next = clause.ctes[i + 1];
  const previous = clause.ctes[i - 1];
  const span = next
    ? { start: cte.start, end: next.start }
    : previous
      ? { start: previous.end, end: cte.end }
      : { start: clause.start, end: skipSpace(unit.text, clause.end) };
  return { title: 'Remove the CTE', safe: !holdsOnlyRef(cte, unit), edits: [remove(span)] };
}

/** A parent is read in this CTE and nowhere else in the model. */
function holdsOnlyRef(cte: CommonTableExpression, unit: SqlUnit): boolean {
  const isInside = (offset: number): boolean => offset >= cte.start && offset < cte.end;
  const nameOf = (call: (typeof unit.expansion.relations)[number]['call']): string =>
    `${call.kind} ${call.source} ${call.name}`;
  const outside = new Set(
    unit.expansion.relations.filter(one => !isInside(one.span.start)).map(one => nameOf(one.call)),
  );
  return unit.expansion.relations.some(one => isInside(one.span.start) && !outside.has(nameOf(one.call)));
}

function skipSpace(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && /\s/.test(text[end] ?? '')) end++;
  return end;
}
