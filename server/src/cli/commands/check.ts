import { resolve } from 'node:path';
import { fixAll } from '../../analysis/fix-all.ts';
import type { Severity } from '../../analysis/results.ts';
import { nearest } from '../../base/nearest.ts';
import { pathToUri } from '../../host/uri-path.ts';
import { RULES } from '../../rules/registry.ts';
import { DIALECTS, type Dialect } from '../../syntax/sql/dialect.ts';
import type { Arguments } from '../arguments.ts';
import { rejectBrokenBaseline, updateBaseline } from '../baseline-file.ts';
import { findingsIn, reported } from '../check-files.ts';
import type { Command } from '../command.ts';
import { fixFiles } from '../fix-files.ts';
import { EXIT, type Io, UsageError } from '../io.ts';
import { openBase, openLikelyBase } from '../open-base.ts';
import { countModels, type OpenedProject, openProject, shownPath } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { harmless } from '../report/cells.ts';
import { jsonReport } from '../report/json.ts';
import { byFileAndPlace, type Report, type ReportedFinding } from '../report/report.ts';
import { counted, textReport } from '../report/text.ts';
import { PLAIN, painter } from '../style.ts';
import { writeWhole } from '../write-file.ts';

const THRESHOLDS = ['error', 'warning', 'info', 'never'] as const;

export const check: Command = {
  name: 'check',
  summary: 'Find what is wrong in models, YAML and contracts, and fix it.',
  operands: '[PATH…]',
  description: [
    'Checks the files and folders named, or the whole project: the folder with dbt_project.yml or grainline.yml in or above the',
    'current one. Without either, the current folder.',
    '',
    'Exit codes: 0 nothing at or above the threshold, 1 findings, 2 wrong use or configuration, 3 a fault of ours.',
  ],
  options: {
    fix: { help: 'Apply all fixes that change no result, then report what remains.' },
    unsafe: { help: 'With --fix: apply the first suggestion of each finding too. Look at what it did.' },
    format: { value: 'FORMAT', choices: ['text', 'json'], help: 'How to report. text unless told.' },
    output: { value: 'FILE', help: 'Write the report into a file.' },
    rule: {
      value: 'ID',
      isList: true,
      help: 'Run exactly this rule, whatever the configuration says. May be repeated.',
    },
    'fail-on': { value: 'LEVEL', choices: THRESHOLDS, help: 'Exit with 1 from this severity on. warning unless told.' },
    base: { value: 'REF', help: 'Branch or commit that contracts are compared with. The default branch unless told.' },
    dialect: { value: 'DIALECT', choices: DIALECTS, help: "The SQL dialect, instead of the project's." },
    stdin: { help: 'Check the text of standard input; with --fix, print it fixed.' },
    'stdin-filename': { value: 'FILE', help: 'With --stdin: the file of the project that the text stands for.' },
    'update-baseline': {
      help: 'Write all findings to grainline-baseline.json, so that later runs show new ones only.',
    },
    'no-baseline': { help: 'Show what the baseline leaves out too.' },
    statistics: { help: 'Count findings per rule.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the paths.' },
  },
  async run(args, io) {
    const only = knownRules(args.values('rule'));
    if (args.has('unsafe') && !args.has('fix')) throw new UsageError('--unsafe says nothing without --fix.');
    refuseWithBaseline(args);
    const virtualPath = stdinPath(args, io);
    const started = io.now();
    const progress = createProgress(io, args.has('quiet'));
    try {
      const dialect = args.value('dialect') as Dialect | undefined;
      const opened = openProject(io, {
        rules: RULES,
        ...(only.length > 0 ? { only } : {}),
        ...(dialect ? { dialect } : {}),
        ignoresBaseline: args.has('update-baseline') || args.has('no-baseline'),
        project: args.value('project'),
        paths: args.positionals,
        virtualPath,
        progress,
      });
      progress.end();
      if (!args.has('update-baseline')) rejectBrokenBaseline(opened);
      const base = args.value('base');
      if (base === undefined) await openLikelyBase(opened.workspace, opened.root);
      else await openBase(opened.workspace, opened.root, base);
      if (!args.has('quiet')) for (const notice of opened.notices) io.stderr.write(`${harmless(notice)}\n`);
      if (virtualPath !== undefined) return await checkStdin(opened, virtualPath, args, io, started);
      if (opened.files.length === 0 && args.positionals.length === 0) {
        throw new UsageError(`There is nothing to check in ${opened.root}: no SQL and no YAML files.`);
      }
      const fixed = args.has('fix')
        ? fixFiles(opened.workspace, opened.files, { unsafe: args.has('unsafe'), progress })
        : undefined;
      for (const { uri, reason } of fixed?.refused ?? []) {
        io.stderr.write(`${harmless(shownPath(opened.root, uri))} was not fixed: ${harmless(reason)}.\n`);
      }
      const findings = findingsIn(opened, opened.files, progress);
      progress.end();
      if (args.has('update-baseline')) {
        const file = updateBaseline(opened, opened.files, findings);
        if (!args.has('quiet')) io.stdout.write(`Wrote ${counted(findings.length, 'finding')} to ${file}.\n`);
        return EXIT.clean;
      }
      return write(reportOf(opened, opened.files, findings, io.now() - started, fixed), args, io, io.stdout);
    } finally {
      progress.end();
    }
  },
};

function refuseWithBaseline(args: Arguments): void {
  if (!args.has('update-baseline')) return;
  for (const other of ['rule', 'stdin', 'no-baseline', 'output']) {
    if (args.has(other)) throw new UsageError(`--update-baseline writes all findings: it does not go with --${other}.`);
  }
}

function knownRules(ids: readonly string[]): readonly string[] {
  for (const id of ids) {
    if (RULES.some(rule => rule.id === id)) continue;
    const near = nearest(
      id,
      RULES.map(rule => rule.id),
      3,
    );
    throw new UsageError(
      `There is no rule '${id}'.${near ? ` Did you mean '${near}'?` : ''} 'grainline rules' lists all of them.`,
    );
  }
  return ids;
}

/** Path of the file that standard input stands for; `undefined` without `--stdin`. */
function stdinPath(args: Arguments, io: Io): string | undefined {
  const name = args.value('stdin-filename');
  if (!args.has('stdin')) {
    if (name !== undefined) throw new UsageError('--stdin-filename says nothing without --stdin.');
    return undefined;
  }
  if (name === undefined)
    throw new UsageError('--stdin needs --stdin-filename FILE: what a text means depends on where it stands.');
  if (args.positionals.length > 0) throw new UsageError('--stdin checks one text: no paths can be named with it.');
  return resolve(io.cwd, name);
}

/** The text of standard input in the place of the file. With `--fix` the fixed text goes out, and the report to the side. */
async function checkStdin(
  opened: OpenedProject,
  path: string,
  args: Arguments,
  io: Io,
  started: number,
): Promise<number> {
  const { workspace } = opened;
  const uri = pathToUri(path);
  workspace.apply([{ uri, text: (await io.readStdin()).replace(/^\uFEFF/, '') }]);
  if (!workspace.files().includes(uri))
    throw new UsageError(`'${shownPath(opened.root, uri)}' is no file that Grainline checks.`);
  const fixed = args.has('fix') ? fixAll(workspace, uri, { unsafe: args.has('unsafe') }) : undefined;
  if (fixed) workspace.apply([{ uri, text: fixed.text }]);
  const findings = reported(opened, uri);
  const report = reportOf(
    opened,
    [uri],
    findings,
    io.now() - started,
    args.has('fix') ? { findings: fixed?.applied ?? 0, files: fixed ? 1 : 0 } : undefined,
  );
  if (args.has('fix')) io.stdout.write(workspace.textOf(uri) ?? '');
  return write(report, args, io, args.has('fix') ? io.stderr : io.stdout);
}

function reportOf(
  opened: OpenedProject,
  files: readonly string[],
  findings: readonly ReportedFinding[],
  milliseconds: number,
  fixed: Report['fixed'] | undefined,
): Report {
  const known = files.map(uri => opened.workspace.baselineOf(uri));
  const sum = (key: 'hidden' | 'gone'): number => known.reduce((total, one) => total + one[key], 0);
  const baseline = { hidden: sum('hidden'), gone: sum('gone') };
  return {
    project: opened.root.replaceAll('\\', '/'),
    findings: [...findings].sort(byFileAndPlace),
    files: files.length,
    models: countModels(opened.workspace, files),
    milliseconds,
    ...(fixed ? { fixed: { findings: fixed.findings, files: fixed.files } } : {}),
    ...(baseline.hidden + baseline.gone > 0 ? { baseline } : {}),
  };
}

function write(report: Report, args: Arguments, io: Io, to: Io['stdout']): number {
  const file = args.value('output');
  const statistics = args.has('statistics');
  const isQuiet = args.has('quiet');
  const paint = file === undefined ? painter(io, to, args.has('no-color')) : PLAIN;
  const text =
    args.value('format') === 'json'
      ? jsonReport(report, { statistics })
      : textReport(report, { paint, width: file === undefined ? to.columns : 100, statistics, isQuiet });
  if (file === undefined) to.write(text);
  else writeOutput(resolve(io.cwd, file), file, text);
  return isAtThreshold(report, (args.value('fail-on') ?? 'warning') as (typeof THRESHOLDS)[number])
    ? EXIT.findings
    : EXIT.clean;
}

function writeOutput(path: string, name: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new UsageError(`'${name}' cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function isAtThreshold(report: Report, threshold: (typeof THRESHOLDS)[number]): boolean {
  if (threshold === 'never') return false;
  const counted: readonly Severity[] = THRESHOLDS.slice(0, THRESHOLDS.indexOf(threshold) + 1) as readonly Severity[];
  return report.findings.some(({ finding }) => counted.includes(finding.severity));
}
