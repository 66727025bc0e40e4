/** Where something new can go, and what to say when there is no such place. */

import { commands, type Uri, window, workspace } from 'vscode';
import type { GeneratorKinds } from '../../server/src/lsp/protocol.ts';

export interface Folder {
  /** URI. */
  readonly root: string;
  readonly name: string;
}

export type Missing = 'folder' | 'project' | 'folder without a project';

/** The one kind that needs a folder without a project. */
export const NEW_PROJECT = 'project';

/** Projects; folders of the workspace for what needs none; folders that hold none for a new one. */
export function placesFor(
  { kinds, projects }: GeneratorKinds,
  kind: string,
): { readonly folders: readonly Folder[] } | { readonly missing: Missing } {
  const opened = (workspace.workspaceFolders ?? []).map(({ uri, name }) => ({ root: uri.toString(), name }));
  if (opened.length === 0) return { missing: 'folder' };
  if (kind === NEW_PROJECT) {
    const roots = new Set(projects.map(project => project.root));
    const folders = opened.filter(folder => !roots.has(folder.root));
    return folders.length > 0 ? { folders } : { missing: 'folder without a project' };
  }
  if (projects.length > 0) return { folders: projects };
  const worksAnywhere = kinds.find(each => each.id === kind)?.worksAnywhere === true;
  return worksAnywhere ? { folders: opened } : { missing: 'project' };
}

export function hasFolder(): boolean {
  return (workspace.workspaceFolders ?? []).length > 0;
}

const MESSAGES: { readonly [missing in Missing]: string } = {
  folder: 'No folder is open. Grainline writes into the folder of a dbt project: open it first.',
  project: 'There is no dbt project here: no folder of this workspace has a dbt_project.yml.',
  'folder without a project': 'There is a dbt project here already. Open another folder for a new one.',
};

export async function sayWhatIsMissing(missing: Missing): Promise<void> {
  const open = 'Open Folder…';
  const make = 'New dbt Project…';
  const chosen = await window.showInformationMessage(
    MESSAGES[missing],
    ...(missing === 'project' ? [make, open] : [open]),
  );
  if (chosen === open) await commands.executeCommand('vscode.openFolder');
  if (chosen === make) await commands.executeCommand('grainline.newProject');
}

export async function isThere(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
