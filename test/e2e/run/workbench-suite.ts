// Runs the workbench suite: the packaged extension, installed as a person installs it, driven through the real window.

import { join } from 'node:path';
import Mocha from 'mocha';
import { pause } from '../poll.ts';
import { MOCHA_OPTIONS, reporter } from '../report.ts';
import { closeStage, openStage, type Stage, stageFaults, stageHooks } from '../workbench/stage.ts';
import { startBrowser } from './browser.ts';
import { EXIT, type Exit, judge } from './outcome.ts';
import { createProfile, keepLogs, type Surroundings } from './surroundings.ts';
import { installVsix, startServer } from './vscode-server.ts';

export type WorkbenchSuiteOptions = {
  readonly vsix: string;
  readonly tests: readonly string[];
  readonly grep: string | undefined;
  readonly limit: number;
};

const TEST_LIMIT_MS = 60_000;

export async function runWorkbenchSuite(
  surroundings: Surroundings,
  options: WorkbenchSuiteOptions,
  onCleanup: (cleanup: () => Promise<void>) => void,
): Promise<Exit> {
  const profile = createProfile();
  let closeBrowser = async (): Promise<void> => {};
  let stopServer = async (): Promise<void> => {};
  const cleanup = async (): Promise<void> => {
    closeStage();
    await closeBrowser();
    await stopServer();
    profile.remove();
  };
  onCleanup(cleanup);
  let exit: Exit = EXIT.cannotRun;
  try {
    await installVsix(surroundings, profile, options.vsix);
    const server = await startServer(surroundings, profile, 'workbench', { testDriver: false });
    stopServer = server.stop;
    const context = await startBrowser(surroundings, profile);
    closeBrowser = () => context.close();
    const stage = openStage({ context, port: server.port, folder: profile.root, output: surroundings.output });

    const lines: string[] = [];
    let muted = false;
    const write = (line: string) => {
      if (muted) return;
      lines.push(line);
      console.log(line);
    };
    const mocha = await loadMocha(options, write);
    const end = await Promise.race([runMocha(mocha, stage), pause(options.limit).then(() => 'out of time' as const)]);
    if (end === 'out of time') {
      // The tests that are left would only say that their browser is gone.
      muted = true;
      const picture = join(surroundings.output, 'workbench-hang.png');
      await photograph(stage, picture);
      console.log(`The suite did not end within ${options.limit / 1000} s; the screen is in ${picture}.`);
      exit = EXIT.outOfTime;
      return exit;
    }
    const verdict = judge(lines);
    if (verdict.reason) console.log(verdict.reason);
    for (const fault of stageFaults()) console.log(`Unexpected ${fault}`);
    exit = verdict.exit === EXIT.passed && stageFaults().length > 0 ? EXIT.failed : verdict.exit;
    return exit;
  } finally {
    if (exit !== EXIT.passed) keepLogs(profile, join(surroundings.output, 'workbench-logs'));
    await cleanup();
  }
}

async function loadMocha(options: WorkbenchSuiteOptions, write: (line: string) => void): Promise<Mocha> {
  const mocha = new Mocha({
    ...MOCHA_OPTIONS,
    reporter: reporter(write),
    timeout: TEST_LIMIT_MS,
    rootHooks: stageHooks,
    ...(options.grep ? { fgrep: options.grep } : {}),
  });
  for (const path of options.tests) mocha.addFile(path);
  await mocha.loadFilesAsync();
  return mocha;
}

function runMocha(mocha: Mocha, stage: Stage): Promise<void> {
  return new Promise(resolve => {
    const runner = mocha.run(() => resolve());
    // After a failed test its own hook takes the picture; after a failed hook nothing else does.
    runner.on('fail', test => {
      if ((test.type as string) === 'hook') void photograph(stage, join(stage.output, 'hook-failed.png'));
    });
  });
}

async function photograph(stage: Stage, path: string): Promise<void> {
  await stage.context
    .pages()
    .at(-1)
    ?.screenshot({ path, timeout: 10_000 })
    .catch(() => {});
}
