// `npm run test:e2e:prove`: proves that the real-VS-Code harness tells green from red. It gives it suites that pass,
// fail, hang, die and hold no test, and looks at its exit codes, its pictures and the processes it leaves.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTPUT } from './e2e-bundle.mjs';
import { isPrepared, PREPARE_HINT, REPOSITORY, serverPaths } from './e2e-cache.mjs';

const REPORT =
  "const { appendFileSync } = require('node:fs'); const say = line => appendFileSync(process.env.GRAINLINE_E2E_RESULTS, line + '\\n');";

const CASES = [
  { name: 'passes', exit: 0, run: "say('1 passed, 0 failed');" },
  { name: 'fails', exit: 1, run: "say('0 passed, 1 failed'); throw new Error('red');" },
  { name: 'holds no test', exit: 1, run: "say('0 passed, 0 failed');" },
  { name: 'is not told to end, and hangs', exit: 124, run: 'await new Promise(() => {});', picture: 'host-hang.png' },
  { name: 'spins and hangs', exit: 124, run: 'for (;;);', picture: 'host-hang.png' },
  {
    name: 'dies with its extension host',
    exit: 3,
    run: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
  },
  { name: 'ends early with a good exit code', exit: 3, run: '' },
  {
    name: 'leaves an error message on the screen',
    exit: 1,
    run: "void require('vscode').window.showErrorMessage('red'); await new Promise(done => setTimeout(done, 1000)); say('1 passed, 0 failed');",
  },
];

process.exitCode = isPrepared() ? await prove() : 2;
if (process.exitCode === 2) console.error(PREPARE_HINT);

async function prove() {
  const folder = mkdtempSync(join(tmpdir(), 'grainline-e2e-prove-'));
  let failed = 0;
  try {
    const extension = writeExtension(folder);
    for (const [index, one] of CASES.entries()) {
      const tests = join(folder, `case-${index}.cjs`);
      writeFileSync(tests, `${REPORT}\nexports.run = async () => { ${one.run} };\n`);
      const { code, output } = await runHarness([
        '--suite',
        'host',
        '--extension',
        extension,
        '--tests',
        tests,
        '--limit',
        '15',
      ]);
      const problems = [
        ...(code === one.exit ? [] : [`exit code ${code} instead of ${one.exit}`]),
        ...(one.picture && !existsSync(join(OUTPUT, one.picture)) ? ['no screenshot'] : []),
        ...leftovers().map(process => `left behind: ${process}`),
      ];
      console.log(`${problems.length === 0 ? '  ok   ' : '  FAIL '} a suite that ${one.name}: exit code ${code}`);
      for (const problem of problems) console.log(`          ${problem}`);
      if (problems.length > 0) console.log(output);
      failed += problems.length > 0 ? 1 : 0;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${CASES.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function writeExtension(folder) {
  const extension = join(folder, 'extension');
  mkdirSync(join(extension, 'dist'), { recursive: true });
  const manifest = {
    name: 'empty',
    publisher: 'empty',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    main: './dist/empty.cjs',
  };
  writeFileSync(join(extension, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(extension, 'dist', 'empty.cjs'), 'exports.activate = () => {};\n');
  return extension;
}

function runHarness(args) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(REPOSITORY, 'tools', 'e2e.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = chunk => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', code => resolve({ code, output }));
  });
}

/** Processes of the server or of a browser with one of our profiles that still run. */
function leftovers() {
  const marks = [serverPaths().serverMain, join(tmpdir(), 'grainline-e2e-')];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(name => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return '';
      }
    })
    .filter(line => marks.some(mark => line.includes(mark)));
}
