/** Starts the server and registers the commands. All knowledge of models lies in the server. */

import { commands, type ExtensionContext, window } from 'vscode';
import { addTests } from './commands/add-tests.ts';
import { checkFile } from './commands/check-file.ts';
import { contractTests } from './commands/contract-tests.ts';
import { describeModel } from './commands/describe-model.ts';
import { fixAllInFile } from './commands/fix-all.ts';
import { getStarted } from './commands/get-started.ts';
import { type Clicked, makeNew } from './commands/new.ts';
import { newContract } from './commands/new-contract.ts';
import { newDimension } from './commands/new-dimension.ts';
import { newProject } from './commands/new-project.ts';
import { newStaging } from './commands/new-staging.ts';
import { newStar } from './commands/new-star.ts';
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
    commands.registerCommand('grainline.new', (...given: Clicked) => makeNew(running, ...given)),
    commands.registerCommand('grainline.newStaging', (...clicked: Clicked) => newStaging(running, ...clicked)),
    commands.registerCommand('grainline.newDimension', (...clicked: Clicked) => newDimension(running, ...clicked)),
    commands.registerCommand('grainline.describeModel', (...clicked: Clicked) => describeModel(running, ...clicked)),
    commands.registerCommand('grainline.addTests', (...clicked: Clicked) => addTests(running, ...clicked)),
    commands.registerCommand('grainline.newContract', (...clicked: Clicked) => newContract(running, ...clicked)),
    commands.registerCommand('grainline.contractTests', (...clicked: Clicked) => contractTests(running, ...clicked)),
    commands.registerCommand('grainline.newStar', (...clicked: Clicked) => newStar(running, ...clicked)),
    commands.registerCommand('grainline.newProject', () => newProject(running)),
    commands.registerCommand('grainline.checkFile', () => checkFile(running)),
    commands.registerCommand('grainline.getStarted', () => getStarted(context)),
    // It has nothing to show but its welcome, where there is no project.
    window.registerTreeDataProvider('grainline.start', { getTreeItem: () => ({}), getChildren: () => [] }),
  );
  // Not awaited: the window does not wait for the server, nor the activation for a large project.
  void running.start();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
