import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, grainline, textOf } from './project.ts';

const PROJECT = {
  'dbt_project.yml': "name: small\nversion: '1.0'\nprofile: small\n",
  'models/staging/stg_crm__tier_changes.sql':
    'select 1 as member_id, cast(null as timestamp) as changed_at, cast(1 as varchar) as tier_name\n',
};
const FROM = ['--from', 'stg_crm__tier_changes'];

describe('grainline new', () => {
  it('writes what it says', async () => {
    const cwd = folderWith(PROJECT);
    const { code, stdout, stderr } = await grainline(['new', 'dimension', ...FROM, '--set', 'key=member_id'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'wrote models/marts/dim_tier.sql\nwrote models/marts/_dim_tier.yml\n',
      stderr: '',
    });
    expect(textOf(cwd, 'models/marts/dim_tier.sql')).toContain('lead(changed_at)');
    const again = await grainline(['new', 'dimension', ...FROM, '--set', 'key=member_id'], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toBe("grainline: 'dim_tier' exists already. Choose another name.\n");
  });

  it('writes nothing in a dry run', async () => {
    const cwd = folderWith(PROJECT);
    const { code, stdout } = await grainline(['new', 'dimension', ...FROM, '--dry-run', '--format', 'json'], { cwd });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.written).toBe(false);
    expect(report.files.map((file: { file: string }) => file.file)).toEqual([
      'models/marts/dim_tier.sql',
      'models/marts/_dim_tier.yml',
    ]);
    expect(existsSync(join(cwd, 'models/marts'))).toBe(false);
  });

  it.each([
    [['new'], /What shall be made/],
    [['new', 'dimensoin'], /There is no kind 'dimensoin'\. Did you mean 'dimension'/],
    [['new', 'dimension'], /needs an answer for 'from'.* Say --set from=…\./],
    [['new', 'dimension', '--set', 'x'], /--set takes KEY=VALUE/],
    [['new', 'dimension', ...FROM, '--set', 'name=../x'], /no name for a model/],
    [['new', 'dimension', ...FROM, '--set', 'folder=..'], /does not lie in the project/],
  ])('%j is wrong use', async (argv, reason) => {
    const { code, stderr } = await grainline(argv, { cwd: folderWith(PROJECT) });
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
  });

  it('needs a project', async () => {
    const { code, stderr } = await grainline(['new', 'dimension', ...FROM], {
      cwd: folderWith({ 'a.sql': 'select 1' }),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no dbt project here');
  });

  it('lists kinds and what they take, without a project', async () => {
    const { code, stdout } = await grainline(['new', '--list', '--format', 'json']);
    expect(code).toBe(0);
    const { kinds } = JSON.parse(stdout);
    const dimension = kinds.find((kind: { id: string }) => kind.id === 'dimension');
    expect(dimension.inputs.find((input: { name: string }) => input.name === 'from')).toMatchObject({
      type: 'model',
      required: true,
      default: null,
    });
    expect((await grainline(['new', '--list'])).stdout).toContain('dimension');
    expect((await grainline(['new', '--list', 'dimension'])).stdout).toContain('key (columns, required)');
  });
});
