/** A staging model of the source table that was clicked, or of one that is chosen. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function newStaging(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'staging', clicked);
}
