/**
 * The texts behind the analysis: files as the disk has them, and over them the documents that are open in the editor.
 *
 * *Invariant:* while a document is open, the analysis knows its text as typed, whatever happens to the file on disk.
 */

import type { TextDocumentContentChangeEvent, TextDocumentItem } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis/results.ts';
import { LineIndex } from '../base/line-index.ts';
import { baseName } from '../base/uri.ts';
import type { ServerHost } from './server-host.ts';
import type { Files } from './to-lsp.ts';

export class Documents implements Files {
  readonly #analysis: Analysis;
  readonly #host: ServerHost;
  /** Open documents by normalised URI. */
  readonly #open = new Map<string, TextDocument>();
  /** The client's URI of an open document to ours. */
  readonly #known = new Map<string, string>();
  /** What the analysis has not been told yet. */
  readonly #pending = new Map<string, string | undefined>();
  readonly #lines = new Map<string, { readonly text: string; readonly lines: LineIndex }>();

  constructor(analysis: Analysis, host: ServerHost) {
    this.#analysis = analysis;
    this.#host = host;
  }

  /** Our name of a document: the same in every message, whatever spelling the client uses. */
  uriOf(clientUri: string): string {
    return this.#known.get(clientUri) ?? this.#host.normalize(clientUri);
  }

  open(item: TextDocumentItem): string {
    const uri = withExtension(this.#host.normalize(item.uri), item.languageId);
    this.#known.set(item.uri, uri);
    this.#open.set(uri, TextDocument.create(item.uri, item.languageId, item.version, item.text));
    this.#pending.set(uri, item.text);
    return uri;
  }

  change(clientUri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): string | undefined {
    const uri = this.uriOf(clientUri);
    const document = this.#open.get(uri);
    if (!document) return undefined;
    this.#open.set(uri, TextDocument.update(document, [...changes], version));
    this.#pending.set(uri, document.getText());
    return uri;
  }

  /** From now on the file on disk counts; whoever closes says what it holds, by `setFile`. */
  close(clientUri: string): string {
    const uri = this.uriOf(clientUri);
    this.#open.delete(uri);
    this.#known.delete(clientUri);
    return uri;
  }

  /** Text of the file on disk; `undefined` when it is gone. */
  setFile(uri: string, text: string | undefined): void {
    if (!this.#open.has(uri)) this.#pending.set(uri, text);
  }

  isOpen(uri: string): boolean {
    return this.#open.has(uri);
  }

  openUris(): string[] {
    return [...this.#open.keys()];
  }

  /** Tells the analysis what changed, at most `limit` files of it; true when there is more to tell. */
  flush(limit = Number.POSITIVE_INFINITY): boolean {
    if (this.#pending.size === 0) return false;
    const changes = [];
    for (const [uri, text] of this.#pending) {
      if (changes.length >= limit) break;
      changes.push({ uri, text });
    }
    for (const { uri, text } of changes) {
      this.#pending.delete(uri);
      if (text === undefined) this.#lines.delete(uri);
    }
    this.#analysis.apply(changes);
    return this.#pending.size > 0;
  }

  /** Text as the analysis knows it. */
  textOf(uri: string): string | undefined {
    return this.#analysis.textOf(uri);
  }

  linesOf(uri: string): LineIndex | undefined {
    const text = this.textOf(uri);
    if (text === undefined) return undefined;
    const known = this.#lines.get(uri);
    if (known?.text === text) return known.lines;
    const lines = new LineIndex(text);
    this.#lines.set(uri, { text, lines });
    return lines;
  }

  clientUri(uri: string): string {
    return this.#open.get(uri)?.uri ?? uri;
  }

  versionOf(uri: string): number | null {
    return this.#open.get(uri)?.version ?? null;
  }
}

/** The core knows kinds of files by their names; a document that was never saved has only its language. */
function withExtension(uri: string, language: string): string {
  if (baseName(uri).includes('.')) return uri;
  if (language === 'sql' || language === 'jinja-sql') return `${uri}.sql`;
  return language === 'yaml' || language === 'jinja-yaml' ? `${uri}.yml` : uri;
}
