/**
 * What inference says of queries made at random, against what DuckDB answers: names and types of the columns, columns
 * that are never NULL, keys. `QUERIES=20000 SEED=5 npx vitest run test/duckdb` looks longer.
 */

import { expect, test } from 'vitest';
import type { QueryFacts } from '../../server/src/project/infer/scopes.ts';
import { infer } from '../infer/infer.ts';
import { type Database, type Described, openDatabase } from './database.ts';
import { randomQuery, setup, tables } from './random-queries.ts';

const relations = Object.fromEntries(
  tables.map(({ name, columns }) => [
    name,
    columns.map(column => `${column.name} ${column.kind}${column.name === 'id' ? '!' : ''}`).join(', '),
  ]),
);
const keys = { a: [{ columns: ['id'], because: 'declared', by: 'declared' }] } as const;

const first = Number(process.env['SEED'] ?? 1);
const count = Number(process.env['QUERIES'] ?? 300);

test(`${count} queries`, async () => {
  const database = await openDatabase();
  await database.run(setup);
  const seen = { ran: 0, columns: 0, typed: 0, neverNull: 0, keys: 0 };
  const contradictions: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const query = randomQuery(seed);
    const described = await database.describe(query).catch(() => undefined);
    // Some are none that DuckDB would run.
    if (described === undefined) continue;
    const facts = infer(query, relations, 'duckdb', false, keys);
    seen.ran++;
    seen.columns += facts.output.columns.length;
    seen.typed += facts.output.columns.filter(column => column.type !== undefined).length;
    seen.neverNull += facts.output.columns.filter(column => column.nullable === 'no').length;
    seen.keys += facts.keys.length;
    const found = await contradictionsOf(database, query, facts, described);
    contradictions.push(...found.map(text => `${text}, seed ${seed}: ${query}`));
  }
  expect(contradictions).toEqual([]);
  // A test that compares nothing finds nothing.
  expect(seen.ran).toBeGreaterThan(count * 0.85);
  expect(seen.typed).toBeGreaterThan(seen.columns * 0.9);
  expect(seen.neverNull).toBeGreaterThan(seen.columns * 0.15);
  expect(seen.keys).toBeGreaterThan(count * 0.1);
}, 600_000);

async function contradictionsOf(
  database: Database,
  query: string,
  { output, keys: candidates }: QueryFacts,
  described: readonly Described[],
): Promise<readonly string[]> {
  const { columns } = output;
  if (!output.isComplete) return ['not all columns are found'];
  if (columns.length !== described.length) return [`${columns.length} columns, not ${described.length}`];
  const numbered = `(${query}) q (${columns.map((_, i) => `x${i}`).join(', ')})`;
  const found: string[] = [];
  for (const [i, { name, type, nullable, nullableBecause }] of columns.entries()) {
    const truth = described[i] as Described;
    if (name !== truth.name) found.push(`${name} is called ${truth.name}`);
    // What is NULL whatever the rows are has a type of no meaning there.
    const isWrong = type !== undefined && type.family !== truth.family;
    if (isWrong && !(truth.type === 'INTEGER' && (await isAlwaysNull(database, numbered, i)))) {
      found.push(`${name} is ${truth.type}, not ${type.family} (${type.because})`);
    }
    if (nullable === 'no' && (await holdsNull(database, numbered, i))) {
      found.push(`${name} is NULL, though ${nullableBecause}`);
    }
  }
  for (const key of candidates) {
    if (
      await repeats(
        database,
        numbered,
        columns.map(column => column.name),
        key.columns,
      )
    ) {
      found.push(`${key.columns.join(', ') || 'one row'} is no key, though ${key.because}`);
    }
  }
  return found;
}

// Some queries divide by zero or overflow once they run: that says nothing about what they would deliver.

async function isAlwaysNull(database: Database, numbered: string, index: number): Promise<boolean> {
  return (await database.value(`select count(x${index}) from ${numbered}`).catch(() => '0')) === '0';
}

async function holdsNull(database: Database, numbered: string, index: number): Promise<boolean> {
  return (await database.value(`select count(*) - count(x${index}) from ${numbered}`).catch(() => '0')) !== '0';
}

/** Rows with a NULL in the key are left out, as tests of uniqueness do. */
async function repeats(
  database: Database,
  numbered: string,
  names: readonly string[],
  key: readonly string[],
): Promise<boolean> {
  if (key.length === 0) return Number(await database.value(`select count(*) from ${numbered}`).catch(() => '0')) > 1;
  const parts = key.map(name => `x${names.findIndex(one => one.toLowerCase() === name)}`);
  const filter = parts.map(part => `${part} is not null`).join(' and ');
  const sql = `select count(*) from (select 1 from ${numbered} where ${filter} group by ${parts.join(', ')} having count(*) > 1)`;
  return (await database.value(sql).catch(() => '0')) !== '0';
}
