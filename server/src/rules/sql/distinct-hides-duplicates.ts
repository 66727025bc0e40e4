import type { Span } from '../../base/span.ts';
import type { CandidateKey } from '../../project/facts.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type { Select, SqlNode } from '../../syntax/sql/tree.ts';
import { columnsIn, joinsIn, labelOf } from '../expressions.ts';
import { defineRule, flag, type RuleFix, remove, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'DISTINCT over rows that are unique already.',
  why: 'The warehouse sorts or hashes all rows for nothing, and readers look for duplicates that cannot be there.',
  details:
    'Fires where GROUP BY, here or in what is read, or `row_number() = 1` makes the rows unique. Silent for keys that only a test declares, for `distinct on`, branches of set operations, IN and EXISTS, and `count(distinct …)`. With `joins: true` it also reports DISTINCT over a join to a table that gives no column: that join is a test for existence.',
  severity: 'warning',
  basis: 'absence',
  options: { joins: flag('Report DISTINCT over joins to tables that give no column.', false) },
  on: 'sql:select',
  check(select, { unit, options, ancestors, report }) {
    const scope = unit?.facts.scopes.get(select);
    const { distinct } = select;
    if (!unit || !scope || !distinct || distinct.on || select.isOpaque || scope.isOpen) return;
    if (select.as || !isWritten(unit, distinct) || isInsideTest(ancestors) || select.others.length > 0) return;
    const key = uniqueBy(scope);
    if (key) {
      const names = key.columns.map(one => `'${one}'`).join(', ');
      const isGrouped = key.because === 'group by' && select.groupBy !== undefined;
      const reason = isGrouped
        ? `GROUP BY already gives one row for each ${names}`
        : key.columns.length === 0
          ? `There is one row at most (${key.because})`
          : `${names} ${key.columns.length === 1 ? 'is' : 'are'} unique already (${key.because})`;
      const fix: RuleFix = {
        title: 'Remove DISTINCT',
        safe: true,
        edits: [remove(withSpace(unit.text, distinct))],
      };
      report(distinct, `${reason}, so DISTINCT removes nothing. Remove it.`, { tag: 'unnecessary', fixes: [fix] });
      return;
    }
    const idle = options.joins ? idleJoin(select, scope, unit) : undefined;
    if (idle)
      report(
        distinct,
        `The join to ${idle} gives no column, so DISTINCT only removes the rows that the join makes too many. Write EXISTS instead.`,
      );
  },
  examples: {
    'with GROUP BY': `
      select distinct region, city, sum(amount) as amount
             ^^^^^^^^ GROUP BY already gives one row for each 'city', 'region'
      from {{ ref('orders') }} group by region, city
      ->
      select region, city, sum(amount) as amount
      from {{ ref('orders') }} group by region, city
    `,
    'on a line of its own, or at the end of one': `
      with a as (
        select distinct
               ^^^^^^^^ GROUP BY already gives one row for each 'region'
          region,
          count(*) as orders
        from {{ ref('orders') }} group by region
      )
      select
        distinct
        ^^^^^^^^ 'region' is unique already (group by)
          region
      from a
      ->
      with a as (
        select
          region,
          count(*) as orders
        from {{ ref('orders') }} group by region
      )
      select
        distinct
          region
      from a
    `,
    'a key that the query proves, through CTEs and models': `
      //- models/totals.sql
      select region, sum(amount) as amount from {{ source('shop', 'orders') }} group by region
      //- models/example.sql
      with t as (select * from {{ ref('totals') }})
      select distinct region, amount from t
             ^^^^^^^^ 'region' is unique already (group by)
      -> Remove DISTINCT
      //- models/example.sql
      with t as (select * from {{ ref('totals') }})
      select region, amount from t
    `,
    'a key that only a test declares': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: id, data_tests: [unique, not_null] }]
      //- models/orders.sql
      select id, amount from {{ source('shop', 'orders') }}
      //- models/example.sql
      select distinct id, amount from {{ ref('orders') }}
    `,
    'one row': `
      select distinct sum(amount) as amount from {{ ref('orders') }}
             ^^^^^^^^ There is one row at most
      ->
      select sum(amount) as amount from {{ ref('orders') }}
    `,
    'a model without rows, which a hook fills': `
      //- models/runs.sql
      {{ config(materialized='table', post_hook="{{ fill(this) }}") }}
      with one as (select 1 as id) select cast(null as int) as run_id from one where 1 = 0
      //- models/example.sql
      select distinct run_id from {{ ref('runs') }}
    `,
    'not all keys are selected': `
      select distinct region, sum(amount) as amount from {{ ref('orders') }} group by region, city
    `,
    'a set is built': `
      select distinct server_id, day from {{ ref('events') }}
    `,
    'branches, tests of membership, counts, DISTINCT ON': `
      //- grainline.yml
      dialect: postgres
      //- models/example.sql
      select count(distinct id) as n from {{ ref('a') }} where id in (select distinct id from {{ ref('b') }} group by id)
      union all
      select distinct max(id) as n from {{ ref('a') }} group by id
      union all
      (select distinct on (id) id from {{ ref('c') }} order by id, at)
    `,
    'grouped in one world only': `
      {{ config(materialized='incremental') }}
      select distinct region from {{ ref('orders') }} {% if is_incremental() %} group by region {% endif %}
    `,
    'over a join, where it is asked for': `
      //- grainline.yml
      rules:
        distinct-hides-duplicates: { joins: true }
      //- models/example.sql
      select distinct m.claim_id from {{ ref('claims') }} as m join {{ ref('anchors') }} as a on a.claim_id = m.claim_id
             ^^^^^^^^ The join to 'a' gives no column
    `,
  },
});

/** In IN and EXISTS it is harmless; in branches of set operations it says what is meant. */
function isInsideTest(ancestors: readonly SqlNode[]): boolean {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const node = ancestors[i];
    if (node?.kind === 'query' || node?.kind === 'parenthesized-query') continue;
    return (
      node?.kind === 'set-operation' || node?.kind === 'in' || node?.kind === 'exists' || node?.kind === 'quantified'
    );
  }
  return false;
}

/** A key of the rows that DISTINCT itself did not make. */
function uniqueBy(scope: SelectScope): CandidateKey | undefined {
  // A test may fail, or only warn: DISTINCT over a declared key is caution, not an oversight.
  // So it is where a filter leaves one row of each group: the next person may filter otherwise.
  return scope.rows.keys.find(
    key => key.by === 'proved' && key.because !== 'distinct' && !key.because.endsWith('behind a filter'),
  );
}

/** A joined relation that no item of the list reads. */
function idleJoin(select: Select, scope: SelectScope, unit: SqlUnit): string | undefined {
  if (select.items.some(item => item.kind !== 'item')) return undefined;
  const read = new Set<number>();
  for (const item of select.items) {
    for (const reference of columnsIn(item)) {
      const resolved = unit.facts.resolve(reference);
      if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
      read.add(resolved.relation.id);
    }
  }
  const joined = joinsIn(select).filter(join => join.type === 'inner');
  const idle = scope.relations.find(
    relation =>
      !read.has(relation.id) && !relation.isLateral && joined.some(join => join.right === relation.table && join.on),
  );
  return idle && labelOf(idle);
}

/** With the white space on one side of it, so that the list stays on its lines. */
function withSpace(text: string, { start, end }: Span): Span {
  let from = start;
  while (isBlank(text[from - 1])) from--;
  let to = end;
  while (isBlank(text[to])) to++;
  const isLastOfLine = text[to] === '\n' || text.startsWith('\r\n', to);
  if (!isLastOfLine) return { start, end: to };
  // Alone on its line, the line goes; behind SELECT, the line break stays.
  return text[from - 1] === '\n' ? { start: from, end: text.indexOf('\n', to) + 1 } : { start: from, end };
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
