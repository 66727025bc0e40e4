/** Reads the files of a workspace folder: asynchronously for the server, synchronously for the command line. */

import { basename, dirname, relative, sep } from 'node:path';
import { answer, answerAll, answerSync } from './disk.ts';
import { type FileKind, fileKind, marksTop, skipsFolder } from './file-kinds.ts';
import { pathToUri } from './uri-path.ts';
import {
  DEFAULT_LIMITS,
  isWithin,
  type Limits,
  type LoadedFolder,
  type OnProgress,
  type ReadFile,
  take,
  walkFolder,
} from './walk.ts';

export interface LoadOptions {
  readonly onProgress?: OnProgress;
  readonly limits?: Partial<Limits>;
}

/** All files below `root` (a path) that Grainline reads. Never throws; `undefined` when cancelled between two batches. */
export async function loadFolder(
  root: string,
  options: LoadOptions & { readonly isCancelled?: () => boolean } = {},
): Promise<LoadedFolder | undefined> {
  const walk = walkFolder(root, { ...DEFAULT_LIMITS, ...options.limits }, options.onProgress);
  let step = walk.next();
  while (!step.done) {
    if (options.isCancelled?.()) return undefined;
    step = walk.next(await answerAll(step.value));
  }
  return step.value;
}

/** The same files as `loadFolder`, faster, and holding everything else up meanwhile. */
export function loadFolderSync(root: string, options: LoadOptions = {}): LoadedFolder {
  const walk = walkFolder(root, { ...DEFAULT_LIMITS, ...options.limits }, options.onProgress);
  let step = walk.next();
  while (!step.done) step = walk.next(step.value.map(answerSync));
  return step.value;
}

/** One file of a loaded folder again, after it changed; `undefined` when it is gone, or the folder's walk would not read it. */
export async function readFileOf(folder: LoadedFolder, path: string): Promise<ReadFile | undefined> {
  const kind = kindWithin(folder, path);
  if (!kind) return undefined;
  const found = await answer({ op: 'read', path, kind, limits: DEFAULT_LIMITS });
  if (found === undefined) return undefined;
  const taken = take(path, kind, found, DEFAULT_LIMITS);
  return 'message' in taken ? undefined : taken;
}

/** How much of this file the walk of the folder would read, by the same rules; the disk is asked only where a name is not enough. */
export function kindWithin(folder: LoadedFolder, path: string): FileKind | undefined {
  const base = [folder.path, ...folder.outside].find(each => isWithin(path, each));
  if (base === undefined) return undefined;
  const parts = relative(base, path).split(sep);
  const name = parts.pop();
  if (!name) return undefined;
  let at = base;
  for (const part of parts) {
    const isTop = () => at === base || folder.projects.includes(at) || holdsTopMark(at);
    if (skipsFolder(part, { isTop, aboveName: basename(dirname(at)) })) return undefined;
    at += sep + part;
  }
  const isInProject = base !== folder.path || folder.projects.some(project => isWithin(path, project));
  return fileKind(name, isInProject);
}

/** The folders named by URI that hold a file or folder. */
export function uriWithin(folder: LoadedFolder, uri: string): boolean {
  return [folder.path, ...folder.outside].some(each => {
    const base = pathToUri(each);
    return uri === base || uri.startsWith(base.endsWith('/') ? base : `${base}/`);
  });
}

function holdsTopMark(path: string): boolean {
  const listed = answerSync({ op: 'list', path });
  return listed?.op === 'list' && listed.entries.some(entry => marksTop(entry.name));
}
