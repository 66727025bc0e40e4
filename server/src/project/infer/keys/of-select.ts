/** Candidate keys that the text of a SELECT proves: by GROUP BY, DISTINCT, one row a partition, or kept from what it reads. */

import type { Dialect } from '../../../syntax/sql/dialect.ts';
import type { FunctionCall, Query, Select, SelectItem } from '../../../syntax/sql/tree.ts';
import type { CandidateKey, ColumnDependencies } from '../../facts.ts';
import { lastingOperands } from '../lasting.ts';
import { findLater, noRowFacts, oneRow, type RowFinder } from '../row-facts.ts';
import type { RowFacts } from '../scopes.ts';
import { bare, type Inference, type Scope } from '../state.ts';
import { addKept, hashed } from './kept.ts';
import { KeyList } from './key-list.ts';
import { constantName, constantsOf, Naming, numberedOf } from './named.ts';
import {
  type Element,
  elementsOf,
  firstOfPartition,
  groupedElements,
  keysOfElements,
  type Numbering,
  numberingsOf,
} from './of-groups.ts';
import { type Rows, rowsOf } from './rows.ts';

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
