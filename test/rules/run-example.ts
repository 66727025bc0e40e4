/** Runs an example of a rule: the files as a small dbt project, the rule alone over them, and each fix it offers. */

import type { Finding, Fix, WorkspaceEdit } from '../../server/src/analysis/results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { joinUri, relativePath } from '../../server/src/base/uri.ts';
import type { Example, ExampleFile, ExampleMark } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Rule } from '../../server/src/rules/rule.ts';

export const ROOT = 'file:///project';

/** Text of each file by its path below the project. */
export type Files = ReadonlyMap<string, string>;

/** In front of the path of a file as it was on the branch that the change will be merged into. */
const BEFORE = 'before ';

/** The files an example is run on: its own, and the smallest dbt_project.yml when it has none. */
export function filesOf(example: Example): Files {
  const files = new Map(example.files.map(file => [file.path, file.text]));
  for (const { path, text } of example.before) files.set(`${BEFORE}${path}`, text ?? '');
  if (!example.isOutsideProject && !files.has('dbt_project.yml')) {
    files.set('dbt_project.yml', "name: example\nversion: '1.0'\nprofile: example\n");
  }
  return files;
}

/** Findings of the rule in all files, in the order of paths and places. */
export function findingsOf(rule: Rule, files: Files): readonly Finding[] {
  // A comment that silences other rules means something only where they run.
  const silenced = RULES.filter(each => each.id !== rule.id && isSilenced(each.id, files));
  const rules = [rule, ...silenced];
  const workspace = open(
    files,
    rules,
    rules.map(each => each.id),
  );
  return workspace.files().flatMap(uri => workspace.findings(uri).filter(finding => finding.rule === rule.id));
}

function isSilenced(id: string, files: Files): boolean {
  const comment = new RegExp(`grainline-ignore(-file)?:[^\\n]*\\b${id}\\b`);
  return [...files.values()].some(text => comment.test(text));
}

/** Places of which our reader cannot make sense, as `path: message`. */
export function syntaxProblemsOf(rules: readonly Rule[], files: Files): readonly string[] {
  const readers = rules.filter(rule => rule.id === 'syntax-error');
  const workspace = open(
    files,
    readers,
    readers.map(rule => rule.id),
  );
  return workspace
    .files()
    .flatMap(uri => workspace.findings(uri))
    .filter(finding => finding.rule === 'syntax-error')
    .map(finding => `${pathOf(finding.file)}: ${finding.message}`);
}

/** The files as a project that is checked by the rule alone. */
export function openWith(rule: Rule, files: Files): Workspace {
  return open(files, [rule], [rule.id]);
}

function open(files: Files, rules: readonly Rule[], only: readonly string[]): Workspace {
  const workspace = new Workspace({ rules: [...rules], only });
  const all = [...files].map(([path, text]) => ({ path, text }));
  workspace.apply(
    all.filter(({ path }) => !path.startsWith(BEFORE)).map(({ path, text }) => ({ uri: joinUri(ROOT, path), text })),
  );
  const before = all
    .filter(({ path }) => path.startsWith(BEFORE))
    .map(({ path, text }) => ({ uri: joinUri(ROOT, path.slice(BEFORE.length)), text: text || undefined }));
  if (before.length > 0) workspace.setBase({ name: 'main', today: '2026-06-30', files: before });
  return workspace;
}

export function pathOf(uri: string): string {
  return relativePath(ROOT, uri) ?? uri;
}

/**
 * What was found, as marks of one file. A finding that a mark of the example describes is written as that mark writes it,
 * so that only true differences show.
 */
export function marksOf(findings: readonly Finding[], expected: ExampleFile): readonly ExampleMark[] {
  const left = [...expected.marks];
  return findings
    .filter(finding => pathOf(finding.file) === expected.path)
    .map(finding => {
      const found = left.findIndex(mark => describes(mark, finding, expected.text));
      if (found >= 0) return left.splice(found, 1)[0] as ExampleMark;
      const at = isOfFile(finding, expected.text) ? 'file' : finding.span;
      const isElsewhere = left.find(mark => says(mark, finding));
      return isElsewhere ? { ...isElsewhere, at } : { at, message: finding.message, severity: finding.severity };
    });
}

function describes(mark: ExampleMark, finding: Finding, text: string): boolean {
  if (!says(mark, finding)) return false;
  if (mark.at === 'file') return isOfFile(finding, text);
  return mark.at.start === finding.span.start && mark.at.end === finding.span.end;
}

function says(mark: ExampleMark, finding: Finding): boolean {
  return finding.message.includes(mark.message) && (mark.severity ?? finding.severity) === finding.severity;
}

/** A finding of a file as a whole is shown on its first word. */
function isOfFile(finding: Finding, text: string): boolean {
  const word = /\S+/.exec(text);
  const start = word?.index ?? 0;
  return finding.span.start === start && finding.span.end === start + (word?.[0].length ?? 0);
}

/** The files after a fix; a sentence when it cannot be applied. */
export function applyFix(files: Files, edit: WorkspaceEdit): Files | string {
  const changed = new Map(files);
  for (const { file, edits } of edit.edits) {
    const text = changed.get(pathOf(file));
    if (text === undefined) return `the fix edits ${pathOf(file)}, which does not exist`;
    const after = applyEdits(text, edits);
    if (after === undefined) return `edits of ${pathOf(file)} overlap or leave the file`;
    changed.set(pathOf(file), after);
  }
  for (const { from, to } of edit.renames ?? []) {
    const text = changed.get(pathOf(from));
    if (text === undefined) return `the fix renames ${pathOf(from)}, which does not exist`;
    if (changed.has(pathOf(to))) return `the fix renames ${pathOf(from)} over ${pathOf(to)}`;
    changed.delete(pathOf(from));
    changed.set(pathOf(to), text);
  }
  for (const { file, text } of edit.creates ?? []) {
    if (changed.has(pathOf(file))) return `the fix overwrites ${pathOf(file)}`;
    changed.set(pathOf(file), text);
  }
  return changed;
}

/** The fix an example shows: by its title, else the first one offered. */
export function fixNamed(findings: readonly Finding[], title: string | undefined): Fix | undefined {
  const fixes = findings.flatMap(finding => finding.fixes);
  return title === undefined ? fixes[0] : fixes.find(fix => fix.title === title);
}

/** Files that differ, with their new text; files that are gone, with none. */
export function differences(before: Files, after: Files): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const [path, text] of after) if (before.get(path) !== text) found.set(path, text);
  for (const path of before.keys()) if (!after.has(path)) found.set(path, undefined);
  return found;
}

/** The files with another line end; offsets move, what is found must not. */
export function withLineEnds(files: Files, lineEnd: string): Files {
  return new Map([...files].map(([path, text]) => [path, text.replaceAll('\n', lineEnd)]));
}
