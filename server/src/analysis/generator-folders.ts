/** Where a project keeps files of a sort: where most of them are; a place beside them for the first of a new source. */

import type { Place } from '../generate/context.ts';
import { snakeCase } from '../generate/naming.ts';
import type { NodeFacts } from '../project/facts.ts';
import type { ProjectLayout } from '../project/layout.ts';

/** Below the project, without a slash at the end. */
export function folderOf(place: Place, own: readonly NodeFacts[], { project }: ProjectLayout): string {
  const models = own.filter(node => node.kind === 'model');
  const root = project.modelPaths[0] ?? 'models';
  switch (place.layer) {
    case 'staging':
      return stagingFolder(place.source, models, own) ?? joined(root, 'staging', place.source);
    case 'mart': {
      const alike = models.filter(node => isOf(node, place.kind));
      const marts = models.filter(node => node.layer === 'mart');
      const vault = place.kind === 'hub' || place.kind === 'link' || place.kind === 'satellite';
      const fallback = vault ? `${root}/vault` : `${root}/marts`;
      return commonest(alike) ?? (vault ? undefined : commonest(marts)) ?? fallback;
    }
    case 'snapshot':
      return commonest(own.filter(node => node.kind === 'snapshot')) ?? project.snapshotPaths[0] ?? 'snapshots';
    case 'test':
      return project.testPaths[0] ?? 'tests';
    case 'seed':
      return commonest(own.filter(node => node.kind === 'seed')) ?? project.seedPaths[0] ?? 'seeds';
    default:
      return commonest(models.filter(node => node.layer === place.layer)) ?? `${root}/${place.layer}`;
  }
}

function isOf(node: NodeFacts, kind: string | undefined): boolean {
  if (kind === undefined) return false;
  if (node.declared.kind === kind) return true;
  const prefixes = PREFIXES[kind] ?? [];
  return prefixes.some(prefix => node.name.toLowerCase().startsWith(prefix));
}

const PREFIXES: { readonly [kind: string]: readonly string[] } = {
  fact: ['fct_', 'fact_'],
  dimension: ['dim_'],
  bridge: ['brg_', 'bridge_'],
  hub: ['hub_'],
  link: ['link_', 'lnk_'],
  satellite: ['sat_'],
  mart: ['mrt_', 'mart_', 'rpt_', 'agg_'],
};

/** Beside the staging models that read the source already; else a folder of its own where other sources have theirs. */
function stagingFolder(
  source: string | undefined,
  models: readonly NodeFacts[],
  own: readonly NodeFacts[],
): string | undefined {
  const staging = models.filter(node => node.layer === 'staging');
  if (source === undefined) return commonest(staging);
  const sourceOf = new Map(own.filter(node => node.kind === 'source').map(node => [node.id, node.source]));
  const readers = staging.filter(node => node.reads.some(id => sourceOf.get(id) === source));
  const found = commonest(readers);
  if (found !== undefined) return found;
  const named = staging.filter(node =>
    node.reads.some(id => nameOf(parent(node.path)) === snakeCase(sourceOf.get(id) ?? '')),
  );
  const beside = commonest(named);
  if (beside !== undefined) return `${parent(`${beside}/`)}/${source}`.replace(/\/+/g, '/');
  return commonest(staging);
}

function commonest(nodes: readonly NodeFacts[]): string | undefined {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(parent(node.path), (counts.get(parent(node.path)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}

/** `models/staging/crm/stg_crm__customers.sql` → `models/staging/crm`; `models/staging/crm/` → `models/staging`. */
function parent(path: string): string {
  const trimmed = path.replace(/\/$/, '');
  return trimmed.slice(0, Math.max(0, trimmed.lastIndexOf('/')));
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1).toLowerCase();
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(part => part !== undefined && part !== '').join('/');
}
