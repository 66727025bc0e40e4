/** Snippets with their first choices and default texts are sound SQL and YAML. */

import { readFileSync } from 'node:fs';
import { init, parse as parseSql } from '@guanmingchiu/sqlparser-ts';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';

interface Snippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

function snippetsOf(language: 'sql' | 'yaml'): [string, Snippet][] {
  const text = readFileSync(new URL(`../../snippets/${language}.json`, import.meta.url), 'utf8');
  return Object.entries(JSON.parse(text) as { [name: string]: Snippet });
}

const SQL = snippetsOf('sql');
const YAML = snippetsOf('yaml');

const PLACEHOLDER = /\$\{(\d+):((?:\\.|[^}\\])*)\}|\$\{(\d+)\|((?:\\.|[^|\\])*)\|\}|\$(\d+)|\\([$}\\])/g;

/** The text an editor inserts before anything is typed. */
function inserted(snippet: Snippet): string {
  return snippet.body
    .join('\n')
    .replace(PLACEHOLDER, (_, _number, text: string, _choiceNumber, choices: string, _stop, escaped: string) =>
      (text ?? choices?.split(',')[0] ?? escaped ?? '').replace(/\\([$}\\|,])/g, '$1'),
    );
}

function stopsOf(snippet: Snippet): number[] {
  return [...snippet.body.join('\n').matchAll(PLACEHOLDER)].flatMap(match => {
    const number = match[1] ?? match[3] ?? match[5];
    return number === undefined ? [] : [Number(number)];
  });
}

it('reads both files', () => {
  expect(SQL.length).toBeGreaterThanOrEqual(10);
  expect(YAML.length).toBeGreaterThanOrEqual(10);
});

describe.each([
  ['SQL', SQL],
  ['YAML', YAML],
] as const)('%s', (_, snippets) => {
  it('is found by a prefix of its own and by plain words', () => {
    const prefixes = snippets.flatMap(([, snippet]) => snippet.prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (const [name, { prefix }] of snippets) {
      expect([name, prefix[0]]).toEqual([name, expect.stringMatching(/^gl-[a-z0-9-]+$/)]);
      expect([name, prefix.at(-1)]).toEqual([name, expect.stringMatching(/^[a-z]/)]);
    }
  });

  it.each(snippets)('%s: has stops from 1 on without a gap, and one last stop', (_name, snippet) => {
    const stops = stopsOf(snippet);
    const numbered = [...new Set(stops.filter(stop => stop > 0))].sort((a, b) => a - b);
    expect(numbered).toEqual(numbered.map((_stop, index) => index + 1));
    expect(stops.filter(stop => stop === 0)).toHaveLength(1);
    expect(snippet.description).toMatch(/\.$/);
  });
});

describe('SQL', () => {
  it.each(SQL)('%s: another parser reads it', async (name, snippet) => {
    await init();
    const sql = inserted(snippet)
      .replace(/\{\{\s*config\([\s\S]*?\)\s*\}\}|\{%[\s\S]*?%\}/g, '')
      .replace(/\{\{ (?:ref|source)\((?:'\w+', )?'(\w+)'\) \}\}/g, '$1')
      .replace(/\{\{ this \}\}/g, 'this_table')
      .replace(/\{\{ dbt\.hash\([\s\S]*?\) \}\}/g, "md5('')");
    expect(sql).not.toMatch(/\{\{|\$\d|\$\{/);
    const statement = name.startsWith('Join')
      ? `select 1 from lines ${sql}`
      : name.startsWith('Keep')
        ? `with ${sql} select * from latest`
        : sql;
    expect(parseSql(statement, 'duckdb')).toHaveLength(1);
    expect(() => parseSql(`${statement} )`, 'duckdb')).toThrow();
  });

  it('never closes a period at both ends, and never compares with a bare <>', () => {
    for (const [, snippet] of SQL) expect(inserted(snippet)).not.toMatch(/\bbetween\b(?! unbounded)|<>|!=/i);
  });
});

describe('YAML', () => {
  it.each(YAML)('%s: is YAML', (_name, snippet) => {
    expect(parseYaml(inserted(snippet), { strict: true, uniqueKeys: true })).toBeTypeOf('object');
  });

  it('has every field of the contract template', () => {
    const snippet = YAML.find(([name]) => name === 'Data contract')?.[1];
    const { contract } = parseYaml(inserted(snippet as Snippet));
    expect(Object.keys(contract)).toEqual([
      'name',
      'version',
      'owner',
      'consumers',
      'sla',
      'schema',
      'breaking_change_policy',
      'notification_channel',
    ]);
    expect(contract.version).toBe('1.0.0');
    expect(contract.notification_channel).toBe('#data');
    expect(Object.keys(contract.schema[0])).toEqual([
      'column',
      'type',
      'nullable',
      'description',
      'business_definition',
      'pii',
      'checks',
    ]);
  });
});
