/** The loads that are snippets, run on DuckDB: each load twice, with late rows, equal rows and NULLs among them. */

import { describe, expect, it } from 'vitest';
import { plainText } from '../../tools/gen/snippets/snippet.ts';
import { allSnippets } from '../../tools/gen/snippets.ts';
import { type Database, openDatabase } from './database.ts';

const SNIPPETS = allSnippets();

function statementsOf(prefix: string): readonly string[] {
  const snippet = SNIPPETS.find(each => each.language === 'sql' && each.prefix[0] === prefix);
  if (!snippet) throw new Error(`There is no snippet ${prefix}.`);
  return plainText(snippet.text)
    .replaceAll(/--.*/g, '')
    .split(';')
    .filter(statement => statement.trim() !== '');
}

/** Runs the snippet twice over each of the loads. */
async function loadAll(prefix: string, database: Database, source: string, loads: readonly string[]): Promise<void> {
  for (const rows of loads) {
    await database.run(`create or replace table ${source} as select * from (values ${rows})`);
    for (let run = 0; run < 2; run++) for (const statement of statementsOf(prefix)) await database.run(statement);
  }
}

it('a MERGE of type 1 takes the newest row, also where it is NULL, and no older one', async () => {
  const database = await openDatabase();
  await database.run('create table dim_customers (customer_id int, country_code text, updated_at timestamp)');
  await loadAll('gl-merge', database, 'stg_crm__customers(customer_id, country_code, updated_at)', [
    "(1, 'DE', timestamp '2024-01-01'), (1, 'FR', timestamp '2024-01-02'), (2, null, timestamp '2024-01-01'), (null, 'x', timestamp '2024-01-01')",
    "(1, 'IT', timestamp '2023-01-01'), (2, 'AT', timestamp '2024-02-01')",
  ]);
  expect(await database.rows('select customer_id, country_code from dim_customers order by 1')).toEqual([
    [1, 'FR'],
    [2, 'AT'],
  ]);
});

describe.each([
  ['gl-merge-2', 'stg_crm__membership_changes'],
  ['gl-close-and-insert', 'membership_changes_latest'],
])('%s', (prefix, source) => {
  it('keeps every version, closes each where the next begins, and has one current version of each key', async () => {
    const database = await openDatabase();
    await database.run(
      'create table dim_members (member_id int, tier_name text, valid_from timestamp, valid_to timestamp, is_current boolean)',
    );
    await loadAll(prefix, database, `${source}(member_id, tier_name, changed_at)`, [
      "(1, 'basic', timestamp '2024-01-01'), (2, null, timestamp '2024-01-01')",
      "(1, 'gold', timestamp '2024-02-01'), (2, 'basic', timestamp '2024-02-01'), (3, 'basic', timestamp '2024-02-01')",
      // Late, and back to NULL, and the same again.
      "(1, 'late', timestamp '2023-01-01'), (2, null, timestamp '2024-03-01'), (3, 'basic', timestamp '2024-03-01')",
    ]);
    const versions = await database.rows(
      'select member_id, tier_name, month(valid_from), month(valid_to), is_current from dim_members order by 1, 3',
    );
    expect(
      versions.map(version =>
        version.map(each => (typeof each === 'string' && /^\d+$/.test(each) ? Number(each) : each)),
      ),
    ).toEqual([
      [1, 'basic', 1, 2, false],
      [1, 'gold', 2, null, true],
      [2, null, 1, 2, false],
      [2, 'basic', 2, 3, false],
      [2, null, 3, null, true],
      [3, 'basic', 2, null, true],
    ]);
  });
});
