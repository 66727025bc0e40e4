/** A dbt project to begin with, in the folder that is open; without one, in a folder that is chosen, which is opened then. */

import { commands, Uri, window } from 'vscode';
import { hasFolder, isThere, NEW_PROJECT, sayWhatIsMissing } from '../places.ts';
import type { Server } from '../server.ts';
import { makeKind } from './new.ts';

export async function newProject(server: Server): Promise<void> {
  if (hasFolder()) {
    await makeKind(server, NEW_PROJECT, []);
    return;
  }
  const [folder] =
    (await window.showOpenDialog({
      title: 'In which folder shall the dbt project be?',
      openLabel: 'Choose',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (!folder) return;
  if (await isThere(Uri.joinPath(folder, 'dbt_project.yml'))) {
    await sayWhatIsMissing('folder without a project');
    return;
  }
  await makeKind(server, NEW_PROJECT, [], { project: folder.toString() });
  if (await isThere(Uri.joinPath(folder, 'dbt_project.yml')))
    await commands.executeCommand('vscode.openFolder', folder);
}
