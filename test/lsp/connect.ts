/** A client and the real server, joined by streams in memory: every message goes through JSON-RPC as it does in an editor. */

import { PassThrough } from 'node:stream';
import { onTestFinished, vi } from 'vitest';
import { createConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type FileChangeType,
  type InitializeResult,
  type ProtocolConnection,
  type Range,
  type Registration,
  type TextDocumentContentChangeEvent,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../../server/src/analysis/results.ts';
import { normalizeUri } from '../../server/src/base/uri.ts';
import type { FixAll } from '../../server/src/lsp/code-actions.ts';
import type { InitializationOptions, Settings, Status } from '../../server/src/lsp/protocol.ts';
import { createServer, type ServerOptions } from '../../server/src/lsp/server.ts';
import type { OpenFolder, ServerHost } from '../../server/src/lsp/server-host.ts';
import { FakeAnalysis, fakeFixAll } from './fake-analysis.ts';

export const ROOT = 'file:///shop';

/** What VS Code can do. */
export const FULL: ClientCapabilities = {
  workspace: {
    applyEdit: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    configuration: true,
    workspaceFolders: true,
    diagnostics: { refreshSupport: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1, 2] } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    codeAction: { resolveSupport: { properties: ['edit'] } },
  },
};

export interface ConnectOptions {
  readonly analysis?: Analysis;
  readonly fixAll?: FixAll;
  readonly host?: ServerHost;
  readonly folders?: readonly string[];
  readonly capabilities?: ClientCapabilities;
  readonly initialization?: InitializationOptions;
  readonly settings?: Settings;
  readonly requests?: NonNullable<ServerOptions['requests']>;
  readonly projects?: NonNullable<ServerOptions['projects']>;
}

export interface Published {
  readonly uri: string;
  readonly version: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export class Client {
  readonly connection: ProtocolConnection;
  readonly published: Published[] = [];
  readonly statuses: Status[] = [];
  readonly log: string[] = [];
  readonly registrations = new Map<string, Registration>();
  refreshes = 0;
  settings: Settings;
  initialized!: InitializeResult;
  readonly #versions = new Map<string, number>();

  constructor(connection: ProtocolConnection, settings: Settings) {
    this.connection = connection;
    this.settings = settings;
    connection.onNotification('textDocument/publishDiagnostics', message => void this.published.push(message));
    connection.onNotification('grainline/status', status => void this.statuses.push(status));
    connection.onNotification('window/logMessage', ({ message }) => void this.log.push(message));
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    connection.onRequest('client/registerCapability', ({ registrations }: { registrations: Registration[] }) => {
      for (const each of registrations) this.registrations.set(each.id, each);
    });
    connection.onRequest(
      'client/unregisterCapability',
      ({ unregisterations }: { unregisterations: Registration[] }) => {
        for (const { id } of unregisterations) this.registrations.delete(id);
      },
    );
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes++;
      return null;
    });
    connection.listen();
  }

  open(uri: string, text: string, languageId = 'sql'): void {
    this.#versions.set(uri, 1);
    void this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): void {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    void this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): void {
    void this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  watched(...changes: { uri: string; type: FileChangeType }[]): void {
    void this.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri },
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  async actions(uri: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    const parameters = { textDocument: { uri }, range, context: { diagnostics: [], ...context } };
    return (await this.connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', parameters)) ?? [];
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest('codeAction/resolve', action);
  }

  /** The diagnostics that the client shows for a file now. */
  shown(uri: string): readonly Diagnostic[] {
    return this.published.filter(each => each.uri === uri).at(-1)?.diagnostics ?? [];
  }

  /** Ids of the rules that found something in a file. */
  rules(uri: string): unknown[] {
    return this.shown(uri).map(each => each.code);
  }

  version(uri: string): number | undefined {
    return this.#versions.get(uri);
  }
}

export async function connect(options: ConnectOptions = {}): Promise<Client> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const serverConnection = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  createServer({
    connection: serverConnection,
    analysis: options.analysis ?? new FakeAnalysis(),
    host: options.host ?? memoryHost({}),
    fixAll: options.fixAll ?? fakeFixAll,
    version: '0.0.0',
    ...(options.requests ? { requests: options.requests } : {}),
    ...(options.projects ? { projects: options.projects } : {}),
  });
  serverConnection.listen();
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const client = new Client(connection, options.settings ?? {});
  onTestFinished(async () => {
    await connection.sendRequest('shutdown').catch(() => {});
    connection.dispose();
  });
  client.initialized = await connection.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities: options.capabilities ?? FULL,
    workspaceFolders: (options.folders ?? [ROOT]).map(uri => ({ uri, name: uri })),
    initializationOptions: options.initialization ?? { settings: {} },
  });
  await connection.sendNotification('initialized', {});
  return client;
}

/** A disk in memory. Changing `files` is what somebody else does to it. */
export interface MemoryHost extends ServerHost {
  readonly files: Map<string, string>;
  /** Awaited before a folder is handed over. */
  gate: Promise<void>;
  fails: boolean;
}

/** Paths are below `ROOT`, or URIs. */
export function memoryHost(files: { readonly [path: string]: string }): MemoryHost {
  const entries = Object.entries(files).map(([path, text]): [string, string] => [at(path), text]);
  const host: MemoryHost = {
    files: new Map(entries),
    gate: Promise.resolve(),
    fails: false,
    normalize: normalizeUri,
    pause: () => new Promise(resolve => setImmediate(resolve)),
    now: () => performance.now(),
    async openFolder(uri, { onProgress }): Promise<OpenFolder | undefined> {
      await host.gate;
      if (host.fails) throw new Error('the disk is on fire');
      const below = (folder: string) =>
        [...host.files].filter(([file]) => file.startsWith(`${folder}/`)).map(([file, text]) => ({ uri: file, text }));
      const found = below(uri);
      onProgress(found.length, found.length);
      return {
        root: uri,
        files: found,
        notices: [],
        outside: [],
        read: async file => host.files.get(file),
        readBelow: async folder => (below(folder).length > 0 ? below(folder) : undefined),
      };
    },
  };
  return host;
}

/** Waits until it holds, for as long as a busy machine may take. */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 5 });
}

export function at(path: string): string {
  return path.includes(':') ? path : `${ROOT}/${path}`;
}

export function range(startLine: number, startCharacter: number, endLine: number, endCharacter: number): Range {
  return {
    start: { line: startLine, character: startCharacter },
    end: { line: endLine, character: endCharacter },
  };
}

/** The text of one file after an edit, as an editor would apply it. */
export function afterEdit(uri: string, text: string, edit: WorkspaceEdit | undefined): string {
  const edits = (edit?.documentChanges ?? []).flatMap(change =>
    'textDocument' in change && change.textDocument.uri === uri ? change.edits : [],
  );
  const plain = [...(edit?.changes?.[uri] ?? []), ...edits].flatMap(each => ('newText' in each ? [each] : []));
  return TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, text), plain);
}
