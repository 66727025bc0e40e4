import { type ContractQueries, contractQueries } from '../contracts/contract-queries.ts';
import { knownDocuments } from '../contracts/documents.ts';
import { NO_MEANING } from '../project/meaning.ts';
import { conventionLayer } from '../project/naming-evidence.ts';
import { nodeKey } from '../project/nodes.ts';
import type { Projects } from '../project/project.ts';
import { valuesOfSeed } from '../project/seeds.ts';
import type { ProjectView } from '../rules/rule.ts';
import { baseView } from './base-view.ts';
import { brokenColumns } from './broken-columns.ts';
import { personalColumns } from './personal-columns.ts';
import { renameFrom } from './rename/rename-column.ts';
import { renameModel } from './rename/rename-model.ts';

/** One project of the workspace as rules see it. Every answer is a query, so a check depends on just what it asked. */
export function projectView(
  projects: Projects,
  root: string,
  contracts: ContractQueries = contractQueries(projects, uri =>
    knownDocuments(projects.files.yaml(uri).documents, { name: uri }),
  ),
): ProjectView | undefined {
  const top = projects.top(root);
  if (top === undefined) return undefined;
  const { nodes, models } = projects;
  const index = (): ReturnType<typeof nodes.index> => nodes.index(root);
  return {
    name: top.project.name,
    root,
    get config() {
      return projects.configOf(root);
    },
    get conventions() {
      return projects.conventions(root);
    },
    node: id => models.facts(nodeKey(root, id)),
    resolve: call => {
      const found = nodes.resolve(root, call, top.project.name);
      return found && models.facts(nodeKey(root, found.id));
    },
    namesakesOf: id => {
      const { byId, byName } = index();
      const node = namesakesIn(byName).has(id) ? byId.get(id) : undefined;
      if (!node) return [];
      const name = node.version === undefined ? node.name : `${node.name}@${node.version}`;
      const ids = byName.get(`ref:${node.package}:${name}`) ?? [];
      return ids.flatMap(other => (other === id ? [] : (models.facts(nodeKey(root, other)) ?? [])));
    },
    refNames: () => namesWith(index().byName, 'ref:').filter(name => !name.includes(':')),
    isKnownElsewhere: name =>
      projects
        .layout('layout')
        .projects.some(other => other !== top && nodes.index(other.project.root).byName.has(`ref:${name}`)),
    sourceNames: () => [...new Set(namesWith(index().byName, 'source:').map(name => name.slice(0, name.indexOf(':'))))],
    tableNames: source => namesWith(index().byName, `source:${source}:`),
    nodes: () => projects.allFacts(root),
    readersOf: id => projects.readers(root).get(id) ?? [],
    columnsOf: id => models.delivery(nodeKey(root, id))?.columns,
    keysOf: id => models.delivery(nodeKey(root, id))?.keys ?? [],
    keysOfRun: id => models.units(nodeKey(root, id))[0]?.facts.keys ?? [],
    meaningOf: id => projects.meaning(nodeKey(root, id)) ?? NO_MEANING,
    measureOf: (id, column) => projects.measures.measureOf(nodeKey(root, id), column),
    repetitionsOf: id => projects.measures.repetitionsOf(nodeKey(root, id)),
    roleOf: (id, column) => projects.measures.roleOf(nodeKey(root, id), column),
    foreignKeyOf: (id, column) => projects.measures.foreignKeyOf(nodeKey(root, id), column),
    histories: () => projects.histories(root),
    clockOf: (id, column) => projects.stamped(nodeKey(root, id)).get(column.toLowerCase()),
    historyOf: id => projects.history(nodeKey(root, id)),
    definitionOf: (id, column) => projects.definitions(nodeKey(root, id)).get(column.toLowerCase()),
    specificationOf: name => projects.specified(root).get(name.toLowerCase()),
    get specifiedDimensions() {
      return projects.specifiedDimensions(root);
    },
    placesOf: id => nodes.entry(root, id),
    cycleOf: id => projects.cycleOf(nodeKey(root, id)),
    varNames: () => Object.keys(top.project.vars),
    macroNames: () => [...projects.macros.registry(root).keys()],
    get testKeys() {
      return projects.testKeys(root);
    },
    testStyleOf: uri => projects.testStyle(uri),
    layerOf: node => conventionLayer(node, projects.settings(root).layers),
    keyTypesOf: name => projects.keyTypes(root).get(name),
    consumersOf: node => ({
      exposures: projects.consumers(root).exposures.get(node.id) ?? [],
      contracts: [...new Set((contracts.links(root).get(node.id) ?? []).map(link => link.file))],
    }),
    contractsOf: id => contracts.links(root).get(id) ?? [],
    contractTarget: (contract, object) => {
      const id = contracts.target(root, contract, object);
      return id === undefined ? undefined : models.facts(nodeKey(root, id));
    },
    get classifiedColumns() {
      return personalColumns(projects).classified(root);
    },
    listedColumns: () => personalColumns(projects).listed(root),
    seedValues: (id, column) => {
      const node = index().byId.get(id);
      return node?.kind === 'seed' ? valuesOfSeed(projects.files.text(node.file) ?? '', column) : [];
    },
    placedContract: ({ file, index }) => contracts.placed(file)[index],
    renameModel: (id, name) => {
      const done = renameModel(projects, root, id, name);
      return 'renaming' in done ? done.renaming : undefined;
    },
    scripts: () =>
      projects.files
        .uris()
        .filter(uri => uri.startsWith(`${root}/`))
        .flatMap(uri => projects.scripts(nodeKey(root, uri)))
        .flatMap(script => script.units.map(({ tree, expansion }) => ({ tree, text: expansion.text }))),
    tablesMade: () =>
      projects.files
        .uris()
        .filter(uri => uri.startsWith(`${root}/`))
        .flatMap(uri => projects.tablesMade(nodeKey(root, uri))),
    renameColumn: (id, column, name, reach) => {
      const origin = { root, id, column: column.name, at: column.at.start };
      const done = renameFrom(projects, origin, name, reach);
      return 'renaming' in done ? done.renaming : undefined;
    },
    textOf: uri => projects.files.text(uri),
    packagesComplete: top.missingPackages.every(name => MACRO_ONLY_PACKAGES.has(name)),
    isPackage: top.isPackage,
    missingPackages: top.missingPackages,
    get packageNames() {
      return [...projects.macros.packages(root), ...top.missingPackages];
    },
    requireDbtVersion: top.project.requireDbtVersion,
    file: top.project.file,
    brokenColumnsOf: id => brokenColumns(projects, contracts, nodeKey(root, id)),
    get base() {
      const base = projects.base.get();
      return base && baseView(base, root);
    },
  };
}

/** Packages that bring macros and tests but no models: a ref cannot lead to them. */
const MACRO_ONLY_PACKAGES = new Set([
  'dbt_utils',
  'dbt-utils',
  'dbt_date',
  'dbt_expectations',
  'codegen',
  'audit_helper',
  'dbt_external_tables',
  'fivetran_utils',
  'dbt_profiler',
  'dbtplyr',
  'trino_utils',
  'spark_utils',
  'tsql_utils',
  'dbt_constraints',
]);

const namesakes = new WeakMap<ReadonlyMap<string, readonly string[]>, ReadonlySet<string>>();

/** Ids that share a name: most share none, so that no name need be put together to look for others. */
function namesakesIn(byName: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const known = namesakes.get(byName);
  if (known) return known;
  const found = new Set<string>();
  for (const ids of byName.values()) if (ids.length > 1) for (const id of ids) found.add(id);
  namesakes.set(byName, found);
  return found;
}

function namesWith(names: ReadonlyMap<string, readonly string[]>, prefix: string): string[] {
  const found: string[] = [];
  for (const name of names.keys()) if (name.startsWith(prefix)) found.push(name.slice(prefix.length));
  return found;
}
