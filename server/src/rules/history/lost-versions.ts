/** Versions that a load closes and never opens again. */

import type { Config } from '../../config/config.ts';
import type { Expression, Select } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, operandsOf } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';
import { hasUnknownText, isRead, mayBeSameTarget, targetOf, writesIn } from '../writes.ts';
import { changeConditionsOf } from './change-conditions.ts';
import { changesIn, nameOf } from './changes.ts';
import { type Close, type Insertion, isSameValue, type Load, type MergeParts, picksCurrent } from './load.ts';
import { queryBehind, readsTarget, sidesOfSelect } from './load-sides.ts';
import { hasNullCopies } from './load-source.ts';
import { roleInLoad } from './load-values.ts';

/** Closes of matched rows whose new version nothing inserts. */
export function closesWithoutInsert(unit: SqlUnit, load: Load): readonly { close: Close; merge: MergeParts }[] {
  return load.merges.flatMap(merge => {
    const closes = load.closes.filter(one => one.statement === merge.merge && one.match === 'matched');
    const insertion = load.insertions.find(one => one.statement === merge.merge);
    if (!insertion || closes.length === 0 || !isRead(unit, merge.merge) || !cannotInsert(unit, merge, insertion))
      return [];
    const close = closes.find(one => isOfChange(unit, one, merge));
    if (!close || insertsElsewhere(unit, merge, load)) return [];
    // A branch that overwrites what changed keeps the row in place: then nothing is closed for a change.
    const overwrites = merge.merge.branches.some(
      ({ match, action }) =>
        match === 'matched' &&
        action.kind === 'merge-update' &&
        !closes.some(one => one.branch?.action === action) &&
        (action.all || action.set.some(set => merge.sides.ofAll(set.value) === 'source')),
    );
    return overwrites ? [] : [{ close, merge }];
  });
}

/** What the INSERT writes into the columns of ON is what ON compares them with: a row that matched is not inserted. */
function cannotInsert(unit: SqlUnit, merge: MergeParts, insertion: Insertion): boolean {
  const { keys, otherConditions, source } = merge;
  if (keys.length === 0 || otherConditions.length > 0 || hasUnknownText(unit, merge.merge.on)) return false;
  if (keys.some(({ column }) => /hash|diff|checksum|version/.test(column))) return false;
  const isSame = keys.every(({ column, source: matched }) => {
    if (insertion.isByName) return matched.kind === 'column' && matched.parts.at(-1)?.name.toLowerCase() === column;
    const value = insertion.values.get(column);
    return value !== undefined && isSameValue(unit, matched, value);
  });
  // A source that is an argument may be anything, yet the key it is matched by is the one that is inserted.
  if (!isSame || !source) return false;
  const { table } = source.relation;
  if (table.kind === 'subquery' && hasNullCopies(table.query)) return false;
  const cte = source.relation.cte?.node.query;
  if (cte?.kind === 'query' && hasNullCopies(cte)) return false;
  return !source.branches.some(
    branch => source.isUnion && branch.items.some(item => item.kind === 'item' && isNull(item.expression)),
  );
}

function isNull(expression: Parameters<typeof bare>[0]): boolean {
  const value = bare(expression);
  return value.kind === 'literal' && value.type === 'null';
}

/** It closes because something changed, or closes whatever matches; not because the source says that a row was deleted. */
function isOfChange(unit: SqlUnit, close: Close, merge: MergeParts): boolean {
  if (close.condition === undefined) return close.end !== undefined || close.flag !== undefined;
  const { comparisons, isComplete } = changesIn(unit, close.condition, merge.sides);
  if (comparisons.some(one => one.kind === 'differs') || !isComplete) return true;
  return operandsOf(close.condition, 'and').some(
    one =>
      one.kind === 'binary' &&
      one.operator === '=' &&
      one.right.kind === 'literal' &&
      merge.sides.ofAll(one.left) === 'source' &&
      /^(?:u|upd\w*|chang\w*|modif\w*)$/i.test(one.right.value),
  );
}

/** Another statement may put the new version in, or nobody can tell what is run beside this one. */
function insertsElsewhere(unit: SqlUnit, merge: MergeParts, load: Load): boolean {
  if (runsUnknown(unit)) return true;
  return writesIn(unit).some(
    one =>
      one !== merge.merge &&
      mayBeSameTarget(targetOf(one, unit.text), load.target) &&
      (one.kind === 'insert' ||
        (one.kind === 'merge' && one.branches.some(branch => branch.action.kind === 'merge-insert'))),
  );
}

/** A statement of the script is a placeholder. */
function runsUnknown(unit: SqlUnit): boolean {
  return unit.tree.statements.some(
    one => one.kind === 'query' && one.body.kind === 'error' && hasUnknownText(unit, one),
  );
}

/** Inserts from a join with the current rows, behind the statement that closed the changed ones. */
export function insertsBehindClose(
  unit: SqlUnit,
  load: Load,
  validity: Config['validity'],
): readonly { insertion: Insertion; close: Close; newKeysGetIn: boolean }[] {
  return load.insertions.flatMap(insertion => {
    const { statement, select } = insertion;
    if (statement.kind !== 'insert' || !select || hasUnknownText(unit, statement) || !isRead(unit, statement))
      return [];
    const close = load.closes.find(
      one =>
        one.statement.end <= statement.start &&
        one.match !== 'by-source' &&
        unit.tree.statements.includes(one.statement) &&
        unit.tree.statements.includes(statement),
    );
    if (!close || insertion.isOpen === false || !joinsCurrent(unit, select, load, validity)) return [];
    // With no other way in for what changed.
    const others = load.insertions.filter(one => one !== insertion && one.statement.end > close.statement.start);
    const isAlone = others.every(one => insertsNewKeys(unit, one, close, load, validity));
    return isAlone ? [{ insertion, close, newKeysGetIn: others.length > 0 }] : [];
  });
}

/** It takes keys alone that the table has never had: what was closed a moment ago is not among them. */
function insertsNewKeys(
  unit: SqlUnit,
  insertion: Insertion,
  close: Close,
  load: Load,
  validity: Config['validity'],
): boolean {
  if (insertion.statement.kind !== 'insert') return false;
  const all = changeConditionsOf(unit, load, validity);
  const keys = new Set(
    all
      .filter(({ statement }) => statement === close.statement)
      .flatMap(({ condition, sides }) => changesIn(unit, condition, sides).comparisons)
      .flatMap(one => (one.kind === 'equals' ? one.columns : [])),
  );
  return all.some(({ statement, finds, condition, sides }) => {
    if (statement !== insertion.statement || finds !== 'unchanged') return false;
    const { comparisons, isComplete } = changesIn(unit, condition, sides);
    return (
      isComplete &&
      comparisons.length > 0 &&
      comparisons.every(one => one.kind === 'equals' && one.columns.every(column => keys.has(column))) &&
      !columnsIn(condition).some(
        column => sides.of(column) === 'target' && roleInLoad(nameOf(column), validity) !== undefined,
      )
    );
  });
}

function joinsCurrent(unit: SqlUnit, select: Select, load: Load, validity: Config['validity']): boolean {
  const conditions = innerConditions(unit, select, load, validity);
  const sides = sidesOfSelect(unit, select, load.target);
  const current = conditions
    .flatMap(one => operandsOf(one, 'and'))
    .filter(one => picksCurrent(one, validity) && sides.ofAll(one) === 'target');
  const isCompared = conditions.some(one =>
    changesIn(unit, one, sides).comparisons.some(({ kind }) => kind === 'differs'),
  );
  return isCompared && (current.length > 0 || joinsRowsThatAreCurrent(unit, select, load, validity));
}

/** `join (select * from dim where is_current) as d`: the current rows are picked before the join. */
function joinsRowsThatAreCurrent(unit: SqlUnit, select: Select, load: Load, validity: Config['validity']): boolean {
  const isInner = innerConditions(unit, select, load, validity).length > 0;
  const relations = unit.facts.scopes.get(select)?.relations ?? [];
  return (
    isInner &&
    relations.some(relation => {
      const body = readsTarget(unit, relation, load.target) ? queryBehind(unit, relation)?.body : undefined;
      const where = body?.kind === 'select' ? body.where?.condition : undefined;
      return where !== undefined && operandsOf(where, 'and').some(one => picksCurrent(one, validity));
    })
  );
}

/**
 * Conditions that every row of the select has fulfilled: WHERE and inner joins. An outer join of the target is one too when
 * WHERE asks its rows for their flag; a target that is joined otherwise may be missing.
 */
function innerConditions(
  unit: SqlUnit,
  select: Select,
  load: Load,
  validity: Config['validity'],
): readonly Expression[] {
  const found: Expression[] = select.where ? [select.where.condition] : [];
  const sides = sidesOfSelect(unit, select, load.target);
  const where = select.where ? operandsOf(select.where.condition, 'and') : [];
  const isUndone = where.some(one => one.kind !== 'is' && picksCurrent(one, validity) && sides.ofAll(one) === 'target');
  const open = [...(select.from?.items ?? [])];
  for (let table = open.pop(); table; table = open.pop()) {
    if (table.kind !== 'join') continue;
    if (table.type !== 'inner' && table.type !== 'cross' && !(table.type === 'left' && isUndone)) return [];
    if (table.on) found.push(table.on);
    open.push(table.left, table.right);
  }
  return found;
}
