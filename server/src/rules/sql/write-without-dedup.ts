import type { InsertStatement } from '../../syntax/sql/tree.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import {
  hasUnknownText,
  isOwnTable,
  mayBeSameTarget,
  partsOf,
  sharesName,
  type Target,
  targetOf,
  writesIn,
} from '../writes.ts';

export default defineRule({
  summary: 'A script inserts what it reads without regard to what is there.',
  why: 'When it runs twice, or reads a stretch it has read before, every row is there twice.',
  details:
    'Looks at INSERT … SELECT in macros, hooks and scripts. Silent when the script deletes, truncates, merges or updates the table too, when the query reads the table (an anti-join, a watermark), for INSERT OVERWRITE and ON CONFLICT, for tables the script creates itself, for logs, and for targets that are arguments. Appending may be just what is meant, so the rule is in preview.',
  severity: 'warning',
  status: 'preview',
  basis: 'absence',
  on: 'sql:insert',
  files: ['script', 'analysis'],
  check(statement, { unit, report }) {
    if (!unit || statement.overwrite || statement.source?.kind !== 'query') return;
    // `select … from (merge …)`, and whatever else cannot be read.
    if (hasUnknownText(unit, statement) || statement.source.isOpaque) return;
    const target = targetOf(statement, unit.text);
    if (target.isUnknown || isOwnTable(unit, target, statement.start) || isLog(target)) return;
    if (!readsTables(unit, statement) || readsTarget(unit, statement, target) || isCaredFor(unit, statement, target))
      return;
    report(
      { start: statement.start, end: statement.target.end },
      `Each run adds all rows of this query to ${target.label} again: nothing keeps out those that are there. Merge by a key, or delete the stretch before.`,
    );
  },
  examples: {
    'a hook': `
      {{ config(materialized='table', post_hook="insert into daily_totals select day, sum(amount) as amount from {{ this }} group by day") }}
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ warning: Each run adds all rows of this query to 'daily_totals' again
      select day, amount from {{ ref('orders') }}
    `,
    'what a macro runs': `
      //- macros/archive.sql
      {% macro archive() %}
      {% set sql %}
        insert into archive.old_orders (order_id, amount)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: nothing keeps out those that are there
        select order_id, amount from {{ ref('orders') }} where ordered_at < current_date - 365
      {% endset %}
      {% do run_query(sql) %}
      {% endmacro %}
    `,
    'deleted before, merged after, kept out, overwritten': `
      //- scripts/load.sql
      delete from totals where day = current_date;
      insert into totals select day, sum(amount) from orders where day = current_date group by day;
      truncate table counts;
      insert into counts select day, count(*) from orders group by day;
      insert into shops select s.* from stg_shops as s where not exists (select 1 from shops as t where t.shop_id = s.shop_id);
      insert into cities select * from stg_cities where updated_at > (select coalesce(max(updated_at), '1900-01-01') from cities);
      insert overwrite table days select day from orders;
      insert into tiers select * from stg_tiers on conflict (tier_id) do nothing;
    `,
    'logs, own tables, arguments, single rows': `
      //- macros/log.sql
      {% macro log(target) %}
      insert into run_log select '{{ invocation_id }}', current_timestamp from one_row;
      create temporary table batch (id int);
      insert into batch select id from orders;
      insert into {{ target }} select id from orders;
      insert into settings values (1, 'a');
      insert into settings select 2, 'b';
      {% endmacro %}
    `,
  },
});

function isLog({ parts }: Target): boolean {
  return /(?:^|_)(?:logs?|audit|history|hist|invocations?|runs?|results?|events?|metrics|stats)(?:_|$)/.test(
    parts.at(-1) ?? '',
  );
}

function readsTables(unit: SqlUnit, { source }: InsertStatement): boolean {
  if (source?.kind !== 'query') return false;
  for (const [select, scope] of unit.facts.scopes) {
    if (select.start >= source.start && select.end <= source.end && scope.relations.length > 0) return true;
  }
  return false;
}

function readsTarget(unit: SqlUnit, { start, end }: InsertStatement, target: Target): boolean {
  for (const [select, scope] of unit.facts.scopes) {
    if (select.start < start || select.end > end) continue;
    for (const { table, kind } of scope.relations) {
      if (kind === 'unknown' && table.kind !== 'table') return true;
      if (table.kind !== 'table' || kind === 'cte') continue;
      if (sharesName(partsOf(table.name), target.parts)) return true;
    }
  }
  return false;
}

/** Another statement of the script sees to it, or the statement itself. */
function isCaredFor(unit: SqlUnit, statement: InsertStatement, target: Target): boolean {
  if (/\bon\s+(?:conflict|duplicate)\b/i.test(unit.text.slice(statement.start, statement.end))) return true;
  const others = writesIn(unit).some(
    one => one !== statement && one.kind !== 'insert' && mayBeSameTarget(targetOf(one, unit.text), target),
  );
  const own = target.parts.at(-1) ?? '';
  return (
    others ||
    unit.tree.statements.some(
      one =>
        one.kind === 'other-statement' &&
        /^(?:truncate|drop|alter|exec|execute|call)$/.test(one.keyword) &&
        unit.text.slice(one.start, one.end).toLowerCase().includes(own),
    )
  );
}
