// Prepares what the real-VS-Code suites need: a browser and a VS Code server. Asks nothing, repeats no finished work,
// and ends with a plain reason and exit code 1 where it cannot.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import {
  CODE_SERVER_VERSION,
  cacheFolder,
  findChromium,
  findProgram,
  isServerReady,
  nodePackage,
  pathsUnder,
  SERVER_NODE_VERSION,
  serverPaths,
} from './e2e-cache.mjs';

/** An attempt that nobody has touched for this long was interrupted; its folder may go. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
/** No single step takes longer, even on a slow line; a step that does hangs. */
const STEP_LIMIT_MS = 15 * 60 * 1000;

/** A reason that a person can act on; everything else is a fault of ours and keeps its stack. */
class CannotPrepare extends Error {}

try {
  await prepare();
} catch (error) {
  console.error(error instanceof CannotPrepare ? `Cannot prepare the real-VS-Code suites. ${error.message}` : error);
  process.exitCode = 1;
}

async function prepare() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new CannotPrepare(
      'They run on Linux (x64 or arm64). Elsewhere `npm run test:vscode` runs the same Mocha suite in desktop VS Code.',
    );
  }
  const paths = serverPaths();
  const serverReady = isServerReady(paths);
  await prepareSystem(!serverReady);
  if (serverReady) console.log('VS Code server: already there.');
  else await prepareServer(paths);
  console.log('Ready: `npm run test:e2e` runs the suites.');
}

/** Installs the browser, and what compiles two native modules, where that is possible without asking. */
async function prepareSystem(compiles) {
  const missing = [];
  if (!findChromium()) {
    if (process.env.CHROMIUM_EXECUTABLE_PATH) {
      throw new CannotPrepare('CHROMIUM_EXECUTABLE_PATH names no program that can be run.');
    }
    missing.push({ what: 'Chromium', packages: ['chromium', 'fonts-liberation'] });
  }
  if (compiles) {
    if (!findProgram('g++')) missing.push({ what: 'a C++ compiler', packages: ['g++'] });
    if (!findProgram('make')) missing.push({ what: 'make', packages: ['make'] });
    if (!findProgram('python3')) missing.push({ what: 'Python 3', packages: ['python3'] });
  }
  if (missing.length === 0) {
    console.log('Browser: already there.');
    return;
  }
  const names = missing.map(one => one.what).join(', ');
  const packages = missing.flatMap(one => one.packages);
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new CannotPrepare(`Missing: ${names}. On Debian or Ubuntu, as root: ${command}`);
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('Reading the package lists', 'apt-get', ['update'], { env: environment });
  await step(`Installing ${names}`, 'apt-get', command.split(' ').slice(1), { env: environment });
  if (!findChromium()) throw new CannotPrepare('Chromium was installed, but no program of that name is on the PATH.');
}

/** Builds in a folder next to the final one and renames it, so that the final one is whole or absent. */
async function prepareServer(paths) {
  mkdirSync(cacheFolder(), { recursive: true });
  removeAbandoned(paths.root);
  // A folder without a valid marker is damaged: what is in it cannot be told from what is missing.
  if (existsSync(paths.root)) rmSync(paths.root, { recursive: true, force: true });
  const partial = pathsUnder(`${paths.root}.partial-${process.pid}`);
  rmSync(partial.root, { recursive: true, force: true });
  try {
    await buildServer(partial);
    moveIntoPlace(partial.root, paths);
  } finally {
    rmSync(partial.root, { recursive: true, force: true });
  }
}

async function buildServer(paths) {
  const npm = findProgram('npm');
  if (!npm) throw new CannotPrepare('There is no npm on the PATH.');
  mkdirSync(paths.root, { recursive: true });
  writeFileSync(
    join(paths.root, 'package.json'),
    '{ "name": "vscode-server-cache", "version": "0.0.0", "private": true }\n',
  );
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  await step(
    `Fetching Node ${SERVER_NODE_VERSION} for the server`,
    npm,
    ['install', '--ignore-scripts', ...quiet, `${nodePackage()}@${SERVER_NODE_VERSION}`],
    { cwd: paths.root, env: npmEnvironment() },
  );
  await step(
    `Fetching code-server ${CODE_SERVER_VERSION}`,
    npm,
    ['pack', '--silent', `code-server@${CODE_SERVER_VERSION}`],
    { cwd: paths.root, env: npmEnvironment() },
  );
  const tarball = join(paths.root, `code-server-${CODE_SERVER_VERSION}.tgz`);
  // Only the editor is taken out of the package; the proxy around it is not used.
  await step('Unpacking VS Code', 'tar', ['xzf', tarball, 'package/lib/vscode'], { cwd: paths.root });
  renameSync(join(paths.root, 'package', 'lib', 'vscode'), paths.vscode);
  rmSync(join(paths.root, 'package'), { recursive: true, force: true });
  rmSync(tarball);

  // The native modules must fit the Node that runs the server, not the one that runs this script.
  const environment = {
    ...npmEnvironment(),
    PATH: [dirname(paths.node), process.env.PATH].join(delimiter),
    npm_config_nodedir: paths.nodeHeaders,
  };
  // `npm ci` would fail: the package's shrinkwrap lacks a dependency.
  await step('Installing what VS Code depends on', npm, ['install', '--omit=dev', '--ignore-scripts', ...quiet], {
    cwd: paths.vscode,
    env: environment,
  });
  await step(
    'Compiling two native modules',
    npm,
    ['rebuild', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'],
    { cwd: paths.vscode, env: environment },
  );
  await step('Asking the server for its version', paths.node, [paths.serverMain, '--version'], { cwd: paths.root });
  const marker = { codeServer: CODE_SERVER_VERSION, node: SERVER_NODE_VERSION };
  writeFileSync(paths.marker, `${JSON.stringify(marker)}\n`);
}

/** Another run may have finished first; then its result is used. */
function moveIntoPlace(from, paths) {
  try {
    renameSync(from, paths.root);
  } catch (error) {
    if (!isServerReady(paths)) throw error;
  }
}

function removeAbandoned(root) {
  for (const name of readdirSync(dirname(root))) {
    if (!name.startsWith(`${basename(root)}.partial-`)) continue;
    const path = join(dirname(root), name);
    if (
      !isRunning(Number(name.slice(name.lastIndexOf('-') + 1))) ||
      Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS
    ) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** npm hands its scripts the project's own settings; in another folder they would mislead it. The registry's stay. */
function npmEnvironment() {
  const misleading =
    /^npm_(package_|lifecycle_|config_(local_prefix|prefix|nodedir|omit|include|production|global|ignore_scripts|workspace))/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.test(name)));
}

/** One line before, the seconds after; a failing step shows the end of what it printed. */
async function step(title, program, args, options) {
  process.stdout.write(`${title} … `);
  const start = Date.now();
  const { code, output } = await run(program, args, options);
  if (code !== 0) {
    console.log('failed.');
    const tail = output.trim().split('\n').slice(-15).join('\n');
    throw new CannotPrepare(`"${title}" ended with ${code}:\n${tail}`);
  }
  console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`);
}

function run(program, args, options) {
  return new Promise(resolve => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: STEP_LIMIT_MS });
    let output = '';
    const collect = chunk => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', error => resolve({ code: error.code ?? 'an error', output: error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
