/** The dbt tests that hold a model to its contract. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function contractTests(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'contract-tests', clicked, { isAboutOpenFile: true });
}
