/** The core runs wherever JavaScript does: it bundles for a browser and asks for nothing that only Node has. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const REPOSITORY = resolve(fileURLToPath(new URL('../..', import.meta.url)));

async function bundle(entry: string): Promise<{ readonly code: string; readonly inputs: readonly string[] }> {
  const result = await build({
    stdin: { contents: entry, resolveDir: REPOSITORY, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return { code: result.outputFiles[0]?.text ?? '', inputs: Object.keys(result.metafile.inputs) };
}

const CORE = `
  import { Workspace } from './server/src/analysis/workspace.ts';
  import { RULES } from './server/src/rules/registry.ts';
  const workspace = new Workspace({ rules: [...RULES] });
  workspace.apply([
    { uri: 'memfs:/shop/dbt_project.yml', text: 'name: shop\\nprofile: shop\\n' },
    { uri: 'memfs:/shop/models/a.sql', text: 'select 1 as a' },
  ]);
  globalThis.answer = workspace.files().map(file => [file, workspace.findings(file).length]);
  globalThis.models = workspace.statistics().models;
`;

it('bundles for a browser', async () => {
  const { code, inputs } = await bundle(CORE);
  expect(inputs.length).toBeGreaterThan(20);
  const own = inputs.filter(path => path.startsWith('server/src/'));
  expect(own.filter(path => /^server\/src\/(host|lsp|cli)\//.test(path))).toEqual([]);
  expect(code).not.toMatch(/\brequire\("node:/);
}, 60_000);

it('runs without anything of Node', async () => {
  const { code } = await bundle(CORE);
  // A new realm has the language and nothing else: no process, Buffer, require, setTimeout, console, URL.
  const realm: { answer?: readonly (readonly [string, number])[]; models?: number } = {};
  new Script(code).runInContext(createContext(realm));
  expect(realm.models).toBe(1);
  expect(realm.answer?.map(([file]) => file)).toContain('memfs:/shop/models/a.sql');
}, 60_000);

it('would see a core that needs Node', async () => {
  await expect(bundle("import 'node:fs';")).rejects.toThrow(/node:fs/);
});
