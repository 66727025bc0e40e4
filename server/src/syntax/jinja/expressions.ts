/** Values of expressions. */

import { getAttribute, getItem, getSlice } from './access.ts';
import { evaluateArguments, evaluateCall, sourceText } from './calls.ts';
import { evaluateTruth } from './conditions.ts';
import type { Evaluator, Frame } from './evaluator.ts';
import { applyFilter } from './filters.ts';
import { lookup } from './names.ts';
import { negate } from './numbers.ts';
import { calculateValues, compareValues, isIn } from './operators.ts';
import { joinValues } from './output.ts';
import { useThis } from './relation-calls.ts';
import { RelationValue } from './relations.ts';
import { toText } from './represent.ts';
import { applyTest } from './tests.ts';
import type { BinaryOperator, Expression, Filter, Name } from './tree.ts';
import {
  type CallArguments,
  Dict,
  effortOf,
  Fault,
  Float,
  isText,
  List,
  NOT_DEFINED,
  type Truth,
  Tuple,
  truthOf,
  Unknown,
  type Value,
} from './values.ts';

export function evaluate(run: Evaluator, node: Expression, frame: Frame): Value {
  run.enter();
  const value = run.isStopped ? new Unknown('an expression that costs too much') : evaluateNode(run, node, frame);
  run.leave();
  return value;
}

function evaluateNode(run: Evaluator, node: Expression, frame: Frame): Value {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return evaluateName(run, node, frame);
    case 'attribute':
      return evaluateAttribute(run, node, frame);
    case 'call':
      return evaluateCall(run, node, frame, undefined);
    case 'filter':
      return evaluateFilter(run, node, frame);
    case 'concat':
      return evaluateConcat(run, node.parts, node, frame);
    case 'list':
      return new List(node.items.map(item => evaluate(run, item, frame)));
    case 'tuple':
      return new Tuple(node.items.map(item => evaluate(run, item, frame)));
    case 'dict':
      return evaluateDict(run, node, frame);
    case 'float':
      return new Float(node.value);
    case 'unary': {
      if (node.operator === 'not') {
        const truth = evaluateTruth(run, node.operand, frame);
        return truth === undefined ? new Unknown(run.reasonForText()) : !truth;
      }
      const operand = evaluate(run, node.operand, frame);
      if (operand instanceof Unknown) return operand;
      const value = node.operator === '-' ? negate(operand) : operand;
      if (value === undefined) run.fault(`'${node.operator}' needs a number.`, node, frame);
      return value ?? new Unknown('a wrong calculation');
    }
    case 'binary':
      return evaluateBinary(run, node.operator, node.left, node.right, node, frame);
    case 'compare':
      return evaluateCompare(run, node, frame);
    case 'conditional': {
      const truth = evaluateTruth(run, node.condition, frame);
      const then = truth === undefined ? run.pick(2) === 0 : truth;
      return then
        ? evaluate(run, node.value, frame)
        : node.otherwise
          ? evaluate(run, node.otherwise, frame)
          : undefined;
    }
    case 'index': {
      const target = evaluate(run, node.target, frame);
      if (isText(target)) run.charge(effortOf(target));
      return run.settleAt(getItem(target, evaluate(run, node.index, frame), run), node, frame);
    }
    case 'slice': {
      const target = evaluate(run, node.target, frame);
      if (!run.charge(effortOf(target))) return new Unknown('too much');
      const part = (expression: Expression | undefined) => (expression ? evaluate(run, expression, frame) : null);
      return run.settleAt(getSlice(target, part(node.from), part(node.to), part(node.step)), node, frame);
    }
    case 'test':
      return evaluateTest(run, node, frame);
    case 'missing':
      return new Unknown('a missing expression');
  }
}

function evaluateName(run: Evaluator, node: Name, frame: Frame): Value {
  const value = lookup(run, node.name, frame);
  if (value === NOT_DEFINED) return undefined;
  if (node.name === 'execute') run.asksExecution = true;
  if (node.name === 'this' && value instanceof RelationValue && value.call === undefined) {
    return useThis(value, { evaluator: run, frame, node });
  }
  return value;
}

function evaluateAttribute(run: Evaluator, node: Expression & { kind: 'attribute' }, frame: Frame): Value {
  const target = evaluate(run, node.target, frame);
  if (target === undefined) return new Unknown(`'${sourceText(node.target, frame)}', which is not defined`);
  return run.settleAt(getAttribute(target, node.name, run), node, frame);
}

function evaluateDict(run: Evaluator, node: Expression & { kind: 'dict' }, frame: Frame): Dict {
  const dict = new Dict();
  for (const { key, value } of node.entries) {
    const evaluated = evaluate(run, key, frame);
    if (evaluated instanceof Unknown) dict.open = true;
    dict.set(evaluated, evaluate(run, value, frame));
  }
  return dict;
}

function evaluateConcat(run: Evaluator, parts: readonly Expression[], node: Expression, frame: Frame): Value {
  return joinValues(
    run,
    parts.map(part => evaluate(run, part, frame)),
    undefined,
    node,
    frame,
  );
}

function evaluateBinary(
  run: Evaluator,
  operator: BinaryOperator,
  leftNode: Expression,
  rightNode: Expression,
  node: Expression,
  frame: Frame,
): Value {
  const left = evaluate(run, leftNode, frame);
  if (operator === 'and' || operator === 'or') {
    const truth = truthOf(left);
    if (truth === undefined) {
      const right = evaluate(run, rightNode, frame);
      const other = truthOf(right);
      // `unknown and false` is falsy either way, `unknown or true` truthy; the value itself stays unknown.
      if (operator === 'and' && other === false && right === false) return false;
      if (operator === 'or' && other === true && right === true) return true;
      return left instanceof Unknown ? left : new Unknown(run.reasonForText());
    }
    return truth === (operator === 'and') ? evaluate(run, rightNode, frame) : left;
  }
  const right = evaluate(run, rightNode, frame);
  run.charge(effortOf(left) + effortOf(right));
  if (operator === '+' && isText(left) && isText(right)) return joinValues(run, [left, right], undefined, node, frame);
  if (operator === '%' && isText(left))
    return applyFilter('format', left, percentArguments(right), { evaluator: run, frame, node });
  return run.settleAt(calculateValues(operator, left, right, run), node, frame);
}

function evaluateCompare(run: Evaluator, node: Expression & { kind: 'compare' }, frame: Frame): Value {
  let left = evaluate(run, node.first, frame);
  let isUnknown = false;
  for (const { operator, operand } of node.rest) {
    const right = evaluate(run, operand, frame);
    run.charge(effortOf(left) + effortOf(right));
    let truth: Truth | Fault;
    if (operator === 'in' || operator === 'not in') {
      truth = isIn(left, right, run);
      if (operator === 'not in' && typeof truth === 'boolean') truth = !truth;
    } else {
      truth = compareValues(operator, left, right);
    }
    if (truth instanceof Fault) {
      run.fault(truth.message, node, frame);
      truth = undefined;
    }
    if (truth === false) return false;
    if (truth === undefined) {
      isUnknown = true;
      if (left instanceof Unknown) run.lastReason = left.reason;
      else if (right instanceof Unknown) run.lastReason = right.reason;
    }
    left = right;
  }
  return isUnknown ? new Unknown(run.reasonForText()) : true;
}

function evaluateTest(run: Evaluator, node: Expression & { kind: 'test' }, frame: Frame): Value {
  // `x is defined` asks for the name, not for its value.
  const target = evaluate(run, node.target, frame);
  const args = evaluateArguments(run, node.arguments, frame);
  run.charge(effortOf(target));
  const result = applyTest(node.name, target, args, run);
  if (result instanceof Fault) {
    run.fault(result.message, node, frame);
    return new Unknown('a wrong test');
  }
  if (result === undefined) return new Unknown(target instanceof Unknown ? target.reason : run.reasonForText());
  return result !== node.negated;
}

function evaluateFilter(run: Evaluator, node: Filter, frame: Frame): Value {
  const target = node.target ? evaluate(run, node.target, frame) : undefined;
  return applyFilterNode(run, node, target, frame);
}

function applyFilterNode(run: Evaluator, node: Filter, target: Value, frame: Frame): Value {
  if (!run.spend(1)) return new Unknown('too much');
  const args = evaluateArguments(run, node.arguments, frame);
  if (!run.charge(effortOf(target))) return new Unknown('too much');
  return applyFilter(node.name, target, args, { evaluator: run, frame, node });
}

/** Filters of `{% filter a | b %}`, whose innermost has no target. */
export function filterChain(run: Evaluator, node: Filter, value: Value, frame: Frame): Value {
  const input = node.target === undefined ? value : filterChain(run, node.target as Filter, value, frame);
  return applyFilterNode(run, node, input, frame);
}

function percentArguments(right: Value): CallArguments {
  if (right instanceof Tuple) return { positional: right.items, keywords: new Map(), open: false };
  if (right instanceof Dict) {
    const keywords = new Map([...right.entries.values()].map(([key, value]) => [toText(key), value] as const));
    return { positional: [], keywords, open: right.open };
  }
  return { positional: [right], keywords: new Map(), open: false };
}
