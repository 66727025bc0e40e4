import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { ColumnReference, Expression, Select } from '../../syntax/sql/tree.ts';
import { bare, columnsIn, functionName } from '../expressions.ts';
import { defineRule, type ProjectView, type SqlUnit } from '../rule.ts';
import { aggregationsIn } from './aggregations.ts';
import { groupsOf } from './fan-outs.ts';

export default defineRule({
  summary: 'Amounts of several currencies or units are added up.',
  why: 'Euros and yen make a number that is no money at all.',
  details:
    'Fires where an amount is summed beside a column that tells its currency or unit, and neither GROUP BY nor a condition speaks of that column. Which column tells the unit is declared (`unit_column` in `meta.grainline`), or it is called `currency` or `currency_code` and the summed column is called an amount, price, cost, revenue, fee, tax or total. By name it fires for totals over everything or per day, month and the like alone: an invoice, an account, a country has one currency. Silent for amounts that were converted (`amount * rate`, names that end in a currency such as `amount_usd`), for CASE, and where the unit is the same in all rows.',
  severity: 'info',
  basis: 'absence',
  on: 'sql:select',
  check(select, { unit, project, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !project || !scope || scope.isOpen || select.isOpaque) return;
    for (const { call, name } of aggregationsIn(unit, select)) {
      const [first, second] = call.arguments;
      if (name !== 'sum' || !first || second) continue;
      const argument = bare(first.value);
      if (argument.kind !== 'column') continue;
      const found = unitOf(unit, project, argument);
      const groups = found && groupsOf(unit, select, call);
      if (!groups) continue;
      // An invoice, an account, a country has one currency as a rule; a day has all.
      if (found.isGuess && !groups.every(group => isTime(unit, group))) continue;
      if (mentionsUnit(unit, select, groups, found)) continue;
      report(
        call,
        `'${found.column}' tells the ${found.what} of each row (${found.because}), but this sum of '${argument.parts.at(-1)?.name}' adds up all of them. Group by it, filter on one, or convert the amounts first.`,
      );
    }
  },
  examples: {
    'amounts of all currencies': `
      with orders as (select cast(ordered_at as date) as day, currency, amount from {{ ref('stg_orders') }})
      select day, sum(amount) as amount from orders group by day
                  ^^^^^^^^^^^ info: 'currency' tells the currency of each row
    `,
    'a declared column of units': `
      //- models/schema.yml
      models:
        - name: fct_usage
          columns:
            - name: quantity
              config: { meta: { grainline: { measure: additive, unit_column: uom } } }
      //- models/fct_usage.sql
      select meter_id, uom, quantity from {{ source('x', 'usage') }}
      //- models/example.sql
      select meter_id, sum(u.quantity) as quantity from {{ ref('fct_usage') }} as u group by meter_id
                       ^^^^^^^^^^^^^^^ 'uom' tells the unit of each row (meta.grainline says so)
    `,
    'grouped, filtered, converted, of one currency, or by who has one': `
      with orders as (select customer_id, currency, amount, amount_usd, quantity, rate from {{ ref('stg_orders') }}),
      euros as (select customer_id, 'EUR' as currency, amount from {{ ref('stg_euro_orders') }})
      select currency, sum(amount) as amount, sum(quantity) as quantity from orders group by currency
      union all
      select null, sum(amount) as amount, 0 from orders where currency = 'EUR'
      union all
      select null, sum(amount_usd) as amount, sum(amount * rate) from orders
      union all
      select null, sum(amount) as amount, 0 from euros
      union all
      select customer_id, sum(amount) as amount, 0 from orders group by customer_id
    `,
  },
});

interface Unit {
  readonly relation: ScopeRelation;
  readonly column: string;
  readonly what: 'currency' | 'unit';
  readonly because: string;
  readonly isGuess: boolean;
}

const MONEY = /(?:^|_)(?:amount|amt|price|cost|revenue|sales|fee|fees|tax|total|subtotal|discount|refund|payment)$/i;
const CURRENCY = /^(?:\w+_)?(?:currency|currency_code|currency_iso(?:_code)?)$/i;

/** The column that tells the unit of the summed one. */
function unitOf(unit: SqlUnit, project: ProjectView, reference: ColumnReference): Unit | undefined {
  const resolved = unit.facts.resolve(reference);
  if (resolved?.kind !== 'column' || resolved.path.length > 0) return undefined;
  const { relation, column } = resolved;
  const [origin, ...others] = column.origins;
  const isCarried = /^(?:passthrough|rename|star)$/.test(column.derivation) && others.length === 0;
  const said =
    isCarried && origin
      ? project.meaningOf(origin.node).columns.get(origin.column.toLowerCase())?.unitColumn
      : undefined;
  const columns = relation.columns.columns;
  if (said && origin) {
    const teller = columns.find(
      one =>
        one.origins.length === 1 &&
        one.origins[0]?.node === origin.node &&
        one.origins[0].column.toLowerCase() === said.value.toLowerCase(),
    );
    return teller && isVarying(relation, teller.name)
      ? { relation, column: teller.name, what: 'unit', because: said.because, isGuess: false }
      : undefined;
  }
  if (column.derivation === 'transform' || column.derivation === 'aggregate' || !MONEY.test(column.name))
    return undefined;
  const tellers = columns.filter(one => CURRENCY.test(one.name));
  const [teller, ...more] = tellers;
  // Of several currencies nobody knows which one is meant.
  if (!teller || more.length > 0 || !isVarying(relation, teller.name)) return undefined;
  return { relation, column: teller.name, what: 'currency', because: 'by its name', isGuess: true };
}

function isVarying(relation: ScopeRelation, name: string): boolean {
  return !relation.dependencies?.constants.has(name.toLowerCase());
}

function isTime(unit: SqlUnit, group: Expression): boolean {
  const inner = bare(group);
  return (
    /^(?:date_trunc|trunc|year|month|week|day|extract)$/.test(functionName(inner)) ||
    /^(?:date|timestamp|timestamptz)$/.test(unit.facts.typeOf(inner)?.family ?? '')
  );
}

/** GROUP BY, a condition or another item of the list speaks of the unit. */
function mentionsUnit(
  unit: SqlUnit,
  select: Select,
  groups: readonly { readonly kind: string }[],
  found: Unit,
): boolean {
  const parts = [
    ...(select.where ? [select.where] : []),
    ...(select.from ? [select.from] : []),
    ...(select.having ? [select.having] : []),
  ];
  const isIt = (reference: ColumnReference): boolean => {
    const resolved = unit.facts.resolve(reference);
    if (resolved?.kind !== 'column' && resolved?.kind !== 'assumed') return resolved?.kind !== 'alias';
    return resolved.relation === found.relation && resolved.column.name.toLowerCase() === found.column.toLowerCase();
  };
  return (
    [...parts, ...(groups as readonly Parameters<typeof columnsIn>[0][])].some(part => columnsIn(part).some(isIt)) ||
    select.items.some(item => item.kind === 'item' && columnsIn(item).some(isIt))
  );
}
