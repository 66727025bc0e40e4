/** Columns that a CREATE TABLE keeps from being NULL: the script's own, or one of another SQL file of the project. */

import type { ColumnReference, TableReference } from '../../syntax/sql/tree.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';
import { creationOf, sharesName, targetNamed } from '../writes.ts';

export function tableColumnIsNotNull(unit: SqlUnit, reference: ColumnReference): boolean {
  const table = tableOf(unit, reference);
  if (!table) return false;
  const made = creationOf(unit, targetNamed(table.name), table.start);
  const name = reference.parts.at(-1)?.name.toLowerCase();
  return made?.columns.some(one => one.name.name.toLowerCase() === name && (one.notNull || one.primaryKey)) ?? false;
}

/** Another SQL file of the project makes the column's table and says so. Asks for all of them: last. */
export function isNotNullElsewhere(
  unit: SqlUnit,
  reference: ColumnReference,
  project: Pick<ProjectView, 'tablesMade'> | undefined,
): boolean {
  const table = tableOf(unit, reference);
  const { parts } = table ? targetNamed(table.name) : { parts: [] };
  const name = reference.parts.at(-1)?.name.toLowerCase() ?? '';
  return (
    parts.length > 0 &&
    (project?.tablesMade().some(one => sharesName(one.parts, parts) && one.neverNull.includes(name)) ?? false)
  );
}

function tableOf(unit: SqlUnit, reference: ColumnReference): TableReference | undefined {
  const resolved = unit.facts.resolve(reference);
  const table = resolved?.kind === 'column' || resolved?.kind === 'assumed' ? resolved.relation.table : undefined;
  return table?.kind === 'table' ? table : undefined;
}
