/** The state of an expansion: what it records, how far it may go, what is being run. */

import type { Problem } from '../../base/problem.ts';
import { type CallSite, outermost } from '../../base/source-map.ts';
import type {
  ConfigEntry,
  Environment,
  ExpandOptions,
  RelationCall,
  UnknownMacro,
  UnknownVar,
  World,
} from './expansion.ts';
import type { RelationValue } from './relations.ts';
import { Suppositions } from './suppositions.ts';
import { TextBuilder } from './text.ts';
import type { Expression, Source, Template } from './tree.ts';
import { type CallArguments, type Callable, Dict, Fault, NOT_DEFINED, Unknown, type Value } from './values.ts';

/** Stands for a value that is not defined, so that a name which is not there is told by one look. */
const UNDEFINED = Symbol('undefined');

/** Variables of a block; assignments inside stay inside. */
export class Scope {
  /** Made for the first name: many blocks set none. */
  #values: Map<string, Value | typeof UNDEFINED> | undefined;
  readonly parent: Scope | undefined;

  constructor(parent: Scope | undefined) {
    this.parent = parent;
  }

  set(name: string, value: Value): void {
    this.#values ??= new Map();
    this.#values.set(name, value === undefined ? UNDEFINED : value);
  }

  /** The value, or `NOT_DEFINED`. */
  find(name: string): Value | typeof NOT_DEFINED {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const value = scope.#values?.get(name);
      if (value !== undefined) return value === UNDEFINED ? undefined : value;
    }
    return NOT_DEFINED;
  }
}

/** What is being run: the template, a macro, or the body of a call block. */
export interface Frame {
  scope: Scope;
  out: TextBuilder;
  readonly source: Source;
  /** The call that led here; absent in the template itself. */
  readonly call: CallSite | undefined;
  /** In a macro of ours: where the file that calls it does so, because our text is in no file. */
  readonly standIn: Place | undefined;
  readonly package: string;
  /** In a project's own `ref` or `source`: the call of it, which counts as the call of dbt's. */
  readonly relationCall: Site | undefined;
}

/** A place in a file that a person can open. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly call: CallSite | undefined;
}

/** A call being made: who calls, and how it is written. */
export interface Site {
  readonly evaluator: Evaluator;
  readonly frame: Frame;
  readonly node: Expression;
}

export interface MacroCallOptions {
  readonly caller?: Callable;
  readonly package: string;
  readonly standIn: boolean;
  readonly scope?: Scope;
}

const DEFAULT_STEPS = 200_000;
const DEFAULT_OUTPUT = 4_000_000;
const DEFAULT_DEPTH = 100;
/** Nesting of blocks and expressions over all macros; keeps the stack from overflowing. */
const MAX_NESTING = 700;
/** Text captured in macros and blocks may sum up to this multiple of the output's limit. */
const CAPTURE_FACTOR = 8;
/** Characters that all operations may look at in sum; an element of a list counts eight, of a dictionary forty. */
const MAX_EFFORT = 40_000_000;

export type Signal = 'return' | 'break' | 'continue' | 'stop' | undefined;

export class Evaluator {
  readonly environment: Environment;
  readonly world: World;
  readonly calls: RelationCall[] = [];
  readonly config: ConfigEntry[] = [];
  readonly configValues = new Dict();
  readonly unknownMacros: UnknownMacro[] = [];
  readonly unknownVars: UnknownVar[] = [];
  readonly macros = new Set<string>();
  readonly problems: Problem[] = [];
  readonly consulted = { incremental: false, self: false, branches: 0, target: false };
  /** The answer of is_incremental() came from the world, so the other world can differ. */
  dependsOnIncremental = false;
  tooDynamic: string | undefined;

  readonly #template: Template;
  readonly #maxSteps: number;
  readonly maxOutput: number;
  readonly maxDepth: number;
  #steps = 0;
  #captured = 0;
  #effort = 0;
  nesting = 0;
  macroDepth = 0;
  signal: Signal;
  returned: Value;
  /** Above 0 inside of branches that dbt does not enter while parsing. */
  hidden = 0;
  /** The condition being evaluated asked for `execute` or is_incremental(). */
  asksExecution = false;
  /** Above 0 inside of loops over an unknown. */
  unknownLoops = 0;
  lastReason: string | undefined;
  readonly suppositions = new Suppositions();
  readonly #relations = new Map<string, RelationValue[]>();
  readonly globals = new Map<string, Value | typeof NOT_DEFINED>();
  /** What the template runs, when somebody wants to know. */
  readonly queries: TextBuilder | undefined;

  constructor(template: Template, environment: Environment, options: ExpandOptions) {
    this.#template = template;
    this.environment = environment;
    this.world = options.world;
    this.#maxSteps = options.maxSteps ?? DEFAULT_STEPS;
    this.maxOutput = options.maxOutput ?? DEFAULT_OUTPUT;
    this.maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
    this.queries = options.collectsQueries ? new TextBuilder() : undefined;
  }

  templateFrame(scope = new Scope(undefined)): Frame {
    return {
      scope,
      out: new TextBuilder(),
      source: this.#template.source,
      call: undefined,
      standIn: undefined,
      package: this.environment.package,
      relationCall: undefined,
    };
  }

  get isSeenByParser(): boolean {
    return this.hidden === 0;
  }

  get isInUnknownLoop(): boolean {
    return this.unknownLoops > 0;
  }

  noteRelation(relation: RelationValue): void {
    const { identifier } = relation.relation;
    const known = this.#relations.get(identifier);
    if (!known) this.#relations.set(identifier, [relation]);
    else if (known.length < 20 && !known.some(one => one.key === relation.key)) known.push(relation);
  }

  /** Relations that `ref`, `source` and `this` gave so far. */
  relationsNamed(identifier: string): readonly RelationValue[] {
    return this.#relations.get(identifier) ?? [];
  }

  noteExecution(): void {
    this.asksExecution = true;
  }

  /** One block or expression deeper; every `enter` has its `leave`. */
  enter(levels = 1): void {
    this.nesting += levels;
    if (this.nesting > MAX_NESTING) this.stop('its blocks and calls are nested too deeply');
  }

  leave(levels = 1): void {
    this.nesting -= levels;
  }

  checkOutput(length: number): void {
    if (length > this.maxOutput) this.stop(`its text grows beyond ${this.maxOutput} characters`);
  }

  /** Gives up: the template costs more than anything a person writes. */
  stop(reason: string): void {
    this.tooDynamic ??= reason;
    this.signal = 'stop';
  }

  get isStopped(): boolean {
    return this.signal === 'stop';
  }

  /** Counts work; false when the limit is passed. */
  spend(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps <= this.#maxSteps) return true;
    this.stop(`it takes more than ${this.#maxSteps.toLocaleString('en-US')} steps to expand`);
    return false;
  }

  /** Counts characters and elements that an operation has to look at. */
  charge(effort: number): boolean {
    this.#effort += effort;
    if (this.#effort <= MAX_EFFORT) return true;
    this.stop('it handles more text than it could write');
    return false;
  }

  // The captured text of all macros and blocks counts, not only what reaches the output.
  spendText(length: number): void {
    this.#captured += length;
    if (this.#captured > this.maxOutput * CAPTURE_FACTOR)
      this.stop(`its text grows beyond ${this.maxOutput} characters`);
  }

  /** A fault of the template; silent after a guess. */
  fault(message: string, node: { readonly start: number; readonly end: number }, frame: Frame): void {
    // What follows a guess may be wrong only because of it.
    if (this.consulted.branches > 0 || this.problems.length >= 100) return;
    const place = this.place(node, frame);
    const span = place.call ? outermost(place.call).span : { start: place.start, end: place.end };
    this.problems.push({ message, span });
  }

  /** Where a node stands in a file that a person can open. */
  place(node: { readonly start: number; readonly end: number }, frame: Frame): Place {
    return frame.standIn ?? { file: frame.source.file, start: node.start, end: node.end, call: frame.call };
  }

  reasonForText(): string {
    return this.lastReason === undefined ? 'a value that cannot be computed' : this.lastReason;
  }

  /** Which of several branches this world takes. `passed`: so many worlds before it took one of the same choice already. */
  pick(count: number, passed = 0): number {
    if (count + passed > this.consulted.branches) this.consulted.branches = count + passed;
    return Math.min(Math.max(0, this.world.branch - passed), count - 1);
  }

  /** `return(x)`: ends the macro that is running. */
  returnValue(value: Value): void {
    if (this.signal !== undefined) return;
    this.signal = 'return';
    this.returned = value;
  }

  /** A value, or an unknown one after a fault was noted. */
  settle(value: Value | Fault, site: Site): Value {
    return this.settleAt(value, site.node, site.frame);
  }

  settleAt(value: Value | Fault, node: Expression, frame: Frame): Value {
    if (!(value instanceof Fault)) return value;
    this.fault(value.message, node, frame);
    return new Unknown('a wrong expression');
  }
}

export const NO_CALL_ARGUMENTS: CallArguments = { positional: [], keywords: new Map(), open: false };
