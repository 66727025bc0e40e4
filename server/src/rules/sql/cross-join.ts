import { contains } from '../../base/span.ts';
import type { CteFacts, ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { ColumnReference, Expression, Query, QueryBody, Select, TableExpression } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { columnsIn } from '../expressions.ts';
import { defineRule, insert, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf, tokensIn } from '../written.ts';

export default defineRule({
  summary: 'Two relations are joined without a condition that links them.',
  why: 'Every row of one meets every row of the other: rows multiply, and so does every sum behind it.',
  details:
    'Fires on JOIN without ON or USING, and on a comma, between two relations that no condition of WHERE links. Silent for `cross join` and `on true` (said on purpose), for sides of one row, and for UNNEST, FLATTEN, lateral and array paths.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, report }) {
    if (!unit || select.isOpaque || !select.from) return;
    const scope = unit.facts.scopes.get(select);
    if (!scope || scope.isOpen) return;
    for (const item of select.from.items) checkJoins(item, select, scope, unit, report);
    checkCommas(select, scope, unit, report);
  },
  examples: {
    'JOIN without ON': `
      select o.id, c.name from {{ ref('orders') }} as o join {{ ref('customers') }} as c
                                                        ^^^^ every row of 'o' meets every row of 'c'
      -> Write CROSS JOIN
      select o.id, c.name from {{ ref('orders') }} as o cross join {{ ref('customers') }} as c
    `,
    'a comma that WHERE does not link': `
      select o.id, c.name
      from {{ ref('orders') }} as o, {{ ref('customers') }} as c
                                   ^ nothing links 'c'
      where o.id > 10
      -> Write CROSS JOIN
      select o.id, c.name
      from {{ ref('orders') }} as o cross join {{ ref('customers') }} as c
      where o.id > 10
    `,
    'JOIN without ON that WHERE links': `
      select o.id, c.name from {{ ref('orders') }} as o join {{ ref('customers') }} as c where o.customer_id = c.id
    `,
    'JOIN without ON and a WHERE of one side': `
      select o.id, c.name
      from {{ ref('orders') }} as o
      join {{ ref('customers') }} as c
      ^^^^ every row of 'o' meets every row of 'c'
      where o.id > 10
    `,
    'a comma that WHERE links': `
      select o.id, c.name from {{ ref('orders') }} as o, {{ ref('customers') }} as c where o.customer_id = c.id
    `,
    'said on purpose': `
      select d.day, s.id from {{ ref('days') }} as d cross join {{ ref('stores') }} as s
      left join {{ ref('rates') }} as r on true
    `,
    'a side of one row': `
      with bounds as (select min(day) as first_day, max(day) as last_day from {{ ref('orders') }})
      select o.id, b.first_day from {{ ref('orders') }} as o, bounds as b
    `,
    'arrays and table functions': `
      select t.id, x, f.value, i.sku from {{ ref('orders') }} as t, unnest(t.tags) as x, lateral flatten(input => t.lines) as f, t.items as i
    `,
  },
});

type Report = (
  at: { readonly start: number; readonly end: number },
  message: string,
  details: { fixes: readonly RuleFix[] },
) => void;

function checkJoins(table: TableExpression, select: Select, scope: SelectScope, unit: SqlUnit, report: Report): void {
  // Joins lean left, so a long chain is a deep tree: walked without recursion.
  let current: TableExpression | undefined = table;
  while (current?.kind === 'join') {
    const join: Extract<TableExpression, { readonly kind: 'join' }> = current;
    const isConditional = join.on || join.using || join.natural || join.modifier || join.matchCondition;
    const isPlain =
      (join.type === 'inner' || join.type === 'left' || join.type === 'right' || join.type === 'full') &&
      !isConditional;
    if (
      isPlain &&
      isRelation(join.left) &&
      isRelation(join.right) &&
      isWritten(unit, join.keyword) &&
      !isLinkedInWhere(join, select, scope, unit)
    ) {
      const left = labelOf(join.left.kind === 'join' ? join.left.right : join.left);
      const message = `This join has no condition, so every row of ${left} meets every row of ${labelOf(join.right)}. Write ON, or CROSS JOIN if you mean it.`;
      const keyword = inCaseOf(textOf(unit, join.keyword), 'cross join');
      report(join.keyword, message, {
        fixes: join.type === 'inner' ? [suggest('Write CROSS JOIN', replace(join.keyword, keyword))] : [],
      });
    }
    current = join.left;
  }
}

/** A condition of WHERE names both sides, as in a comma join: the rows do not multiply. Not known counts as yes. */
function isLinkedInWhere(
  join: Extract<TableExpression, { readonly kind: 'join' }>,
  select: Select,
  scope: SelectScope,
  unit: SqlUnit,
): boolean {
  const isOf = (side: TableExpression) => (relation: ScopeRelation) => contains(side, relation.table);
  return [select.where, select.qualify]
    .flatMap(clause => (clause ? conjuncts(clause.condition) : []))
    .some(condition => {
      if (columnsIn(condition).length < 2) return false;
      const mentioned = relationsIn(condition, unit, scope);
      if (mentioned === undefined) return true;
      return [...mentioned].some(isOf(join.left)) && [...mentioned].some(isOf(join.right));
    });
}

function checkCommas(select: Select, scope: SelectScope, unit: SqlUnit, report: Report): void {
  const items = select.from?.items ?? [];
  if (items.length < 2) return;
  const groups = items.map(item => scope.relations.filter(relation => contains(item, relation.table)));
  // Groups of relations that some condition mentions together.
  const parent = items.map((_, i) => i);
  const find = (i: number): number => (parent[i] === i ? i : find(parent[i] as number));
  const groupOf = (relation: ScopeRelation): number => groups.findIndex(group => group.includes(relation));
  for (const condition of conditionsOf(select, items)) {
    const mentioned = relationsIn(condition, unit, scope);
    if (mentioned === undefined) return;
    const [first, ...rest] = [...mentioned].map(groupOf).filter(i => i >= 0);
    if (first !== undefined) for (const other of rest) parent[find(other)] = find(first);
  }
  const reported = new Set<number>([find(0)]);
  for (const [i, item] of items.entries()) {
    if (i === 0 || reported.has(find(i))) continue;
    const before = items[i - 1];
    if (!before || !isPlainGroup(groups[i] ?? [], item) || !isPlainGroup(groups[0] ?? [], items[0] as TableExpression))
      continue;
    reported.add(find(i));
    const comma = tokensIn(unit.tree.tokens, { start: before.end, end: item.start }).find(
      token => unit.text[token.start] === ',',
    );
    if (!comma || !isWritten(unit, comma)) continue;
    const message = `No condition in WHERE links ${labelOf(item)} with ${labelOf(items[0] as TableExpression)}, so every row of one meets every row of the other: nothing links ${labelOf(item)}. Join them ON a condition, or write CROSS JOIN if you mean it.`;
    const space = /\s/.test(unit.text[comma.start - 1] ?? '') ? '' : ' ';
    const keyword = inCaseOf(
      textOf(unit, { start: select.from?.start ?? 0, end: (select.from?.start ?? 0) + 4 }),
      'cross join',
    );
    const edit = [replace(comma, `${space}${keyword}`)];
    report(comma, message, {
      fixes: [
        suggest(
          'Write CROSS JOIN',
          ...edit,
          ...(/\s/.test(unit.text[comma.end] ?? '') ? [] : [insert(comma.end, ' ')]),
        ),
      ],
    });
  }
}

/** WHERE, QUALIFY and every ON below the FROM items. */
function conditionsOf(select: Select, items: readonly TableExpression[]): readonly Expression[] {
  const found: Expression[] = [];
  for (const clause of [select.where, select.qualify]) {
    if (clause) found.push(...conjuncts(clause.condition));
  }
  for (const item of items) {
    let current: TableExpression | undefined = item;
    while (current?.kind === 'join') {
      if (current.on) found.push(current.on);
      current = current.left;
    }
  }
  return found;
}

/** Operands of AND, without recursion: chains lean left and can be long. */
function conjuncts(condition: Expression): readonly Expression[] {
  const found: Expression[] = [];
  const open: Expression[] = [condition];
  for (let one = open.pop(); one; one = open.pop()) {
    if (one.kind === 'binary' && one.operator === 'and') open.push(one.left, one.right);
    else if (one.kind === 'parenthesized') open.push(one.expression);
    else found.push(one);
  }
  return found;
}

/** Relations of the scope that the expression names; `undefined` when a name in it is not known. */
function relationsIn(
  expression: Expression,
  unit: SqlUnit,
  scope: SelectScope,
): ReadonlySet<ScopeRelation> | undefined {
  const found = new Set<ScopeRelation>();
  let isKnown = true;
  walk(expression, node => {
    if (node.kind === 'unknown' || node.kind === 'error') isKnown = false;
    if (node.kind !== 'column') return;
    const relation = relationOf(node, unit, scope);
    if (relation === undefined) isKnown = false;
    else if (relation !== 'elsewhere') found.add(relation);
  });
  return isKnown ? found : undefined;
}

function relationOf(
  reference: ColumnReference,
  unit: SqlUnit,
  scope: SelectScope,
): ScopeRelation | 'elsewhere' | undefined {
  const resolved = unit.facts.resolve(reference);
  if (resolved && 'relation' in resolved && resolved.relation) {
    return resolved.relation.scope === scope || scope.relations.includes(resolved.relation)
      ? resolved.relation
      : 'elsewhere';
  }
  // Qualified by a name of this FROM: the relation is known although its columns are not.
  const qualifier = reference.parts.length > 1 ? reference.parts.at(-2)?.name.toLowerCase() : undefined;
  return scope.relations.find(one => one.name?.name.toLowerCase() === qualifier && qualifier !== undefined);
}

/** Tables, CTEs and subqueries that are not known to hold one row, nor filtered to an intended one. */
function isPlainGroup(group: readonly ScopeRelation[], item: TableExpression): boolean {
  return isRelation(item) && group.length > 0 && group.every(one => !one.isLateral && isManyRows(one));
}

function isManyRows(relation: ScopeRelation): boolean {
  switch (relation.kind) {
    case 'node':
      return true;
    case 'unknown':
      return relation.table.kind === 'table';
    case 'cte':
      return relation.cte !== undefined && isManyRowCte(relation.cte);
    case 'subquery':
      return relation.table.kind === 'subquery' && isManyRowQuery(relation.table.query);
    default:
      return false;
  }
}

function isManyRowCte(cte: CteFacts): boolean {
  return cte.node.query.kind === 'query' && isManyRowQuery(cte.node.query);
}

/** False for what may be one row on purpose: an ungrouped aggregate, LIMIT, a filter on a literal, no FROM, VALUES. */
function isManyRowQuery(query: Query): boolean {
  if (query.limit || query.isOpaque) return false;
  return isManyRowBody(query.body);
}

function isManyRowBody(body: QueryBody): boolean {
  if (body.kind === 'set-operation') return true;
  if (body.kind === 'parenthesized-query') return isManyRowQuery(body.query);
  if (body.kind !== 'select' || !body.from || body.where || body.qualify || body.top || body.isOpaque) return false;
  const [only] = body.from.items;
  // A CTE over a CTE may be one row as well; only tables of the project are taken for many.
  if (body.groupBy) return true;
  return (
    only?.kind === 'table' &&
    !hasAggregate(body) &&
    only.name.parts.length > 0 &&
    body.from.items.length === 1 &&
    !body.distinct
  );
}

function hasAggregate(select: Select): boolean {
  let found = false;
  for (const item of select.items) {
    walk(item, node => {
      if (node.kind === 'call' && !node.over) found = true;
    });
  }
  return found;
}

function isRelation(table: TableExpression): boolean {
  switch (table.kind) {
    case 'table':
      return true;
    case 'subquery':
      return !table.lateral;
    case 'parenthesized-table':
      return isRelation(table.table);
    case 'join':
      return isRelation(table.right);
    default:
      return false;
  }
}

function labelOf(table: TableExpression): string {
  switch (table.kind) {
    case 'join':
      return labelOf(table.right);
    case 'parenthesized-table':
      return labelOf(table.table);
    case 'table':
      return `'${table.alias?.name.name ?? table.name.parts.at(-1)?.name ?? ''}'`;
    case 'subquery':
      return table.alias ? `'${table.alias.name.name}'` : 'the subquery';
    default:
      return 'the other side';
  }
}
