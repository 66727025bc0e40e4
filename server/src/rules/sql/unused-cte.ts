import type { Span } from '../../base/span.ts';
import type { CommonTableExpression, Token, WithClause } from '../../syntax/sql/tree.ts';
import { defineRule, type RuleFix, remove, type SqlUnit } from '../rule.ts';
import { enclosing, isWritten, tokensIn } from '../written.ts';

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
    'with the comments above it, not those above the next': `
      with
      -- all orders
      orders as (select 2 as id),

      -- what was there before
      old as (select 1 as id), -- really
      ^^^ Nothing reads the CTE 'old'

      -- all lines
      lines as (select id from orders)
      select id from lines
      -> Remove the CTE
      with
      -- all orders
      orders as (select 2 as id),

      -- all lines
      lines as (select id from orders)
      select id from lines
    `,
    'where the commas come first': `
      with orders as (
        select 2 as id
      )

      -- what was there before
      , old as (
        ^^^ Nothing reads the CTE 'old'
        select 1 as id
      )

      -- all lines
      , lines as (
        select id from orders
      )
      select id from lines
      -> Remove the CTE
      with orders as (
        select 2 as id
      )

      -- all lines
      , lines as (
        select id from orders
      )
      select id from lines
    `,
    'the first one, where the commas come first': `
      with old as (
           ^^^ Nothing reads the CTE 'old'
        select 1 as id
      )

      -- all lines
      , lines as (
        select 1 as id
      )
      select id from lines
      -> Remove the CTE
      with -- all lines
      lines as (
        select 1 as id
      )
      select id from lines
    `,
    'behind a branch': `
      with
      {% if is_incremental() %}
      seen as (select max(id) as id from {{ this }}),
      {% endif %}
      old as (select 1 as id),
      ^^^ Nothing reads the CTE 'old'

      -- all orders
      orders as (
        select id from {{ ref('orders') }} {% if is_incremental() %} where id > (select id from seen) {% endif %}
      )
      select id from orders
      -> Remove the CTE
      with
      {% if is_incremental() %}
      seen as (select max(id) as id from {{ this }}),
      {% endif %}
      -- all orders
      orders as (
        select id from {{ ref('orders') }} {% if is_incremental() %} where id > (select id from seen) {% endif %}
      )
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
  const spans = next
    ? spansBefore(next, cte, previous, unit)
    : [
        previous
          ? { start: previous.end, end: cte.end }
          : { start: clause.start, end: skipSpace(unit.text, clause.end) },
      ];
  return { title: 'Remove the CTE', safe: !holdsOnlyRef(cte, unit), edits: spans.map(remove) };
}

/** The CTE goes with its comma and the comments above it; the comments above the next one stay. */
function spansBefore(
  next: CommonTableExpression,
  cte: CommonTableExpression,
  previous: CommonTableExpression | undefined,
  unit: SqlUnit,
): readonly Span[] {
  const behind = tokensIn(unit.tree.tokens, { start: cte.end, end: next.start });
  const isBreak = ({ kind, start, end }: Token): boolean =>
    kind === 'space' && unit.text.slice(start, end).includes('\n');
  const comma = behind.findIndex(({ word }) => word === ',');
  // `), -- why`: a comment on the line that the CTE ends on is its own.
  let at = 0;
  while (at < behind.length && !isBreak(behind[at] as Token)) at++;
  while (behind[at]?.kind === 'space') at++;
  const end = behind[at]?.start ?? next.start;
  const above = ownStart(cte, previous, unit);
  if (comma < at) return [{ start: above.comment, end }];
  // The comma stands in front of the next one: then it is that of this one which goes.
  if (above.comma !== undefined) return [{ start: above.comma, end }];
  const separator = behind[comma] as Token;
  return [
    { start: cte.start, end },
    { start: separator.start, end: next.start },
  ];
}

/** Where the comments above a CTE begin, and they or the comma in front of it; where Jinja stands between, the CTE itself. */
function ownStart(
  cte: CommonTableExpression,
  previous: CommonTableExpression | undefined,
  unit: SqlUnit,
): { readonly comment: number; readonly comma: number | undefined } {
  const none = { comment: cte.start, comma: undefined };
  if (previous === undefined) return none;
  const before = tokensIn(unit.tree.tokens, { start: previous.end, end: cte.start });
  const isWhole = unit.expansion.map.segmentsIn({ start: previous.end, end: cte.start }).length === 1;
  if (!isWhole) return none;
  const comma = before.findIndex(({ word }) => word === ',');
  const line = unit.text.indexOf('\n', previous.end);
  const first = before.find(({ kind, start }) => kind === 'comment' && start > line && line >= 0);
  const start = Math.min(first?.start ?? cte.start, cte.start);
  return { comment: start, comma: comma < 0 ? undefined : Math.min(start, (before[comma] as Token).start) };
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
