/** Columns that a node promised on the base and no longer promises: what its readers must know. */

import type { ContractQueries } from '../contracts/contract-queries.ts';
import { diffContracts } from '../contracts/diff/diff-contracts.ts';
import type { PlacedContract } from '../contracts/model.ts';
import { plainName } from '../contracts/promises.ts';
import { readContracts } from '../contracts/read-contracts.ts';
import { readDbt } from '../contracts/read-dbt.ts';
import { splitKey } from '../project/nodes.ts';
import type { Projects } from '../project/project.ts';

/** Name as it was, by lower-case name. */
export type BrokenColumns = ReadonlyMap<string, string>;

const NONE: BrokenColumns = new Map();
const queries = new WeakMap<Projects, (key: string) => BrokenColumns>();

/** Key: root, a blank, id of the node. */
export function brokenColumns(projects: Projects, contracts: ContractQueries, key: string): BrokenColumns {
  let query = queries.get(projects);
  if (!query) {
    query = projects.memo.query((one: string) => findBroken(projects, contracts, one));
    queries.set(projects, query);
  }
  return query(key);
}

function findBroken(projects: Projects, contracts: ContractQueries, key: string): BrokenColumns {
  const base = projects.base.get();
  if (!base) return NONE;
  const [root, id] = splitKey(key);
  const node = projects.nodes.index(root).byId.get(id);
  if (node?.kind !== 'model') return NONE;
  const found = new Map<string, string>();
  const compare = (then: PlacedContract, now: PlacedContract): void => {
    for (const change of diffContracts(then.facts, now.facts, { dialect: projects.settings(root).dialect })) {
      const isThis = plainName(change.object ?? '') === plainName(node.name) || then.facts.objects.length === 1;
      if (change.kind === 'column-removed' && isThis && change.column !== undefined)
        found.set(plainName(change.column), change.column);
    }
  };
  for (const uri of new Set((contracts.links(root).get(id) ?? []).map(link => link.file))) {
    if (projects.files.text(uri) === base.projects.files.text(uri)) continue;
    const now = readContracts(projects.files.yaml(uri).documents);
    for (const then of readContracts(base.projects.files.yaml(uri).documents)) {
      const same = now.find(one => one.facts.name === then.facts.name && one.facts.id === then.facts.id);
      if (same) compare(then, same);
    }
  }
  if (projects.nodes.properties(key)?.contractEnforced) {
    const entry = projects.nodes.entry(root, id);
    const before = base.projects.nodes.entry(root, id);
    if (entry && before?.entry.facts.contractEnforced) compare(readDbt(before.entry), readDbt(entry.entry));
  }
  return found.size === 0 ? NONE : found;
}
