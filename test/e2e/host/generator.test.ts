import { match } from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, pause } from '../poll.ts';
import { folder, tidy } from './editor.ts';

/** A person who accepts every proposal is done after fewer steps than this. */
const STEPS = 40;
const STEP_MS = 250;

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

  it('writes a dimension with validity columns when every proposal is accepted', async () => {
    let ended = false;
    const running = Promise.resolve(vscode.commands.executeCommand('grainline.newDimension')).finally(() => {
      ended = true;
    });
    let created: string | undefined;
    for (let step = 0; step < STEPS && !created; step += 1) {
      await pause(STEP_MS);
      // Without an open question the first does nothing; without an open preview the others do nothing.
      await accept('workbench.action.acceptSelectedQuickOpenItem');
      // A file that needs confirmation stands in the preview without its check mark.
      if (step % 2 === 1) await accept('refactorPreview.toggleCheckedState');
      await accept('refactorPreview.apply');
      created = (await sqlFiles()).find(path => !present.has(path)) ?? newDocument();
    }
    if (!created) throw new Error(`After ${STEPS} accepted proposals there is no new model; the command ${ended ? 'has ended' : 'still runs'}.`);
    await running;
    const text = await eventually('the text of the new dimension', () => textOf(created), now => now.length > 0);
    match(text, /valid_from/);
    match(text, /valid_to/);
    match(text, /is_current/);
  });

  async function sqlFiles(): Promise<readonly string[]> {
    const found = await vscode.workspace.findFiles('**/*.sql');
    return found.map(uri => vscode.workspace.asRelativePath(uri)).sort();
  }

  /** The generator may also open what it proposes without saving it. */
  function newDocument(): string | undefined {
    const open = vscode.workspace.textDocuments.find(document => document.isUntitled && /valid_from/.test(document.getText()));
    return open?.uri.toString();
  }
});

async function accept(command: string): Promise<void> {
  await vscode.commands.executeCommand(command).then(undefined, () => {});
}

async function textOf(place: string): Promise<string> {
  const uri = place.startsWith('untitled:') ? vscode.Uri.parse(place) : vscode.Uri.joinPath(folder(), place);
  return (await vscode.workspace.openTextDocument(uri)).getText();
}
