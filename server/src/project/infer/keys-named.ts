/** Under which names what tells rows apart leaves a SELECT, and what its columns say of each other. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { Expression, Select } from '../../syntax/sql/tree.ts';
import type { ColumnDependencies, ComputedColumn } from '../facts.ts';
import { type ColumnOfRelation, columnOfRelation, type Made, madeOf } from './keys-computed.ts';
import { literalValue, type Rows, type Trust } from './keys-of-rows.ts';
import { columnsNamed } from './names.ts';
import { isStarred, type Outputs, outputsByColumn } from './output-names.ts';
import type { ScopeRelation } from './scopes.ts';
import { bare, columnKey, type Inference, type Scope } from './state.ts';

export interface Naming {
  readonly outputs: Outputs;
  /** `select lower(a) as b … group by lower(a)`. */
  nameOfText(expression: Expression): string | undefined;
  /** Items that are made of columns, whether those come out themselves or not. */
  readonly made: readonly MadeItem[];
  /** The same, of columns that come out too. */
  readonly computed: readonly ComputedColumn[];
  /** Names for all of what together tells rows apart; `undefined` when some of it does not come out. */
  namesOf(parts: readonly KeyPart[], rows: Rows, trust: Trust): readonly string[] | undefined;
  nameOf(column: ColumnOfRelation): string | undefined;
}

export interface KeyPart {
  /** The name it is known to have. */
  readonly name: string | undefined;
  /** The column it is. */
  readonly id: string | undefined;
}

interface MadeItem extends Made {
  readonly name: string;
}

export function namingOf(inference: Inference, scope: Scope): Naming {
  const outputs = outputsByColumn(inference, scope);
  let made: readonly MadeItem[] | undefined;
  let computed: readonly ComputedColumn[] | undefined;
  const nameOf = (column: ColumnOfRelation): string | undefined =>
    outputs.byColumn.get(column.id) ?? throughOpenStar(inference, scope, column);
  const naming: Naming = {
    outputs,
    nameOf,
    nameOfText: expression => nameOfSameText(inference, scope, expression, outputs),
    get made() {
      made ??= madeItems(inference, scope, outputs);
      return made;
    },
    get computed() {
      computed ??= computedColumns(inference, scope, naming);
      return computed;
    },
    namesOf: (parts, rows, trust) => namesOf(naming, parts, rows, trust),
  };
  return naming;
}

function nameOfSameText(
  inference: Inference,
  scope: Scope,
  expression: Expression,
  outputs: Outputs,
): string | undefined {
  const { select } = scope;
  if (expression.kind === 'column' || expression.kind === 'literal' || select === undefined) return undefined;
  const text = plainText(inference, expression);
  const index = select.items.findIndex(
    item => item.kind === 'item' && plainText(inference, bare(item.expression)) === text,
  );
  return index < 0 ? undefined : outputs.byItem.get(index);
}

function plainText(inference: Inference, expression: Expression): string {
  return inference.input.text.slice(expression.start, expression.end).replace(/\s+/g, ' ');
}

/** A star over a relation that does not list all its columns carries them too. */
function throughOpenStar(
  inference: Inference,
  scope: Scope,
  { relation, lowerName }: ColumnOfRelation,
): string | undefined {
  if (relation.columns.isComplete || !isStarred(inference, scope, relation)) return undefined;
  if (columnsNamed(relation.columns, lowerName, inference.dialect).length > 0) return undefined;
  return scope.output.columns.some(other => other.name.toLowerCase() === lowerName) ? undefined : lowerName;
}

function madeItems(inference: Inference, scope: Scope, outputs: Outputs): readonly MadeItem[] {
  const found: MadeItem[] = [];
  for (const [i, item] of (scope.select?.items ?? []).entries()) {
    if (item.kind !== 'item' || item.expression.kind === 'column') continue;
    const made = madeOf(inference, bare(item.expression));
    const name = made && outputs.byItem.get(i);
    if (name !== undefined) found.push({ ...made, name } as MadeItem);
    if (found.length >= MADE_LIMIT) break;
  }
  return found;
}

/** Of one select. */
const MADE_LIMIT = 200;

function computedColumns(inference: Inference, scope: Scope, naming: Naming): readonly ComputedColumn[] {
  const found: ComputedColumn[] = [];
  for (const [i, item] of (scope.select?.items ?? []).entries()) {
    if (found.length >= COMPUTED_LIMIT) return found;
    if (item.kind !== 'item' || item.expression.kind === 'column' || item.expression.kind === 'literal') continue;
    const expression = bare(item.expression);
    // Most casts take the place of the column they change, and then there is nothing to compare.
    if (expression.kind === 'cast') {
      const operand = bare(expression.operand);
      const column = operand.kind === 'column' ? columnOfRelation(inference, operand) : undefined;
      if (operand.kind === 'column' && (column === undefined || naming.nameOf(column) === undefined)) continue;
    }
    const made = madeOf(inference, expression);
    const name = made && naming.outputs.byItem.get(i);
    const from = made?.from.map(naming.nameOf);
    if (name === undefined || made === undefined || from === undefined || from.includes(undefined)) continue;
    found.push({ column: name, from: from as string[], tellsApart: made.tellsApart });
  }
  for (const relation of scope.relations) {
    if (relation.dependencies === undefined || !isWhole(relation)) continue;
    for (const { column, from, tellsApart } of relation.dependencies.computed) {
      if (found.length >= COMPUTED_LIMIT) return found;
      const name = naming.nameOf(columnIn(inference, relation, column));
      if (name === undefined) continue;
      const names = from.map(one => naming.nameOf(columnIn(inference, relation, one)));
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

function columnIn(inference: Inference, relation: ScopeRelation, lowerName: string): ColumnOfRelation {
  const column = columnsNamed(relation.columns, lowerName, inference.dialect)[0] ?? { name: lowerName, quoted: false };
  return { id: columnKey(relation, normalizeName(column, inference.dialect)), relation, lowerName };
}

/* ------------------------------------------------------------------- names */

function namesOf(naming: Naming, parts: readonly KeyPart[], rows: Rows, trust: Trust): readonly string[] | undefined {
  const names: string[] = [];
  const nameless: string[] = [];
  for (const { name, id } of parts) {
    const found = name ?? (id === undefined ? undefined : nameOfId(naming, id, rows));
    if (found !== undefined) names.push(found);
    else if (id !== undefined) nameless.push(id);
    else return undefined;
  }
  if (nameless.length === 0) return names;
  // A hash or cast that comes out stands for the columns it is made of.
  const ids = parts.flatMap(({ id }) => id ?? []);
  const left = new Set(nameless);
  for (const { name, from, tellsApart } of naming.made) {
    if (tellsApart === 'no' || (tellsApart === 'meant' && trust === 'proved')) continue;
    if (!from.some(one => left.has(one.id)) || !from.every(one => ids.includes(one.id))) continue;
    for (const one of from) left.delete(one.id);
    names.push(name);
  }
  return left.size === 0 ? names : undefined;
}

/** Its own name, or that of a column that has the same value in each row. */
function nameOfId(naming: Naming, id: string, rows: Rows): string | undefined {
  const seen = new Set([id]);
  for (const one of seen) {
    const column = rows.columns.get(one);
    const name = column && naming.nameOf(column);
    if (name !== undefined) return name;
    for (const [a, b] of rows.equal) {
      if (a === one) seen.add(b);
      if (b === one) seen.add(a);
    }
  }
  return undefined;
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
  for (const [i, item] of select.items.entries()) {
    if (item.kind !== 'item') continue;
    const value = literalValue(item.expression);
    if (value !== undefined) constants.set(constantName(scope, scope.itemStarts[i] ?? 0), value);
  }
  if (select.where !== undefined || scope.relations.some(one => one.dependencies?.constants.size)) {
    const { constants: known, columns } = rows();
    for (const [id, value] of known) {
      const column = columns.get(id);
      const name = column && naming.nameOf(column);
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
      const name = naming.nameOf(columnIn(inference, relation, one));
      if (name !== undefined) numbers.add(name);
    }
  }
  return numbers;
}

/** Columns without a name count by their place: `select 'a', id … union all select 'b', id …`. */
export function constantName(scope: Pick<Scope, 'output'>, index: number): string {
  const name = scope.output.columns[index]?.name.toLowerCase() ?? '';
  return name === '' ? `#${index}` : name;
}
