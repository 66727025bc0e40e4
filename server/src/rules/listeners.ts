/** Which rules are called for which subject. */

import type { SqlNode } from '../syntax/sql/tree.ts';
import type { FileKind, OptionDefinitions, OptionValues, Rule, Severity, SubjectName } from './rule.ts';

/** A rule that is on for the file, as configured. */
export interface ActiveRule {
  readonly rule: Rule;
  /** What the user set; otherwise the rule's own, or what it reports. */
  readonly severity: Severity | undefined;
  readonly options: OptionValues<OptionDefinitions>;
}

/** Below them are names alone: two of five nodes, which rules seldom ask for by themselves. */
const NAMING: readonly SqlNode['kind'][] = ['column', 'name', 'table', 'table-alias', 'type'];
const NAMES: readonly SqlNode['kind'][] = ['identifier', 'name', 'table-alias', 'type'];

/** The rules of a list, in its order, by what they look at. */
export interface Listeners {
  readonly bySubject: ReadonlyMap<SubjectName, readonly Listener[]>;
  /** For nodes of SQL. `isLeaf`: nobody looks at what is below. */
  readonly byKind: ReadonlyMap<
    SqlNode['kind'],
    { readonly name: SubjectName; readonly rules: readonly Listener[]; readonly isLeaf: boolean }
  >;
}

export interface Listener {
  readonly active: ActiveRule;
  readonly check: Rule['check'];
}

const listenersByRules = new WeakMap<readonly ActiveRule[], Listeners>();

export function listenersOf(rules: readonly ActiveRule[]): Listeners {
  let found = listenersByRules.get(rules);
  if (found === undefined) {
    found = findListeners(rules);
    listenersByRules.set(rules, found);
  }
  return found;
}

function findListeners(rules: readonly ActiveRule[]): Listeners {
  const bySubject = new Map<SubjectName, Listener[]>();
  for (const active of rules) {
    const listener = { active, check: active.rule.check };
    for (const name of typeof active.rule.on === 'string' ? [active.rule.on] : active.rule.on) {
      const list = bySubject.get(name);
      if (list) list.push(listener);
      else bySubject.set(name, [listener]);
    }
  }
  const asksForNames = NAMES.some(kind => bySubject.has(`sql:${kind}`));
  const byKind = new Map<SqlNode['kind'], { name: SubjectName; rules: readonly Listener[]; isLeaf: boolean }>();
  for (const [name, list] of bySubject) {
    const kind = name.slice('sql:'.length) as SqlNode['kind'];
    if (name.startsWith('sql:')) byKind.set(kind, { name, rules: list, isLeaf: false });
  }
  if (!asksForNames && byKind.size > 0) {
    for (const kind of NAMING) {
      const name = `sql:${kind}` as const;
      byKind.set(kind, { name, rules: bySubject.get(name) ?? [], isLeaf: true });
    }
  }
  return { bySubject, byKind };
}

/** One of the rules asks for such subjects. */
export function asksFor(rules: readonly ActiveRule[], name: SubjectName): boolean {
  return listenersOf(rules).bySubject.has(name);
}

const rulesByKind = new WeakMap<readonly ActiveRule[], Map<FileKind, readonly ActiveRule[]>>();

/** The rules that look at files of the kind. */
export function rulesFor(rules: readonly ActiveRule[], kind: FileKind): readonly ActiveRule[] {
  let byKind = rulesByKind.get(rules);
  if (byKind === undefined) {
    byKind = new Map();
    rulesByKind.set(rules, byKind);
  }
  let found = byKind.get(kind);
  if (found === undefined) {
    found = rules.filter(one => (one.rule.files ?? DEFAULT_FILES).includes(kind));
    byKind.set(kind, found);
  }
  return found;
}

const DEFAULT_FILES: NonNullable<Rule['files']> = ['model', 'snapshot'];
