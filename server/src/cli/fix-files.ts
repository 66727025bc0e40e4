/** `check --fix`: fixes in many files, followed until nothing more changes, then written. */

import { fixAll } from '../analysis/fix-all.ts';
import type { Workspace } from '../analysis/workspace.ts';
import { uriToPath } from '../host/uri-path.ts';
import type { Progress } from './progress.ts';
import { replaceText } from './write-file.ts';

export interface FixedFiles {
  readonly findings: number;
  readonly files: number;
  /** Files that could not be written, each with the reason. */
  readonly refused: readonly { readonly uri: string; readonly reason: string }[];
}

const MOST_ROUNDS = 10;

/** The workspace holds the fixed texts afterwards. Files that cannot be written keep their old text, there too. */
export function fixFiles(
  workspace: Workspace,
  files: readonly string[],
  options: { readonly unsafe: boolean; readonly progress: Progress },
): FixedFiles {
  const before = new Map<string, string>();
  const appliedTo = new Map<string, number>();
  let waiting = files;
  // A fix in one file can make or end findings in another.
  for (let round = 0; round < MOST_ROUNDS && waiting.length > 0; round++) {
    let hasChanged = false;
    for (const [i, uri] of waiting.entries()) {
      options.progress.update('Fixing files', i, waiting.length);
      const fixed = fixAll(workspace, uri, { unsafe: options.unsafe });
      if (!fixed) continue;
      if (!before.has(uri)) before.set(uri, workspace.textOf(uri) ?? '');
      appliedTo.set(uri, (appliedTo.get(uri) ?? 0) + fixed.applied);
      workspace.apply([{ uri, text: fixed.text }]);
      hasChanged = true;
    }
    waiting = hasChanged ? workspace.stale(files) : [];
  }

  const refused: { uri: string; reason: string }[] = [];
  for (const [uri, old] of before) {
    const text = workspace.textOf(uri) ?? '';
    const path = uriToPath(uri);
    const reason = path === undefined ? 'it is no file of this machine' : replaceText(path, old, text);
    if (reason === undefined) continue;
    refused.push({ uri, reason });
    appliedTo.delete(uri);
    workspace.apply([{ uri, text: old }]);
  }
  let findings = 0;
  for (const count of appliedTo.values()) findings += count;
  return { findings, files: appliedTo.size, refused };
}
