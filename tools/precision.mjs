// `node tools/precision.mjs a.json b.json …`: what docs/precision.md is made from.
//
//   node dist/cli.js check --project DIR --format json --fail-on never > a.json     once a project
//   node tools/precision.mjs [--rule ID] a.json b.json …                            the tables
//   node tools/precision.mjs --sample 10 [--seed 1] [--lines 4] [--rule ID] a.json … findings to read, with their lines
//
// A sample takes from each project in turn, so that no project is read more than its share; the same seed draws the same.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rule: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    lines: { type: 'string', default: '4' },
  },
});
if (positionals.length === 0) throw new Error('Name the JSON files that `check --format json` wrote.');

const projects = positionals.map(read);
const rules = [...new Set(projects.flatMap(({ findings }) => findings.map(({ rule }) => rule)))].sort();
const wanted = options.rule === undefined ? rules : rules.filter(rule => rule === options.rule);
if (options.sample === undefined) printTables();
else for (const rule of wanted) printSample(rule, Number(options.sample));

function read(file) {
  const { project, summary, findings } = JSON.parse(readFileSync(file, 'utf8'));
  return { name: basename(file, '.json'), folder: project, models: summary.models, findings };
}

function printTables() {
  const models = sum(projects.map(project => project.models));
  console.log(`| rule | findings | per 100 models | projects |\n|---|---:|---:|---:|`);
  for (const rule of wanted) {
    const counts = projects.map(({ findings }) => findings.filter(one => one.rule === rule).length);
    const count = sum(counts);
    console.log(`| ${rule} | ${count} | ${per100(count, models)} | ${counts.filter(one => one > 0).length} |`);
  }
  console.log(`\n| project | models | findings | per 100 models |\n|---|---:|---:|---:|`);
  const total = { name: 'all', models, findings: projects.flatMap(({ findings }) => findings) };
  for (const { name, models: own, findings } of [...projects, total])
    console.log(`| ${name} | ${own} | ${findings.length} | ${per100(findings.length, own)} |`);
}

function per100(count, models) {
  return models === 0 ? '–' : ((count * 100) / models).toFixed(1);
}

function printSample(rule, size) {
  const random = randomFrom(Number(options.seed));
  const piles = projects
    .map(project => ({
      project,
      findings: shuffled(
        project.findings.filter(one => one.rule === rule),
        random,
      ),
    }))
    .filter(({ findings }) => findings.length > 0);
  for (let drawn = 0; drawn < size && piles.length > 0; ) {
    for (const pile of [...piles]) {
      if (drawn === size) break;
      printFinding(pile.project, pile.findings.pop());
      drawn++;
      if (pile.findings.length === 0) piles.splice(piles.indexOf(pile), 1);
    }
  }
}

function printFinding({ name, folder }, { file, range, rule, severity, message, fixes }) {
  console.log(`\n${name}: ${file}:${range.start.line}:${range.start.column}  ${severity}  ${rule}\n  ${message}`);
  if (fixes.length > 0) console.log(`  offers: ${fixes.map(({ title }) => title).join(', ')}`);
  const path = join(resolve(folder), file);
  if (!existsSync(path)) return;
  const lines = readFileSync(path, 'utf8').split('\n');
  const around = Number(options.lines);
  const last = Math.min(range.end.line, range.start.line + 20);
  for (let i = Math.max(1, range.start.line - around); i <= Math.min(lines.length, last + around); i++)
    console.log(`${String(i).padStart(6)} ${i >= range.start.line && i <= last ? '>' : ' '} ${lines[i - 1]}`);
}

/** Fisher and Yates. */
function shuffled(items, random) {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** Mulberry32: the same numbers for the same seed on every machine. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
