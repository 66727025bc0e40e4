/** What a name stands for: variables, macros, what dbt offers, packages, our stand-ins. */

import { dispatchMacro } from './adapter.ts';
import type { Evaluator, Frame } from './evaluator.ts';
import { CONTEXT, globalValue } from './globals.ts';
import { macroValue } from './macros.ts';
import { dispatchHome, findStandIn, hasStandIns } from './standins/stand-ins.ts';
import type { MacroStatement } from './tree.ts';
import { Callable, hasUnknown, isText, NOT_DEFINED, Thing, textOf, truthOf, Unknown, type Value } from './values.ts';

const IS_UNKNOWN = new Callable('_is_unknown', args => args.positional[0] instanceof Unknown);

export function lookup(run: Evaluator, name: string, frame: Frame): Value | typeof NOT_DEFINED {
  const local = frame.scope.find(name);
  if (local !== NOT_DEFINED) return local;
  // Our own macros must know what they cannot know; no other text can ask.
  if (frame.standIn && name === '_is_unknown') return IS_UNKNOWN;
  let value = run.globals.get(name);
  if (value === undefined && !run.globals.has(name)) {
    value = findGlobal(run, name);
    run.globals.set(name, value);
  }
  return value;
}

// As in dbt: macros of the project hide what dbt offers under the same name.
function findGlobal(run: Evaluator, name: string): Value | typeof NOT_DEFINED {
  const definition = run.environment.macro('', name);
  const node = definition?.node as MacroStatement | undefined;
  const own = definition && node ? macroValue(run, node, { package: definition.package, standIn: false }) : undefined;
  if (own) return name === 'is_incremental' ? guarded(run, own) : own;
  if (name === CONTEXT) return contextThing(run);
  const value = globalValue(name, run);
  if (value !== NOT_DEFINED) return value;
  if (run.environment.hasPackage(name) || hasStandIns(name)) return packageThing(run, name);
  return standInValue(run, 'dbt', name) ?? NOT_DEFINED;
}

/** `context['name']`, `context.get('name', …)`: how templates call a macro whose name they compute. */
function contextThing(run: Evaluator): Thing {
  const find = (name: string): Value => {
    const value = findGlobal(run, name);
    return value === NOT_DEFINED ? undefined : value;
  };
  const item = (key: Value): Value =>
    isText(key) && !hasUnknown(textOf(key)) ? find(textOf(key)) : new Unknown('a name that is not known');
  const get = new Callable('get', args => item(args.positional[0]) ?? args.positional[1] ?? null);
  return new Thing(CONTEXT, name => (name === 'get' ? get : find(name)), item);
}

/** A project's own is_incremental(): where it cannot be computed, the world answers. */
function guarded(run: Evaluator, macro: Callable): Callable {
  return new Callable(macro.name, (args, site) => {
    run.noteExecution();
    run.consulted.incremental = true;
    const value = macro.call(args, site);
    if (truthOf(isText(value) ? new Unknown('is_incremental()') : value) !== undefined) return value;
    run.dependsOnIncremental = true;
    return run.world.incremental;
  });
}

function packageThing(run: Evaluator, packageName: string): Thing {
  return new Thing(packageName, name => packageMacro(run, packageName, name));
}

function packageMacro(run: Evaluator, packageName: string, name: string): Value {
  const definition = run.environment.macro(packageName, name);
  if (definition)
    return macroValue(run, definition.node as MacroStatement, { package: definition.package, standIn: false });
  const standIn = standInValue(run, packageName, name);
  if (standIn) return standIn;
  // `dbt.ref`, `dbt.is_incremental` are reached through their package too.
  if (packageName === 'dbt') {
    const value = globalValue(name, run);
    if (value !== NOT_DEFINED) return value;
  }
  return undefined;
}

function standInValue(run: Evaluator, packageName: string, name: string): Callable | undefined {
  const macro = findStandIn(packageName, name);
  if (macro) return macroValue(run, macro, { package: packageName, standIn: true });
  const home = dispatchHome(packageName, name);
  if (home === undefined) return undefined;
  return new Callable(name, (args, site) => {
    const found = dispatchMacro(name, home, run);
    return found ? found.call(args, site) : new Unknown(`macro '${packageName}.${name}'`);
  });
}
