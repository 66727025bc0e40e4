/** The YAML of what is generated: an entry as data, put where the project keeps such entries. */

import { listOf, textAt } from '../syntax/yaml/access.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { YamlDocument } from '../syntax/yaml/tree.ts';
import type { GeneratorContext } from './context.ts';
import { joinPath } from './naming.ts';
import type { FileEdit, GeneratedFile } from './plan.ts';
import { addToEnd, appendItems } from './yaml-edit.ts';
import { writeYaml, type YamlValue } from './yaml-writer.ts';

export type Section = 'models' | 'sources' | 'snapshots' | 'seeds' | 'exposures' | 'unit_tests';
export type YamlMapValue = { readonly [key: string]: YamlValue | undefined };

export interface PlacedEntries {
  readonly files: readonly GeneratedFile[];
  readonly edits: readonly FileEdit[];
}

/**
 * Puts entries for things of a folder where the project has such entries: at the end of the folder's file, which keeps its
 * comments and order, or in a new file. `name` is what the file of a single model is called after.
 */
export function placeEntries(
  section: Section,
  entries: readonly YamlMapValue[],
  folder: string,
  name: string,
  context: GeneratorContext,
): PlacedEntries {
  if (context.yaml.layout === 'folder' || section === 'sources') {
    const found = folderFile(section, folder, name, context);
    if (found) {
      const edit = addEntries(section, entries, found.text);
      if (edit) return { files: [], edits: [{ path: found.path, edits: [edit] }] };
    }
    const path = joinPath(folder, folderFileName(section, folder, context));
    if (!isTaken(path, context)) return { files: [newFile(path, section, entries, context)], edits: [] };
  }
  const own = modelFile(folder, name, context);
  const text = isTaken(own, context) ? context.text(own) : undefined;
  const edit = text === undefined ? undefined : addEntries(section, entries, text);
  if (edit) return { files: [], edits: [{ path: own, edits: [edit] }] };
  return { files: [newFile(own, section, entries, context)], edits: [] };
}

/** Entries behind those that the text has in the section; the section at its end where it has none. */
export function addEntries(section: Section, entries: readonly YamlMapValue[], text: string) {
  const document = documentOf(text);
  const list = listOf(document?.root, section);
  const key = testsKeyIn(text);
  const own = key === undefined ? entries : entries.map(entry => withTestsKey(entry, key) as YamlMapValue);
  if (list) return appendItems(text, list, own);
  return addToEnd(text, document, section, own);
}

/** The text's only document, when nothing in it is broken. */
export function documentOf(text: string): YamlDocument | undefined {
  const { documents, problems } = parseYaml(text);
  return problems.length === 0 && documents.length === 1 ? documents[0] : undefined;
}

function newFile(
  path: string,
  section: Section,
  entries: readonly YamlMapValue[],
  context: GeneratorContext,
): GeneratedFile {
  const header = context.yaml.versionHeader ? 'version: 2\n\n' : '';
  return { path, text: header + writeYaml({ [section]: entries }) };
}

function modelFile(folder: string, name: string, context: GeneratorContext): string {
  return joinPath(folder, context.yaml.fileName.replaceAll('<model>', name));
}

function folderFileName(section: Section, folder: string, context: GeneratorContext): string {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const { folderFileName: pattern } = context.yaml;
  const file = pattern.replaceAll('<folder>', name).replaceAll('<kind>', section);
  // A pattern without a word for the kind would put sources among the models: theirs is a file beside.
  return section === 'models' || pattern.includes('<kind>') ? file : `_${name}__${section}.yml`;
}

/** The file directly in the folder that has most to say in this section, of things alike before all. */
function folderFile(
  section: Section,
  folder: string,
  name: string,
  context: GeneratorContext,
): { readonly path: string; readonly text: string } | undefined {
  const own = folderFileName(section, folder, context).toLowerCase();
  let best: { path: string; text: string; worth: number } | undefined;
  for (const path of context.files) {
    if (!/\.ya?ml$/i.test(path) || path.slice(0, path.lastIndexOf('/')) !== folder) continue;
    const text = context.text(path);
    if (text === undefined) continue;
    const list = new RegExp(`^${section}\\s*:`, 'm').test(text) ? listOf(documentOf(text)?.root, section) : undefined;
    const isNamedSo = path.slice(path.lastIndexOf('/') + 1).toLowerCase() === own;
    if (!list && !isNamedSo) continue;
    const items = list && !list.flow ? list.items : [];
    const alike = items.filter(item => prefixOf(textAt(item, 'name') ?? '') === prefixOf(name)).length;
    const worth = items.length + alike * 1000 + (isNamedSo ? 1_000_000 : 0);
    if (!best || worth > best.worth) best = { path, text, worth };
  }
  return best;
}

/** Facts and dimensions of a folder may have files of their own: their prefixes tell. */
function prefixOf(name: string): string {
  return name.slice(0, name.indexOf('_') + 1).toLowerCase();
}

function isTaken(path: string, context: GeneratorContext): boolean {
  return context.files.some(each => each.toLowerCase() === path.toLowerCase());
}

/** The key under which a file writes its tests; `undefined` where it has none. */
export function testsKeyIn(text: string): 'data_tests' | 'tests' | undefined {
  if (/^\s*(?:- )?data_tests\s*:/m.test(text)) return 'data_tests';
  return /^\s*(?:- )?tests\s*:/m.test(text) ? 'tests' : undefined;
}

/** The same with tests under another key, as deep as they stand. */
function withTestsKey(value: YamlValue | undefined, key: 'data_tests' | 'tests'): YamlValue | undefined {
  if (Array.isArray(value)) return (value as readonly YamlValue[]).map(item => withTestsKey(item, key) as YamlValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]): [string, YamlValue | undefined] => [
      name === 'data_tests' || name === 'tests' ? key : name,
      withTestsKey(each as YamlValue | undefined, key),
    ]),
  );
}
