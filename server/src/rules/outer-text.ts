/** Expressions of a query as they are written inside a subquery of it, where other names are in reach. */

import type { ScopeRelation, SelectScope } from '../project/infer/scopes.ts';
import { normalizeName } from '../syntax/sql/names.ts';
import type { ColumnReference, Expression, Identifier } from '../syntax/sql/tree.ts';
import { columnsIn, holdsUnknown } from './expressions.ts';
import type { SqlUnit } from './rule.ts';
import { textOf } from './written.ts';

/**
 * The text of an expression that, inside the scope, still means what it means around it: names that the scope's relations
 * may have too are qualified. `undefined` when that cannot be told, or a qualifier means another relation there.
 */
export function outerText(unit: SqlUnit, expression: Expression, inside: SelectScope): string | undefined {
  if (holdsUnknown(expression)) return undefined;
  let text = textOf(unit, expression);
  // From behind, so that places before stay where they are.
  for (const reference of columnsIn(expression).toSorted((a, b) => b.start - a.start)) {
    const written = qualifiedText(unit, reference, inside);
    if (written === undefined) return undefined;
    const [start, end] = [reference.start - expression.start, reference.end - expression.start];
    text = text.slice(0, start) + written + text.slice(end);
  }
  return text;
}

function qualifiedText(unit: SqlUnit, reference: ColumnReference, inside: SelectScope): string | undefined {
  const [first] = reference.parts;
  if (first === undefined) return undefined;
  const text = textOf(unit, reference);
  if (reference.parts.length > 1) {
    return inside.relations.some(one => one.nameKey === normalizeName(first, unit.dialect)) ? undefined : text;
  }
  const relation = relationOf(unit, reference);
  if (relation === undefined || inside.relations.some(one => one.nameKey === relation.nameKey)) {
    // Nobody inside can have the name: then it needs no qualifier.
    return isForeign(unit, first, inside) ? text : undefined;
  }
  const name = nameText(unit, relation);
  return name === undefined ? undefined : `${name}.${text}`;
}

/** The relation that the name belongs to, or the only one there is. */
function relationOf(unit: SqlUnit, reference: ColumnReference): ScopeRelation | undefined {
  const resolved = unit.facts.resolve(reference);
  if (resolved?.kind === 'column') return resolved.merged === undefined ? resolved.relation : undefined;
  if (resolved?.kind === 'assumed') return resolved.relation;
  const [only, ...others] = unit.facts.scopeOf(reference)?.relations ?? [];
  return others.length === 0 && resolved?.kind !== 'alias' ? only : undefined;
}

/** How columns of the relation are qualified. */
export function nameText(unit: SqlUnit, relation: ScopeRelation): string | undefined {
  if (relation.alias) return textOf(unit, relation.alias);
  const { name } = relation;
  return name !== undefined && /^[A-Za-z_]\w*$/.test(name.name) ? name.name : undefined;
}

function isForeign(unit: SqlUnit, name: Identifier, inside: SelectScope): boolean {
  const key = normalizeName(name, unit.dialect);
  return inside.relations.every(
    one => one.columns.isComplete && one.columns.columns.every(column => normalizeName(column, unit.dialect) !== key),
  );
}
