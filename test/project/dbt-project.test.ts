import { describe, expect, test } from 'vitest';
import { readDbtProject, readPackages, readProfile } from '../../server/src/project/dbt-project.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const project = (text: string) => readDbtProject(parseYaml(text).documents, 'file:///p', 'file:///p/dbt_project.yml');
const packages = (text: string) => readPackages(parseYaml(text).documents).map(each => [each.name, each.kind]);

describe('dbt_project.yml', () => {
  test("dbt's defaults", () => {
    expect(project('name: shop\n')).toEqual({
      root: 'file:///p',
      file: 'file:///p/dbt_project.yml',
      name: 'shop',
      profile: undefined,
      modelPaths: ['models'],
      macroPaths: ['macros'],
      seedPaths: ['seeds'],
      snapshotPaths: ['snapshots'],
      testPaths: ['tests'],
      analysisPaths: ['analyses'],
      packagesPath: 'dbt_packages',
      targetPath: 'target',
      requireDbtVersion: undefined,
      vars: {},
      dispatch: [],
      quoting: {},
      configs: {},
      problems: [],
    });
  });

  test('what is written, old names included', () => {
    const read = project(`name: shop
profile: warehouse
source-paths: ["./models/", models2]
macro-paths: ["macros", "../../macros"]
data-paths: data
modules-path: dbt_modules
require-dbt-version: [">=1.5.0", "<2.0.0"]
dispatch:
  - macro_namespace: dbt_utils
    search_order: [shop, dbt_utils]
vars:
  start: 2020-01-01
  shop: {x: [1, "{{ env_var('A') }}"]}
models:
  shop:
    +materialized: view
    marts: {+tags: [a]}
quoting: {identifier: true}
`);
    expect(read).toMatchObject({
      profile: 'warehouse',
      modelPaths: ['models', 'models2'],
      macroPaths: ['macros', '../../macros'],
      seedPaths: ['data'],
      packagesPath: 'dbt_modules',
      requireDbtVersion: '>=1.5.0,<2.0.0',
      dispatch: [{ namespace: 'dbt_utils', searchOrder: ['shop', 'dbt_utils'] }],
      vars: { start: '2020-01-01', shop: { x: [1, "{{ env_var('A') }}"] } },
      configs: { models: { shop: { '+materialized': 'view', marts: { '+tags': ['a'] } } } },
      quoting: { identifier: true },
    });
  });

  test('paths only dbt can know fall back to the default; an empty list is none', () => {
    const read = project(`name: x\nmodel-paths: ["{{ env_var('P') }}"]\ntest-paths: []\ntarget-path: "{{ x }}"\n`);
    expect(read).toMatchObject({ modelPaths: ['models'], testPaths: [], targetPath: 'target' });
  });

  test.each(['', '- 1', 'model-paths: {a: b}\nvars: 3\ndispatch: x\n', 'name: [\n'])('%j does not throw', text => {
    const read = project(text);
    expect(read.problems.map(p => p.message)).toEqual(["A dbt project needs a 'name'."]);
    expect(read.modelPaths).toEqual(['models']);
  });
});

test('packages by every kind of location', () => {
  expect(
    packages(`packages:
  - package: dbt-labs/dbt_utils
    version: [">=1.0.0"]
  - git: "https://host.example/dbt-labs/dbt-audit-helper.git"
    revision: main
  - git: git@host.example:team/tools.git
    subdirectory: dbt/our-macros
  - local: ../shared/helpers/
  - local: ../
  - tarball: https://host.example/x.tar.gz
    name: tarred
  - private: team/secret-macros
  - half
projects:
  - name: upstream
`),
  ).toEqual([
    ['dbt_utils', 'hub'],
    ['dbt_audit_helper', 'git'],
    ['our_macros', 'git'],
    ['helpers', 'local'],
    ['', 'local'],
    ['tarred', 'tarball'],
    ['secret_macros', 'private'],
    ['upstream', 'project'],
  ]);
});

describe('profiles.yml', () => {
  const text = `config: {send_anonymous_usage_stats: false}
shop:
  target: prod
  outputs:
    dev: {type: duckdb, path: x.duckdb, schema: main}
    prod: {type: snowflake, password: hidden, database: analytics, schema: "{{ env_var('S') }}"}
other:
  target: "{{ env_var('T') }}"
  outputs:
    a: {type: bigquery, project: p, dataset: a}
    b: {type: bigquery, project: p, dataset: b}
`;
  const read = (profile: string | undefined, target?: string) =>
    readProfile(parseYaml(text).documents, profile, target);

  test('the target of the profile', () => {
    expect(read('shop')).toEqual({ adapter: 'snowflake', target: 'prod', database: 'analytics', schema: undefined });
    expect(read('shop', 'dev')).toEqual({ adapter: 'duckdb', target: 'dev', database: 'x', schema: 'main' });
  });

  test('what all outputs share when only dbt knows the target', () => {
    expect(read('other')).toEqual({ adapter: 'bigquery', target: undefined, database: 'p', schema: undefined });
  });

  test('no profile of that name, or several and none named', () => {
    expect(read('nobody')).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
  });
});
