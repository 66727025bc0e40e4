// `npm run bench`: measures what docs/performance.md has budgets for, on a generated project or on one of yours.
//
//   npm run bench -- [--project DIR] [--models N] [--model PATH] [--dialect D] [--runs N] [--quick] [--no-peer]
//
// Prints figures with their budgets, and never fails because of them: what a figure is worth depends on the machine and on
// what else runs on it. It measures dist as it is built.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { editorSession } from './bench/editor-session.mjs';
import { generateProject } from './bench/generate-project.mjs';
import { estimateSqlfluff, findSqlfluff } from './bench/peer.mjs';
import { median, percentile, runNode } from './bench/processes.mjs';
import { Table } from './bench/table.mjs';

const { values: options } = parseArgs({
  options: {
    project: { type: 'string' },
    models: { type: 'string', default: '2000' },
    model: { type: 'string' },
    dialect: { type: 'string' },
    dist: { type: 'string', default: resolve(import.meta.dirname, '..', 'dist') },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs ?? (options.quick ? 2 : 5));
const cli = join(options.dist, 'cli.js');
const server = join(options.dist, 'server.cjs');
for (const file of [cli, server])
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\` first.`);

const made = options.project === undefined ? generated(Number(options.models)) : undefined;
try {
  await measure(made ?? given(resolve(options.project)));
} finally {
  if (made) rmSync(made.folder, { recursive: true, force: true });
}

function generated(models) {
  return { ...generateProject(mkdtempSync(join(tmpdir(), 'grainline-bench-')), { models }), dialect: 'snowflake' };
}

/** The model to type into is the one that is closest to 500 lines, unless it was named. */
function given(folder) {
  const models = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.sql'))
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => /^models[\\/]/.test(path));
  const distance = path => Math.abs(readFileSync(join(folder, path), 'utf8').split('\n').length - 500);
  const [closest] = models.map(path => ({ path, distance: distance(path) })).sort((a, b) => a.distance - b.distance);
  if (!closest) throw new Error(`There are no models in ${folder}.`);
  return { folder, longModel: options.model ?? closest.path, dialect: options.dialect ?? 'ansi' };
}

async function measure({ folder, longModel, dialect }) {
  const checks = [];
  for (let i = 0; i < runs; i++)
    checks.push(await runNode(cli, ['check', '--project', folder, '--format', 'json', '--fail-on', 'never']));
  const failed = checks.find(({ code }) => code !== 0);
  if (failed) throw new Error(`check ended with ${failed.code}: ${failed.errors}`);
  const { summary } = JSON.parse(checks[0].output);
  const scale = Math.max(1, summary.models / 2000);
  const isLarge = summary.models > 4000;
  const cold = median(checks.map(({ wallMs }) => wallMs));
  console.log(
    `${summary.models} models, ${summary.files} files; Node ${process.versions.node} on ${cpus().length} × ${cpus()[0]?.model}; ${runs} runs\n`,
  );

  const rows = new Table();
  rows.add('cold check, whole process: median', cold, 's', 6000 * scale);
  rows.add('  fastest', Math.min(...checks.map(({ wallMs }) => wallMs)), 's');
  rows.add('  processor time (median)', median(checks.map(({ cpuMs }) => cpuMs)), 's');
  rows.add('  peak memory', Math.max(...checks.map(({ peakMb }) => peakMb)), 'MB', 600 * scale);

  const session = await editorSession(server, {
    folder,
    model: longModel,
    keys: options.quick ? 30 : 60,
    hovers: options.quick ? 20 : 60,
  });
  rows.add('server start to first findings', session.firstFindingsMs, 's', 1500 * scale);
  rows.add('  until all folders are read', session.readyMs, 's');
  rows.add('  until all models are read in the background', session.quietMs, 's');
  rows.add(
    `key press to findings, ${session.lines}-line model: p95`,
    percentile(session.keyMs, 0.95),
    'ms',
    isLarge ? 80 : 50,
  );
  rows.add('  median', median(session.keyMs), 'ms');
  rows.add('  slowest', Math.max(...session.keyMs), 'ms');
  if (session.hoverMs.length > 0) rows.add('hover: p95', percentile(session.hoverMs, 0.95), 'ms', 30);
  rows.add('  peak memory of the server', session.peakMb, 'MB', 600 * scale);

  const sqlfluff = options['no-peer'] ? undefined : findSqlfluff();
  if (sqlfluff) {
    const sample = sampleOf(folder, options.quick ? 15 : 60);
    const { perModelMs, totalMs } = await estimateSqlfluff(sqlfluff, {
      folder,
      models: sample,
      total: summary.models,
      dialect,
    });
    rows.add(`SQLFluff, 2 processes, from ${sample.length} models: a model`, perModelMs, 'ms');
    rows.add('  all models', totalMs, 's');
    rows.add('  times slower than the cold check', totalMs / cold, '×', 30, (value, budget) => value >= budget);
  }
  rows.print();
  if (!sqlfluff && !options['no-peer'])
    console.log('\nWithout SQLFluff to compare with: name it in the environment as SQLFLUFF.');
}

/** Every n-th model, so that all folders are in it. */
function sampleOf(folder, count) {
  const models = readdirSync(join(folder, 'models'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.sql'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  const step = Math.max(1, models.length / count);
  return Array.from({ length: Math.min(count, models.length) }, (_, i) => models[Math.floor(i * step)]);
}
