/** The workspace as it was on the branch that a change will be merged into: a second set of the same answers, asked rarely. */

import { splitKey } from './nodes.ts';
import { type ProjectOptions, Projects } from './project.ts';
import { readColumns } from './read-columns.ts';

export interface BaseFiles {
  /** What people call it: `main`, `origin/main`, or the beginning of a commit. */
  readonly name: string;
  /** Id of the commit. */
  readonly commit?: string;
  /** Day of the change, as `2026-01-31`: that of the newest commit, or today while there is more. */
  readonly today: string | undefined;
  /** The files that differ, as they were; `undefined` for those that were not there. */
  readonly files: readonly { readonly uri: string; readonly text: string | undefined }[];
}

export interface Base {
  readonly name: string;
  readonly today: string | undefined;
  readonly projects: Projects;
  /** URIs of the files that differed when the base was read. */
  readonly changed: ReadonlySet<string>;
  /** Names, in lower case, of the columns of a node that the node with this key reads. Key: root, a blank, id. */
  readonly reads: (key: string) => ReadonlyMap<string, ReadonlySet<string>>;
}

/** Files that do not differ are taken as they are now. */
export function openBase(
  current: readonly { readonly uri: string; readonly text: string | undefined }[],
  base: BaseFiles,
  options: ProjectOptions,
): Base {
  const projects = new Projects(options);
  const then = new Map(current.map(file => [file.uri, file.text]));
  for (const { uri, text } of base.files) then.set(uri, text);
  for (const [uri, text] of then) if (text !== undefined) projects.files.set(uri, text);
  projects.files.settle();
  return {
    name: base.name,
    today: base.today,
    projects,
    changed: new Set(base.files.map(file => file.uri)),
    reads: projects.memo.query((key: string) => {
      const [root, id] = splitKey(key);
      return readColumns(projects.models.units(`${root} ${id}`).map(unit => ({ tree: unit.tree, facts: unit.facts })));
    }),
  };
}
