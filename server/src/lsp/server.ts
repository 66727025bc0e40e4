/** The language server, apart from what it runs on: handlers over a connection, an analysis and a host. */

import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Disposable,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
  type FileEvent,
  type FileSystemWatcher,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  WatchKind,
} from 'vscode-languageserver';
import { foldsOf } from '../analysis/folding.ts';
import type { Analysis, ProjectStatus } from '../analysis/results.ts';
import { extensionOf } from '../base/uri.ts';
import type { Projects } from '../project/project.ts';
import { BaseKeeper } from './base-keeper.ts';
import { Checker } from './checker.ts';
import { CODE_ACTION_KINDS, createCodeActions, type FixAll } from './code-actions.ts';
import { Diagnostics, type Scope } from './diagnostics.ts';
import { Documents } from './documents.ts';
import { Folders } from './folders.ts';
import { toOffset } from './from-lsp.ts';
import { createGuard } from './guard.ts';
import { createOfferActions } from './offers.ts';
import {
  FIX_ALL,
  type FixAllParams,
  type InitializationOptions,
  type Settings,
  STATUS,
  type Status,
  TRUST,
} from './protocol.ts';
import { prepareRename, rename } from './rename.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import type { ServerHost } from './server-host.ts';
import { abilitiesOf, toCompletion, toFoldingRanges, toHover } from './to-lsp.ts';

export interface ServerOptions {
  readonly connection: Connection;
  readonly analysis: Analysis;
  readonly host: ServerHost;
  readonly fixAll: FixAll;
  readonly version: string;
  /** What generators know; without it, no code action writes anything new. */
  readonly projects?: Projects;
  /** More requests, as the generators have; each answers `null` when it fails. */
  readonly requests?: { readonly [method: string]: (params: unknown) => unknown };
}

/** Registers all handlers; the caller listens. */
export function createServer(options: ServerOptions): void {
  const { connection, analysis, host } = options;
  const guard = createGuard(connection);
  const documents = new Documents(analysis, host);
  let session: Session | undefined;

  connection.onInitialize(params => {
    session = startSession(options, documents, guard, params);
    return session.result;
  });
  connection.onInitialized(guard.around('initialized', undefined, () => session?.initialized()));
  connection.onShutdown(() => session?.dispose());

  connection.onDidOpenTextDocument(
    guard.around('didOpen', undefined, ({ textDocument }) => session?.changed(documents.open(textDocument))),
  );
  connection.onDidChangeTextDocument(
    guard.around('didChange', undefined, ({ textDocument: { uri, version }, contentChanges }) => {
      const changed = documents.change(uri, version, contentChanges);
      if (changed !== undefined) session?.changed(changed);
    }),
  );
  connection.onDidCloseTextDocument(
    guard.around('didClose', undefined, ({ textDocument }) =>
      session?.folders.closed(documents.close(textDocument.uri)),
    ),
  );
  connection.onDidChangeWatchedFiles(
    guard.around('didChangeWatchedFiles', undefined, ({ changes }: { changes: FileEvent[] }) =>
      session?.folders.changed(changes),
    ),
  );
  connection.onDidChangeConfiguration(
    guard.around('didChangeConfiguration', undefined, ({ settings }) => session?.configure(settings?.grainline)),
  );

  connection.onHover(
    guard.around('hover', null, ({ textDocument, position }) => {
      const uri = documents.uriOf(textDocument.uri);
      documents.flush();
      const [text, lines] = [documents.textOf(uri), documents.linesOf(uri)];
      if (!session || session.folders.isIndexing || text === undefined || !lines) return null;
      const hover = analysis.hover(uri, toOffset(lines, text, position));
      return hover ? toHover(hover, lines, session.abilities) : null;
    }),
  );
  connection.onFoldingRanges(
    guard.around('folding', null, ({ textDocument }) => {
      const uri = documents.uriOf(textDocument.uri);
      documents.flush();
      const text = documents.textOf(uri);
      // Without an answer the editor folds by itself, or asks others.
      return (text !== undefined && extensionOf(uri) === 'sql' && toFoldingRanges(foldsOf(text))) || null;
    }),
  );
  connection.onCompletion(
    guard.around('completion', null, ({ textDocument, position }) => {
      const uri = documents.uriOf(textDocument.uri);
      documents.flush();
      const [text, lines] = [documents.textOf(uri), documents.linesOf(uri)];
      if (!session || session.folders.isIndexing || text === undefined || !lines) return null;
      const { abilities } = session;
      return analysis
        .complete(uri, toOffset(lines, text, position))
        .map((completion, i) => toCompletion(completion, i, lines, abilities));
    }),
  );
  connection.onPrepareRename(
    guard.around('prepareRename', null, async (params, token) => {
      await session?.ready(token);
      return session ? prepareRename(params, { analysis, documents, abilities: session.abilities }) : null;
    }),
  );
  connection.onRenameRequest(
    guard.around('rename', null, async (params, token) => {
      await session?.ready(token);
      return session ? rename(params, { analysis, documents, abilities: session.abilities }) : null;
    }),
  );
  connection.onCodeAction(
    guard.around('codeAction', null, async (params, token) => {
      await session?.ready(token);
      return session?.codeActions.list(params) ?? null;
    }),
  );
  connection.onCodeActionResolve(async action => {
    const resolve = guard.around('codeAction/resolve', action, () => session?.codeActions.resolve(action) ?? action);
    return resolve();
  });
  connection.onNotification(
    TRUST,
    guard.around('trust', undefined, () => session?.trust()),
  );
  connection.onRequest(
    FIX_ALL,
    guard.around('fixAll', null, async ({ uri }: FixAllParams, token: CancellationToken) => {
      await session?.ready(token);
      return session?.codeActions.fixAllOf(uri) ?? null;
    }),
  );
  for (const [method, answer] of Object.entries(options.requests ?? {})) {
    connection.onRequest(
      method,
      // Without parameters the token is all there is.
      guard.around(method, null, async (...given: [unknown, CancellationToken] | [CancellationToken]) => {
        const [params, token] = given.length === 2 ? given : [undefined, given[0]];
        await session?.ready(token);
        documents.flush();
        return answer(params) ?? null;
      }),
    );
  }
  connection.languages.diagnostics.on(
    guard.around('diagnostic', { kind: DocumentDiagnosticReportKind.Full, items: [] }, async (params, token) => {
      await session?.ready(token);
      const uri = documents.uriOf(params.textDocument.uri);
      if (!session) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      return session.diagnostics.pull(uri, params.previousResultId);
    }),
  );
  connection.languages.diagnostics.onWorkspace(
    guard.around('workspace/diagnostic', { items: [] }, async (params, token, _progress, parts) => {
      await session?.ready(token);
      if (!session) return { items: [] };
      const previous = new Map(params.previousResultIds.map(({ uri, value }) => [documents.uriOf(uri), value]));
      const sendPart = params.partialResultToken === undefined || !parts ? undefined : parts.report.bind(parts);
      return session.diagnostics.pullWorkspace(previous, token, sendPart);
    }),
  );
}

type Session = ReturnType<typeof startSession>;

/** What exists only once the client has said who it is and what it can do. */
function startSession(
  { connection, analysis, host, fixAll, version, projects: queries }: ServerOptions,
  documents: Documents,
  guard: ReturnType<typeof createGuard>,
  params: InitializeParams,
) {
  const { capabilities } = params;
  const asked = (params.initializationOptions ?? {}) as InitializationOptions;
  /** Our extension says so by sending its settings; others are not bothered with messages of our own. */
  const isOurs = asked.settings !== undefined;
  const abilities = abilitiesOf(capabilities);
  const checker = new Checker(analysis, documents, abilities);
  const mode = capabilities.textDocument?.diagnostic && asked.diagnostics !== 'push' ? 'pull' : 'push';
  const registersPull = mode === 'pull' && capabilities.textDocument?.diagnostic?.dynamicRegistration === true;
  let scope: Scope = scopeOf(asked.settings) ?? 'openFiles';
  let lastStatus = '';
  /** Counting what projects hold reads all of them: done anew only when files other than the one being typed in changed. */
  let projects: readonly ProjectStatus[] | undefined;
  let projectsAreOld = true;
  let pullRegistration: { readonly scope: Scope; readonly registration: Promise<Disposable> } | undefined;
  let watched = '';
  let watching: Promise<Disposable> | undefined;
  let scheduler: Scheduler | undefined;
  /** All files were read once, so that names can be held against the habits of their project. */
  let knowsHabits = false;

  const folders = new Folders({
    host,
    documents,
    onIndexing: isIndexing => {
      if (isIndexing) scheduler?.suspend();
      else scheduler?.resume();
      sendStatus();
    },
    onProgress: sendStatus,
    onChange: () => {
      projectsAreOld = true;
      scheduler?.request();
      void watchOutside();
      base.check();
    },
    onError: guard.log,
    onNotice: ({ uri, message }) => connection.console.info(`${uri}: ${message}`),
  });
  const base = new BaseKeeper({
    host,
    analysis,
    documents,
    folders: () => folders,
    onChange: () => {
      scheduler?.request();
      diagnostics.wake();
    },
    onError: guard.log,
  });
  // Other clients know no workspaces that are not trusted.
  let baseRef = asked.settings?.contracts?.base?.trim() || undefined;
  let isTrusted = asked.isTrusted !== false;
  const diagnostics = new Diagnostics({
    connection,
    analysis,
    documents,
    checker,
    host,
    mode,
    canRefresh: capabilities.workspace?.diagnostics?.refreshSupport === true,
    scope: () => scope,
  });
  const canResolve = capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true;
  const codeActions = createCodeActions({
    analysis,
    documents,
    checker,
    abilities,
    fixAll,
    offers: queries && createOfferActions({ projects: queries, documents, abilities, canResolve, hasCommand: isOurs }),
    canResolve,
    canOpenRule: isOurs,
    roots: () => folders.roots(),
  });
  scheduler = createScheduler({
    run: async checkpoint => {
      await diagnostics.run(checkpoint);
      // First what people wait for, then what is nice to know.
      if (projectsAreOld && (await checkpoint())) {
        projects = analysis.projects();
        projectsAreOld = false;
      }
      sendStatus();
      if (!knowsHabits && (await readAll(analysis, checkpoint))) {
        knowsHabits = true;
        if (analysis.learnHabits()) scheduler?.request();
      }
    },
    onError: error => guard.log('Checking', error),
    pause: host.pause,
    now: host.now,
  });

  const result: InitializeResult = {
    serverInfo: { name: 'grainline', version },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      foldingRangeProvider: true,
      completionProvider: { triggerCharacters: [':', ' ', '-'] },
      renameProvider: capabilities.textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true,
      codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS, CodeActionKind.Source], resolveProvider: true },
      ...(mode === 'pull' && !registersPull ? { diagnosticProvider: pullOptions(scope) } : {}),
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };

  return {
    result,
    abilities,
    folders,
    diagnostics,
    codeActions,
    initialized,
    configure,
    trust,
    changed,
    ready,
    dispose,
  };

  async function initialized(): Promise<void> {
    for (const uri of foldersOf(params)) folders.add(uri);
    scheduler?.request();
    const { workspace } = capabilities;
    if (workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) folders.remove(uri);
        for (const { uri } of added) folders.add(uri);
      });
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHERS });
    }
    if (workspace?.didChangeConfiguration?.dynamicRegistration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'grainline' });
    }
    await configure(undefined);
    await registerPull();
  }

  function trust(): void {
    isTrusted = true;
    base.allow(isTrusted, baseRef);
  }

  /** The client may send its settings, or only that they changed. */
  async function configure(sent: Settings | undefined): Promise<void> {
    const settings =
      capabilities.workspace?.configuration === true
        ? ((await connection.workspace.getConfiguration('grainline')) as Settings | null)
        : sent;
    baseRef = settings?.contracts?.base?.trim() || undefined;
    base.allow(isTrusted, baseRef);
    const wanted = scopeOf(settings ?? undefined);
    if (wanted === undefined || wanted === scope) return;
    scope = wanted;
    scheduler?.request();
    diagnostics.wake();
    await registerPull();
  }

  async function registerPull(): Promise<void> {
    if (!registersPull || pullRegistration?.scope === scope) return;
    const before = pullRegistration;
    const registration = connection.client.register(DocumentDiagnosticRequest.type, {
      documentSelector: null,
      ...pullOptions(scope),
    });
    pullRegistration = { scope, registration };
    (await before?.registration)?.dispose();
    await registration;
  }

  async function watchOutside(): Promise<void> {
    const watcher = capabilities.workspace?.didChangeWatchedFiles;
    const outside = folders.outside();
    if (!watcher?.dynamicRegistration || !watcher.relativePatternSupport || watched === outside.join('\n')) return;
    watched = outside.join('\n');
    const before = watching;
    const watchers = outside.flatMap(baseUri =>
      WATCHERS.map(({ globPattern, kind }) => ({
        globPattern: { baseUri, pattern: globPattern as string },
        kind: kind as WatchKind,
      })),
    );
    watching = connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    (await before)?.dispose();
  }

  function changed(uri: string): void {
    if (extensionOf(uri) !== 'sql') projectsAreOld = true;
    diagnostics.edited(uri);
    scheduler?.request();
  }

  /** All folders are read, and what the client said meanwhile is heard; a cancelled question ends here. */
  async function ready(token: CancellationToken): Promise<void> {
    await Promise.race([folders.indexed(), cancellation(token)]);
    await host.pause();
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
  }

  function sendStatus(): void {
    if (!isOurs) return;
    const { read, found } = folders.progress();
    const isIndexing = folders.isIndexing || projects === undefined;
    const status: Status = {
      state: isIndexing ? 'indexing' : 'ready',
      files: read,
      total: found,
      projects: projects ?? [],
      findings: checker.totals(),
    };
    const text = JSON.stringify(status);
    if (text === lastStatus) return;
    lastStatus = text;
    void connection.sendNotification(STATUS, status);
  }

  function dispose(): void {
    scheduler?.dispose();
    diagnostics.wake();
    for (const root of folders.roots()) folders.remove(root);
  }
}

/** Changes of what we read; of anything what comes and goes, since a whole folder comes and goes in one event. */
const WATCHERS: FileSystemWatcher[] = [
  { globPattern: '**/*.{sql,yml,yaml,csv}', kind: WatchKind.Change },
  { globPattern: '**/grainline-baseline.json', kind: WatchKind.Change },
  { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
];

/** False when it was cut short; what was read by then is read. */
async function readAll(analysis: Analysis, checkpoint: () => Promise<boolean>): Promise<boolean> {
  for (const uri of analysis.files()) {
    analysis.expand(uri);
    if (!(await checkpoint())) return false;
  }
  for (const uri of analysis.checkOrder()) {
    analysis.prepare(uri);
    if (!(await checkpoint())) return false;
  }
  return true;
}

function pullOptions(scope: Scope) {
  return { identifier: 'grainline', interFileDependencies: true, workspaceDiagnostics: scope === 'workspace' };
}

function scopeOf(settings: Settings | undefined): Scope | undefined {
  const scope = settings?.diagnostics?.scope;
  return scope === 'openFiles' || scope === 'workspace' ? scope : undefined;
}

function foldersOf(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(folder => folder.uri);
  return params.rootUri ? [params.rootUri] : [];
}

function cancellation(token: CancellationToken): Promise<void> {
  return new Promise(resolve => {
    if (token.isCancellationRequested) resolve();
    else token.onCancellationRequested(() => resolve());
  });
}
