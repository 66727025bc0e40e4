/** A dimension with a row per version: type 2; and type 6, where each row has the current values too. */

import type { GeneratorContext } from './context.ts';
import { type DimensionPlan, historyOf } from './dimension.ts';
import { versionsOf } from './history.ts';
import { prefixed } from './roles.ts';
import { aliased, sqlFor } from './sql.ts';
import { type ModelSql, windowed } from './sql-writer.ts';

export function versionedDimension(
  plan: DimensionPlan,
  config: NonNullable<ModelSql['config']>,
  context: GeneratorContext,
): string {
  const sql = sqlFor(context, [...plan.naturalKey, ...plan.tracked, plan.changeTime ?? '', plan.deletedFlag ?? '']);
  const versions = versionsOf(historyOf(plan), plan.validFrom, plan.validTo, sql);
  const { start, end } = versions;
  const key = plan.naturalKey.map(sql.name);
  const [from, to] = [sql.name(plan.validFrom), sql.name(plan.validTo)];
  const hash = sql.hash([...key.map(column => ({ column })), { column: start, isTime: true }]);
  // The last version of each key, deleted or not, tells what its attributes are now.
  const current = (column: string): string =>
    windowed(
      `first_value(${sql.name(column)})`,
      { partition: key, order: [`${start} desc`], frame: 'rows between unbounded preceding and unbounded following' },
      sql.name(currentName(column, context)),
    );
  return sql.model({
    config,
    imports: versions.imports,
    ctes: [
      ...versions.ctes,
      {
        name: 'final',
        select: {
          columns: [
            `${hash} as ${sql.name(plan.surrogateKey)}`,
            ...key,
            ...plan.tracked.flatMap(column => [sql.name(column), ...(plan.scd === 6 ? [current(column)] : [])]),
            aliased(start, from),
            aliased(end, to),
            `${sql.flag(versions.isOpen)} as ${sql.name(plan.isCurrent)}`,
          ],
          from: versions.name,
          ...(versions.alive === undefined ? {} : { where: [versions.alive] }),
        },
      },
    ],
  });
}

export function currentName(column: string, context: GeneratorContext): string {
  return prefixed('current', column, context);
}
