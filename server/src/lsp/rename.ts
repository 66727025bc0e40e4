/** Renaming over the protocol: what stands at a place, and the edits that give it another name. */

import {
  LSPErrorCodes,
  type WorkspaceEdit as LspWorkspaceEdit,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
} from 'vscode-languageserver';
import type { Analysis } from '../analysis/results.ts';
import type { Documents } from './documents.ts';
import { toOffset } from './from-lsp.ts';
import { type Abilities, toRange, toWorkspaceEdit } from './to-lsp.ts';

export interface RenameOptions {
  readonly analysis: Analysis;
  readonly documents: Documents;
  readonly abilities: Abilities;
}

/** `null`: no name stands there. Why one cannot be renamed is an error, which editors show to people. */
export function prepareRename(
  { textDocument, position }: PrepareRenameParams,
  { analysis, documents }: RenameOptions,
): PrepareRenameResult | null {
  documents.flush();
  const uri = documents.uriOf(textDocument.uri);
  const [text, lines] = [documents.textOf(uri), documents.linesOf(uri)];
  if (text === undefined || !lines) return null;
  const found = analysis.prepareRename(uri, toOffset(lines, text, position));
  if (!found) return null;
  if ('problem' in found) throw refusal(found.problem);
  return { range: toRange(lines, found.span), placeholder: found.name };
}

export function rename(
  { textDocument, position, newName }: RenameParams,
  { analysis, documents, abilities }: RenameOptions,
): LspWorkspaceEdit | null {
  documents.flush();
  const uri = documents.uriOf(textDocument.uri);
  const [text, lines] = [documents.textOf(uri), documents.linesOf(uri)];
  if (text === undefined || !lines) return null;
  const done = analysis.rename(uri, toOffset(lines, text, position), newName.trim());
  if (!done) return null;
  if ('problem' in done) throw refusal(done.problem);
  const edit = toWorkspaceEdit(done.edit, documents, abilities);
  if (!edit) throw refusal('this editor cannot move the files that have to move');
  return edit;
}

function refusal(problem: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, `Nothing was renamed: ${problem}.`);
}
