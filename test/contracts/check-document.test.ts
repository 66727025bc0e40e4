import { describe, expect, test } from 'vitest';
import { checkDocument } from '../../server/src/contracts/check-document.ts';
import { knownDocuments } from '../../server/src/contracts/documents.ts';
import type { SchemaFinding } from '../../server/src/contracts/schema-findings.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const GOOD = `# Orders, as finance reads them.
contract:
  name: fct_orders
  version: "1.2.0"
  owner: sales-data
  consumers: [finance, {name: ml, usage: churn}]
  sla:
    freshness_hours: 4
    availability_percent: 99.9
    support_hours: 24x7
  schema:
    - column: order_id
      type: integer
      nullable: false
      description: One order.
      business_definition: Number on the invoice.
      pii: false
      checks:
        - type: not_null
          params: {}
        - type: unique
    - column: status
      type: string
      classification: internal
      checks:
        - {type: enum, params: {values: [open, paid]}}
        - {type: regex, params: {pattern: '^[a-z]+$'}}
    - column: amount
      type: decimal(12, 2)
      x-source: erp
      checks:
        - {type: range, params: {min: 0, max: 1000000}}
        - {type: custom, params: {sql: 'amount = net + tax'}}
  breaking_change_policy: notify-30-days
  notification_channel: "#orders"
`;

/** Every line of an empty form. */
const EMPTY = `contract:
  name: ""
  version: ""
  owner: ""
  consumers: []
  sla:
    freshness_hours: 0
    availability_percent: 99.9
    support_hours: ""
  schema:
    - column: ""
      type: ""
      nullable: false
      description: ""
      business_definition: ""
      pii: false
      checks:
        - type: ""
          params: {}
  breaking_change_policy: ""
  notification_channel: ""
`;

const BY_PROPERTIES = `contract:
  name: orders_data_contract
  version: "1.0.0"
  owner: data-team@company.com
  schema:
    type: object
    properties:
      order_id: {type: string, format: uuid, description: Order}
      total_amount: {type: decimal, precision: 10, scale: 2, minimum: 0}
      status: {type: string, not_null: true, enum: [pending, shipped]}
sla:
  freshness: {max_delay_hours: 1}
  completeness: {min_percentage: 99.9}
  accuracy: {duplicate_tolerance: 0.01}
consumers:
  - name: analytics
    usage: Reports
`;

function checkContract(text: string, name = 'orders.contract.yml'): readonly SchemaFinding[] {
  return knownDocuments(parseYaml(text).documents, { name }).flatMap(checkDocument);
}

/** Each finding as the text it marks, its message, and what would stand there instead. */
function check(text: string): readonly (readonly [string, string, string?])[] {
  return checkContract(text).map(({ message, span, replacement }) => {
    const marked = text.slice(span.start, span.end);
    return replacement === undefined ? [marked, message] : [marked, message, replacement];
  });
}

const change = (from: string, to: string) => {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
};

test.each([
  ['a full contract', GOOD],
  ['an empty form: unfinished, not wrong', EMPTY],
  ['columns by name, promises beside the contract', BY_PROPERTIES],
  ['several contracts in a file', `${GOOD}---\n${BY_PROPERTIES}`],
  ['half-typed values', 'contract:\n  name: x\n  version: "1"\n  owner:\n  schema:\n  sla:\n'],
  ['values only dbt knows', change('freshness_hours: 4', "freshness_hours: {{ var('hours') }}")],
  ['a version with Jinja', change('"1.2.0"', '"{{ version }}"')],
  ['CRLF', GOOD.replaceAll('\n', '\r\n')],
])('%s has nothing wrong', (_, text) => {
  expect(check(text)).toEqual([]);
});

describe('every place that does not fit, at its key or value', () => {
  test.each<[string, string, readonly (readonly [string, string, string?])[]]>([
    ['nullable: false', 'nullable: perhaps', [['perhaps', "'nullable' must be true or false, not 'perhaps'."]]],
    ['freshness_hours: 4', 'freshness_hours: -1', [['-1', "'freshness_hours' must be at least 0, not '-1'."]]],
    ['99.9', '"99.9"', [['"99.9"', "'availability_percent' must be a number, not '99.9'.", '99.9']]],
    ['99.9', '101', [['101', "'availability_percent' must be at most 100, not '101'."]]],
    [
      'support_hours: 24x7',
      "support_hours: '24/7'",
      [["'24/7'", "'24/7' is not one of business-hours, 24x7; did you mean '24x7'?", "'24x7'"]],
    ],
    [
      'notify-30-days',
      '"never-brake"',
      [
        [
          '"never-brake"',
          "'never-brake' is not one of notify-30-days, version-bump, never-break; did you mean 'never-break'?",
          '"never-break"',
        ],
      ],
    ],
    [
      'type: unique',
      'type: sometimes',
      [['sometimes', "'sometimes' is not one of not_null, unique, range, enum, regex, custom."]],
    ],
    ['owner:', 'ownr:', [['ownr', "'ownr' is no key here; did you mean 'owner'?", 'owner']]],
    ['- column: status', '- name: status', [['name', "'name' is no key here; did you mean 'column'?", 'column']]],
    ['params: {min: 0', 'params: {minn: 0', [['minn', "'minn' is no key here; did you mean 'min'?", 'min']]],
    ['  version: "1.2.0"\n', '', [['contract', "'version' is missing in 'contract'."]]],
    ['      type: integer\n', '', [['column', "An entry of 'schema' needs 'type'."]]],
    ['[finance, {name: ml, usage: churn}]', 'finance', [['finance', "'consumers' must be a list, not 'finance'."]]],
    ['{name: ml, usage: churn}', '{usage: churn}', [['usage', "An entry of 'consumers' needs 'name'."]]],
    ['name: fct_orders', 'name: [fct_orders]', [['name', "'name' must be text."]]],
    ['"1.2.0"', '1.10', [['1.10', 'The version needs quotes: YAML reads 1.10 as the number 1.1.', '"1.10"']]],
  ])('%j to %j', (from, to, expected) => {
    expect(check(change(from, to))).toEqual(expected);
  });

  test('all of them, in order', () => {
    const text = change('freshness_hours: 4', 'freshness_hours: soon').replaceAll('pii: false', 'pii: sometimes');
    expect(check(text).map(([marked]) => marked)).toEqual(['soon', 'sometimes']);
  });

  test('a replacement makes it right', () => {
    const text = change('breaking_change_policy', 'breaking_changes_policy');
    const [finding] = checkContract(text);
    expect(finding?.replacement).toBe('breaking_change_policy');
    const fixed = text.slice(0, finding!.span.start) + finding!.replacement + text.slice(finding!.span.end);
    expect(fixed).toBe(GOOD);
  });

  test('only the broken document of several', () => {
    const text = `${GOOD}---\n${GOOD.replace('pii: false', 'pii: 3')}`;
    const findings = checkContract(text);
    expect(findings.map(f => f.span.start)).toEqual([text.lastIndexOf('pii: 3') + 5]);
  });

  test('a thousand errors are cut, a key named __proto__ is one of them', () => {
    const text = `contract:\n  name: x\n  version: a\n  __proto__: 1\n  schema:\n${'    - {column: 1, type: 2}\n'.repeat(1_000)}`;
    const findings = check(text);
    expect(findings[0]?.[0]).toBe('__proto__');
    expect(findings.length).toBe(200);
  });
});

describe('what is a contract', () => {
  const kind = (text: string, name = 'models/schema.yml') =>
    knownDocuments(parseYaml(text).documents, { name })[0]?.kind;

  test.each([
    [GOOD, 'anything.yml', 'contract'],
    [`a: 1\n---\n${GOOD}`, 'anything.yml', 'contract'],
    ['name: x\n', 'orders.contract.yaml', 'contract'],
    ['contract:\n', 'file:///w/contracts/orders.yml', 'contract'],
    ['contract:\n', 'orders.yml', undefined],
    // Models about contracts, dbt's own key, and prose.
    ['version: 2\nmodels: [{name: a}]\n', 'models/contracts/schema.yml', undefined],
    ['contract: {enforced: true, name: x}\n', 'schema.yml', undefined],
    ['contract: text\n', 'schema.yml', undefined],
    ['apiVersion: v3.0.2\nkind: DataContract\nid: x\n', 'orders.odcs.yaml', 'odcs'],
    ['dataContractSpecification: 1.2.0\n', 'datacontract.yaml', 'data-contract-specification'],
    ['', 'schema.yml', undefined],
  ])('%j in %s', (text, name, expected) => {
    expect(kind(text, name)).toBe(expected);
  });

  test('a file that is a contract by its name alone says what it lacks', () => {
    expect(check('name: x\n')).toEqual([['name', "'contract' is missing."]]);
    expect(check('contrat: {name: x}\n')).toEqual([
      ['contrat', "'contrat' is no key here; did you mean 'contract'?", 'contract'],
    ]);
    expect(check('')).toEqual([]);
  });
});
