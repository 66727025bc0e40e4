// `npm run package`: a production build, and grainline.vsix of it. Needs no network.

import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = resolve(fileURLToPath(new URL('..', import.meta.url)));
const VSIX = join(REPOSITORY, 'grainline.vsix');
const REPOSITORY_URL = 'https://github.com/grainline/grainline';
const LIMIT_MB = 3;

rmSync(VSIX, { force: true });
run('tools/build.mjs', '--production');
run(
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--skip-license',
  // Links of the README lead into the repository.
  '--baseContentUrl',
  `${REPOSITORY_URL}/blob/main`,
  '--baseImagesUrl',
  `${REPOSITORY_URL}/raw/main`,
  '--out',
  VSIX,
);
const megabytes = statSync(VSIX).size / 1024 / 1024;
console.log(`grainline.vsix has ${megabytes.toFixed(2)} MB`);
if (megabytes > LIMIT_MB) {
  console.error(`More than ${LIMIT_MB} MB: look at what \`npx vsce ls\` lists.`);
  process.exit(1);
}

function run(program, ...parameters) {
  const { status } = spawnSync(process.execPath, [join(REPOSITORY, program), ...parameters], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
