import { describe, expect, test } from 'vitest';
import { checkDocument } from '../../server/src/contracts/check-document.ts';
import { knownDocuments } from '../../server/src/contracts/documents.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const head = (version: string): string =>
  `apiVersion: ${version}\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n`;

const column = (keys: string): string => `schema: [{ name: t, properties: [{ name: a, ${keys} }] }]\n`;

/** Severity, marked text and message of each. */
function check(text: string): readonly (readonly [string, string, string])[] {
  return knownDocuments(parseYaml(text).documents, { name: 'a.odcs.yaml' })
    .flatMap(checkDocument)
    .map(({ severity = 'error', span, message }) => [severity, text.slice(span.start, span.end), message]);
}

function fixed(text: string): string {
  const [first] = knownDocuments(parseYaml(text).documents, { name: 'a.odcs.yaml' }).flatMap(checkDocument);
  if (first?.replacement === undefined) return text;
  const { start, end } = first.replaced ?? first.span;
  return text.slice(0, start) + first.replacement + text.slice(end);
}

describe('a contract that declares 3.0 and is written as 3.1 has it', () => {
  test.each<[string, string, string]>([
    ['a logical type', column('logicalType: timestamp'), "'timestamp' is written"],
    ['the form of the team', 'team: { name: a }\n', "'team' is written"],
    [
      'limits as values',
      column("logicalType: date, logicalTypeOptions: { exclusiveMinimum: '2020-01-01' }"),
      "'exclusive",
    ],
    ['a metric', column('quality: [{ type: library, metric: rowCount, mustBe: 1 }]'), "'quality' without 'rule' is"],
    ['a server', 'servers: [{ server: a, type: impala, host: b, database: c }]\n', "'impala' is written"],
    ['support without an address', 'support: [{ channel: a }]\n', "'support' without 'url' is"],
  ])('%s: one hint at the version, whose fix is the whole change', (_, body, message) => {
    for (const version of ['v3.0.0', 'v3.0.2', '"v3.0.1"']) {
      const text = head(version) + body;
      const found = check(text);
      expect(found.map(([severity, marked]) => [severity, marked])).toEqual([['info', version]]);
      expect(found[0]?.[2]).toContain(message);
      expect(fixed(text)).toBe(head(version.replace(/v3\.0\.\d/, 'v3.1.0')) + body);
      expect(check(fixed(text))).toEqual([]);
    }
  });

  test('what neither version has stays wrong, also within what is new, and nothing is fixed by the version then', () => {
    const text = `${head('v3.0.2')}team: { members: [{ username: a, since: 1 }] }\nprices: {}\n`;
    expect(check(text).map(([severity, marked]) => [severity, marked])).toEqual([
      ['info', 'v3.0.2'],
      ['error', 'since'],
      ['error', 'prices'],
    ]);
    expect(fixed(text)).toBe(text);
  });

  test('what only 3.0 has is right in it, and wrong in 3.1', () => {
    const body = 'team: [{ role: owner }]\nprice: { note: a }\n';
    expect(check(head('v3.0.2') + body)).toEqual([]);
    expect(check(head('v3.1.0') + body).map(([, marked]) => marked)).toEqual(['role', 'note']);
  });

  test('many are not listed all', () => {
    const names = ['timestamp', 'time'];
    const body = `schema:\n  - name: t\n    properties:\n${names.map(type => `      - { name: ${type}, logicalType: ${type} }\n`).join('')}team: {}\nsupport: [{ channel: a }]\nservers: [{ server: a, type: hive, host: b, database: c }]\n`;
    expect(check(head('v3.0.2') + body)[0]?.[2]).toMatch(/^'timestamp', 'time', 'team' and 2 more are written/);
  });
});

describe('what is missing, empty or out of place', () => {
  test('all keys that are missing at a place are said once', () => {
    expect(check('apiVersion: v3.1.0\nkind: DataContract\nid: x\n')).toEqual([
      ['error', 'apiVersion', "'version' and 'status' are missing."],
    ]);
    expect(check(`${head('v3.1.0')}servers: [{ server: a, type: snowflake, account: b }]\n`)).toEqual([
      ['error', 'server', "An entry of 'servers' needs 'database' and 'schema'."],
    ]);
  });

  test('a key without a value is refused by readers of the standard', () => {
    expect(check(`${head('v3.1.0')}schema: [{ name: t, description: }]\n`)).toMatchObject([
      ['warning', 'description', expect.stringContaining('is empty')],
    ]);
  });

  test.each<[string, string, readonly (readonly [string, string])[]]>([
    ['a key of another type of server', 'type: bigquery, project: p, dataset: d, account: b', [['info', 'account']]],
    ['a key of no server', 'type: bigquery, project: p, dataset: d, colour: b', [['error', 'colour']]],
    ['a type nobody knows yet', 'type: "{{ type }}", project: p, account: b', []],
    ['any key of a custom one', 'type: custom, project: p, account: b, stream: c', []],
  ])('servers: %s', (_, keys, expected) => {
    const found = check(`${head('v3.1.0')}servers: [{ server: a, ${keys} }]\n`);
    expect(found.map(([severity, marked]) => [severity, marked])).toEqual(expected);
  });

  test.each<[string, readonly string[]]>([
    ['type: sql, query: select 1, mustBe: 0', []],
    ['type: custom, engine: soda, implementation: a', []],
    ['type: text, description: a', []],
    ['metric: rowCount, mustBe: 0', []],
    ['type: library, metric: rowCount, mustBe: 0, query: select 1', ['query']],
    ['type: sql, query: select 1, mustBe: 0, engine: soda', ['engine']],
    ['type: text, implementation: a, query: b', ['implementation', 'query']],
    ['query: select 1', ['query']],
    ['type: "{{ kind }}", query: select 1', []],
    ['type: text, description: a, mustBe: 0', []],
    ['name: a, mustBeLessThan: 3', ['mustBeLessThan']],
    ['rule: duplicateCount, mustBe: 0', []],
  ])('checks: %s', (keys, expected) => {
    expect(check(head('v3.1.0') + column(`quality: [{ ${keys} }]`)).map(([, marked]) => marked)).toEqual(expected);
  });

  test('keys of version 2: what they are now, and a fix where it is one', () => {
    const text = head('v3.0.0') + column('isNullable: false');
    expect(check(text)[0]?.[2]).toContain("It is 'required' now, the other way round");
    expect(fixed(text)).toBe(head('v3.0.0') + column('required: true'));
    const both = head('v3.0.0') + column('required: true, isNullable: true');
    expect(check(both).map(([, marked]) => marked)).toEqual(['isNullable']);
    expect(fixed(both)).toBe(both);
  });

  test.each<[string, readonly string[]]>([
    ['logicalType: object, properties: [{ name: b }]', []],
    ['logicalType: array, items: { logicalType: string, properties: [{ name: b }] }', []],
    ['items: { name: b }, properties: [{ name: b }]', []],
    ['logicalType: "{{ type }}", properties: [{ name: b }]', []],
    ['logicalType: array, properties: [{ name: b }]', ['properties']],
    ['logicalType: string, items: { name: b }', ['items']],
    ['logicalType: array, items: { logicalType: string, items: { name: b } }', ['items']],
  ])('parts of a column: %s', (keys, expected) => {
    for (const version of ['v3.0.2', 'v3.1.0'])
      expect(check(head(version) + column(keys)).map(([, marked]) => marked)).toEqual(expected);
  });

  test('in 3.0 too, a query or an engine without a type is none', () => {
    expect(check(head('v3.0.2') + column('quality: [{ query: select 1 }, { rule: a, engine: b }]'))).toEqual([
      ['error', 'query', "'query' needs 'type' beside it."],
      ['error', 'engine', "'engine' needs 'type' beside it."],
    ]);
  });

  test('a word that is left out where one of some is asked for', () => {
    expect(check(head('v3.1.0') + column('logicalType: '))).toMatchObject([
      ['warning', 'logicalType', expect.anything()],
    ]);
  });

  test('keys of other contracts', () => {
    const text = head('v3.1.0') + column('logicalType: string, nullable: true');
    expect(check(text)[0]?.[2]).toBe(
      "'nullable' is no key of this standard: its readers do not see the promise. It is 'required' here, the other way round.",
    );
    expect(fixed(text)).toBe(head('v3.1.0') + column('logicalType: string, required: false'));
    expect(check(`${head('v3.1.0')}nullable: true\n`)[0]?.[2]).toBe("'nullable' is no key here.");
  });

  test('a template is one thing to say', () => {
    const text = `${head('v3.1.0')}domain:\ntenant:\nname:\nschema: [{ name: , properties: [{ name: a, logicalType: }] }]\n`;
    expect(check(text)).toEqual([
      [
        'info',
        'domain',
        "'domain' and 4 more keys are empty: tools that read this standard refuse the contract until they are filled in or removed.",
      ],
    ]);
  });

  test('files of a storage container', () => {
    const attribute = `${head('v3.1.0')}schema: [{ name: t, logicalType: blob, properties: [{ name: size, quality: [{ mustBeLessThan: 9 }] }] }]\n`;
    expect(check(attribute)).toEqual([]);
    expect(check(`${head('v3.1.0')}schema: [{ name: t, logicalType: blob }]\n`)).toEqual([]);
    expect(check(`${head('v3.1.0')}schema: [{ name: t, logicalType: blub }]\n`)).toHaveLength(1);
  });
});
