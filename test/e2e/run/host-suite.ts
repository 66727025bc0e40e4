// Runs the Mocha suite inside a real extension host: a VS Code server, with its workbench in a headless browser.

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { pause } from '../poll.ts';
import { SHOP, workspace } from '../workspace.ts';
import { startBrowser, watchPage } from './browser.ts';
import { followLines } from './lines.ts';
import { isComplaint, SHOWN_MESSAGES } from './messages.ts';
import { EXIT, type Exit, judge } from './outcome.ts';
import { createProfile, keepLogs, type Surroundings } from './surroundings.ts';
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
  let exit: Exit = EXIT.cannotRun;
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

    const ended = new Promise<readonly string[]>(resolve => {
      void page.exposeFunction('codeAutomationLog', () => {});
      void page.exposeFunction('codeAutomationExit', async () => {
        const messages = await readMessages(page).catch(error => [`error: the messages cannot be read: ${error}`]);
        resolve(messages.filter(isComplaint));
      });
    });
    await page.goto(address(server.port, options, workspace(SHOP, profile.root)), { waitUntil: 'commit' });
    const end = await Promise.race([ended, pause(options.limit).then(() => 'out of time' as const)]);
    const lines = follow.stop();

    if (end === 'out of time') {
      const picture = join(surroundings.output, 'host-hang.png');
      await page.screenshot({ path: picture, timeout: 10_000 }).catch(() => {});
      console.log(`The suite did not end within ${options.limit / 1000} s; the screen is in ${picture}.`);
      exit = EXIT.outOfTime;
      return exit;
    }
    const verdict = judge(lines);
    if (verdict.reason) console.log(verdict.reason);
    const faults = [...watch.takeFaults(), ...end.map(message => `Message: ${message}`)];
    for (const fault of faults) console.log(`Unexpected: ${fault}`);
    exit = verdict.exit === EXIT.passed && faults.length > 0 ? EXIT.failed : verdict.exit;
    if (exit !== EXIT.passed) {
      await page.screenshot({ path: join(surroundings.output, 'host-end.png'), timeout: 10_000 }).catch(() => {});
    }
    return exit;
  } finally {
    follow.stop();
    if (exit !== EXIT.passed) keepLogs(profile, join(surroundings.output, 'host-logs'));
    await cleanup();
  }
}

/** The test driver hides toasts, but the bell in the status bar has a dot, and behind it is the list of messages. */
async function readMessages(page: Page): Promise<readonly string[]> {
  if ((await page.locator('#status\\.notifications .codicon-bell-dot').count()) === 0) return [];
  await page.locator('#status\\.notifications a').first().click({ timeout: 2000 });
  const messages = page.locator('.notifications-center .notification-list-item');
  await messages.first().waitFor({ timeout: 2000 });
  return (await page.evaluate(SHOWN_MESSAGES)) as readonly string[];
}

function address(port: number, options: HostSuiteOptions, folder: string): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(options.extension)],
    ['extensionTestsPath', remote(options.tests)],
  ]);
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`;
}
