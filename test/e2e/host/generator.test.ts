import { deepEqual, match } from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, never, pause } from '../poll.ts';
import { folder, tidy } from './editor.ts';

/** A person who accepts every proposal is done after fewer than this. */
const PROPOSALS = 12;
const PROPOSAL_MS = 300;

describe('the generator of a type 2 dimension', () => {
  const present = new Set<string>();

  before(async () => {
    for (const path of await sqlFiles()) present.add(path);
  });

  afterEach(async () => {
    await tidy();
    for (const path of await sqlFiles()) {
      if (!present.has(path)) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), path));
    }
  });

  it('asks first, and writes nothing when it is dismissed', async () => {
    let ended = false;
    const running = Promise.resolve(vscode.commands.executeCommand('grainline.newDimension')).finally(() => {
      ended = true;
    });
    await never('the end of a command that should ask', () => ended, Boolean, 1500);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await running;
    deepEqual(await sqlFiles(), [...present]);
  });

  it('writes a dimension with validity columns when every proposal is accepted', async () => {
    let ended = false;
    const running = Promise.resolve(vscode.commands.executeCommand('grainline.newDimension')).finally(() => {
      ended = true;
    });
    // Without an open question this does nothing.
    for (let step = 0; step < PROPOSALS && !ended; step += 1) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await pause(PROPOSAL_MS);
    }
    if (!ended) await acceptPreview();
    const created = await eventually(
      'a new model',
      async () => (await sqlFiles()).filter(path => !present.has(path)),
      paths => paths.length > 0,
    ).catch((error: Error) => {
      throw new Error(`${error.message}; the command ${ended ? 'has ended' : 'still waits'}`);
    });
    await running;
    const text = await eventually(
      'the text of the new dimension',
      () => textOf(created[0] ?? ''),
      now => now.length > 0,
    );
    match(text, /valid_from/);
    match(text, /valid_to/);
    match(text, /is_current/);
  });

  async function sqlFiles(): Promise<readonly string[]> {
    const found = await vscode.workspace.findFiles('**/*.sql');
    return found.map(uri => vscode.workspace.asRelativePath(uri)).sort();
  }
});

/** What shall be written stands in the preview with its check marks: nothing has to be ticked. */
async function acceptPreview(): Promise<void> {
  for (const command of ['refactorPreview.focus', 'refactorPreview.apply']) {
    await vscode.commands.executeCommand(command);
    await pause(PROPOSAL_MS);
  }
}

async function textOf(path: string): Promise<string> {
  return (await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), path))).getText();
}
