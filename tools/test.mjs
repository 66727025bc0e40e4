// `npm test`: everything there is. The last line is `N passed, N failed`, counting every test of every suite and each
// step that is no suite as one test; the exit code is 0 only when nothing failed.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, setup } from './setup.mjs';

setup();
const { programOf, runNode, step } = await import('./steps.mjs');

const total = { passed: 0, failed: 0 };

await one(
  'format and lint',
  async () => (await runNode(programOf('@biomejs/biome', 'bin/biome'), ['ci', '--colors=off', '.'])).code === 0,
);
await one('types', async () => (await runNode(programOf('typescript', 'bin/tsc'), ['-p', 'tsconfig.json'])).code === 0);
await one('generated files', async () => (await runNode('tools/gen.mjs', ['--check'])).code === 0);
// What people install is what the suites run: the production build, and the package of it.
const isBuilt = await one('build and package', async () => (await runNode('tools/package.mjs')).code === 0);
await suite('unit tests', unitTests);
await dbtSuite();
if (isBuilt) await one('the built command line', smokeTest);
if (isBuilt) await realVsCode();

console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** A step that counts as one test. */
async function one(name, work) {
  const isGood = await step(name, work);
  total[isGood ? 'passed' : 'failed'] += 1;
  return isGood;
}

/** A step with tests of its own; a run that breaks off counts as a failure whatever it counted. */
async function suite(name, work) {
  await step(name, async () => {
    const { passed, failed, isWhole } = await work();
    total.passed += passed;
    total.failed += failed + (isWhole || failed > 0 ? 0 : 1);
    return isWhole && failed === 0;
  });
}

async function unitTests() {
  const folder = join(REPOSITORY, 'out');
  const report = join(folder, 'vitest.json');
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const { code } = await runNode(programOf('vitest', 'vitest.mjs'), [
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 0, isWhole: false };
  const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not be loaded has no tests that could fail.
  const unloaded = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length;
  // A test that was skipped was not passed: nobody would see that it never runs.
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests + unloaded, isWhole: code === 0 };
}

async function smokeTest() {
  const cli = join('dist', 'cli.js');
  const shop = join('test', 'projects', 'shop');
  const version = await runNode(cli, ['--version'], { isQuiet: true });
  const check = await runNode(cli, ['check', '--project', shop, '--format', 'json', '--fail-on', 'never'], {
    isQuiet: true,
  });
  const wrong = await runNode(cli, ['check', '--no-such-option'], { isQuiet: true });
  const report = JSON.parse(check.stdout);
  const complaints = [
    version.code === 0 && /^grainline \d+\.\d+\.\d+/.test(version.stdout) ? [] : ['--version says no version'],
    check.code === 0 ? [] : [`check ended with ${check.code}: ${check.stderr}`],
    report.version === 1 && report.summary.models > 20 && report.findings.length > 0
      ? []
      : ['check found nothing in the example'],
    wrong.code === 2 && wrong.stderr.includes('--no-such-option') ? [] : ['an unknown option is no wrong use'],
  ].flat();
  for (const complaint of complaints) console.error(complaint);
  console.log(`${report.findings.length} findings in ${report.summary.models} models of the example project`);
  return complaints.length === 0;
}

/** Where there is no Python or PyPI, the suite is not run, and says so. */
async function dbtSuite() {
  const { generatorsOnDbt } = await import('./dbt.mjs');
  await suite('generators on dbt and DuckDB', generatorsOnDbt);
}

/** The suites in a real VS Code run where it was prepared; nothing is installed on a person's machine for `npm test`. */
async function realVsCode() {
  const { isPrepared, PREPARE_HINT } = await import('./e2e-cache.mjs');
  if (!isPrepared()) {
    console.log(`\n${PREPARE_HINT}`);
    return;
  }
  await suite('real VS Code', async () => {
    const { code, stdout } = await runNode(join('tools', 'e2e.mjs'));
    let passed = 0;
    let failed = 0;
    // Each of its suites ends with its own line.
    for (const match of stdout.matchAll(/^(\d+) passed, (\d+) failed$/gm)) {
      passed += Number(match[1]);
      failed += Number(match[2]);
    }
    return { passed, failed, isWhole: code === 0 && passed > 0 };
  });
}
