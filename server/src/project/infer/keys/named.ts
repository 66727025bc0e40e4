/** Under which names what tells rows apart leaves a SELECT, and what its columns say of each other. */

import { lowerCase } from '../../../syntax/sql/names.ts';
import type { Expression, Select, SelectItem } from '../../../syntax/sql/tree.ts';
import type { ColumnDependencies, ComputedColumn } from '../../facts.ts';
import { columnsNamed } from '../names.ts';
import { Outputs } from '../output-names.ts';
import type { ColumnOfRelation, ScopeRelation } from '../scopes.ts';
import { bare, columnNamed, type Inference, type Scope } from '../state.ts';
import { columnOfRelation, type Made, madeOf } from './computed.ts';
import { literalValue } from './conditions.ts';
import type { Rows, Trust } from './rows.ts';

export interface KeyPart {
  /** The name it is known to have. */
  readonly name: string | undefined;
  /** The column it is. */
  readonly column: ColumnOfRelation | undefined;
}

interface MadeItem extends Made {
  readonly name: string;
}

interface PlacedExpression {
  readonly expression: Expression;
  /** Of its item. */
  readonly index: number;
}

/** Of one select. */
export class Naming {
  readonly outputs: Outputs;
  readonly #inference: Inference;
  readonly #scope: Scope;
  #expressions: readonly PlacedExpression[] | undefined;
  #made: readonly MadeItem[] | undefined;
  #computed: readonly ComputedColumn[] | undefined;

  constructor(inference: Inference, scope: Scope) {
    this.outputs = new Outputs(inference, scope);
    this.#inference = inference;
    this.#scope = scope;
  }

  /** Items that are more than the name of a column. */
  get expressions(): readonly PlacedExpression[] {
    this.#expressions ??= findExpressions(this.#scope.select?.items ?? []);
    return this.#expressions;
  }

  nameOf(column: ColumnOfRelation): string | undefined {
    return this.outputs.nameOf(column) ?? throughOpenStar(this.#inference, this.#scope, column, this.outputs);
  }

  /** `select lower(a) as b … group by lower(a)`. */
  nameOfText(expression: Expression): string | undefined {
    const { select } = this.#scope;
    if (expression.kind === 'column' || expression.kind === 'literal' || select === undefined) return undefined;
    const text = plainText(this.#inference, expression);
    const index = select.items.findIndex(
      item => item.kind === 'item' && plainText(this.#inference, bare(item.expression)) === text,
    );
    return index < 0 ? undefined : this.outputs.nameOfItem(index);
  }

  /** Items that are made of columns, whether those come out themselves or not. */
  get made(): readonly MadeItem[] {
    this.#made ??= madeItems(this.#inference, this);
    return this.#made;
  }

  /** The same, of columns that come out too. */
  get computed(): readonly ComputedColumn[] {
    this.#computed ??= computedColumns(this.#inference, this.#scope, this);
    return this.#computed;
  }

  /** Names for all of what together tells rows apart; `undefined` when some of it does not come out. */
  namesOf(parts: readonly KeyPart[], rows: Rows, trust: Trust): readonly string[] | undefined {
    const names: string[] = [];
    let nameless: ColumnOfRelation[] | undefined;
    for (const { name, column } of parts) {
      const found = name ?? (column === undefined ? undefined : nameOfEqual(this, column, rows));
      if (found !== undefined) names.push(found);
      else if (column === undefined) return undefined;
      else {
        nameless ??= [];
        nameless.push(column);
      }
    }
    return nameless === undefined ? names : withMade(this, parts, names, nameless, trust);
  }
}

function findExpressions(items: readonly SelectItem[]): readonly PlacedExpression[] {
  const found: PlacedExpression[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as SelectItem;
    if (item.kind === 'item' && item.expression.kind !== 'column') found.push({ expression: item.expression, index });
  }
  return found;
}

function plainText(inference: Inference, expression: Expression): string {
  return inference.input.text.slice(expression.start, expression.end).replace(/\s+/g, ' ');
}

/** A star over a relation that does not list all its columns carries them too. */
function throughOpenStar(
  inference: Inference,
  scope: Scope,
  { relation, name }: ColumnOfRelation,
  outputs: Outputs,
): string | undefined {
  if (relation.columns.isComplete || !outputs.carriesAll(relation)) return undefined;
  const lowerName = lowerCase(name);
  if (columnsNamed(relation.columns, lowerName, inference.dialect).length > 0) return undefined;
  return scope.output.columns.some(other => lowerCase(other.name) === lowerName) ? undefined : lowerName;
}

function madeItems(inference: Inference, { expressions, outputs }: Naming): readonly MadeItem[] {
  const found: MadeItem[] = [];
  for (const { expression, index } of expressions) {
    const made = madeOf(inference, bare(expression));
    const name = made && outputs.nameOfItem(index);
    if (name !== undefined) found.push({ ...made, name } as MadeItem);
    if (found.length >= MADE_LIMIT) break;
  }
  return found;
}

/** Of one select. */
const MADE_LIMIT = 200;

function computedColumns(inference: Inference, scope: Scope, naming: Naming): readonly ComputedColumn[] {
  const found: ComputedColumn[] = [];
  for (const { expression: written, index } of naming.expressions) {
    if (found.length >= COMPUTED_LIMIT) return found;
    if (written.kind === 'literal') continue;
    const expression = bare(written);
    // Most casts take the place of the column they change, and then there is nothing to compare.
    if (expression.kind === 'cast') {
      const operand = bare(expression.operand);
      const column = operand.kind === 'column' ? columnOfRelation(inference, operand) : undefined;
      if (operand.kind === 'column' && (column === undefined || naming.nameOf(column) === undefined)) continue;
    }
    const made = madeOf(inference, expression);
    const name = made && naming.outputs.nameOfItem(index);
    const from = made?.from.map(column => naming.nameOf(column));
    if (name === undefined || made === undefined || from === undefined || from.includes(undefined)) continue;
    found.push({ column: name, from: from as string[], tellsApart: made.tellsApart });
  }
  for (const relation of scope.relations) {
    if (relation.dependencies === undefined || !isWhole(relation)) continue;
    for (const { column, from, tellsApart } of relation.dependencies.computed) {
      if (found.length >= COMPUTED_LIMIT) return found;
      const name = naming.nameOf(columnNamed(relation, column, inference.dialect));
      if (name === undefined) continue;
      const names = from.map(one => naming.nameOf(columnNamed(relation, one, inference.dialect)));
      if (!names.includes(undefined)) found.push({ column: name, from: names as string[], tellsApart });
    }
  }
  return found;
}

/** Of one select, those it carries along among them. */
const COMPUTED_LIMIT = 24;

/** No outer join fills it with rows of NULL, in which nothing holds. */
function isWhole(relation: ScopeRelation): boolean {
  return relation.nullableBy.length === 0 && relation.hiddenBy === undefined;
}

/* ------------------------------------------------------------------- names */

/** A hash or cast that comes out stands for the columns it is made of. */
function withMade(
  naming: Naming,
  parts: readonly KeyPart[],
  names: string[],
  nameless: readonly ColumnOfRelation[],
  trust: Trust,
): readonly string[] | undefined {
  const left = new Set(nameless);
  for (const { name, from, tellsApart } of naming.made) {
    if (tellsApart === 'no' || (tellsApart === 'meant' && trust === 'proved')) continue;
    if (!from.some(one => left.has(one)) || !from.every(one => parts.some(part => part.column === one))) continue;
    for (const one of from) left.delete(one);
    names.push(name);
  }
  return left.size === 0 ? names : undefined;
}

/** Its own name, or that of a column that has the same value in each row. */
function nameOfEqual(naming: Naming, start: ColumnOfRelation, rows: Rows): string | undefined {
  const own = nameIn(naming, start, rows);
  if (own !== undefined || rows.equal.length === 0) return own;
  const seen = new Set([start]);
  for (const column of seen) {
    const name = nameIn(naming, column, rows);
    if (name !== undefined) return name;
    for (const [a, b] of rows.equal) {
      if (a === column) seen.add(b);
      if (b === column) seen.add(a);
    }
  }
  return undefined;
}

function nameIn(naming: Naming, column: ColumnOfRelation, rows: Rows): string | undefined {
  return rows.columns.has(column) ? naming.nameOf(column) : undefined;
}

/* ------------------------------------------------------------ dependencies */

/** Columns of the select's output with one value in all rows. */
export function constantsOf(
  scope: Scope,
  select: Select,
  naming: Naming,
  rows: () => Rows,
): ColumnDependencies['constants'] {
  const constants = new Map<string, string | undefined>();
  for (const { expression, index } of naming.expressions) {
    const value = literalValue(expression);
    if (value !== undefined) constants.set(constantName(scope, scope.itemStarts[index] ?? 0), value);
  }
  if (select.where !== undefined || scope.relations.some(one => one.dependencies?.constants.size)) {
    for (const [column, value] of rows().constants) {
      const name = naming.nameOf(column);
      if (name !== undefined) constants.set(name, value);
    }
  }
  return constants;
}

/** Columns of the output that number rows from 1: its own, and those it carries along. */
export function numberedOf(
  inference: Inference,
  scope: Scope,
  naming: Naming,
  own: readonly string[],
): ReadonlySet<string> {
  const numbers = new Set(own);
  for (const relation of scope.relations) {
    if (!relation.dependencies?.numbered.size || !isWhole(relation)) continue;
    for (const one of relation.dependencies.numbered) {
      const name = naming.nameOf(columnNamed(relation, one, inference.dialect));
      if (name !== undefined) numbers.add(name);
    }
  }
  return numbers;
}

/** Columns without a name count by their place: `select 'a', id … union all select 'b', id …`. */
export function constantName(scope: Pick<Scope, 'output'>, index: number): string {
  const name = lowerCase(scope.output.columns[index]?.name ?? '');
  return name === '' ? `#${index}` : name;
}
