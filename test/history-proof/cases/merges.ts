/** Loads by MERGE, INSERT and UPDATE: what they do to a small history, day by day. */

import type { Proof } from '../proof.ts';

const GIVEN = `
  create table dim_customer (
    customer_id int, email varchar, valid_from timestamp, valid_to timestamp, is_current boolean);
  create table stg_customers (customer_id int, email varchar, updated_at timestamp);`;

/** The source holds the state of that day. */
function day(date: string, rows: readonly (readonly [number, string | null])[]): string {
  const values = rows.map(([id, email]) => `(${id}, ${email === null ? 'null' : `'${email}'`}, timestamp '${date}')`);
  return `delete from stg_customers; insert into stg_customers values ${values.join(', ')};`;
}

const DAYS = [
  day('2024-01-01', [
    [1, 'a@old'],
    [2, 'b@same'],
  ]),
  day('2024-02-01', [
    [1, 'a@new'],
    [2, 'b@same'],
    [3, 'c@new'],
  ]),
];

const CURRENT = 'select customer_id, email from dim_customer where is_current order by customer_id, email';
const VERSIONS =
  'select customer_id, email, is_current from dim_customer order by customer_id, valid_from, email, is_current';

const INSERT_NEW = `
  insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
  select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
  where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id and d.is_current);`;

const proofs: readonly Proof[] = [
  {
    rule: 'merge-loses-version',
    title:
      'Redshift closes whatever matches: half of the days everything is gone; a table of changes closes what changed',
    files: {
      'grainline.yml': 'dialect: redshift\n',
      'scripts/load.sql': `
        merge into dim_customer
        using stg_customers as s
        on dim_customer.customer_id = s.customer_id and dim_customer.is_current = true
        when matched then update set is_current = false, valid_to = s.updated_at
        when not matched then
          insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, s.updated_at, null, true);`,
    },
    given: GIVEN,
    days: [
      ...DAYS,
      day('2024-03-01', [
        [1, null],
        [2, 'b@same'],
        [3, 'c@new'],
      ]),
      '',
    ],
    shows: VERSIONS,
    wrong: [
      [1, 'a@old', false],
      [1, null, false],
      [2, 'b@same', false],
      [2, 'b@same', false],
      [3, 'c@new', false],
      [3, 'c@new', true],
    ],
    mended: { fix: 'Close and insert by a table of what changed' },
    right: [
      [1, 'a@old', false],
      [1, 'a@new', false],
      [1, null, true],
      [2, 'b@same', true],
      [3, 'c@new', true],
    ],
  },
  {
    rule: 'merge-loses-version',
    title: 'one pass: the changed customer has no current row left',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using stg_customers as s
        on t.customer_id = s.customer_id and t.is_current
        when matched and t.email is distinct from s.email then
          update set is_current = false, valid_to = s.updated_at
        when not matched then
          insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, s.updated_at, null, true);`,
    },
    given: GIVEN,
    days: DAYS,
    shows: CURRENT,
    wrong: [
      [2, 'b@same'],
      [3, 'c@new'],
    ],
    mended: { fix: 'Give changed rows a second copy without a key' },
    right: [
      [1, 'a@new'],
      [2, 'b@same'],
      [3, 'c@new'],
    ],
  },
  {
    rule: 'merge-loses-version',
    title: 'the same, made good by a second statement',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using stg_customers as s
        on t.customer_id = s.customer_id and t.is_current
        when matched and t.email is distinct from s.email then
          update set is_current = false, valid_to = s.updated_at
        when not matched then
          insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, s.updated_at, null, true);`,
    },
    given: GIVEN,
    days: DAYS,
    shows: CURRENT,
    wrong: [
      [2, 'b@same'],
      [3, 'c@new'],
    ],
    mended: { fix: 'Insert what has no current row in a second statement' },
    right: [
      [1, 'a@new'],
      [2, 'b@same'],
      [3, 'c@new'],
    ],
  },
  {
    rule: 'merge-always-updates',
    title: 'versions closed long ago are closed again: their end moves',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using (
          with staged as materialized (
            select c.customer_id as merge_key, c.* from stg_customers as c
            union all
            select null as merge_key, c.* from stg_customers as c
            join dim_customer as d on d.customer_id = c.customer_id and d.is_current
            where d.email is distinct from c.email
          )
          select * from staged
        ) as s
        on t.customer_id = s.merge_key
        when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
        when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, s.updated_at, null, true);`,
    },
    given: GIVEN,
    days: [day('2024-01-01', [[1, 'a']]), day('2024-02-01', [[1, 'b']]), day('2024-03-01', [[1, 'b']])],
    shows: `select email, valid_to::date::varchar from dim_customer order by valid_from`,
    wrong: [
      ['a', '2024-03-01'],
      ['b', null],
    ],
    mended: { fix: 'Close the current version only' },
    right: [
      ['a', '2024-02-01'],
      ['b', null],
    ],
  },
  {
    rule: 'merge-loses-version',
    title: 'one pass with a subquery, blind to NULL',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using (select customer_id, lower(email) as email, updated_at from stg_customers) as s
        on t.customer_id = s.customer_id and t.is_current = true
        when matched and (t.email <> s.email) then update set is_current = false, valid_to = s.updated_at
        when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, s.updated_at, null, true);`,
    },
    given: GIVEN,
    days: [
      day('2024-01-01', [
        [1, 'a'],
        [2, null],
      ]),
      day('2024-02-01', [
        [1, 'b'],
        [2, 'c'],
      ]),
    ],
    shows: CURRENT,
    wrong: [[2, null]],
    mended: { fix: 'Give changed rows a second copy without a key' },
    right: [
      [1, 'b'],
      [2, 'c'],
    ],
  },
  {
    rule: 'merge-loses-version',
    title: 'close, then insert from a join with the rows just closed: nothing gets in',
    files: {
      'scripts/load.sql': `
        update dim_customer as t set is_current = false, valid_to = s.updated_at from stg_customers as s
        where t.customer_id = s.customer_id and t.is_current and t.email is distinct from s.email;
        insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
        select s.customer_id, s.email, s.updated_at, null, true
        from stg_customers as s join dim_customer as d on d.customer_id = s.customer_id and d.is_current
        where d.email is distinct from s.email;`,
    },
    given: `${GIVEN} insert into dim_customer values (1, 'a@old', timestamp '2023-01-01', null, true);`,
    days: DAYS,
    shows: CURRENT,
    wrong: [],
    mended: {
      files: {
        'scripts/load.sql': `
          update dim_customer as t set is_current = false, valid_to = s.updated_at from stg_customers as s
          where t.customer_id = s.customer_id and t.is_current and t.email is distinct from s.email;
          ${INSERT_NEW}`,
      },
    },
    right: [
      [1, 'a@new'],
      [2, 'b@same'],
      [3, 'c@new'],
    ],
  },
  {
    rule: 'merge-null-blind-change',
    title: 'a change from NULL and one to NULL are lost',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current
        when matched and t.email <> s.email then update set is_current = false, valid_to = s.updated_at;
        ${INSERT_NEW}`,
    },
    given: GIVEN,
    days: [
      day('2024-01-01', [
        [1, null],
        [2, 'b'],
      ]),
      day('2024-02-01', [
        [1, 'a'],
        [2, null],
      ]),
    ],
    shows: CURRENT,
    wrong: [
      [1, null],
      [2, 'b'],
    ],
    mended: { fix: 'Compare so that NULL counts as a value' },
    right: [
      [1, 'a'],
      [2, null],
    ],
  },
  {
    rule: 'merge-null-blind-change',
    title: 'under NOT EXISTS a NULL gets a new version on every run',
    files: {
      'scripts/load.sql': `
        insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
        select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
        where not exists (
          select 1 from dim_customer as d where d.customer_id = s.customer_id and d.is_current and d.email = s.email);`,
    },
    given: GIVEN,
    days: [
      day('2024-01-01', [
        [1, null],
        [2, 'b'],
      ]),
      '',
      '',
    ],
    shows: 'select customer_id, count(*)::int from dim_customer where is_current group by all order by 1',
    wrong: [
      [1, 3],
      [2, 1],
    ],
    mended: { fix: 'Compare so that NULL counts as a value' },
    right: [
      [1, 1],
      [2, 1],
    ],
  },
  {
    rule: 'merge-clock-handshake',
    title: 'each statement has its own clock: the changed customer has no current row',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t using stg_customers as s on t.customer_id = s.customer_id and t.is_current = true
        when matched and t.email is distinct from s.email then update set is_current = false, valid_to = current_timestamp
        when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
          values (s.customer_id, s.email, current_timestamp, '9999-12-31', true);
        insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
        select customer_id, email, current_timestamp, '9999-12-31', true from stg_customers as s
        where exists (
          select 1 from dim_customer as d
          where d.customer_id = s.customer_id and d.is_current = false and d.valid_to = current_timestamp);`,
    },
    given: `
      create table dim_customer (
        customer_id int, email varchar, valid_from timestamptz, valid_to timestamptz, is_current boolean);
      create table stg_customers (customer_id int, email varchar, updated_at timestamp);`,
    days: DAYS,
    shows: CURRENT,
    wrong: [
      [2, 'b@same'],
      [3, 'c@new'],
    ],
    mended: { fix: 'Insert where no current row exists' },
    right: [
      [1, 'a@new'],
      [2, 'b@same'],
      [3, 'c@new'],
    ],
  },
  {
    rule: 'empty-target-watermark',
    title: 'an empty table stays empty',
    files: {
      'scripts/load.sql': `
        insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
        select customer_id, email, updated_at, null, true from stg_customers
        where updated_at > (select max(valid_from) from dim_customer);`,
    },
    given: GIVEN,
    days: DAYS,
    shows: 'select count(*)::int from dim_customer',
    wrong: [[0]],
    mended: { fix: 'Say what an empty table stands for' },
    right: [[5]],
  },
  {
    rule: 'merge-source-not-unique',
    title: 'a new customer with two rows since the last load is current twice',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using (
          select * from raw_customers
          where updated_at > (select coalesce(max(valid_from), timestamp '1900-01-01') from dim_customer)
        ) as s
        on t.customer_id = s.customer_id and t.is_current
        when not matched then insert (customer_id, email, valid_from, is_current)
          values (s.customer_id, s.email, s.updated_at, true);`,
    },
    given: `${GIVEN}
      create table raw_customers as select * from (values
        (1, 'first', timestamp '2024-01-01'), (1, 'second', timestamp '2024-01-02'), (2, 'b', timestamp '2024-01-01')
      ) as v (customer_id, email, updated_at);`,
    days: [''],
    shows: CURRENT,
    wrong: [
      [1, 'first'],
      [1, 'second'],
      [2, 'b'],
    ],
    mended: { fix: 'Keep the newest row of each key' },
    right: [
      [1, 'second'],
      [2, 'b'],
    ],
  },
  {
    rule: 'merge-always-updates',
    title: 'unchanged customers lose their current row',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using (
          with staged as materialized (
            select c.customer_id as merge_key, c.* from stg_customers as c
            union all
            select null as merge_key, c.* from stg_customers as c
            join dim_customer as d on d.customer_id = c.customer_id and d.is_current
            where d.email is distinct from c.email
          )
          select * from staged
        ) as s
        on t.customer_id = s.merge_key and t.is_current
        when matched then update set is_current = false, valid_to = s.updated_at
        when not matched then insert (customer_id, email, valid_from, is_current)
          values (s.customer_id, s.email, s.updated_at, true);`,
    },
    given: GIVEN,
    days: DAYS,
    shows: CURRENT,
    wrong: [
      [1, 'a@new'],
      [3, 'c@new'],
    ],
    mended: { fix: 'Close what changed only' },
    right: [
      [1, 'a@new'],
      [2, 'b@same'],
      [3, 'c@new'],
    ],
  },
  {
    rule: 'merge-change-detection-differs',
    title: 'NULL seen in one place only: another current row on every run',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t
        using (
          with staged as materialized (
            select c.customer_id as merge_key, c.* from stg_customers as c
            union all
            select null as merge_key, c.* from stg_customers as c
            join dim_customer as d on d.customer_id = c.customer_id and d.is_current
            where d.email is distinct from c.email
          )
          select * from staged
        ) as s
        on t.customer_id = s.merge_key and t.is_current
        when matched and t.email <> s.email then update set is_current = false, valid_to = s.updated_at
        when not matched then insert (customer_id, email, valid_from, is_current)
          values (s.customer_id, s.email, s.updated_at, true);`,
    },
    given: GIVEN,
    days: [day('2024-01-01', [[1, null]]), day('2024-02-01', [[1, 'a']]), '', ''],
    shows: 'select count(*)::int from dim_customer where is_current',
    wrong: [[4]],
    mended: { fix: 'See NULL in both places' },
    right: [[1]],
  },
  {
    rule: 'merge-closes-backwards',
    title: 'a late row closes the current version before it began',
    files: {
      'scripts/load.sql': `
        merge into dim_customer as t using customer_changes as s on t.customer_id = s.customer_id and t.is_current
        when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at;
        ${INSERT_NEW.replace('stg_customers', 'customer_changes')}`,
    },
    given: `${GIVEN} create view customer_changes as select * from stg_customers;`,
    days: [day('2024-01-01', [[1, 'bronze']]), day('2024-03-01', [[1, 'gold']]), day('2024-02-01', [[1, 'silver']])],
    shows: `select email, is_current, coalesce(valid_to < valid_from, false) from dim_customer order by valid_from`,
    wrong: [
      ['bronze', false, false],
      ['silver', true, false],
      ['gold', false, true],
    ],
    mended: { fix: 'Close only what began before' },
    right: [
      ['bronze', false, false],
      ['gold', true, false],
    ],
  },
  {
    rule: 'delete-by-absence-of-delta',
    title: 'whatever did not change is deleted',
    files: {
      'scripts/load.sql': `
        merge into customers as t
        using (
          select * from stg_customers
          where updated_at > (select coalesce(max(updated_at), timestamp '1900-01-01') from customers)
        ) as s
        on t.customer_id = s.customer_id
        when matched then update set email = s.email, updated_at = s.updated_at
        when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at)
        when not matched by source then delete;`,
    },
    given: `${GIVEN} create table customers (customer_id int, email varchar, updated_at timestamp);`,
    days: [
      `insert into stg_customers values (1, 'a', timestamp '2024-01-01'), (2, 'b', timestamp '2024-01-01');`,
      `update stg_customers set email = 'b2', updated_at = timestamp '2024-02-01' where customer_id = 2;`,
    ],
    shows: 'select customer_id, email from customers order by 1',
    wrong: [[2, 'b2']],
    mended: {
      files: {
        'scripts/load.sql': `
          merge into customers as t
          using (
            select * from stg_customers
            where updated_at > (select coalesce(max(updated_at), timestamp '1900-01-01') from customers)
          ) as s
          on t.customer_id = s.customer_id
          when matched then update set email = s.email, updated_at = s.updated_at
          when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);
          delete from customers where customer_id not in (select customer_id from stg_customers where customer_id is not null);`,
      },
    },
    right: [
      [1, 'a'],
      [2, 'b2'],
    ],
  },
  {
    rule: 'late-overwrites-newer',
    title: 'an old batch puts old values over new ones',
    files: {
      'scripts/load.sql': `
        merge into customers as t
        using (
          select * from customer_events
          qualify row_number() over (partition by customer_id order by updated_at desc) = 1
        ) as s
        on t.customer_id = s.customer_id
        when matched then update set email = s.email, updated_at = s.updated_at
        when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);`,
    },
    given: `
      create table customers (customer_id int, email varchar, updated_at timestamp);
      create table customer_events (customer_id int, email varchar, updated_at timestamp);`,
    days: [
      `insert into customer_events values (1, 'new', timestamp '2024-02-01');`,
      `delete from customer_events; insert into customer_events values (1, 'old', timestamp '2024-01-01');`,
    ],
    shows: 'select email from customers',
    wrong: [['old']],
    mended: { fix: 'Update only rows that are not newer' },
    right: [['new']],
  },
  {
    rule: 'type3-overwrites-previous',
    title: 'the second run makes the new value the previous one',
    files: {
      'scripts/load.sql': `
        merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
        when matched then update set previous_email = t.email, email = s.email
        when not matched then insert (customer_id, email) values (s.customer_id, s.email);`,
    },
    given: `${GIVEN} create table customers (customer_id int, email varchar, previous_email varchar);`,
    days: [day('2024-01-01', [[1, 'old']]), day('2024-02-01', [[1, 'new']]), ''],
    shows: 'select email, previous_email from customers',
    wrong: [['new', 'new']],
    mended: { fix: 'Shift only what changed' },
    right: [['new', 'old']],
  },
  {
    rule: 'merge-keeps-old-version-open',
    title: 'both versions are current',
    files: {
      'scripts/load.sql': `
        insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
        select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
        left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
        where d.customer_id is null or d.email is distinct from s.email;`,
    },
    given: GIVEN,
    days: DAYS,
    shows: VERSIONS,
    wrong: [
      [1, 'a@old', true],
      [1, 'a@new', true],
      [2, 'b@same', true],
      [3, 'c@new', true],
    ],
    mended: {
      files: {
        'scripts/load.sql': `
          insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
          select s.customer_id, s.email, s.updated_at, null, true from stg_customers as s
          left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
          where d.customer_id is null or d.email is distinct from s.email;
          update dim_customer as t set is_current = false, valid_to = n.newest
          from (select customer_id, max(valid_from) as newest from dim_customer where is_current group by customer_id) as n
          where t.customer_id = n.customer_id and t.is_current and t.valid_from < n.newest;`,
      },
    },
    right: [
      [1, 'a@old', false],
      [1, 'a@new', true],
      [2, 'b@same', true],
      [3, 'c@new', true],
    ],
  },
  ...hashes(),
  {
    rule: 'write-without-dedup',
    title: 'the second run doubles every row',
    files: {
      'scripts/load.sql': `insert into totals select customer_id, count(*)::int from stg_customers group by customer_id;`,
    },
    given: `${GIVEN} create table totals (customer_id int, n int);`,
    days: [day('2024-01-01', [[1, 'a']]), ''],
    shows: 'select customer_id, n from totals',
    wrong: [
      [1, 1],
      [1, 1],
    ],
    mended: {
      files: {
        'scripts/load.sql': `
          delete from totals where customer_id in (select customer_id from stg_customers);
          insert into totals select customer_id, count(*)::int from stg_customers group by customer_id;`,
      },
    },
    right: [[1, 1]],
  },
  {
    rule: 'change-without-where',
    title: 'everybody is marked',
    files: { 'scripts/load.sql': `update customers set is_gone = true;` },
    given: `create table customers as select * from (values (1, false, 100), (2, false, 0)) as v (customer_id, is_gone, days);`,
    days: [''],
    shows: 'select customer_id, is_gone from customers order by 1',
    wrong: [
      [1, true],
      [2, true],
    ],
    mended: { files: { 'scripts/load.sql': `update customers set is_gone = true where days > 30;` } },
    right: [
      [1, true],
      [2, false],
    ],
  },
];

/** The same load by three hashes that do not tell one row from another. */
function hashes(): readonly Proof[] {
  const load = (hash: string): string => `
    create or replace temp table staged as
    select customer_id, phone, mobile, updated_at, ${hash} as row_hash from contacts;
    merge into dim_contact as t using staged as s on t.customer_id = s.customer_id and t.is_current
    when matched and t.row_hash <> s.row_hash and s.updated_at > t.valid_from then
      update set is_current = false, valid_to = s.updated_at;
    insert into dim_contact (customer_id, phone, mobile, row_hash, valid_from, valid_to, is_current)
    select s.customer_id, s.phone, s.mobile, s.row_hash, s.updated_at, null, true from staged as s
    where not exists (select 1 from dim_contact as d where d.customer_id = s.customer_id and d.is_current);`;
  const given = `
    create table contacts (customer_id int, phone varchar, mobile varchar, updated_at timestamp);
    create table dim_contact (
      customer_id int, phone varchar, mobile varchar, row_hash varchar, valid_from timestamp, valid_to timestamp,
      is_current boolean);`;
  const state = (date: string, phone: string, mobile: string): string =>
    `delete from contacts; insert into contacts values (1, ${phone}, ${mobile}, timestamp '${date}');`;
  const shows = 'select phone, mobile from dim_contact where is_current';
  const fix = 'Separate the columns and give NULL a text';
  return [
    {
      rule: 'hash-diff-collides',
      title: 'no separator: the border between two columns moves unseen',
      files: { 'scripts/load.sql': load('md5(concat(phone, mobile))') },
      given,
      days: [state('2024-01-01', `'12'`, `'3'`), state('2024-02-01', `'1'`, `'23'`)],
      shows,
      wrong: [['12', '3']],
      mended: { fix },
      right: [['1', '23']],
    },
    {
      rule: 'hash-diff-collides',
      title: 'concat_ws: a value that moves to the other column is not seen',
      files: { 'scripts/load.sql': load(`md5(concat_ws('|', phone, mobile))`) },
      given,
      days: [state('2024-01-01', `'12'`, 'null'), state('2024-02-01', 'null', `'12'`)],
      shows,
      wrong: [['12', null]],
      mended: { fix },
      right: [[null, '12']],
    },
    {
      rule: 'hash-diff-collides',
      title: 'one NULL makes the whole hash NULL, which never differs',
      files: { 'scripts/load.sql': load(`md5(phone || '|' || mobile)`) },
      given,
      days: [state('2024-01-01', `'12'`, 'null'), state('2024-02-01', `'99'`, 'null')],
      shows,
      wrong: [['12', null]],
      mended: { fix },
      right: [['99', null]],
    },
  ];
}

export default proofs;
