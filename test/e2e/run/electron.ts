// Runs the extension-host suite in desktop VS Code: a downloaded one, or the one that VSCODE_EXECUTABLE_PATH names.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { SHOP, workspace } from '../workspace.ts';
import { followLines } from './lines.ts';
import { EXIT, type Exit, judge } from './outcome.ts';
import { createProfile } from './surroundings.ts';

process.exitCode = await main();

async function main(): Promise<Exit> {
  const repository = process.cwd();
  const executable = process.env.VSCODE_EXECUTABLE_PATH;
  const problem = findProblem(repository, executable);
  if (problem) {
    console.error(`The suite cannot run in desktop VS Code: ${problem}`);
    return EXIT.cannotRun;
  }
  const profile = createProfile();
  const results = join(profile.root, 'results.txt');
  const follow = followLines(results, line => console.log(line));
  const cachePath = join(repository, '.cache', 'vscode-test');
  mkdirSync(cachePath, { recursive: true });
  try {
    await runTests({
      ...(executable ? { vscodeExecutablePath: executable } : { version: process.env.VSCODE_VERSION ?? 'stable' }),
      cachePath,
      extensionDevelopmentPath: repository,
      extensionTestsPath: join(repository, 'out', 'e2e', 'host', 'index.cjs'),
      extensionTestsEnv: { GRAINLINE_E2E_RESULTS: results, GRAINLINE_E2E_GREP: process.env.GRAINLINE_E2E_GREP },
      launchArgs: [
        workspace(SHOP, profile.root),
        `--user-data-dir=${profile.user}`,
        `--extensions-dir=${profile.extensions}`,
        '--disable-workspace-trust',
        '--disable-telemetry',
        '--disable-updates',
        '--skip-welcome',
        '--skip-release-notes',
        // Desktop VS Code refuses to run as root with its sandbox on.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    const lines = follow.stop();
    // With lines there was an editor, and they say what failed; without, there was none.
    if (lines.length === 0) {
      console.error(explain(error, executable));
      return EXIT.cannotRun;
    }
  } finally {
    follow.stop();
    profile.remove();
  }
  const verdict = judge(follow.stop());
  if (verdict.reason) console.error(verdict.reason);
  return verdict.exit;
}

function findProblem(repository: string, executable: string | undefined): string | undefined {
  if (!existsSync(join(repository, 'dist'))) return 'there is no dist folder: `npm run build` makes it.';
  if (executable && !existsSync(executable)) return `VSCODE_EXECUTABLE_PATH names no file: ${executable}`;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'there is no display: `xvfb-run -a npm run test:vscode` gives it one.';
  }
  return undefined;
}

function explain(error: unknown, executable: string | undefined): string {
  const reason = error instanceof Error ? error.message : String(error);
  if (executable) return `${executable} did not run the suite: ${reason}`;
  return [
    `VS Code could not be downloaded or started: ${reason}`,
    'An installed editor will do: VSCODE_EXECUTABLE_PATH=/path/to/code npm run test:vscode',
    'Without one, `npm run e2e:prepare` and `npm run test:e2e` run the same suite on a VS Code server from the package registry.',
  ].join('\n');
}
