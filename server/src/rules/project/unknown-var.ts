import { nearest } from '../../base/nearest.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A `var()` without a default to which the project gives no value.',
  why: 'dbt stops at the first model that asks for it, unless every run passes the value with --vars.',
  details:
    'Silent in disabled models, in packages, whose vars come from the project that installs them, and where dbt_project.yml has no vars at all: such a project gets them in another way. Only reads in the file itself are reported, not those in macros it calls.',
  severity: 'warning',
  on: 'template',
  files: ['model', 'snapshot', 'test', 'analysis'],
  check({ expansions, node }, { project, file, report }) {
    if (!project || project.isPackage || node?.isEnabled === 'no') return;
    const known = project.varNames();
    if (known.length === 0) return;
    for (const { name, file: where, span } of expansions.flatMap(one => one.unknownVars)) {
      if (where !== file) continue;
      const near = nearest(name, known);
      report(
        span,
        near
          ? `dbt_project.yml gives no value to the var '${name}', and the call has no default. Did you mean '${near}'?`
          : `dbt_project.yml gives no value to the var '${name}', and the call has no default: runs without --vars stop here. Give it a value under vars, or the call a default.`,
      );
    }
  },
  examples: {
    'a misspelt name': `
      //- dbt_project.yml
      name: shop
      vars: { start_date: '2024-01-01' }
      //- models/orders.sql
      select id from {{ ref('x') }} where ordered_at >= '{{ var('start_dat') }}'
                                                            ^^^^^^^^^^^^^^^^ warning: Did you mean 'start_date'?
    `,
    'nobody gives it a value': `
      //- dbt_project.yml
      name: shop
      vars: { start_date: '2024-01-01' }
      //- models/orders.sql
      select id from x where region = '{{ var("region") }}'
                                          ^^^^^^^^^^^^^ Give it a value under vars
    `,
    'a default, a value of the project, a value for this project': `
      //- dbt_project.yml
      name: shop
      vars:
        start_date: '2024-01-01'
        shop: { region: eu }
      //- models/orders.sql
      select id from x where a >= '{{ var('start_date') }}' and b = '{{ var('region') }}' and c = '{{ var('d', 1) }}'
    `,
    'a project that keeps no vars in its file': `
      select id from x where region = '{{ var("region") }}'
    `,
    'asks first': `
      //- dbt_project.yml
      name: shop
      vars: { start_date: '2024-01-01' }
      //- models/orders.sql
      {% if var.has_var('region') %} select 1 as id {% else %} select 2 as id {% endif %}
    `,
  },
});
