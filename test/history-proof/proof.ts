/**
 * Rules that say rows are lost, doubled or wrong are shown to be right: the wrong form runs on DuckDB against a small
 * history, and so does what the rule proposes.
 *
 * To add a case, add a `Proof` to the list that a file of `cases/` exports as default (any file there is read). Its `files`
 * hold the wrong form, in which the rule must find something; `given` makes the tables, each of `days` is what happened
 * before the next load, `shows` is the query that makes the harm visible, `wrong` its rows after the last load. `mended` is
 * either the title of a fix that the rule offers (the fix is applied, the rule must then be silent) or the files of the
 * documented right form; after the same days `shows` must give `right`.
 *
 * What is loaded: `.sql` files outside of `models/` and `snapshots/` run as they are, statement by statement, each its own
 * transaction; models are built as tables or, when their config says so, as incremental models of DuckDB (delete+insert by
 * unique_key); snapshots run as dbt runs them (snapshot-run.ts), the first load on 2024-01-01, the next a day later.
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Finding } from '../../server/src/analysis/results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { joinUri } from '../../server/src/base/uri.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { applyFix, type Files, fixNamed, ROOT } from '../rules/run-example.ts';
import { runSnapshot, type SnapshotRun } from './snapshot-run.ts';

export interface Proof {
  readonly rule: string;
  readonly title: string;
  /** Text by path. A dbt_project.yml and a grainline.yml that names the dialect are added where they are missing. */
  readonly files: { readonly [path: string]: string };
  readonly given: string;
  /** At least one; '' for a load without news. */
  readonly days: readonly string[];
  /** SQL of one load, when it is not the text of the files in order. */
  readonly runs?: string;
  readonly shows: string;
  /** Rows as DuckDB's JSON writes them. */
  readonly wrong: readonly (readonly unknown[])[];
  readonly mended: { readonly fix: string } | { readonly files: { readonly [path: string]: string } };
  readonly right: readonly (readonly unknown[])[];
}

export interface Shown {
  readonly findingsBefore: readonly Finding[];
  readonly wrong: readonly unknown[];
  readonly findingsAfter: readonly Finding[];
  readonly right: readonly unknown[];
}

export async function show(proof: Proof): Promise<Shown> {
  const before = withProject(proof.files);
  const findingsBefore = findingsOf(proof.rule, before);
  const after = mend(proof, before, findingsBefore);
  return {
    findingsBefore,
    wrong: await rowsAfter(proof, before),
    findingsAfter: findingsOf(proof.rule, after),
    right: await rowsAfter(proof, after),
  };
}

function withProject(written: Proof['files']): Files {
  return new Map([
    ['dbt_project.yml', "name: example\nversion: '1.0'\nprofile: example\n"],
    ['grainline.yml', 'dialect: duckdb\n'],
    ...Object.entries(written),
  ]);
}

function open(files: Files, only: readonly string[]): Workspace {
  const workspace = new Workspace({ rules: RULES.filter(rule => only.includes(rule.id)), only });
  workspace.apply([...files].map(([path, text]) => ({ uri: joinUri(ROOT, path), text })));
  return workspace;
}

function findingsOf(rule: string, files: Files): readonly Finding[] {
  const workspace = open(files, [rule]);
  return workspace.files().flatMap(uri => workspace.findings(uri));
}

/** All findings that offer the fix are mended, one after the other. */
function mend(proof: Proof, before: Files, findings: readonly Finding[]): Files {
  if ('files' in proof.mended) return new Map([...before, ...Object.entries(proof.mended.files)]);
  const title = proof.mended.fix;
  let files = before;
  let left = findings;
  for (let i = 0; i < findings.length; i++) {
    const fix = fixNamed(left, title);
    if (fix === undefined) break;
    const changed = applyFix(files, fix.edit);
    if (typeof changed === 'string') throw new Error(changed);
    files = changed;
    left = findingsOf(proof.rule, files);
  }
  if (files === before) {
    const offered = left.flatMap(finding => finding.fixes.map(each => each.title));
    throw new Error(`no fix '${title}' is offered, but: ${offered.join(' | ') || 'none'}`);
  }
  return files;
}

async function rowsAfter(proof: Proof, files: Files): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await runAll(connection, proof.given);
    let count = 0;
    for (const day of proof.days) {
      await runAll(connection, day);
      if (proof.runs === undefined) await load(connection, files, ++count);
      else await runAll(connection, proof.runs);
    }
    return (await connection.runAndReadAll(proof.shows)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Statement by statement, each in a transaction of its own. */
async function runAll(connection: DuckDBConnection, sql: string): Promise<void> {
  if (sql.trim() === '') return;
  const statements = await connection.extractStatements(sql);
  for (let i = 0; i < statements.count; i++) await (await statements.prepare(i)).run();
}

/** `day`: the number of the load, from 1. */
async function load(connection: DuckDBConnection, files: Files, day: number): Promise<void> {
  const workspace = open(files, []);
  const fullRefresh = workspace.render({ incremental: false });
  for (const [path, text] of files) {
    if (!path.endsWith('.sql') || path.startsWith('macros/')) continue;
    if (path.startsWith('snapshots/')) {
      for (const snapshot of snapshotsIn(workspace, path, day)) await runSnapshot(connection, snapshot);
      continue;
    }
    const model = fullRefresh.find(one => one.path === path);
    if (model === undefined) {
      await runAll(connection, text);
      continue;
    }
    const name = path.slice(path.lastIndexOf('/') + 1, -'.sql'.length);
    const keys = uniqueKeyOf(text);
    const exists = (await rowsOf(connection, `select 1 from duckdb_tables() where table_name = '${name}'`)).length > 0;
    if (!/materialized\s*=\s*'incremental'/.test(text) || !exists) {
      await connection.run(`create or replace table ${name} as ${model.text}`);
      continue;
    }
    const incremental = workspace.render({ incremental: true, models: [path] })[0] ?? model;
    await connection.run(`create or replace temp table new_rows as ${incremental.text}`);
    if (keys.length > 0) {
      const list = keys.join(', ');
      await connection.run(`delete from ${name} where (${list}) in (select (${list}) from new_rows)`);
    }
    await connection.run(`insert into ${name} by name select * from new_rows`);
  }
}

function snapshotsIn(workspace: Workspace, path: string, day: number): readonly SnapshotRun[] {
  const { models, nodes } = workspace.projectQueries;
  return (nodes.index(ROOT).byFile.get(joinUri(ROOT, path)) ?? []).flatMap(id => {
    const node = models.facts(`${ROOT} ${id}`);
    const text = models.expansions(`${ROOT} ${id}`)[0]?.text;
    return node && text !== undefined
      ? [{ name: node.name, text, config: node.config, at: `2024-01-${String(day).padStart(2, '0')}` }]
      : [];
  });
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<readonly unknown[]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

function uniqueKeyOf(text: string): readonly string[] {
  const written = /unique_key\s*=\s*(\[[^\]]*\]|'[^']*')/.exec(text)?.[1] ?? '';
  return [...written.matchAll(/'([^']*)'/g)].map(match => match[1] ?? '');
}
