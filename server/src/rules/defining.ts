/** Which expression makes a column of a query, followed through CTEs and subqueries that carry it along. */

import type { ScopeRelation } from '../project/infer/scopes.ts';
import type { Expression, Query, QueryBody, Select } from '../syntax/sql/tree.ts';
import type { SqlUnit } from './rule.ts';

export interface Definition {
  readonly expression: Expression;
  /** The selects it comes through, the outermost first; the last one holds the expression. */
  readonly through: readonly Select[];
}

/** The expression behind an output column of the file's query; nothing when several branches make it, or nobody can tell. */
export function definitionOf(column: string, unit: SqlUnit): Definition | undefined {
  const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
  let select = query && selectOf(query);
  let name = column;
  const through: Select[] = [];
  while (select && !through.includes(select)) {
    through.push(select);
    const found = itemNamed(select, name, unit);
    if (!found) return undefined;
    if ('expression' in found) {
      const expression = unwrapped(found.expression);
      const resolved = expression.kind === 'column' ? unit.facts.resolve(expression) : undefined;
      if (expression.kind !== 'column') return { expression, through };
      if (resolved?.kind !== 'column' || resolved.path.length > 0 || resolved.merged) return undefined;
      const inner = queryBehind(resolved.relation);
      if (!inner) return { expression, through };
      name = resolved.column.name;
      select = selectOf(inner);
    } else {
      const inner = queryBehind(found.relation);
      select = inner && selectOf(inner);
    }
  }
  return undefined;
}

function itemNamed(
  select: Select,
  name: string,
  unit: SqlUnit,
): { readonly expression: Expression } | { readonly relation: ScopeRelation } | undefined {
  const wanted = name.toLowerCase();
  for (const item of select.items) {
    if (item.kind === 'item' && unit.facts.columnOf(item)?.name.toLowerCase() === wanted)
      return { expression: item.expression };
    if (item.kind !== 'star') continue;
    const changed = [...item.replace.map(one => one.alias?.name), ...item.rename.map(one => one.to.name)];
    if (item.isFiltered || changed.some(one => one?.toLowerCase() === wanted)) return undefined;
    const qualifier = item.qualifier?.parts.at(-1)?.name.toLowerCase();
    const relations = (unit.facts.scopes.get(select)?.relations ?? []).filter(
      one =>
        !one.hiddenBy &&
        (qualifier === undefined || one.name?.name.toLowerCase() === qualifier) &&
        one.columns.columns.some(column => column.name.toLowerCase() === wanted),
    );
    const [relation] = relations;
    if (relation && relations.length === 1) return { relation };
  }
  return undefined;
}

/** The query of a CTE or subquery whose columns keep their names. */
function queryBehind(relation: ScopeRelation): Query | undefined {
  const { cte, table } = relation;
  if ('alias' in table && table.alias && 'columns' in table.alias && table.alias.columns) return undefined;
  if (cte) return cte.node.query.kind === 'query' && !cte.node.columns && !cte.isRecursive ? cte.node.query : undefined;
  return table.kind === 'subquery' ? table.query : undefined;
}

function selectOf(query: Query): Select | undefined {
  if (query.pipes.length > 0) return undefined;
  let body: QueryBody = query.body;
  while (body.kind === 'parenthesized-query') body = body.query.body;
  return body.kind === 'select' ? body : undefined;
}

export function unwrapped(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}
