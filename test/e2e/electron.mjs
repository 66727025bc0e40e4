// `npm run test:vscode`: the extension-host suite in desktop VS Code. See run/electron.ts.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleSuites, OUTPUT } from '../../tools/e2e-bundle.mjs';
import { REPOSITORY } from '../../tools/e2e-cache.mjs';
import { waitForTurn } from '../../tools/e2e-lock.mjs';

process.chdir(REPOSITORY);
await waitForTurn();
await bundleSuites();
await import(pathToFileURL(join(OUTPUT, 'run', 'electron.mjs')).href);
