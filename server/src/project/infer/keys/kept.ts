/** Keys of what a query reads that hold for its rows too, and the hashes that stand for them. */

import type { Join, TableExpression } from '../../../syntax/sql/tree.ts';
import type { CandidateKey } from '../../facts.ts';
import type { ColumnOfRelation, ScopeRelation } from '../scopes.ts';
import type { Scope } from '../state.ts';
import { closureOf, mayFollow } from './closure.ts';
import { KEY_COUNT, KEY_WIDTH, type KeyList } from './key-list.ts';
import type { Naming } from './named.ts';
import { isSameKey, type PartKey, type Rows, type Trust } from './rows.ts';

/** A select, of which each is found when it is asked for. */
interface KeptIn {
  readonly scope: Scope;
  readonly naming: Naming;
  /** The rows behind FROM and WHERE. */
  readonly behind: Rows;
}

/** Keys of what FROM reads that hold for the rows behind its joins and conditions. */
export function addKept(select: KeptIn, keys: KeyList): void {
  const { scope, naming } = select;
  if (scope.relations.every(relation => relation.keys.length === 0)) return;
  // Nothing tells the rows of a relation without a key apart.
  if (scope.relations.some(relation => relation.keys.length === 0 && mayRepeat(scope, relation))) return;
  const rows = select.behind;
  const proved = startsOf(rows, 'proved');
  const areNamed = addStarts(rows, proved, 'proved', naming, keys);
  const declared = startsOf(rows, 'declared');
  // Where each of them is proved too, they lead to the same in the same way.
  if (areNamed && proved.length <= GROWING && !rows.restOnDeclared && areSameKeys(proved, declared)) return;
  addStarts(rows, declared, 'declared', naming, keys);
}

/** Where the first relations lead to no key, later ones lead to the same. */
const GROWING = 4;

/** False when there were keys of which some part does not come out. */
function addStarts(rows: Rows, starts: readonly PartKey[], trust: Trust, naming: Naming, keys: KeyList): boolean {
  let areNamed = true;
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as PartKey;
    // Stated and proved it leads to the same.
    if (starts.some((other, at) => at < i && isSameKey(other, start))) continue;
    const whole = wholeKey(rows, start, trust, i < GROWING);
    if (whole === undefined) continue;
    const parts = whole.map(column => ({ name: undefined, column }));
    const columns = naming.namesOf(parts, rows, trust);
    if (columns === undefined) {
      areNamed = false;
      continue;
    }
    const { key } = start;
    const isAsIs = whole.length === start.columns.length && whole.every(one => start.columns.includes(one));
    const because = isAsIs ? key.because : becauseOfRest(key.because, whole.length < start.columns.length);
    const declaredBy = isAsIs && trust === 'declared' ? key.declaredBy : undefined;
    keys.add({ columns, because, by: trust, ...(declaredBy === undefined ? {} : { declaredBy }) });
  }
  return areNamed;
}

/** In the same order, but for those that `others` has twice. */
function areSameKeys(keys: readonly PartKey[], others: readonly PartKey[]): boolean {
  let found = 0;
  for (let i = 0; i < others.length; i++) {
    const other = others[i] as PartKey;
    const key = keys[found];
    if (key !== undefined && isSameKey(key, other)) found++;
    else if (!others.some((one, at) => at < i && isSameKey(one, other))) return false;
  }
  return found === keys.length;
}

function mayRepeat({ tables }: Scope, { hiddenBy, table }: ScopeRelation): boolean {
  if (hiddenBy !== undefined || table.kind === 'unnest') return false;
  return !tables.some(one => one.kind === 'join' && joinsOnce(one));
}

/** Somewhere in the chain stands a join that finds one row at most, whatever the keys. */
function joinsOnce(table: Join): boolean {
  for (let current: TableExpression = table; current.kind === 'join'; current = current.left)
    if (current.modifier === 'asof' || current.modifier === 'any') return true;
  return false;
}

function becauseOfRest(because: string, isSmaller: boolean): string {
  if (because === 'row_number()') return 'row_number() = 1';
  return !isSmaller || because.endsWith(BEHIND_FILTER) ? because : `${because}${BEHIND_FILTER}`;
}

const BEHIND_FILTER = ' behind a filter';

function startsOf(rows: Rows, trust: Trust): readonly PartKey[] {
  const starts: PartKey[] = [];
  for (const { keys, isHidden } of rows.parts) {
    if (isHidden) continue;
    let count = 0;
    for (const one of keys) {
      if (trust === 'proved' && one.key.by !== 'proved') continue;
      if (starts.length >= 4 * KEY_COUNT) return starts;
      if (count >= KEY_COUNT) break;
      starts.push(one);
      count++;
    }
  }
  return starts;
}

/** The key, with keys of other relations as far as they are needed and without what follows from the rest. */
function wholeKey(rows: Rows, start: PartKey, trust: Trust, mayGrow: boolean): readonly ColumnOfRelation[] | undefined {
  const own = start.columns.length < 2 ? start.columns : [...new Set(start.columns)];
  const [only, ...others] = rows.parts;
  const isAlone = others.length === 0 && only?.behind.length === 0;
  // A key of the one relation: nothing follows from less, unless a part of it is a key too.
  if (isAlone && !only.addsOne && rows.rules.length === 0 && !only.keys.some(key => isPartOf(key, own))) return own;
  const whole = isAlone ? own : grownKey(rows, own, trust, mayGrow);
  if (whole === undefined) return undefined;
  let columns = whole;
  for (const column of whole) {
    if (!mayFollow(rows, column)) continue;
    const { has, isWhole } = closureOf(rows, columns, trust, column);
    if (isWhole && has(column)) columns = columns.filter(one => one !== column);
  }
  return columns;
}

function isPartOf(key: PartKey, columns: readonly ColumnOfRelation[]): boolean {
  return key.columns.length < columns.length && key.columns.every(column => columns.includes(column));
}

/** With keys of other relations, until the rows of all are told apart. */
function grownKey(
  rows: Rows,
  own: readonly ColumnOfRelation[],
  trust: Trust,
  mayGrow: boolean,
): readonly ColumnOfRelation[] | undefined {
  let columns = own;
  let closure = closureOf(rows, columns, trust);
  for (let step = 0; !closure.isWhole; step++) {
    const next = closure.missing?.keys
      .filter(({ key }) => trust === 'declared' || key.by === 'proved')
      .sort((a, b) => a.columns.length - b.columns.length)[0];
    if (!mayGrow || next === undefined || step >= rows.parts.length) return undefined;
    if (columns.length + next.columns.length > KEY_WIDTH) return undefined;
    columns = [...new Set([...columns, ...next.columns])];
    closure = closureOf(rows, columns, trust);
  }
  return columns;
}

/** The same key with a hash in the place of the columns it is made of. */
export function hashed(key: CandidateKey, naming: Naming): readonly CandidateKey[] {
  const found: CandidateKey[] = [];
  for (const { column, from, tellsApart } of naming.computed) {
    if (tellsApart === 'no' || key.columns.includes(column) || !from.every(one => key.columns.includes(one))) continue;
    found.push({
      columns: [...key.columns.filter(one => !from.includes(one)), column],
      because: key.because,
      by: tellsApart === 'meant' ? 'declared' : key.by,
    });
  }
  return found;
}
