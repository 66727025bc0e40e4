/** Where in a list of columns a name stands. */

import { lowerCase } from '../syntax/sql/names.ts';
import type { OutputColumn } from './facts.ts';
import { plainIndexOf } from './infer/names.ts';

const known = new WeakMap<readonly OutputColumn[], ReadonlyMap<string, number>>();

/** Index of the first column of each name, in lower case. Made once for each list: stars ask for every column of it. */
export function placesOf(columns: readonly OutputColumn[]): ReadonlyMap<string, number> {
  const plain = plainIndexOf(columns);
  if (plain !== undefined && !plain.hasUnnamed) return plain.places;
  let places = known.get(columns);
  if (places === undefined) {
    places = makePlaces(columns);
    known.set(columns, places);
  }
  return places;
}

function makePlaces(columns: readonly OutputColumn[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [i, { name }] of columns.entries()) {
    const lower = lowerCase(name);
    if (!places.has(lower)) places.set(lower, i);
  }
  return places;
}
