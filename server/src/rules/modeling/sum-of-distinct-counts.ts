import { defineRule } from '../rule.ts';
import { columnName, comesOnce, madeHere, mayBeOneRowEach, summedIn } from './summed.ts';

export default defineRule({
  summary: 'Distinct counts are added up.',
  why: 'A customer who comes on three days is three in the sum of the daily counts.',
  details:
    'Fires where SQL of the project makes the summed column by COUNT(DISTINCT …). Off by default: where each thing belongs to one group (trips of a feed, problems of a course), distinct counts add up, and nothing in the SQL tells.',
  severity: 'warning',
  default: 'off',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project) return;
    for (const summed of summedIn(unit, project, select)) {
      if (!summed.isSum || summed.measure.form !== 'distinct count') continue;
      if (mayBeOneRowEach(unit, summed) || !comesOnce(unit, summed)) continue;
      report(
        summed.call,
        `'${columnName(summed)}' counts each thing once (${summed.measure.because}), but the sum counts it once per group it is in. Count the things again from their rows, unless each belongs to one group.`,
        { relatedHere: madeHere(summed) },
      );
    }
  },
  examples: {
    'customers per day, added up per shop': `
      with daily as (select shop, day, count(distinct customer_id) as customers from {{ ref('orders') }} group by shop, day)
      select shop, sum(customers) as customers from daily group by shop
                   ^^^^^^^^^^^^^^ 'customers' counts each thing once ('count(distinct customer_id)' is a distinct count)
    `,
    'counts of rows, and one row a group': `
      with daily as (
        select shop, day, count(*) as orders, count(distinct customer_id) as customers from {{ ref('orders') }} group by shop, day
      )
      select shop, sum(orders) as orders from daily group by shop
      union all
      select shop, sum(customers) as orders from daily group by shop, day
    `,
  },
});
