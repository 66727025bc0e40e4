import type { Arguments, OptionTable } from './arguments.ts';
import type { Io } from './io.ts';

/** One command of `grainline`. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What stands behind the name: `[PATH…]`. */
  readonly operands: string;
  /** More for `--help`, below the usage. */
  readonly description: readonly string[];
  readonly options: OptionTable;
  /** Returns the exit code. Wrong use is a `UsageError`. */
  run(args: Arguments, io: Io): Promise<number> | number;
}
