/** A dimension that keeps its history. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function newDimension(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'dimension', clicked, { answers: { scd: '2' } });
}
