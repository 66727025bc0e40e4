/**
 * Builds a dbt project on DuckDB from our own expansion of it, over data as bad as loaders deliver it, and compares what
 * each model delivers with what was inferred of it.
 */

import { parse, stringify } from 'yaml';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { extensionOf, stemOf } from '../../server/src/base/uri.ts';
import type { NodeFacts, OutputColumns } from '../../server/src/project/facts.ts';
import type { Delivery } from '../../server/src/project/models.ts';
import type { Database } from './database.ts';

export interface ProjectFile {
  readonly uri: string;
  readonly text: string;
}

export interface Compared {
  /** Models that ran, and those that did not with the reason. */
  readonly ran: readonly string[];
  readonly failed: readonly string[];
  readonly contradictions: readonly string[];
  readonly counts: { columns: number; named: number; typed: number; neverNull: number; keys: number };
}

/** Without tests and constraints: what remains must hold on any data. */
export function withoutPromises(files: readonly ProjectFile[]): readonly ProjectFile[] {
  return files.map(file => {
    if (!/\/(?:models|seeds|snapshots)\/.*\.ya?ml$/.test(file.uri)) return file;
    const drop = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(drop);
      if (typeof value !== 'object' || value === null) return value;
      const kept = Object.entries(value).filter(([key]) => !/^(?:data_)?tests$|^constraints$/.test(key));
      return Object.fromEntries(kept.map(([key, inner]) => [key, drop(inner)]));
    };
    return { ...file, text: stringify(drop(parse(file.text))) };
  });
}

/** `isSpoilt`: the data break every promise that can be broken; else they are the seeds as they are. */
export async function compareProject(
  database: Database,
  files: readonly ProjectFile[],
  isSpoilt: boolean,
): Promise<Compared> {
  const workspace = new Workspace({ rules: [], dialect: 'duckdb' });
  workspace.apply(files);
  const { models, nodes, allFacts } = workspace.projectQueries;
  const root = workspace.projects()[0]?.root ?? '';
  const all = allFacts(root);
  await loadTables(database, all, files, isSpoilt);

  const ran: string[] = [];
  const failed: string[] = [];
  const contradictions: string[] = [];
  const counts = { columns: 0, named: 0, typed: 0, neverNull: 0, keys: 0 };
  for (const { id } of orderOf(workspace, root)) {
    const node = all.find(one => one.id === id);
    const delivery = models.delivery(`${root} ${id}`);
    if (node === undefined || delivery === undefined || nodes.index(root).byId.get(id) === undefined) continue;
    if (node.kind !== 'model' && node.kind !== 'snapshot') continue;
    const table = nameOf(node);
    try {
      await createTable(database, node, workspace, table);
    } catch (error) {
      failed.push(`${node.name}: ${String(error).split('\n')[0]}`);
      continue;
    }
    ran.push(node.name);
    const found = await contradictionsOf(database, table, delivery, isSpoilt, counts);
    contradictions.push(...found.map(text => `${node.name}: ${text}`));
    if (node.materialized === 'incremental') {
      // The second run reads what the first one left behind; its columns are the table's.
      const query = workspace.render({ incremental: true, models: [id] })[0]?.text ?? '';
      const names = (await database.describe(query)).map(column => column.name);
      if (!haveNames(delivery.columns, names))
        contradictions.push(`${node.name}: an incremental run delivers ${names}`);
    }
  }
  return { ran, failed, contradictions, counts };
}

/** Snapshots written in YAML have no SQL to stand in the order of reading; they go behind what they read. */
function orderOf(workspace: Workspace, root: string): readonly { readonly id: string }[] {
  const { models, allFacts } = workspace.projectQueries;
  const copies = allFacts(root).filter(node => node.kind === 'snapshot' && extensionOf(node.file) !== 'sql');
  return models.order(root).flatMap(node => [node, ...copies.filter(copy => copy.reads[0] === node.id)]);
}

function haveNames({ columns }: OutputColumns, names: readonly string[]): boolean {
  return (
    columns.length === names.length && columns.every((column, i) => column.name === '' || column.name === names[i])
  );
}

/* ------------------------------------------------------------------- building */

function nameOf({ relation: { database, schema, identifier } }: NodeFacts): string {
  // As it is written where the schema is not known.
  const parts =
    schema === undefined
      ? [identifier]
      : database === undefined
        ? [schema, identifier]
        : [database, schema, identifier];
  return parts.map(part => `"${part}"`).join('.');
}

async function createTable(database: Database, node: NodeFacts, workspace: Workspace, table: string): Promise<void> {
  await prepareSchema(database, node);
  if (node.kind === 'model') {
    const query = workspace.render({ incremental: false, models: [node.id] })[0]?.text ?? '';
    await database.run(`create or replace table ${table} as ${query}`);
    return;
  }
  // dbt's first run, and an older version of each row.
  const root = workspace.projects()[0]?.root ?? '';
  const written = workspace.projectQueries.models.expansions(`${root} ${node.id}`)[0]?.text;
  const read = workspace.projectQueries.models.facts(`${root} ${node.reads[0]}`);
  const query = written ?? `select * from ${read === undefined ? '' : nameOf(read)}`;
  await database.run(`create or replace table ${table} as
    select *, md5(random()::varchar) as dbt_scd_id, localtimestamp as dbt_updated_at, localtimestamp as dbt_valid_from,
      null::timestamp as dbt_valid_to from (${query})
    union all select *, md5(random()::varchar), timestamp '2020-01-01', timestamp '2020-01-01', localtimestamp from (${query})`);
}

async function prepareSchema(database: Database, { relation }: NodeFacts): Promise<void> {
  const { database: name, schema } = relation;
  if (schema === undefined) return;
  if (name !== undefined) await database.run(`attach if not exists ':memory:' as "${name}"`);
  await database.run(`create schema if not exists ${name === undefined ? '' : `"${name}".`}"${schema}"`);
}

/** Seeds, and sources that a seed of the same name stands for. */
async function loadTables(
  database: Database,
  nodes: readonly NodeFacts[],
  files: readonly ProjectFile[],
  isSpoilt: boolean,
): Promise<void> {
  const csv = new Map(files.filter(file => extensionOf(file.uri) === 'csv').map(file => [stemOf(file.uri), file.uri]));
  for (const node of nodes) {
    if (node.kind !== 'seed' && node.kind !== 'source') continue;
    const uri = csv.get(node.relation.identifier) ?? csv.get(node.name);
    if (uri === undefined) continue;
    await prepareSchema(database, node);
    const table = nameOf(node);
    await database.run(
      `create or replace table ${table} as select * from read_csv('${new URL(uri).pathname}', header = true)`,
    );
    if (isSpoilt) await spoil(database, table);
  }
}

/** Adds what no test promised away: doubled rows, NULLs in every column, keys of nobody, a row of nothing. */
async function spoil(database: Database, table: string): Promise<void> {
  const columns = await database.describe(`select * from ${table}`);
  await database.run(`insert into ${table} select * from ${table} where hash(rowid) % 3 = 0`);
  for (const [i, { name, family }] of columns.entries()) {
    const column = `"${name}"`;
    const strange = family === 'integer' ? `${column} + 1000000` : family === 'text' ? `${column} || '?'` : undefined;
    await database.run(`update ${table} set ${column} = null where hash(rowid * 31 + ${i}) % 9 = 0`);
    if (strange !== undefined && /id$|key$|number$|sku$/i.test(name)) {
      await database.run(`update ${table} set ${column} = ${strange} where hash(rowid * 17 + ${i}) % 9 = 1`);
    }
  }
  await database.run(`insert into ${table} select ${columns.map(() => 'null').join(', ')}`);
}

/* ------------------------------------------------------------------ comparing */

async function contradictionsOf(
  database: Database,
  table: string,
  { columns: delivered, keys }: Delivery,
  isSpoilt: boolean,
  counts: Compared['counts'],
): Promise<readonly string[]> {
  const described = await database.describe(`select * from ${table}`);
  const names = described.map(column => column.name);
  const { columns, isComplete } = delivered;
  counts.columns += described.length;
  if (!isComplete) {
    const strange = columns.filter(column => column.name !== '' && !names.includes(column.name));
    return strange.map(column => `${column.name} is none of its columns`);
  }
  if (!haveNames(delivered, names)) return [`has the columns ${names}, not ${columns.map(column => column.name)}`];
  const found: string[] = [];
  for (const [i, { name, type, nullable, nullableBecause }] of columns.entries()) {
    const truth = described[i];
    if (truth === undefined) continue;
    if (name !== '') counts.named++;
    if (type !== undefined) {
      counts.typed++;
      if (type.family !== truth.family) found.push(`${name} is ${truth.type}, not ${type.family} (${type.because})`);
    }
    if (nullable !== 'no') continue;
    counts.neverNull++;
    const nulls = await database.value(`select count(*) from ${table} where "${truth.name}" is null`);
    if (nulls !== '0') found.push(`${name} is NULL in ${nulls} rows, though ${nullableBecause}`);
  }
  for (const key of keys) {
    // On bad data the word of an author does not hold: a snapshot's unique_key, a grain in meta.
    if (isSpoilt && /^(?:dbt snapshot|declared as)/.test(key.because)) continue;
    counts.keys++;
    if (key.columns.length === 0) {
      const rows = Number(await database.value(`select count(*) from ${table}`));
      if (rows > 1) found.push(`${rows} rows, though ${key.because}`);
      continue;
    }
    const parts = key.columns.map(name => `"${name}"`);
    const repeated = await database.value(
      `select count(*) from (select 1 from ${table} where ${parts.map(part => `${part} is not null`).join(' and ')}
       group by ${parts.join(', ')} having count(*) > 1)`,
    );
    if (repeated !== '0') found.push(`${key.columns.join(', ')} is no key, though ${key.because}`);
  }
  return found;
}
