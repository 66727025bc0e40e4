/** What a command sees of the process it runs in, so that tests run commands without one. */

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal, or a sensible one where there is none. */
  readonly columns: number;
}

export interface Io {
  /** Absolute path of the current folder. */
  readonly cwd: string;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input, as text. */
  readStdin(): Promise<string>;
  /** Milliseconds from any fixed point. */
  now(): number;
}

/** Wrong use or configuration: one plain sentence for the person who can change it. Exit code 2. */
export class UsageError extends Error {}

/** What the exit code of every command says. */
export const EXIT = { clean: 0, findings: 1, usage: 2, fault: 3 } as const;
