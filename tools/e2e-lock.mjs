// Two runs at once would bundle into one folder and share one machine: the second waits for the first.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './e2e-cache.mjs';

const LOCK = join(REPOSITORY, 'out', 'e2e.lock');
const PAUSE_MS = 1000;
/** A run ends by itself before this; whoever holds the lock longer does not run the suites. */
const PATIENCE_MS = 20 * 60 * 1000;

/** Waits for the other run to end. The lock goes with this process. */
export async function waitForTurn() {
  mkdirSync(join(REPOSITORY, 'out'), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  let isTold = false;
  while (!take()) {
    if (Date.now() > deadline)
      throw new Error(`Another run of the suites does not end; if there is none, remove ${LOCK}.`);
    if (!isTold) console.log(`Waiting for another run of the suites (process ${holder()}) …`);
    isTold = true;
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
  process.on('exit', () => rmSync(LOCK, { force: true }));
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  // The lock of a process that was killed stays behind; the next turn of the loop takes it.
  if (isOld() && !isRunning(holder())) rmSync(LOCK, { force: true });
  return false;
}

/** A lock that was made this moment may not have its number yet. */
function isOld() {
  try {
    return Date.now() - statSync(LOCK).mtimeMs > 2 * PAUSE_MS;
  } catch {
    return false;
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
