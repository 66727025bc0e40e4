/** A contract beside its former self: what the rules on changes look at. */

import type { Span } from '../../base/span.ts';
import {
  type ChangeClass,
  type ContractChange,
  type ContractRole,
  classOf,
  type DiffSettings,
  requiredPart,
  type VersionPart,
} from '../../contracts/diff/changes.ts';
import { diffContracts } from '../../contracts/diff/diff-contracts.ts';
import { type VersionVerdict, versionVerdict } from '../../contracts/diff/version.ts';
import type { Contract, PlacedContract, PlacedContractColumn, PlacedObject } from '../../contracts/model.ts';
import { plainName } from '../../contracts/promises.ts';
import { readContracts } from '../../contracts/read-contracts.ts';
import type { NodeFacts } from '../../project/facts.ts';
import type { BaseView, ProjectView, RuleContext, YamlSubject } from '../rule.ts';

export interface Compared {
  readonly now: PlacedContract;
  readonly before: PlacedContract;
  /** The file it stood in. */
  readonly beforeFile: string;
  readonly role: ContractRole;
  readonly changes: readonly ContractChange[];
  readonly part: VersionPart;
  readonly version: VersionVerdict;
  classOf(change: ContractChange): ChangeClass;
}

/** The contracts of a file that were there before, each with what changed. Nothing where nobody knows what was. */
export function comparedIn(
  { documents }: Pick<YamlSubject, 'documents'>,
  { project, file, dialect }: Pick<RuleContext, 'project' | 'file' | 'dialect'>,
  settings: DiffSettings,
): readonly Compared[] {
  const base = project?.base;
  if (!project || !base) return [];
  const contracts = readContracts(documents);
  if (contracts.length === 0 || base.textOf(file) === project.textOf(file)) return [];
  return contracts.flatMap((now, i) => {
    const found = formerOf(now, i, contracts, file, base);
    if (!found) return [];
    const { contract: before } = found;
    const role = roleOf(now.facts, project);
    const changes = diffContracts(before.facts, now.facts, { dialect });
    const part = requiredPart(changes, role, settings);
    const version = versionVerdict(before.facts.version, now.facts.version, part);
    const each = (change: ContractChange): ChangeClass => classOf(change, role, settings);
    return [{ now, before, beforeFile: found.file, role, changes, part, version, classOf: each }];
  });
}

/** The same contract by id, else by name, else by its place in the file; of another file when it came from there. */
function formerOf(
  now: PlacedContract,
  place: number,
  all: readonly PlacedContract[],
  file: string,
  base: BaseView,
): { readonly file: string; readonly contract: PlacedContract } | undefined {
  const here = base.contractsIn(file);
  const same = here.find(one => sameContract(one.facts, now.facts));
  if (same) return { file, contract: same };
  const only = here[place];
  // Another name in the same place, and the old name nowhere else in the file.
  if (only && here.length === all.length && !all.some(one => sameContract(one.facts, only.facts)))
    return { file, contract: only };
  return base.changedContracts().find(one => one.file !== file && sameContract(one.contract.facts, now.facts));
}

/** By id where both have one, else by form and name. */
export function sameContract(a: Contract, b: Contract): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return a.form === b.form && a.name !== undefined && a.name === b.name;
}

/** A contract of a source asks something of those who write it; any other promises something to readers. */
function roleOf(contract: Contract, project: ProjectView): ContractRole {
  const nodes = contract.objects.flatMap(object => linkedNode(contract, object.name, project) ?? []);
  return nodes.length > 0 && nodes.every(node => node.kind === 'source') ? 'input' : 'output';
}

/** The node that a table of the contract is about. */
export function linkedNode(contract: Contract, objectName: string, project: ProjectView): NodeFacts | undefined {
  const object = contract.objects.find(one => plainName(one.name) === plainName(objectName));
  return object && project.contractTarget(contract, object);
}

/** Where a change is shown: at what it is about, or beside where that was. */
export function placeOf(change: ContractChange, { now, before }: Pick<Compared, 'now' | 'before'>): Span {
  const object = now.objects.find(one => plainName(one.facts.name) === plainName(change.object ?? ''));
  if (change.object === undefined || !object) return factAt(now.places, change.fact) ?? now.nameAt;
  if (change.column === undefined) return factAt(object.places, change.fact) ?? object.nameAt;
  const column = columnAt(object, change.column);
  if (column) return factAt(column.places, change.fact) ?? column.nameAt;
  return neighbourOf(change, object, before)?.nameAt ?? object.nameAt;
}

function factAt(places: PlacedContract['places'], fact: string): Span | undefined {
  const place = places[fact];
  return place?.key ?? place?.value;
}

function columnAt(object: PlacedObject, path: string): PlacedContractColumn | undefined {
  let columns = object.columns;
  let found: PlacedContractColumn | undefined;
  for (const name of path.split('.')) {
    found = columns.find(one => plainName(one.facts.name) === plainName(name));
    if (!found) return undefined;
    columns = found.columns;
  }
  return found;
}

/** The column that stood before the removed one, or behind it, and is still there. */
export function neighbourOf(
  change: ContractChange,
  object: PlacedObject,
  before: PlacedContract,
): PlacedContractColumn | undefined {
  const old = before.objects.find(one => plainName(one.facts.name) === plainName(change.object ?? ''));
  const path = (change.column ?? '').split('.');
  const parent = path.slice(0, -1).join('.');
  const were = (parent === '' ? old?.columns : old && columnAt(old, parent)?.columns) ?? [];
  const are = (parent === '' ? object.columns : columnAt(object, parent)?.columns) ?? [];
  const at = were.findIndex(one => plainName(one.facts.name) === plainName(path.at(-1) ?? ''));
  const still = (one: PlacedContractColumn | undefined): PlacedContractColumn | undefined =>
    one && are.find(other => plainName(other.facts.name) === plainName(one.facts.name));
  for (let i = at - 1; i >= 0; i--) {
    const found = still(were[i]);
    if (found) return found;
  }
  for (let i = at + 1; i < were.length; i++) {
    const found = still(were[i]);
    if (found) return found;
  }
  return parent === '' ? undefined : columnAt(object, parent);
}

/** Who reads what changed: models that name the column, exposures of the model, consumers that the contract names. */
export interface Readers {
  readonly models: readonly NodeFacts[];
  readonly exposures: readonly string[];
  readonly consumers: readonly string[];
}

export function readersOf(
  change: ContractChange,
  { now, before }: Pick<Compared, 'now' | 'before'>,
  project: ProjectView,
): Readers {
  const node = change.object === undefined ? undefined : linkedNode(before.facts, change.object, project);
  const column = change.column?.split('.')[0];
  const models = node && column !== undefined ? (project.base?.readersOfColumn(node.id, column) ?? []) : [];
  const consumers = now.facts.consumers.filter(
    one =>
      column === undefined ||
      one.columns.length === 0 ||
      one.columns.some(name => plainName(name) === plainName(column)),
  );
  return {
    models,
    exposures: node ? project.consumersOf(node).exposures : [],
    consumers: consumers.map(one => one.name),
  };
}

/** `3 models (a, b, …), 1 exposure (c) and 2 consumers (d, e) read it`; `undefined` when nobody is known to. */
export function readersText({ models, exposures, consumers }: Readers, what = 'it'): string | undefined {
  const groups = [
    counted(
      'model',
      models.map(one => one.name),
    ),
    counted('exposure', exposures),
    counted('consumer', consumers),
  ].flatMap(text => text ?? []);
  if (groups.length === 0) return undefined;
  const isOne = models.length + exposures.length + consumers.length === 1;
  const list = groups.length < 3 ? groups.join(' and ') : `${groups.slice(0, -1).join(', ')} and ${groups.at(-1)}`;
  return `${list} ${isOne ? 'reads' : 'read'} ${what}`;
}

function counted(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 3).join(', ');
  return `${names.length} ${word}${names.length === 1 ? '' : 's'} (${shown}${names.length > 3 ? ', …' : ''})`;
}
