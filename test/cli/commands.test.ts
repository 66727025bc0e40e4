import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { RULES } from '../../server/src/rules/registry.ts';
import { folderWith, grainline, SMALL, textOf } from './project.ts';

const PROJECT = {
  ...SMALL,
  'macros/later.sql': "{% macro later() %}{{ return(run_query('select 1')) }}{% endmacro %}",
  'models/branches.sql': 'select 1 as id {% if is_incremental() %}where 1 = 1{% else %}where 2 = 2{% endif %}\n',
  'models/unknown.sql': 'select {{ no_such_macro() }} as id\n',
};

describe('grainline', () => {
  it('says its version', async () => {
    for (const flag of ['--version', '-V']) {
      expect(await grainline([flag])).toEqual({ code: 0, stdout: `grainline ${version}\n`, stderr: '' });
    }
  });

  it('lists its commands', async () => {
    const help = await grainline(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['check', 'render', 'lineage', 'stats', 'bus-matrix', 'rules', 'explain', 'lsp']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
    expect(await grainline([])).toEqual({ code: 2, stdout: '', stderr: help.stdout });
    expect((await grainline(['help'])).stdout).toBe(help.stdout);
  });

  it.each(['check', 'render', 'lineage', 'stats', 'bus-matrix', 'rules', 'explain', 'lsp'])(
    'explains %s',
    async name => {
      const { code, stdout } = await grainline([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^grainline ${name} \\[OPTION…\\]`));
      expect(stdout.split('\n').every(line => line.length <= 125)).toBe(true);
      expect((await grainline(['help', name])).stdout).toBe(stdout);
      expect((await grainline([name, '-h'])).stdout).toBe(stdout);
    },
  );
});

describe('render', () => {
  it('prints a model as a full refresh, or as an incremental run', async () => {
    const cwd = folderWith(PROJECT);
    const full = await grainline(['render', 'branches'], { cwd });
    expect({ ...full, stdout: full.stdout.replace(/\s+/g, ' ') }).toEqual({
      code: 0,
      stdout: 'select 1 as id where 2 = 2 ',
      stderr: '',
    });
    const incremental = await grainline(['render', 'branches', '--incremental'], { cwd });
    expect(incremental.stdout).toContain('where 1 = 1');
  });

  it('takes a path, from anywhere', async () => {
    const cwd = folderWith(PROJECT);
    const byPath = await grainline(['render', 'branches.sql'], { cwd: join(cwd, 'models') });
    expect(byPath.stdout).toContain('where 2 = 2');
    const elsewhere = await grainline(['render', join(cwd, 'models', 'branches.sql')], { cwd: folderWith({}) });
    expect(elsewhere.stdout).toBe(byPath.stdout);
  });

  it('prints all models under their names', async () => {
    const { stdout } = await grainline(['render'], { cwd: folderWith(PROJECT) });
    expect(stdout.match(/^-- models\/.*$/gm)).toEqual([
      '-- models/branches.sql',
      '-- models/clean.sql',
      '-- models/nulls.sql',
      '-- models/semicolon.sql',
      '-- models/unknown.sql',
    ]);
  });

  it('writes each model at its path', async () => {
    const cwd = folderWith(PROJECT);
    const { stdout, stderr, code } = await grainline(['render', '--out', 'target/expanded'], { cwd });
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: 'Wrote 5 models into target/expanded.\n', code: 0 });
    expect(textOf(cwd, 'target/expanded/models/branches.sql').trim()).toMatch(/^select 1 as id\s+where 2 = 2$/);
    expect(textOf(cwd, 'target/expanded/models/unknown.sql')).toContain('/* unknown:');
  });

  it('overwrites no model', async () => {
    const cwd = folderWith(PROJECT);
    const { code, stderr } = await grainline(['render', '--out', '.'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('This would overwrite models/branches.sql');
    expect(textOf(cwd, 'models/branches.sql')).toBe(PROJECT['models/branches.sql']);
  });
});

describe('stats', () => {
  it('has the fields of its JSON', async () => {
    const { stdout, code } = await grainline(['stats', '--format', 'json'], { cwd: folderWith(PROJECT) });
    expect(code).toBe(0);
    const time = expect.any(Number);
    expect(JSON.parse(stdout)).toEqual({
      models: 5,
      lines: expect.any(Number),
      bytes: expect.any(Number),
      models_parsed_clean: expect.any(Number),
      models_with_unknowns: 1,
      unknown_macros: { no_such_macro: 1 },
      phases: { read: time, expand: time, parse: time, infer: time, check: time },
      peak_rss_bytes: expect.any(Number),
    });
  });

  it('can be read', async () => {
    const { stdout } = await grainline(['stats'], { cwd: folderWith(PROJECT) });
    expect(stdout).toMatch(/models +5\n/);
    expect(stdout).toContain('no_such_macro (1)');
  });
});

describe('bus-matrix', () => {
  const STAR = {
    ...SMALL,
    'specs/returns.yml': 'fact_table: { name: fct_returns, grain: a parcel sent back, foreign_keys: [dim_shops] }',
    'models/star/schema.yml': `
models:
  - name: fct_orders
    config: { meta: { grainline: { kind: fact, grain: [order_id] } } }
    columns:
      - name: shop_key
        data_tests: [{ relationships: { to: "ref('dim_shops')", field: shop_key } }]
      - { name: buyer_key, meta: { grainline: { references: dim_people } } }
      - { name: seller_key, meta: { grainline: { references: dim_people } } }
  - name: dim_shops
    config: { meta: { grainline: { kind: dimension, surrogate_key: shop_key } } }
  - name: dim_people
    config: { meta: { grainline: { kind: dimension } } }
  - name: dim_idle
    config: { meta: { grainline: { kind: dimension } } }
`,
    'models/star/fct_orders.sql': 'select order_id, shop_key, buyer_key, seller_key from {{ source("a", "b") }}\n',
    'models/star/dim_shops.sql': 'select 1 as shop_key\n',
    'models/star/dim_people.sql': 'select 1 as person_key\n',
    'models/star/dim_idle.sql': 'select 1 as idle_key\n',
  };

  it('names the dimensions of each fact, and those that facts share', async () => {
    const { stdout, code } = await grainline(['bus-matrix'], { cwd: folderWith(STAR) });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^fct_orders, one row: order_id\n +dim_people +buyer_key, seller_key\n +dim_shops +shop_key\n/,
    );
    expect(stdout).toContain('fct_returns (planned), one row: a parcel sent back\n');
    expect(stdout).toContain('Shared by several facts: dim_shops (2)\n');
    expect(stdout).toContain('Of no fact: dim_idle\n');
  });

  it('draws it as a table', async () => {
    const { stdout } = await grainline(['bus-matrix', '--format', 'markdown'], { cwd: folderWith(STAR) });
    expect(stdout.split('\n')).toEqual([
      '| fact | one row | dim_shops | dim_people |',
      '|---|---|:-:|:-:|',
      '| fct_orders | order_id | × | × |',
      '| fct_returns (planned) | a parcel sent back | × |  |',
      '',
    ]);
  });

  it('has the fields of its JSON', async () => {
    const { stdout } = await grainline(['bus-matrix', '--format', 'json'], { cwd: folderWith(STAR) });
    const [project] = JSON.parse(stdout).projects;
    expect(project.facts[0].keys[1]).toEqual({
      dimension: 'dim_shops',
      columns: ['shop_key'],
      because: 'relationships test',
    });
    expect(project.dimensions.at(-1)).toEqual({ name: 'dim_idle', isPlanned: false, facts: 0 });
  });

  it('says what to do where no fact is known', async () => {
    const { stdout } = await grainline(['bus-matrix'], { cwd: folderWith(SMALL) });
    expect(stdout).toContain('no facts are known');
  });
});

describe('rules', () => {
  it('lists every rule', async () => {
    const { stdout } = await grainline(['rules']);
    for (const rule of RULES) expect(stdout).toMatch(new RegExp(`^ {2}${rule.id} `, 'm'));
    const { version: format, rules } = JSON.parse((await grainline(['rules', '--format', 'json'])).stdout);
    expect(format).toBe(1);
    expect(rules.map((rule: { id: string }) => rule.id)).toEqual(RULES.map(rule => rule.id));
    expect(Object.keys(rules[0])).toEqual(
      expect.arrayContaining(['id', 'topic', 'summary', 'why', 'severity', 'status', 'on', 'options', 'url']),
    );
  });
});

describe('explain', () => {
  it.each(RULES.map(rule => rule.id))('says what %s is about', async id => {
    const { code, stdout } = await grainline(['explain', id]);
    const rule = RULES.find(each => each.id === id);
    expect(code).toBe(0);
    expect(stdout).toContain(rule?.summary);
    expect(stdout).toContain(rule?.why);
    for (const title of Object.keys(rule?.examples ?? {})) expect(stdout.toLowerCase()).toContain(title.toLowerCase());
    expect(stdout).not.toContain('\u001B');
  });

  it('shows marks in colour on a terminal', async () => {
    const { stdout } = await grainline(['explain', 'trailing-semicolon'], { isTerminal: true });
    expect(stdout).toMatch(/\u001B\[33m +\^/);
  });
});
