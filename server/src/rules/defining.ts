/** Which expression makes a column of a query, followed through CTEs and subqueries that carry it along. */

import type { ScopeRelation } from '../project/infer/scopes.ts';
import type { CaseExpression, Expression, Literal, Query, QueryBody, Select } from '../syntax/sql/tree.ts';
import { bare } from './expressions.ts';
import type { SqlUnit } from './rule.ts';

export interface Definition {
  readonly expression: Expression;
  /** The selects it comes through, the outermost first; the last one holds the expression. */
  readonly through: readonly Select[];
  /** For each of them, the relation that the column comes from; nothing where an expression makes it. */
  readonly relations: readonly (ScopeRelation | undefined)[];
}

/** The expression behind an output column of the file's query; nothing when several branches make it, or nobody can tell. */
export function definitionOf(column: string, unit: SqlUnit): Definition | undefined {
  const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
  let select = query && selectOf(query);
  let name = column;
  const through: Select[] = [];
  const relations: (ScopeRelation | undefined)[] = [];
  while (select && !through.includes(select)) {
    through.push(select);
    const found = itemNamed(select, name, unit);
    if (!found) return undefined;
    if ('expression' in found) {
      const expression = bare(found.expression);
      const resolved = expression.kind === 'column' ? unit.facts.resolve(expression) : undefined;
      if (expression.kind !== 'column') return { expression, through, relations: [...relations, undefined] };
      if ((resolved?.kind !== 'column' && resolved?.kind !== 'assumed') || resolved.path.length > 0) return undefined;
      if (resolved.kind === 'column' && resolved.merged) return undefined;
      relations.push(resolved.relation);
      const inner = queryBehind(resolved.relation);
      if (!inner) return { expression, through, relations };
      name = resolved.column.name;
      select = selectOf(inner);
    } else {
      relations.push(found.relation);
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

/** All literals an expression can be, NULL left out; nothing when it can be something else. */
export function literalsOf(expression: Expression): readonly Literal[] | undefined {
  const found: Literal[] = [];
  const open: Expression[] = [expression];
  for (let one = open.pop(); one; one = open.pop()) {
    const value = bare(one);
    if (value.kind === 'case') open.push(...resultsOf(value));
    else if (value.kind !== 'literal' || value.hasUnknown) return undefined;
    else if (value.type === 'string' || value.type === 'integer') found.push(value);
    else if (value.type !== 'null') return undefined;
  }
  return found.sort((a, b) => a.start - b.start);
}

function resultsOf(expression: CaseExpression): readonly Expression[] {
  return [...expression.branches.map(one => one.then), ...(expression.else ? [expression.else] : [])];
}
