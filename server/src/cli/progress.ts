/** One line on the terminal that says how far a long run is; nothing for a short one, nor where nobody watches. */

import type { Io } from './io.ts';

export interface Progress {
  /** Says how far it is, when it is time to. */
  update(what: string, done: number, total: number): void;
  /** Removes the line. */
  end(): void;
}

const BEFORE_FIRST_MS = 500;
const BETWEEN_MS = 100;

export function createProgress(io: Io, isQuiet: boolean): Progress {
  if (isQuiet || !io.stderr.isTerminal) return { update: () => {}, end: () => {} };
  let next = io.now() + BEFORE_FIRST_MS;
  let isShown = false;
  return {
    update(what, done, total) {
      const now = io.now();
      if (now < next) return;
      next = now + BETWEEN_MS;
      isShown = true;
      const percent = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
      io.stderr.write(`\r\x1B[K${what}${percent}`);
    },
    end() {
      if (isShown) io.stderr.write('\r\x1B[K');
      isShown = false;
    },
  };
}
