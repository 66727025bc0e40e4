/** The server's surroundings on Node. */

import { readGitBase } from '../host/git.ts';
import { createDisk } from '../host/open-folder.ts';
import { uriToPath } from '../host/uri-path.ts';
import type { ServerHost } from './server-host.ts';

export function createNodeHost(): ServerHost {
  const disk = createDisk();
  return {
    ...disk,
    readBase: async (uri, ref) => {
      const path = uriToPath(uri);
      const base = path === undefined ? undefined : await readGitBase(path, ref);
      return base && !('message' in base) ? base : undefined;
    },
    // Two turns: one reads what waits in the pipe, one hands it on.
    pause: async () => {
      await turn();
      await turn();
    },
    now: () => performance.now(),
  };
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
