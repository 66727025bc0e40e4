/** What the conditions of WHERE and ON say of columns: which have one value, and which have that of another one. */

import { lowerCase } from '../../../syntax/sql/names.ts';
import type { Expression } from '../../../syntax/sql/tree.ts';
import type { TypeFamily } from '../../facts.ts';
import type { ColumnOfRelation } from '../scopes.ts';
import { bare, type Inference, type Scope } from '../state.ts';
import { columnOfRelation } from './computed.ts';

export const EQUALITIES: ReadonlySet<string> = new Set(['=', '==', '<=>', 'is not distinct from']);

/** A condition that leaves one value of a column. */
export function constantIn(
  inference: Inference,
  scope: Scope,
  condition: Expression,
): { readonly column: ColumnOfRelation; readonly value: string | undefined } | undefined {
  if (condition.kind === 'is') {
    const operand = bare(condition.operand);
    if (condition.not || operand.kind !== 'column' || !/^(?:null|true|false)$/.test(condition.test)) return undefined;
    const column = columnOfRelation(inference, operand);
    return column && { column, value: condition.test };
  }
  if (condition.kind === 'column' || (condition.kind === 'unary' && condition.operator === 'not')) {
    const inner = condition.kind === 'column' ? condition : bare(condition.operand);
    const column = inner.kind === 'column' ? columnOfRelation(inference, inner) : undefined;
    return column && { column, value: condition.kind === 'column' ? 'true' : 'false' };
  }
  if (condition.kind === 'in' && !condition.not && condition.list?.length === 1) {
    const operand = bare(condition.operand);
    const column = operand.kind === 'column' ? columnOfRelation(inference, operand) : undefined;
    const [only] = condition.list as readonly [Expression];
    const value = literalValue(only);
    return column && value !== undefined && isOfOneFamily(inference, operand, only) ? { column, value } : undefined;
  }
  if (condition.kind !== 'binary') return undefined;
  const sides = [bare(condition.left), bare(condition.right)] as const;
  for (const [side, other] of [sides, [sides[1], sides[0]] as const]) {
    const value = literalValue(other);
    const column = side.kind === 'column' ? columnOfRelation(inference, side) : undefined;
    if (!column || value === undefined || value === 'null' || !isOfOneFamily(inference, side, other)) continue;
    if (EQUALITIES.has(condition.operator)) return { column, value };
    const isLeft = side === sides[0];
    const isFirst =
      isLeft &&
      ((condition.operator === '<=' && value === 'integer 1') || (condition.operator === '<' && value === 'integer 2'));
    if (isFirst && isNumbered(scope, column)) return { column, value: 'integer 1' };
  }
  return undefined;
}

function isNumbered(scope: Scope, { relation, name }: ColumnOfRelation): boolean {
  return relation.scope === scope && (relation.dependencies?.numbered.has(lowerCase(name)) ?? false);
}

/** What a literal is, as it is compared; casts of text aside. */
export function literalValue(expression: Expression): string | undefined {
  let inner = bare(expression);
  if (inner.kind === 'cast' && inner.type.name !== '' && !inner.type.hasUnknown) inner = bare(inner.operand);
  if (inner.kind !== 'literal' || inner.hasUnknown) return undefined;
  return inner.type === 'null' ? 'null' : `${inner.type} ${inner.value}`;
}

/** `'01' = 1` may hold for several texts. */
export function isOfOneFamily(inference: Inference, left: Expression, right: Expression): boolean {
  return areOfOneFamily([inference.typeOf(left)?.family, inference.typeOf(right)?.family]);
}

export function areOfOneFamily(families: readonly (TypeFamily | undefined)[]): boolean {
  const known = families.filter(family => family !== undefined);
  return known.every(family => (family === 'text') === (known[0] === 'text'));
}

export function conjunctsOf(condition: Expression): readonly Expression[] {
  const conjuncts: Expression[] = [];
  const stack = [condition];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') stack.push(inner.right, inner.left);
    else conjuncts.push(inner);
  }
  return conjuncts;
}
