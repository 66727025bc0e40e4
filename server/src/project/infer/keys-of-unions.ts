/** Keys of set operations: branches one below the other keep theirs only together with something that tells the branches apart. */

import type { SetOperation } from '../../syntax/sql/tree.ts';
import type { CandidateKey, ColumnDependencies, OutputColumns } from '../facts.ts';
import type { Delivered } from './scopes.ts';

/** Beyond this many branches nobody looks for keys. */
const BRANCH_LIMIT = 200;

interface Branch {
  readonly node: SetOperation;
  readonly right: Delivered;
}

export interface UnitedKeys {
  readonly keys: readonly CandidateKey[];
  readonly dependencies: ColumnDependencies | undefined;
}

/** Of `first` with the other branches behind it; `columns` are those of the whole. */
export function keysOfUnion(first: Delivered, others: readonly Branch[], columns: OutputColumns): UnitedKeys {
  const [only] = others;
  if (only === undefined || others.length > BRANCH_LIMIT) return nothing;
  if (others.every(({ node }) => node.operator === 'union' && node.quantifier === 'all'))
    return stacked([first, ...others.map(one => one.right)], columns);
  const last = others[others.length - 1]?.node;
  if (last?.operator === 'union' && last.quantifier !== 'all') {
    const constants = commonConstants([first, ...others.map(one => one.right)], columns);
    const names = namesOf(columns);
    const dependencies = withConstants(constants);
    if (names === undefined) return { keys: [], dependencies };
    const varying = names.filter(name => !constants.has(name)).sort();
    return { keys: [{ columns: varying, because: 'union', by: 'proved' }], dependencies };
  }
  // INTERSECT and EXCEPT take rows away from the first branch.
  if (others.every(({ node }) => node.operator !== 'union'))
    return { keys: first.keys, dependencies: first.dependencies };
  return nothing;
}

const nothing: UnitedKeys = { keys: [], dependencies: undefined };

/** UNION ALL. */
function stacked(branches: readonly Delivered[], columns: OutputColumns): UnitedKeys {
  const dependencies = withConstants(commonConstants(branches, columns));
  const names = namesOf(columns);
  if (
    names === undefined ||
    !branches.every(one => one.columns.isComplete && one.columns.columns.length === names.length)
  )
    return { keys: [], dependencies };
  const apart = names.findIndex((_, i) => {
    const values = branches.map(branch => branch.dependencies?.constants.get(nameAt(branch.columns, i)));
    return !values.includes(undefined) && !values.includes('null') && new Set(values).size === values.length;
  });
  const name = names[apart];
  if (name === undefined) return { keys: [], dependencies };
  const keys: CandidateKey[] = [];
  for (const key of branches[0]?.keys ?? []) {
    const places = placesOf(key, branches[0] as Delivered);
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
  return { keys: keys.slice(0, 4), dependencies };
}

const KEY_WIDTH = 40;

/** The key of the branch that asks for the fewest columns more. */
function smallestAdding(
  branch: Delivered,
  together: ReadonlySet<number>,
): { readonly key: CandidateKey; readonly places: readonly number[] } | undefined {
  let best: { readonly key: CandidateKey; readonly places: readonly number[]; readonly more: number } | undefined;
  for (const key of branch.keys) {
    const places = placesOf(key, branch);
    if (places === undefined) continue;
    const more = places.filter(place => !together.has(place)).length;
    if (best === undefined || more < best.more) best = { key, places, more };
  }
  return best;
}

function placesOf(key: CandidateKey, { columns }: Delivered): readonly number[] | undefined {
  const places = key.columns.map(name => columns.columns.findIndex(one => one.name.toLowerCase() === name));
  return places.includes(-1) ? undefined : places;
}

/** Lower-case names, each of which stands for one column. */
function namesOf({ columns, isComplete }: OutputColumns): readonly string[] | undefined {
  const names = columns.map(column => column.name.toLowerCase());
  return isComplete && !names.includes('') && new Set(names).size === names.length ? names : undefined;
}

function nameAt({ columns }: OutputColumns, index: number): string {
  const name = columns[index]?.name.toLowerCase() ?? '';
  return name === '' ? `#${index}` : name;
}

/** Columns with one and the same value in all branches. */
function commonConstants(
  branches: readonly Delivered[],
  columns: OutputColumns,
): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const width = columns.columns.length;
  const areAligned = branches.every(one => one.columns.isComplete && one.columns.columns.length === width);
  if (!areAligned || branches.some(one => one.dependencies === undefined)) return found;
  for (let i = 0; i < width; i++) {
    const values = branches.map(one => one.dependencies?.constants.get(nameAt(one.columns, i)));
    if (values[0] !== undefined && values.every(one => one === values[0])) found.set(nameAt(columns, i), values[0]);
  }
  return found;
}

function withConstants(constants: ReadonlyMap<string, string | undefined>): ColumnDependencies | undefined {
  return constants.size === 0 ? undefined : { constants, computed: [], numbered: new Set() };
}
