import { defineRule, list } from '../rule.ts';

export default defineRule({
  summary: 'A model below the marts that nothing reads.',
  why: 'It is built on every run, and the next person who looks for its data cannot tell that nobody keeps it right.',
  details:
    'Models, snapshots, tests written in SQL, analyses, exposures and data contracts count as readers. Silent for marts, facts and dimensions, which are read from outside the project, and for public models.',
  severity: 'info',
  default: 'off',
  options: { allow: list('Names of models that may stay unread.') },
  on: 'model',
  check({ node }, { project, options, report }) {
    if (!project || node.kind !== 'model' || node.isEnabled === 'no' || options.allow.includes(node.name)) return;
    const access = node.properties?.access ?? node.config['access'];
    if (node.layer === 'mart' || access === 'public') return;
    if (project.readersOf(node.id).some(id => id !== node.id)) return;
    const { exposures, contracts } = project.consumersOf(node);
    if (exposures.length + contracts.length > 0) return;
    report('file', `Nothing reads '${node.name}'. Remove it, or name its readers in an exposure.`);
  },
  examples: {
    'a staging model nobody reads': `
      //- models/staging/stg_orders.sql
      !!! info: Nothing reads 'stg_orders'
      select 1 as id
    `,
    'it reads itself only': `
      //- models/intermediate/int_orders.sql
      !!! Nothing reads 'int_orders'
      {{ config(materialized='incremental') }}
      select 1 as id {% if is_incremental() %} from {{ this }} {% endif %}
    `,
    'a mart, an exposure, a test': `
      //- models/marts/fct_orders.sql
      select id from {{ ref('stg_orders') }}
      //- models/staging/stg_orders.sql
      select 1 as id
      //- models/staging/stg_lines.sql
      select 1 as id
      //- tests/lines.sql
      select id from {{ ref('stg_lines') }} where id < 0
      //- models/staging/stg_stores.sql
      select 1 as id
      //- models/exposures.yml
      exposures:
        - name: stores
          type: dashboard
          depends_on: [ref('stg_stores')]
    `,
    'turned off': `
      //- models/staging/stg_orders.sql
      {{ config(enabled=false) }}
      select 1 as id
    `,
  },
});
