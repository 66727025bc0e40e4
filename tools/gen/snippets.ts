/** snippets/*.json and docs/snippets.md: what people type instead of whole files, from the generators and from pieces written as plain text. */

import { json } from './configuration.ts';
import { sampleWithKinds } from './snippets/kinds.ts';
import { bodyOf, type Language, plainText, type Snippet } from './snippets/snippet.ts';
import { SQL_JINJA } from './snippets/sql-jinja.ts';
import { SQL_MERGES } from './snippets/sql-merges.ts';
import { SQL_MODELS } from './snippets/sql-models.ts';
import { SQL_PIECES } from './snippets/sql-pieces.ts';
import { YAML_CONTRACTS } from './snippets/yaml-contracts.ts';
import { YAML_ENTRIES } from './snippets/yaml-entries.ts';
import { YAML_TESTS } from './snippets/yaml-tests.ts';

/** In the order of the page. */
const GROUPS: { readonly [L in Language]: readonly string[] } = {
  sql: [
    'Layers',
    'Facts',
    'Dimensions',
    'Data vault',
    'Incremental models',
    'Snapshots',
    'Parts of a query',
    'Joins and comparisons',
    'Checks',
    'Configuration',
    'References and variables',
    'Jinja',
    'Loads in plain SQL',
  ],
  yaml: ['Models', 'Tests', 'Sources and snapshots', 'Exposures and metrics', 'Contracts', 'Documents', 'Project'],
};

const TITLES: { readonly [L in Language]: string } = { sql: 'In SQL files', yaml: 'In YAML files' };

/** Every snippet, by language and group. */
export function allSnippets(): readonly Snippet[] {
  const all = [
    ...SQL_MODELS,
    ...sampleWithKinds().snippets,
    ...SQL_PIECES,
    ...SQL_JINJA,
    ...SQL_MERGES,
    ...YAML_ENTRIES,
    ...YAML_TESTS,
    ...YAML_CONTRACTS,
  ];
  const sorted = (['sql', 'yaml'] as const).flatMap(language =>
    GROUPS[language].flatMap(group => all.filter(each => each.language === language && each.group === group)),
  );
  const lost = all.find(each => !sorted.includes(each));
  if (lost) throw new Error(`The group '${lost.group}' of '${lost.name}' has no place on the page.`);
  return sorted;
}

export function snippetFiles(): ReadonlyMap<string, string> {
  const snippets = allSnippets();
  const files = new Map<string, string>();
  for (const language of ['sql', 'yaml'] as const) {
    const own = snippets.filter(each => each.language === language);
    const names = new Set(own.map(each => each.name));
    if (names.size < own.length) throw new Error(`Two snippets of ${language} have one name.`);
    files.set(
      `snippets/${language}.json`,
      json(
        Object.fromEntries(
          own.map(each => [
            each.name,
            { prefix: each.prefix, description: description(each), body: bodyOf(each.text) },
          ]),
        ),
      ),
    );
  }
  files.set('docs/snippets.md', page(snippets));
  return files;
}

/** With the package that has to be there. */
function description(snippet: Snippet): string {
  const packages = ['dbt_utils', 'dbt_expectations'].filter(each => plainText(snippet.text).includes(`${each}.`));
  return [snippet.description, ...packages.map(each => `Needs ${each}.`)].join(' ');
}

function page(snippets: readonly Snippet[]): string {
  const parts = [
    '<!-- Written by `npm run gen` from tools/gen/snippets. -->',
    '# Snippets',
    'Type a prefix, or the plain words beside it, in a SQL or YAML file of VS Code, and press Tab from one place to the next. What a generator can write is its text: where the project is known, [the generator](generators.md) fills it in as well.',
    'Arguments of tests stand below `arguments:`, as dbt 1.10.5 and newer have them; for older ones leave that line out. Hashes are made with dbt_utils, which spells them for every warehouse.',
  ];
  for (const language of ['sql', 'yaml'] as const) {
    parts.push(`## ${TITLES[language]}`);
    for (const group of GROUPS[language]) {
      const own = snippets.filter(each => each.language === language && each.group === group);
      if (own.length === 0) continue;
      const rows = own.map(
        each =>
          `| ${each.prefix.map(prefix => (prefix.startsWith('gl-') ? `\`${prefix}\`` : prefix)).join(', ')} | ${description(each)} |`,
      );
      parts.push(`### ${group}`, ['| type | it writes |', '|---|---|', ...rows].join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}
