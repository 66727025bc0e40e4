import { DEFAULT_CONFIG } from '../../config/config.ts';
import { defineRule } from '../rule.ts';
import { loadsOf } from './load.ts';
import { closesWithoutInsert, insertsBehindClose } from './lost-versions.ts';
import { secondStatement } from './second-statement.ts';
import { stagedTable } from './staged-table.ts';
import { stagedUnion } from './staged-union.ts';

export default defineRule({
  summary: 'A load that closes the old version of a changed row and cannot insert the new one.',
  why: 'A row that matches never reaches WHEN NOT MATCHED, so everything that changes loses its current version: joins to the current row drop it from that day on.',
  details: `
Fires when a MERGE closes matched rows, inserts unmatched ones by the very columns it matches on, and no other statement of
the script inserts into the table; and when rows are closed first and the INSERT behind it joins the current rows it just
closed. Silent for the forms that are right: a staged union with a second copy that has no key, close and insert as two
statements, new versions inserted before the old ones are closed, \`insert into … select … from (merge …)\`, and wherever
the source or a placeholder may hold the second copy.

One suggestion puts the source into a union: once with its key, to close, and once without for what changed, to insert. The
other adds a statement that inserts what has no current row; it works in every dialect, and a run that broke off between the
two is made good by the next. Redshift merges whole tables without conditions: there a temporary table takes what is new or
changed, and UPDATE and INSERT go by it in one transaction. For DuckDB the union is held back (\`as materialized\`): DuckDB reads the source while it writes,
and now and then would no longer see a row that it has just closed.
  `,
  severity: 'error',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report, project } = context;
    if (!unit) return;
    const { validity } = context.project?.config ?? DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      for (const { close, merge } of closesWithoutInsert(unit, load)) {
        report(
          close.at,
          `A changed row of ${load.target.label} is closed here, but its new version is never inserted: a row that matches cannot reach WHEN NOT MATCHED. Give the source a second copy of changed rows without a key, or insert in a statement of its own.`,
          {
            fixes: [
              stagedUnion(unit, merge, close, project),
              stagedTable(unit, load, merge, close, project, validity),
              secondStatement(unit, load, merge, project, validity),
            ].filter(one => one !== undefined),
          },
        );
      }
      for (const { insertion, close, newKeysGetIn } of insertsBehindClose(unit, load, validity)) {
        report(
          { start: insertion.statement.start, end: insertion.statement.target.end },
          `This INSERT joins the current rows of ${load.target.label}, but the changed ones were closed a statement before: ${newKeysGetIn ? 'their new versions never get in' : 'neither new keys nor new versions get in'}. Insert what has no current row (NOT EXISTS).`,
          { relatedHere: [{ span: close.at, message: 'They are closed here.' }] },
        );
      }
    }
  },
  examples: {
    'one pass, Snowflake': `
      //- macros/load_customers.sql
      {% macro load_customers() %}
      merge into dim_customer as t
      using {{ ref('stg_customers') }} as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email is distinct from s.email then
        update set is_current = false, valid_to = s.updated_at
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'dim_customer' is closed here
      when not matched then
        insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
      {% endmacro %}
      ->
      {% macro load_customers() %}
      merge into dim_customer as t
      using (
        with incoming as (select * from {{ ref('stg_customers') }})
        select s.customer_id as merge_key, s.* from incoming as s
        union all
        select null as merge_key, s.* from incoming as s
        join dim_customer as t on t.customer_id = s.customer_id and t.is_current
        where t.email is distinct from s.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then
        update set is_current = false, valid_to = s.updated_at
      when not matched then
        insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
      {% endmacro %}
    `,
    'one pass, DuckDB: the source is read whole before anything is written': `
      //- grainline.yml
      dialect: duckdb
      //- scripts/load.sql
      merge into dim_customer as t
      using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email <> s.email then update set is_current = false
                                                          ^^^^^^^^^^^^^^^^^^ error: A changed row of 'dim_customer' is closed here
      when not matched then insert (customer_id, email, is_current) values (s.customer_id, s.email, true);
      ->
      //- scripts/load.sql
      merge into dim_customer as t
      using (
        with incoming as (select * from stg_customers), staged as materialized (
          select s.customer_id as merge_key, s.* from incoming as s
          union all
          select null as merge_key, s.* from incoming as s
          join dim_customer as t on t.customer_id = s.customer_id and t.is_current
          where t.email is distinct from s.email
        )
        select * from staged
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false
      when not matched then insert (customer_id, email, is_current) values (s.customer_id, s.email, true);
    `,
    'by subquery, blind to NULL, without asking for the current version (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- analyses/load.sql
      MERGE dw.dim_product AS target
      USING (SELECT sku, name, CURRENT_TIMESTAMP() AS effective_from FROM raw.products) AS source
      ON target.sku = source.sku
      WHEN MATCHED AND target.name != source.name THEN
        UPDATE SET effective_to = source.effective_from
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: its new version is never inserted
      WHEN NOT MATCHED THEN
        INSERT (sku, name, effective_from, effective_to) VALUES (sku, name, effective_from, NULL)
      ->
      //- analyses/load.sql
      MERGE dw.dim_product AS target
      USING (
        WITH incoming AS (SELECT sku, name, CURRENT_TIMESTAMP() AS effective_from FROM raw.products)
        SELECT source.sku AS merge_key, source.* FROM incoming AS source
        UNION ALL
        SELECT NULL AS merge_key, source.* FROM incoming AS source
        JOIN dw.dim_product AS target ON target.sku = source.sku
        WHERE target.name IS DISTINCT FROM source.name
      ) AS source
      ON target.sku = source.merge_key
      WHEN MATCHED AND target.name IS DISTINCT FROM source.name THEN
        UPDATE SET effective_to = source.effective_from
      WHEN NOT MATCHED THEN
        INSERT (sku, name, effective_from, effective_to) VALUES (sku, name, effective_from, NULL)
    `,
    'Redshift, whose MERGE knows no conditions': `
      //- grainline.yml
      dialect: redshift
      //- scripts/load.sql
      merge into analytics.dim_customer
      using staging.customers as s
      on dim_customer.customer_id = s.customer_id and dim_customer.is_current = true
      when matched then update set is_current = false, valid_to = s.updated_at
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'dim_customer' is closed here
      when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
      ->
      //- scripts/load.sql
      begin;
      create temp table changed_rows as
      select s.* from staging.customers as s
      left join analytics.dim_customer on dim_customer.customer_id = s.customer_id and dim_customer.is_current = true
      where dim_customer.customer_id is null or (dim_customer.email <> s.email or (dim_customer.email is null and s.email is not null) or (dim_customer.email is not null and s.email is null));
      update analytics.dim_customer set is_current = false, valid_to = s.updated_at
      from changed_rows as s
      where dim_customer.customer_id = s.customer_id and dim_customer.is_current = true;
      insert into analytics.dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, s.updated_at, null, true
      from changed_rows as s;
      drop table changed_rows;
      commit;
    `,
    'INSERT * of Databricks, a composite key': `
      //- without dbt_project.yml
      //- scripts/load.sql
      merge into silver.prices as p
      using updates as u
      on p.sku = u.sku and p.shop = u.shop and p.is_current = true
      when matched and p.price <> u.price then update set p.is_current = false, p.end_date = current_date()
                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'prices'
      when not matched then insert *
      ->
      //- scripts/load.sql
      merge into silver.prices as p
      using (
        with incoming as (select * from updates)
        select u.sku as merge_key_1, u.shop as merge_key_2, u.* from incoming as u
        union all
        select null as merge_key_1, null as merge_key_2, u.* from incoming as u
        join silver.prices as p on p.sku = u.sku and p.shop = u.shop and p.is_current = true
        where p.price is distinct from u.price
      ) as u
      on p.sku = u.merge_key_1 and p.shop = u.merge_key_2 and p.is_current = true
      when matched and p.price is distinct from u.price then update set p.is_current = false, p.end_date = current_date()
      when not matched then insert *
    `,
    'closed first, then looked for among the current rows (Postgres)': `
      //- macros/load_customers.sql
      {% macro load_customers() %}
      update dim_customer as d set is_current = false, valid_to = s.updated_at
      from stg_customers as s
      where d.customer_id = s.customer_id and d.is_current and d.email is distinct from s.email;

      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      ^^^^^^^^^^^^^^^^^^^^^^^^ error: joins the current rows of 'dim_customer'
      select s.customer_id, s.email, s.updated_at, null, true
      from stg_customers as s
      join dim_customer as d on d.customer_id = s.customer_id and d.is_current
      where d.email is distinct from s.email;
      {% endmacro %}
      -> no fix
    `,
    'closed first, with an INSERT of keys that were never there (MySQL)': `
      //- grainline.yml
      dialect: mysql
      //- scripts/load.sql
      CREATE PROCEDURE load_customers()
      BEGIN
        UPDATE dim_customer d JOIN stg_customers s ON d.customer_id = s.customer_id
        SET d.valid_to = curdate(), d.is_current = 0
        WHERE d.is_current = 1 AND NOT (d.email <=> s.email);
        INSERT INTO dim_customer (customer_id, email, valid_from, is_current)
        ^^^^^^^^^^^^^^^^^^^^^^^^ error: their new versions never get in
        SELECT s.customer_id, s.email, curdate(), 1 FROM stg_customers s
        JOIN dim_customer d ON d.customer_id = s.customer_id
        WHERE d.is_current = 1 AND NOT (d.email <=> s.email);
        INSERT INTO dim_customer (customer_id, email, valid_from, is_current)
        SELECT s.customer_id, s.email, curdate(), 1 FROM stg_customers s
        LEFT JOIN dim_customer d ON d.customer_id = s.customer_id
        WHERE d.customer_id IS NULL;
      END
      -> no fix
    `,
    'closed first, then compared with current rows that a subquery picks': `
      //- scripts/load.sql
      update dim_customer as d set is_current = false from stg_customers as s
      where d.customer_id = s.customer_id and d.is_current and d.email is distinct from s.email;
      insert into dim_customer (customer_id, email, is_current)
      ^^^^^^^^^^^^^^^^^^^^^^^^ error: neither new keys nor new versions get in
      select s.customer_id, s.email, true from stg_customers as s
      join (select * from dim_customer where is_current) as d on d.customer_id = s.customer_id
      where d.email is distinct from s.email;
      -> no fix
    `,
    'closed first, with an INSERT of all that has no equal': `
      //- scripts/load.sql
      update dim_customer as d set is_current = false from stg_customers as s
      where d.customer_id = s.customer_id and d.is_current and d.email is distinct from s.email;
      insert into dim_customer (customer_id, email, is_current)
      select s.customer_id, s.email, true from stg_customers as s
      join dim_customer as d on d.customer_id = s.customer_id and d.is_current where d.email is distinct from s.email;
      insert into dim_customer (customer_id, email, is_current)
      select s.customer_id, s.email, true from stg_customers as s
      where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id and d.email = s.email);
    `,
    'T-SQL, with names in capitals': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      CREATE PROCEDURE dbo.LoadCustomer AS
      BEGIN
        MERGE dbo.DimCustomer AS t USING stg.Customer AS s ON t.CustomerId = s.CustomerId AND t.IsCurrent = 1
        WHEN MATCHED AND EXISTS (SELECT t.Email EXCEPT SELECT s.Email) THEN
          UPDATE SET t.IsCurrent = 0, t.EndDate = GETDATE()
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A changed row of 'DimCustomer'
        WHEN NOT MATCHED BY TARGET THEN
          INSERT (CustomerId, Email, StartDate, EndDate, IsCurrent) VALUES (s.CustomerId, s.Email, GETDATE(), NULL, 1);
      END
      -> Insert what has no current row in a second statement
      //- scripts/load.sql
      CREATE PROCEDURE dbo.LoadCustomer AS
      BEGIN
        MERGE dbo.DimCustomer AS t USING stg.Customer AS s ON t.CustomerId = s.CustomerId AND t.IsCurrent = 1
        WHEN MATCHED AND EXISTS (SELECT t.Email EXCEPT SELECT s.Email) THEN
          UPDATE SET t.IsCurrent = 0, t.EndDate = GETDATE()
        WHEN NOT MATCHED BY TARGET THEN
          INSERT (CustomerId, Email, StartDate, EndDate, IsCurrent) VALUES (s.CustomerId, s.Email, GETDATE(), NULL, 1);
        INSERT INTO dbo.DimCustomer (CustomerId, Email, StartDate, EndDate, IsCurrent)
        SELECT s.CustomerId, s.Email, GETDATE(), NULL, 1
        FROM stg.Customer AS s
        WHERE NOT EXISTS (SELECT 1 FROM dbo.DimCustomer AS d WHERE d.CustomerId = s.CustomerId AND d.IsCurrent = 1);
      END
    `,
    'a staged union (Databricks)': `
      //- scripts/load.sql
      merge into dim_customer as t
      using (
        select customer_id as merge_key, s.* from stg_customers as s
        union all
        select null as merge_key, s.* from stg_customers as s
        join dim_customer as d on d.customer_id = s.customer_id and d.is_current
        where d.email is distinct from s.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
        values (s.customer_id, s.email, s.updated_at, null, true);
    `,
    'two statements, and new versions first': `
      //- scripts/two.sql
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at;
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      //- scripts/first.sql
      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
      left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
      where d.customer_id is null or d.email is distinct from s.email;
      merge into dim_customer as t using (select customer_id, max(valid_from) as newest from dim_customer group by 1) as n
      on t.customer_id = n.customer_id and t.is_current and t.valid_from < n.newest
      when matched then update set is_current = false, valid_to = n.newest;
    `,
    'tracked columns in ON, with BY SOURCE; MERGE inside of INSERT (T-SQL)': `
      //- grainline.yml
      dialect: tsql
      //- scripts/hash.sql
      merge into dim_customer as t using stg_customers as s
      on t.customer_id = s.customer_id and t.is_current = 1 and t.row_hash = s.row_hash
      when not matched then insert (customer_id, row_hash, valid_from, is_current) values (s.customer_id, s.row_hash, s.updated_at, 1)
      when not matched by source and t.is_current = 1 then update set is_current = 0, valid_to = getdate();
      //- scripts/composable.sql
      insert into dim_customer (customer_id, email, valid_from, is_current)
      select customer_id, email, getdate(), 1 from (
        merge dim_customer as t using stg_customers as s on t.customer_id = s.customer_id
        when matched and t.is_current = 1 and t.email <> s.email then update set t.is_current = 0, t.valid_to = getdate()
        when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, getdate(), 1)
        output s.customer_id, s.email, $action as act
      ) as changes where act = 'UPDATE';
    `,
    'through a CTE of the current rows (T-SQL), a row that is overwritten whole': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      with current_rows as (select * from dbo.dim_customer where is_current = 1)
      merge current_rows as t using stg_customers as s on t.customer_id = s.customer_id
      when matched and isnull(t.email, '') <> isnull(s.email, '') then update set is_current = 0, valid_to = getdate()
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, getdate(), 1);
      insert into dbo.dim_customer (customer_id, email, valid_from, is_current)
      select s.customer_id, s.email, getdate(), 1 from stg_customers as s
      where not exists (select 1 from dbo.dim_customer as d where d.customer_id = s.customer_id and d.is_current = 1);
      merge into dbo.prices as t using stg_prices as s on t.sku = s.sku
      when matched then update set price = s.price, valid_from = s.valid_from, valid_to = s.valid_to
      when not matched then insert (sku, price, valid_from, valid_to) values (s.sku, s.price, s.valid_from, s.valid_to);
    `,
    'soft deletes, type 1, and what an argument may bring': `
      //- macros/load.sql
      {% macro load(source) %}
      merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
      when matched and s.op = 'D' then update set is_active = false
      when matched then update set email = s.email
      when not matched then insert (customer_id, email, is_active) values (s.customer_id, s.email, true);
      merge into dim_product as t using {{ source }} as s on t.sku = s.merge_sku and t.is_current
      when matched and t.name is distinct from s.name then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (sku, name, valid_from, is_current) values (s.sku, s.name, s.updated_at, true);
      merge into dim_shop as t using stg_shops as s on t.shop_id = s.shop_id and t.is_current
      when matched and t.name is distinct from s.name then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (shop_id, name, valid_from, is_current) values (s.shop_id, s.name, s.updated_at, true);
      {{ insert_new_shops() }}
      {% endmacro %}
    `,
  },
});
