// Starts programs in process groups of their own and ends whole groups; the watching parent knows each of them.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

import { tellParent } from './parent.ts';

export type Group = {
  readonly child: ChildProcess;
  /** Ends the group, politely first; resolves when its leader is gone. */
  readonly stop: () => Promise<void>;
};

const POLITE_MS = 2000;

export function startGroup(program: string, args: readonly string[], options: SpawnOptions): Group {
  const child = spawn(program, args, { ...options, detached: true });
  const pid = child.pid;
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (pid === undefined) return { child, stop: () => ended };
  tellParent({ started: pid });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    signalGroup(pid, 'SIGTERM');
    const impatience = setTimeout(() => signalGroup(pid, 'SIGKILL'), POLITE_MS);
    await ended;
    clearTimeout(impatience);
    // The leader is gone; what it started may still be there.
    signalGroup(pid, 'SIGKILL');
    tellParent({ ended: pid });
  };
  return {
    child,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
