/** Which document a file holds, the templates people fill in, and the schemas other tools are given. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { checkDocument } from '../../server/src/contracts/check-document.ts';
import { knownDocuments } from '../../server/src/contracts/documents.ts';
import { SCHEMA_FILES } from '../../server/src/contracts/schemas.ts';
import { plainMap } from '../../server/src/syntax/yaml/access.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const kinds = (text: string, name = 'any.yml') =>
  knownDocuments(parseYaml(text).documents, { name }).map(document => document.kind);

const messages = (text: string, name = 'any.yml') =>
  knownDocuments(parseYaml(text).documents, { name })
    .flatMap(checkDocument)
    .map(({ message, span }) => `${text.slice(span.start, span.end)}: ${message}`);

/** Forms as people start from them: every value empty. */
const TEMPLATES: { readonly [kind: string]: string } = {
  brief: `project_name: ""
business_context: ""
data_consumers:
  - team: ""
    use_case: ""
    latency_requirement: ""
    query_pattern: ""
current_state:
  sources: []
  storage: []
  pain_points: []
  data_volume: { current_gb_per_day: 0, growth_rate_percent: 0, retention_months: 0 }
constraints:
  budget_monthly_usd: 0
  team_size: 0
  skill_level: ""
  compliance: []
  cloud_provider: ""
`,
  pipeline: `pipeline:
  name: ""
  owner: ""
  schedule: ""
  sla_minutes: 0
  tier: ""
  extract: { source_system: "", connection: "", strategy: "", incremental_key: "", watermark_storage: "" }
  transform:
    engine: ""
    stages:
      - { name: "clean", operations: [] }
  load: { target_system: "", strategy: "", merge_keys: [], partition_key: "", clustering_keys: [] }
  quality_gates: { pre_load: [], post_load: [] }
  error_handling: { strategy: "", max_retries: 3, retry_delay_seconds: 300, alert_channels: [] }
`,
  catalog: `dataset:
  name: ""
  description: ""
  owner_team: ""
  steward: ""
  domain: ""
  tier: ""
  lineage: { sources: [], transformations: "", downstream: [] }
  refresh: { schedule: "", sla_hours: 0, last_successful_run: "" }
  quality: { tests: [], last_score: 0, known_issues: [] }
  access: { classification: "", pii_columns: [], access_request_process: "" }
  usage: { avg_daily_queries: 0, top_consumers: [], cost_monthly_usd: 0 }
`,
  dashboard: `dashboard:
  pipeline_metrics:
    - { metric: "Success rate", formula: "successful / total * 100", target: ">99%", alert_threshold: "<95%" }
`,
  cost: `cost_tracking:
  by_pipeline:
    - pipeline: ""
      compute_monthly_usd: 0
      storage_monthly_usd: 0
      egress_monthly_usd: 0
      total: 0
      cost_per_row: 0
      business_value: ""
      roi_justified: true
  optimization_opportunities:
    - { description: "", estimated_savings_usd: 0, effort: "", priority: 0 }
`,
  'feature-store': `feature_store:
  entity: "customer"
  entity_key: "customer_id"
  features:
    - name: "total_orders_30d"
      description: ""
      type: "INT"
      source: "fct_orders"
      computation: "batch"
      freshness: "daily"
      ttl_hours: 48
  serving: { online: true, offline: true, point_in_time_correct: true }
`,
  freshness: `freshness_contracts:
  - { table: fct_orders, max_staleness_hours: 1.0, alert_channel: "#data-alerts" }
`,
};

describe.each(Object.entries(TEMPLATES))('%s', (kind, text) => {
  test('is known by its content, and an empty form has nothing wrong', () => {
    expect(kinds(text)).toEqual([kind]);
    expect(messages(text)).toEqual([]);
  });

  test('a key that is none is found wherever it stands', () => {
    const keys = [...text.matchAll(/\b\w+(?=:\s)/g)].filter(({ index }) => index > text.indexOf('\n'));
    for (const { 0: key, index } of keys) {
      const changed = `${text.slice(0, index)}${key}_qqq${text.slice(index + key.length)}`;
      expect(messages(changed, `form.${kind}.yml`).join('\n'), key).toContain(`${key}_qqq`);
    }
    expect(keys.length).toBeGreaterThan(2);
  });
});

test('values that such documents do not have', () => {
  const wrong = (kind: string, from: string, to: string) => {
    const text = TEMPLATES[kind] ?? '';
    expect(text).toContain(from);
    return messages(text.replace(from, to));
  };
  expect(wrong('pipeline', 'strategy: "", incremental', 'strategy: incremntal, incremental')).toEqual([
    "incremntal: 'incremntal' is not one of full, incremental, CDC, cdc, log-based; did you mean 'incremental'?",
  ]);
  expect(wrong('pipeline', 'max_retries: 3', 'max_retries: 1.5')).toEqual([
    "1.5: 'max_retries' must be a whole number, not '1.5'.",
  ]);
  expect(wrong('catalog', 'last_score: 0', 'last_score: 101')).toEqual([
    "101: 'last_score' must be at most 100, not '101'.",
  ]);
  expect(wrong('cost', 'roi_justified: true', 'roi_justified: yes')).toEqual([
    "yes: 'roi_justified' must be true or false, not 'yes'.",
  ]);
  expect(wrong('feature-store', 'online: true', 'online: {{ online }}')).toEqual([]);
  expect(wrong('freshness', 'table: fct_orders, ', '')).toEqual([
    "max_staleness_hours: An entry of 'freshness_contracts' needs 'table'.",
  ]);
});

describe('which document it is', () => {
  test.each<[string, string, readonly string[]]>([
    ['several in a file', `${TEMPLATES['pipeline']}---\n${TEMPLATES['catalog']}---\na: 1\n`, ['pipeline', 'catalog']],
    ['a word of its own is no pipeline', 'pipeline: build\n', []],
    ['a pipeline of another tool', 'pipeline:\n  stages: [build]\n  name: x\n', []],
    ['a dashboard of another tool', 'dashboard:\n  name: Sales\n  elements: []\n', []],
    ['a feature store of Feast', 'project: x\nregistry: y\nprovider: local\n', []],
    ['dimensions of a semantic layer', 'dimensions:\n  - name: country\n    sql: country\n', []],
    ['a dimensional specification', 'fact_table:\n  name: x\n', ['specification']],
    ['constraints alone', 'constraints: [a]\nproject_name: x\n', ['brief']],
    ['a pin', '# grainline-document: cost\na: 1\n', ['cost']],
    ['a pin that says no', `# grainline-document: none\n${TEMPLATES['pipeline']}`, []],
    ['a pin that nobody knows', '# grainline-document: costs\na: 1\n', []],
    [
      'the schema other editors are told of',
      '# yaml-language-server: $schema=https://example.org/schemas/feature-store.schema.json\na: 1\n',
      ['feature-store'],
    ],
    ['the schema of the standard', '# yaml-language-server: $schema=./odcs-json-schema-v3.1.0.json\nid: x\n', ['odcs']],
  ])('%s', (_, text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  test('by name, when the content is not there yet', () => {
    expect(kinds('id: x\n', 'orders.odcs.yaml')).toEqual(['odcs']);
    expect(kinds('pipeline: {}\n', 'orders.pipeline.yml')).toEqual(['pipeline']);
    expect(kinds('build: {}\n', 'azure.pipeline.yml')).toEqual([]);
  });
});

const ODCS = 'apiVersion: v3.1.0\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active\n';

describe('schemas for other tools', () => {
  const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
  const read = (name: string) => JSON.parse(readFileSync(`${folder}${name}.schema.json`, 'utf8')) as object;

  test('each is a schema, and takes what ours takes', () => {
    const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
    for (const { name } of SCHEMA_FILES) ajv.addSchema(read(name), `${name}.schema.json`);
    for (const { name } of SCHEMA_FILES) expect(ajv.getSchema(`${name}.schema.json`), name).toBeTypeOf('function');
    // Empty values of a template are as little wrong for them as for us.
    for (const [kind, template] of Object.entries(TEMPLATES)) {
      const value = plainMap(parseYaml(template.replaceAll('""', '')).documents[0]?.root);
      expect(ajv.validate(`${kind}.schema.json`, value), `${kind}: ${ajv.errorsText()}`).toBe(true);
    }
    const odcs = ajv.getSchema('odcs.schema.json');
    const base = { kind: 'DataContract', id: 'x', version: '1', status: 'active' };
    expect(odcs?.({ ...base, apiVersion: 'v3.0.2', team: [] })).toBe(true);
    // The newest has it; what no version has is refused in each.
    expect(odcs?.({ ...base, apiVersion: 'v3.0.2', team: {} })).toBe(true);
    expect(odcs?.({ ...base, apiVersion: 'v3.0.2', team: { nme: 'x' } })).toBe(false);
    expect(odcs?.({ ...base, apiVersion: 'v3.0.2', price: { note: 'open in 3.0' } })).toBe(true);
    expect(odcs?.({ ...base, apiVersion: 'v3.1.0', price: { note: 'closed in 3.1' } })).toBe(false);
    expect(odcs?.({ ...base, apiVersion: 'v3.1.0', team: {} })).toBe(true);
    expect(odcs?.({ ...base, apiVersion: 'v3.1.0', team: { nme: 'x' } })).toBe(false);
  });

  describe("dbt's properties", () => {
    const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
    const takes = ajv.compile(read('dbt-properties'));
    const fits = (text: string): boolean => takes(plainMap(parseYaml(text).documents[0]?.root));

    test.each([
      // dbt renders it first.
      "models: [{ name: a, access: \"{{ var('a') }}\", config: { enabled: '{{ x }}', tags: y, unique_key: '{{ k }}' } }]",
      "sources: [{ name: a, tables: [{ name: b, freshness: { warn_after: { count: '{{ n }}', period: '{{ p }}' } } }] }]",
      'models: [{ name: a, columns: }]\nseeds:\n',
      'models: [{ name: a, constraints: "{{ constraints }}", columns: "{% raw %}x{% endraw %}" }]',
      // Contracts and other files among the models.
      `${ODCS}schema: [{ name: a }]\nservers: []\n`,
      'dataContractSpecification: 1.2.0\nid: a\ninfo: { title: a, version: "1" }\nmodels: { a: { fields: {} } }\n',
      'contract: { name: a, version: "1", schema: [{ column: a, type: text }] }\n',
      'models: [gpt, bert]\nmetrics: { loss: 1 }\n',
      'models: { name: a }\n',
      '',
    ])('takes %j', text => {
      expect(fits(text), ajv.errorsText(takes.errors)).toBe(true);
    });

    test.each([
      'models: [{ name: a, access: x }]',
      'models: [{ name: a, config: { enabled: x } }]',
      "models: [{ name: a, config: { enabled: '{x}' } }]",
      'models: [{ name: a }, { description: b }]',
      'sources: [{ name: a }]\nexposures: [{ name: b, type: dashboard }]',
    ])('refuses %j', text => {
      expect(fits(text)).toBe(false);
    });

    test('are known by the names they have by convention, and contracts have none of them', () => {
      const patterns = SCHEMA_FILES.find(({ name }) => name === 'dbt-properties')?.fileMatch ?? [];
      // As the extension reads them: a star is anything, folders too.
      const isOffered = (path: string) =>
        patterns.some(one => new RegExp(`/${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(path));
      for (const name of ['schema', '_schema', 'nft_schema', '_shop__models', 'stg_shop__models', 'sources', '_models'])
        for (const folder of ['/w/models/', '/w/models/marts/', '/w/models/a/b/'])
          for (const ending of ['yml', 'yaml']) expect(isOffered(`${folder}${name}.${ending}`), name).toBe(true);
      for (const path of ['/w/models/marts/fct_orders.yml', '/w/models/stg_orders.yml', '/w/seeds/codes.yml'])
        expect(isOffered(path), path).toBe(true);
      for (const path of [
        '/w/models/marts/orders.contract.yml',
        '/w/models/marts/orders.odcs.yaml',
        '/w/models/contracts/orders.yml',
        '/w/models/datacontract.yaml',
        '/w/macros/schema.yml',
        '/w/schema.yml',
      ])
        expect(isOffered(path), path).toBe(false);
    });
  });

  test('the extension offers each by the names of its files', () => {
    const manifest = JSON.parse(readFileSync(`${folder}../package.json`, 'utf8')) as {
      contributes: { yamlValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[] };
    };
    const offered = manifest.contributes.yamlValidation.filter(({ url }) => !/(grainline|meaning)\.schema/.test(url));
    expect(offered).toEqual(
      SCHEMA_FILES.filter(({ fileMatch }) => fileMatch.length > 0).map(({ name, fileMatch }) => ({
        fileMatch,
        url: `./schemas/${name}.schema.json`,
      })),
    );
  });
});
