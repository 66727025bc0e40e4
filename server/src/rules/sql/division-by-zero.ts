import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { BinaryExpression, Expression, FunctionCall, Select, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import {
  argumentsOf,
  bare,
  columnOf,
  columnsIn,
  definitionOf,
  functionName,
  holdsUnknown,
  joinsOf,
  plainText,
  quoted,
} from '../expressions.ts';
import { defineRule, flag, replace, type SqlUnit, suggest } from '../rule.ts';
import { enclosing, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A divisor can be zero, and nothing guards against it.',
  why: 'One such row makes the whole query fail in most warehouses, long after the code was written.',
  details:
    'Fires where the way the divisor is computed makes zero possible: a conditional count or sum, the count of an outer join’s far side, a difference from the row before, `coalesce(…, 0)`. With `unproven: true` also where nothing is known. Silent behind `nullif`, a safe division, a CASE or a filter that mentions the divisor, for `count(*)` of a group and constants, and in dialects that give NULL (MySQL, Hive, Spark, SQLite).',
  severity: 'info',
  status: 'preview',
  options: { unproven: flag('Report divisors of which nothing is known, too.', false) },
  on: 'sql:binary',
  check(node, { unit, ancestors, options, report }) {
    if (!unit || node.operator !== '/' || GIVES_NULL.has(unit.dialect)) return;
    const select = enclosing(ancestors, 'select');
    if (!select || !isWritten(unit, node.right) || holdsUnknown(node.right)) return;
    const [divisor, ...behind] = chainOf(unit, node.right, select);
    const last = behind.at(-1) ?? divisor;
    if (!divisor || !last) return;
    const reason = reasonOf(unit, last) ?? (options.unproven ? unprovenReason(last.expression) : undefined);
    if (reason === undefined || isGuarded(unit, node, ancestors, [divisor, ...behind])) return;
    const effect = effectOf(unit, node);
    report(node.right, `${quoted(unit, node.right)} can be 0: ${reason}. ${effect} Write nullif(…, 0).`, {
      fixes: [suggest('Write nullif(…, 0)', replace(node.right, `nullif(${textOf(unit, bare(node.right))}, 0)`))],
    });
  },
  examples: {
    'a conditional count': `
      select region, sum(total) / count(case when is_paid then 1 end) as mean_order from {{ ref('orders') }} group by region
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: can be 0: no row may fit its condition
      ->
      select region, sum(total) / nullif(count(case when is_paid then 1 end), 0) as mean_order from {{ ref('orders') }} group by region
    `,
    'a conditional sum of a CTE': `
      with counts as (select region, sum(total) as total, sum(case when is_paid then 1 else 0 end) as paid from {{ ref('orders') }} group by region)
      select region, total / paid as mean_order from counts
                             ^^^^ can be 0: no row may fit
      ->
      with counts as (select region, sum(total) as total, sum(case when is_paid then 1 else 0 end) as paid from {{ ref('orders') }} group by region)
      select region, total / nullif(paid, 0) as mean_order from counts
    `,
    'a difference from the row before': `
      select day, 1.0 / (total - lag(total) over (order by day)) as x from {{ ref('days') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ two rows may have the same value
    `,
    'the far side of an outer join': `
      select c.id, sum(c.budget) / count(o.id) as budget_per_order
                                   ^^^^^^^^^^^ nothing may match in the outer join
      from {{ ref('customers') }} as c left join {{ ref('orders') }} as o on o.customer_id = c.id group by c.id
    `,
    guarded: `
      with a as (select region, sum(total) as total, count_if(is_paid) as paid, count(*) as n from {{ ref('orders') }} group by region)
      select
        total / nullif(paid, 0) as b, case when paid > 0 then total / paid end as c, iff(paid = 0, 0, total / paid) as d,
        total / n as e, total / 100 as f, total / power(10, 18) as g, total / greatest(paid, 1) as h
      from a
    `,
    'guarded by a filter, here or above': `
      with a as (select region, sum(total) as total, count_if(is_paid) as paid from {{ ref('orders') }} group by region),
      b as (select * from a where paid <> 0)
      select total / paid as x from b
      union all
      select total / paid as x from a where paid > 0
    `,
    'a column of which nothing is known': `
      select total / orders as x, total / sum(orders) as y from {{ ref('days') }} group by total, orders
    `,
    'a dialect that gives NULL': `
      //- grainline.yml
      dialect: mysql
      //- models/example.sql
      select region, sum(total) / count(case when is_paid then 1 end) as mean_order from {{ ref('orders') }} group by region
    `,
  },
});

const GIVES_NULL: ReadonlySet<Dialect> = new Set(['mysql', 'hive', 'sparksql', 'sqlite', 'clickhouse']);

interface Link {
  readonly expression: Expression;
  readonly select: Select;
}

/** The divisor, and what each name on the way stands for. */
function chainOf(unit: SqlUnit, divisor: Expression, select: Select): readonly Link[] {
  const chain: Link[] = [{ expression: stripped(divisor), select }];
  for (let depth = 0; depth < 10; depth++) {
    const last = chain[chain.length - 1];
    if (last?.expression.kind !== 'column') break;
    const defined = definitionOf(unit, last.expression);
    if (!defined || holdsUnknown(defined.expression)) break;
    chain.push({ expression: stripped(defined.expression), select: defined.select });
  }
  return chain;
}

/** Casts and parentheses keep a zero. */
function stripped(expression: Expression): Expression {
  let current = bare(expression);
  for (;;) {
    if (current.kind === 'cast') current = bare(current.operand);
    else if (current.kind === 'binary' && current.operator === '*' && isNumber(bare(current.right)))
      current = bare(current.left);
    else if (current.kind === 'binary' && current.operator === '*' && isNumber(bare(current.left)))
      current = bare(current.right);
    else return current;
  }
}

function isNumber(expression: Expression): boolean {
  return expression.kind === 'literal' && Number(expression.value) !== 0 && !Number.isNaN(Number(expression.value));
}

/** How the divisor becomes zero, by construction. */
function reasonOf(unit: SqlUnit, { expression, select }: Link): string | undefined {
  if (expression.kind === 'binary' && expression.operator === '-') {
    const isStep = [expression.left, expression.right].some(side => isRowBefore(bare(side)));
    return isStep ? 'two rows may have the same value' : undefined;
  }
  if (expression.kind !== 'call' || expression.over) return undefined;
  const name = functionName(expression);
  const [first, second] = argumentsOf(expression);
  if (expression.filter && (name === 'count' || name === 'sum')) return 'no row may fit its condition';
  switch (name) {
    case 'count_if':
    case 'countif':
      return 'no row may fit its condition';
    case 'count':
      if (first?.kind === 'case' && !first.else) return 'no row may fit its condition';
      if (first && isConditional(first)) return 'no row may fit its condition';
      return first && isOuterSide(unit, bare(first), select) ? 'nothing may match in the outer join' : undefined;
    case 'sum':
      return first && isZeroOtherwise(bare(first)) ? 'no row may fit its condition' : undefined;
    case 'coalesce':
    case 'ifnull':
    case 'nvl':
      return second && argumentsOf(expression).length === 2 && isZero(second)
        ? 'it is where there is no value'
        : undefined;
    case 'zeroifnull':
      return 'it is where there is no value';
    default:
      return undefined;
  }
}

function isRowBefore(side: Expression): boolean {
  const name = functionName(side);
  return side.kind === 'call' && side.over !== undefined && (name === 'lag' || name === 'lead');
}

/** `if(c, x, null)`. */
function isConditional(expression: Expression): boolean {
  if (expression.kind !== 'call' || !/^(?:if|iff)$/.test(functionName(expression))) return false;
  const otherwise = argumentsOf(expression)[2];
  return otherwise === undefined || (otherwise.kind === 'literal' && otherwise.type === 'null');
}

/** COUNT of a column that the join leaves empty: groups come from the other side. */
function isOuterSide(unit: SqlUnit, counted: Expression, select: Select): boolean {
  const column = columnOf(unit, counted);
  return column !== undefined && column.relation.nullableBy.length > 0 && select.groupBy !== undefined;
}

/** `case when … then x else 0 end`: zero is what it adds for rows that do not fit. */
function isZeroOtherwise(expression: Expression): boolean {
  if (expression.kind === 'case') return expression.else !== undefined && isZero(expression.else);
  if (expression.kind !== 'call' || !/^(?:if|iff)$/.test(functionName(expression))) return false;
  const otherwise = argumentsOf(expression)[2];
  return otherwise !== undefined && isZero(otherwise);
}

function isZero(expression: Expression): boolean {
  const value = bare(expression);
  return value.kind === 'literal' && /^0+(?:\.0+)?$/.test(value.value) && value.type !== 'string';
}

function unprovenReason(expression: Expression): string | undefined {
  const isOpen = expression.kind === 'column' || functionName(expression) === 'sum';
  return isOpen ? 'nothing proves that it is not' : undefined;
}

/* ------------------------------------------------------------------ guards */

/** A CASE around the division, or a filter here or above, mentions the divisor or what it is made of. */
function isGuarded(
  unit: SqlUnit,
  node: BinaryExpression,
  ancestors: readonly SqlNode[],
  chain: readonly Link[],
): boolean {
  const texts = new Set(chain.map(link => plainText(unit, link.expression)));
  const names = new Set(
    chain.flatMap(link => columnsIn(link.expression)).map(one => one.parts.at(-1)?.name.toLowerCase()),
  );
  const mentions = (condition: SqlNode): boolean => {
    let found = false;
    walk(condition, inner => {
      if (inner.kind === 'column') found ||= names.has(inner.parts.at(-1)?.name.toLowerCase());
      if (inner.kind === 'call') found ||= texts.has(plainText(unit, inner));
      return found ? 'skip' : undefined;
    });
    return found;
  };
  for (const outer of ancestors) {
    if (outer.kind === 'case' && outer.branches.some(branch => branch.when.end <= node.start && mentions(branch.when)))
      return true;
    if (outer.kind === 'call' && guardsByCondition(outer, mentions)) return true;
  }
  return selectsBetween(unit, node, ancestors, chain).some(select => conditionsOf(select).some(mentions));
}

/** Calls whose result does not depend on a division by zero inside, or that decide by the divisor. */
function guardsByCondition(call: FunctionCall, mentions: (condition: SqlNode) => boolean): boolean {
  const name = functionName(call);
  if (name === 'try' || name === 'safe' || name === 'iferror') return true;
  const [condition] = argumentsOf(call);
  return (name === 'if' || name === 'iff') && condition !== undefined && mentions(condition);
}

/** The selects that the divisor passes on its way: each may filter it. */
function selectsBetween(
  unit: SqlUnit,
  node: BinaryExpression,
  ancestors: readonly SqlNode[],
  chain: readonly Link[],
): readonly Select[] {
  const found = new Set<Select>();
  for (const outer of ancestors) if (outer.kind === 'select') found.add(outer);
  for (const link of chain) found.add(link.select);
  // Stars carry a column through selects without a name of its own there.
  for (const column of columnsIn(node.right)) {
    let relation = columnOf(unit, column)?.relation;
    for (let depth = 0; relation && depth < 10; depth++) {
      const query = relation.cte?.node.query;
      const body =
        query?.kind === 'query'
          ? query.body
          : relation.table.kind === 'subquery'
            ? relation.table.query.body
            : undefined;
      if (body?.kind !== 'select') break;
      found.add(body);
      const inner = unit.facts.scopes.get(body);
      relation = inner?.relations.length === 1 ? inner.relations[0] : undefined;
    }
  }
  return [...found];
}

function conditionsOf(select: Select): readonly Expression[] {
  const found: Expression[] = [];
  for (const clause of [select.where, select.having, select.qualify]) if (clause) found.push(clause.condition);
  for (const item of select.from?.items ?? [])
    for (const join of joinsOf(item)) if (join.on && join.type === 'inner') found.push(join.on);
  return found;
}

function effectOf(unit: SqlUnit, node: BinaryExpression): string {
  if (unit.dialect === 'duckdb') return 'The result is then infinite.';
  const isFloat = [node.left, node.right].some(side => unit.facts.typeOf(side)?.family === 'float');
  if (isFloat && (unit.dialect === 'trino' || unit.dialect === 'athena'))
    return 'The result is then infinite or no number.';
  return unit.dialect === 'ansi' ? 'In most warehouses the query then fails.' : 'The query then fails.';
}
