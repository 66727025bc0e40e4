import { readsLikeFlag } from '../../project/history-rows.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import { traceReference } from '../../project/trace.ts';
import type { Expression, Join, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { addToOn, addToWhere } from '../conditions.ts';
import { bare, columnOf, columnsIn, coversKey, holdsUnknown, joinsIn, labelOf, operandsOf } from '../expressions.ts';
import { defineRule, list, type ProjectView, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, textOf } from '../written.ts';
import { eventTimeOf } from './event-time.ts';
import { repeatedRowsReachOutput } from './version-harm.ts';
import {
  currentCondition,
  type HeldVersions,
  inferredBecause,
  isNaturalKey,
  mayHoldVersions,
  readsValidity,
  versionsIn,
} from './versions.ts';

export default defineRule({
  summary: 'A join to a model that keeps history, without a choice of the version.',
  why: 'Every old version matches too, so each row of the other side counts once per version, and sums over them are too high.',
  details:
    'Fires where the ON condition covers the natural key of a dimension of type 2 (or 6, 7) or a snapshot and looks at none of its validity columns. What keeps history is known from `meta.grainline`, a snapshot, a semantic model with a natural entity, or from the SQL that builds the versions; the message says when it is inferred. Silent when start, end or flag are read anywhere behind the join, when a CTE has picked the version already, for joins by the key of the version, when further conditions on the history stand in ON, and where repeated rows do no harm (DISTINCT, min and max, EXISTS, one row picked afterwards).',
  severity: 'warning',
  options: { allow: list('Names of models with history that may be joined whole.') },
  on: 'sql:select',
  check(select, { unit, project, options, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !project || !scope || scope.isOpen || !select.from) return;
    const joins = joinsIn(select);
    if (joins.length === 0 || !mayHoldVersions(unit, project)) return;
    for (const join of joins) {
      for (const found of blindIn(unit, project, scope, join)) {
        if (options.allow.includes(found.versions.name)) continue;
        if (picksVersion(unit, select, found.versions) || !repeatedRowsReachOutput(unit, select)) continue;
        report(placeOf(unit, join), messageOf(project, found), { fixes: fixesFor(unit, project, join, found) });
        break;
      }
    }
  },
  examples: {
    'a declared dimension': `
      //- grainline.yml
      dialect: duckdb
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, country, valid_from, valid_to, is_current from {{ ref('stg_customers') }}
      //- models/fct_orders.sql
      select o.order_id, c.country, o.amount
      from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c on o.customer_id = c.customer_id
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Every version of 'dim_customers' matches: one row of 'o' counts once per version.
      //- models/stg_orders.sql
      select order_id, customer_id, amount, cast(ordered_at as timestamp) as ordered_at from {{ source('erp', 'orders') }}
      -> Join the current version
      //- models/fct_orders.sql
      select o.order_id, c.country, o.amount
      from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c on o.customer_id = c.customer_id and c.is_current
    `,
    'a snapshot, behind CTEs, with one time to look it up by': `
      //- snapshots/customers.sql
      {% snapshot customers_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}
      select id, tier, updated_at from {{ source('crm', 'customers') }}
      {% endsnapshot %}
      //- models/stg_orders.sql
      select order_id, customer_id, amount, cast(ordered_at as timestamp) as ordered_at from {{ source('erp', 'orders') }}
      //- models/revenue_by_tier.sql
      with
      orders as (select * from {{ ref('stg_orders') }}),
      customers as (select * from {{ ref('customers_history') }})
      select customers.tier, sum(orders.amount) as revenue
      from orders
      left join customers
          on orders.customer_id = customers.id
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the one valid at 'ordered_at'
      group by customers.tier
      -> Join the version valid at 'ordered_at'
      //- models/revenue_by_tier.sql
      with
      orders as (select * from {{ ref('stg_orders') }}),
      customers as (select * from {{ ref('customers_history') }})
      select customers.tier, sum(orders.amount) as revenue
      from orders
      left join customers
          on orders.customer_id = customers.id
          and orders.ordered_at >= customers.dbt_valid_from and (orders.ordered_at < customers.dbt_valid_to or customers.dbt_valid_to is null)
      group by customers.tier
      -> Join the current version
      //- models/revenue_by_tier.sql
      with
      orders as (select * from {{ ref('stg_orders') }}),
      customers as (select * from {{ ref('customers_history') }})
      select customers.tier, sum(orders.amount) as revenue
      from orders
      left join customers
          on orders.customer_id = customers.id
          and customers.dbt_valid_to is null
      group by customers.tier
    `,
    'a history that only its SQL shows, handed on by another model': `
      //- models/prices.sql
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to
      from {{ ref('price_log') }}
      //- models/dim_prices.sql
      select sku as product_sku, price, valid_from, valid_to from {{ ref('prices') }}
      //- models/stg_sales.sql
      select id, sku, quantity from {{ source('shop', 'sales') }}
      //- models/sales.sql
      select s.id, s.quantity * p.price as amount
      from {{ ref('stg_sales') }} as s
      join {{ ref('dim_prices') }} as p on p.product_sku = cast(s.sku as varchar)
                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ inferred: 'prices' ends each version where the next one begins
    `,
    'a CTE that leaves the validity columns behind': `
      //- models/schema.yml
      models:
        - name: dim_runs
          config: { meta: { grainline: { scd: 2, natural_key: run_id } } }
      //- models/dim_runs.sql
      select run_id, title, valid_from, valid_to, is_current from {{ ref('stg_runs') }}
      //- models/fct_events.sql
      with runs as (
        select run_id, title from {{ ref('dim_runs') }}
      )
      select e.event_id, runs.title
      from {{ ref('stg_events') }} as e
      left join runs using (run_id)
                     ^^^^^^^^^^^^^^ Every version of 'dim_runs' matches
      -> Keep the current versions in 'runs'
      //- models/fct_events.sql
      with runs as (
        select run_id, title from {{ ref('dim_runs') }} where is_current
      )
      select e.event_id, runs.title
      from {{ ref('stg_events') }} as e
      left join runs using (run_id)
    `,
    'the history in front, inside Jinja': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: [customer_id, region] } } }
      //- models/dim_customers.sql
      select customer_id, region, valid_from, valid_to, is_current from {{ ref('stg_customers') }}
      //- models/stg_orders.sql
      select customer_id, region from {{ source('erp', 'orders') }}
      //- models/counts.sql
      select c.region, count(*) as orders
      from {{ ref('dim_customers') }} as c
      {% if var('all', true) %}
      join {{ ref('stg_orders') }} as o on o.customer_id = c.customer_id and o.region = c.region
                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one row of 'o' counts once per version
      {% endif %}
      group by c.region
    `,
    'the version is chosen': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id, surrogate_key: customer_key } } }
          columns: [{ name: customer_key, data_tests: [unique] }]
      //- models/dim_customers.sql
      select customer_key, customer_id, country, valid_from, valid_to, is_current from {{ ref('stg_customers') }}
      //- models/current.sql
      with c as (select * from {{ ref('dim_customers') }} where is_current)
      select o.id, c.country from {{ ref('stg_orders') }} as o join c on c.customer_id = o.customer_id
      //- models/as_of.sql
      select o.id, c.country from {{ ref('stg_orders') }} as o
      left join {{ ref('dim_customers') }} as c
        on c.customer_id = o.customer_id and o.ordered_at >= c.valid_from and o.ordered_at < coalesce(c.valid_to, date '9999-12-31')
      //- models/filtered.sql
      select o.id, c.country from {{ ref('stg_orders') }} as o
      join {{ ref('dim_customers') }} as c on c.customer_id = o.customer_id where c.valid_to is null
      //- models/by_version.sql
      select o.id, c.country from {{ ref('fct_orders') }} as o join {{ ref('dim_customers') }} as c on c.customer_key = o.customer_key
      //- models/picked.sql
      with joined as (
        select o.id, c.country, row_number() over (partition by o.id order by c.valid_from desc) as version_number
        from {{ ref('stg_orders') }} as o join {{ ref('dim_customers') }} as c on c.customer_id = o.customer_id
      )
      select id, country from joined where version_number = 1
    `,
    'the version is chosen by a flag of another name': `
      //- models/shops_history.sql
      select shop_id, name, valid_from, lead(valid_from) over (partition by shop_id order by valid_from) as valid_to,
             valid_to is null as is_currently_valid
      from {{ ref('stg_shops') }}
      //- models/sales.sql
      with shops as (select * from {{ ref('shops_history') }} where is_currently_valid = true)
      select s.sale_id, s.amount, shops.name from {{ ref('stg_sales') }} as s join shops on shops.shop_id = s.shop_id
      //- models/filtered_sales.sql
      select s.sale_id, s.amount, h.name from {{ ref('stg_sales') }} as s
      join {{ ref('shops_history') }} as h on h.shop_id = s.shop_id where h.is_currently_valid
    `,
    'rows that repeat without harm': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 2, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, country, valid_from, valid_to, is_current from {{ ref('stg_customers') }}
      //- models/countries.sql
      select distinct c.country from {{ ref('stg_orders') }} as o join {{ ref('dim_customers') }} as c on c.customer_id = o.customer_id
      //- models/known.sql
      select o.id from {{ ref('stg_orders') }} as o
      where exists (select 1 from {{ ref('stg_lines') }} as l join {{ ref('dim_customers') }} as c on c.customer_id = l.customer_id where l.id = o.id)
      //- models/first_order.sql
      select c.customer_id, min(o.ordered_at) as first_ordered_at
      from {{ ref('dim_customers') }} as c join {{ ref('stg_orders') }} as o on c.customer_id = o.customer_id group by 1
    `,
    'types that keep one row': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config: { meta: { grainline: { scd: 1, natural_key: customer_id } } }
      //- models/dim_customers.sql
      select customer_id, country, valid_from, valid_to from {{ ref('stg_customers') }}
      //- models/fct_orders.sql
      select o.id, c.country from {{ ref('stg_orders') }} as o join {{ ref('dim_customers') }} as c on c.customer_id = o.customer_id
    `,
  },
});

interface Blind {
  readonly relation: ScopeRelation;
  readonly versions: HeldVersions;
  /** What is joined with it. */
  readonly other: ScopeRelation;
}

/** Relations with history whose natural key the join's condition covers, and of which it asks nothing else. */
function blindIn(unit: SqlUnit, project: ProjectView, scope: SelectScope, join: Join): readonly Blind[] {
  if (join.modifier || join.natural || join.type === 'semi' || join.type === 'anti' || join.type === 'cross') return [];
  const equated = new Map<ScopeRelation, { readonly columns: Set<string>; readonly others: Set<ScopeRelation> }>();
  const add = (relation: ScopeRelation, column: string, other: ScopeRelation): void => {
    const known = equated.get(relation) ?? { columns: new Set(), others: new Set() };
    equated.set(relation, known);
    known.columns.add(column.toLowerCase());
    known.others.add(other);
  };
  const rest: Expression[] = [];
  for (const one of join.on ? operandsOf(join.on, 'and') : []) {
    const sides = one.kind === 'binary' && one.operator === '=' ? [withoutCast(one.left), withoutCast(one.right)] : [];
    const [left, right] = sides.map(side => columnOf(unit, side));
    if (left && right && left.relation !== right.relation) {
      add(left.relation, left.column.name, right.relation);
      add(right.relation, right.column.name, left.relation);
    } else rest.push(one);
  }
  for (const merged of scope.merged) {
    if (merged.join !== join) continue;
    const joined = merged.members.find(member => member.relation.table === join.right);
    const others = merged.members.filter(member => member !== joined);
    const [other] = others;
    if (!joined || !other || others.length > 1) continue;
    add(joined.relation, joined.column.name, other.relation);
    add(other.relation, other.column.name, joined.relation);
  }
  const found: Blind[] = [];
  for (const [relation, { columns, others }] of equated) {
    const [other, ...more] = others;
    if (!other || more.length > 0 || coversKey(relation, columns)) continue;
    if (rest.some(one => mentions(unit, one, relation))) continue;
    const versions = versionsIn(unit, project, relation);
    if (!versions || versions.base.node === unit.node?.id) continue;
    if (!isNaturalKey(versions, columns) || dropsDuplicates(versions)) continue;
    // Two histories side by side are brought in line somewhere, or meant to be multiplied.
    if (versionsIn(unit, project, other)) continue;
    found.push({ relation, versions, other });
  }
  return found;
}

/** `cast(o.id as varchar) = cast(c.id as varchar)` joins by the same columns. */
function withoutCast(expression: Expression): Expression {
  let current = bare(expression);
  for (let depth = 0; current.kind === 'cast' && depth < 5; depth++) current = bare(current.operand);
  return current;
}

function mentions(unit: SqlUnit, expression: Expression, relation: ScopeRelation): boolean {
  return (
    holdsUnknown(expression) ||
    columnsIn(expression).some(one => {
      const column = columnOf(unit, one);
      return column === undefined || column.relation === relation;
    })
  );
}

function dropsDuplicates(versions: HeldVersions): boolean {
  return versions.path.some(({ select }) => select.distinct !== undefined);
}

/** Something in the select reads start, end or flag, numbers rows, or hands the validity on to who reads the select. */
function picksVersion(unit: SqlUnit, select: Select, versions: HeldVersions): boolean {
  let found = false;
  const inside = [...select.items, select.from, select.where, select.groupBy, select.having, select.qualify];
  for (const part of inside) {
    if (!part || found) continue;
    walk(part, node => {
      if (found || node.kind === 'subquery' || node.kind === 'star-expression') return 'skip';
      if (node.kind === 'unknown' || node.kind === 'unknown-item') found = true;
      if (node.kind === 'star') found ||= carriesValidity(unit, select, node.qualifier?.parts.at(-1)?.name, versions);
      if (node.kind === 'column') {
        const traced = traceReference(unit.facts, node);
        if (readsValidity(traced, versions)) found = true;
        if (traced?.kind === 'column' && traced.relation === versions.base && readsLikeFlag(traced.column))
          found = true;
        const isNumber = traced?.kind === 'expression' && traced.expression.kind === 'call' && traced.expression.over;
        if (isNumber && part === select.where) found = true;
      }
      return undefined;
    });
  }
  return found;
}

/** A star over the relation hands on what the version is chosen by. */
function carriesValidity(
  unit: SqlUnit,
  select: Select,
  qualifier: string | undefined,
  versions: HeldVersions,
): boolean {
  if (versions.validFrom === undefined && versions.validTo === undefined && versions.isCurrent === undefined)
    return false;
  const relations = unit.facts.scopes.get(select)?.relations ?? [];
  return relations.some(
    one =>
      (qualifier === undefined || one.name?.name.toLowerCase() === qualifier.toLowerCase()) &&
      (one === versions.base ||
        versions.path.some(step => (one.cte?.node.query === undefined ? false : holds(one, step.select)))),
  );
}

function holds(relation: ScopeRelation, select: Select): boolean {
  const query = relation.cte?.node.query;
  return query !== undefined && select.start >= query.start && select.end <= query.end;
}

function placeOf(unit: SqlUnit, join: Join): { readonly start: number; readonly end: number } {
  if (join.on) return join.on;
  const word = /\busing\b/i.exec(unit.text.slice(join.right.end, join.end));
  return { start: join.right.end + (word?.index ?? 0), end: join.end };
}

function messageOf(project: ProjectView, { versions, other }: Blind): string {
  const time = asOf(project, versions, other);
  const choice =
    time === undefined ? 'Join the current version' : `Join the current version, or the one valid at '${time}'`;
  const picked = time === undefined ? ', or the one that was valid at the time.' : '.';
  return `Every version of '${versions.name}' matches: one row of ${labelOf(other)} counts once per version. ${choice}${picked}${inferredBecause(versions)}`;
}

/** The time to look the version up by, when there is just one and the interval is known to be half-open. */
function asOf(project: ProjectView, versions: HeldVersions, other: ScopeRelation): string | undefined {
  if (!versions.history.isHalfOpen || versions.validFrom === undefined || versions.validTo === undefined)
    return undefined;
  return eventTimeOf(project, other);
}

function fixesFor(
  unit: SqlUnit,
  project: ProjectView,
  join: Join,
  { relation, versions, other }: Blind,
): readonly RuleFix[] {
  const fixes: RuleFix[] = [];
  const add = (title: string, edits: readonly Parameters<typeof suggest>[1][]): void => {
    if (edits.length > 0) fixes.push(suggest(title, ...edits));
  };
  const name = relation.name?.name;
  const otherName = other.name?.name;
  const like = textOf(unit, join.keyword);
  // In an outer join a condition in ON filters the side that may be missing, and only that one.
  const fitsInOn = join.type === 'inner' || (join.type === 'left' && relation.table === join.right);
  if (name !== undefined && fitsInOn) {
    const current = currentCondition(versions, `${name}.`);
    if (current !== undefined) add('Join the current version', addToOn(unit, join, cased(like, current)));
    const time = asOf(project, versions, other);
    const { validFrom, validTo, history } = versions;
    if (time !== undefined && otherName !== undefined) {
      const at = `${otherName}.${time}`;
      const end = `${name}.${validTo}`;
      const upper = history.openEnd === 'sentinel' ? `${at} < ${end}` : `(${at} < ${end} or ${end} is null)`;
      add(
        `Join the version valid at '${time}'`,
        addToOn(unit, join, cased(like, `${at} >= ${name}.${validFrom} and ${upper}`)),
      );
    }
  }
  if (fixes.length === 0) fixes.push(...fixInCte(unit, relation, versions));
  return fixes;
}

/** In the CTE that reads the history for this join alone. */
function fixInCte(unit: SqlUnit, relation: ScopeRelation, versions: HeldVersions): readonly RuleFix[] {
  const last = versions.path.at(-1);
  const scope = last && unit.facts.scopes.get(last.select);
  const { cte } = relation;
  if (!last || !scope || !cte || versions.path.length > 1 || cte.references.length > 1) return [];
  const { history, base } = versions;
  const qualifier = scope.relations.length > 1 && base.name ? `${base.name.name}.` : '';
  const { validFrom, validTo, isCurrent } = history;
  const current = currentCondition({ ...versions, validFrom, validTo, isCurrent }, qualifier);
  const edits = current === undefined ? [] : addToWhere(unit, last.select, current);
  return edits.length === 0 ? [] : [suggest(`Keep the current versions in '${cte.node.name.name}'`, ...edits)];
}

function cased(like: string, condition: string): string {
  return inCaseOf(like, 'and') === 'AND'
    ? condition.replace(/\b(?:and|or|is null)\b/g, word => word.toUpperCase())
    : condition;
}
