import { nearest } from '../../base/nearest.ts';
import type { ResolvedColumn, ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference } from '../../syntax/sql/tree.ts';
import {
  defineRule,
  type ProjectView,
  type RuleContext,
  type RuleFix,
  replace,
  type SqlUnit,
  suggest,
} from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A column that the model, CTE or subquery it is read from certainly lacks.',
  why: 'The warehouse refuses the query: the model does not build.',
  details:
    'Fires only where every relation that could deliver the column is known whole: an explicit list, through any number of stars, CTEs and models, or the header of a seed. Silent for sources, for columns that YAML documents (that is `column-drift`), for what engines add, behind Jinja that cannot be computed, and in disabled models.',
  severity: 'error',
  on: 'unresolved',
  check({ reference, resolved }, context) {
    const { unit } = context;
    if (!unit || unit.problems.length > 0 || unit.expansion.tooDynamic || unit.node?.isEnabled === 'no') return;
    if (resolved.kind === 'missing' && isWritten(unit, reference)) checkMissing(reference, resolved, unit, context);
  },
  examples: {
    'a typing mistake, through a model': `
      //- models/orders.sql
      select id, customer_id, amount from {{ source('shop', 'orders') }}
      //- models/sales.sql
      select o.id, o.custmer_id from {{ ref('orders') }} as o
                     ^^^^^^^^^^ 'orders' has no column 'custmer_id'. Did you mean 'customer_id'?
      -> Write customer_id
      //- models/sales.sql
      select o.id, o.customer_id from {{ ref('orders') }} as o
    `,
    'a column that a CTE does not hand on': `
      with orders as (select id, amount from {{ ref('raw_orders') }}),
      grouped as (select id, sum(amount) as total from orders group by id)
      select id, total, amount from grouped
                        ^^^^^^ 'grouped' has no column 'amount'
    `,
    'in a subquery of FROM, which does not see itself': `
      with a as (select 1 as id, 2 as day), b as (select 1 as id)
      select s.amount, s.day from (select amount, a.day from a join b on b.id = a.id) as s
                                          ^^^^^^ None of 'a', 'b' has a column 'amount'. The query fails
    `,
    'the header of a seed': `
      //- seeds/countries.csv
      code,name
      DE,Germany
      //- models/example.sql
      select code, country from {{ ref('countries') }}
                   ^^^^^^^ 'countries' has no column 'country'
    `,
    'a name that is none of FROM': `
      with a as (select 1 as id), b as (select 1 as a_id)
      select a.id, c.a_id from a join b on b.a_id = a.id
                   ^ No relation of this FROM is called 'c'
    `,
    'a name of the list, where the dialect cannot see it': `
      //- grainline.yml
      dialect: trino
      //- models/example.sql
      with a as (select 1 as id)
      select id + 1 as next_id from a where next_id > 2
                                            ^^^^^^^ a name of the select list, which this clause cannot see
    `,
    'the same, with the profile in a folder of its own': `
      //- dbt_project.yml
      name: shop
      profile: shop
      //- profiles/profiles.yml
      shop: { target: dev, outputs: { dev: { type: trino } } }
      //- models/example.sql
      with a as (select 1 as id)
      select id + 1 as next_id from a where next_id > 2
                                            ^^^^^^^ a name of the select list, which this clause cannot see
    `,
    "another project's profile": `
      //- dbt_project.yml
      name: shop
      profile: shop
      //- profiles/profiles.yml
      crm: { target: dev, outputs: { dev: { type: trino } } }
      //- models/example.sql
      with a as (select 1 as id)
      select id + 1 as next_id from a where next_id > 2
    `,
    'a name of the list, which Snowflake sees in WHERE and ON': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with a as (select 1 as id), b as (select 2 as key)
      select a.id + 1 as next_id from a left join b on next_id = b.key where next_id > 2
    `,
    'a source, a star over one, a placeholder': `
      with a as (select * from {{ source('app', 'a') }}), b as (select id, {{ unknown_macro() }} from {{ ref('x') }})
      select a.anything, b.whatever, other from a join b on b.id = a.id
    `,
    'the next number of a sequence': `
      with lines as (select id, amount from {{ ref('raw_lines') }})
      select shop.line_numbers.nextval as number, line_numbers.currval as again, id, amount from lines
    `,
    'an alias that is a word of another dialect': `
      with lines as (select id, amount from {{ ref('raw_lines') }})
      select final.id, final.amount from lines final where final.amount > 0
      union all
      select raw.id, end::int from {{ source('shop', 'raw') }} raw
    `,
    'columns that a list of the project decides': `
      {% set hashed = [] %}
      {% for column in graph.nodes['model.shop.leads'].columns %}
        {% if graph.nodes['model.shop.leads'].columns[column].meta.sensitive == true %}
          {% do hashed.append(column) %}
        {% endif %}
      {% endfor %}
      with leads as (
        select
        {% for column in hashed %}
          sha2({{ column }}) as {{ column }}_hash,
        {% endfor %}
          id
        from {{ ref('raw_leads') }}
      )
      select id, email_hash from leads
    `,
    'aliases, date parts, functions without parentheses, outer queries': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with a as (select 1 as id, current_date as day)
      select id + 1 as next_id, next_id + 1 as after_next, datediff(month, day, current_timestamp) as months, metadata$filename
      from a where exists (select 1 from (select 2 as n) as b where b.n = a.id and day > sysdate)
      order by months
    `,
    'a date part in quotes': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with a as (select 1 as id, current_date as born)
      select datediff("year", born, current_date) as age, date_trunc("MONTH", born) as born_month from a
    `,
    'what FLATTEN and PIVOT give, paths, lambdas, whole rows': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with a as (select 1 as id, 'x' as kind, 2 as n, parse_json('{}') as doc)
      select a.doc:city.name, f.value, f.index, transform(a.doc, x -> x + 1) as more, object_construct(a.*) as whole, $1
      from a, lateral flatten(input => a.doc) as f
      //- models/pivoted.sql
      with a as (select 1 as id, 'x' as kind, 2 as n)
      select id, x_total from a pivot (sum(n) as total for kind in ('x' as x))
    `,
    'names of the first branch, and what a snapshot adds': `
      //- snapshots/prices.sql
      {% snapshot prices %}
      {{ config(target_schema='s', unique_key='id', strategy='check', check_cols='all') }}
      select id, price from {{ source('app', 'prices') }}
      {% endsnapshot %}
      //- models/example.sql
      with both_ids as (select 1 as id union all select 2 as other)
      select i.id, p.price, p.dbt_valid_from from both_ids as i join {{ ref('prices') }} as p on p.id = i.id where p.dbt_valid_to is null
    `,
    'an inner WITH hides the outer one': `
      with a as (select 1 as id)
      select x.other from (with a as (select 2 as other) select other from a) as x
    `,
    'a disabled model, which never runs': `
      {{ config(enabled=false) }}
      with a as (select 1 as id)
      select gone from a
    `,
    'the FROM of BigQuery, from left to right': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      with a as (select 1 as id), b as (select 2 as day), c as (select 1 as a_id, 2 as day)
      select a.id, b.day, c.day as other_day from a, b left join c on c.a_id = a.id and c.day = b.day
    `,
    'the FROM of Snowflake, where a comma joins last': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      with a as (select 1 as id), b as (select 2 as day), c as (select 1 as a_id, 2 as day)
      select a.id, b.day, c.day as other_day from a, b left join c on c.a_id = a.id and c.day = b.day
                                                                               ^ No relation of this FROM is called 'a'
    `,
    'documented though the SQL lacks it': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: gone }]
      //- models/orders.sql
      select 1 as id
      //- models/sales.sql
      select gone from {{ ref('orders') }}
    `,
  },
});

function checkMissing(
  reference: ColumnReference,
  missing: Missing,
  unit: SqlUnit,
  { project, dialect, report }: RuleContext,
): void {
  const scope = unit.facts.scopeOf(reference);
  if (!scope || scope.select?.isOpaque || scope.select?.as) return;
  if (missing.hiddenAlias && !HIDES_ALIASES.has(dialect)) return;
  const relations = missing.relation ? [missing.relation] : relationsAround(scope, reference);
  if (relations.some(one => !isCertain(one, unit))) return;
  const { name } = missing;
  if (!missing.isQualifier && relations.some(one => isDocumented(one, name.name, project))) return;
  report(name, describe(missing, relations), { fixes: fixesFor(missing, relations, unit) });
}

/** Dialects that are known to refuse a name of the list in WHERE and ON. */
const HIDES_ALIASES: ReadonlySet<Dialect> = new Set(['postgres', 'bigquery', 'trino', 'athena', 'tsql']);

/** The relations of a scope, and those of the queries around it that can be seen from there. */
function relationsAround(scope: SelectScope, { start }: ColumnReference): readonly ScopeRelation[] {
  const found = [...scope.relations];
  for (let one = scope.parent; one; one = one.parent) {
    // A subquery in FROM sees nothing of what stands beside it, and never itself.
    const own = one.relations.find(({ table }) => table.start <= start && start < table.end);
    if (own && !own.isLateral) break;
    for (const relation of one.relations) if (relation !== own) found.push(relation);
  }
  return found;
}

/** The list of its columns is what the warehouse has: `this` may keep older columns, a function may give others. */
function isCertain(relation: ScopeRelation, unit: SqlUnit): boolean {
  if (relation.kind === 'unnest' || relation.kind === 'function' || relation.kind === 'pivot') return false;
  const own = unit.node?.id;
  return own === undefined || !isBehind(relation, id => id === own);
}

/** The relation reads a node of which that is true, or has columns from one. */
function isBehind(relation: ScopeRelation, isMeant: (id: string) => boolean): boolean {
  if (relation.node !== undefined && isMeant(relation.node)) return true;
  // Columns of one node stand together.
  let last = relation.node;
  for (const { origins } of relation.columns.columns) {
    for (const { node } of origins) {
      if (node !== last && isMeant(node)) return true;
      last = node;
    }
  }
  return false;
}

function isDocumented(relation: ScopeRelation, name: string, project: ProjectView | undefined): boolean {
  const lower = name.toLowerCase();
  return isBehind(
    relation,
    id => project?.node(id)?.properties?.columns.some(column => column.name.toLowerCase() === lower) === true,
  );
}

type Missing = Extract<ResolvedColumn, { readonly kind: 'missing' }>;

function describe(missing: Missing, relations: readonly ScopeRelation[]): string {
  const name = missing.name.name;
  if (missing.isQualifier)
    return `No relation of this FROM is called '${name}', so the query fails. Use one of the names that FROM gives.`;
  if (missing.hiddenAlias)
    return `'${name}' is a name of the select list, which this clause cannot see, and no relation has such a column: the query fails. Repeat the expression, or read the name in an outer query.`;
  const labels = [...new Set(relations.map(labelOf))];
  const who = labels.length === 1 ? `${labels[0]} has no column` : `None of ${labels.join(', ')} has a column`;
  const near = nearestIn(missing, relations);
  return `${who} '${name}'. ${near ? `Did you mean '${near.name}'?` : 'The query fails: add the column there, or remove it here.'}`;
}

/** The table rather than its alias: it is what lacks the column. */
function labelOf(relation: ScopeRelation): string {
  const table = relation.table.kind === 'table' ? relation.table.name.parts.at(-1)?.name : undefined;
  return `'${table ?? relation.name?.name ?? 'the subquery'}'`;
}

function fixesFor(missing: Missing, relations: readonly ScopeRelation[], unit: SqlUnit): readonly RuleFix[] {
  if (missing.isQualifier || missing.hiddenAlias) return [];
  const near = nearestIn(missing, relations);
  if (!near || near.quoted || missing.name.quoted) return [];
  const written = normalizeName(near, unit.dialect) === near.name.toUpperCase() ? near.name.toLowerCase() : near.name;
  return [suggest(`Write ${written}`, replace(missing.name, written))];
}

function nearestIn(missing: Missing, relations: readonly ScopeRelation[]) {
  const columns = relations.flatMap(one => one.columns.columns).filter(column => column.name !== '');
  const found = nearest(
    missing.name.name,
    columns.map(column => column.name),
  );
  return columns.find(column => column.name === found);
}
