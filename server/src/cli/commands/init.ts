import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { surveyProject } from '../../analysis/init/survey.ts';
import { writeConfig } from '../../analysis/init/write-config.ts';
import { pathToUri } from '../../host/uri-path.ts';
import { RULES } from '../../rules/registry.ts';
import { updateBaseline } from '../baseline-file.ts';
import { findingsIn } from '../check-files.ts';
import type { Command } from '../command.ts';
import { EXIT, UsageError } from '../io.ts';
import { type OpenedProject, openProject } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { harmlessLines } from '../report/cells.ts';
import { counted } from '../report/text.ts';
import { writeWhole } from '../write-file.ts';

const CONFIG = 'grainline.yml';

export const init: Command = {
  name: 'init',
  summary: 'Write a grainline.yml that fits the project: its conventions, layers, dialect and histories.',
  operands: '',
  description: [
    'Reads how models and columns are named today, which folders are which layer, and how histories are kept, and writes what',
    'holds for at least 80 % of the names, each with its share. What is divided stands there as a comment.',
    '',
    'Exit codes: 0 written, 2 there is a grainline.yml already or no dbt project.',
  ],
  options: {
    'dry-run': { help: 'Print the file instead of writing it.' },
    force: { help: 'Replace a grainline.yml that is there.' },
    baseline: {
      help: 'Write what is found today to grainline-baseline.json too, so that checks show new findings only.',
    },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found upward.' },
  },
  run(args, io) {
    if (args.has('dry-run') && args.has('baseline'))
      throw new UsageError('--dry-run writes nothing, so no baseline either.');
    const progress = createProgress(io, args.has('quiet'));
    try {
      const opened = openProject(io, {
        rules: RULES,
        ignoresBaseline: true,
        // One that is broken is no reason not to write a new one.
        acceptsBrokenConfig: true,
        project: args.value('project'),
        paths: [],
        progress,
      });
      const root = pathToUri(opened.root);
      const { workspace } = opened;
      if (!workspace.projectQueries.top(root)) {
        throw new UsageError(`There is no dbt project here: no dbt_project.yml in ${opened.root} or above it.`);
      }
      const path = join(opened.root, CONFIG);
      if (!args.has('dry-run') && !args.has('force')) refuseToReplace(opened.root);
      // What the old one says is not what the project does.
      workspace.apply([CONFIG, 'grainline.yaml'].map(name => ({ uri: `${root}/${name}`, text: undefined })));
      prepare(opened, (done, all) => progress.update('Reading files', done, all));
      const text = writeConfig(surveyProject(workspace.projectQueries, root));
      progress.end();
      if (args.has('dry-run')) {
        io.stdout.write(harmlessLines(text));
        return EXIT.clean;
      }
      write(path, text);
      if (!args.has('quiet')) io.stdout.write(`Wrote ${CONFIG}.\n`);
      if (!args.has('baseline')) {
        const hint = `'grainline check' shows what is found; 'grainline check --update-baseline' keeps it for later.`;
        if (!args.has('quiet')) io.stdout.write(`${hint}\n`);
        return EXIT.clean;
      }
      workspace.apply([{ uri: `${root}/${CONFIG}`, text }]);
      const findings = findingsIn(opened, opened.files, progress);
      progress.end();
      const file = updateBaseline(opened, opened.files, findings);
      if (!args.has('quiet')) io.stdout.write(`Wrote ${counted(findings.length, 'finding')} to ${file}.\n`);
      return EXIT.clean;
    } finally {
      progress.end();
    }
  },
};

function refuseToReplace(folder: string): void {
  for (const name of [CONFIG, 'grainline.yaml']) {
    if (existsSync(join(folder, name))) {
      throw new UsageError(`There is a ${name} already. --force replaces it, --dry-run prints what would be written.`);
    }
  }
}

/** Parents first: what a model is read from is still at hand when its readers are read. */
function prepare({ workspace }: OpenedProject, onProgress: (done: number, all: number) => void): void {
  const order = workspace.checkOrder();
  for (const [i, uri] of order.entries()) {
    onProgress(i, order.length);
    workspace.prepare(uri);
  }
}

function write(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new UsageError(`${CONFIG} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
