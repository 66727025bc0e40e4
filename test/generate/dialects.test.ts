/**
 * Everything that kinds of SQL write, in seven dialects: no finding of ours in it, and parsers other than ours read it, as a
 * full refresh and as an incremental run.
 */

import { init, parse as parseSql } from '@guanmingchiu/sqlparser-ts';
import parserPackage from 'node-sql-parser';
import { describe, expect, it } from 'vitest';
import { loadDdlParser } from '../../server/src/generate/read-ddl.ts';
import { KINDS } from '../../server/src/generate/registry.ts';
import { generateAll, MORE_FILES, MORE_STEPS, ROOT, STEPS } from './sample.ts';

const DIALECTS = {
  snowflake: { nodeSqlParser: 'snowflake', sqlparser: 'snowflake' },
  bigquery: { nodeSqlParser: 'bigquery', sqlparser: 'bigquery' },
  redshift: { nodeSqlParser: 'redshift', sqlparser: 'redshift' },
  postgres: { nodeSqlParser: 'postgresql', sqlparser: 'postgresql' },
  // node-sql-parser has no grammar of these two; the nearest ones.
  databricks: { nodeSqlParser: 'hive', sqlparser: 'databricks' },
  duckdb: { nodeSqlParser: 'postgresql', sqlparser: 'duckdb' },
  trino: { nodeSqlParser: 'trino', sqlparser: 'generic' },
} as const;
type Covered = keyof typeof DIALECTS;

/** What node-sql-parser's grammars do not know, by what of the text says so. */
const UNKNOWN_TO_NODE_SQL_PARSER: readonly {
  readonly dialects: readonly Covered[];
  readonly text: RegExp;
  readonly why: string;
}[] = [
  { dialects: ['bigquery', 'databricks'], text: /is distinct from/, why: 'IS DISTINCT FROM' },
  { dialects: ['bigquery'], text: /extract\(dayofyear/, why: 'DAYOFYEAR as a part of EXTRACT' },
  { dialects: ['databricks'], text: /extract\(/, why: 'EXTRACT' },
  { dialects: ['trino'], text: />= \(\s*select/, why: 'a subquery behind a comparison' },
  { dialects: ['postgres', 'duckdb', 'trino'], text: /partition by cast\(/, why: 'an expression behind PARTITION BY' },
];

const ALL_STEPS = [...STEPS, ...MORE_STEPS];

/** Which kinds are not run here, and why. */
const ELSEWHERE: { readonly [kind: string]: string } = {
  project: 'begins a project where there is none: documents.test.ts',
  'schema-yml': 'describes a model without an entry, and generated ones have theirs: yaml-kinds.test.ts',
};

await loadDdlParser();

it('runs every kind', () => {
  const run = new Set(ALL_STEPS.map(each => each.kind));
  expect(KINDS.map(kind => kind.id).filter(id => !run.has(id))).toEqual(Object.keys(ELSEWHERE));
});

describe.each(Object.keys(DIALECTS) as Covered[])('%s', dialect => {
  const { workspace, messages, generated } = generateAll(dialect, MORE_FILES, ALL_STEPS);
  const rendered = [
    ...[false, true].flatMap(incremental =>
      workspace
        .render({ incremental })
        .map(model => ({ ...model, title: `${model.path}${incremental ? ', incremental' : ''}` })),
    ),
    // Singular tests and snapshots, which are no models.
    ...generated
      .filter(({ path }) => /^(?:tests|snapshots)\/.*\.sql$/.test(path))
      .map(({ path, text }) => ({ title: path, text: bareSql(text), unknowns: [] })),
  ];

  it('has no finding of ours', () => {
    const findings = workspace
      .files()
      .flatMap(uri =>
        workspace.findings(uri).map(each => `${uri.slice(ROOT.length + 1)} ${each.rule}: ${each.message}`),
      );
    expect(findings).toEqual([]);
    const said = messages.filter(message => STEPS.some(each => message.startsWith(`${each.title}: `)));
    expect(said.filter(message => !/^star: .* (?:is made from|has the days from) /.test(message))).toEqual([]);
    expect(rendered.length).toBeGreaterThan(110);
    expect(rendered.filter(({ title }) => title.startsWith('tests/')).length).toBe(9);
    expect(rendered.flatMap(model => model.unknowns)).toEqual([]);
  });

  it('is read by node-sql-parser, but for what its grammar does not know', () => {
    const parser = new parserPackage.Parser();
    const unread = rendered.filter(({ text }) => {
      try {
        parser.parse(text, { database: DIALECTS[dialect].nodeSqlParser });
        return false;
      } catch {
        return true;
      }
    });
    const known = UNKNOWN_TO_NODE_SQL_PARSER.filter(each => each.dialects.includes(dialect));
    const unexplained = unread.filter(({ text }) => !known.some(each => each.text.test(text)));
    expect(unexplained.map(model => model.title)).toEqual([]);
    expect(unread.length).toBeLessThan(rendered.length / 4);
  });

  it('is read by sqlparser-ts', async () => {
    await init();
    for (const { title, text } of rendered) {
      expect(() => parseSql(text, DIALECTS[dialect].sqlparser), title).not.toThrow();
      expect(() => parseSql(`${text} from from`, DIALECTS[dialect].sqlparser), title).toThrow();
    }
  });
});

/** Models in a style of their own, enough of them to show the habit. */
const OTHER_STYLE = Object.fromEntries(
  ['a', 'b', 'c'].flatMap(name => [
    [
      `models/other/other_${name}.sql`,
      `WITH orders AS (\n  SELECT\n    o.order_id\n    , o.status\n  FROM {{ source('shop', 'orders') }} AS o\n)\n\nSELECT\n  order_id\n  , status\nFROM orders\n`,
    ],
    [
      `models/other/other_${name}.yml`,
      `version: 2\n\nmodels:\n  - name: other_${name}\n    description: Other.\n    columns:\n      - name: order_id\n        description: Number.\n        tests: [unique, not_null]\n      - name: status\n        description: Status.\n`,
    ],
  ]),
);

describe('a project with other habits', () => {
  const { generated } = generateAll('duckdb', {
    ...OTHER_STYLE,
    'dbt_project.yml': "name: sample\nversion: '1.0'\nprofile: sample\n",
  });
  const sql = generated.filter(file => file.path.endsWith('.sql'));

  it('gets keywords, commas, indentation and refs as it writes them', () => {
    const fact = sql.find(file => file.path.endsWith('fct_orders.sql'))?.text ?? '';
    expect(fact).toContain(
      "{{ config(materialized='table') }}\n\nWITH final AS (\n  SELECT\n    orders.order_id\n    , dim_customers.customer_key",
    );
    expect(fact).toContain(
      "\n  FROM {{ ref('stg_shop__orders') }} AS orders\n  LEFT JOIN {{ ref('dim_customers') }} AS dim_customers\n    ON orders.",
    );
    for (const { path, text } of sql) {
      const bare = text.replace(/\{[{%][\s\S]*?[}%]\}|--[^\n]*|'[^']*'/g, '');
      expect(bare.match(/\b(?:select|from|where|coalesce|case|over|join|union)\b/g), path).toBeNull();
      expect(bare, path).not.toMatch(/^\s+[\w.]+,\n/m);
    }
  });

  it('gets YAML as it writes it', () => {
    const yaml = generated.find(file => file.path.endsWith('fct_orders.yml'))?.text ?? '';
    expect(yaml.startsWith('version: 2\n\nmodels:\n  - name: fct_orders\n')).toBe(true);
    expect(yaml).toContain('tests: [unique, not_null]');
    expect(yaml).toContain("- relationships:\n              to: ref('dim_customers')");
  });

  it('is read by sqlparser-ts all the same', async () => {
    await init();
    for (const { path, text } of sql) {
      expect(() => parseSql(bareSql(text), 'duckdb'), path).not.toThrow();
    }
  });
});

it('leaves nothing undocumented where the checklist is asked for', () => {
  const { workspace } = generateAll('snowflake', {
    'grainline.yml': 'dialect: snowflake\nextends: [adaptive, checklist]\n',
  });
  const rules = ['model-undocumented', 'column-undocumented', 'key-untested'];
  const findings = workspace
    .files()
    .flatMap(uri => workspace.findings(uri))
    .filter(finding => rules.includes(finding.rule));
  expect(findings.map(finding => `${finding.rule} ${finding.message}`)).toEqual([]);
});

/** With bare names for relations, and without what holds for incremental runs only. */
function bareSql(text: string): string {
  return text
    .replace(/\{% if is_incremental\(\) %\}[\s\S]*?\{% endif %\}/g, '')
    .replace(/\{\{\s*config\([\s\S]*?\)\s*\}\}|\{%[\s\S]*?%\}/g, '')
    .replace(/\{\{ (?:ref|source)\('([^']+)'(?:, '([^']+)')?\) \}\}/g, (_, a: string, b?: string) => b ?? a);
}
