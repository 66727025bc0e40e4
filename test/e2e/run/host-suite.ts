// Runs the Mocha suite inside a real extension host: a VS Code server, with its workbench in a headless browser.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { pause } from '../poll.ts';
import { SHOP, workspace } from '../workspace.ts';
import { startBrowser, watchPage } from './browser.ts';
import { EXIT, type Exit, judge } from './outcome.ts';
import { createProfile, type Surroundings } from './surroundings.ts';
import { startServer } from './vscode-server.ts';

export type HostSuiteOptions = {
  /** Folder of the built extension. */
  readonly extension: string;
  /** The bundle whose `run()` the extension host calls. */
  readonly tests: string;
  readonly grep: string | undefined;
  readonly limit: number;
};

export async function runHostSuite(
  surroundings: Surroundings,
  options: HostSuiteOptions,
  onCleanup: (cleanup: () => Promise<void>) => void,
): Promise<Exit> {
  const profile = createProfile();
  const results = join(profile.root, 'results.txt');
  const follow = followLines(results, line => console.log(line));
  let closeBrowser = async (): Promise<void> => {};
  let stopServer = async (): Promise<void> => {};
  const cleanup = async (): Promise<void> => {
    await closeBrowser();
    await stopServer();
    profile.remove();
  };
  onCleanup(cleanup);
  try {
    const server = await startServer(surroundings, profile, 'host', {
      testDriver: true,
      env: { GRAINLINE_E2E_RESULTS: results, ...(options.grep ? { GRAINLINE_E2E_GREP: options.grep } : {}) },
    });
    stopServer = server.stop;
    const context = await startBrowser(surroundings, profile);
    closeBrowser = () => context.close();
    const page = context.pages()[0] ?? (await context.newPage());
    const watch = watchPage(page);

    const ended = new Promise<{ readonly notifications: string }>(resolve => {
      void page.exposeFunction('codeAutomationLog', () => {});
      void page.exposeFunction('codeAutomationExit', async () => resolve({ notifications: await readNotifications(page) }));
    });
    await page.goto(address(server.port, options, workspace(SHOP, profile.root)), { waitUntil: 'commit' });
    const end = await Promise.race([ended, pause(options.limit).then(() => 'out of time' as const)]);
    const lines = follow.stop();

    if (end === 'out of time') {
      const picture = join(surroundings.output, 'host-hang.png');
      await page.screenshot({ path: picture, timeout: 10_000 }).catch(() => {});
      console.log(`The suite did not end within ${options.limit / 1000} s; the screen is in ${picture}.`);
      return EXIT.outOfTime;
    }
    const verdict = judge(lines);
    if (verdict.reason) console.log(verdict.reason);
    if (verdict.exit !== EXIT.passed) {
      await page.screenshot({ path: join(surroundings.output, 'host-end.png'), timeout: 10_000 }).catch(() => {});
      return verdict.exit;
    }
    const faults = [...watch.takeFaults(), ...(end.notifications ? [`Notifications: ${end.notifications}`] : [])];
    for (const fault of faults) console.log(`Unexpected: ${fault}`);
    return faults.length === 0 ? EXIT.passed : EXIT.failed;
  } finally {
    follow.stop();
    await cleanup();
  }
}

/** The test driver hides toasts, but the bell in the status bar still counts what was notified. */
async function readNotifications(page: Page): Promise<string> {
  const bell = page.locator('#status\\.notifications a').first();
  const label = (await bell.getAttribute('aria-label', { timeout: 2000 }).catch(() => '')) ?? '';
  return /\d+ new notification/i.test(label) ? label : '';
}

function address(port: number, options: HostSuiteOptions, folder: string): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(options.extension)],
    ['extensionTestsPath', remote(options.tests)],
  ]);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}

/** Hands on the lines of a growing file, so that a run is watched test by test. `stop` returns all of them. */
export function followLines(path: string, write: (line: string) => void): { readonly stop: () => readonly string[] } {
  let seen = 0;
  let stopped = false;
  const readLines = () => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []);
  const pass = () => {
    const lines = readLines();
    for (const line of lines.slice(seen)) write(line);
    seen = lines.length;
    return lines;
  };
  const timer = setInterval(pass, 200);
  let all: readonly string[] = [];
  return {
    stop: () => {
      if (stopped) return all;
      stopped = true;
      clearInterval(timer);
      all = pass();
      return all;
    },
  };
}
