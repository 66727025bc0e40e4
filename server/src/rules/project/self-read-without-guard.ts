import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A model reads `{{ this }}` in its first build, when its own table does not exist yet.',
  why: 'The first run in a new environment, and in every pull request, stops with "table not found"; a full refresh reads the rows it is about to replace.',
  details:
    'Fires when the table is read in the full-refresh expansion. Silent behind `is_incremental()` or any other condition, in snapshots, and where the model looks with `load_relation` or `adapter.get_relation` whether the table is there.',
  severity: 'error',
  on: 'sql:table',
  files: ['model'],
  check(table, { unit, report }) {
    if (unit?.callOf(table)?.kind !== 'this' || !unit.isInFirstRun(table)) return;
    const mapped = unit.expansion.map.toSource(table.name);
    const isInMacro = mapped.file !== unit.file || mapped.call !== undefined;
    if (isInMacro ? unit.expansion.consulted.branches > 0 : unit.isInBranch(mapped.span.start)) return;
    if (/load_relation|get_relation|load_cached_relation/.test(unit.jinjaText())) return;
    const name = unit.node?.name ?? 'the model';
    report(
      table.name,
      `The first build of '${name}' reads its own table before it exists, and stops. Put this part behind {% if is_incremental() %}.`,
    );
  },
  examples: {
    'no guard at all': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }}
      where loaded_at > (select max(loaded_at) from {{ this }})
                                                       ^^^^ error: reads its own table before it exists
    `,
    'in a CTE of a table model': `
      {{ config(materialized='table') }}
      with before as (select id, status from {{ this }})
                                                ^^^^ The first build of 'example'
      select id, status from before
    `,
    'behind is_incremental': `
      {{ config(materialized='incremental', unique_key='id') }}
      with before as (
        {% if is_incremental() %} select id from {{ this }} {% else %} select 1 as id where 1 = 0 {% endif %}
      )
      select id from {{ ref('events') }} where id not in (select id from before)
    `,
    'looks first whether the table is there': `
      {% set old = load_relation(this) %}
      select id from {{ ref('events') }}
      {% if old is not none %} union all select id from {{ this }} {% endif %}
    `,
    'another condition that nobody can decide here': `
      select id from {{ ref('events') }}
      {% if env_var('KEEP_OLD') == '1' %} union all select id from {{ this }} {% endif %}
    `,
  },
});
