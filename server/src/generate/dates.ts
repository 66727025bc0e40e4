/** Dates as the dialects reckon them. Every expression here takes and gives dates, but for `before`, which keeps the type. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import type { Cte } from './sql-writer.ts';

export type DatePart = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** First day of the part in which a date or timestamp lies; weeks begin on Monday. */
export function startOf(part: DatePart, value: string, dialect: Dialect): string {
  if (part === 'day') return `cast(${value} as date)`;
  switch (dialect) {
    case 'bigquery':
      return `date_trunc(cast(${value} as date), ${part === 'week' ? 'isoweek' : part})`;
    case 'tsql':
      return `datetrunc(${part === 'week' ? 'iso_week' : part}, cast(${value} as date))`;
    case 'clickhouse':
      return `toDate(date_trunc('${part}', ${value}))`;
    default:
      return `cast(date_trunc('${part}', ${value}) as date)`;
  }
}

/** A date so many parts later; `count` may be an expression. */
export function later(part: DatePart, count: number | string, date: string, dialect: Dialect): string {
  switch (dialect) {
    case 'bigquery':
      return `date_add(${date}, interval ${count} ${part})`;
    case 'trino':
    case 'athena':
      return `date_add('${part}', ${count}, ${date})`;
    case 'redshift':
    case 'databricks':
    case 'sparksql':
    case 'tsql':
      // Theirs gives a timestamp, even of a date.
      return `cast(dateadd(${part}, ${count}, ${date}) as date)`;
    case 'snowflake':
      return `dateadd(${part}, ${count}, ${date})`;
    case 'mysql':
      return `date_add(${date}, interval ${count} ${part})`;
    case 'sqlite':
      return `date(${date}, ${count} || ' ${part}s')`;
    default: {
      const step = `interval '${typeof count === 'number' ? count : 1} ${part}'`;
      return `cast(${date} + ${typeof count === 'number' ? step : `${count} * ${step}`} as date)`;
    }
  }
}

/** Calendar days from the first to the second; NULL when one of them is. */
export function daysBetween(from: string, to: string, dialect: Dialect): string {
  const [start, end] = [`cast(${from} as date)`, `cast(${to} as date)`];
  switch (dialect) {
    case 'bigquery':
      return `date_diff(${end}, ${start}, day)`;
    case 'trino':
    case 'athena':
    case 'duckdb':
      return `date_diff('day', ${start}, ${end})`;
    case 'snowflake':
    case 'redshift':
    case 'tsql':
      return `datediff(day, ${start}, ${end})`;
    case 'databricks':
    case 'sparksql':
    case 'hive':
    case 'mysql':
      return `datediff(${end}, ${start})`;
    case 'sqlite':
      return `cast(julianday(${end}) - julianday(${start}) as integer)`;
    default:
      return `${end} - ${start}`;
  }
}

/** What a moment is stored as. BigQuery tells DATETIME, which has no zone, from TIMESTAMP. */
export type MomentType = 'date' | 'timestamp' | 'datetime';

/** A moment so many hours or days earlier, in its own type. */
export function before(part: 'hour' | 'day', count: number, value: string, dialect: Dialect, type: MomentType): string {
  switch (dialect) {
    case 'bigquery':
      return `${type}_sub(${value}, interval ${count} ${part})`;
    case 'trino':
    case 'athena':
      return `${value} - interval '${count}' ${part}`;
    case 'snowflake':
    case 'redshift':
    case 'databricks':
    case 'sparksql':
    case 'tsql':
      return `dateadd(${part}, -${count}, ${value})`;
    case 'mysql':
      return `date_sub(${value}, interval ${count} ${part})`;
    default:
      return `${value} - interval '${count} ${part}${count === 1 ? '' : 's'}'`;
  }
}

/** Earlier than all that is measured. */
export function longAgo(type: MomentType): string {
  return `cast('1900-01-01' as ${type})`;
}

/**
 * All days from `first_date` to `last_date` of the CTE `bounds`, which has one row: as the CTE `days` with the column
 * `date_day`.
 */
export function daysOf(bounds: string, dialect: Dialect): readonly Cte[] {
  const [first, last] = [`${bounds}.first_date`, `${bounds}.last_date`];
  switch (dialect) {
    case 'bigquery':
      return [
        {
          name: 'days',
          select: {
            columns: ['date_day'],
            from: bounds,
            joins: [{ kind: 'cross', relation: `unnest(generate_date_array(${first}, ${last})) as date_day` }],
          },
        },
      ];
    case 'postgres':
      return [
        {
          name: 'days',
          select: {
            columns: ['cast(generated.date_time as date) as date_day'],
            from: bounds,
            joins: [
              {
                kind: 'cross',
                relation: `lateral generate_series(${first}, ${last}, interval '1 day') as generated(date_time)`,
              },
            ],
          },
        },
      ];
    case 'duckdb':
      return [
        {
          name: 'days',
          select: {
            columns: [`cast(unnest(generate_series(${first}, ${last}, interval '1 day')) as date) as date_day`],
            from: bounds,
          },
        },
      ];
    case 'databricks':
    case 'sparksql':
      return [
        {
          name: 'days',
          select: { columns: [`explode(sequence(${first}, ${last}, interval 1 day)) as date_day`], from: bounds },
        },
      ];
    case 'snowflake':
      return [
        {
          name: 'numbers',
          comment: 'More days than a century has; those behind the last are left out below.',
          select: {
            columns: ['row_number() over (order by seq4()) - 1 as day_number'],
            from: 'table(generator(rowcount => 40000))',
          },
        },
        numberedDays(bounds, dialect),
      ];
    default:
      return [
        { name: 'digits', select: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit => ({ columns: [`${digit} as digit`] })) },
        {
          name: 'numbers',
          comment: 'From 0 to 99999: more days than two centuries have.',
          select: {
            columns: [
              'ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * myriads.digit as day_number',
            ],
            from: 'digits as ones',
            joins: ['tens', 'hundreds', 'thousands', 'myriads'].map(name => ({
              kind: 'cross' as const,
              relation: `digits as ${name}`,
            })),
          },
        },
        numberedDays(bounds, dialect),
      ];
  }
}

function numberedDays(bounds: string, dialect: Dialect): Cte {
  const day = later('day', 'numbers.day_number', `${bounds}.first_date`, dialect);
  return {
    name: 'days',
    select: {
      columns: [`${day} as date_day`],
      from: bounds,
      joins: [{ kind: 'inner', relation: 'numbers', on: [`${day} <= ${bounds}.last_date`] }],
    },
  };
}
