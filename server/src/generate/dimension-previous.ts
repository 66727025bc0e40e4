/** A dimension with the value before the last change beside each value: type 3. */

import type { GeneratorContext } from './context.ts';
import { type DimensionPlan, historyOf } from './dimension.ts';
import { DELETED } from './dimension-versions.ts';
import { type ComparedChanges, comparedChanges } from './history.ts';
import { prefixed } from './roles.ts';
import { aliased, type Sql, sqlFor } from './sql.ts';
import { type ModelSql, windowed } from './sql-writer.ts';

export function previousDimension(
  plan: DimensionPlan,
  config: NonNullable<ModelSql['config']>,
  context: GeneratorContext,
): string {
  const added = plan.tracked.flatMap(column => [previousName(column, context), changedName(column)]);
  const sql = sqlFor(context, [
    ...plan.naturalKey,
    ...plan.attributes,
    ...added,
    plan.changeTime ?? '',
    plan.deletedFlag ?? '',
  ]);
  const key = plan.naturalKey.map(sql.name);
  const changes =
    plan.source.kind === 'snapshot' ? comparedVersions(plan, sql) : comparedChanges(historyOf(plan), sql, 'earlier');
  const time =
    plan.source.kind === 'snapshot'
      ? sql.name(plan.source.validFrom ?? 'dbt_valid_from')
      : sql.name(plan.changeTime ?? '');
  const spell = new Map(plan.tracked.map(column => [column, sql.helper(`${column}_change`)]));
  const recency = sql.helper('recency');
  const whole = 'rows between unbounded preceding and unbounded following';
  const deleted = deletedOf(plan, sql);
  const overwritten = plan.overwritten.map(sql.name);
  const isTracked = new Set(plan.tracked);
  const spellOf = (column: string): string => spell.get(column) ?? '';
  return sql.model({
    config,
    imports: changes.imports,
    ctes: [
      ...changes.ctes,
      {
        name: 'counted',
        comment: 'Rows between two changes of a column share a number, from 0 before the first change.',
        select: {
          columns: [
            ...key,
            ...plan.tracked.flatMap(column => [sql.name(column), changes.previous.get(column) ?? '']),
            ...overwritten,
            ...(deleted === undefined ? [] : [aliased(deleted, sql.name(DELETED))]),
            time,
            ...plan.tracked.map(column =>
              windowed(
                `sum(case when ${changes.number} > 1 and ${sql.isDistinct(sql.name(column), changes.previous.get(column) ?? '')} then 1 else 0 end)`,
                { partition: key, order: [time], frame: 'rows between unbounded preceding and current row' },
                spellOf(column),
              ),
            ),
            windowed('row_number()', { partition: key, order: [`${time} desc`] }, recency),
          ],
          from: changes.name,
        },
      },
      {
        name: 'remembered',
        comment: 'The first row behind a change knows the value before it and the time.',
        select: {
          columns: [
            ...key,
            ...plan.tracked.flatMap(column => [
              sql.name(column),
              windowed(
                `first_value(${changes.previous.get(column)})`,
                { partition: [...key, spellOf(column)], order: [time], frame: whole },
                sql.name(previousName(column, context)),
              ),
              windowed(
                `case when ${spellOf(column)} > 0 then first_value(${time})`,
                { partition: [...key, spellOf(column)], order: [time], frame: whole, end: ' end' },
                sql.name(changedName(column)),
              ),
            ]),
            ...overwritten,
            ...(deleted === undefined ? [] : [sql.name(DELETED)]),
            recency,
          ],
          from: 'counted',
        },
      },
      {
        name: 'final',
        select: {
          columns: [
            `${sql.hash(key.map(column => ({ column })))} as ${sql.name(plan.surrogateKey)}`,
            ...key,
            ...plan.attributes.flatMap(column =>
              isTracked.has(column)
                ? [column, previousName(column, context), changedName(column)].map(sql.name)
                : [sql.name(column)],
            ),
            ...(deleted === undefined ? [] : [sql.name(DELETED)]),
          ],
          from: 'remembered',
          where: [`${recency} = 1`],
        },
      },
    ],
  });
}

export function previousName(column: string, context: GeneratorContext): string {
  return prefixed('previous', column, context);
}

export function changedName(column: string): string {
  return `${column}_changed_at`;
}

function deletedOf(plan: DimensionPlan, sql: Sql): string | undefined {
  if (plan.source.kind === 'snapshot') {
    if (plan.source.hasDeletedRows) return sql.flag("dbt_is_deleted = 'True'");
    const end = sql.name(plan.source.validTo ?? 'dbt_valid_to');
    return sql.flag(plan.source.openEnd ? `not (${end} = ${plan.source.openEnd})` : `${end} is not null`);
  }
  return plan.deletedFlag === undefined ? undefined : sql.name(plan.deletedFlag);
}

/** A snapshot has one row per version already. */
function comparedVersions(plan: DimensionPlan, sql: Sql): ComparedChanges {
  const { source } = plan;
  const key = plan.naturalKey.map(sql.name);
  const start = sql.name(source.validFrom ?? 'dbt_valid_from');
  const end = sql.name(source.validTo ?? 'dbt_valid_to');
  const previous = new Map(plan.tracked.map(column => [column, sql.helper(`earlier_${column}`)]));
  const number = sql.helper('version_number');
  return {
    imports: [{ name: 'versions', relation: source }],
    ctes: [
      {
        name: 'compared',
        select: {
          columns: [
            ...key,
            ...plan.attributes.map(sql.name),
            start,
            end,
            ...(source.hasDeletedRows ? ['dbt_is_deleted'] : []),
            windowed('row_number()', { partition: key, order: [start] }, number),
            ...plan.tracked.map(column =>
              windowed(`lag(${sql.name(column)})`, { partition: key, order: [start] }, previous.get(column)),
            ),
          ],
          from: 'versions',
        },
      },
    ],
    name: 'compared',
    number,
    previous,
    changes: [],
  };
}
