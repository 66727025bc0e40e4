/** Runs rules over one file: each subject is visited once for all rules, and what they report is mapped to the file as written. */

import type { Mapped } from '../base/source-map.ts';
import type { Span } from '../base/span.ts';
import type { RuleDeclaration } from '../config/rule-declaration.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { SqlNode } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import { type ActiveRule, type Listener, type Listeners, listenersOf, rulesFor } from './listeners.ts';
import { countOf, hasPlace, locate, mapFix } from './places-in-file.ts';
import type {
  ModelSubject,
  ProjectView,
  ReportDetails,
  Rule,
  RuleContext,
  RuleFix,
  Severity,
  SqlUnit,
  SubjectName,
  Subjects,
  TemplateSubject,
} from './rule.ts';

/** A finding in the file it belongs to: the checked one, or a macro's. Fixes may still be closures. */
export interface RawFinding {
  readonly file: string;
  readonly span: Span;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly { readonly file: string; readonly span: Span; readonly message: string }[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** In offsets of `file`. */
  readonly fixes: readonly RuleFix[];
  /** It lies in a macro and is of something missing: it holds only if all that expand its text miss it. */
  readonly isOfAllCallers?: true;
}

export interface CheckedFile {
  readonly file: string;
  readonly text: string;
  readonly dialect: Dialect;
  readonly project: ProjectView | undefined;
  readonly rules: readonly ActiveRule[];
  /** All rules there are, on or off. */
  readonly declarations: readonly RuleDeclaration[];
  /** False for files of installed packages: nothing is reported there. */
  isOwnFile(uri: string): boolean;
}

/** Everything a SQL file offers to rules. */
export interface SqlSubjects {
  readonly template: TemplateSubject;
  /** All worlds, the full refresh first; empty for macro files. */
  readonly units: readonly SqlUnit[];
  readonly model: ModelSubject | undefined;
}

/** Findings of a model, snapshot, test, analysis or macro file; some may lie in macros it calls. */
export function checkSql(checked: CheckedFile, { template, units, model }: SqlSubjects): readonly RawFinding[] {
  const listeners = listenersOf(rulesFor(checked.rules, template.kind));
  const collector = new Collector(checked, listeners);
  const [first] = units;
  collector.visit('template', template, collector.contextOfFile());
  for (const [world, unit] of units.entries()) {
    const context = collector.contextOf(unit, world);
    if (model && unit === first) collector.visit('model', model, context);
    visitUnit(unit, listeners, collector, context);
  }
  return collector.settle(units);
}

/** Findings of a script, in all its worlds; some may lie in macros it calls. */
export function checkScript(checked: CheckedFile, units: readonly SqlUnit[]): readonly RawFinding[] {
  const listeners = listenersOf(rulesFor(checked.rules, 'script'));
  const collector = new Collector(checked, listeners);
  for (const [world, unit] of units.entries()) visitUnit(unit, listeners, collector, collector.contextOf(unit, world));
  return collector.settle(units);
}

/** Findings of subjects whose offsets are the file's own. */
export function checkPlain<S extends SubjectName>(
  checked: CheckedFile,
  name: S,
  subjects: readonly Subjects[S][],
): readonly RawFinding[] {
  if (subjects.length === 0) return [];
  const collector = new Collector(checked, listenersOf(checked.rules));
  const context = collector.contextOfFile();
  for (const subject of subjects) collector.visit(name, subject, context);
  return collector.settle([]);
}

function visitUnit(unit: SqlUnit, listeners: Listeners, collector: Collector, context: OneContext): void {
  visitTree(unit, listeners, collector, context);
  if (!listeners.bySubject.has('unresolved')) return;
  context.ancestors = NO_ANCESTORS;
  for (const reference of unit.facts.unresolved) collector.visit('unresolved', reference, context);
}

function visitTree(unit: SqlUnit, { byKind }: Listeners, collector: Collector, context: OneContext): void {
  if (byKind.size === 0) return;
  walk(unit.tree, (node, ancestors) => {
    const found = byKind.get(node.kind);
    if (found === undefined) return undefined;
    context.ancestors = ancestors;
    for (const listener of found.rules) collector.run(listener, found.name, node, context);
    return found.isLeaf ? 'skip' : undefined;
  });
}

/** What all rules are told beside the subjects of a unit, or of the file: options and ancestors are those of the running call. */
type OneContext = { -readonly [K in keyof RuleContext]: RuleContext[K] };

const NO_ANCESTORS: readonly SqlNode[] = [];
const NO_OPTIONS: RuleContext['options'] = {};

interface Reported {
  readonly active: ActiveRule;
  /** Index of the unit; `undefined` for reports in offsets of the file. */
  readonly world: number | undefined;
  readonly finding: RawFinding;
}

/** Runs rules on the subjects of one file and gathers what they report. */
class Collector {
  readonly #checked: CheckedFile;
  readonly #listeners: Listeners;
  /** The rule that runs: what is reported is its. */
  #running: ActiveRule | undefined;
  readonly #reported: Reported[] = [];
  readonly #failed = new Set<Rule>();

  constructor(checked: CheckedFile, listeners: Listeners) {
    this.#checked = checked;
    this.#listeners = listeners;
  }

  /** For subjects whose offsets are the file's own. */
  contextOfFile(): OneContext {
    return this.#context(undefined, (at, message, details = {}) => this.#reportInFile(at, message, details));
  }

  /** For subjects in the expanded text of a unit. */
  contextOf(unit: SqlUnit, world: number): OneContext {
    return this.#context(unit, (at, message, details = {}) => this.#reportInUnit(unit, world, at, message, details));
  }

  #context(unit: SqlUnit | undefined, report: RuleContext['report']): OneContext {
    const { rules, project, file, dialect, declarations } = this.#checked;
    const isOn = (id: string): boolean => rules.some(one => one.rule.id === id);
    return { options: NO_OPTIONS, project, file, dialect, declarations, isOn, unit, ancestors: NO_ANCESTORS, report };
  }

  /** Every rule that asks for such subjects. */
  visit<S extends SubjectName>(name: S, subject: Subjects[S], context: OneContext): void {
    for (const listener of this.#listeners.bySubject.get(name) ?? []) this.run(listener, name, subject, context);
  }

  run({ active, check }: Listener, name: SubjectName, subject: unknown, context: OneContext): void {
    if (this.#failed.size > 0 && this.#failed.has(active.rule)) return;
    this.#running = active;
    context.options = active.options;
    try {
      // Listeners are called for the subjects they name only, so the subject has the type the rule asks for.
      check(subject as never, context);
    } catch (error) {
      // One rule's fault must cost no other finding; it is said once per file, with what is needed to report it.
      this.#failed.add(active.rule);
      const reason = error instanceof Error ? error.message : String(error);
      this.#reported.push({
        active,
        world: undefined,
        finding: {
          file: this.#checked.file,
          span: startOf(this.#checked.text),
          rule: active.rule.id,
          severity: 'info',
          message: `The rule '${active.rule.id}' failed on this file (${name}: ${reason}). The other rules are not affected; please report it.`,
          related: [],
          fixes: [],
        },
      });
    }
  }

  /** In offsets of the checked file. */
  #reportInFile(at: Span | 'file', message: string, details: ReportDetails): void {
    const { file, text } = this.#checked;
    const span = at === 'file' ? startOf(text) : { start: at.start, end: at.end };
    const here = (details.relatedHere ?? []).map(one => ({ file, ...one }));
    const related = [...(details.related ?? []), ...here];
    this.#add(undefined, file, span, message, details, related, details.fixes ?? []);
  }

  /** In offsets of the unit's expanded text. */
  #reportInUnit(unit: SqlUnit, world: number, at: Span | 'file', message: string, details: ReportDetails): void {
    const { map } = unit.expansion;
    const { text } = this.#checked;
    if (at === 'file') {
      const whole: Mapped = { file: unit.file, span: startOf(text), exact: true };
      const fixes = (details.fixes ?? []).flatMap(fix => mapFix(map, whole, fix, text, unit));
      this.#add(undefined, unit.file, whole.span, message, details, details.related ?? [], fixes);
      return;
    }
    const mapped = locate(map, at);
    if (mapped === undefined) return;
    const here = (details.relatedHere ?? []).flatMap(one => {
      const place = locate(map, one.span);
      return place ? [{ file: place.file, span: place.span, message: one.message }] : [];
    });
    const related = [...(details.related ?? []), ...here];
    const fixes = (details.fixes ?? []).flatMap(fix => mapFix(map, mapped, fix, text, unit));
    this.#add(world, mapped.file, mapped.span, message, details, related, fixes);
  }

  #add(
    world: number | undefined,
    file: string,
    span: Span,
    message: string,
    details: ReportDetails,
    related: RawFinding['related'],
    fixes: readonly RuleFix[],
  ): void {
    const active = this.#running;
    if (active === undefined || !this.#checked.isOwnFile(file)) return;
    this.#reported.push({
      active,
      world,
      finding: {
        file,
        span,
        rule: active.rule.id,
        severity: active.severity ?? details.severity ?? active.rule.severity,
        message,
        related,
        ...(details.tag ? { tag: details.tag } : {}),
        fixes,
      },
    });
  }

  /** Unites the worlds: presence holds in one, absence must hold in every world that has the place. */
  settle(units: readonly SqlUnit[]): readonly RawFinding[] {
    if (this.#reported.length === 0) return [];
    // How often each world reports it.
    const worldsOf = new Map<string, Map<number, number>>();
    for (const { finding, world } of this.#reported) {
      if (world === undefined) continue;
      const key = keyOf(finding);
      const worlds = worldsOf.get(key) ?? new Map<number, number>();
      worldsOf.set(key, worlds.set(world, (worlds.get(world) ?? 0) + 1));
    }
    const kept = new Map<string, RawFinding>();
    for (const { active, finding, world } of this.#reported) {
      const key = keyOf(finding);
      if (kept.has(key)) continue;
      if (world !== undefined && active.rule.basis === 'absence') {
        const worlds = worldsOf.get(key);
        const holds = units.every((unit, i) => worlds?.has(i) || !hasPlace(unit.expansion.map, finding));
        if (!holds) continue;
        if (finding.file !== this.#checked.file) {
          // A macro may be called several times: none of its places may have what is missing.
          const isOfAll = units.every((unit, i) => (worlds?.get(i) ?? 0) >= countOf(unit.expansion.map, finding));
          if (isOfAll) kept.set(key, { ...finding, isOfAllCallers: true });
          continue;
        }
      }
      if (world !== undefined && active.rule.basis === 'likely' && !isLikely(units, world, worldsOf.get(key), finding))
        continue;
      kept.set(key, finding);
    }
    return [...kept.values()];
  }
}

/** False when the first branch of the same run has the place and no finding there. */
function isLikely(
  units: readonly SqlUnit[],
  world: number,
  found: ReadonlyMap<number, number> | undefined,
  finding: RawFinding,
): boolean {
  const { incremental, branch } = units[world]?.expansion.world ?? { incremental: false, branch: 0 };
  if (branch === 0) return true;
  const ofFirstBranch = [...units.keys()].filter(i => units[i]?.expansion.world.branch === 0);
  // Where there is no text for this kind of run alone, one stands for both.
  const first =
    ofFirstBranch.find(i => units[i]?.expansion.world.incremental === incremental) ?? ofFirstBranch[0] ?? -1;
  const unit = units[first];
  return unit === undefined || found?.has(first) === true || !hasPlace(unit.expansion.map, finding);
}

/** Findings of one rule at one place are one finding, whatever loop or world made them. */
function keyOf(finding: RawFinding): string {
  return `${finding.rule} ${finding.file} ${finding.span.start} ${finding.span.end}`;
}

/** The first word of the file: where findings about the file as a whole are shown. */
function startOf(text: string): Span {
  const match = /\S+/.exec(text.slice(0, 10_000));
  return match ? { start: match.index, end: match.index + match[0].length } : { start: 0, end: 0 };
}
