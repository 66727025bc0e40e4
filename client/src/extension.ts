/** Starts the server and registers the commands. All knowledge of models lies in the server. */

import { commands, type ExtensionContext, window } from 'vscode';
import { fixAllInFile } from './commands/fix-all.ts';
import { newFromPalette } from './commands/new.ts';
import { openRule } from './commands/open-rule.ts';
import { restart } from './commands/restart.ts';
import { showOutput } from './commands/show-output.ts';
import { createServer, type Server } from './server.ts';
import { createStatusItem } from './status-item.ts';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel('Grainline', { log: true });
  const status = createStatusItem();
  const running = createServer({ serverModule: context.asAbsolutePath('dist/server.cjs'), output, status });
  server = running;
  context.subscriptions.push(
    output,
    status,
    commands.registerCommand('grainline.restart', () => restart(running)),
    commands.registerCommand('grainline.showOutput', () => showOutput(output)),
    commands.registerCommand('grainline.openRule', (rule?: unknown) => openRule(context.extensionUri, rule)),
    commands.registerCommand('grainline.fixAll', () => fixAllInFile(running)),
    commands.registerCommand('grainline.new', () => newFromPalette(running)),
    commands.registerCommand('grainline.newDimension', () =>
      newFromPalette(running, { kind: 'dimension', answers: { scd: '2' } }),
    ),
  );
  // Not awaited: the window does not wait for the server, nor the activation for a large project.
  void running.start();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
