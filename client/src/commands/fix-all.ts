/** Applies all safe fixes to the file in the active editor. */

import { window, workspace } from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient/node';
import type { FIX_ALL as FixAllMethod, FixAllParams } from '../../../server/src/lsp/protocol.ts';
import type { Server } from '../server.ts';

export async function fixAllInFile(server: Server): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document || !/^(?:jinja-)?(?:sql|yaml)$/.test(document.languageId)) {
    void window.showInformationMessage('Open a SQL or YAML file first: its safe problems are fixed there.');
    return;
  }
  const client = await server.running();
  if (!client) return;
  const params: FixAllParams = { uri: client.code2ProtocolConverter.asUri(document.uri) };
  const edit = await client.sendRequest<WorkspaceEdit | null>(FIX_ALL, params);
  if (!edit) {
    window.setStatusBarMessage('Grainline: there is nothing that can be fixed safely in this file.', 5000);
    return;
  }
  await workspace.applyEdit(await client.protocol2CodeConverter.asWorkspaceEdit(edit));
}

const FIX_ALL: typeof FixAllMethod = 'grainline/fixAll';
