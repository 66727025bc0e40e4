/** All places where a load decides whether something changed. */

import type { Config } from '../../config/config.ts';
import type { CreateStatement, Expression, Join, MergeBranch, Select, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, operandsOf } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';
import { creationOf, targetNamed, type WriteStatement } from '../writes.ts';
import { nameOf } from './changes.ts';
import { type Load, picksCurrent } from './load.ts';
import { type Sides, sidesOfSelect, sidesOfStatement } from './load-sides.ts';

export interface ChangeCondition {
  readonly condition: Expression;
  readonly sides: Sides;
  readonly statement: WriteStatement;
  /** `change`: rows that fulfil it have changed. `unchanged`: they have not, and are left out (NOT EXISTS, anti-join). */
  readonly finds: 'change' | 'unchanged';
  readonly branch: MergeBranch | undefined;
  /** The select it filters. */
  readonly select: Select | undefined;
}

export function changeConditionsOf(
  unit: SqlUnit,
  load: Load,
  validity: Config['validity'],
): readonly ChangeCondition[] {
  const found: ChangeCondition[] = [];
  const tables = new Set<CreateStatement>();
  for (const statement of load.writes) {
    if (statement.kind === 'merge' || statement.kind === 'update') {
      const sides = sidesOfStatement(unit, statement);
      const add = (condition: Expression | undefined, branch: MergeBranch | undefined) => {
        if (condition) found.push({ condition, sides, statement, finds: 'change', branch, select: undefined });
      };
      if (statement.kind === 'update') add(statement.where, undefined);
      else {
        for (const branch of statement.branches) {
          if (branch.match === 'matched' && branch.action.kind === 'merge-update') add(branch.condition, branch);
        }
      }
      if (statement.kind === 'update') {
        // MySQL joins before SET: `update dim d join stg s on … set …`.
        for (const join of joinsIn([statement.target, ...statement.from])) add(join.on, undefined);
      }
    }
    const open: SqlNode[] = [statement];
    for (let next = open.pop(); next; next = open.pop()) {
      walk(next, (node, ancestors) => {
        if (node.kind === 'select') found.push(...ofSelect(unit, load, statement, node, ancestors, validity));
        if (node.kind !== 'table') return;
        // `create table changed as select …`: what changed is picked before, and read here.
        const made = creationOf(unit, targetNamed(node.name), node.start);
        if (made?.query?.kind !== 'query' || tables.has(made) || tables.size >= MAX_TABLES) return;
        tables.add(made);
        open.push(made.query);
      });
    }
  }
  return found;
}

const MAX_TABLES = 40;

function ofSelect(
  unit: SqlUnit,
  load: Load,
  statement: WriteStatement,
  select: Select,
  ancestors: readonly SqlNode[],
  validity: Config['validity'],
): readonly ChangeCondition[] {
  const sides = sidesOfSelect(unit, select, load.target);
  const base = { sides, statement, branch: undefined, select };
  const joins = joinsIn(select.from?.items ?? []);
  const conditions = [...(select.where ? [select.where.condition] : []), ...joins.flatMap(join => join.on ?? [])];
  if (isUnderNotExists(ancestors)) {
    return conditions.map(condition => ({ ...base, condition, finds: 'unchanged' as const }));
  }
  const where = select.where ? operandsOf(select.where.condition, 'and') : [];
  return conditions.map(condition => {
    const join = joins.find(one => one.on === condition);
    const isAnti = join?.type === 'left' && where.some(one => isMissing(one, sides, validity));
    return { ...base, condition, finds: isAnti ? ('unchanged' as const) : ('change' as const) };
  });
}

/** `d.customer_id is null`: no row of the target fits. */
function isMissing(condition: Expression, sides: Sides, validity: Config['validity']): boolean {
  const one = bare(condition);
  return (
    one.kind === 'is' &&
    one.test === 'null' &&
    !one.not &&
    sides.ofAll(one.operand) === 'target' &&
    !picksCurrent(one, validity)
  );
}

function isUnderNotExists(ancestors: readonly SqlNode[]): boolean {
  let at = ancestors.length - 1;
  while (at >= 0 && /^(?:query|parenthesized-query)$/.test(ancestors[at]?.kind ?? '')) at--;
  if (ancestors[at]?.kind !== 'exists') return false;
  at--;
  while (ancestors[at]?.kind === 'parenthesized') at--;
  const outer = ancestors[at];
  return outer?.kind === 'unary' && outer.operator === 'not';
}

export function joinsIn(
  tables: Select['from'] extends infer F ? (F extends { items: infer I } ? I : never) : never,
): readonly Join[] {
  const found: Join[] = [];
  const open = [...tables];
  for (let table = open.pop(); table; table = open.pop()) {
    if (table.kind === 'parenthesized-table') open.push(table.table);
    if (table.kind !== 'join') continue;
    found.push(table);
    open.push(table.left, table.right);
  }
  return found;
}

/** Columns of the target that tell its things apart, as far as the load says so: what its statements match rows by. */
export function keysOfLoad(unit: SqlUnit, load: Load): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { keys } of load.merges) for (const { column } of keys) found.add(column);
  for (const statement of load.writes) {
    if (statement.kind !== 'update') continue;
    const sides = sidesOfStatement(unit, statement);
    for (const one of statement.where ? operandsOf(statement.where, 'and') : []) {
      if (one.kind !== 'binary' || one.operator !== '=') continue;
      const [a, b] = [bare(one.left), bare(one.right)];
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        if (own.kind === 'column' && sides.of(own) === 'target' && sides.ofAll(other) === 'source')
          found.add(nameOf(own));
      }
    }
  }
  return found;
}
