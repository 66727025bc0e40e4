/** Where the columns that a design names come from in one relation: by what the design says, else by their names. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { parseSql } from '../syntax/sql/parse-sql.ts';
import { walk } from '../syntax/sql/walk.ts';
import type { Relation, RelationColumn } from './context.ts';
import { columnOf } from './roles.ts';
import { identifier, type RelationChoice } from './sql-style.ts';

/** A column of a fact or dimension as its design has it. */
export interface DesignedColumn {
  readonly name: string;
  /** `amount`, `stg_orders.amount`, `stg_orders`, or words for people. */
  readonly source?: string | undefined;
  /** SQL over the columns of the relation. */
  readonly expression?: string | undefined;
}

/** A designed column as the relation has it. */
export interface TakenColumn {
  readonly name: string;
  /** Name in the relation, or SQL over its columns. */
  readonly column: string | undefined;
  readonly expression: string | undefined;
}

/** `thing`: what a row is about, `customer`; its columns may be called `id` and `name` where the design has `customer_id`. */
export function taken(
  designed: DesignedColumn,
  relation: Relation,
  thing: string,
  dialect: Dialect,
): TakenColumn | undefined {
  const { name, source, expression } = designed;
  if (expression !== undefined) {
    return isOver(expression, relation, dialect) ? { name, column: undefined, expression } : undefined;
  }
  const last = source === undefined ? undefined : /^(?:.*\.)?"?(\w+)"?$/.exec(source.trim())?.[1];
  const short = name.toLowerCase().startsWith(`${thing}_`) ? name.slice(thing.length + 1) : undefined;
  const found = [last, name, short].flatMap(each => (each === undefined ? [] : (columnOf(relation, each) ?? [])))[0];
  // A relation's own column of that name wins over a source that only names where the data are from.
  return found && { name, column: found.name, expression: undefined };
}

/** The SQL can be read and speaks of columns of the relation alone. */
function isOver(expression: string, relation: Relation, dialect: Dialect): boolean {
  if (/[{}]|\bselect\b/i.test(expression)) return false;
  const { value, problems } = parseSql(`select ${expression} as taken`, dialect);
  const [statement, more] = value.statements;
  if (problems.length > 0 || more !== undefined || statement?.kind !== 'query') return false;
  let isKnown = statement.body.kind === 'select' && statement.body.items.length === 1;
  walk(statement, node => {
    if (node.kind === 'unknown' || node.kind === 'unknown-item') isKnown = false;
    if (node.kind !== 'column') return;
    const { parts } = node;
    if (parts.length !== 1 || columnOf(relation, parts[0]?.name ?? '') === undefined) isKnown = false;
  });
  return isKnown;
}

/** The relation with its columns as the design calls them, and how a CTE reads it so; as it is where nothing is renamed. */
export function asDesigned(
  relation: Relation,
  columns: readonly TakenColumn[],
  alsoUsed: readonly string[],
  dialect: Dialect,
): Relation & RelationChoice {
  const renamed = columns.filter(
    ({ name, column }) => column === undefined || column.toLowerCase() !== name.toLowerCase(),
  );
  if (renamed.length === 0) return relation;
  const byName = new Map<string, TakenColumn>();
  for (const each of columns) byName.set(each.name.toLowerCase(), each);
  for (const column of alsoUsed) {
    if (!byName.has(column.toLowerCase()))
      byName.set(column.toLowerCase(), { name: column, column, expression: undefined });
  }
  const all = [...byName.values()];
  const newName = new Map(all.flatMap(({ name, column }) => (column ? [[column.toLowerCase(), name]] : [])));
  const written = (name: string): string => identifier(name, dialect);
  return {
    ...relation,
    columns: all.map(({ name, column }): RelationColumn => {
      const own = column === undefined ? undefined : columnOf(relation, column);
      return own === undefined ? { name } : { ...own, name };
    }),
    keys: relation.keys.flatMap(key => {
      const names = key.map(column => newName.get(column)?.toLowerCase());
      return names.every(name => name !== undefined) ? [names] : [];
    }),
    select: all.map(({ name, column, expression }) => {
      if (expression !== undefined) return `${expression} as ${written(name)}`;
      const isSame = column?.toLowerCase() === name.toLowerCase();
      return isSame ? written(name) : `${written(column ?? name)} as ${written(name)}`;
    }),
  };
}
