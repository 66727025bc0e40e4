import { clockIn } from '../../project/clocks.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { snapshotSettings } from '../../project/snapshot-settings.ts';
import type { Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { functionName, joinsIn } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A snapshot that computes: clocks, aggregates, joins.',
  why: 'What a snapshot has kept cannot be built again. A clock makes a version of every row at every run, an aggregate one for every late row, and an error in the logic stays in the history for ever.',
  details:
    'A warning for a clock that makes versions (in a column that `check_cols` compares or `updated_at` names), for a moving window when deleted rows are closed, and for GROUP BY and aggregates; information for joins. Plain columns, casts, constants, fixed filters, and ROW_NUMBER to keep one row a key are fine. Keep the logic in a model and snapshot what comes before it.',
  severity: 'warning',
  on: 'sql:select',
  files: ['snapshot', 'model'],
  check(select, { unit, report }) {
    if (unit?.node?.kind !== 'snapshot') return;
    reportClock(unit, unit.node, select, report);
    const aggregate = aggregateIn(select);
    if (aggregate) {
      report(
        aggregate,
        `'${unit.node.name}' keeps results of an aggregation: each late row changes old results and makes versions of them. Snapshot the rows, and aggregate in a model that reads them.`,
      );
    }
    const join = joinsIn(select).find(one => one.type !== 'semi' && one.type !== 'anti');
    if (join) {
      report(
        join.keyword,
        `'${unit.node.name}' keeps the result of a join: a change on either side makes a version, and nobody can tell which. Snapshot each side, and join in a model that reads them.`,
        { severity: 'info' },
      );
    }
  },
  examples: {
    'a clock that is compared': `
      //- snapshots/stock.sql
      {% snapshot stock_history %}
      {{ config(unique_key='sku', strategy='check', check_cols='all', hard_deletes='ignore') }}
      select sku, quantity, current_timestamp as read_at from {{ ref('stock') }}
                            ^^^^^^^^^^^^^^^^^ warning: every row is a new version at every run
      {% endsnapshot %}
    `,
    'a clock as the time of change, behind a macro': `
      //- snapshots/stock.sql
      {% snapshot stock_history %}
      {{ config(unique_key='sku', strategy='timestamp', updated_at='read_at', hard_deletes='ignore') }}
      select sku, quantity, {{ dbt.current_timestamp() }} as read_at from {{ ref('stock') }}
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row is a new version
      {% endsnapshot %}
    `,
    'a moving window where deleted rows are closed': `
      //- snapshots/orders.sql
      {% snapshot orders_history %}
      {{ config(unique_key='id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
      select id, status, updated_at from {{ ref('orders') }} where ordered_at >= current_date - 30
                                                                                 ^^^^^^^^^^^^ warning: taken for deleted
      {% endsnapshot %}
    `,
    'an aggregate, and a join': `
      //- snapshots/a.sql
      {% snapshot customers_history %}
      {{ config(unique_key='customer_id', strategy='check', check_cols=['revenue'], hard_deletes='ignore') }}
      with totals as (select customer_id, sum(amount) as revenue from {{ ref('orders') }} group by 1)
                                          ^^^^^^^^^^^ warning: keeps results of an aggregation
      select c.customer_id, t.revenue from {{ ref('customers') }} as c left join totals as t using (customer_id)
                                                                       ^^^^^^^^^ info: keeps the result of a join
      {% endsnapshot %}
    `,
    'what a snapshot may do': `
      //- snapshots/products.sql
      {% snapshot products_history %}
      {{ config(unique_key='sku', strategy='timestamp', updated_at='updated_at', hard_deletes='ignore') }}
      select sku, cast(price as decimal(10, 2)) as price, updated_at, current_timestamp as kept_at
      from (
        select *, row_number() over (partition by sku order by updated_at desc) as row_number from {{ source('erp', 'products') }}
      ) as ranked
      where row_number = 1 and deleted_at is null
      {% endsnapshot %}
    `,
    'a model may compute': `
      select customer_id, sum(amount) as revenue, current_timestamp as built_at from {{ ref('orders') }} group by 1
    `,
  },
});

function reportClock(
  unit: SqlUnit,
  node: NodeFacts,
  select: Select,
  report: (at: { readonly start: number; readonly end: number }, message: string) => void,
): void {
  const { strategy, check_cols: checked, updated_at: updatedAt } = node.config;
  const names = (Array.isArray(checked) ? checked : []).map(one => String(one).toLowerCase());
  const makesVersions = (column: string): boolean =>
    strategy === 'check'
      ? checked === 'all' || names.includes(column)
      : strategy === 'timestamp' && String(updatedAt).toLowerCase() === column;
  for (const item of select.items) {
    const clock = item.kind === 'item' ? clockIn(item.expression) : undefined;
    const name = item.kind === 'item' ? unit.facts.columnOf(item)?.name.toLowerCase() : undefined;
    if (!clock || name === undefined || !makesVersions(name)) continue;
    report(
      isWritten(unit, clock) ? clock : item,
      `The clock gives '${name}' another value each time, so every row is a new version at every run of '${node.name}'. Leave it out: dbt writes ${snapshotSettings(node.config).columns.validFrom} itself.`,
    );
  }
  const moving = select.where && clockIn(select.where);
  const closes = snapshotSettings(node.config).hardDeletes;
  if (moving && (closes === 'invalidate' || closes === 'new_record')) {
    report(
      moving,
      `The window moves with the clock, and what leaves it is taken for deleted: '${node.name}' closes versions of rows that are still there. Snapshot all rows, or set hard_deletes to ignore.`,
    );
  }
}

function aggregateIn(select: Select): { readonly start: number; readonly end: number } | undefined {
  let found: { readonly start: number; readonly end: number } | undefined;
  for (const item of select.items) {
    walk(item, node => {
      if (found || node.kind === 'query') return 'skip';
      if (node.kind === 'call' && !node.over && AGGREGATES.has(functionName(node))) found = node;
      return undefined;
    });
  }
  return found;
}

const AGGREGATES = new Set(['sum', 'count', 'avg', 'median', 'count_if', 'countif', 'approx_count_distinct', 'stddev']);
