// Bundles the real-VS-Code suites into out/e2e; playwright-core, mocha and vscode stay outside the bundles.

import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { REPOSITORY } from './e2e-cache.mjs';

const SOURCE = join(REPOSITORY, 'test', 'e2e');
export const OUTPUT = join(REPOSITORY, 'out', 'e2e');

/** Bundles everything anew, so that a deleted suite does not run from an older bundle. */
export async function bundleSuites() {
  rmSync(OUTPUT, { recursive: true, force: true });
  // The extension host loads suites with require. The ending makes them CommonJS inside this repository of ES modules.
  await build({
    ...COMMON,
    entryPoints: [join(SOURCE, 'host', 'index.ts'), ...suites('host')],
    outdir: join(OUTPUT, 'host'),
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
  });
  // Runner and workbench suites are one build with shared chunks: they share one browser and one server.
  await build({
    ...COMMON,
    entryPoints: [join(SOURCE, 'run', 'main.ts'), join(SOURCE, 'run', 'electron.ts'), ...suites('workbench')],
    outdir: OUTPUT,
    outbase: SOURCE,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    external: ['mocha', 'playwright-core', '@vscode/test-electron'],
  });
  return { host: bundled('host', '.cjs'), workbench: bundled('workbench', '.mjs') };
}

const COMMON = { bundle: true, platform: 'node', target: 'node20.19', sourcemap: 'inline', logLevel: 'warning' };

function suites(folder) {
  return readdirSync(join(SOURCE, folder))
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => join(SOURCE, folder, name));
}

function bundled(folder, extension) {
  return suites(folder).map(path => join(OUTPUT, folder, basename(path, '.ts') + extension));
}
