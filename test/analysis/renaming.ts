/** Projects in memory that are renamed in, and checked again afterwards. */

import { expect } from 'vitest';
import type { Renamed } from '../../server/src/analysis/rename/rename-edits.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { joinUri, relativePath } from '../../server/src/base/uri.ts';
import { parseExample } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';

export const ROOT = 'file:///shop';

/** What a rename must not bring about. */
const BROKEN = [
  'unknown-ref',
  'unknown-column',
  'unknown-source',
  'syntax-error',
  'ambiguous-column',
  'duplicate-output-column',
  'column-drift',
  'yaml-without-model',
];

export type Files = ReadonlyMap<string, string>;

/** Files in the notation of examples: `//- path` begins one. */
export function filesOf(text: string): Files {
  const files = new Map(parseExample(text).example.files.map(({ path, text: content }) => [path, content]));
  if (!files.has('dbt_project.yml')) files.set('dbt_project.yml', 'name: shop\nprofile: shop\n');
  return files;
}

export function open(files: Files, only: readonly string[] = BROKEN): Workspace {
  const workspace = new Workspace({ rules: RULES, only });
  workspace.apply([...files].map(([path, text]) => ({ uri: joinUri(ROOT, path), text })));
  return workspace;
}

/** What is wrong with the files, by rule. */
export function brokenIn(files: Files): readonly string[] {
  const workspace = open(files);
  return workspace
    .files()
    .flatMap(uri => workspace.findings(uri).map(one => one.rule))
    .sort();
}

/** The files afterwards; none may be edited twice at one place, and nothing may be broken that was whole. */
export function afterRenaming(files: Files, done: Renamed): Files {
  if ('problem' in done) throw new Error(`refused: ${done.problem}`);
  const after = new Map(files);
  for (const { file, edits } of done.renaming.edits) {
    const path = relativePath(ROOT, file) ?? file;
    const text = applyEdits(after.get(path) ?? '', edits);
    if (text === undefined) throw new Error(`edits of ${path} overlap`);
    after.set(path, text);
  }
  for (const { from, to } of done.renaming.renames) {
    const path = relativePath(ROOT, from) ?? from;
    after.set(relativePath(ROOT, to) ?? to, after.get(path) ?? '');
    after.delete(path);
  }
  expect(brokenIn(after)).toEqual(brokenIn(files));
  return after;
}

/** Files that differ, with their new text but for the last line break; files that are gone, with none. */
export function changes(before: Files, after: Files): { readonly [path: string]: string | undefined } {
  const found: { [path: string]: string | undefined } = {};
  for (const [path, text] of after) if (before.get(path) !== text) found[path] = text.trimEnd();
  for (const path of before.keys()) if (!after.has(path)) found[path] = undefined;
  return found;
}

/** The text without the mark `$0`, and where it stood. */
export function cursorIn(files: Files): { readonly files: Files; readonly uri: string; readonly offset: number } {
  for (const [path, text] of files) {
    const offset = text.indexOf('$0');
    if (offset < 0) continue;
    const clean = new Map(files).set(path, text.slice(0, offset) + text.slice(offset + 2));
    return { files: clean, uri: joinUri(ROOT, path), offset };
  }
  throw new Error('no cursor');
}
