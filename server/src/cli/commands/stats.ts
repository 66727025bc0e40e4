import { readExpansions } from '../../project/read-expansions.ts';
import { RULES } from '../../rules/registry.ts';
import { columns } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../io.ts';
import { openProject } from '../open-project.ts';
import { createProgress } from '../progress.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'Say how much of the project is understood, and how long that takes.',
  operands: '',
  description: ['Counts the models of the project and what in them could not be read or computed.'],
  options: {
    format: { value: 'FORMAT', choices: ['text', 'json'], help: 'How to print. text unless told.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the current folder.' },
  },
  run(args, io) {
    const progress = createProgress(io, args.has('quiet'));
    const opened = openProject(io, { rules: RULES, project: args.value('project'), paths: [], progress });
    progress.end();
    const { workspace } = opened;
    // Everything is computed when it is first asked for, so that asking in this order shows what each phase takes.
    const timed = (work: () => void): number => {
      const start = io.now();
      work();
      return Math.round(io.now() - start);
    };
    const { allFacts, models: queries, settings } = workspace.projectQueries;
    const roots = workspace.projects().map(project => project.root);
    // Reading and inference are one question: the texts are parsed by themselves first, to tell the two apart.
    const parseAll = (): void => {
      for (const root of roots) {
        const { dialect } = settings(root);
        for (const { id } of queries.order(root)) {
          readExpansions(queries.expansions(`${root} ${id}`), dialect);
        }
      }
    };
    let counts: ReturnType<typeof workspace.statistics> | undefined;
    const read = Math.round(opened.milliseconds.read);
    const expand = Math.round(opened.milliseconds.apply) + timed(() => workspace.render({ incremental: false }));
    const parse = timed(parseAll);
    const readAndInfer = timed(() => {
      counts = workspace.statistics();
      for (const root of roots) allFacts(root);
    });
    const phases = {
      read,
      expand,
      parse,
      infer: Math.max(0, readAndInfer - parse),
      check: timed(() => {
        for (const uri of workspace.checkOrder()) workspace.prepare(uri);
        for (const uri of opened.files) workspace.findings(uri);
      }),
    };
    const { models, lines, bytes, modelsParsedClean, modelsWithUnknowns, unknownMacros } =
      counts ?? workspace.statistics();
    const document = {
      models,
      lines,
      bytes,
      models_parsed_clean: modelsParsedClean,
      models_with_unknowns: modelsWithUnknowns,
      unknown_macros: unknownMacros,
      phases,
      peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
    };
    io.stdout.write(args.value('format') === 'json' ? `${JSON.stringify(document, null, 2)}\n` : inWords(document));
    return EXIT.clean;
  },
};

interface StatsDocument {
  readonly models: number;
  readonly lines: number;
  readonly bytes: number;
  readonly models_parsed_clean: number;
  readonly models_with_unknowns: number;
  readonly unknown_macros: { readonly [name: string]: number };
  readonly phases: { readonly [phase: string]: number };
  readonly peak_rss_bytes: number;
}

function inWords(document: StatsDocument): string {
  const macros = Object.entries(document.unknown_macros);
  const rows: (readonly [string, string])[] = [
    ['models', String(document.models)],
    ['lines', String(document.lines)],
    ['bytes', String(document.bytes)],
    ['read without a problem', share(document.models_parsed_clean, document.models)],
    ['with parts unknown offline', share(document.models_with_unknowns, document.models)],
    ['macros not found', macros.length === 0 ? 'none' : macros.map(([name, count]) => `${name} (${count})`).join(', ')],
    [
      'milliseconds',
      Object.entries(document.phases)
        .map(([phase, time]) => `${phase} ${time}`)
        .join(', '),
    ],
    ['memory at most', `${Math.round(document.peak_rss_bytes / 1024 / 1024)} MB`],
  ];
  return `${columns(rows)}\n`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '0' : `${part} (${((100 * part) / whole).toFixed(1)} %)`;
}
