/** What a project's YAML says of personal data, taken together. */

import { taggedAs } from '../contracts/personal-data.ts';
import type { Projects } from '../project/project.ts';

export interface PersonalColumns {
  /** Columns marked as personal or sensitive, or as neither. */
  readonly classified: number;
  readonly listed: readonly { readonly node: string; readonly columns: readonly string[] }[];
}

const queries = new WeakMap<Projects, (root: string) => PersonalColumns>();

export function personalColumns(projects: Projects, root: string): PersonalColumns {
  let query = queries.get(projects);
  if (!query) {
    query = projects.memo.query((key: string) => count(projects, key));
    queries.set(projects, query);
  }
  return query(root);
}

function count(projects: Projects, root: string): PersonalColumns {
  const own = projects.top(root)?.project.name;
  let classified = 0;
  const listed: { node: string; columns: readonly string[] }[] = [];
  for (const { uri, role, package: owner } of projects.nodes.files(root)) {
    if (role !== 'properties' || owner !== own) continue;
    const read = projects.files.properties(uri);
    const entries = [
      ...read.models,
      ...read.seeds,
      ...read.snapshots,
      ...read.sources.flatMap(source => source.tables),
    ];
    for (const { facts } of entries) {
      classified += facts.columns.filter(({ meta, tags }) => taggedAs(meta, tags) !== undefined).length;
      // What comes in is marked there; what is handed on need not be told again.
      if (facts.kind === 'source' || facts.kind === 'seed')
        listed.push({ node: facts.name, columns: facts.columns.map(column => column.name) });
    }
  }
  return { classified, listed };
}
