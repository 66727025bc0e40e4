/** Under which output names a select hands on the columns of its relations. */

import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Expression, SelectItem, StarItem } from '../../syntax/sql/tree.ts';
import { columnOfRelation } from './keys-computed.ts';
import { columnAt, columnsNamed, indexOf } from './names.ts';
import { resolveReference } from './resolve.ts';
import type { ColumnOfRelation, ScopeRelation } from './scopes.ts';
import { bare, type Inference, type Scope } from './state.ts';

/** Of a select whose output is known. Most are never asked; those that are, about a few columns. */
export class Outputs {
  readonly #inference: Inference;
  readonly #scope: Scope;
  #written: ReadonlyMap<ColumnOfRelation, string> | undefined;
  #stars: readonly StarItem[] | undefined;

  constructor(inference: Inference, scope: Scope) {
    this.#inference = inference;
    this.#scope = scope;
  }

  /** The lower-case name under which an item comes out, unless another column bears it too. */
  nameOfItem(index: number): string | undefined {
    const { select, itemStarts, output } = this.#scope;
    if (select?.items[index]?.kind !== 'item') return undefined;
    const name = lowerCase(output.columns[itemStarts[index] ?? 0]?.name ?? '');
    return name === '' || this.#isRepeated(name) ? undefined : name;
  }

  /** The lower-case name under which a column comes out unchanged: that of the first item that is it, else its own in a star. */
  nameOf(column: ColumnOfRelation): string | undefined {
    this.#written ??= this.#writtenNames();
    return this.#written.get(column) ?? this.#nameInStar(column);
  }

  /** A plain star carries all columns of the relation; one that REPLACE or RENAME touches is not looked for. */
  carriesAll(relation: ScopeRelation): boolean {
    const { select, merged } = this.#scope;
    // Merged columns come out once for several relations: left to the names that are written.
    if (merged.length > 0 || relation.hiddenBy !== undefined) return false;
    if (select === undefined || select.items.length === 0) return true;
    this.#stars ??= select.items.filter(isPlainStar);
    return this.#stars.some(({ qualifier }) => {
      const last = qualifier?.parts[qualifier.parts.length - 1];
      return last === undefined || normalizeName(last, this.#inference.dialect) === relation.nameKey;
    });
  }

  #writtenNames(): ReadonlyMap<ColumnOfRelation, string> {
    const names = new Map<ColumnOfRelation, string>();
    const items = this.#scope.select?.items ?? [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as SelectItem;
      const expression = item.kind === 'item' ? bare(item.expression) : undefined;
      const column = expression?.kind === 'column' ? columnOfRelation(this.#inference, expression) : undefined;
      if (column === undefined || names.has(column)) continue;
      const name = this.nameOfItem(i);
      if (name !== undefined) names.set(column, name);
    }
    return names;
  }

  #nameInStar({ relation, foldedName }: ColumnOfRelation): string | undefined {
    if (relation.scope !== this.#scope || !this.carriesAll(relation)) return undefined;
    const column = columnAt(relation.columns, indexOf(relation.columns, this.#inference.dialect), foldedName);
    const name = lowerCase(column?.name ?? '');
    return name === '' || this.#isRepeated(name) ? undefined : name;
  }

  #isRepeated(lowerName: string): boolean {
    return columnsNamed(this.#scope.output, lowerName, this.#inference.dialect).length > 1;
  }
}

function isPlainStar(item: SelectItem): item is StarItem {
  return (
    item.kind === 'star' &&
    item.exclude.length === 0 &&
    item.replace.length === 0 &&
    item.rename.length === 0 &&
    !item.isFiltered
  );
}

export function outputNameOf(inference: Inference, expression: Expression, output: Outputs): string | undefined {
  if (expression.kind !== 'column') return undefined;
  const resolved = resolveReference(inference, expression);
  if (resolved?.kind === 'alias') {
    const { select } = resolved.scope;
    const index = select?.items.indexOf(resolved.item);
    return index === undefined ? undefined : output.nameOfItem(index);
  }
  const column = columnOfRelation(inference, expression);
  return column && output.nameOf(column);
}
