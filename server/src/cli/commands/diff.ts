import { resolve } from 'node:path';
import type { ContractReport, ReportedChange } from '../../analysis/contract-report.ts';
import { LineIndex } from '../../base/line-index.ts';
import { RULES } from '../../rules/registry.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT, type Io, UsageError } from '../io.ts';
import { openBase } from '../open-base.ts';
import { openProject, shownPath } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { harmless } from '../report/cells.ts';
import { writeWhole } from '../write-file.ts';

export const diff: Command = {
  name: 'diff',
  summary: 'Say what changed in contracts since a branch, whom it breaks, and which version it asks for.',
  operands: '',
  description: [
    'Compares data contracts of every form, dbt models with an enforced contract, and what public models deliver, with the commit',
    'where the current branch left REF (or the default branch). What is not committed counts too.',
    '',
    'Exit codes: 0 nothing breaks, or all that does is allowed by the policy and version of its contract; 1 otherwise; 2 wrong use.',
  ],
  options: {
    base: { value: 'REF', help: 'Branch or commit to compare with. The default branch unless told.' },
    format: {
      value: 'FORMAT',
      choices: ['text', 'json', 'markdown', 'github'],
      help: 'How to print. text unless told.',
    },
    output: { value: 'FILE', help: 'Write into a file.' },
    'warn-only': { help: 'Exit with 0 whatever the verdict is.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the current folder.' },
  },
  async run(args, io) {
    const progress = createProgress(io, args.has('quiet'));
    const opened = openProject(io, { rules: RULES, project: args.value('project'), paths: [], progress });
    progress.end();
    const base = await openBase(opened.workspace, opened.root, args.value('base'));
    const contracts = opened.workspace.contractReports().map(report => located(report, opened));
    const isAllowed = contracts.every(({ report }) => report.isAllowed);
    print(written(contracts, base, isAllowed, args), args, io);
    return isAllowed || args.has('warn-only') ? EXIT.clean : EXIT.findings;
  },
};

interface Located {
  readonly report: ContractReport;
  /** Path below the project. */
  readonly file: string;
  /** Lines of the changes, from 1. */
  readonly lines: readonly (number | undefined)[];
}

function located(report: ContractReport, opened: ReturnType<typeof openProject>): Located {
  const lines = new LineIndex(opened.workspace.textOf(report.file) ?? '');
  return {
    report,
    file: shownPath(opened.root, report.file),
    lines: report.changes.map(({ at }) => at && lines.positionAt(at.start).line + 1),
  };
}

function written(contracts: readonly Located[], base: string, isAllowed: boolean, args: Arguments): string {
  switch (args.value('format')) {
    case 'json':
      return `${JSON.stringify(jsonOf(contracts, base, isAllowed), null, 2)}\n`;
    case 'markdown':
      return markdownOf(contracts, base);
    case 'github':
      return githubOf(contracts, args.has('warn-only'));
    default:
      return textOf(contracts, base);
  }
}

function print(text: string, args: Arguments, io: Io): void {
  const file = args.value('output');
  if (file === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    writeWhole(resolve(io.cwd, file), text);
  } catch (error) {
    throw new UsageError(`'${file}' cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/* ----------------------------------------------------------------------- json */

function jsonOf(contracts: readonly Located[], base: string, isAllowed: boolean): object {
  return {
    version: 1,
    base,
    allowed: isAllowed,
    contracts: contracts.map(({ report, file, lines }) => ({
      name: report.name,
      form: report.form,
      file,
      role: report.role,
      status: report.status,
      version: {
        before: report.before ?? null,
        after: report.after ?? null,
        verdict: report.version.kind,
        ...expected(report),
      },
      required: report.part,
      allowed: report.isAllowed,
      changes: report.changes.map((change, i) => ({
        kind: change.kind,
        class: change.class,
        object: change.object ?? null,
        column: change.column ?? null,
        line: lines[i] ?? null,
        before: change.before ?? null,
        after: change.after ?? null,
        message: change.summary,
        ...(change.renamedTo === undefined ? {} : { renamed_to: change.renamedTo }),
        ...(change.policy === undefined ? {} : { policy: change.policy.kind }),
        readers: change.readers,
      })),
    })),
  };
}

function expected({ version }: ContractReport): { readonly expected?: string } {
  return (version.kind === 'too-low' || version.kind === 'decreased') && version.expected !== undefined
    ? { expected: version.expected }
    : {};
}

/* ------------------------------------------------------------- text, markdown */

const CLASSES = ['breaking', 'risky', 'additive', 'editorial'] as const;

function textOf(contracts: readonly Located[], base: string): string {
  if (contracts.length === 0) return `No contract changed since ${base}.\n`;
  const lines: string[] = [`Changes since ${base}`, ''];
  for (const { report, file } of contracts) {
    lines.push(`${report.name} (${report.status}, ${file})`);
    for (const kind of CLASSES)
      for (const change of report.changes.filter(one => one.class === kind))
        lines.push(`  ${kind.padEnd(10)}${change.summary}${readersText(change)}`);
    lines.push('');
  }
  lines.push('Verdict', '');
  for (const { report } of contracts)
    lines.push(`  ${report.isAllowed ? 'ok  ' : 'FAIL'}  ${report.name}: ${verdictText(report)}`);
  return `${lines.map(harmless).join('\n')}\n`;
}

function markdownOf(contracts: readonly Located[], base: string): string {
  if (contracts.length === 0) return `No contract changed since \`${base}\`.\n`;
  const lines: string[] = ['# Contract changes', '', `Compared with \`${base}\`.`, ''];
  lines.push('| contract | verdict |', '| --- | --- |');
  for (const { report } of contracts)
    lines.push(`| ${cell(report.name)} | ${report.isAllowed ? '✓' : '✗'} ${cell(verdictText(report))} |`);
  for (const { report, file } of contracts) {
    lines.push('', `## ${cell(report.name)}`, '', `\`${file}\`, ${report.status}`, '');
    for (const kind of CLASSES)
      for (const change of report.changes.filter(one => one.class === kind))
        lines.push(`- **${kind}**: ${cell(`${change.summary}${readersText(change)}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return harmless(text).replace(/[|<>\\]/g, sign => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));
}

function readersText({ readers }: ReportedChange): string {
  const names = [...readers.models, ...readers.exposures, ...readers.consumers];
  if (names.length === 0) return '';
  return `; read by ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

function verdictText(report: ContractReport): string {
  const { version, before, after, part, changes } = report;
  if (report.status === 'added') return `new${after === undefined ? '' : `, version ${after}`}`;
  if (report.status === 'removed') return 'removed: whoever reads it has nothing left';
  const breaks = changes.filter(change => change.class === 'breaking');
  const forbidden = breaks.find(change => change.policy?.kind === 'forbidden');
  if (forbidden) return `the policy never-break forbids that ${forbidden.summary}`;
  const early = breaks.find(change => change.policy?.kind === 'needs-notice');
  if (early) return `${early.summary} without 30 days of notice`;
  const range = before === undefined && after === undefined ? '' : ` (${before ?? 'none'} → ${after ?? 'none'})`;
  switch (version.kind) {
    case 'too-low':
      return `needs a ${part} version${version.expected === undefined ? '' : `, ${version.expected}`}${range}`;
    case 'decreased':
      return `the version fell${range}`;
    case 'fits':
      return `the version fits${range}`;
    default:
      return breaks.length > 0 ? `breaks readers: ${breaks.map(change => change.summary).join('; ')}` : 'breaks nobody';
  }
}

/* --------------------------------------------------------------------- github */

/** Workflow commands, which GitHub shows beside the lines. */
function githubOf(contracts: readonly Located[], isWarnOnly: boolean): string {
  const lines = contracts.flatMap(({ report, file, lines: places }) =>
    report.changes.flatMap((change, i) => {
      if (change.class === 'editorial') return [];
      const isFatal = change.class === 'breaking' && !report.isAllowed && !isWarnOnly;
      const level = isFatal ? 'error' : change.class === 'breaking' || change.class === 'risky' ? 'warning' : 'notice';
      const line = places[i] === undefined ? '' : `,line=${places[i]}`;
      const title = property(`${report.name}: ${change.class} change`);
      return [
        `::${level} file=${property(file)}${line},title=${title}::${data(`${change.summary}${readersText(change)}`)}`,
      ];
    }),
  );
  for (const { report, file } of contracts) {
    if (!report.isAllowed)
      lines.push(
        `::${isWarnOnly ? 'warning' : 'error'} file=${property(file)}::${data(`${report.name}: ${verdictText(report)}`)}`,
      );
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
