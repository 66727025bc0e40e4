/** Versions of things that a relation of a FROM clause holds: a node that keeps history, read directly or through CTEs. */

import { keepsVersions, type NodeHistory } from '../../project/history.ts';
import { readBuiltHistory } from '../../project/history-built.ts';
import { letsVersionsThrough } from '../../project/history-rows.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { NO_MEANING } from '../../project/meaning.ts';
import { isSameSource, type Step, selectBehind, type Traced, traceColumn } from '../../project/trace.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';

export interface HeldVersions {
  /** What is known of them; its names are those of the node, or of the CTE that builds them. */
  readonly history: NodeHistory;
  /** What people call what holds them. */
  readonly name: string;
  /** Columns of the relation as this query names them; what it does not pass on is absent. */
  readonly naturalKey: readonly string[];
  /** The columns that a hashed natural key is made of; empty when they are not known here. */
  readonly unfoldedKey: readonly string[];
  readonly validFrom: string | undefined;
  readonly validTo: string | undefined;
  readonly isCurrent: string | undefined;
  /** Where start, end and flag come from, whatever this relation passes on. */
  readonly validity: readonly Traced[];
  /** Selects between the relation and what holds the versions, the outermost first; none for the node itself. */
  readonly path: readonly Step[];
  /** What is read where the path ends. */
  readonly base: ScopeRelation;
}

/** A unit is made anew for each check, so what was found in one holds as long as it does. */
interface Known {
  readonly mayHold: boolean;
  readonly mayBuild: boolean;
  readonly versions: Map<ScopeRelation, HeldVersions | undefined>;
}

const KNOWN = {};

function knownOf(unit: SqlUnit, project: ProjectView): Known {
  return unit.kept.get(KNOWN, () => {
    const { validFrom, validTo } = project.config.validity;
    const mayBuild =
      /\blead\s*\(/i.test(unit.text) &&
      (/valid|effective/i.test(unit.text) || [...validFrom, ...validTo].some(name => unit.text.includes(name)));
    const mayHold = mayBuild || unit.node?.reads.some(id => keepsVersions(project.historyOf(id))) === true;
    return { mayHold, mayBuild, versions: new Map() };
  });
}

/** Whether anything the text reads or builds may hold versions: the cheap question before all others. */
export function mayHoldVersions(unit: SqlUnit, project: ProjectView): boolean {
  return knownOf(unit, project).mayHold;
}

/** The versions that a relation lets through, all of them; `undefined` when it holds none, picks some, or nobody can tell. */
export function versionsIn(unit: SqlUnit, project: ProjectView, relation: ScopeRelation): HeldVersions | undefined {
  const { versions, mayBuild } = knownOf(unit, project);
  if (versions.has(relation)) return versions.get(relation);
  const found =
    relation.kind === 'node'
      ? ofNode(project, relation)
      : selectBehind(relation) === undefined
        ? undefined
        : (throughQueries(unit, project, relation) ?? (mayBuild ? builtHere(unit, project, relation) : undefined));
  versions.set(relation, found);
  return found;
}

function ofNode(project: ProjectView, relation: ScopeRelation): HeldVersions | undefined {
  const history = relation.node === undefined ? undefined : project.historyOf(relation.node);
  if (!keepsVersions(history) || relation.node === undefined) return undefined;
  return {
    history,
    name: project.node(relation.node)?.name ?? relation.name?.name ?? '',
    naturalKey: history.naturalKey,
    unfoldedKey: history.unfoldedKey ?? [],
    validFrom: history.validFrom,
    validTo: history.validTo,
    isCurrent: history.isCurrent,
    validity: sourcesOf(relation, history),
    path: [],
    base: relation,
  };
}

function throughQueries(unit: SqlUnit, project: ProjectView, relation: ScopeRelation): HeldVersions | undefined {
  const select = selectBehind(relation);
  if (!select) return undefined;
  /** What of each relation with versions arrives here, by its name there. */
  const arriving = new Map<ScopeRelation, Map<string, { readonly name: string; readonly path: readonly Step[] }>>();
  for (const name of namesOf(unit, project, relation)) {
    const traced = traceColumn(unit.facts, select, name);
    if (traced?.kind !== 'column' || traced.relation.node === undefined) continue;
    if (!keepsVersions(project.historyOf(traced.relation.node))) continue;
    const columns = arriving.get(traced.relation) ?? new Map();
    arriving.set(traced.relation, columns);
    if (!columns.has(traced.column)) columns.set(traced.column, { name, path: traced.path });
  }
  for (const [base, columns] of arriving) {
    const node = base.node === undefined ? undefined : project.node(base.node);
    const history = node && project.historyOf(node.id);
    if (!keepsVersions(history)) continue;
    const arrived = (key: readonly string[] = []) => {
      const found = key.flatMap(one => columns.get(one.toLowerCase()) ?? []);
      return found.length === key.length ? found : [];
    };
    const key = arrived(history.naturalKey);
    const unfolded = arrived(history.unfoldedKey);
    const first = key[0] ?? unfolded[0];
    if (!first) continue;
    const validity = sourcesOf(base, history);
    if (!letsVersionsThrough(unit.facts, first.path, validity)) continue;
    const nameOf = (column: string | undefined): string | undefined =>
      column === undefined ? undefined : columns.get(column.toLowerCase())?.name;
    return {
      history,
      name: node?.name ?? '',
      naturalKey: key.map(one => one.name),
      unfoldedKey: unfolded.map(one => one.name),
      validFrom: nameOf(history.validFrom),
      validTo: nameOf(history.validTo),
      isCurrent: nameOf(history.isCurrent),
      validity,
      path: first.path,
      base,
    };
  }
  return undefined;
}

/** The relation's columns; where not all are listed, those its histories must have too. */
function namesOf(unit: SqlUnit, project: ProjectView, relation: ScopeRelation): ReadonlySet<string> {
  const names = new Set(relation.columns.columns.map(one => one.name));
  if (relation.columns.isComplete) return names;
  const listed = new Set([...names].map(one => one.toLowerCase()));
  for (const id of unit.node?.reads ?? []) {
    const history = project.historyOf(id);
    if (!keepsVersions(history)) continue;
    for (const name of [
      ...history.naturalKey,
      ...(history.unfoldedKey ?? []),
      history.validFrom,
      history.validTo,
      history.isCurrent,
    ]) {
      if (name !== undefined && !listed.has(name.toLowerCase())) names.add(name);
    }
  }
  return names;
}

function sourcesOf(relation: ScopeRelation, history: NodeHistory): readonly Traced[] {
  return [history.validFrom, history.validTo, history.isCurrent].flatMap((column): Traced[] =>
    column === undefined ? [] : [{ kind: 'column', relation, column: column.toLowerCase(), path: [] }],
  );
}

function builtHere(unit: SqlUnit, project: ProjectView, relation: ScopeRelation): HeldVersions | undefined {
  const select = selectBehind(relation);
  const { node } = unit;
  if (!select || !node) return undefined;
  const shown = readBuiltHistory({
    node,
    meaning: NO_MEANING,
    select,
    facts: unit.facts,
    text: unit.text,
    incremental: undefined,
    delivery: { columns: relation.columns, keys: [] },
    validity: project.config.validity,
    intervals: undefined,
    ofNode: () => undefined,
  });
  if (!shown) return undefined;
  const { validFrom, validTo } = shown;
  const isHalfOpen =
    validTo !== undefined && unit.halfOpenStart(relation, validTo)?.toLowerCase() === validFrom?.toLowerCase();
  const validity = [validFrom, validTo, shown.isCurrent].flatMap(one => {
    const traced = one === undefined ? undefined : traceColumn(unit.facts, select, one);
    return traced ? [traced] : [];
  });
  const name = relation.name?.name ?? 'the subquery';
  return {
    history: {
      ...shown,
      because: `'${name}' ends each version where the next one begins`,
      scd: 2,
      by: 'built',
      versionKey: undefined,
      isHalfOpen,
    },
    name,
    naturalKey: shown.naturalKey,
    unfoldedKey: [],
    validFrom,
    validTo,
    isCurrent: shown.isCurrent,
    validity,
    path: [],
    base: relation,
  };
}

/** The columns are the natural key and nothing more, by itself or unfolded. */
export function isNaturalKey({ naturalKey, unfoldedKey }: HeldVersions, columns: ReadonlySet<string>): boolean {
  return [naturalKey, unfoldedKey].some(
    key => key.length > 0 && columns.size === key.length && key.every(one => columns.has(one.toLowerCase())),
  );
}

/** The name reads the start, the end or the flag of the versions, wherever it stands. */
export function readsValidity(traced: Traced | undefined, versions: HeldVersions): boolean {
  return traced !== undefined && versions.validity.some(one => isSameSource(one, traced));
}

/** What to add to a message where only the text tells that there is a history. */
export function inferredBecause({ history }: HeldVersions): string {
  return history.by === 'built' ? ` That it keeps history is inferred: ${history.because}.` : '';
}

/** How the versions that hold now are told from the others, behind the qualifier. */
export function currentCondition(versions: HeldVersions, qualifier: string): string | undefined {
  const { history, isCurrent, validTo } = versions;
  if (isCurrent !== undefined) return `${qualifier}${isCurrent}`;
  if (validTo === undefined) return undefined;
  if (history.openEnd === 'null') return `${qualifier}${validTo} is null`;
  return history.sentinel === undefined ? undefined : `${qualifier}${validTo} = ${history.sentinel}`;
}
