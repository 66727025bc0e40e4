/** Which layer of the project a node belongs to: its folder says, else the prefix of its name. */

import type { Config } from '../config/config.ts';
import { PRESETS } from '../config/presets.ts';
import type { Layer, NodeKind } from './facts.ts';

/** Folder names in lower case, and the layer they stand for. */
export type LayerFolders = { readonly [folder: string]: Layer };

export const LAYER_FOLDERS: LayerFolders = {
  raw: 'raw',
  landing: 'raw',
  base: 'base',
  staging: 'staging',
  stage: 'staging',
  stg: 'staging',
  intermediate: 'intermediate',
  int: 'intermediate',
  mart: 'mart',
  marts: 'mart',
  data_mart: 'mart',
  data_marts: 'mart',
  dimensional: 'mart',
  reporting: 'mart',
  reports: 'mart',
  report: 'mart',
  snapshots: 'snapshot',
  seeds: 'seed',
  util: 'utility',
  utils: 'utility',
  utilities: 'utility',
};

/** What the chosen conventions and grainline.yml say of folders; grainline.yml wins. */
export function foldersOf({ conventions, layers }: Pick<Config, 'conventions' | 'layers'>): LayerFolders {
  const chosen = conventions.map(name => (name === 'adaptive' ? undefined : PRESETS[name].layers));
  return Object.fromEntries(
    [...chosen, layers].flatMap(one =>
      Object.entries(one ?? {}).flatMap(([layer, folders]) =>
        folders.map(folder => [folder.toLowerCase(), layer as Layer] as const),
      ),
    ),
  );
}

const NO_FOLDERS: LayerFolders = {};

const PREFIXES: { readonly [prefix: string]: Layer } = {
  raw: 'raw',
  src: 'raw',
  base: 'base',
  stg: 'staging',
  int: 'intermediate',
  fct: 'mart',
  fact: 'mart',
  dim: 'mart',
  mrt: 'mart',
  mart: 'mart',
  rpt: 'mart',
  agg: 'mart',
  obt: 'mart',
  brg: 'mart',
  bridge: 'mart',
  snp: 'snapshot',
  snap: 'snapshot',
};

export interface LayeredNode {
  readonly kind: NodeKind;
  readonly name: string;
  /** Below the project's folder, `/` between parts, the file's name last. */
  readonly path: string;
}

/**
 * The outermost folder that names a layer decides: `intermediate/base/int_x.sql` is intermediate. `folders` are looked at
 * before the usual ones.
 */
export function layerOf({ kind, name, path }: LayeredNode, folders: LayerFolders = NO_FOLDERS): Layer {
  if (kind === 'source') return 'raw';
  if (kind === 'seed') return 'seed';
  if (kind === 'snapshot') return 'snapshot';
  return layerByFolder(path, folders) ?? layerByName(name) ?? 'unknown';
}

/** The layer that the outermost layer folder of a path names. */
export function layerByFolder(path: string, folders: LayerFolders = NO_FOLDERS): Layer | undefined {
  return layersByFolder(path, folders)[0];
}

/** The layers that the folders of a path name, outermost first. Remembered by folder: hundreds of models lie in one. */
export function layersByFolder(path: string, folders: LayerFolders): readonly Layer[] {
  const cut = path.lastIndexOf('/');
  if (cut < 0) return NO_LAYERS;
  let known = layersOfFolders.get(folders);
  if (known === undefined) {
    known = new Map();
    layersOfFolders.set(folders, known);
  }
  const folder = path.slice(0, cut);
  const answer = known.get(folder);
  if (answer !== undefined) return answer;
  const found = findLayers(folder, folders);
  if (known.size >= MAX_ANSWERS) known.clear();
  known.set(folder, found);
  return found;
}

const layersOfFolders = new WeakMap<LayerFolders, Map<string, readonly Layer[]>>();
const MAX_ANSWERS = 5_000;
const NO_LAYERS: readonly Layer[] = [];

function findLayers(path: string, folders: LayerFolders): readonly Layer[] {
  return path.split('/').flatMap(part => {
    // `01_staging` and `1-staging` sort the folders.
    const folder = part.toLowerCase();
    const sorted = folder.replace(/^\d+[_-]+/, '');
    for (const spelling of [folder, sorted]) {
      const layer = own(folders, spelling) ?? own(LAYER_FOLDERS, spelling);
      if (layer) return [layer];
    }
    return [];
  });
}

/** The layer that the prefix of a name (`stg_`, `fct_`, …) tells. */
export function layerByName(name: string): Layer | undefined {
  const cut = name.indexOf('_');
  return cut <= 0 ? undefined : own(PREFIXES, name.slice(0, cut).toLowerCase());
}

function own(table: LayerFolders, key: string): Layer | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
