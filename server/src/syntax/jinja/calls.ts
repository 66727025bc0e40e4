/** Calls: of methods, functions, macros, and of what nobody has. */

import { getAttribute, iterate } from './access.ts';
import { type Evaluator, type Frame, NO_CALL_ARGUMENTS } from './evaluator.ts';
import { evaluate } from './expressions.ts';
import { callMethod, NO_METHOD } from './methods.ts';
import { toText } from './represent.ts';
import type { Arguments, Call, Expression } from './tree.ts';
import { type CallArguments, Callable, Dict, effortOf, isText, List, Thing, Unknown, type Value } from './values.ts';

/** Methods whose cost does not depend on how much they are called on. */
const FLAT_METHODS: ReadonlySet<string> = new Set([
  'append',
  'get',
  'update',
  'add',
  'extend',
  'setdefault',
  'discard',
]);

export function evaluateArguments(run: Evaluator, args: Arguments, frame: Frame): CallArguments {
  if (args.positional.length === 0 && args.keywords.length === 0 && !args.star && !args.doubleStar)
    return NO_CALL_ARGUMENTS;
  const positional: Value[] = [];
  for (const argument of args.positional) positional.push(evaluate(run, argument, frame));
  if (args.keywords.length === 0 && !args.star && !args.doubleStar)
    return { positional, keywords: NO_CALL_ARGUMENTS.keywords, open: false };
  const keywords = new Map<string, Value>();
  for (const { name, value } of args.keywords) keywords.set(name, evaluate(run, value, frame));
  let open = false;
  if (args.star) {
    const star = evaluate(run, args.star, frame);
    const items = star instanceof Unknown ? undefined : iterate(star, run);
    if (items === undefined || (star instanceof List && star.open)) open = true;
    else positional.push(...items.slice(0, 1000));
  }
  if (args.doubleStar) {
    const dict = evaluate(run, args.doubleStar, frame);
    if (dict instanceof Dict && !dict.open)
      for (const [key, value] of dict.entries.values()) keywords.set(toText(key), value);
    else open = true;
  }
  return { positional, keywords, open };
}

export function evaluateCall(run: Evaluator, node: Call, frame: Frame, caller: Callable | undefined): Value {
  if (!run.spend(1)) return new Unknown('too much');
  const { callee } = node;
  if (callee.kind === 'attribute') {
    const target = evaluate(run, callee.target, frame);
    if (target === undefined) return callUnknown(run, node, frame, caller);
    if (!(target instanceof Thing || target instanceof Callable)) {
      const args = evaluateArguments(run, node.arguments, frame);
      let effort = FLAT_METHODS.has(callee.name) ? 0 : effortOf(target);
      for (const argument of args.positional) effort += effortOf(argument);
      if (!run.charge(effort)) return new Unknown('too much');
      const result = callMethod(target, callee.name, args, { evaluator: run, frame, node });
      if (result !== NO_METHOD) return run.settleAt(result, node, frame);
      return callValue(
        run,
        run.settleAt(getAttribute(target, callee.name, run), node, frame),
        args,
        node,
        frame,
        caller,
      );
    }
    const value = run.settleAt(getAttribute(target, callee.name, run), node, frame);
    if (value === undefined) return callUnknown(run, node, frame, caller);
    return callValue(run, value, evaluateArguments(run, node.arguments, frame), node, frame, caller);
  }
  const value = evaluate(run, callee, frame);
  if (value === undefined) return callUnknown(run, node, frame, caller);
  return callValue(run, value, evaluateArguments(run, node.arguments, frame), node, frame, caller);
}

function callValue(
  run: Evaluator,
  value: Value,
  args: CallArguments,
  node: Call,
  frame: Frame,
  caller: Callable | undefined,
): Value {
  if (run.isStopped) return new Unknown('too much');
  if (value instanceof Callable) {
    const given = caller ? { ...args, keywords: new Map([...args.keywords, ['caller', caller as Value]]) } : args;
    return value.call(given, { evaluator: run, frame, node });
  }
  if (value instanceof Unknown) {
    if (caller) caller.call(NO_CALL_ARGUMENTS, { evaluator: run, frame, node });
    return value;
  }
  if (value === undefined) return new Unknown(`'${sourceText(node.callee, frame)}'`);
  run.fault(`'${sourceText(node.callee, frame)}' is ${describe(value)}, which cannot be called.`, node.callee, frame);
  return new Unknown('a wrong call');
}

/** A macro nobody has: its arguments may hold refs all the same. */
function callUnknown(run: Evaluator, node: Call, frame: Frame, caller: Callable | undefined): Value {
  evaluateArguments(run, node.arguments, frame);
  const name = sourceText(node.callee, frame);
  const place = run.place(node.callee, frame);
  run.unknownMacros.push({ name, file: place.file, span: { start: place.start, end: place.end } });
  if (caller) caller.call(NO_CALL_ARGUMENTS, { evaluator: run, frame, node });
  return new Unknown(`macro '${name}'`);
}

export function sourceText(node: Expression, frame: Frame): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute' && node.target.kind === 'name') return `${node.target.name}.${node.name}`;
  const text = frame.source.text.slice(node.start, node.end).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function describe(value: Value): string {
  return isText(value) ? 'text' : value === null ? 'None' : value instanceof List ? 'a list' : 'a value';
}
