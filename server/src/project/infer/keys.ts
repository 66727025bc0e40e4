/** Candidate keys that the text of a SELECT proves: by GROUP BY, DISTINCT, one row a partition, or kept from what it reads. */

import { normalizeName } from '../../syntax/sql/names.ts';
import type { BinaryExpression, Expression, Join, Select, SelectItem, SqlNode } from '../../syntax/sql/tree.ts';
import { childrenOf } from '../../syntax/sql/walk.ts';
import type { CandidateKey, OutputColumn } from '../facts.ts';
import { deriveExpression } from './derive.ts';
import { columnsNamed } from './names.ts';
import { columnsOf, isStarred, type Outputs, outputNameOf, outputsByColumn } from './output-names.ts';
import { resolveReference } from './resolve.ts';
import type { ScopeRelation } from './scopes.ts';
import { bare, columnKey, type Inference, type Scope } from './state.ts';

/** A wider key says little, and a set of columns is only compared so far. */
const KEY_LIMIT = 40;

export function keysOfSelect(inference: Inference, scope: Scope): readonly CandidateKey[] {
  const { select } = scope;
  if (select === undefined || select.isOpaque || scope.isOpen || select.others.length > 0) return [];
  if (scope.makesRows || select.items.some(multipliesRows)) return [];
  const output = outputsByColumn(inference, scope);
  const keys: CandidateKey[] = [];
  const add = (columns: readonly string[] | undefined, because: string, by: CandidateKey['by'] = 'proved') => {
    if (columns === undefined || columns.length === 0 || columns.length > KEY_LIMIT) return;
    const sorted = [...new Set(columns)].sort();
    if (!keys.some(key => key.columns.length === sorted.length && key.columns.every((name, i) => name === sorted[i]))) {
      keys.push({ columns: sorted, because, by });
    }
  };

  add(groupedColumns(inference, scope, output), 'group by');
  add(partitionOfOneRow(inference, select, output), 'row_number() = 1');
  if (select.distinct?.on !== undefined) add(columnsOf(inference, select.distinct.on, output), 'distinct on');
  for (const key of keptKeys(inference, scope, output)) add(key.columns, key.because, key.by);
  for (const key of filteredKeys(inference, scope, output)) add(key, 'row_number() = 1');
  const isDistinct = select.distinct !== undefined && select.distinct.on === undefined;
  if (isDistinct && keys.length === 0 && scope.output.isComplete) {
    const names = scope.output.columns.map(column => column.name.toLowerCase());
    if (names.every(name => name !== '') && new Set(names).size === names.length) add(names, 'distinct');
  }
  return keys;
}

/** What the calls in it do was noted when they were read. */
function multipliesRows(item: SelectItem): boolean {
  return item.kind === 'unknown-item' || (item.kind === 'item' && item.aliases !== undefined);
}

/* ---------------------------------------------------------------- GROUP BY */

function groupedColumns(inference: Inference, scope: Scope, output: Outputs): readonly string[] | undefined {
  const { select } = scope;
  const groupBy = select?.groupBy;
  if (select === undefined || groupBy === undefined) return undefined;
  if (groupBy.all) {
    const names: string[] = [];
    let groups = false;
    for (const [i, item] of select.items.entries()) {
      if (item.kind !== 'item') return undefined;
      const expression = bare(item.expression);
      // Where all items are constants, some engines do not group at all.
      groups ||= holdsColumn(expression);
      if (holdsAggregate(inference, expression)) {
        groups = true;
        continue;
      }
      const name = output.byItem.get(i);
      if (name === undefined) return undefined;
      names.push(name);
    }
    return groups ? names : undefined;
  }
  const names: string[] = [];
  for (const item of groupBy.items) {
    if (item.kind === 'grouping') return undefined;
    const inner = bare(item);
    let name: string | undefined;
    if (inner.kind === 'literal' && inner.type === 'integer') {
      name = nameOfOrdinal(scope, Number(inner.value), output);
    } else name = outputNameOf(inference, inner, output) ?? nameOfSameText(inference, select, inner, output);
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

/** `group by 1`: the first item, when no star stands in front of it. */
function nameOfOrdinal(scope: Scope, ordinal: number, output: Outputs): string | undefined {
  const items = scope.select?.items.slice(0, ordinal) ?? [];
  return items.length === ordinal && items.every(item => item.kind === 'item')
    ? output.byItem.get(ordinal - 1)
    : undefined;
}

/** `select lower(a) as b … group by lower(a)`. */
function nameOfSameText(
  inference: Inference,
  select: Select,
  expression: Expression,
  output: Outputs,
): string | undefined {
  if (expression.kind === 'column') return undefined;
  const text = plainText(inference, expression);
  const index = select.items.findIndex(
    item => item.kind === 'item' && plainText(inference, bare(item.expression)) === text,
  );
  return index < 0 ? undefined : output.byItem.get(index);
}

function plainText(inference: Inference, expression: Expression): string {
  return inference.input.text.slice(expression.start, expression.end).replace(/\s+/g, ' ');
}

/** A name may carry an aggregate of a CTE along: here it is a column like any other. */
function holdsAggregate(inference: Inference, expression: Expression): boolean {
  return expression.kind !== 'column' && deriveExpression(inference, expression).derivation === 'aggregate';
}

function holdsColumn(expression: Expression): boolean {
  const stack: SqlNode[] = [expression];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'column') return true;
    stack.push(...childrenOf(node));
  }
  return false;
}

/* ------------------------------------------------------ row_number() = 1 */

/** `qualify row_number() over (partition by a, b order by …) = 1`. */
function partitionOfOneRow(inference: Inference, select: Select, output: Outputs): readonly string[] | undefined {
  if (select.qualify === undefined) return undefined;
  for (const conjunct of conjunctsOf(select.qualify.condition)) {
    if (conjunct.kind !== 'binary' || !isFirst(conjunct.operator, conjunct.right)) continue;
    let left = bare(conjunct.left);
    if (left.kind === 'column') {
      const resolved = resolveReference(inference, left);
      if (resolved?.kind === 'alias') left = bare(resolved.item.expression);
    }
    const partition = partitionOf(left, select);
    if (partition !== undefined && partition.length > 0) return columnsOf(inference, partition, output);
  }
  return undefined;
}

function isFirst(operator: string, right: Expression): boolean {
  const value = bare(right);
  if (value.kind !== 'literal' || value.type !== 'integer') return false;
  return ((operator === '=' || operator === '<=') && value.value === '1') || (operator === '<' && value.value === '2');
}

function partitionOf(expression: Expression, select: Select): readonly Expression[] | undefined {
  if (expression.kind !== 'call' || expression.name.parts.length !== 1 || expression.over === undefined)
    return undefined;
  if (expression.name.parts[0]?.name.toLowerCase() !== 'row_number') return undefined;
  const over = expression.over;
  if (over.kind === 'window') return over.base === undefined ? over.partitionBy : undefined;
  const named = select.windows.find(window => window.name.name.toLowerCase() === over.name.toLowerCase());
  return named?.window.base === undefined ? named?.window.partitionBy : undefined;
}

function conjunctsOf(condition: Expression): readonly Expression[] {
  const conjuncts: Expression[] = [];
  const stack = [condition];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') stack.push(inner.left, inner.right);
    else conjuncts.push(inner);
  }
  return conjuncts;
}

/* ------------------------------------------------------------- kept keys */

/**
 * Keys of the first relation that still hold: it is read alone, or joined only to relations that add at most one row to
 * each of its rows, since the join names a key of theirs.
 */
function keptKeys(inference: Inference, scope: Scope, output: Outputs): readonly CandidateKey[] {
  if (scope.relations[0]?.keys.length === 0) return [];
  const base = keptRelation(inference, scope);
  if (base === undefined) return [];
  const keys: CandidateKey[] = [];
  for (const key of base.keys) {
    const columns = namesInOutput(inference, scope, base, key.columns, output);
    if (columns !== undefined) keys.push({ ...key, columns });
  }
  return keys;
}

/** The relation each of whose rows comes out once at most. */
function keptRelation(inference: Inference, scope: Scope): ScopeRelation | undefined {
  const [base, ...others] = scope.relations;
  if (base === undefined || scope.select?.groupBy !== undefined) return undefined;
  return others.every(other => addsAtMostOneRow(inference, scope, other)) ? base : undefined;
}

function namesInOutput(
  inference: Inference,
  scope: Scope,
  relation: ScopeRelation,
  columns: readonly string[],
  output: Outputs,
): readonly string[] | undefined {
  const names: string[] = [];
  for (const name of columns) {
    const found = nameInOutput(inference, scope, relation, name, output);
    if (found === undefined) return undefined;
    names.push(found);
  }
  return names;
}

function nameInOutput(
  inference: Inference,
  scope: Scope,
  relation: ScopeRelation,
  lowerName: string,
  output: Outputs,
): string | undefined {
  const { dialect } = inference;
  const named = columnsNamed(relation.columns, lowerName, dialect);
  if (named.length > 1) return undefined;
  const column = named[0] ?? { name: lowerName, quoted: false };
  const found = output.byColumn.get(columnKey(relation, normalizeName(column, dialect)));
  if (found !== undefined || named.length > 0) return found;
  // A star over a relation that does not list all its columns carries them too.
  const isCarried = !relation.columns.isComplete && isStarred(inference, scope, relation);
  return isCarried && !scope.output.columns.some(other => other.name.toLowerCase() === lowerName)
    ? lowerName
    : undefined;
}

/** `where rn = 1` over a CTE or subquery that numbers its rows: its partition is a key. */
function filteredKeys(inference: Inference, scope: Scope, output: Outputs): readonly (readonly string[])[] {
  const where = scope.select?.where?.condition;
  if (where === undefined) return [];
  const firsts = conjunctsOf(where).filter(
    (conjunct): conjunct is BinaryExpression =>
      conjunct.kind === 'binary' && isFirst(conjunct.operator, conjunct.right),
  );
  const base = firsts.length === 0 ? undefined : keptRelation(inference, scope);
  if (base === undefined) return [];
  const keys: (readonly string[])[] = [];
  for (const conjunct of firsts) {
    const left = bare(conjunct.left);
    const resolved = left.kind === 'column' ? resolveReference(inference, left) : undefined;
    if (resolved?.kind !== 'column' || resolved.relation !== base || resolved.path.length > 0) continue;
    const partition = numberedBy(inference, base, resolved.column);
    const columns = partition && namesInOutput(inference, scope, base, partition, output);
    if (columns !== undefined) keys.push(columns);
  }
  return keys;
}

/** Columns of the relation over which a column of it numbers the rows from 1. */
function numberedBy(
  inference: Inference,
  relation: ScopeRelation,
  column: OutputColumn,
): readonly string[] | undefined {
  const { table, cte } = relation;
  if (relation.alias !== undefined && 'alias' in table && table.alias?.columns !== undefined) return undefined;
  if (cte !== undefined && (cte.node.columns !== undefined || cte.isRecursive)) return undefined;
  const query = cte === undefined ? (table.kind === 'subquery' ? table.query : undefined) : cte.node.query;
  if (query?.kind !== 'query' || query.body.kind !== 'select' || query.isOpaque) return undefined;
  const select = query.body;
  const inner = inference.scopes.get(select);
  const item = select.items.find(one => one.kind === 'item' && inference.itemColumns.get(one) === column);
  if (inner === undefined || item?.kind !== 'item') return undefined;
  const partition = partitionOf(bare(item.expression), select);
  if (partition === undefined || partition.length === 0) return undefined;
  return columnsOf(inference, partition, outputsByColumn(inference, inner));
}

function addsAtMostOneRow(inference: Inference, scope: Scope, relation: ScopeRelation): boolean {
  const join = joinOf(scope, relation);
  if (join === undefined) return false;
  if (join.type === 'semi' || join.type === 'anti') return true;
  if (join.type !== 'left' && join.type !== 'inner') return false;
  const matched = new Set<string>();
  for (const merged of scope.merged) {
    if (merged.join !== join) continue;
    for (const member of merged.members)
      if (member.relation === relation) matched.add(member.column.name.toLowerCase());
  }
  for (const conjunct of join.on === undefined ? [] : conjunctsOf(join.on)) {
    if (conjunct.kind !== 'binary' || conjunct.operator !== '=') continue;
    const sides = [bare(conjunct.left), bare(conjunct.right)];
    for (const [side, other] of [sides, sides.toReversed()] as [Expression, Expression][]) {
      if (side.kind !== 'column') continue;
      const resolved = resolveReference(inference, side);
      if ((resolved?.kind !== 'column' && resolved?.kind !== 'assumed') || resolved.relation !== relation) continue;
      if (resolved.path.length === 0 && !mentions(inference, other, relation)) {
        matched.add(resolved.column.name.toLowerCase());
      }
    }
  }
  return relation.keys.some(key => key.columns.every(column => matched.has(column)));
}

/** The other side of an equality must be fixed by the rows that are there already. */
function mentions(inference: Inference, expression: Expression, relation: ScopeRelation): boolean {
  if (expression.kind === 'literal') return false;
  if (expression.kind !== 'column') return true;
  const resolved = resolveReference(inference, expression);
  if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return true;
  return resolved.relation.index >= relation.index;
}

/** The join whose right side is the relation alone. */
function joinOf(scope: Scope, relation: ScopeRelation): Join | undefined {
  for (const table of scope.tables) {
    for (let join = table; join.kind === 'join'; join = join.left) {
      if (join.right === relation.table) return join;
    }
  }
  return undefined;
}
