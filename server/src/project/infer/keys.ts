/** Candidate keys that the text of a SELECT proves: by GROUP BY, DISTINCT, one row a partition, or kept from what it reads. */

import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  BinaryExpression,
  Expression,
  FunctionCall,
  Join,
  Query,
  Select,
  SelectItem,
  TableExpression,
} from '../../syntax/sql/tree.ts';
import type { CandidateKey, ColumnDependencies } from '../facts.ts';
import { deriveExpression } from './derive.ts';
import { columnOfRelation, columnsBehind } from './keys-computed.ts';
import { constantName, constantsOf, Naming, numberedOf } from './keys-named.ts';
import {
  closureOf,
  conjunctsOf,
  isSameKey,
  mayFollow,
  type PartKey,
  type Rows,
  rowsOf,
  type Trust,
} from './keys-of-rows.ts';
import { lastingOperands } from './lasting.ts';
import { outputNameOf } from './output-names.ts';
import { resolveReference } from './resolve.ts';
import { findLater, noRowFacts, oneRow, type RowFinder } from './row-facts.ts';
import type { ColumnOfRelation, RowFacts, ScopeRelation } from './scopes.ts';
import { bare, type Inference, type Scope } from './state.ts';

/** A wider key says little, and a set of columns is only compared so far. */
const KEY_WIDTH = 40;
/** Of one relation. */
const KEY_COUNT = 12;
const RELATION_LIMIT = 100;

/** `limit 1`, `fetch first row only`. */
export function isFirstRowOnly({ input }: Inference, { limit }: Query): boolean {
  const count = limit?.limit && bare(limit.limit);
  if (limit === undefined || count?.kind !== 'literal' || count.type !== 'integer' || count.value !== '1') return false;
  return !/\bwith\s+ties\b|\bby\b|%|\bpercent\b/i.test(input.text.slice(limit.start, limit.end));
}

export function isTopOne({ input }: Inference, top: { readonly start: number; readonly end: number }): boolean {
  return /^top\s*\(?\s*1\s*\)?$/i.test(input.text.slice(top.start, top.end).trim());
}

/** The aggregate is one in every dialect that may be meant; in some, functions of the same name work on one row. */
export function makesOneRow(call: FunctionCall, name: string, dialect: Dialect): boolean {
  if (SCALAR_TOO.has(name)) return false;
  return !(
    (name === 'min' || name === 'max') &&
    call.arguments.length > 1 &&
    (dialect === 'sqlite' || dialect === 'ansi')
  );
}

const SCALAR_TOO: ReadonlySet<string> = new Set(
  'checksum first last any list hll percentile quantile histogram grouping grouping_id entropy hash_agg'.split(' '),
);

/** Of a scope whose output is known. */
export function rowsOfSelect(inference: Inference, scope: Scope): RowFacts {
  const { select } = scope;
  if (select === undefined || select.isOpaque || scope.isOpen || select.others.length > 0) return noRowFacts;
  if (scope.makesRows || select.items.some(givesSeveral)) return noRowFacts;
  if (scope.relations.length > RELATION_LIMIT || isShell(inference, select)) return noRowFacts;
  return findLater(scope.relations, new SelectRows(inference, scope, select));
}

/** Any number of columns, or several of one expression. */
function givesSeveral(item: SelectItem): boolean {
  return item.kind === 'unknown-item' || (item.kind === 'item' && item.aliases !== undefined);
}

/** What the keys of a select rest on, each found when it is asked for; also how its output columns hang together. */
class SelectRows implements RowFinder, ColumnDependencies {
  readonly scope: Scope;
  readonly select: Select;
  readonly #inference: Inference;
  #naming: Naming | undefined;
  #behind: Rows | undefined;
  #numberings: readonly Numbering[] | undefined;
  #constants: ColumnDependencies['constants'] | undefined;
  #numbered: ReadonlySet<string> | undefined;

  constructor(inference: Inference, scope: Scope, select: Select) {
    this.scope = scope;
    this.select = select;
    this.#inference = inference;
  }

  keys(): readonly CandidateKey[] {
    return keysOfSelect(this.#inference, this);
  }

  dependencies(): ColumnDependencies {
    return this;
  }

  get naming(): Naming {
    this.#naming ??= new Naming(this.#inference, this.scope);
    return this.#naming;
  }

  get behind(): Rows {
    this.#behind ??= rowsOf(this.#inference, this.scope);
    return this.#behind;
  }

  get numberings(): readonly Numbering[] {
    this.#numberings ??= numberingsOf(this.select, this.naming);
    return this.#numberings;
  }

  get constants(): ColumnDependencies['constants'] {
    this.#constants ??= constantsOf(this.scope, this.select, this.naming, () => this.behind);
    return this.#constants;
  }

  get computed(): ColumnDependencies['computed'] {
    return this.naming.computed;
  }

  get numbered(): ReadonlySet<string> {
    this.#numbered ??= numberedOf(
      this.#inference,
      this.scope,
      this.naming,
      this.numberings.map(({ name }) => name),
    );
    return this.#numbered;
  }
}

function keysOfSelect(inference: Inference, rows: SelectRows): readonly CandidateKey[] {
  const { scope, select, naming } = rows;
  const isOneRow =
    select.groupBy === undefined ? scope.aggregates || select.from === undefined : isEmptyGroup(select.groupBy);
  if (isOneRow) return oneRow(scope.aggregates ? 'aggregate without group by' : 'one row');
  const keys = new KeyList();
  const addElements = (elements: readonly Element[] | undefined, because: string): void => {
    if (elements === undefined) return;
    for (const key of keysOfElements(rows.behind, elements, naming, because)) keys.add(key);
  };
  if (select.groupBy !== undefined) addElements(groupedElements(inference, scope, naming), 'group by');
  const partition = select.qualify && firstOfPartition(inference, select);
  if (partition) addElements(elementsOf(inference, partition, naming), 'row_number() = 1');
  if (select.distinct?.on !== undefined) addElements(elementsOf(inference, select.distinct.on, naming), 'distinct on');
  if (select.groupBy === undefined) addKept(rows, keys);
  const isDistinct = select.distinct !== undefined && select.distinct.on === undefined;
  if (isDistinct && keys.list.length === 0 && scope.output.isComplete) {
    const names = scope.output.columns.map((_, i) => constantName(scope, i));
    if (!names.some(name => name.startsWith('#')) && new Set(names).size === names.length) {
      const columns = names.filter(name => !rows.constants.has(name));
      keys.add({ columns, because: 'distinct', by: 'proved' });
    }
  }
  for (const { name, over } of rows.numberings) {
    for (const key of keysOfElements(rows.behind, elementsOf(inference, over, naming), naming, 'row_number()'))
      keys.add({ ...key, columns: [...key.columns, name] });
  }
  for (const key of [...keys.list]) for (const other of hashed(key, naming)) keys.add(other);
  return keys.list;
}

/** `where 1 = 0`, `where false`: columns without rows, for hooks and scripts to fill; the text proves nothing of those. */
function isShell(inference: Inference, { where }: Select): boolean {
  if (where === undefined) return false;
  return lastingOperands(inference, where.condition).some(conjunct => {
    if (conjunct.kind === 'literal') return conjunct.type === 'boolean' && conjunct.value.toLowerCase() === 'false';
    if (conjunct.kind !== 'binary' || conjunct.operator !== '=') return false;
    const [left, right] = [bare(conjunct.left), bare(conjunct.right)];
    if (left.kind !== 'literal' || right.kind !== 'literal' || left.hasUnknown || right.hasUnknown) return false;
    return left.type === 'integer' && right.type === 'integer' && Number(left.value) !== Number(right.value);
  });
}

/** `group by ()`. */
function isEmptyGroup(groupBy: NonNullable<Select['groupBy']>): boolean {
  const [only] = groupBy.items;
  return !groupBy.all && groupBy.items.length === 1 && only?.kind === 'grouping' && only.form === 'empty';
}

/** Each key once; a key that holds another one as well founded says nothing more. */
class KeyList {
  list: CandidateKey[] = [];

  add({ columns, because, by, declaredBy }: CandidateKey): void {
    if (columns.length > KEY_WIDTH) return;
    const sorted = columns.length < 2 ? columns : [...new Set(columns)].sort();
    if (this.list.some(key => isWithin(key.columns, sorted) && (key.by === 'proved' || by === 'declared'))) return;
    if (this.list.length > 0)
      this.list = this.list.filter(
        key => !(isWithin(sorted, key.columns) && (by === 'proved' || key.by === 'declared')),
      );
    if (this.list.length >= KEY_COUNT) return;
    this.list.push(
      declaredBy === undefined ? { because, by, columns: sorted } : { because, by, declaredBy, columns: sorted },
    );
  }
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length <= outer.length && inner.every(one => outer.includes(one));
}

/* ----------------------------------------------------------------- elements */

/** One expression of GROUP BY, PARTITION BY or DISTINCT ON. */
interface Element {
  /** Lower-case name under which it comes out. */
  readonly name: string | undefined;
  /** The column that it is. */
  readonly column: ColumnOfRelation | undefined;
  /** The columns it rests on; `undefined` when that cannot be told. */
  readonly from: readonly ColumnOfRelation[] | undefined;
}

function elementOf(inference: Inference, expression: Expression, naming: Naming): Element {
  let inner = bare(expression);
  if (inner.kind === 'column') {
    const resolved = resolveReference(inference, inner);
    if (resolved?.kind === 'alias') inner = bare(resolved.item.expression);
  }
  const column = inner.kind === 'column' ? columnOfRelation(inference, inner) : undefined;
  const name = outputNameOf(inference, bare(expression), naming.outputs) ?? naming.nameOfText(inner);
  if (column) return { name, column, from: [column] };
  return { name, column: undefined, from: columnsBehind(inference, inner) };
}

function elementsOf(inference: Inference, expressions: readonly Expression[], naming: Naming): readonly Element[] {
  return expressions.map(expression => elementOf(inference, expression, naming));
}

function groupedElements(inference: Inference, scope: Scope, naming: Naming): readonly Element[] | undefined {
  const { select } = scope;
  const groupBy = select?.groupBy;
  if (select === undefined || groupBy === undefined) return undefined;
  if (groupBy.all) {
    const elements: Element[] = [];
    // Where all items are constants, some engines do not group at all.
    let groups = false;
    for (const [i, item] of select.items.entries()) {
      if (item.kind !== 'item') return undefined;
      if (holdsAggregate(inference, bare(item.expression))) {
        groups = true;
        continue;
      }
      const element = { ...elementOf(inference, item.expression, naming), name: naming.outputs.nameOfItem(i) };
      groups ||= element.from === undefined || element.from.length > 0;
      elements.push(element);
    }
    return groups ? elements : undefined;
  }
  const elements: Element[] = [];
  for (const item of groupBy.items) {
    if (item.kind === 'grouping') return undefined;
    const inner = bare(item);
    if (inner.kind === 'literal' && inner.type === 'integer') {
      const ordinal = Number(inner.value);
      const items = select.items.slice(0, ordinal);
      const last = items[ordinal - 1];
      if (last?.kind !== 'item' || !items.every(one => one.kind === 'item')) return undefined;
      elements.push({ ...elementOf(inference, last.expression, naming), name: naming.outputs.nameOfItem(ordinal - 1) });
    } else elements.push(elementOf(inference, inner, naming));
  }
  return elements;
}

/** A name may carry an aggregate of a CTE along: here it is a column like any other. */
function holdsAggregate(inference: Inference, expression: Expression): boolean {
  return expression.kind !== 'column' && deriveExpression(inference, expression).derivation === 'aggregate';
}

/**
 * One row for each combination of the elements. Elements that follow from the others add nothing: a customer's name beside
 * the customer's id.
 */
function keysOfElements(
  rows: Rows,
  elements: readonly Element[],
  naming: Naming,
  because: string,
): readonly CandidateKey[] {
  if (elements.length > KEY_WIDTH) return [];
  const found: CandidateKey[] = [];
  for (const trust of ['proved', 'declared'] as const) {
    const kept = [...elements];
    // Those without a name of their own first, then from the right: the first ones are what people name a grain by.
    const order = elements
      .map((_, i) => i)
      .sort((a, b) => Number(!!elements[a]?.name) - Number(!!elements[b]?.name) || b - a);
    for (const i of order) {
      const element = elements[i] as Element;
      if (element.from === undefined) continue;
      const others: ColumnOfRelation[] = [];
      for (const one of kept) if (one !== element && one.column !== undefined) others.push(one.column);
      const { has } = closureOf(rows, others, trust);
      if (element.from.every(has)) kept.splice(kept.indexOf(element), 1);
    }
    const columns = naming.namesOf(kept, rows, trust);
    if (columns) found.push({ columns, because, by: trust });
    if (columns && !rows.restOnDeclared) break;
  }
  return found;
}

/* ----------------------------------------------------------- row_number() */

/** `qualify row_number() over (partition by a, b order by …) = 1`. */
function firstOfPartition(inference: Inference, select: Select): readonly Expression[] | undefined {
  if (select.qualify === undefined) return undefined;
  for (const conjunct of conjunctsOf(select.qualify.condition)) {
    if (conjunct.kind !== 'binary' || !isFirst(conjunct)) continue;
    let left = bare(conjunct.left);
    if (left.kind === 'column') {
      const resolved = resolveReference(inference, left);
      if (resolved?.kind === 'alias') left = bare(resolved.item.expression);
    }
    const partition = partitionOf(left, select);
    if (partition !== undefined) return partition;
  }
  return undefined;
}

function isFirst({ operator, right }: BinaryExpression): boolean {
  const value = bare(right);
  if (value.kind !== 'literal' || value.type !== 'integer') return false;
  return ((operator === '=' || operator === '<=') && value.value === '1') || (operator === '<' && value.value === '2');
}

/** What a `row_number()` counts within; nothing when it counts all rows. */
function partitionOf(expression: Expression, select: Select): readonly Expression[] | undefined {
  if (expression.kind !== 'call' || expression.name.parts.length !== 1 || expression.over === undefined)
    return undefined;
  if ((expression.name.parts[0]?.folded ?? '') !== 'row_number') return undefined;
  const over = expression.over;
  const window = over.kind === 'window' ? over : select.windows.find(one => one.name.folded === over.folded)?.window;
  return window?.base === undefined ? window?.partitionBy : undefined;
}

interface Numbering {
  readonly name: string;
  readonly over: readonly Expression[];
}

/** Columns that number the rows of each partition: with what they count within, they tell all rows apart. */
function numberingsOf(select: Select, naming: Naming): readonly Numbering[] {
  const found: Numbering[] = [];
  for (const { expression, index } of naming.expressions) {
    const over = expression.kind === 'call' ? partitionOf(expression, select) : undefined;
    const name = over && naming.outputs.nameOfItem(index);
    if (over !== undefined && name !== undefined) found.push({ name, over });
  }
  return found;
}

/* ------------------------------------------------------------- kept keys */

/** Keys of what FROM reads that hold for the rows behind its joins and conditions. */
function addKept(select: SelectRows, keys: KeyList): void {
  const { scope, naming } = select;
  if (scope.relations.every(relation => relation.keys.length === 0)) return;
  // Nothing tells the rows of a relation without a key apart.
  if (scope.relations.some(relation => relation.keys.length === 0 && mayRepeat(scope, relation))) return;
  const rows = select.behind;
  const proved = startsOf(rows, 'proved');
  const areNamed = addStarts(rows, proved, 'proved', naming, keys);
  const declared = startsOf(rows, 'declared');
  // Where each of them is proved too, they lead to the same in the same way.
  if (areNamed && proved.length <= GROWING && !rows.restOnDeclared && areSameKeys(proved, declared)) return;
  addStarts(rows, declared, 'declared', naming, keys);
}

/** Where the first relations lead to no key, later ones lead to the same. */
const GROWING = 4;

/** False when there were keys of which some part does not come out. */
function addStarts(rows: Rows, starts: readonly PartKey[], trust: Trust, naming: Naming, keys: KeyList): boolean {
  let areNamed = true;
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as PartKey;
    // Stated and proved it leads to the same.
    if (starts.some((other, at) => at < i && isSameKey(other, start))) continue;
    const whole = wholeKey(rows, start, trust, i < GROWING);
    if (whole === undefined) continue;
    const parts = whole.map(column => ({ name: undefined, column }));
    const columns = naming.namesOf(parts, rows, trust);
    if (columns === undefined) {
      areNamed = false;
      continue;
    }
    const { key } = start;
    const isAsIs = whole.length === start.columns.length && whole.every(one => start.columns.includes(one));
    const because = isAsIs ? key.because : becauseOfRest(key.because, whole.length < start.columns.length);
    const declaredBy = isAsIs && trust === 'declared' ? key.declaredBy : undefined;
    keys.add({ columns, because, by: trust, ...(declaredBy === undefined ? {} : { declaredBy }) });
  }
  return areNamed;
}

/** In the same order, but for those that `others` has twice. */
function areSameKeys(keys: readonly PartKey[], others: readonly PartKey[]): boolean {
  let found = 0;
  for (let i = 0; i < others.length; i++) {
    const other = others[i] as PartKey;
    const key = keys[found];
    if (key !== undefined && isSameKey(key, other)) found++;
    else if (!others.some((one, at) => at < i && isSameKey(one, other))) return false;
  }
  return found === keys.length;
}

function mayRepeat({ tables }: Scope, { hiddenBy, table }: ScopeRelation): boolean {
  if (hiddenBy !== undefined || table.kind === 'unnest') return false;
  return !tables.some(one => one.kind === 'join' && joinsOnce(one));
}

/** Somewhere in the chain stands a join that finds one row at most, whatever the keys. */
function joinsOnce(table: Join): boolean {
  for (let current: TableExpression = table; current.kind === 'join'; current = current.left)
    if (current.modifier === 'asof' || current.modifier === 'any') return true;
  return false;
}

function becauseOfRest(because: string, isSmaller: boolean): string {
  if (because === 'row_number()') return 'row_number() = 1';
  return !isSmaller || because.endsWith(BEHIND_FILTER) ? because : `${because}${BEHIND_FILTER}`;
}

const BEHIND_FILTER = ' behind a filter';

function startsOf(rows: Rows, trust: Trust): readonly PartKey[] {
  const starts: PartKey[] = [];
  for (const { keys, isHidden } of rows.parts) {
    if (isHidden) continue;
    let count = 0;
    for (const one of keys) {
      if (trust === 'proved' && one.key.by !== 'proved') continue;
      if (starts.length >= 4 * KEY_COUNT) return starts;
      if (count >= KEY_COUNT) break;
      starts.push(one);
      count++;
    }
  }
  return starts;
}

/** The key, with keys of other relations as far as they are needed and without what follows from the rest. */
function wholeKey(rows: Rows, start: PartKey, trust: Trust, mayGrow: boolean): readonly ColumnOfRelation[] | undefined {
  const own = start.columns.length < 2 ? start.columns : [...new Set(start.columns)];
  const [only, ...others] = rows.parts;
  const isAlone = others.length === 0 && only?.behind.length === 0;
  // A key of the one relation: nothing follows from less, unless a part of it is a key too.
  if (isAlone && !only.addsOne && rows.rules.length === 0 && !only.keys.some(key => isPartOf(key, own))) return own;
  const whole = isAlone ? own : grownKey(rows, own, trust, mayGrow);
  if (whole === undefined) return undefined;
  let columns = whole;
  for (const column of whole) {
    if (!mayFollow(rows, column)) continue;
    const { has, isWhole } = closureOf(rows, columns, trust, column);
    if (isWhole && has(column)) columns = columns.filter(one => one !== column);
  }
  return columns;
}

function isPartOf(key: PartKey, columns: readonly ColumnOfRelation[]): boolean {
  return key.columns.length < columns.length && key.columns.every(column => columns.includes(column));
}

/** With keys of other relations, until the rows of all are told apart. */
function grownKey(
  rows: Rows,
  own: readonly ColumnOfRelation[],
  trust: Trust,
  mayGrow: boolean,
): readonly ColumnOfRelation[] | undefined {
  let columns = own;
  let closure = closureOf(rows, columns, trust);
  for (let step = 0; !closure.isWhole; step++) {
    const next = closure.missing?.keys
      .filter(({ key }) => trust === 'declared' || key.by === 'proved')
      .sort((a, b) => a.columns.length - b.columns.length)[0];
    if (!mayGrow || next === undefined || step >= rows.parts.length) return undefined;
    if (columns.length + next.columns.length > KEY_WIDTH) return undefined;
    columns = [...new Set([...columns, ...next.columns])];
    closure = closureOf(rows, columns, trust);
  }
  return columns;
}

/** The same key with a hash in the place of the columns it is made of. */
function hashed(key: CandidateKey, naming: Naming): readonly CandidateKey[] {
  const found: CandidateKey[] = [];
  for (const { column, from, tellsApart } of naming.computed) {
    if (tellsApart === 'no' || key.columns.includes(column) || !from.every(one => key.columns.includes(one))) continue;
    found.push({
      columns: [...key.columns.filter(one => !from.includes(one)), column],
      because: key.because,
      by: tellsApart === 'meant' ? 'declared' : key.by,
    });
  }
  return found;
}
