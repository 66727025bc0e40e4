/** From paths on the command line to a workspace that knows the project around them. */

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { BASELINE_FILE } from '../analysis/baseline.ts';
import { Workspace, type WorkspaceOptions } from '../analysis/workspace.ts';
import { extensionOf, relativePath } from '../base/uri.ts';
import { decodeText } from '../host/decode.ts';
import { loadFolderSync } from '../host/files.ts';
import { pathToUri, uriToPath } from '../host/uri-path.ts';
import { isWithin, type Notice, type ReadFile } from '../host/walk.ts';
import { ownerOf } from '../project/layout.ts';
import { rejectBrokenConfig } from './config-problems.ts';
import { type Io, UsageError } from './io.ts';
import type { Progress } from './progress.ts';

export interface OpenOptions extends Omit<WorkspaceOptions, 'rules'> {
  readonly rules: WorkspaceOptions['rules'];
  /** `--project`: where the project is, instead of around the paths. */
  readonly project?: string | undefined;
  /** Files and folders as given; the whole project when there are none. */
  readonly paths: readonly string[];
  /** A file that need not exist, because its text comes from elsewhere. */
  readonly virtualPath?: string | undefined;
  readonly progress: Progress;
  /** A grainline.yml with mistakes is no reason to stop. */
  readonly acceptsBrokenConfig?: boolean;
}

export interface OpenedProject {
  readonly workspace: Workspace;
  /** Absolute path of the folder that paths are shown from. */
  readonly root: string;
  /** Files that were asked for, sorted. */
  readonly files: readonly string[];
  /** Files that are there and could not be read, and paths that hold nothing to check. */
  readonly notices: readonly string[];
  readonly milliseconds: { readonly read: number; readonly apply: number };
}

export function openProject(io: Io, options: OpenOptions): OpenedProject {
  const started = io.now();
  const paths = options.paths.map(path => existing(io, path));
  const starts = [...paths, ...(options.virtualPath ? [options.virtualPath] : [])];
  const roots =
    options.project === undefined ? rootsOf(starts.length > 0 ? starts : [io.cwd]) : [folder(io, options.project)];
  const root = commonFolder(roots.map(each => (isFolder(each) ? each : dirname(each))));
  for (const path of starts) {
    if (options.project !== undefined && !isWithin(path, root)) {
      throw new UsageError(`'${relative(io.cwd, path)}' does not lie in the project ${options.project}.`);
    }
  }

  const read = new Map<string, ReadFile>();
  const notices: Notice[] = [];
  for (const each of roots) {
    const loaded = isFolder(each) ? load(each, options.progress) : loadFile(each);
    for (const file of loaded.files) read.set(file.uri, file);
    notices.push(...loaded.notices);
  }
  for (const file of configsAbove(root)) read.set(file.uri, file);
  const readAt = io.now();

  const { rules, only, dialect, ignoresBaseline = false } = options;
  const workspace = new Workspace({
    rules,
    ignoresBaseline,
    // Each model is read once, and trees that are held longer than that are dear to collect.
    treesHeld: 2,
    ...(only ? { only } : {}),
    ...(dialect ? { dialect } : {}),
  });
  workspace.apply([...read.values()]);
  if (!options.acceptsBrokenConfig) rejectBrokenConfig(workspace, uri => shownPath(root, uri));
  const { files, strange } = filesAt(workspace, paths);
  return {
    workspace,
    root,
    files: files.filter(uri => !isInstalled(workspace, uri)),
    notices: [
      ...notices.map(notice => `${shownPath(root, notice.uri)}: ${notice.message}`),
      ...strange.map(path => `${relative(io.cwd, path) || path} holds nothing that Grainline checks.`),
    ],
    milliseconds: { read: readAt - started, apply: io.now() - readAt },
  };
}

/** Path from the project's folder with `/` between parts. */
export function shownPath(root: string, uri: string): string {
  const below = relativePath(pathToUri(root), uri);
  if (below !== undefined) return below;
  const path = uriToPath(uri);
  return path === undefined ? uri : relative(root, path).split(sep).join('/');
}

/** How many of the files are models. */
export function countModels(workspace: Workspace, files: readonly string[]): number {
  const layout = workspace.projectQueries.layout('layout');
  return files.filter(uri => extensionOf(uri) === 'sql' && ownerOf(layout, uri)?.role === 'model').length;
}

function isInstalled(workspace: Workspace, uri: string): boolean {
  return ownerOf(workspace.projectQueries.layout('layout'), uri)?.owner.isInstalled ?? false;
}

function existing(io: Io, path: string): string {
  const absolute = resolve(io.cwd, path);
  if (!existsSync(absolute)) throw new UsageError(`There is no file or folder '${path}'.`);
  return absolute;
}

function folder(io: Io, path: string): string {
  const absolute = existing(io, path);
  if (!isFolder(absolute)) throw new UsageError(`The project '${path}' is not a folder.`);
  return absolute;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Project folders around the paths, none below another; a path without a project stands for itself. */
function rootsOf(paths: readonly string[]): readonly string[] {
  const roots = [...new Set(paths.map(rootOf))];
  return roots.filter(root => !roots.some(other => other !== root && isWithin(root, other)));
}

function rootOf(path: string): string {
  const from = isFolder(path) ? path : dirname(path);
  return holderOf(from, PROJECT_FILES) ?? holderOf(from, CONFIG_FILES) ?? path;
}

const PROJECT_FILES = ['dbt_project.yml', 'dbt_project.yaml'];
const CONFIG_FILES = ['grainline.yml', 'grainline.yaml'];

/** The nearest folder upward that holds one of the files; a repository's own folder is the last one looked at. */
function holderOf(start: string, names: readonly string[]): string | undefined {
  return upward(start).find(each => names.some(name => existsSync(join(each, name))));
}

function upward(start: string): readonly string[] {
  const folders: string[] = [];
  for (let current = start; ; current = dirname(current)) {
    folders.push(current);
    if (existsSync(join(current, '.git')) || dirname(current) === current) return folders;
  }
}

/** A configuration above the project governs it too, and so does a baseline. */
function configsAbove(root: string): readonly ReadFile[] {
  return upward(dirname(root) === root || existsSync(join(root, '.git')) ? root : dirname(root)).flatMap(each =>
    [...CONFIG_FILES, BASELINE_FILE].flatMap(name =>
      existsSync(join(each, name)) ? loadFile(join(each, name)).files : [],
    ),
  );
}

function commonFolder(paths: readonly string[]): string {
  let common = paths[0] as string;
  while (!paths.every(path => isWithin(path, common))) common = dirname(common);
  return common;
}

interface Loaded {
  readonly files: readonly ReadFile[];
  readonly notices: readonly Notice[];
}

function load(root: string, progress: Progress): Loaded {
  return loadFolderSync(root, { onProgress: (done, found) => progress.update('Reading files', done, found) });
}

function loadFile(path: string): Loaded {
  const uri = pathToUri(path);
  // A file that is yet to be written has its text from elsewhere.
  if (!existsSync(path)) return { files: [], notices: [] };
  try {
    const decoded = decodeText(readFileSync(path));
    if (decoded) return { files: [{ uri, text: decoded.text }], notices: [] };
    return { files: [], notices: [{ uri, message: 'This is no text file and was not read.' }] };
  } catch {
    return { files: [], notices: [{ uri, message: `${basename(path)} cannot be read.` }] };
  }
}

/** The known files that the paths name, and the paths that name none. */
function filesAt(
  workspace: Workspace,
  paths: readonly string[],
): { readonly files: readonly string[]; readonly strange: readonly string[] } {
  const known = workspace.files();
  if (paths.length === 0) return { files: known, strange: [] };
  const strange: string[] = [];
  const wanted = new Set<string>();
  for (const path of paths) {
    // Links and other spellings of a name lead to the file under the name it was read by.
    const found = [path, spelledByDisk(path)].map(each => below(known, pathToUri(each))).find(each => each.length > 0);
    if (!found) strange.push(path);
    for (const uri of found ?? []) wanted.add(uri);
  }
  return { files: known.filter(uri => wanted.has(uri)), strange };
}

function below(known: readonly string[], uri: string): readonly string[] {
  return known.filter(each => each === uri || each.startsWith(uri.endsWith('/') ? uri : `${uri}/`));
}

function spelledByDisk(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
