/** What changed in all that a project promises since its base: the change log and the verdict behind `grainline diff`. */

import type { Span } from '../base/span.ts';
import {
  type ChangeClass,
  type ContractChange,
  type ContractRole,
  classOf,
  requiredPart,
  type VersionPart,
} from '../contracts/diff/changes.ts';
import { diffContracts } from '../contracts/diff/diff-contracts.ts';
import { type PolicyVerdict, policyVerdict } from '../contracts/diff/policy.ts';
import type { VersionVerdict } from '../contracts/diff/version.ts';
import type { PlacedContract } from '../contracts/model.ts';
import { plainName } from '../contracts/promises.ts';
import { readContracts } from '../contracts/read-contracts.ts';
import { readDbt } from '../contracts/read-dbt.ts';
import { isYaml } from '../project/files.ts';
import type { Projects } from '../project/project.ts';
import { comparedIn, linkedNode, placeOf, readersOf, sameContract } from '../rules/contract/compare.ts';
import type { BaseView, ProjectView } from '../rules/rule.ts';

export interface ReportedChange extends ContractChange {
  readonly class: ChangeClass;
  readonly readers: {
    readonly models: readonly string[];
    readonly exposures: readonly string[];
    readonly consumers: readonly string[];
  };
  /** Where it is shown in the file; `undefined` when the file is gone. */
  readonly at: Span | undefined;
  /** What the contract's policy says of a breaking change. */
  readonly policy: PolicyVerdict | undefined;
}

export interface ContractReport {
  readonly name: string;
  readonly form: string;
  readonly file: string;
  readonly role: ContractRole;
  readonly status: 'added' | 'changed' | 'removed';
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly changes: readonly ReportedChange[];
  readonly part: VersionPart;
  readonly version: VersionVerdict;
  /** Nothing breaks, or all that breaks is allowed by policy and version. */
  readonly isAllowed: boolean;
}

/** In order of files; contracts that did not change are left out. */
export function contractReports(
  projects: Projects,
  root: string,
  view: ProjectView,
  /** Files with contracts about it, also beside it. */
  files: readonly string[] = [],
): readonly ContractReport[] {
  const { base } = view;
  if (!base) return [];
  const { dialect } = projects.settings(root);
  const reports: ContractReport[] = [];
  const inside = projects.nodes.files(root).filter(file => file.package === view.name && isYaml(file.uri));
  const own = [...new Set([...inside.map(file => file.uri), ...files])];
  for (const file of own) {
    const { documents } = projects.files.yaml(file);
    const text = projects.files.text(file) ?? '';
    const compared = comparedIn({ documents }, { project: view, file, dialect }, { strengthened: 'risky' });
    for (const one of compared) {
      if (one.changes.length === 0 && one.version.kind !== 'decreased') continue;
      reports.push({
        ...described(one.now, file, one.role),
        status: 'changed',
        before: one.before.facts.version?.raw,
        ...verdictOf(
          one.changes,
          one.version,
          one.before,
          change => one.classOf(change),
          base,
          change => ({
            readers: namesOf(readersOf(change, one, view)),
            at: placeOf(change, one),
          }),
        ),
        part: one.part,
        version: one.version,
      });
    }
    const were = new Set(compared.map(one => one.now.facts.id ?? one.now.facts.name));
    for (const now of base.textOf(file) === text ? [] : readContracts(documents)) {
      if (were.has(now.facts.id ?? now.facts.name)) continue;
      reports.push({ ...described(now, file, 'output'), status: 'added', before: undefined, ...NOTHING });
    }
  }
  reports.push(...removed(projects, own, view, base));
  reports.push(...entries(projects, root, view, base));
  return reports.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

const NOTHING = { changes: [], part: 'none', version: { kind: 'fits' }, isAllowed: true } as const;

function described(
  contract: PlacedContract,
  file: string,
  role: ContractRole,
): Pick<ContractReport, 'name' | 'form' | 'file' | 'role' | 'after'> {
  const { facts } = contract;
  const name = facts.name ?? facts.id ?? facts.objects[0]?.name ?? 'contract';
  return { name, form: facts.form, file, role, after: facts.version?.raw };
}

function namesOf(readers: ReturnType<typeof readersOf>): ReportedChange['readers'] {
  return { ...readers, models: readers.models.map(node => node.name) };
}

function verdictOf(
  changes: readonly ContractChange[],
  version: VersionVerdict,
  before: PlacedContract,
  classIn: (change: ContractChange) => ChangeClass,
  base: BaseView,
  more: (change: ContractChange) => Pick<ReportedChange, 'readers' | 'at'>,
): Pick<ContractReport, 'changes' | 'isAllowed'> {
  let isAllowed = version.kind !== 'decreased';
  const reported = changes.map((change): ReportedChange => {
    const found = classIn(change);
    const policy = found === 'breaking' ? policyVerdict(change, before.facts, version, base.today) : undefined;
    // Without a version to read nobody can be told of a break.
    if (policy && (policy.kind !== 'allowed' || version.kind === 'unknown')) isAllowed = false;
    return { ...change, class: found, policy, ...more(change) };
  });
  return { changes: reported, isAllowed };
}

/** Contracts of files that are gone, or that the file no longer holds. */
function removed(
  projects: Projects,
  files: readonly string[],
  view: ProjectView,
  base: BaseView,
): readonly ContractReport[] {
  const now = files.flatMap(file => readContracts(projects.files.yaml(file).documents));
  return base.changedContracts().flatMap(({ file, contract }): ContractReport[] => {
    if (now.some(one => sameContract(one.facts, contract.facts))) return [];
    const isStill = base.contractsIn(file).length <= readContracts(projects.files.yaml(file).documents).length;
    if (isStill && projects.files.has(file)) return [];
    const changes = contract.facts.objects.map(
      (object): ReportedChange => ({
        kind: 'object-removed',
        object: object.name,
        column: undefined,
        fact: 'objects',
        before: object.name,
        after: undefined,
        summary: `'${object.name}' was removed with its contract`,
        class: 'breaking',
        readers: {
          models: [],
          exposures: exposuresOf(contract, object.name, view),
          consumers: contract.facts.consumers.map(one => one.name),
        },
        at: undefined,
        policy: policyVerdict(
          {
            kind: 'object-removed',
            object: object.name,
            column: undefined,
            fact: '',
            before: '',
            after: '',
            summary: '',
          },
          contract.facts,
          { kind: 'fits' },
          base.today,
        ),
      }),
    );
    return [
      {
        ...described(contract, file, 'output'),
        status: 'removed',
        before: contract.facts.version?.raw,
        after: undefined,
        changes,
        part: 'major',
        version: { kind: 'unknown' },
        isAllowed: false,
      },
    ];
  });
}

function exposuresOf(contract: PlacedContract, object: string, view: ProjectView): readonly string[] {
  const node = linkedNode(contract.facts, object, view);
  return node ? view.consumersOf(node).exposures : [];
}

/** Models with an enforced contract, and what public models deliver. */
function entries(projects: Projects, root: string, view: ProjectView, base: BaseView): readonly ContractReport[] {
  const { dialect } = projects.settings(root);
  const found: ContractReport[] = [];
  for (const declaration of projects.nodes.index(root).byId.values()) {
    if (declaration.kind !== 'model' || declaration.package !== view.name) continue;
    const before = base.entryOf(declaration.id);
    const now = projects.nodes.entry(root, declaration.id);
    const isEnforced = before?.entry.facts.contractEnforced === true;
    const isPublic = now?.entry.facts.access === 'public';
    if (!isEnforced && !isPublic) continue;
    const changes: { readonly change: ContractChange; readonly at: Span | undefined }[] = [];
    const then = before && readDbt(before.entry);
    const current = now && readDbt(now.entry);
    if (isEnforced && then && current) {
      for (const change of diffContracts(then.facts, current.facts, { dialect }))
        changes.push({ change, at: placeOf(change, { now: current, before: then }) });
      if (!now.entry.facts.contractEnforced) {
        const summary = `the contract of '${declaration.name}' is no longer enforced`;
        changes.push({
          change: { ...EMPTY, kind: 'enforcement-dropped', object: declaration.name, summary },
          at: now.entry.nameAt,
        });
      }
    }
    for (const column of lostColumns(declaration.id, view, base)) {
      if (changes.some(({ change }) => plainName(change.column ?? '') === plainName(column))) continue;
      const summary = `'${declaration.name}' no longer delivers '${column}'`;
      const change = {
        ...EMPTY,
        kind: 'column-removed',
        object: declaration.name,
        column,
        before: column,
        summary,
      } as const;
      changes.push({ change, at: undefined });
    }
    if (changes.length === 0) continue;
    const reported = changes.map(({ change, at }): ReportedChange => {
      const node = view.node(declaration.id);
      const column = change.column?.split('.')[0];
      return {
        ...change,
        class: classOf(change, 'output'),
        readers: {
          models: column === undefined ? [] : base.readersOfColumn(declaration.id, column).map(one => one.name),
          exposures: node ? view.consumersOf(node).exposures : [],
          consumers: [],
        },
        at,
        policy: undefined,
      };
    });
    found.push({
      name: declaration.name,
      form: 'dbt',
      file: now?.file ?? declaration.file,
      role: 'output',
      status: 'changed',
      before: undefined,
      after: undefined,
      changes: reported,
      part: requiredPart(
        changes.map(one => one.change),
        'output',
      ),
      version: { kind: 'unknown' },
      isAllowed: reported.every(change => change.class !== 'breaking'),
    });
  }
  return found;
}

const EMPTY = { object: undefined, column: undefined, fact: '', before: undefined, after: undefined, summary: '' };

function lostColumns(id: string, view: ProjectView, base: BaseView): readonly string[] {
  const [then, now] = [base.columnsOf(id), view.columnsOf(id)];
  if (!then?.isComplete || !now?.isComplete) return [];
  const names = new Set(now.columns.map(column => column.name.toLowerCase()));
  return then.columns.map(column => column.name).filter(name => name !== '' && !names.has(name.toLowerCase()));
}
