import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { relativePath } from '../../server/src/base/uri.ts';
import { kindWithin, loadFolder, loadFolderSync, readFileOf } from '../../server/src/host/files.ts';
import { pathToUri } from '../../server/src/host/uri-path.ts';
import type { LoadedFolder } from '../../server/src/host/walk.ts';

let base: string;
let root: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-files-')));
  root = join(base, 'repo');
  mkdirSync(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(files: { readonly [path: string]: string | Uint8Array }): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
}

/** Paths below the folder that holds the root, after both ways of reading agreed. */
async function load(
  options: Parameters<typeof loadFolderSync>[1] = {},
): Promise<{ paths: string[]; loaded: LoadedFolder }> {
  const loaded = loadFolderSync(root, options);
  expect(await loadFolder(root, options)).toEqual(loaded);
  return { paths: loaded.files.map(file => relativePath(pathToUri(base), file.uri) ?? file.uri), loaded };
}

describe('reading a folder', () => {
  it('takes models, YAML, the head of seeds and the names of Python models', async () => {
    write({
      'dbt_project.yml': 'name: shop',
      'grainline.yml': '',
      'models/a.sql': 'select 1',
      'models/b.py': 'def model(dbt, session): pass',
      'models/schema.yaml': 'models: []',
      'seeds/c.csv': 'id,name\n1,a\n',
      'README.md': '#',
      'models/data.parquet': 'x',
    });
    const { paths, loaded } = await load();
    expect(paths).toEqual([
      'repo/dbt_project.yml',
      'repo/grainline.yml',
      'repo/models/a.sql',
      'repo/models/b.py',
      'repo/models/schema.yaml',
      'repo/seeds/c.csv',
    ]);
    expect(loaded.files.find(file => file.uri.endsWith('b.py'))?.text).toBe('');
    expect(loaded.files.find(file => file.uri.endsWith('a.sql'))?.text).toBe('select 1');
    expect(loaded.notices).toEqual([]);
  });

  it('skips generated and foreign folders, at the top of a project only', async () => {
    write({
      'dbt_project.yml': '',
      'target/compiled/a.sql': '',
      'logs/a.sql': '',
      'dist/a.yml': '',
      'venv/a.yml': '',
      'anything/pyvenv.cfg': '',
      'anything/lib/a.yml': '',
      'node_modules/x/a.yml': '',
      '.venv/a.yml': '',
      '.git/a.yml': '',
      'models/target/a.sql': '',
      'models/logs/a.sql': '',
      'dbt_packages/utils/macros/m.sql': '',
      'dbt_packages/utils/integration_tests/dbt_project.yml': '',
      'integration_tests/dbt_project.yml': '',
      'script.py': '',
    });
    const { paths } = await load();
    expect(paths).toEqual([
      'repo/dbt_packages/utils/macros/m.sql',
      'repo/dbt_project.yml',
      'repo/integration_tests/dbt_project.yml',
      'repo/models/logs/a.sql',
      'repo/models/target/a.sql',
      'repo/script.py',
    ]);
  });

  it('skips the target folder that the project names', async () => {
    write({ 'p/dbt_project.yml': 'target-path: "build/out"', 'p/build/out/a.sql': '', 'p/build/b.sql': '' });
    expect((await load()).paths).toEqual(['repo/p/build/b.sql', 'repo/p/dbt_project.yml']);
  });

  it('takes the catalog alone from the target folder, and misses none', async () => {
    write({
      'dbt_project.yml': 'name: shop',
      'target/catalog.json': '{}',
      'target/manifest.json': '{}',
      'target/run/a.sql': 'select 1',
      'sub/dbt_project.yml': "name: sub\ntarget-path: 'build'",
      'sub/build/catalog.json': '{"nodes": {}}',
      'sub/target/catalog.json': '{}',
      'other/catalog.json': '{}',
    });
    const { paths, loaded } = await load();
    expect(paths).toEqual([
      'repo/dbt_project.yml',
      'repo/sub/build/catalog.json',
      'repo/sub/dbt_project.yml',
      'repo/target/catalog.json',
    ]);
    expect(loaded.notices).toEqual([]);
    rmSync(join(root, 'target'), { recursive: true });
    expect((await load()).loaded.notices).toEqual([]);
  });

  it('takes no Python file outside a project', async () => {
    write({ 'tools/x.py': '', 'p/dbt_project.yml': '', 'p/models/y.py': '' });
    expect((await load()).paths).toEqual(['repo/p/dbt_project.yml', 'repo/p/models/y.py']);
  });

  it('reads paths outside that a project names, and local packages', async () => {
    write({
      'dbt_project.yml': 'macro-paths: ["macros", "../shared/macros"]\nmodel-paths:\n  - ../gone\n',
      'packages.yml': 'packages:\n  - local: ../package\n',
      '../shared/macros/m.sql': 'm',
      '../shared/other.sql': 'not named',
      '../package/models/p.sql': 'p',
    });
    const { paths, loaded } = await load();
    expect(paths).toEqual(['package/models/p.sql', 'repo/dbt_project.yml', 'repo/packages.yml', 'shared/macros/m.sql']);
    expect(loaded.outside).toEqual([join(base, 'shared/macros'), join(base, 'package')]);
  });

  it('reads what holds the folder only when that is a project', async () => {
    write({ 'dbt_project.yml': 'macro-paths: [".."]', '../other/x.sql': '' });
    expect((await load()).paths).toEqual(['repo/dbt_project.yml']);
    write({ '../dbt_project.yml': '' });
    expect((await load()).paths).toEqual(['dbt_project.yml', 'other/x.sql', 'repo/dbt_project.yml']);
  });

  it('ends on loops of links, and reads each folder under its own path', async () => {
    write({ 'a/x.sql': '', 'z/y.sql': '' });
    symlinkSync(root, join(root, 'a', 'up'));
    symlinkSync(join(root, 'z'), join(root, 'a', 'z'));
    symlinkSync(join(root, 'b2'), join(root, 'b1'));
    symlinkSync(join(root, 'b1'), join(root, 'b2'));
    symlinkSync(join(root, 'a', 'x.sql'), join(root, 'link.sql'));
    expect((await load()).paths).toEqual(['repo/a/x.sql', 'repo/link.sql', 'repo/z/y.sql']);
  });

  it('follows a link to a folder elsewhere, and one that installs a local package', async () => {
    write({ 'dbt_project.yml': '', 'pkg/dbt_project.yml': '', 'pkg/macros/m.sql': '', '../far/f.sql': '' });
    mkdirSync(join(root, 'dbt_packages'));
    symlinkSync(join(root, 'pkg'), join(root, 'dbt_packages', 'pkg'));
    symlinkSync(root, join(root, 'dbt_packages', 'self'));
    symlinkSync(join(base, 'far'), join(root, 'far'));
    expect((await load()).paths).toEqual([
      'repo/dbt_packages/pkg/dbt_project.yml',
      'repo/dbt_packages/pkg/macros/m.sql',
      'repo/dbt_project.yml',
      'repo/far/f.sql',
      'repo/pkg/dbt_project.yml',
      'repo/pkg/macros/m.sql',
    ]);
  });

  it('says what it did not read', async () => {
    write({
      'big.sql': 'x'.repeat(2000),
      'binary.sql': Uint8Array.of(1, 0, 2),
      'a/b/c/deep.sql': '',
      'seed.csv': `id,name\n${'1,é\n'.repeat(1000)}`,
    });
    const { paths, loaded } = await load({ limits: { fileBytes: 1000, depth: 2, headBytes: 100 } });
    expect(paths).toEqual(['repo/seed.csv']);
    expect(loaded.files[0]?.text).toMatch(/^id,name\n(1,é\n)+$/);
    expect(loaded.files[0]?.text.length).toBeLessThan(100);
    expect(loaded.notices.map(notice => relativePath(pathToUri(root), notice.uri)).sort()).toEqual([
      'a/b/c',
      'big.sql',
      'binary.sql',
    ]);
    write({ '1.sql': '', '2.sql': '', '3.sql': '' });
    const few = await load({ limits: { files: 2 } });
    expect(few.paths).toEqual(['repo/1.sql', 'repo/2.sql']);
    expect(few.loaded.notices.map(notice => notice.message)).toEqual(['Only the first 2 files were read.']);
  });

  it('reads a model of 1.5 MB, and text with a byte order mark as the editor shows it', async () => {
    const large = `select 1 as a\n${'-- x\n'.repeat(300_000)}`;
    write({ 'large.sql': large, 'mark.sql': '\uFEFFselect 1', 'wide.sql': Buffer.from('\uFEFFselect é', 'utf16le') });
    expect((await load()).loaded.files.map(file => file.text)).toEqual([large, 'select 1', 'select é']);
  });

  it('says so when there is no such folder', async () => {
    root = join(root, 'gone');
    const { loaded } = await load();
    expect(loaded.files).toEqual([]);
    expect(loaded.notices).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    write({ 'a.sql': '' });
    execFileSync('mkfifo', [join(root, 'pipe.sql')]);
    symlinkSync(join(root, 'pipe.sql'), join(root, 'link.sql'));
    const { paths, loaded } = await load();
    expect(paths).toEqual(['repo/a.sql']);
    expect(await readFileOf(loaded, join(root, 'pipe.sql'))).toBeUndefined();
  });

  it('reports progress and can be cancelled', async () => {
    write({ 'a.sql': '', 'b.sql': '' });
    const seen: [number, number][] = [];
    loadFolderSync(root, { onProgress: (read, found) => seen.push([read, found]) });
    expect(seen).toEqual([[2, 2]]);
    let asked = 0;
    expect(await loadFolder(root, { isCancelled: () => ++asked > 1 })).toBeUndefined();
  });
});

describe('reading one file again', () => {
  it('follows the rules of the walk', async () => {
    write({
      'dbt_project.yml': 'macro-paths: ["../shared"]',
      'models/target/a.sql': 'a',
      'target/a.sql': '',
      'node_modules/a.sql': '',
      'site/package.json': '',
      'site/dist/a.yml': '',
      'models/m.py': 'text',
      '../shared/m.sql': 'm',
      '../elsewhere/m.sql': 'm',
    });
    const { loaded } = await load();
    const read = async (path: string) => (await readFileOf(loaded, join(root, path)))?.text;
    expect(await read('models/target/a.sql')).toBe('a');
    expect(await read('models/m.py')).toBe('');
    expect(await read('../shared/m.sql')).toBe('m');
    for (const path of [
      'target/a.sql',
      'node_modules/a.sql',
      'site/dist/a.yml',
      '../elsewhere/m.sql',
      'models/gone.sql',
      '.',
    ]) {
      expect([path, await read(path)]).toEqual([path, undefined]);
    }
    expect(kindWithin(loaded, join(root, 'x.csv'))).toBe('head');
  });

  it('agrees with the walk on every file there is', async () => {
    write({
      'dbt_project.yml': '',
      'target/a.sql': '',
      'models/logs/b.sql': '',
      'dbt_packages/p/integration_tests/c.sql': '',
      'dbt_packages/p/models/d.sql': '',
      'sub/pyproject.toml': '',
      'sub/env/e.yml': '',
      'sub/deeper/env/f.yml': '',
      '.github/g.yml': '',
      'h.csv': '',
      'i.py': '',
    });
    const { loaded } = await load();
    const all = execFileSync('find', [root, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n');
    const readAgain = [];
    for (const path of all) if (await readFileOf(loaded, path)) readAgain.push(pathToUri(path));
    expect(all).toHaveLength(11);
    expect(readAgain.sort()).toEqual(loaded.files.map(file => file.uri));
  });
});
