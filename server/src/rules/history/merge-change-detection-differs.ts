import { DEFAULT_CONFIG } from '../../config/config.ts';
import { defineRule } from '../rule.ts';
import { differencesIn } from './detection-differences.ts';
import { loadsOf } from './load.ts';

export default defineRule({
  summary: 'The two places where a load detects a change do not agree on what a change is.',
  why: 'What only one of them sees is inserted without closing, or closed without inserting: open versions pile up, one per run, or the current one is gone.',
  details:
    'Compares the condition that closes with the one that picks the rows to insert: in a staged union, and in two statements where the INSERT comes first. They must compare the same columns, and both see NULL or neither. Silent where one of them cannot be read whole, or compares a hash.',
  severity: 'warning',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      for (const { closing, inserting, message, fixes } of differencesIn(unit, load, validity)) {
        report(closing, message, {
          relatedHere: [{ span: inserting, message: 'The rows to insert are picked here.' }],
          fixes,
        });
      }
    }
  },
  examples: {
    'NULL is seen in one place only (Databricks)': `
      //- grainline.yml
      dialect: databricks
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.email is distinct from c.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email <> s.email then update set is_current = false, valid_to = s.updated_at
                       ^^^^^^^^^^^^^^^^^^ warning: The rows to insert are picked with an eye on NULL, those to close are not
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.email is distinct from c.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
    `,
    'other columns (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- scripts/load.sql
      merge into dim_shop as t
      using (
        select shop_id as merge_key, c.* from stg_shops as c
        union all
        select null, c.* from stg_shops as c join dim_shop as d on d.shop_id = c.shop_id
        where d.is_current and (d.name is distinct from c.name or d.city is distinct from c.city)
      ) as s
      on t.shop_id = s.merge_key and t.is_current
      when matched and t.name is distinct from s.name then update set is_current = false, valid_to = s.updated_at
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'city' alone adds a version
      when not matched then insert (shop_id, name, city, valid_from, is_current) values (s.shop_id, s.name, s.city, s.updated_at, true);
    `,
    'in two statements, the INSERT first (Postgres)': `
      //- grainline.yml
      dialect: postgres
      //- scripts/load.sql
      insert into dim_shop (shop_id, name, city, valid_from, is_current)
      select s.shop_id, s.name, s.city, s.updated_at, true from stg_shops as s
      left join dim_shop as d on d.shop_id = s.shop_id and d.is_current
      where d.shop_id is null or d.name is distinct from s.name;
      update dim_shop as d set is_current = false, valid_to = s.updated_at from stg_shops as s
      where d.shop_id = s.shop_id and d.is_current and d.valid_from < s.updated_at
        and (d.name is distinct from s.name or d.city is distinct from s.city);
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A change of 'city' alone closes the current version
    `,
    'the same in both, in other words; one that cannot be read': `
      //- scripts/load.sql
      merge into dim_shop as t
      using (
        select shop_id as merge_key, c.* from stg_shops as c
        union all
        select null, c.* from stg_shops as c join dim_shop as d on d.shop_id = c.shop_id and d.is_current
        where not (c.name is not distinct from d.name) or d.city is distinct from c.city
      ) as s
      on t.shop_id = s.merge_key and t.is_current
      when matched and exists (select t.city, t.name except select s.city, s.name) then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (shop_id, name, city, valid_from, is_current) values (s.shop_id, s.name, s.city, s.updated_at, true);
      merge into dim_city as t
      using (
        select city_id as merge_key, c.* from stg_cities as c
        union all
        select null, c.* from stg_cities as c join dim_city as d on d.city_id = c.city_id and d.is_current
        where d.row_hash <> c.row_hash
      ) as s
      on t.city_id = s.merge_key and t.is_current
      when matched and is_changed(t.name, s.name) then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (city_id, name, valid_from, is_current) values (s.city_id, s.name, s.updated_at, true);
    `,
  },
});
