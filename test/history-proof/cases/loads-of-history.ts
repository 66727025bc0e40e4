/** Models that build their own history: what the second load leaves of it, and where versions end. */

import type { Proof } from '../proof.ts';

const PRICES = `
create table price_log as select * from (values
  ('a', 'north', 10, timestamp '2024-01-01'), ('a', 'north', 12, timestamp '2024-03-01'),
  ('b', 'north', 50, timestamp '2024-02-01')
) as t(sku, shop, price, changed_at);`;

const INCREMENTAL = (key: string): string => `
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=${key}) }}
with fresh as (
  select sku, price, changed_at as valid_from, cast(null as timestamp) as valid_to, true as is_current from new_prices
)
select * from fresh
{% if is_incremental() %}
union all
select old.sku, old.price, old.valid_from, fresh.valid_from as valid_to, false as is_current
from {{ this }} as old join fresh using (sku) where old.is_current
{% endif %}
`;

const proofs: readonly Proof[] = [
  {
    rule: 'unique-key-erases-history',
    title: 'the second run leaves one version and a closed copy of nothing; with valid_from in the key both stay',
    files: {
      'models/schema.yml':
        'models:\n  - name: dim_prices\n    config: { meta: { grainline: { scd: 2, natural_key: sku } } }\n',
      'models/dim_prices.sql': INCREMENTAL("'sku'"),
    },
    given: 'create table new_prices (sku text, price int, changed_at timestamp);',
    days: [
      "insert into new_prices values ('a', 10, '2024-01-01');",
      "delete from new_prices; insert into new_prices values ('a', 12, '2024-03-01');",
      "delete from new_prices; insert into new_prices values ('a', 15, '2024-05-01');",
    ],
    // What a sale in January cost.
    shows:
      "select price from dim_prices where valid_from <= timestamp '2024-01-15' and coalesce(valid_to, timestamp '9999-12-31') > timestamp '2024-01-15'",
    wrong: [],
    mended: { fix: "Add 'valid_from' to unique_key" },
    right: [[10]],
  },
  {
    rule: 'version-window-unkeyed',
    title: 'the version of one product ends when another changes: a sale in between finds no price',
    files: {
      'models/schema.yml':
        'models:\n  - name: dim_prices\n    config: { meta: { grainline: { scd: 2, natural_key: sku } } }\n',
      'models/_sources.yml': 'sources:\n  - name: erp\n    schema: main\n    tables: [{ name: price_log }]\n',
      'models/a_log.sql': "select sku, price, changed_at from {{ source('erp', 'price_log') }}",
      'models/dim_prices.sql': `
select sku, price, changed_at as valid_from,
  lead(changed_at) over (order by changed_at) as valid_to
from {{ ref('a_log') }}`,
    },
    given: PRICES,
    days: [''],
    shows:
      "select price from dim_prices where sku = 'a' and valid_from <= timestamp '2024-02-15' and coalesce(valid_to, timestamp '9999-12-31') > timestamp '2024-02-15'",
    wrong: [],
    mended: { fix: 'Partition by sku' },
    right: [[10]],
  },
  {
    rule: 'open-end-compared',
    title: 'sales at the current price find none',
    files: {
      'models/dim_prices.sql': `
select sku, price, changed_at as valid_from,
  lead(changed_at) over (partition by sku order by changed_at) as valid_to
from price_log`,
      'models/z_sales.sql': `
select s.id, p.price
from sales as s
left join {{ ref('dim_prices') }} as p on p.sku = s.sku and s.sold_at >= p.valid_from and s.sold_at < p.valid_to`,
    },
    given: `${PRICES}
create table sales as select * from (values (1, 'a', timestamp '2024-02-01'), (2, 'a', timestamp '2024-04-01')) as t(id, sku, sold_at);`,
    days: [''],
    shows: 'select id, price from z_sales order by id',
    wrong: [
      [1, 10],
      [2, null],
    ],
    mended: { fix: 'Let the open end count' },
    right: [
      [1, 10],
      [2, 12],
    ],
  },
  {
    rule: 'open-end-compared',
    title: 'asked for NULL where the open end is a far date, no version is current',
    files: {
      'models/dim_prices.sql': `
select sku, price, changed_at as valid_from,
  coalesce(lead(changed_at) over (partition by sku order by changed_at), timestamp '9999-12-31') as valid_to
from price_log`,
      'models/z_current.sql': "select sku, price from {{ ref('dim_prices') }} where valid_to is null",
    },
    given: PRICES,
    days: [''],
    shows: 'select sku, price from z_current order by sku',
    wrong: [],
    mended: { fix: "Compare with timestamp '9999-12-31'" },
    right: [
      ['a', 12],
      ['b', 50],
    ],
  },
  {
    rule: 'processing-time-validity',
    title: 'what was sold between the change and the load finds no price',
    files: {
      'models/a_prices.sql': 'select sku, price, cast(updated_at as timestamp) as updated_at from new_prices',
      'models/dim_prices.sql': `
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['sku', 'valid_from']) }}
select sku, price, current_timestamp as valid_from, cast(null as timestamp) as valid_to, true as is_current
from {{ ref('a_prices') }}`,
      'models/z_sales.sql': `
select s.id, p.price
from sales as s
left join {{ ref('dim_prices') }} as p
  on p.sku = s.sku and s.sold_at >= p.valid_from and (s.sold_at < p.valid_to or p.valid_to is null)`,
    },
    given: `
create table new_prices as select * from (values ('a', 10, timestamp '2024-01-01')) as t(sku, price, updated_at);
create table sales as select * from (values (1, 'a', timestamp '2024-01-02')) as t(id, sku, sold_at);`,
    days: [''],
    shows: 'select id, price from z_sales',
    wrong: [[1, null]],
    mended: { fix: 'Begin with updated_at' },
    right: [[1, 10]],
  },
];

export default proofs;
