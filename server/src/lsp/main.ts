/**
 * The server as a process: dist/server.cjs is this file, and `grainline lsp` imports it. It serves over what the arguments
 * name (`--node-ipc`, `--stdio`, `--socket=`, `--pipe=`), else over the standard streams.
 */

import { createConnection } from 'vscode-languageserver/node';
import { fixAll } from '../analysis/fix-all.ts';
import { Workspace } from '../analysis/workspace.ts';
import { RULES } from '../rules/registry.ts';
import { createNodeHost } from './node-host.ts';
import { createServer } from './server.ts';

/** Written in by the build. */
declare const GRAINLINE_VERSION: string;

const isTold = process.argv.some(argument => /^--(node-ipc|stdio|socket|pipe)(=|$)/.test(argument));
const connection = isTold ? createConnection() : createConnection(process.stdin, process.stdout);
createServer({
  connection,
  analysis: new Workspace({ rules: [...RULES] }),
  host: createNodeHost(),
  fixAll,
  version: typeof GRAINLINE_VERSION === 'string' ? GRAINLINE_VERSION : 'development',
});
connection.listen();
