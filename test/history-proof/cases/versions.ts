/** Joins to a dimension that keeps history: which version is taken decides what the sums say. */

import type { Proof } from '../proof.ts';

const META = `
models:
  - name: dim_customers
    config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
`;
const DIMENSION = `
select customer_id, tier, changed_at as valid_from,
  lead(changed_at) over (partition by customer_id order by changed_at) as valid_to,
  lead(changed_at) over (partition by customer_id order by changed_at) is null as is_current
from {{ source('crm', 'changes') }}
`;
const SOURCES = `
sources:
  - name: crm
    schema: main
    tables: [{ name: changes }, { name: orders }]
`;
/** A customer who was silver, then gold, then platinum; one who never changed; orders before, between and after. */
const GIVEN = `
create table changes as select * from (values
  (1, 'silver', timestamp '2024-01-01'), (1, 'gold', timestamp '2024-02-01'), (1, 'platinum', timestamp '2024-03-01'),
  (2, 'silver', timestamp '2024-01-01')
) as t(customer_id, tier, changed_at);
create table orders as select * from (values
  (1, 1, 10, timestamp '2024-01-15'), (2, 1, 20, timestamp '2024-02-01'), (3, 1, 40, timestamp '2024-04-01'),
  (4, 2, 80, timestamp '2024-04-01')
) as t(order_id, customer_id, amount, ordered_at);
`;
const STAGING =
  "select order_id, customer_id, amount, ordered_at::timestamp as ordered_at from {{ source('crm', 'orders') }}";

function joined(on: string): string {
  return `
select c.tier, sum(o.amount)::int as amount
from {{ ref('stg_orders') }} as o
left join {{ ref('dim_customers') }} as c on ${on}
group by c.tier
`;
}

function files(on: string): Proof['files'] {
  return {
    'models/_models.yml': META + SOURCES,
    'models/dim_customers.sql': DIMENSION,
    'models/stg_orders.sql': STAGING,
    'models/z_revenue.sql': joined(on),
  };
}

const SHOWS = 'select tier, amount from z_revenue order by tier';

const proofs: readonly Proof[] = [
  {
    rule: 'version-blind-join',
    title: 'an order counts once per version of its customer; the current version ends that',
    files: files('c.customer_id = o.customer_id'),
    given: GIVEN,
    days: [''],
    shows: SHOWS,
    wrong: [
      ['gold', 70],
      ['platinum', 70],
      ['silver', 150],
    ],
    mended: { fix: 'Join the current version' },
    right: [
      ['platinum', 70],
      ['silver', 80],
    ],
  },
  {
    rule: 'version-blind-join',
    title: 'and so does the version that was valid when the order came, an order at the instant of a change included',
    files: files('c.customer_id = o.customer_id'),
    given: GIVEN,
    days: [''],
    shows: SHOWS,
    wrong: [
      ['gold', 70],
      ['platinum', 70],
      ['silver', 150],
    ],
    mended: { fix: "Join the version valid at 'ordered_at'" },
    right: [
      ['gold', 20],
      ['platinum', 40],
      ['silver', 90],
    ],
  },
  {
    rule: 'between-validity',
    title: 'an order at the instant of a change matches two versions',
    files: files('c.customer_id = o.customer_id and o.ordered_at between c.valid_from and c.valid_to'),
    given: GIVEN,
    days: [''],
    shows: SHOWS,
    // Order 2 counts as silver and as gold; those of current versions match nothing.
    wrong: [
      ['gold', 20],
      ['silver', 30],
      [null, 120],
    ],
    mended: { fix: 'Compare half-open' },
    right: [
      ['gold', 20],
      ['platinum', 40],
      ['silver', 90],
    ],
  },
  {
    rule: 'as-of-join-drops-facts',
    title: 'orders from before the first version vanish with an inner join, and their amount with them',
    files: {
      ...files(''),
      'models/z_revenue.sql': `
select sum(o.amount)::int as amount
from {{ ref('stg_orders') }} as o
join {{ ref('dim_customers') }} as c
  on c.customer_id = o.customer_id
  and o.ordered_at >= c.valid_from and (o.ordered_at < c.valid_to or c.valid_to is null)`,
    },
    given: `${GIVEN} insert into orders values (5, 2, 160, timestamp '2023-12-31'), (6, 1, 320, null);`,
    days: [''],
    shows: 'select amount from z_revenue',
    wrong: [[150]],
    mended: { fix: 'Join left' },
    right: [[630]],
  },
  {
    rule: 'type6-columns',
    title: 'the current value by LAST_VALUE in its default frame is that of each version',
    files: {
      'models/_models.yml': `
models:
  - name: dim_customers
    config: { meta: { grainline: { kind: dimension, scd: 6, natural_key: customer_id } } }
${SOURCES}`,
      'models/dim_customers.sql': `
select customer_id, tier,
  last_value(tier) over (partition by customer_id order by changed_at) as current_tier,
  changed_at as valid_from,
  lead(changed_at) over (partition by customer_id order by changed_at) as valid_to
from {{ source('crm', 'changes') }}`,
      'models/z_revenue.sql': `
select c.current_tier as tier, sum(o.amount)::int as amount
from {{ source('crm', 'orders') }} as o
left join {{ ref('dim_customers') }} as c
  on c.customer_id = o.customer_id
  and o.ordered_at >= c.valid_from and (o.ordered_at < c.valid_to or c.valid_to is null)
group by 1`,
    },
    given: GIVEN,
    days: [''],
    shows: SHOWS,
    wrong: [
      ['gold', 20],
      ['platinum', 40],
      ['silver', 90],
    ],
    mended: { fix: 'Look at the whole partition' },
    right: [
      ['platinum', 70],
      ['silver', 80],
    ],
  },
];

export default proofs;
