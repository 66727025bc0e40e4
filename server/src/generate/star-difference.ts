/** What a model that is there lacks of its design: columns and tests in its YAML, and columns in its SQL where the place is certain. */

import { applyEdits } from '../base/edit.ts';
import { diffTexts } from '../base/text-diff.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { itemsOf, listOf, plainMap } from '../syntax/yaml/access.ts';
import { insertColumn, type PassedColumn } from './column-insert.ts';
import type { GeneratorContext, Relation, SqlStyle } from './context.ts';
import type { ColumnEntry } from './entry.ts';
import { addToEntry, entryIn } from './entry-edit.ts';
import { parentFolder } from './naming.ts';
import type { FileEdit, Plan } from './plan.ts';
import { documentOf, placeEntries, type YamlMapValue } from './properties.ts';
import { columnOf } from './roles.ts';
import { isUniqueBy } from './star-dimension.ts';
import type { YamlValue } from './yaml-writer.ts';

export interface Designed {
  /** Columns that the design names, in its order. */
  readonly columns: readonly string[];
  /** Key of a row, as far as one column is it. */
  readonly key: string | undefined;
  /** Where a column comes from that the model only has to hand on. */
  readonly handedOn: (column: string) => { readonly base: Relation; readonly column: PassedColumn } | undefined;
  /** Why a column cannot be had from what the model is made from. */
  readonly lackOf: (column: string) => string | undefined;
  /** The plan with those of its columns that are given; a problem where it cannot be made. */
  readonly plan: (columns: readonly string[], context: GeneratorContext) => Plan;
}

export function difference(relation: Relation, designed: Designed, context: GeneratorContext): Plan {
  const { name, path } = relation;
  if (!relation.isComplete) {
    return {
      files: [],
      messages: [`'${name}' was not compared: not all of its columns are known ('${path}').`],
    };
  }
  if (relation.kind !== 'model') {
    // A seed or snapshot gets its columns elsewhere.
    const lacking = designed.columns.filter(column => !columnOf(relation, column)).map(column => `'${column}'`);
    const text = `'${path}' has no ${lacking.join(', ')}, which the specification names, and is a ${relation.kind}: it is left as it is.`;
    return { files: [], messages: lacking.length > 0 ? [text] : [] };
  }
  const present = designed.columns.filter(column => columnOf(relation, column));
  const missing = designed.columns.filter(column => !columnOf(relation, column));
  const possible = missing.filter(column => designed.lackOf(column) === undefined);
  const messages: string[] = [];
  const edits: FileEdit[] = [];
  const alone = aloneContext(relation, context);
  const made = possible.length > 0 ? sqlEdits(relation, designed, present, possible, context) : undefined;
  const handed = made === undefined && possible.length > 0 ? handOn(relation, designed, possible, context) : undefined;
  const added = made ? possible : (handed?.columns ?? []);
  const sql = made ?? handed?.edits ?? [];
  for (const column of missing) {
    const lack = designed.lackOf(column);
    if (lack !== undefined) messages.push(`'${path}' has no '${column}', which the specification names: ${lack}`);
  }
  const left = possible.filter(column => !added.includes(column));
  if (left.length > 0) {
    const [they, them] = left.length > 1 ? ['they belong', 'them'] : ['it belongs', 'it'];
    messages.push(
      `'${path}' has no ${left.map(column => `'${column}'`).join(', ')}, which the specification names. It was written by hand, and nothing proves where ${they}: add ${them} there.`,
    );
  }
  if (added.length > 0 && relation.materialized === 'incremental') {
    messages.push(
      `'${name}' is incremental: rows that are there have no ${added.map(column => `'${column}'`).join(', ')} until it is built anew (dbt run --full-refresh --select ${name}).`,
    );
  }
  if (sql.length > 0) edits.push({ path, edits: sql });
  const delivered = [...present, ...added];
  const kept = designed.plan(delivered, alone);
  const entry = 'problem' in kept ? undefined : entryOf(kept, name);
  if (!entry) return { files: [], edits, messages };
  if (!entryIn(relation, context)) {
    if (relation.entryPath !== undefined) return { files: [], edits, messages };
    const placed = placeEntries('models', [entry], parentFolder(path), name, context);
    return { files: placed.files, edits: [...edits, ...placed.edits], messages };
  }
  const columns = (entry['columns'] as readonly YamlMapValue[] | undefined) ?? [];
  const additions = columns
    .map(columnEntryOf)

    .flatMap(column => missingIn(column, relation, designed, added, context))
    .filter(column => delivered.some(each => each.toLowerCase() === column.name.toLowerCase()));
  const tests = modelTests(entry, relation, context);
  if (additions.length + tests.length > 0) {
    const edit = addToEntry(relation, { columns: additions, tests }, context);
    if ('problem' in edit) messages.push(edit.problem);
    else edits.push(edit);
  }
  return { files: [], edits, messages };
}

/** As if nothing were there but the model's folder: what is made then is the model and its entry, each in a file. */
function aloneContext(relation: Relation, context: GeneratorContext): GeneratorContext {
  const folder = parentFolder(relation.path);
  return {
    ...context,
    files: [],
    folder: () => folder,
    text: () => undefined,
    yaml: { ...context.yaml, layout: 'model' },
  };
}

/* ---------------------------------------------------------------------- SQL */

/** Only where the file is what the design without the columns gives: then it becomes what it gives with them. */
function sqlEdits(
  relation: Relation,
  designed: Designed,
  present: readonly string[],
  possible: readonly string[],
  context: GeneratorContext,
): FileEdit['edits'] | undefined {
  const text = context.text(relation.path) ?? '';
  const alone = { ...aloneContext(relation, context), sql: styleOf(text, context.sql) };
  const wanted = new Set([...present, ...possible]);
  const before = sqlOf(designed.plan(present, alone), relation.name);
  const after = sqlOf(
    designed.plan(
      designed.columns.filter(column => wanted.has(column)),
      alone,
    ),
    relation.name,
  );
  if (before === undefined || after === undefined) return undefined;
  const plain = text.replace(/\r\n/g, '\n');
  if (plain.trim() !== before.trim()) return undefined;
  const target = after.trimEnd() + plain.slice(plain.trimEnd().length);
  return diffTexts(text, text.includes('\r\n') ? target.replace(/\n/g, '\r\n') : target);
}

/** As many of the columns as the model, however it is written, can be proved to hand on. */
function handOn(
  relation: Relation,
  designed: Designed,
  possible: readonly string[],
  context: GeneratorContext,
): { readonly columns: readonly string[]; readonly edits: FileEdit['edits'] } | undefined {
  const text = context.text(relation.path) ?? '';
  const columns: string[] = [];
  let now = text;
  for (const column of possible) {
    const from = designed.handedOn(column);
    const edits = from && insertColumn(now, from.column, from.base, context.dialect);
    const next = edits && applyEdits(now, edits);
    if (next === undefined) continue;
    columns.push(column);
    now = next;
  }
  return columns.length > 0 ? { columns, edits: diffTexts(text, now) } : undefined;
}

/** How a generated file is written: the project's habit may have moved on, not least by what was generated. */
function styleOf(text: string, habit: SqlStyle): SqlStyle {
  const hasImports = /^ *select \* from \{\{ *(?:ref|source)/im.test(text);
  const indent = /^( +)\S/m.exec(text)?.[1]?.length;
  return {
    keywordCase: /^ *SELECT\b/m.test(text) ? 'upper' : 'lower',
    commas: /^ *, /m.test(text) ? 'leading' : 'trailing',
    indent: indent ?? habit.indent,
    imports: hasImports,
    airy: /^with\r?\n\r?\n/im.test(text),
  };
}

function sqlOf(plan: Plan, name: string): string | undefined {
  if ('problem' in plan) return undefined;
  return plan.files.find(({ path }) => path.endsWith(`/${name}.sql`) || path === `${name}.sql`)?.text;
}

/* --------------------------------------------------------------------- YAML */

/** The entry that the plan writes for the model. */
function entryOf(plan: Exclude<Plan, { readonly problem: string }>, name: string): YamlMapValue | undefined {
  for (const { path, text } of plan.files) {
    if (!/\.ya?ml$/.test(path)) continue;
    const list = listOf(documentOf(text)?.root, 'models');
    const found = list?.items.map(item => plainMap(item)).find(item => item['name'] === name);
    if (found) return found as YamlMapValue;
  }
  return undefined;
}

function columnEntryOf(column: YamlMapValue): ColumnEntry {
  const config = column['config'] as { readonly meta?: { readonly grainline?: ColumnEntry['meta'] } } | undefined;
  const tests = (column['data_tests'] ?? column['tests']) as readonly YamlValue[] | undefined;
  const meta = config?.meta?.grainline;
  return {
    name: String(column['name']),
    description: String(column['description'] ?? ''),
    ...(tests ? { tests } : {}),
    ...(meta ? { meta } : {}),
  };
}

/** What the entry of the model lacks of a column: all of it, or tests that keys need. */
function missingIn(
  column: ColumnEntry,
  relation: Relation,
  { key }: Designed,
  added: readonly string[],
  context: GeneratorContext,
): readonly ColumnEntry[] {
  const found = entryIn(relation, context);
  const entry = itemsOf(found?.map, 'columns')
    .map(item => plainMap(item))
    .find(item => String(item['name']).toLowerCase() === column.name.toLowerCase());
  if (!entry) return [column];
  const known = columnOf(relation, column.name);
  const isNew = added.includes(column.name);
  const names = testNames(entry);
  const isKey = column.name === key;
  const tests = (column.tests ?? []).filter(test => {
    const name = typeof test === 'string' ? test : Object.keys(test as object)[0];
    if (names.some(each => each === name || (name === 'relationships' && each.startsWith('relationships'))))
      return false;
    if (isNew) return true;
    if (name === 'relationships') return known?.refersTo === undefined;
    if (!isKey || typeof test !== 'string') return false;
    return name === 'unique' ? !isUniqueBy(relation, [column.name]) : known?.nullable !== 'no';
  });
  return tests.length > 0 ? [{ ...column, tests }] : [];
}

/** Without the package they come from. */
function testNames(entry: { readonly [key: string]: PlainValue }): readonly string[] {
  const tests = [entry['data_tests'], entry['tests']].flat();
  return tests.flatMap(test => {
    const name = typeof test === 'string' ? test : test && typeof test === 'object' ? Object.keys(test)[0] : undefined;
    return name === undefined ? [] : [name.slice(name.lastIndexOf('.') + 1)];
  });
}

/** That several columns tell rows apart, where nothing tests it. */
function modelTests(entry: YamlMapValue, relation: Relation, context: GeneratorContext): readonly YamlValue[] {
  const tests = (entry['data_tests'] ?? entry['tests']) as readonly YamlValue[] | undefined;
  if (!tests) return [];
  const meta = (
    entry['config'] as { readonly meta?: { readonly grainline?: { readonly grain?: unknown } } } | undefined
  )?.meta?.grainline?.grain;
  const grain = Array.isArray(meta) ? meta.map(String) : [];
  if (isUniqueBy(relation, grain)) return [];
  const found = entryIn(relation, context);
  const there = found ? testNames(plainMap(found.map)) : [];
  return tests.filter(test => {
    const name = typeof test === 'string' ? test : (Object.keys(test as object)[0] ?? '');
    return !there.includes(name.slice(name.lastIndexOf('.') + 1));
  });
}
