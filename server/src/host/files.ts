/** Reads the files of a workspace folder: asynchronously for the server, synchronously for the command line. */

import { basename, dirname, join, relative, sep } from 'node:path';
import { answer, answerAll, answerSync } from './disk.ts';
import { type FileKind, fileKind, marksTop, skipsFolder } from './file-kinds.ts';
import {
  DEFAULT_LIMITS,
  isWithin,
  type Limits,
  type LoadedFolder,
  type OnProgress,
  type ReadFile,
  type Start,
  take,
  walkFolder,
} from './walk.ts';

export interface LoadOptions {
  readonly onProgress?: OnProgress;
  readonly limits?: Partial<Limits>;
  readonly start?: Start;
}

/** All files below `root` (a path) that Grainline reads. Never throws; `undefined` when cancelled between two batches. */
export async function loadFolder(
  root: string,
  options: LoadOptions & { readonly isCancelled?: () => boolean } = {},
): Promise<LoadedFolder | undefined> {
  const walk = walkFolder(root, { ...DEFAULT_LIMITS, ...options.limits }, options.onProgress, options.start);
  let step = walk.next();
  while (!step.done) {
    if (options.isCancelled?.()) return undefined;
    step = walk.next(await answerAll(step.value));
  }
  return step.value;
}

/** The same files as `loadFolder`, faster, and holding everything else up meanwhile. */
export function loadFolderSync(root: string, options: LoadOptions = {}): LoadedFolder {
  const walk = walkFolder(root, { ...DEFAULT_LIMITS, ...options.limits }, options.onProgress, options.start);
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
  return fileKind(name, isInProject(folder, path));
}

/**
 * Files below a path of a loaded folder that appeared whole (moved there, or checked out), by the same rules;
 * `undefined` when it is no folder, or one that is skipped.
 */
export async function readFolderOf(folder: LoadedFolder, path: string): Promise<readonly ReadFile[] | undefined> {
  if (!kindWithin(folder, join(path, PROBE))) return undefined;
  const found = await answer({ op: 'resolve', path });
  if (found?.op !== 'resolve' || found.kind !== 'folder') return undefined;
  const start = { isTop: false, isInProject: isInProject(folder, path) };
  return (await loadFolder(path, { start }))?.files;
}

function isInProject(folder: LoadedFolder, path: string): boolean {
  return [...folder.outside, ...folder.projects].some(each => isWithin(path, each));
}

/** A name that is read wherever its folder is. */
const PROBE = 'probe.sql';

function holdsTopMark(path: string): boolean {
  const listed = answerSync({ op: 'list', path });
  return listed?.op === 'list' && listed.entries.some(entry => marksTop(entry.name));
}
