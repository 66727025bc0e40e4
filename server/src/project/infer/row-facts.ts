/** What tells the rows of a query apart, put off until somebody asks. */

import type { CandidateKey, ColumnDependencies } from '../facts.ts';
import type { RowFacts } from './scopes.ts';

export const noRowFacts: RowFacts = { keys: [], dependencies: undefined };

/** One row at most. */
export function oneRow(because: string): readonly CandidateKey[] {
  return [{ columns: [], because, by: 'proved' }];
}

/** How the two are found. Each is called once at most. */
export interface RowFinder {
  keys(): readonly CandidateKey[];
  dependencies(): ColumnDependencies | undefined;
}

/** Answers that rest on each other without having been given, so many deep, are given: what is asked last must not take the whole stack. */
const DEPTH_LIMIT = 40;

class LaterRows implements RowFacts {
  /** How many others, each resting on the next, may have to be found for this one. */
  readonly depth: number;
  readonly #finder: RowFinder;
  #keys: readonly CandidateKey[] | undefined;
  #dependencies: ColumnDependencies | undefined;
  #hasDependencies = false;

  constructor(finder: RowFinder, depth: number) {
    this.#finder = finder;
    this.depth = depth;
  }

  get keys(): readonly CandidateKey[] {
    this.#keys ??= this.#finder.keys();
    return this.#keys;
  }

  get dependencies(): ColumnDependencies | undefined {
    if (!this.#hasDependencies) {
      this.#hasDependencies = true;
      this.#dependencies = this.#finder.dependencies();
    }
    return this.#dependencies;
  }
}

/** Rows that are made of other ones, those of `behind`. */
export function findLater(behind: readonly { readonly rows: RowFacts }[], finder: RowFinder): RowFacts {
  let depth = 0;
  for (const { rows } of behind) if (rows instanceof LaterRows && rows.depth >= depth) depth = rows.depth + 1;
  if (depth < DEPTH_LIMIT) return new LaterRows(finder, depth);
  const rows = new LaterRows(finder, 0);
  plainDependencies(rows.dependencies);
  return rows.keys.length === 0 && rows.dependencies === undefined ? noRowFacts : rows;
}

/** The same rows, of which something else says the keys. */
export function withKeys(rows: RowFacts, keys: readonly CandidateKey[]): RowFacts {
  return findLater([{ rows }], { keys: () => keys, dependencies: () => rows.dependencies });
}

/** All of it, found; `undefined` when there is nothing. */
export function plainDependencies(dependencies: ColumnDependencies | undefined): ColumnDependencies | undefined {
  if (dependencies === undefined) return undefined;
  const { constants, computed, numbered } = dependencies;
  return constants.size === 0 && computed.length === 0 && numbered.size === 0
    ? undefined
    : { constants, computed, numbered };
}
