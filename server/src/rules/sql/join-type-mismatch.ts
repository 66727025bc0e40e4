import type { ColumnType } from '../../project/facts.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { BinaryExpression } from '../../syntax/sql/tree.ts';
import { bare, columnOf, operandsOf } from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { groupOf, nameOf, type TypeGroup } from '../type-groups.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A join compares columns of different types.',
  why: 'Some warehouses refuse it; the others convert row by row, so that keys match by accident, fail on odd values, or never match.',
  details:
    'Fires where both types are known (casts, contracts, `data_type` in YAML, function results, through any number of models) and belong to different families: a number and text, a date and a timestamp, a boolean and something else. Silent where a cast or function says what is meant, for numbers of different width, and for timestamps that are truncated to days.',
  severity: 'warning',
  on: 'sql:join',
  check(join, { unit, report }) {
    if (!unit || !join.on) return;
    for (const condition of operandsOf(join.on, 'and')) {
      if (condition.kind !== 'binary' || condition.operator !== '=') continue;
      const sides = sidesOf(condition, unit);
      const clash = sides && clashOf(sides[0].type, sides[1].type);
      if (!sides || !clash || isDayOfTimestamp(sides)) continue;
      report(
        condition,
        `${sides.map(side => `'${side.text}' is ${nameOf(side.type.family)} (${side.type.because})`).join(' and ')}. ${clash} Cast one side.`,
        { fixes: castOf(sides, unit) },
      );
    }
  },
  examples: {
    'a number and text': `
      //- grainline.yml
      dialect: snowflake
      //- models/orders.sql
      with orders as (select cast(customer as varchar) as customer_id, total from {{ source('shop', 'orders') }}),
      customers as (select cast(id as integer) as customer_id, name from {{ source('crm', 'customers') }})
      select o.total, c.name from orders as o
      join customers as c on o.customer_id = c.customer_id and c.name is not null
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is text (cast to varchar) and 'c.customer_id' is a number
      ->
      //- models/orders.sql
      with orders as (select cast(customer as varchar) as customer_id, total from {{ source('shop', 'orders') }}),
      customers as (select cast(id as integer) as customer_id, name from {{ source('crm', 'customers') }})
      select o.total, c.name from orders as o
      join customers as c on o.customer_id = cast(c.customer_id as varchar) and c.name is not null
    `,
    'a timestamp and a date, through models': `
      //- models/schema.yml
      models:
        - name: dim_date
          columns: [{ name: date_day, data_type: date }]
        - name: stg_orders
          columns: [{ name: ordered_at, data_type: timestamp }]
      //- models/stg_orders.sql
      select ordered_at from {{ source('shop', 'orders') }}
      //- models/dim_date.sql
      select date_day from {{ ref('days') }}
      //- models/sales.sql
      select 1 as x from {{ ref('stg_orders') }} as o left join {{ ref('dim_date') }} as d on d.date_day = o.ordered_at
                                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^ only rows at midnight match
      ->
      //- models/sales.sql
      select 1 as x from {{ ref('stg_orders') }} as o left join {{ ref('dim_date') }} as d on d.date_day = cast(o.ordered_at as date)
    `,
    'a cast says what is meant': `
      with a as (select cast(x as varchar) as id, cast(t as timestamp) as ts from {{ ref('a') }}),
      b as (select cast(y as integer) as id, cast(d as date) as day from {{ ref('b') }})
      select 1 as x from a join b on a.id = cast(b.id as varchar) and date_trunc('day', a.ts) = b.day
    `,
    'types that fit, and types that nobody knows': `
      with a as (select cast(x as bigint) as id, y as code, date_trunc('day', cast(t as timestamp)) as day from {{ ref('a') }}),
      b as (select cast(y as decimal(10, 0)) as id, cast(c as varchar) as code, cast(d as date) as day from {{ ref('b') }})
      select 1 as x from a join b on a.id = b.id and a.code = b.code and a.day = b.day and b.code = '1'
    `,
  },
});

interface Side {
  readonly text: string;
  readonly at: { readonly start: number; readonly end: number };
  readonly type: ColumnType;
  readonly relation: ScopeRelation;
  readonly column: string;
}

function sidesOf(condition: BinaryExpression, unit: SqlUnit): readonly [Side, Side] | undefined {
  const [left, right] = [condition.left, condition.right].map((expression): Side | undefined => {
    const reference = bare(expression);
    const column = columnOf(unit, reference);
    const type = column && unit.facts.typeOf(reference);
    if (!type || !isWritten(unit, reference)) return undefined;
    const text = textOf(unit, reference);
    return { text, at: reference, type, relation: column.relation, column: column.column.name };
  });
  return left && right && left.relation !== right.relation ? [left, right] : undefined;
}

/** What happens when the two are compared; `undefined` when nothing does, or nobody can tell. */
function clashOf(a: ColumnType, b: ColumnType): string | undefined {
  const groups = [groupOf(a.family), groupOf(b.family)];
  const [first, second] = groups;
  if (first === undefined || second === undefined || first === second) return undefined;
  const has = (group: TypeGroup): boolean => groups.includes(group);
  if (has('date') && has('instant')) return 'The date counts as midnight, so only rows at midnight match.';
  if (has('number') && has('text')) {
    return "Some warehouses refuse this; others turn the text into a number, which fails on other text and takes '007' for 7.";
  }
  return 'Some warehouses refuse this; others convert each row, which may fail or match by accident.';
}

/** Midnight of each day, kept in a timestamp: it equals the date. */
function isDayOfTimestamp(sides: readonly [Side, Side]): boolean {
  return sides.some(
    side =>
      groupOf(side.type.family) === 'instant' &&
      (/trunc/i.test(side.type.because) || /(?:^|_)(?:date|day|week|month|quarter|year)(?:_|$)/i.test(side.column)),
  );
}

/** The number as text, the timestamp as a date: both conversions always work. */
function castOf(sides: readonly [Side, Side], unit: SqlUnit): readonly RuleFix[] {
  const number = sides.find(side => groupOf(side.type.family) === 'number');
  const instant = sides.find(side => groupOf(side.type.family) === 'instant');
  if (number && sides.some(side => side.type.family === 'text')) {
    const type = textType(unit.dialect);
    return [suggest(`Cast '${number.text}' to ${type}`, replace(number.at, `cast(${number.text} as ${type})`))];
  }
  if (instant && sides.some(side => side.type.family === 'date')) {
    return [suggest(`Cast '${instant.text}' to date`, replace(instant.at, `cast(${instant.text} as date)`))];
  }
  return [];
}

function textType(dialect: Dialect): string {
  switch (dialect) {
    case 'bigquery':
    case 'databricks':
    case 'sparksql':
    case 'hive':
      return 'string';
    case 'mysql':
      return 'char';
    case 'sqlite':
      return 'text';
    case 'tsql':
      return 'varchar(100)';
    case 'clickhouse':
      return 'String';
    default:
      return 'varchar';
  }
}
