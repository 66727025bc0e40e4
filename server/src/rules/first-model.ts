/** Where a column enters the project: tests of its values belong into the first model that has it. */

import type { NodeFacts, OutputColumn } from '../project/facts.ts';

/** Copies of a source that staging models read: `stg_orders_tmp`, `base_orders`. */
export function isHelperOfStaging(node: Pick<NodeFacts, 'name' | 'layer'>): boolean {
  return node.layer === 'base' || isHelperName(node.name);
}

/** Another model has the column already, and this one carries it on. */
export function isCarriedOn({ derivation, origins }: OutputColumn): boolean {
  const carries = derivation === 'passthrough' || derivation === 'rename' || derivation === 'star';
  return carries && origins.some(({ node }) => /^(?:model|snapshot)\./.test(node) && !isHelperName(nameOf(node)));
}

function isHelperName(name: string): boolean {
  return /^base_|_tmp$/i.test(name);
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}
