/** Renames a model everywhere it is named: its file, refs in SQL and YAML, its YAML entry, unit tests and contracts. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import { extensionOf, joinUri, parentUri } from '../base/uri.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';
import { contractName } from './consumers.ts';
import type { Projects } from './project.ts';
import { textSpan } from './properties.ts';

/** Edits of several files in offsets of each as written, and the file that is renamed. */
export interface Renaming {
  readonly edits: readonly { readonly file: string; readonly edits: readonly TextEdit[] }[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

/** `undefined` when it cannot be done whole: the name is taken, or a reader computes it. */
export function renameModel(projects: Projects, root: string, id: string, name: string): Renaming | undefined {
  const { files, models, nodes } = projects;
  const node = models.facts(`${root} ${id}`);
  if (node?.kind !== 'model' || node.version !== undefined || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const to = joinUri(parentUri(node.file), `${name}.${extensionOf(node.file)}`);
  if (files.text(to) !== undefined || nodes.resolve(root, { kind: 'ref', name }, node.package)) return undefined;

  const edits = new Map<string, TextEdit[]>();
  const add = (file: string, span: Span): void => {
    const known = edits.get(file);
    const edit = { span: { start: span.start, end: span.end }, text: name };
    if (!known) edits.set(file, [edit]);
    else if (!known.some(one => one.span.start === span.start)) known.push(edit);
  };
  const own = nodes.files(root).filter(one => one.package === node.package);
  for (const { uri, role } of own) {
    const text = files.text(uri);
    if (text?.includes(node.name)) for (const span of refsIn(text, node.name)) add(uri, span);
    if (role !== 'properties' && role !== 'yaml') continue;
    if (role === 'properties') {
      const read = files.properties(uri);
      for (const one of read.models) if (one.facts.name === node.name) add(uri, one.nameAt);
      for (const one of read.unitTests) if (one.model === node.name && one.modelAt) add(uri, one.modelAt);
    }
    const contract = contractName(files.yaml(uri).documents);
    if (contract?.text === node.name) add(uri, textSpan(contract));
  }
  const settings = joinUri(root, 'dbt_project.yml');
  for (const { root: document } of files.yaml(settings).documents) {
    for (const span of keysNamed(document, node.name)) add(settings, span);
  }
  // A reader whose file and macros hold no such ref makes the name up while it runs.
  for (const reader of projects.readers(root).get(id) ?? []) {
    const calls = models.expansions(`${root} ${reader}`).flatMap(one => one.calls);
    const naming = calls.filter(
      call => call.kind === 'ref' && nodes.resolve(root, call, node.package)?.id === id && reader !== id,
    );
    if (naming.some(call => !call.nameSpan || !isEdited(edits, call.file, call.nameSpan))) return undefined;
  }
  return {
    edits: [...edits].map(([file, list]) => ({ file, edits: list.sort((a, b) => a.span.start - b.span.start) })),
    renames: [{ from: node.file, to }],
  };
}

function isEdited(edits: ReadonlyMap<string, readonly TextEdit[]>, file: string, { start, end }: Span): boolean {
  return (edits.get(file) ?? []).some(({ span }) => span.start >= start && span.end <= end);
}

/** Places of the name in `ref('name')`, `ref('package', 'name')`: SQL, Jinja and YAML alike, in branches nobody takes too. */
export function refsIn(text: string, name: string): readonly Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(REF)) {
    const written = match[4] ?? match[2] ?? '';
    if (written !== name) continue;
    const end = match.index + match[0].length - 1;
    found.push({ start: end - written.length, end });
  }
  return found;
}

const REF = /\bref\s*\(\s*(["'])([^"'\n]*)\1(?:\s*,\s*(["'])([^"'\n]*)\3)?/g;

/** Keys of settings by model in dbt_project.yml. */
function keysNamed(node: YamlNode | undefined, name: string, depth = 0): readonly Span[] {
  if (node?.kind !== 'map' || depth > 20) return [];
  return node.entries.flatMap(({ key, value }) => [
    ...(depth > 1 && key.text === name ? [textSpan(key)] : []),
    ...keysNamed(value, name, depth + 1),
  ]);
}
