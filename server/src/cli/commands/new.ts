import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { contextFor, kindById, kindSummaries, planFiles } from '../../analysis/generate.ts';
import type { PlannedFiles } from '../../analysis/generator-results.ts';
import { applyEdits } from '../../base/edit.ts';
import { nearest } from '../../base/nearest.ts';
import { pathToUri, uriToPath } from '../../host/uri-path.ts';
import { isWithin } from '../../host/walk.ts';
import { RULES } from '../../rules/registry.ts';
import { type Arguments, columns } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT, type Io, UsageError } from '../io.ts';
import { openProject, shownPath } from '../open-project.ts';
import { createProgress } from '../progress.ts';
import { harmless, harmlessLines } from '../report/cells.ts';
import { painter } from '../style.ts';
import { replaceText, writeWhole } from '../write-file.ts';

type Planned = Exclude<PlannedFiles, { readonly problem: string }>;

export const newFiles: Command = {
  name: 'new',
  summary: 'Write a model, its YAML and its tests: facts, dimensions, staging and more.',
  operands: 'KIND',
  description: [
    'Takes what it needs from --set, and what is not said from the project. Asks nothing, overwrites nothing.',
    'Lists are parted by commas: --set key=order_id,line_number. --list says what each kind takes.',
    '',
    'Exit codes: 0 written, 2 an answer is missing or wrong, or a file is there already.',
  ],
  options: {
    from: {
      value: 'NAME',
      help: 'The model, or table of a source (crm.customers), to build on; short for --set from=NAME.',
    },
    set: { value: 'KEY=VALUE', isList: true, help: 'An answer. May be repeated.' },
    'dry-run': { help: 'Print the files instead of writing them.' },
    list: { help: 'List all kinds, or the inputs of KIND.' },
    format: { value: 'FORMAT', choices: ['text', 'json'], help: 'How to print. text unless told.' },
    project: { value: 'DIR', help: 'Folder of the project, instead of the one found upward.' },
  },
  async run(args, io) {
    if (args.has('list')) return list(args, io);
    const [id, ...rest] = args.positionals;
    if (id === undefined) throw new UsageError("What shall be made? 'grainline new --list' lists the kinds.");
    if (rest.length > 0)
      throw new UsageError(`'grainline new' makes one thing at a time, and '${rest[0]}' is one more.`);
    const kind = kindNamed(id);
    const progress = createProgress(io, args.has('quiet'));
    const { workspace, root } = (() => {
      try {
        return openProject(io, { rules: RULES, project: args.value('project'), paths: [], progress });
      } finally {
        progress.end();
      }
    })();
    const rootUri = pathToUri(root);
    const projects = workspace.projectQueries;
    const context = contextFor(projects, projects.top(rootUri) ? rootUri : projectIn(rootUri, projects), kind);
    if (!context) throw new UsageError(`There is no dbt project here: no dbt_project.yml in ${root} or above it.`);
    const base = projects.top(rootUri) ? rootUri : projectIn(rootUri, projects);
    await kind.prepare?.();
    const planned = planFiles(kind, answersOf(args), context, base);
    if ('problem' in planned) {
      const hint = planned.missing ? ` Say ${planned.missing.map(name => `--set ${name}=…`).join(' ')}.` : '';
      throw new UsageError(`${planned.problem}${hint}`);
    }
    const texts = new Map(planned.edits.map(({ uri }) => [uri, workspace.textOf(uri) ?? '']));
    if (!args.has('dry-run')) write(planned, texts, uriToPath(base) ?? root);
    print(planned, texts, root, args, io);
    return EXIT.clean;
  },
};

/* -------------------------------------------------------------------- inputs */

function kindNamed(id: string) {
  const kind = kindById(id);
  if (kind) return kind;
  const ids = kindSummaries().map(each => each.id);
  const near = nearest(id, ids, 4);
  throw new UsageError(
    `There is no kind '${id}'.${near ? ` Did you mean '${near}'?` : ''} 'grainline new --list' lists the kinds.`,
  );
}

function answersOf(args: Arguments): { readonly [name: string]: string } {
  const answers: { [name: string]: string } = {};
  const from = args.value('from');
  if (from !== undefined) answers['from'] = from;
  for (const pair of args.values('set')) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new UsageError(`--set takes KEY=VALUE, not '${pair}'.`);
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1);
    // A list may be given bit by bit.
    answers[name] = Object.hasOwn(answers, name) ? `${answers[name]},${value}` : value;
  }
  return answers;
}

/** The folder may hold one project further down, as repositories do. */
function projectIn(
  root: string,
  projects: {
    layout(key: 'layout'): { readonly projects: readonly { readonly project: { readonly root: string } }[] };
  },
): string {
  const found = projects.layout('layout').projects.map(each => each.project.root);
  if (found.length > 1)
    throw new UsageError(`There are ${found.length} dbt projects here: say which one with --project DIR.`);
  return found[0] ?? root;
}

/* ------------------------------------------------------------------- writing */

/** All or nothing, as far as a disk allows: what could stand in the way is looked at first. */
function write(planned: Planned, texts: ReadonlyMap<string, string>, root: string): void {
  const paths = planned.files.map(({ uri }) => uriToPath(uri) ?? '');
  for (const path of paths) {
    if (existsSync(path)) throw new UsageError(`'${path}' exists already and is left as it is.`);
    if (!leadsInside(path, root)) throw new UsageError(`'${path}' leads out of the project.`);
  }
  for (const { uri, edits } of planned.edits) {
    const before = texts.get(uri) ?? '';
    const reason = replaceText(uriToPath(uri) ?? '', before, applyEdits(before, edits) ?? before);
    if (reason !== undefined) throw new UsageError(`'${uriToPath(uri)}' cannot be added to: ${reason}.`);
  }
  for (const [i, { text }] of planned.files.entries()) writeWhole(paths[i] as string, text);
}

/** The nearest folder that is there lies in the project, through links and all. */
function leadsInside(path: string, root: string): boolean {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return isWithin(realpathSync(folder), realpathSync(root));
}

/* ------------------------------------------------------------------ printing */

function print(planned: Planned, texts: ReadonlyMap<string, string>, root: string, args: Arguments, io: Io): void {
  const isDry = args.has('dry-run');
  const changed = planned.edits.map(({ uri, edits }) => ({ uri, text: applyEdits(texts.get(uri) ?? '', edits) ?? '' }));
  if (args.value('format') === 'json') {
    const files = [
      ...planned.files.map(({ uri, text }) => ({ file: shownPath(root, uri), action: 'create', text })),
      ...changed.map(({ uri, text }) => ({ file: shownPath(root, uri), action: 'change', text })),
    ];
    const report = { version: 1, written: !isDry, files, messages: planned.messages };
    io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const paint = painter(io, io.stdout, args.has('no-color'));
  for (const { uri, text } of planned.files) {
    const path = harmless(shownPath(root, uri));
    io.stdout.write(isDry ? `${paint('bold', path)}\n${harmlessLines(text)}\n` : `wrote ${path}\n`);
  }
  for (const { uri, edits } of planned.edits) {
    const path = harmless(shownPath(root, uri));
    const added = edits.map(edit => edit.text.replace(/^\n+/, '')).join('\n');
    io.stdout.write(isDry ? `${paint('bold', `${path} (added)`)}\n${harmlessLines(added)}\n\n` : `added to ${path}\n`);
  }
  if (args.has('quiet')) return;
  for (const message of planned.messages) io.stderr.write(`${harmless(message)}\n`);
}

function list(args: Arguments, io: Io): number {
  const [id] = args.positionals;
  if (id !== undefined) kindNamed(id);
  const kinds = kindSummaries().filter(kind => id === undefined || kind.id === id);
  if (args.value('format') === 'json') {
    io.stdout.write(`${JSON.stringify({ version: 1, kinds }, null, 2)}\n`);
    return EXIT.clean;
  }
  const paint = painter(io, io.stdout, args.has('no-color'));
  if (id === undefined) {
    io.stdout.write(`${columns(kinds.map(kind => [kind.id, kind.summary] as const))}\n`);
    return EXIT.clean;
  }
  for (const kind of kinds) {
    const rows = kind.inputs.map(input => {
      const choices = input.choices ? ` One of ${input.choices.join(', ')}.` : '';
      const fallback =
        input.default !== null
          ? ` ${String(input.default)} unless told.`
          : input.proposes !== null
            ? ` Unless told: ${input.proposes}.`
            : '';
      const need = input.required ? ', required' : '';
      return [
        `${input.name} (${input.type}${input.several && input.type !== 'columns' ? ', list' : ''}${need})`,
        `${input.title}${choices}${fallback}`,
      ] as const;
    });
    io.stdout.write(`${paint('bold', kind.id)}: ${kind.summary}\n\n${columns(rows)}\n`);
  }
  return EXIT.clean;
}
