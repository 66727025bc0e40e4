// What a person does in the window, by its keyboard and mouse, and what they see there.

import type { Locator, Page } from 'playwright-core';
import { eventually } from '../poll.ts';

/** The editor that has the focus; a view may stand beside it. */
const EDITOR = '.editor-group-container.active .editor-instance';

/** Opens a file by its name, as with Control+P, and waits for its text. */
export async function openFile(page: Page, name: string): Promise<void> {
  await pick(page, 'Control+p', name, name);
  await page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).first().waitFor();
  await page.locator(`${EDITOR} .view-line`).first().waitFor();
}

/** Runs a command of the palette by its visible title. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await pick(page, 'F1', `>${title}`, title);
}

/** Attempts with one opening of a list: what an extension adds comes into it only when it is opened anew. */
const ATTEMPTS = 8;
const ATTEMPT_MS = 3000;

/** Opens a list by a key, filters it, and takes the row with this text once it is the one that Enter takes. */
async function pick(page: Page, key: string, filter: string, row: string): Promise<void> {
  const widget = page.locator('.quick-input-widget:visible');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await page.keyboard.press(key);
    const isThere = await widget
      .locator('input.input')
      .fill(filter, { timeout: ATTEMPT_MS })
      .then(() => widget.locator('.monaco-list-row.focused', { hasText: row }).first().waitFor({ timeout: ATTEMPT_MS }))
      .then(
        () => true,
        () => false,
      );
    if (isThere) return page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  throw new Error(`'${row}' never was the first row for '${filter}'; the window shows:\n${await readPage(page)}`);
}

/** All the text in the window, as a person reads it. */
export async function readPage(page: Page): Promise<string> {
  return String(await page.evaluate('document.body.innerText'));
}

/** Puts the cursor at a line and column, both from 1. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('Control+g');
  const input = page.locator('.quick-input-widget:visible input.input');
  await input.waitFor();
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
}

/** The text of the open editor; the window writes its spaces as non-breaking ones. */
export async function editorText(page: Page): Promise<string> {
  const lines = (await page.evaluate(VISIBLE_LINES)) as readonly (readonly [number, string])[];
  return [...lines]
    .sort((a, b) => a[0] - b[0])
    .map(line => line[1].replaceAll('\u00a0', ' '))
    .join('\n');
}

/** Lines stand in the page in any order; their distance from the top says which comes first. */
const VISIBLE_LINES = `
  [...document.querySelectorAll('${EDITOR} .view-line')].map(line => [parseInt(line.style.top, 10), line.textContent])
`;

/** Waits until the editor's text fits. */
export async function textBecomes(page: Page, pattern: RegExp): Promise<void> {
  await eventually(
    `the text ${pattern}`,
    () => editorText(page),
    text => pattern.test(text),
  );
}

/** All wavy lines of a kind in the editor that has the focus. */
export function squiggles(page: Page, kind: 'error' | 'warning' | 'info'): Locator {
  return page.locator(`${EDITOR} .squiggly-${kind}`);
}

/** Waits for a wavy line of a kind. */
export async function squiggle(page: Page, kind: 'error' | 'warning' | 'info'): Promise<Locator> {
  const line = squiggles(page, kind).first();
  await line.waitFor({ state: 'attached', timeout: 20_000 }).catch(async () => {
    throw new Error(`There is no ${kind} squiggle in:\n${await editorText(page)}`);
  });
  return line;
}

/** Clicks into the middle of something that the mouse reaches only by its place on the screen. */
export async function clickInto(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error('What should be clicked is not on the screen.');
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** Opens the menu of fixes at the cursor and waits until it offers this. What else happens in the window may close it again. */
export async function openFixes(
  page: Page,
  title: string,
  open: () => Promise<void> = () => page.keyboard.press('Control+.'),
): Promise<Locator> {
  const row = page.locator('.action-widget:visible .monaco-list-row', { hasText: title }).first();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await open();
    const isThere = await row.waitFor({ timeout: ATTEMPT_MS }).then(
      () => true,
      () => false,
    );
    if (isThere) return row;
    await page.keyboard.press('Escape');
  }
  throw new Error(`'${title}' is not offered; the window shows:\n${await readPage(page)}`);
}

/** Texts of the rows of a list, once one of them fits. */
export async function rowsWith(page: Page, list: string, pattern: RegExp): Promise<readonly string[]> {
  return eventually(
    `a row ${pattern} in ${list}`,
    async () =>
      (await page.locator(`${list} .monaco-list-row`).allInnerTexts()).map(text => text.replaceAll('\u00a0', ' ')),
    rows => rows.some(row => pattern.test(row)),
  );
}
