/** What a contract promises and the SQL does not give: columns that are missing, and columns of another type. */

import { nearest } from '../base/nearest.ts';
import type { ColumnType, OutputColumn, OutputColumns, TypeFamily } from '../project/facts.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { ContractColumn, ContractForm, ContractObject, ContractType } from './model.ts';
import { namesOf, plainName } from './promises.ts';
import { familiesOf } from './types.ts';

export type Undelivered =
  /** `near`: a column that is delivered, not promised, and named much like it. */
  | {
      readonly kind: 'missing';
      readonly index: number;
      readonly column: ContractColumn;
      readonly near: string | undefined;
    }
  | {
      readonly kind: 'type';
      readonly index: number;
      readonly column: ContractColumn;
      readonly promised: ContractType;
      readonly actual: ColumnType;
    };

/** Nothing of columns that may be missing because not all are known. */
export function undelivered(
  object: ContractObject,
  form: ContractForm,
  output: OutputColumns,
  dialect: Dialect,
): readonly Undelivered[] {
  if (output.columns.length === 0) return [];
  const delivered = new Map(output.columns.map(one => [plainName(one.name), one]));
  const promised = new Set(object.columns.flatMap(column => namesOf(column).map(plainName)));
  const free = output.columns.map(one => one.name).filter(name => !promised.has(plainName(name)));
  return object.columns.flatMap((column, index): readonly Undelivered[] => {
    const found = deliveredAs(column, delivered);
    if (!found) {
      if (!output.isComplete) return [];
      return [{ kind: 'missing', index, column, near: nearest(plainName(column.name), free) }];
    }
    const { type } = column;
    if (!type || !found.type || !isOfSql(found.type) || mayHold(type, found.type.family, form, dialect)) return [];
    return [{ kind: 'type', index, column, promised: type, actual: found.type }];
  });
}

export function deliveredAs(
  column: ContractColumn,
  delivered: ReadonlyMap<string, OutputColumn>,
): OutputColumn | undefined {
  for (const name of namesOf(column)) {
    const found = delivered.get(plainName(name));
    if (found) return found;
  }
  return undefined;
}

/** The SQL shows it; a type that YAML states is compared with the contract as that. */
function isOfSql(type: ColumnType): boolean {
  return !type.because.startsWith('data_type');
}

/** Values of the family may stand in a column of the type without a change that a reader sees. */
export function mayHold(type: ContractType, family: TypeFamily, form: ContractForm, dialect: Dialect): boolean {
  const families = familiesOf(type, form, dialect);
  if (families.length === 0 || families.includes(family)) return true;
  return families.some(one => ALIKE[one]?.includes(family) ?? false);
}

/** Families whose values readers of the first take as they are. */
const ALIKE: { readonly [family in TypeFamily]?: readonly TypeFamily[] } = {
  decimal: ['integer'],
  text: ['uuid'],
  uuid: ['text'],
  json: ['struct', 'map', 'array'],
  struct: ['json', 'map'],
  map: ['json', 'struct'],
  array: ['json'],
};
