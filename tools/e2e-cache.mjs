// Where the real-VS-Code suites find their editor and their browser, and whether both are there.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The VS Code server comes as a package, so that nothing but the package registry is needed. */
export const CODE_SERVER_VERSION = '4.139.1';
/** This server needs a newer Node than Grainline does; it gets its own. */
export const SERVER_NODE_VERSION = '24.21.0';

export const REPOSITORY = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** What a person runs to make the suites runnable. */
export const PREPARE_HINT = 'The real-VS-Code suites were not run: `npm run e2e:prepare` prepares them.';

/** Is everything there that `tools/e2e.mjs` needs, apart from the extension itself? */
export function isPrepared() {
  return isServerReady(serverPaths()) && findChromium() !== undefined;
}

/** Clean clones may share one cache: GRAINLINE_E2E_CACHE names its folder. */
export function cacheFolder() {
  const named = process.env.GRAINLINE_E2E_CACHE;
  return named ? resolve(named) : join(REPOSITORY, '.cache', 'vscode-server');
}

/** The folder name carries every version, so that another version never meets a half-fitting cache. */
export function serverPaths() {
  const root = join(
    cacheFolder(),
    `code-server-${CODE_SERVER_VERSION}-node-${SERVER_NODE_VERSION}-${process.platform}-${process.arch}`,
  );
  return pathsUnder(root);
}

export function pathsUnder(root) {
  return {
    root,
    node: join(root, 'node_modules', nodePackage(), 'bin', 'node'),
    nodeHeaders: join(root, 'node_modules', nodePackage()),
    vscode: join(root, 'vscode'),
    serverMain: join(root, 'vscode', 'out', 'server-main.js'),
    // Written last: its presence says that every step before it ended well.
    marker: join(root, 'ready.json'),
  };
}

export function nodePackage() {
  return `node-${process.platform}-${process.arch}`;
}

export function isServerReady(paths) {
  if (!existsSync(paths.marker) || !existsSync(paths.serverMain) || !existsSync(paths.node)) return false;
  try {
    const marker = JSON.parse(readFileSync(paths.marker, 'utf8'));
    return marker.codeServer === CODE_SERVER_VERSION && marker.node === SERVER_NODE_VERSION;
  } catch {
    return false;
  }
}

/** Path of a Chromium or Chrome; CHROMIUM_EXECUTABLE_PATH wins over what is installed. */
export function findChromium() {
  const named = process.env.CHROMIUM_EXECUTABLE_PATH;
  if (named) return isExecutable(named) ? named : undefined;
  for (const program of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const path = findProgram(program);
    if (path) return path;
  }
  return undefined;
}

/** Path of a program on PATH. */
export function findProgram(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder && isExecutable(join(folder, program))) return join(folder, program);
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
