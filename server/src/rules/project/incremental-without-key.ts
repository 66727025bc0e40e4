import type { Dialect } from '../../syntax/sql/dialect.ts';
import { defineRule, insert, type RuleFix, suggest, type TemplateSubject } from '../rule.ts';

export default defineRule({
  summary: 'An incremental model that merges has no `unique_key`.',
  why: 'Without a key dbt has nothing to match rows by and only appends: a run that reads the same rows again doubles them.',
  details:
    'Fires when the strategy is `merge` or `delete+insert`, by its own setting or by the default of the warehouse (Snowflake, BigQuery and Databricks merge). Silent for append, insert_overwrite, microbatch and custom strategies, where the incremental run reads only rows newer than all it has (`> (select max(…) from {{ this }})`), and when a macro or a condition decides.',
  severity: 'warning',
  on: 'template',
  files: ['model'],
  check({ expansions, node, text }, { dialect, project, report, file }) {
    if (node?.materialized !== 'incremental') return;
    const { config } = node;
    if ('unique_key' in config && config['unique_key'] !== null) return;
    const strategy = 'incremental_strategy' in config ? config['incremental_strategy'] : DEFAULT_STRATEGY[dialect];
    if (strategy !== 'merge' && strategy !== 'delete+insert') return;
    if (expansions.some(one => one.config.some(entry => entry.key === 'unique_key'))) return;
    if (READS_NEWER_ONLY.test(text)) return;
    const entry = expansions[0]?.config.find(one => one.key === 'materialized' && one.file === file);
    const key = [...(project?.keysOf(node.id) ?? []), ...(project?.keysOfRun(node.id) ?? [])].find(
      one => one.columns.length > 0,
    );
    const hint = key
      ? `Its rows are unique by ${listed(key.columns)}: say so with unique_key.`
      : 'Name the columns that make a row unique in unique_key.';
    report(
      entry ? { start: entry.keySpan.start, end: entry.valueSpan.end } : 'file',
      `'${node.name}' is incremental with the strategy '${strategy}' but has no unique_key, so dbt only appends and a re-run doubles rows. ${hint}`,
      { fixes: entry && key ? [fixFor(entry, key.columns)] : [] },
    );
  },
  examples: {
    'merges by its own setting': `
      {{ config(materialized='incremental', incremental_strategy='merge') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ dbt only appends
      select order_id, sum(amount) as amount from {{ ref('lines') }} group by order_id
      -> Add unique_key
      {{ config(materialized='incremental', unique_key='order_id', incremental_strategy='merge') }}
      select order_id, sum(amount) as amount from {{ ref('lines') }} group by order_id
    `,
    'merges by default on Snowflake': `
      //- grainline.yml
      dialect: snowflake
      //- models/events.sql
      {{ config(materialized='incremental') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ has no unique_key
      select id from {{ ref('raw_events') }}
    `,
    'has a key, in the file or in YAML': `
      //- models/schema.yml
      models:
        - name: b
          config: { unique_key: id }
      //- models/a.sql
      {{ config(materialized='incremental', incremental_strategy='merge', unique_key=['id', 'day']) }}
      select id, day from {{ ref('x') }}
      //- models/b.sql
      {{ config(materialized='incremental', incremental_strategy='merge') }}
      select id from {{ ref('x') }}
    `,
    'reads only what is newer than all it has': `
      {{ config(materialized='incremental', incremental_strategy='merge') }}
      select id, day from {{ ref('log') }}
      {% if is_incremental() %} where day > (select max(day) from {{ this }}) {% endif %}
    `,
    'reads the last day again': `
      {{ config(materialized='incremental', incremental_strategy='merge') }}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^ a re-run doubles rows
      select id, day from {{ ref('log') }}
      {% if is_incremental() %} where day >= (select max(day) from {{ this }}) {% endif %}
    `,
    'appends on purpose, or somebody else decides': `
      //- models/a.sql
      {{ config(materialized='incremental', incremental_strategy='append') }}
      select id from {{ ref('x') }}
      //- models/b.sql
      {{ config(materialized='incremental', incremental_strategy=some_macro()) }}
      select id from {{ ref('x') }}
    `,
  },
});

/** `where day > (select max(day) from {{ this }})`: no row of an earlier run passes, so appending doubles nothing. */
const READS_NEWER_ONLY =
  /[^<>=!]>\s*\(\s*select\s+(?:max\s*\([^()]*\)|coalesce\s*\(\s*max\s*\([^()]*\)\s*,[^()]*\))(?:\s+as\s+\w+)?\s+from\s*\{\{-?\s*this\s*-?\}\}\s*\)/i;

/** What dbt's adapters do when nobody says; warehouses that append without a key are not listed. */
const DEFAULT_STRATEGY: { readonly [D in Dialect]?: string } = {
  snowflake: 'merge',
  bigquery: 'merge',
  databricks: 'merge',
};

function listed(columns: readonly string[]): string {
  return columns.map(one => `'${one}'`).join(', ');
}

function fixFor(entry: TemplateSubject['expansions'][number]['config'][number], columns: readonly string[]): RuleFix {
  const value = columns.length === 1 ? `'${columns[0]}'` : `[${listed(columns)}]`;
  return suggest('Add unique_key', insert(entry.valueSpan.end, `, unique_key=${value}`));
}
