// `npm run gen`: writes what follows from definitions in code, so that nothing is written twice by hand.
// `npm run gen -- --check` writes nothing, names each file that is stale and fails.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { kindRegistrySource, kindsIn, registrySource, rulesIn } from './gen/registry.mjs';

export const REPOSITORY = resolve(fileURLToPath(new URL('..', import.meta.url)));
const REGISTRY = 'server/src/rules/registry.ts';
const KIND_REGISTRY = 'server/src/generate/registry.ts';
/** Folders in which a file that nothing writes any more is deleted. */
const OWNED = [
  { folder: 'docs/rules', extension: '.md' },
  { folder: 'schemas', extension: '.schema.json' },
];

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const files = await generate();
  const stale = staleFiles(files);
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`stale: ${path}`);
    if (stale.length > 0) {
      console.error('Run `npm run gen` and commit what it writes.');
      process.exitCode = 1;
    } else console.log(`${files.size} generated files are up to date.`);
  } else {
    write(files, stale);
    console.log(
      stale.length === 0
        ? `${files.size} generated files are up to date.`
        : stale.map(path => `wrote ${path}`).join('\n'),
    );
  }
}

/** Path below the repository to text, of everything that is generated. */
export async function generate() {
  const registry = registrySource(rulesIn(join(REPOSITORY, 'server/src/rules')), REPOSITORY);
  const kinds = kindRegistrySource(kindsIn(join(REPOSITORY, 'server/src/generate/kinds')), REPOSITORY);
  const registries = new Map([
    [REGISTRY, registry],
    [KIND_REGISTRY, kinds],
  ]);
  const { generatedFiles } = await importTypeScript('tools/gen/pages.ts', registries);
  return new Map([...registries, ...generatedFiles()]);
}

/** Paths whose text differs from what it should be, and files that should be gone. */
export function staleFiles(files) {
  const stale = [];
  for (const [path, text] of files) {
    const known = existsSync(join(REPOSITORY, path)) ? readFileSync(join(REPOSITORY, path), 'utf8') : undefined;
    // A checkout on Windows may have other line ends; they are no difference.
    if (known?.replaceAll('\r\n', '\n') !== text) stale.push(path);
  }
  for (const { folder, extension } of OWNED) {
    if (!existsSync(join(REPOSITORY, folder))) continue;
    for (const name of readdirSync(join(REPOSITORY, folder))) {
      const path = `${folder}/${name}`;
      if (name.endsWith(extension) && !files.has(path)) stale.push(path);
    }
  }
  return stale;
}

function write(files, stale) {
  for (const path of stale) {
    const text = files.get(path);
    const absolute = join(REPOSITORY, path);
    if (text === undefined) rmSync(absolute);
    else {
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, text);
    }
  }
}

/** Imports a TypeScript file of the repository; `replaced` gives some files another text than they have on disk. */
export async function importTypeScript(path, replaced = new Map()) {
  const folder = join(REPOSITORY, 'out', 'gen');
  const outfile = join(folder, `${process.pid}-${Date.now()}.mjs`);
  await build({
    entryPoints: [join(REPOSITORY, path)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    // Packages are found from out/, which lies in the repository.
    packages: 'external',
    logLevel: 'error',
    plugins: [
      {
        name: 'replaced',
        setup: builder => {
          const textOf = file => replaced.get(relative(REPOSITORY, file).replaceAll('\\', '/'));
          builder.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path: to, resolveDir }) =>
            textOf(join(resolveDir, to)) === undefined ? undefined : { path: join(resolveDir, to) },
          );
          builder.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
            const contents = textOf(file);
            return contents === undefined ? undefined : { contents, loader: 'ts', resolveDir: dirname(file) };
          });
        },
      },
    ],
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile, { force: true });
  }
}
