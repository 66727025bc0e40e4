/** What the server needs from where it runs; the disk on Node, requests to the client in a web worker. */

import type { FileChange } from '../analysis/results.ts';
import type { BaseFiles } from '../project/base.ts';

export interface OpenFolder {
  /** Normalised URI. */
  readonly root: string;
  readonly files: readonly FileChange[];
  /** What was not read, and why. */
  readonly notices: readonly { readonly uri: string; readonly message: string }[];
  /** Normalised URIs of folders outside the root that its projects name, and that were read too. */
  readonly outside: readonly string[];
  /** The file as it stands now; `undefined` when it is gone, or would not be read. */
  read(uri: string): Promise<string | undefined>;
  /** All files below a folder that appeared; `undefined` when it is no folder, or one that is not read. */
  readBelow(uri: string): Promise<readonly FileChange[] | undefined>;
}

export interface ServerHost {
  /** Normalised, in the spelling under which the file is known. */
  normalize(uri: string): string;
  /** Reads a workspace folder; `undefined` when that was cancelled, or the scheme cannot be read. */
  openFolder(
    uri: string,
    options: {
      readonly onProgress: (read: number, found: number) => void;
      readonly isCancelled: () => boolean;
    },
  ): Promise<OpenFolder | undefined>;
  /**
   * How the files of a folder were on the branch `ref`, or on the default branch. `undefined` where nobody can tell. Asked for
   * trusted folders only.
   */
  readonly readBase?: (uri: string, ref: string | undefined) => Promise<BaseFiles | undefined>;
  /** Lets waiting messages in, then goes on. */
  pause(): Promise<void>;
  /** Milliseconds from some start. */
  now(): number;
}
