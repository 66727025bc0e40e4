/** Sums of a column that a model already repeats: the join stands there, the wrong number here. */

import { isHarmless, passesRows, type Repetition } from '../../project/fan-out.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { traceReference } from '../../project/trace.ts';
import type { ColumnReference, FunctionCall, Select } from '../../syntax/sql/tree.ts';
import { columnsIn, joinsIn, operandsOf } from '../expressions.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';
import { groupsOf } from './fan-outs.ts';

export interface RepeatedSum {
  /** Id of the model that is read. */
  readonly node: string;
  readonly repetition: Repetition;
}

export function repeatedIn(
  unit: SqlUnit,
  project: ProjectView,
  select: Select,
  call: FunctionCall,
): RepeatedSum | undefined {
  const references = call.arguments.flatMap(argument => columnsIn(argument.value));
  const read = references.map(reference => sourceOf(unit, reference));
  const [first] = read;
  if (first === undefined || read.some(one => one?.relation !== first.relation)) return undefined;
  const { node } = first.relation;
  if (node === undefined || !first.selects.every(passesRows)) return undefined;
  const columns = read.map(one => one?.column ?? '');
  const repetition = project.repetitionsOf(node).find(one => columns.every(column => one.columns.includes(column)));
  if (!repetition) return undefined;
  const isRepeated = (reference: ColumnReference): boolean => {
    const source = sourceOf(unit, reference);
    return source?.relation === first.relation && repetition.columns.includes(source.column);
  };
  const groups = groupsOf(unit, select, call);
  if (!groups?.flatMap(columnsIn).every(isRepeated)) return undefined;
  // A condition on anything else may pick one row of several.
  const selects = [select, ...first.selects];
  const areHarmless = selects.every(one =>
    conditionsOf(one).every(condition => isHarmless(condition) || columnsIn(condition).every(isRepeated)),
  );
  return areHarmless ? { node, repetition } : undefined;
}

function sourceOf(
  unit: SqlUnit,
  reference: ColumnReference,
): { readonly relation: ScopeRelation; readonly column: string; readonly selects: readonly Select[] } | undefined {
  const traced = traceReference(unit.facts, reference);
  return traced?.kind === 'column'
    ? { relation: traced.relation, column: traced.column, selects: traced.path.map(step => step.select) }
    : undefined;
}

function conditionsOf(select: Select) {
  const joins = joinsIn(select);
  // A join may filter, and says nothing of which row it keeps.
  const inner = joins.filter(join => join.type !== 'left').flatMap(join => join.on ?? []);
  const where = select.where ? [select.where.condition] : [];
  return [...where, ...inner].flatMap(condition => operandsOf(condition, 'and'));
}
