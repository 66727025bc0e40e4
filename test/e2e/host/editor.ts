// What the suites do with a real editor. Nothing here knows how Grainline works: it sees what a person sees.

import * as vscode from 'vscode';
import { eventually, never } from '../poll.ts';

/** How long a finding that must not come gets the chance to come. */
const SILENCE_MS = 1500;

export function folder(): vscode.Uri {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (!first) throw new Error('The suite runs in a window without a folder.');
  return first.uri;
}

export function uriOf(path: string): vscode.Uri {
  return vscode.Uri.joinPath(folder(), path);
}

let written: vscode.Uri[] = [];

/** Writes a file to disk without opening it. It is deleted after the test. */
export async function write(path: string, text: string): Promise<vscode.Uri> {
  const uri = uriOf(path);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  written.push(uri);
  return uri;
}

/** Writes a file and opens it as a person does, in an editor. */
export async function open(path: string, text: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(await write(path, text));
  return vscode.window.showTextDocument(document, { preview: false });
}

/** Undoes what a test did: unsaved text is thrown away, editors close, files go. */
export async function tidy(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue;
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  for (const uri of written) await vscode.workspace.fs.delete(uri).then(undefined, () => {});
  written = [];
}

/** Types at the end of the document, one character at a time, without saving. */
export async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  for (const character of text) {
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    const done = await editor.edit(edit => edit.insert(end, character), {
      undoStopBefore: false,
      undoStopAfter: false,
    });
    if (!done) throw new Error('The editor refused an edit.');
  }
}

/** Replaces the only occurrence of a text, without saving; the editor may stand behind another one. */
export async function replace({ document }: vscode.TextEditor, from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, rangeOf(document, from), to);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('The editor refused an edit.');
}

/** The range of the only occurrence of a text. */
export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const start = document.getText().indexOf(text);
  if (start < 0 || document.getText().indexOf(text, start + 1) >= 0) {
    throw new Error(`The document does not have '${text}' exactly once:\n${document.getText()}`);
  }
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
}

/** A finding as a person reads it, with the text it underlines. */
export type Shown = {
  readonly rule: string;
  readonly severity: string;
  readonly text: string;
  readonly line: number;
  readonly message: string;
};

/** All that Grainline shows for a file, in file order. */
export function shown(uri: vscode.Uri): readonly Shown[] {
  const document = vscode.workspace.textDocuments.find(open => open.uri.toString() === uri.toString());
  return diagnostics(uri).map(diagnostic => ({
    rule: ruleOf(diagnostic),
    severity: vscode.DiagnosticSeverity[diagnostic.severity],
    text: document?.getText(diagnostic.range) ?? '',
    line: diagnostic.range.start.line + 1,
    message: diagnostic.message,
  }));
}

function diagnostics(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(diagnostic => diagnostic.source === 'grainline')
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const code = diagnostic.code;
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits until a rule finds exactly these texts in a file, in file order, and returns its diagnostics. */
export async function findings(
  uri: vscode.Uri,
  rule: string,
  texts: readonly string[],
): Promise<readonly vscode.Diagnostic[]> {
  const wanted = JSON.stringify(texts);
  const expected = texts.length === 0 ? `no finding of ${rule} any more` : `${rule} at ${wanted}`;
  await eventually(
    `${expected} in ${vscode.workspace.asRelativePath(uri)}`,
    () => shown(uri),
    all => JSON.stringify(all.filter(one => one.rule === rule).map(one => one.text)) === wanted,
  );
  return diagnostics(uri).filter(diagnostic => ruleOf(diagnostic) === rule);
}

/** Waits until a rule finds anything in a file, and returns its first diagnostic. */
export async function firstFinding(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  const find = () => diagnostics(uri).find(diagnostic => ruleOf(diagnostic) === rule);
  let found: vscode.Diagnostic | undefined;
  await eventually(
    `a finding of ${rule} in ${vscode.workspace.asRelativePath(uri)}`,
    () => {
      found = find();
      return shown(uri);
    },
    () => found !== undefined,
  );
  if (!found) throw new Error('unreachable');
  return found;
}

/** The rule stays silent about a file, and goes on doing so. */
export async function silence(uri: vscode.Uri, rule: string): Promise<void> {
  await never(
    `${rule} in ${vscode.workspace.asRelativePath(uri)}`,
    () => shown(uri).filter(one => one.rule === rule),
    all => all.length > 0,
    SILENCE_MS,
  );
}

/** Waits until the light bulb at a range offers an action whose title fits, and returns it. */
export async function actionAt(
  uri: vscode.Uri,
  range: vscode.Range,
  kind: vscode.CodeActionKind,
  title: RegExp,
): Promise<vscode.CodeAction> {
  let found: vscode.CodeAction | undefined;
  await eventually(
    `an action ${title} of kind ${kind.value}`,
    async () => {
      // The last argument has the actions resolved, as choosing one does.
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
        kind.value,
        100,
      );
      found = actions.find(action => title.test(action.title));
      return actions.map(action => `${action.title} (${action.kind?.value ?? 'no kind'})`);
    },
    () => found !== undefined,
  );
  if (!found) throw new Error('unreachable');
  return found;
}

/** Does what choosing an action does: its edit first, then its command. */
export async function choose(action: vscode.CodeAction): Promise<void> {
  if (action.edit && !(await vscode.workspace.applyEdit(action.edit))) {
    throw new Error(`The edit of '${action.title}' was refused.`);
  }
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
  if (!action.edit && !action.command) throw new Error(`'${action.title}' has neither edit nor command.`);
}

/** Waits until a document has this text; an edit of ours reaches it a moment later. */
export async function textBecomes(document: vscode.TextDocument, text: string): Promise<void> {
  await eventually(
    `the text ${JSON.stringify(text)}`,
    () => document.getText(),
    now => now === text,
  );
}
