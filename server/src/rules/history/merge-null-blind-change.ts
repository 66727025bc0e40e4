import { DEFAULT_CONFIG } from '../../config/config.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText } from '../writes.ts';
import { isWritten } from '../written.ts';
import { type ChangeCondition, changeConditionsOf, keysOfLoad } from './change-conditions.ts';
import { type Comparison, changesIn } from './changes.ts';
import { differencesIn } from './detection-differences.ts';
import { type Load, loadsOf } from './load.ts';
import { roleInLoad } from './load-values.ts';
import { keywordOf, listed, seeingNull } from './merge-text.ts';
import { isNotNullElsewhere } from './not-null.ts';

export default defineRule({
  summary: 'A load looks for changes with a comparison that NULL slips through.',
  why: 'NULL <> ’x’ is not true, so a change from or to NULL is never stored; and under NOT EXISTS a NULL never equals itself, so its row gets a new version on every run.',
  details:
    'Looks at the conditions by which MERGE, UPDATE and INSERT … SELECT tell what changed. Silent for columns that are never NULL (a not_null test, a constraint, NOT NULL in a CREATE TABLE of the project’s SQL files, an expression that fills NULL), for keys and validity columns, for hashes, and where the IS NULL cases are written out. The fix writes the comparison of the dialect that sees NULL; it stores changes that were missed so far, so it is a suggestion.',
  severity: 'warning',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      // What only one of two places fails to see is said by merge-change-detection-differs.
      const differences = differencesIn(unit, load, validity);
      for (const condition of changeConditionsOf(unit, load, validity)) {
        const blind = blindIn(unit, load, condition, validity).filter(
          ({ pair }) =>
            !pair || ![pair.target, pair.source].some(one => isNotNullElsewhere(unit, one, context.project)),
        );
        const [first] = blind;
        if (!first) continue;
        const columns = [...new Set(blind.flatMap(one => one.labels))];
        const span = { start: first.at.start, end: Math.max(...blind.map(one => one.at.end)) };
        if (differences.some(({ closing, inserting }) => [closing, inserting].some(one => covers(one, span)))) continue;
        report(span, messageFor(columns, condition, load), { fixes: fixFor(unit, blind) });
      }
    }
  },
  examples: {
    'changes that are lost (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t using {{ ref('changed_customers') }} as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and (t.email <> s.email or t.city != s.city) then
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'email' or 'city' from or to NULL is not seen
        update set is_current = false, valid_to = s.updated_at;
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t using {{ ref('changed_customers') }} as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and (t.email is distinct from s.email or t.city is distinct from s.city) then
        update set is_current = false, valid_to = s.updated_at;
      {% endmacro %}
    `,
    'Redshift and T-SQL write it out, Spark has an operator of its own': `
      //- grainline.yml
      dialect: redshift
      overrides: []
      //- analyses/load.sql
      UPDATE dim_customer
      SET is_current = FALSE, valid_to = GETDATE()
      FROM stg_customers s
      WHERE dim_customer.customer_id = s.customer_id AND dim_customer.is_current AND NOT (dim_customer.email = s.email)
                                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'email' from or to NULL is not seen
      ->
      UPDATE dim_customer
      SET is_current = FALSE, valid_to = GETDATE()
      FROM stg_customers s
      WHERE dim_customer.customer_id = s.customer_id AND dim_customer.is_current AND NOT ((dim_customer.email = s.email OR (dim_customer.email IS NULL AND s.email IS NULL)))
    `,
    'an UPDATE of T-SQL that names its target twice': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      UPDATE customer_dim SET expiry_date = GETDATE()
      FROM customer_dim a, customer_stg b
      WHERE a.customer_no = b.customer_no AND a.expiry_date = '9999-12-31' AND a.first_name <> b.first_name
                                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'first_name' from or to NULL
      ->
      UPDATE customer_dim SET expiry_date = GETDATE()
      FROM customer_dim a, customer_stg b
      WHERE a.customer_no = b.customer_no AND a.expiry_date = '9999-12-31' AND (a.first_name <> b.first_name OR (a.first_name IS NULL AND b.first_name IS NOT NULL) OR (a.first_name IS NOT NULL AND b.first_name IS NULL))
    `,
    'a new version on every run (DuckDB)': `
      //- grainline.yml
      dialect: duckdb
      //- scripts/load.sql
      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, s.updated_at, null, true
      from stg_customers as s
      where not exists (
        select 1 from dim_customer as d
        where d.customer_id = s.customer_id and d.is_current and d.email = s.email
                                                                 ^^^^^^^^^^^^^^^^^ warning: A row whose 'email' is NULL never equals itself here
      );
      ->
      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, s.updated_at, null, true
      from stg_customers as s
      where not exists (
        select 1 from dim_customer as d
        where d.customer_id = s.customer_id and d.is_current and d.email is not distinct from s.email
      );
    `,
    'in the staged copy and in the branch (Databricks)': `
      //- grainline.yml
      dialect: databricks
      //- scripts/load.sql
      merge into dim_shop as t
      using (
        select shop_id as merge_key, s.* from stg_shops as s
        union all
        select null as merge_key, s.* from stg_shops as s join dim_shop as d on d.shop_id = s.shop_id
        where d.is_current and d.name <> s.name
                               ^^^^^^^^^^^^^^^^ warning: A change of 'name'
      ) as s
      on t.shop_id = s.merge_key and t.is_current
      when matched and t.name <> s.name then update set is_current = false, end_date = s.updated_at
                       ^^^^^^^^^^^^^^^^ warning: A change of 'name'
      when not matched then insert (shop_id, name, start_date, end_date, is_current) values (s.shop_id, s.name, s.updated_at, null, true);
    `,
    'comparisons that see NULL, each in its dialect': `
      //- scripts/load.sql
      merge into dim_a as t using stg_a as s on t.id = s.id and t.is_current
      when matched and (t.x is distinct from s.x or not (t.y <=> s.y) or not equal_null(t.z, s.z)) then
        update set is_current = false, valid_to = s.updated_at;
      merge into dim_b as t using stg_b as s on t.id = s.id and t.is_current
      when matched and exists (select t.x, t.y except select s.x, s.y) then update set is_current = false, valid_to = s.updated_at;
      merge into dim_c as t using stg_c as s on t.id = s.id and t.is_current
      when matched and not exists (select t.x intersect select s.x) then update set is_current = false, valid_to = s.updated_at;
      merge into dim_d as t using stg_d as s on t.id = s.id and t.is_current
      when matched and (t.x <> s.x or (t.x is null and s.x is not null) or (t.x is not null and s.x is null)) then
        update set is_current = false, valid_to = s.updated_at;
      merge into dim_e as t using stg_e as s on t.id = s.id and t.is_current
      when matched and (coalesce(t.x, '') <> coalesce(s.x, '') or t.row_hash <> s.row_hash or t.valid_from <> s.updated_at) then
        update set is_current = false, valid_to = s.updated_at;
    `,
    'a table whose name another program fills in (T-SQL)': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      update d set is_current = 0, valid_to = getdate()
      from {database}.{schema}.{dimension} as d join {database}.{schema}.{staging} as s on d.customer_id = s.customer_id
      where d.is_current = 1 and d.email <> s.email;
                                 ^^^^^^^^^^^^^^^^^^ warning: A change of 'email' from or to NULL is not seen
    `,
    'changes picked into a table before; the target by its whole name (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- scripts/load.sql
      create temp table changed as
      select s.* from dw.stg_shops as s join \`shop.dw.dim_shop\` on s.shop_id = \`shop.dw.dim_shop\`.shop_id
      where s.name <> \`shop.dw.dim_shop\`.name and \`shop.dw.dim_shop\`.valid_to is null;
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'name' from or to NULL is not seen
      merge \`shop.dw.dim_shop\` using changed as s on s.shop_id = \`shop.dw.dim_shop\`.shop_id and valid_to is null
      when matched then update set valid_to = current_date();
    `,
    'columns that are never NULL': `
      //- models/schema.yml
      models:
        - name: stg_customers
          columns:
            - name: email
              data_tests: [not_null]
        - name: dim_customer
          columns:
            - name: email
              data_tests: [not_null]
      //- models/stg_customers.sql
      select customer_id, email, updated_at from {{ source('crm', 'customers') }}
      //- models/dim_customer.sql
      select customer_id, email, valid_from, valid_to, is_current from {{ source('dw', 'dim_customer') }}
      //- macros/load.sql
      {% macro load() %}
      merge into {{ ref('dim_customer') }} as t using {{ ref('stg_customers') }} as s on t.customer_id = s.customer_id and t.is_current
      when matched and t.email <> s.email then update set is_current = false, valid_to = s.updated_at;
      {% endmacro %}
      //- scripts/load.sql
      create table dim_shop (shop_id int primary key, name text not null, valid_to date, is_current boolean);
      create temporary table shops (shop_id int, name text not null);
      merge into dim_shop as t using shops as s on t.shop_id = s.shop_id and t.is_current
      when matched and t.name <> s.name then update set is_current = false, valid_to = current_date;
      //- ddl/dim_city.sql
      create table dw.dim_city (city_id int primary key, name text not null, valid_to date, is_current boolean);
      //- scripts/load_cities.sql
      merge into dw.dim_city as t using staging.cities as s on t.city_id = s.city_id and t.is_current
      when matched and t.name <> s.name then update set is_current = false, valid_to = current_date;
      merge into dim_street as t
      using (select street_id, name from staging.streets where name is not null) as s on t.street_id = s.street_id and t.is_current
      when matched and t.name <> s.name then update set is_current = false, valid_to = current_date;
    `,
  },
});

function covers(
  outer: { readonly start: number; readonly end: number },
  inner: { readonly start: number; readonly end: number },
) {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Blind comparisons of what may change: no keys, no validity columns, no hashes. */
function blindIn(
  unit: SqlUnit,
  load: Load,
  { condition, sides, finds, statement }: ChangeCondition,
  validity: (typeof DEFAULT_CONFIG)['validity'],
): readonly Comparison[] {
  // Without a current version there is none that a NULL could double.
  if (finds === 'unchanged' && !load.insertions.some(one => one.statement === statement && one.isOpen === true))
    return [];
  const { comparisons } = changesIn(unit, condition, sides);
  const wanted = finds === 'change' ? 'differs' : 'equals';
  const keys = keysOfLoad(unit, load);
  const equations = comparisons.filter(one => one.kind === 'equals');
  const found = comparisons.filter(
    one =>
      one.kind === wanted &&
      one.nulls === 'blind' &&
      !hasUnknownText(unit, one.at) &&
      one.columns.every(
        column =>
          roleInLoad(column, validity) === undefined &&
          !/hash|checksum|md5|sha\d|digest|fingerprint/.test(column) &&
          !keys.has(column),
      ),
  );
  if (finds === 'change') return found;
  // Rows are told apart by something: by what the load matches, by the first equation, by what looks like a key.
  return found.filter(
    one =>
      one !== equations[0] &&
      !one.columns.some(column => /(?:^|_)(?:\w?id|key|sk|nk|bk|code|uuid|at|ts|date|time|timestamp)$/.test(column)),
  );
}

function messageFor(columns: readonly string[], { finds }: ChangeCondition, load: Load): string {
  if (finds === 'unchanged')
    return `A row whose ${listed(columns)} is NULL never equals itself here: it gets a new version in ${load.target.label} on every run. Compare so that NULL equals NULL.`;
  return `A change of ${listed(columns).replace(/ and ('[^']*')$/, ' or $1')} from or to NULL is not seen: NULL compared with a value is not true, and ${load.target.label} keeps the old value. Compare so that NULL counts as a value.`;
}

function fixFor(unit: SqlUnit, blind: readonly Comparison[]): readonly RuleFix[] {
  const like = keywordOf(unit, unit.tree.statements.find(one => one.end > (blind[0]?.at.start ?? 0)) ?? unit.tree);
  const edits = [];
  for (const one of blind) {
    const better = seeingNull(unit, one, unit.dialect, like);
    if (better === undefined || !isWritten(unit, one.at)) return [];
    edits.push(replace(one.at, better));
  }
  return [suggest('Compare so that NULL counts as a value', ...edits)];
}
