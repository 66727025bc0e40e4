import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A model is built in another way than its layer is.',
  why: 'Staging as tables stores the source twice; marts as views compute everything each time somebody looks.',
  details:
    'Layers follow folders and names. A model whose materialization nobody states is a view. Materializations that dbt does not bring are left alone.',
  severity: 'info',
  default: 'off',
  options: {
    staging: list('How staging and base models may be built.', ['view', 'ephemeral']),
    intermediate: list('How intermediate models may be built.', ['view', 'ephemeral', 'table', 'incremental']),
    mart: list('How marts may be built.', ['table', 'incremental', 'materialized_view', 'dynamic_table']),
    allow: list('Names of models that may be built in any way.'),
  },
  on: 'model',
  check({ node }, { unit, options, report }) {
    if (!unit || node.kind !== 'model' || node.isEnabled === 'no' || options.allow.includes(node.name)) return;
    const layer = node.layer === 'base' ? 'staging' : node.layer;
    if (layer !== 'staging' && layer !== 'intermediate' && layer !== 'mart') return;
    if ('materialized' in node.config && node.materialized === undefined) return;
    const materialized = node.materialized ?? 'view';
    const wanted = options[layer];
    if (wanted.includes(materialized) || !OF_DBT.has(materialized)) return;
    report(
      'file',
      `'${node.name}' is ${layer === 'intermediate' ? 'an' : 'a'} ${layer} model and built as ${materialized}. In this project such models are ${listed(wanted)}.`,
    );
  },
  examples: {
    'a staging table': `
      //- models/staging/stg_orders.sql
      !!! info: 'stg_orders' is a staging model and built as table
      {{ config(materialized='table') }}
      select 1 as id
    `,
    'a mart that is a view because nobody says otherwise': `
      //- models/marts/fct_orders.sql
      !!! built as view
      select 1 as id
    `,
    'as their layers are': `
      //- dbt_project.yml
      name: shop
      models: { shop: { marts: { +materialized: table } } }
      //- models/staging/stg_orders.sql
      select 1 as id
      //- models/marts/fct_orders.sql
      select 1 as id
      //- models/other/orders.sql
      select 1 as id
    `,
    'decided by a var': `
      //- models/staging/stg_orders.sql
      {{ config(materialized=env_var('STAGING')) }}
      select 1 as id
    `,
  },
});

const OF_DBT: ReadonlySet<string> = new Set([
  'view',
  'table',
  'incremental',
  'ephemeral',
  'materialized_view',
  'dynamic_table',
]);

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
