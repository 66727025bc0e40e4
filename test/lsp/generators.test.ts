/** What our client asks about generators, over JSON-RPC: the answers that a file gives, and where something is left to decide. */

import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { LineIndex } from '../../server/src/base/line-index.ts';
import { generatorRequests } from '../../server/src/lsp/generators.ts';
import type { GeneratorPlan, GeneratorPreset } from '../../server/src/lsp/protocol.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { afterEdit, at, type Client, connect, memoryHost } from './connect.ts';

const SOURCES = `sources:
  - name: erp
    tables:
      - name: orders
        columns: [{ name: order_id, data_tests: [unique] }]
      - name: customers
      - name: returns
`;
const STAGING = 'models:\r\n  - name: stg_erp__customers\r\n    description: One row per customer.\r\n';
const FILES = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/staging/sources.yml': SOURCES,
  'models/staging/staging.yml': STAGING,
  'models/staging/stg_erp__customers.sql': "select customer_id from {{ source('erp', 'customers') }}\n",
  'models/marts/orders.sql': "select order_id from {{ source('erp', 'orders') }}\n",
  'macros/cents.sql': '{% macro cents(x) %}{{ x }} / 100{% endmacro %}\n',
  'contracts/orders.contract.yml': 'contract:\n  name: orders\n  schema: []\n',
};
const PROJECT = at('').slice(0, -1);

async function shop(): Promise<Client> {
  const workspace = new Workspace({ rules: RULES, learnsHabitsLater: true });
  const host = memoryHost(FILES);
  return connect({
    analysis: workspace,
    host,
    projects: workspace.projectQueries,
    requests: generatorRequests(workspace.projectQueries, host),
  });
}

describe('the answers of a file', () => {
  const preset = (client: Client, kind: string, uri: string, line?: number): Promise<GeneratorPreset> =>
    client.connection.sendRequest('grainline/generator/preset', {
      kind,
      uri,
      ...(line === undefined ? {} : { position: { line, character: 9 } }),
    });

  it.each([
    ['its model', 'schema-yml', 'models/marts/orders.sql', undefined, { from: 'orders' }],
    ['its model, whatever the cursor is on', 'contract', 'models/marts/orders.sql', 0, { from: 'orders' }],
    [
      'the model whose entry the cursor is in',
      'tests',
      'models/staging/staging.yml',
      1,
      { from: 'stg_erp__customers' },
    ],
    ['the table that the cursor is in', 'staging', 'models/staging/sources.yml', 3, { from: 'erp.orders' }],
    ['none of several tables', 'staging', 'models/staging/sources.yml', undefined, {}],
    [
      'itself, as a contract',
      'contract-tests',
      'contracts/orders.contract.yml',
      undefined,
      { contract: 'contracts/orders.contract.yml' },
    ],
    ['a folder of models, for new ones', 'staging', 'models/staging', undefined, { folder: 'models/staging' }],
    ['nothing, for a folder of other things', 'staging', 'contracts', undefined, {}],
    ['nothing, for a folder and a kind that asks for none', 'contract', 'models/marts', undefined, {}],
  ])('are %s', async (_, kind, path, line, answers) => {
    expect(await preset(await shop(), kind, at(path), line)).toEqual({ project: PROJECT, answers });
  });

  it.each([
    ['it is no model', 'schema-yml', at('macros/cents.sql'), "'cents.sql' is no model of the project."],
    ['it is no contract', 'contract-tests', at('models/staging/sources.yml'), /holds no data contract/],
    ['it lies in no project', 'schema-yml', 'file:///else/where.sql', "'where.sql' lies in no dbt project."],
  ])('are none where %s', async (_, kind, uri, problem) => {
    expect(await preset(await shop(), kind, uri)).toEqual({
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  });
});

describe('what is left to decide', () => {
  it.each([
    [
      'fact',
      { from: 'stg_erp__lines', key: ['line_id'], measures: ['amount'], name: 'fct_lines' },
      ['One row per line.', 'Amount.'],
    ],
    [
      'dimension',
      { from: 'stg_erp__lines', scd: '1', key: ['line_id'], tracked: ['amount'], changed_at: '' },
      ['Amount of the line.'],
    ],
    ['contract', { from: 'stg_erp__lines' }, ['team', 'Stg erp lines.', 'team', 'Line id.', 'Amount.', '#data']],
  ])('of a %s is what nobody has said', async (kind, answers, texts) => {
    const client = await shop();
    client.open(
      at('models/staging/stg_erp__lines.sql'),
      'select cast(1 as integer) as line_id, cast(2.5 as decimal(18, 2)) as amount\n',
    );
    const plan: GeneratorPlan = await client.connection.sendRequest('grainline/generator/plan', {
      project: PROJECT,
      kind,
      answers,
    });
    if ('problem' in plan) throw new Error(plan.problem);
    const stops = [...plan.files, ...plan.edits].flatMap(file => file.stops.map(({ text }) => text));
    expect(stops).toEqual(texts);
  });

  it('stands where the client will find it, also in a file that is added to', async () => {
    const client = await shop();
    const plan: GeneratorPlan = await client.connection.sendRequest('grainline/generator/plan', {
      project: PROJECT,
      kind: 'staging',
      answers: { from: 'erp.orders' },
    });
    if ('problem' in plan) throw new Error(plan.problem);
    expect(plan.open).toBe(at('models/staging/stg_erp__orders.sql'));
    const [edit, ...others] = plan.edits;
    expect(others).toEqual([]);
    expect(edit?.uri).toBe(at('models/staging/staging.yml'));
    const after = afterEdit(edit?.uri ?? '', STAGING, {
      changes: { [edit?.uri ?? '']: [...(edit?.edits ?? [])] },
    } as never);
    const lines = new LineIndex(after);
    const offset = ({ line, character }: { line: number; character: number }) =>
      lines.offsetAt({ line, column: character });
    expect(edit?.stops.map(({ text }) => text)).toEqual(['One row per order, as the source delivers it.']);
    for (const { range, text } of edit?.stops ?? [])
      expect(after.slice(offset(range.start), offset(range.end))).toBe(text);
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });
});
