/** Keys of nodes as readers may rely on them: what YAML declares, joined with what the text proves. */

import { describe, expect, it } from 'vitest';
import { intendedKeys } from '../../server/src/project/keys-declared.ts';
import { Projects } from '../../server/src/project/project.ts';

const ROOT = 'file:///project';

function open(files: Readonly<Record<string, string>>): Projects {
  const projects = new Projects({ dialect: 'duckdb' });
  const all = { 'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\n", ...files };
  for (const [path, text] of Object.entries(all)) projects.files.set(`${ROOT}/${path}`, text);
  projects.files.settle();
  return projects;
}

/** `order_id+line (why)`, smallest first. */
function keys(files: Readonly<Record<string, string>>, id = 'model.p.m'): readonly string[] {
  const found = open(files).models.delivery(`${ROOT} ${id}`)?.keys ?? [];
  return found.map(key => `${key.columns.join('+') || 'one row'} (${key.because})`);
}

const lines = "select order_id, line, amount from {{ source('shop', 'lines') }}";
const tested = (tests: string): string => `models:\n  - name: m\n    data_tests:\n${tests}`;

describe('declared keys', () => {
  it('are tests and constraints in every spelling', () => {
    const test = (text: string): readonly string[] => keys({ 'models/m.sql': lines, 'models/m.yml': tested(text) });
    const both = 'line+order_id';
    expect(
      test('      - dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] }'),
    ).toEqual([`${both} (test unique_combination_of_columns on order_id, line)`]);
    expect(
      test(
        '      - dbt_utils.unique_combination_of_columns:\n          arguments: { combination_of_columns: [order_id, line] }',
      ),
    ).toHaveLength(1);
    expect(
      test('      - dbt_expectations.expect_compound_columns_to_be_unique: { column_list: [order_id, line] }'),
    ).toEqual([`${both} (test expect_compound_columns_to_be_unique on order_id, line)`]);
    expect(test('      - dbt_constraints.primary_key: { column_names: [order_id, line] }')).toHaveLength(1);
    expect(test('      - unique: { column_name: "order_id || \'-\' || line" }')).toEqual([
      `${both} (test unique on order_id, line)`,
    ]);
    expect(test('      - unique: { column_name: "(select order_id)" }')).toEqual([]);
    const constraint = 'models:\n  - name: m\n    constraints: [{ type: primary_key, columns: [order_id, line] }]\n';
    expect(keys({ 'models/m.sql': lines, 'models/m.yml': constraint })).toEqual([
      `${both} (constraint primary_key on order_id, line)`,
    ]);
  });

  it('are no tests that look at some rows, only warn, or are off; those say what somebody means', () => {
    const yaml = `
models:
  - name: m
    columns:
      - name: order_id
        data_tests: [{ unique: { config: { where: "line = 1" } } }]
      - name: line
        data_tests: [{ unique: { config: { severity: warn } } }]
      - name: amount
        data_tests: [{ unique: { config: { enabled: false } } }]
`;
    const projects = open({ 'models/m.sql': lines, 'models/m.yml': yaml });
    expect(projects.models.delivery(`${ROOT} model.p.m`)?.keys).toEqual([]);
    const facts = projects.models.facts(`${ROOT} model.p.m`);
    expect(facts && intendedKeys(facts)).toEqual([['order_id'], ['line'], ['amount']]);
  });

  it('are the grain that meta states', () => {
    const yaml =
      'models:\n  - name: m\n    config: { meta: { grainline: { grain: [order_id, line], surrogate_key: amount } } }\n';
    expect(keys({ 'models/m.sql': lines, 'models/m.yml': yaml })).toEqual([
      'line+order_id (declared as its grain)',
      'amount (declared as its surrogate key)',
    ]);
  });
});

describe('a unique hash', () => {
  const yaml = 'models:\n  - name: m\n    columns: [{ name: line_key, data_tests: [unique] }]\n';

  it('makes what it is made of unique together', () => {
    const sql = `select {{ dbt_utils.generate_surrogate_key(['order_id', 'line']) }} as line_key, order_id, line from {{ source('shop', 'lines') }}`;
    expect(keys({ 'models/m.sql': sql, 'models/m.yml': yaml })).toEqual([
      'line_key (test unique on line_key)',
      'line+order_id (test unique on line_key, which is made of order_id, line)',
    ]);
  });

  it('does so through CTEs, renames and models', () => {
    const base = `
with hashed as (select md5(cast(order_id as varchar) || '-' || line) as k, * from {{ source('shop', 'lines') }} as l (order_id, line, amount))
select k, order_id as oid, line as no from hashed`;
    const sql = "select k as line_key, oid as order_id, no from {{ ref('base') }} where oid > 0";
    expect(keys({ 'models/base.sql': base, 'models/m.sql': sql, 'models/m.yml': yaml })).toContain(
      'no+order_id (test unique on line_key, which is made of order_id, no)',
    );
  });

  it('says nothing of parts that do not come out', () => {
    const sql = `select md5(order_id || '-' || line) as line_key, order_id from {{ source('shop', 'lines') }}`;
    expect(keys({ 'models/m.sql': sql, 'models/m.yml': yaml })).toEqual(['line_key (test unique on line_key)']);
  });

  it('is a key where its parts are one', () => {
    const sql = `select {{ dbt_utils.generate_surrogate_key(['order_id', 'line']) }} as k, sum(amount) as amount from {{ source('shop', 'lines') }} group by order_id, line`;
    expect(keys({ 'models/m.sql': sql })).toEqual(['k (group by)']);
  });
});

describe('columns with one value', () => {
  it('leave declared keys', () => {
    const sql = "select cast('' as text) as source_relation, id from {{ source('shop', 'orders') }}";
    const yaml = tested(
      '      - dbt_utils.unique_combination_of_columns: { combination_of_columns: [source_relation, id] }',
    );
    expect(keys({ 'models/m.sql': sql, 'models/m.yml': yaml })).toContain(
      'id (test unique_combination_of_columns on source_relation, id)',
    );
  });

  it('tell the branches of a union apart, through models', () => {
    const branch = (name: string): string =>
      `select '${name}' as shop, id, max(day) as day from {{ source('x', '${name}') }} group by id`;
    expect(
      keys({
        'models/a.sql': branch('a'),
        'models/b.sql': branch('b'),
        'models/m.sql': "select * from {{ ref('a') }} union all select * from {{ ref('b') }}",
      }),
    ).toEqual(['id+shop (group by, in each branch)']);
  });
});

describe('incremental models', () => {
  const grouped = "select day, shop, sum(amount) as amount from {{ source('shop', 'sales') }} group by day, shop";
  const loaded = (config: string): readonly string[] =>
    keys({ 'models/m.sql': `{{ config(materialized='incremental'${config}) }} ${grouped}` });

  it('keep a key that later runs replace', () => {
    expect(loaded(", unique_key=['day', 'shop']")).toEqual(['day+shop (group by)']);
    expect(loaded(", unique_key='day', incremental_strategy='delete+insert'")).toEqual(['day+shop (group by)']);
  });

  it('lose one that later runs may bring again', () => {
    expect(loaded('')).toEqual([]);
    expect(loaded(", unique_key='other'")).toEqual([]);
    expect(loaded(", unique_key=['day', 'shop'], incremental_strategy='append'")).toEqual([]);
  });
});
