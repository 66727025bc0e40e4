/** Who reads a model from outside its project's models: exposures and data contracts, by name. */

import { mapOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlScalar } from '../syntax/yaml/tree.ts';
import type { Files } from './files.ts';
import type { NodeQueries } from './nodes.ts';

export interface Consumers {
  /** Names of exposures by the id of the node they depend on. */
  readonly exposures: ReadonlyMap<string, readonly string[]>;
  /** URIs of contracts by the lower-case name of the model they are for. */
  readonly contracts: ReadonlyMap<string, readonly string[]>;
}

export function findConsumers(files: Files, nodes: NodeQueries, root: string, packageName: string): Consumers {
  const exposures = new Map<string, string[]>();
  const contracts = new Map<string, string[]>();
  for (const { uri, role, package: owner } of nodes.files(root)) {
    if (owner !== packageName || (role !== 'properties' && role !== 'yaml')) continue;
    for (const exposure of role === 'properties' ? files.properties(uri).exposures : []) {
      for (const { text } of exposure.dependsOn) {
        const name = refIn(text);
        const node = name && nodes.resolve(root, { kind: 'ref', name }, packageName);
        if (node) push(exposures, node.id, exposure.name);
      }
    }
    const contract = contractName(files.yaml(uri).documents);
    if (contract) push(contracts, contract.text.toLowerCase(), uri);
  }
  return { exposures, contracts };
}

/** The scalar that names the model of a data contract (`contract:` with a `name`); dbt's own `contract:` has none. */
export function contractName(documents: readonly YamlDocument[]): YamlScalar | undefined {
  for (const { root } of documents) {
    const contract = mapOf(root, 'contract');
    const name = contract && valueAt(contract, 'name');
    if (name?.kind === 'scalar' && textAt(contract, 'name') && !name.hasJinja) return name;
  }
  return undefined;
}

/** `orders` of `ref('orders')`; the last name of a ref with a package. */
export function refIn(text: string): string | undefined {
  return /\bref\s*\(\s*(?:(["'])[^"']*\1\s*,\s*)?(["'])([^"']+)\2/.exec(text)?.[3];
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (!list) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}
