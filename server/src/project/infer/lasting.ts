/** What a WHERE asks for in every run of a model, as against what an incremental run adds. */

import type { Expression, Select } from '../../syntax/sql/tree.ts';
import { conjunctsOf } from './keys/conditions.ts';
import type { QueryFacts } from './scopes.ts';

/** The operands of AND, in the order of the text, of a condition that the first run has too. */
export function lastingOperands(facts: Pick<QueryFacts, 'isLater'>, condition: Expression): readonly Expression[] {
  return conjunctsOf(condition).filter(operand => !facts.isLater(operand));
}

/** The first run filters too. */
export function hasLastingFilter(facts: Pick<QueryFacts, 'isLater'>, { where }: Select): boolean {
  return where !== undefined && lastingOperands(facts, where.condition).length > 0;
}
