/** A renamed column in YAML: entries of models with their tests, constraints and meaning, unit tests, semantic models, contracts. */

import type { Span } from '../../base/span.ts';
import { readContracts } from '../../contracts/read-contracts.ts';
import { refIn } from '../../project/consumers.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { COLUMN_KEYS, type MeaningKeys, MODEL_KEYS } from '../../project/meaning-keys.ts';
import type { Projects } from '../../project/project.ts';
import { textSpan } from '../../project/properties.ts';
import { mayHoldSpecification, readSpecification } from '../../project/specifications.ts';
import type { ConfigEntry } from '../../syntax/jinja/expansion.ts';
import { entryOf, entrySpan, itemsOf, textAt, textOf, valueAt } from '../../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml/tree.ts';
import { type RenameEdits, RenameProblem } from './rename-edits.ts';

/** Settings of a model that name its columns. */
const CONFIG_KEYS = new Set(
  (
    'unique_key partition_by partitions cluster_by clustered_by sort sort_by dist order_by primary_key merge_update_columns ' +
    'merge_exclude_columns updated_at check_cols indexes incremental_predicates predicates sharding_key distributed_by ' +
    'partitioned_by bucketed_by buckets index event_time post_hook pre_hook liquid_clustered_by zorder'
  ).split(' '),
);

/** In the calls of `config()` of a model's file. */
export function renameInConfig(
  node: NodeFacts,
  text: string,
  entries: readonly ConfigEntry[],
  from: string,
  to: string,
  edits: RenameEdits,
): void {
  for (const { key, file, valueSpan } of entries) {
    if (!CONFIG_KEYS.has(key) || file !== node.file) continue;
    for (const span of wordsIn(text, valueSpan, from)) {
      // Only what stands in a string is a name; a name of Jinja is another thing.
      if (isInString(text, valueSpan, span.start)) edits.replace(file, span, to);
    }
  }
}

/** In the YAML of the project: all that names the column of a renamed node. */
export function renameInProperties(
  projects: Projects,
  renamed: ReadonlySet<string>,
  from: string,
  to: string,
  edits: RenameEdits,
): void {
  const names = [...renamed].map(id => id.split('.')[2] ?? id);
  for (const { project } of projects.layout('layout').projects) {
    for (const { uri, role, package: owner } of projects.nodes.files(project.root)) {
      if (owner !== project.name || (role !== 'properties' && role !== 'yaml')) continue;
      const text = projects.files.text(uri) ?? '';
      // What says nothing of the models says nothing of their columns.
      if (!names.some(name => text.includes(name)) || !text.toLowerCase().includes(from.toLowerCase())) continue;
      const file = new YamlRename(projects, project.root, owner, uri, text, renamed, from, to, edits);
      if (role === 'properties') file.inProperties();
      file.inContracts();
      file.inSpecifications();
    }
  }
}

/** The edits of one file. */
class YamlRename {
  readonly #projects: Projects;
  readonly #root: string;
  readonly #package: string;
  readonly #uri: string;
  readonly #text: string;
  readonly #renamed: ReadonlySet<string>;
  readonly #from: string;
  readonly #to: string;
  readonly #edits: RenameEdits;

  constructor(
    projects: Projects,
    root: string,
    packageName: string,
    uri: string,
    text: string,
    renamed: ReadonlySet<string>,
    from: string,
    to: string,
    edits: RenameEdits,
  ) {
    this.#projects = projects;
    this.#root = root;
    this.#package = packageName;
    this.#uri = uri;
    this.#text = text;
    this.#renamed = renamed;
    this.#from = from.toLowerCase();
    this.#to = to;
    this.#edits = edits;
  }

  inProperties(): void {
    for (const { root } of this.#projects.files.yaml(this.#uri).documents) {
      for (const kind of ['models', 'seeds', 'snapshots'] as const) {
        for (const entry of itemsOf(root, kind)) this.#inEntry(kind.slice(0, -1), entry);
      }
      for (const source of itemsOf(root, 'sources')) {
        for (const table of itemsOf(source, 'tables')) this.#inEntry(undefined, table);
      }
      for (const test of itemsOf(root, 'unit_tests')) this.#inUnitTest(test);
      for (const model of itemsOf(root, 'semantic_models')) this.#inSemanticModel(model);
    }
  }

  /* ------------------------------------------------------------------ entries */

  /** `kind` is none for what cannot be renamed, whose tests may still speak of what is. */
  #inEntry(kind: string | undefined, entry: YamlNode): void {
    const name = textAt(entry, 'name');
    const isRenamed = kind !== undefined && name !== undefined && this.#isRenamedName(kind, name);
    const columns = [
      ...itemsOf(entry, 'columns'),
      ...itemsOf(entry, 'versions').flatMap(one => itemsOf(one, 'columns')),
    ];
    for (const holder of [entry, ...columns]) {
      for (const key of ['data_tests', 'tests']) {
        for (const test of itemsOf(holder, key)) this.#inTest(test, isRenamed);
      }
    }
    if (!isRenamed) return;
    this.#inSettings(valueAt(entry, 'config'));
    for (const meta of [valueAt(entry, 'meta'), valueAt(valueAt(entry, 'config'), 'meta')]) {
      this.#inMeaning(valueAt(meta, 'grainline'), MODEL_KEYS);
    }
    for (const holder of [entry, ...columns]) {
      for (const constraint of itemsOf(holder, 'constraints')) {
        for (const column of itemsOf(constraint, 'columns')) this.#exact(column);
        if (!textAt(constraint, 'type')?.startsWith('foreign')) this.#words(valueAt(constraint, 'expression'));
      }
    }
    for (const column of columns) {
      this.#exact(valueAt(column, 'name'));
      for (const meta of [valueAt(column, 'meta'), valueAt(valueAt(column, 'config'), 'meta')]) {
        this.#inMeaning(valueAt(meta, 'grainline'), COLUMN_KEYS);
      }
    }
  }

  #isRenamedName(kind: string, name: string): boolean {
    const id = `${kind}.${this.#package}.${name}`;
    return this.#renamed.has(id) || [...this.#renamed].some(one => one.startsWith(`${id}.v`));
  }

  #isRenamedRef(text: string | undefined): boolean {
    const name = text === undefined ? undefined : refIn(text);
    const node = name && this.#projects.nodes.resolve(this.#root, { kind: 'ref', name }, this.#package);
    return node !== undefined && node !== '' && this.#renamed.has(node.id);
  }

  #inSettings(config: YamlNode | undefined): void {
    if (config?.kind !== 'map') return;
    for (const { key, value } of config.entries) {
      if (!CONFIG_KEYS.has(key.text.replace(/^\+/, ''))) continue;
      for (const scalar of scalarsOf(value)) this.#words(scalar);
    }
  }

  #inMeaning(node: YamlNode | undefined, keys: MeaningKeys): void {
    if (node?.kind !== 'map') return;
    for (const { key, value } of node.entries) {
      const type = Object.hasOwn(keys, key.text) ? keys[key.text]?.type : undefined;
      if (type !== 'name' && type !== 'names') continue;
      for (const scalar of scalarsOf(value)) this.#exact(scalar);
    }
  }

  /* -------------------------------------------------------------------- tests */

  /** A test speaks of its own model, and with `to`, `compare_model` and their like of another one. */
  #inTest(test: YamlNode, isOwn: boolean): void {
    if (test.kind !== 'map') return;
    const values = test.entries.flatMap(({ value }) => (value.kind === 'map' ? value.entries : test.entries));
    const flat = values.flatMap(one =>
      one.key.text === 'arguments' && one.value.kind === 'map' ? one.value.entries : [one],
    );
    const others = flat.filter(({ value }) => value.kind === 'scalar' && refIn(value.text) !== undefined);
    const isOther = others.some(({ value }) => this.#isRenamedRef(textOf(value)));
    for (const { key, value } of new Set(flat)) {
      const speaksOf =
        OF_THE_OTHER.test(key.text) && others.length > 0 ? isOther : OF_BOTH.test(key.text) ? isOwn || isOther : isOwn;
      if (!speaksOf || NO_COLUMNS.has(key.text)) continue;
      const isSql = SQL_KEYS.test(key.text);
      for (const scalar of scalarsOf(value, NO_COLUMNS)) {
        if (isSql || (scalar.text !== '' && key.text === 'config')) this.#words(scalar);
        else this.#exact(scalar);
      }
    }
  }

  /* --------------------------------------------------------------- unit tests */

  #inUnitTest(test: YamlNode): void {
    const model = textAt(test, 'model');
    const isOwn = model !== undefined && this.#isRenamedName('model', model);
    if (isOwn) this.#inRows(valueAt(test, 'expect'));
    for (const given of itemsOf(test, 'given')) {
      const input = textAt(given, 'input');
      if (input === 'this' ? isOwn : this.#isRenamedRef(input)) this.#inRows(given);
    }
  }

  #inRows(holder: YamlNode | undefined): void {
    if (textAt(holder, 'fixture') !== undefined) throw new RenameProblem('a unit test takes its rows from a fixture');
    const rows = valueAt(holder, 'rows');
    if (rows?.kind === 'list') {
      for (const row of rows.items) if (row.kind === 'map') for (const { key } of row.entries) this.#exact(key);
    } else if (rows?.kind === 'scalar') {
      const isSql = textAt(holder, 'format') === 'sql';
      const { start, end } = rows.span;
      const text = this.#text.slice(start, end);
      // The first line of CSV behind `|` names the columns.
      const head = isSql ? text.length : (/^(?:[|>][^\n]*\n)?\s*[^\n]*/.exec(text)?.[0].length ?? 0);
      for (const span of wordsIn(this.#text, { start, end: start + head }, this.#from)) this.#replace(span);
    }
  }

  /* ---------------------------------------------------------- semantic models */

  #inSemanticModel(model: YamlNode): void {
    if (!this.#isRenamedRef(textAt(model, 'model'))) return;
    for (const kind of ['entities', 'dimensions', 'measures']) {
      for (const entry of itemsOf(model, kind)) {
        if (entry.kind !== 'map') continue;
        const expression = valueAt(entry, 'expr');
        const name = entryOf(entry, 'name');
        if (expression) this.#words(expression);
        // The name of an element stays what metrics call it; its column is another one now.
        else if (name && textOf(name.value)?.toLowerCase() === this.#from) this.#addExpression(entry, entrySpan(name));
      }
    }
  }

  #addExpression(entry: YamlMap, name: Span): void {
    const line = this.#text.lastIndexOf('\n', name.start - 1) + 1;
    const text = entry.flow ? `, expr: ${this.#to}` : `\n${' '.repeat(name.start - line)}expr: ${this.#to}`;
    this.#edits.replace(this.#uri, { start: name.end, end: name.end }, text);
  }

  /* ---------------------------------------------------- contracts and their like */

  inContracts(): void {
    for (const { objects } of readContracts(this.#projects.files.yaml(this.#uri).documents)) {
      for (const { facts, columns, at } of objects) {
        const names = [facts.model, facts.name, facts.physicalName?.split('.').at(-1)];
        if (!names.some(name => name !== undefined && this.#isRenamedName('model', name))) continue;
        const concerned = columns.filter(one => one.facts.name.toLowerCase() === this.#from);
        for (const column of concerned) {
          this.#replace(unquoted(column.nameAt, this.#text));
          const physical = column.places['physicalName'];
          if (physical && column.facts.physicalName?.toLowerCase() === this.#from) {
            this.#replace(unquoted(physical.value, this.#text));
          }
        }
        if (concerned.length === 0) continue;
        this.#edits.note(
          `The contract of '${facts.name}' promised '${this.#from}' to its readers: a new name breaks them.`,
        );
        // Keys and checks name columns in lists of their own.
        for (const { root } of this.#projects.files.yaml(this.#uri).documents) {
          for (const scalar of keyColumns(root)) {
            if (scalar.span.start >= at.start && scalar.span.end <= at.end) this.#exact(scalar);
          }
        }
      }
    }
  }

  inSpecifications(): void {
    if (!mayHoldSpecification(this.#text)) return;
    const specification = readSpecification(this.#projects.files.yaml(this.#uri).documents);
    for (const fact of specification?.facts ?? []) {
      if (!this.#isRenamedName('model', fact.name.text)) continue;
      const words = [
        ...fact.measures.flatMap(one => [one.name, ...one.over]),
        ...fact.grainColumns,
        ...fact.degenerate,
      ];
      for (const { text, at } of [...words, ...fact.foreignKeys.map(one => one.written)]) {
        if (text.toLowerCase() === this.#from) this.#replace(unquoted(at, this.#text));
      }
    }
    for (const dimension of specification?.dimensions ?? []) {
      if (!this.#isRenamedName('model', dimension.name.text)) continue;
      const keys = [...dimension.naturalKey, ...(dimension.surrogateKey ? [dimension.surrogateKey] : [])];
      for (const { text, at } of [
        ...keys,
        ...dimension.attributes.map(one => one.name),
        ...dimension.hierarchies.flat(),
      ]) {
        if (text.toLowerCase() === this.#from) this.#replace(unquoted(at, this.#text));
      }
    }
  }

  /* -------------------------------------------------------------------- edits */

  /** A scalar that is the name and nothing else. */
  #exact(node: YamlNode | undefined): void {
    if (node?.kind === 'scalar' && node.text.toLowerCase() === this.#from) this.#replace(textSpan(node));
  }

  /** Each place of the name in an expression. */
  #words(node: YamlNode | undefined): void {
    if (node?.kind !== 'scalar') return;
    for (const span of wordsIn(this.#text, node.span, this.#from)) this.#replace(span);
  }

  #replace(span: Span): void {
    this.#edits.replace(this.#uri, span, this.#to);
  }
}

/** Arguments of tests that speak of the model another argument names. */
const OF_THE_OTHER =
  /^(?:field|to_field|to_column|to_condition|pk_column_name|parent_\w+|compare_(?!columns)\w+|other_\w+)$/;
const OF_BOTH = /^(?:compare_columns|columns|exclude_columns|group_by_columns)$/;
/** Arguments that hold no names of columns. */
const NO_COLUMNS: ReadonlySet<string> = new Set([
  'name',
  'description',
  'severity',
  'tags',
  'values',
  'value',
  'value_set',
  'value_list',
  'to',
  'meta',
  'test_name',
  'regex',
  'quote',
  'accepted_values',
  'column_type',
  'error_if',
  'warn_if',
  'schema',
  'alias',
]);
const SQL_KEYS = /expression|where|condition|filter|^sql$|group_by|partition_by|order_by/;
/** Keys of contracts under which columns are named again. */
const CONTRACT_KEYS = new Set([
  'columns',
  'column',
  'primary_key',
  'primaryKey',
  'keys',
  'key',
  'unique',
  'grain',
  'natural_key',
]);

function keyColumns(node: YamlNode | undefined, depth = 0): readonly YamlScalar[] {
  if (!node || node.kind === 'scalar' || depth > 40) return [];
  if (node.kind === 'list') return node.items.flatMap(item => keyColumns(item, depth + 1));
  return node.entries.flatMap(({ key, value }) => {
    if (!CONTRACT_KEYS.has(key.text)) return keyColumns(value, depth + 1);
    const own =
      value.kind === 'scalar' ? [value] : value.kind === 'list' ? value.items.filter(one => one.kind === 'scalar') : [];
    return [...own, ...keyColumns(value, depth + 1)];
  });
}

function scalarsOf(node: YamlNode, without: ReadonlySet<string> = new Set(), depth = 0): readonly YamlScalar[] {
  if (depth > 40) return [];
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'list') return node.items.flatMap(item => scalarsOf(item, without, depth + 1));
  return node.entries.flatMap(({ key, value }) => (without.has(key.text) ? [] : scalarsOf(value, without, depth + 1)));
}

/** Places of the name as a word of its own: not a part of another, not behind `$`, and no function. */
function wordsIn(text: string, { start, end }: Span, name: string): readonly Span[] {
  const found: Span[] = [];
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  for (const match of text.slice(start, end).matchAll(new RegExp(`(?<![\\w$])${escaped}(?![\\w$]|\\s*\\()`, 'gi'))) {
    found.push({ start: start + match.index, end: start + match.index + name.length });
  }
  return found;
}

/** Inside of quotes, counted from the start of the value. */
function isInString(text: string, { start }: Span, at: number): boolean {
  let quote: string | undefined;
  for (let i = start; i < at; i++) {
    const character = text[i];
    if (quote === undefined && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = undefined;
  }
  return quote !== undefined;
}

function unquoted({ start, end }: Span, text: string): Span {
  const first = text[start];
  return (first === '"' || first === "'") && end - start >= 2 ? { start: start + 1, end: end - 1 } : { start, end };
}
