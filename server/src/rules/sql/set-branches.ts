/** The branches of set operations, and where each of their columns is written. */

import type { OutputColumn } from '../../project/facts.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { QueryBody, Select, SelectItem } from '../../syntax/sql/tree.ts';
import type { SqlUnit } from '../rule.ts';

/** The SELECT that names the columns of a body: the first of its branches. */
export function firstSelect(body: QueryBody): Select | undefined {
  let current = body;
  while (current.kind === 'set-operation' || current.kind === 'parenthesized-query') {
    current = current.kind === 'set-operation' ? current.left : current.query.body;
  }
  return current.kind === 'select' ? current : undefined;
}

/** The SELECT nearest to the right of a body: the branch that stands before the next operator. */
export function lastSelect(body: QueryBody): Select | undefined {
  let current = body;
  while (current.kind === 'set-operation' || current.kind === 'parenthesized-query') {
    current = current.kind === 'set-operation' ? current.right : current.query.body;
  }
  return current.kind === 'select' ? current : undefined;
}

/** All columns of a body, when all are known. */
export function knownColumns(body: QueryBody, unit: SqlUnit): readonly OutputColumn[] | undefined {
  const delivered = unit.facts.outputOf(body);
  return delivered?.columns.isComplete ? delivered.columns.columns : undefined;
}

/** The item of a SELECT that makes its output column of that index. */
export function itemOf(select: Select, index: number, unit: SqlUnit): SelectItem | undefined {
  const starts = unit.facts.scopes.get(select)?.itemStarts ?? [];
  const at = starts.findLastIndex((start, i) => start <= index && i < select.items.length);
  return select.items[at];
}

/** Columns by folded name; `undefined` when a column has no name or two have the same. */
export function indexByName(columns: readonly OutputColumn[], unit: SqlUnit): ReadonlyMap<string, number> | undefined {
  const index = new Map<string, number>();
  for (const [i, column] of columns.entries()) {
    if (column.name === '') continue;
    const key = normalizeName(column, unit.dialect);
    if (index.has(key)) return undefined;
    index.set(key, i);
  }
  return index;
}
