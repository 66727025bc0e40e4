/** Every snippet as it is inserted: whole, without a finding of ours, read by other parsers, and valid by our own schemas. */

import { readFileSync } from 'node:fs';
import { init, parse as parseSql } from '@guanmingchiu/sqlparser-ts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { KINDS } from '../../server/src/generate/registry.ts';
import { sampleWithKinds } from '../../tools/gen/snippets/kinds.ts';
import { ROOT } from '../../tools/gen/snippets/sample.ts';
import { plainText, type Snippet } from '../../tools/gen/snippets/snippet.ts';
import { allSnippets } from '../../tools/gen/snippets.ts';
import { readSnippet } from './snippet-notation.ts';

interface Contributed {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const contributed = (language: 'sql' | 'yaml'): { readonly [name: string]: Contributed } =>
  JSON.parse(read(`snippets/${language}.json`));

const SNIPPETS = allSnippets();
const SQL = SNIPPETS.filter(each => each.language === 'sql').map(each => [each.name, each] as const);
const YAML = SNIPPETS.filter(each => each.language === 'yaml').map(each => [each.name, each] as const);
const { workspace, lost } = sampleWithKinds();

/** Models and a seed whose entries are tried out. */
const TRIED: { readonly [path: string]: string } = {
  'models/marts/fct_orders_tried.sql': `select
    order_id,
    order_status,
    customer_key,
    order_amount,
    ordered_at,
    cast(null as integer) as on_hand_quantity,
    cast(null as date) as stock_date,
    cast(null as varchar) as email
from {{ ref('fct_orders') }}
`,
  'models/marts/dim_customers_tried.sql': `select
    customer_key,
    customer_id,
    valid_from,
    valid_to,
    is_current
from {{ ref('dim_customer_versions') }}
`,
  'seeds/country_codes.csv': 'country_code\nDE\n',
};
workspace.apply(Object.entries(TRIED).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));

/** The file in which a snippet is tried: itself, or a frame with it at the mark, indented as an editor does. */
function fileOf(snippet: Snippet): { readonly uri: string; readonly text: string } {
  const inserted = plainText(snippet.text);
  const usual = snippet.language === 'sql' ? 'models/intermediate/int_orders_tried.sql' : 'models/marts/_tried.yml';
  const text =
    snippet.frame?.replace(/^([^\n]*?)§/m, (_, before: string) => {
      const indent = ' '.repeat(/^ */.exec(before)?.[0].length ?? 0);
      return before + inserted.replaceAll(/\n(?=.)/g, `\n${indent}`);
    }) ?? `${inserted}\n`;
  return { uri: `${ROOT}/${snippet.path ?? usual}`, text };
}

/** What a look at the project with the snippet's file gives; the project is left as it was. */
function withFile<T>(snippet: Snippet, look: (uri: string) => T): T {
  const { uri, text } = fileOf(snippet);
  const before = workspace.textOf(uri);
  if (before === text) return look(uri);
  workspace.apply([{ uri, text }]);
  try {
    return look(uri);
  } finally {
    workspace.apply([{ uri, text: before }]);
  }
}

describe.each([
  ['sql', SQL, 80],
  ['yaml', YAML, 80],
] as const)('%s', (language, snippets, least) => {
  const file = contributed(language);

  it('is contributed for both ids of its language', () => {
    const ids = manifest.contributes.snippets.filter(each => each.path === `./snippets/${language}.json`);
    expect(ids.map(each => each.language)).toEqual([language, `jinja-${language}`]);
    expect(Object.keys(file)).toEqual(snippets.map(([name]) => name));
    expect(snippets.length).toBeGreaterThanOrEqual(least);
  });

  it('is found by prefixes of its own and by plain words', () => {
    const prefixes = snippets.flatMap(([, snippet]) => snippet.prefix);
    expect(prefixes.filter((each, index) => prefixes.indexOf(each) < index)).toEqual([]);
    for (const [name, { prefix }] of snippets) {
      expect([name, prefix[0]]).toEqual([name, expect.stringMatching(/^gl-[a-z0-9-]+$/)]);
      expect([name, prefix.at(-1)]).toEqual([name, expect.stringMatching(/^(?!gl-)[a-z]/)]);
    }
  });

  it.each(snippets)('%s: is the text it was made from, with stops', (name, snippet) => {
    const { prefix, description, body } = file[name] as Contributed;
    expect(prefix).toEqual(snippet.prefix);
    expect(description).toMatch(/^[A-Z].*[^.]\.$/);
    const { text, stops, choices } = readSnippet(body.join('\n'));
    expect(text).toBe(plainText(snippet.text));
    expect(text).not.toMatch(/[«»§]|[ \t]$/m);
    const numbers = [...new Set(stops.filter(stop => stop > 0))];
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(stops.filter(stop => stop === 0)).toHaveLength(1);
    for (const own of choices) expect([own.length > 1, new Set(own).size]).toEqual([true, own.length]);
  });

  it.each(snippets)('%s: has no finding of ours', (_name, snippet) => {
    const findings = withFile(snippet, uri => workspace.findings(uri).map(each => `${each.rule}: ${each.message}`));
    expect(findings).toEqual([]);
  });
});

describe('sql', () => {
  // What the macro of a package makes of a date spine is nothing that anybody could read without it.
  const models = SQL.filter(
    ([, snippet]) => fileOf(snippet).uri.includes('/models/') && !snippet.text.includes('dbt_utils.date_spine('),
  );

  it.each(models)('%s: another parser reads what dbt would send, at first and later', async (_name, snippet) => {
    await init();
    for (const incremental of [false, true]) {
      const sent = withFile(snippet, uri =>
        workspace.render({ incremental }).find(model => uri.endsWith(`/${model.path}`)),
      );
      expect(sent?.text).toBeDefined();
      const text = sent?.text ?? '';
      expect(text).not.toMatch(/\{[{%]/);
      const dialect = /date_sub\(/.test(text) ? 'bigquery' : /\bqualify\b/.test(text) ? 'snowflake' : 'duckdb';
      expect(() => parseSql(text, dialect), text).not.toThrow();
    }
  });

  it('never closes a period at both ends', () => {
    for (const [, snippet] of SQL)
      expect(plainText(snippet.text).replaceAll(/--.*/g, '')).not.toMatch(/\bbetween\b(?! unbounded)/i);
  });
});

describe('yaml', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });

  it.each(YAML)('%s: fits its schema', (_name, snippet) => {
    const { uri, text } = fileOf(snippet);
    const value = parseYaml(text, { strict: true, uniqueKeys: true });
    const schema = schemaOf(uri);
    if (!ajv.getSchema(schema)) ajv.addSchema(JSON.parse(read(`schemas/${schema}.schema.json`)), schema);
    expect(ajv.validate(schema, value), `${schema}: ${ajv.errorsText()}`).toBe(true);
  });
});

/** Every document that a snippet may be tried as, by its file. */
function schemaOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  if (name === 'grainline.yml') return 'grainline';
  if (name === 'dbt_project.yml') return 'dbt-project';
  if (name === 'packages.yml') return 'dbt-packages';
  if (name === 'selectors.yml') return 'dbt-selectors';
  if (name === 'freshness.yml') return 'freshness';
  if (name === 'architecture-brief.yml') return 'brief';
  const [, kind] =
    /\.(contract|odcs|datacontract|specification|pipeline|catalog|dashboard|cost|features)\.ya?ml$/.exec(name) ?? [];
  switch (kind) {
    case undefined:
      return 'dbt-properties';
    case 'odcs':
      return 'odcs-3.1';
    case 'datacontract':
      return 'data-contract-specification';
    case 'features':
      return 'feature-store';
    default:
      return kind;
  }
}

describe('the generators', () => {
  /** Why a kind is no snippet. */
  const WITHOUT: { readonly [kind: string]: string } = {
    'import-ddl': 'reads the DDL of tables',
    star: 'writes several models, each of which is a snippet of its own',
    tests: 'adds to entries that are there; each test is a snippet of its own',
    'contract-tests': 'adds to entries that are there; each test is a snippet of its own',
  };
  /** Choices that are snippets written by hand, or no text of their own. */
  const BY_HAND = new Set(['contract form seed', 'bridge weight equal', 'bridge weight none']);
  const made = (kind: string) => SNIPPETS.filter(each => each.kind === kind);

  it.each(KINDS.map(kind => [kind.id] as const))('%s is a snippet too, or there is a reason', id => {
    expect([made(id).length > 0, id in WITHOUT]).toContain(true);
    expect(made(id).length > 0 && id in WITHOUT).toBe(false);
  });

  it('have a snippet for each way to do what they do', () => {
    const missing: string[] = [];
    let looked = 0;
    for (const kind of KINDS) {
      if (kind.id in WITHOUT) continue;
      for (const input of ['scd', 'form', 'strategy', 'shape', 'checks', 'measured', 'load', 'weight']) {
        const asked = kind.inputs[input];
        if (asked?.type !== 'choice') continue;
        for (const choice of asked.choices) {
          looked++;
          // Asked of the generator, or a choice in the text it wrote.
          const isChoice = new RegExp(`«[^»]*\\b${choice}\\b`);
          const has = made(kind.id).some(
            each => [each.answers?.[input] ?? asked.default].flat().includes(choice) || isChoice.test(each.text),
          );
          if (!has && !BY_HAND.has(`${kind.id} ${input} ${choice}`)) missing.push(`${kind.id} ${input} ${choice}`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(looked).toBeGreaterThan(20);
  });
});

it('has every word that is to be a stop', () => {
  expect(lost, 'tools/gen/snippets lists words that the generators do not write').toEqual([]);
});

it('leaves no name of the sample where nobody is led to it', () => {
  const sources = workspace.textOf(`${ROOT}/models/staging/_sources.yml`) ?? '';
  const names = new Set([...sources.matchAll(/name: (\w+)/g)].map(match => match[1] ?? ''));
  expect(names.size).toBeGreaterThan(30);
  for (const kept of ['id', 'name', 'stock', 'attendance']) names.delete(kept);
  const isModel = /^(?:stg|int|dim|fct|brg|obt|mrt|snp|hub|link|sat)_[a-z]/;
  for (const { name, text } of SNIPPETS) {
    // What is a key or an argument is dbt's own word.
    const words = text.replaceAll(/«[^»]*»/g, '·').match(/\b\w+\b(?![=:])/g) ?? [];
    const left = words.filter(word => (names.has(word) || isModel.test(word)) && word !== 'movements');
    expect([name, left]).toEqual([name, []]);
  }
});

describe('the page', () => {
  it('lists every prefix', () => {
    const page = read('docs/snippets.md');
    for (const { prefix } of SNIPPETS) for (const each of prefix) expect(page).toContain(each);
  });
});

it('knows a snippet that is not whole', () => {
  const stop = (inner: string): string => `\${${inner}}`;
  const broken = [
    '$',
    '${1:a',
    '${1|a|',
    'a $b',
    'a\\b',
    '$1',
    stop('1:$'),
    stop('1|a,,b|'),
    stop('x:1'),
    stop('1:a') + stop('1:b'),
  ];
  for (const body of broken) expect(() => readSnippet(body), body).toThrow();
  expect(readSnippet(`\\$ ${stop('1:a\\}b')} $1 ${stop('2|x\\,y,z|')}$0`)).toEqual({
    text: '$ a}b a}b x,y',
    stops: [1, 1, 2, 0],
    choices: [['x,y', 'z']],
  });
});
