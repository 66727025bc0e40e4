/** Which patterns the names of a project's models follow, layer by layer, and which folders are layers under another name. */

import { MODEL_PREFIXES } from '../../config/presets.ts';
import type { Layer } from '../../project/facts.ts';
import { LAYER_FOLDERS, layerByName } from '../../project/layers.ts';
import { type Followed, follow } from './column-survey.ts';

/** This share of the models of a folder shows what it is. */
const AGREED = 0.8;
const NEARLY_ALL = 0.95;

/** `names` in lower case. `saysWhatIsDone` tells a verb of `int_<entity>_<verb>`. */
export function surveyModels(
  layer: Layer,
  names: readonly string[],
  saysWhatIsDone: (words: string) => boolean,
): Followed {
  const usual = new Set(MODEL_PREFIXES[layer] ?? []);
  const prefixes = new Map<string, readonly string[]>();
  for (const name of names) {
    const prefix = /^[a-z0-9]+_+(?=[a-z0-9])/.exec(name)?.[0];
    if (prefix !== undefined) prefixes.set(prefix, [...(prefixes.get(prefix) ?? []), name.slice(prefix.length)]);
  }
  const candidates = [...prefixes].map(([prefix, rests]) => ({
    pattern: `${prefix}${bodyOf(layer, rests, saysWhatIsDone)}`,
    // A prefix that layers are known by counts however few use it; any other word only where nearly all begin with it.
    least: usual.has(prefix.replace(/_+$/, '')) ? 1 : Math.max(5, names.length * NEARLY_ALL),
  }));
  const byPrefix = follow(names, candidates);
  if (byPrefix.following >= names.length * AGREED) return byPrefix;
  // `core__patient`, `claims__patient`: the area is the prefix, and there are many areas.
  const byArea = follow(names, [{ pattern: '<domain>__<entity>', least: 3 }]);
  return byArea.following > byPrefix.following ? byArea : byPrefix;
}

function bodyOf(layer: Layer, rests: readonly string[], saysWhatIsDone: (words: string) => boolean): string {
  const share = (is: (rest: string) => boolean): number => rests.filter(is).length / rests.length;
  const area = layer === 'staging' || layer === 'base' || layer === 'raw' ? 'source' : 'domain';
  if (share(rest => /[a-z0-9]__[a-z0-9]/.test(rest)) >= AGREED) return `<${area}>__<entity>`;
  if (layer === 'intermediate' && share(rest => rest.includes('_') && saysWhatIsDone(rest)) >= AGREED)
    return '<entity>_<verb>';
  return '<entity>';
}

/** Folders right below the models whose names say one layer, by layer. `models` are those of no known layer. */
export function surveyFolders(models: readonly { readonly name: string; readonly path: string }[]): {
  readonly [layer: string]: readonly string[];
} {
  const folders = new Map<string, (Layer | undefined)[]>();
  for (const { name, path } of models) {
    const parts = path.split('/');
    const folder = parts[1];
    if (folder === undefined || parts.length < 3 || Object.hasOwn(LAYER_FOLDERS, folder.toLowerCase())) continue;
    folders.set(folder, [...(folders.get(folder) ?? []), layerByName(name)]);
  }
  const found: { [layer: string]: string[] } = {};
  for (const [folder, layers] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = layers.filter(layer => layer !== undefined);
    if (layers.length < 2 || first === undefined) continue;
    const best = [...new Set(layers)].sort((a, b) => count(layers, b) - count(layers, a))[0];
    if (best === undefined || count(layers, best) < layers.length * AGREED) continue;
    found[best] = [...(found[best] ?? []), folder];
  }
  return found;
}

function count<T>(list: readonly T[], value: T): number {
  return list.filter(one => one === value).length;
}
