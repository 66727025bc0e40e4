/**
 * When to work: soon after the last change, in pieces, and never on what is no longer asked for.
 *
 * *Invariant:* at most one run at a time; a request during a run makes that run stale and starts another after it.
 */

export interface Scheduler {
  /** Something changed. */
  request(): void;
  /** What runs becomes stale, and nothing runs until `resume`. */
  suspend(): void;
  resume(): void;
  dispose(): void;
}

export interface SchedulerOptions {
  /** Does the work. Between pieces it awaits `checkpoint()`, and ends when that says false. */
  readonly run: (checkpoint: () => Promise<boolean>) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly pause: () => Promise<void>;
  readonly now: () => number;
  readonly delayMs?: { readonly shortest: number; readonly longest: number };
}

export function createScheduler({ run, onError, pause, now, delayMs = DELAY }: SchedulerOptions): Scheduler {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let suspended = 0;
  let isRunning = false;
  let isWanted = false;
  let isDisposed = false;
  let generation = 0;
  /** Milliseconds that the last whole run took: a slow run waits longer for the typing to pause. */
  let lastCost = 0;

  return {
    request() {
      generation++;
      isWanted = true;
      arm();
    },
    suspend() {
      generation++;
      suspended++;
      isWanted = true;
      clearTimeout(timer);
      timer = undefined;
    },
    resume() {
      suspended--;
      arm();
    },
    dispose() {
      isDisposed = true;
      generation++;
      clearTimeout(timer);
    },
  };

  function arm(): void {
    if (!isWanted || isRunning || suspended > 0 || isDisposed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void work(), Math.max(delayMs.shortest, Math.min(lastCost / 4, delayMs.longest)));
  }

  async function work(): Promise<void> {
    isRunning = true;
    isWanted = false;
    const mine = generation;
    const start = now();
    let pieceStart = start;
    try {
      await run(async () => {
        if (now() - pieceStart >= PIECE_MS) {
          await pause();
          pieceStart = now();
        }
        return mine === generation;
      });
      if (mine === generation) lastCost = now() - start;
    } catch (error) {
      onError(error);
    }
    isRunning = false;
    arm();
  }
}

const DELAY = { shortest: 20, longest: 100 };
/** How long the server may not listen. */
export const PIECE_MS = 10;
