import type { Dialect } from '../../syntax/sql/dialect.ts';
import { daysOf, later, startOf } from '../dates.ts';
import type { ColumnEntry } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { builtAs, dialectProblem, FOLDER, modelPlan, nameInput } from '../model-kind.ts';
import { sqlFor } from '../sql.ts';

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

export default defineKind({
  title: 'Date dimension',
  summary: 'One row per day, with weeks, months, quarters and fiscal years.',
  group: 'dimensions',
  inputs: {
    start: {
      type: 'text',
      title: 'What is the first day? (as 2020-01-01)',
      default: '2020-01-01',
      asked: true,
      required: true,
      check: value => dateProblem(value),
    },
    end: {
      type: 'text',
      title: 'What is the last day?',
      default: '2035-12-31',
      asked: true,
      required: true,
      check: (value, _, answers) =>
        dateProblem(value) ??
        (value < String(answers['start'])
          ? `The last day lies before the first, ${String(answers['start'])}.`
          : undefined),
    },
    fiscal_start_month: {
      type: 'number',
      title: 'In which month does the fiscal year begin? (1 to 12)',
      default: 1,
      minimum: 1,
      maximum: 12,
      asked: true,
    },
    name: nameInput('dimension', () => ({ entity: 'dates' })),
    folder: FOLDER,
  },
  plan(context, { start, end, fiscal_start_month, name, folder }) {
    const problem = dialectProblem(context);
    if (problem) return problem;
    const { dialect } = context;
    const sql = sqlFor(context);
    const month = 'extract(month from date_day)';
    const shifted =
      fiscal_start_month === 1 ? 'date_day' : later('month', 13 - fiscal_start_month, 'date_day', dialect);
    const columns: readonly (ColumnEntry & { readonly sql: string })[] = [
      {
        name: 'date_key',
        sql: `extract(year from date_day) * 10000 + ${month} * 100 + extract(day from date_day)`,
        description: 'The day as a number: 20240131.',
        tests: ['unique', 'not_null'],
      },
      { name: 'date_day', sql: 'date_day', description: 'The day.', tests: ['unique', 'not_null'] },
      { name: 'day_of_week', sql: dayOfWeek(dialect), description: 'Day of the week: 1 for Monday, 7 for Sunday.' },
      { name: 'day_name', sql: named(dayOfWeek(dialect), DAYS), description: 'Name of the day: Monday.' },
      { name: 'is_weekend', sql: `${dayOfWeek(dialect)} in (6, 7)`, description: 'True on Saturdays and Sundays.' },
      { name: 'day_of_month', sql: 'extract(day from date_day)', description: 'Day of the month, from 1.' },
      {
        name: 'day_of_year',
        sql: `extract(${dialect === 'bigquery' ? 'dayofyear' : 'doy'} from date_day)`,
        description: 'Day of the year, from 1.',
      },
      { name: 'week_start_date', sql: startOf('week', 'date_day', dialect), description: 'The Monday of the week.' },
      {
        name: 'week_of_year',
        sql: isoWeek(dialect),
        description: 'Number of the week by ISO 8601, which may be that of the year before or after.',
      },
      { name: 'month_start_date', sql: startOf('month', 'date_day', dialect), description: 'First day of the month.' },
      { name: 'month_of_year', sql: month, description: 'Number of the month, from 1.' },
      { name: 'month_name', sql: named(month, MONTHS), description: 'Name of the month: January.' },
      {
        name: 'quarter_start_date',
        sql: startOf('quarter', 'date_day', dialect),
        description: 'First day of the quarter.',
      },
      { name: 'quarter_of_year', sql: 'extract(quarter from date_day)', description: 'Number of the quarter, from 1.' },
      { name: 'calendar_year', sql: 'extract(year from date_day)', description: 'The year.' },
      {
        name: 'fiscal_year',
        sql: `extract(year from ${shifted})`,
        description: `The fiscal year, which begins in ${MONTHS[fiscal_start_month - 1]}${fiscal_start_month === 1 ? '' : ' and is named after the year it ends in'}.`,
      },
      {
        name: 'fiscal_quarter',
        sql: `extract(quarter from ${shifted})`,
        description: 'Number of the quarter in the fiscal year, from 1.',
      },
    ];
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
            ...daysOf('bounds', dialect),
            {
              name: 'final',
              select: {
                columns: columns.map(column =>
                  column.sql === column.name ? column.sql : `${column.sql} as ${column.name}`,
                ),
                from: 'days',
              },
            },
          ],
        }),
      entry: {
        name,
        description: `One row per day from ${start} to ${end}.`,
        meta: {
          kind: 'dimension',
          scd: 0,
          natural_key: ['date_day'],
          surrogate_key: 'date_key',
          grain: ['date_day'],
          conformed: true,
        },
        columns: columns.map(({ sql: _, ...entry }) => ({ ...entry, ...(entry.tests ? {} : { tests: ['not_null'] }) })),
      },
    });
  },
});

function dateProblem(value: string): string | undefined {
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
