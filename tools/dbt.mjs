// `npm run test:dbt`: what the generators write is run by dbt on DuckDB. Its Python lies in .cache, made at the first run;
// where it cannot be made (no Python, no PyPI), the suite is not run and the last line says so.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPOSITORY } from './setup.mjs';
import { programOf, runNode } from './steps.mjs';

const PACKAGES = ['dbt-core==1.10.23', 'dbt-duckdb==1.11.1', 'duckdb==2.0.1'];
/** Enough for slow networks; a network that is not there is noticed at once. */
const INSTALL_MS = 300_000;

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { ran, passed, failed, isWhole } = await generatorsOnDbt();
  if (ran) console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = isWhole ? 0 : 1;
}

/** Runs the suite and counts its tests; `ran: false` where there is no dbt to run it with. */
export async function generatorsOnDbt() {
  const found = pythonWithDbt();
  if (found.reason !== undefined) {
    console.log(`The generators were not run on dbt: ${found.reason}`);
    return { ran: false, passed: 0, failed: 0, isWhole: true };
  }
  const report = join(REPOSITORY, 'out', 'vitest-dbt.json');
  mkdirSync(join(REPOSITORY, 'out'), { recursive: true });
  rmSync(report, { force: true });
  const { code } = await runNode(
    programOf('vitest', 'vitest.mjs'),
    [
      'run',
      '--config',
      join('test', 'e2e-dbt', 'vitest.config.ts'),
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env: { GRAINLINE_DBT_PYTHON: found.python } },
  );
  if (!existsSync(report)) return { ran: true, passed: 0, failed: 1, isWhole: false };
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numTotalTests - numPassedTests;
  return { ran: true, passed: numPassedTests, failed: code === 0 ? failed : Math.max(1, failed), isWhole: code === 0 };
}

/** A Python that has dbt, or why there is none. GRAINLINE_DBT_PYTHON names one that is there already. */
function pythonWithDbt() {
  const named = process.env.GRAINLINE_DBT_PYTHON;
  if (named) return hasDbt(named) ? { python: named } : { reason: `${named} has no dbt with DuckDB.` };
  const folder = join(REPOSITORY, '.cache', `dbt-${PACKAGES.map(each => each.split('==')[1]).join('-')}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const marker = join(folder, 'ready');
  if (existsSync(marker) && hasDbt(python)) return { python };
  const base = ['python3', 'python'].find(each => isNewEnough(each));
  if (base === undefined) return { reason: 'there is no Python 3.10 or newer.' };
  console.log(`Making ${folder} with ${PACKAGES.join(', ')} …`);
  rmSync(folder, { recursive: true, force: true });
  const made = run(base, ['-m', 'venv', folder], 60_000);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--timeout', '10', '--retries', '1'];
  const isInstalled = made && run(python, [...pip, ...PACKAGES], INSTALL_MS);
  if (!isInstalled || !hasDbt(python)) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: 'dbt could not be installed from PyPI. Is it reachable?' };
  }
  writeFileSync(marker, '');
  return { python };
}

function hasDbt(python) {
  return run(python, ['-c', 'import duckdb, dbt.adapters.duckdb, dbt.cli.main'], 60_000);
}

function isNewEnough(python) {
  return run(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'], 10_000);
}

function run(program, args, timeout) {
  return spawnSync(program, args, { stdio: 'ignore', timeout }).status === 0;
}
