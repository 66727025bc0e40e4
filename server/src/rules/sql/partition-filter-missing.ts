import type { SqlFile } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { partitionColumns } from '../partitions.ts';
import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A partitioned table is read without a filter on its partition column.',
  why: 'The query then reads every partition, and pays for all of them.',
  details:
    'Needs declared partitions: `partition_by` in the configuration of a model, or under `meta` of a source table. Silent when any condition of the file mentions the partition column, in a CTE or in the incremental run, in views, and when part of the file is unknown. An error where BigQuery is told to refuse such queries (`require_partition_filter`). Off unless turned on.',
  severity: 'warning',
  default: 'off',
  options: { allow: list('Models and source tables that may be read whole.') },
  basis: 'absence',
  on: 'sql:table',
  check(table, { unit, options, ancestors, report }) {
    const node = unit?.nodeOf(table);
    // A view reads nothing by itself: whoever reads it filters.
    if (unit?.node?.materialized === 'view' || unit?.node?.materialized === 'ephemeral') return;
    if (!unit || !node || options.allow.includes(node.name) || !isWrittenHere(unit.callOf(table)?.file, unit.file))
      return;
    const columns = partitionColumns(node);
    const [file] = ancestors;
    if (columns.length === 0 || file?.kind !== 'file' || unit.expansion.unknowns.length > 0) return;
    if (mentionsInCondition(file, new Set([...columns, '_partitiontime', '_partitiondate']))) return;
    const isRequired = node.config['require_partition_filter'] === true && unit.dialect === 'bigquery';
    const consequence = isRequired ? 'BigQuery refuses such a query' : 'every partition is read';
    report(
      table.name,
      `'${node.name}' is partitioned by '${columns[0]}', and nothing here filters on it: ${consequence}. Add a condition on '${columns[0]}'.`,
      isRequired ? { severity: 'error' } : {},
    );
  },
  examples: {
    'all days of a partitioned model': `
      //- models/events.sql
      {{ config(materialized='table', partition_by={'field': 'event_day', 'data_type': 'date'}) }}
      select event_day, user_id from {{ source('app', 'events') }}
      //- models/users.sql
      {{ config(materialized='table') }}
      select distinct user_id from {{ ref('events') }} where user_id > 0
                                      ^^^^^^^^^^^^^ warning: 'events' is partitioned by 'event_day'
      -> no fix
    `,
    'BigQuery would refuse': `
      //- grainline.yml
      dialect: bigquery
      //- models/events.sql
      {{ config(materialized='table', require_partition_filter=true, partition_by={'field': 'event_day'}) }}
      select event_day, user_id from {{ source('app', 'events') }}
      //- models/users.sql
      {{ config(materialized='table') }}
      with e as (select user_id from {{ ref('events') }})
                                        ^^^^^^^^^^^^^ error: BigQuery refuses
      select user_id from e
    `,
    'filtered, in a CTE behind it, or in the incremental run': `
      //- models/events.sql
      {{ config(materialized='table', partition_by=['event_day']) }}
      select event_day, user_id from {{ source('app', 'events') }}
      //- models/a.sql
      with e as (select * from {{ ref('events') }}) select user_id from e where e.event_day > '2024-01-01'
      //- models/b.sql
      {{ config(materialized='incremental') }}
      select user_id from {{ ref('events') }} {% if is_incremental() %} where event_day > current_date - 3 {% endif %}
    `,
    'no declared partition': `
      select distinct user_id from {{ ref('events') }}
    `,
  },
});

/** A macro reads it for others too. */
function isWrittenHere(file: string | undefined, own: string): boolean {
  return file === own;
}

/** Anywhere in the file: a filter behind a CTE reaches the table all the same. */
function mentionsInCondition(file: SqlFile, names: ReadonlySet<string>): boolean {
  let found = false;
  walk(file, (node, ancestors) => {
    if (found) return 'skip';
    if (node.kind !== 'column' || !names.has(node.parts.at(-1)?.name.toLowerCase() ?? '')) return undefined;
    found = ancestors.some(
      (one, i) => one.kind === 'clause' || (one.kind === 'join' && one.on === (ancestors[i + 1] ?? node)),
    );
    return undefined;
  });
  return found;
}
