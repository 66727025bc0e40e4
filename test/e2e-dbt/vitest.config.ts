import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Started by tools/dbt.mjs, which finds or makes the Python that has dbt. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/e2e-dbt/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
