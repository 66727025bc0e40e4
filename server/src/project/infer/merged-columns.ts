/** Columns that USING and NATURAL make one of two. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { Join, JoinType } from '../../syntax/sql/tree.ts';
import type { OutputColumn } from '../facts.ts';
import { OriginSet } from './derive.ts';
import { columnAt, type Name } from './names.ts';
import { newColumn, noOrigins } from './new-column.ts';
import { assumedColumn } from './resolve.ts';
import type { MergedColumn, ScopeRelation } from './scopes.ts';
import type { Inference, Scope } from './state.ts';

export function mergeColumns(
  inference: Inference,
  scope: Scope,
  join: Join,
  low: number,
  middle: number,
  high: number,
): readonly MergedColumn[] {
  const left = scope.relations.slice(low, middle);
  const right = scope.relations.slice(middle, high);
  if (left.length === 0 || right.length === 0) return [];
  let names: readonly Name[] = join.using ?? [];
  if (join.using?.some(name => name.hasUnknown)) {
    scope.isOpen = true;
    return [];
  }
  if (join.natural) {
    const all = [...left, ...right];
    if (!all.every(relation => relation.columns.isComplete)) {
      scope.isOpen = true;
      return [];
    }
    const theirs = new Set(right.flatMap(relation => [...relation.columnIndex.places.keys()]));
    names = left
      .flatMap(relation => relation.columns.columns)
      .filter(column => theirs.delete(normalizeName(column, inference.dialect)));
  }
  const merged = names.map(name => mergeColumn(inference, scope, join, name, left, right));
  scope.merged.push(...merged);
  return merged;
}

function mergeColumn(
  inference: Inference,
  scope: Scope,
  join: Join,
  name: Name,
  left: readonly ScopeRelation[],
  right: readonly ScopeRelation[],
): MergedColumn {
  const { dialect } = inference;
  const key = normalizeName(name, dialect);
  const earlier = scope.merged.findLast(
    merged => normalizeName(merged.name, dialect) === key && left.includes(merged.relation),
  );
  const ours = earlier ?? findMember(left, name, dialect);
  const theirs = findMember(right, name, dialect);
  const members = [
    ...(earlier?.members ?? (ours === undefined ? [] : [{ relation: ours.relation, column: ours.column }])),
    ...(theirs === undefined ? [] : [theirs]),
  ];
  const chosen = join.type === 'right' ? (theirs ?? ours) : (ours ?? theirs);
  const relation = chosen?.relation ?? left[0] ?? (right[0] as ScopeRelation);
  const column = chosen?.column ?? assumedColumn({ open: undefined }, name);
  return {
    name,
    join,
    relation,
    members,
    column: mergedValue(join.type, column, ours?.column, theirs?.column, relation),
  };
}

function findMember(
  relations: readonly ScopeRelation[],
  name: Name,
  dialect: Dialect,
): { readonly relation: ScopeRelation; readonly column: OutputColumn } | undefined {
  const key = normalizeName(name, dialect);
  const open: ScopeRelation[] = [];
  for (const relation of relations) {
    const column = columnAt(relation.columns, relation.columnIndex, key);
    if (column !== undefined) return { relation, column };
    if (!relation.columns.isComplete) open.push(relation);
  }
  const [only] = open;
  return only === undefined || open.length > 1 ? undefined : { relation: only, column: assumedColumn(only, name) };
}

function mergedValue(
  join: JoinType,
  column: OutputColumn,
  left: OutputColumn | undefined,
  right: OutputColumn | undefined,
  relation: ScopeRelation,
): OutputColumn {
  const { name, quoted, type, derivation, origins, definedHere } = column;
  switch (join) {
    case 'inner':
    case 'semi':
      return newColumn(name, quoted, type, 'no', 'the join matches on it', derivation, origins, definedHere);
    case 'full': {
      const areBoth = left !== undefined && right !== undefined;
      const isNo = areBoth && left.nullable === 'no' && right.nullable === 'no';
      const isYes = areBoth && left.nullable === 'yes' && right.nullable === 'yes';
      const both = new OriginSet(left?.origins);
      both.addAll(right?.origins ?? noOrigins);
      const nullable = isNo ? 'no' : isYes ? 'yes' : 'unknown';
      return newColumn(name, quoted, type, nullable, undefined, 'transform', both.list, definedHere);
    }
    default:
      // Joins beneath this one may have filled the side that gives the value.
      if (relation.nullableBy.length > 0) {
        const because = 'comes through an outer join';
        return newColumn(name, quoted, type, 'yes', because, derivation, origins, definedHere);
      }
      return column;
  }
}
