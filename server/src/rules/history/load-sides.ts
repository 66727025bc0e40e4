/** In a comparison of what is there with what comes: which side of it a name stands on. */

import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { ColumnReference, Expression, Query, Select, TableExpression } from '../../syntax/sql/tree.ts';
import { columnsIn } from '../expressions.ts';
import type { SqlUnit } from '../rule.ts';
import {
  creationOf,
  partsOf,
  sharesName,
  type Target,
  tablesOf,
  targetNamed,
  targetOf,
  type WriteStatement,
} from '../writes.ts';

export type Side = 'target' | 'source';

export interface Sides {
  of(reference: ColumnReference): Side | undefined;
  /** The one side that all names of the expression stand on. */
  ofAll(expression: Expression): Side | undefined;
}

const MAX_DEPTH = 8;

/** Sides in MERGE, UPDATE and DELETE. */
export function sidesOfStatement(unit: SqlUnit, statement: Exclude<WriteStatement, { kind: 'insert' }>): Sides {
  const target = targetOf(statement, unit.text);
  const others =
    statement.kind === 'merge' ? [statement.source] : statement.kind === 'update' ? statement.from : statement.using;
  const names = new Map<string, Side>();
  for (const table of others.flatMap(tablesOf)) {
    const name = nameOfTable(table);
    if (name === undefined) continue;
    // `update t set … from dim as t join s …`: the target stands among the others once more.
    const isNamedSo = target.alias === undefined ? unit.dialect === 'tsql' && !target.isUnknown : name === target.alias;
    const isTarget = statement.kind !== 'merge' && isNamedSo && isTable(table, target);
    names.set(name, isTarget ? 'target' : 'source');
  }
  const own = target.alias ?? target.parts.at(-1);
  if (own !== undefined) names.set(own, 'target');
  return makeSides(unit, names, relation => (relation.table === statement.target ? 'target' : 'source'));
}

/** Sides in a query that reads the target among others. */
export function sidesOfSelect(unit: SqlUnit, select: Select, target: Target): Sides {
  const names = new Map<string, Side>();
  // A correlated subquery sees what is around it too.
  let depth = 0;
  for (
    let scope = unit.facts.scopes.get(select) as SelectScope | undefined;
    scope && depth < MAX_DEPTH;
    scope = scope.parent
  ) {
    depth++;
    for (const relation of scope.relations) {
      const name = relation.name?.name.toLowerCase();
      if (name === undefined || names.has(name)) continue;
      names.set(name, readsTarget(unit, relation, target) ? 'target' : 'source');
    }
  }
  return makeSides(unit, names, relation => (readsTarget(unit, relation, target) ? 'target' : 'source'));
}

function makeSides(unit: SqlUnit, names: ReadonlyMap<string, Side>, sideOf: (relation: ScopeRelation) => Side): Sides {
  const of = (reference: ColumnReference): Side | undefined => {
    const qualifier = reference.parts.length > 1 ? reference.parts[reference.parts.length - 2] : undefined;
    const named = qualifier && names.get(qualifier.name.toLowerCase());
    if (named !== undefined) return named;
    // BigQuery: `project.dataset.dim`.column.
    const last = qualifier?.quoted ? qualifier.name.split('.').at(-1) : undefined;
    const ofLast = last !== undefined && last !== qualifier?.name ? names.get(last.toLowerCase()) : undefined;
    if (ofLast !== undefined) return ofLast;
    const resolved = unit.facts.resolve(reference);
    if (resolved?.kind === 'column' || resolved?.kind === 'assumed') return sideOf(resolved.relation);
    return undefined;
  };
  return {
    of,
    ofAll: expression => {
      const sides = columnsIn(expression).map(of);
      return sides.length > 0 && sides.every(side => side === sides[0]) ? sides[0] : undefined;
    },
  };
}

function nameOfTable(table: TableExpression): string | undefined {
  const alias = 'alias' in table ? table.alias?.name.name : undefined;
  if (alias !== undefined) return alias.toLowerCase();
  return table.kind === 'table' ? partsOf(table.name).at(-1) : undefined;
}

export function isTable(table: TableExpression, target: Target): boolean {
  if (table.kind !== 'table') return false;
  const parts = partsOf(table.name);
  if (parts.length === 0) return target.isUnknown;
  return !target.isUnknown && sharesName(parts, target.parts);
}

/** The relation is the target itself, or rows of it and of nothing else. */
export function readsTarget(unit: SqlUnit, relation: ScopeRelation, target: Target): boolean {
  if (relation.kind !== 'cte' && isTable(relation.table, target)) return true;
  const query = queryBehind(unit, relation);
  return query !== undefined && isOnlyOfTarget(unit, query, target, 0);
}

function isOnlyOfTarget(unit: SqlUnit, query: Query, target: Target, depth: number): boolean {
  if (depth > MAX_DEPTH || query.body.kind !== 'select') return false;
  const relations = unit.facts.scopes.get(query.body)?.relations ?? [];
  const [only] = relations;
  if (only === undefined || relations.length > 1) return false;
  if (only.kind !== 'cte' && isTable(only.table, target)) return true;
  const inner = queryBehind(unit, only);
  return inner !== undefined && isOnlyOfTarget(unit, inner, target, depth + 1);
}

/** The query that makes a relation: a subquery, a CTE, or a table or view that the script made before. */
export function queryBehind(unit: SqlUnit, relation: ScopeRelation): Query | undefined {
  if (relation.cte !== undefined) {
    const { query } = relation.cte.node;
    return query.kind === 'query' ? query : undefined;
  }
  const { table } = relation;
  if (table.kind === 'subquery') return table.query;
  if (table.kind !== 'table') return undefined;
  const made = creationOf(unit, targetNamed(table.name), table.start);
  return made?.query?.kind === 'query' ? made.query : undefined;
}

/** A target read inside of the query, however deep: joined, or in a subquery. */
export function mentionsTarget(
  unit: SqlUnit,
  node: { readonly start: number; readonly end: number },
  target: Target,
): boolean {
  for (const [select, scope] of unit.facts.scopes) {
    if (select.start < node.start || select.end > node.end) continue;
    if (scope.relations.some(relation => relation.kind !== 'cte' && isTable(relation.table, target))) return true;
  }
  return false;
}
