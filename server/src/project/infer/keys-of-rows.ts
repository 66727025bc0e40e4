/**
 * Which columns of the relations in FROM tell the rows behind the joins apart. A set of columns determines others: a key of
 * a relation determines its row, an equality of a join or of WHERE determines its other side. What determines the row of
 * every relation is a key.
 */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { Expression, Join, TableExpression } from '../../syntax/sql/tree.ts';
import type { CandidateKey, TypeFamily } from '../facts.ts';
import { type ColumnOfRelation, columnOfRelation, columnsBehind } from './keys-computed.ts';
import { columnsNamed } from './names.ts';
import type { ScopeRelation } from './scopes.ts';
import { bare, columnKey, type Inference, type Scope } from './state.ts';

export interface Rows {
  readonly parts: readonly Part[];
  /** Their places by what the ids of their columns begin with. */
  readonly indexes: ReadonlyMap<string, number>;
  /** All columns that are spoken of, by id. */
  readonly columns: ReadonlyMap<string, ColumnOfRelation>;
  readonly rules: readonly Rule[];
  /** Pairs of columns with one value in each row. */
  readonly equal: readonly (readonly [string, string])[];
  /** Columns with one value in all rows, and the value as far as it is known. */
  readonly constants: ReadonlyMap<string, string | undefined>;
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
  readonly ids: readonly string[];
  readonly key: CandidateKey;
}

/** `from` determines `target`, once the rows of `behind` are known. */
interface Rule {
  readonly target: string;
  readonly from: readonly string[];
  readonly behind: readonly number[];
  /** Rests on what somebody declared or meant. */
  readonly isDeclared: boolean;
  /** `x is null`: an equality in the sense of a group, not of a unique test. */
  readonly isNull: boolean;
}

/** How far to trust: what the text proves, or tests and constraints too. */
export type Trust = 'proved' | 'declared';

export function rowsOf(inference: Inference, scope: Scope): Rows {
  const columns = new Map<string, ColumnOfRelation>();
  const rules: Rule[] = [];
  const equal: (readonly [string, string])[] = [];
  const constants = new Map<string, string | undefined>();
  const behind: number[][] = scope.relations.map(() => []);
  const addsOne = new Set<number>();
  const indexes = new Map<TableExpression, number>(scope.relations.map((one, i) => [one.table, i]));

  const note = (column: ColumnOfRelation): string => {
    columns.set(column.id, column);
    return column.id;
  };
  const addCondition = (condition: Expression, guard: readonly number[]): void => {
    for (const conjunct of conjunctsOf(condition)) {
      if (inference.isLater(conjunct)) continue;
      const constant = constantIn(inference, scope, conjunct);
      if (constant !== undefined) {
        const isNull = constant.value === 'null';
        if (guard.length === 0) constants.set(constant.column.id, constant.value);
        rules.push({ target: note(constant.column), from: [], behind: guard, isDeclared: false, isNull });
        continue;
      }
      if (conjunct.kind !== 'binary' || !EQUALITIES.has(conjunct.operator)) continue;
      const sides = [bare(conjunct.left), bare(conjunct.right)] as const;
      if (!isOfOneFamily(inference, sides[0], sides[1])) continue;
      const left = sides[0].kind === 'column' ? columnOfRelation(inference, sides[0]) : undefined;
      const right = sides[1].kind === 'column' ? columnOfRelation(inference, sides[1]) : undefined;
      if (left && right) {
        if (guard.length === 0 && left.id !== right.id) equal.push([note(left), note(right)]);
        rules.push({ target: note(left), from: [note(right)], behind: guard, isDeclared: false, isNull: false });
        rules.push({ target: note(right), from: [note(left)], behind: guard, isDeclared: false, isNull: false });
        continue;
      }
      for (const [column, other] of [
        [left, sides[1]],
        [right, sides[0]],
      ] as const) {
        const from = column && columnsBehind(inference, other);
        if (!column || !from || from.some(one => one.id === column.id)) continue;
        rules.push({ target: note(column), from: from.map(note), behind: guard, isDeclared: false, isNull: false });
      }
    }
  };

  const indexesIn = (table: TableExpression): readonly number[] => {
    const found: number[] = [];
    const open: TableExpression[] = [table];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const inner = withoutParentheses(next);
      const index = indexes.get(inner);
      if (inner.kind === 'join') open.push(inner.right, inner.left);
      else if (index !== undefined && scope.relations[index]?.hiddenBy === undefined) found.push(index);
    }
    return found;
  };
  /** `guard`: relations whose rows must be known before what stands here holds in every row. */
  const visit = (table: TableExpression, outer: readonly number[]): void => {
    let guard = outer;
    let current = withoutParentheses(table);
    for (; current.kind === 'join'; current = withoutParentheses(current.left)) {
      const { type, modifier } = current;
      const isFilter = type === 'semi' || type === 'anti';
      const left = indexesIn(current.left);
      const right = indexesIn(current.right);
      let own = guard;
      if (type === 'left' || type === 'outer-apply') own = [...guard, ...left];
      else if (type === 'right') own = [...guard, ...right];
      else if (type === 'full' || modifier === 'positional') own = [NEVER];
      if (modifier === 'asof' || modifier === 'any') {
        const [only] = right;
        if (only === undefined || right.length > 1 || type === 'right' || type === 'full') own = [NEVER];
        else {
          addsOne.add(only);
          behind[only]?.push(...left);
        }
      }
      if (!isFilter) addConditions(current, own);
      visit(current.right, type === 'right' ? guard : own);
      if (type === 'right' || own.includes(NEVER)) guard = own;
    }
    const index = indexes.get(current);
    if (index === undefined) return;
    behind[index]?.push(...guard);
    // It looks into the rows before it.
    if (scope.relations[index]?.isLateral)
      behind[index]?.push(...scope.relations.slice(0, index).flatMap(visibleIndex));
  };
  const addConditions = (join: Join, own: readonly number[]): void => {
    if (own.includes(NEVER)) return;
    if (join.on !== undefined) addCondition(join.on, own);
    for (const merged of scope.merged) {
      if (merged.join !== join || !areOfOneFamily(merged.members.map(one => one.column.type?.family))) continue;
      const ids = merged.members.map(({ relation, column }) =>
        note({
          id: columnKey(relation, normalizeName(column, inference.dialect)),
          relation,
          lowerName: column.name.toLowerCase(),
        }),
      );
      const [first] = ids;
      for (const id of ids.slice(1)) {
        if (first === undefined) continue;
        if (own.length === 0) equal.push([first, id]);
        rules.push({ target: id, from: [first], behind: own, isDeclared: false, isNull: false });
        rules.push({ target: first, from: [id], behind: own, isDeclared: false, isNull: false });
      }
    }
  };
  for (const table of scope.tables) visit(table, []);
  const where = scope.select?.where?.condition;
  if (where !== undefined) addCondition(where, []);

  const guards = behind.map(one => [...new Set(one)]);
  const whole = scope.relations.filter(({ hiddenBy }, i) => guards[i]?.length === 0 && hiddenBy === undefined);
  for (const relation of whole) addConstants(inference, relation, note, rules, constants);
  // Most are asked for their constants alone.
  let parts: readonly Part[] | undefined;
  let hasComputed = false;
  return {
    get parts() {
      parts ??= scope.relations.map((relation, i) => ({
        relation,
        behind: guards[i] ?? [],
        addsOne: addsOne.has(i),
        keys: keysOfPart(inference, relation, note),
        isHidden: relation.hiddenBy !== undefined,
      }));
      return parts;
    },
    get rules() {
      if (!hasComputed) for (const relation of whole) addComputed(inference, relation, note, rules);
      hasComputed = true;
      return rules;
    },
    indexes: new Map(scope.relations.map(({ id }, i) => [String(id), i])),
    columns,
    equal,
    constants,
  };
}

/** No relation: what stands behind it is never known. */
const NEVER = -1;

function visibleIndex({ index, hiddenBy }: ScopeRelation): readonly number[] {
  return hiddenBy === undefined ? [index] : [];
}

function withoutParentheses(table: TableExpression): TableExpression {
  let inner = table;
  while (inner.kind === 'parenthesized-table' && inner.alias === undefined) inner = inner.table;
  return inner;
}

const EQUALITIES: ReadonlySet<string> = new Set(['=', '==', '<=>', 'is not distinct from']);

function addConstants(
  inference: Inference,
  relation: ScopeRelation,
  note: (column: ColumnOfRelation) => string,
  rules: Rule[],
  constants: Map<string, string | undefined>,
): void {
  if (!relation.dependencies?.constants.size) return;
  for (const [name, value] of relation.dependencies.constants) {
    const column = name.startsWith('#') ? undefined : columnIn(inference, relation, name);
    if (column === undefined) continue;
    const target = note(column);
    constants.set(target, value);
    rules.push({ target, from: [], behind: [], isDeclared: false, isNull: false });
  }
}

function addComputed(
  inference: Inference,
  relation: ScopeRelation,
  note: (column: ColumnOfRelation) => string,
  rules: Rule[],
): void {
  const idOf = (lowerName: string): string | undefined => {
    const column = columnIn(inference, relation, lowerName);
    return column && note(column);
  };
  for (const { column, from, tellsApart } of relation.dependencies?.computed ?? []) {
    const target = idOf(column);
    const ids = from.map(idOf);
    if (target === undefined || ids.includes(undefined)) continue;
    const known = ids as string[];
    rules.push({ target, from: known, behind: [], isDeclared: false, isNull: false });
    if (tellsApart === 'no') continue;
    const isDeclared = tellsApart === 'meant';
    for (const id of known) rules.push({ target: id, from: [target], behind: [], isDeclared, isNull: false });
  }
}

function keysOfPart(
  inference: Inference,
  relation: ScopeRelation,
  note: (column: ColumnOfRelation) => string,
): readonly PartKey[] {
  const found: PartKey[] = [];
  for (const key of relation.keys) {
    const columns = key.columns.map(name => columnIn(inference, relation, name));
    if (columns.includes(undefined)) continue;
    found.push({ key, ids: columns.map(one => note(one as ColumnOfRelation)) });
  }
  // `unnest(items) with offset as i`: the offset tells the elements of one array apart.
  const { table } = relation;
  if (table.kind === 'unnest' && table.offset?.form === 'offset' && table.arguments.length === 1) {
    const column = columnIn(inference, relation, (table.offset.name?.name ?? 'offset').toLowerCase());
    if (column)
      found.push({ key: { columns: [column.lowerName], because: 'offset', by: 'proved' }, ids: [note(column)] });
  }
  return found;
}

/** A column of the relation by its lower-case name, unless several bear it. */
function columnIn(inference: Inference, relation: ScopeRelation, lowerName: string): ColumnOfRelation | undefined {
  const named = columnsNamed(relation.columns, lowerName, inference.dialect);
  if (named.length > 1) return undefined;
  const column = named[0] ?? { name: lowerName, quoted: false };
  return { id: columnKey(relation, normalizeName(column, inference.dialect)), relation, lowerName };
}

/** A condition that leaves one value of a column. */
function constantIn(
  inference: Inference,
  scope: Scope,
  condition: Expression,
): { readonly column: ColumnOfRelation; readonly value: string | undefined } | undefined {
  if (condition.kind === 'is') {
    const operand = bare(condition.operand);
    if (condition.not || operand.kind !== 'column' || !/^(?:null|true|false)$/.test(condition.test)) return undefined;
    const column = columnOfRelation(inference, operand);
    return column && { column, value: condition.test };
  }
  if (condition.kind === 'column' || (condition.kind === 'unary' && condition.operator === 'not')) {
    const inner = condition.kind === 'column' ? condition : bare(condition.operand);
    const column = inner.kind === 'column' ? columnOfRelation(inference, inner) : undefined;
    return column && { column, value: condition.kind === 'column' ? 'true' : 'false' };
  }
  if (condition.kind === 'in' && !condition.not && condition.list?.length === 1) {
    const operand = bare(condition.operand);
    const column = operand.kind === 'column' ? columnOfRelation(inference, operand) : undefined;
    const [only] = condition.list as readonly [Expression];
    const value = literalValue(only);
    return column && value !== undefined && isOfOneFamily(inference, operand, only) ? { column, value } : undefined;
  }
  if (condition.kind !== 'binary') return undefined;
  const sides = [bare(condition.left), bare(condition.right)] as const;
  for (const [side, other] of [sides, [sides[1], sides[0]] as const]) {
    const value = literalValue(other);
    const column = side.kind === 'column' ? columnOfRelation(inference, side) : undefined;
    if (!column || value === undefined || value === 'null' || !isOfOneFamily(inference, side, other)) continue;
    if (EQUALITIES.has(condition.operator)) return { column, value };
    const isLeft = side === sides[0];
    const isFirst =
      isLeft &&
      ((condition.operator === '<=' && value === 'integer 1') || (condition.operator === '<' && value === 'integer 2'));
    if (isFirst && isNumbered(scope, column)) return { column, value: 'integer 1' };
  }
  return undefined;
}

function isNumbered(scope: Scope, { relation, lowerName }: ColumnOfRelation): boolean {
  return relation.scope === scope && (relation.dependencies?.numbered.has(lowerName) ?? false);
}

/** What a literal is, as it is compared; casts of text aside. */
export function literalValue(expression: Expression): string | undefined {
  let inner = bare(expression);
  if (inner.kind === 'cast' && inner.type.name !== '' && !inner.type.hasUnknown) inner = bare(inner.operand);
  if (inner.kind !== 'literal' || inner.hasUnknown) return undefined;
  return inner.type === 'null' ? 'null' : `${inner.type} ${inner.value}`;
}

/** `'01' = 1` may hold for several texts. */
function isOfOneFamily(inference: Inference, left: Expression, right: Expression): boolean {
  return areOfOneFamily([inference.typeOf(left)?.family, inference.typeOf(right)?.family]);
}

function areOfOneFamily(families: readonly (TypeFamily | undefined)[]): boolean {
  const known = families.filter(family => family !== undefined);
  return known.every(family => (family === 'text') === (known[0] === 'text'));
}

export function conjunctsOf(condition: Expression): readonly Expression[] {
  const conjuncts: Expression[] = [];
  const stack = [condition];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') stack.push(inner.right, inner.left);
    else conjuncts.push(inner);
  }
  return conjuncts;
}

/* ----------------------------------------------------------------- closure */

export interface Closure {
  /** Each row's value of the column follows from those of the starting columns. */
  has(id: string): boolean;
  /** So does the row of each relation: the starting columns are a key. */
  readonly isWhole: boolean;
  /** The first relation that does not follow, though its turn has come. */
  readonly missing: Part | undefined;
}

export function closureOf(rows: Rows, start: readonly string[], trust: Trust): Closure {
  return close(rows, new Set(start), new Set(), trust, false);
}

/** `isOfMatches`: only of rows in which all joins found a match; then every condition holds. */
function close(rows: Rows, known: Set<string>, whole: Set<number>, trust: Trust, isOfMatches: boolean): Closure {
  const isBehind = (behind: readonly number[]): boolean =>
    behind.every(one => whole.has(one) || (isOfMatches && one !== NEVER));
  const has = (id: string): boolean => {
    if (known.has(id)) return true;
    const index = rows.indexes.get(id.slice(0, id.indexOf(':')));
    return index !== undefined && whole.has(index);
  };
  const applied = new Set<Rule>();
  let nulls: Set<string> | undefined;
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const rule of rows.rules) {
      if (applied.has(rule) || (rule.isDeclared && trust === 'proved')) continue;
      if (!isBehind(rule.behind) || !rule.from.every(has)) continue;
      applied.add(rule);
      if (known.has(rule.target)) continue;
      known.add(rule.target);
      if (rule.isNull) {
        nulls ??= new Set();
        nulls.add(rule.target);
      }
      isNew = true;
    }
    for (const [index, part] of rows.parts.entries()) {
      if (whole.has(index) || part.isHidden || !isBehind(part.behind)) continue;
      const isKnown =
        part.addsOne ||
        part.keys.some(
          ({ ids, key }) =>
            (trust === 'declared' || key.by === 'proved') &&
            ids.every(has) &&
            // Unique tests look past NULL: all rows of NULL are no single one.
            !(nulls !== undefined && looksPastNull(key) && ids.some(id => nulls?.has(id))),
        );
      if (!isKnown) continue;
      whole.add(index);
      isNew = true;
    }
  }
  let missing: Part | undefined;
  let isWhole = true;
  for (const [index, part] of rows.parts.entries()) {
    if (part.isHidden || whole.has(index)) continue;
    isWhole = false;
    if (missing === undefined && isBehind(part.behind)) missing = part;
  }
  return { has, isWhole, missing };
}

/** So do keys that rest on one; a test of several columns together compares NULL like any value. */
function looksPastNull({ by, columns, declaredBy }: CandidateKey): boolean {
  return by === 'declared' && (columns.length === 1 || declaredBy === undefined);
}

/* ------------------------------------------------- what one row leads to */

/** What is certain of the rows of a FROM clause that hold one and the same row of a relation. */
export interface OneRow {
  /** They all hold the same row of that one too. */
  determines(relation: ScopeRelation): boolean;
  /** Lower-case columns of the relation that have one value in them. */
  fixed(relation: ScopeRelation): ReadonlySet<string>;
  /** Those among them that a condition fixes, whatever the row. */
  filtered(relation: ScopeRelation): ReadonlySet<string>;
}

export function rowsWithOne(inference: Inference, relation: ScopeRelation): OneRow {
  const scope = relation.scope as Scope;
  const rows = rowsOf(inference, scope);
  const whole = new Set([relation.index]);
  const { has } = close(rows, new Set(), whole, 'declared', true);
  const filters = new Set(rows.rules.flatMap(rule => (rule.from.length === 0 ? [rule.target] : [])));
  const columnsIn = (one: ScopeRelation, is: (id: string) => boolean): ReadonlySet<string> =>
    new Set(
      [...rows.columns.values()].flatMap(column => (column.relation === one && is(column.id) ? column.lowerName : [])),
    );
  return {
    determines: one => whole.has(one.index),
    fixed: one => columnsIn(one, has),
    filtered: one => columnsIn(one, id => filters.has(id)),
  };
}
