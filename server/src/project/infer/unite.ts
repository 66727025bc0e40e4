/** Set operations and VALUES: columns by position (or by name) of several branches as one list. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { QueryBody, SetOperation, ValuesBody } from '../../syntax/sql/tree.ts';
import type { Certainty, ColumnType, OutputColumn } from '../facts.ts';
import { OriginSet } from './derive.ts';
import { rowsOfUnion } from './keys/of-unions.ts';
import { shareIndex } from './names.ts';
import { newColumn, noOrigins } from './new-column.ts';
import { noRowFacts, oneRow } from './row-facts.ts';
import type { Delivered } from './scopes.ts';
import { COLUMN_LIMIT, type Inference, nothingKnown, TOTAL_COLUMN_LIMIT } from './state.ts';
import { commonFamily } from './types.ts';

type Operator = SetOperation['operator'];

/** One set operation of a chain: `… union right`. */
export interface Step {
  readonly node: SetOperation;
  readonly right: Delivered;
}

/**
 * A chain of set operations, read from the left. Thousands of branches may be united, each from another table: what its
 * columns come from is gathered once, not copied at every step.
 */
export function uniteAll(inference: Inference, first: Delivered, steps: readonly Step[]): Delivered {
  let left = first;
  for (let at = 0; at < steps.length; ) {
    if ((steps[at] as Step).node.byName) {
      left = uniteByName(inference, left, (steps[at] as Step).right);
      at++;
      continue;
    }
    let end = at + 1;
    while (end < steps.length && !(steps[end] as Step).node.byName) end++;
    left = uniteByPlace(inference, left, steps, at, end);
    at = end;
  }
  return left;
}

/** What a set operation inside a chain delivers, of whose chain only the branches and the whole were noted. Notes all below it. */
export function uniteUpTo(inference: Inference, node: SetOperation): Delivered | undefined {
  const spine: SetOperation[] = [];
  let body: QueryBody = node;
  for (; body.kind === 'set-operation' && !inference.delivered.has(body); body = body.left) spine.push(body);
  let left = inference.delivered.get(body);
  if (left === undefined) return undefined;
  const made = inference.columnsMade;
  for (let i = spine.length - 1; i >= 0; i--) {
    const one = spine[i] as SetOperation;
    left = uniteAll(inference, left, [{ node: one, right: inference.delivered.get(one.right) ?? nothingKnown }]);
    inference.delivered.set(one, left);
  }
  inference.columnsMade = made;
  return left;
}

/** The steps from `start` to before `end`. */
function uniteByPlace(
  inference: Inference,
  left: Delivered,
  steps: readonly Step[],
  start: number,
  end: number,
): Delivered {
  const ours = left.columns.columns;
  const { isComplete } = left.columns;
  inference.columnsMade += ours.length * (end - start);
  if (inference.columnsMade > TOTAL_COLUMN_LIMIT) return nothingKnown;
  let { open } = left;
  /** Columns of each branch that stand where ours do; none where that cannot be told. */
  const aligned: (readonly OutputColumn[] | undefined)[] = [];
  for (let at = start; at < end; at++) {
    const { right } = steps[at] as Step;
    // Two open stars over one node stay what they are.
    if (open?.node !== right.open?.node) open = undefined;
    const theirs = right.columns;
    aligned.push(isComplete && theirs.isComplete && ours.length === theirs.columns.length ? theirs.columns : undefined);
  }
  const columns = ours.map((column, i) => {
    let united = column;
    let origins: OriginSet | undefined;
    for (let at = start; at < end; at++) {
      const { operator } = (steps[at] as Step).node;
      const other = aligned[at - start]?.[i];
      if (other === undefined) united = uncertain(united, operator);
      else if (united !== other) {
        origins ??= new OriginSet(united.origins);
        united = uniteColumns(operator, united, other, origins, inference.dialect);
      }
    }
    return united;
  });
  shareIndex(ours, columns);
  const united = { columns, isComplete };
  return { columns: united, open, rows: rowsOfUnion(left, steps.slice(start, end), united) };
}

function uniteByName(inference: Inference, left: Delivered, right: Delivered): Delivered {
  const { dialect } = inference;
  const theirs = new Map(right.columns.columns.map(column => [normalizeName(column, dialect), column] as const));
  const absent = (column: OutputColumn, isComplete: boolean): OutputColumn =>
    isComplete
      ? { ...column, nullable: 'yes', nullableBecause: 'a branch of the union does not have it' }
      : uncertain(column, 'union');
  const columns = left.columns.columns.map(column => {
    const key = normalizeName(column, dialect);
    const other = theirs.get(key);
    theirs.delete(key);
    if (other === undefined) return absent(column, right.columns.isComplete);
    return column === other ? column : uniteColumns('union', column, other, new OriginSet(column.origins), dialect);
  });
  for (const column of theirs.values()) columns.push(absent(column, left.columns.isComplete));
  inference.columnsMade += columns.length;
  const isComplete = left.columns.isComplete && right.columns.isComplete && columns.length <= COLUMN_LIMIT;
  return { columns: { columns: columns.slice(0, COLUMN_LIMIT), isComplete }, open: undefined, rows: noRowFacts };
}

/** The other branch is not known there. */
function uncertain(column: OutputColumn, operator: Operator): OutputColumn {
  const keepsNulls = operator === 'except' || (operator === 'union' && column.nullable === 'yes');
  if (column.type === undefined && (keepsNulls || column.nullable === 'unknown')) return column;
  const { name, quoted, nullable, derivation, origins, definedHere, nullableBecause } = column;
  return keepsNulls
    ? newColumn(name, quoted, undefined, nullable, nullableBecause, derivation, origins, definedHere)
    : newColumn(name, quoted, undefined, 'unknown', undefined, derivation, origins, definedHere);
}

/** Of two different columns; `origins` are those of the left one, and take up those of the right one. */
function uniteColumns(
  operator: Operator,
  left: OutputColumn,
  right: OutputColumn,
  origins: OriginSet,
  dialect: Dialect,
): OutputColumn {
  const type = uniteTypes(left, right, dialect);
  // The other branch gives no value, but has its say in the type.
  if (operator === 'except') return type === left.type ? left : retyped(left, type);
  const nullable = uniteNulls(operator, left.nullable, right.nullable);
  const before = left.origins.length;
  origins.addAll(right.origins);
  const isSameColumn = origins.list.length === before && before === right.origins.length;
  const derivation =
    isSameColumn && left.derivation === right.derivation ? left.derivation : uniteDerivations(left, right);
  if (type === left.type && nullable === left.nullable && derivation === left.derivation && isSameColumn) return left;
  const because =
    nullable === 'unknown' ? undefined : left.nullable === nullable ? left.nullableBecause : right.nullableBecause;
  return newColumn(left.name, left.quoted, type, nullable, because, derivation, origins.list, left.definedHere);
}

function retyped(column: OutputColumn, type: ColumnType | undefined): OutputColumn {
  const { name, quoted, nullable, derivation, origins, definedHere, nullableBecause } = column;
  return newColumn(name, quoted, type, nullable, nullableBecause, derivation, origins, definedHere);
}

function uniteTypes(left: OutputColumn, right: OutputColumn, dialect: Dialect): ColumnType | undefined {
  if (isNullLiteral(left)) return right.type;
  if (isNullLiteral(right)) return left.type;
  if (left.type === undefined || right.type === undefined) return undefined;
  const family = commonFamily(left.type.family, right.type.family, dialect);
  return family === undefined ? undefined : family === left.type.family ? left.type : right.type;
}

/** NULL without a cast fits every type. */
function isNullLiteral(column: OutputColumn): boolean {
  return column.derivation === 'literal' && column.nullable === 'yes' && column.type === undefined;
}

function uniteDerivations(left: OutputColumn, right: OutputColumn): OutputColumn['derivation'] {
  if (left.derivation === 'unknown' || right.derivation === 'unknown') return 'unknown';
  if (left.derivation === right.derivation && (left.derivation === 'literal' || left.derivation === 'aggregate')) {
    return left.derivation;
  }
  return 'transform';
}

function uniteNulls(operator: Operator, left: Certainty, right: Certainty): Certainty {
  if (operator === 'intersect') return left === 'no' || right === 'no' ? 'no' : 'unknown';
  if (left === 'yes' || right === 'yes') return 'yes';
  return left === 'no' && right === 'no' ? 'no' : 'unknown';
}

/** What a recursive CTE shows to itself: the names of its first branch, and no promise about NULL. */
export function weaken(anchor: Delivered): Delivered {
  const columns = anchor.columns.columns.map(column => {
    if (column.nullable !== 'no') return column;
    const { name, quoted, type, derivation, origins, definedHere } = column;
    return newColumn(name, quoted, type, 'unknown', undefined, derivation, origins, definedHere);
  });
  return { columns: { columns, isComplete: anchor.columns.isComplete }, open: undefined, rows: noRowFacts };
}

/** Engines name the columns of VALUES each in its own way, so they have no name unless an alias gives one. */
export function deliverValues(inference: Inference, body: ValuesBody): Delivered {
  const [first] = body.rows;
  if (first === undefined || first.length > COLUMN_LIMIT)
    return { columns: { columns: [], isComplete: false }, open: undefined, rows: noRowFacts };
  const isEven = body.rows.every(row => row.length === first.length);
  const isOpen = body.rows.some(row => row.some(value => value.kind === 'unknown' || value.kind === 'error'));
  const columns = first.map((_, i): OutputColumn => {
    let column: OutputColumn | undefined;
    for (const row of body.rows) {
      const value = row[i];
      if (value === undefined) break;
      const { nullable, because } = inference.nullabilityOf(value);
      const next = newColumn('', false, inference.typeOf(value), nullable, because, 'literal', noOrigins, true);
      column = column === undefined ? next : uniteColumns('union', column, next, new OriginSet(), inference.dialect);
    }
    return column as OutputColumn;
  });
  const rows = body.rows.length === 1 ? { ...noRowFacts, keys: oneRow('one row') } : noRowFacts;
  return { columns: { columns, isComplete: isEven && !isOpen }, open: undefined, rows };
}
