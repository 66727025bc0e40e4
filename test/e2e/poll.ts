/** How long an editor may take to show what it should; the first diagnostics after a cold start need most of it. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 50;

/**
 * Waits until `read` gives something that `holds`, and returns it. Fails with what was there instead, so that a red
 * run can be understood from its output alone.
 */
export async function eventually<T>(
  expected: string,
  read: () => T | PromiseLike<T>,
  holds: (value: T) => boolean,
  patience = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + patience;
  let seen: string;
  do {
    try {
      const value = await read();
      if (holds(value)) return value;
      seen = show(value);
    } catch (error) {
      seen = `an error: ${error instanceof Error ? error.message : String(error)}`;
    }
    await pause(PAUSE_MS);
  } while (Date.now() < deadline);
  throw new Error(`Expected ${expected}; after ${patience / 1000} s there was ${seen}`);
}

/** Fails as soon as something appears that must stay away; `milliseconds` is how long it gets the chance. */
export async function never<T>(
  unwanted: string,
  read: () => T | PromiseLike<T>,
  holds: (value: T) => boolean,
  milliseconds: number,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  do {
    const value = await read();
    if (holds(value)) throw new Error(`Did not expect ${unwanted}, but there was ${show(value)}`);
    await pause(PAUSE_MS);
  } while (Date.now() < deadline);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 1);
  return text === undefined ? 'nothing' : text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}
