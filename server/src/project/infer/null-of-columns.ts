/** May a column be NULL as a place of the query sees it: behind its joins and conditions, or inside them? */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { ColumnReference, Join, JoinType } from '../../syntax/sql/tree.ts';
import type { Certainty, OutputColumn } from '../facts.ts';
import { nullsOfJoins, nullsOfRows, sideOf, writtenKey } from './null-facts.ts';
import { resolveReference } from './resolve.ts';
import type { Nullability, ScopeRelation } from './scopes.ts';
import {
  bare,
  columnOf,
  columnSpokenOf,
  type Inference,
  type KnownColumn,
  type NullFacts,
  type Place,
  referenceOf,
  type Scope,
  unknownNullability,
} from './state.ts';

/** Columns that are not NULL where the expression is evaluated: behind the WHEN of a CASE. */
export type Assumptions = ReadonlySet<KnownColumn>;
export const noAssumptions: Assumptions = new Set();

export function nullOfReference(inference: Inference, reference: ColumnReference, assumed: Assumptions): Nullability {
  const resolved = resolveReference(inference, reference);
  switch (resolved?.kind) {
    case 'column':
    case 'assumed': {
      if (assumed.size > 0 && resolved.path.length === 0) {
        if (isAmong(assumed, resolved.relation, resolved.column, inference.dialect)) return { nullable: 'no' };
      }
      const place = placeIn(inference, reference, resolved.relation);
      const made = resolved.kind === 'column' ? resolved.merged?.join : undefined;
      const whole = nullOfColumn(inference, resolved.relation, resolved.column, place, made);
      return resolved.path.length === 0 || whole.nullable === 'yes' ? whole : unknownNullability;
    }
    case 'output':
      return nullOfOutput(resolved.column);
    case 'alias': {
      const column = inference.columnOf(resolved.item);
      return column === undefined ? unknownNullability : nullOfOutput(column);
    }
    case 'unknown': {
      const place = referenceOf(inference, reference)?.place;
      const isRejected =
        place !== undefined && nullsAt(inference, place).rejected.has(writtenKey(reference, inference));
      return isRejected ? behindCondition : unknownNullability;
    }
    default:
      return unknownNullability;
  }
}

function isAmong(
  columns: ReadonlySet<KnownColumn>,
  relation: ScopeRelation,
  column: OutputColumn,
  dialect: Dialect,
): boolean {
  const known = columnSpokenOf(relation, column, dialect);
  return known !== undefined && columns.has(known);
}

export function nullOfOutput(column: OutputColumn): Nullability {
  return column.nullableBecause === undefined
    ? unexplained[column.nullable]
    : { nullable: column.nullable, because: column.nullableBecause };
}

const unexplained: { readonly [nullable in Certainty]: Nullability } = {
  yes: { nullable: 'yes' },
  no: { nullable: 'no' },
  unknown: unknownNullability,
};

const behindCondition: Nullability = {
  nullable: 'no',
  because: 'a condition of the query drops the rows where it is NULL',
};

/** The place from which a reference looks into the scope of a relation, perhaps from inside a subquery. */
function placeIn(inference: Inference, reference: ColumnReference, relation: ScopeRelation): Place | undefined {
  let place = referenceOf(inference, reference)?.place;
  while (place !== undefined && place.scope !== relation.scope) place = place.scope.parentPlace;
  return place;
}

function nullsAt(inference: Inference, place: Place) {
  switch (place.clause) {
    case 'on':
    case 'lateral':
      return nothingRejected;
    case 'where':
      return nullsOfJoins(inference, place.scope);
    default:
      return nullsOfRows(inference, place.scope);
  }
}

const nothingRejected: NullFacts = { undone: { left: new Set(), right: new Set() }, rejected: new Set() };

/** A column of a relation as seen from a place of the same query; `made` is the join whose USING made it of several. */
export function nullOfColumn(
  inference: Inference,
  relation: ScopeRelation,
  column: OutputColumn,
  place: Place | undefined,
  made?: Join,
): Nullability {
  if (place === undefined) return unknownNullability;
  // A placeholder may hold a join or a condition that decides.
  if (place.scope.select?.isOpaque) return unknownNullability;
  const nulls = nullsAt(inference, place);
  if (place.clause !== 'on' && place.clause !== 'lateral' && place.clause !== 'where') {
    const subtotals = subtotalsOf(inference, place.scope);
    if (subtotals.size > 0 && isAmong(subtotals, relation, column, inference.dialect)) {
      if (place.scope.select?.having !== undefined) return unknownNullability;
      return { nullable: 'yes', because: 'the rows of subtotals have NULL there' };
    }
  }
  for (const join of relation.nullableBy) {
    if (nulls.undone[sideOf(join, relation)].has(join)) continue;
    if (made !== undefined && (join === made || isBeneath(join, made))) continue;
    if (place.clause === 'on' && (place.join === undefined || !isBeneath(join, place.join))) continue;
    // A lateral table sees the rows joined so far, and this join may come later.
    if (place.clause === 'lateral') return unknownNullability;
    if (column.nullable === 'yes') return nullOfOutput(column);
    return { nullable: 'yes', because: describeSide(join.type, relation) };
  }
  if (column.nullable === 'no' || nulls.rejected.size === 0) return nullOfOutput(column);
  const isRejected = isAmong(nulls.rejected, relation, column, inference.dialect);
  return isRejected ? behindCondition : nullOfOutput(column);
}

/** False when all columns of the relation are NULL or not at the place just as the relation has them. */
export function mayChangeNulls(inference: Inference, relation: ScopeRelation, place: Place): boolean {
  if (relation.nullableBy.length > 0 || place.scope.select?.isOpaque) return true;
  return nullsAt(inference, place).rejected.size > 0 || subtotalsOf(inference, place.scope).size > 0;
}

function isBeneath(join: Join, outer: Join): boolean {
  return join !== outer && join.start >= outer.start && join.end <= outer.end;
}

function describeSide(type: JoinType, relation: ScopeRelation): string {
  const name = relation.name === undefined ? '' : ` (\`${relation.name.name}\`)`;
  if (type === 'full') return `comes from a side of the full join that may have no match${name}`;
  if (type === 'right') return `comes from the left side of a right join${name}`;
  if (type === 'outer-apply') return `comes from the right side of an outer apply${name}`;
  return `comes from the right side of a left join${name}`;
}

/** The columns that ROLLUP, CUBE and GROUPING SETS leave out in some rows. */
function subtotalsOf(inference: Inference, scope: Scope): ReadonlySet<KnownColumn> {
  if (scope.subtotals === undefined) {
    if (!scope.select?.groupBy?.items.some(item => item.kind === 'grouping')) {
      scope.subtotals = noAssumptions;
      return noAssumptions;
    }
    const columns = new Set<KnownColumn>();
    const stack = [...(scope.select?.groupBy?.items ?? [])].filter(item => item.kind === 'grouping');
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const item of next.items) {
        if (item.kind === 'grouping') stack.push(item);
        else
          for (const part of item.kind === 'tuple' ? item.elements : [item]) {
            const inner = bare(part);
            if (inner.kind !== 'column') continue;
            const resolved = resolveReference(inference, inner);
            if (resolved?.kind === 'column' || resolved?.kind === 'assumed') {
              columns.add(columnOf(resolved.relation, resolved.column, inference.dialect));
            }
          }
      }
    }
    scope.subtotals = columns;
  }
  return scope.subtotals;
}
