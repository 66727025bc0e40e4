/** Contracts beside their former selves, in real repositories. */

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGitBase } from '../../server/src/host/git.ts';
import { folderWith, grainline } from './project.ts';

const CONTRACT = `contract:
  name: orders
  version: "1.4.0"
  consumers: [finance]
  schema:
    - column: order_id
      type: bigint
    - column: status
      type: varchar
`;

const FILES = {
  'dbt_project.yml': "name: small\nversion: '1.0'\nprofile: small\n",
  'contracts/orders.contract.yml': CONTRACT,
  'models/orders.sql': "select order_id, status from {{ source('shop', 'orders') }}\n",
  'models/open_orders.sql': "select order_id from {{ ref('orders') }} where status = 'open'\n",
  'models/schema.yml': [
    'sources: [{ name: shop, tables: [{ name: orders }] }]',
    'exposures:',
    '  - name: board',
    '    type: dashboard',
    "    depends_on: [ref('orders')]",
    '',
  ].join('\n'),
};

/** A repository with the files on its branch `main`. */
function repository(files: { readonly [path: string]: string } = FILES): string {
  const folder = folderWith(files);
  rmSync(join(folder, '.git'), { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder);
  return folder;
}

function git(folder: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
}

function commit(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=x');
}

function write(folder: string, path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

const WITHOUT_STATUS = CONTRACT.replace('    - column: status\n      type: varchar\n', '');
const path = 'contracts/orders.contract.yml';

async function json(folder: string, ...more: readonly string[]) {
  const { code, stdout, stderr } = await grainline(['diff', '--format', 'json', ...more], { cwd: folder });
  expect(stderr).toBe('');
  return { code, report: JSON.parse(stdout) };
}

describe('grainline diff', () => {
  it('says what breaks, whom, and which version it asks for', async () => {
    const folder = repository();
    write(folder, path, WITHOUT_STATUS);
    const { code, report } = await json(folder);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      version: 1,
      base: 'main',
      allowed: false,
      contracts: [
        {
          name: 'orders',
          form: 'seed',
          file: path,
          role: 'output',
          status: 'changed',
          version: { before: '1.4.0', after: '1.4.0', verdict: 'too-low', expected: '2.0.0' },
          required: 'major',
          changes: [
            {
              kind: 'column-removed',
              class: 'breaking',
              column: 'status',
              line: 6,
              message: "'status' was removed",
              policy: 'needs-version',
              readers: { models: ['open_orders'], exposures: ['board'], consumers: ['finance'] },
            },
          ],
        },
      ],
    });
  });

  it('is satisfied by the version', async () => {
    const folder = repository();
    write(folder, path, WITHOUT_STATUS.replace('1.4.0', '2.0.0'));
    const { code, report } = await json(folder);
    expect(code).toBe(0);
    expect(report.contracts[0].version).toMatchObject({ verdict: 'fits', after: '2.0.0' });
    expect(report.allowed).toBe(true);
  });

  it('compares with where the branch began, and with whatever commit is named', async () => {
    const folder = repository();
    git(folder, 'switch', '--quiet', '--create', 'work');
    write(folder, path, WITHOUT_STATUS.replace('1.4.0', '2.0.0'));
    commit(folder);
    git(folder, 'switch', '--quiet', 'main');
    write(folder, path, CONTRACT.replace('order_id', 'id'));
    commit(folder);
    git(folder, 'switch', '--quiet', 'work');
    expect((await json(folder)).report.contracts[0].changes).toHaveLength(1);
    expect((await json(folder, '--base', 'HEAD')).report.contracts).toEqual([]);
    expect((await json(folder, '--base', 'HEAD~1')).report.contracts).toHaveLength(1);
  });

  it('prints a change log and a verdict apart', async () => {
    const folder = repository();
    write(folder, path, WITHOUT_STATUS);
    const text = (await grainline(['diff'], { cwd: folder })).stdout;
    expect(text).toContain("breaking  'status' was removed; read by open_orders, board, finance");
    expect(text).toMatch(/Verdict\n\n {2}FAIL {2}orders: needs a major version, 2\.0\.0/);
    const markdown = (await grainline(['diff', '--format', 'markdown'], { cwd: folder })).stdout;
    expect(markdown).toContain('| orders | ✗ needs a major version, 2.0.0 (1.4.0 → 1.4.0) |');
    const github = (await grainline(['diff', '--format', 'github'], { cwd: folder })).stdout;
    expect(github).toContain(`::error file=${path},line=6,title=orders%3A breaking change::'status' was removed`);
  });

  it('can warn only', async () => {
    const folder = repository();
    write(folder, path, WITHOUT_STATUS);
    const { code, stdout } = await grainline(['diff', '--warn-only', '--format', 'github'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).not.toContain('::error');
  });

  it('sees contracts come and go', async () => {
    const folder = repository();
    rmSync(join(folder, path));
    write(folder, 'contracts/new.contract.yml', CONTRACT.replace('name: orders', 'name: payments'));
    const { code, report } = await json(folder);
    expect(code).toBe(1);
    expect(report.contracts.map((one: { name: string; status: string }) => [one.name, one.status])).toEqual([
      ['payments', 'added'],
      ['orders', 'removed'],
    ]);
  });

  it('sees what a public model no longer delivers', async () => {
    const { [path]: _, ...models } = FILES;
    const folder = repository({
      ...models,
      'models/public.yml': 'models: [{ name: orders, access: public }]\n',
    });
    write(folder, 'models/orders.sql', "select order_id from {{ source('shop', 'orders') }}\n");
    const { code, report } = await json(folder);
    expect(code).toBe(1);
    expect(report.contracts[0].changes[0]).toMatchObject({ kind: 'column-removed', column: 'status' });
    expect((await grainline(['check', '--rule', 'breaking-change'], { cwd: folder })).stdout).toContain(
      "'orders' no longer delivers 'status', and 1 model (open_orders) and 1 exposure (board) read it",
    );
  });

  it('finds nothing where nothing changed', async () => {
    expect((await grainline(['diff'], { cwd: repository() })).stdout).toBe('No contract changed since main.\n');
  });

  it.each([
    ['--base', 'no-such-branch', "There is no branch or commit 'no-such-branch'"],
    ['--base', '--output=x', 'is no branch or commit'],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, stderr } = await grainline(['diff', `${option}=${value}`], { cwd: repository() });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('needs a repository', async () => {
    const folder = folderWith(FILES);
    expect((await grainline(['diff'], { cwd: folder })).code).toBe(2);
    // A check needs none.
    expect((await grainline(['check', '--fail-on', 'never'], { cwd: folder })).code).toBe(0);
  });
});

describe('the base', () => {
  it('holds what was, also of names with blanks and other letters, and not what git ignores', async () => {
    const folder = repository({
      ...FILES,
      'models/größe und maß.sql': 'select 1 as ä\n',
      '.gitignore': 'ignored.yml\n',
    });
    write(folder, 'models/größe und maß.sql', 'select 2 as ä\n');
    write(folder, 'ignored.yml', 'a: 1\n');
    write(folder, 'models/more.sql', 'select 1 as x\n');
    const base = await readGitBase(folder);
    if ('message' in base) throw new Error(base.message);
    expect(base.files.map(({ uri, text }) => [decodeURIComponent(uri.slice(uri.indexOf('/models/'))), text])).toEqual([
      ['/models/größe und maß.sql', 'select 1 as ä\n'],
      ['/models/more.sql', undefined],
    ]);
  });

  it('runs nothing of the repository', async () => {
    const folder = repository();
    write(folder, 'models/orders.sql', 'select 1 as order_id\n');
    const trap = join(folder, 'trap');
    for (const key of ['core.fsmonitor', 'diff.external', 'core.pager', 'core.sshCommand'])
      git(folder, 'config', key, `touch ${trap}`);
    await readGitBase(folder);
    expect(() => execFileSync('ls', [trap], { stdio: 'ignore' })).toThrow();
  });
});
