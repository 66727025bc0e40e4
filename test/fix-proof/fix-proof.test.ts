import { afterAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../duckdb/database.ts';
import { setup } from '../duckdb/random-queries.ts';
import { proofs } from './cases.ts';
import { prove } from './prove.ts';

const database: Promise<Database> = openDatabase().then(async opened => {
  await opened.run(setup);
  return opened;
});
let rows = 0;
afterAll(() => {
  // Queries without a row would all be equal.
  expect(rows).toBeGreaterThan(proofs.length);
});

test.each(proofs.map(proof => [`${proof.rule}: ${proof.fix ?? 'first fix'}`, proof] as const))(
  '%s',
  async (_, proof) => {
    const { before, after, written, left } = await prove(await database, proof);
    rows += before.length - 1;
    expect(after, written).toEqual(before);
    expect(left, `the finding is still there: ${written}`).toBe(0);
    if (proof.writes !== undefined) expect(written).toBe(proof.writes);
  },
);
