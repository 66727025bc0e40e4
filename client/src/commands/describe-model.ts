/** The YAML entry of the model that was clicked or is open. */

import type { Server } from '../server.ts';
import { type Clicked, makeKind } from './new.ts';

export async function describeModel(server: Server, ...clicked: Clicked): Promise<void> {
  await makeKind(server, 'schema-yml', clicked, { isAboutOpenFile: true });
}
