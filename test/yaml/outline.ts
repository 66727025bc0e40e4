import type { YamlNode } from '../../server/src/syntax/yaml/tree.ts';

/** The values alone, for comparing. A key that stands twice stands twice. */
export function outline(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(outline);
  const keys = node.entries.map(entry => entry.key.text);
  if (new Set(keys).size < keys.length) return node.entries.map(entry => [entry.key.text, outline(entry.value)]);
  return Object.fromEntries(node.entries.map(entry => [entry.key.text, outline(entry.value)]));
}

/** Names under `models:`, whatever else was lost. */
export function modelNames(root: YamlNode | undefined): readonly unknown[] {
  const models = root?.kind === 'map' ? root.entries.find(entry => entry.key.text === 'models')?.value : undefined;
  if (models?.kind !== 'list') return [];
  return models.items.map(item => {
    const name = item.kind === 'map' ? item.entries.find(entry => entry.key.text === 'name')?.value : undefined;
    return name?.kind === 'scalar' ? name.value : undefined;
  });
}
