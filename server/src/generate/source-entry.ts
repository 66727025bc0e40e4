/** Tables behind those that a source has in its YAML. */

import { listOf, textAt } from '../syntax/yaml/access.ts';
import type { YamlMap } from '../syntax/yaml/tree.ts';
import type { GeneratorContext } from './context.ts';
import type { Plan } from './plan.ts';
import { documentOf } from './properties.ts';
import { appendItems } from './yaml-edit.ts';
import type { YamlValue } from './yaml-writer.ts';

export function appendToSource(
  source: string,
  entries: readonly YamlValue[],
  path: string,
  context: GeneratorContext,
): Plan {
  const text = context.text(path) ?? '';
  const found = listOf(documentOf(text)?.root, 'sources')?.items.find(
    (item): item is YamlMap => item.kind === 'map' && textAt(item, 'name')?.toLowerCase() === source.toLowerCase(),
  );
  const list = found && listOf(found, 'tables');
  const edit = list && appendItems(text, list, entries);
  if (!edit) return { problem: `The source '${source}' in '${path}' is written in a way that cannot be added to.` };
  return { files: [], edits: [{ path, edits: [edit] }] };
}
