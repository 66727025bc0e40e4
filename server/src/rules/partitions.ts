/** By which columns a table is partitioned, as its configuration says. */

import type { NodeFacts } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';

/** Lower-case names. */
export function partitionColumns(node: NodeFacts): readonly string[] {
  const found = [node.config['partition_by'], node.config['partitioned_by'], node.properties?.meta['partition_by']];
  return found.flatMap(namesIn);
}

/** A name, a list of names, or `{field: …}`; expressions name no column. */
function namesIn(setting: PlainValue): readonly string[] {
  if (typeof setting === 'string') return /^\w+$/.test(setting) ? [setting.toLowerCase()] : [];
  if (Array.isArray(setting)) {
    return setting.flatMap(one => (typeof one === 'string' && /^\w+$/.test(one) ? [one.toLowerCase()] : []));
  }
  if (setting === null || typeof setting !== 'object') return [];
  const { field } = setting as { readonly [key: string]: PlainValue };
  return typeof field === 'string' ? [field.toLowerCase()] : [];
}
