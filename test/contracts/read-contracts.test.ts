/** One contract in its five forms says the same; each form's own ways to say things are read, with their places. */

import { describe, expect, test } from 'vitest';
import { hoursOf } from '../../server/src/contracts/durations.ts';
import type { ContractColumn, PlacedContract, PlacedContractColumn } from '../../server/src/contracts/model.ts';
import { isRequired, isUnique, promisedKeys } from '../../server/src/contracts/promises.ts';
import { readContracts } from '../../server/src/contracts/read-contracts.ts';
import { readDbt } from '../../server/src/contracts/read-dbt.ts';
import { canonicalType, familiesOf } from '../../server/src/contracts/types.ts';
import { readProperties } from '../../server/src/project/properties.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const SEED = `contract:
  name: orders
  version: "1.2.0"
  owner: sales
  consumers: [finance, { name: ml, usage: churn, columns: [status] }]
  sla: { freshness_hours: 4, availability_percent: 99.9, support_hours: 24x7, retention_days: 30 }
  schema:
    - column: order_id
      type: integer
      nullable: false
      primary_key: true
    - column: status
      type: string
      nullable: false
      checks: [{ type: enum, params: { values: [open, paid] } }]
    - column: amount
      type: decimal(12, 2)
      nullable: true
      checks: [{ type: range, params: { min: 0 } }]
  breaking_change_policy: version-bump
  notification_channel: "#orders"
`;

const PROPERTIES = `contract:
  name: orders
  version: "1.2.0"
  owner: sales
  schema:
    type: object
    required: [order_id]
    properties:
      order_id: { type: integer, primary_key: true }
      status: { type: string, not_null: true, enum: [open, paid] }
      amount: { type: decimal, precision: 12, scale: 2, not_null: false, minimum: 0 }
sla:
  freshness: { max_delay_hours: 4 }
  completeness: { min_percentage: 99.9 }
  accuracy: { duplicate_tolerance: 0.01 }
consumers:
  - name: finance
`;

const ODCS = `apiVersion: v3.1.0
kind: DataContract
id: orders-contract
name: orders
version: 1.2.0
status: active
team: { name: sales }
schema:
  - name: orders
    physicalName: mart.orders
    properties:
      - name: order_id
        logicalType: integer
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: status
        logicalType: string
        quality:
          - { type: library, metric: nullValues, mustBe: 0 }
          - { type: library, metric: invalidValues, arguments: { validValues: [open, paid] }, mustBe: 0 }
      - name: amount
        logicalType: number
        physicalType: decimal(12, 2)
        logicalTypeOptions: { minimum: 0 }
slaProperties:
  - { property: frequency, value: 4, unit: h }
  - { property: retention, value: 1, unit: y }
  - { property: availability, value: 99.9% }
  - { property: endOfLife, value: "2030-01-01" }
support: [{ channel: "#orders" }]
servers:
  - { server: prod, type: snowflake, account: x, database: dwh, schema: mart }
`;

const DCS = `dataContractSpecification: 1.2.0
id: urn:orders
info: { title: orders, version: 1.2.0, owner: sales, status: active }
servers:
  production: { type: snowflake, account: x, database: dwh, schema: mart }
models:
  orders:
    type: table
    primaryKey: [order_id]
    fields:
      order_id: { $ref: '#/definitions/order_id', required: true }
      status: { type: string, required: true, enum: [open, paid] }
      amount: { type: decimal, precision: 12, scale: 2, minimum: 0 }
definitions:
  order_id: { type: integer, pii: false }
servicelevels:
  freshness: { threshold: PT4H }
  availability: { percentage: 99.9% }
  retention: { period: P1Y }
  support: { time: 24/7 }
`;

const DBT = `models:
  - name: orders
    config: { contract: { enforced: true } }
    columns:
      - name: order_id
        data_type: integer
        constraints: [{ type: primary_key }]
      - name: status
        data_type: varchar
        data_tests:
          - not_null
          - accepted_values: { arguments: { values: [open, paid] } }
      - name: amount
        data_type: decimal(12, 2)
        data_tests:
          - dbt_utils.accepted_range: { min_value: 0 }
`;

function read(text: string): PlacedContract {
  const [found] = readContracts(parseYaml(text).documents);
  if (!found) throw new Error('no contract');
  return found;
}

function readModel(text: string): PlacedContract {
  const [entry] = readProperties(parseYaml(text).documents).models;
  if (!entry) throw new Error('no model');
  return readDbt(entry);
}

const forms: readonly (readonly [string, PlacedContract])[] = [
  ['seed', read(SEED)],
  ['properties', read(PROPERTIES)],
  ['odcs', read(ODCS)],
  ['dcs', read(DCS)],
  ['dbt', readModel(DBT)],
];

describe.each(forms)('%s', (form, contract) => {
  const [object] = contract.facts.objects;
  const column = (name: string): ContractColumn => {
    const found = object?.columns.find(one => one.name === name);
    if (!found) throw new Error(`no column ${name}`);
    return found;
  };

  test('says what it promises', () => {
    expect(contract.facts.form).toBe(form);
    expect(contract.facts.name).toBe('orders');
    expect(object?.name).toBe('orders');
    expect(object?.isComplete).toBe(true);
    expect(object?.columns.map(one => one.name)).toEqual(['order_id', 'status', 'amount']);
    expect(object && promisedKeys(object)).toEqual([['order_id']]);
    expect(object?.columns.map(one => isRequired(one) === 'yes')).toEqual([true, true, false]);
    expect(object?.columns.map(one => isUnique(one, object) === 'yes')).toEqual([true, false, false]);
    expect(column('status').values).toEqual(['open', 'paid']);
    expect(column('amount').range).toEqual({ minimum: { value: 0, isExclusive: false } });
    const types = object?.columns.map(one => one.type && familiesOf(one.type, contract.facts.form, 'postgres'));
    expect(types?.[0]).toEqual(['integer']);
    expect(types?.[1]).toContain('text');
    expect(types?.[2]).toEqual(['decimal']);
    expect([column('amount').type?.precision, column('amount').type?.scale]).toEqual([12, 2]);
  });
});

test('who, which version, how fresh', () => {
  const [seed, properties, odcs, dcs] = forms.map(([, contract]) => contract.facts);
  for (const one of [seed, properties, odcs, dcs]) {
    expect(one?.version).toEqual({ raw: '1.2.0', kind: 'semver', parts: [1, 2, 0] });
    expect(one?.owner).toBe('sales');
  }
  expect(seed).toMatchObject({
    policy: 'version-bump',
    channel: '#orders',
    consumers: [
      { name: 'finance', usage: undefined, columns: [] },
      { name: 'ml', usage: 'churn', columns: ['status'] },
    ],
    sla: { freshnessHours: 4, availabilityPercent: 99.9, support: '24x7', retentionDays: 30 },
  });
  expect(properties).toMatchObject({
    consumers: [{ name: 'finance' }],
    sla: { freshnessHours: 4, completenessPercent: 99.9, duplicateTolerance: 0.01 },
  });
  expect(odcs).toMatchObject({
    formVersion: 'v3.1.0',
    id: 'orders-contract',
    status: 'active',
    channel: '#orders',
    sla: { frequencyHours: 4, retentionDays: 365, availabilityPercent: 99.9, others: { endOfLife: '2030-01-01' } },
    servers: [{ name: 'prod', type: 'snowflake', database: 'dwh', schema: 'mart' }],
  });
  expect(odcs?.objects[0]?.physicalName).toBe('mart.orders');
  expect(dcs).toMatchObject({
    formVersion: '1.2.0',
    id: 'urn:orders',
    sla: { freshnessHours: 4, availabilityPercent: 99.9, retentionDays: 365, support: '24x7' },
    servers: [{ name: 'production', type: 'snowflake', database: 'dwh' }],
  });
});

describe('places are those of the text that says it', () => {
  const marked = (text: string, placed: PlacedContractColumn | undefined, fact: string) => {
    const place = placed?.places[fact];
    return (
      place && [place.key && text.slice(place.key.start, place.key.end), text.slice(place.value.start, place.value.end)]
    );
  };
  test.each([
    ['seed', SEED, 'status', 'required', ['nullable', 'false']],
    ['seed', SEED, 'status', 'values', ['values', '[open, paid]']],
    ['seed', SEED, 'amount', 'range', ['min', '0']],
    ['properties', PROPERTIES, 'status', 'required', ['not_null', 'true']],
    ['properties', PROPERTIES, 'amount', 'range', ['minimum', '0']],
    ['odcs', ODCS, 'order_id', 'required', ['required', 'true']],
    ['odcs', ODCS, 'status', 'required', ['metric', 'nullValues']],
    ['odcs', ODCS, 'status', 'values', [undefined, '[open, paid]']],
    ['odcs', ODCS, 'amount', 'physicalType', ['physicalType', 'decimal(12, 2)']],
    ['dcs', DCS, 'order_id', 'type', ['type', 'integer']],
    ['dcs', DCS, 'status', 'values', ['enum', '[open, paid]']],
  ])('%s', (_, text, name, fact, expected) => {
    const placed = read(text).objects[0]?.columns.find(one => one.facts.name === name);
    expect(placed && text.slice(placed.nameAt.start, placed.nameAt.end)).toBe(name);
    expect(marked(text, placed, fact)).toEqual(expected);
  });

  test('dbt: the test or constraint', () => {
    const [, status, amount] = readModel(DBT).objects[0]?.columns ?? [];
    expect(marked(DBT, status, 'required')).toEqual([undefined, 'not_null']);
    expect(marked(DBT, status, 'values')).toEqual([undefined, 'accepted_values']);
    expect(marked(DBT, amount, 'type')).toEqual([undefined, 'decimal(12, 2)']);
  });

  test('of the contract itself', () => {
    const { places, nameAt } = read(SEED);
    const at = (fact: string) => SEED.slice(places[fact]?.value.start, places[fact]?.value.end);
    expect(SEED.slice(nameAt.start, nameAt.end)).toBe('orders');
    expect([at('version'), at('owner'), at('sla.freshnessHours'), at('policy')]).toEqual([
      '"1.2.0"',
      'sales',
      '4',
      'version-bump',
    ]);
  });
});

test.each([
  ['"1.10"', { raw: '1.10', kind: 'other' }],
  ['1.10', { raw: '1.10', kind: 'float' }],
  ['1.10.0', { raw: '1.10.0', kind: 'semver', parts: [1, 10, 0] }],
  ['v1.2', { raw: 'v1.2', kind: 'other' }],
  ['2024-01-01', { raw: '2024-01-01', kind: 'other' }],
  ['3', { raw: '3', kind: 'other' }],
  ['2.0.0-rc.1', { raw: '2.0.0-rc.1', kind: 'semver', parts: [2, 0, 0] }],
  ['""', undefined],
  ['"{{ version }}"', undefined],
])('version %s', (text, expected) => {
  expect(read(SEED.replace('"1.2.0"', text)).facts.version).toEqual(expected);
});

describe('what nobody can know', () => {
  test('Jinja in a value', () => {
    const { facts } = read(SEED.replace('freshness_hours: 4', 'freshness_hours: \'{{ var("h") }}\''));
    expect(facts.sla.freshnessHours).toBeUndefined();
    expect(facts.hasUnknowns).toBe(true);
    const odcs = read(ODCS.replace('required: true', "required: '{{ strict }}'")).facts.objects[0]?.columns[0];
    expect(odcs?.hasUnknowns).toBe(true);
    expect(odcs?.required).toBe('unknown');
  });

  test('a column without a name, a schema without columns', () => {
    const object = read(SEED.replace('column: status', 'column: ""')).facts.objects[0];
    expect(object?.columns.map(one => one.name)).toEqual(['order_id', 'amount']);
    expect(object?.isComplete).toBe(false);
    expect(read('contract:\n  name: x\n  schema:\n').facts.objects[0]?.isComplete).toBe(false);
  });

  test.each([
    ['a list', '- a\n'],
    ['dbt', DBT],
    ['enforced', 'contract: { enforced: true, name: x }\n'],
    ['a contract of a blockchain', 'contract: { name: Token, address: "0x1" }\n'],
    ['other contracts', 'models: [{ name: a, description: "contract: x" }]\n'],
    ['nothing', ''],
  ])('%s is no contract', (_, text) => {
    expect(readContracts(parseYaml(text).documents)).toEqual([]);
  });
});

test('odcs: deprecation, tags, nested fields, keys of several columns', () => {
  const { facts } = read(`apiVersion: v3.0.2
kind: DataContract
id: x
version: 1.0.0
status: deprecated
schema:
  - name: lines
    relationships:
      - { type: foreignKey, from: [lines.order_id], to: [orders.order_id] }
    properties:
      - { name: line, primaryKey: true, primaryKeyPosition: 2, tags: [PII] }
      - { name: order_id, primaryKey: true, primaryKeyPosition: 1, relationships: [{ to: orders.order_id }] }
      - name: address
        logicalType: object
        properties: [{ name: street, logicalType: string }]
      - name: items
        logicalType: array
        items: { logicalType: string }
        customProperties: [{ property: deprecatedSince, value: 2024-01-01 }]
      - name: score
        logicalType: integer
        logicalTypeOptions: { minimum: 0, exclusiveMinimum: true, maximum: 10 }
`);
  const [object] = facts.objects;
  expect(facts.deprecation).toBeDefined();
  expect(object?.keys).toEqual([
    { kind: 'primary', columns: ['order_id', 'line'] },
    { kind: 'foreign', columns: ['order_id'], references: ['orders.order_id'] },
    { kind: 'foreign', columns: ['order_id'], references: ['orders.order_id'] },
  ]);
  expect(object?.columns.map(one => one.columns.map(inner => inner.name))).toEqual([[], [], ['street'], ['[]'], []]);
  expect(object?.columns[0]?.pii).toBe(true);
  expect(object?.columns[3]?.deprecation?.since).toBe('2024-01-01');
  expect(object?.columns[4]?.range).toEqual({
    minimum: { value: 0, isExclusive: true },
    maximum: { value: 10, isExclusive: false },
  });
});

test('lengths of time', () => {
  expect(['4 hours', '30d', 'PT24H', 'P1Y', 'P1DT12H', '1 year', '90min', 'soon', 'P', ''].map(hoursOf)).toEqual([
    4,
    720,
    24,
    8760,
    36,
    8760,
    1.5,
    undefined,
    undefined,
    undefined,
  ]);
});

test('one spelling for all names of a type', () => {
  expect(
    ['INT', 'number', 'NUMBER(38, 0)', 'decimal(38)', 'bigint'].map(one => canonicalType(one, 'snowflake')),
  ).toEqual(Array(5).fill('number(38,0)'));
  expect(canonicalType('Character Varying (20)', 'postgres')).toBe('varchar(20)');
  expect(canonicalType('text', 'postgres')).toBe(canonicalType('string', 'postgres'));
  expect(canonicalType('INT64', 'bigquery')).toBe(canonicalType('integer', 'bigquery'));
  expect(canonicalType('numeric(12, 2)', 'postgres')).not.toBe(canonicalType('numeric(10, 2)', 'postgres'));
});

test('hostile documents are read in time', () => {
  const deep = `contract:\n  name: x\n  schema:\n    properties:\n${Array.from({ length: 200 }, (_, i) => `${' '.repeat(6 + 4 * i)}a:\n${' '.repeat(8 + 4 * i)}properties:\n`).join('')}`;
  expect(readContracts(parseYaml(deep).documents)).toHaveLength(1);
  const wide = `contract:\n  name: x\n  schema:\n${'    - {column: a, type: b}\n'.repeat(20_000)}`;
  expect(read(wide).facts.objects[0]?.columns).toHaveLength(20_000);
});
