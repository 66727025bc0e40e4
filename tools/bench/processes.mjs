// Whole processes, timed from outside: wall clock from spawn to exit, processor time and peak memory as the system counted.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REPORTER = pathToFileURL(fileURLToPath(new URL('report-usage.mjs', import.meta.url))).href;

/** Starts Node on a script; `usage()` is known once the process has ended. */
export function startNode(script, args, { stdio = 'pipe' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'grainline-usage-'));
  const file = join(folder, 'usage.json');
  const child = spawn(process.execPath, ['--import', REPORTER, script, ...args], {
    stdio,
    env: { ...process.env, GRAINLINE_USAGE_FILE: file },
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code));
  });
  const usage = () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { child, ended, usage };
}

/** One run of a script to its end, with what it printed. */
export async function runNode(script, args) {
  const started = performance.now();
  const { child, ended, usage } = startNode(script, args);
  let output = '';
  let errors = '';
  child.stdin.end();
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  const code = await ended;
  const wallMs = performance.now() - started;
  return { code, output, errors, wallMs, ...usage() };
}

/** One run of any program; its output is thrown away. */
export function runProgram(program, args, { cwd, env = {} } = {}) {
  const started = performance.now();
  const child = spawn(program, args, { cwd, stdio: 'ignore', env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, wallMs: performance.now() - started }));
  });
}

export function median(values) {
  return percentile(values, 0.5);
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
