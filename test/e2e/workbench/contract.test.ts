import { match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { eventually } from '../poll.ts';
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
import { openWindow, picturePath } from './stage.ts';

const CONTRACT = `contract:
  name: orders
  version: "1.4.0"
  owner: sales
  description: Orders of the shop.
  consumers: [finance]
  notification_channel: "#orders"
  sla:
    freshness_hours: 6
  schema:
    - column: order_id
      type: integer
      nullable: false
      description: The order.
    - column: status
      type: varchar
      description: Its state.
  breaking_change_policy: version-bump
`;

const FILES = {
  'contracts/orders.contract.yml': CONTRACT,
  'models/orders.sql': `select
    cast(order_id as integer) as order_id,
    cast(status as varchar) as status
from {{ source('shop', 'raw_orders') }}
where order_id is not null
`,
  'models/open_orders.sql': "select order_id from {{ ref('orders') }} where status = 'open'\n",
  'models/sources.yml': 'sources:\n  - name: shop\n    tables:\n      - name: raw_orders\n',
};

describe('a contract in a repository', () => {
  let page: Page;

  before(async () => {
    ({ page } = await openWindow(FILES, undefined, folder => {
      const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
      const git = (...args: readonly string[]) => execFileSync('git', [...who, ...args], { cwd: folder });
      git('init', '--quiet', '--initial-branch=main');
      git('add', '--all');
      git('commit', '--quiet', '--message=first');
    }));
  });

  it('says what breaks, beside the place where it stood', async () => {
    await openFile(page, 'orders.contract.yml');
    await goTo(page, 15, 1);
    for (let line = 0; line < 3; line += 1) await page.keyboard.press('Control+Shift+k');
    await squiggle(page, 'error');
    await runCommand(page, 'Problems: Focus on Problems View');
    const rows = await rowsWith(page, '.markers-panel', /breaking-change/);
    match(rows.join('\n'), /'status' was removed, and 1 model \(open_orders\) and 1 consumer \(finance\) read it/);
    await page.screenshot({ path: picturePath('breaking-change') });
    await runCommand(page, 'View: Hide Panel');
  });

  it('is satisfied by the version', async () => {
    await goTo(page, 3, 14);
    await clickInto(page, await openFixes(page, 'Raise the version to 2.0.0'));
    await textBecomes(page, /version: "2\.0\.0"/);
    await noErrors(page);
  });

  it('is broken by SQL alone', async () => {
    await openFile(page, 'orders.contract.yml');
    await runCommand(page, 'File: Revert File');
    await textBecomes(page, /version: "1\.4\.0"/);
    await noErrors(page);
    await openFile(page, 'orders.sql');
    await noErrors(page);
    await goTo(page, 3, 1);
    await page.keyboard.press('Control+Shift+k');
    await goTo(page, 2, 43);
    await page.keyboard.press('Backspace');
    await squiggle(page, 'error');
    await runCommand(page, 'Problems: Focus on Problems View');
    const rows = await rowsWith(page, '.markers-panel', /contract-not-delivered/);
    match(rows.join('\n'), /'orders' does not deliver 'status', which contracts\/orders\.contract\.yml promises/);
    await runCommand(page, 'View: Hide Panel');
  });
});

async function noErrors(page: Page): Promise<void> {
  await eventually(
    'no error',
    async () => ({ count: await squiggles(page, 'error').count(), text: await editorText(page) }),
    now => now.count === 0,
  );
}
