import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'Models that read one another in a circle.',
  why: 'dbt cannot tell which to build first and stops before it runs anything.',
  details:
    'Counts what dbt sees while it parses: a ref in a `--` comment is one, a ref behind `is_incremental()` is not. For its own earlier rows a model reads `{{ this }}`.',
  severity: 'error',
  on: 'template',
  check({ expansions, node }, { project, file, report }) {
    const way = node && node.isEnabled !== 'no' ? project?.cycleOf(node.id) : undefined;
    const next = way && (way[1] ?? way[0]);
    if (!project || !way || next === undefined) return;
    for (const call of expansions.flatMap(one => one.calls)) {
      if (call.kind !== 'ref' || !call.seenByParser || project.resolve(call)?.id !== next) continue;
      const at = call.file === file ? call.span : call.outerSpan;
      if (!at) continue;
      const names = [...way, way[0] as string].map(id => `'${project.node(id)?.name ?? id}'`);
      report(
        at,
        way.length === 1
          ? `The model reads itself, and dbt stops. For the rows of earlier runs read {{ this }} behind is_incremental().`
          : `These models read one another in a circle, and dbt stops: ${names.join(' → ')}. Take one of the refs out.`,
      );
      return;
    }
  },
  examples: {
    'two models': `
      //- models/orders.sql
      select id from {{ ref('customers') }}
                        ^^^^^^^^^^^^^^^^ error: 'orders' → 'customers' → 'orders'
      //- models/customers.sql
      select id from {{ ref('orders') }}
                        ^^^^^^^^^^^^^ 'customers' → 'orders' → 'customers'
    `,
    'a model that reads itself': `
      //- models/orders.sql
      select id from {{ ref('orders') }}
                        ^^^^^^^^^^^^^ The model reads itself
    `,
    'a comment is a dependency too': `
      //- models/a.sql
      -- {{ ref('b') }}
            ^^^^^^^^ in a circle
      select 1 as id
      //- models/b.sql
      select id from {{ ref('a') }}
                        ^^^^^^^^ in a circle
    `,
    'a chain, and a diamond': `
      //- models/a.sql
      select 1 as id
      //- models/b.sql
      select id from {{ ref('a') }}
      //- models/c.sql
      select id from {{ ref('a') }} union all select id from {{ ref('b') }}
    `,
    'incremental runs read this': `
      //- models/a.sql
      {{ config(materialized='incremental') }}
      select id from {{ ref('b') }} {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
      //- models/b.sql
      select 1 as id
    `,
  },
});
