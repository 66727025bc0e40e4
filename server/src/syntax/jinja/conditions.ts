/** Conditions: three-valued, and with an eye on what dbt sees while it parses. */

import type { Evaluator, Frame } from './evaluator.ts';
import { evaluate } from './expressions.ts';
import { writeValue } from './output.ts';
import { execute } from './statements.ts';
import type { Expression, IfStatement, Statement } from './tree.ts';
import { Dict, List, type Truth, truthOf, Unknown } from './values.ts';

export function executeIf(run: Evaluator, statement: IfStatement, frame: Frame): void {
  /** Bodies that may be run, when conditions are unknown. */
  let candidates: (readonly Statement[] | undefined)[] | undefined;
  /** Guards against nothing, such as `if not names`: what a query or the environment gives is mostly something. */
  let unlikely: (readonly Statement[])[] = NO_BODIES;
  let isHidden = false;
  let chosen: readonly Statement[] | undefined;
  let isDecided = false;
  for (const branch of statement.branches) {
    const asked = run.asksExecution;
    run.asksExecution = false;
    const truth = evaluateTruth(run, branch.condition, frame);
    if (run.asksExecution) {
      const parsing = truthWhileParsing(branch.condition);
      if (truth === true ? parsing === false : truth === false && parsing === true) isHidden = true;
    }
    run.asksExecution ||= asked;
    if (run.signal !== undefined) return;
    if (truth === undefined) {
      candidates ??= [];
      if (isGuard(branch.condition)) unlikely = [...unlikely, branch.body];
      else candidates.push(branch.body);
    } else if (truth) {
      chosen = branch.body;
      isDecided = true;
      break;
    }
  }
  if (!isDecided) chosen = statement.otherwise;
  if (candidates === undefined) {
    if (!chosen) return;
    if (isHidden) run.hidden++;
    execute(run, chosen, frame);
    if (isHidden) run.hidden--;
    return;
  }
  candidates.push(chosen, ...unlikely);
  const [first] = statement.branches;
  // Alternatives written one by one are a choice among all of them: each world takes another.
  const body = candidates[run.pick(candidates.length, first && run.suppositions.refusals(first.condition))];
  for (const { condition, body: other } of statement.branches) {
    run.suppositions.suppose(condition, other === body);
    if (other === body) break;
  }
  if (run.isInUnknownLoop) {
    for (const other of candidates) if (other && other !== body) openWhatGrows(run, other, frame, 0);
  }
  if (!body) {
    // Other elements of the open list may take the other way: what they would write is not nothing.
    if (run.isInUnknownLoop && first && statement.branches.some(branch => mayWrite(branch.body, frame, 0)))
      writeValue(run, new Unknown(run.reasonForText()), first.condition, frame);
    return;
  }
  if (isHidden) run.hidden++;
  execute(run, body, frame);
  if (isHidden) run.hidden--;
}

const NO_BODIES: (readonly Statement[])[] = [];

const GROWS: ReadonlySet<string> = new Set(['append', 'extend', 'insert', 'update', 'setdefault', 'add']);

/** Lists and dictionaries that the branch not taken would change: other elements of the open list may take it. */
function openWhatGrows(run: Evaluator, body: readonly Statement[], frame: Frame, depth: number): void {
  if (depth > 50 || !run.spend(body.length)) return;
  for (const statement of body) {
    if (statement.kind === 'do') {
      const { expression } = statement;
      if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') continue;
      const { target, name } = expression.callee;
      if (!GROWS.has(name)) continue;
      const receiver = target.kind === 'name' ? evaluate(run, target, frame) : undefined;
      if (receiver instanceof List || receiver instanceof Dict) receiver.open = true;
    } else if (statement.kind === 'if') {
      for (const branch of statement.branches) openWhatGrows(run, branch.body, frame, depth + 1);
      openWhatGrows(run, statement.otherwise ?? [], frame, depth + 1);
    } else if (statement.kind === 'for' || statement.kind === 'with') {
      openWhatGrows(run, statement.body, frame, depth + 1);
    }
  }
}

/** Something but white space may come out of it. */
function mayWrite(body: readonly Statement[], frame: Frame, depth: number): boolean {
  if (depth > 50) return true;
  return body.some(statement => {
    switch (statement.kind) {
      case 'text':
        return frame.source.text.slice(statement.start, statement.end).trim() !== '';
      case 'if':
        return [...statement.branches.map(branch => branch.body), statement.otherwise ?? []].some(one =>
          mayWrite(one, frame, depth + 1),
        );
      case 'for':
        return [statement.body, statement.otherwise ?? []].some(one => mayWrite(one, frame, depth + 1));
      case 'with':
        return mayWrite(statement.body, frame, depth + 1);
      case 'output':
      case 'call-block':
      case 'filter-block':
        return true;
      default:
        return false;
    }
  });
}

/** `not x`, `x is none`, `x == ''`, `x | length == 0`. */
function isGuard(condition: Expression): boolean {
  if (condition.kind === 'unary' && condition.operator === 'not') {
    const { kind } = condition.operand;
    return kind === 'name' || kind === 'attribute' || kind === 'filter' || kind === 'index';
  }
  if (condition.kind === 'test')
    return !condition.negated && (condition.name === 'none' || condition.name === 'undefined');
  if (condition.kind !== 'compare') return false;
  const [only, ...more] = condition.rest;
  if (only?.operator !== '==' || more.length > 0 || only.operand.kind !== 'literal') return false;
  return only.operand.value === '' || only.operand.value === null || only.operand.value === 0;
}

/** Three-valued truth of a condition. */
export function evaluateTruth(run: Evaluator, node: Expression, frame: Frame): Truth {
  if (node.kind === 'unary' && node.operator === 'not') {
    run.enter();
    const truth = run.isStopped ? undefined : evaluateTruth(run, node.operand, frame);
    run.leave();
    return truth === undefined ? undefined : !truth;
  }
  if (node.kind === 'binary' && (node.operator === 'and' || node.operator === 'or')) {
    run.enter();
    const decisive = node.operator === 'or';
    const left = run.isStopped ? undefined : evaluateTruth(run, node.left, frame);
    const right = left === decisive || run.isStopped ? left : evaluateTruth(run, node.right, frame);
    run.leave();
    if (left === decisive || right === decisive) return decisive;
    return left === undefined || right === undefined ? undefined : !decisive;
  }
  const value = evaluate(run, node, frame);
  if (value instanceof Unknown) run.lastReason = value.reason;
  return truthOf(value) ?? run.suppositions.truthOf(node);
}

/** What a condition gives while dbt parses, as far as `execute` and is_incremental() alone decide it. */
function truthWhileParsing(node: Expression): Truth {
  switch (node.kind) {
    case 'name':
      return node.name === 'execute' ? false : undefined;
    case 'call': {
      const { callee } = node;
      const name = callee.kind === 'name' ? callee.name : callee.kind === 'attribute' ? callee.name : '';
      return name === 'is_incremental' ? false : undefined;
    }
    case 'unary': {
      const truth = node.operator === 'not' ? truthWhileParsing(node.operand) : undefined;
      return truth === undefined ? undefined : !truth;
    }
    case 'binary': {
      if (node.operator !== 'and' && node.operator !== 'or') return undefined;
      const decisive = node.operator === 'or';
      const left = truthWhileParsing(node.left);
      const right = truthWhileParsing(node.right);
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    case 'literal':
      return typeof node.value === 'boolean' ? node.value : undefined;
    default:
      return undefined;
  }
}
