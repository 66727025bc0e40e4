/** Opens the walkthrough. */

import { commands, type ExtensionContext } from 'vscode';

export async function getStarted({ extension }: Pick<ExtensionContext, 'extension'>): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#start`, false);
}
