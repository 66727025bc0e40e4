/** Who reads a model from outside its project's models: exposures, by name. */

import type { Files } from './files.ts';
import type { NodeQueries } from './nodes.ts';

export interface Consumers {
  /** Names of exposures by the id of the node they depend on. */
  readonly exposures: ReadonlyMap<string, readonly string[]>;
}

export function findConsumers(files: Files, nodes: NodeQueries, root: string, packageName: string): Consumers {
  const exposures = new Map<string, string[]>();
  for (const { uri, role, package: owner } of nodes.files(root)) {
    if (owner !== packageName || role !== 'properties' || !files.text(uri)?.includes('exposures')) continue;
    for (const exposure of files.properties(uri).exposures) {
      for (const { text } of exposure.dependsOn) {
        const name = refIn(text);
        const node = name && nodes.resolve(root, { kind: 'ref', name }, packageName);
        if (node) push(exposures, node.id, exposure.name);
      }
    }
  }
  return { exposures };
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
