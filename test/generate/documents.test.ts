/** Documents: each fits its schema and has no finding of ours, with what the project knows filled in. */

import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { contextFor, kindById, planFiles } from '../../server/src/analysis/generate.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
import { readContracts } from '../../server/src/contracts/read-contracts.ts';
import type { Answers } from '../../server/src/generate/kind.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { generateAll, ROOT } from './sample.ts';

let workspace: Workspace;

beforeAll(() => {
  ({ workspace } = generateAll('duckdb'));
});

interface Written {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly messages: readonly string[];
  readonly findings: readonly string[];
}

/** What a kind writes, and what we find in it once it is there; the project is left as it was. */
function write(id: string, answers: Answers, where = workspace, root = ROOT): Written {
  const kind = kindById(id);
  const context = kind && contextFor(where.projectQueries, root, kind);
  if (!kind || !context) throw new Error(`There is no kind ${id}.`);
  const planned = planFiles(kind, answers, context, root);
  if ('problem' in planned) throw new Error(planned.problem);
  const edited = planned.edits.map(({ uri, edits }) => ({
    uri,
    text: applyEdits(where.textOf(uri) ?? '', edits) ?? '',
    before: where.textOf(uri),
  }));
  const all = [...planned.files.map(({ uri, text }) => ({ uri, text, before: undefined })), ...edited];
  where.apply(all);
  const findings = all.flatMap(({ uri }) =>
    where.findings(uri).map(each => `${uri.slice(root.length + 1)} ${each.rule}: ${each.message}`),
  );
  where.apply(all.map(({ uri, before }) => ({ uri, text: before })));
  return {
    files: all.map(({ uri, text }) => ({ path: uri.slice(root.length + 1), text })),
    messages: planned.messages,
    findings,
  };
}

const OWNED = { owner: 'sales' };

describe('contracts', () => {
  it.each(['seed', 'properties', 'odcs', 'dcs'] as const)('%s: delivered as promised', form => {
    const { files, findings } = write('contract', {
      from: 'dim_customers',
      form,
      ...OWNED,
      consumers: 'finance',
      channel: '#sales',
    });
    expect(findings.filter(each => !/contract-drift|contract-incomplete/.test(each))).toEqual([]);
    const [file] = files;
    const [contract] = readContracts(parseYaml(file?.text ?? '').documents);
    expect(contract?.facts.form).toBe(form);
    const [object] = contract?.facts.objects ?? [];
    const names = object?.columns.map(column => column.name) ?? [];
    expect(names).toContain('customer_id');
    expect(contract?.facts.version?.raw).toBe('1.0.0');
    expect(contract?.facts.sla.freshnessHours).toBe(24);
    if (form !== 'properties') {
      const mail = object?.columns.find(column => column.name === 'email');
      expect(mail?.pii === true || mail?.tags.includes('pii')).toBe(true);
    }
  });

  it("says of dbt's own form what to write when there is an entry", () => {
    expect(() => write('contract', { from: 'dim_customers', form: 'dbt' })).toThrow(/has an entry in .*enforced: true/);
  });

  it("writes dbt's own form where there is none", () => {
    const uri = `${ROOT}/models/marts/plain.sql`;
    workspace.apply([
      { uri, text: "select cast(customer_id as integer) as customer_id from {{ ref('stg_crm__customers') }}\n" },
    ]);
    const { files } = write('contract', { from: 'plain', form: 'dbt' });
    workspace.apply([{ uri, text: undefined }]);
    const entry = parse(files[0]?.text ?? '').models.find((one: { name: string }) => one.name === 'plain');
    expect(entry.config).toEqual({ contract: { enforced: true } });
    expect(entry.columns[0]).toMatchObject({ name: 'customer_id', data_type: 'integer' });
  });

  it('become tests that the model lacks', () => {
    const uri = `${ROOT}/contracts/customers.contract.yml`;
    workspace.apply([
      {
        uri,
        text: `contract:
  name: dim_customers
  version: "1.0.0"
  owner: sales
  schema:
    - column: customer_id
      type: integer
      primary_key: true
    - column: city
      type: varchar
      nullable: false
      checks: [{ type: enum, params: { values: [Rome, Oslo] } }]
`,
      },
    ]);
    const { files, findings } = write('contract-tests', { contract: 'contracts/customers.contract.yml' });
    workspace.apply([{ uri, text: undefined }]);
    expect(findings.filter(each => !each.includes('accepted_values'))).toEqual([]);
    const entry = parse(files[0]?.text ?? '').models.find((one: { name: string }) => one.name === 'dim_customers');
    const city = entry.columns.find((one: { name: string }) => one.name === 'city');
    expect(JSON.stringify(city)).toContain('not_null');
    expect(JSON.stringify(city)).toContain('"values":["Rome","Oslo"]');
    // Its key is tested already.
    const id = entry.columns.find((one: { name: string }) => one.name === 'customer_id');
    expect(JSON.stringify(id).match(/unique/g)).toHaveLength(1);
  });
});

describe.each([
  ['pipeline', { from: 'shop.orders', ...OWNED }],
  ['catalog', { from: 'dim_customers', ...OWNED, domain: 'sales' }],
  ['brief', { consumers: 'finance' }],
  ['dashboard', { ...OWNED }],
  ['cost', { pipelines: 'orders,customers' }],
  ['feature-store', { from: 'dim_customers', ...OWNED }],
  ['specification', { from: 'fct_orders', dimensions: 'dim_customers,dim_tiers' }],
] as const)('%s', (id, answers) => {
  it('fits its schema and has no finding of ours', () => {
    const { files, findings } = write(id, answers);
    expect(files).toHaveLength(1);
    expect(findings).toEqual([]);
    expect(parseAllDocuments(files[0]?.text ?? '')).toHaveLength(1);
  });

  it('overwrites nothing', () => {
    const { files } = write(id, answers);
    const uri = `${ROOT}/${files[0]?.path}`;
    workspace.apply([{ uri, text: 'a: 1\n' }]);
    expect(() => write(id, answers)).toThrow(/exists already/);
    workspace.apply([{ uri, text: undefined }]);
  });
});

it('a catalog entry knows the lineage and what is personal', () => {
  const { dataset } = parse(write('catalog', { from: 'dim_customers' }).files[0]?.text ?? '');
  expect(dataset.lineage.sources).toEqual(['stg_crm__customers']);
  expect(dataset.lineage.downstream.length).toBeGreaterThan(0);
  expect(dataset.access.pii_columns).toContain('email');
  expect(dataset.tier).toBe('gold');
});

it('a specification says of each dimension what the project does', () => {
  const found = parse(
    write('specification', { from: 'fct_orders', dimensions: 'dim_customers,dim_tiers' }).files[0]?.text ?? '',
  );
  expect(found.fact_table.grain).toEqual(['order_id']);
  expect(found.fact_table.measures[0]).toMatchObject({ name: 'order_amount', type: 'additive' });
  expect(found.dimensions.map((one: { type: string }) => one.type)).toEqual(['Type 1', 'Type 2']);
});

describe('project', () => {
  it.each(['kimball', 'data-vault', 'medallion', 'adaptive'] as const)('%s: begins without a finding', convention => {
    const empty = new Workspace({ rules: RULES });
    const { files, findings } = write('project', { name: 'shop', convention, source: 'crm' }, empty);
    expect(files.map(file => file.path)).toContain('dbt_project.yml');
    expect(findings).toEqual([]);
  });

  it('is not begun twice', () => {
    expect(() => write('project', { name: 'shop' })).toThrow(/holds the project 'sample' already/);
    expect(() => write('project', { name: 'My Shop' }, new Workspace({ rules: RULES }))).toThrow(/snake_case/);
  });
});
