import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LineageAnswer } from '../../analysis/results.ts';
import { pathToUri } from '../../host/uri-path.ts';
import type { Command } from '../command.ts';
import { EXIT, type Io, UsageError } from '../io.ts';
import { openProject, shownPath } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { lineageJson, lineageMermaid, lineageText } from '../report/lineage.ts';
import { painter } from '../style.ts';

export const lineage: Command = {
  name: 'lineage',
  summary: 'Say where a model or column comes from, and who reads it.',
  operands: '[MODEL|MODEL.COLUMN]',
  description: [
    'A model is named as in ref(), a source as SOURCE.TABLE, or either by its path. The whole project unless one is named.',
    'Columns are followed through CTEs, stars and models; each step says what becomes of the value: passthrough,',
    'rename, transform or aggregate.',
  ],
  options: {
    upstream: { help: 'What it comes from alone.' },
    downstream: { help: 'Who reads it alone.' },
    format: { value: 'FORMAT', choices: ['text', 'json', 'mermaid'], help: 'text (the default), json or mermaid.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the current folder.' },
  },
  run(args, io) {
    const [name, ...more] = args.positionals;
    if (more.length > 0) throw new UsageError("Name one model or column: 'grainline lineage orders.amount'.");
    if (args.has('upstream') && args.has('downstream'))
      throw new UsageError('Leave out both --upstream and --downstream to see both sides.');
    const progress = createProgress(io, args.has('quiet'));
    try {
      const opened = openProject(io, {
        rules: [],
        project: args.value('project'),
        paths: [],
        virtualPath: args.value('project') === undefined && name !== undefined ? pathIn(name, io) : undefined,
        progress,
      });
      const direction = args.has('upstream') ? 'upstream' : args.has('downstream') ? 'downstream' : 'both';
      const path = name === undefined ? undefined : pathIn(name, io);
      const answer = opened.workspace.lineage(path === undefined ? name : pathToUri(path), direction);
      progress.end();
      if (answer.lineage === undefined) throw new UsageError(notFound(name ?? '', answer));
      const shown = { ...answer.lineage, direction } as const;
      const format = args.value('format') ?? 'text';
      const files = (uri: string): string => shownPath(opened.root, uri);
      if (format === 'json') io.stdout.write(`${JSON.stringify(lineageJson(shown, files), undefined, 2)}\n`);
      else if (format === 'mermaid') io.stdout.write(lineageMermaid(shown));
      else io.stdout.write(lineageText(shown, painter(io, io.stdout, args.has('no-color'))));
      return EXIT.clean;
    } finally {
      progress.end();
    }
  },
};

/** A model may be named by the path of its file. */
function pathIn(name: string, io: Io): string | undefined {
  const path = resolve(io.cwd, name);
  return /\.(?:sql|csv)$/.test(name) && existsSync(path) ? path : undefined;
}

function notFound(name: string, { node, suggestions }: LineageAnswer): string {
  const hint = suggestions[0] === undefined ? '' : ` Did you mean '${suggestions[0]}'?`;
  if (name === '') return 'There is no dbt project here.';
  return node === undefined
    ? `There is no model, seed, snapshot or source '${name}'.${hint}`
    : `'${node}' has no column '${name.slice(name.lastIndexOf('.') + 1)}'.${hint}`;
}
