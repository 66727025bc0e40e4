/**
 * Demand-driven, incremental computation. An answer remembers what it was computed from; after a change it is computed
 * again only when something it read changed in value, and readers of an answer that came out equal are left alone.
 *
 * Inputs are *stable* or *volatile* (being edited). An answer that rests on stable inputs only is not even looked at
 * while nothing but volatile inputs change, so that a key press costs what depends on it and not the whole project.
 */
export class Memo {
  #revision = 1;
  /** Revision in which a stable input last changed. */
  #stableRevision = 1;
  #running: Cell<unknown>[] = [];
  /** What the running answers have read so far, each behind those around it; as many as `#readCount`. */
  readonly #reads: Cell<unknown>[] = [];
  #readCount = 0;
  /** Shields over volatile inputs. */
  readonly #shields = new Set<Cell<unknown>>();
  /** Revision in which they were last looked at. */
  #shieldedAt = 1;
  /** How many answers were computed; tests assert on it. */
  computations = 0;

  get revision(): number {
    return this.#revision;
  }

  /** A value that comes from outside. */
  input<T>(initial: T): Input<T> {
    const cell: Cell<T> = {
      value: initial,
      verifiedAt: 0,
      changedAt: this.#revision,
      reads: NO_READS,
      volatileReads: undefined,
      run: 0,
      readIn: 0,
      isStable: true,
      state: 'ready',
      isEvicted: false,
      isShield: false,
      key: undefined,
      compute: undefined,
      isEqual: Object.is,
    };
    return {
      get: () => {
        this.#recordRead(cell);
        return cell.value;
      },
      set: (value, options) => {
        if (Object.is(value, cell.value)) return;
        this.#revision++;
        const isStable = options?.volatile !== true;
        if (isStable || cell.isStable) this.#stableRevision = this.#revision;
        cell.isStable = isStable;
        cell.value = value;
        cell.changedAt = this.#revision;
      },
    };
  }

  /**
   * An answer per key. `compute` must be a pure function of the inputs and answers it reads. `fallback` is the answer
   * to somebody who, directly or not, is needed for the answer itself, or stands too deep in a chain of them.
   * `isShield`: readers take the answer for a stable one, whatever it rests on. It is brought up to date before anything
   * else is answered, so it must be cheap and seldom change: then an edit stays the business of few although all depend
   * on some small part of what is edited.
   * `keep`: how many values are held at most; an older one is computed again when it is asked for, without counting as
   * changed, so that large trees do not fill the memory.
   */
  query<K, T>(
    compute: (key: K) => T,
    options: {
      readonly isEqual?: (a: T, b: T) => boolean;
      readonly fallback?: (key: K) => T;
      readonly keep?: number;
      readonly isShield?: boolean;
    } = {},
  ): (key: K) => T {
    const cells = new Map<K, Cell<T>>();
    // In order of use, the oldest first.
    const held = new Set<Cell<T>>();
    return key => {
      let cell = cells.get(key);
      if (cell === undefined) {
        cell = {
          value: undefined as T,
          verifiedAt: 0,
          changedAt: 0,
          reads: NO_READS,
          volatileReads: undefined,
          run: 0,
          readIn: 0,
          isStable: false,
          state: 'new',
          isEvicted: false,
          isShield: options.isShield === true,
          key,
          compute,
          isEqual: options.isEqual ?? isDeepEqual,
        };
        cells.set(key, cell);
      }
      if (cell.state === 'running' || this.#running.length > MAX_DEPTH) {
        if (options.fallback) return options.fallback(key);
        throw new MemoCycleError();
      }
      if (this.#shieldedAt !== this.#revision) this.#settleShields();
      this.#bringUpToDate(cell);
      if (cell.isEvicted) this.#compute(cell, true);
      if (options.keep !== undefined) evict(held, cell, options.keep);
      this.#recordRead(cell);
      return cell.value;
    };
  }

  #recordRead(cell: Cell<unknown>): void {
    const reader = this.#running[this.#running.length - 1];
    if (reader === undefined || reader === VERIFYING) return;
    if (cell.readIn !== reader.run) {
      cell.readIn = reader.run;
      this.#reads[this.#readCount++] = cell;
    }
    if (!cell.isStable && !cell.isShield) reader.isStable = false;
  }

  /** A shield that changed counts as a stable input that changed, after all that was verified meanwhile. */
  #settleShields(): void {
    if (this.#running.length > 0) return;
    /** Values that readers will find changed in the present revision. */
    let announced = new Map<Cell<unknown>, unknown>();
    for (let round = 0; round <= this.#shields.size; round++) {
      const revision = this.#revision;
      this.#shieldedAt = revision;
      for (const shield of this.#shields) this.#bringUpToDate(shield);
      const changed = [...this.#shields].filter(
        one => one.changedAt === revision && !(announced.has(one) && announced.get(one) === one.value),
      );
      for (const shield of this.#shields) if (shield.isStable) this.#shields.delete(shield);
      if (changed.length === 0) return;
      this.#revision++;
      this.#stableRevision = this.#revision;
      for (const shield of changed) shield.changedAt = this.#revision;
      announced = new Map(changed.map(one => [one, one.value]));
    }
  }

  #bringUpToDate(cell: Cell<unknown>): void {
    if (cell.compute === undefined || cell.verifiedAt === this.#revision) return;
    if (cell.state === 'ready' && !this.#mayHaveChanged(cell)) {
      cell.verifiedAt = this.#revision;
      return;
    }
    this.#compute(cell, false);
  }

  /** `isAgain`: the value was given up, not outdated, so what comes out is not a change. */
  #compute(cell: Cell<unknown>, isAgain: boolean): void {
    if (cell.compute === undefined) return;
    const before = { value: cell.value, existed: cell.state === 'ready' };
    const firstRead = this.#readCount;
    cell.run = ++this.computations;
    cell.volatileReads = undefined;
    cell.isStable = true;
    cell.state = 'running';
    this.#running.push(cell);
    try {
      const value = cell.compute(cell.key);
      if (isAgain) cell.value = value;
      else if (!before.existed || cell.isEvicted || !cell.isEqual(before.value, value)) {
        cell.value = value;
        cell.changedAt = this.#revision;
      }
      cell.isEvicted = false;
      cell.reads = withoutRepeats(this.#reads.slice(firstRead, this.#readCount));
      cell.state = 'ready';
      cell.verifiedAt = this.#revision;
      if (cell.isShield && !cell.isStable) this.#shields.add(cell);
    } catch (error) {
      cell.state = 'new';
      throw error;
    } finally {
      this.#readCount = firstRead;
      this.#running.pop();
    }
  }

  #mayHaveChanged(cell: Cell<unknown>): boolean {
    if (cell.isStable && cell.verifiedAt >= this.#stableRevision) return false;
    // Marked while its reads are looked at: a cycle of answers then computes afresh instead of recursing for ever.
    if (this.#running.length > MAX_DEPTH) return true;
    cell.state = 'running';
    this.#running.push(VERIFYING);
    try {
      // While no stable input changes, what rests on stable ones need not be looked at, however much that is.
      const isOnlyVolatile = cell.verifiedAt >= this.#stableRevision && cell.volatileReads !== undefined;
      const volatileReads: Cell<unknown>[] = [];
      for (const read of (isOnlyVolatile ? cell.volatileReads : cell.reads) ?? NO_READS) {
        if (read.compute !== undefined) {
          if (read.state === 'running') return true;
          this.#bringUpToDate(read);
        }
        if (read.changedAt > cell.verifiedAt) return true;
        if (!read.isStable && !read.isShield) volatileReads.push(read);
      }
      // An input it reads may have become volatile, or stable again, since it was computed.
      cell.isStable = volatileReads.length === 0;
      cell.volatileReads = cell.isStable ? undefined : volatileReads;
      if (cell.isShield && !cell.isStable) this.#shields.add(cell);
      return false;
    } finally {
      this.#running.pop();
      cell.state = 'ready';
    }
  }
}

export interface Input<T> {
  get(): T;
  /** `volatile`: somebody is editing it. */
  set(value: T, options?: { readonly volatile?: boolean }): void;
}

/** Two answers need each other and neither has a fallback: a fault of ours, not of the input. */
export class MemoCycleError extends Error {}

interface Cell<T> {
  value: T;
  verifiedAt: number;
  changedAt: number;
  /** What the value was computed from. */
  reads: readonly Cell<unknown>[];
  /** Those of its reads that rested on volatile inputs when they were last looked at; `undefined` when nobody looked. */
  volatileReads: readonly Cell<unknown>[] | undefined;
  /** Number of the computation that made the value, and of the last one that read it. */
  run: number;
  readIn: number;
  isStable: boolean;
  state: 'new' | 'running' | 'ready';
  /** The value was given up to save memory. */
  isEvicted: boolean;
  readonly isShield: boolean;
  readonly key: unknown;
  /** Absent for what comes from outside. */
  // biome-ignore lint/suspicious/noExplicitAny: cells of all types are kept together; each is computed for its own key.
  readonly compute: ((key: any) => T) | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: each compares only its own values.
  readonly isEqual: (a: any, b: any) => boolean;
}

const NO_READS: readonly Cell<unknown>[] = [];

/** An answer that is read again after others were worked out stands there again; a few times do no harm. */
function withoutRepeats(reads: readonly Cell<unknown>[]): readonly Cell<unknown>[] {
  return reads.length > 16 ? [...new Set(reads)] : reads;
}

/** Reads made while old reads are verified belong to nobody. */
const VERIFYING: Cell<unknown> = {
  value: undefined,
  verifiedAt: 0,
  changedAt: 0,
  reads: NO_READS,
  volatileReads: undefined,
  run: 0,
  readIn: 0,
  isStable: true,
  state: 'ready',
  isEvicted: false,
  isShield: false,
  key: undefined,
  compute: undefined,
  isEqual: Object.is,
};

function evict<T>(held: Set<Cell<T>>, used: Cell<T>, keep: number): void {
  held.delete(used);
  held.add(used);
  if (held.size <= keep) return;
  for (const oldest of held) {
    held.delete(oldest);
    oldest.isEvicted = true;
    oldest.value = undefined as T;
    if (held.size <= keep) return;
  }
}

/** Chains of answers longer than this would come near the end of the stack. */
const MAX_DEPTH = 600;

/** Structural equality of plain data (objects, arrays, maps, sets); functions and class instances by identity. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!isDeepEqual(a[i], b[i])) return false;
    return true;
  }
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    for (const [key, value] of a) if (!b.has(key) || !isDeepEqual(value, b.get(key))) return false;
    return true;
  }
  if (a instanceof Set) {
    if (!(b instanceof Set) || a.size !== b.size) return false;
    for (const value of a) if (!b.has(value)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b) || prototype !== Object.prototype) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (!isDeepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  }
  return true;
}
