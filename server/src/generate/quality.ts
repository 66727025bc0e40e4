/** Quality checks as queries that return what is wrong, and nothing where all is well. */

import type { GeneratorContext, Relation } from './context.ts';
import { before, daysOf } from './dates.ts';
import { sqlFor } from './sql.ts';
import { cteName } from './sql-style.ts';
import { type Cte, type Import, writeModel } from './sql-writer.ts';

export interface Checked {
  readonly comment: string;
  readonly sql: string;
}

/** Required columns that are NULL: the rows, by their key. */
export function completeness(
  relation: Relation,
  key: readonly string[],
  columns: readonly string[],
  context: GeneratorContext,
): Checked {
  const sql = sqlFor(context, [...key, ...columns]);
  const shown = [...new Set([...key, ...columns])].map(sql.name);
  return query(relation, 'Completeness: rows in which a required column is NULL.', context, sql.name, base => [
    {
      name: 'violations',
      select: {
        columns: shown,
        from: base,
        where: [columns.map(column => `${sql.name(column)} is null`).join('\nor ')],
      },
    },
  ]);
}

/** Keys that occur several times. */
export function uniqueness(relation: Relation, key: readonly string[], context: GeneratorContext): Checked {
  const sql = sqlFor(context, key);
  const count = sql.helper('row_count');
  return query(relation, 'Uniqueness: keys that several rows have.', context, sql.name, base => [
    {
      name: 'violations',
      select: {
        columns: [...key.map(sql.name), `count(*) as ${count}`],
        from: base,
        groupBy: key.map(sql.name),
        having: ['count(*) > 1'],
      },
    },
  ]);
}

/** The newest row, when it is too old; also where there is none. */
export function freshness(relation: Relation, column: string, hours: number, context: GeneratorContext): Checked {
  const sql = sqlFor(context);
  const newest = `cast(max(${sql.name(column)}) as timestamp)`;
  const now =
    context.dialect === 'bigquery'
      ? 'current_timestamp()'
      : context.dialect === 'redshift'
        ? 'getdate()'
        : 'cast(current_timestamp as timestamp)';
  return query(
    relation,
    `Freshness: the newest row, when it was loaded more than ${hours} hours ago, or when there is none.`,
    context,
    sql.name,
    base => [
      {
        name: 'newest',
        select: { columns: [`${newest} as newest_at`], from: base },
      },
      {
        name: 'violations',
        select: {
          columns: ['newest_at'],
          from: 'newest',
          where: [`newest_at is null\nor newest_at < ${before('hour', hours, now, context.dialect, 'timestamp')}`],
        },
      },
    ],
  );
}

/** Days whose number of rows is out of bounds, days without a row among them; all rows, where no column says the day. */
export function volume(
  relation: Relation,
  by: string | undefined,
  least: number,
  most: number | undefined,
  context: GeneratorContext,
): Checked {
  const sql = sqlFor(context);
  const range = most === undefined ? `fewer than ${least} rows` : `fewer than ${least} or more than ${most} rows`;
  const isOut = (count: string): string =>
    [`${count} < ${least}`, ...(most === undefined ? [] : [`${count} > ${most}`])].join('\nor ');
  if (by === undefined) {
    return query(relation, `Volume: the number of all rows, when there are ${range}.`, context, sql.name, base => [
      {
        name: 'violations',
        select: { columns: ['count(*) as row_count'], from: base, having: [isOut('count(*)')] },
      },
    ]);
  }
  const day = `cast(${sql.name(by)} as date)`;
  return query(
    relation,
    `Volume: days with ${range}, from the first to the last; a row without a day if there is none.`,
    context,
    sql.name,
    base => [
      {
        name: 'counted',
        select: { columns: [`${day} as checked_date`, 'count(*) as row_count'], from: base, groupBy: [day] },
      },
      {
        name: 'bounds',
        select: { columns: ['min(checked_date) as first_date', 'max(checked_date) as last_date'], from: 'counted' },
      },
      ...daysOf('bounds', context.dialect),
      {
        name: 'completed',
        select: [
          {
            columns: ['days.date_day as checked_date', 'coalesce(counted.row_count, 0) as row_count'],
            from: 'days',
            joins: [{ kind: 'left', relation: 'counted', on: ['days.date_day = counted.checked_date'] }],
          },
          {
            columns: ['bounds.first_date as checked_date', '0 as row_count'],
            from: 'bounds',
            where: ['bounds.first_date is null'],
          },
        ],
      },
      {
        name: 'violations',
        select: { columns: ['checked_date', 'row_count'], from: 'completed', where: [isOut('row_count')] },
      },
    ],
  );
}

/** Values that lead nowhere. */
export function referential(
  relation: Relation,
  column: string,
  target: Relation,
  field: string,
  context: GeneratorContext,
): Checked {
  const sql = sqlFor(context);
  const parent = target.name === cteName(relation.name) ? `${target.name}_referenced` : cteName(target.name);
  return query(
    relation,
    `Referential integrity: values of ${column} that ${target.name} does not have.`,
    context,
    sql.name,
    base => [
      {
        name: 'violations',
        select: {
          columns: [sql.of(base, column), 'count(*) as row_count'],
          from: base,
          joins: [{ kind: 'left', relation: parent, on: [`${sql.of(base, column)} = ${sql.of(parent, field)}`] }],
          where: [`${sql.of(base, column)} is not null`, `${sql.of(parent, field)} is null`],
          groupBy: [sql.of(base, column)],
        },
      },
    ],
    [{ name: parent, relation: target }],
  );
}

/** Values that too many rows share. */
export function distribution(relation: Relation, column: string, percent: number, context: GeneratorContext): Checked {
  const sql = sqlFor(context, [column]);
  const name = sql.name(column);
  return query(
    relation,
    `Distribution: values of ${column} that more than ${percent} % of all rows have.`,
    context,
    sql.name,
    base => [
      { name: 'counted', select: { columns: [name, 'count(*) as row_count'], from: base, groupBy: [name] } },
      {
        name: 'shares',
        select: {
          columns: [name, 'row_count', '100.0 * row_count / sum(row_count) over () as row_percent'],
          from: 'counted',
        },
      },
      {
        name: 'violations',
        select: { columns: [name, 'row_count', 'row_percent'], from: 'shares', where: [`row_percent > ${percent}`] },
      },
    ],
  );
}

/** Sums that differ from those of another relation by more than a share of them. */
export function reconciliation(
  relation: Relation,
  measure: string,
  other: Relation,
  otherMeasure: string,
  percent: number,
  context: GeneratorContext,
): Checked {
  const sql = sqlFor(context);
  const source = other.name === cteName(relation.name) ? `${other.name}_source` : cteName(other.name);
  return query(
    relation,
    `Reconciliation: the sum of ${measure}, when it is not that of ${otherMeasure} in ${other.label}, give or take ${percent} %.`,
    context,
    sql.name,
    base => [
      { name: 'own_total', select: { columns: [`coalesce(sum(${sql.name(measure)}), 0) as own_sum`], from: base } },
      {
        name: 'source_total',
        select: { columns: [`coalesce(sum(${sql.name(otherMeasure)}), 0) as source_sum`], from: source },
      },
      {
        name: 'violations',
        select: {
          columns: [
            'own_total.own_sum',
            'source_total.source_sum',
            'own_total.own_sum - source_total.source_sum as difference',
          ],
          from: 'own_total',
          joins: [{ kind: 'cross', relation: 'source_total' }],
          where: [
            `abs(own_total.own_sum - source_total.source_sum) > ${percent} / 100.0 * abs(source_total.source_sum)`,
          ],
        },
      },
    ],
    [{ name: source, relation: other }],
  );
}

function query(
  relation: Relation,
  comment: string,
  context: GeneratorContext,
  name: (column: string) => string,
  ctes: (base: string) => readonly Cte[],
  more: readonly Import[] = [],
): Checked {
  const base = cteName(relation.name);
  const bare = relation.columns.map(column => column.name).filter(column => name(column) === column);
  const sql = writeModel(
    { comment, imports: [{ name: base, relation }, ...more], ctes: ctes(base) },
    context.sql,
    bare,
  );
  return { comment, sql };
}
