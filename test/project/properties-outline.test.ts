import { describe, expect, it } from 'vitest';
import { readProperties } from '../../server/src/project/properties.ts';
import { outlineOf, skimProperties } from '../../server/src/project/properties-outline.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const inFull = (text: string) => outlineOf(readProperties(parseYaml(text).documents));

/** Written so that names can be told from the lines alone. */
const COMMON: { readonly [name: string]: string } = {
  'models with all that stands below them': `
version: 2

models:
  - name: orders   # one row for each
    description: |
      Text of its own:
      models:
        - name: not_a_model
      "
    columns:
      - name: order_id
        data_tests: [unique, not_null]
      # - name: gone
      - name: status
        data_tests:
          - accepted_values:
              values: ['placed',
                'shipped']
  - config: {materialized: table}
    name: "line items"

  - name: 'customers'
    description: "over
      two lines"
`,
  'lists at the column of their key': `models:
- name: a
  columns:
  - name: id
    tests:
    - unique
- name: b
sources:
- name: crm
  tables:
  - name: accounts
    columns:
    - name: id
  - name: people
- name: shop
`,
  'sources, seeds, snapshots and what stands beside them': `---
sources:
  - name: crm
    schema: raw
    freshness:
      warn_after: {count: 12, period: hour}
    tables:
      - name: accounts
        identifier: ACC
      -   name: people
          columns:
            - name: mail
    loaded_at_field: at
  - tables:
      - description: first
        name: orders
    name: shop
  - name: empty
    tables:
seeds:
  - name: countries
snapshots:
  - name: prices_snapshot
    relation: source('shop', 'prices')
  - name: orders_snapshot
exposures:
  - name: board
    depends_on:
      - ref('orders')
semantic_models:
    - name: orders
      model: ref('orders')
`,
  'an empty file': '',
  'comments alone': '# models:\n#  - name: a\n',
  'lines that end in CRLF':
    'version: 2\r\n\r\nmodels:\r\n  - name: a\r\n    columns:\r\n      - name: id\r\n  - name: b\r\n',
  'sections without entries': 'models:\n\nsources: # none yet\nseeds:\n  - name: a\n',
};

/** Written so that they are to be read in full. */
const OTHERS: { readonly [name: string]: string } = {
  versions: 'models:\n  - name: a\n    versions: [{v: 1}]\n',
  brackets: 'models: [{name: a}]\n',
  'an anchor': 'models:\n  - &a\n    name: a\n',
  'a merge': 'models:\n  - <<: *base\n    name: a\n',
  'a name that is no text': 'models:\n  - name: null\n  - name: 12\n',
  'a name over lines': 'models:\n  - name:\n      a\n  - name: b\n    c\n',
  'a name written twice': 'models:\n  - name: a\n    name: b\n',
  'an entry without a name': 'models:\n  - description: none\n',
  Jinja: '{% if target.name %}\nmodels:\n  - name: a\n',
  'two documents': 'models:\n  - name: a\n---\nmodels:\n  - name: b\n',
  'a map of models': 'models:\n  orders:\n    name: a\n',
  'indentation that fits nothing': 'models:\n    - name: a\n  - name: b\n',
  tabs: 'models:\n\t- name: a\n',
  'a quoted key': 'models:\n  - "name": a\n',
};

describe('the names a properties file declares', () => {
  for (const [name, text] of Object.entries(COMMON)) {
    it(`are told from the lines: ${name}`, () => {
      expect(skimProperties(text)).toEqual(inFull(text));
    });
  }

  for (const [name, text] of Object.entries(OTHERS)) {
    it(`are left to the whole reading: ${name}`, () => {
      expect(skimProperties(text)).toBeUndefined();
    });
  }

  it('are the same wherever a sound file ends', () => {
    let told = 0;
    for (const text of Object.values(COMMON)) {
      const lines = text.split(/(?<=\n)/);
      for (let count = 0; count <= lines.length; count++) {
        const start = lines.slice(0, count).join('');
        const skimmed = skimProperties(start);
        if (skimmed === undefined || parseYaml(start).problems.length > 0) continue;
        told++;
        expect(skimmed, start).toEqual(inFull(start));
      }
    }
    expect(told).toBeGreaterThan(60);
  });
});
