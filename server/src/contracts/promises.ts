/** What a contract promises once all its ways to say a thing are taken together: for comparisons. */

import type { Certainty } from '../project/facts.ts';
import { lowerCase } from '../syntax/sql/names.ts';
import type { ContractColumn, ContractKey, ContractObject } from './model.ts';

/** A column of the primary key is never NULL. */
export function isRequired(column: ContractColumn): Certainty {
  return column.primaryKey === undefined ? column.required : 'yes';
}

/** A key of one column makes it unique. */
export function isUnique(column: ContractColumn, object: ContractObject): Certainty {
  return object.keys.some(key => isOf(key, column.name)) ? 'yes' : column.unique;
}

function isOf({ kind, columns }: ContractKey, name: string): boolean {
  return kind !== 'foreign' && columns.length === 1 && columns[0] === name;
}

/** Sets of columns that the contract says are unique; each once, in lower case and sorted. */
export function promisedKeys(object: ContractObject): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  for (const { kind, columns } of object.keys) {
    if (kind === 'foreign' || columns.length === 0) continue;
    const key = columns.map(plainName).sort();
    found.set(key.join('\n'), key);
  }
  return [...found.values()];
}

/** As names are compared: without quotes, in lower case. */
export function plainName(name: string): string {
  // Most have none: to look costs less than to replace.
  return lowerCase(/^["\x60[]|["\x60\]]$/.test(name) ? name.replace(/^["\x60[]|["\x60\]]$/g, '') : name);
}

/** Names a column may have in the warehouse. */
export function namesOf(column: ContractColumn): readonly string[] {
  return column.physicalName === undefined ? [column.name] : [column.physicalName, column.name];
}
