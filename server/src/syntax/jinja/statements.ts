/** Statements of a template: what they write, set and define. */

import { iterate } from './access.ts';
import { evaluateCall } from './calls.ts';
import { executeIf } from './conditions.ts';
import { type Evaluator, type Frame, Scope } from './evaluator.ts';
import { evaluate, filterChain } from './expressions.ts';
import { executeFor } from './loops.ts';
import { bindArguments, macroValue } from './macros.ts';
import { writeLiteral, writeValue } from './output.ts';
import { type Text, TextBuilder } from './text.ts';
import type { CallStatement, Statement, Target } from './tree.ts';
import { Callable, List, Namespace, Unknown, type Value } from './values.ts';

export function execute(run: Evaluator, body: readonly Statement[], frame: Frame): void {
  run.enter();
  for (const statement of body) {
    if (run.signal !== undefined) break;
    if (!run.spend(1)) break;
    executeStatement(run, statement, frame);
  }
  run.leave();
}

function executeStatement(run: Evaluator, statement: Statement, frame: Frame): void {
  switch (statement.kind) {
    case 'text':
      writeLiteral(run, statement.start, statement.end, frame);
      return;
    case 'output': {
      const value = evaluate(run, statement.expression, frame);
      // A value that is handed back is not written.
      if (run.signal === undefined) writeValue(run, value, statement.expression, frame);
      return;
    }
    case 'if':
      executeIf(run, statement, frame);
      return;
    case 'for':
      executeFor(run, statement, frame);
      return;
    case 'set':
      assign(run, statement.target, evaluate(run, statement.value, frame), frame);
      return;
    case 'set-block': {
      let value: Value = capture(run, statement.body, frame);
      if (statement.filter) value = filterChain(run, statement.filter, value, frame);
      assign(run, statement.target, value, frame);
      return;
    }
    case 'do':
      evaluate(run, statement.expression, frame);
      return;
    case 'macro':
      frame.scope.set(
        statement.name,
        macroValue(run, statement, { package: frame.package, standIn: false, scope: frame.scope }),
      );
      return;
    case 'call-block':
      executeCall(run, statement, frame);
      return;
    case 'filter-block': {
      const value = filterChain(run, statement.filter, capture(run, statement.body, frame), frame);
      writeValue(run, value, statement.filter, frame);
      return;
    }
    case 'with':
      inScope(frame, () => {
        for (const { target, value } of statement.assignments) assign(run, target, evaluate(run, value, frame), frame);
        execute(run, statement.body, frame);
      });
      return;
    case 'break':
    case 'continue':
      run.signal = statement.kind;
      return;
    case 'import':
      for (const name of statement.names)
        frame.scope.set(name.name, new Unknown(`'${name.name}', which dbt cannot import`));
      return;
    case 'block':
      return;
  }
}

export function inScope(frame: Frame, body: () => void): void {
  const outer = frame.scope;
  frame.scope = new Scope(outer);
  body();
  frame.scope = outer;
}

/** What the body writes, as a value. */
function capture(run: Evaluator, body: readonly Statement[], frame: Frame): string | Text {
  const { out } = frame;
  frame.out = new TextBuilder();
  inScope(frame, () => execute(run, body, frame));
  const captured = frame.out.toValue();
  frame.out = out;
  return captured;
}

export function assign(run: Evaluator, target: Target, value: Value, frame: Frame): void {
  if (target.kind === 'name') {
    frame.scope.set(target.name, value);
    return;
  }
  if (target.kind === 'attribute') {
    const object = evaluate(run, target.target, frame);
    if (object instanceof Namespace) object.values.set(target.name, value);
    else if (!(object instanceof Unknown))
      run.fault(`Only a namespace() can be assigned to with '.${target.name}'.`, target, frame);
    return;
  }
  unpack(run, target.items as readonly Target[], value, target, frame);
}

function unpack(
  run: Evaluator,
  targets: readonly Target[],
  value: Value,
  node: { start: number; end: number },
  frame: Frame,
): void {
  const items = value instanceof Unknown ? undefined : iterate(value, run);
  if (items === undefined || (value instanceof List && value.open)) {
    const reason = value instanceof Unknown ? value.reason : 'a value that cannot be taken apart';
    if (!(value instanceof Unknown) && !(value instanceof List))
      run.fault('This value has no parts to give to several names.', node, frame);
    for (const target of targets) assign(run, target, new Unknown(reason), frame);
    return;
  }
  if (items.length !== targets.length) {
    run.fault(`${items.length} values cannot be given to ${targets.length} names.`, node, frame);
  }
  targets.forEach((target, i) => {
    assign(run, target, i < items.length ? items[i] : new Unknown('a missing value'), frame);
  });
}

function executeCall(run: Evaluator, statement: CallStatement, frame: Frame): void {
  const { scope } = frame;
  const caller = new Callable('caller', args => {
    const inner: Frame = { ...frame, scope: new Scope(scope), out: new TextBuilder() };
    bindArguments(run, statement.arguments, args, inner, 'caller', statement, frame);
    execute(run, statement.body, inner);
    return inner.out.toValue();
  });
  if (statement.call.kind !== 'call') return;
  const value = evaluateCall(run, statement.call, frame, caller);
  if (run.signal === undefined) writeValue(run, value, statement.call, frame);
}
