/** The tests that a model lacks. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function addTests(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'tests', clicked, { isAboutOpenFile: true });
}
