import { shortName } from '../../project/declared.ts';
import type { PlacedTest } from '../../project/facts.ts';
import { defineRule, type ProjectView, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A test of freshness looks at a column that the load itself stamps with the clock.',
  why: 'Each run writes a new time into it, whether anything new came or not: the test says fresh of a source that stopped weeks ago.',
  details:
    'Fires for tests of recency (`dbt_utils.recency`, `expect_row_values_to_have_recent_data` and their like) on a column whose SQL is a clock (`current_timestamp`, `now()` …), in the model itself or in one that it reads. Silent for what a loader stamps when it writes a row (`_fivetran_synced` and the like in sources), for columns that nobody can follow, and in incremental models that only append: there each row keeps the time it was loaded.',
  severity: 'warning',
  on: 'yaml:entry',
  check(entry, { project, report }) {
    if (!project) return;
    const { facts } = entry;
    if (facts.kind !== 'model' && facts.kind !== 'snapshot') return;
    if (!entry.tests.some(isRecency) && !entry.columns.some(one => one.tests.some(isRecency))) return;
    const node = project.node(`${facts.kind}.${project.name}.${facts.name}`);
    if (!node || keepsLoadTimes(node.config)) return;
    const complain = (test: PlacedTest, column: string): void => {
      const origin = project.clockOf(node.id, column);
      if (origin === undefined) return;
      const where = origin === node.id ? 'its own run' : `each run of '${project.node(origin)?.name ?? origin}'`;
      const better = otherTime(project, node.id, column);
      const at = Object.entries(test.argumentsAt).find(([key]) => FIELDS.includes(key))?.[1];
      report(
        test.nameAt,
        `'${column}' is stamped with the clock by ${where}, so this test passes though nothing new arrives. Test a time that comes with the data${better ? `, such as '${better}'` : ''}.`,
        { fixes: better && at ? [suggest(`Test ${better}`, replace(at, better))] : [] },
      );
    };
    for (const test of entry.tests) {
      const field = FIELDS.map(key => test.facts.arguments[key]).find(one => typeof one === 'string');
      if (isRecency(test) && typeof field === 'string' && /^\w+$/.test(field)) complain(test, field);
    }
    for (const column of entry.columns) {
      for (const test of column.tests) if (isRecency(test)) complain(test, column.facts.name);
    }
  },
  examples: {
    'a time the model stamps': `
      //- models/schema.yml
      models:
        - name: fct_orders
          data_tests:
            - dbt_utils.recency:
              ^^^^^^^^^^^^^^^^^ warning: 'loaded_at' is stamped with the clock by its own run
                arguments: { datepart: day, field: loaded_at, interval: 1 }
      //- models/fct_orders.sql
      select order_id, cast(ordered_at as timestamp) as ordered_at, current_timestamp as loaded_at from {{ ref('stg_orders') }}
      -> Test ordered_at
      //- models/schema.yml
      models:
        - name: fct_orders
          data_tests:
            - dbt_utils.recency:
                arguments: { datepart: day, field: ordered_at, interval: 1 }
    `,
    'a time that a model before it stamps, through a star': `
      //- models/stg_orders.sql
      with source as (select * from {{ source('erp', 'orders') }})
      select order_id, {{ dbt.current_timestamp() }} as _loaded_at from source
      //- models/fct_orders.sql
      {{ config(materialized='incremental', unique_key='order_id') }}
      select * from {{ ref('stg_orders') }}
      //- models/schema.yml
      models:
        - name: fct_orders
          columns:
            - name: _loaded_at
              tests:
                - dbt_expectations.expect_row_values_to_have_recent_data:
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ each run of 'stg_orders'
                    datepart: day
                    interval: 1
      -> no fix
    `,
    'times that come with the data': `
      //- models/schema.yml
      models:
        - name: fct_orders
          data_tests:
            - dbt_utils.recency:
                arguments: { datepart: day, field: ordered_at, interval: 1 }
            - dbt_utils.recency:
                arguments: { datepart: day, field: _fivetran_synced, interval: 1 }
      //- models/fct_orders.sql
      select order_id, ordered_at, _fivetran_synced, current_timestamp as loaded_at from {{ source('erp', 'orders') }}
    `,
    'rows that keep the time they were loaded': `
      //- models/schema.yml
      models:
        - name: events
          data_tests:
            - dbt_utils.recency:
                arguments: { datepart: day, field: loaded_at, interval: 1 }
      //- models/events.sql
      {{ config(materialized='incremental', incremental_strategy='append') }}
      select event_id, current_timestamp as loaded_at from {{ ref('stg_events') }}
      {% if is_incremental() %} where event_id > (select max(event_id) from {{ this }}) {% endif %}
    `,
  },
});

const FIELDS = ['field', 'timestamp_column', 'column_name'];

function isRecency(test: PlacedTest): boolean {
  return /^(?:recency|expect_(?:grouped_)?row_values_to_have_recent_data|freshness|is_fresh|recent_data)$/.test(
    shortName(test.facts),
  );
}

/** Appended rows are written once. */
function keepsLoadTimes(config: { readonly [key: string]: unknown }): boolean {
  if (config['materialized'] !== 'incremental') return false;
  const strategy = config['incremental_strategy'];
  return strategy === 'append' || !config['unique_key'] || ('incremental_strategy' in config && strategy === undefined);
}

/** The one other time that the model delivers and that is no clock. */
function otherTime(project: ProjectView, id: string, stamped: string): string | undefined {
  const times = (project.columnsOf(id)?.columns ?? []).filter(
    one =>
      one.type !== undefined &&
      /^(?:date|timestamp|timestamptz)$/.test(one.type.family) &&
      one.name.toLowerCase() !== stamped.toLowerCase() &&
      project.clockOf(id, one.name) === undefined,
  );
  return times.length === 1 ? times[0]?.name : undefined;
}
