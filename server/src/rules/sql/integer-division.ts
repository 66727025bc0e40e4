import type { BinaryExpression, Expression, SqlNode } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, definitionOf, functionName, quoted } from '../expressions.ts';
import { defineRule, insert, type SqlUnit, suggest } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A ratio of two whole numbers, in a dialect that drops the fraction.',
  why: 'Every ratio below 1 becomes 0 and every other loses its fraction, and nobody sees an error.',
  details:
    'Postgres, Redshift, Trino, Athena, T-SQL and SQLite only. Fires where both sides are whole numbers for certain and a fraction is wanted: a count by a count, a result that is multiplied by 100, rounded to digits or cast to a decimal, or a column named as a rate, ratio, share, percentage or average. Silent for literals (`ms / 1000`) and where a whole number is wanted (`floor`, cast to integer, `%`).',
  severity: 'warning',
  on: 'sql:binary',
  check(node, { unit, ancestors, report }) {
    if (!unit || node.operator !== '/' || !TRUNCATES.has(unit.dialect)) return;
    const left = bare(node.left);
    const right = bare(node.right);
    if (left.kind === 'literal' || right.kind === 'literal' || !isWhole(unit, left) || !isWhole(unit, right)) return;
    if (isScaled(left) || !wantsFraction(unit, node, ancestors)) return;
    report(
      node,
      `${quoted(unit, node)} divides whole numbers, so the fraction is dropped: 0.9 becomes 0, 1.9 becomes 1. Multiply by 1.0 or cast one side.`,
      { fixes: isWritten(unit, node.left) ? [suggest('Multiply by 1.0', insert(node.left.start, '1.0 * '))] : [] },
    );
  },
  examples: {
    'a count by a count': `
      //- grainline.yml
      dialect: trino
      //- models/rates.sql
      select day, count(refunded_at) / count(*) as refunds from {{ ref('orders') }} group by day
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 0.9 becomes 0, 1.9 becomes 1
      ->
      //- models/rates.sql
      select day, 1.0 * count(refunded_at) / count(*) as refunds from {{ ref('orders') }} group by day
    `,
    'counts of a CTE, as a percentage': `
      //- grainline.yml
      dialect: postgres
      //- models/rates.sql
      with counts as (
        select day, sum(case when is_paid then 1 else 0 end) as paid, count(*) as all_orders
        from {{ ref('orders') }} group by day
      )
      select day, round((paid / all_orders) * 100, 2) as paid_pct from counts
                         ^^^^^^^^^^^^^^^^^ divides whole numbers
      ->
      //- models/rates.sql
      with counts as (
        select day, sum(case when is_paid then 1 else 0 end) as paid, count(*) as all_orders
        from {{ ref('orders') }} group by day
      )
      select day, round((1.0 * paid / all_orders) * 100, 2) as paid_pct from counts
    `,
    'cast too late': `
      //- grainline.yml
      dialect: redshift
      //- models/rates.sql
      select day, cast(count(a) / count(b) as decimal(10, 4)) as x from {{ ref('orders') }} group by day
                       ^^^^^^^^^^^^^^^^^^^ the fraction is dropped
    `,
    'a dialect that keeps the fraction': `
      //- grainline.yml
      dialect: snowflake
      //- models/rates.sql
      select day, count(refunded_at) / count(*) as refund_rate from {{ ref('orders') }} group by day
    `,
    'literals, unit conversions and whole numbers on purpose': `
      //- grainline.yml
      dialect: trino
      //- models/rates.sql
      select
        1 / 8 + 1 as a_ratio,
        cast(ms as integer) / 1000 as seconds_avg,
        floor(count(a) / count(b)) as pages,
        cast(count(a) / count(b) as integer) as rate,
        1.0 * count(a) / count(b) as share,
        count(a) * 100 / count(b) as whole_pct
      from {{ ref('orders') }} having count(a) / count(b) >= 10
    `,
    'a type that nobody knows': `
      //- grainline.yml
      dialect: postgres
      //- models/rates.sql
      select paid / ordered as paid_rate from {{ ref('orders') }}
    `,
  },
});

const TRUNCATES: ReadonlySet<string> = new Set(['postgres', 'redshift', 'trino', 'athena', 'tsql', 'sqlite']);

function isWhole(unit: SqlUnit, expression: Expression): boolean {
  return isCount(unit, expression) || unit.facts.typeOf(expression)?.family === 'integer';
}

/** COUNT, or SUM of ones and zeros, with what may stand around it, or a name of one. */
function isCount(unit: SqlUnit, expression: Expression): boolean {
  let current = bare(expression);
  for (let depth = 0; depth < 10; depth++) {
    if (current.kind === 'column') {
      const defined = definitionOf(unit, current);
      if (!defined) return false;
      current = bare(defined.expression);
    } else if (current.kind === 'call' && AROUND_COUNTS.has(functionName(current))) {
      const [first] = argumentsOf(current);
      if (first === undefined) return false;
      current = bare(first);
    } else break;
  }
  if (current.kind !== 'call') return false;
  const name = functionName(current);
  if (COUNTS.has(name)) return true;
  const [summed] = argumentsOf(current);
  return name === 'sum' && summed !== undefined && isZeroOrOne(bare(summed));
}

const AROUND_COUNTS = new Set(['nullif', 'coalesce']);
const COUNTS = new Set(['count', 'count_if', 'countif', 'approx_distinct']);

function isZeroOrOne(expression: Expression): boolean {
  if (expression.kind !== 'case') return false;
  const results = expression.branches.map(branch => branch.then);
  if (expression.else) results.push(expression.else);
  return results.every(result => result.kind === 'literal' && (result.type === 'integer' || result.type === 'null'));
}

/** `100 * a / b`: a whole percentage, on purpose as often as not. */
function isScaled(left: Expression): boolean {
  if (left.kind !== 'binary' || left.operator !== '*') return false;
  return [bare(left.left), bare(left.right)].some(one => one.kind === 'literal');
}

function wantsFraction(unit: SqlUnit, node: BinaryExpression, ancestors: readonly SqlNode[]): boolean {
  let isWanted = isCount(unit, node.left) && isCount(unit, node.right);
  let inner: SqlNode = node;
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const outer = ancestors[i] as SqlNode;
    switch (outer.kind) {
      case 'parenthesized':
      case 'argument':
      case 'case-branch':
      case 'case':
        break;
      case 'cast': {
        const family = unit.facts.typeOf(outer)?.family;
        if (family === 'integer') return false;
        if (family === 'decimal' || family === 'float') isWanted = true;
        break;
      }
      case 'binary':
        if (outer.operator === '%' || outer.operator === 'mod' || isSameForFloor(outer, inner)) return false;
        if (outer.operator === '*' && isHundred(outer.left === inner ? outer.right : outer.left)) isWanted = true;
        break;
      case 'call': {
        const name = functionName(outer);
        const digits = argumentsOf(outer)[1];
        if (name === 'round' && digits?.kind === 'literal' && Number(digits.value) > 0) isWanted = true;
        else if (name !== 'coalesce' && name !== 'nullif' && name !== 'round') return false;
        break;
      }
      case 'item':
        return (
          isWanted ||
          /(?:^|_)(?:rate|pct|percent|percentage|ratio|avg|average|share)(?:_|$)/i.test(outer.alias?.name ?? '')
        );
      case 'access':
        return false;
      default:
        return isWanted;
    }
    inner = outer;
  }
  return isWanted;
}

/** `a / b >= 10` and `a / b < 10` hold for the whole part just when they hold for the quotient. */
function isSameForFloor(outer: BinaryExpression, inner: SqlNode): boolean {
  const isLeft = outer.left === inner;
  const other = bare(isLeft ? outer.right : outer.left);
  const operators = isLeft ? ['>=', '<'] : ['<=', '>'];
  return operators.includes(outer.operator) && other.kind === 'literal' && other.type === 'integer';
}

function isHundred(expression: Expression): boolean {
  const value = bare(expression);
  return value.kind === 'literal' && Number(value.value) === 100;
}
