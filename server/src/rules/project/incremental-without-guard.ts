import type { Dialect } from '../../syntax/sql/dialect.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'An incremental model that reads all of its input on every run.',
  why: 'Without `is_incremental()` each run processes everything again, which costs as much as a full refresh; where dbt appends, it also doubles every row.',
  details:
    'Fires when neither the model nor any macro it calls asks `is_incremental()` or names `{{ this }}`. Silent for microbatch, insert_overwrite and custom strategies, and when something in the model cannot be computed.',
  severity: 'warning',
  status: 'preview',
  basis: 'absence',
  on: 'template',
  files: ['model'],
  check({ expansions, node }, { dialect, file, report }) {
    if (node?.materialized !== 'incremental' || node.isEnabled === 'no') return;
    const strategy = 'incremental_strategy' in node.config ? node.config['incremental_strategy'] : 'default';
    if (typeof strategy !== 'string' || !MERGING.has(strategy)) return;
    if (strategy === 'default' && OVERWRITES_BY_DEFAULT.has(dialect)) return;
    if (expansions.length === 0) return;
    for (const { consulted, unknowns, unknownMacros, tooDynamic } of expansions) {
      if (consulted.incremental || consulted.self || consulted.branches > 0) return;
      if (unknowns.length > 0 || unknownMacros.length > 0 || tooDynamic !== undefined) return;
    }
    const entry = expansions[0]?.config.find(one => one.key === 'materialized' && one.file === file);
    const hasKey = 'unique_key' in node.config && node.config['unique_key'] !== null;
    report(
      entry ? { start: entry.keySpan.start, end: entry.valueSpan.end } : 'file',
      hasKey
        ? `'${node.name}' is incremental but reads all of its input on every run. Filter new rows behind {% if is_incremental() %}, or make it a table.`
        : `'${node.name}' is incremental without a filter or a unique_key, so every run appends all rows again. Filter new rows behind {% if is_incremental() %}, or make it a table.`,
    );
  },
  examples: {
    'merges everything again': `
      {{ config(materialized='incremental', unique_key='id') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: reads all of its input on every run
      select id from {{ ref('events') }}
    `,
    'appends everything again': `
      {{ config(materialized='incremental', incremental_strategy='append') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ every run appends all rows again
      with e as (select id from {{ ref('events') }}) select id from e
    `,
    'the guard stands in a macro': `
      //- macros/recent.sql
      {% macro recent(column) %}{% if is_incremental() %}where {{ column }} > current_date - 3{% endif %}{% endmacro %}
      //- models/a.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }} {{ recent('at') }}
    `,
    'dbt filters, a static window, a macro nobody knows': `
      //- models/a.sql
      {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at') }}
      select id, at from {{ ref('events') }}
      //- models/b.sql
      {{ config(materialized='incremental', incremental_strategy='insert_overwrite') }}
      select id from {{ ref('events') }} where at > current_date - 3
      //- models/c.sql
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }} {{ new_rows('at') }}
    `,
  },
});

const MERGING: ReadonlySet<string> = new Set(['default', 'append', 'merge', 'delete+insert']);
/** Where dbt's default could replace partitions whole. */
const OVERWRITES_BY_DEFAULT: ReadonlySet<Dialect> = new Set(['athena', 'hive']);
