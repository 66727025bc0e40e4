/** Under which output names a select hands on the columns of its relations. */

import { lowerCase, normalizeName } from '../../syntax/sql/names.ts';
import type { Expression, SelectItem, StarItem } from '../../syntax/sql/tree.ts';
import { columnOfRelation } from './keys/computed.ts';
import { type ColumnIndex, columnAt, indexOf, isRepeated } from './names.ts';
import { resolveReference } from './resolve.ts';
import type { ColumnOfRelation, ScopeRelation } from './scopes.ts';
import { bare, type Inference, type Scope } from './state.ts';

/** Of a select whose output is known. Most are never asked; those that are, about a few columns. */
export class Outputs {
  readonly #inference: Inference;
  readonly #scope: Scope;
  /** Index of the first item that is the column. */
  #written: ReadonlyMap<ColumnOfRelation, number> | undefined;
  #index: ColumnIndex | undefined;
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
    this.#written ??= this.#firstItems();
    const first = this.#written.get(column);
    return (first === undefined ? undefined : this.#nameFrom(first, column)) ?? this.#nameInStar(column);
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

  #firstItems(): ReadonlyMap<ColumnOfRelation, number> {
    const places = new Map<ColumnOfRelation, number>();
    const items = this.#scope.select?.items ?? [];
    for (let i = 0; i < items.length; i++) {
      const column = this.#columnOfItem(items[i] as SelectItem);
      if (column !== undefined && !places.has(column)) places.set(column, i);
    }
    return places;
  }

  #columnOfItem(item: SelectItem): ColumnOfRelation | undefined {
    if (item.kind !== 'item') return undefined;
    const expression = bare(item.expression);
    return expression.kind === 'column' ? columnOfRelation(this.#inference, expression) : undefined;
  }

  /** Of the items that are the column, from the first of them on, the first whose name is its own. */
  #nameFrom(first: number, column: ColumnOfRelation): string | undefined {
    const name = this.nameOfItem(first);
    if (name !== undefined) return name;
    const items = this.#scope.select?.items ?? [];
    for (let i = first + 1; i < items.length; i++) {
      const other = this.#columnOfItem(items[i] as SelectItem) === column ? this.nameOfItem(i) : undefined;
      if (other !== undefined) return other;
    }
    return undefined;
  }

  #nameInStar({ relation, foldedName }: ColumnOfRelation): string | undefined {
    if (relation.scope !== this.#scope || !this.carriesAll(relation)) return undefined;
    const column = columnAt(relation.columns, relation.columnIndex, foldedName);
    const name = lowerCase(column?.name ?? '');
    return name === '' || this.#isRepeated(name) ? undefined : name;
  }

  #isRepeated(lowerName: string): boolean {
    const { output } = this.#scope;
    const { dialect } = this.#inference;
    this.#index ??= indexOf(output, dialect);
    return isRepeated(output, this.#index, lowerName, dialect);
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
