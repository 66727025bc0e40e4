/** How the nullability of a whole follows from that of its parts, and what a condition lets its branches assume. */

import type { Expression } from '../../syntax/sql/tree.ts';
import { strictColumns } from './null-facts.ts';
import { type Assumptions, noAssumptions } from './null-of-columns.ts';
import type { Nullability } from './scopes.ts';
import { bare, type Inference, unknownNullability } from './state.ts';

export const notNull: Nullability = { nullable: 'no' };

/** NULL exactly when a part is. */
export function strict(parts: readonly Nullability[]): Nullability {
  // No part at all: what it works on is written in a way that is not read.
  let isUnknown = parts.length === 0;
  for (const part of parts) {
    if (part.nullable === 'yes') return part;
    if (part.nullable === 'unknown') isUnknown = true;
  }
  if (isUnknown) return unknownNullability;
  return parts.length === 1 ? (parts[0] as Nullability) : { nullable: 'no', because: 'no part of it is NULL' };
}

/** NULL when a part is, perhaps in other cases too. */
export function partial(parts: readonly Nullability[]): Nullability {
  return parts.find(part => part.nullable === 'yes') ?? unknownNullability;
}

/** One of the parts. */
export function oneOf(parts: readonly Nullability[]): Nullability {
  const yes = parts.find(part => part.nullable === 'yes');
  if (yes !== undefined) return yes;
  return parts.every(part => part.nullable === 'no') ? notNull : unknownNullability;
}

/** Columns that are not NULL behind `when x is null`. */
export function rejectedByElse(inference: Inference, when: Expression, depth: number): Assumptions {
  const condition = bare(when);
  if (condition.kind !== 'is' || condition.test !== 'null' || condition.not) return noAssumptions;
  const operand = bare(condition.operand);
  return operand.kind === 'column' ? strictColumns(inference, [operand], depth) : noAssumptions;
}

export function union(a: Assumptions, b: Assumptions): Assumptions {
  if (b.size === 0) return a;
  return a.size === 0 ? b : new Set([...a, ...b]);
}
