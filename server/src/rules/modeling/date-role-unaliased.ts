import type { NodeFacts } from '../../project/facts.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import type { Select } from '../../syntax/sql/tree.ts';
import { defineRule, type ProjectView, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'One date dimension joined several times under names that do not tell the roles apart.',
  why: 'Nobody who reads `d2.year` knows whether it is the year of the order or of the delivery, and a mix-up gives plausible numbers.',
  details:
    'Fires in a SELECT that reads a date dimension (a dimension or model named for dates or the calendar) twice or more, at each of its names that says no role: the name of the model itself, with or without a number, or a letter or two (`d`, `d2`, `dd`). Role-playing views (`dim_order_dates`) and aliases such as `order_date` are fine. Off unless turned on.',
  severity: 'info',
  default: 'off',
  on: 'sql:select',
  check(select: Select, { project, unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!project || !unit || !scope || scope.relations.length < 3) return;
    const byNode = new Map<string, ScopeRelation[]>();
    for (const relation of scope.relations) {
      const node = nodeBehind(relation, unit, project);
      if (node && isOfDates(node, project)) byNode.set(node.id, [...(byNode.get(node.id) ?? []), relation]);
    }
    for (const [id, relations] of byNode) {
      const name = project.node(id)?.name ?? '';
      if (relations.length < 2) continue;
      for (const relation of relations) {
        const written = relation.name?.name ?? '';
        if (!saysNoRole(written, name)) continue;
        report(
          relation.alias ?? relation.table,
          `'${name}' is joined ${relations.length} times here, and '${written}' does not say in which role: name it after the date it stands for, such as order_date.`,
        );
      }
    }
  },
  examples: {
    'letters and numbers': `
      select f.order_id, d1.year as order_year, d2.year as ship_year
      from {{ ref('fct_orders') }} as f
      left join {{ ref('dim_date') }} as d1 on f.order_date_key = d1.date_key
                                         ^^ 'dim_date' is joined 2 times here, and 'd1' does not say in which role
      left join {{ ref('dim_date') }} d2 on f.ship_date_key = d2.date_key
                                      ^^ 'd2' does not say
      //- models/dim_date.sql
      select 1 as date_key, 2024 as year
    `,
    'its own name, and a CTE that passes it on': `
      //- models/sales.sql
      with dates as (select * from {{ ref('dim_dates') }}),
      orders as (select * from {{ ref('fct_orders') }})
      select orders.order_id, dates.year, ship_date.year as ship_year
      from orders
      join dates on orders.order_date_key = dates.date_key
           ^^^^^ 'dates' does not say in which role
      join dates as ship_date on orders.ship_date_key = ship_date.date_key
      //- models/dim_dates.sql
      select 1 as date_key, 2024 as year
    `,
    'names of roles, one join, and other models': `
      //- models/sales.sql
      select order_date.year, ship.year as ship_year, a1.city, a2.city as ship_city
      from {{ ref('fct_orders') }} f
      join {{ ref('dim_date') }} order_date on f.order_date_key = order_date.date_key
      join {{ ref('dim_date') }} ship on f.ship_date_key = ship.date_key
      join {{ ref('dim_address') }} a1 on f.a1_key = a1.address_key
      join {{ ref('dim_address') }} a2 on f.a2_key = a2.address_key
      //- models/once.sql
      select d.year, f.x from {{ ref('fct_orders') }} f join {{ ref('dim_date') }} d on f.k = d.date_key join {{ ref('dim_address') }} a on true
      //- models/dim_date.sql
      select 1 as date_key, 2024 as year
      //- models/dim_address.sql
      select 1 as address_key, 'a' as city
    `,
  },
});

/** The node a relation reads, through CTEs that pass it on whole. */
function nodeBehind(relation: ScopeRelation, unit: SqlUnit, project: ProjectView): NodeFacts | undefined {
  let current = relation;
  for (let depth = 0; depth < 10; depth++) {
    if (current.kind === 'node') return current.node === undefined ? undefined : project.node(current.node);
    const query = current.cte?.node.query;
    const select = query?.kind === 'query' && query.body.kind === 'select' ? query.body : undefined;
    const scope = select && unit.facts.scopes.get(select);
    const [only, ...more] = scope?.relations ?? [];
    const [item, ...items] = select?.items ?? [];
    if (!only || more.length > 0 || item?.kind !== 'star' || items.length > 0) return undefined;
    current = only;
  }
  return undefined;
}

function isOfDates({ id, name }: NodeFacts, project: ProjectView): boolean {
  if (!/(?:^|_)(?:dates?|calendars?|days?|date_spine)(?:_|$)/i.test(name)) return false;
  return /^dim_|calendar/i.test(name) || project.meaningOf(id).kind?.value === 'dimension';
}

function saysNoRole(written: string, model: string): boolean {
  const lower = written.toLowerCase().replace(/_?\d+$/, '');
  if (lower.length <= 2) return true;
  const own = model.toLowerCase();
  return [own, own.replace(/^dim_/, ''), 'date', 'dates', 'dim_date', 'dim_dates', 'cal', 'calendar', 'dat'].includes(
    lower,
  );
}
