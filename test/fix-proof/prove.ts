/**
 * Fixes that claim to keep a result are shown to keep it: the model runs on DuckDB as it is and with the fix, over tables
 * with NULLs, doubled rows and keys without a match. `a`, `b` and `c` are the tables of the random queries, and models of
 * their names say what their columns are.
 */

import type { Finding } from '../../server/src/analysis/results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { joinUri } from '../../server/src/base/uri.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Database } from '../duckdb/database.ts';
import { tables } from '../duckdb/random-queries.ts';
import { applyFix, type Files, ROOT } from '../rules/run-example.ts';

export interface Proof {
  readonly rule: string;
  /** The model's text. */
  readonly sql: string;
  /** Title of the fix; the first one offered when there is none. */
  readonly fix?: string;
  /** `order`: the rows come in the same order too. `names`: the columns may have other names. */
  readonly keeps?: 'order' | 'names';
  /** What the fix writes, when its form matters too. */
  readonly writes?: string;
}

export interface Proved {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly written: string;
  /** Findings of the rule that the fix leaves at its place. */
  readonly left: number;
}

const PATH = 'models/marts/fct_m.sql';

export async function prove(database: Database, { rule, sql, fix: title, keeps }: Proof): Promise<Proved> {
  const files: Files = new Map([
    ['dbt_project.yml', 'name: proof\nprofile: proof\n'],
    ['grainline.yml', 'dialect: duckdb\n'],
    ...tables.map(({ name, columns }): [string, string] => [
      `models/${name}.sql`,
      `select ${columns.map(column => `cast(${column.name} as ${typeOf(column.kind)}) as ${column.name}`).join(', ')} from loaded`,
    ]),
    ['models/schema.yml', 'models: [{ name: a, columns: [{ name: id, data_tests: [unique, not_null] }] }]\n'],
    [PATH, sql],
  ]);
  const findings = findingsOf(rule, files);
  const fixes = findings.flatMap(finding => finding.fixes);
  const fix = title === undefined ? fixes[0] : fixes.find(one => one.title === title);
  if (fix === undefined) {
    throw new Error(`${rule} offers ${fixes.map(one => one.title).join(' | ') || 'nothing'} for ${sql}`);
  }
  const after = applyFix(files, fix.edit);
  if (typeof after === 'string') throw new Error(after);
  return {
    before: await rowsOf(database, files, keeps),
    after: await rowsOf(database, after, keeps),
    written: after.get(PATH) ?? '',
    left: findingsOf(rule, after).length - (findings.length - 1),
  };
}

function typeOf(kind: string): string {
  return kind === 'decimal' ? 'decimal(12, 3)' : kind === 'float' ? 'double' : kind;
}

function open(files: Files, only: readonly string[]): Workspace {
  const workspace = new Workspace({ rules: RULES, only });
  workspace.apply([...files].map(([path, text]) => ({ uri: joinUri(ROOT, path), text })));
  return workspace;
}

function findingsOf(rule: string, files: Files): readonly Finding[] {
  return open(files, [rule]).findings(joinUri(ROOT, PATH));
}

/** The columns' names, and each row as a text. */
async function rowsOf(database: Database, files: Files, keeps: Proof['keeps']): Promise<readonly string[]> {
  const query = open(files, []).render({ incremental: false, models: [PATH] })[0]?.text ?? '';
  const columns = await database.describe(query);
  const rows = (await database.rows(query)).map(row => JSON.stringify(row));
  const sorted = keeps === 'order' ? rows : rows.toSorted();
  return [columns.map(({ name, family }) => (keeps === 'names' ? family : `${name} ${family}`)).join(', '), ...sorted];
}
