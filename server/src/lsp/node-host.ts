/** The server's surroundings on Node. */

import { createDisk } from '../host/open-folder.ts';
import type { ServerHost } from './server-host.ts';

export function createNodeHost(): ServerHost {
  const disk = createDisk();
  return {
    ...disk,
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
