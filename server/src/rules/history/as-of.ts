/** Joins that pick the version of a history that was valid at a time of the other side. */

import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Expression, Join } from '../../syntax/sql/tree.ts';
import { bare, columnOf, columnsIn, operandsOf } from '../expressions.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';
import { type HeldVersions, isNaturalKey, versionsIn } from './versions.ts';

/** The history that the join adds, by its whole natural key and its start. */
export function asOfIn(
  unit: SqlUnit,
  project: ProjectView,
  scope: SelectScope,
  join: Join,
): { readonly versions: HeldVersions; readonly other: ScopeRelation } | undefined {
  const relation = scope.relations.find(one => one.table === join.right);
  if (!relation || !join.on) return undefined;
  const columns = new Set<string>();
  let other: ScopeRelation | undefined;
  const rest: Expression[] = [];
  for (const one of operandsOf(join.on, 'and')) {
    const sides = one.kind === 'binary' && one.operator === '=' ? [bare(one.left), bare(one.right)] : [];
    const [left, right] = sides.map(side => columnOf(unit, side));
    const own: ReturnType<typeof columnOf> =
      left?.relation === relation ? left : right?.relation === relation ? right : undefined;
    const against: ReturnType<typeof columnOf> = own === left ? right : left;
    if (own && against && against.relation !== relation) {
      columns.add(own.column.name.toLowerCase());
      other ??= against.relation;
    } else rest.push(one);
  }
  if (!other || columns.size === 0) return undefined;
  const versions = versionsIn(unit, project, relation);
  const start = versions?.validFrom?.toLowerCase();
  if (!versions || start === undefined || !isNaturalKey(versions, columns)) return undefined;
  if (versions.base.node === unit.node?.id || versionsIn(unit, project, other)) return undefined;
  const comparesStart = rest.some(one => {
    const read = columnsIn(one).map(reference => columnOf(unit, reference));
    const isStart = read.some(column => column?.relation === relation && column.column.name.toLowerCase() === start);
    return isStart && read.some(column => column !== undefined && column.relation !== relation) && isComparison(one);
  });
  return comparesStart ? { versions, other } : undefined;
}

function isComparison(expression: Expression): boolean {
  if (expression.kind === 'between') return true;
  return expression.kind === 'binary' && /^[<>]=?$/.test(expression.operator);
}
