/** dbt's properties files (`schema.yml` by any name), as dbt 1.5 to 2.0 read them, in every spelling. Broken entries are left out, the others stay. */

import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import {
  define,
  entryOf,
  itemsOf,
  mapOf,
  plainMap,
  plainValue,
  textAt,
  textOf,
  valueAt,
} from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlEntry, YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import type {
  ColumnPropertyFacts,
  ConstraintFacts,
  Exposure,
  MacroProperties,
  PlacedColumn,
  PlacedProperties,
  PropertiesFile,
  PropertyFacts,
  SourceFacts,
  UnitTest,
} from './facts.ts';
import { readTests } from './property-tests.ts';

export function readProperties(documents: readonly YamlDocument[]): PropertiesFile {
  const problems: Problem[] = [];
  const other: { [key: string]: PlainValue } = {};
  const file = {
    version: undefined as PlainValue,
    models: [] as PlacedProperties[],
    seeds: [] as PlacedProperties[],
    snapshots: [] as PlacedProperties[],
    analyses: [] as PlacedProperties[],
    sources: [] as SourceFacts[],
    macros: [] as MacroProperties[],
    exposures: [] as Exposure[],
    unitTests: [] as UnitTest[],
  };
  const entriesOf = (entry: YamlEntry) => namedEntries(entry, problems);
  for (const { root } of documents) {
    if (root?.kind !== 'map') continue;
    for (const entry of root.entries) {
      switch (entry.key.text) {
        case 'version':
          file.version = plainValue(entry.value);
          break;
        case 'models':
          file.models.push(...entriesOf(entry).map(named => readEntry('model', named)));
          break;
        case 'seeds':
          file.seeds.push(...entriesOf(entry).map(named => readEntry('seed', named)));
          break;
        case 'snapshots':
          file.snapshots.push(...entriesOf(entry).map(named => readEntry('snapshot', named)));
          break;
        case 'analyses':
          file.analyses.push(...entriesOf(entry).map(named => readEntry('analysis', named)));
          break;
        case 'sources':
          file.sources.push(...entriesOf(entry).map(named => readSource(named, problems)));
          break;
        case 'macros':
          file.macros.push(...entriesOf(entry).map(readMacro));
          break;
        case 'exposures':
          file.exposures.push(...entriesOf(entry).map(readExposure));
          break;
        case 'unit_tests':
          file.unitTests.push(...entriesOf(entry).map(readUnitTest));
          break;
        default:
          define(other, entry.key.text, plainValue(entry.value));
      }
    }
  }
  return { ...file, other, problems };
}

/** The text of a scalar without its quotes: what a rename replaces. */
export function textSpan(scalar: YamlScalar): Span {
  const { start, end } = scalar.span;
  const isQuoted = (scalar.style === 'single' || scalar.style === 'double') && end - start >= 2;
  return isQuoted ? { start: start + 1, end: end - 1 } : scalar.span;
}

interface Named {
  readonly map: YamlMap;
  readonly name: string;
  readonly nameAt: Span;
}

function namedEntries(list: YamlEntry, problems: Problem[]): readonly Named[] {
  if (list.value.kind === 'scalar' && list.value.value === null) return [];
  if (list.value.kind !== 'list') {
    problems.push({
      message: `'${list.key.text}' must be a list: each entry starts with '- name:'.`,
      span: list.key.span,
    });
    return [];
  }
  const found: Named[] = [];
  for (const item of list.value.items) {
    const named = namedMap(item);
    if (named) found.push(named);
    else if (item.kind !== 'scalar' || item.value !== null) {
      problems.push({ message: `An entry of '${list.key.text}' needs a 'name'.`, span: firstLineOf(item) });
    }
  }
  return found;
}

function namedMap(node: YamlNode): Named | undefined {
  if (node.kind !== 'map') return undefined;
  const name = entryOf(node, 'name')?.value;
  if (name?.kind !== 'scalar' || name.value === null || name.text === '') return undefined;
  return { map: node, name: name.text, nameAt: textSpan(name) };
}

/** A whole entry would underline half a file. */
function firstLineOf(node: YamlNode): Span {
  return node.kind === 'map' && node.entries[0] ? node.entries[0].key.span : node.span;
}

/* ------------------------------------------------------------- models and their like */

/** Keys that dbt also reads as configuration when they stand beside `config:`. */
const CONFIG_BESIDE = ['access', 'docs', 'enabled', 'group', 'tags'];

const MODELLED = new Set([
  'name',
  'description',
  'config',
  'meta',
  'columns',
  'tests',
  'data_tests',
  'constraints',
  'access',
  'versions',
  'latest_version',
]);

function readEntry(kind: PropertyFacts['kind'], { map, name, nameAt }: Named, source?: string): PlacedProperties {
  const columns: PlacedColumn[] = [];
  for (const item of itemsOf(map, 'columns')) {
    const column = namedMap(item);
    if (column) columns.push(readColumn(column));
  }
  const tests = readTests(map);
  const config = mapOf(map, 'config');
  const facts: PropertyFacts = {
    kind,
    name,
    ...(source === undefined ? {} : { source }),
    description: textAt(map, 'description'),
    config: configOf(map, config),
    meta: metaOf(map, config),
    columns: columns.map(column => column.facts),
    tests: tests.map(test => test.facts),
    constraints: readConstraints(map, undefined),
    access: textAt(config, 'access') ?? textAt(map, 'access'),
    contractEnforced: enforces(valueAt(config, 'contract') ?? valueAt(map, 'contract')),
    versions: itemsOf(map, 'versions').map(plainValue),
    latestVersion: textAt(map, 'latest_version'),
    other: otherOf(map),
  };
  return { facts, at: map.span, nameAt, columns, tests, configAt: configPlaces(map, config), keysAt: keyPlaces(map) };
}

function configOf(map: YamlMap, config: YamlMap | undefined): { readonly [key: string]: PlainValue } {
  const result: { [key: string]: PlainValue } = {};
  for (const key of CONFIG_BESIDE) {
    const value = valueAt(map, key);
    if (value) result[key] = plainValue(value);
  }
  for (const [key, value] of Object.entries(plainMap(config))) define(result, key, value);
  return result;
}

function metaOf(map: YamlMap, config: YamlMap | undefined): { readonly [key: string]: PlainValue } {
  const beside = valueAt(map, 'meta');
  const inside = valueAt(config, 'meta');
  if (beside === undefined && inside === undefined) return NO_META;
  const result: { [key: string]: PlainValue } = {};
  for (const meta of [beside, inside]) {
    for (const [key, value] of Object.entries(plainMap(meta))) define(result, key, value);
  }
  return result;
}

/** Most columns have none. */
const NO_META: { readonly [key: string]: PlainValue } = {};

function enforces(contract: YamlNode | undefined): boolean {
  const value = contract?.kind === 'map' ? valueAt(contract, 'enforced') : contract;
  return value?.kind === 'scalar' && (value.value === true || value.text.toLowerCase() === 'true');
}

function otherOf(map: YamlMap): { readonly [key: string]: PlainValue } {
  const result: { [key: string]: PlainValue } = {};
  for (const { key, value } of map.entries) if (!MODELLED.has(key.text)) define(result, key.text, plainValue(value));
  return result;
}

function configPlaces(map: YamlMap, config: YamlMap | undefined): PlacedProperties['configAt'] {
  const places: { [key: string]: { readonly key: Span; readonly value: Span } } = {};
  const add = (name: string, entry: YamlEntry) =>
    define(places, name, { key: entry.key.span, value: entry.value.span });
  const beside = [...CONFIG_BESIDE, 'meta'].flatMap(key => entryOf(map, key) ?? []);
  for (const entry of [...beside, ...(config?.entries ?? [])]) {
    add(entry.key.text, entry);
    if (entry.key.text !== 'meta') continue;
    const grainline = mapOf(entry.value, 'grainline');
    for (const inner of grainline?.entries ?? []) add(`meta.grainline.${inner.key.text}`, inner);
  }
  return places;
}

function keyPlaces(map: YamlMap): { readonly [key: string]: Span } {
  const places: { [key: string]: Span } = {};
  for (const { key, value } of map.entries) define(places, key.text, value.span);
  return places;
}

/* --------------------------------------------------------------------------- columns */

function readColumn({ map, name, nameAt }: Named): PlacedColumn {
  const tests = readTests(map);
  const quote = valueAt(map, 'quote');
  const config = mapOf(map, 'config');
  const beside = textsAt(map, 'tags');
  const tags = beside.length === 0 ? textsAt(config, 'tags') : [...beside, ...textsAt(config, 'tags')];
  const semantic = semanticOf(map);
  const facts: Mutable<ColumnPropertyFacts> = {
    name,
    description: textAt(map, 'description'),
    dataType: textAt(map, 'data_type'),
    tests: tests.map(test => test.facts),
    constraints: readConstraints(map, name),
    meta: metaOf(map, config),
    quote: quote?.kind === 'scalar' && quote.value === true,
  };
  if (tags.length > 0) facts.tags = tags;
  if (semantic) facts.semantic = semantic;
  const column: Mutable<PlacedColumn> = { facts, at: map.span, nameAt, tests, keysAt: keyPlaces(map) };
  const dataType = valueAt(map, 'data_type');
  const description = valueAt(map, 'description');
  if (dataType) column.dataTypeAt = dataType.span;
  if (description) column.descriptionAt = description.span;
  return column;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A list of texts, or one text. */
function textsAt(map: YamlMap | undefined, key: string): readonly string[] {
  const value = valueAt(map, key);
  if (value?.kind === 'list') return value.items.flatMap(item => textOf(item) ?? []);
  const single = textOf(value);
  return single === undefined ? NO_TEXTS : [single];
}

const NO_TEXTS: readonly string[] = [];

function semanticOf(map: YamlMap): ColumnPropertyFacts['semantic'] {
  const entity = valueAt(map, 'entity');
  const dimension = valueAt(map, 'dimension');
  if (!entity && !dimension) return undefined;
  return {
    ...(entity ? { entity: plainValue(entity) } : {}),
    ...(dimension ? { dimension: plainValue(dimension) } : {}),
  };
}

/** `column` is the column they stand under, if any. */
function readConstraints(map: YamlMap, column: string | undefined): readonly ConstraintFacts[] {
  const constraints = itemsOf(map, 'constraints');
  if (constraints.length === 0) return NO_CONSTRAINTS;
  return constraints.flatMap((item): ConstraintFacts[] => {
    const type = textAt(item, 'type');
    if (type === undefined) return [];
    const columns = itemsOf(item, 'columns').flatMap(each => textOf(each) ?? []);
    const expression = textAt(item, 'expression') ?? referenceOf(item);
    return [
      {
        type: type.toLowerCase(),
        columns: columns.length === 0 && column !== undefined ? [column] : columns,
        ...(expression === undefined ? {} : { expression }),
      },
    ];
  });
}

const NO_CONSTRAINTS: readonly ConstraintFacts[] = [];

/** `to: ref('x')` with `to_columns: [id]` says what `expression: ref('x') (id)` does. */
function referenceOf(constraint: YamlNode): string | undefined {
  const to = textAt(constraint, 'to');
  if (to === undefined) return undefined;
  const columns = itemsOf(constraint, 'to_columns').flatMap(each => textOf(each) ?? []);
  return columns.length === 0 ? to : `${to} (${columns.join(', ')})`;
}

/* ----------------------------------------------------------------------- other kinds */

function readSource({ map, name, nameAt }: Named, problems: Problem[]): SourceFacts {
  const other: { [key: string]: PlainValue } = {};
  for (const { key, value } of map.entries) {
    if (key.text !== 'tables' && key.text !== 'name') define(other, key.text, plainValue(value));
  }
  const tables = entryOf(map, 'tables');
  const entries = tables ? namedEntries(tables, problems) : [];
  return { name, nameAt, at: map.span, other, tables: entries.map(entry => readEntry('source', entry, name)) };
}

function readMacro({ map, name, nameAt }: Named): MacroProperties {
  const macroArguments = itemsOf(map, 'arguments').flatMap(item => {
    const argument = textAt(item, 'name');
    if (argument === undefined) return [];
    const type = textAt(item, 'type');
    const description = textAt(item, 'description');
    return [
      {
        name: argument,
        ...(type === undefined ? {} : { type }),
        ...(description === undefined ? {} : { description }),
      },
    ];
  });
  return { name, nameAt, description: textAt(map, 'description'), arguments: macroArguments };
}

function readExposure({ map, name, nameAt }: Named): Exposure {
  const dependsOn = itemsOf(map, 'depends_on').flatMap(item =>
    item.kind === 'scalar' && item.value !== null ? [{ text: item.text, at: textSpan(item) }] : [],
  );
  return { name, nameAt, type: textAt(map, 'type'), dependsOn };
}

function readUnitTest({ map, name, nameAt }: Named): UnitTest {
  const model = valueAt(map, 'model');
  if (model?.kind !== 'scalar' || model.value === null) return { name, nameAt, model: undefined };
  return { name, nameAt, model: model.text, modelAt: textSpan(model) };
}
