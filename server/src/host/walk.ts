/**
 * The walk over a folder, apart from how the disk is asked: a generator that yields batches of questions and takes the
 * answers. So the command line reads synchronously (fast) and the server asynchronously (without holding the editor up),
 * and both see the same files.
 *
 * *Invariant:* every folder is entered at most once by its real path, so that a loop of links ends; the exception, a link
 * directly in dbt_packages (how `dbt deps` installs local packages), is not followed into a folder that holds it.
 */

import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { decodeText } from './decode.ts';
import { type FileKind, fileKind, isProjectFile, marksEnvironment, marksTop, skipsFolder } from './file-kinds.ts';
import { localPackages, projectPaths } from './project-paths.ts';
import { pathToUri } from './uri-path.ts';

export interface Notice {
  readonly uri: string;
  /** What was not read, and why. */
  readonly message: string;
}

export interface ReadFile {
  /** Normalised URI. */
  readonly uri: string;
  readonly text: string;
}

export interface LoadedFolder {
  readonly path: string;
  /** Normalised URI of the folder. */
  readonly root: string;
  /** Sorted by URI; each has text. */
  readonly files: readonly ReadFile[];
  readonly notices: readonly Notice[];
  /** Paths of the folders that hold a dbt_project.yml. */
  readonly projects: readonly string[];
  /** Paths of the folders outside the root that its projects name. */
  readonly outside: readonly string[];
}

export interface Limits {
  readonly files: number;
  readonly folders: number;
  readonly depth: number;
  /** Bytes of one file; a larger one is not read. */
  readonly fileBytes: number;
  /** Bytes of a file that only helps; a larger one is passed over. */
  readonly optionalBytes: number;
  /** UTF-16 units of all files together. */
  readonly totalLength: number;
  /** Bytes read of a file of which only the start matters (CSV: the header). */
  readonly headBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  files: 100_000,
  folders: 50_000,
  depth: 64,
  fileBytes: 10 * 1024 * 1024,
  optionalBytes: 64 * 1024 * 1024,
  totalLength: 400 * 1024 * 1024,
  headBytes: 64 * 1024,
};

export type Request =
  | { readonly op: 'list'; readonly path: string }
  | { readonly op: 'resolve'; readonly path: string }
  | { readonly op: 'read'; readonly path: string; readonly kind: FileKind; readonly limits: Limits };

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** `undefined` whenever the disk says no: gone, not allowed, broken link. */
export type Answer =
  | { readonly op: 'list'; readonly entries: readonly Entry[] }
  | { readonly op: 'resolve'; readonly real: string; readonly kind: 'file' | 'folder' | 'other' }
  | { readonly op: 'read'; readonly bytes: Uint8Array; readonly size: number }
  | undefined;

/** Files read and files found so far. */
export type OnProgress = (read: number, found: number) => void;

export type Walk = Generator<readonly Request[], LoadedFolder, readonly Answer[]>;

/** What is known about the root when it is not the folder somebody opened. */
export interface Start {
  readonly isTop: boolean;
  readonly isInProject: boolean;
}

export function* walkFolder(root: string, limits: Limits, onProgress?: OnProgress, start: Start = OPENED): Walk {
  const notices: Notice[] = [];
  const files = new Map<string, ReadFile>();
  const found: FoundFile[] = [];
  const projects: string[] = [];
  const named: string[] = [];
  const generated = new Set<string>();
  const outside: string[] = [];
  const entered = new Set<string>();
  const links: { readonly folder: Folder; readonly path: string }[] = [];
  const rootUri = pathToUri(root);
  let foldersLeft = limits.folders;
  let fileCount = 0;
  let readCount = 0;
  let totalLength = 0;

  const [rootAnswer] = yield [{ op: 'resolve', path: root }];
  if (rootAnswer?.op !== 'resolve' || rootAnswer.kind !== 'folder') {
    notices.push({ uri: rootUri, message: 'This folder cannot be read.' });
    return { path: root, root: rootUri, files: [], notices, projects, outside };
  }

  // Links wait until all folders are entered, so that a folder is known by its own path rather than by that of a link to
  // it; paths outside come last, when all is known that may name them. Each round enters something new, or is the last.
  let queue: Folder[] = [
    { path: root, real: rootAnswer.real, depth: 0, isInProject: start.isInProject, isRoot: start.isTop },
  ];
  while (queue.length > 0) {
    while (queue.length > 0) queue = yield* enterAll(queue);
    queue = yield* followLinks(links.splice(0));
    if (queue.length === 0) queue = yield* goOutside(named.splice(0));
  }
  yield* readFound();

  if (foldersLeft < 0) notices.push({ uri: rootUri, message: `Only the first ${limits.folders} folders were read.` });
  if (fileCount > limits.files)
    notices.push({ uri: rootUri, message: `Only the first ${limits.files} files were read.` });
  const sorted = [...files.values()].sort((a, b) => (a.uri < b.uri ? -1 : 1));
  return { path: root, root: rootUri, files: sorted, notices, projects, outside };

  function* enterAll(folders: readonly Folder[]): Generator<readonly Request[], Folder[], readonly Answer[]> {
    const batch = folders.filter(folder => {
      if (entered.has(folder.real) && !folder.mayRepeat) return false;
      entered.add(folder.real);
      return foldersLeft-- > 0;
    });
    const listed = pair(batch, yield batch.map(({ path }) => ({ op: 'list', path }) as const)).flatMap(
      ([folder, answer]) => (answer?.op === 'list' ? [{ folder, entries: answer.entries }] : []),
    );
    yield* readProjectFiles(listed);
    return listed.flatMap(({ folder, entries }) => enter(folder, entries));
  }

  /** What dbt_project.yml says of folders must be known before its folder's children are entered. */
  function* readProjectFiles(
    listed: readonly { readonly folder: Folder; readonly entries: readonly Entry[] }[],
  ): Generator<readonly Request[], void, readonly Answer[]> {
    const asked = listed.flatMap(({ folder, entries }) =>
      entries
        .filter(({ name }) => isProjectFile(name) || PACKAGE_FILE.test(name))
        .map(({ name }) => ({ folder: folder.path, name, path: join(folder.path, name) })),
    );
    if (asked.length === 0) return;
    const answers = yield asked.map(({ path }) => ({ op: 'read', path, kind: 'text', limits }) as const);
    for (const [{ folder, name, path }, answer] of pair(asked, answers)) {
      const taken = take(path, 'text', answer, limits);
      if ('message' in taken) continue;
      if (isProjectFile(name)) {
        const paths = projectPaths(taken.text);
        named.push(...paths.outside.map(each => resolve(folder, each)));
        for (const each of paths.generated) generated.add(resolve(folder, each));
        // Columns as the warehouse has them, where somebody ran `dbt docs generate`.
        found.push({ path: join(folder, paths.target, 'catalog.json'), kind: 'optional' });
      } else named.push(...localPackages(taken.text).map(each => resolve(folder, each)));
    }
  }

  function enter(folder: Folder, entries: readonly Entry[]): Folder[] {
    if (entries.some(entry => marksEnvironment(entry.name))) return [];
    const isProject = entries.some(entry => isProjectFile(entry.name));
    if (folder.mustBeProject && !isProject) return [];
    if (isProject) projects.push(folder.path);
    const here: Folder = { ...folder, isInProject: folder.isInProject || isProject };
    const surroundings = {
      isTop: () => folder.isRoot || entries.some(entry => marksTop(entry.name)),
      aboveName: basename(dirname(folder.path)),
    };
    const below: Folder[] = [];
    for (const { name, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      // URIs know one separator: a name with a back slash in it cannot be told from a path.
      if (sep === '/' && name.includes('\\')) continue;
      const path = join(folder.path, name);
      if (kind === 'file') addFile(path, name, here.isInProject);
      else if (kind === 'other' || skipsFolder(name, surroundings) || generated.has(path)) continue;
      else if (kind === 'link') links.push({ folder: here, path });
      else if (folder.depth < limits.depth) below.push(folderBelow(here, path, join(folder.real, name)));
      else notices.push({ uri: pathToUri(path), message: 'This folder lies too deep and was not read.' });
    }
    return below;
  }

  function addFile(path: string, name: string, isInProject: boolean): void {
    const kind = fileKind(name, isInProject);
    if (kind && fileCount++ < limits.files) found.push({ path, kind });
  }

  function* followLinks(
    waiting: readonly { readonly folder: Folder; readonly path: string }[],
  ): Generator<readonly Request[], Folder[], readonly Answer[]> {
    const next: Folder[] = [];
    if (waiting.length === 0) return next;
    const answers = yield waiting.map(({ path }) => ({ op: 'resolve', path }) as const);
    for (const [{ folder, path }, answer] of pair(waiting, answers)) {
      if (answer?.op !== 'resolve') continue;
      if (answer.kind === 'file') addFile(path, basename(path), folder.isInProject);
      // A link to a folder that holds this one would read the same files again below it, without end.
      if (answer.kind !== 'folder' || isWithin(folder.real, answer.real) || folder.depth >= limits.depth) continue;
      const mayRepeat = PACKAGE_FOLDER.test(basename(folder.path)) && !folder.mayRepeat;
      next.push({ ...folderBelow(folder, path, answer.real), mayRepeat });
    }
    return next;
  }

  function* goOutside(paths: readonly string[]): Generator<readonly Request[], Folder[], readonly Answer[]> {
    const next: Folder[] = [];
    const asked = [...new Set(paths)].filter(path => !isWithin(path, root) && !outside.includes(path));
    if (asked.length === 0) return next;
    const answers = yield asked.map(path => ({ op: 'resolve', path }) as const);
    for (const [path, answer] of pair(asked, answers)) {
      if (answer?.op !== 'resolve' || answer.kind !== 'folder') continue;
      outside.push(path);
      // `../..` holds this very folder: only a project is worth reading all of it.
      const mustBeProject = isWithin(root, path);
      next.push({ path, real: answer.real, depth: 1, isInProject: true, isRoot: true, mustBeProject });
    }
    return next;
  }

  function* readFound(): Generator<readonly Request[], void, readonly Answer[]> {
    for (let start = 0; start < found.length; start += READ_BATCH) {
      const batch = found.slice(start, start + READ_BATCH);
      const asked = batch.filter(({ kind }) => kind !== 'name');
      const answers = new Map(
        pair(asked, yield asked.map(({ path, kind }) => ({ op: 'read', path, kind, limits }) as const)),
      );
      for (const file of batch) {
        const taken = take(file.path, file.kind, answers.get(file), limits);
        if ('message' in taken) {
          if (file.kind !== 'optional') notices.push(taken);
        } else if (totalLength > limits.totalLength) {
          notices.push({ uri: taken.uri, message: 'There is too much text in this folder: this file was not read.' });
        } else {
          files.set(taken.uri, taken);
          totalLength += taken.text.length;
        }
      }
      readCount += batch.length;
      onProgress?.(readCount, found.length);
    }
  }
}

/** Text of a file that was read, or why it has none. */
export function take(path: string, kind: FileKind, answer: Answer, limits: Limits): ReadFile | Notice {
  const uri = pathToUri(path);
  if (kind === 'name') return { uri, text: '' };
  if (answer?.op !== 'read') return { uri, message: 'This file cannot be read.' };
  const most = kind === 'optional' ? limits.optionalBytes : limits.fileBytes;
  if (kind !== 'head' && answer.size > most) {
    return {
      uri,
      message: `This file is larger than ${Math.round(most / 1024 / 1024)} MB and was not read.`,
    };
  }
  const decoded = decodeText(answer.bytes);
  if (!decoded) return { uri, message: 'This is no text file and was not read.' };
  if (kind !== 'head' || answer.size <= limits.headBytes) return { uri, text: decoded.text };
  // The last line may be cut, in the middle of a character even.
  return { uri, text: decoded.text.slice(0, decoded.text.lastIndexOf('\n') + 1) };
}

interface FoundFile {
  readonly path: string;
  readonly kind: FileKind;
}

interface Folder {
  /** As people name it. */
  readonly path: string;
  /** Without links. */
  readonly real: string;
  readonly depth: number;
  readonly isInProject: boolean;
  readonly isRoot: boolean;
  /** Reached through a link in dbt_packages: read under this path too. */
  readonly mayRepeat?: boolean;
  readonly mustBeProject?: boolean;
}

const OPENED: Start = { isTop: true, isInProject: false };
const READ_BATCH = 256;
const PACKAGE_FILE = /^(packages|dependencies)\.ya?ml$/;
const PACKAGE_FOLDER = /^dbt_(packages|modules)$/;

function folderBelow(folder: Folder, path: string, real: string): Folder {
  const { isInProject, mayRepeat } = folder;
  return { path, real, depth: folder.depth + 1, isInProject, isRoot: false, ...(mayRepeat ? { mayRepeat } : {}) };
}

export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function pair<T>(items: readonly T[], answers: readonly Answer[]): [T, Answer][] {
  return items.map((item, i) => [item, answers[i]]);
}
