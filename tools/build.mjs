// `npm run build`: bundles the extension, the server and the command line into dist.
//
//   node tools/build.mjs [--production] [--watch]
//
// The extension host and the server are CommonJS (`.cjs`: this package is one of ES modules), the command line is an ES
// module. Production is minified and has no source maps.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const REPOSITORY = resolve(fileURLToPath(new URL('..', import.meta.url)));
const OUTPUT = join(REPOSITORY, 'dist');
const SQL_PARSER = './sql-parser.cjs';
const SERVER = './server.cjs';
const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
const isProduction = process.argv.includes('--production');

const COMMON = {
  absWorkingDir: REPOSITORY,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // Names stay: a fault in somebody's log is read by them. (Kept by `keepNames`, each function would be given its own when it is made.)
  minifyWhitespace: isProduction,
  minifySyntax: isProduction,
  sourcemap: !isProduction,
  legalComments: 'none',
  logLevel: 'warning',
  define: { GRAINLINE_VERSION: JSON.stringify(version) },
};

/** What is large and seldom needed is a file of its own, read when it is first imported. */
const apart = {
  name: 'apart',
  setup(hooks) {
    hooks.onResolve({ filter: /^node-sql-parser(\/.*)?$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: SQL_PARSER, external: true } : undefined,
    );
    hooks.onResolve({ filter: /\/lsp\/main\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: SERVER, external: true } : undefined,
    );
  },
};

const CLIENT_BUNDLE = {
  ...COMMON,
  entryPoints: ['client/src/extension.ts'],
  outfile: 'dist/client.cjs',
  external: ['vscode'],
};
const SERVER_BUNDLE = {
  ...COMMON,
  entryPoints: ['server/src/lsp/main.ts'],
  outfile: 'dist/server.cjs',
  // Forked by an editor it starts; `grainline lsp` imports it and starts it itself.
  footer: { js: 'if (require.main === module) module.exports.startServer();' },
  plugins: [apart],
};
const CLI_BUNDLE = {
  ...COMMON,
  entryPoints: ['server/src/cli/main.ts'],
  outfile: 'dist/cli.js',
  format: 'esm',
  // Packages that are CommonJS ask for what Node has by `require`.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as createRequireOf } from 'node:module';\nconst require = createRequireOf(import.meta.url);",
  },
  plugins: [apart],
};
const SQL_PARSER_BUNDLE = {
  ...COMMON,
  stdin: { contents: "export { Parser, util } from 'node-sql-parser';", resolveDir: REPOSITORY },
  outfile: 'dist/sql-parser.cjs',
  minify: true,
  sourcemap: false,
};

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT);
const bundles = [CLIENT_BUNDLE, SERVER_BUNDLE, CLI_BUNDLE].filter(({ entryPoints: [entry] }) =>
  existsSync(join(REPOSITORY, entry)),
);

if (process.argv.includes('--watch')) {
  const contexts = await Promise.all(bundles.map(options => context({ ...options, logLevel: 'info' })));
  await Promise.all(contexts.map(each => each.watch()));
} else {
  const imported = new Set();
  for (const options of bundles) {
    const { metafile } = await build({ ...options, metafile: true });
    for (const output of Object.values(metafile.outputs)) for (const { path } of output.imports) imported.add(path);
  }
  if (imported.has(SQL_PARSER)) await build(SQL_PARSER_BUNDLE);
  if (bundles.includes(CLI_BUNDLE)) chmodSync(join(OUTPUT, 'cli.js'), 0o755);
}
