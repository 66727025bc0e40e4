/** What a SUM or AVG works on: one column, what is known of it, and how its rows are grouped. */

import { keptIn } from '../../base/kept.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { type Measure, measureOfExpression } from '../../project/measures.ts';
import { type Traced, traceReference } from '../../project/trace.ts';
import type { ColumnReference, Expression, FunctionCall, Select } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, coversKey, functionName } from '../expressions.ts';
import type { ProjectView, SqlUnit } from '../rule.ts';
import { type Aggregation, aggregationsIn } from './aggregations.ts';
import { groupsOf } from './fan-outs.ts';

export interface Summed {
  readonly call: FunctionCall;
  /** It adds up; otherwise it takes the average. */
  readonly isSum: boolean;
  readonly select: Select;
  readonly reference: ColumnReference;
  readonly relation: ScopeRelation;
  readonly measure: Measure;
  /** Where the column is made, or the node it is read from. */
  readonly traced: Traced | undefined;
}

/** By unit, which is made anew for each check: what YAML says of a measure may have changed, though the tree has not. */
const knownOf = keptIn((_: SqlUnit) => new Map<Select, readonly Summed[]>());

/** Sums and averages whose argument is one column of which something is known. Several rules ask. */
export function summedIn(unit: SqlUnit, project: ProjectView, select: Select): readonly Summed[] {
  const aggregations = select.isOpaque ? [] : aggregationsIn(unit, select);
  if (aggregations.length === 0) return [];
  const bySelect = knownOf(unit);
  let found = bySelect.get(select);
  if (found === undefined) {
    found = aggregations.flatMap(one => findSummed(unit, project, select, one) ?? []);
    bySelect.set(select, found);
  }
  return found;
}

function findSummed(
  unit: SqlUnit,
  project: ProjectView,
  select: Select,
  { call, name }: Aggregation,
): Summed | undefined {
  if (name === 'count' || call.over || call.distinct || call.arguments.length !== 1) return undefined;
  const reference = plainColumn(call.arguments[0]?.value);
  const resolved = reference && unit.facts.resolve(reference);
  if ((resolved?.kind !== 'column' && resolved?.kind !== 'assumed') || !reference || resolved.path.length > 0)
    return undefined;
  if (resolved.relation.scope.select !== select) return undefined;
  const measure = measureOfExpression(contextOf(unit, project), reference);
  if (!measure) return undefined;
  const traced = traceReference(unit.facts, reference);
  return { call, isSum: name === 'sum', select, reference, relation: resolved.relation, measure, traced };
}

export function contextOf(unit: SqlUnit, project: ProjectView) {
  return {
    facts: unit.facts,
    text: unit.text,
    ofNode: (id: string, column: string) => project.measureOf(id, column),
  };
}

/** The column behind casts, rounding and a default: they leave it what it is. */
function plainColumn(expression: Expression | undefined): ColumnReference | undefined {
  let inner = expression && bare(expression);
  for (let depth = 0; inner && depth < 20; depth++) {
    if (inner.kind === 'column') return inner;
    if (inner.kind === 'cast') inner = bare(inner.operand);
    else if (
      inner.kind === 'call' &&
      !inner.over &&
      /^(?:round|coalesce|ifnull|nvl|zeroifnull)$/.test(functionName(inner))
    ) {
      inner = inner.arguments[0] && bare(inner.arguments[0].value);
    } else return undefined;
  }
  return undefined;
}

/** Each group holds one row of the relation at most, or nobody can tell: then nothing is added up. */
export function mayBeOneRowEach(unit: SqlUnit, { select, call, relation }: Summed): boolean {
  const groups = groupsOf(unit, select, call);
  if (groups === undefined) return true;
  const columns = new Set<string>();
  for (const reference of groups.flatMap(columnsIn)) {
    const resolved = unit.facts.resolve(reference);
    if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return true;
    if (resolved.relation === relation) columns.add(resolved.column.name.toLowerCase());
  }
  return coversKey(relation, columns);
}

/** Joins leave each row of the relation once: what is split over more rows would add up again. */
export function comesOnce(unit: SqlUnit, { relation }: Summed): boolean {
  const others = relation.scope.relations.filter(one => one !== relation && !one.hiddenBy);
  if (others.length === 0) return true;
  const rows = unit.facts.rowsWithOne(relation);
  return others.every(one => rows.determines(one));
}

/** The name as it is written, without its qualifier. */
export function columnName({ reference }: Summed): string {
  return reference.parts.at(-1)?.name ?? '';
}

/** Where the file makes the column, when it does. */
export function madeHere({ traced }: Summed) {
  return traced?.kind === 'expression' ? [{ span: traced.expression, message: 'It is made here.' }] : [];
}
