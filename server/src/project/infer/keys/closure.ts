/** What follows from some columns of the relations in FROM: whether they tell all rows apart, and what one row leads to. */

import { lowerCase } from '../../../syntax/sql/names.ts';
import type { CandidateKey } from '../../facts.ts';
import type { ColumnOfRelation, ScopeRelation } from '../scopes.ts';
import type { Inference, Scope } from '../state.ts';
import { NEVER, type Part, type Rows, rowsOf, type Trust } from './rows.ts';

export interface Closure {
  /** Each row's value of the column follows from those of the starting columns. */
  has(column: ColumnOfRelation): boolean;
  /** So does the row of each relation: the starting columns are a key. */
  readonly isWhole: boolean;
  /** The first relation that does not follow, though its turn has come. */
  readonly missing: Part | undefined;
}

/** What follows from some columns; `without` is left out of them. */
export function closureOf(
  rows: Rows,
  start: readonly ColumnOfRelation[],
  trust: Trust,
  without?: ColumnOfRelation,
): Closure {
  const known = new Set(start);
  if (without !== undefined) known.delete(without);
  return close(rows, known, new Set(), trust, false);
}

/** False when it follows from no other columns, whichever they are: no rule leads to it, and each key of its relation holds it. */
export function mayFollow({ rules, parts, scope }: Rows, column: ColumnOfRelation): boolean {
  const part = column.relation.scope === scope ? parts[column.relation.index] : undefined;
  if (part === undefined || part.addsOne) return true;
  return rules.some(rule => rule.target === column) || part.keys.some(key => !key.columns.includes(column));
}

/** `isOfMatches`: only of rows in which all joins found a match; then every condition holds. */
function close(
  rows: Rows,
  known: Set<ColumnOfRelation>,
  whole: Set<number>,
  trust: Trust,
  isOfMatches: boolean,
): Closure {
  const { rules, parts, scope } = rows;
  const isBehind = (behind: readonly number[]): boolean =>
    behind.length === 0 || behind.every(one => whole.has(one) || (isOfMatches && one !== NEVER));
  const has = (column: ColumnOfRelation): boolean =>
    known.has(column) || (column.relation.scope === scope && whole.has(column.relation.index));
  let nulls: Set<ColumnOfRelation> | undefined;
  const isFixed = ({ addsOne, keys }: Part): boolean =>
    addsOne ||
    keys.some(
      ({ columns, key }) =>
        (trust === 'declared' || key.by === 'proved') &&
        columns.every(has) &&
        // Unique tests look past NULL: all rows of NULL are no single one.
        !(nulls !== undefined && looksPastNull(key) && columns.some(column => nulls?.has(column))),
    );
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const { target, from, behind, isDeclared, isNull } of rules) {
      if (known.has(target) || (isDeclared && trust === 'proved')) continue;
      if (!isBehind(behind) || !from.every(has)) continue;
      known.add(target);
      if (isNull) {
        nulls ??= new Set();
        nulls.add(target);
      }
      isNew = true;
    }
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as Part;
      if (whole.has(index) || part.isHidden || !isBehind(part.behind) || !isFixed(part)) continue;
      whole.add(index);
      isNew = true;
    }
  }
  const left = parts.filter((part, index) => !part.isHidden && !whole.has(index));
  return { has, isWhole: left.length === 0, missing: left.find(part => isBehind(part.behind)) };
}

/** So do keys that rest on one; a test of several columns together compares NULL like any value. */
function looksPastNull({ by, columns, declaredBy }: CandidateKey): boolean {
  return by === 'declared' && (columns.length === 1 || declaredBy === undefined);
}

/* ------------------------------------------------- what one row leads to */

/** What is certain of the rows of a FROM clause that hold one and the same row of a relation. */
export interface OneRow {
  /** They all hold the same row of that one too. */
  determines(relation: ScopeRelation): boolean;
  /** Lower-case columns of the relation that have one value in them. */
  fixed(relation: ScopeRelation): ReadonlySet<string>;
  /** Those among them that a condition fixes, whatever the row. */
  filtered(relation: ScopeRelation): ReadonlySet<string>;
}

export function rowsWithOne(inference: Inference, relation: ScopeRelation): OneRow {
  const scope = relation.scope as Scope;
  const rows = rowsOf(inference, scope);
  const whole = new Set([relation.index]);
  const { has } = close(rows, new Set(), whole, 'declared', true);
  const filters = new Set(rows.rules.flatMap(rule => (rule.from.length === 0 ? [rule.target] : [])));
  const columnsIn = (one: ScopeRelation, is: (column: ColumnOfRelation) => boolean): ReadonlySet<string> => {
    const names = new Set<string>();
    for (const column of rows.columns) if (column.relation === one && is(column)) names.add(lowerCase(column.name));
    return names;
  };
  return {
    determines: one => whole.has(one.index),
    fixed: one => columnsIn(one, has),
    filtered: one => columnsIn(one, column => filters.has(column)),
  };
}
