/** Edits of dbt's YAML in the file's own style: comments and order stay. Offsets in the files as written. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { ProjectView } from './rule.ts';

/** The same for several columns at once, each with its tests. */
export function addTests(
  project: ProjectView,
  node: NodeFacts,
  wanted: readonly { readonly column: string; readonly tests: readonly string[] }[],
): Elsewhere {
  const place = project.placesOf(node.id);
  const text = place && project.textOf(place.file);
  if (!place || text === undefined) {
    const [first, ...rest] = wanted;
    const made = first && createFile(project, node, first.column, first.tests);
    const [file] = made?.creates ?? [];
    if (!file) return {};
    const keyword = testsKey('', project);
    const more = rest.map(one => `      - name: ${one.column}${testLines(keyword, '        ', one.tests)}\n`);
    return { creates: [{ file: file.file, text: file.text + more.join('') }] };
  }
  const keyword = testsKey(text, project);
  const listed = new Map(place.entry.columns.map(one => [one.facts.name.toLowerCase(), one]));
  const edits: TextEdit[] = [];
  const added: { readonly column: string; readonly edit: TextEdit }[] = [];
  for (const { column, tests } of wanted) {
    const placed = listed.get(column.toLowerCase());
    const edit = placed
      ? addToColumn(text, keyword, placed, tests)
      : addColumn(text, keyword, place.entry, column, tests);
    if (!edit) return {};
    if (placed) edits.push(edit);
    else added.push({ column, edit });
  }
  // Each alone would bring the key `columns`; together they stand under one.
  const hasColumns = place.entry.columns.length > 0;
  const texts = added.map(({ edit }, i) =>
    hasColumns || i === 0 ? edit.text : edit.text.slice(edit.text.indexOf('\n', 1)),
  );
  const [first] = added;
  if (first) edits.push({ span: first.edit.span, text: texts.join('') });
  return { edits: [{ file: place.file, edits }] };
}

/** `data_tests` or `tests`, as the file writes it, else as the project does. */
export function testsKey(text: string, project: ProjectView): string {
  if (/^\s*data_tests\s*:/m.test(text)) return 'data_tests';
  if (/^\s*tests\s*:/m.test(text)) return 'tests';
  return project.testKeys.tests && !project.testKeys.data_tests ? 'tests' : 'data_tests';
}

/** Removes an item of a block list with its line; nothing for a list in brackets. `at` is the item behind its dash. */
export function removeListItem(text: string, at: Span): TextEdit | undefined {
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  if (!/^[ \t]*-[ \t]+$/.test(text.slice(start, at.start))) return undefined;
  const lineEnd = text.indexOf('\n', at.end);
  const rest = text.slice(at.end, lineEnd < 0 ? text.length : lineEnd);
  if (rest.trim() !== '' && !/^\s*#/.test(rest)) return undefined;
  if (lineEnd >= 0) return { span: { start, end: lineEnd + 1 }, text: '' };
  return { span: { start: Math.max(0, start - 1), end: text.length }, text: '' };
}
