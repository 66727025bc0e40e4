/** Additions to the YAML entry of a model that has one: columns and tests that are missing, and nothing else. */

import type { TextEdit } from '../base/edit.ts';
import { listOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlMap } from '../syntax/yaml/tree.ts';
import type { GeneratorContext, Relation } from './context.ts';
import { type ColumnEntry, columnEntry } from './entry.ts';
import type { FileEdit } from './plan.ts';
import { documentOf, type Section, testsKeyIn } from './properties.ts';
import { addKeys, appendItems } from './yaml-edit.ts';
import type { YamlValue } from './yaml-writer.ts';

export interface Additions {
  /** Those that the entry lists already give it their tests only. */
  readonly columns: readonly ColumnEntry[];
  /** Tests of the model as a whole. */
  readonly tests: readonly YamlValue[];
}

/** Where the entry of a relation stands, when it can be added to. */
export function entryIn(
  relation: Relation,
  context: GeneratorContext,
): { readonly text: string; readonly map: YamlMap } | undefined {
  const text = relation.entryPath === undefined ? undefined : context.text(relation.entryPath);
  if (text === undefined) return undefined;
  const list = listOf(documentOf(text)?.root, sectionOf(relation));
  const map = list?.items.find(item => item.kind === 'map' && textAt(item, 'name') === relation.name);
  return map?.kind === 'map' && !map.flow ? { text, map } : undefined;
}

export function sectionOf(relation: Relation): Section {
  return relation.kind === 'seed' ? 'seeds' : relation.kind === 'snapshot' ? 'snapshots' : 'models';
}

/** Edits of the file, or why there are none. */
export function addToEntry(
  relation: Relation,
  additions: Additions,
  given: GeneratorContext,
): FileEdit | { readonly problem: string } {
  const found = entryIn(relation, given);
  const path = relation.entryPath ?? '';
  const stuck = {
    problem: `The entry of '${relation.name}' in '${path}' is written in a way that cannot be added to.`,
  };
  if (!found) return stuck;
  const { text, map } = found;
  const testsKey = testsKeyIn(text) ?? given.yaml.testsKey;
  const context = { ...given, yaml: { ...given.yaml, testsKey } };
  const edits: (TextEdit | undefined)[] = [];
  const columns = listOf(map, 'columns');
  const missing: YamlValue[] = [];
  for (const column of additions.columns) {
    const there = columns?.items.find(
      item => item.kind === 'map' && textAt(item, 'name')?.toLowerCase() === column.name.toLowerCase(),
    );
    if (there?.kind !== 'map') missing.push(columnEntry(column, context));
    else if (column.tests && column.tests.length > 0) edits.push(addTests(text, there, column.tests, context));
  }
  if (missing.length > 0) {
    const isOpen = columns !== undefined && columns.items.length > 0;
    if (!isOpen && valueAt(map, 'columns') !== undefined) return stuck;
    edits.push(isOpen ? appendItems(text, columns, missing) : addKeys(text, map, { columns: missing }));
  }
  if (additions.tests.length > 0) edits.push(addTests(text, map, additions.tests, context));
  if (edits.some(edit => edit === undefined)) return stuck;
  return { path, edits: united(edits.filter(edit => edit !== undefined)) };
}

function addTests(
  text: string,
  map: YamlMap,
  tests: readonly YamlValue[],
  context: GeneratorContext,
): TextEdit | undefined {
  const key = ['data_tests', 'tests'].find(each => valueAt(map, each) !== undefined);
  const list = key === undefined ? undefined : listOf(map, key);
  if (key === undefined)
    return map.flow ? addInBraces(text, map, tests, context) : addKeys(text, map, { [context.yaml.testsKey]: tests });
  return list && list.items.length + Number(list.flow) > 0 ? appendItems(text, list, tests) : undefined;
}

/** `{ name: id }` → `{ name: id, data_tests: [unique] }` */
function addInBraces(
  text: string,
  map: YamlMap,
  tests: readonly YamlValue[],
  context: GeneratorContext,
): TextEdit | undefined {
  const plain = tests.filter(test => typeof test === 'string');
  const end = map.span.end - 1;
  if (plain.length !== tests.length || map.entries.length === 0 || text[end] !== '}') return undefined;
  const at = map.span.start + text.slice(map.span.start, end).trimEnd().length;
  return { span: { start: at, end: at }, text: `, ${context.yaml.testsKey}: [${plain.join(', ')}]` };
}

/** Insertions at one place, in their order, as one. */
function united(edits: readonly TextEdit[]): readonly TextEdit[] {
  const byPlace = new Map<number, TextEdit>();
  for (const edit of edits) {
    const before = byPlace.get(edit.span.start);
    byPlace.set(edit.span.start, before ? { span: edit.span, text: before.text + edit.text } : edit);
  }
  return [...byPlace.values()].sort((a, b) => a.span.start - b.span.start);
}
