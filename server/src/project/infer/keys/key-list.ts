/** The candidate keys of a query, each once. */

import type { CandidateKey } from '../../facts.ts';

/** A wider key says little, and a set of columns is only compared so far. */
export const KEY_WIDTH = 40;
/** Of one relation. */
export const KEY_COUNT = 12;

/** Each key once; a key that holds another one as well founded says nothing more. */
export class KeyList {
  list: CandidateKey[] = [];

  add({ columns, because, by, declaredBy }: CandidateKey): void {
    if (columns.length > KEY_WIDTH) return;
    const sorted = columns.length < 2 ? columns : [...new Set(columns)].sort();
    if (this.list.some(key => isWithin(key.columns, sorted) && (key.by === 'proved' || by === 'declared'))) return;
    if (this.list.length > 0)
      this.list = this.list.filter(
        key => !(isWithin(sorted, key.columns) && (by === 'proved' || key.by === 'declared')),
      );
    if (this.list.length >= KEY_COUNT) return;
    this.list.push(
      declaredBy === undefined ? { because, by, columns: sorted } : { because, by, declaredBy, columns: sorted },
    );
  }
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length <= outer.length && inner.every(one => outer.includes(one));
}
