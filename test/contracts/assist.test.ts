/** What is offered at a cursor, marked `|`, in half-typed documents; and what hovers say. */

import { describe, expect, test } from 'vitest';
import { completeFrom, describeFrom } from '../../server/src/contracts/assist.ts';
import type { Schema } from '../../server/src/contracts/schemas/schema.ts';
import { SCHEMA_FILES } from '../../server/src/contracts/schemas.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { SAMPLES } from './samples.ts';

const schemaOf = (name: string): Schema => {
  const found = SCHEMA_FILES.find(one => one.name === name);
  if (!found) throw new Error(`no schema ${name}`);
  return found.schema;
};

function complete(name: string, marked: string) {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const root = parseYaml(text).documents.find(({ span }) => span.start <= offset && offset <= span.end)?.root;
  return completeFrom(schemaOf(name), text, offset, root);
}

const labels = (name: string, marked: string): readonly string[] =>
  [...complete(name, marked)].sort((a, b) => a.order - b.order).map(one => one.label);

describe('keys', () => {
  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['an empty file', 'contract', '|', ['contract'], ['name']],
    [
      'of a map, but not those that are there',
      'contract',
      'contract:\n  name: x\n  |\n  owner: y\n',
      ['version', 'sla'],
      ['name', 'owner'],
    ],
    ['half a word', 'contract', 'contract:\n  name: x\n  own|', ['owner'], []],
    ['deeper', 'contract', 'contract:\n  sla:\n    fr|\n', ['freshness_hours', 'support_hours'], ['name']],
    [
      'of an item',
      'contract',
      'contract:\n  schema:\n    - column: a\n      |\n',
      ['type', 'checks'],
      ['column', 'name'],
    ],
    ['of a new item', 'contract', 'contract:\n  schema:\n    - |\n', ['column', 'type'], []],
    [
      'of a list at the column of its key',
      'contract',
      'contract:\n  schema:\n  - column: a\n    ty|\n',
      ['type'],
      ['column'],
    ],
    [
      'of an item in an item',
      'contract',
      'contract:\n  schema:\n    - column: a\n      checks:\n        - |',
      ['type', 'params'],
      [],
    ],
    [
      'by a key beside it',
      'contract',
      'contract:\n  schema:\n    - column: a\n      checks:\n        - type: range\n          params: { | }\n',
      ['min', 'max'],
      ['values'],
    ],
    [
      'by a key below',
      'odcs-3.1',
      'servers:\n  - server: a\n    |\n    type: postgres\n',
      ['host', 'port'],
      ['account', 'topic', 'type'],
    ],
    [
      'by a key of the map around it',
      'odcs-3.1',
      'schema:\n  - name: a\n    properties:\n      - name: b\n        logicalType: string\n        logicalTypeOptions:\n          |\n',
      ['maxLength', 'pattern'],
      ['multipleOf', 'minItems'],
    ],
    [
      'of names that are free',
      'contract',
      'contract:\n  schema:\n    properties:\n      order_id:\n        |\n',
      ['type', 'not_null'],
      [],
    ],
    ['behind other documents', 'contract', 'a: 1\n---\ncontract:\n  |\n', ['name'], ['contract']],
    ['with CRLF', 'contract', 'contract:\r\n  name: x\r\n  |\r\n', ['owner'], ['name']],
    [
      'dbt',
      'dbt-properties',
      'models:\n  - name: a\n    columns:\n      - name: b\n        d|\n',
      ['data_type', 'data_tests', 'description'],
      [],
    ],
    ['in braces', 'pipeline', 'pipeline:\n  load: { strategy: merge, m|', ['merge_keys'], ['strategy']],
  ])('%s', (_, name, marked, some, none) => {
    const found = labels(name, marked);
    expect(found).toEqual(expect.arrayContaining([...some]));
    for (const label of none) expect(found).not.toContain(label);
  });

  test('what is required comes first, what is old last', () => {
    expect(labels('odcs-3.1', 'kind: DataContract\n|').slice(0, 4)).toEqual(['version', 'apiVersion', 'id', 'status']);
    const old = complete('odcs-3.1', '|').filter(one => one.isDeprecated);
    expect(old.map(one => one.label)).toEqual(['dataProduct', 'slaDefaultElement']);
  });

  test('bring what their value begins with', () => {
    const text = (marked: string, label: string) => complete('contract', marked).find(one => one.label === label)?.text;
    expect(text('contract:\n  |', 'owner')).toBe('owner: ');
    expect(text('contract:\n  |', 'sla')).toBe('sla:\n    ');
    expect(text('contract:\n  |', 'tags')).toBe('tags: []');
    expect(text('contract:\n  schema:\n    - column: a\n      |', 'checks')).toBe('checks:\n        - ');
  });

  test('replace what is typed, and say what they are', () => {
    const [owner] = complete('contract', 'contract:\n  own|').filter(one => one.label === 'owner');
    expect(owner).toMatchObject({
      kind: 'key',
      span: { start: 12, end: 15 },
      documentation: 'Team responsible for producing this data.',
    });
  });
});

describe('values', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['words', 'contract', 'contract:\n  breaking_change_policy: |', ['notify-30-days', 'version-bump', 'never-break']],
    [
      'half a word',
      'contract',
      'contract:\n  breaking_change_policy: ver|',
      ['notify-30-days', 'version-bump', 'never-break'],
    ],
    ['yes or no', 'contract', 'contract:\n  schema:\n    - column: a\n      nullable: |\n', ['true', 'false']],
    [
      'of an item',
      'contract',
      'contract:\n  schema:\n    - column: a\n      checks:\n        - type: |',
      ['not_null', 'unique', 'range', 'enum', 'regex', 'custom'],
    ],
    ['in braces', 'contract', 'contract:\n  sla: { support_hours: |', ['business-hours', '24x7']],
    [
      'by a key beside it',
      'odcs-3.1',
      'schema:\n  - name: a\n    properties:\n      - logicalType: integer\n        logicalTypeOptions: { format: |',
      ['i8', 'i16', 'i32', 'i64', 'i128', 'u8', 'u16', 'u32', 'u64', 'u128'],
    ],
    ['examples where anything goes', 'odcs-3.1', 'status: |', ['proposed', 'draft', 'active', 'deprecated', 'retired']],
    ['words that need quotes', 'odcs-3.0', 'version: |', ['"1.0.0"']],
    ['in quotes that are there', 'odcs-3.0', 'version: "|', ['1.0.0']],
    ['nothing where nothing is known', 'contract', 'contract:\n  owner: |', []],
  ])('%s', (_, name, marked, expected) => {
    expect(labels(name, marked)).toEqual(expected);
  });
});

test('nothing in comments, Jinja and block texts', () => {
  expect(labels('contract', 'contract:\n  # |')).toEqual([]);
  expect(labels('contract', "contract:\n  name: {{ var('|")).toEqual([]);
  expect(labels('contract', 'contract:\n  description: text\n    more |')).toEqual([]);
});

test('everywhere in every sample, without a fault and in time', () => {
  const started = performance.now();
  let offered = 0;
  for (const [name, text] of Object.entries(SAMPLES)) {
    const root = parseYaml(text).documents[0]?.root;
    for (let offset = 0; offset <= text.length; offset += 3) {
      offered += completeFrom(schemaOf(name), text, offset, root).length;
      if (root) describeFrom(schemaOf(name), root, offset);
    }
  }
  expect(offered).toBeGreaterThan(1_000);
  expect(performance.now() - started).toBeLessThan(20_000);
});

describe('hover', () => {
  const hover = (name: string, marked: string) => {
    const offset = marked.indexOf('|');
    const text = marked.replace('|', '');
    const root = parseYaml(text).documents[0]?.root;
    const found = root && describeFrom(schemaOf(name), root, offset);
    return found && [text.slice(found.span.start, found.span.end), found.markdown];
  };

  test('of a key, with its values', () => {
    expect(hover('contract', 'contract:\n  breaking_change_pol|icy: version-bump\n')).toEqual([
      'breaking_change_policy',
      '**breaking_change_policy**\n\nWhat must happen before a change that breaks readers.\n\nOne of `notify-30-days`, `version-bump`, `never-break`.\n\n*Data contract*',
    ]);
  });

  test('of a value, of a key whose meaning depends on another, of one nobody knows', () => {
    expect(hover('contract', 'contract:\n  owner: sa|les\n')?.[0]).toBe('sales');
    const options =
      'schema:\n  - name: a\n    properties:\n      - { name: b, logicalType: string, logicalTypeOptions: { max|Length: 3 } }\n';
    expect(hover('odcs-3.1', options)?.[1]).toContain('**maxLength** · whole number\n\nMost characters.');
    expect(hover('contract', 'contract:\n  ow|nr: sales\n')).toBeUndefined();
  });
});
