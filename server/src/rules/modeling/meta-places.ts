/** Where `meta.grainline` stands in dbt's YAML: under `meta`, under `config.meta`, and behind `+meta` in dbt_project.yml. */

import { itemsOf, mapOf, textAt, valueAt } from '../../syntax/yaml/access.ts';
import type { YamlDocument, YamlNode } from '../../syntax/yaml/tree.ts';

export interface MetaPlace {
  /** The value of `grainline`. */
  readonly meta: YamlNode;
  /** Of the model, seed, snapshot or source table; none for a folder of dbt_project.yml. */
  readonly name: string | undefined;
  /** Name of the source of a table. */
  readonly source?: string;
  /** Set when it is about a column. */
  readonly column?: string;
}

export function metaPlaces(documents: readonly YamlDocument[]): readonly MetaPlace[] {
  const found: MetaPlace[] = [];
  for (const { root } of documents) {
    for (const kind of ['models', 'seeds', 'snapshots']) {
      const value = valueAt(root, kind);
      if (value?.kind === 'map') inFolders(value, found, 0);
      for (const entry of itemsOf(root, kind)) ofEntry(entry, undefined, found);
    }
    for (const source of itemsOf(root, 'sources')) {
      for (const table of itemsOf(source, 'tables')) ofEntry(table, textAt(source, 'name') ?? '', found);
    }
  }
  return found;
}

function ofEntry(entry: YamlNode, source: string | undefined, found: MetaPlace[]): void {
  const owner = { name: textAt(entry, 'name'), ...(source === undefined ? {} : { source }) };
  const add = (node: YamlNode, column?: string): void => {
    for (const holder of [node, mapOf(node, 'config')]) {
      const meta = valueAt(mapOf(holder, 'meta'), 'grainline');
      if (meta) found.push({ meta, ...owner, ...(column === undefined ? {} : { column }) });
    }
  };
  add(entry);
  for (const column of itemsOf(entry, 'columns')) add(column, textAt(column, 'name') ?? '');
  for (const version of itemsOf(entry, 'versions')) {
    for (const column of itemsOf(version, 'columns')) add(column, textAt(column, 'name') ?? '');
  }
}

/** Folders in dbt_project.yml are nested no deeper than this. */
const MAX_DEPTH = 30;

function inFolders(node: YamlNode, found: MetaPlace[], depth: number): void {
  if (node.kind !== 'map' || depth > MAX_DEPTH) return;
  for (const { key, value } of node.entries) {
    if (key.text === '+meta' || key.text === 'meta') {
      const meta = valueAt(value, 'grainline');
      if (meta) found.push({ meta, name: undefined });
    } else if (!key.text.startsWith('+')) inFolders(value, found, depth + 1);
  }
}
