import { type BusMatrix, busMatrix } from '../../project/bus-matrix.ts';
import { columns } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../io.ts';
import { openProject } from '../open-project.ts';
import { createProgress } from '../progress.ts';

export const busMatrixCommand: Command = {
  name: 'bus-matrix',
  summary: 'Show which facts can be reported by which dimensions.',
  operands: '',
  description: [
    'Facts and dimensions are known by meta.grainline, specifications and the names that have a meaning in the project;',
    'keys by relationships tests, constraints, meta.grainline, specifications and the SQL that takes them over.',
  ],
  options: {
    format: { value: 'FORMAT', choices: ['text', 'markdown', 'json'], help: 'How to print. text unless told.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the current folder.' },
  },
  run(args, io) {
    const progress = createProgress(io, args.has('quiet'));
    const { workspace } = openProject(io, { rules: [], project: args.value('project'), paths: [], progress });
    progress.end();
    const matrices = workspace
      .projects()
      .map(({ name, root }) => ({ name, ...busMatrix(workspace.projectQueries, root) }));
    const format = args.value('format');
    if (format === 'json') io.stdout.write(`${JSON.stringify({ version: 1, projects: matrices }, null, 2)}\n`);
    else io.stdout.write(matrices.map(one => (format === 'markdown' ? inMarkdown(one) : inWords(one))).join('\n'));
    return EXIT.clean;
  },
};

type Named = BusMatrix & { readonly name: string };

function inWords({ name, facts, dimensions }: Named): string {
  if (facts.length === 0) {
    return `${name}: no facts are known. Say which models are, under meta.grainline (kind: fact).\n`;
  }
  const parts = facts.map(fact => {
    const grain = fact.grain === undefined ? 'nothing says what one row is' : `one row: ${fact.grain}`;
    const head = `${fact.name}${fact.isPlanned ? ' (planned)' : ''}, ${grain}`;
    const rows = fact.keys.map(key => [`  ${key.dimension}`, key.columns.join(', ')] as const);
    return `${head}\n${rows.length > 0 ? columns(rows) : '  no dimension is known'}\n`;
  });
  const shared = dimensions.filter(one => one.facts > 1).map(one => `${one.name} (${one.facts})`);
  const unused = dimensions.filter(one => one.facts === 0).map(one => one.name);
  return [
    ...parts,
    `Shared by several facts: ${shared.length > 0 ? shared.join(', ') : 'none'}\n`,
    ...(unused.length > 0 ? [`Of no fact: ${unused.join(', ')}\n`] : []),
  ].join('\n');
}

function inMarkdown({ facts, dimensions }: Named): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const shown = dimensions.filter(one => one.facts > 0);
  return [
    row(['fact', 'one row', ...shown.map(one => one.name)]),
    `|---|---|${shown.map(() => ':-:|').join('')}`,
    ...facts.map(fact =>
      row([
        fact.isPlanned ? `${fact.name} (planned)` : fact.name,
        fact.grain ?? '?',
        ...shown.map(one => (fact.keys.some(key => key.dimension.toLowerCase() === one.name.toLowerCase()) ? '×' : '')),
      ]),
    ),
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
