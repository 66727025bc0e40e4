/** What a project's YAML says of personal data, taken together. */

import { mayTag, taggedAs } from '../contracts/personal-data.ts';
import type { PropertyFacts } from '../project/facts.ts';
import type { Projects } from '../project/project.ts';

export interface PersonalColumns {
  /** How many columns are marked as personal or sensitive, or as neither. By root. */
  readonly classified: (root: string) => number;
  /** Columns of what comes in: it is marked there, and what is handed on need not be told again. By root. */
  readonly listed: (root: string) => readonly { readonly node: string; readonly columns: readonly string[] }[];
}

const made = new WeakMap<Projects, PersonalColumns>();

export function personalColumns(projects: Projects): PersonalColumns {
  let queries = made.get(projects);
  if (!queries) {
    queries = personalQueries(projects);
    made.set(projects, queries);
  }
  return queries;
}

function personalQueries(projects: Projects): PersonalColumns {
  const { memo, files, nodes } = projects;
  const ownFiles = (root: string): readonly string[] => {
    const own = projects.top(root)?.project.name;
    return nodes.files(root).flatMap(one => (one.role === 'properties' && one.package === own ? [one.uri] : []));
  };
  const entriesIn = (uri: string): readonly PropertyFacts[] => {
    const { models, seeds, snapshots, sources } = files.properties(uri);
    return [...models, ...seeds, ...snapshots, ...sources.flatMap(source => source.tables)].map(entry => entry.facts);
  };
  // File by file, since few mark anything: the others need not be read to know it.
  const classifiedIn = memo.query((uri: string): number =>
    mayTag(files.text(uri) ?? '')
      ? entriesIn(uri)
          .flatMap(facts => facts.columns)
          .filter(({ meta, tags }) => taggedAs(meta, tags) !== undefined).length
      : 0,
  );
  return {
    classified: memo.query((root: string) => ownFiles(root).reduce((sum, uri) => sum + classifiedIn(uri), 0)),
    listed: memo.query((root: string) =>
      ownFiles(root)
        .flatMap(entriesIn)
        .filter(facts => facts.kind === 'source' || facts.kind === 'seed')
        .map(facts => ({ node: facts.name, columns: facts.columns.map(column => column.name) })),
    ),
  };
}
