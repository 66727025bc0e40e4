import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { traceReference } from '../../project/trace.ts';
import type { Expression, Select, SqlNode } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, functionName, joinsIn, operandsOf } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { groupsOf, listed } from './fan-outs.ts';
import { columnName, type Summed, summedIn } from './summed.ts';

export default defineRule({
  summary: 'A balance, stock or head count is added up over time.',
  why: 'The same money lies in the account every evening: a month of daily balances adds up to thirty times what is there.',
  details:
    'Fires for measures that are declared semi-additive (`measure: semi-additive` with `over` in `meta.grainline`, a specification, a semantic model’s `non_additive_dimension`), here or in a model that the column comes from, where GROUP BY lacks the column it must not be added up over, or has only a coarser period of it. Names are no evidence. Silent where a condition picks one date, where QUALIFY or a join to a list of dates does, and for averages over dates.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    if (!unit || !project) return;
    for (const summed of summedIn(unit, project, select)) {
      const { isSum, measure, call, traced } = summed;
      if (!isSum || measure.additivity !== 'semi-additive' || measure.by === 'inferred' || !measure.over?.length)
        continue;
      if (traced?.kind !== 'column') continue;
      const over = measure.over.filter(column => isAddedOver(unit, summed, traced.relation, column.toLowerCase()));
      if (over.length === 0) continue;
      report(
        call,
        `'${columnName(summed)}' does not add up over ${listed(over)} (${measure.because}): this sum counts what is there on each date again. Pick one date, take the average over dates, or group by ${listed(over)}.`,
      );
    }
  },
  examples: {
    'balances of all days': `
      //- models/schema.yml
      models:
        - name: fct_balances
          columns:
            - name: balance
              config: { meta: { grainline: { measure: semi-additive, over: balance_date } } }
      //- models/fct_balances.sql
      select account_id, branch, balance_date, balance from {{ source('bank', 'balances') }}
      //- models/example.sql
      select branch, sum(b.balance) as balance from {{ ref('fct_balances') }} as b where balance_date >= '2024-01-01' group by branch
                     ^^^^^^^^^^^^^^ warning: 'balance' does not add up over 'balance_date' (meta.grainline says so)
      //- models/by_month.sql
      with renamed as (select branch, balance_date as day, balance as amount from {{ ref('fct_balances') }})
      select date_trunc('month', day) as month, sum(amount) as amount from renamed group by 1
                                                ^^^^^^^^^^^ 'amount' does not add up over 'balance_date'
    `,
    'a semantic model says so': `
      //- models/semantic.yml
      semantic_models:
        - name: stock
          model: ref('fct_stock')
          defaults: { agg_time_dimension: snapshot_date }
          entities: [{ name: stock, type: primary, expr: stock_id }]
          dimensions: [{ name: snapshot_date, type: time, type_params: { time_granularity: day } }]
          measures:
            - { name: quantity, agg: sum, non_additive_dimension: { name: snapshot_date, window_choice: max } }
      //- models/fct_stock.sql
      select stock_id, sku, snapshot_date, quantity from {{ source('erp', 'stock') }}
      //- models/example.sql
      select sku, sum(quantity) as quantity from {{ ref('fct_stock') }} group by sku
                  ^^^^^^^^^^^^^ does not add up over 'snapshot_date' (the semantic model 'stock' says so)
    `,
    'one date, or a sum for each': `
      //- models/schema.yml
      models:
        - name: fct_balances
          columns:
            - name: balance
              config: { meta: { grainline: { measure: semi-additive, over: balance_date } } }
      //- models/fct_balances.sql
      select account_id, branch, balance_date, balance from {{ source('bank', 'balances') }}
      //- models/a.sql
      select branch, balance_date, sum(balance) as balance from {{ ref('fct_balances') }} group by 1, 2
      //- models/b.sql
      select branch, sum(balance) as balance from {{ ref('fct_balances') }}
      where balance_date = (select max(balance_date) from {{ ref('fct_balances') }}) group by branch
      //- models/c.sql
      with last_ones as (select * from {{ ref('fct_balances') }} where balance_date = current_date)
      select branch, sum(balance) as balance from last_ones group by branch
      //- models/d.sql
      with ends as (select max(balance_date) as day from {{ ref('fct_balances') }} group by date_trunc('month', balance_date))
      select b.branch, sum(b.balance) as balance from {{ ref('fct_balances') }} as b join ends on ends.day = b.balance_date group by b.branch
      //- models/e.sql
      select b.branch, sum(b.balance) as balance, avg(b.balance) as mean from {{ ref('fct_balances') }} as b
      join {{ ref('dim_date') }} as d on d.day = b.balance_date where d.is_month_end group by b.branch
    `,
    'a column whose name is all there is': `
      select branch, sum(balance) as balance from {{ ref('stg_balances') }} group by branch
    `,
  },
});

/** Rows of several dates come into one group. `over` is a column of `source`, which the measure is read from. */
function isAddedOver(unit: SqlUnit, summed: Summed, source: ScopeRelation, over: string): boolean {
  const { select, call, traced } = summed;
  const groups = groupsOf(unit, select, call);
  if (groups === undefined) return false;
  const isOver = (node: SqlNode): boolean => node.kind === 'column' && isColumn(unit, node, source, over);
  if (groups.some(group => isOver(sameDay(group)))) return false;
  const selects = [select, ...(traced?.path ?? []).map(step => step.select)];
  return selects.every(one => !picksDate(unit, one, isOver));
}

function isColumn(
  unit: SqlUnit,
  node: Extract<SqlNode, { kind: 'column' }>,
  source: ScopeRelation,
  name: string,
): boolean {
  const traced = traceReference(unit.facts, node);
  return traced?.kind === 'column' && traced.relation === source && traced.column === name;
}

/** Without what leaves a date the same date. */
function sameDay(expression: Expression): Expression {
  let inner = bare(expression);
  for (let depth = 0; depth < 10; depth++) {
    if (inner.kind === 'cast') inner = bare(inner.operand);
    else if (inner.kind === 'call' && /^(?:date|to_date|date_trunc|trunc)$/.test(functionName(inner))) {
      const values = inner.arguments.map(one => bare(one.value));
      const unit = values.find(one => one.kind === 'literal');
      const column = values.find(one => one.kind !== 'literal');
      if (!column || (unit?.kind === 'literal' && !/^(?:day|date|hour)$/i.test(unit.value))) return inner;
      inner = column;
    } else return inner;
  }
  return inner;
}

/** A condition, QUALIFY or a join leaves one date, or some that somebody chose. */
function picksDate(unit: SqlUnit, select: Select, isOver: (node: SqlNode) => boolean): boolean {
  if (select.qualify || select.distinct || select.top) return true;
  const joins = joinsIn(select);
  const scope = unit.facts.scopes.get(select);
  /** Read by the date: a table of dates, as a rule. */
  const dated = new Set<ScopeRelation>();
  for (const join of joins) {
    if (join.using || join.natural) return true;
    for (const one of join.on ? operandsOf(join.on, 'and') : []) {
      if (!columnsIn(one).some(isOver)) continue;
      const other = scope?.relations.find(relation => relation.table === join.right);
      // A list of dates that was made for the purpose.
      if (other?.kind !== 'node') return true;
      dated.add(other);
    }
  }
  const conditions = [...(select.where ? [select.where.condition] : []), ...joins.flatMap(join => join.on ?? [])];
  return conditions
    .flatMap(condition => operandsOf(condition, 'and'))
    .some(condition => {
      const columns = columnsIn(condition);
      const isAboutDate = columns.some(isOver);
      const isAboutDated = columns.some(column => {
        const resolved = unit.facts.resolve(column);
        return (
          resolved === undefined ||
          resolved.kind === 'unknown' ||
          ('relation' in resolved && !!resolved.relation && dated.has(resolved.relation))
        );
      });
      if (!isAboutDate && !isAboutDated) return false;
      if (isAboutDate && isAboutDated) return false;
      return !isRange(condition);
    });
}

/** `day >= …` leaves many dates. */
function isRange(condition: Expression): boolean {
  if (condition.kind === 'between') return !condition.not;
  if (condition.kind === 'is') return condition.not;
  return condition.kind === 'binary' && /^(?:<|>|<=|>=|<>|!=)$/.test(condition.operator);
}
