/** The program as a process: what it is told by a shell, and what a shell gets back. */

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';
import { folderWith, SMALL } from './project.ts';

const REPOSITORY = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const PROGRAM = join(REPOSITORY, 'out', 'test', 'cli.mjs');

beforeAll(async () => {
  mkdirSync(join(REPOSITORY, 'out', 'test'), { recursive: true });
  await build({
    entryPoints: [join(REPOSITORY, 'server/src/cli/main.ts')],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  });
}, 60_000);

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  argv: readonly string[],
  cwd: string,
  options: { stdin?: string; readOnly?: number } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [PROGRAM, ...argv], { cwd, env: { ...process.env, NO_COLOR: '1' } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.readOnly !== undefined && stdout.length >= options.readOnly) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', code => done({ code, stdout, stderr }));
    child.stdin.end(options.stdin ?? '');
  });
}

it('checks a project and ends with its code', async () => {
  const cwd = folderWith(SMALL);
  const { code, stdout, stderr } = await start(['check', '--rule', 'trailing-semicolon'], cwd);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toContain('models/semicolon.sql');
  expect((await start(['check', 'models/clean.sql', '--rule', 'trailing-semicolon'], cwd)).code).toBe(0);
  expect((await start(['check', '--nonsense'], cwd)).code).toBe(2);
});

/** A report of several megabytes: far more than a pipe holds at once. */
function manyFindings(): string {
  const files = Object.fromEntries(
    Array.from({ length: 1500 }, (_, i) => [`models/m${i}.sql`, 'select 1 as id;'] as const),
  );
  return folderWith({ ...SMALL, ...files });
}

it('hands a long report through a pipe whole, and takes a reader that stops early', async () => {
  const cwd = manyFindings();
  const whole = await start(['check', '--rule', 'trailing-semicolon', '--format', 'json'], cwd);
  expect(whole.stdout.length).toBeGreaterThan(500_000);
  expect(JSON.parse(whole.stdout).findings).toHaveLength(1501);
  const part = await start(['check', '--rule', 'trailing-semicolon', '--format', 'json'], cwd, { readOnly: 100 });
  expect({ code: part.code, stderr: part.stderr }).toEqual({ code: 1, stderr: '' });
});

it('reads standard input', async () => {
  const cwd = folderWith(SMALL);
  const argv = ['check', '--stdin', '--stdin-filename', 'models/x.sql', '--fix', '--rule', 'trailing-semicolon'];
  const { code, stdout } = await start(argv, cwd, { stdin: "select '😀é' as id;\n" });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "select '😀é' as id\n" });
});

it('serves an editor over standard streams', async () => {
  const cwd = folderWith(SMALL);
  const send = (message: object): string => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  const child = spawn(process.execPath, [PROGRAM, 'lsp', '--stdio'], { cwd });
  let stdout = '';
  const code = await new Promise(done => {
    child.on('close', done);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const before = stdout;
      stdout += text;
      const isNew = (mark: string) => stdout.includes(mark) && !before.includes(mark);
      if (isNew('"id":1')) child.stdin.write(send({ id: 2, method: 'shutdown' }));
      if (isNew('"id":2')) child.stdin.write(send({ method: 'exit' }));
    });
    child.stdin.write(
      send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } }),
    );
  });
  expect(stdout).toContain('"capabilities"');
  expect(stdout).toContain('"id":2');
  expect(code).toBe(0);
});
