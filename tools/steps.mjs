// Running one step after another, each under a heading with the time it took.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { REPOSITORY } from './setup.mjs';

/** Starts Node on a script without a shell; resolves to its exit code and what it printed. */
export function runNode(script, args = [], { env = {}, isQuiet = false, input } = {}) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: REPOSITORY,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
      if (!isQuiet) process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      if (!isQuiet) process.stderr.write(text);
    });
    child.on('error', error => resolve({ code: 1, stdout, stderr: `${stderr}${error.message}\n` }));
    child.on('close', code => resolve({ code: code ?? 1, stdout, stderr }));
    if (input !== undefined) child.stdin.end(input);
  });
}

/** Path of a program that a package brings, to be run with Node. */
export function programOf(packageName, path) {
  const manifest = createRequire(join(REPOSITORY, 'package.json')).resolve(`${packageName}/package.json`);
  return join(manifest, '..', path);
}

/** Runs the step under its name; `work` returns true when it went well. */
export async function step(name, work) {
  const started = performance.now();
  console.log(`\n── ${name}`);
  let isGood = false;
  try {
    isGood = await work();
  } catch (error) {
    console.error(error);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${name}: ${isGood ? 'ok' : 'FAILED'}, ${seconds} s`);
  return isGood;
}
