import { match } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { eventually } from '../poll.ts';
import { SHOP } from '../workspace.ts';
import {
  clickInto,
  editorText,
  goTo,
  openFile,
  openFixes,
  rowsWith,
  runCommand,
  squiggle,
  squiggles,
  textBecomes,
} from './actions.ts';
import { openWindow } from './stage.ts';

const BROKEN = `select
    customer_id,
    customer_name
from {{ ref('stg_crm__customers') }}
where customer_status = null
`;

describe('the installed extension', () => {
  let page: Page;

  before(async () => {
    ({ page } = await openWindow({
      ...SHOP,
      'models/marts/fct_broken.sql': BROKEN,
      'models/marts/fct_bulb.sql': BROKEN,
      'models/marts/fct_semicolon.sql': "select customer_id\nfrom {{ ref('stg_crm__customers') }};\n",
    }));
  });

  it('underlines what is wrong', async () => {
    await openFile(page, 'fct_broken.sql');
    await squiggle(page, 'error');
  });

  it('lists it in the Problems panel, with the rule', async () => {
    await runCommand(page, 'Problems: Focus on Problems View');
    const rows = await rowsWith(page, '.markers-panel', /null-comparison/);
    match(rows.join('\n'), /fct_broken\.sql/);
    await clickInto(page, page.locator('.markers-panel .monaco-list-row', { hasText: 'null-comparison' }).first());
    await page.keyboard.press('Enter');
    await runCommand(page, 'View: Hide Panel');
  });

  it('explains it on hover', async () => {
    await openFile(page, 'fct_broken.sql');
    await goTo(page, 5, 26);
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+i');
    await eventually(
      'a hover that names the rule',
      async () => (await page.locator('.monaco-hover:visible').allInnerTexts()).join('\n'),
      text => /null-comparison/.test(text),
    );
    await page.keyboard.press('Escape');
  });

  it('repairs it by quick fix', async () => {
    await openFile(page, 'fct_broken.sql');
    await goTo(page, 5, 26);
    await clickInto(page, await openFixes(page, 'is null'));
    await textBecomes(page, /where customer_status is null/i);
    await eventually(
      'no squiggle after the fix',
      async () => ({
        count: await squiggles(page, 'error').count(),
        text: await editorText(page),
      }),
      now => now.count === 0,
    );
  });

  it('shows a light bulb that opens the same fixes', async () => {
    await openFile(page, 'fct_bulb.sql');
    await clickInto(page, await squiggle(page, 'error'));
    const bulb = page.locator('.lightBulbWidget:visible').first();
    await openFixes(page, 'is null', async () => {
      await bulb.waitFor();
      await clickInto(page, bulb);
    });
    await page.keyboard.press('Escape');
  });

  it('repairs all that is safe by the Fix All command', async () => {
    await openFile(page, 'fct_semicolon.sql');
    await squiggle(page, 'warning');
    await runCommand(page, 'Grainline: Fix all safe problems in this file');
    await textBecomes(page, /stg_crm__customers'\) }}\s*$/);
  });

  it('finds what is typed, and lets go when it is corrected', async () => {
    await openFile(page, 'stg_crm__customers.sql');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('where customer_id = null');
    await squiggle(page, 'error');
    for (let index = 0; index < '= null'.length; index += 1) await page.keyboard.press('Backspace');
    await page.keyboard.type('is null');
    await eventually(
      'no squiggle after the correction',
      async () => ({
        count: await squiggles(page, 'error').count(),
        text: await editorText(page),
      }),
      now => now.count === 0,
    );
  });
});
