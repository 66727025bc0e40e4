/** Snapshots: what a key that is NULL, a clock and a moving window leave behind, run by run. */

import type { Proof } from '../proof.ts';

const SCORES = `
create table scores as select * from (values
  ('p1', 'payer', 10), ('p2', null, 20)) as t(person_id, payer, score);`;

function scores(config: string, query: string): string {
  return `{% snapshot scores_history %}
{{ config(${config}, strategy='check', check_cols=['score'], hard_deletes='ignore') }}
${query}
{% endsnapshot %}`;
}

function stock(query: string): string {
  return `{% snapshot stock_history %}
{{ config(unique_key='sku', strategy='check', check_cols='all', hard_deletes='ignore') }}
${query}
{% endsnapshot %}`;
}

function orders(query: string): string {
  return `{% snapshot orders_history %}
{{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
${query}
{% endsnapshot %}`;
}

const proofs: readonly Proof[] = [
  {
    rule: 'snapshot-key-nullable',
    title: 'a row whose key is NULL is inserted again at every run; listed and filled it stays one',
    files: {
      'snapshots/scores.sql': scores("unique_key='person_id||payer'", 'select person_id, payer, score from scores'),
    },
    given: SCORES,
    days: ['', '', ''],
    shows: 'select person_id, count(*)::int from scores_history where dbt_valid_to is null group by 1 order by 1',
    wrong: [
      ['p1', 1],
      ['p2', 3],
    ],
    mended: {
      files: {
        'snapshots/scores.sql': scores(
          "unique_key=['person_id', 'payer']",
          "select person_id, coalesce(payer, 'none') as payer, score from scores",
        ),
      },
    },
    right: [
      ['p1', 1],
      ['p2', 1],
    ],
  },
  {
    rule: 'snapshot-key-nullable',
    title: 'two rows that make one key without a separator take turns; listed each keeps its own history',
    files: {
      'models/schema.yml':
        'models:\n  - name: a_scores\n    columns:\n      - { name: person_id, data_tests: [not_null] }\n      - { name: visit, data_tests: [not_null] }\n',
      'models/a_scores.sql': 'select person_id, visit, score from visits',
      'snapshots/scores.sql': `{% snapshot scores_history %}
{{ config(unique_key='person_id||visit', strategy='check', check_cols=['score'], hard_deletes='ignore') }}
select person_id, visit, score from {{ ref('a_scores') }}
{% endsnapshot %}`,
    },
    given:
      "create table visits as select * from (values ('1', '23', 10), ('12', '3', 20)) as t(person_id, visit, score);",
    days: ['', '', ''],
    // Nothing ever changed: each has one version.
    shows: 'select person_id, count(*)::int from scores_history group by 1 order by 1',
    wrong: [
      ['1', 3],
      ['12', 3],
    ],
    mended: { fix: 'List the columns' },
    right: [
      ['1', 1],
      ['12', 1],
    ],
  },
  {
    rule: 'snapshot-with-logic',
    title: 'a clock among the compared columns makes a version of every row at every run',
    files: { 'snapshots/stock.sql': stock('select sku, quantity, now() as read_at from stock') },
    given: "create table stock as select * from (values ('a', 1), ('b', 2)) as t(sku, quantity);",
    days: ['', '', "update stock set quantity = 5 where sku = 'a';"],
    shows: 'select sku, count(*)::int from stock_history group by 1 order by 1',
    wrong: [
      ['a', 3],
      ['b', 3],
    ],
    mended: { files: { 'snapshots/stock.sql': stock('select sku, quantity from stock') } },
    right: [
      ['a', 2],
      ['b', 1],
    ],
  },
  {
    rule: 'snapshot-with-logic',
    title: 'what leaves a moving window is closed as if it were deleted',
    files: {
      'snapshots/orders.sql': orders(
        'select id, status, updated_at from orders where ordered_at >= current_timestamp - interval 30 day',
      ),
    },
    given: `create table orders as select * from (values
      (1, 'paid', timestamp '2024-01-01', now()), (2, 'paid', timestamp '2024-01-01', now())) as t(id, status, updated_at, ordered_at);`,
    // The second order grows old: it leaves the window, and is still there.
    days: ['', 'update orders set ordered_at = now() - interval 40 day where id = 2;'],
    shows: 'select id from orders_history where dbt_valid_to is null order by id',
    wrong: [[1]],
    mended: { files: { 'snapshots/orders.sql': orders('select id, status, updated_at from orders') } },
    right: [[1], [2]],
  },
];

export default proofs;
