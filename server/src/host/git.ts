/**
 * What the files were on the branch that a change will be merged into. Git is asked with fixed arguments and without a
 * shell; hooks, monitors, pagers and external diffs of the repository are turned off. Filters of its own configuration are
 * git's to run, so it is asked only where the caller knows that the folder is trusted.
 */

import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { decodeText } from './decode.ts';
import { fileKind } from './file-kinds.ts';
import { pathToUri } from './uri-path.ts';

export interface GitBase {
  /** The branch or commit as people call it. */
  readonly name: string;
  readonly commit: string;
  /** Day of the change: today while there is something that is not committed, else that of the newest commit. */
  readonly today: string;
  /** Files below the folder that differ, as they were; `undefined` for those that were not there. */
  readonly files: readonly { readonly uri: string; readonly text: string | undefined }[];
}

export interface GitProblem {
  /** One sentence for the person who asked. */
  readonly message: string;
}

const OPTIONS = [
  ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'],
  ...['-c', 'diff.external=', '-c', 'core.pager=cat', '-c', 'protocol.allow=never'],
];
/** Files that differ; past this many the base is another project. */
const MOST_FILES = 20_000;
const TIMEOUT = 20_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * The state that a change starts from: where the current branch left `ref`, or the default branch when none is given. On the
 * default branch itself that is its newest commit, so that what is not committed yet is the change.
 */
export async function readGitBase(folder: string, ref?: string): Promise<GitBase | GitProblem> {
  const top = (await git(folder, ['rev-parse', '--show-toplevel']))?.trim();
  if (top === undefined) return { message: 'This folder lies in no git repository.' };
  const name = ref ?? (await defaultBranch(top));
  if (name === undefined)
    return { message: 'No default branch was found: neither main nor master, here or at origin.' };
  if (name.startsWith('-')) return { message: `'${name}' is no branch or commit.` };
  const target = (await git(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]))?.trim();
  if (!target) return { message: `There is no branch or commit '${name}' in this repository.` };
  const commit = (await git(top, ['merge-base', target, 'HEAD']))?.trim() || target;
  const changed = await changedPaths(top, folder, commit);
  if (changed === undefined) return { message: 'Git cannot say which files differ.' };
  const files = await textsAt(top, commit, changed.paths);
  return { name, commit, today: changed.isDirty ? today() : ((await committedOn(top)) ?? today()), files };
}

/** The commit that HEAD and the default branch stand at: as long as it stays, the base does too. `undefined` without git. */
export async function gitState(folder: string, ref?: string): Promise<string | undefined> {
  const name = ref ?? (await defaultBranch(folder));
  if (name === undefined || name.startsWith('-')) return undefined;
  return git(folder, ['rev-parse', 'HEAD', '--verify', '--quiet', '--end-of-options', name]);
}

async function defaultBranch(folder: string): Promise<string | undefined> {
  const origin = await git(folder, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  if (origin?.trim()) return origin.trim();
  for (const name of ['origin/main', 'origin/master', 'main', 'master']) {
    if (await git(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])) return name;
  }
  return undefined;
}

interface Changed {
  /** Below the top, `/` between parts. */
  readonly paths: readonly { readonly path: string; readonly isNew: boolean }[];
  /** Something of it is not committed. */
  readonly isDirty: boolean;
}

async function changedPaths(top: string, folder: string, commit: string): Promise<Changed | undefined> {
  const scope = ['--', folder];
  const diff = ['diff', '--name-status', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules'];
  const since = await git(top, [...diff, commit, ...scope]);
  const uncommitted = await git(top, [...diff, 'HEAD', ...scope]);
  const untracked = await git(top, ['ls-files', '--others', '--exclude-standard', '-z', ...scope]);
  if (since === undefined || untracked === undefined) return undefined;
  const fields = since.split('\0');
  const paths: { path: string; isNew: boolean }[] = [];
  for (let i = 0; i + 1 < fields.length && paths.length < MOST_FILES; i += 2) {
    const path = fields[i + 1] as string;
    if (isRead(path)) paths.push({ path, isNew: (fields[i] as string).startsWith('A') });
  }
  const others = untracked.split('\0').filter(path => path !== '' && isRead(path));
  for (const path of others.slice(0, MOST_FILES)) paths.push({ path, isNew: true });
  return { paths, isDirty: others.length > 0 || (uncommitted ?? '') !== '' };
}

/** The kinds of files that are read from the disk are those that matter in the base. */
function isRead(path: string): boolean {
  return fileKind(path.slice(path.lastIndexOf('/') + 1), true) !== undefined;
}

async function committedOn(top: string): Promise<string | undefined> {
  const day = (await git(top, ['show', '-s', '--format=%cs', 'HEAD']))?.trim();
  return day || undefined;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** All texts by one process. */
async function textsAt(top: string, commit: string, paths: Changed['paths']): Promise<GitBase['files']> {
  const old = paths.filter(one => !one.isNew && !one.path.includes('\n'));
  const blobs =
    old.length === 0
      ? []
      : await catFiles(
          top,
          old.map(one => `${commit}:${one.path}`),
        );
  const found = new Map(old.map((one, i) => [one.path, blobs[i]]));
  return paths.map(({ path }) => ({ uri: pathToUri(join(top, path)), text: found.get(path) }));
}

function catFiles(top: string, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  return new Promise(resolve => {
    const child = spawn('git', [...OPTIONS, 'cat-file', '--batch'], {
      cwd: top,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment(),
    });
    const parts: Buffer[] = [];
    const timer = setTimeout(() => child.kill(), TIMEOUT);
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', () => resolve([]));
    child.stdin.on('error', () => undefined);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(readBatch(Buffer.concat(parts), names.length));
    });
    child.stdin.end(`${names.join('\n')}\n`);
  });
}

/** Each answer: a line `<id> blob <size>`, so many bytes, a line break; or a line that ends in `missing`. */
function readBatch(output: Buffer, count: number): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let at = 0;
  while (found.length < count && at < output.length) {
    const lineEnd = output.indexOf(0x0a, at);
    if (lineEnd < 0) break;
    const header = output.toString('utf8', at, lineEnd);
    const size = / blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) {
      found.push(undefined);
      at = lineEnd + 1;
      continue;
    }
    const end = lineEnd + 1 + Number(size);
    found.push(decodeText(output.subarray(lineEnd + 1, end))?.text);
    at = end + 1;
  }
  return found;
}

function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    const options = { cwd: folder, timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, env: environment(), windowsHide: true };
    execFile('git', [...OPTIONS, ...args], options, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

/** Without what would make git ask, page, or look at another repository than the folder's. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
