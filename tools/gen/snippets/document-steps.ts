/** The runs of generators that make snippets of entries, contracts and documents. They leave nothing behind for later ones. */

import type { Step } from './kinds.ts';

const OWNED = { owner: 'sales', consumers: 'finance' };
const POLICY = 'version-bump|notify-30-days|never-break';
/** Names and words that every contract of the sample's fact has. */
const PROMISED = [
  'fct_orders',
  '1.0.0',
  'sales',
  'order',
  'order_id',
  'Number of the order.',
  'order_status',
  'Where the order stands.',
  'order_amount',
  'Value of the order, EUR.',
  'ordered_at',
  'When it was ordered.',
  'customer',
  'customer_key',
  'ordered_date_key',
];

export const DOCUMENT_STEPS: readonly Step[] = [
  {
    kind: 'schema-yml',
    answers: { from: 'int_orders_priced', key: ['order_id'] },
    apart: true,
    snippets: [
      {
        group: 'Models',
        file: '.yml',
        name: 'Entry of a model',
        prefix: ['gl-model', 'model entry'],
        description: 'A model in a dbt properties file: what one row is, its columns, and the tests of its key.',
        stops: [
          'int_orders_priced',
          'order_id',
          'Number of the order.',
          'order_status',
          'Where the order stands.',
          'order_amount',
          'Value of the order, EUR.',
        ],
      },
    ],
  },
  {
    kind: 'sources',
    answers: { source: 'erp', tables: ['invoices'], schema: 'raw_erp', loaded_at: '_loaded_at' },
    apart: true,
    snippets: [
      {
        group: 'Sources and snapshots',
        file: '.yml',
        name: 'Source with freshness',
        prefix: ['gl-source', 'source with freshness'],
        description: 'A source with its tables; dbt checks how old their newest row is.',
        stops: ['erp', 'raw_erp', '_loaded_at', '24', '48', 'hour|day|minute', 'invoices', 'invoice'],
        instead: { 'One row per invoices.': 'One row per invoice.' },
      },
    ],
  },
  {
    kind: 'contract',
    answers: { from: 'fct_orders', form: 'properties', ...OWNED },
    apart: true,
    snippets: [
      {
        group: 'Contracts',
        file: '.yml',
        name: 'Data contract, with properties',
        prefix: ['gl-contract-properties', 'data contract, properties'],
        description: 'What a data set promises, with its columns as the properties of a schema.',
        stops: [...PROMISED, 'finance', POLICY, '24'],
      },
    ],
  },
  {
    kind: 'contract',
    answers: { from: 'fct_orders', form: 'odcs', ...OWNED },
    apart: true,
    snippets: [
      {
        group: 'Contracts',
        file: '.yaml',
        name: 'Data contract, Open Data Contract Standard',
        prefix: ['gl-contract-odcs', 'gl-odcs', 'open data contract standard'],
        description: 'What a data set promises, in the form of the Open Data Contract Standard 3.1.',
        stops: [...PROMISED, 'active|draft|proposed|deprecated|retired', '24'],
      },
    ],
  },
  {
    kind: 'contract',
    answers: { from: 'fct_orders', form: 'dcs', ...OWNED },
    apart: true,
    snippets: [
      {
        group: 'Contracts',
        file: '.yaml',
        name: 'Data contract, Data Contract Specification',
        prefix: ['gl-contract-dcs', 'gl-dcs', 'data contract specification'],
        description: 'What a data set promises, in the form of the Data Contract Specification 1.2.',
        stops: [...PROMISED, '24h'],
      },
    ],
  },
  {
    kind: 'contract',
    answers: { from: 'int_orders_priced', form: 'dbt' },
    apart: true,
    snippets: [
      {
        group: 'Contracts',
        file: '.yml',
        name: 'Contract of dbt, enforced',
        prefix: ['gl-contract-dbt', 'enforced contract', 'model contract'],
        description: 'A contract that dbt holds a model to: columns and types must be these when it is built.',
        stops: ['int_orders_priced', 'order_id', 'order_status', 'order_amount', 'integer', 'varchar', 'decimal'],
        instead: {
          'Int orders priced.': 'One row per order.',
          'Order id.': 'Number of the order.',
          'Order status.': 'Where the order stands.',
          'Order amount.': 'Value of the order, EUR.',
        },
      },
    ],
  },
  {
    kind: 'specification',
    answers: { from: 'fct_orders', dimensions: ['dim_customer_versions'] },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Dimensional specification',
        prefix: ['gl-specification', 'dimensional specification', 'star schema design'],
        description: 'The design of a fact and its dimensions: grain, measures, keys, and what keeps its history.',
        stops: [
          'order_status',
          'fct_orders',
          'order',
          'order_id',
          'order_amount',
          'additive|semi-additive|non-additive',
          'SUM|AVG|COUNT|MIN|MAX|COUNT DISTINCT',
          'customer_key',
          'dim_customer_versions',
          'Type 2|Type 1|Type 3',
          'customer_id',
          'name: [[name]]',
          'snp_customers_daily',
          'country_code',
        ],
        // The rest are dates, whose dimension is left out here.
        instead: { 'ordered_date_key, order_status, ordered_at': 'order_status' },
      },
    ],
  },
  {
    kind: 'pipeline',
    answers: { from: 'fct_orders' },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Pipeline',
        prefix: ['gl-pipeline', 'pipeline'],
        description: 'How data is taken, changed, written and checked, and what happens when that fails.',
        stops: [
          'fct_orders',
          '[[0 5 * * *]]',
          '60',
          'tier: [[2|1|3]]',
          'incremental|full|CDC|log-based',
          'merge|append|upsert|truncate-reload|partition-swap',
          'order_id',
          'retry|fail-fast|dead-letter|skip-and-alert',
        ],
      },
    ],
  },
  {
    kind: 'catalog',
    answers: { from: 'fct_orders' },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Catalog entry',
        prefix: ['gl-catalog', 'catalog entry'],
        description: 'A data set as people find it in a catalog: where it comes from, who may see it, how good it is.',
        stops: [
          'order_id',
          'ordered_at',
          'customer_key',
          'ordered_date_key',
          'fct_orders',
          'order',
          'gold|silver|bronze',
          'dim_customer_versions, dim_dates, stg_shop__orders',
          'mrt_orders_monthly, obt_orders',
          'sla_hours: [[24]]',
          'internal|public|confidential|restricted',
        ],
      },
    ],
  },
  {
    kind: 'brief',
    answers: { name: 'shop' },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Architecture brief',
        prefix: ['gl-brief', 'architecture brief'],
        description:
          'What has to be known before anything is built: who reads the data, what there is, what limits it.',
        stops: [
          'project_name: [[shop]]',
          'bank, crm, school, shop',
          'retention_months: [[24]]',
          'analytics|ML|operational|reporting|reverse-ETL',
          'batch|near-real-time|real-time',
          'dashboard|ad-hoc|scheduled|API',
          'AWS|GCP|Azure|multi|on-prem',
          'mixed|junior|mid|senior',
        ],
      },
    ],
  },
  {
    kind: 'dashboard',
    answers: { name: 'shop pipelines' },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Dashboard of pipelines',
        prefix: ['gl-dashboard', 'pipeline dashboard', 'monitoring'],
        description: 'What is watched of the pipelines, and from where on somebody is told.',
        stops: ['shop pipelines', '<30 minutes', '>60 minutes', '<6 hours', '>24 hours'],
      },
    ],
  },
  {
    kind: 'cost',
    answers: { pipelines: ['orders'] },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Cost of pipelines',
        prefix: ['gl-cost', 'cost tracking'],
        description: 'What pipelines cost, what that makes possible, and where less would do.',
        stops: ['orders', 'effort: [[low|medium|high]]', 'true|false'],
      },
    ],
  },
  {
    kind: 'feature-store',
    answers: { from: 'dim_customers', features: ['country_code'] },
    apart: true,
    snippets: [
      {
        group: 'Documents',
        file: '.yml',
        name: 'Feature store',
        prefix: ['gl-feature-store', 'feature store'],
        description: 'Features of an entity for machine learning, and how they are served.',
        stops: [
          'customer_features',
          'entity: [[customer]]',
          'customer_id',
          'country_code',
          'Country of the customer, ISO 3166.',
          'STRING|INT|FLOAT|BOOLEAN',
          'dim_customers',
          'batch|streaming|on-demand',
          'daily|hourly|real-time',
          '48',
          'online: [[false|true]]',
        ],
      },
    ],
  },
  {
    kind: 'project',
    answers: { name: 'shop', source: 'erp' },
    apart: true,
    fromNothing: true,
    snippets: [
      {
        group: 'Project',
        file: 'dbt_project.yml',
        name: 'dbt_project.yml',
        prefix: ['gl-dbt-project', 'dbt_project.yml'],
        description: 'A dbt project with a materialization for each layer.',
        stops: ['shop', '1.0.0'],
      },
      {
        group: 'Project',
        file: 'grainline.yml',
        name: 'grainline.yml',
        prefix: ['gl-grainline', 'grainline.yml'],
        description: 'The warehouse, the way of naming and the set of rules that a project is held to.',
        stops: [
          'snowflake|bigquery|redshift|postgres|databricks|duckdb|trino',
          'kimball|kimball-fact|data-vault|medallion|adaptive',
          'recommended|strict|checklist|all',
        ],
      },
    ],
  },
];
