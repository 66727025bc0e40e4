import { defineRule } from '../rule.ts';
import { columnName, comesOnce, madeHere, mayBeOneRowEach, summedIn } from './summed.ts';

export default defineRule({
  summary: 'An average of averages or ratios.',
  why: 'Each group counts the same, however many rows it stands for: a shop with one order weighs as much as one with a thousand.',
  details:
    'Fires where SQL of the project makes the averaged column as an average, a percentile or a ratio of sums at a finer grain, with a GROUP BY that proves it, in this file or in a model it comes from. Silent for prices and scores that people enter, where each group holds one row, and where joins repeat rows.',
  severity: 'info',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project) return;
    for (const summed of summedIn(unit, project, select)) {
      const { isSum, measure, call, relation } = summed;
      if (
        isSum ||
        measure.additivity !== 'non-additive' ||
        measure.by !== 'inferred' ||
        measure.form === 'distinct count'
      )
        continue;
      // Of what one row is must be known, to know that the groups are wider.
      const isGrained = relation.keys.some(key => key.columns.length > 0);
      if (!isGrained || mayBeOneRowEach(unit, summed) || !comesOnce(unit, summed)) continue;
      report(
        call,
        `'${columnName(summed)}' is averaged already (${measure.because}): here each of its groups counts the same, whatever its size. Divide the sum of what it was made of by their number.`,
        { relatedHere: madeHere(summed) },
      );
    }
  },
  examples: {
    'an average per day, averaged per shop': `
      with daily as (select shop, day, avg(amount) as amount from {{ ref('orders') }} group by shop, day)
      select shop, avg(amount) as amount from daily group by shop
                   ^^^^^^^^^^^ info: 'amount' is averaged already ('avg(amount)' is an average)
    `,
    'a ratio of another model': `
      //- models/daily.sql
      select shop, day, sum(orders) * 1.0 / nullif(sum(visits), 0) as rate from {{ source('x', 'visits') }} group by shop, day
      //- models/example.sql
      select avg(d.rate) as rate from {{ ref('daily') }} as d
             ^^^^^^^^^^^ 'rate' is averaged already ('sum(orders) * 1.0 / nullif(sum(visits), 0)' in 'daily' is a ratio)
    `,
    'one row a group, sums, and what people enter': `
      with daily as (
        select shop, day, avg(amount) as average, sum(amount) as amount from {{ ref('orders') }} group by shop, day
      )
      select shop, day, avg(average) as average, avg(amount) as amount from daily group by shop, day
      union all
      select shop, null, avg(amount), avg(score) from daily group by shop
    `,
  },
});
