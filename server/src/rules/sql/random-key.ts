import type { Expression, FunctionCall } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { argumentsOf, bare, definitionOf, functionName, quoted } from '../expressions.ts';
import { defineRule, type ModelSubject, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'A key is made of a random value.',
  why: 'Each run gives every row another key: whatever stored the old one no longer joins, and incremental runs find no row again.',
  details:
    'Fires for `uuid()`, `random()` and the like that feed a column of a table or incremental model which is a key by a unique test, constraint or `unique_key`, or by its name (`_id`, `_key`, `_sk`). Silent for `uuid_string(namespace, name)`, which is always the same, for sampling and sorting, and for `invocation_id` and `run_started_at`, which Jinja writes.',
  severity: 'warning',
  on: 'model',
  check({ node, columns }, { unit, project, report }) {
    if (!unit || (node.materialized !== 'table' && node.materialized !== 'incremental')) return;
    if (!RANDOM_WORDS.test(unit.text)) return;
    for (const { column, item } of columns) {
      if (item?.kind !== 'item') continue;
      const call = randomCall(unit, item.expression);
      const why = call && keyReason(node, column.name, project?.keysOf(node.id) ?? []);
      if (!call || why === undefined) continue;
      report(
        call,
        `${quoted(unit, call)} gives '${column.name}', ${why}, another value in every run, so nothing that stored it joins again. Hash the natural key instead.`,
      );
    }
  },
  examples: {
    'a surrogate key of a table': `
      {{ config(materialized='table') }}
      select uuid_string() as order_key, id from {{ ref('stg_orders') }}
             ^^^^^^^^^^^^^ warning: gives 'order_key', a key by its name, another value in every run
      -> no fix
    `,
    'the unique key of an incremental model, made in a CTE': `
      //- models/events.sql
      {{ config(materialized='incremental', unique_key='event') }}
      with source as (select md5(cast(random() as text)) as event, payload from {{ source('app', 'events') }})
                                      ^^^^^^^^ gives 'event', the model's unique_key
      select event, payload from source
    `,
    'a column with a unique test': `
      //- models/schema.yml
      models:
        - name: events
          config: { materialized: table }
          columns: [{ name: event, data_tests: [unique] }]
      //- models/events.sql
      select gen_random_uuid() as event, payload from {{ source('app', 'events') }}
             ^^^^^^^^^^^^^^^^^ gives 'event', a declared key
    `,
    'always the same, no key, a view': `
      //- models/a.sql
      {{ config(materialized='table') }}
      select uuid_string('6ba7b810-9dad-11d1-80b4-00c04fd430c8', name) as name_key, random() as sample,
        row_number() over (order by random()) as row_id, md5(name) as other_key
      from {{ ref('stg_names') }} where random() < 0.1
      //- models/b.sql
      {{ config(materialized='view') }}
      select uuid_string() as order_key from {{ ref('stg_orders') }}
    `,
    'the run, written by Jinja': `
      {{ config(materialized='table') }}
      select '{{ invocation_id }}' as run_id from {{ ref('stg_orders') }}
    `,
  },
});

/** The call that makes the value random, here or in the CTE it comes from. */
function randomCall(unit: SqlUnit, expression: Expression): FunctionCall | undefined {
  let current = bare(expression);
  for (let depth = 0; depth < 10 && current.kind === 'column'; depth++) {
    const defined = definitionOf(unit, current);
    if (!defined) return undefined;
    current = bare(defined.expression);
  }
  let found: FunctionCall | undefined;
  walk(current, node => {
    // What sorts or filters rows is no part of the value.
    if (found || node.kind === 'query' || node.kind === 'window' || node.kind === 'order-by') return 'skip';
    if (node.kind === 'case-branch') return undefined;
    if (node.kind === 'call' && isRandom(node)) found = node;
    return undefined;
  });
  return found;
}

function isRandom(call: FunctionCall): boolean {
  return RANDOM.has(functionName(call)) && argumentsOf(call).length === 0;
}

const RANDOM = new Set([
  'uuid',
  'uuid_string',
  'generate_uuid',
  'gen_random_uuid',
  'generateuuidv4',
  'uuid_generate_v4',
  'newid',
  'newsequentialid',
  'random',
  'rand',
]);
const RANDOM_WORDS = new RegExp(`\\b(?:${[...RANDOM].join('|')})\\b`, 'i');

function keyReason(
  node: ModelSubject['node'],
  column: string,
  keys: readonly { readonly columns: readonly string[]; readonly by: string }[],
): string | undefined {
  const name = column.toLowerCase();
  const unique = node.config['unique_key'];
  const uniqueKeys = (Array.isArray(unique) ? unique : [unique]).map(one => String(one).toLowerCase());
  if (uniqueKeys.includes(name)) return "the model's unique_key";
  if (keys.some(key => key.by === 'declared' && key.columns.length === 1 && key.columns[0] === name))
    return 'a declared key';
  return /(?:^|_)(?:id|key|sk|pk|uuid)$/.test(name) ? 'a key by its name' : undefined;
}
