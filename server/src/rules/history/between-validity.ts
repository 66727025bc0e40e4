import type { Expression } from '../../syntax/sql/tree.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'BETWEEN over a validity interval whose end is the next version’s start.',
  why: 'BETWEEN includes both ends, so at the instant of a change two versions match and the row is counted twice.',
  details:
    'Fires only where the interval is proved half-open: the end is LEAD of the start, or the interval is that of a dbt snapshot. Silent for intervals that are closed on purpose (`… - interval 1 day`, business periods), which the rewrite would shorten.',
  severity: 'warning',
  on: 'sql:between',
  check(node, { unit, report }) {
    if (!unit || node.low.kind !== 'column') return;
    const high = unwrapped(node.high);
    if (high?.kind !== 'column') return;
    const low = unit.facts.resolve(node.low);
    const end = unit.facts.resolve(high);
    if (low?.kind !== 'column' || end?.kind !== 'column' || low.relation !== end.relation) return;
    const start = unit.halfOpenStart(end.relation, end.column.name);
    if (start === undefined || start.toLowerCase() !== low.column.name.toLowerCase()) return;
    const relation = end.relation.name?.name ?? 'the dimension';
    report(
      node,
      `'${textOf(unit, node.high)}' is the start of the next version of '${relation}', so at that instant two versions match. Compare with '>=' and '<'.`,
      { fixes: node.not ? [] : fixesFor(node, high, unit, end.column.nullable !== 'no') },
    );
  },
  examples: {
    'the interval of a snapshot': `
      //- snapshots/products.sql
      {% snapshot product_history %}
      {{ config(unique_key='sku', strategy='timestamp', updated_at='updated_at', hard_deletes='ignore') }}
      select sku, price, updated_at from {{ source('shop', 'products') }}
      {% endsnapshot %}
      //- models/sales.sql
      select s.id, p.price
      from {{ ref('stg_sales') }} as s
      join {{ ref('product_history') }} as p
        on p.sku = s.sku and s.sold_at between p.dbt_valid_from and p.dbt_valid_to
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ two versions match
      -> Compare half-open
      //- models/sales.sql
      select s.id, p.price
      from {{ ref('stg_sales') }} as s
      join {{ ref('product_history') }} as p
        on p.sku = s.sku and s.sold_at >= p.dbt_valid_from and (s.sold_at < p.dbt_valid_to or p.dbt_valid_to is null)
    `,
    'an end made by LEAD, through a model': `
      //- models/dim_prices.sql
      with log as (select sku, price, changed_at from {{ ref('price_log') }})
      select sku, price, changed_at as valid_from,
        coalesce(lead(changed_at) over (partition by sku order by changed_at), timestamp '9999-12-31') as valid_to
      from log
      //- models/sales.sql
      select s.id, p.price from {{ ref('stg_sales') }} as s
      join {{ ref('dim_prices') }} as p on s.sku = p.sku and s.sold_at between p.valid_from and p.valid_to
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is the start of the next version
    `,
    'an interval that is closed on purpose': `
      with versions as (
        select sku, changed_at as valid_from,
          lead(changed_at) over (partition by sku order by changed_at) - interval '1 microsecond' as valid_to
        from {{ ref('price_log') }}
      )
      select s.id from {{ ref('sales') }} as s join versions as v on s.sku = v.sku and s.sold_at between v.valid_from and v.valid_to
    `,
    'business periods': `
      select c.id from {{ ref('claims') }} as c
      join {{ ref('enrollment') }} as e on c.service_date between e.enrollment_start_date and e.enrollment_end_date
    `,
  },
});

/** `coalesce(valid_to, …)` and casts compare the same end. */
function unwrapped(expression: Expression): Expression | undefined {
  let current: Expression | undefined = expression;
  for (let depth = 0; current && depth < 10; depth++) {
    if (current.kind === 'parenthesized') current = current.expression;
    else if (current.kind === 'cast') current = current.operand;
    else if (current.kind === 'call' && /^(?:coalesce|ifnull|nvl)$/i.test(current.name.parts.at(-1)?.name ?? '')) {
      current = current.arguments[0]?.value;
    } else return current;
  }
  return current;
}

function fixesFor(
  node: {
    readonly start: number;
    readonly end: number;
    readonly operand: Expression;
    readonly low: Expression;
    readonly high: Expression;
    readonly keyword: { readonly start: number; readonly end: number };
  },
  high: Expression,
  unit: SqlUnit,
  mayBeOpen: boolean,
): readonly RuleFix[] {
  if (!isWritten(unit, node)) return [];
  const keyword = textOf(unit, node.keyword);
  const operand = textOf(unit, node.operand);
  const end = textOf(unit, node.high);
  const and = inCaseOf(keyword, 'and');
  const isOpen = mayBeOpen && high === node.high;
  const upper = isOpen
    ? `(${operand} < ${end} ${inCaseOf(keyword, 'or')} ${end} ${inCaseOf(keyword, 'is null')})`
    : `${operand} < ${end}`;
  return [suggest('Compare half-open', replace(node, `${operand} >= ${textOf(unit, node.low)} ${and} ${upper}`))];
}
