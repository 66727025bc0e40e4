/** Over what columns may be added up, and what they are for: declared, or shown by the SQL, through CTEs and models. */

import { describe, expect, it } from 'vitest';
import { Projects } from '../../server/src/project/project.ts';

const ROOT = 'file:///project';

function open(files: Readonly<Record<string, string>>): Projects {
  const projects = new Projects({ dialect: 'duckdb' });
  const all = { 'dbt_project.yml': "name: p\nversion: '1.0'\nprofile: p\n", ...files };
  for (const [path, text] of Object.entries(all)) projects.files.set(`${ROOT}/${path}`, text);
  projects.files.settle();
  return projects;
}

/** `ratio (why)`: what the expression `x` of a model is; its FROM clause and all before it are given. */
function measure(expression: string, from = "from {{ source('s', 't') }} group by shop, day"): string | undefined {
  const found = open({ 'models/m.sql': `select shop, day, ${expression} as x ${from}` }).measures.measureOf(
    `${ROOT} model.p.m`,
    'x',
  );
  return found && [found.additivity, found.over?.join(), found.form].filter(one => one !== undefined).join(' ');
}

describe('what the SQL shows', () => {
  it.each([
    ['sum(a)', 'additive'],
    ['count(*)', 'additive'],
    ['sum(a) - sum(b)', 'additive'],
    ['sum(a) * 1.19', 'additive'],
    ['sum(a) / 100', 'additive'],
    ["coalesce(sum(case when kind = 'x' then a end), 0)", 'additive'],
    ['case when max(kind) = 1 then sum(a) else 0 end', 'additive'],
    ['sum(distinct a)', undefined],
    ['count(distinct a)', 'non-additive distinct count'],
    ['avg(a)', 'non-additive average'],
    ['round(median(a), 2)', 'non-additive percentile'],
    ['sum(a) / nullif(sum(b), 0)', 'non-additive ratio'],
    ['100.0 * count(a) / count(*)', 'non-additive ratio'],
    ['1 - sum(a) / sum(b)', 'non-additive ratio'],
    ['cast(sum(a) as double) / count(distinct b)', 'non-additive ratio'],
    ['sum(a) / sum(sum(a)) over (partition by day)', undefined],
    ['sum(a) / (select 3)', undefined],
    ['max(a)', 're-aggregable'],
    ["'x'", undefined],
  ])('%s', (expression, expected) => {
    expect(measure(expression)).toBe(expected);
  });

  it('looks through CTEs, and tells a share of a total from a ratio', () => {
    const ctes = (expression: string): string | undefined => {
      const sql = `
with t as (select shop, day, sum(a) as a, sum(b) as b, sum(c) over (partition by shop order by day) as running from {{ source('s', 't') }} group by shop, day),
total as (select sum(a) as a from t)
select t.shop, t.day, ${expression} as x from t cross join total`;
      const found = open({ 'models/m.sql': sql }).measures.measureOf(`${ROOT} model.p.m`, 'x');
      return (
        found && `${found.additivity}${found.form ? ` ${found.form}` : ''}${found.over ? ` over ${found.over}` : ''}`
      );
    };
    expect(ctes('t.a / t.b')).toBe('non-additive ratio');
    expect(ctes('t.a / total.a')).toBeUndefined();
    expect(ctes('t.running')).toBe('semi-additive running total over day');
    expect(ctes('t.running - lag(t.running) over (order by t.day)')).toBe('additive');
    expect(ctes('t.a * t.b')).toBeUndefined();
  });
});

describe('what is declared', () => {
  const files = {
    'models/balances.sql': "select account_id, balance_date, balance, rate from {{ source('bank', 'balances') }}",
    'models/renamed.sql': "select account_id, balance_date as day, balance as amount from {{ ref('balances') }}",
    'models/without.sql': "select account_id, amount from {{ ref('renamed') }}",
    'models/summed.sql': "select account_id, day, sum(amount) as total from {{ ref('renamed') }} group by 1, 2",
    'models/schema.yml': `
models:
  - name: balances
    columns:
      - name: account_id
        data_tests: [{ relationships: { to: ref('accounts'), field: id } }]
      - name: balance
        config: { meta: { grainline: { measure: semi-additive, over: balance_date } } }
      - name: rate
        config: { meta: { grainline: { measure: non-additive } } }
`,
    'models/accounts.sql': "select id, is_open = true as is_open, branch from {{ source('bank', 'accounts') }}",
  };
  const { measures } = open(files);
  const of = (model: string, column: string) => measures.measureOf(`${ROOT} model.p.${model}`, column);

  it('goes with the column, under the names that it has there', () => {
    expect(of('balances', 'BALANCE')).toMatchObject({
      additivity: 'semi-additive',
      over: ['balance_date'],
      by: 'declared',
    });
    expect(of('renamed', 'amount')).toMatchObject({ additivity: 'semi-additive', over: ['day'], by: 'declared' });
    expect(of('summed', 'total')).toMatchObject({ additivity: 'semi-additive', over: ['day'] });
    expect(of('balances', 'rate')).toMatchObject({ additivity: 'non-additive', because: 'meta.grainline says so' });
  });

  it('ends where the column it must not be added up over is gone', () => {
    expect(of('without', 'amount')).toBeUndefined();
  });

  it('tells what columns are for', () => {
    const role = (model: string, column: string) => measures.roleOf(`${ROOT} model.p.${model}`, column);
    expect(role('renamed', 'account_id')).toEqual({ role: 'foreign-key', because: 'relationships test to accounts' });
    expect(role('renamed', 'amount')?.role).toBe('measure');
    expect(role('accounts', 'is_open')?.role).toBe('flag');
    expect(role('accounts', 'branch')?.role).toBe('attribute');
    expect(role('summed', 'day')).toEqual({ role: 'key', because: 'part of account_id, day: group by' });
    expect(role('accounts', 'nothing')).toBeUndefined();
  });
});
