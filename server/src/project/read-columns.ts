/** Which columns of other nodes a query reads, wherever it reads them: in its list, in filters, in joins. */

import type { SqlFile } from '../syntax/sql/tree.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { QueryFacts } from './infer/scopes.ts';

/** Lower-case names by the id of the node. Only what is read by name: a star takes whatever there is. */
export function readColumns(
  worlds: readonly { readonly tree: SqlFile; readonly facts: QueryFacts }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (node: string | undefined, column: string): void => {
    if (node === undefined) return;
    const known = found.get(node);
    if (known) known.add(column.toLowerCase());
    else found.set(node, new Set([column.toLowerCase()]));
  };
  for (const { tree, facts } of worlds) {
    walk(tree, node => {
      if (node.kind !== 'column') return;
      const resolved = facts.resolve(node);
      if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return;
      add(resolved.relation.node, resolved.column.name);
      // Through a star of a CTE a name is still read of the node behind it.
      const { derivation, origins } = resolved.column;
      if (derivation === 'star' || derivation === 'passthrough') for (const one of origins) add(one.node, one.column);
    });
  }
  return found;
}
