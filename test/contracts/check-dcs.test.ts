import { expect, test } from 'vitest';
import { checkDocument } from '../../server/src/contracts/check-document.ts';
import { knownDocuments } from '../../server/src/contracts/documents.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const HEAD = 'dataContractSpecification: 1.2.1\nid: x\ninfo: { title: a, version: 1.0.0 }\n';

function check(body: string): readonly (readonly [string, string, string?])[] {
  const text = HEAD + body;
  return knownDocuments(parseYaml(text).documents, { name: 'datacontract.yaml' })
    .flatMap(checkDocument)
    .map(({ severity = 'error', span, replacement }) => {
      const marked = text.slice(span.start, span.end);
      return replacement === undefined ? [severity, marked] : [severity, marked, replacement];
    });
}

test.each<[string, readonly (readonly [string, string, string?])[]]>([
  ['type: integer, primaryKey: true', []],
  ['type: "{{ type }}", required: "{{ required }}"', []],
  // Types of a warehouse are read by the tools of that warehouse.
  ['type: tinyint', [['info', 'tinyint']]],
  ['type: array<string>', [['info', 'array<string>']]],
  ['type: "decimal(10, 2)"', [['info', '"decimal(10, 2)"']]],
  ['type: strin', [['error', 'strin', 'string']]],
  ['type: record, fields: { b: { type: tinyint } }', [['info', 'tinyint']]],
  [
    'type: integer, primaryKey: 1, required: 0',
    [
      ['info', '1', 'true'],
      ['info', '0', 'false'],
    ],
  ],
  ['type: integer, primaryKey: 2', [['error', '2']]],
  ['type: integer, precision: true', [['error', 'true']]],
  ['type: ', [['info', 'type']]],
  ['type: integer, description: ', [['info', 'description']]],
])('a field with %s', (keys, expected) => {
  expect(check(`models: { t: { fields: { a: { ${keys} } } } }\n`)).toEqual(expected);
});

test.each<[string, readonly (readonly [string, string])[]]>([
  ['definitions: { a: { type: text } }', []],
  ['definitions: { a: { title: A } }', [['error', 'a']]],
  ['servers: { a: { type: local, path: b, format: csv, roles: [{ name: c }] } }', []],
  ['servers: { a: { type: local, path: b, format: csv, roles: [{ description: c }] } }', [['error', 'description']]],
  // A server is no column.
  ['servers: { a: { type: tinyint } }', []],
])('%s', (body, expected) => {
  expect(check(`${body}\n`)).toEqual(expected);
});
