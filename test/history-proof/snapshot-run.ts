/**
 * One run of a dbt snapshot on DuckDB, as dbt 1.10 does it: rows are found again by equality with the current version of
 * their key, changed ones are closed and inserted anew, rows that are gone are closed when `hard_deletes` says so.
 */

import type { DuckDBConnection } from '@duckdb/node-api';
import type { PlainValue } from '../../server/src/syntax/jinja/expansion.ts';

export interface SnapshotRun {
  readonly name: string;
  /** SELECT of the block, expanded. */
  readonly text: string;
  readonly config: { readonly [key: string]: PlainValue };
  /** The run's time: what dbt takes from the clock. */
  readonly at: string;
}

export async function runSnapshot(connection: DuckDBConnection, run: SnapshotRun): Promise<void> {
  const { name, config, at } = run;
  const keys = textsOf(config['unique_key']);
  const isCheck = config['strategy'] === 'check';
  const updatedAt = isCheck ? `timestamp '${at}'` : `cast(${String(config['updated_at'])} as timestamp)`;
  const named = keys.map((key, i) => `${key} as dbt_unique_key_${i}`).join(', ');
  await connection.run(`create or replace temp table source_data as
    select *, ${updatedAt} as dbt_updated_at, ${updatedAt} as dbt_valid_from, cast(null as timestamp) as dbt_valid_to, ${named}
    from (${run.text})`);
  const exists = (
    await connection.runAndReadAll(`select 1 from duckdb_tables() where table_name = '${name}'`)
  ).getRows();
  if (exists.length === 0) {
    await connection.run(`create table ${name} as select * from source_data`);
    return;
  }
  const on = keys.map((_, i) => `s.dbt_unique_key_${i} = t.dbt_unique_key_${i}`).join(' and ');
  const isNew = keys.map((_, i) => `t.dbt_unique_key_${i} is null`).join(' and ');
  const columns = await columnsOf(connection);
  const compared = config['check_cols'] === 'all' ? columns : textsOf(config['check_cols']);
  const changed = isCheck
    ? compared.map(one => `s.${one} is distinct from t.${one}`).join(' or ')
    : 't.dbt_valid_from < s.dbt_updated_at';
  const current = `(select * from ${name} where dbt_valid_to is null)`;
  await connection.run(`create or replace temp table insertions as
    select s.* from source_data as s left join ${current} as t on ${on} where ${isNew} or (${changed})`);
  await connection.run(`update ${name} as t set dbt_valid_to = s.dbt_updated_at from source_data as s
    where t.dbt_valid_to is null and ${on} and (${changed})`);
  if (config['hard_deletes'] === 'invalidate') {
    await connection.run(`update ${name} as t set dbt_valid_to = timestamp '${at}'
      where t.dbt_valid_to is null and not exists (select 1 from source_data as s where ${on})`);
  }
  await connection.run(`insert into ${name} by name select * from insertions`);
}

/** Those of the SELECT itself. */
async function columnsOf(connection: DuckDBConnection): Promise<readonly string[]> {
  const rows = await connection.runAndReadAll(
    "select column_name from duckdb_columns() where table_name = 'source_data'",
  );
  return rows
    .getRows()
    .map(row => String(row[0]))
    .filter(one => !one.startsWith('dbt_'));
}

function textsOf(value: PlainValue): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly PlainValue[]) : [value];
  return list.flatMap(one => (typeof one === 'string' ? [one] : []));
}
