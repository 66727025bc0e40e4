/** `grainline init`: a grainline.yml that fits the project. */

import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../server/src/analysis/init/survey.ts';
import { writeConfig } from '../../server/src/analysis/init/write-config.ts';
import { readConfig } from '../../server/src/config/config.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { folderWith, grainline, SMALL, textOf } from './project.ts';

const letters = (count: number): string[] => [...'abcdefghijklmnop'].slice(0, count);
const YML = 'grainline.yml';

/** Ways of its own: two underscores, flags, `_ts`, a folder by another name, a source by another word. */
const OWN_WAYS = {
  'dbt_project.yml': 'name: own\nprofile: own\n',
  'profiles.yml': 'own:\n  target: dev\n  outputs: { dev: { type: snowflake, schema: x } }\n',
  'models/sources.yml': 'sources: [{ name: netsuite_prod, tables: [{ name: t }] }]\n',
  ...Object.fromEntries(
    letters(9).map(one => [
      `models/staging/stg__erp__${one}.sql`,
      `select cast(a as boolean) as ${one}_flag, cast(b as timestamp) as ${one}_ts, c as ${one}_id from {{ source('netsuite_prod', 't') }}`,
    ]),
  ),
  'models/staging/orders.sql': "select cast(a as boolean) as late, 1 as x from {{ source('netsuite_prod', 't') }}",
  ...Object.fromEntries(letters(5).map(one => [`models/products/dim_${one}.sql`, 'select 1 as x'])),
};

async function rulesIn(folder: string): Promise<Map<string, number>> {
  const { stdout } = await grainline(['check', '--project', folder, '--format', 'json']);
  const counts = new Map<string, number>();
  for (const { rule } of JSON.parse(stdout).findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

it('writes what the project does, and the check after it finds the exceptions', async () => {
  const folder = folderWith(OWN_WAYS);
  const done = await grainline(['init', '--project', folder]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining(`Wrote ${YML}.`) });
  const text = textOf(folder, YML);
  expect(text.split('\n').slice(3)).toEqual([
    'dialect: snowflake',
    '',
    '# Folders whose models are named so.',
    'layers:',
    '  mart: [products]',
    '',
    'names:',
    '  models:',
    '    staging: [stg__<source>__<entity>]  # 9 of 10; not orders',
    '    mart: [dim_<entity>]  # 5 of 5',
    '  columns:',
    '    boolean: [<state>_flag]  # 9 of 10; not late',
    '    timestamp: [<event>_ts]  # 9 of 9',
    '  words:',
    '    source: [erp]',
    '',
  ]);
  expect(readConfig(parseYaml(text).documents, RULES).problems).toEqual([]);
  const after = await rulesIn(folder);
  expect([after.get('model-name'), after.get('boolean-name'), after.get('timestamp-name')]).toEqual([1, 1, undefined]);
});

it('names the convention that fits as it is', async () => {
  const shop = resolve(fileURLToPath(new URL('../projects/shop', import.meta.url)));
  const folder = folderWith({});
  cpSync(shop, folder, { recursive: true });
  rmSync(join(folder, YML));
  const { stdout } = await grainline(['init', '--dry-run', '--project', folder]);
  expect(stdout).toMatch(/^dialect: duckdb$/m);
  expect(stdout).toMatch(/^extends: \[kimball\] {2}# \d+ of \d+ names fit it$/m);
  expect(stdout).toMatch(/^ {2}valid_from: \[valid_from\]$/m);
  expect(existsSync(join(folder, YML))).toBe(false);
  const before = await (async () => {
    writeFileSync(join(folder, YML), 'dialect: duckdb\nextends: [kimball, recommended]\n');
    return rulesIn(folder);
  })();
  writeFileSync(join(folder, YML), stdout);
  expect(await rulesIn(folder)).toEqual(before);
});

it('says what is divided, and holds nobody to it', async () => {
  const names = [...letters(5).map(one => `is_${one}`), ...letters(3).map(one => `word${one}`)];
  const folder = folderWith({
    'dbt_project.yml': 'name: own\nprofile: own\n',
    'models/a.sql': `select ${names.map((name, i) => `x > ${i} as ${name}`).join(', ')} from t`,
  });
  const { stdout } = await grainline(['init', '--dry-run', '--project', folder]);
  expect(stdout).toContain('# dialect: snowflake');
  expect(stdout).toContain('    # boolean: [is_<state>]  # only 5 of 8; not worda, wordb, wordc');
  expect(readConfig(parseYaml(stdout).documents, RULES).problems).toEqual([]);
});

describe('without a profile, the SQL tells the dialect', () => {
  const dialectOf = async (models: readonly string[]): Promise<string | undefined> => {
    const folder = folderWith({
      'dbt_project.yml': 'name: own\nprofile: own\n',
      ...Object.fromEntries(models.map((text, i) => [`models/m${i}.sql`, text])),
    });
    const { stdout } = await grainline(['init', '--dry-run', '--project', folder]);
    expect(readConfig(parseYaml(stdout).documents, RULES).problems).toEqual([]);
    return /^(?:# )?dialect: .*$/m.exec(stdout)?.[0];
  };
  it.each([
    ['bigquery', "select safe_cast(a as int64) as a from t where timestamp_trunc(b, day) = '2024-01-01'"],
    ['snowflake', 'select f.value::variant as v from t, lateral flatten(input => t.a) f'],
    ['postgres', "select distinct on (a) a, b ->> 'x' as x from t"],
    ['tsql', 'select isnull(a, 0) as [a b] from [dbo].[t]'],
    ['clickhouse', 'select toStartOfMonth(a) as month, uniqExact(b) as n from t'],
    ['databricks', "select date_format(a, 'yyyy-MM') as month from t lateral view explode(b) x as c"],
  ])('%s', async (dialect, text) => {
    expect(await dialectOf([text, text, text, 'select 1 as x'])).toBe(`dialect: ${dialect}`);
  });

  it('not by two models, nor where two dialects are mixed', async () => {
    const [one, other] = ['select safe_cast(a as int64) as a from t', 'select a::variant as v from t'];
    expect(await dialectOf([one, one])).toBe('# dialect: snowflake');
    expect(await dialectOf([one, one, one, one, other])).toBe('# dialect: snowflake');
  });
});

describe('files that are there', () => {
  it('are replaced on demand alone', async () => {
    const folder = folderWith({ ...SMALL, [YML]: 'extends: [klingon]\n' });
    const refused = await grainline(['init', '--project', folder]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`There is a ${YML} already`) });
    expect(textOf(folder, YML)).toBe('extends: [klingon]\n');
    expect((await grainline(['init', '--project', folder, '--dry-run'])).code).toBe(0);
    expect(textOf(folder, YML)).toBe('extends: [klingon]\n');
    expect((await grainline(['init', '--project', folder, '--force'])).code).toBe(0);
    expect(textOf(folder, YML)).toContain("Written by 'grainline init'");
  });

  it('can be kept out of sight with a baseline', async () => {
    const folder = folderWith(SMALL);
    const done = await grainline(['init', '--project', folder, '--baseline']);
    expect(done.stdout).toContain('Wrote 2 findings to grainline-baseline.json.');
    expect((await grainline(['check', '--project', folder])).code).toBe(0);
    expect((await grainline(['init', '--project', folder, '--dry-run', '--baseline'])).code).toBe(2);
  });

  it('must be a dbt project', async () => {
    const folder = folderWith({ 'a.sql': 'select 1' });
    expect(await grainline(['init', '--project', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no dbt project here'),
    });
  });
});

it('writes YAML that its reader takes, whatever people call things', () => {
  const followed = { patterns: ['<a>_x', "it's_<a>", 'no'], following: 9, total: 10, exceptions: ['a: b', '#'] };
  const survey: Survey = {
    dialect: 'ansi',
    convention: undefined,
    models: { staging: followed, mart: { ...followed, patterns: [], following: 0 } },
    columns: {
      boolean: { ...followed, first: 1, hasFewStrays: true },
      count: { ...followed, first: 0.5, hasFewStrays: true },
    },
    layers: { mart: ['on', '1 a', "it's", '[x'] },
    sourceWords: ['null', 'a.b'],
    validity: { validFrom: ['von'], validTo: ['bis'], isCurrent: [], openEnd: '9999-12-31', histories: 1 },
    isSnakeCase: false,
  };
  const { config, problems } = readConfig(parseYaml(writeConfig(survey)).documents, RULES);
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    dialect: 'ansi',
    layers: { mart: ['on', '1 a', "it's", '[x'] },
    names: {
      models: { staging: ['<a>_x', "it's_<a>", 'no'] },
      columns: { boolean: ['<a>_x', "it's_<a>", 'no'] },
      words: { source: ['null', 'a.b'] },
    },
    validity: { validFrom: ['von'], validTo: ['bis'], openEnd: '9999-12-31' },
    rules: { 'not-snake-case': { level: 'off' } },
  });
  expect(config.names.columns).not.toHaveProperty('count');
});
