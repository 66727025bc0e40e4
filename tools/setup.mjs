// Installs the dependencies into node_modules when they are missing or no longer those of package-lock.json.
// Asks nothing, and touches nothing when there is nothing to do, so that it needs no network then.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = resolve(fileURLToPath(new URL('..', import.meta.url)));
const LOCK = join(REPOSITORY, 'package-lock.json');
const MODULES = join(REPOSITORY, 'node_modules');
/** Hash of the lock file that node_modules was installed from. */
const STAMP = join(MODULES, '.grainline-lock');
const LEAST_NODE = [20, 19];

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) setup();

/** Ends the process with a plain reason where the dependencies cannot be had. */
export function setup() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    stop(`Node ${LEAST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  if (isInstalled()) return;
  console.log('Installing the dependencies (npm ci) …');
  const npm = npmCommand();
  const run = spawnSync(npm.program, [...npm.arguments, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) {
    stop(
      `npm could not install the dependencies${run.error ? `: ${run.error.message}` : ''}. They come from npm's registry: is it reachable?`,
    );
  }
  writeFileSync(STAMP, lockHash());
}

/** Are the installed packages those of the lock file? */
function isInstalled() {
  if (!existsSync(MODULES)) return false;
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === lockHash();
  if (!matchesLock()) return false;
  writeFileSync(STAMP, lockHash());
  return true;
}

/** Somebody installed with npm itself: it leaves its own list of what it installed. */
function matchesLock() {
  try {
    const installed = JSON.parse(readFileSync(join(MODULES, '.package-lock.json'), 'utf8')).packages;
    const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function lockHash() {
  // A checkout on Windows may have other line ends.
  return createHash('sha256').update(readFileSync(LOCK, 'utf8').replaceAll('\r\n', '\n')).digest('hex');
}

/** npm as a program that can be started without a shell, on Windows too. */
function npmCommand() {
  const here = process.env.npm_execpath;
  if (here && /\.c?js$/.test(here)) return { program: process.execPath, arguments: [here] };
  const beside = [
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find(existsSync);
  if (beside) return { program: process.execPath, arguments: [beside] };
  if (process.platform === 'win32') stop('npm was not found: run this as `npm start` or `npm test`.');
  return { program: 'npm', arguments: [] };
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}
