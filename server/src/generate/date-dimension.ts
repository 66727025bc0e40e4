/** A row per day: what can be said of a day, and the model that says it. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import type { GeneratorContext } from './context.ts';
import { daysOf, later, startOf } from './dates.ts';
import type { ColumnEntry } from './entry.ts';
import { builtAs, dialectProblem, modelPlan } from './model-kind.ts';
import type { Plan } from './plan.ts';
import { sqlFor } from './sql.ts';

export interface DateColumn extends ColumnEntry {
  /** An expression over `date_day`. */
  readonly sql: string;
  /** Other names that people give it. */
  readonly synonyms?: readonly string[];
}

export interface DateDimension {
  readonly name: string;
  readonly folder: string | undefined;
  readonly description?: string | undefined;
  readonly start: string;
  readonly end: string;
  /** From 1. */
  readonly fiscalStartMonth: number;
  /** Key and day first, whatever they are called. */
  readonly columns: readonly DateColumn[];
}

export function dateDimension(dates: DateDimension, context: GeneratorContext): Plan {
  const problem = dialectProblem(context);
  if (problem) return problem;
  const { name, folder, description, start, end, columns } = dates;
  const sql = sqlFor(context);
  const day = columns.find(column => column.sql === 'date_day')?.name ?? 'date_day';
  const key = columns.find(column => column.tests?.includes('unique') && column.name !== day)?.name;
  return modelPlan(context, {
    name,
    folder,
    place: { layer: 'mart', kind: 'dimension' },
    sql: place =>
      sql.model({
        config: builtAs('table', place, context),
        imports: [],
        ctes: [
          {
            name: 'bounds',
            select: { columns: [`cast('${start}' as date) as first_date`, `cast('${end}' as date) as last_date`] },
          },
          ...daysOf('bounds', context.dialect),
          {
            name: 'final',
            select: {
              columns: columns.map(column =>
                column.sql === column.name ? column.sql : `${column.sql} as ${sql.name(column.name)}`,
              ),
              from: 'days',
            },
          },
        ],
      }),
    entry: {
      name,
      description: description ?? `One row per day from ${start} to ${end}.`,
      meta: {
        kind: 'dimension',
        scd: 0,
        natural_key: [day],
        ...(key === undefined ? {} : { surrogate_key: key }),
        grain: [day],
        conformed: true,
      },
      columns: columns.map(({ sql: _, synonyms: __, ...entry }) => ({
        ...entry,
        ...(entry.tests ? {} : { tests: ['not_null'] }),
      })),
    },
  });
}

/** What is wrong with a text that should be a day. */
export function dateProblem(value: string): string | undefined {
  const [year = 0, month = 0, day = 0] = value.split('-').map(Number);
  const lengths = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value) && day >= 1 && day <= (lengths[month - 1] ?? 0);
  return isDate ? undefined : `'${value}' is no date: write it as 2020-01-31.`;
}

export function dateColumns(dialect: Dialect, fiscalStartMonth: number): readonly DateColumn[] {
  const month = 'extract(month from date_day)';
  const shifted = fiscalStartMonth === 1 ? 'date_day' : later('month', 13 - fiscalStartMonth, 'date_day', dialect);
  return [
    {
      name: 'date_key',
      synonyms: ['date_sk', 'date_id', 'day_key'],
      sql: `extract(year from date_day) * 10000 + ${month} * 100 + extract(day from date_day)`,
      description: 'The day as a number: 20240131.',
      tests: ['unique', 'not_null'],
    },
    {
      name: 'date_day',
      synonyms: ['date', 'full_date', 'calendar_date', 'day_date', 'date_actual'],
      sql: 'date_day',
      description: 'The day.',
      tests: ['unique', 'not_null'],
    },
    {
      name: 'day_of_week',
      synonyms: ['weekday_number', 'day_of_week_number', 'iso_day_of_week'],
      sql: dayOfWeek(dialect),
      description: 'Day of the week: 1 for Monday, 7 for Sunday.',
    },
    {
      name: 'day_name',
      synonyms: ['weekday', 'weekday_name', 'day_of_week_name'],
      sql: named(dayOfWeek(dialect), DAYS),
      description: 'Name of the day: Monday.',
    },
    {
      name: 'is_weekend',
      synonyms: ['weekend_flag', 'is_weekend_day'],
      sql: `${dayOfWeek(dialect)} in (6, 7)`,
      description: 'True on Saturdays and Sundays.',
    },
    {
      name: 'day_of_month',
      synonyms: ['day', 'day_number', 'day_of_month_number'],
      sql: 'extract(day from date_day)',
      description: 'Day of the month, from 1.',
    },
    {
      name: 'day_of_year',
      synonyms: ['day_of_year_number'],
      sql: `extract(${dialect === 'bigquery' ? 'dayofyear' : 'doy'} from date_day)`,
      description: 'Day of the year, from 1.',
    },
    {
      name: 'week_start_date',
      synonyms: ['week_start', 'first_day_of_week'],
      sql: startOf('week', 'date_day', dialect),
      description: 'The Monday of the week.',
    },
    {
      name: 'week_of_year',
      synonyms: ['week', 'week_number', 'iso_week', 'iso_week_of_year'],
      sql: isoWeek(dialect),
      description: 'Number of the week by ISO 8601, which may be that of the year before or after.',
    },
    {
      name: 'month_start_date',
      synonyms: ['month_start', 'first_day_of_month'],
      sql: startOf('month', 'date_day', dialect),
      description: 'First day of the month.',
    },
    {
      name: 'month_of_year',
      synonyms: ['month', 'month_number', 'month_num', 'calendar_month'],
      sql: month,
      description: 'Number of the month, from 1.',
    },
    { name: 'month_name', sql: named(month, MONTHS), description: 'Name of the month: January.' },
    {
      name: 'quarter_start_date',
      synonyms: ['quarter_start', 'first_day_of_quarter'],
      sql: startOf('quarter', 'date_day', dialect),
      description: 'First day of the quarter.',
    },
    {
      name: 'quarter_of_year',
      synonyms: ['quarter', 'quarter_number', 'calendar_quarter'],
      sql: 'extract(quarter from date_day)',
      description: 'Number of the quarter, from 1.',
    },
    {
      name: 'calendar_year',
      synonyms: ['year', 'year_number'],
      sql: 'extract(year from date_day)',
      description: 'The year.',
    },
    {
      name: 'fiscal_year',
      sql: `extract(year from ${shifted})`,
      description: `The fiscal year, which begins in ${MONTHS[fiscalStartMonth - 1]}${fiscalStartMonth === 1 ? '' : ' and is named after the year it ends in'}.`,
    },
    {
      name: 'fiscal_quarter',
      sql: `extract(quarter from ${shifted})`,
      description: 'Number of the quarter in the fiscal year, from 1.',
    },
  ];
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** 1 for Monday. */
function dayOfWeek(dialect: Dialect): string {
  switch (dialect) {
    case 'snowflake':
      return 'dayofweekiso(date_day)';
    case 'bigquery':
      return 'mod(extract(dayofweek from date_day) + 5, 7) + 1';
    case 'databricks':
    case 'sparksql':
      return 'weekday(date_day) + 1';
    case 'redshift':
      return 'mod(extract(dow from date_day) + 6, 7) + 1';
    case 'trino':
    case 'athena':
      return 'day_of_week(date_day)';
    default:
      return 'extract(isodow from date_day)';
  }
}

function isoWeek(dialect: Dialect): string {
  switch (dialect) {
    case 'snowflake':
      return 'weekiso(date_day)';
    case 'bigquery':
      return 'extract(isoweek from date_day)';
    default:
      return 'extract(week from date_day)';
  }
}

function named(number: string, names: readonly string[]): string {
  return [`case ${number}`, ...names.map((name, i) => `    when ${i + 1} then '${name}'`), 'end'].join('\n');
}
