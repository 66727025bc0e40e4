/** How old dbt lets the data of sources get before it says so. */

import type { NodeFacts } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { ProjectView } from './rule.ts';

export interface Freshness {
  readonly source: NodeFacts;
  /** Age at which dbt says something. */
  readonly hours: number;
}

/** The first age at which dbt warns or fails of a source; nothing where it does not look. */
export function freshnessOf(node: NodeFacts): number | undefined {
  const stated = node.properties?.other['freshness'];
  const freshness = stated === undefined ? node.config['freshness'] : stated;
  const ages = ['warn_after', 'error_after'].flatMap(key => hoursIn(mapOf(freshness)?.[key]) ?? []);
  return ages.length === 0 ? undefined : Math.min(...ages);
}

/** More nodes than that are not asked. */
const MOST = 500;

/** Of the sources that a node is made from, the one whose data may get oldest unseen. */
export function loosestFreshness(node: NodeFacts, project: ProjectView): Freshness | undefined {
  const seen = new Set([node.id]);
  const open: NodeFacts[] = [node];
  let loosest: Freshness | undefined;
  for (let one = open.pop(); one && seen.size < MOST; one = open.pop()) {
    if (one.kind === 'source') {
      const hours = freshnessOf(one);
      if (hours !== undefined && hours > (loosest?.hours ?? 0)) loosest = { source: one, hours };
    }
    for (const id of one.reads) {
      const read = seen.has(id) ? undefined : project.node(id);
      seen.add(id);
      if (read) open.push(read);
    }
  }
  return loosest;
}

function hoursIn(value: PlainValue): number | undefined {
  const { count, period } = mapOf(value) ?? {};
  const factor = typeof period === 'string' ? PERIODS[period] : undefined;
  return typeof count === 'number' && factor !== undefined ? count * factor : undefined;
}

const PERIODS: { readonly [period: string]: number } = { minute: 1 / 60, hour: 1, day: 24 };

function mapOf(value: PlainValue): { readonly [key: string]: PlainValue } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: PlainValue })
    : undefined;
}
