/** Each function that DuckDB lists, called with columns of every type: what comes out has the type and the NULLs that are said of it. */

import { expect, test } from 'vitest';
import { functionFacts } from '../../server/src/project/infer/functions.ts';
import { infer } from '../infer/infer.ts';
import { openDatabase } from './database.ts';

/** Column, type of DuckDB, family. */
const columns = [
  ['i', 'integer', 'integer', '1'],
  ['l', 'bigint', 'integer', '1'],
  ['d', 'decimal(10, 2)', 'decimal', '1.5'],
  ['f', 'double', 'float', '0.5'],
  ['s', 'varchar', 'text', "'x'"],
  ['b', 'boolean', 'boolean', 'true'],
  ['dt', 'date', 'date', "'2024-01-01'"],
  ['ts', 'timestamp', 'timestamp', "'2024-01-01 10:00'"],
  ['tz', 'timestamptz', 'timestamptz', "'2024-01-01 10:00'"],
  ['tm', 'time', 'time', "'10:00'"],
  ['iv', 'interval', 'interval', 'interval 1 day'],
  ['a', 'bigint[]', 'array', '[1]'],
  ['sa', 'varchar[]', 'array', "['x']"],
  ['j', 'json', 'json', "'{}'"],
  ['u', 'uuid', 'uuid', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  ['bl', 'blob', 'binary', "'x'"],
] as const;

/** Columns to call a function with, by the type that DuckDB lists. */
const arguments_: { readonly [type: string]: string } = {
  ...Object.fromEntries(columns.map(([name, type]) => [type.replace(/\(.*/, '').toUpperCase(), name])),
  'TIMESTAMP WITH TIME ZONE': 'tz',
  'BIGINT[]': 'a',
  'VARCHAR[]': 'sa',
  'T[]': 'sa',
  'ANY[]': 'a',
  ANY: 'i',
  T: 's',
};

const relations = (mark: string) => ({ t: columns.map(([name, , family]) => `${name} ${family}${mark}`).join(', ') });

test('functions of DuckDB give what is said of them', async () => {
  const database = await openDatabase();
  await database.run(`create table t (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})`);
  await database.run(`insert into t values (${columns.map(() => 'null').join(', ')})`);
  await database.run(`insert into t values (${columns.map(column => column[3]).join(', ')})`);
  const listed = await database.rows(
    `select distinct function_name, array_to_string(parameter_types, ';') from duckdb_functions()
     where function_type in ('scalar', 'aggregate', 'macro') and function_name ~ '^[a-z_0-9]+$' order by all`,
  );
  const wrong: string[] = [];
  let compared = 0;
  for (const [name, types] of listed) {
    const facts = functionFacts(String(name), 'duckdb');
    const given =
      types === ''
        ? []
        : String(types)
            .split(';')
            .map(type => arguments_[type]);
    if (facts === undefined || given.includes(undefined)) continue;
    const call = `${name}(${given.join(', ')})`;
    const [truth] = await database.describe(`select ${call} from t`).catch(() => []);
    // Macros expand to nothing DuckDB can call with no argument.
    if (truth === undefined || given.length === 0) continue;
    const said = (mark: string) => infer(`select ${call} as c from t`, relations(mark), 'duckdb').output.columns[0];
    const type = said('')?.type;
    if (type !== undefined) compared++;
    if (type !== undefined && type.family !== truth.family) wrong.push(`${call} is ${truth.type}, not ${type.family}`);
    if (facts.kind === 'aggregate') continue;
    const count = async (filter: string) =>
      Number(await database.value(`select count(${call}) from t where i is ${filter}`).catch(() => Number.NaN));
    if (said('!')?.nullable === 'no' && (await count('not null')) === 0) wrong.push(`${call} is NULL of values`);
    if (said('?')?.nullable === 'yes' && (await count('null')) === 1) wrong.push(`${call} is no NULL of NULLs`);
    if (said('?')?.nullable === 'no' && (await count('null')) === 0) wrong.push(`${call} is NULL of NULLs`);
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(400);
});
