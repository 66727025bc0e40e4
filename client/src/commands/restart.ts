import type { Server } from '../server.ts';

export async function restart(server: Server): Promise<void> {
  await server.restart();
}
