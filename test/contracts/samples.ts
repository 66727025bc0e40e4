/** A document of each kind that uses most of what its kind has; by the name of its schema. */

export const SAMPLES: { readonly [schema: string]: string } = {
  contract: `contract:
  name: orders
  version: "1.2.0"
  owner: sales
  consumers: [finance, { name: ml, usage: churn, columns: [status] }]
  sla: { freshness_hours: 4, availability_percent: 99.9, support_hours: 24x7 }
  schema:
    - column: status
      type: string
      nullable: false
      pii: false
      classification: internal
      checks:
        - { type: enum, params: { values: [open, paid] } }
        - { type: range, params: { min: 0, max: 3 } }
        - { type: regex, params: { pattern: a } }
        - { type: custom, params: { sql: x } }
  breaking_change_policy: version-bump
`,
  'odcs-3.1': `apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.2.0
status: active
description: { purpose: x, customProperties: [{ property: a, value: [1] }] }
team: { name: sales, members: [{ username: a, role: owner }] }
support: [{ channel: '#x' }]
roles: [{ role: r, access: read }]
price: { priceAmount: 1.5, priceCurrency: EUR }
slaProperties: [{ property: latency, value: 4, unit: h }]
servers:
  - { server: a, type: snowflake, account: x, database: d, schema: s }
  - { server: b, type: kafka, host: h, format: json }
  - { server: c, type: custom, stream: s }
schema:
  - name: orders
    relationships: [{ from: [orders.a], to: [x.a] }, { from: orders.a, to: x.a }]
    quality: [{ metric: rowCount, mustBeGreaterThan: 1 }, { type: sql, query: select 1, mustBe: 0 }]
    properties:
      - name: order_id
        logicalType: integer
        logicalTypeOptions: { minimum: 0, format: i32 }
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        relationships: [{ to: x.a }]
      - name: status
        logicalType: string
        logicalTypeOptions: { maxLength: 3, pattern: a }
        quality: [{ type: custom, engine: soda, implementation: { a: 1 } }, { type: text, description: x }]
      - name: lines
        logicalType: array
        logicalTypeOptions: { minItems: 1 }
        items: { logicalType: object, properties: [{ name: a, logicalType: date }] }
`,
  'odcs-3.0': `apiVersion: v3.0.2
kind: DataContract
id: orders
version: 1.2.0
status: active
team: [{ username: a, role: owner }]
support: [{ channel: '#x', url: 'https://x' }]
servers:
  - { server: a, type: postgres, host: h, port: 5432, database: d, schema: s, other: 1 }
schema:
  - name: orders
    properties:
      - name: order_id
        logicalType: integer
        logicalTypeOptions: { minimum: 0, exclusiveMinimum: true }
        quality: [{ type: library, rule: duplicateCount, mustBeBetween: [0, 1] }]
`,
  'data-contract-specification': `dataContractSpecification: 1.2.0
id: urn:orders
info: { title: orders, version: 1.2.0, owner: sales, contact: { email: a@b.c } }
servers:
  production: { type: s3, location: 's3://x', format: json, delimiter: new_line }
  other: { type: postgres, host: h, port: 1, database: d, schema: s }
terms: { usage: x, policies: [{ type: privacy }] }
models:
  orders:
    type: table
    primaryKey: [order_id]
    fields:
      order_id: { type: integer, required: true, quality: [{ type: sql, query: select 1, mustBe: 0 }] }
      status: { type: string, enum: [open, paid], maxLength: 4 }
      address: { type: object, fields: { street: { type: string, pii: true } } }
      tags: { type: array, items: { type: string } }
definitions: { order_id: { type: integer } }
servicelevels: { availability: { percentage: 99.9% }, frequency: { type: batch, interval: daily } }
`,
  'dbt-properties': `version: 2
models:
  - name: orders
    description: x
    access: public
    config: { materialized: table, contract: { enforced: true }, tags: [a], on_schema_change: fail }
    constraints: [{ type: primary_key, columns: [a] }]
    data_tests: [x, { y: { a: 1 } }]
    versions: [{ v: 1, columns: [{ include: all }] }]
    columns: [{ name: a, data_type: int, quote: true, data_tests: [unique], constraints: [{ type: not_null }] }]
sources:
  - name: shop
    freshness: { warn_after: { count: 1, period: day } }
    quoting: { database: true }
    tables: [{ name: a, external: true, columns: [{ name: b }] }]
exposures: [{ name: e, type: dashboard, owner: { name: a }, depends_on: [a] }]
unit_tests: [{ name: u, model: a, given: [{ input: b, rows: [{ a: 1 }] }], expect: { rows: [] } }]
semantic_models:
  - name: s
    model: ref('a')
    entities: [{ name: a, type: primary }]
    dimensions: [{ name: d, type: time, type_params: { time_granularity: day } }]
    measures: [{ name: m, agg: sum, non_additive_dimension: { name: d, window_choice: max } }]
groups: [{ name: g, owner: { email: x } }]
snapshots: [{ name: s, relation: a, config: { strategy: check, check_cols: all } }]
`,
  'dbt-project': `name: shop
version: 1.0.0
config-version: 2
model-paths: [models]
require-dbt-version: [">=1.8.0", "<2.0.0"]
query-comment: x
models: { shop: { +materialized: view } }
dispatch: [{ macro_namespace: dbt_utils, search_order: [shop, dbt_utils] }]
vars: { a: 1 }
on-run-end: x
`,
  'dbt-selectors': `selectors:
  - name: nightly
    default: true
    definition:
      union: [{ method: tag, value: a, children: true, exclude: [b] }, 'tag:c']
`,
  'dbt-packages': `packages:
  - { package: dbt-labs/dbt_utils, version: 1.1.1 }
  - { git: x, revision: 1.0, warn-unpinned: false }
  - { local: ../x }
`,
  pipeline: `pipeline:
  name: orders
  sla_minutes: 30
  tier: 1
  extract: { strategy: incremental, incremental_key: updated_at }
  transform: { engine: dbt, stages: [{ name: clean, operations: [dedupe] }] }
  load: { strategy: merge, merge_keys: [order_id] }
  error_handling: { strategy: retry, max_retries: 3, alert_channels: ['#x'] }
`,
  catalog: `dataset:
  name: orders
  tier: gold
  lineage: { sources: [a] }
  quality: { last_score: 90 }
  access: { classification: internal, pii_columns: [email] }
`,
};
