// `npm run test:e2e`: runs the Mocha suite in a real extension host and the workbench suite on the installed VSIX.
//
//   node tools/e2e.mjs [--suite host|workbench] [--grep TEXT] [--extension FOLDER] [--vsix FILE] [--limit SECONDS]
//
// --tests FILE gives the extension host another bundle than ours; tools/e2e-prove.mjs proves with it that red is red.
// This process bundles and then only watches: whatever the run does, its processes end here.
// Exit codes: 0 all passed, 1 a test failed, 2 the suites cannot run, 3 the extension host died, 124 out of time.

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSuites, OUTPUT } from './e2e-bundle.mjs';
import { findChromium, isPrepared, PREPARE_HINT, REPOSITORY, serverPaths } from './e2e-cache.mjs';
import { waitForTurn } from './e2e-lock.mjs';

/** Each suite has its own limit, with a screenshot; this one is for a runner that no longer runs its timers. */
const WHOLE_RUN_LIMIT_MS = 15 * 60 * 1000;
/** What a runner that is told to end gets, to stop the server and the browser in order. */
const GRACE_MS = 10_000;

process.exitCode = await main();

async function main() {
  if (!isPrepared()) {
    console.error(PREPARE_HINT);
    return 2;
  }
  await waitForTurn();
  await bundleSuites();
  const server = serverPaths();
  return watch({
    GRAINLINE_E2E_REPOSITORY: REPOSITORY,
    GRAINLINE_E2E_SERVER_NODE: server.node,
    GRAINLINE_E2E_SERVER_MAIN: server.serverMain,
    GRAINLINE_E2E_CHROMIUM: findChromium(),
  });
}

function watch(environment) {
  return new Promise(resolve => {
    // Its own process group, so that Ctrl+C reaches this process alone and the end stays in order.
    const runner = spawn(
      process.execPath,
      ['--enable-source-maps', join(OUTPUT, 'run', 'main.mjs'), ...process.argv.slice(2)],
      {
        cwd: REPOSITORY,
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { ...process.env, ...environment },
      },
    );
    // The process groups that the runner started and has not yet seen end.
    const groups = new Set();
    const folders = [];
    let verdict;
    runner.on('message', message => {
      if (message.started) groups.add(message.started);
      if (message.ended) groups.delete(message.ended);
      if (message.created) folders.push(message.created);
    });

    const end = code => {
      verdict ??= code;
      signal(runner.pid, 'SIGTERM');
      setTimeout(() => signal(runner.pid, 'SIGKILL'), GRACE_MS).unref();
    };
    const limit = setTimeout(() => {
      console.error(`The suites took more than ${WHOLE_RUN_LIMIT_MS / 60_000} minutes and were ended.`);
      end(124);
    }, WHOLE_RUN_LIMIT_MS);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => end(130));

    runner.on('error', error => {
      console.error(`The runner did not start: ${error.message}`);
      resolve(2);
    });
    runner.on('exit', (code, name) => {
      clearTimeout(limit);
      for (const group of groups) signal(-group, 'SIGKILL');
      signal(-runner.pid, 'SIGKILL');
      if (code === null && verdict === undefined) console.error(`The runner was killed by ${name}.`);
      resolve(removeAll(folders).then(() => verdict ?? code ?? 2));
    });
  });
}

/** A browser that lost its runner needs a moment to end, and until then writes into its profile. */
async function removeAll(folders) {
  for (const folder of folders) {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        rmSync(folder, { recursive: true, force: true });
        break;
      } catch {
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    }
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
