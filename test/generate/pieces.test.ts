import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { entityOf, freeName, joinPath, singular, snakeCase } from '../../server/src/generate/naming.ts';
import { identifier, inKeywordCase, relationCall } from '../../server/src/generate/sql-style.ts';
import type { YamlValue } from '../../server/src/generate/yaml-writer.ts';
import { writeYaml } from '../../server/src/generate/yaml-writer.ts';

describe('names', () => {
  it.each([
    ['stg_crm__membership_changes', 'membership'],
    ['snp_products_daily', 'products'],
    ['raw_erp_orders', 'erp_orders'],
    ['base_shop__OrderLines', 'order_lines'],
    ['customers', 'customers'],
    ['stg_audit__log', 'log'],
    ['history', 'history'],
    ['', ''],
  ])('entity of %s', (name, entity) => expect(entityOf(name)).toBe(entity));

  it.each([
    ['categories', 'category'],
    ['addresses', 'address'],
    ['boxes', 'box'],
    ['warehouses', 'warehouse'],
    ['order_lines', 'order_line'],
    ['status', 'status'],
    ['news', 'news'],
    ['membership', 'membership'],
    ['ties', 'tie'],
  ])('one of %s', (many, one) => expect(singular(many)).toBe(one));

  it('finds a free one', () => {
    expect(freeName('row_rank', ['a'])).toBe('row_rank');
    expect(freeName('row_rank', ['ROW_RANK', 'row_rank_2'])).toBe('row_rank_3');
  });

  it('joins paths', () => {
    expect(joinPath('models/marts/', 'a.sql')).toBe('models/marts/a.sql');
    expect(joinPath('', 'a.sql')).toBe('a.sql');
  });

  it('makes snake case of anything', () => {
    expect(snakeCase('Order Lines (EU)')).toBe('order_lines_eu');
    fc.assert(fc.property(fc.string(), text => /^[a-z0-9_]*$/.test(snakeCase(text))));
  });
});

describe('identifiers', () => {
  it.each([
    ['tier_name', 'postgres', 'tier_name'],
    ['order', 'postgres', '"order"'],
    ['order', 'snowflake', '"ORDER"'],
    ['Order Id', 'snowflake', '"Order Id"'],
    ['group', 'bigquery', '`group`'],
    ['a]b', 'tsql', '[a]]b]'],
    ['x"; drop table y --', 'duckdb', '"x""; drop table y --"'],
  ] as const)('%s in %s', (name, dialect, written) => expect(identifier(name, dialect)).toBe(written));

  it('writes relations as Jinja calls', () => {
    expect(relationCall({ kind: 'snapshot', name: 'snp_a' })).toBe("{{ ref('snp_a') }}");
    expect(relationCall({ kind: 'source', source: 'erp', name: "o'clock" })).toBe("{{ source('erp', 'o\\'clock') }}");
  });
});

it('changes the case of keywords and of nothing else', () => {
  const sql = `select "and", 'or', text, lag, {{ ref('not') }} -- is null\nfrom select_list where x is not null`;
  expect(inKeywordCase(sql, 'upper', ['text', 'lag'])).toBe(
    `SELECT "and", 'or', text, lag, {{ ref('not') }} -- is null\nFROM select_list WHERE x IS NOT NULL`,
  );
  expect(inKeywordCase(sql, 'lower', [])).toBe(sql);
});

describe('YAML', () => {
  it('looks as a person would write it', () => {
    expect(
      writeYaml({
        version: 2,
        models: [
          {
            name: 'a',
            tags: ['x', 'y, z'],
            empty: [],
            none: undefined,
            tests: [{ unique: { where: 'b > 0: c' } }, 'not_null'],
          },
        ],
        pairs: [['a', 'b'], [['c']], []],
        note: 'yes',
      }),
    ).toBe(`version: 2
models:
  - name: a
    tags: [x, "y, z"]
    empty: []
    tests:
      - unique:
          where: "b > 0: c"
      - not_null
pairs:
  - [a, b]
  - - [c]
  - []
note: "yes"
`);
  });

  it('says again what it was told', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[-+.:_0-9a-fox~ #,{}[\]'"&*!|>%@`?]{0,8}$/),
      fc.constantFrom(
        'true',
        'No',
        '~',
        'null',
        '0x1f',
        '1e3',
        '.inf',
        '2024-01-31',
        '12:30',
        '- a',
        'a: b',
        'a #b',
        '---',
      ),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { value } = fc.letrec<{ value: YamlValue }>(tie => ({
      value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
    }));
    const map = fc.dictionary(fc.string(), value).filter(each => !Object.hasOwn(each, '__proto__'));
    fc.assert(
      fc.property(map, data => {
        expect(parse(writeYaml(data))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 200 },
    );
  });
});
