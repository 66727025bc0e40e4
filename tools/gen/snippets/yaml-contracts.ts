/** Contracts and what is part of them, and the files of a project, as far as no generator writes them. */

import { group, type Snippet } from './snippet.ts';

const CONTRACT = (column: string): string => `contract:
  name: web_orders
  version: "1.0.0"
  owner: sales
  description: One row per order.
  consumers: [finance]
  sla:
    freshness_hours: 24
  schema:
${column}
  breaking_change_policy: version-bump
  notification_channel: "#data"
`;
const COLUMN = CONTRACT('    §');
const CHECK = CONTRACT(`    - column: order_status
      type: varchar
      nullable: false
      description: Where the order stands.
      checks:
        §`);

const CONTRACTS = group('Contracts', 'yaml', [
  {
    name: 'Data contract',
    prefix: ['gl-contract', 'data contract'],
    description: 'What a data set promises to those who read it.',
    path: 'contracts/orders.contract.yml',
    text: `
contract:
  name: «fct_orders»
  version: "«1.0.0»"
  owner: «team-that-produces-it»
  consumers: [«team-that-reads-it»]
  sla:
    freshness_hours: «24»
    availability_percent: «99.9»
    support_hours: «business-hours|24x7»

  schema:
    - column: «order_id»
      type: «integer|varchar|decimal|boolean|date|timestamp»
      nullable: «false|true»
      description: «Number of the order.»
      business_definition: «One purchase, as the shop counts it.»
      pii: «false|true»
      checks:
        - type: not_null
          params: {}
        - type: unique
          params: {}«»

  breaking_change_policy: «notify-30-days|version-bump|never-break»
  notification_channel: "«#data»"
`,
  },
  {
    name: 'Contract column',
    prefix: ['gl-contract-column', 'contract column'],
    description: 'A column of a data contract.',
    path: 'contracts/orders.contract.yml',
    frame: COLUMN,
    text: `
- column: «order_status»
  type: «varchar|integer|decimal|boolean|date|timestamp»
  nullable: «false|true»
  description: «Where the order stands.»
  business_definition: «The last milestone that the order passed.»
  pii: «false|true»
  checks: []
`,
  },
  {
    name: 'Contract check',
    prefix: ['gl-contract-check', 'contract check'],
    description: 'A check without parameters on a column of a data contract.',
    path: 'contracts/orders.contract.yml',
    frame: CHECK,
    text: `
- type: «not_null|unique»
  params: {}
`,
  },
  {
    name: 'Contract check: values',
    prefix: ['gl-contract-check-enum', 'contract check, values'],
    description: 'A column holds only these values.',
    path: 'contracts/orders.contract.yml',
    frame: CHECK,
    text: `
- type: enum
  params:
    values: [«placed, shipped, delivered»]
`,
  },
  {
    name: 'Contract check: range',
    prefix: ['gl-contract-check-range', 'contract check, range'],
    description: 'A column lies between two numbers, both included.',
    path: 'contracts/orders.contract.yml',
    frame: CHECK,
    text: `
- type: range
  params: { min: «0», max: «1000000» }
`,
  },
  {
    name: 'Contract check: pattern',
    prefix: ['gl-contract-check-regex', 'contract check, pattern'],
    description: 'A column fits a regular expression.',
    path: 'contracts/orders.contract.yml',
    frame: CHECK,
    text: `
- type: regex
  params: { pattern: "«^[A-Z]{2}$»" }
`,
  },
  {
    name: 'Column of the Open Data Contract Standard',
    prefix: ['gl-odcs-property', 'odcs property'],
    description: 'A column of a contract in the form of the Open Data Contract Standard, with a check of its values.',
    path: 'contracts/orders.odcs.yaml',
    frame: `apiVersion: v3.1.0
kind: DataContract
id: web_orders
name: web_orders
version: "1.0.0"
status: active
description: { purpose: One row per order. }
team: { name: sales }
support:
  - channel: "#data"
slaProperties:
  - { property: freshness, value: 24, unit: h }
  - { property: availability, value: 99.9, unit: percent }
schema:
  - name: web_orders
    description: One row per order.
    properties:
      §
`,
    text: `
- name: «order_status»
  logicalType: «string|integer|number|boolean|date|timestamp»
  physicalType: «varchar»
  required: «true|false»
  description: «Where the order stands.»
  quality:
    - type: library
      metric: invalidValues
      arguments:
        validValues: [«placed, shipped, delivered»]
      mustBe: 0
`,
  },
  {
    name: 'Field of the Data Contract Specification',
    prefix: ['gl-dcs-field', 'data contract field'],
    description: 'A column of a contract in the form of the Data Contract Specification.',
    path: 'contracts/orders.datacontract.yaml',
    frame: `dataContractSpecification: "1.2.0"
id: web_orders
info:
  title: Web orders
  version: "1.0.0"
  owner: sales
  description: One row per order.
models:
  web_orders:
    description: One row per order.
    fields:
      §
servicelevels:
  freshness: { description: Age of the newest row., threshold: 24h }
  availability: { description: Share of the time., percentage: 99.9% }
`,
    text: `
«order_status»:
  type: «string|integer|decimal|boolean|date|timestamp_ntz»
  required: «true|false»
  enum: [«placed, shipped, delivered»]
  description: «Where the order stands.»
`,
  },
  {
    name: 'Freshness contracts',
    prefix: ['gl-contract-freshness', 'freshness contracts'],
    description: 'How old tables may be, and where it is told when they are older.',
    path: 'contracts/freshness.yml',
    text: `
freshness_contracts:
  - table: «fct_orders»
    max_staleness_hours: «24»
    loaded_at_field: «_loaded_at»
    alert_channel: "«#data-alerts»"
`,
  },
]);

const PROJECT = group('Project', 'yaml', [
  {
    name: 'Settings of a rule',
    prefix: ['gl-rule', 'grainline rule'],
    description: 'How bad the findings of a rule are, or that there are none.',
    path: 'grainline.yml',
    frame: 'rules:\n  §\n',
    text: '«select-star»: «error|warning|info|off»',
  },
  {
    name: 'Other settings for some files',
    prefix: ['gl-overrides', 'grainline overrides'],
    description: 'Settings that hold for some files only.',
    path: 'grainline.yml',
    text: `
overrides:
  - files: [«models/legacy/**»]
    rules:
      «select-star»: «off|info|warning|error»
`,
  },
  {
    name: 'packages.yml',
    prefix: ['gl-packages', 'packages.yml'],
    description: 'The packages of a project, each held to versions that fit.',
    path: 'packages.yml',
    text: `
packages:
  - package: «dbt-labs/dbt_utils»
    version: ["«>=1.3.0»", "«<2.0.0»"]
`,
  },
  {
    name: 'selectors.yml',
    prefix: ['gl-selectors', 'selectors.yml'],
    description: 'A choice of models with a name, for dbt build --selector.',
    path: 'selectors.yml',
    text: `
selectors:
  - name: «nightly»
    description: «What runs every night.»
    definition:
      union:
        - method: tag
          value: «nightly»
          children: «true|false»
`,
  },
]);

export const YAML_CONTRACTS: readonly Snippet[] = [...CONTRACTS, ...PROJECT];
