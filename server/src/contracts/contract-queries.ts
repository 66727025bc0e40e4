/** Which contracts there are, and which models, seeds and sources they are about. */

import { ownerOf } from '../project/layout.ts';
import type { Declaration } from '../project/nodes.ts';
import type { Projects } from '../project/project.ts';
import type { KnownDocument } from './documents.ts';
import type { Contract, ContractObject, PlacedContract } from './model.ts';
import { plainName } from './promises.ts';
import { readContract } from './read-contracts.ts';

/** An object of a contract with the node of a project that it is about. */
export interface ContractLink {
  /** URI of the contract's file. */
  readonly file: string;
  /** Which of the file's contracts, and which of its objects, from 0. */
  readonly index: number;
  readonly objectIndex: number;
  readonly contract: Contract;
  readonly object: ContractObject;
}

export interface ContractQueries {
  /** Contracts of a file with their places. Key: URI. */
  readonly placed: (uri: string) => readonly PlacedContract[];
  /** The same without places. Key: URI. */
  readonly facts: (uri: string) => readonly Contract[];
  /** Files that hold contracts about a project. Key: its root. */
  readonly files: (root: string) => readonly string[];
  /** What each node is promised to be, by the node's id. Key: root. */
  readonly links: (root: string) => ReadonlyMap<string, readonly ContractLink[]>;
  /** Id of the node an object is about. */
  readonly target: (root: string, contract: Contract, object: ContractObject) => string | undefined;
  /** The project whose nodes the contracts of a file are about: the one it lies in, or the only one there is. Key: URI. */
  readonly rootOf: (uri: string) => string | undefined;
}

export function contractQueries(projects: Projects, known: (uri: string) => readonly KnownDocument[]): ContractQueries {
  const { memo, files, nodes } = projects;
  const placed = memo.query(
    (uri: string): readonly PlacedContract[] => {
      if (!mayHoldContract(files.text(uri) ?? '')) return [];
      return known(uri).flatMap(({ root }) => (root.kind === 'map' ? (readContract(root) ?? []) : []));
    },
    { isEqual: Object.is },
  );
  const facts = memo.query((uri: string): readonly Contract[] => placed(uri).map(contract => contract.facts));
  const rootOf = memo.query((uri: string): string | undefined => {
    const layout = projects.layout('layout');
    const owned = ownerOf(layout, uri);
    if (owned) return owned.owner.isInstalled ? undefined : owned.top.project.root;
    return layout.projects.length === 1 ? layout.projects[0]?.project.root : undefined;
  });
  const contractFiles = memo.query((root: string): readonly string[] =>
    files.uris().filter(uri => /\.ya?ml$/i.test(uri) && rootOf(uri) === root && facts(uri).length > 0),
  );
  const names = memo.query((root: string): ReadonlyMap<string, readonly Declaration[]> => {
    const found = new Map<string, Declaration[]>();
    const own = projects.top(root)?.project.name;
    for (const node of nodes.index(root).byId.values()) {
      if (node.package !== own || node.kind === 'analysis' || node.kind === 'test') continue;
      const list = found.get(node.name.toLowerCase());
      if (list) list.push(node);
      else found.set(node.name.toLowerCase(), [node]);
    }
    return found;
  });
  const byRelation = memo.query((root: string): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    for (const { id, relation } of projects.allFacts(root)) {
      const name = relation.identifier.toLowerCase();
      if (!found.has(name)) found.set(name, id);
    }
    return found;
  });
  const target = (root: string, contract: Contract, object: ContractObject): string | undefined => {
    const mapped = mappedName(projects.configOf(root).contracts, contract, object);
    for (const name of mapped === undefined ? namesOf(contract, object) : [mapped]) {
      const id = idOf(name, names(root), contract, object) ?? latestOf(root, name);
      if (id !== undefined) return id;
    }
    const physical = mapped ?? object.physicalName;
    // Asked last: what nodes are called in the warehouse depends on all of them.
    return physical === undefined ? undefined : byRelation(root).get(lastPart(physical).toLowerCase());
  };
  const latestOf = (root: string, name: string): string | undefined => {
    const own = projects.top(root)?.project.name ?? '';
    return nodes.resolve(root, { kind: 'ref', name }, own)?.id;
  };
  const links = memo.query((root: string): ReadonlyMap<string, readonly ContractLink[]> => {
    const found = new Map<string, ContractLink[]>();
    for (const file of contractFiles(root)) {
      for (const [index, contract] of facts(file).entries()) {
        for (const [objectIndex, object] of contract.objects.entries()) {
          const id = target(root, contract, object);
          if (id === undefined) continue;
          const link = { file, index, objectIndex, contract, object };
          const list = found.get(id);
          if (list) list.push(link);
          else found.set(id, [link]);
        }
      }
    }
    return found;
  });
  return { placed, facts, files: contractFiles, links, target, rootOf };
}

/** Whether a text can hold one, without reading it as YAML. */
function mayHoldContract(text: string): boolean {
  return /^["']?(?:contract|dataContractSpecification|apiVersion)["']?\s*:/m.test(text);
}

function mappedName(
  mapping: { readonly [name: string]: string },
  contract: Contract,
  object: ContractObject,
): string | undefined {
  const own = [
    object.name,
    object.physicalName,
    ...(contract.objects.length === 1 ? [contract.name, contract.id] : []),
  ];
  for (const name of own) if (name !== undefined && Object.hasOwn(mapping, name)) return mapping[name];
  return undefined;
}

/** Names that may be those of the model, the surest first. */
function namesOf(contract: Contract, object: ContractObject): readonly string[] {
  const names = [
    object.model,
    object.name,
    object.physicalName,
    contract.objects.length === 1 ? contract.name : undefined,
  ];
  const plain = names.flatMap(name => (name === undefined || name === '' ? [] : [lastPart(name)]));
  // `orders_data_contract` is the contract of `orders`.
  const bare = plain.flatMap(name => /^(.+?)[-_](?:data[-_])?contract$/i.exec(name)?.[1] ?? []);
  return [...new Set([...plain, ...bare])];
}

function lastPart(name: string): string {
  return plainName(name.slice(name.lastIndexOf('.') + 1));
}

/** The node of that name: a model, seed or snapshot before a source; of several sources the one in the contract's schema. */
function idOf(
  name: string,
  names: ReadonlyMap<string, readonly Declaration[]>,
  contract: Contract,
  object: ContractObject,
): string | undefined {
  const found = names.get(name.toLowerCase()) ?? [];
  const own = found.filter(node => node.kind !== 'source' && node.version === undefined);
  if (own.length > 0) return own.length === 1 ? own[0]?.id : undefined;
  const sources = found.filter(node => node.kind === 'source');
  if (sources.length <= 1) return sources[0]?.id;
  const schemas = new Set(
    [object.physicalName?.split('.').at(-2), ...contract.servers.map(server => server.schema)].map(one =>
      one?.toLowerCase(),
    ),
  );
  const fitting = sources.filter(node => schemas.has(node.source?.toLowerCase()));
  return fitting.length === 1 ? fitting[0]?.id : undefined;
}
