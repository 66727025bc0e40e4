/** Code actions that write new files, over JSON-RPC, with the real analysis. */

import { describe, expect, it } from 'vitest';
import type { ClientCapabilities, CodeAction, CodeActionContext } from 'vscode-languageserver-protocol/node';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import type { NewRequest } from '../../server/src/lsp/protocol.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { afterEdit, at, type Client, connect, eventually, FULL, memoryHost, range } from './connect.ts';

const SOURCES = `version: 2

sources:
  - name: erp
    tables:
      - name: orders
        columns:
          - name: order_id
            data_type: integer
            data_tests: [unique]
          - name: status
            data_type: varchar
      - name: customers
        columns:
          - name: customer_id
            data_type: integer
`;
const CONTRACT = `contract:
  name: stg_erp__customers
  version: 1.0.0
  schema:
    - column: customer_id
      type: integer
      nullable: false
      primary_key: true
`;
const FILES = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/staging/sources.yml': SOURCES,
  'models/staging/stg_erp__customers.sql': "select customer_id from {{ source('erp', 'customers') }}\n",
  'models/marts/orders.sql': "select order_id from {{ source('erp', 'orders') }}\n",
  'models/marts/late_orders.sql': "select order_id from {{ ref('oders') }}\n",
  'contracts/customers.contract.yml': CONTRACT,
};
type Path = keyof typeof FILES;

/** Another editor: no settings of ours, so no commands of ours. */
const OTHER = { initialization: {} } as const;
const ANNOTATING: ClientCapabilities = {
  ...FULL,
  workspace: {
    ...FULL.workspace,
    workspaceEdit: { ...FULL.workspace?.workspaceEdit, changeAnnotationSupport: { groupsOnLabel: true } },
  },
};
/** It can change files and make none, and asks for no edit later. */
const PLAIN: ClientCapabilities = { ...FULL, textDocument: {}, workspace: {} };

interface Setting {
  readonly initialization?: Record<string, never>;
  readonly capabilities?: ClientCapabilities;
  readonly files?: Readonly<Record<string, string>>;
}

async function shop({ files = FILES, ...options }: Setting = {}): Promise<Client> {
  const workspace = new Workspace({ rules: RULES, learnsHabitsLater: true });
  return connect({
    analysis: workspace,
    projects: workspace.projectQueries,
    host: memoryHost(files),
    capabilities: FULL,
    ...options,
  });
}

/** The actions at the first place of the words in a file. */
async function actionsAt(
  client: Client,
  path: string,
  words: string,
  context: Partial<CodeActionContext> = { only: ['refactor'], triggerKind: 1 },
  text: string = FILES[path as Path],
): Promise<CodeAction[]> {
  client.open(at(path), text, path.endsWith('.sql') ? 'sql' : 'yaml');
  const before = text.slice(0, text.indexOf(words) + 1).split('\n');
  const [line, character] = [before.length - 1, before.at(-1)?.length ?? 0];
  return client.actions(at(path), range(line, character, line, character), context);
}

function titles(actions: readonly CodeAction[]): readonly string[] {
  return actions.map(action => action.title);
}

function titled(actions: readonly CodeAction[], title: string): CodeAction {
  const found = actions.find(action => action.title === title);
  if (!found) throw new Error(`No '${title}' among: ${titles(actions).join(' | ')}`);
  return found;
}

/** Path of each file that an action makes, with its text. */
function made(action: CodeAction): Readonly<Record<string, string>> {
  const changes = action.edit?.documentChanges ?? [];
  const created = changes.flatMap(change => ('kind' in change && change.kind === 'create' ? [change.uri] : []));
  return Object.fromEntries(created.map(uri => [uri.slice(at('').length), afterEdit(uri, '', action.edit)]));
}

describe('staging a source', () => {
  const TITLE = "Stage 'orders': new staging model";

  it.each([
    ['in SQL that reads it', 'models/marts/orders.sql', "'orders'"],
    ['in its YAML entry', 'models/staging/sources.yml', 'order_id'],
  ])('is offered %s', async (_, path, words) => {
    const client = await shop(OTHER);
    const action = titled(await actionsAt(client, path, words), TITLE);
    expect(action).toMatchObject({ kind: 'refactor.write' });
    expect(action.edit).toBeUndefined();
    const files = made(await client.resolve(action));
    expect(Object.keys(files)).toEqual(['models/staging/stg_erp__orders.sql', 'models/staging/_stg_erp__orders.yml']);
    expect(files['models/staging/stg_erp__orders.sql']).toContain("from {{ source('erp', 'orders') }}");
    expect(files['models/staging/_stg_erp__orders.yml']).toMatch(
      /name: order_id\n.*\n\s+data_tests: \[unique, not_null\]/,
    );
  });

  it('is not offered where a model stages it, or beside it', async () => {
    const client = await shop(OTHER);
    const other = "Stage 'customers': new staging model";
    expect(titles(await actionsAt(client, 'models/staging/sources.yml', 'customer_id'))).not.toContain(other);
    expect(titles(await actionsAt(client, 'models/staging/stg_erp__customers.sql', "'customers'"))).not.toContain(
      other,
    );
    expect(titles(await actionsAt(client, 'models/marts/orders.sql', 'select'))).not.toContain(TITLE);
    expect(titles(await actionsAt(client, 'models/staging/sources.yml', 'version'))).not.toContain(TITLE);
  });

  it('lights the bulb too, unlike what is about the whole file', async () => {
    const client = await shop(OTHER);
    const context = { triggerKind: 2 } as const;
    expect(titles(await actionsAt(client, 'models/marts/orders.sql', "'orders'", context))).toEqual([TITLE]);
  });

  it('asks for confirmation where the client can', async () => {
    const client = await shop({ ...OTHER, capabilities: ANNOTATING });
    const action = titled(await actionsAt(client, 'models/marts/orders.sql', "'orders'"), TITLE);
    const { edit } = await client.resolve(action);
    expect(Object.values(edit?.changeAnnotations ?? {})).toEqual([{ label: TITLE, needsConfirmation: true }]);
    const [id] = Object.keys(edit?.changeAnnotations ?? {});
    expect(edit?.documentChanges?.[0]).toMatchObject({ kind: 'create', annotationId: id });
  });

  it('is the command of our own client, which shows the files and goes to what is left to decide', async () => {
    const client = await shop();
    const action = titled(await actionsAt(client, 'models/marts/orders.sql', "'orders'"), TITLE);
    const request: NewRequest = { project: at('').slice(0, -1), kind: 'staging', answers: { from: 'erp.orders' } };
    expect(action.command).toEqual({ title: TITLE, command: 'grainline.new', arguments: [request] });
    expect(action.edit).toBeUndefined();
  });

  it('asks for the columns where nobody knows them, in our own client alone', async () => {
    const files = {
      'dbt_project.yml': FILES['dbt_project.yml'],
      'models/sources.yml': 'sources:\n  - name: erp\n    tables:\n      - name: orders\n',
    };
    const text = files['models/sources.yml'];
    const ours = await shop({ files });
    expect(titles(await actionsAt(ours, 'models/sources.yml', 'orders', undefined, text))).toEqual([`${TITLE}…`]);
    const other = await shop({ files, ...OTHER });
    expect(await actionsAt(other, 'models/sources.yml', 'orders', undefined, text)).toEqual([]);
  });

  it('is not offered to a client that makes no files and has no commands of ours', async () => {
    const client = await shop({ ...OTHER, capabilities: PLAIN });
    expect(await actionsAt(client, 'models/marts/orders.sql', "'orders'")).toEqual([]);
    const ours = await shop({ capabilities: PLAIN });
    expect(titles(await actionsAt(ours, 'models/marts/orders.sql', "'orders'"))).toContain(TITLE);
  });
});

describe('what a model lacks', () => {
  it('is its entry in YAML, named after the file it goes to', async () => {
    const client = await shop(OTHER);
    const actions = await actionsAt(client, 'models/marts/orders.sql', 'select');
    const files = made(await client.resolve(titled(actions, 'Describe this model in YAML (_orders.yml)')));
    expect(files['models/marts/_orders.yml']).toMatch(/models:\n {2}- name: orders\n/);
  });

  it('is added to the file that has such entries, also for a client that makes no files', async () => {
    const yaml = 'models:\n  - name: late_orders\n    columns:\n      - name: order_id\n';
    const files = { ...FILES, 'models/marts/marts.yml': yaml };
    const client = await shop({ ...OTHER, capabilities: PLAIN, files });
    const actions = await actionsAt(client, 'models/marts/orders.sql', 'select');
    const action = titled(actions, 'Describe this model in YAML (marts.yml)');
    expect(Object.keys(action.edit ?? {})).toEqual(['changes']);
    expect(afterEdit(at('models/marts/marts.yml'), yaml, action.edit)).toContain(`${yaml}  - name: orders\n`);
    expect(titles(await actionsAt(client, 'models/marts/late_orders.sql', 'select'))).toEqual([]);
  });

  it('is a contract, in the form that the project has', async () => {
    const client = await shop(OTHER);
    const title = 'Write a contract from this model';
    const written = made(
      await client.resolve(titled(await actionsAt(client, 'models/marts/orders.sql', 'select'), title)),
    );
    expect(Object.keys(written)).toEqual(['contracts/orders.contract.yml']);
    const files = { ...FILES, 'contracts/customers.odcs.yaml': 'apiVersion: v3.1.0\nkind: DataContract\nid: x\n' };
    const odcs = await shop({ ...OTHER, files });
    const actions = await actionsAt(odcs, 'models/marts/orders.sql', 'select');
    expect(Object.keys(made(await odcs.resolve(titled(actions, title))))).toEqual(['contracts/orders.odcs.yaml']);
  });

  it('is nothing where it has a contract', async () => {
    const files = { ...FILES, 'contracts/stg_erp__customers.contract.yml': CONTRACT };
    const client = await shop({ ...OTHER, files });
    const actions = await actionsAt(client, 'models/staging/stg_erp__customers.sql', 'select');
    expect(titles(actions)).toEqual(['Describe this model in YAML (_stg_erp__customers.yml)']);
  });
});

describe('a contract', () => {
  const TITLE = 'Write dbt tests from this contract';

  it('becomes tests, once', async () => {
    const client = await shop(OTHER);
    const action = titled(await actionsAt(client, 'contracts/customers.contract.yml', 'name'), TITLE);
    const [[path, text] = []] = Object.entries(made(await client.resolve(action)));
    expect(path).toBe('models/staging/_stg_erp__customers.yml');
    expect(text).toMatch(/- name: customer_id\n.*\n\s+data_tests: \[unique, not_null\]/);
    const again = await shop({ ...OTHER, files: { ...FILES, [path ?? '']: text ?? '' } });
    expect(await actionsAt(again, 'contracts/customers.contract.yml', 'name')).toEqual([]);
  });

  it('is no other YAML', async () => {
    const client = await shop();
    const text = 'apiVersion: v1\nkind: Pod\n';
    expect(titles(await actionsAt(client, 'contracts/pod.yml', 'kind', undefined, text))).toEqual([]);
    expect(titles(await actionsAt(client, 'models/staging/sources.yml', 'sources'))).not.toContain(TITLE);
  });
});

it('a specification becomes its star', async () => {
  const text = `fact_table:
  name: fct_orders
  grain: [order_id]
  measures:
    - name: order_id
dimensions: []
`;
  const path = 'specifications/orders.specification.yml';
  const ours = await shop({ files: { ...FILES, [path]: text } });
  const found = titles(await actionsAt(ours, path, 'name', undefined, text));
  expect(found.filter(title => title.startsWith('Make the star of this specification'))).toHaveLength(1);
});

describe('a model that does not exist', () => {
  const PATH = 'models/marts/late_orders.sql';
  const reading = (name: string) => `select order_id from {{ ref('${name}') }}\n`;

  async function fixes(client: Client, text: string): Promise<CodeAction[]> {
    client.open(at(PATH), text);
    await eventually(() => expect(client.rules(at(PATH))).toContain('unknown-ref'));
    const diagnostics = client.shown(at(PATH)).filter(each => each.code === 'unknown-ref');
    return client.actions(at(PATH), range(0, 30, 0, 30), { diagnostics, only: ['quickfix'] });
  }

  it('is made of the source that its name tells', async () => {
    const client = await shop(OTHER);
    const action = titled(await fixes(client, reading('stg_erp__orders')), "Create model 'stg_erp__orders'");
    expect(action.diagnostics).toHaveLength(1);
    expect(Object.keys(made(await client.resolve(action)))[0]).toBe('models/staging/stg_erp__orders.sql');
  });

  it('stands beside the name that is nearest', async () => {
    const client = await shop();
    const found = titles(await fixes(client, reading('oders')));
    expect(found.slice(0, 2)).toEqual(["Change to 'orders'", "Create model 'oders'…"]);
  });

  it.each([
    ['int_orders_enriched', 'intermediate'],
    ['fct_sales', 'fact'],
    ['dim_products', 'dimension'],
    ['stg_crm__leads', 'staging'],
    ['revenue', undefined],
  ])('%s: what it is made of is asked by our own client', async (name, kind) => {
    const client = await shop();
    const action = titled(await fixes(client, reading(name)), `Create model '${name}'…`);
    const [request] = (action.command?.arguments ?? []) as NewRequest[];
    expect(request?.kind).toBe(kind);
    expect(request?.answers).toEqual({ name });
    const other = await shop(OTHER);
    expect(titles(await fixes(other, reading(name)))).not.toContain(`Create model '${name}'…`);
  });

  it('is made of the only model below it that is about the same thing', async () => {
    const client = await shop(OTHER);
    const title = "Create model 'fct_customers' from 'stg_erp__customers'";
    const files = made(await client.resolve(titled(await fixes(client, reading('fct_customers')), title)));
    expect(files['models/marts/fct_customers.sql']).toContain("{{ ref('stg_erp__customers') }}");
  });

  it('is not made of what reads it', async () => {
    const path = 'models/staging/stg_erp__customers.sql';
    const client = await shop({ files: { ...FILES, [path]: reading('fct_customers') } });
    const found = titles(await fixes(client, reading('fct_customers'))).filter(title => title.startsWith('Create'));
    expect(found).toEqual(["Create model 'fct_customers'…"]);
  });

  it('is none whose name no file could have', async () => {
    const client = await shop();
    expect(titles(await fixes(client, reading('no model'))).filter(title => title.startsWith('Create'))).toEqual([]);
  });
});
