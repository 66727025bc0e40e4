/** Merge keys: `<<: *defaults` takes the entries of another map where the own map has none of that name. */

import type { YamlEntry, YamlNode } from './tree.ts';

/** Adds the maps that the value of a `<<` names; false when it names something else and is an ordinary key. */
export function collectMerged(value: YamlNode, merged: YamlNode[]): boolean {
  if (value.kind === 'map') merged.push(value);
  else if (value.kind === 'list' && value.items.every(item => item.kind === 'map')) merged.push(...value.items);
  else return false;
  return true;
}

/** Own entries win over merged ones, earlier merges over later ones. */
export function addMerged(entries: YamlEntry[], merged: readonly YamlNode[]): void {
  if (merged.length === 0) return;
  const known = new Set(entries.map(entry => entry.key.text));
  for (const map of merged) {
    if (map.kind !== 'map') continue;
    for (const entry of map.entries) {
      if (known.has(entry.key.text)) continue;
      known.add(entry.key.text);
      entries.push(entry);
    }
  }
}
