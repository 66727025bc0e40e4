/** Adds meta and tests to a node's YAML entry in the file's own style; the file is made where there is none. For fixes only. */

import type { TextEdit } from '../base/edit.ts';
import { joinUri, parentUri } from '../base/uri.ts';
import type { NodeFacts, PlacedProperties } from '../project/facts.ts';
import type { TestStyle } from '../project/property-tests.ts';
import { entryOf, itemsOf, listOf, mapOf, textAt } from '../syntax/yaml/access.ts';
import { parseYaml } from '../syntax/yaml/parse-yaml.ts';
import type { YamlEntry, YamlList, YamlMap } from '../syntax/yaml/tree.ts';
import type { ProjectView, RuleFix } from './rule.ts';

type Elsewhere = ReturnType<NonNullable<RuleFix['elsewhere']>>;

/** A test as dbt writes it: its name, and what it is given. */
export interface NewTest {
  readonly name: string;
  readonly arguments?: { readonly [name: string]: string | readonly string[] };
  /** `where` and the like, as YAML text. */
  readonly config?: { readonly [name: string]: string };
}

export interface Addition {
  /** Keys of `meta.grainline` of the model with their values in flow style: `['grain', '[order_id, line_number]']`. */
  readonly meta?: readonly (readonly [string, string])[];
  readonly tests?: readonly NewTest[];
  /** Each once. */
  readonly columns?: readonly AddedColumn[];
}

/** What a column gets; it is written itself where it is not there. */
type AddedColumn = { readonly name: string } & (
  | { readonly tests: readonly NewTest[] }
  | { readonly meta: readonly (readonly [string, string])[] }
);

/** Nothing where the entry is written in a way that cannot be added to. */
export function addToEntry(project: ProjectView, node: NodeFacts, addition: Addition): Elsewhere {
  const place = project.placesOf(node.id);
  const text = place && project.textOf(place.file);
  if (!place || text === undefined) return node.kind === 'model' ? makeEntry(project, node, addition) : {};
  // Large files hold many entries: only this one is read and written again.
  const alone = aloneInText(text, place.entry, node);
  const made = withAddition(alone.text, `${place.entry.facts.kind}s`, node, addition, styleOf(place.file, project));
  const edit = made === undefined ? undefined : difference(alone.text, made);
  if (!edit) return {};
  const moved = { span: { start: edit.span.start + alone.shift, end: edit.span.end + alone.shift }, text: edit.text };
  return { edits: [{ file: place.file, edits: [moved] }] };
}

/** A text that holds the entry alone, as it is indented, and how far its offsets lie before those of the file. */
function aloneInText(
  text: string,
  entry: PlacedProperties,
  { source }: NodeFacts,
): { readonly text: string; readonly shift: number } {
  const start = text.lastIndexOf('\n', entry.at.start - 1) + 1;
  const end = endOfLine(text, entry.at.start + text.slice(entry.at.start, entry.at.end).trimEnd().length);
  const slice = text.slice(start, end);
  const isItem = /^[ \t]*- +[A-Za-z_]+\s*:/.test(slice) && text.slice(start, entry.at.start).trim() === '-';
  if (!isItem || (source !== undefined && !/^ {2}/.test(slice))) return { text, shift: 0 };
  const head =
    source === undefined ? `${entry.facts.kind}s:\n` : `sources:\n- name: ${JSON.stringify(source)}\n  tables:\n`;
  return { text: head + slice, shift: start - head.length };
}

/** In the file where the models of the folder have theirs, else in a file of its own. */
function makeEntry(project: ProjectView, node: NodeFacts, addition: Addition): Elsewhere {
  const home = homeOfEntries(project, node);
  const text = home.file === undefined ? undefined : project.textOf(home.file);
  if (home.file !== undefined && text !== undefined) {
    const added = withNewEntry(text, node.name);
    const made =
      added === undefined ? undefined : withAddition(added, 'models', node, addition, styleOf(home.file, project));
    const edit = made === undefined ? undefined : difference(text, made);
    if (edit) return { edits: [{ file: home.file, edits: [edit] }] };
  }
  const file = joinUri(parentUri(node.file), home.ownName);
  if (project.textOf(file) !== undefined) return {};
  const start = `version: 2\n\nmodels:\n  - name: ${node.name}\n`;
  const made = withAddition(start, 'models', node, addition, styleOf(undefined, project));
  return made === undefined ? {} : { creates: [{ file, text: made }] };
}

/** Where the neighbours of a model have their entries, and what a file of its own would be called. */
function homeOfEntries(project: ProjectView, node: NodeFacts): { readonly file?: string; readonly ownName: string } {
  const folder = parentUri(node.file);
  const files = new Map<string, number>();
  let alone: string | undefined;
  for (const other of project.nodes()) {
    if (other.kind !== 'model' || other.id === node.id || parentUri(other.file) !== folder) continue;
    const file = other.properties && project.placesOf(other.id)?.file;
    if (file === undefined) continue;
    const name = file.slice(file.lastIndexOf('/') + 1);
    const own = /^_{0,2}/.exec(name)?.[0] ?? '';
    if (name.replace(/\.ya?ml$/, '') === `${own}${other.name}`)
      alone = `${own}${node.name}${name.slice(name.lastIndexOf('.'))}`;
    else files.set(file, (files.get(file) ?? 0) + (parentUri(file) === folder ? 1000 : 1));
  }
  const [most] = [...files].sort((a, b) => b[1] - a[1]);
  return { ownName: alone ?? `_${node.name}.yml`, ...(most && alone === undefined ? { file: most[0] } : {}) };
}

/** Behind the last entry of `models:`. */
function withNewEntry(text: string, name: string): string | undefined {
  for (const { root } of parseYaml(text).documents) {
    const list = root?.kind === 'map' ? listOf(root, 'models') : undefined;
    if (!list || list.flow || itemsOf(root, 'models').length === 0) continue;
    const end = list.span.start + text.slice(list.span.start, list.span.end).trimEnd().length;
    const indent = columnAt(text, list.span.start);
    const isSpaced = /\n[ \t]*\r?\n[ \t]*- +name:/.test(text.slice(list.span.start, end));
    return insertAt(text, endOfLine(text, end), `${isSpaced ? '\n' : ''}\n${indent}- name: ${name}`);
  }
  return undefined;
}

/** How added tests are written. */
interface Style {
  readonly keyword: 'data_tests' | 'tests';
  /** They have what they are given under `arguments`. */
  readonly usesArguments: boolean;
}

/** As the file writes them, else as the project does or demands. */
function styleOf(file: string | undefined, project: ProjectView): Style {
  const { key, usesArguments } = file === undefined ? NO_TESTS : project.testStyleOf(file);
  const { testKeys } = project;
  return {
    keyword: key ?? (testKeys.tests && !testKeys.data_tests ? 'tests' : 'data_tests'),
    usesArguments: usesArguments || DEMANDS_ARGUMENTS.test(project.textOf(project.file) ?? ''),
  };
}

const NO_TESTS: TestStyle = { key: undefined, usesArguments: false };
const DEMANDS_ARGUMENTS = /^\s*require_generic_test_arguments_property\s*:\s*true\b/im;

function withAddition(
  text: string,
  list: string,
  node: NodeFacts,
  { meta = [], tests = [], columns = [] }: Addition,
  style: Style,
): string | undefined {
  let current: string | undefined = text;
  const change = (how: (text: string, entry: YamlMap) => string | undefined): void => {
    const entry = current === undefined ? undefined : entryIn(current, list, node);
    current = current !== undefined && entry ? how(current, entry) : undefined;
  };
  if (meta.length > 0) change((now, entry) => withMeta(now, entry, meta));
  if (tests.length > 0) change((now, entry) => withTests(now, entry, tests, style, 'columns'));
  if (columns.length > 0) change((now, entry) => withColumns(now, entry, columns, style));
  return current;
}

function entryIn(text: string, list: string, { name, source }: NodeFacts): YamlMap | undefined {
  for (const { root } of parseYaml(text).documents) {
    const entries =
      source === undefined
        ? itemsOf(root, list)
        : itemsOf(root, 'sources').flatMap(one => (textAt(one, 'name') === source ? itemsOf(one, 'tables') : []));
    const found = entries.find(one => textAt(one, 'name') === name);
    if (found?.kind === 'map') return found;
  }
  return undefined;
}

function columnIn(entry: YamlMap, name: string): YamlMap | undefined {
  const found = itemsOf(entry, 'columns').find(one => textAt(one, 'name')?.toLowerCase() === name.toLowerCase());
  return found?.kind === 'map' ? found : undefined;
}

/* --------------------------------------------------------------------- meta */

/** Under the deepest of `config`, `meta`, `grainline` that is there; what is missing is made. */
function withMeta(text: string, entry: YamlMap, pairs: readonly (readonly [string, string])[]): string | undefined {
  let map = entry;
  const missing = entryOf(entry, 'meta') ? ['meta', 'grainline'] : ['config', 'meta', 'grainline'];
  for (let next = mapOf(map, missing[0] ?? ''); next && missing.length > 0; next = mapOf(map, missing[0] ?? '')) {
    map = next;
    missing.shift();
  }
  // A key without a map behind it is not ours to replace.
  if (missing[0] !== undefined && entryOf(map, missing[0])) return undefined;
  if (missing.length === 0) {
    return map.flow
      ? intoFlow(text, map, pairs.map(pairText).join(', '))
      : intoBlock(text, map, pairs.map(pairText), undefined);
  }
  const flow = `{ ${pairs.map(pairText).join(', ')} }`;
  if (map.flow)
    return intoFlow(
      text,
      map,
      missing.reduceRight((inner, key) => `${key}: ${inner === '' ? flow : `{ ${inner} }`}`, ''),
    );
  const lines = missing.map(
    (key, depth) => `${'  '.repeat(depth)}${key}:${depth === missing.length - 1 ? ` ${flow}` : ''}`,
  );
  return intoBlock(text, map, lines, map === entry ? ['columns', 'tests', 'data_tests'] : undefined);
}

function pairText([key, value]: readonly [string, string]): string {
  return `${key}: ${value}`;
}

/* -------------------------------------------------------------------- tests */

function withTests(
  text: string,
  owner: YamlMap,
  tests: readonly NewTest[],
  { keyword, usesArguments }: Style,
  before?: string,
): string | undefined {
  const key = ['data_tests', 'tests'].find(one => entryOf(owner, one) !== undefined);
  const list = key === undefined ? undefined : listOf(owner, key);
  if (list) return withItems(text, list, tests, usesArguments);
  if (key !== undefined) return undefined;
  if (owner.flow) {
    return intoFlow(text, owner, `${keyword}: [${tests.map(one => flowTest(one, usesArguments)).join(', ')}]`);
  }
  const lines = tests.flatMap(one => blockTest(one, usesArguments));
  return intoBlock(
    text,
    owner,
    [`${keyword}:`, ...lines.map(one => `  ${one}`)],
    before === undefined ? undefined : [before],
  );
}

function withItems(
  text: string,
  list: YamlList,
  tests: readonly NewTest[],
  usesArguments: boolean,
): string | undefined {
  if (list.flow) return intoFlow(text, list, tests.map(one => flowTest(one, usesArguments)).join(', '));
  const indent = columnAt(text, list.span.start);
  const lines = tests.flatMap(one => blockTest(one, usesArguments)).map(one => `\n${indent}${one}`);
  return insertAt(text, endOfLine(text, list.span.end), lines.join(''));
}

function blockTest({ name, arguments: given, config }: NewTest, usesArguments: boolean): readonly string[] {
  const pairs = pairsOf(given);
  const settings = pairsOf(config);
  if (pairs.length + settings.length === 0) return [`- ${name}`];
  const isNested = usesArguments && pairs.length > 0;
  return [
    `- ${name}:`,
    ...(isNested ? ['    arguments:', ...pairs.map(one => `      ${one}`)] : pairs.map(one => `    ${one}`)),
    ...(settings.length > 0 ? ['    config:', ...settings.map(one => `      ${one}`)] : []),
  ];
}

function flowTest({ name, arguments: given, config }: NewTest, usesArguments: boolean): string {
  const pairs = pairsOf(given);
  const settings = pairsOf(config);
  if (pairs.length + settings.length === 0) return name;
  const parts = [
    ...(usesArguments && pairs.length > 0 ? [`arguments: { ${pairs.join(', ')} }`] : pairs),
    ...(settings.length > 0 ? [`config: { ${settings.join(', ')} }`] : []),
  ];
  return `{ ${name}: { ${parts.join(', ')} } }`;
}

function pairsOf(values: { readonly [name: string]: string | readonly string[] } | undefined): readonly string[] {
  return Object.entries(values ?? {}).map(([key, value]) => `${key}: ${valueText(value)}`);
}

function valueText(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : `[${value.join(', ')}]`;
}

/* ------------------------------------------------------------------ columns */

/** The entry is read once: new columns go behind all others, and those that are there are changed from the last to the first. */
function withColumns(text: string, entry: YamlMap, columns: readonly AddedColumn[], style: Style): string | undefined {
  const present: { readonly column: AddedColumn; readonly at: YamlMap }[] = [];
  const missing: AddedColumn[] = [];
  for (const column of columns) {
    const at = columnIn(entry, column.name);
    if (at) present.push({ column, at });
    else missing.push(column);
  }
  present.sort((a, b) => b.at.span.start - a.at.span.start);
  let current = missing.length > 0 ? withNewColumns(text, entry, missing, style) : text;
  for (const { column, at } of present)
    current = current === undefined ? undefined : inColumn(current, at, column, style);
  return current;
}

function withNewColumns(
  text: string,
  entry: YamlMap,
  columns: readonly AddedColumn[],
  style: Style,
): string | undefined {
  const list = listOf(entry, 'columns');
  if (!list && entryOf(entry, 'columns')) return undefined;
  const isFlow = list ? list.flow : entry.flow;
  const written = columns.map(one => newColumn(one, isFlow, style));
  if (written.includes(undefined)) return undefined;
  if (isFlow) return intoFlow(text, list ?? entry, list ? written.join(', ') : `columns: [${written.join(', ')}]`);
  const lines = written.flatMap(one => one?.split('\n') ?? []);
  if (!list) return intoBlock(text, entry, ['columns:', ...lines.map(one => `  ${one}`)], undefined);
  const indent = columnAt(text, list.span.start);
  return insertAt(text, endOfLine(text, list.span.end), lines.map(one => `\n${indent}${one}`).join(''));
}

function inColumn(text: string, at: YamlMap, column: AddedColumn, style: Style): string | undefined {
  return 'meta' in column ? withMeta(text, at, column.meta) : withTests(text, at, column.tests, style);
}

/** The item of a list that the column becomes. */
function newColumn(column: AddedColumn, isFlow: boolean, style: Style): string | undefined {
  const item = isFlow ? `{ name: ${column.name} }` : `- name: ${column.name}`;
  const [before, after] = isFlow ? ['columns: [', ']'] : ['columns:\n', ''];
  const text = `${before}${item}${after}`;
  const [document] = parseYaml(text).documents;
  const at = document?.root?.kind === 'map' ? columnIn(document.root, column.name) : undefined;
  const made = at && inColumn(text, at, column, style);
  return made?.slice(before.length, made.length - after.length);
}

/* ------------------------------------------------------------------- places */

/** Before the closing bracket. */
function intoFlow(text: string, container: YamlMap | YamlList, what: string): string {
  const close = container.span.end - 1;
  const inner = text.slice(container.span.start + 1, close);
  const trimmed = inner.trimEnd();
  const blank = inner.slice(trimmed.length);
  const isEmpty = trimmed.trim() === '';
  const separator = isEmpty ? '' : trimmed.endsWith(',') ? ' ' : ', ';
  const at = container.span.start + 1 + trimmed.length;
  const [before, after] = container.kind === 'map' && isEmpty ? [' ', ' '] : ['', blank];
  return `${text.slice(0, at)}${separator}${before}${what}${after}${text.slice(close)}`;
}

/** As lines of their own, in front of the first of the keys that is there, else behind all that is there. */
function intoBlock(
  text: string,
  map: YamlMap,
  lines: readonly string[],
  before: readonly string[] | undefined,
): string | undefined {
  const [first] = map.entries;
  if (!first) return undefined;
  const indent = columnAt(text, first.key.span.start);
  const next = before && map.entries.find(entry => before.includes(entry.key.text));
  if (next && next !== first) {
    const line = text.lastIndexOf('\n', next.key.span.start - 1) + 1;
    return insertAt(text, line, lines.map(one => `${indent}${one}\n`).join(''));
  }
  const last = map.entries.reduce((a: YamlEntry, b: YamlEntry) => (b.end > a.end ? b : a), first);
  return insertAt(text, endOfLine(text, last.end), lines.map(one => `\n${indent}${one}`).join(''));
}

function insertAt(text: string, offset: number, what: string): string {
  const isWindows = text.includes('\r\n');
  return `${text.slice(0, offset)}${isWindows ? what.replaceAll('\n', '\r\n') : what}${text.slice(offset)}`;
}

/** Blanks as wide as the text before the offset on its line: for the first key of a list's item, as wide as its dash and blank. */
function columnAt(text: string, offset: number): string {
  return ' '.repeat(offset - (text.lastIndexOf('\n', offset - 1) + 1));
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const line = end < 0 ? text.length : end;
  return text[line - 1] === '\r' ? line - 1 : line;
}

/** The one stretch in which two texts differ. */
function difference(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return {
    span: { start, end: before.length - same },
    text: after.slice(start, after.length - same),
  };
}
