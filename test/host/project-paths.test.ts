import { describe, expect, it } from 'vitest';
import { localPackages, projectPaths } from '../../server/src/host/project-paths.ts';

describe('paths of dbt_project.yml that leave the project', () => {
  it('reads lists in both forms', () => {
    const text = `name: shop
model-paths: ["models", "../shared/models"] # both
macro-paths:
  - macros
  # those of the whole repository
  - "../../dbt_macros"   # all
seed-paths: [
  'seeds',
  '../seeds',
]
snapshot-paths: ../snapshots
models:
  shop:
    macro-paths: ["../not-a-path-of-the-project"]
`;
    expect(projectPaths(text).outside).toEqual(['../shared/models', '../../dbt_macros', '../seeds', '../snapshots']);
  });

  it('reads list items at the column of their key', () => {
    expect(projectPaths('macro-paths:\r\n- macros\r\n- ./../m\r\nname: x\r\n- ../y\r\n').outside).toEqual(['./../m']);
  });

  it('names the folders of generated files', () => {
    expect(projectPaths('target-path: "build/out"\nlog-path: ../logs\n').generated).toEqual(['build/out']);
    expect(projectPaths(`target-path: "{{ env_var('X') }}"\n`).generated).toEqual([]);
  });

  it('survives half-typed text', () => {
    expect(projectPaths('model-paths: ["../a"').outside).toEqual(['../a']);
    expect(projectPaths('model-paths: [').outside).toEqual([]);
    expect(projectPaths('model-paths').outside).toEqual([]);
  });

  it('knows local packages', () => {
    expect(
      localPackages('packages:\n  - local: ../shared\n  - package: a/b\n    version: 1\n  - local: "x y" # c\n'),
    ).toEqual(['../shared', 'x y']);
  });
});
