import { nearest } from '../../base/nearest.ts';
import type { RelationCall } from '../../syntax/jinja/expansion.ts';
import { defineRule, type ProjectView, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A `ref()` to a model, seed or snapshot that does not exist or is disabled.',
  why: 'dbt stops before it runs anything.',
  details:
    'Silent when the name is computed, when packages the project asks for are not installed (the model may live there), in disabled models, in tests of disabled models, which dbt leaves out, in a package whose models come from the installing project, and when another project of the workspace has the model.',
  severity: 'error',
  on: 'template',
  files: ['model', 'snapshot', 'test', 'analysis'],
  check({ expansions, node, kind }, { project, file, report }) {
    if (!project || node?.isEnabled === 'no') return;
    for (const call of expansions.flatMap(one => one.calls)) {
      if (call.kind !== 'ref' || call.name === undefined || !call.nameSpan || call.file !== file) continue;
      const found = project.resolve(call);
      // A test of a disabled model is left out by dbt, and what a package turns off its user may turn on.
      if (found?.isEnabled === 'no' && (kind === 'test' || found.package !== project.name)) continue;
      if (found?.isEnabled === 'no') {
        // dbt leaves out a test of what is turned off, without a word.
        if (kind === 'test') continue;
        report(
          call.nameSpan,
          `'${call.name}' is disabled (in ${found.path} or its configuration), so dbt cannot resolve this ref.`,
          {
            related: [{ file: found.file, span: { start: 0, end: 0 }, message: `'${call.name}' is made here` }],
          },
        );
        continue;
      }
      if (found) continue;
      const near = nearest(call.name, project.refNames());
      if ((!near && !isComplete(project, call)) || project.isKnownElsewhere(call.name)) continue;
      const hint = near ? `Did you mean '${near}'?` : 'Create the model, or correct the name.';
      report(call.nameSpan, `No model, seed or snapshot is called '${call.name}'. ${hint}`, {
        fixes: near
          ? [
              suggest(
                `Change to '${near}'`,
                replace({ start: call.nameSpan.start + 1, end: call.nameSpan.end - 1 }, near),
              ),
            ]
          : [],
      });
    }
  },
  examples: {
    'a misspelt name': `
      //- models/orders.sql
      select 1 as id
      //- models/late_orders.sql
      select id from {{ ref('ordes') }}
                            ^^^^^^^ error: Did you mean 'orders'?
      -> Change to 'orders'
      select id from {{ ref('orders') }}
    `,
    'a model that nobody made': `
      select id from {{ ref("customer_segments") }}
                            ^^^^^^^^^^^^^^^^^^^ Create the model
    `,
    'a model that is turned off': `
      //- models/old_orders.sql
      {{ config(enabled=false) }}
      select 1 as id
      //- models/orders.sql
      select id from {{ ref('old_orders') }}
                            ^^^^^^^^^^^^ 'old_orders' is disabled
    `,
    'an old file of that name is turned off, the new one is not': `
      //- dbt_project.yml
      name: shop
      models:
        shop:
          archive:
            +enabled: false
      //- models/archive/orders.sql
      select 1 as old_id
      //- models/archive/customers_v1.sql
      select 1 as old_id
      //- models/schema.yml
      models:
        - name: customers
          latest_version: 1
          versions: [{ v: 1 }]
          columns:
            - name: id
      //- models/current/customers.sql
      select 1 as id
      //- models/current/orders.sql
      select 1 as id
      //- models/late_orders.sql
      select orders.id, customers.id as customer_id
      from {{ ref('orders') }} orders
      inner join {{ ref('customers', v=1) }} customers on customers.id = orders.id
      inner join {{ ref('customers') }} again on again.id = orders.id
    `,
    'a test of a model that is turned off': `
      //- models/old_orders.sql
      {{ config(enabled=false) }}
      select 1 as id
      //- tests/old_orders_have_ids.sql
      select id from {{ ref('old_orders') }} where id is null
    `,
    'the package that may have it is not installed': `
      //- packages.yml
      packages:
        - package: acme/shop_models
          version: 1.0.0
      //- models/orders.sql
      select id from {{ ref('stg_shop__order_lines') }}
    `,
    'seeds, snapshots and computed names': `
      //- seeds/countries.csv
      code,name
      //- models/orders.sql
      select code from {{ ref('countries') }} union all select id from {{ ref('orders_' ~ var('region', 'eu')) }}
    `,
  },
});

/** Everything a ref could lead to is here. */
function isComplete(project: ProjectView, call: RelationCall): boolean {
  return project.packagesComplete && !project.isPackage && call.package === undefined;
}
