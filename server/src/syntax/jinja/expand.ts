/** Expands a template as `dbt compile` does, offline: the text, where each stretch of it comes from, and what dbt would notice. */

import { SourceMap } from '../../base/source-map.ts';
import { Evaluator, NO_CALL_ARGUMENTS, Scope } from './evaluator.ts';
import {
  type Environment,
  type ExpandOptions,
  type Expansion,
  MAX_WORLDS,
  type PlainValue,
  type World,
  type Worlds,
} from './expansion.ts';
import { evaluate } from './expressions.ts';
import { lookup } from './names.ts';
import { fromPlain, toPlain } from './plain.ts';
import { toText } from './represent.ts';
import { execute } from './statements.ts';
import { Text, type TextBuilder } from './text.ts';
import type { MacroArgument, MacroStatement, NamedBlock, Statement, Template } from './tree.ts';
import { Callable, isText, NOT_DEFINED, Unknown, type Value } from './values.ts';

export function expand(template: Template, environment: Environment, options: ExpandOptions): Expansion {
  return expandBody(template, template.body, environment, options).expansion;
}

/**
 * All expansions that can differ: the full refresh first; the incremental one only if is_incremental() was asked and decides
 * something; others only if a condition could not be decided.
 */
export function expandWorlds(
  template: Template,
  environment: Environment,
  options: Omit<ExpandOptions, 'world'> = {},
): Worlds {
  return allWorlds(template, template.body, environment, options, []);
}

/** The body of `{% snapshot %}`, `{% test %}` or `{% macro %}`, like a model; arguments without default are unknown. */
export function expandBlock(
  template: Template,
  block: NamedBlock | MacroStatement,
  environment: Environment,
  options: Omit<ExpandOptions, 'world'> = {},
): Worlds {
  return allWorlds(template, block.body, environment, options, block.arguments);
}

/** Calls a macro by name with plain values; `undefined` when there is no such macro or its result is unknown. */
export function callMacro(environment: Environment, name: string, args: readonly PlainValue[]): PlainValue | undefined {
  const evaluator = new Evaluator(EMPTY_TEMPLATE, environment, { world: { incremental: false, branch: 0 } });
  const frame = evaluator.templateFrame();
  const macro = lookup(evaluator, name, frame);
  if (macro === NOT_DEFINED || !(macro instanceof Callable)) return undefined;
  const positional = args.map(value => fromPlain(value, 'an argument'));
  const site = { evaluator, frame, node: { kind: 'missing', start: 0, end: 0 } } as const;
  const value = macro.call({ ...NO_CALL_ARGUMENTS, positional }, site);
  if (evaluator.tooDynamic !== undefined) return undefined;
  return toPlain(isText(value) ? toText(value).trim() : value);
}

const EMPTY_TEMPLATE: Template = {
  file: '',
  text: '',
  source: { file: '', text: '' },
  body: [],
  macros: [],
  blocks: [],
  tags: [],
};

function allWorlds(
  template: Template,
  body: readonly Statement[],
  environment: Environment,
  options: Omit<ExpandOptions, 'world'>,
  parameters: readonly MacroArgument[],
): Worlds {
  const run = (world: World) => expandBody(template, body, environment, { ...options, world }, parameters);
  const first = run({ incremental: false, branch: 0 });
  const expansions: [Expansion, ...Expansion[]] = [first.expansion];
  // What costs too much once would cost it again in every world.
  if (first.expansion.tooDynamic !== undefined) return { expansions };
  let branches = first.expansion.consulted.branches;
  const add = ({ expansion }: { expansion: Expansion }) => {
    branches = Math.max(branches, expansion.consulted.branches);
    // Another world that gives the same text tells nothing new.
    if (!expansions.some(one => one.text === expansion.text)) expansions.push(expansion);
  };
  if (first.dependsOnIncremental) add(run({ incremental: true, branch: 0 }));
  for (let branch = 1; branch < Math.min(branches, MAX_WORLDS) && expansions.length < MAX_WORLDS; branch++) {
    const other = run({ incremental: false, branch });
    add(other);
    if ((first.dependsOnIncremental || other.dependsOnIncremental) && expansions.length < MAX_WORLDS) {
      add(run({ incremental: true, branch }));
    }
  }
  return { expansions };
}

function expandBody(
  template: Template,
  body: readonly Statement[],
  environment: Environment,
  options: ExpandOptions,
  parameters: readonly MacroArgument[] = [],
): { readonly expansion: Expansion; readonly dependsOnIncremental: boolean } {
  const evaluator = new Evaluator(template, environment, options);
  const scope = new Scope(undefined);
  const frame = evaluator.templateFrame(scope);
  for (const { name, default: missing } of parameters) {
    const value: Value = missing && evaluate(evaluator, missing, frame);
    // A macro that is read by itself may be given more than nothing, and either of yes and no.
    const isOpen = missing === undefined || (options.collectsQueries && isSwitch(value));
    scope.set(name, isOpen ? new Unknown(`the argument '${name}'`) : value);
  }
  execute(evaluator, body, frame);
  const out = evaluator.queries === undefined ? frame.out : withQueries(evaluator, evaluator.queries, frame.out);
  const expansion: Expansion = {
    world: options.world,
    text: out.text,
    map: new SourceMap(template.file, out.toSegments()),
    relations: out.toRelations(),
    calls: evaluator.calls,
    config: evaluator.config,
    unknowns: out.unknowns,
    unknownMacros: evaluator.unknownMacros,
    unknownVars: evaluator.unknownVars,
    macros: [...evaluator.macros],
    consulted: evaluator.consulted,
    ...(evaluator.tooDynamic === undefined ? {} : { tooDynamic: evaluator.tooDynamic }),
    problems: evaluator.problems,
  };
  return { expansion, dependsOnIncremental: evaluator.dependsOnIncremental };
}

/** Nothing, yes or no. */
function isSwitch(value: Value): boolean {
  return value === null || value === undefined || value === '' || typeof value === 'boolean';
}

/** All SQL of a template that is run for what it does: its queries, its text, and what it hands back. */
function withQueries(evaluator: Evaluator, queries: TextBuilder, written: TextBuilder): TextBuilder {
  const text = written.toValue();
  if (text instanceof Text) queries.addText(text);
  const { returned } = evaluator;
  if (returned instanceof Text) {
    const last = returned.marks.at(-1);
    if (last) queries.addString('\n;\n', { ...last, kind: 'expression', start: last.from, end: last.to }, '');
    queries.addText(returned);
  }
  return queries;
}
