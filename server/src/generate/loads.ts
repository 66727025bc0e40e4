/** Parts of loads that are right on a second run: the last row per key, and what an incremental run reads. */

import type { GeneratorContext, Relation } from './context.ts';
import { before, longAgo } from './dates.ts';
import { columnOf, isComparable, isDate } from './roles.ts';
import type { Sql } from './sql.ts';
import { type Cte, type Select, windowed } from './sql-writer.ts';

/** Expressions that put the row to keep first: newest, then latest loaded, then by all that can be compared, so that ties are settled alike in every run. */
export function newestFirst(
  relation: Relation,
  parts: { readonly key: readonly string[]; readonly times: readonly string[]; readonly columns: readonly string[] },
  sql: Sql,
): readonly string[] {
  const isKey = new Set(parts.key.map(column => column.toLowerCase()));
  // What all rows of a key share tells none of them from the others.
  const times = parts.times.filter(column => !isKey.has(column.toLowerCase()));
  const first = times[0];
  const settled = new Set([...isKey, ...times.map(column => column.toLowerCase())]);
  const rest = parts.columns.filter(
    column => !settled.has(column.toLowerCase()) && isComparable(columnOf(relation, column)),
  );
  return [
    // Warehouses sort NULL first or last as they like: a row without a time never wins.
    ...(first === undefined ? [] : [`case when ${sql.name(first)} is null then 1 else 0 end`]),
    ...times.map(column => `${sql.name(column)} desc`),
    ...rest.map(sql.name),
  ];
}

/** The last row of each key of `from`, as the CTE `ranked`, which has a helper column that is 1 for it. */
export function rankedCte(
  parts: {
    readonly from: string;
    readonly columns: readonly string[];
    readonly key: readonly string[];
    readonly order: readonly string[];
    readonly rank: string;
    readonly comment?: string;
    readonly rest?: Pick<Select, 'where' | 'whereComment' | 'incremental' | 'incrementalComment'>;
  },
  sql: Sql,
): Cte {
  return {
    name: 'ranked',
    comment: parts.comment ?? 'Of several rows of one key the newest wins, and the same one in every run.',
    select: {
      columns: [
        ...parts.columns.map(sql.name),
        windowed(
          'row_number()',
          {
            partition: parts.key.map(sql.name),
            // Rows that are equal in all there is: any of them is the same.
            order: parts.order.length > 0 ? parts.order : parts.key.map(sql.name),
          },
          parts.rank,
        ),
      ],
      from: parts.from,
      ...parts.rest,
    },
  };
}

export interface Lookback {
  readonly count: number;
  readonly part: 'hour' | 'day';
}

/** Rows since the newest one that is there, and a while before it, for those that arrive late. */
export function sinceLastRun(
  relation: Relation,
  column: string,
  { count, part }: Lookback,
  context: GeneratorContext,
  sql: Sql,
): string {
  const known = columnOf(relation, column);
  const isDay = isDate(known);
  const isDateTime = context.dialect === 'bigquery' && /^datetime/i.test(known?.dataType ?? '');
  const type = isDay ? 'date' : isDateTime ? 'datetime' : 'timestamp';
  const newest = `coalesce(max(${sql.name(column)}), ${longAgo(type)})`;
  // An hour before a date is no date.
  const days = isDay && part === 'hour' ? Math.max(1, Math.ceil(count / 24)) : count;
  const from = before(isDay ? 'day' : part, days, newest, context.dialect, type);
  return `${sql.name(column)} >= (\n    select ${from}\n    from {{ this }}\n)`;
}

/** `incremental` with the strategy that the warehouse's adapter has and that replaces rows by their key. */
export function incrementalConfig(
  key: readonly string[],
  context: GeneratorContext,
): { readonly [name: string]: string | readonly string[] } {
  const [only] = key;
  return {
    materialized: 'incremental',
    unique_key: key.length === 1 && only !== undefined ? only : key,
    incremental_strategy: strategyOf(context),
    on_schema_change: 'append_new_columns',
  };
}

/** MERGE where dbt's adapter has it of old; elsewhere the rows of the keys are deleted and inserted. */
export function strategyOf(context: GeneratorContext): 'merge' | 'delete+insert' {
  switch (context.dialect) {
    case 'snowflake':
    case 'bigquery':
    case 'databricks':
    case 'sparksql':
    case 'trino':
    case 'athena':
      return 'merge';
    default:
      return 'delete+insert';
  }
}
