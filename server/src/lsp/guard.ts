/** A handler that fails costs its own answer, and nothing else. */

import { type Connection, ResponseError } from 'vscode-languageserver';

export type Guard = ReturnType<typeof createGuard>;

export function createGuard(connection: Connection) {
  const log = (name: string, error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`${name} failed: ${text}`);
  };
  return {
    log,
    /** The handler with its fault turned into `fallback` and a line in the client's log. An answer that says "cancelled" passes. */
    around<A extends readonly unknown[], R, F>(
      name: string,
      fallback: F,
      handler: (...parameters: A) => R | Promise<R>,
    ): (...parameters: A) => Promise<R | F> {
      return async (...parameters) => {
        try {
          return await handler(...parameters);
        } catch (error) {
          if (error instanceof ResponseError) throw error;
          log(name, error);
          return fallback;
        }
      };
    },
  };
}
