/**
 * The versions of things, from a change log or a dbt snapshot: what every dimension that knows more than the present is
 * built on.
 *
 * From a change log all versions are read anew in each run. That is the one form that places late rows right: rows that
 * change nothing are dropped, and each version ends where the next begins.
 */

import type { Relation } from './context.ts';
import type { Sql } from './sql.ts';
import type { RelationChoice } from './sql-style.ts';
import { type Cte, type Import, windowed } from './sql-writer.ts';

export interface HistorySource extends RelationChoice {
  /** Snapshots: the SQL that dbt writes as the end of a current version (`dbt_valid_to_current`); NULL unless told. */
  readonly openEnd?: string;
  /** Snapshots: names other than `dbt_valid_from` and `dbt_valid_to`. */
  readonly validFrom?: string;
  readonly validTo?: string;
  /** Snapshots: `hard_deletes: new_record`, so that a deletion is a row of its own. */
  readonly hasDeletedRows?: boolean;
}

/** A relation as a source of history, with what a snapshot's settings say. */
export function sourceOf(relation: Relation): HistorySource {
  const { kind, name, source, config } = relation;
  const columns = config['snapshot_meta_column_names'];
  const named = columns !== null && typeof columns === 'object' && !Array.isArray(columns) ? columns : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const openEnd = text(config['dbt_valid_to_current']);
  const validFrom = text((named as { readonly [key: string]: unknown })['dbt_valid_from']);
  const validTo = text((named as { readonly [key: string]: unknown })['dbt_valid_to']);
  return {
    kind,
    name,
    ...(source === undefined ? {} : { source }),
    ...(openEnd === undefined ? {} : { openEnd }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    ...(config['hard_deletes'] === 'new_record' ? { hasDeletedRows: true } : {}),
  };
}

/** Where versions come from; names as written, without quotes. */
export interface History {
  readonly source: HistorySource;
  readonly naturalKey: readonly string[];
  readonly tracked: readonly string[];
  /** Attributes of which every version has the last value. */
  readonly overwritten?: readonly string[];
  readonly changeTime: string;
  readonly tieBreaker: string | undefined;
  readonly deletedFlag: string | undefined;
}

export interface Versions {
  readonly imports: readonly Import[];
  readonly ctes: readonly Cte[];
  /** CTE with the natural key, the tracked columns, and start and end of each version. */
  readonly name: string;
  /** How start, end and being the current version are written over that CTE. */
  readonly start: string;
  readonly end: string;
  readonly isOpen: string;
  /** Rows of it that are no versions but deletions are those for which this does not hold. */
  readonly alive: string | undefined;
}

/** `from` and `to`: what start and end are called. */
export function versionsOf(history: History, from: string, to: string, sql: Sql): Versions {
  return history.source.kind === 'snapshot' ? ofSnapshot(history, sql) : ofChangeLog(history, from, to, sql);
}

function ofSnapshot({ source }: History, sql: Sql): Versions {
  const start = sql.name(source.validFrom ?? 'dbt_valid_from');
  const end = sql.name(source.validTo ?? 'dbt_valid_to');
  const { openEnd } = source;
  return {
    imports: [{ name: 'versions', relation: source }],
    ctes: [],
    name: 'versions',
    start,
    end,
    isOpen: openEnd === undefined || openEnd.trim() === '' ? `${end} is null` : `${end} = ${openEnd}`,
    alive: source.hasDeletedRows ? "dbt_is_deleted = 'False'" : undefined,
  };
}

function ofChangeLog(history: History, from: string, to: string, sql: Sql): Versions {
  const { naturalKey, deletedFlag, overwritten = [] } = history;
  const key = naturalKey.map(sql.name);
  const time = sql.name(history.changeTime);
  const compared = comparedColumns(history);
  const log = comparedChanges(history, sql);
  const [start, end] = [sql.name(from), sql.name(to)];
  return {
    imports: log.imports,
    ctes: [
      ...log.ctes,
      {
        name: 'versions',
        select: {
          columns: [
            ...[...naturalKey, ...compared, ...overwritten].map(sql.name),
            `${time} as ${start}`,
            windowed(`lead(${time})`, { partition: key, order: [time] }, end),
          ],
          from: log.name,
          where: [[`${log.number} = 1`, ...log.changes].join('\nor ')],
        },
      },
    ],
    name: 'versions',
    start,
    end,
    isOpen: `${end} is null`,
    alive: deletedFlag === undefined ? undefined : sql.isFalse(sql.name(deletedFlag)),
  };
}

/** The last value of a column, on every row of the key. */
export function lastValue(column: string, key: readonly string[], time: string, sql: Sql, as = column): string {
  return windowed(
    `first_value(${sql.name(column)})`,
    { partition: key, order: [`${time} desc`], frame: 'rows between unbounded preceding and unbounded following' },
    sql.name(as),
  );
}

export interface ComparedChanges {
  readonly imports: readonly Import[];
  readonly ctes: readonly Cte[];
  /** CTE with one row per key and moment, and the value before beside each value. */
  readonly name: string;
  /** Number of the row among those of its key, from 1. */
  readonly number: string;
  /** Value before, by column. */
  readonly previous: ReadonlyMap<string, string>;
  /** For each compared column: it differs from the value before, NULL being a value too. */
  readonly changes: readonly string[];
}

/** Columns whose change makes a version: the tracked ones, and the deletion. */
export function comparedColumns({ tracked, deletedFlag }: History): readonly string[] {
  return deletedFlag === undefined ? tracked : [...tracked, deletedFlag];
}

/** `before`: what the names of former values begin with. */
export function comparedChanges(history: History, sql: Sql, before = 'previous'): ComparedChanges {
  const { naturalKey, deletedFlag, source, changeTime, overwritten = [] } = history;
  const compared = comparedColumns(history);
  const carried = [...naturalKey, ...compared, ...overwritten, changeTime];
  const isOverwritten = new Set(overwritten);
  const key = naturalKey.map(sql.name);
  const time = sql.name(changeTime);
  const previous = new Map(compared.map(column => [column, sql.helper(`${before}_${column}`)]));
  const rank = sql.helper('row_rank');
  const number = sql.helper('version_number');
  const { tieBreaker } = history;
  const ties = [...(tieBreaker === undefined ? [] : [`${sql.name(tieBreaker)} desc`]), ...compared.map(sql.name)];
  return {
    imports: [{ name: 'changes', relation: source }],
    ctes: [
      {
        name: 'ranked',
        comment: 'One row per key and moment; of several, the same one wins in every run.',
        select: {
          columns: [
            ...carried.map(column =>
              column === deletedFlag ? `${sql.orFalse(sql.name(column))} as ${sql.name(column)}` : sql.name(column),
            ),
            windowed('row_number()', { partition: [...key, time], order: ties }, rank),
          ],
          from: 'changes',
          where: [`${time} is not null`],
          whereComment: 'Without a time, a change has no place in the history.',
        },
      },
      {
        name: 'compared',
        select: {
          columns: [
            ...carried.map(column =>
              isOverwritten.has(column) ? lastValue(column, key, time, sql) : sql.name(column),
            ),
            windowed('row_number()', { partition: key, order: [time] }, number),
            ...compared.map(column =>
              windowed(`lag(${sql.name(column)})`, { partition: key, order: [time] }, previous.get(column)),
            ),
          ],
          from: 'ranked',
          where: [`${rank} = 1`],
        },
      },
    ],
    name: 'compared',
    number,
    previous,
    changes: compared.map(column => sql.isDistinct(sql.name(column), previous.get(column) ?? '')),
  };
}
