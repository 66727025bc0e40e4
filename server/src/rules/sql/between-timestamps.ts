import type { BetweenExpression, BinaryExpression, Expression } from '../../syntax/sql/tree.ts';
import { dayAfter, parseDay, plusOne } from '../dates.ts';
import { argumentsOf, bare, columnOf, functionName, quoted } from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A timestamp is compared up to and including a date, which ends at its first instant.',
  why: 'A date stands for midnight, so all of the last day but that instant is lost.',
  details:
    'Fires where the left side is a timestamp for certain and the upper bound a date without a time: a date literal, a timestamp literal at midnight, a cast to date, a column of type date. Silent for dates on both sides, timestamps on both sides, truncated or cast left sides, bounds that Jinja or arithmetic computes. Types come from evidence, never from names.',
  severity: 'warning',
  status: 'preview',
  on: ['sql:between', 'sql:binary'],
  check(node, { unit, report }) {
    if (!unit) return;
    const found = node.kind === 'between' ? ofBetween(node) : ofComparison(node);
    if (!found || !isInstant(unit, found.value)) return;
    const bound = bare(found.bound);
    if (!isDay(unit, bound, node.kind === 'between') || !isWritten(unit, bound)) return;
    report(
      node,
      `${quoted(unit, found.value)} has a time and ${quoted(unit, bound)} is the start of that day, so the rest of the last day is lost. Compare with '<' and the day after.`,
      { fixes: fixesFor(node, found.value, bound, unit) },
    );
  },
  examples: {
    'the last day of a month': `
      //- models/schema.yml
      models:
        - name: stg_orders
          columns:
            - name: ordered_at
              data_type: timestamp
      //- models/stg_orders.sql
      select id, ordered_at from {{ source('shop', 'orders') }}
      //- models/january.sql
      select id from {{ ref('stg_orders') }}
      where ordered_at between '2024-01-01' and '2024-01-31' and id > 0
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the rest of the last day is lost
      ->
      //- models/january.sql
      select id from {{ ref('stg_orders') }}
      where ordered_at >= '2024-01-01' and ordered_at < '2024-02-01' and id > 0
    `,
    'a date column, through a CTE and coalesce': `
      //- grainline.yml
      dialect: snowflake
      //- models/periods.sql
      with events as (select id, cast(created as timestamp_ntz) as created_at from {{ source('app', 'events') }}),
      periods as (select id, cast(s as date) as start_date, cast(e as date) as end_date from {{ ref('p') }})
      select events.id from events
      join periods on events.created_at between periods.start_date and coalesce(periods.end_date, '2100-01-01')
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is the start of that day
      ->
      //- models/periods.sql
      with events as (select id, cast(created as timestamp_ntz) as created_at from {{ source('app', 'events') }}),
      periods as (select id, cast(s as date) as start_date, cast(e as date) as end_date from {{ ref('p') }})
      select events.id from events
      join periods on events.created_at >= periods.start_date and events.created_at < dateadd(day, 1, coalesce(periods.end_date, '2100-01-01'))
    `,
    'less than or equal': `
      with events as (select id, cast(created as timestamp) as created_at from {{ source('app', 'events') }})
      select id from events where created_at <= date '2023-12-31'
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Compare with '<'
      ->
      with events as (select id, cast(created as timestamp) as created_at from {{ source('app', 'events') }})
      select id from events where created_at < date '2024-01-01'
    `,
    'dates on both sides, timestamps on both sides, types nobody knows': `
      with e as (
        select cast(a as date) as service_date, cast(b as timestamp) as extract_ts, c as created_at,
          cast(d as timestamp) as valid_from, cast(e as timestamp) as valid_to
        from {{ source('app', 'events') }}
      )
      select 1 as x from e
      where service_date between '2024-01-01' and '2024-01-31'
        and extract_ts between valid_from and valid_to
        and created_at between '2024-01-01' and '2024-01-31'
        and extract_ts < '2024-02-01'
    `,
    'truncated, with a time, computed': `
      with e as (select cast(b as timestamp) as ts, cast(d as date) as day from {{ source('app', 'events') }})
      select 1 as x from e
      where date_trunc('day', ts) between '2024-01-01' and '2024-01-31'
        and cast(ts as date) between '2024-01-01' and '2024-01-31'
        and ts between '2024-01-01' and '2024-01-31 23:59:59'
        and ts between day and day + interval '1 day'
        and ts between '{{ var("start") }}' and '{{ var("end", "2024-01-31") }}'
        and ts <= current_date
    `,
  },
});

interface Compared {
  readonly value: Expression;
  readonly bound: Expression;
}

function ofBetween(node: BetweenExpression): Compared {
  return { value: bare(node.operand), bound: node.high };
}

function ofComparison(node: BinaryExpression): Compared | undefined {
  if (node.operator === '<=') return { value: bare(node.left), bound: node.right };
  return node.operator === '>=' ? { value: bare(node.right), bound: node.left } : undefined;
}

/** A column that holds a time of day, as far as evidence goes. */
function isInstant(unit: SqlUnit, value: Expression): boolean {
  const column = columnOf(unit, value)?.column;
  const type = unit.facts.typeOf(value);
  if (!column || (type?.family !== 'timestamp' && type?.family !== 'timestamptz')) return false;
  // Midnight of each day, kept in a timestamp: there the bound is right.
  return !/trunc|date_spine/i.test(type.because) && !/(?:^|_)(?:date|day|week|month|quarter|year)$/i.test(column.name);
}

/** A date without a time of day. */
function isDay(unit: SqlUnit, bound: Expression, isBetween: boolean): boolean {
  switch (bound.kind) {
    case 'literal':
      if (bound.type === 'date') return true;
      return (bound.type === 'string' && parseDay(bound.value) !== undefined) || isMidnight(bound);
    case 'column':
    case 'cast':
      return unit.facts.typeOf(bound)?.family === 'date';
    case 'call': {
      const name = functionName(bound);
      if (name === 'coalesce' || name === 'ifnull' || name === 'nvl') {
        return argumentsOf(bound).every(one => isDay(unit, bare(one), isBetween));
      }
      // "Until today" mostly means whole days when it is written with '<='.
      if (name === 'current_date') return isBetween;
      return name === 'last_day' || name === 'eomonth' || name === 'date';
    }
    default:
      return false;
  }
}

function isMidnight(literal: Extract<Expression, { readonly kind: 'literal' }>): boolean {
  return literal.type === 'timestamp' && /^\d{4}-\d{2}-\d{2}(?:[ T]00:00(?::00(?:\.0+)?)?)?$/.test(literal.value);
}

function fixesFor(
  node: BetweenExpression | BinaryExpression,
  value: Expression,
  bound: Expression,
  unit: SqlUnit,
): readonly RuleFix[] {
  if (!isWritten(unit, node) || (node.kind === 'between' && node.not)) return [];
  const later = nextDay(bound, unit);
  if (later === undefined) return [];
  const title = "Compare with '<' and the day after";
  const subject = textOf(unit, value);
  if (node.kind === 'between') {
    const and = inCaseOf(textOf(unit, node.keyword), 'and');
    return [suggest(title, replace(node, `${subject} >= ${textOf(unit, node.low)} ${and} ${subject} < ${later}`))];
  }
  const isReversed = node.operator === '>=';
  return [suggest(title, replace(node, isReversed ? `${later} > ${subject}` : `${subject} < ${later}`))];
}

function nextDay(bound: Expression, unit: SqlUnit): string | undefined {
  const text = textOf(unit, bound);
  if (bound.kind !== 'literal') return plusOne(text, 'day', unit.dialect);
  const day = bound.value.slice(0, 10);
  const next = dayAfter(day);
  return next && text.includes(day) ? text.replace(day, next) : undefined;
}
