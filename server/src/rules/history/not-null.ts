/** Columns that the script's own CREATE TABLE keeps from being NULL. */

import type { ColumnReference } from '../../syntax/sql/tree.ts';
import type { SqlUnit } from '../rule.ts';
import { creationOf, targetNamed } from '../writes.ts';

export function tableColumnIsNotNull(unit: SqlUnit, reference: ColumnReference): boolean {
  const resolved = unit.facts.resolve(reference);
  const table = resolved?.kind === 'column' || resolved?.kind === 'assumed' ? resolved.relation.table : undefined;
  if (table?.kind !== 'table') return false;
  const made = creationOf(unit, targetNamed(table.name), table.start);
  const name = reference.parts.at(-1)?.name.toLowerCase();
  return made?.columns.some(one => one.name.name.toLowerCase() === name && (one.notNull || one.primaryKey)) ?? false;
}
