/** The dialect of one model that is written: names and expressions, and a record of the bare names among them. */

import type { GeneratorContext } from './context.ts';
import { freeName } from './naming.ts';
import { flag, hashOf, identifier, isDistinct, isFalse, jinjaText, orFalse, textLiteral } from './sql-style.ts';
import { type ModelSql, type Select, writeModel, writeSelect } from './sql-writer.ts';

export interface Sql {
  /** A column's name as the dialect wants it written. */
  name(column: string): string;
  /** `orders.order_id` */
  of(relation: string, column: string): string;
  /** A name for a helper column that nothing else has; each given once. */
  helper(name: string): string;
  /** A text as a literal. */
  text(value: string): string;
  isDistinct(a: string, b: string): string;
  flag(condition: string): string;
  orFalse(column: string): string;
  isFalse(column: string): string;
  /** One value made of several columns: the hash of dbt_utils where it is installed. NULL, or a value, where one of them is NULL. */
  hash(columns: readonly { readonly column: string; readonly isTime?: boolean }[]): string;
  model(model: ModelSql): string;
  select(select: Select): string;
}

/** `carried`: names of columns that helpers must keep clear of. */
export function sqlFor(context: GeneratorContext, carried: readonly string[] = []): Sql {
  const { dialect, sql: style } = context;
  const bare = new Set<string>();
  const taken = [...carried];
  const name = (column: string): string => {
    const written = identifier(column, dialect);
    if (written === column) bare.add(column);
    return written;
  };
  return {
    name,
    of: (relation, column) => `${relation}.${name(column)}`,
    helper: wanted => {
      const free = freeName(wanted, taken);
      taken.push(free);
      return name(free);
    },
    text: value => textLiteral(value, dialect),
    isDistinct: (a, b) => isDistinct(a, b, dialect),
    flag: condition => flag(condition, dialect),
    orFalse: column => orFalse(column, dialect),
    isFalse: column => isFalse(column, dialect),
    hash: columns => {
      if (context.packages.includes('dbt_utils')) {
        return `{{ dbt_utils.generate_surrogate_key([${columns.map(each => jinjaText(each.column)).join(', ')}]) }}`;
      }
      return hashOf(
        columns.map(({ column, isTime }) => ({ column, isTime: isTime === true })),
        dialect,
      );
    },
    model: model => writeModel(model, style, [...bare]),
    select: select => writeSelect(select, style, [...bare]),
  };
}

/** An expression under a name, which is said once where both are the same. */
export function aliased(expression: string, name: string): string {
  return expression === name || expression.endsWith(`.${name}`) ? expression : `${expression} as ${name}`;
}
