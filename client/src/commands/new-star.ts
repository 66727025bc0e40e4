/** The facts and dimensions of a dimensional specification. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function newStar(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'star', clicked, { isAboutOpenFile: true });
}
