/** Dates as rules write them: literals, and the same thing said in each dialect. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { inCaseOf } from './written.ts';

/** The day behind `2024-02-29`; `undefined` for what is no date. */
export function dayAfter(date: string): string | undefined {
  const day = parseDay(date);
  return day && writeDay({ ...day, day: day.day + 1 });
}

export interface Day {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  /** From 1; one behind the last day of the month is the first of the next. */
  readonly day: number;
}

/** Reads `2024-02-29`. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const isReal = day.year >= 1 && day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= daysIn(day);
  return isReal ? day : undefined;
}

/** Writes a day; months and days that run over by one belong to the next month or year. */
export function writeDay(day: Day): string {
  let { year, month, day: number } = day;
  if (number > daysIn({ year, month })) {
    number = 1;
    month++;
  }
  if (month > 12) {
    month -= 12;
    year++;
  }
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(number, 2)}`;
}

function daysIn({ year, month }: Pick<Day, 'year' | 'month'>): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

export type DateUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** One unit later than a date or timestamp, as the dialect says it; `undefined` where we do not know how. */
export function plusOne(expression: string, unit: DateUnit, dialect: Dialect, like = ''): string | undefined {
  const word = (text: string): string => inCaseOf(like, text);
  switch (dialect) {
    case 'snowflake':
    case 'redshift':
    case 'tsql':
      return `${word('dateadd')}(${unit}, 1, ${expression})`;
    case 'bigquery':
      return `${word('date_add')}(${expression}, ${word('interval')} 1 ${word(unit)})`;
    case 'postgres':
    case 'duckdb':
      return `${expression} + ${word('interval')} '${unit === 'quarter' ? '3 months' : `1 ${unit}`}'`;
    case 'trino':
    case 'athena':
      return unit === 'quarter'
        ? `${expression} + ${word('interval')} '3' ${word('month')}`
        : `${expression} + ${word('interval')} '1' ${word(unit)}`;
    case 'databricks':
    case 'sparksql':
    case 'mysql':
      return unit === 'quarter'
        ? `${expression} + ${word('interval')} 3 ${word('month')}`
        : `${expression} + ${word('interval')} 1 ${word(unit)}`;
    default:
      return undefined;
  }
}
