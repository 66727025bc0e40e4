/** Findings to the client: sent when they change (push), or handed out when asked for (pull). Never both for one client. */

import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Analysis } from '../analysis/results.ts';
import type { Checker, Report } from './checker.ts';
import type { Documents } from './documents.ts';
import type { ServerHost } from './server-host.ts';

export type Scope = 'openFiles' | 'workspace';

export interface DiagnosticsOptions {
  readonly connection: Connection;
  readonly analysis: Analysis;
  readonly documents: Documents;
  readonly checker: Checker;
  readonly host: ServerHost;
  readonly mode: 'push' | 'pull';
  /** Whether a pulling client can be told that its findings are old. */
  readonly canRefresh: boolean;
  readonly scope: () => Scope;
}

export class Diagnostics {
  readonly #options: DiagnosticsOptions;
  /** Result ids of what the client has, by file. */
  readonly #delivered = new Map<string, string>();
  /** Files that the client was sent findings of, with the URI under which it was: it is to take them back by the same. */
  readonly #shown = new Map<string, string>();
  /** Changed last: shown first, and pulled by the client without being told. */
  #edited: string | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
  }

  edited(uri: string): void {
    this.#edited = uri;
  }

  /** Brings the client up to date; in pieces, and only as long as `checkpoint` says that it is still wanted. */
  async run(checkpoint: () => Promise<boolean>): Promise<void> {
    const { canRefresh, checker, connection, documents, mode } = this.#options;
    while (documents.flush(FLUSH_BATCH)) if (!(await checkpoint())) return;
    const candidates = this.#candidates();
    this.#forgetOthers(new Set(candidates));
    let needsRefresh = false;
    let isWanted = true;
    for (const uri of this.#inOrder(candidates)) {
      if (checker.isOutdated(uri)) {
        const report = checker.report(uri);
        const isNews = this.#delivered.get(uri) !== report.resultId;
        if (isNews && mode === 'push') this.#publish(report);
        if (isNews && mode === 'pull' && uri !== this.#edited && this.#delivered.has(uri)) needsRefresh = true;
      }
      isWanted = await checkpoint();
      if (!isWanted) break;
    }
    // Cut short or not: the next run no longer sees that these files changed.
    if (needsRefresh && canRefresh) connection.languages.diagnostics.refresh();
    if (isWanted) this.wake();
  }

  pull(uri: string, previousResultId: string | undefined): DocumentDiagnosticReport {
    this.#options.documents.flush();
    const report = this.#options.checker.report(uri);
    this.#delivered.set(uri, report.resultId);
    if (report.resultId === previousResultId) {
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: report.resultId };
    }
    return { kind: DocumentDiagnosticReportKind.Full, resultId: report.resultId, items: [...report.diagnostics] };
  }

  /**
   * All files of the scope that differ from what the client has. A client that takes partial results asks again and again:
   * its question waits until there is something to answer.
   */
  async pullWorkspace(
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
    sendPart: ((part: { items: WorkspaceDocumentDiagnosticReport[] }) => void) | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    const { documents, host } = this.#options;
    for (;;) {
      documents.flush();
      const items: WorkspaceDocumentDiagnosticReport[] = [];
      let sent = 0;
      let pieceStart = host.now();
      const candidates = this.#candidates();
      for (const uri of candidates) {
        const item = this.#workspaceItem(uri, previous);
        if (item) items.push(item);
        if (sendPart && items.length >= PART_SIZE) {
          sent += items.length;
          sendPart({ items: items.splice(0) });
        }
        if (host.now() - pieceStart < PIECE_MS) continue;
        await host.pause();
        if (token.isCancellationRequested) return { items: [] };
        pieceStart = host.now();
      }
      items.push(...this.#gone(previous, new Set(candidates)));
      if (items.length > 0 || sent > 0 || !sendPart) return { items };
      await this.#change(token);
      if (token.isCancellationRequested) return { items: [] };
    }
  }

  /** Another scope, or the end: whoever waits looks again. */
  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #candidates(): string[] {
    const { analysis, documents, scope } = this.#options;
    const open = documents.openUris();
    if (scope() === 'openFiles') return open;
    return [...new Set([...open, ...analysis.files()])];
  }

  #inOrder(uris: readonly string[]): string[] {
    const { documents } = this.#options;
    const rank = (uri: string): number => (uri === this.#edited ? 0 : documents.isOpen(uri) ? 1 : 2);
    return [...uris].sort((a, b) => rank(a) - rank(b));
  }

  #publish({ uri, version, resultId, diagnostics }: Report): void {
    this.#delivered.set(uri, resultId);
    // A file that never had findings needs no message that it has none; an open one gets it, as a sign of life.
    if (diagnostics.length === 0 && !this.#shown.has(uri) && version === null) return;
    this.#send(uri, version, diagnostics);
  }

  #send(uri: string, version: number | null, diagnostics: readonly Diagnostic[]): void {
    const { connection, documents } = this.#options;
    const clientUri = documents.clientUri(uri);
    const before = this.#shown.get(uri);
    if (before !== undefined && before !== clientUri) void connection.sendDiagnostics({ uri: before, diagnostics: [] });
    if (diagnostics.length > 0) this.#shown.set(uri, clientUri);
    else this.#shown.delete(uri);
    void connection.sendDiagnostics({
      uri: clientUri,
      ...(version === null ? {} : { version }),
      diagnostics: [...diagnostics],
    });
  }

  #forgetOthers(kept: ReadonlySet<string>): void {
    for (const uri of [...this.#delivered.keys()]) {
      if (kept.has(uri)) continue;
      this.#delivered.delete(uri);
      this.#options.checker.forget(uri);
      if (this.#shown.has(uri)) this.#send(uri, null, []);
    }
  }

  #workspaceItem(uri: string, previous: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport | undefined {
    const { checker, documents } = this.#options;
    const report = checker.report(uri);
    const had = previous.get(uri);
    if (had === report.resultId || (had === undefined && report.diagnostics.length === 0)) return undefined;
    const { resultId, version } = report;
    const items = [...report.diagnostics];
    return { kind: DocumentDiagnosticReportKind.Full, uri: documents.clientUri(uri), version, resultId, items };
  }

  /** Files that the client has findings of and that are no longer checked. */
  #gone(previous: ReadonlyMap<string, string>, kept: ReadonlySet<string>): WorkspaceDocumentDiagnosticReport[] {
    const { documents } = this.#options;
    return [...previous.keys()]
      .filter(uri => !kept.has(uri) && previous.get(uri) !== GONE)
      .map(uri => ({
        kind: DocumentDiagnosticReportKind.Full,
        uri: documents.clientUri(uri),
        version: null,
        resultId: GONE,
        items: [],
      }));
  }

  #change(token: CancellationToken): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push(resolve);
      token.onCancellationRequested(() => resolve());
    });
  }
}

const FLUSH_BATCH = 200;
const PART_SIZE = 200;
const PIECE_MS = 10;
const GONE = 'gone';
