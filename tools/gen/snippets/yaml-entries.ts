/** Entries of dbt properties that no generator writes: parts of models, sources, exposures, the semantic layer. */

import { group, type Snippet } from './snippet.ts';

const COLUMN = `models:
  - name: fct_orders_tried
    columns:
      §
`;
const IN_CONFIG = `models:
  - name: fct_orders_tried
    config:
      §
`;

const PARTS = group('Models', 'yaml', [
  {
    name: 'Column',
    prefix: ['gl-column', 'column'],
    description: 'A column with its type and what it is.',
    frame: COLUMN,
    text: `
- name: «order_status»
  data_type: «varchar|integer|bigint|decimal(18, 2)|boolean|date|timestamp»
  description: «Where the order stands.»
`,
  },
  {
    name: 'Meaning of a fact',
    prefix: ['gl-meta-fact', 'grainline meta, fact'],
    description: 'Says that a model is a fact, of which form, and what one row is.',
    frame: IN_CONFIG,
    text: `
meta:
  grainline:
    kind: fact
    form: «transaction|periodic-snapshot|accumulating-snapshot|factless»
    grain: [«order_id»]
`,
  },
  {
    name: 'Meaning of a dimension',
    prefix: ['gl-meta-dimension', 'grainline meta, dimension'],
    description: 'Says that a model is a dimension, what it keeps of the past, and by which keys it is found.',
    frame: `models:
  - name: dim_customers_tried
    config:
      §
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          arguments:
            combination_of_columns: [customer_id, valid_from]
`,
    text: `
meta:
  grainline:
    kind: dimension
    scd: «2|1»
    natural_key: «customer_id»
    surrogate_key: «customer_key»
    grain: [«customer_id», valid_from]
`,
  },
  {
    name: 'Measure',
    prefix: ['gl-measure', 'measure'],
    description: 'Says how a measure may be added up.',
    frame: COLUMN,
    text: `
- name: «order_amount»
  description: «After discount, EUR.»
  config: { meta: { grainline: { measure: «additive|non-additive» } } }
`,
  },
  {
    name: 'Semi-additive measure',
    prefix: ['gl-measure-level', 'semi-additive measure'],
    description: 'A level such as stock or a balance: adds up over things, not over time.',
    frame: COLUMN,
    text: `
- name: «on_hand_quantity»
  description: «Pieces held at the end of the day.»
  config: { meta: { grainline: { measure: semi-additive, over: «stock_date» } } }
`,
  },
  {
    name: 'Personal data',
    prefix: ['gl-pii', 'personal data'],
    description: 'A column with personal data, marked so that nothing shows it by mistake.',
    frame: COLUMN,
    text: `
- name: «email»
  description: «Address the customer is written to.»
  config:
    meta: { contains_pii: true }
    tags: [pii]
`,
  },
  {
    name: 'Versions of a model',
    prefix: ['gl-model-versions', 'model versions'],
    description: 'A new version of a model beside the old one, for as long as somebody reads that.',
    text: `
models:
  - name: «dim_customers»
    latest_version: «2»
    config:
      contract: { enforced: true }
    columns:
      - name: «customer_id»
        data_type: «integer»
      - name: «country_code»
        data_type: «varchar»
    versions:
      - v: «2»
      - v: 1
        deprecation_date: «2027-01-01»
        columns:
          - include: all
            exclude: [«country_code»]
`,
  },
  {
    name: 'Constraints',
    prefix: ['gl-constraints', 'constraints'],
    description: 'Constraints of a column under an enforced contract. Many warehouses check only not_null.',
    frame: `models:
  - name: fct_orders_tried
    config:
      contract: { enforced: true }
    columns:
      - name: order_id
        data_type: integer
        §
      - { name: order_status, data_type: varchar }
      - { name: customer_key, data_type: varchar }
      - { name: order_amount, data_type: decimal }
      - { name: ordered_at, data_type: timestamp }
      - { name: on_hand_quantity, data_type: integer }
      - { name: stock_date, data_type: date }
      - { name: email, data_type: varchar }
`,
    text: `
constraints:
  - type: «not_null|unique|primary_key»
`,
  },
  {
    name: 'Group and access',
    prefix: ['gl-group', 'group', 'access'],
    description: 'A team that owns models, for what others may read of them.',
    text: `
groups:
  - name: «sales»
    owner:
      name: «Sales data team»
      email: «sales-data@example.com»
`,
  },
  {
    name: 'Access of a model',
    prefix: ['gl-access', 'model access'],
    description: 'Who may read a model: its group, the project, or everybody.',
    frame: IN_CONFIG,
    text: `
group: «sales»
access: «protected|private|public»
`,
  },
  {
    name: 'Seed entry',
    prefix: ['gl-seed', 'seed entry'],
    description: 'A seed with the types of its columns, so that none is guessed.',
    text: `
seeds:
  - name: «country_codes»
    description: «One row per country.»
    config:
      column_types: { «country_code»: «varchar(2)» }
    columns:
      - name: «country_code»
        description: «Country, ISO 3166.»
        data_tests: [unique, not_null]
`,
  },
  {
    name: 'Macro entry',
    prefix: ['gl-macro', 'macro entry'],
    description: 'What a macro does and what it takes.',
    text: `
macros:
  - name: «cents_to_amount»
    description: «Cents as an amount of the currency.»
    arguments:
      - name: «column»
        type: «column»
        description: «The column with the cents.»
`,
  },
]);

const SOURCES = group('Sources and snapshots', 'yaml', [
  {
    name: 'Table of a source',
    prefix: ['gl-source-table', 'source table'],
    description: 'A table of a source, with the tests that its load needs.',
    frame: `sources:
  - name: erp
    tables:
      §
`,
    text: `
- name: «invoices»
  description: «One row per invoice.»
  columns:
    - name: «invoice_id»
      description: «Number of the invoice.»
      data_tests: [unique, not_null]
`,
  },
  {
    name: 'Freshness',
    prefix: ['gl-freshness', 'freshness'],
    description: 'How old the newest row of a source or table may be.',
    frame: `sources:
  - name: erp
    config:
      §
    tables:
      - name: invoices
`,
    text: `
loaded_at_field: «_loaded_at»
freshness:
  warn_after: { count: «24», period: «hour|day|minute» }
  error_after: { count: «48», period: «hour|day|minute» }
`,
  },
]);

const READERS = group('Exposures and metrics', 'yaml', [
  {
    name: 'Exposure',
    prefix: ['gl-exposure', 'exposure'],
    description: 'Who reads models outside dbt: dashboards, notebooks, applications.',
    text: `
exposures:
  - name: «weekly_sales»
    label: «Weekly sales»
    type: «dashboard|notebook|analysis|ml|application»
    maturity: «high|medium|low»
    url: «https://bi.example.com/weekly-sales»
    description: «What management looks at on Mondays.»
    depends_on:
      - ref('«fct_orders»')
    owner:
      name: «Sales data team»
      email: «sales-data@example.com»
`,
  },
  {
    name: 'Semantic model',
    prefix: ['gl-semantic-model', 'semantic model', 'metricflow'],
    description: 'A model as MetricFlow sees it: its keys, what it is grouped by, and what is added up.',
    text: `
semantic_models:
  - name: «orders»
    description: «One row per order.»
    model: ref('«fct_orders»')
    defaults:
      agg_time_dimension: «ordered_at»
    entities:
      - name: «order»
        type: primary
        expr: «order_id»
      - name: «customer»
        type: foreign
        expr: «customer_key»
    dimensions:
      - name: «ordered_at»
        type: time
        type_params:
          time_granularity: «day|hour|week|month»
      - name: «order_status»
        type: categorical
    measures:
      - name: «order_amount»
        description: «Value of the orders, EUR.»
        agg: «sum|average|min|max|count|count_distinct|median»
      - name: «order_count»
        expr: 1
        agg: sum
`,
  },
  {
    name: 'Metric',
    prefix: ['gl-metric', 'metric', 'simple metric'],
    description: 'A measure as people ask for it.',
    text: `
metrics:
  - name: «revenue»
    label: «Revenue»
    description: «Value of all orders, EUR.»
    type: simple
    type_params:
      measure: «order_amount»
`,
  },
  {
    name: 'Ratio metric',
    prefix: ['gl-metric-ratio', 'ratio metric'],
    description:
      'One metric over another, divided after both are added up: an average of ratios would be another number.',
    text: `
metrics:
  - name: «average_order_amount»
    label: «Average order»
    description: «Revenue over the number of orders, EUR.»
    type: ratio
    type_params:
      numerator: «revenue»
      denominator: «orders»
`,
  },
  {
    name: 'Cumulative metric',
    prefix: ['gl-metric-cumulative', 'cumulative metric'],
    description: 'A measure over a window, or since the beginning of a period.',
    text: `
metrics:
  - name: «revenue_month_to_date»
    label: «Revenue, month to date»
    description: «Value of the orders since the first of the month, EUR.»
    type: cumulative
    type_params:
      measure: «order_amount»
      cumulative_type_params:
        grain_to_date: «month|week|quarter|year»
`,
  },
  {
    name: 'Derived metric',
    prefix: ['gl-metric-derived', 'derived metric'],
    description: 'A metric worked out of others, also of the same one some time before.',
    text: `
metrics:
  - name: «revenue_growth»
    label: «Growth of revenue»
    description: «Revenue against that of the month before.»
    type: derived
    type_params:
      expr: (current_revenue - previous_revenue) / nullif(previous_revenue, 0)
      metrics:
        - name: «revenue»
          alias: current_revenue
        - name: «revenue»
          alias: previous_revenue
          offset_window: «1 month»
`,
  },
  {
    name: 'Conversion metric',
    prefix: ['gl-metric-conversion', 'conversion metric'],
    description: 'How many of those who did one thing did another within a time.',
    text: `
metrics:
  - name: «visit_to_order_rate»
    label: «Visits that led to an order»
    description: «Share of visits with an order within 7 days.»
    type: conversion
    type_params:
      conversion_type_params:
        entity: «customer»
        calculation: «conversion_rate|conversions»
        base_measure: «visit_count»
        conversion_measure: «order_count»
        window: «7 days»
`,
  },
  {
    name: 'Saved query',
    prefix: ['gl-saved-query', 'saved query'],
    description: 'Metrics that are asked for together, and where their answer is written.',
    text: `
saved_queries:
  - name: «revenue_by_day»
    description: «Revenue by day and status.»
    query_params:
      metrics: [«revenue»]
      group_by:
        - "TimeDimension('metric_time', '«day»')"
        - "Dimension('«order»__«order_status»')"
    exports:
      - name: «revenue_by_day»
        config:
          export_as: «table|view»
`,
  },
  {
    name: 'Time spine',
    prefix: ['gl-time-spine', 'time spine'],
    description: 'The model of days that MetricFlow joins metrics with.',
    text: `
models:
  - name: «dim_dates»
    description: One row per day.
    time_spine:
      standard_granularity_column: «date_day»
    columns:
      - name: «date_day»
        description: The day.
        granularity: day
        data_tests: [unique, not_null]
`,
  },
]);

export const YAML_ENTRIES: readonly Snippet[] = [...PARTS, ...SOURCES, ...READERS];
