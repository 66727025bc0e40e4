/** Calling macros. */

import type { CallSite } from '../../base/source-map.ts';
import { sourceText } from './calls.ts';
import {
  type Evaluator,
  type Frame,
  type MacroCallOptions,
  type Place,
  Scope,
  type Signal,
  type Site,
} from './evaluator.ts';
import { evaluate } from './expressions.ts';
import { execute } from './statements.ts';
import { TextBuilder } from './text.ts';
import type { Call, MacroArgument, MacroStatement } from './tree.ts';
import { type CallArguments, Callable, Dict, List, Tuple, Unknown, type Value } from './values.ts';

export function macroValue(run: Evaluator, macro: MacroStatement, options: MacroCallOptions): Callable {
  const { name } = macro;
  const attributes = { get: (attribute: string): Value => (attribute === 'name' ? name : undefined) };
  return new Callable(name, (args, site) => callMacro(run, macro, args, site, options), attributes);
}

function callMacro(
  run: Evaluator,
  macro: MacroStatement,
  args: CallArguments,
  site: Site,
  options: MacroCallOptions,
): Value {
  if (run.macroDepth >= run.maxDepth) {
    run.stop(`its macros call each other more than ${run.maxDepth} deep`);
    return new Unknown(`macro '${macro.name}'`);
  }
  if (!options.standIn) run.macros.add(`${options.package}.${macro.name}`);
  const from = site.frame;
  const place = run.place(site.node, from);
  const standIn = options.standIn ? (from.standIn ?? place) : undefined;
  const call = standIn
    ? standIn.call
    : callSite(place, site.node.kind === 'call' ? calledName(site.node, from, macro) : macro.name);
  const isRelationMacro = macro.name === 'ref' || macro.name === 'source';
  const frame: Frame = {
    scope: new Scope(options.scope),
    out: new TextBuilder(),
    source: macro.source,
    call,
    standIn,
    package: options.package,
    relationCall: isRelationMacro ? (from.relationCall ?? site) : undefined,
  };
  run.macroDepth++;
  bindMacro(run, macro, args, frame, site);
  if (options.caller) frame.scope.set('caller', options.caller);
  execute(run, macro.body, frame);
  run.macroDepth--;
  // Read afresh: the body may have set it.
  const signal = run.signal as Signal;
  if (signal === 'return') {
    run.signal = undefined;
    const value = run.returned;
    run.returned = undefined;
    return value;
  }
  if (signal === 'break' || signal === 'continue') run.signal = undefined;
  return frame.out.toValue();
}

function bindMacro(run: Evaluator, macro: MacroStatement, args: CallArguments, frame: Frame, site: Site): void {
  const surplus = bindArguments(run, macro.arguments, args, frame, macro.name, site.node, site.frame, macro.takesMore);
  if (macro.takesMore.positional) {
    frame.scope.set('varargs', args.open ? new List([...surplus.positional], true) : new Tuple(surplus.positional));
  }
  if (macro.takesMore.keywords) {
    const rest = Dict.of(surplus.keywords);
    rest.open = args.open;
    frame.scope.set('kwargs', rest);
  }
  const caller = args.keywords.get('caller');
  if (caller instanceof Callable) frame.scope.set('caller', caller);
}

export function bindArguments(
  run: Evaluator,
  parameters: readonly MacroArgument[],
  args: CallArguments,
  frame: Frame,
  name: string,
  node: { readonly start: number; readonly end: number },
  caller: Frame,
  takesMore?: MacroStatement['takesMore'],
): { positional: readonly Value[]; keywords: readonly [string, Value][] } {
  const given = args.positional.length;
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] as MacroArgument;
    let value: Value;
    if (i < given) {
      value = args.positional[i];
      if (args.keywords.has(parameter.name)) {
        run.fault(`Macro '${name}' gets its argument '${parameter.name}' twice.`, node, caller);
      }
    } else if (args.keywords.has(parameter.name)) value = args.keywords.get(parameter.name);
    else if (args.open) value = new Unknown(`an argument of '${name}'`);
    else if (parameter.default) value = evaluate(run, parameter.default, frame);
    frame.scope.set(parameter.name, value);
  }
  const positional = given > parameters.length ? args.positional.slice(parameters.length) : [];
  if (positional.length > 0 && !takesMore?.positional) {
    const most = parameters.length;
    const takes = most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `at most ${most} arguments`;
    run.fault(`Macro '${name}' takes ${takes}, not ${given}.`, node, caller);
  }
  const keywords: [string, Value][] = [];
  for (const [key, value] of args.keywords) {
    if (key === 'caller' || parameters.some(parameter => parameter.name === key)) continue;
    keywords.push([key, value]);
    if (!takesMore?.keywords) run.fault(`Macro '${name}' has no argument '${key}'.`, node, caller);
  }
  return { positional, keywords };
}

function callSite(place: Place, macro: string): CallSite {
  const span = { start: place.start, end: place.end };
  return { file: place.file, span, macro, ...(place.call ? { parent: place.call } : {}) };
}

/** The macro's name as the caller writes it; the macro's own when that is an expression. */
function calledName(node: Call, frame: Frame, macro: MacroStatement): string {
  const { callee } = node;
  const isPlain = callee.kind === 'name' || (callee.kind === 'attribute' && callee.target.kind === 'name');
  return isPlain ? sourceText(callee, frame) : macro.name;
}
