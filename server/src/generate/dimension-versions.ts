/** A dimension with a row per version: type 2; and type 6, where each row has the current values too. */

import type { GeneratorContext } from './context.ts';
import { type DimensionPlan, historyOf } from './dimension.ts';
import { lastValue, type Versions, versionsOf } from './history.ts';
import { prefixed } from './roles.ts';
import { aliased, type Sql, sqlFor } from './sql.ts';
import { type Cte, type ModelSql, windowed } from './sql-writer.ts';

export function versionedDimension(
  plan: DimensionPlan,
  config: NonNullable<ModelSql['config']>,
  context: GeneratorContext,
): string {
  const sql = sqlFor(context, [...plan.naturalKey, ...plan.attributes, plan.changeTime ?? '', plan.deletedFlag ?? '']);
  const versions = versionsOf(historyOf(plan), plan.validFrom, plan.validTo, sql);
  const { start, end } = versions;
  const key = plan.naturalKey.map(sql.name);
  const [from, to] = [sql.name(plan.validFrom), sql.name(plan.validTo)];
  const hash = sql.hash([...key.map(column => ({ column })), { column: start, isTime: true }]);
  const ended = plan.marksDeletion ? deletionOf(plan, versions, sql) : undefined;
  // The last version of each key, deleted or not, tells what its attributes are now.
  const current = (column: string): string => lastValue(column, key, start, sql, currentName(column, context));
  const isTracked = new Set(plan.tracked);
  // In a change log the last value may stand in a row that makes no version: there it is found before.
  const overwritten = (column: string): string =>
    plan.source.kind === 'snapshot' ? lastValue(column, key, start, sql) : sql.name(column);
  return sql.model({
    config,
    imports: versions.imports,
    ctes: [
      ...versions.ctes,
      ...(ended ? [ended.cte] : []),
      {
        name: 'final',
        select: {
          columns: [
            `${hash} as ${sql.name(plan.surrogateKey)}`,
            ...key,
            ...plan.attributes.flatMap(column => {
              if (!isTracked.has(column)) return [overwritten(column)];
              return [sql.name(column), ...(plan.scd === 6 ? [current(column)] : [])];
            }),
            aliased(start, from),
            aliased(end, to),
            `${sql.flag(versions.isOpen)} as ${sql.name(plan.isCurrent)}`,
            ...(ended ? [`${ended.column} as ${sql.name(DELETED)}`] : []),
          ],
          from: ended ? ended.cte.name : versions.name,
          ...(versions.alive === undefined ? {} : { where: [versions.alive] }),
        },
      },
    ],
  });
}

export function currentName(column: string, context: GeneratorContext): string {
  return prefixed('current', column, context);
}

/** Column that says of a thing that was deleted that it was: facts still refer to it. */
export const DELETED = 'is_deleted';

/** Beside each version, whether what comes behind it is a deletion. */
function deletionOf(plan: DimensionPlan, versions: Versions, sql: Sql): { readonly cte: Cte; readonly column: string } {
  const column = sql.helper('is_followed_by_deletion');
  const { source, deletedFlag } = plan;
  const key = plan.naturalKey.map(sql.name);
  const window = { partition: key, order: [versions.start] };
  const carried = [...plan.naturalKey, ...plan.attributes, ...(deletedFlag === undefined ? [] : [deletedFlag])].map(
    sql.name,
  );
  const marks = source.kind === 'snapshot' && source.hasDeletedRows ? ['dbt_is_deleted'] : [];
  const next =
    source.kind !== 'snapshot'
      ? `coalesce(${windowed(`lead(${sql.name(deletedFlag ?? '')})`, window)}, false)`
      : source.hasDeletedRows
        ? `coalesce(${windowed('lead(dbt_is_deleted)', window)} = 'True', false)`
        : // A version that has ended and has no other behind it.
          `not (${versions.isOpen}) and ${windowed(`lead(${versions.start})`, window)} is null`;
  return {
    column,
    cte: {
      name: 'ended',
      select: {
        columns: [...carried, versions.start, versions.end, ...marks, `${sql.flag(next)} as ${column}`],
        from: versions.name,
      },
    },
  };
}
