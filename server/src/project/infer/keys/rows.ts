/**
 * Which columns of the relations in FROM tell the rows behind the joins apart. A set of columns determines others: a key of
 * a relation determines its row, an equality of a join or of WHERE determines its other side. What determines the row of
 * every relation is a key.
 */

import { lowerCase } from '../../../syntax/sql/names.ts';
import type { Expression, Join, TableExpression } from '../../../syntax/sql/tree.ts';
import type { CandidateKey } from '../../facts.ts';
import { isRepeated } from '../names.ts';
import type { ColumnOfRelation, ScopeRelation } from '../scopes.ts';
import { bare, columnNamed, columnOf, type Inference, type Scope } from '../state.ts';
import { columnOfRelation, columnsBehind } from './computed.ts';
import { areOfOneFamily, conjunctsOf, constantIn, EQUALITIES, isOfOneFamily } from './conditions.ts';

export interface Rows {
  readonly scope: Scope;
  readonly parts: readonly Part[];
  /** All columns that are spoken of. */
  readonly columns: ReadonlySet<ColumnOfRelation>;
  readonly rules: readonly Rule[];
  /** Something follows from what is declared that does not follow from what is proved. */
  readonly restOnDeclared: boolean;
  /** Pairs of columns with one value in each row. */
  readonly equal: readonly (readonly [ColumnOfRelation, ColumnOfRelation])[];
  /** Columns with one value in all rows, and the value as far as it is known. */
  readonly constants: ReadonlyMap<ColumnOfRelation, string | undefined>;
}

/** One relation of FROM. */
export interface Part {
  readonly relation: ScopeRelation;
  /** All of these must be determined first: the relation gives a row of NULLs where none matches, or looks into them. */
  readonly behind: readonly number[];
  /** Adds at most one row to what `behind` gives, whatever its keys. */
  readonly addsOne: boolean;
  readonly keys: readonly PartKey[];
  /** Semi and anti joins only filter. */
  readonly isHidden: boolean;
}

export interface PartKey {
  readonly columns: readonly ColumnOfRelation[];
  readonly key: CandidateKey;
}

/** `from` determines `target`, once the rows of `behind` are known. */
interface Rule {
  readonly target: ColumnOfRelation;
  readonly from: readonly ColumnOfRelation[];
  readonly behind: readonly number[];
  /** Rests on what somebody declared or meant. */
  readonly isDeclared: boolean;
  /** `x is null`: an equality in the sense of a group, not of a unique test. */
  readonly isNull: boolean;
}

/** How far to trust: what the text proves, or tests and constraints too. */
export type Trust = 'proved' | 'declared';

export function rowsOf(inference: Inference, scope: Scope): Rows {
  return new RowsOfScope(inference, scope);
}

/** No relation needs to be known first. */
const nothing: readonly number[] = [];

class RowsOfScope implements Rows {
  readonly scope: Scope;
  readonly columns = new Set<ColumnOfRelation>();
  readonly equal: (readonly [ColumnOfRelation, ColumnOfRelation])[] = [];
  readonly constants = new Map<ColumnOfRelation, string | undefined>();
  readonly #inference: Inference;
  readonly #rules: Rule[] = [];
  /** By the index of the relation; with joins only. */
  readonly #behind: number[][] = [];
  readonly #addsOne: number[] = [];
  #indexes: ReadonlyMap<TableExpression, number> | undefined;
  #parts: readonly Part[] | undefined;
  #hasComputed = false;
  #restOnDeclared: boolean | undefined;

  constructor(inference: Inference, scope: Scope) {
    this.#inference = inference;
    this.scope = scope;
    const { relations, tables, select } = scope;
    const isOneTable = tables.length === 1 && relations.length === 1 && tables[0] === relations[0]?.table;
    if (!isOneTable) {
      this.#indexes = new Map(relations.map(({ table, index }) => [table, index]));
      for (const _ of relations) this.#behind.push([]);
      for (const table of tables) this.#visit(table, nothing);
    }
    if (select?.where !== undefined) this.#addCondition(select.where.condition, nothing);
    for (const relation of relations) if (this.#isWhole(relation)) this.#addConstants(relation);
  }

  // Most are asked for their constants alone.
  get parts(): readonly Part[] {
    this.#parts ??= this.scope.relations.map(relation => ({
      relation,
      behind: this.#behindOf(relation),
      addsOne: this.#addsOne.includes(relation.index),
      keys: this.#keysOf(relation),
      isHidden: relation.hiddenBy !== undefined,
    }));
    return this.#parts;
  }

  get rules(): readonly Rule[] {
    if (!this.#hasComputed) {
      this.#hasComputed = true;
      for (const relation of this.scope.relations) if (this.#isWhole(relation)) this.#addComputed(relation);
    }
    return this.#rules;
  }

  get restOnDeclared(): boolean {
    this.#restOnDeclared ??= this.rules.some(rule => rule.isDeclared) || this.parts.some(hasDeclaredOnly);
    return this.#restOnDeclared;
  }

  #behindOf({ index }: ScopeRelation): readonly number[] {
    const behind = this.#behind[index];
    return behind === undefined || behind.length === 0 ? nothing : [...new Set(behind)];
  }

  /** Each row of the whole holds a row of it. */
  #isWhole({ index, hiddenBy }: ScopeRelation): boolean {
    return hiddenBy === undefined && (this.#behind[index]?.length ?? 0) === 0;
  }

  #note(column: ColumnOfRelation): ColumnOfRelation {
    this.columns.add(column);
    return column;
  }

  #addRule(
    target: ColumnOfRelation,
    from: readonly ColumnOfRelation[],
    behind: readonly number[],
    isDeclared = false,
    isNull = false,
  ): void {
    this.#rules.push({ target, from, behind, isDeclared, isNull });
  }

  #addEqual(left: ColumnOfRelation, right: ColumnOfRelation, behind: readonly number[]): void {
    this.#addRule(left, [right], behind);
    this.#addRule(right, [left], behind);
  }

  #addCondition(condition: Expression, guard: readonly number[]): void {
    const inference = this.#inference;
    for (const conjunct of conjunctsOf(condition)) {
      if (inference.isLater(conjunct)) continue;
      const constant = constantIn(inference, this.scope, conjunct);
      if (constant !== undefined) {
        const isNull = constant.value === 'null';
        if (guard.length === 0) this.constants.set(constant.column, constant.value);
        this.#addRule(this.#note(constant.column), [], guard, false, isNull);
        continue;
      }
      if (conjunct.kind !== 'binary' || !EQUALITIES.has(conjunct.operator)) continue;
      const sides = [bare(conjunct.left), bare(conjunct.right)] as const;
      if (!isOfOneFamily(inference, sides[0], sides[1])) continue;
      const left = sides[0].kind === 'column' ? columnOfRelation(inference, sides[0]) : undefined;
      const right = sides[1].kind === 'column' ? columnOfRelation(inference, sides[1]) : undefined;
      if (left && right) {
        if (guard.length === 0 && left !== right) this.equal.push([left, right]);
        this.#addEqual(this.#note(left), this.#note(right), guard);
        continue;
      }
      for (const [column, other] of [
        [left, sides[1]],
        [right, sides[0]],
      ] as const) {
        const from = column && columnsBehind(inference, other);
        if (!column || !from || from.includes(column)) continue;
        this.#note(column);
        for (const one of from) this.#note(one);
        this.#addRule(column, from, guard);
      }
    }
  }

  #indexesIn(table: TableExpression): readonly number[] {
    const found: number[] = [];
    const open: TableExpression[] = [table];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const inner = withoutParentheses(next);
      const index = this.#indexes?.get(inner);
      if (inner.kind === 'join') open.push(inner.right, inner.left);
      else if (index !== undefined && this.scope.relations[index]?.hiddenBy === undefined) found.push(index);
    }
    return found;
  }

  /** `guard`: relations whose rows must be known before what stands here holds in every row. */
  #visit(table: TableExpression, outer: readonly number[]): void {
    let guard = outer;
    let current = withoutParentheses(table);
    for (; current.kind === 'join'; current = withoutParentheses(current.left)) {
      const { type, modifier } = current;
      const isFilter = type === 'semi' || type === 'anti';
      let own = guard;
      if (type === 'left' || type === 'outer-apply') own = [...guard, ...this.#indexesIn(current.left)];
      else if (type === 'right') own = [...guard, ...this.#indexesIn(current.right)];
      else if (type === 'full' || modifier === 'positional') own = [NEVER];
      if (modifier === 'asof' || modifier === 'any') {
        const right = this.#indexesIn(current.right);
        const [only] = right;
        if (only === undefined || right.length > 1 || type === 'right' || type === 'full') own = [NEVER];
        else {
          this.#addsOne.push(only);
          this.#behind[only]?.push(...this.#indexesIn(current.left));
        }
      }
      if (!isFilter) this.#addJoin(current, own);
      this.#visit(current.right, type === 'right' ? guard : own);
      if (type === 'right' || own.includes(NEVER)) guard = own;
    }
    const index = this.#indexes?.get(current);
    if (index === undefined) return;
    this.#behind[index]?.push(...guard);
    // It looks into the rows before it.
    if (this.scope.relations[index]?.isLateral)
      this.#behind[index]?.push(...this.scope.relations.slice(0, index).flatMap(visibleIndex));
  }

  #addJoin(join: Join, own: readonly number[]): void {
    if (own.includes(NEVER)) return;
    if (join.on !== undefined) this.#addCondition(join.on, own);
    for (const merged of this.scope.merged) {
      if (merged.join !== join || !areOfOneFamily(merged.members.map(one => one.column.type?.family))) continue;
      const [first, ...others] = merged.members.map(({ relation, column }) =>
        this.#note(columnOf(relation, column, this.#inference.dialect)),
      );
      for (const other of others) {
        if (first === undefined) continue;
        if (own.length === 0) this.equal.push([first, other]);
        this.#addEqual(other, first, own);
      }
    }
  }

  #addConstants(relation: ScopeRelation): void {
    if (!relation.dependencies?.constants.size) return;
    for (const [name, value] of relation.dependencies.constants) {
      const column = name.startsWith('#') ? undefined : columnIn(this.#inference, relation, name);
      if (column === undefined) continue;
      this.constants.set(this.#note(column), value);
      this.#addRule(column, [], nothing);
    }
  }

  #addComputed(relation: ScopeRelation): void {
    const noteNamed = (lowerName: string): ColumnOfRelation | undefined => {
      const column = columnIn(this.#inference, relation, lowerName);
      return column && this.#note(column);
    };
    for (const { column, from, tellsApart } of relation.dependencies?.computed ?? []) {
      const target = noteNamed(column);
      const parts = from.map(noteNamed);
      if (target === undefined || parts.includes(undefined)) continue;
      const known = parts as ColumnOfRelation[];
      this.#addRule(target, known, nothing);
      if (tellsApart === 'no') continue;
      for (const part of known) this.#addRule(part, [target], nothing, tellsApart === 'meant');
    }
  }

  #keysOf(relation: ScopeRelation): readonly PartKey[] {
    const found: PartKey[] = [];
    for (const key of relation.keys) {
      const columns = key.columns.map(name => columnIn(this.#inference, relation, name));
      if (columns.includes(undefined)) continue;
      for (const column of columns) this.#note(column as ColumnOfRelation);
      found.push({ key, columns: columns as ColumnOfRelation[] });
    }
    // `unnest(items) with offset as i`: the offset tells the elements of one array apart.
    const { table } = relation;
    if (table.kind === 'unnest' && table.offset?.form === 'offset' && table.arguments.length === 1) {
      const name = lowerCase(table.offset.name?.name ?? 'offset');
      const column = columnIn(this.#inference, relation, name);
      if (column)
        found.push({ key: { columns: [name], because: 'offset', by: 'proved' }, columns: [this.#note(column)] });
    }
    return found;
  }
}

/** A key is stated that nothing proves. */
function hasDeclaredOnly({ keys }: Part): boolean {
  return keys.some(
    one => one.key.by === 'declared' && !keys.some(other => other.key.by === 'proved' && isSameKey(other, one)),
  );
}

export function isSameKey(a: PartKey, b: PartKey): boolean {
  return a.columns.length === b.columns.length && a.columns.every(column => b.columns.includes(column));
}

/** No relation: what stands behind it is never known. */
export const NEVER = -1;

function visibleIndex({ index, hiddenBy }: ScopeRelation): readonly number[] {
  return hiddenBy === undefined ? [index] : [];
}

function withoutParentheses(table: TableExpression): TableExpression {
  let inner = table;
  while (inner.kind === 'parenthesized-table' && inner.alias === undefined) inner = inner.table;
  return inner;
}

/** A column of the relation by its lower-case name, unless several bear it. */
function columnIn({ dialect }: Inference, relation: ScopeRelation, lowerName: string): ColumnOfRelation | undefined {
  return isRepeated(relation.columns, relation.columnIndex, lowerName, dialect)
    ? undefined
    : columnNamed(relation, lowerName, dialect);
}
