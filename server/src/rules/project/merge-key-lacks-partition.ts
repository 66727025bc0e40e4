import { partitionColumns } from '../partitions.ts';
import { defineRule, type RuleFix, replace, suggest, type TemplateSubject } from '../rule.ts';

export default defineRule({
  summary: 'An incremental model merges into a partitioned table by a key that leaves out the partition.',
  why: 'The merge then looks for each key in every partition, so that each run reads the whole table.',
  details:
    'Fires for the strategies `merge` and `delete+insert` where `partition_by` names a column that `unique_key` does not. Silent where `incremental_predicates` narrow the search, where the column is a constant in the model, and where a macro or a condition decides. Off unless turned on: where a row may change its partition, the key must not name it.',
  severity: 'info',
  default: 'off',
  on: 'template',
  files: ['model'],
  check({ expansions, node }, { project, report, file }) {
    if (node?.materialized !== 'incremental') return;
    const { config } = node;
    const strategy = config['incremental_strategy'] ?? 'merge';
    if (strategy !== 'merge' && strategy !== 'delete+insert') return;
    if ('incremental_strategy' in config && config['incremental_strategy'] === undefined) return;
    if ('incremental_predicates' in config || 'predicates' in config) return;
    const key = namesOf(config['unique_key']);
    if (!key) return;
    const missing = partitionColumns(node).filter(name => !key.includes(name.toLowerCase()));
    const columns = missing.length === 0 ? undefined : project?.columnsOf(node.id)?.columns;
    const lacking = missing.filter(name => {
      const column = columns?.find(one => one.name.toLowerCase() === name);
      return column !== undefined && column.derivation !== 'literal';
    });
    if (lacking.length === 0) return;
    const entry = expansions[0]?.config.find(one => one.key === 'unique_key' && one.file === file);
    const names = lacking.map(one => `'${one}'`).join(', ');
    report(
      entry ? { start: entry.keySpan.start, end: entry.valueSpan.end } : 'file',
      `'${node.name}' is partitioned by ${names}, which unique_key leaves out: each run looks for its keys in all partitions. Add it to unique_key, if a row never changes its partition.`,
      { fixes: entry ? fixesFor(entry, lacking, project?.textOf(file) ?? '') : [] },
    );
  },
  examples: {
    'a list of partitions': `
      {{ config(materialized='incremental', incremental_strategy='merge', partition_by=['block_month'], unique_key=['tx_hash', 'evt_index']) }}
                                                                                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: 'block_month', which unique_key leaves out
      select block_month, tx_hash, evt_index from {{ source('chain', 'events') }}
      -> Add the partition to unique_key
      {{ config(materialized='incremental', incremental_strategy='merge', partition_by=['block_month'], unique_key=['block_month', 'tx_hash', 'evt_index']) }}
      select block_month, tx_hash, evt_index from {{ source('chain', 'events') }}
    `,
    'the partition of BigQuery, by its strategy of old': `
      //- grainline.yml
      dialect: bigquery
      //- models/events.sql
      {{ config(materialized='incremental', partition_by={'field': 'event_day', 'data_type': 'date'}, unique_key='event_id') }}
                                                                                                      ^^^^^^^^^^^^^^^^^^^^^ in all partitions
      select event_day, event_id from {{ source('app', 'events') }}
      ->
      //- models/events.sql
      {{ config(materialized='incremental', partition_by={'field': 'event_day', 'data_type': 'date'}, unique_key=['event_day', 'event_id']) }}
      select event_day, event_id from {{ source('app', 'events') }}
    `,
    'named, constant, narrowed, or decided elsewhere': `
      //- models/a.sql
      {{ config(materialized='incremental', partition_by=['day'], unique_key=['day', 'id']) }}
      select day, id from {{ source('app', 'events') }}
      //- models/b.sql
      {{ config(materialized='incremental', partition_by=['chain'], unique_key=['id']) }}
      select 'eth' as chain, id from {{ source('app', 'events') }}
      //- models/c.sql
      {{ config(materialized='incremental', partition_by=['day'], unique_key='id', incremental_predicates=['day > current_date - 3']) }}
      select day, id from {{ source('app', 'events') }}
      //- models/d.sql
      {{ config(materialized='incremental', partition_by=['day'], unique_key='id', incremental_strategy='insert_overwrite') }}
      select day, id from {{ source('app', 'events') }}
      //- models/e.sql
      {{ config(materialized='incremental', partition_by=['day'], unique_key=some_macro()) }}
      select day, id from {{ source('app', 'events') }}
    `,
  },
});

/** Lower-case names of plain columns; nothing for no key, or one that is computed. */
function namesOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const names = list.flatMap(one => (typeof one === 'string' && /^\w+$/.test(one) ? [one.toLowerCase()] : []));
  return names.length > 0 && names.length === list.length ? names : undefined;
}

function fixesFor(
  entry: TemplateSubject['expansions'][number]['config'][number],
  missing: readonly string[],
  text: string,
): readonly RuleFix[] {
  const written = text.slice(entry.valueSpan.start, entry.valueSpan.end).trim();
  const added = missing.map(one => `'${one}'`).join(', ');
  const title = 'Add the partition to unique_key';
  if (/^(["'])\w+\1$/.test(written)) return [suggest(title, replace(entry.valueSpan, `[${added}, ${written}]`))];
  const open = /^\[\s*/.exec(written);
  if (!open) return [];
  const at = entry.valueSpan.start + open[0].length;
  return [suggest(title, replace({ start: at, end: at }, `${added}, `))];
}
