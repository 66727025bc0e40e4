// The one server and browser that all workbench suites share, and what is asserted after every test.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { type PageWatch, watchPage } from '../run/browser.ts';
import { isComplaint, RECORD_TOASTS, TAKE_TOASTS } from '../run/messages.ts';
import { type Files, workspace } from '../workspace.ts';
import { readPage } from './actions.ts';

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
let faults: string[] = [];

export function openStage(given: Stage): Stage {
  stage = given;
  faults = [];
  return given;
}

export function closeStage(): void {
  stage = undefined;
  opened = undefined;
}

/** What went wrong beside the tests. A hook that fails would end the suite, so the faults wait here for its end. */
export function stageFaults(): readonly string[] {
  return faults;
}

/** Opens a fresh workspace with these files in a fresh window; the window before it closes. `prepare` may do more in its folder. */
export async function openWindow(
  files: Files,
  name?: string,
  prepare: (folder: string) => void = () => {},
): Promise<{ readonly page: Page; readonly folder: string }> {
  if (!stage) throw new Error('There is no browser: start the suites with `npm run test:e2e`.');
  const folder = workspace(files, stage.folder, name);
  prepare(folder);
  const page = await freshPage(stage, `folder=${encodeURIComponent(folder)}`);
  await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 30_000 });
  return { page, folder };
}

/** Opens a window without a folder; the window before it closes. */
export async function openEmptyWindow(): Promise<Page> {
  if (!stage) throw new Error('There is no browser: start the suites with `npm run test:e2e`.');
  const page = await freshPage(stage, 'ew=true');
  await page.locator('.statusbar-item').first().waitFor({ timeout: 30_000 });
  return page;
}

async function freshPage({ context, port }: Stage, query: string): Promise<Page> {
  const before = opened;
  const page = await context.newPage();
  opened = { page, watch: watchPage(page) };
  await before?.page.close();
  await page.addInitScript(RECORD_TOASTS);
  await page.goto(`http://127.0.0.1:${port}/?${query}`, { waitUntil: 'commit' });
  return page;
}

/** Where a picture of that name goes. */
export function picturePath(name: string): string {
  if (!stage) throw new Error('There is no browser: start the suites with `npm run test:e2e`.');
  return join(stage.output, `${name}.png`);
}

/** An error or warning that a test provokes on purpose; any other fails the suite and names the test. */
export function expectToast(pattern: RegExp): void {
  expectedToasts.push(pattern);
}

/** After every test: no error or warning that nobody asked for, no content policy hurt; a picture when it failed. */
export const stageHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (!stage || !opened || !test) return;
    if (test.state === 'failed') {
      const name = test
        .fullTitle()
        .replace(/[^a-z0-9]+/gi, '-')
        .slice(0, 100);
      await opened.page.screenshot({ path: join(stage.output, `${name}.png`), timeout: 10_000 }).catch(() => {});
      const text = await readPage(opened.page).catch(() => '');
      writeFileSync(join(stage.output, `${name}.txt`), text);
    }
    const toasts = await takeToasts(opened.page);
    const unexpected = toasts.filter(
      toast => isComplaint(toast) && !expectedToasts.some(pattern => pattern.test(toast)),
    );
    expectedToasts = [];
    const found = [...opened.watch.takeFaults(), ...unexpected.map(toast => `Message: ${toast}`)];
    faults.push(...found.map(fault => `in '${test.fullTitle()}': ${fault}`));
  },
};

/** Every message shown since the last call, as `error: text`. */
async function takeToasts(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(TAKE_TOASTS)) as string[];
}
