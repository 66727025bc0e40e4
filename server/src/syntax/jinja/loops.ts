/** `for` loops and the `loop` they offer. */

import { iterate } from './access.ts';
import { evaluateTruth } from './conditions.ts';
import { type Evaluator, type Frame, Scope, type Signal } from './evaluator.ts';
import { evaluate } from './expressions.ts';
import { represent } from './represent.ts';
import { assign, execute, inScope } from './statements.ts';
import { TextBuilder } from './text.ts';
import type { ForStatement } from './tree.ts';
import { Callable, Dict, List, Thing, Tuple, Unknown, type Value } from './values.ts';

export function executeFor(run: Evaluator, statement: ForStatement, frame: Frame): void {
  runLoop(run, statement, evaluate(run, statement.iterable, frame), frame, 0);
}

function runLoop(run: Evaluator, statement: ForStatement, iterable: Value, frame: Frame, depth0: number): void {
  if (run.signal !== undefined) return;
  let items = iterable instanceof Unknown ? undefined : iterate(iterable, run);
  if (items === undefined && !(iterable instanceof Unknown)) {
    if (iterable !== undefined && iterable !== null)
      run.fault('This value cannot be looped over.', statement.iterable, frame);
    else if (iterable === null) run.fault('None cannot be looped over.', statement.iterable, frame);
    items = [];
  }
  const isOpen =
    items === undefined || (iterable instanceof List && iterable.open) || (iterable instanceof Dict && iterable.open);
  if (items === undefined) items = [new Unknown(`an element of ${(iterable as Unknown).reason}`)];
  const outer = frame.scope;
  if (statement.condition) {
    const { condition } = statement;
    items = items.filter(item => {
      frame.scope = new Scope(outer);
      assign(run, statement.target, item, frame);
      if (!run.spend(1)) return false;
      const truth = evaluateTruth(run, condition, frame);
      // The one element of an open list stands for all that pass.
      return truth === undefined ? isOpen || run.pick(2) === 0 : truth;
    });
    frame.scope = outer;
  }
  if (items.length === 0) {
    if (statement.otherwise) inScope(frame, () => execute(run, statement.otherwise ?? [], frame));
    return;
  }
  if (isOpen) run.unknownLoops++;
  const loop = new Loop(items, depth0, isOpen);
  const recurse = statement.recursive ? recursion(run, statement, frame, depth0) : undefined;
  const loopThing = loop.thing(recurse);
  for (let i = 0; i < items.length; i++) {
    if (!run.spend(1)) break;
    loop.index0 = i;
    frame.scope = new Scope(outer);
    frame.scope.set('loop', loopThing);
    assign(run, statement.target, items[i], frame);
    execute(run, statement.body, frame);
    // Read afresh: the body may have set it.
    const signal = run.signal as Signal;
    if (signal === 'continue') run.signal = undefined;
    else if (signal === 'break') {
      run.signal = undefined;
      break;
    } else if (signal !== undefined) break;
  }
  frame.scope = outer;
  if (isOpen) run.unknownLoops--;
}

function recursion(run: Evaluator, statement: ForStatement, frame: Frame, depth0: number): (iterable: Value) => Value {
  return iterable => {
    const { out, scope } = frame;
    frame.out = new TextBuilder();
    // The call, the loop and its body are levels of their own.
    run.enter(4);
    if (!run.isStopped) runLoop(run, statement, iterable, frame, depth0 + 1);
    run.leave(4);
    const captured = frame.out.toValue();
    frame.out = out;
    frame.scope = scope;
    return captured;
  };
}

/** State of a running loop. */
class Loop {
  index0 = 0;
  readonly #items: readonly Value[];
  readonly #depth0: number;
  readonly #isOpen: boolean;
  #lastChanged: string | undefined;

  constructor(items: readonly Value[], depth0: number, isOpen: boolean) {
    this.#items = items;
    this.#depth0 = depth0;
    this.#isOpen = isOpen;
  }

  thing(recurse: ((iterable: Value) => Value) | undefined): Thing | Callable {
    const attribute = (name: string) => this.#attribute(name);
    if (!recurse) return new Thing('loop', attribute);
    return new Callable('loop', args => recurse(args.positional[0]), { get: attribute });
  }

  #attribute(name: string): Value {
    const i = this.index0;
    const length = this.#items.length;
    switch (name) {
      case 'index':
        return i + 1;
      case 'index0':
        return i;
      case 'first':
        return i === 0;
      case 'last':
        return i === length - 1;
      case 'length':
        return this.#isOpen ? new Unknown('the length of a list that cannot be computed', 1, true) : length;
      case 'revindex':
        return length - i;
      case 'revindex0':
        return length - i - 1;
      case 'depth':
        return this.#depth0 + 1;
      case 'depth0':
        return this.#depth0;
      case 'previtem':
        return i > 0 ? this.#items[i - 1] : undefined;
      case 'nextitem':
        return this.#items[i + 1];
      case 'cycle':
        return new Callable('cycle', args => args.positional[i % Math.max(1, args.positional.length)]);
      case 'changed':
        return new Callable('changed', args => {
          const now = represent(new Tuple(args.positional));
          const hasChanged = now !== this.#lastChanged;
          this.#lastChanged = now;
          return hasChanged;
        });
      default:
        return undefined;
    }
  }
}
