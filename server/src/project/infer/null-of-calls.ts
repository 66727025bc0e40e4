/** May the result of a function call be NULL? */

import type { Expression, FunctionCall } from '../../syntax/sql/tree.ts';
import { functionFacts, type NullRule } from './functions.ts';
import { rejectedBy, strictColumns } from './null-facts.ts';
import type { Assumptions } from './null-of-columns.ts';
import { notNull, oneOf, partial, rejectedByElse, strict, union } from './null-rules.ts';
import type { Nullability } from './scopes.ts';
import { type Inference, unknownNullability } from './state.ts';

/** `of` answers for an expression inside the call, given what may be assumed there. */
export function nullOfCall(
  inference: Inference,
  call: FunctionCall,
  assumed: Assumptions,
  of: (expression: Expression, assumed: Assumptions) => Nullability,
  depth: number,
): Nullability {
  const name = call.name.parts.length === 1 ? (call.name.parts[0]?.folded ?? '') : '';
  const facts = functionFacts(name, inference.dialect);
  if (facts === undefined || call.arguments.some(argument => argument.value.kind === 'unknown'))
    return unknownNullability;
  const rule: NullRule = name === 'isnull' && call.arguments.length === 1 ? 'never' : facts.nulls;
  const argument = (index: number): Nullability | undefined => {
    const value = call.arguments[index]?.value;
    return value === undefined ? undefined : of(value, assumed);
  };
  const all = () =>
    [...call.arguments.map(({ value }) => value), ...call.otherExpressions].map(value => of(value, assumed));
  switch (rule) {
    case 'never':
      return { nullable: 'no', because: `${name}() is never NULL` };
    case 'strict':
      return strict(all());
    case 'partial':
      return partial(all());
    case 'total':
      return all().every(part => part.nullable === 'no') ? notNull : unknownNullability;
    case 'coalesce': {
      const parts = all();
      if (parts.some(part => part.nullable === 'no'))
        return { nullable: 'no', because: `${name}() has a value that is not NULL` };
      const yes = parts.every(part => part.nullable === 'yes') ? parts[0] : undefined;
      return yes ?? unknownNullability;
    }
    case 'branches':
      return nullOfBranches(inference, call, name, assumed, of, depth);
    case 'first':
      return call.over === undefined || !mayBeEmpty(call) ? nullOfFirst(call, argument(0)) : unknownNullability;
    case 'nullif':
      return { nullable: 'yes', because: `${name}() makes NULLs` };
    case 'offset':
      return nullOfOffset(call, name, argument);
    case 'rows':
      return nullOfRows(inference, call, argument(0));
    case 'unknown':
      return unknownNullability;
  }
}

function nullOfBranches(
  inference: Inference,
  call: FunctionCall,
  name: string,
  assumed: Assumptions,
  of: (expression: Expression, assumed: Assumptions) => Nullability,
  depth: number,
): Nullability {
  const [condition, yes, no] = call.arguments.map(argument => argument.value);
  if (condition === undefined || yes === undefined) return unknownNullability;
  if (call.arguments.length > 3) return unknownNullability;
  if (no === undefined) return { nullable: 'yes', because: `${name}() has no value for the other case` };
  const whenTrue = union(
    assumed,
    name === 'nvl2' ? strictColumns(inference, [condition], depth + 1) : rejectedBy(inference, condition, depth + 1),
  );
  const whenFalse = name === 'nvl2' ? assumed : union(assumed, rejectedByElse(inference, condition, depth + 1));
  return oneOf([of(yes, whenTrue), of(no, whenFalse)]);
}

/** Frames that may hold no row for some rows. */
function mayBeEmpty(call: FunctionCall): boolean {
  if (call.over === undefined || call.over.kind === 'identifier') return call.over !== undefined;
  const { base, frame } = call.over;
  if (base !== undefined) return true;
  if (frame === undefined) return false;
  const holdsCurrent = (from: string, to: string | undefined) =>
    (from === 'unbounded preceding' || from === 'current row' || from === 'preceding') &&
    (to === undefined || to === 'current row' || to === 'unbounded following' || to === 'following');
  return !holdsCurrent(frame.from, frame.to);
}

function nullOfFirst(call: FunctionCall, first: Nullability | undefined): Nullability {
  if (first === undefined) return unknownNullability;
  return call.nulls === 'ignore' && first.nullable === 'yes' ? unknownNullability : first;
}

function nullOfOffset(
  call: FunctionCall,
  name: string,
  argument: (index: number) => Nullability | undefined,
): Nullability {
  const fallback = argument(2);
  if (fallback === undefined) return { nullable: 'yes', because: `${name}() has no row to look at in some rows` };
  const value = argument(0);
  return value === undefined || call.nulls === 'ignore' ? unknownNullability : oneOf([value, fallback]);
}

/** An aggregate that is NULL when it saw no value but NULL. */
function nullOfRows(inference: Inference, call: FunctionCall, value: Nullability | undefined): Nullability {
  if (value?.nullable !== 'no' || call.filter !== undefined || call.withinGroup !== undefined)
    return unknownNullability;
  if (call.over !== undefined) return mayBeEmpty(call) ? unknownNullability : groupNotNull;
  const groupBy = inference.aggregateScopes.get(call)?.select?.groupBy;
  // Without a key there is one group, empty when there are no rows; GROUP BY ALL may come to that.
  const hasKeys = groupBy !== undefined && groupBy.items.length > 0;
  const mayBeWhole = groupBy?.items.some(item => item.kind === 'grouping') ?? false;
  return hasKeys && !mayBeWhole ? groupNotNull : unknownNullability;
}

const groupNotNull: Nullability = { nullable: 'no', because: 'each group has rows, and none of its values is NULL' };
