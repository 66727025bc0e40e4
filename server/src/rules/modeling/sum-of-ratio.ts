import { isSameSource, selectBehind, type Traced, traceColumn, traceReference } from '../../project/trace.ts';
import type { Expression } from '../../syntax/sql/tree.ts';
import { bare, functionName } from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { columnName, comesOnce, madeHere, mayBeOneRowEach, type Summed, summedIn } from './summed.ts';

export default defineRule({
  summary: 'A ratio, average or percentile is added up.',
  why: 'Rates do not add up: two shops that convert 40 % of their visits do not convert 80 % together. Their parts add up, and are divided then.',
  details:
    'Fires where SQL of the project makes the summed column as a ratio of two sums or counts, an average or a percentile, in this file or in a model it comes from, or where it is declared non-additive (`meta.grainline.measure`, a specification). Names are no evidence: a price or a rate of one line may be added up. Silent for products (`rate * quantity`), for averages that are not called one (`avg(points) as points` picks the one value of a group, and an average stock adds up over shops), for amounts over a weight or share, for shares of a total, where each group holds one row, and where a join spreads the value over more rows, which then add up again.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project) return;
    for (const summed of summedIn(unit, project, select)) {
      const { isSum, measure, call } = summed;
      if (!isSum || measure.additivity !== 'non-additive' || measure.form === 'distinct count') continue;
      if (isRightful(summed)) continue;
      if (mayBeOneRowEach(unit, summed) || (measure.by === 'inferred' && !comesOnce(unit, summed))) continue;
      const advice =
        measure.form === 'ratio' || measure.form === undefined
          ? 'Add up what it is made of and divide the sums.'
          : 'Take it again from the rows it was made of, or weight it by their number.';
      report(
        call,
        `'${columnName(summed)}' does not add up (${measure.because}): this sum grows with the number of rows. ${advice}`,
        { fixes: fixFor(summed, unit), relatedHere: madeHere(summed) },
      );
    }
  },
  examples: {
    'a ratio of sums, in this file': `
      with daily as (
        select shop, day, sum(orders) as orders, sum(visits) as visits from {{ ref('visits') }} group by shop, day
      ),
      rates as (select shop, day, orders, visits, orders / nullif(visits, 0) as conversion_rate from daily)
      select shop, sum(r.conversion_rate) as conversion_rate from rates as r group by shop
                   ^^^^^^^^^^^^^^^^^^^^^^ warning: 'conversion_rate' does not add up ('orders / nullif(visits, 0)' is a ratio)
      -> Divide the sums
      with daily as (
        select shop, day, sum(orders) as orders, sum(visits) as visits from {{ ref('visits') }} group by shop, day
      ),
      rates as (select shop, day, orders, visits, orders / nullif(visits, 0) as conversion_rate from daily)
      select shop, sum(r.orders) / nullif(sum(r.visits), 0) as conversion_rate from rates as r group by shop
    `,
    'an average of another model, carried along': `
      //- models/daily.sql
      select shop, day, avg(amount) as average_amount, round(100.0 * sum(returned) / count(*), 2) as return_rate
      from {{ source('shop', 'orders') }} group by shop, day
      //- models/renamed.sql
      select shop, day, average_amount as avg_basket, return_rate from {{ ref('daily') }}
      //- models/example.sql
      select shop, sum(avg_basket) as basket, sum(return_rate) as return_rate from {{ ref('renamed') }} group by shop
                   ^^^^^^^^^^^^^^^ 'avg_basket' does not add up ('avg(amount)' in 'daily' is an average)
                                              ^^^^^^^^^^^^^^^^ 'return_rate' does not add up ('100.0 * sum(returned) / count(*)' in 'daily' is a ratio)
    `,
    declared: `
      //- models/schema.yml
      models:
        - name: fct_stock
          columns:
            - name: unit_cost
              config: { meta: { grainline: { measure: non-additive } } }
      //- models/fct_stock.sql
      select sku, unit_cost from {{ source('erp', 'stock') }}
      //- models/example.sql
      select sum(unit_cost) as cost from {{ ref('fct_stock') }}
             ^^^^^^^^^^^^^^ 'unit_cost' does not add up (meta.grainline says so)
    `,
    'prices, products, conversions and shares': `
      with t as (
        select shop, day, sum(amount) as amount, sum(cents) / 100 as euros, sum(amount) * 1.19 as gross from {{ ref('x') }} group by shop, day
      ),
      total as (select sum(amount) as amount from t),
      s as (
        select t.shop, t.day, t.euros, t.gross, t.amount / total.amount as share,
          t.amount / sum(t.amount) over (partition by t.day) as share_of_day
        from t cross join total
      )
      select shop, sum(euros) as euros, sum(gross) as gross, sum(share) as share, sum(share_of_day) as days,
        sum(price) as price, sum(rate * quantity) as cost
      from s group by shop
    `,
    'averages that add up: the one value of a group, stocks over time': `
      with t as (select shop, requirement, avg(points) as points from {{ ref('x') }} group by shop, requirement)
      select shop, sum(points) as points from t group by shop
      union all
      select 'all', sum(stock) from (select shop, avg(daily_stock) as stock from {{ ref('stocks') }} group by shop) as s
    `,
    'an amount over the weight of what it covers': `
      with t as (select pool, day, sum(amount) / sum(weight) as amount from {{ ref('x') }} group by pool, day)
      select pool, sum(amount) as amount from t group by pool
    `,
    'one row a group, and values spread over more rows': `
      with orders as (select order_id, sum(amount) as amount, count(*) as lines from {{ ref('lines') }} group by order_id),
      parts as (select order_id, amount / lines as part from orders)
      select order_id, sum(part) as part from parts group by order_id
      union all
      select l.product_id, sum(p.part) as part from parts as p
      join {{ ref('lines') }} as l on l.order_id = p.order_id group by l.product_id
    `,
  },
});

/**
 * `avg(points) as points` picks the one value of a group; an average of daily stocks adds up over warehouses. Only what is
 * called an average was meant as one. An amount over the weight of what it covers is an amount again.
 */
function isRightful(summed: Summed): boolean {
  const { form, by, of = '' } = summed.measure;
  if (by !== 'inferred') return false;
  if (form === 'ratio') return /weight|share|coverage|allocat/i.test(of);
  return !/(?:^|_)(?:avg|average|mean|median|p\d\d?|pct\d\d?|percentile|quantile)(?:_|$)/i.test(columnName(summed));
}

/** `sum(a) / nullif(sum(b), 0)`, where the rows that are added up still hold both parts. */
function fixFor(summed: Summed, unit: SqlUnit): readonly RuleFix[] {
  const { traced, call, reference } = summed;
  if (traced?.kind !== 'expression' || !isWritten(unit, call)) return [];
  const division = bare(traced.expression);
  if (division.kind !== 'binary' || division.operator !== '/') return [];
  const above = partIn(summed, unit, division.left);
  const below = partIn(summed, unit, division.right);
  if (above === undefined || below === undefined) return [];
  const last = reference.parts.at(-1);
  const qualifier = last ? unit.text.slice(reference.start, last.start) : '';
  const sum = inCaseOf(textOf(unit, call.name), 'sum');
  const nullif = inCaseOf(textOf(unit, call.name), 'nullif');
  // As the ratio itself kept its decimals.
  const factor = /\b1\.0\b|::|\bcast\b/i.test(textOf(unit, division)) ? '1.0 * ' : '';
  return [
    suggest(
      'Divide the sums',
      replace(call, `${factor}${sum}(${qualifier}${above}) / ${nullif}(${sum}(${qualifier}${below}), 0)`),
    ),
  ];
}

/** The column of the summed relation that holds the same as a part of the ratio. */
function partIn({ relation }: Summed, unit: SqlUnit, part: Expression): string | undefined {
  const reference = withoutCare(part);
  const wanted = reference?.kind === 'column' ? traceReference(unit.facts, reference) : undefined;
  if (!wanted) return undefined;
  const name = reference?.kind === 'column' ? reference.parts.at(-1)?.name.toLowerCase() : undefined;
  const columns = relation.columns.columns.filter(one => !one.quoted && one.name.toLowerCase() === name);
  const [only] = columns;
  const traced = only && tracedIn(relation, only.name, unit);
  return only && traced && isSameSource(wanted, traced) ? only.name : undefined;
}

function tracedIn(relation: Summed['relation'], name: string, unit: SqlUnit): Traced | undefined {
  const select = selectBehind(relation);
  return select && traceColumn(unit.facts, select, name);
}

/** Without casts, `nullif(…, 0)` and `* 1.0`. */
function withoutCare(expression: Expression): Expression | undefined {
  let inner = bare(expression);
  for (let depth = 0; depth < 20; depth++) {
    if (inner.kind === 'cast') inner = bare(inner.operand);
    else if (inner.kind === 'call' && functionName(inner) === 'nullif' && inner.arguments[0])
      inner = bare(inner.arguments[0].value);
    else if (inner.kind === 'binary' && inner.operator === '*' && isOne(inner.left)) inner = bare(inner.right);
    else if (inner.kind === 'binary' && inner.operator === '*' && isOne(inner.right)) inner = bare(inner.left);
    else return inner;
  }
  return undefined;
}

function isOne(expression: Expression): boolean {
  const inner = bare(expression);
  return inner.kind === 'literal' && /^1(?:\.0*)?$/.test(inner.value);
}
