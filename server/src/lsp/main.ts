/** The server as a process: what dist/server.cjs and `grainline lsp` start. */

import { setFlagsFromString } from 'node:v8';
import { createConnection } from 'vscode-languageserver/node';
import { fixAll } from '../analysis/fix-all.ts';
import { Workspace } from '../analysis/workspace.ts';
import { RULES } from '../rules/registry.ts';
import { generatorRequests } from './generators.ts';
import { createNodeHost } from './node-host.ts';
import { createServer } from './server.ts';

/** Written in by the build. */
declare const GRAINLINE_VERSION: string;

/** Serves over what the arguments name (`--node-ipc`, `--stdio`, `--socket=`, `--pipe=`), else over the standard streams. */
export function startServer(): void {
  // On a machine with much memory V8 lets the heap grow fourfold before it collects. A server lives all day beside an editor.
  setFlagsFromString('--heap-growing-percent=40');
  const isTold = process.argv.some(argument => /^--(node-ipc|stdio|socket|pipe)(=|$)/.test(argument));
  const connection = isTold ? createConnection() : createConnection(process.stdin, process.stdout);
  const workspace = new Workspace({ rules: [...RULES], learnsHabitsLater: true });
  const host = createNodeHost();
  createServer({
    connection,
    analysis: workspace,
    host,
    fixAll,
    projects: workspace.projectQueries,
    requests: generatorRequests(workspace.projectQueries, host),
    version: typeof GRAINLINE_VERSION === 'string' ? GRAINLINE_VERSION : 'development',
  });
  connection.listen();
}
