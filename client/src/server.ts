/** The server process and the client that speaks to it. */

import { commands, type LogOutputChannel, window, workspace } from 'vscode';
import {
  CloseAction,
  type DocumentFilter,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import type {
  InitializationOptions,
  Settings,
  Status,
  STATUS as StatusMethod,
  TRUST as TrustMethod,
} from '../../server/src/lsp/protocol.ts';
import type { StatusItem } from './status-item.ts';

export interface Server {
  /** The client, once the server answers; says so and answers `undefined` when it does not run. */
  running(): Promise<LanguageClient | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

export interface ServerParts {
  /** Path of the server's program. */
  readonly serverModule: string;
  readonly output: LogOutputChannel;
  readonly status: StatusItem;
}

export function createServer({ serverModule, output, status }: ServerParts): Server {
  const run = { module: serverModule, transport: TransportKind.ipc };
  const initializationOptions = (): InitializationOptions => ({
    settings: settings(),
    diagnostics: 'push',
    isTrusted: workspace.isTrusted,
  });
  const client = new LanguageClient(
    'grainline',
    'Grainline',
    { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } },
    {
      documentSelector: selector(),
      initializationOptions,
      outputChannel: output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: errorHandler(output, status),
      markdown: { isTrusted: false, supportHtml: false },
    },
  );
  client.onNotification(STATUS, (now: Status) => {
    status.show(now);
    tellMenus(now);
  });
  workspace.onDidGrantWorkspaceTrust(() => {
    if (client.isRunning()) void client.sendNotification(TRUST);
  });

  const server: Server = {
    async running() {
      if (client.isRunning()) return client;
      await server.start();
      return client.isRunning() ? client : undefined;
    },
    async start() {
      try {
        await client.start();
      } catch (error) {
        status.stopped();
        output.error(`The server did not start: ${error instanceof Error ? error.message : String(error)}`);
        await say('The Grainline server did not start.');
      }
    },
    async stop() {
      if (client.isRunning()) await client.stop();
    },
    async restart() {
      await server.stop();
      await server.start();
    },
  };
  return server;
}

const STATUS: typeof StatusMethod = 'grainline/status';
const TRUST: typeof TrustMethod = 'grainline/trust';
const LANGUAGES = ['sql', 'jinja-sql', 'yaml', 'jinja-yaml'];
/** More crashes than this within the time, and it stays down: starting it again would only go on crashing. */
const CRASHES = { allowed: 4, withinMs: 3 * 60 * 1000 };

/** What menus and views depend on. */
function tellMenus({ state, projects }: Status): void {
  if (state !== 'ready') return;
  void commands.executeCommand('setContext', 'grainline.isReady', true);
  void commands.executeCommand('setContext', 'grainline.hasProject', projects.length > 0);
}

/** Schemes are named, so that documents of previews and of diff views are not taken for files of the workspace. */
function selector(): DocumentFilter[] {
  const folders = (workspace.workspaceFolders ?? []).map(folder => folder.uri.scheme);
  const schemes = new Set(['file', 'untitled', 'vscode-remote', ...folders]);
  return LANGUAGES.flatMap(language => [...schemes].map(scheme => ({ scheme, language })));
}

function settings(): Settings {
  const all = workspace.getConfiguration('grainline');
  const scope = all.get<string>('diagnostics.scope');
  return {
    diagnostics: { scope: scope === 'workspace' ? 'workspace' : 'openFiles' },
    contracts: { base: all.get<string>('contracts.base') ?? '' },
  };
}

function errorHandler(output: LogOutputChannel, status: StatusItem): ErrorHandler {
  let crashes: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    }),
    closed() {
      const now = Date.now();
      crashes = [...crashes.filter(time => now - time < CRASHES.withinMs), now];
      if (crashes.length <= CRASHES.allowed) {
        output.warn('The server ended unexpectedly and is started again.');
        void say('The Grainline server ended unexpectedly and was started again.');
        return { action: CloseAction.Restart, handled: true };
      }
      status.stopped();
      output.error(`The server ended ${crashes.length} times within three minutes and stays down.`);
      void say('The Grainline server ended several times in a row and was not started again.');
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

async function say(message: string): Promise<void> {
  const show = 'Show Output';
  const restart = 'Restart Server';
  const chosen = await window.showWarningMessage(message, show, restart);
  if (chosen === show) await commands.executeCommand('grainline.showOutput');
  if (chosen === restart) await commands.executeCommand('grainline.restart');
}
