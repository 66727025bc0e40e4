// New files from the palette, from menus and from the light bulb: shown first, written whole, and nothing when one leaves.

import { deepEqual, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../poll.ts';
import { type Files, SHOP } from '../workspace.ts';
import {
  clickInto,
  editorText,
  goTo,
  openFile,
  openFixes,
  readPage,
  rowsWith,
  runCommand,
  textBecomes,
} from './actions.ts';
import { openEmptyWindow, openWindow, picturePath } from './stage.ts';

const SOURCES = `version: 2

sources:
  - name: erp
    tables:
      - name: orders
        columns:
          - name: order_id
            data_type: integer
          - name: customer_id
            data_type: integer
          - name: amount
            data_type: decimal(18, 2)
          - name: updated_at
            data_type: timestamp
      - name: returns
        columns:
          - name: return_id
            data_type: integer
`;

const FILES: Files = {
  ...SHOP,
  'models/staging/erp.yml': SOURCES,
  'contracts/customers.contract.yml':
    'contract:\n  name: stg_crm__customers\n  version: 1.0.0\n  schema:\n    - column: customer_id\n      type: integer\n',
  'models/marts/daily_returns.sql': "select return_id from {{ source('erp', 'returns') }}\n",
};

const QUICK_INPUT = '.quick-input-widget:visible';
const PREVIEW = '.bulk-edit-panel:visible';

describe('what is written anew', () => {
  let page: Page;
  let folder: string;

  before(async () => {
    ({ page, folder } = await openWindow(FILES));
    await page
      .locator('#grainline\\.grainline\\.grainline\\.status', { hasText: /Grainline/ })
      .first()
      .waitFor();
  });

  it('leaves nothing when it is left at any step, or when the preview is discarded', async () => {
    const before = files(folder);
    const dimension = [
      'Which table of a source',
      'Which columns?',
      'Which columns tell rows apart',
      'several times',
      'called',
    ];
    for (let left = 0; left <= dimension.length; left += 1) {
      await runCommand(page, 'Grainline: New staging model');
      for (const question of dimension.slice(0, left)) await accept(page, question);
      const next = dimension[left];
      if (next === undefined) await clickInto(page, await previewButton(page, 'Discard'));
      else {
        await asked(page, next);
        await page.keyboard.press('Escape');
      }
      await page.locator(`${QUICK_INPUT}, ${PREVIEW}`).first().waitFor({ state: 'hidden' });
      deepEqual(files(folder), before);
    }
  });

  it('is asked for, shown, written, and opened at what is left to decide', async () => {
    await runCommand(page, 'Grainline: New staging model');
    await asked(page, 'Which table of a source');
    await page.screenshot({ path: picturePath('new-source') });
    await page.locator(`${QUICK_INPUT} .monaco-list-row`, { hasText: 'erp.orders' }).first().click();
    await asked(page, 'Which columns?');
    await page.screenshot({ path: picturePath('new-columns') });
    await accept(page, 'Which columns?');
    await asked(page, 'Which columns tell rows apart');
    await page.screenshot({ path: picturePath('new-key') });
    for (const question of ['tell rows apart', 'several times', 'called']) await accept(page, question);
    await rowsWith(page, '.bulk-edit-panel', /stg_erp__orders\.sql/);
    await page.screenshot({ path: picturePath('new-preview') });
    await apply(page, 'staging.yml');
    await page.screenshot({ path: picturePath('new-written') });
    const written = await eventually(
      'the new model and its entry',
      async () => ({
        sql: read(folder, 'models/staging/stg_erp__orders.sql'),
        yaml: read(folder, 'models/staging/staging.yml'),
      }),
      ({ sql, yaml }) => sql !== '' && yaml.includes('stg_erp__orders'),
    );
    match(written.sql, /source\('erp', 'orders'\)/);
    // What is typed replaces what stands there until somebody knows better.
    await page.keyboard.type('One row per order that was paid.');
    await eventually(
      'the description that was typed',
      () => editorText(page),
      text => /- name: stg_erp__orders\s+description: One row per order that was paid\.\n/.test(text),
    );
    await page.keyboard.press('Control+s');
    await runCommand(page, 'View: Close All Editors');
  });

  it('is a staging model from the light bulb on a source', async () => {
    await openFile(page, 'daily_returns.sql');
    await goTo(page, 1, 45);
    const stage = await openFixes(page, "Stage 'returns': new staging model");
    await page.screenshot({ path: picturePath('stage-a-source') });
    await clickInto(page, stage);
    await apply(page, 'staging.yml');
    await eventually(
      'the staging model of the source',
      async () => read(folder, 'models/staging/stg_erp__returns.sql'),
      text => /source\('erp', 'returns'\)/.test(text),
    );
    await runCommand(page, 'View: Close All Editors');
  });

  it('is about the file that was clicked in the explorer', async () => {
    await openFile(page, 'daily_returns.sql');
    await page.locator('.editor-instance .view-line', { hasText: 'return_id' }).first().waitFor();
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'daily_returns.sql' }).first();
    const entry = await menuEntry(page, row, 'Describe this model in YAML…');
    await page.screenshot({ path: picturePath('menu-of-a-model') });
    await entry.click();
    // Which model it is about is not asked.
    await asked(page, 'Which columns tell rows apart');
    await page.screenshot({ path: picturePath('describe-key') });
    await accept(page, 'tell rows apart');
    await rowsWith(page, '.bulk-edit-panel', /daily_returns|marts/);
    await clickInto(page, await previewButton(page, 'Discard'));
    await page.locator(PREVIEW).waitFor({ state: 'hidden' });
  });

  it('fits what was clicked', async () => {
    await openFile(page, 'customers.contract.yml');
    const row = (name: string) => page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
    const more = 'New model, YAML or check…';
    deepEqual(await entriesOf(page, row('customers.contract.yml')), ['Write dbt tests from this contract…', more]);
    deepEqual(await entriesOf(page, row('staging')), ['New staging model…', more]);
    const text = page.locator('.editor-instance .view-line', { hasText: 'version' }).first();
    deepEqual(await entriesOf(page, text), ['Write dbt tests from this contract…', more]);
  });

  it('may be a snippet, whose places are reached by Tab', async () => {
    await openFile(page, 'daily_returns.sql');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.type('gl-staging');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: 'gl-staging' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.snippet-placeholder').first().waitFor();
    await page.keyboard.type('crm_first');
    await page.keyboard.press('Tab');
    await page.keyboard.type('second_place');
    await textBecomes(page, /source\('crm_first', 'second_place'\)/);
    await runCommand(page, 'File: Revert File');
  });

  it('begins with a walkthrough', async () => {
    await runCommand(page, 'View: Close All Editors');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press('Control+b');
    await runCommand(page, 'Grainline: Get started');
    const steps = page.locator('.gettingStartedContainer .getting-started-step');
    await eventually(
      'the steps of the walkthrough',
      async () => (await steps.allInnerTexts()).join('\n'),
      text => /Open a dbt project/.test(text) && /Let the boilerplate be written/.test(text),
    );
    // The project is there already, which is what the first step is about.
    await page.locator('.getting-started-step .codicon.complete').first().waitFor();
    await page
      .frameLocator('iframe.webview.ready')
      .frameLocator('iframe#active-frame')
      .locator('svg')
      .first()
      .waitFor();
    await page.screenshot({ path: picturePath('walkthrough') });
    ok((await steps.count()) >= 4);
  });
});

describe('without a dbt project', () => {
  it('a command says what is missing, and the explorer offers ways to begin', async () => {
    const { page, folder } = await openWindow({ 'notes.md': 'None.\n' }, undefined, path =>
      rmSync(join(path, 'dbt_project.yml')),
    );
    await runCommand(page, 'Grainline: New staging model');
    await page.locator('.notification-toast', { hasText: 'There is no dbt project here' }).first().waitFor();
    await page.locator('.pane-header[aria-label="Grainline Section"]').first().click();
    const welcome = page.locator('.pane', { hasText: 'There is no dbt project in this folder' }).first();
    await welcome.locator('.monaco-button', { hasText: 'New dbt Project' }).first().waitFor();
    await page.screenshot({ path: picturePath('no-project') });
    await welcome.locator('.monaco-button', { hasText: 'New dbt Project' }).first().click();
    await asked(page, 'What is the project called?');
    await page.keyboard.type('shop');
    for (const question of ['project called', 'Which warehouse', 'How are things named', 'first source called']) {
      await accept(page, question);
    }
    await page.screenshot({ path: picturePath('new-project') });
    await clickInto(page, await previewButton(page, 'Apply'));
    await eventually(
      'the new project',
      async () => read(folder, 'dbt_project.yml'),
      text => text.startsWith('name: shop\n'),
    );
    await welcome.waitFor({ state: 'hidden' });
  });

  it('an empty window offers to check a file, and says that a folder is missing', async () => {
    const page = await openEmptyWindow();
    await page.keyboard.press('Control+Shift+e');
    await page.locator('.welcome-view-content', { hasText: 'Check a SQL File' }).first().waitFor();
    await runCommand(page, 'Grainline: New model, YAML or check');
    await page.locator('.notification-toast', { hasText: 'No folder is open' }).first().waitFor();
    await page.screenshot({ path: picturePath('empty-window') });
  });
});

/** Opens the context menu of something, and our part of it. */
async function menuEntry(page: Page, target: Locator, title: string): Promise<Locator> {
  const menu = page.locator('.monaco-menu');
  await target.click();
  await target.click({ button: 'right' });
  await menu.getByText('Grainline', { exact: true }).first().hover();
  const entry = menu.getByText(title).first();
  await entry.waitFor();
  return entry;
}

/** What our part of a context menu has. */
async function entriesOf(page: Page, target: Locator): Promise<readonly string[]> {
  await menuEntry(page, target, 'New model, YAML or check…');
  const entries = await page.locator('.monaco-submenu .action-menu-item .action-label:not(.separator)').allInnerTexts();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.monaco-menu').first().waitFor({ state: 'hidden' });
  return entries;
}

/** Waits for a question of the palette. */
async function asked(page: Page, question: string): Promise<void> {
  await eventually(
    `the question '${question}'`,
    async () => {
      const box = page.locator(QUICK_INPUT);
      const placeholders = await box
        .locator('input.input')
        .evaluateAll(all => all.map(one => one.getAttribute('placeholder')));
      return `${placeholders.join('\n')}\n${(await box.allInnerTexts()).join('\n')}`;
    },
    text => text.includes(question),
  );
}

/** Takes what is proposed. */
async function accept(page: Page, question: string): Promise<void> {
  await asked(page, question);
  await page.keyboard.press('Enter');
}

async function previewButton(page: Page, label: string) {
  const button = page.locator(`${PREVIEW} .monaco-button`, { hasText: label }).first();
  await button.waitFor().catch(async () => {
    throw new Error(`There is no preview; the window shows:\n${await readPage(page)}`);
  });
  return button;
}

/** Has all written, and waits until the cursor is where something is to decide. */
async function apply(page: Page, undecided: string): Promise<void> {
  await clickInto(page, await previewButton(page, 'Apply'));
  const tab = `.tab.active[data-resource-name="${undecided}"]`;
  await page.locator(tab).first().waitFor();
  await page.locator('.editor-group-container.active .snippet-placeholder').first().waitFor();
  await page.locator(`${tab}:not(.dirty)`).first().waitFor();
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** Empty where it is not there yet. */
function read(folder: string, path: string): string {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch {
    return '';
  }
}
