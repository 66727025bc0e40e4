import { match } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { eventually, pause } from '../poll.ts';
import { SHOP } from '../workspace.ts';
import { readPage, runCommand } from './actions.ts';
import { openWindow } from './stage.ts';

/** A person who accepts every proposal is done after fewer steps than this. */
const STEPS = 30;
const STEP_MS = 400;

describe('the command palette', () => {
  let page: Page;
  let folder: string;

  before(async () => {
    ({ page, folder } = await openWindow(SHOP));
  });

  it('makes a type 2 dimension, shown before it is written', async () => {
    const before = models(folder);
    await runCommand(page, 'Grainline: New type 2 dimension');
    let previewed = false;
    let created: string | undefined;
    for (let step = 0; step < STEPS && !created; step += 1) {
      await pause(STEP_MS);
      if (await page.locator('.quick-input-widget:visible').count()) await acceptProposal(page);
      else if (await page.locator('.bulk-edit-panel:visible').count()) {
        previewed = true;
        await acceptPreview(page);
      }
      created = models(folder).find(path => !before.includes(path));
    }
    if (!created) throw new Error(`No new model was written; the window shows:\n${await readPage(page)}`);
    if (!previewed) throw new Error(`${created} was written without being shown first.`);
    const path = join(folder, created);
    // It is made, then filled, then saved.
    const text = await eventually(
      'the text of the new model',
      () => Promise.resolve(readFileSync(path, 'utf8')),
      now => now.length > 0,
    );
    for (const column of [/valid_from/, /valid_to/, /is_current/]) match(text, column);
    // Its YAML is opened beside it, at the first description that somebody should decide about.
    await page.locator('.editor-group-container.active .snippet-placeholder').first().waitFor();
  });

  it('makes a date dimension of typed answers', async () => {
    await runCommand(page, 'Grainline: New model, YAML or check');
    for (const answer of ['date-dimension', '2024-01-01', '2024-12-31', '4', 'dim_calendar']) {
      const box = page.locator('.quick-input-widget:visible input.input').first();
      await pause(STEP_MS);
      await box.fill(answer);
      await pause(STEP_MS);
      await page.keyboard.press('Enter');
    }
    await page.locator('.bulk-edit-panel .monaco-list-row', { hasText: 'dim_calendar' }).first().waitFor();
    await acceptPreview(page);
    const text = await eventually(
      'the new date dimension',
      () => Promise.resolve(readFileSync(join(folder, 'models/marts/dim_calendar.sql'), 'utf8')),
      now => now.includes('fiscal_year'),
    );
    match(text, /cast\('2024-12-31' as date\) as last_date/);
    const yaml = readFileSync(join(folder, 'models/marts/marts.yml'), 'utf8');
    match(yaml, /- name: dim_calendar/);
  });
});

/** Takes what is proposed; where nothing is, all there is. */
async function acceptProposal(page: Page): Promise<void> {
  const widget = page.locator('.quick-input-widget:visible');
  const all = widget.locator('.quick-input-header .monaco-checkbox:visible').first();
  const isProposed = (await widget.locator('.monaco-list-row [aria-checked="true"]').count()) > 0;
  if (!isProposed && (await all.count()) > 0) await all.click();
  await page.keyboard.press('Enter');
}

/** Files that need confirmation stand in the preview without their check mark. */
async function acceptPreview(page: Page): Promise<void> {
  const boxes = page.locator(
    '.bulk-edit-panel .monaco-list-row input[type="checkbox"], .bulk-edit-panel .monaco-list-row .edit-checkbox',
  );
  for (let index = 0; index < (await boxes.count()); index += 1) {
    const box = boxes.nth(index);
    if (!(await box.isChecked().catch(() => true))) await box.click();
  }
  await page.locator('.bulk-edit-panel .monaco-button:not(.secondary)').first().click();
}

function models(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.sql'))
    .sort();
}
