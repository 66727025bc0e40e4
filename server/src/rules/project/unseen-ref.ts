import type { RelationCall } from '../../syntax/jinja/expansion.ts';
import { defineRule, insert, safe } from '../rule.ts';

export default defineRule({
  summary: 'A `ref()` or `source()` that dbt does not see while it parses the project.',
  why: 'dbt was unable to infer all dependencies, so it stops when the model runs: at parse time `execute` and `is_incremental()` are false, and what stands behind them stays unseen.',
  details:
    'Silent when the same relation is named where dbt sees it, in a `-- depends_on: {{ ref(…) }}` comment for example, and in disabled models.',
  severity: 'error',
  on: 'template',
  files: ['model', 'snapshot'],
  check({ expansions, node }, { file, report }) {
    if (!node || node.isEnabled === 'no') return;
    if (expansions.every(one => one.calls.every(call => call.seenByParser || call.kind === 'this'))) return;
    const calls = expansions.flatMap(one => one.calls).filter(one => one.kind !== 'this');
    const seen = new Set(calls.filter(one => one.seenByParser).map(nameOf));
    const reported = new Set<string>();
    for (const call of calls) {
      const name = nameOf(call);
      const at = call.file === file ? call.span : call.outerSpan;
      if (call.seenByParser || call.name === undefined || seen.has(name) || reported.has(name) || !at) continue;
      reported.add(name);
      const written =
        call.kind === 'source'
          ? `source('${call.source}', '${call.name}')`
          : `ref(${call.package === undefined ? '' : `'${call.package}', `}'${call.name}'${call.version === undefined ? '' : `, v=${call.version}`})`;
      report(
        at,
        `dbt does not see this ${call.kind} while it parses, since is_incremental() and execute are false then, and stops when it meets it. Name it in a comment at the top: -- depends_on: {{ ${written} }}`,
        { fixes: [safe('Add the depends_on comment', insert(0, `-- depends_on: {{ ${written} }}\n`))] },
      );
    }
  },
  examples: {
    'behind is_incremental only': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }}
      {% if is_incremental() %} where id not in (select id from {{ ref('seen_events') }}) {% endif %}
                                                                   ^^^^^^^^^^^^^^^^^^ error: depends_on: {{ ref('seen_events') }}
      ->
      -- depends_on: {{ ref('seen_events') }}
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }}
      {% if is_incremental() %} where id not in (select id from {{ ref('seen_events') }}) {% endif %}
    `,
    'behind execute': `
      {% if execute %}
      select id from {{ source('shop', 'orders') }}
                        ^^^^^^^^^^^^^^^^^^^^^^^^ dbt does not see this source
      {% endif %}
    `,
    'a comment names it': `
      -- depends_on: {{ ref('seen_events') }}
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('events') }}
      {% if is_incremental() %} where id not in (select id from {{ ref('seen_events') }}) {% endif %}
    `,
    'named in both branches': `
      {{ config(materialized='incremental', unique_key='id') }}
      {% if is_incremental() %} select id from {{ ref('events') }} where id > 1
      {% else %} select id from {{ ref('events') }} {% endif %}
    `,
  },
});

function nameOf(call: RelationCall): string {
  return `${call.kind} ${call.source ?? ''} ${call.name}`;
}
