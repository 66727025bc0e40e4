/** Whole loads of histories: templates people copy, each found for what is wrong with it, and the forms that are right. */

import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

/** Rules that look at loads; the others look at the same text for other reasons. */
const LOAD_RULES = [
  'merge-loses-version',
  'merge-keeps-old-version-open',
  'merge-null-blind-change',
  'merge-always-updates',
  'merge-source-not-unique',
  'merge-clock-handshake',
  'merge-change-detection-differs',
  'merge-closes-backwards',
  'delete-by-absence-of-delta',
  'late-overwrites-newer',
  'type3-overwrites-previous',
  'empty-target-watermark',
  'hash-diff-collides',
  'change-without-where',
  'write-without-dedup',
];

function found(sql: string, dialect: string, path = 'scripts/load.sql'): readonly string[] {
  const workspace = new Workspace({ rules: RULES, only: LOAD_RULES });
  workspace.apply([
    { uri: 'file:///project/dbt_project.yml', text: "name: example\nversion: '1.0'\nprofile: example\n" },
    { uri: 'file:///project/grainline.yml', text: `dialect: ${dialect}\n` },
    { uri: `file:///project/${path}`, text: sql },
  ]);
  return workspace.findings(`file:///project/${path}`).map(one => `${one.severity} ${one.rule}`);
}

const MERGE_THEN_INSERT = `
MERGE INTO dim_customer AS target
USING (
  SELECT * FROM stg_customers
  WHERE updated_at > (SELECT MAX(valid_from) FROM dim_customer)
) AS source
ON target.customer_natural_key = source.customer_id
   AND target.is_current = TRUE
WHEN MATCHED AND (
  target.customer_name != source.name OR
  target.customer_status != source.status
) THEN UPDATE SET
  is_current = FALSE,
  valid_to = CURRENT_TIMESTAMP
WHEN NOT MATCHED THEN INSERT (
  customer_natural_key, customer_name, customer_status,
  valid_from, valid_to, is_current
) VALUES (
  source.customer_id, source.name, source.status,
  CURRENT_TIMESTAMP, '9999-12-31', TRUE
);
-- Then insert new versions of changed records
INSERT INTO dim_customer (
  customer_natural_key, customer_name, customer_status,
  valid_from, valid_to, is_current
)
SELECT customer_id, name, status,
  CURRENT_TIMESTAMP, '9999-12-31', TRUE
FROM stg_customers s
WHERE EXISTS (
  SELECT 1 FROM dim_customer d
  WHERE d.customer_natural_key = s.customer_id
    AND d.is_current = FALSE
    AND d.valid_to = CURRENT_TIMESTAMP
);
`;

const SINGLE_PASS = `
MERGE INTO dim_customer AS target
USING (
    SELECT customer_id, first_name, last_name, email, CURRENT_TIMESTAMP AS effective_date
    FROM staging.customer_updates
) AS source
ON target.customer_id = source.customer_id
   AND target.is_current = TRUE
WHEN MATCHED AND (
    target.first_name != source.first_name OR
    target.last_name != source.last_name OR
    target.email != source.email
) THEN UPDATE SET
    is_current = FALSE,
    expiry_date = CURRENT_TIMESTAMP
WHEN NOT MATCHED THEN INSERT (
    customer_id, first_name, last_name, email, effective_date, expiry_date, is_current
) VALUES (
    source.customer_id, source.first_name, source.last_name, source.email, source.effective_date, '9999-12-31', TRUE
);
`;

const RAW_LAYER = `
{{ config(materialized='incremental', unique_key='order_id', incremental_strategy='merge') }}
SELECT order_id, user_id, status, total_amount, created_at, updated_at, CURRENT_TIMESTAMP AS _dbt_loaded_at
FROM {{ source('raw', 'orders') }}
{% if is_incremental() %}
WHERE updated_at >= (SELECT MAX(updated_at) - INTERVAL '1 hour' FROM {{ this }})
{% endif %}
`;

describe('templates that lose something', () => {
  for (const dialect of ['snowflake', 'bigquery', 'databricks', 'ansi']) {
    it(`MERGE, then INSERT by the clock (${dialect})`, () => {
      expect(found(MERGE_THEN_INSERT, dialect)).toEqual([
        'warning merge-source-not-unique',
        'warning empty-target-watermark',
        'warning merge-null-blind-change',
        'error merge-clock-handshake',
      ]);
    });
    it(`one pass (${dialect})`, () => {
      expect(found(SINGLE_PASS, dialect)).toEqual(['warning merge-null-blind-change', 'error merge-loses-version']);
    });
  }
  it('MERGE, then INSERT by the clock, where the clock is that of the transaction', () => {
    expect(found(MERGE_THEN_INSERT, 'postgres')).toContain('warning merge-clock-handshake');
    expect(found(`begin;${MERGE_THEN_INSERT}commit;`, 'postgres').join()).not.toContain('merge-clock-handshake');
  });
  it('in a macro, with the relations of dbt', () => {
    const macro = MERGE_THEN_INSERT.replaceAll('stg_customers', "{{ ref('stg_customers') }}");
    expect(found(`{% macro load() %}${macro}{% endmacro %}`, 'snowflake', 'macros/load.sql')).toEqual(
      found(MERGE_THEN_INSERT, 'snowflake'),
    );
  });
  it('a raw layer that is merged row by row loses nothing that these rules speak of', () => {
    expect(found(RAW_LAYER, 'snowflake', 'models/raw_orders.sql')).toEqual([]);
  });
});

const CHANGED = 't.email is distinct from s.email';

const RIGHT: { readonly [title: string]: string } = {
  'staged union': `
    merge into dim_customer as t
    using (
      select c.customer_id as merge_key, c.* from stg_customers as c
      union all
      select null as merge_key, c.* from stg_customers as c
      join dim_customer as d on d.customer_id = c.customer_id and d.is_current
      where d.email is distinct from c.email and c.changed_at > d.valid_from
    ) as s
    on t.customer_id = s.merge_key and t.is_current
    when matched and ${CHANGED} and s.changed_at > t.valid_from then update set is_current = false, valid_to = s.changed_at
    when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
      values (s.customer_id, s.email, s.changed_at, null, true);`,
  'source limited to changes': `
    merge into dim_customer as t
    using (
      with changed as (
        select c.* from stg_customers as c left join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.customer_id is null or (d.email is distinct from c.email and c.changed_at > d.valid_from)
      )
      select changed.customer_id as merge_key, changed.* from changed
      union all
      select null, changed.* from changed join dim_customer as d on d.customer_id = changed.customer_id and d.is_current
    ) as s
    on t.customer_id = s.merge_key and t.is_current
    when matched then update set is_current = false, valid_to = s.changed_at
    when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.changed_at, true);`,
  'close, then insert what has no current row': `
    update dim_customer as t set is_current = false, valid_to = s.changed_at from stg_customers as s
    where t.customer_id = s.customer_id and t.is_current and ${CHANGED} and s.changed_at > t.valid_from;
    insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
    select s.customer_id, s.email, s.changed_at, null, true from stg_customers as s
    where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id and d.is_current);`,
  'close, then a second MERGE': `
    merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current
    when matched and ${CHANGED} and s.changed_at > t.valid_from then update set is_current = false, valid_to = s.changed_at;
    merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current
    when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.changed_at, true);`,
  'insert, then close all but the newest': `
    insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
    select s.customer_id, s.email, s.changed_at, null, true from stg_customers as s
    left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
    where d.customer_id is null or (d.email is distinct from s.email and s.changed_at > d.valid_from);
    update dim_customer as t set is_current = false, valid_to = n.newest
    from (select customer_id, max(valid_from) as newest from dim_customer where is_current group by customer_id) as n
    where t.customer_id = n.customer_id and t.is_current and t.valid_from < n.newest;`,
  'tracked columns in ON, a full source': `
    merge into dim_customer as t using stg_customers as s
    on t.customer_id = s.customer_id and t.is_current and t.row_hash = s.row_hash
    when not matched then insert (customer_id, row_hash, valid_from, is_current) values (s.customer_id, s.row_hash, s.changed_at, true)
    when not matched by source and t.is_current then update set is_current = false, valid_to = current_timestamp;`,
  'delete and insert by key and start': `
    delete from dim_customer where (customer_id, valid_from) in (select customer_id, valid_from from staged_versions);
    insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
    select customer_id, email, valid_from, valid_to, is_current from staged_versions;`,
  'LEAD over the whole log': `
    create or replace table dim_customer as
    select customer_id, email, changed_at as valid_from,
      lead(changed_at) over (partition by customer_id order by changed_at) as valid_to
    from customer_log;`,
  'type 1, newer only': `
    merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
    when matched and s.updated_at >= t.updated_at and ${CHANGED} then update set email = s.email, updated_at = s.updated_at
    when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);`,
  'type 3, where it changed': `
    merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
    when matched and s.updated_at >= t.updated_at and ${CHANGED}
      then update set previous_email = t.email, email = s.email, email_changed_at = s.updated_at
    when not matched then insert (customer_id, email) values (s.customer_id, s.email);`,
  'type 4, a history twin': `
    create temporary table batch as
    select * from stg_customers qualify row_number() over (partition by customer_id order by updated_at desc) = 1;
    insert into customers_history (customer_id, email, recorded_at)
    select b.customer_id, b.email, b.updated_at from batch as b
    where not exists (
      select 1 from customers_history as h where h.customer_id = b.customer_id and h.recorded_at = b.updated_at
    );
    merge into customers as t using batch as s on t.customer_id = s.customer_id
    when matched and ${CHANGED} then update set email = s.email, updated_at = s.updated_at
    when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);`,
  'type 6, the current value on all versions': `
    merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current
    when matched and ${CHANGED} and s.changed_at > t.valid_from then update set is_current = false, valid_to = s.changed_at;
    insert into dim_customer (customer_id, email, current_email, valid_from, is_current)
    select s.customer_id, s.email, s.email, s.changed_at, true from stg_customers as s
    where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id and d.is_current);
    update dim_customer as t set current_email = c.email from dim_customer as c
    where c.customer_id = t.customer_id and c.is_current and t.current_email is distinct from c.email;`,
};

describe('forms that are right', () => {
  for (const [title, sql] of Object.entries(RIGHT)) {
    for (const dialect of ['snowflake', 'bigquery', 'postgres', 'databricks', 'duckdb', 'ansi']) {
      it(`${title} (${dialect})`, () => expect(found(sql, dialect)).toEqual([]));
    }
  }
});

describe('the same change asked for in each dialect', () => {
  const asked: readonly (readonly [dialect: string, condition: string])[] = [
    [
      'redshift',
      '(t.email <> s.email or (t.email is null and s.email is not null) or (t.email is not null and s.email is null))',
    ],
    ['tsql', 'exists (select t.email except select s.email)'],
    ['tsql', "isnull(t.email, '') <> isnull(s.email, '')"],
    ['sparksql', 'not (t.email <=> s.email)'],
    ['mysql', 'not (t.email <=> s.email)'],
    ['databricks', 'not equal_null(t.email, s.email)'],
    ['snowflake', 'not equal_null(t.email, s.email)'],
    ['trino', 't.email is distinct from s.email'],
    ['duckdb', '(t.email, t.city) is distinct from (s.email, s.city)'],
    ['bigquery', "ifnull(t.email, '') != ifnull(s.email, '')"],
  ];
  for (const [dialect, condition] of asked) {
    it(`${dialect}: ${condition}`, () => {
      const sql = `merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current = 1
        when matched and ${condition} then update set is_current = 0, valid_to = s.loaded_at;`;
      expect(found(sql, dialect)).toEqual([]);
    });
  }
});
