/** Opens the page of a rule: the one that comes with the extension, so that no network is needed, else the one on the web. */

import { commands, env, languages, Uri, window, workspace } from 'vscode';

export async function openRule(extension: Uri, given: unknown): Promise<void> {
  const rule = typeof given === 'string' ? given : await chooseRule();
  if (rule === undefined || !/^[a-z0-9-]+$/.test(rule)) return;
  const page = Uri.joinPath(extension, 'docs', 'rules', `${rule}.md`);
  try {
    await workspace.fs.stat(page);
    await commands.executeCommand('markdown.showPreview', page);
  } catch {
    await env.openExternal(Uri.parse(`${PAGES}${rule}.md`));
  }
}

const PAGES = 'https://github.com/grainline/grainline/blob/main/docs/rules/';

/** One of the rules that found something. */
async function chooseRule(): Promise<string | undefined> {
  const counts = new Map<string, number>();
  for (const [, diagnostics] of languages.getDiagnostics()) {
    for (const { source, code } of diagnostics) {
      const rule = typeof code === 'object' ? code.value : code;
      if (source === 'grainline' && typeof rule === 'string') counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  if (counts.size === 0) {
    void window.showInformationMessage('No rule has found anything. Open a model to have it checked.');
    return undefined;
  }
  const items = [...counts].sort().map(([label, count]) => ({ label, description: `${count} found` }));
  return (await window.showQuickPick(items, { title: 'Open the page of a rule' }))?.label;
}
