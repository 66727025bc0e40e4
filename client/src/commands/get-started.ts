/** Opens the walkthrough. */

import { commands, type ExtensionContext } from 'vscode';

export async function getStarted({ extension }: Pick<ExtensionContext, 'extension'>): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#start`, false);
  // A step is not ticked by what was so before the walkthrough knew of it, only by what becomes so.
  await commands.executeCommand('setContext', 'grainline.isStarted', true);
}
