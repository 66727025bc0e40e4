import { nearest } from '../../base/nearest.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A `source()` that no YAML file declares.',
  why: 'dbt stops before it runs anything.',
  details:
    'Silent when a name is computed, in disabled models, and when packages that may declare the source are not installed.',
  severity: 'error',
  on: 'template',
  files: ['model', 'snapshot', 'test', 'analysis'],
  check({ expansions, node }, { project, file, report }) {
    if (!project || node?.isEnabled === 'no') return;
    for (const call of expansions.flatMap(one => one.calls)) {
      if (call.kind !== 'source' || call.name === undefined || call.source === undefined || call.file !== file)
        continue;
      if (!call.nameSpan || !call.sourceSpan || project.resolve(call)) continue;
      const tables = project.tableNames(call.source);
      const isKnownSource = tables.length > 0;
      const at = isKnownSource ? call.nameSpan : call.sourceSpan;
      const near = isKnownSource ? nearest(call.name, tables) : nearest(call.source, project.sourceNames());
      if (!near && !project.packagesComplete) continue;
      const hint = near ? `Did you mean '${near}'?` : 'Declare it in YAML, or correct the name.';
      const message = isKnownSource
        ? `The source '${call.source}' has no table '${call.name}'. ${hint}`
        : `No source is called '${call.source}'. ${hint}`;
      report(at, message, {
        fixes: near ? [suggest(`Change to '${near}'`, replace({ start: at.start + 1, end: at.end - 1 }, near))] : [],
      });
    }
  },
  examples: {
    'a misspelt table': `
      //- models/sources.yml
      sources:
        - name: shop
          tables: [{ name: orders }]
      //- models/stg_orders.sql
      select id from {{ source('shop', 'order') }}
                                       ^^^^^^^ error: Did you mean 'orders'?
      -> Change to 'orders'
      //- models/stg_orders.sql
      select id from {{ source('shop', 'orders') }}
    `,
    'a source that nobody declared': `
      select id from {{ source('crm', 'accounts') }}
                               ^^^^^ No source is called 'crm'
    `,
    'declared in any file, and computed names': `
      //- models/deep/down.yml
      sources:
        - name: crm
          tables:
            - name: accounts
      //- models/stg_accounts.sql
      select id from {{ source('crm', 'accounts') }} union all select id from {{ source(var('schema', 'x'), 'y') }}
    `,
  },
});
