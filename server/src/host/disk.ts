/** Asks the disk, in two ways. Whatever the disk refuses is `undefined`. */

import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  promises,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import type { Answer, Entry, Request } from './walk.ts';

export function answerSync(request: Request): Answer {
  try {
    switch (request.op) {
      case 'list':
        return { op: 'list', entries: readdirSync(request.path, { withFileTypes: true }).map(toEntry) };
      case 'resolve':
        return { op: 'resolve', real: realpathSync.native(request.path), kind: kindOf(statSync(request.path)) };
      case 'read':
        return readSyncWithin(request);
    }
  } catch {
    return undefined;
  }
}

export async function answer(request: Request): Promise<Answer> {
  try {
    switch (request.op) {
      case 'list':
        return { op: 'list', entries: (await promises.readdir(request.path, { withFileTypes: true })).map(toEntry) };
      case 'resolve': {
        const [real, stats] = await Promise.all([promises.realpath(request.path), promises.stat(request.path)]);
        return { op: 'resolve', real, kind: kindOf(stats) };
      }
      case 'read':
        return await readWithin(request);
    }
  } catch {
    return undefined;
  }
}

/**
 * Most disks answer faster than a question can be handed to another thread and back: they are asked directly, a few milliseconds
 * at a time, and everybody else is let in between. One that is slow (a network, a first look at everything) is asked beside.
 */
export async function answerAll(requests: readonly Request[], slowMs = SLOW_MS): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < requests.length) {
    const start = performance.now();
    const before = answers.length;
    let spent = 0;
    while (spent < PIECE_MS && answers.length < requests.length) {
      answers.push(answerSync(requests[answers.length] as Request));
      spent = performance.now() - start;
    }
    if (spent > slowMs * (answers.length - before)) break;
    await new Promise(resolve => setImmediate(resolve));
  }
  return answerBeside(requests, answers);
}

/** A few at a time: thousands at once would use up the file handles of the process. */
async function answerBeside(requests: readonly Request[], answers: Answer[]): Promise<Answer[]> {
  let next = answers.length;
  const work = async (): Promise<void> => {
    while (next < requests.length) {
      const at = next++;
      answers[at] = await answer(requests[at] as Request);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, requests.length - next) }, work));
  return answers;
}

type ReadRequest = Extract<Request, { readonly op: 'read' }>;

const PARALLEL = 16;
/** How long everybody else waits at most, but for the one answer that takes longer. */
const PIECE_MS = 5;
/** For one answer, on average over a piece. */
const SLOW_MS = 0.25;
/** Opening a named pipe would otherwise wait for somebody to write into it. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NOTHING = new Uint8Array();

/** The size is asked of the open file, so that what is read is what was measured; a pipe or a device is not read at all. */
function readSyncWithin(request: ReadRequest): Answer {
  const handle = openSync(request.path, READ);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return undefined;
    const length = wantedLength(request, stats.size);
    if (length === 'all') return { op: 'read', bytes: readFileSync(handle), size: stats.size };
    const bytes = new Uint8Array(length);
    return { op: 'read', bytes: bytes.subarray(0, readSync(handle, bytes, 0, length, 0)), size: stats.size };
  } finally {
    closeSync(handle);
  }
}

async function readWithin(request: ReadRequest): Promise<Answer> {
  const handle = await promises.open(request.path, READ);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return undefined;
    const length = wantedLength(request, stats.size);
    if (length === 0) return { op: 'read', bytes: NOTHING, size: stats.size };
    if (length === 'all') return { op: 'read', bytes: await handle.readFile(), size: stats.size };
    const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, 0);
    return { op: 'read', bytes: buffer.subarray(0, bytesRead), size: stats.size };
  } finally {
    await handle.close();
  }
}

function wantedLength({ kind, limits }: ReadRequest, size: number): number | 'all' {
  if (kind === 'head' && size > limits.headBytes) return limits.headBytes;
  return size > (kind === 'optional' ? limits.optionalBytes : limits.fileBytes) ? 0 : 'all';
}

function toEntry(entry: Dirent): Entry {
  const kind = entry.isSymbolicLink() ? 'link' : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
  return { name: entry.name, kind };
}

function kindOf(stats: Stats): 'file' | 'folder' | 'other' {
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
}
