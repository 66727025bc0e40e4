import { describe, expect, test } from 'vitest';
import type { PlacedTest } from '../../server/src/project/facts.ts';
import { readProperties } from '../../server/src/project/properties.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const read = (text: string) => readProperties(parseYaml(text).documents);

function testsOf(yaml: string): readonly PlacedTest[] {
  return read(`models:\n  - name: m\n    columns:\n      - name: c\n${yaml}`).models[0]!.columns[0]!.tests;
}

describe('tests in every spelling', () => {
  test('a name, a map, both keys', () => {
    const tests = testsOf(`        tests:
          - unique
          - accepted_values:
              values: ['a', 'b']
        data_tests:
          - dbt_utils.accepted_range: {min_value: 0, severity: warn}
`);
    expect(tests.map(t => [t.key, t.facts])).toEqual([
      ['tests', { name: 'unique', arguments: {}, config: {} }],
      ['tests', { name: 'accepted_values', arguments: { values: ['a', 'b'] }, config: {} }],
      ['data_tests', { name: 'dbt_utils.accepted_range', arguments: { min_value: 0 }, config: { severity: 'warn' } }],
    ]);
  });

  test('arguments: and config:', () => {
    const [one] = testsOf(`        data_tests:
          - relationships:
              name: known_customer
              arguments:
                to: ref('customers')
                field: id
              config:
                where: id is not null
                severity: error
`);
    expect(one?.facts).toEqual({
      name: 'relationships',
      arguments: { to: "ref('customers')", field: 'id' },
      config: { name: 'known_customer', where: 'id is not null', severity: 'error' },
    });
  });

  test('test_name form, with and without a name', () => {
    const tests = testsOf(`        data_tests:
          - name: my_test
            test_name: accepted_values
            values: [x]
            config: {where: 'a = 1'}
          - test_name: unique
`);
    expect(tests.map(t => t.facts)).toEqual([
      { name: 'accepted_values', arguments: { values: ['x'] }, config: { name: 'my_test', where: 'a = 1' } },
      { name: 'unique', arguments: {}, config: {} },
    ]);
  });

  test('config beside the test instead of below it', () => {
    const [one] = testsOf('        tests:\n          - unique:\n            config: {severity: warn}\n');
    expect(one?.facts).toEqual({ name: 'unique', arguments: {}, config: { severity: 'warn' } });
  });

  test('an argument that is a map stays one; half-typed tests are left out', () => {
    const tests = testsOf(
      '        tests:\n          - x.y: {config: 1, arguments: {a: {b: c}}}\n          -\n          - []\n',
    );
    expect(tests.map(t => t.facts)).toEqual([{ name: 'x.y', arguments: { config: 1, a: { b: 'c' } }, config: {} }]);
  });

  test('places', () => {
    const text = 'models:\n  - name: "m"\n    tests:\n      - a.b:\n          arguments: {cols: [x, y]}\n';
    const model = read(text).models[0]!;
    const [one] = model.tests;
    const at = (span: { start: number; end: number } | undefined) => text.slice(span?.start, span?.end);
    expect(at(model.nameAt)).toBe('m');
    expect(at(model.at)).toBe(text.slice(text.indexOf('name'), -1));
    expect(at(one?.nameAt)).toBe('a.b');
    expect(at(one?.at)).toBe('a.b:\n          arguments: {cols: [x, y]}');
    expect(at(one?.argumentsAt['cols'])).toBe('[x, y]');
  });
});

describe('models', () => {
  const text = `version: 2
models:
  - name: dim_customers
    description: Customers
    access: public
    group: finance
    tags: [nightly]
    latest_version: 2
    meta: {owner: a, grainline: {kind: fact}}
    config:
      materialized: table
      contract: {enforced: true}
      meta:
        owner: b
        grainline:
          kind: dimension
          scd: 2
    constraints:
      - type: primary_key
        columns: [id, valid_from]
      - {type: foreign_key, columns: [x], to: ref('y'), to_columns: [z]}
    versions:
      - v: 1
      - v: 2
        columns: [{include: all}]
    columns:
      - name: id
        data_type: integer
        quote: true
        description: Key
        config: {meta: {pii: true}}
        constraints: [{type: NOT_NULL}, {type: check, expression: id > 0}]
      - na
      - name:
`;
  const model = read(text).models[0]!;
  const at = (span: { start: number; end: number } | undefined) => text.slice(span?.start, span?.end);

  test('facts', () => {
    expect(model.facts).toMatchObject({
      kind: 'model',
      name: 'dim_customers',
      description: 'Customers',
      access: 'public',
      contractEnforced: true,
      latestVersion: '2',
      versions: [{ v: 1 }, { v: 2, columns: [{ include: 'all' }] }],
      config: { materialized: 'table', tags: ['nightly'], group: 'finance' },
      meta: { owner: 'b', grainline: { kind: 'dimension', scd: 2 } },
      constraints: [
        { type: 'primary_key', columns: ['id', 'valid_from'] },
        { type: 'foreign_key', columns: ['x'], expression: "ref('y') (z)" },
      ],
    });
    expect(model.facts.columns).toEqual([
      {
        name: 'id',
        description: 'Key',
        dataType: 'integer',
        tests: [],
        constraints: [
          { type: 'not_null', columns: ['id'] },
          { type: 'check', columns: ['id'], expression: 'id > 0' },
        ],
        meta: { pii: true },
        quote: true,
      },
    ]);
  });

  test('places of configuration', () => {
    expect(at(model.configAt['materialized']?.key)).toBe('materialized');
    expect(at(model.configAt['materialized']?.value)).toBe('table');
    expect(at(model.configAt['meta.grainline.scd']?.value)).toBe('2');
    expect(at(model.configAt['meta.grainline.kind']?.value)).toBe('dimension');
    expect(at(model.keysAt['latest_version'])).toBe('2');
    expect(at(model.columns[0]?.dataTypeAt)).toBe('integer');
  });
});

test('sources with tables', () => {
  const file = read(`sources:
  - name: crm
    database: raw
    loader: fivetran
    freshness: {warn_after: {count: 1, period: day}}
    tables:
      - name: accounts
        identifier: acc_v2
        loaded_at_field: synced_at
        columns: [{name: id, tests: [unique]}]
      - identifier: nameless
`);
  expect(file.sources[0]).toMatchObject({
    name: 'crm',
    other: { database: 'raw', loader: 'fivetran', freshness: { warn_after: { count: 1, period: 'day' } } },
  });
  expect(file.sources[0]?.tables.map(t => t.facts)).toMatchObject([
    {
      kind: 'source',
      source: 'crm',
      name: 'accounts',
      other: { identifier: 'acc_v2', loaded_at_field: 'synced_at' },
      columns: [{ name: 'id', tests: [{ name: 'unique' }] }],
    },
  ]);
  expect(file.problems.map(p => p.message)).toEqual(["An entry of 'tables' needs a 'name'."]);
});

test('snapshots, seeds, macros, exposures, unit tests and what else there is', () => {
  const text = `snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {unique_key: [id, line], strategy: timestamp, updated_at: updated_at}
seeds: [{name: countries, config: {column_types: {code: varchar}}}]
macros:
  - name: cents
    arguments: [{name: x, type: integer}, {name: y}]
exposures:
  - name: weekly
    type: dashboard
    depends_on: ["ref('orders')", "source('a', 'b')"]
unit_tests: [{name: t, model: orders, given: [], expect: {rows: []}}]
semantic_models: [{name: s}]
`;
  const file = read(text);
  expect(file.snapshots[0]?.facts).toMatchObject({
    kind: 'snapshot',
    config: { unique_key: ['id', 'line'], strategy: 'timestamp' },
    other: { relation: "source('shop', 'orders')" },
  });
  expect(file.seeds[0]?.facts.config).toEqual({ column_types: { code: 'varchar' } });
  expect(file.macros[0]).toMatchObject({ name: 'cents', arguments: [{ name: 'x', type: 'integer' }, { name: 'y' }] });
  expect(file.exposures[0]?.dependsOn.map(d => [d.text, text.slice(d.at.start, d.at.end)])).toEqual([
    ["ref('orders')", "ref('orders')"],
    ["source('a', 'b')", "source('a', 'b')"],
  ]);
  expect(file.unitTests[0]).toMatchObject({ name: 't', model: 'orders' });
  expect(file.other).toEqual({ semantic_models: [{ name: 's' }] });
});

test.each([
  ['models: 3\n', "'models' must be a list: each entry starts with '- name:'."],
  ['models:\n  - description: x\n', "An entry of 'models' needs a 'name'."],
  ['models:\n  - na\n', "An entry of 'models' needs a 'name'."],
])('%j', (text, message) => {
  expect(read(text).problems.map(p => p.message)).toEqual([message]);
});

test('nothing to say about files that hold something else', () => {
  for (const text of ['', 'models:\n', '- a\n', 'x', 'models:\n  -\n']) {
    const file = read(text);
    expect(file.models).toEqual([]);
    expect(file.problems).toEqual([]);
  }
});
