import { existsSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import type { RenderedModel } from '../../analysis/results.ts';
import { nearest } from '../../base/nearest.ts';
import { stemOf } from '../../base/uri.ts';
import { pathToUri } from '../../host/uri-path.ts';
import { isWithin } from '../../host/walk.ts';
import { DIALECTS, type Dialect } from '../../syntax/sql/dialect.ts';
import type { Command } from '../command.ts';
import { EXIT, type Io, UsageError } from '../io.ts';
import { type OpenedProject, openProject, shownPath } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { harmless } from '../report/cells.ts';
import { counted } from '../report/text.ts';
import { writeWhole } from '../write-file.ts';

export const render: Command = {
  name: 'render',
  summary: "Print models' SQL as dbt would expand it, without dbt.",
  operands: '[MODEL…]',
  description: [
    'A model is named as in ref(), or by its path. All models of the project unless some are named.',
    'What cannot be known offline (the result of a query, say) stands as a comment: /* unknown: why */.',
  ],
  options: {
    incremental: { help: 'As an incremental run, instead of as a full refresh.' },
    out: { value: 'DIR', help: 'Write each model at its path below this folder, instead of printing it.' },
    dialect: { value: 'DIALECT', choices: DIALECTS, help: "The SQL dialect, instead of the project's." },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found around the current folder.' },
  },
  run(args, io) {
    const progress = createProgress(io, args.has('quiet'));
    try {
      const dialect = args.value('dialect') as Dialect | undefined;
      const opened = openProject(io, {
        rules: [],
        ...(dialect ? { dialect } : {}),
        project: args.value('project'),
        // A model named by its path says where the project is.
        paths: [],
        virtualPath: args.value('project') === undefined ? pathAmong(args.positionals, io) : undefined,
        progress,
      });
      progress.end();
      const incremental = args.has('incremental');
      const models =
        args.positionals.length === 0
          ? opened.workspace.render({ incremental })
          : args.positionals.flatMap(name => modelsNamed(name, incremental, opened, io));
      if (models.length === 0) throw new UsageError(`There are no models in ${opened.root}.`);
      const out = args.value('out');
      if (out !== undefined) {
        writeModels(models, opened, resolve(io.cwd, out));
        if (!args.has('quiet')) io.stderr.write(`Wrote ${counted(models.length, 'model')} into ${harmless(out)}.\n`);
      } else io.stdout.write(models.map(model => printed(model, models.length > 1)).join('\n'));
      return EXIT.clean;
    } finally {
      progress.end();
    }
  },
};

function pathAmong(names: readonly string[], io: Io): string | undefined {
  return names.map(name => resolve(io.cwd, name)).find(path => path.endsWith('.sql') && existsSync(path));
}

function modelsNamed(name: string, incremental: boolean, opened: OpenedProject, io: Io): readonly RenderedModel[] {
  const { workspace } = opened;
  const found = workspace.render({ incremental, models: [name, pathToUri(resolve(io.cwd, name))] });
  if (found.length > 0) return found;
  const near = nearest(name, workspace.files().map(stemOf), 3);
  throw new UsageError(`There is no model '${name}'.${near ? ` Did you mean '${near}'?` : ''}`);
}

function printed({ path, text }: RenderedModel, withName: boolean): string {
  return `${withName ? `-- ${path}\n` : ''}${text}${text.endsWith('\n') ? '' : '\n'}`;
}

function writeModels(models: readonly RenderedModel[], opened: OpenedProject, out: string): void {
  const { workspace, root } = opened;
  const hasOneProject = workspace.projects().length === 1;
  const targets = models.map(model => {
    // Two projects of one folder may have models at the same path.
    const path = hasOneProject ? model.path : shownPath(root, model.file);
    const inside = posix.normalize(path).replace(/^(\.\.\/)+/, '');
    const target = join(out, ...inside.split('/'));
    if (!isWithin(target, out)) throw new UsageError(`'${path}' has no place below the folder.`);
    if (workspace.textOf(pathToUri(target)) !== undefined) {
      throw new UsageError(
        `This would overwrite ${relative(root, target).split(sep).join('/')}: choose another folder.`,
      );
    }
    return { target, text: model.text };
  });
  for (const { target, text } of targets) {
    try {
      writeWhole(target, text);
    } catch (error) {
      throw new UsageError(`'${target}' cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
}
