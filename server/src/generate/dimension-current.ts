/** A dimension with one row per thing as it is now: type 1, and the current half of type 4. */

import type { GeneratorContext } from './context.ts';
import { type DimensionPlan, knowsDeletion } from './dimension.ts';
import { DELETED } from './dimension-versions.ts';
import { aliased, sqlFor } from './sql.ts';
import { type Cte, type Import, type ModelSql, windowed } from './sql-writer.ts';

export function currentDimension(
  plan: DimensionPlan,
  config: NonNullable<ModelSql['config']>,
  context: GeneratorContext,
): string {
  const sql = sqlFor(context, [...plan.naturalKey, ...plan.attributes, plan.changeTime ?? '', plan.deletedFlag ?? '']);
  const key = plan.naturalKey.map(sql.name);
  const tracked = plan.attributes.map(sql.name);
  const rank = sql.helper('row_rank');
  const { imports, order, deleted, time } = parts();
  const ranked: Cte = {
    name: 'ranked',
    comment: 'The last known row of each key; of several, the same one wins in every run.',
    select: {
      columns: [
        ...key,
        ...tracked,
        ...(deleted === undefined ? [] : [aliased(deleted, sql.name(DELETED))]),
        ...(time === undefined ? [] : [time]),
        windowed('row_number()', { partition: key, order }, rank),
      ],
      from: imports[0]?.name ?? '',
    },
  };
  const isRanked = order.length > 0;
  return sql.model({
    config,
    imports,
    ctes: [
      ...(isRanked ? [ranked] : []),
      {
        name: 'final',
        select: {
          columns: [
            `${sql.hash(key.map(column => ({ column })))} as ${sql.name(plan.surrogateKey)}`,
            ...key,
            ...tracked,
            ...(deleted === undefined ? [] : [sql.name(DELETED)]),
            ...(time === undefined || plan.changeTime === undefined ? [] : [time]),
          ],
          from: isRanked ? 'ranked' : (imports[0]?.name ?? ''),
          ...(isRanked ? { where: [`${rank} = 1`] } : {}),
        },
      },
    ],
  });

  function parts(): { imports: readonly Import[]; order: readonly string[]; deleted?: string; time?: string } {
    const { source } = plan;
    if (plan.scd === 4) {
      const history = { kind: 'model' as const, name: `${plan.model}_history` };
      return {
        imports: [{ name: 'versions', relation: history }],
        order: [`${sql.name(plan.validFrom)} desc`],
        ...(knowsDeletion(plan) ? { deleted: sql.name(DELETED) } : {}),
      };
    }
    if (source.kind === 'snapshot') {
      const end = sql.name(source.validTo ?? 'dbt_valid_to');
      const isOpen = source.openEnd ? `${end} = ${source.openEnd}` : `${end} is null`;
      const isGone = source.hasDeletedRows ? "dbt_is_deleted = 'True'" : `not (${isOpen})`;
      return {
        imports: [{ name: 'versions', relation: source }],
        order: [`${sql.name(source.validFrom ?? 'dbt_valid_from')} desc`],
        deleted: sql.flag(isGone),
      };
    }
    const imports = [{ name: 'source', relation: source }];
    if (plan.changeTime === undefined) {
      const only = plan.tieBreaker === undefined ? [] : [`${sql.name(plan.tieBreaker)} desc`, ...tracked];
      return { imports, order: only, ...flagOf() };
    }
    const time = sql.name(plan.changeTime);
    const ties = plan.tieBreaker === undefined ? [] : [`${sql.name(plan.tieBreaker)} desc`];
    // NULLs sort last or first as the warehouse likes: a row without a time never wins.
    const nulls = `case when ${time} is null then 1 else 0 end`;
    return { imports, order: [nulls, `${time} desc`, ...ties, ...tracked], time, ...flagOf() };
  }

  function flagOf(): { deleted?: string } {
    return plan.deletedFlag === undefined ? {} : { deleted: sql.orFalse(sql.name(plan.deletedFlag)) };
  }
}
