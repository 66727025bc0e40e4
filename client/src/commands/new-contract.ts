/** A data contract from what a model delivers. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function newContract(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'contract', clicked, { isAboutOpenFile: true });
}
