/** Runs a template: statements, expressions, macro calls. Knows nothing of dbt but what `globals` and `environment` say. */

import type { Problem } from '../../base/problem.ts';
import { type CallSite, outermost } from '../../base/source-map.ts';
import { getAttribute, getItem, getSlice, iterate } from './access.ts';
import { dispatchMacro } from './adapter.ts';
import type {
  ConfigEntry,
  Environment,
  ExpandOptions,
  RelationCall,
  UnknownMacro,
  UnknownVar,
  World,
} from './expansion.ts';
import { applyFilter } from './filters.ts';
import { globalValue } from './globals.ts';
import { callMethod, NO_METHOD } from './methods.ts';
import { negate } from './numbers.ts';
import { calculateValues, compareValues, isIn } from './operators.ts';
import { useThis } from './relation-calls.ts';
import { RelationValue } from './relations.ts';
import { represent, toText } from './represent.ts';
import { dispatchHome, findStandIn, hasStandIns } from './standins/stand-ins.ts';
import { applyTest } from './tests.ts';
import { type Origin, Text, TextBuilder } from './text.ts';
import type {
  Arguments,
  BinaryOperator,
  Call,
  CallStatement,
  Expression,
  Filter,
  ForStatement,
  IfStatement,
  MacroArgument,
  MacroStatement,
  Name,
  Source,
  Statement,
  Target,
  Template,
} from './tree.ts';
import {
  type CallArguments,
  Callable,
  Dict,
  effortOf,
  Fault,
  Float,
  isText,
  List,
  Namespace,
  NOT_DEFINED,
  Thing,
  type Truth,
  Tuple,
  truthOf,
  Unknown,
  type Value,
} from './values.ts';

/** Variables of a block; assignments inside stay inside. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly parent: Scope | undefined;

  constructor(parent: Scope | undefined) {
    this.parent = parent;
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** The value, or `NOT_DEFINED`. */
  find(name: string): Value | typeof NOT_DEFINED {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const value = scope.#values.get(name);
      if (value !== undefined || scope.#values.has(name)) return value;
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

type Signal = 'return' | 'break' | 'continue' | 'stop' | undefined;

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
  readonly #maxOutput: number;
  readonly #maxDepth: number;
  #steps = 0;
  #captured = 0;
  #effort = 0;
  #nesting = 0;
  #macroDepth = 0;
  #signal: Signal;
  #returned: Value;
  /** Above 0 inside of branches that dbt does not enter while parsing. */
  #hidden = 0;
  /** The condition being evaluated asked for `execute` or is_incremental(). */
  #asksExecution = false;
  /** Above 0 inside of loops over an unknown. */
  #unknownLoops = 0;
  #lastReason: string | undefined;
  readonly #relations = new Map<string, RelationValue[]>();
  readonly #globals = new Map<string, Value | typeof NOT_DEFINED>();

  constructor(template: Template, environment: Environment, options: ExpandOptions) {
    this.#template = template;
    this.environment = environment;
    this.world = options.world;
    this.#maxSteps = options.maxSteps ?? DEFAULT_STEPS;
    this.#maxOutput = options.maxOutput ?? DEFAULT_OUTPUT;
    this.#maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
  }

  /** Runs statements of the template itself and gives what they write. */
  run(body: readonly Statement[], scope = new Scope(undefined)): TextBuilder {
    const frame = this.templateFrame(scope);
    this.#exec(body, frame);
    return frame.out;
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
    return this.#hidden === 0;
  }

  get isInUnknownLoop(): boolean {
    return this.#unknownLoops > 0;
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
    this.#asksExecution = true;
  }

  /** Gives up: the template costs more than anything a person writes. */
  stop(reason: string): void {
    this.tooDynamic ??= reason;
    this.#signal = 'stop';
  }

  get isStopped(): boolean {
    return this.#signal === 'stop';
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
  #spendText(length: number): void {
    this.#captured += length;
    if (this.#captured > this.#maxOutput * CAPTURE_FACTOR)
      this.stop(`its text grows beyond ${this.#maxOutput} characters`);
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
    return this.#lastReason === undefined ? 'a value that cannot be computed' : this.#lastReason;
  }

  // ---------------------------------------------------------------- statements

  #exec(body: readonly Statement[], frame: Frame): void {
    if (++this.#nesting > MAX_NESTING) this.stop('its blocks and calls are nested too deeply');
    for (const statement of body) {
      if (this.#signal !== undefined) break;
      if (!this.spend(1)) break;
      this.#execStatement(statement, frame);
    }
    this.#nesting--;
  }

  #execStatement(statement: Statement, frame: Frame): void {
    switch (statement.kind) {
      case 'text':
        this.#writeLiteral(statement.start, statement.end, frame);
        return;
      case 'output': {
        const value = this.eval(statement.expression, frame);
        // A value that is handed back is not written.
        if (this.#signal === undefined) this.#write(value, statement.expression, frame);
        return;
      }
      case 'if':
        this.#execIf(statement, frame);
        return;
      case 'for':
        this.#execFor(statement, frame);
        return;
      case 'set':
        this.#assign(statement.target, this.eval(statement.value, frame), frame);
        return;
      case 'set-block': {
        let value: Value = this.#capture(statement.body, frame);
        if (statement.filter) value = this.#filterChain(statement.filter, value, frame);
        this.#assign(statement.target, value, frame);
        return;
      }
      case 'do':
        this.eval(statement.expression, frame);
        return;
      case 'macro':
        frame.scope.set(
          statement.name,
          this.macroValue(statement, { package: frame.package, standIn: false, scope: frame.scope }),
        );
        return;
      case 'call-block':
        this.#execCall(statement, frame);
        return;
      case 'filter-block': {
        const value = this.#filterChain(statement.filter, this.#capture(statement.body, frame), frame);
        this.#write(value, statement.filter, frame);
        return;
      }
      case 'with':
        this.#inScope(frame, () => {
          for (const { target, value } of statement.assignments) this.#assign(target, this.eval(value, frame), frame);
          this.#exec(statement.body, frame);
        });
        return;
      case 'break':
      case 'continue':
        this.#signal = statement.kind;
        return;
      case 'import':
        for (const name of statement.names)
          frame.scope.set(name.name, new Unknown(`'${name.name}', which dbt cannot import`));
        return;
      case 'block':
        return;
    }
  }

  #inScope(frame: Frame, run: () => void): void {
    const outer = frame.scope;
    frame.scope = new Scope(outer);
    run();
    frame.scope = outer;
  }

  #writeLiteral(start: number, end: number, frame: Frame): void {
    this.#spendText(end - start);
    const text = frame.source.text.slice(start, end);
    const { standIn } = frame;
    if (standIn) frame.out.addString(text, { kind: 'expression', ...standIn }, this.reasonForText());
    else frame.out.addLiteral(text, frame.source.file, start, end, frame.call);
    if (frame.out.text.length > this.#maxOutput) this.stop(`its text grows beyond ${this.#maxOutput} characters`);
  }

  #write(value: Value, node: Expression, frame: Frame): void {
    if (value === undefined || value === '') return;
    const place = this.place(node, frame);
    const origin: Origin = {
      kind: 'expression',
      file: place.file,
      start: place.start,
      end: place.end,
      call: place.call,
    };
    this.#append(frame.out, value, origin);
  }

  /** Adds a value's text; `origin` says where text without positions of its own comes from. */
  #append(out: TextBuilder, value: Value, origin: Origin): void {
    const before = out.text.length;
    if (typeof value === 'string') out.addString(value, origin, this.reasonForText());
    else if (value instanceof Text) {
      out.addText(value, origin.kind === 'pending' ? undefined : origin);
      if (!this.spend(value.marks.length >> 2)) return;
    } else if (value instanceof Unknown) {
      this.#lastReason = value.reason;
      out.addUnknown(value.reason, origin);
    } else if (value instanceof RelationValue) {
      const from: Origin = value.origin ? { kind: 'reference', ...value.origin } : origin;
      out.addRelation(value.rendered, from, value.call, this.reasonForText());
    } else {
      out.addString(
        toText(value),
        origin,
        value instanceof Thing || value instanceof Callable ? `'${value.name}'` : this.reasonForText(),
      );
    }
    this.#spendText(out.text.length - before);
    if (out.text.length > this.#maxOutput) this.stop(`its text grows beyond ${this.#maxOutput} characters`);
  }

  /** What the body writes, as a value. */
  #capture(body: readonly Statement[], frame: Frame): string | Text {
    const { out } = frame;
    frame.out = new TextBuilder();
    this.#inScope(frame, () => this.#exec(body, frame));
    const captured = frame.out.toValue();
    frame.out = out;
    return captured;
  }

  #assign(target: Target, value: Value, frame: Frame): void {
    if (target.kind === 'name') {
      frame.scope.set(target.name, value);
      return;
    }
    if (target.kind === 'attribute') {
      const object = this.eval(target.target, frame);
      if (object instanceof Namespace) object.values.set(target.name, value);
      else if (!(object instanceof Unknown))
        this.fault(`Only a namespace() can be assigned to with '.${target.name}'.`, target, frame);
      return;
    }
    this.#unpack(target.items as readonly Target[], value, target, frame);
  }

  #unpack(targets: readonly Target[], value: Value, node: { start: number; end: number }, frame: Frame): void {
    const items = value instanceof Unknown ? undefined : iterate(value, this);
    if (items === undefined || (value instanceof List && value.open)) {
      const reason = value instanceof Unknown ? value.reason : 'a value that cannot be taken apart';
      if (!(value instanceof Unknown) && !(value instanceof List))
        this.fault('This value has no parts to give to several names.', node, frame);
      for (const target of targets) this.#assign(target, new Unknown(reason), frame);
      return;
    }
    if (items.length !== targets.length) {
      this.fault(`${items.length} values cannot be given to ${targets.length} names.`, node, frame);
    }
    targets.forEach((target, i) => {
      this.#assign(target, i < items.length ? items[i] : new Unknown('a missing value'), frame);
    });
  }

  #execIf(statement: IfStatement, frame: Frame): void {
    /** Bodies that may be run, when conditions are unknown. */
    const candidates: (readonly Statement[] | undefined)[] = [];
    let isHidden = false;
    let chosen: readonly Statement[] | undefined;
    let isDecided = false;
    for (const branch of statement.branches) {
      const asked = this.#asksExecution;
      this.#asksExecution = false;
      const truth = this.truth(branch.condition, frame);
      if (this.#asksExecution) {
        const parsing = truthWhileParsing(branch.condition);
        if (truth === true ? parsing === false : truth === false && parsing === true) isHidden = true;
      }
      this.#asksExecution ||= asked;
      if (this.#signal !== undefined) return;
      if (truth === undefined) candidates.push(branch.body);
      else if (truth) {
        chosen = branch.body;
        isDecided = true;
        break;
      }
    }
    if (!isDecided) chosen = statement.otherwise;
    if (candidates.length === 0) {
      if (!chosen) return;
      if (isHidden) this.#hidden++;
      this.#exec(chosen, frame);
      if (isHidden) this.#hidden--;
      return;
    }
    candidates.push(chosen);
    const body = candidates[this.#pick(candidates.length)];
    if (!body) return;
    if (isHidden) this.#hidden++;
    this.#exec(body, frame);
    if (isHidden) this.#hidden--;
  }

  /** Which of several branches this world takes. */
  #pick(count: number): number {
    if (count > this.consulted.branches) this.consulted.branches = count;
    return Math.min(this.world.branch, count - 1);
  }

  #execFor(statement: ForStatement, frame: Frame): void {
    this.#loop(statement, this.eval(statement.iterable, frame), frame, 0);
  }

  #loop(statement: ForStatement, iterable: Value, frame: Frame, depth0: number): void {
    if (this.#signal !== undefined) return;
    let items = iterable instanceof Unknown ? undefined : iterate(iterable, this);
    if (items === undefined && !(iterable instanceof Unknown)) {
      if (iterable !== undefined && iterable !== null)
        this.fault('This value cannot be looped over.', statement.iterable, frame);
      else if (iterable === null) this.fault('None cannot be looped over.', statement.iterable, frame);
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
        this.#assign(statement.target, item, frame);
        if (!this.spend(1)) return false;
        const truth = this.truth(condition, frame);
        return truth === undefined ? this.#pick(2) === 0 : truth;
      });
      frame.scope = outer;
    }
    if (items.length === 0) {
      if (statement.otherwise) this.#inScope(frame, () => this.#exec(statement.otherwise ?? [], frame));
      return;
    }
    if (isOpen) this.#unknownLoops++;
    const loop = new Loop(items, depth0, isOpen);
    const recurse = statement.recursive ? this.#recursion(statement, frame, depth0) : undefined;
    const loopThing = loop.thing(recurse);
    for (let i = 0; i < items.length; i++) {
      if (!this.spend(1)) break;
      loop.index0 = i;
      frame.scope = new Scope(outer);
      frame.scope.set('loop', loopThing);
      this.#assign(statement.target, items[i], frame);
      this.#exec(statement.body, frame);
      // Read afresh: the body may have set it.
      const signal = this.#signal as Signal;
      if (signal === 'continue') this.#signal = undefined;
      else if (signal === 'break') {
        this.#signal = undefined;
        break;
      } else if (signal !== undefined) break;
    }
    frame.scope = outer;
    if (isOpen) this.#unknownLoops--;
  }

  #recursion(statement: ForStatement, frame: Frame, depth0: number): (iterable: Value) => Value {
    return iterable => {
      const { out, scope } = frame;
      frame.out = new TextBuilder();
      this.#nesting += 4;
      if (this.#nesting > MAX_NESTING) this.stop('its blocks and calls are nested too deeply');
      else this.#loop(statement, iterable, frame, depth0 + 1);
      this.#nesting -= 4;
      const captured = frame.out.toValue();
      frame.out = out;
      frame.scope = scope;
      return captured;
    };
  }

  #execCall(statement: CallStatement, frame: Frame): void {
    const { scope } = frame;
    const caller = new Callable('caller', args => {
      const inner: Frame = { ...frame, scope: new Scope(scope), out: new TextBuilder() };
      this.#bind(statement.arguments, args, inner, 'caller', statement, frame);
      this.#exec(statement.body, inner);
      return inner.out.toValue();
    });
    if (statement.call.kind !== 'call') return;
    const value = this.#evalCall(statement.call, frame, caller);
    if (this.#signal === undefined) this.#write(value, statement.call, frame);
  }

  // ---------------------------------------------------------------- macros

  macroValue(macro: MacroStatement, options: MacroCallOptions): Callable {
    const name = macro.name;
    const attributes = new Map<string, Value>([['name', name]]);
    return new Callable(name, (args, site) => this.callMacro(macro, args, site, options), attributes);
  }

  callMacro(macro: MacroStatement, args: CallArguments, site: Site, options: MacroCallOptions): Value {
    if (this.#macroDepth >= this.#maxDepth) {
      this.stop(`its macros call each other more than ${this.#maxDepth} deep`);
      return new Unknown(`macro '${macro.name}'`);
    }
    if (!options.standIn) this.macros.add(`${options.package}.${macro.name}`);
    const from = site.frame;
    const place = this.place(site.node, from);
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
    this.#macroDepth++;
    this.#bindMacro(macro, args, frame, site);
    if (options.caller) frame.scope.set('caller', options.caller);
    this.#exec(macro.body, frame);
    this.#macroDepth--;
    // Read afresh: the body may have set it.
    const signal = this.#signal as Signal;
    if (signal === 'return') {
      this.#signal = undefined;
      const value = this.#returned;
      this.#returned = undefined;
      return value;
    }
    if (signal === 'break' || signal === 'continue') this.#signal = undefined;
    return frame.out.toValue();
  }

  #bindMacro(macro: MacroStatement, args: CallArguments, frame: Frame, site: Site): void {
    const surplus = this.#bind(macro.arguments, args, frame, macro.name, site.node, site.frame, macro.takesMore);
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

  #bind(
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
          this.fault(`Macro '${name}' gets its argument '${parameter.name}' twice.`, node, caller);
        }
      } else if (args.keywords.has(parameter.name)) value = args.keywords.get(parameter.name);
      else if (args.open) value = new Unknown(`an argument of '${name}'`);
      else if (parameter.default) value = this.eval(parameter.default, frame);
      frame.scope.set(parameter.name, value);
    }
    const positional = given > parameters.length ? args.positional.slice(parameters.length) : [];
    if (positional.length > 0 && !takesMore?.positional) {
      const most = parameters.length;
      const takes = most === 0 ? 'no arguments' : most === 1 ? 'one argument' : `at most ${most} arguments`;
      this.fault(`Macro '${name}' takes ${takes}, not ${given}.`, node, caller);
    }
    const keywords: [string, Value][] = [];
    for (const [key, value] of args.keywords) {
      if (key === 'caller' || parameters.some(parameter => parameter.name === key)) continue;
      keywords.push([key, value]);
      if (!takesMore?.keywords) this.fault(`Macro '${name}' has no argument '${key}'.`, node, caller);
    }
    return { positional, keywords };
  }

  /** `return(x)`: ends the macro that is running. */
  returnValue(value: Value): void {
    if (this.#signal !== undefined) return;
    this.#signal = 'return';
    this.#returned = value;
  }

  // ---------------------------------------------------------------- names

  lookup(name: string, frame: Frame): Value | typeof NOT_DEFINED {
    const local = frame.scope.find(name);
    if (local !== NOT_DEFINED) return local;
    // Our own macros must know what they cannot know; no other text can ask.
    if (frame.standIn && name === '_is_unknown') return IS_UNKNOWN;
    let value = this.#globals.get(name);
    if (value === undefined && !this.#globals.has(name)) {
      value = this.#global(name);
      this.#globals.set(name, value);
    }
    return value;
  }

  // As in dbt: macros of the project hide what dbt offers under the same name.
  #global(name: string): Value | typeof NOT_DEFINED {
    const definition = this.environment.macro('', name);
    const node = definition?.node as MacroStatement | undefined;
    const own = definition && node ? this.macroValue(node, { package: definition.package, standIn: false }) : undefined;
    if (own) return name === 'is_incremental' ? this.#guarded(own) : own;
    const value = globalValue(name, this);
    if (value !== NOT_DEFINED) return value;
    if (this.environment.hasPackage(name) || hasStandIns(name)) return this.packageThing(name);
    return this.#standIn('dbt', name) ?? NOT_DEFINED;
  }

  /** A project's own is_incremental(): where it cannot be computed, the world answers. */
  #guarded(macro: Callable): Callable {
    return new Callable(macro.name, (args, site) => {
      this.noteExecution();
      this.consulted.incremental = true;
      const value = macro.call(args, site);
      if (truthOf(isText(value) ? new Unknown('is_incremental()') : value) !== undefined) return value;
      this.dependsOnIncremental = true;
      return this.world.incremental;
    });
  }

  packageThing(packageName: string): Thing {
    return new Thing(packageName, name => this.packageMacro(packageName, name));
  }

  packageMacro(packageName: string, name: string): Value {
    const definition = this.environment.macro(packageName, name);
    if (definition)
      return this.macroValue(definition.node as MacroStatement, { package: definition.package, standIn: false });
    const standIn = this.#standIn(packageName, name);
    if (standIn) return standIn;
    // `dbt.ref`, `dbt.is_incremental` are reached through their package too.
    if (packageName === 'dbt') {
      const value = globalValue(name, this);
      if (value !== NOT_DEFINED) return value;
    }
    return undefined;
  }

  #standIn(packageName: string, name: string): Callable | undefined {
    const macro = findStandIn(packageName, name);
    if (macro) return this.macroValue(macro, { package: packageName, standIn: true });
    const home = dispatchHome(packageName, name);
    if (home === undefined) return undefined;
    return new Callable(name, (args, site) => {
      const found = dispatchMacro(name, home, this);
      return found ? found.call(args, site) : new Unknown(`macro '${packageName}.${name}'`);
    });
  }

  // ---------------------------------------------------------------- expressions

  eval(node: Expression, frame: Frame): Value {
    if (++this.#nesting > MAX_NESTING) {
      this.stop('its blocks and calls are nested too deeply');
      this.#nesting--;
      return new Unknown('an expression that is nested too deeply');
    }
    const value = this.#eval(node, frame);
    this.#nesting--;
    return value;
  }

  #eval(node: Expression, frame: Frame): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        return this.#evalName(node, frame);
      case 'attribute':
        return this.#evalAttribute(node, frame);
      case 'call':
        return this.#evalCall(node, frame, undefined);
      case 'filter':
        return this.#evalFilter(node, frame);
      case 'concat':
        return this.#evalConcat(node.parts, node, frame);
      case 'list':
        return new List(node.items.map(item => this.eval(item, frame)));
      case 'tuple':
        return new Tuple(node.items.map(item => this.eval(item, frame)));
      case 'dict':
        return this.#evalDict(node, frame);
      case 'float':
        return new Float(node.value);
      case 'unary': {
        if (node.operator === 'not') {
          const truth = this.truth(node.operand, frame);
          return truth === undefined ? new Unknown(this.reasonForText()) : !truth;
        }
        const operand = this.eval(node.operand, frame);
        if (operand instanceof Unknown) return operand;
        const value = node.operator === '-' ? negate(operand) : operand;
        if (value === undefined) this.fault(`'${node.operator}' needs a number.`, node, frame);
        return value ?? new Unknown('a wrong calculation');
      }
      case 'binary':
        return this.#evalBinary(node.operator, node.left, node.right, node, frame);
      case 'compare':
        return this.#evalCompare(node, frame);
      case 'conditional': {
        const truth = this.truth(node.condition, frame);
        const then = truth === undefined ? this.#pick(2) === 0 : truth;
        return then ? this.eval(node.value, frame) : node.otherwise ? this.eval(node.otherwise, frame) : undefined;
      }
      case 'index': {
        const target = this.eval(node.target, frame);
        if (isText(target)) this.charge(effortOf(target));
        return this.#orFault(getItem(target, this.eval(node.index, frame), this), node, frame);
      }
      case 'slice': {
        const target = this.eval(node.target, frame);
        if (!this.charge(effortOf(target))) return new Unknown('too much');
        const part = (expression: Expression | undefined) => (expression ? this.eval(expression, frame) : null);
        return this.#orFault(getSlice(target, part(node.from), part(node.to), part(node.step)), node, frame);
      }
      case 'test':
        return this.#evalTest(node, frame);
      case 'missing':
        return new Unknown('a missing expression');
    }
  }

  /** A value, or an unknown one after a fault was noted. */
  settle(value: Value | Fault, site: Site): Value {
    return this.#orFault(value, site.node, site.frame);
  }

  #orFault(value: Value | Fault, node: Expression, frame: Frame): Value {
    if (!(value instanceof Fault)) return value;
    this.fault(value.message, node, frame);
    return new Unknown('a wrong expression');
  }

  #evalName(node: Name, frame: Frame): Value {
    const value = this.lookup(node.name, frame);
    if (value === NOT_DEFINED) return undefined;
    if (node.name === 'execute') this.#asksExecution = true;
    if (node.name === 'this' && value instanceof RelationValue && value.call === undefined) {
      return useThis(value, { evaluator: this, frame, node });
    }
    return value;
  }

  #evalAttribute(node: Expression & { kind: 'attribute' }, frame: Frame): Value {
    const target = this.eval(node.target, frame);
    if (target === undefined) return new Unknown(`'${sourceText(node.target, frame)}', which is not defined`);
    return this.#orFault(getAttribute(target, node.name, this), node, frame);
  }

  #evalDict(node: Expression & { kind: 'dict' }, frame: Frame): Dict {
    const dict = new Dict();
    for (const { key, value } of node.entries) {
      const evaluated = this.eval(key, frame);
      if (evaluated instanceof Unknown) dict.open = true;
      dict.set(evaluated, this.eval(value, frame));
    }
    return dict;
  }

  #evalConcat(parts: readonly Expression[], node: Expression, frame: Frame): Value {
    return this.joinValues(
      parts.map(part => this.eval(part, frame)),
      undefined,
      node,
      frame,
    );
  }

  /** Text of all values, with positions where they have some. */
  joinValues(values: readonly Value[], separator: Value, node: Expression, frame: Frame): string | Text {
    const isPlain = (value: Value) =>
      !(value instanceof Text || value instanceof RelationValue || value instanceof Unknown);
    const sep = separator === undefined ? '' : separator;
    if (values.every(isPlain) && isPlain(sep)) {
      const texts = values.map(toText);
      const between = toText(sep);
      let length = between.length * Math.max(0, texts.length - 1);
      for (const text of texts) length += text.length;
      this.#spendText(length);
      if (length > this.#maxOutput) this.stop(`its text grows beyond ${this.#maxOutput} characters`);
      return this.isStopped ? '' : texts.join(between);
    }
    const out = new TextBuilder();
    const place = this.place(node, frame);
    const origin: Origin = { kind: 'pending', file: place.file, start: place.start, end: place.end, call: place.call };
    values.forEach((value, i) => {
      if (this.isStopped) return;
      if (i > 0 && sep !== '') this.#append(out, sep, origin);
      this.#append(out, value, origin);
    });
    return out.toValue();
  }

  #evalBinary(
    operator: BinaryOperator,
    leftNode: Expression,
    rightNode: Expression,
    node: Expression,
    frame: Frame,
  ): Value {
    const left = this.eval(leftNode, frame);
    if (operator === 'and' || operator === 'or') {
      const truth = truthOf(left);
      if (truth === undefined) {
        const right = this.eval(rightNode, frame);
        const other = truthOf(right);
        // `unknown and false` is falsy either way, `unknown or true` truthy; the value itself stays unknown.
        if (operator === 'and' && other === false && right === false) return false;
        if (operator === 'or' && other === true && right === true) return true;
        return left instanceof Unknown ? left : new Unknown(this.reasonForText());
      }
      return truth === (operator === 'and') ? this.eval(rightNode, frame) : left;
    }
    const right = this.eval(rightNode, frame);
    this.charge(effortOf(left) + effortOf(right));
    if (operator === '+' && isText(left) && isText(right))
      return this.joinValues([left, right], undefined, node, frame);
    if (operator === '%' && isText(left))
      return applyFilter('format', left, percentArguments(right), { evaluator: this, frame, node });
    return this.#orFault(calculateValues(operator, left, right, this), node, frame);
  }

  #evalCompare(node: Expression & { kind: 'compare' }, frame: Frame): Value {
    let left = this.eval(node.first, frame);
    let isUnknown = false;
    for (const { operator, operand } of node.rest) {
      const right = this.eval(operand, frame);
      this.charge(effortOf(left) + effortOf(right));
      let truth: Truth | Fault;
      if (operator === 'in' || operator === 'not in') {
        truth = isIn(left, right, this);
        if (operator === 'not in' && typeof truth === 'boolean') truth = !truth;
      } else {
        truth = compareValues(operator, left, right);
      }
      if (truth instanceof Fault) {
        this.fault(truth.message, node, frame);
        truth = undefined;
      }
      if (truth === false) return false;
      if (truth === undefined) {
        isUnknown = true;
        if (left instanceof Unknown) this.#lastReason = left.reason;
        else if (right instanceof Unknown) this.#lastReason = right.reason;
      }
      left = right;
    }
    return isUnknown ? new Unknown(this.reasonForText()) : true;
  }

  /** Three-valued truth of a condition. */
  truth(node: Expression, frame: Frame): Truth {
    if (node.kind === 'unary' && node.operator === 'not') {
      if (++this.#nesting > MAX_NESTING) this.stop('its blocks and calls are nested too deeply');
      const truth = this.isStopped ? undefined : this.truth(node.operand, frame);
      this.#nesting--;
      return truth === undefined ? undefined : !truth;
    }
    if (node.kind === 'binary' && (node.operator === 'and' || node.operator === 'or')) {
      if (++this.#nesting > MAX_NESTING) this.stop('its blocks and calls are nested too deeply');
      const decisive = node.operator === 'or';
      const left = this.isStopped ? undefined : this.truth(node.left, frame);
      const right = left === decisive || this.isStopped ? left : this.truth(node.right, frame);
      this.#nesting--;
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    const value = this.eval(node, frame);
    if (value instanceof Unknown) this.#lastReason = value.reason;
    return truthOf(value);
  }

  #evalTest(node: Expression & { kind: 'test' }, frame: Frame): Value {
    // `x is defined` asks for the name, not for its value.
    const target = this.eval(node.target, frame);
    const args = this.evalArguments(node.arguments, frame);
    this.charge(effortOf(target));
    const result = applyTest(node.name, target, args, this);
    if (result instanceof Fault) {
      this.fault(result.message, node, frame);
      return new Unknown('a wrong test');
    }
    if (result === undefined) return new Unknown(target instanceof Unknown ? target.reason : this.reasonForText());
    return result !== node.negated;
  }

  #evalFilter(node: Filter, frame: Frame): Value {
    const target = node.target ? this.eval(node.target, frame) : undefined;
    return this.#applyFilterNode(node, target, frame);
  }

  #applyFilterNode(node: Filter, target: Value, frame: Frame): Value {
    if (!this.spend(1)) return new Unknown('too much');
    const args = this.evalArguments(node.arguments, frame);
    if (!this.charge(effortOf(target))) return new Unknown('too much');
    return applyFilter(node.name, target, args, { evaluator: this, frame, node });
  }

  /** Filters of `{% filter a | b %}`, whose innermost has no target. */
  #filterChain(node: Filter, value: Value, frame: Frame): Value {
    const input = node.target === undefined ? value : this.#filterChain(node.target as Filter, value, frame);
    return this.#applyFilterNode(node, input, frame);
  }

  evalArguments(args: Arguments, frame: Frame): CallArguments {
    if (args.positional.length === 0 && args.keywords.length === 0 && !args.star && !args.doubleStar)
      return NO_CALL_ARGUMENTS;
    const positional = args.positional.map(argument => this.eval(argument, frame));
    const keywords = new Map<string, Value>();
    for (const { name, value } of args.keywords) keywords.set(name, this.eval(value, frame));
    let open = false;
    if (args.star) {
      const star = this.eval(args.star, frame);
      const items = star instanceof Unknown ? undefined : iterate(star, this);
      if (items === undefined || (star instanceof List && star.open)) open = true;
      else positional.push(...items.slice(0, 1000));
    }
    if (args.doubleStar) {
      const dict = this.eval(args.doubleStar, frame);
      if (dict instanceof Dict && !dict.open)
        for (const [key, value] of dict.entries.values()) keywords.set(toText(key), value);
      else open = true;
    }
    return { positional, keywords, open };
  }

  #evalCall(node: Call, frame: Frame, caller: Callable | undefined): Value {
    if (!this.spend(1)) return new Unknown('too much');
    const { callee } = node;
    if (callee.kind === 'attribute') {
      const target = this.eval(callee.target, frame);
      if (target === undefined) return this.#callUnknown(node, frame, caller);
      if (!(target instanceof Thing || target instanceof Callable)) {
        const args = this.evalArguments(node.arguments, frame);
        let effort = FLAT_METHODS.has(callee.name) ? 0 : effortOf(target);
        for (const argument of args.positional) effort += effortOf(argument);
        if (!this.charge(effort)) return new Unknown('too much');
        const result = callMethod(target, callee.name, args, { evaluator: this, frame, node });
        if (result !== NO_METHOD) return this.#orFault(result, node, frame);
        return this.#callValue(
          this.#orFault(getAttribute(target, callee.name, this), node, frame),
          args,
          node,
          frame,
          caller,
        );
      }
      const value = this.#orFault(getAttribute(target, callee.name, this), node, frame);
      if (value === undefined) return this.#callUnknown(node, frame, caller);
      return this.#callValue(value, this.evalArguments(node.arguments, frame), node, frame, caller);
    }
    const value = this.eval(callee, frame);
    if (value === undefined) return this.#callUnknown(node, frame, caller);
    return this.#callValue(value, this.evalArguments(node.arguments, frame), node, frame, caller);
  }

  #callValue(value: Value, args: CallArguments, node: Call, frame: Frame, caller: Callable | undefined): Value {
    if (this.isStopped) return new Unknown('too much');
    if (value instanceof Callable) {
      const given = caller ? { ...args, keywords: new Map([...args.keywords, ['caller', caller as Value]]) } : args;
      return value.call(given, { evaluator: this, frame, node });
    }
    if (value instanceof Unknown) {
      if (caller) caller.call(NO_CALL_ARGUMENTS, { evaluator: this, frame, node });
      return value;
    }
    if (value === undefined) return new Unknown(`'${sourceText(node.callee, frame)}'`);
    this.fault(
      `'${sourceText(node.callee, frame)}' is ${describe(value)}, which cannot be called.`,
      node.callee,
      frame,
    );
    return new Unknown('a wrong call');
  }

  /** A macro nobody has: its arguments may hold refs all the same. */
  #callUnknown(node: Call, frame: Frame, caller: Callable | undefined): Value {
    this.evalArguments(node.arguments, frame);
    const name = sourceText(node.callee, frame);
    const place = this.place(node.callee, frame);
    this.unknownMacros.push({ name, file: place.file, span: { start: place.start, end: place.end } });
    if (caller) caller.call(NO_CALL_ARGUMENTS, { evaluator: this, frame, node });
    return new Unknown(`macro '${name}'`);
  }
}

const IS_UNKNOWN = new Callable('_is_unknown', args => args.positional[0] instanceof Unknown);

export const NO_CALL_ARGUMENTS: CallArguments = { positional: [], keywords: new Map(), open: false };

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
    const attributes = { get: attribute, has: () => true } as unknown as ReadonlyMap<string, Value>;
    return new Callable('loop', args => recurse(args.positional[0]), attributes);
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

function sourceText(node: Expression, frame: Frame): string {
  if (node.kind === 'name') return node.name;
  if (node.kind === 'attribute' && node.target.kind === 'name') return `${node.target.name}.${node.name}`;
  const text = frame.source.text.slice(node.start, node.end).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function describe(value: Value): string {
  return isText(value) ? 'text' : value === null ? 'None' : value instanceof List ? 'a list' : 'a value';
}

function percentArguments(right: Value): CallArguments {
  if (right instanceof Tuple) return { positional: right.items, keywords: new Map(), open: false };
  if (right instanceof Dict) {
    const keywords = new Map([...right.entries.values()].map(([key, value]) => [toText(key), value] as const));
    return { positional: [], keywords, open: right.open };
  }
  return { positional: [right], keywords: new Map(), open: false };
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
