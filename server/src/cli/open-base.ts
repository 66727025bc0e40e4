import type { Workspace } from '../analysis/workspace.ts';
import { readGitBase } from '../host/git.ts';
import { UsageError } from './io.ts';

/** Tells the workspace how its files were where the current branch left `ref`, or the default branch; says what that is called. */
export async function openBase(workspace: Workspace, root: string, ref: string | undefined): Promise<string> {
  // Somebody who runs the program in a folder trusts it.
  const base = await readGitBase(root, ref);
  if ('message' in base) throw new UsageError(base.message);
  workspace.setBase(base);
  return base.name;
}

/** The same where nobody asked: only if something may be promised to others, and without a repository nothing is compared. */
export async function openLikelyBase(workspace: Workspace, root: string): Promise<void> {
  if (!workspace.mayPromise()) return;
  const base = await readGitBase(root);
  if (!('message' in base)) workspace.setBase(base);
}
