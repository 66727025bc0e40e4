/** Set operations and VALUES: columns by position (or by name) of several branches as one list. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { SetOperation, ValuesBody } from '../../syntax/sql/tree.ts';
import type { Certainty, ColumnType, OutputColumn } from '../facts.ts';
import { OriginSet } from './derive.ts';

import type { Delivered } from './scopes.ts';
import { COLUMN_LIMIT, type Inference, TOTAL_COLUMN_LIMIT } from './state.ts';
import { commonFamily } from './types.ts';

type Operator = SetOperation['operator'];

export function unite(inference: Inference, node: SetOperation, left: Delivered, right: Delivered): Delivered {
  if (node.byName) return uniteByName(inference, left, right);
  const ours = left.columns.columns;
  const theirs = right.columns.columns;
  const areAligned = left.columns.isComplete && right.columns.isComplete && ours.length === theirs.length;
  inference.columnsMade += ours.length;
  if (inference.columnsMade > TOTAL_COLUMN_LIMIT) {
    return { columns: { columns: [], isComplete: false }, open: undefined, keys: [] };
  }
  const columns = ours.map((column, i) => {
    const other = areAligned ? theirs[i] : undefined;
    return other === undefined ? uncertain(column, node.operator) : uniteColumns(node.operator, column, other);
  });
  return {
    columns: { columns, isComplete: left.columns.isComplete },
    // Two open stars over one node stay what they are.
    open: left.open !== undefined && left.open.node === right.open?.node ? left.open : undefined,
    keys: node.operator === 'union' ? [] : left.keys,
  };
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
    return other === undefined ? absent(column, right.columns.isComplete) : uniteColumns('union', column, other);
  });
  for (const column of theirs.values()) columns.push(absent(column, left.columns.isComplete));
  inference.columnsMade += columns.length;
  const isComplete = left.columns.isComplete && right.columns.isComplete && columns.length <= COLUMN_LIMIT;
  return { columns: { columns: columns.slice(0, COLUMN_LIMIT), isComplete }, open: undefined, keys: [] };
}

/** The other branch is not known there. */
function uncertain(column: OutputColumn, operator: Operator): OutputColumn {
  if (operator === 'except') return column;
  const { nullableBecause, ...rest } = column;
  if (operator === 'union' && column.nullable === 'yes') return { ...column, type: undefined };
  return { ...rest, type: undefined, nullable: 'unknown' };
}

function uniteColumns(operator: Operator, left: OutputColumn, right: OutputColumn): OutputColumn {
  if (operator === 'except' || left === right) return left;
  const type = uniteTypes(left, right);
  const nullable = uniteNulls(operator, left.nullable, right.nullable);
  const origins = new OriginSet();
  origins.addAll(left.origins);
  origins.addAll(right.origins);
  const isSameColumn = origins.list.length === left.origins.length && left.origins.length === right.origins.length;
  const derivation =
    isSameColumn && left.derivation === right.derivation ? left.derivation : uniteDerivations(left, right);
  if (type === left.type && nullable === left.nullable && derivation === left.derivation && isSameColumn) return left;
  const { nullableBecause: _, ...rest } = left;
  const reason = left.nullable === nullable ? left.nullableBecause : right.nullableBecause;
  return {
    ...rest,
    type,
    nullable,
    derivation,
    origins: origins.list,
    ...(reason === undefined || nullable === 'unknown' ? {} : { nullableBecause: reason }),
  };
}

function uniteTypes(left: OutputColumn, right: OutputColumn): ColumnType | undefined {
  if (isNullLiteral(left)) return right.type;
  if (isNullLiteral(right)) return left.type;
  if (left.type === undefined || right.type === undefined) return undefined;
  const family = commonFamily(left.type.family, right.type.family);
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
    const { nullableBecause, ...rest } = column;
    return column.nullable === 'no' ? { ...rest, nullable: 'unknown' as const } : column;
  });
  return { columns: { columns, isComplete: anchor.columns.isComplete }, open: undefined, keys: [] };
}

/** Engines name the columns of VALUES each in its own way, so they have no name unless an alias gives one. */
export function deliverValues(inference: Inference, body: ValuesBody): Delivered {
  const [first] = body.rows;
  if (first === undefined || first.length > COLUMN_LIMIT)
    return { columns: { columns: [], isComplete: false }, open: undefined, keys: [] };
  const isEven = body.rows.every(row => row.length === first.length);
  const isOpen = body.rows.some(row => row.some(value => value.kind === 'unknown' || value.kind === 'error'));
  const columns = first.map((_, i): OutputColumn => {
    let column: OutputColumn | undefined;
    for (const row of body.rows) {
      const value = row[i];
      if (value === undefined) break;
      const { nullable, because } = inference.nullabilityOf(value);
      const next: OutputColumn = {
        name: '',
        quoted: false,
        type: inference.typeOf(value),
        nullable,
        derivation: 'literal',
        origins: [],
        definedHere: true,
        ...(because === undefined || nullable === 'unknown' ? {} : { nullableBecause: because }),
      };
      column = column === undefined ? next : uniteColumns('union', column, next);
    }
    return column as OutputColumn;
  });
  return { columns: { columns, isComplete: isEven && !isOpen }, open: undefined, keys: [] };
}
