import { match } from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Page } from 'playwright-core';
import { eventually } from '../poll.ts';
import type { Files } from '../workspace.ts';
import { goTo, openFile, openFixes, rowsWith, runCommand, squiggle } from './actions.ts';
import { openWindow, picturePath } from './stage.ts';

describe('the example project, as a person opens it', () => {
  let page: Page;

  before(async () => {
    const repository = process.env['GRAINLINE_E2E_REPOSITORY'] ?? '';
    ({ page } = await openWindow(filesBelow(join(repository, 'test', 'projects', 'shop')), 'shop'));
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('shows a planted defect where it stands, and says why it matters', async () => {
    await openFile(page, 'mrt_marketing_dormant_customers.sql');
    await squiggle(page, 'error');
    await runCommand(page, 'Problems: Focus on Problems View');
    const rows = await rowsWith(page, '.markers-panel', /not-in-nullable/);
    match(rows.join('\n'), /keeps no row at all/);
  });

  it('offers its fixes', async () => {
    // The picture of the README is taken here: `out/e2e/example.png`.
    await page.keyboard.press('Control+1');
    await goTo(page, 24, 35);
    await openFixes(page, 'Leave out the NULLs');
    const menu = page.locator('.action-widget:visible');
    await eventually(
      'a menu with the fixes',
      async () => (await menu.allInnerTexts()).join('\n').replaceAll('\u00a0', ' '),
      text => /Leave out the NULLs/.test(text) && /NOT EXISTS/.test(text),
    );
    await page.screenshot({ path: picturePath('example') });
    await page.keyboard.press('Escape');
  });
});

function filesBelow(folder: string): Files {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) files[relative(folder, path).split(sep).join('/')] = readFileSync(path, 'utf8');
  }
  return files;
}
