// The one server and browser that all workbench suites share, and what is asserted after every test.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { type PageWatch, watchPage } from '../run/browser.ts';
import { type Files, workspace } from '../workspace.ts';

export type Stage = {
  readonly context: BrowserContext;
  readonly port: number;
  /** Temporary folder for workspaces. */
  readonly folder: string;
  readonly output: string;
};

type Opened = { readonly page: Page; readonly watch: PageWatch };

let stage: Stage | undefined;
let opened: Opened | undefined;
let expectedToasts: RegExp[] = [];

export function openStage(given: Stage): Stage {
  stage = given;
  return given;
}

export function closeStage(): void {
  stage = undefined;
  opened = undefined;
}

/** Opens a fresh workspace with these files in a fresh window; the window before it closes. */
export async function openWindow(files: Files): Promise<{ readonly page: Page; readonly folder: string }> {
  if (!stage) throw new Error('There is no browser: start the suites with `npm run test:e2e`.');
  const folder = workspace(files, stage.folder);
  const before = opened;
  const page = await stage.context.newPage();
  opened = { page, watch: watchPage(page) };
  await before?.page.close();
  await page.addInitScript(RECORD_TOASTS);
  await page.goto(`http://127.0.0.1:${stage.port}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'commit' });
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 30_000 });
  return { page, folder };
}

/** A message that a test provokes on purpose; any other message fails the test it appears in. */
export function expectToast(pattern: RegExp): void {
  expectedToasts.push(pattern);
}

/** After every test: no message that nobody asked for, no content policy hurt; a picture when it failed. */
export const stageHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (!stage || !opened || !test) return;
    if (test.state === 'failed') {
      const name = test.fullTitle().replace(/[^a-z0-9]+/gi, '-').slice(0, 100);
      await opened.page.screenshot({ path: join(stage.output, `${name}.png`), timeout: 10_000 }).catch(() => {});
      const text = await opened.page.locator('body').innerText({ timeout: 5000 }).catch(() => '');
      writeFileSync(join(stage.output, `${name}.txt`), text);
    }
    const toasts = await takeToasts(opened.page);
    const unexpected = toasts.filter(toast => !expectedToasts.some(pattern => pattern.test(toast)));
    expectedToasts = [];
    const faults = [...opened.watch.takeFaults(), ...unexpected.map(toast => `Message: ${toast}`)];
    if (faults.length > 0) throw new Error(`Unexpected: ${faults.join('\n')}`);
  },
};

/** Messages vanish by themselves, so the page keeps a list of all it has shown. */
const RECORD_TOASTS = `
  window.grainlineToasts = [];
  setInterval(() => {
    for (const toast of document.querySelectorAll('.notification-toast .notification-list-item')) {
      const message = toast.querySelector('.notification-list-item-message');
      const icon = toast.querySelector('.notification-list-item-icon');
      if (!message || !message.textContent || toast.grainlineSeen) continue;
      toast.grainlineSeen = true;
      const kind = /codicon-(error|warning|info)/.exec(icon ? icon.className : '');
      window.grainlineToasts.push((kind ? kind[1] : 'message') + ': ' + message.textContent);
    }
  }, 100);
`;

/** Every message shown since the last call, as `error: text`. */
async function takeToasts(page: Page): Promise<readonly string[]> {
  return (await page.evaluate('(window.grainlineToasts || []).splice(0)')) as string[];
}
