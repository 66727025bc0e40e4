/** Under which output names a select hands on the columns of its relations. */

import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Expression, SelectItem } from '../../syntax/sql/tree.ts';
import type { OutputColumn } from '../facts.ts';
import { resolveReference } from './resolve.ts';
import type { ResolvedColumn, ScopeRelation } from './scopes.ts';
import { bare, columnKey, type Inference, type Scope } from './state.ts';

/** Under which output names a column of a relation, or an item, comes out unchanged. */
export interface Outputs {
  /** Lower-case output name by column key. */
  readonly byColumn: ReadonlyMap<string, string>;
  /** Lower-case output name by the index of the item. */
  readonly byItem: ReadonlyMap<number, string>;
}

/** Most selects are never asked under which names their columns come out. */
export function outputsByColumn(inference: Inference, scope: Scope): Outputs {
  let found: Outputs | undefined;
  const outputs = (): Outputs => {
    found ??= findOutputs(inference, scope);
    return found;
  };
  return {
    get byColumn() {
      return outputs().byColumn;
    },
    get byItem() {
      return outputs().byItem;
    },
  };
}

function findOutputs(inference: Inference, scope: Scope): Outputs {
  const byColumn = new Map<string, string>();
  const byItem = new Map<number, string>();
  const { columns } = scope.output;
  const repeated = repeatedNames(columns);
  const items = scope.select?.items ?? [];
  items.forEach((item, i) => {
    const start = scope.itemStarts[i] ?? 0;
    const name = lowerCase(columns[start]?.name ?? '');
    if (item.kind !== 'item' || name === '' || repeated.has(name)) return;
    byItem.set(i, name);
    const key = keyOf(inference, bare(item.expression));
    if (key !== undefined && !byColumn.has(key)) byColumn.set(key, name);
  });
  // A star carries each column under its own name; one that REPLACE or RENAME touches is not looked for.
  const hasPlainStar = items.length === 0 || items.some(item => item.kind === 'star' && isPlain(item));
  if (hasPlainStar) {
    for (const relation of scope.relations) {
      if (!isStarred(inference, scope, relation)) continue;
      for (const column of relation.columns.columns) {
        const name = lowerCase(column.name);
        const key = columnKey(relation, normalizeName(column, inference.dialect));
        if (name !== '' && !repeated.has(name) && !byColumn.has(key)) byColumn.set(key, name);
      }
    }
  }
  return { byColumn, byItem };
}

function repeatedNames(columns: readonly OutputColumn[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of columns) {
    const lower = lowerCase(name);
    if (seen.has(lower)) repeated.add(lower);
    seen.add(lower);
  }
  return repeated;
}

function isPlain(item: Extract<SelectItem, { kind: 'star' }>): boolean {
  return item.exclude.length === 0 && item.replace.length === 0 && item.rename.length === 0 && !item.isFiltered;
}

export function isStarred(inference: Inference, scope: Scope, relation: ScopeRelation): boolean {
  const items = scope.select?.items ?? [];
  // Merged columns come out once for several relations: left to the names that are written.
  if (scope.merged.length > 0 || relation.hiddenBy !== undefined) return false;
  if (items.length === 0) return true;
  return items.some(item => {
    if (item.kind !== 'star' || !isPlain(item)) return false;
    const last = item.qualifier?.parts[item.qualifier.parts.length - 1];
    return last === undefined || normalizeName(last, inference.dialect) === relation.nameKey;
  });
}

/** The key of the column that an expression is; `undefined` for more than a name. */
function keyOf(inference: Inference, expression: Expression): string | undefined {
  return expression.kind === 'column' ? keyOfResolved(inference, resolveReference(inference, expression)) : undefined;
}

function keyOfResolved(inference: Inference, resolved: ResolvedColumn | undefined): string | undefined {
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return undefined;
  if (resolved.path.length > 0) return undefined;
  // The value of a full join's merged column is that of neither side.
  if (resolved.kind === 'column' && resolved.merged?.join.type === 'full') return undefined;
  return columnKey(resolved.relation, normalizeName(resolved.column, inference.dialect));
}

/** Output names of expressions, all of which must come out; constants add nothing to a key. */
export function columnsOf(
  inference: Inference,
  expressions: readonly Expression[],
  output: Outputs,
): readonly string[] | undefined {
  const names: string[] = [];
  for (const expression of expressions) {
    const inner = bare(expression);
    if (inner.kind === 'literal' && !inner.hasUnknown) continue;
    const name = outputNameOf(inference, inner, output);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

export function outputNameOf(inference: Inference, expression: Expression, output: Outputs): string | undefined {
  if (expression.kind !== 'column') return undefined;
  const resolved = resolveReference(inference, expression);
  if (resolved?.kind === 'alias') {
    const { select } = resolved.scope;
    const index = select?.items.indexOf(resolved.item);
    return index === undefined ? undefined : output.byItem.get(index);
  }
  const key = keyOfResolved(inference, resolved);
  return key === undefined ? undefined : output.byColumn.get(key);
}
