import { NO_MEANING } from '../../project/meaning.ts';
import { Composition } from '../compose.ts';
import type { GeneratorContext, Relation } from '../context.ts';
import { decision } from '../decision.ts';
import { testWith } from '../entry.ts';
import { defineKind } from '../kind.ts';
import { words } from '../naming.ts';
import { placeEntries } from '../properties.ts';
import { type DdlTable, loadDdlParser, readDdl } from '../read-ddl.ts';
import { appendToSource } from '../source-entry.ts';
import type { YamlValue } from '../yaml-writer.ts';
import contract from './contract.ts';
import specification from './specification.ts';
import staging from './staging.ts';

export default defineKind({
  title: 'Import of CREATE TABLE statements',
  summary: 'Sources, staging models, contracts or specifications from the DDL of the tables.',
  group: 'layers',
  worksAnywhere: false,
  prepare: loadDdlParser,
  inputs: {
    ddl: { type: 'text', title: 'Which CREATE TABLE statements? (SQL, or the path of a .sql file)', required: true },
    source: {
      type: 'text',
      title: 'What is the source called? (a system: crm)',
      required: true,
      check: value =>
        /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) ? undefined : `'${value}' is no name: letters, digits and underscores.`,
    },
    into: {
      type: 'choice',
      several: true,
      choices: ['sources', 'staging', 'contract', 'specification'],
      meanings: ['YAML of the source', 'a staging model for each table', 'a contract for each table', 'a design'],
      title: 'What shall be made of them?',
      default: ['sources'],
      asked: true,
    },
  },
  plan(context, { ddl, source, into }) {
    const isPath = /^[^\s()]+\.sql$/i.test(ddl);
    const text = isPath ? context.text(ddl.replace(/^\.\//, '')) : ddl;
    if (text === undefined) return { problem: `There is no file '${ddl}' in the project.` };
    const { tables, messages } = readDdl(text, context.dialect);
    if (tables.length === 0) return { problem: [...messages, 'No CREATE TABLE with columns was found.'].join(' ') };
    const known = new Set(context.relations.map(each => each.label.toLowerCase()));
    const missing = tables.filter(table => !known.has(`${source}.${table.name}`.toLowerCase()));
    const relations = tables.map(table => relationOf(table, source));
    const composed = new Composition(context, relations);
    composed.messages.push(...messages);
    if (into.includes('sources')) {
      if (missing.length > 0) composed.add(sourcesPlan(source, missing, tables, context));
      else composed.messages.push(`The source '${source}' has all of these tables already.`);
    }
    for (const { label } of relations) {
      if (into.includes('staging')) composed.run(staging, 'staging', { from: label });
      if (into.includes('specification')) composed.run(specification, 'specification', { from: label });
      // A contract takes what is delivered for a model's.
      if (into.includes('contract')) composed.run(ofSources(contract), 'contract', { from: label });
    }
    return composed.plan();
  },
});

function ofSources(kind: typeof contract): typeof contract {
  const from = kind.inputs['from'];
  if (from?.type !== 'model') return kind;
  return { ...kind, inputs: { ...kind.inputs, from: { ...from, accepts: ['source'] } } };
}

function relationOf(table: DdlTable, source: string): Relation {
  const keys = [...(table.primaryKey.length > 0 ? [table.primaryKey] : []), ...table.unique];
  return {
    kind: 'source',
    name: table.name,
    source,
    label: `${source}.${table.name}`,
    layer: 'raw',
    meaning: NO_MEANING,
    materialized: undefined,
    description: table.comment,
    columns: table.columns,
    isComplete: true,
    keys: keys.map(key => key.map(column => column.toLowerCase())),
    reads: [],
    readers: 0,
    path: '',
    entryPath: undefined,
    config: {},
  };
}

function sourcesPlan(source: string, tables: readonly DdlTable[], all: readonly DdlTable[], context: GeneratorContext) {
  const entries = tables.map(table => tableEntry(source, table, all, context));
  const known = context.relations.find(
    each => each.kind === 'source' && each.label.toLowerCase().startsWith(`${source.toLowerCase()}.`),
  );
  const path = known && context.relation(known.label)?.entryPath;
  if (path !== undefined) return appendToSource(source, entries, path, context);
  const schemas = new Set(tables.map(table => table.schema));
  const schema = schemas.size === 1 ? tables[0]?.schema : undefined;
  const entry = {
    name: source,
    description: decision(`What ${words(source)} delivers.`),
    database: schema === undefined ? undefined : tables[0]?.database,
    schema: schema === source ? undefined : schema,
    tables: entries,
  };
  const folder = context.folder({ layer: 'staging', source });
  const { files, edits } = placeEntries('sources', [entry], folder, `${source}__sources`, context);
  const messages =
    schemas.size > 1 ? [`The tables are in several schemas: a source has one, so say which one '${source}' is.`] : [];
  return { files, edits, messages };
}

function tableEntry(
  source: string,
  table: DdlTable,
  all: readonly DdlTable[],
  context: GeneratorContext,
): { readonly [key: string]: YamlValue | undefined } {
  const single = new Set(
    [table.primaryKey, ...table.unique].flatMap(key => (key.length === 1 ? key.map(name => name.toLowerCase()) : [])),
  );
  const several = [table.primaryKey, ...table.unique].filter(key => key.length > 1);
  const combinations = context.packages.includes('dbt_utils')
    ? several.map(key =>
        testWith('dbt_utils.unique_combination_of_columns', { combination_of_columns: [...key] }, context),
      )
    : [];
  return {
    name: table.name,
    description: table.comment ?? decision(`One row per ${words(table.name)}.`),
    [context.yaml.testsKey]: combinations.length > 0 ? combinations : undefined,
    columns: table.columns.map(column => {
      const key = column.name.toLowerCase();
      const standard = table.defaults.get(key);
      const tests = [
        ...(single.has(key) ? ['unique'] : []),
        ...(column.nullable === 'no' ? ['not_null'] : []),
        ...referenceTests(source, key, table, all, context),
      ];
      const said = column.description ?? decision(`${sentenceOf(column.name)}.`);
      return {
        name: column.name,
        data_type: column.dataType,
        description: standard === undefined ? said : `${said.replace(/\.?$/, '.')} '${standard}' unless told.`,
        [context.yaml.testsKey]: tests.length > 0 ? tests : undefined,
      };
    }),
  };
}

/** Only where the other table is among those imported or in the project: dbt would not compile a test on another. */
function referenceTests(
  source: string,
  column: string,
  table: DdlTable,
  all: readonly DdlTable[],
  context: GeneratorContext,
): readonly YamlValue[] {
  return table.references.flatMap(({ columns, table: to, to: fields }) => {
    if (columns.length !== 1 || columns[0]?.toLowerCase() !== column) return [];
    const other = all.find(each => each.name.toLowerCase() === to.toLowerCase());
    const known = other?.name ?? context.relation(`${source}.${to}`)?.name;
    const field = fields[0] ?? (other?.primaryKey.length === 1 ? other.primaryKey[0] : undefined);
    if (known === undefined || field === undefined) return [];
    return [testWith('relationships', { to: `source('${source}', '${known}')`, field }, context)];
  });
}

function sentenceOf(name: string): string {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
