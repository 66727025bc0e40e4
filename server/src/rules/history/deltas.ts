/** Sources that hold only part of what there is: rows newer than a mark, logs of changes. */

import type { BinaryExpression, Expression, FunctionCall, MergeStatement, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, functionName, operandsOf, selectOfQuery } from '../expressions.ts';
import type { Target } from '../writes.ts';
import { nameOf } from './changes.ts';
import { isTable, type Sides } from './load-sides.ts';
import { clockOf } from './load-values.ts';

export interface Watermark {
  readonly at: BinaryExpression;
  /** What is compared with the mark. */
  readonly column: Expression;
  /** `max(…)` of the target. */
  readonly max: FunctionCall | undefined;
  /** The select that asks for it. */
  readonly select: Select | undefined;
}

/** `updated_at > (select max(valid_from) from dim)`, `loaded_at >= current_date - 3`. */
export function watermarkIn(condition: Expression, target: Target): Watermark | undefined {
  const one = bare(condition);
  if (one.kind !== 'binary') return undefined;
  const isUp = one.operator === '>' || one.operator === '>=';
  const isDown = one.operator === '<' || one.operator === '<=';
  if (!isUp && !isDown) return undefined;
  const [column, mark] = isUp ? [one.left, one.right] : [one.right, one.left];
  const asked = maxOfTarget(mark, target);
  if (asked) return { at: one, column: bare(column), ...asked };
  if (clockOf(mark)) return { at: one, column: bare(column), max: undefined, select: undefined };
  return undefined;
}

/** `(select max(x) from target)` somewhere in the expression. */
export function maxOfTarget(
  expression: Expression,
  target: Target,
): { readonly max: FunctionCall; readonly select: Select } | undefined {
  let found: { readonly max: FunctionCall; readonly select: Select } | undefined;
  walk(expression, node => {
    if (found) return 'skip';
    if (node.kind !== 'scalar-subquery') return undefined;
    const select = selectOfQuery(node.query);
    const table = select?.from?.items[0];
    if (!select || !table || (select.from?.items.length ?? 0) > 1 || !isTable(table, target)) return 'skip';
    for (const item of select.items) {
      if (item.kind !== 'item') continue;
      walk(item.expression, inner => {
        if (inner.kind === 'call' && functionName(inner) === 'max' && inner.over === undefined)
          found ??= { max: inner, select };
      });
    }
    return 'skip';
  });
  return found;
}

/** All watermarks by which a select takes only what is new. */
export function watermarksOf(select: Select, target: Target): readonly Watermark[] {
  const conditions = select.where ? operandsOf(select.where.condition, 'and') : [];
  return conditions.flatMap(one => watermarkIn(one, target) ?? []);
}

const OPERATION =
  /^(?:_*op|_*operation|_*op_?type|_*cdc_(?:op|operation|action|type)|dml_type|_change_type|change_type|metadata\$action|_?dml_operation|row_?kind|action_?type)$/;

/** The column of the source in which a log of changes says what happened, when the MERGE asks for it. */
export function operationAskedFor(merge: MergeStatement, sides: Sides): string | undefined {
  let found: string | undefined;
  for (const branch of merge.branches) {
    if (!branch.condition) continue;
    walk(branch.condition, node => {
      if (node.kind === 'column' && OPERATION.test(nameOf(node)) && sides.of(node) !== 'target')
        found ??= node.parts.at(-1)?.name;
    });
  }
  return found;
}

/** A name people give to logs of changes. */
export function isLogName(name: string): boolean {
  return /(?:^|_)(?:cdc|changelog|changefeed|change_(?:log|feed|data)|changes|deltas?|events|log|stream|kafka|debezium)(?:_|$)/i.test(
    name,
  );
}
