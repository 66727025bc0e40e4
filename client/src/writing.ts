/** Shows what a generator made, writes it once that is confirmed, and goes to what is left to decide. */

import { Position, Range, SnippetString, Uri, ViewColumn, WorkspaceEdit, window, workspace } from 'vscode';
import type { GeneratorPlan, Stop } from '../../server/src/lsp/protocol.ts';
import { isThere } from './places.ts';

export type Plan = Exclude<GeneratorPlan, { readonly problem: string }>;

/**
 * The refactor preview shows the files before anything is written. It opens only when an edit asks for confirmation, and has
 * that edit unticked: so the one that asks changes nothing, and the files stand there ready to be applied as a whole.
 */
export async function confirmAndWrite(plan: Plan): Promise<void> {
  const main = Uri.parse(plan.open);
  const edit = new WorkspaceEdit();
  const shown = { needsConfirmation: false, label: 'New files' };
  const added = { needsConfirmation: false, label: 'Additions' };
  const start = new Position(0, 0);
  for (const { uri, text } of plan.files) {
    edit.createFile(Uri.parse(uri), { overwrite: false, ignoreIfExists: false }, shown);
    edit.insert(Uri.parse(uri), start, text, shown);
  }
  for (const { uri, edits } of plan.edits) {
    for (const { range, newText } of edits) edit.replace(Uri.parse(uri), toRange(range), newText, added);
  }
  edit.insert(main, start, '', { needsConfirmation: true, label: 'Look at the files, then apply' });
  if (!(await workspace.applyEdit(edit, { isRefactoring: true }))) return;
  for (const { uri } of [...plan.files, ...plan.edits]) await save(Uri.parse(uri));
  if (!(await isThere(main))) return;
  await window.showTextDocument(main, { preview: false });
  await decide(plan, main);
  if (plan.messages.length > 0) void window.showInformationMessage(plan.messages.join(' '));
}

/** What somebody should decide about is reached with the tab key: in the main file, else in one beside it. */
async function decide(plan: Plan, main: Uri): Promise<void> {
  const open = [...plan.files, ...plan.edits].filter(file => file.stops.length > 0);
  const file = open.find(({ uri }) => uri === plan.open) ?? open[0];
  if (!file || !(await isThere(Uri.parse(file.uri)))) return;
  const isMain = Uri.parse(file.uri).toString() === main.toString();
  const viewColumn = isMain ? ViewColumn.Active : ViewColumn.Beside;
  const editor = await window.showTextDocument(Uri.parse(file.uri), { preview: false, viewColumn });
  const { document } = editor;
  // Parts that were unticked are not there, and what is below them stands elsewhere.
  const stops = file.stops.filter(({ range, text }) => document.getText(toRange(range)) === text);
  const [first, last] = [stops[0], stops.at(-1)];
  if (!first || !last || stops.length < file.stops.length) return;
  const snippet = new SnippetString();
  let at = toRange(first.range).start;
  for (const stop of stops) {
    const { start, end } = toRange(stop.range);
    snippet.appendText(document.getText(new Range(at, start)));
    snippet.appendPlaceholder(stop.text);
    at = end;
  }
  const range = new Range(toRange(first.range).start, at);
  // The lines come with their indentation.
  await editor.insertSnippet(snippet, range, { undoStopBefore: false, undoStopAfter: false, keepWhitespace: true });
  // The end of a long line may lie outside of a narrow editor: its beginning says what is asked.
  const { line } = first.range.start;
  editor.revealRange(new Range(line, 0, line, 0));
  await document.save();
}

function toRange({ start, end }: Stop['range']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

/** New files are written, not left behind as unsaved text; those that were unticked are not there. */
async function save(uri: Uri): Promise<void> {
  if (!(await isThere(uri))) return;
  const document = await workspace.openTextDocument(uri);
  if (document.isDirty) await document.save();
}
