import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGroup } from './processes.ts';
import type { Profile, Surroundings } from './surroundings.ts';

export type VsCodeServer = {
  readonly port: number;
  readonly stop: () => Promise<void>;
};

const START_LIMIT_MS = 30_000;
const INSTALL_LIMIT_MS = 60_000;

/** Starts the VS Code server on a free port. Its own output goes to `out/e2e/<name>-server.log`. */
export async function startServer(
  surroundings: Surroundings,
  profile: Profile,
  name: string,
  options: { readonly testDriver: boolean; readonly env?: Readonly<Record<string, string>> },
): Promise<VsCodeServer> {
  const group = startGroup(
    surroundings.serverNode,
    [
      surroundings.serverMain,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...folders(profile),
      ...['--telemetry-level', 'off', '--disable-workspace-trust'],
      // Without it the server ignores in silence which tests to run; with it, it hides notification toasts.
      ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    { env: serverEnvironment(options.env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = join(surroundings.output, `${name}-server.log`);
  let output = '';
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`The VS Code server ${reason}.\n${output}`));
    const limit = setTimeout(() => fail('did not start in time'), START_LIMIT_MS);
    const collect = (chunk: Buffer) => {
      appendFileSync(log, chunk);
      if (output.length > 20_000) return;
      output += chunk.toString();
      const listening = /listening on (\d+)/.exec(output);
      if (!listening) return;
      clearTimeout(limit);
      resolve(Number(listening[1]));
    };
    group.child.stdout?.on('data', collect);
    group.child.stderr?.on('data', collect);
    group.child.once('error', error => fail(`cannot be started: ${error.message}`));
    group.child.once('exit', code => fail(`ended with code ${code}`));
  }).catch(async error => {
    await group.stop();
    throw error;
  });
  return { port, stop: group.stop };
}

/** Installs a packaged extension as a person would, into the profile's own extensions folder. */
export async function installVsix(surroundings: Surroundings, profile: Profile, vsix: string): Promise<void> {
  const args = ['--install-extension', vsix, '--force', '--accept-server-license-terms', ...folders(profile)];
  const group = startGroup(surroundings.serverNode, [surroundings.serverMain, ...args], {
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  group.child.stdout?.on('data', chunk => {
    output += chunk;
  });
  group.child.stderr?.on('data', chunk => {
    output += chunk;
  });
  const code = await new Promise<number | string>(resolve => {
    const limit = setTimeout(() => resolve('out of time'), INSTALL_LIMIT_MS);
    group.child.once('error', error => resolve(error.message));
    group.child.once('close', (exit, signal) => {
      clearTimeout(limit);
      resolve(exit ?? signal ?? 'unknown');
    });
  });
  await group.stop();
  // The server says in words what its exit code may not.
  if (code !== 0 || !/successfully installed/.test(output)) {
    throw new Error(`Installing ${vsix} ended with ${code}:\n${output}`);
  }
}

function folders(profile: Profile): readonly string[] {
  return ['--server-data-dir', profile.server, '--user-data-dir', profile.user, '--extensions-dir', profile.extensions];
}

/** An editor that starts the suites from its own terminal passes on variables that would bend this one. */
function serverEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL_)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...more };
}
