/** A dbt project to begin with, in the folder that is open. */

import { NEW_PROJECT } from '../places.ts';
import type { Server } from '../server.ts';
import { makeKind } from './new.ts';

export async function newProject(server: Server): Promise<void> {
  await makeKind(server, NEW_PROJECT, []);
}
