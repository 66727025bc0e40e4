/** Keys of set operations: branches one below the other keep theirs only together with something that tells the branches apart. */

import { lowerCase } from '../../../syntax/sql/names.ts';
import type { SetOperation } from '../../../syntax/sql/tree.ts';
import { placesOf as placesByName } from '../../column-places.ts';
import type { CandidateKey, ColumnDependencies, OutputColumns } from '../../facts.ts';
import { findLater, noRowFacts } from '../row-facts.ts';
import type { Delivered, RowFacts } from '../scopes.ts';

/** Beyond this many branches nobody looks for keys. */
const BRANCH_LIMIT = 200;

interface Branch {
  readonly node: SetOperation;
  readonly right: Delivered;
}

/** Of `first` with the other branches behind it; `columns` are those of the whole. */
export function rowsOfUnion(first: Delivered, others: readonly Branch[], columns: OutputColumns): RowFacts {
  const [only] = others;
  if (only === undefined || others.length > BRANCH_LIMIT) return noRowFacts;
  const branches = [first, ...others.map(one => one.right)];
  const dependencies = () => withConstants(commonConstants(branches, columns));
  if (others.every(({ node }) => node.operator === 'union' && node.quantifier === 'all'))
    return findLater(branches, { keys: () => keysOfStack(branches, columns), dependencies });
  const last = others[others.length - 1]?.node;
  if (last?.operator === 'union' && last.quantifier !== 'all')
    return findLater(branches, { keys: () => keysOfDistinct(branches, columns), dependencies });
  // INTERSECT and EXCEPT take rows away from the first branch.
  return others.every(({ node }) => node.operator !== 'union') ? first.rows : noRowFacts;
}

/** UNION without ALL. */
function keysOfDistinct(branches: readonly Delivered[], columns: OutputColumns): readonly CandidateKey[] {
  const names = namesOf(columns);
  if (names === undefined) return [];
  const constants = commonConstants(branches, columns);
  return [{ columns: names.filter(name => !constants.has(name)).sort(), because: 'union', by: 'proved' }];
}

/** UNION ALL. */
function keysOfStack(branches: readonly Delivered[], columns: OutputColumns): readonly CandidateKey[] {
  const first = branches[0];
  // Most branches read what nobody knows a key of.
  if (first === undefined || first.rows.keys.length === 0) return [];
  const names = namesOf(columns);
  if (
    names === undefined ||
    !branches.every(one => one.columns.isComplete && one.columns.columns.length === names.length)
  )
    return [];
  const apart = placeOfDifference(branches, names.length);
  if (apart === undefined) return [];
  const name = names[apart] as string;
  const keys: CandidateKey[] = [];
  for (const key of first.rows.keys) {
    const places = placesOf(key, first);
    if (places === undefined) continue;
    const together = new Set(places);
    let by = key.by;
    const isKeyed = branches.slice(1).every(branch => {
      const smallest = smallestAdding(branch, together);
      if (smallest === undefined) return false;
      if (smallest.key.by === 'declared') by = 'declared';
      for (const place of smallest.places) together.add(place);
      return true;
    });
    if (!isKeyed || together.size > KEY_WIDTH) continue;
    const own = [...together].filter(place => place !== apart).map(place => names[place] as string);
    keys.push({ columns: [...own, name].sort(), because: `${key.because}, in each branch`, by });
  }
  return keys.slice(0, 4);
}

const KEY_WIDTH = 40;

/** The first column that has one value in each branch, and another one in each. */
function placeOfDifference(branches: readonly Delivered[], width: number): number | undefined {
  const constants: ColumnDependencies['constants'][] = [];
  for (const { rows } of branches) {
    const known = rows.dependencies?.constants;
    if (known === undefined || known.size === 0) return undefined;
    constants.push(known);
  }
  for (let place = 0; place < width; place++) {
    const values = new Set<string>();
    for (let at = 0; at < branches.length; at++) {
      const value = constants[at]?.get(nameAt((branches[at] as Delivered).columns, place));
      if (value === undefined || value === 'null' || values.has(value)) break;
      values.add(value);
    }
    if (values.size === branches.length) return place;
  }
  return undefined;
}

/** The key of the branch that asks for the fewest columns more. */
function smallestAdding(
  branch: Delivered,
  together: ReadonlySet<number>,
): { readonly key: CandidateKey; readonly places: readonly number[] } | undefined {
  let best: { readonly key: CandidateKey; readonly places: readonly number[]; readonly more: number } | undefined;
  for (const key of branch.rows.keys) {
    const places = placesOf(key, branch);
    if (places === undefined) continue;
    const more = places.filter(place => !together.has(place)).length;
    if (best === undefined || more < best.more) best = { key, places, more };
  }
  return best;
}

function placesOf(key: CandidateKey, { columns }: Delivered): readonly number[] | undefined {
  const known = placesByName(columns.columns);
  const places: number[] = [];
  for (const name of key.columns) {
    const place = known.get(name);
    if (place === undefined) return undefined;
    places.push(place);
  }
  return places;
}

/** Lower-case names, each of which stands for one column. */
function namesOf({ columns, isComplete }: OutputColumns): readonly string[] | undefined {
  const names = columns.map(column => lowerCase(column.name));
  return isComplete && !names.includes('') && new Set(names).size === names.length ? names : undefined;
}

function nameAt({ columns }: OutputColumns, index: number): string {
  const name = lowerCase(columns[index]?.name ?? '');
  return name === '' ? `#${index}` : name;
}

/** Columns with one and the same value in all branches. */
function commonConstants(
  branches: readonly Delivered[],
  columns: OutputColumns,
): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const width = columns.columns.length;
  const [first, ...others] = branches;
  if (!branches.every(one => one.columns.isComplete && one.columns.columns.length === width)) return found;
  if (!first?.rows.dependencies?.constants.size) return found;
  if (others.some(one => !one.rows.dependencies?.constants.size)) return found;
  for (let i = 0; i < width; i++) {
    const value = first.rows.dependencies.constants.get(nameAt(first.columns, i));
    if (value === undefined) continue;
    if (others.every(one => one.rows.dependencies?.constants.get(nameAt(one.columns, i)) === value))
      found.set(nameAt(columns, i), value);
  }
  return found;
}

function withConstants(constants: ReadonlyMap<string, string | undefined>): ColumnDependencies | undefined {
  return constants.size === 0 ? undefined : { constants, computed: [], numbered: new Set() };
}
