/** Opens a SQL file that lies in no project, and what is found in it. */

import { commands, window } from 'vscode';
import type { Server } from '../server.ts';

export async function checkFile(server: Server): Promise<void> {
  const [file] =
    (await window.showOpenDialog({ title: 'Check a SQL file', openLabel: 'Check', filters: { SQL: ['sql'] } })) ?? [];
  if (!file || !(await server.running())) return;
  await window.showTextDocument(file, { preview: false });
  await commands.executeCommand('workbench.actions.view.problems');
}
