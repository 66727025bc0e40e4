/** F2 over JSON-RPC, with the real analysis. */

import { expect, it } from 'vitest';
import type { ClientCapabilities, WorkspaceEdit } from 'vscode-languageserver-protocol/node';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { afterEdit, at, type Client, connect, FULL, memoryHost } from './connect.ts';

const FILES = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/stg_orders.sql':
    "with src as (select * from {{ source('erp', 'orders') }})\nselect src.id as order_id from src\n",
  'models/orders.sql': "select order_id from {{ ref('stg_orders') }}\n",
  'models/schema.yml':
    "sources: [{ name: erp, tables: [{ name: orders }] }]\nmodels: [{ name: orders, columns: [{ name: order_id }] }]\nexposures: [{ name: weekly, type: dashboard, depends_on: [ref('orders')] }]\n",
};

const CAPABLE = {
  ...FULL,
  workspace: {
    ...FULL.workspace,
    workspaceEdit: { ...FULL.workspace?.workspaceEdit, changeAnnotationSupport: { groupsOnLabel: true } },
  },
  textDocument: { ...FULL.textDocument, rename: { prepareSupport: true } },
};

async function shop(capabilities: ClientCapabilities = CAPABLE): Promise<Client> {
  return connect({
    analysis: new Workspace({ rules: RULES, learnsHabitsLater: true }),
    host: memoryHost(FILES),
    capabilities,
  });
}

/** Parameters at the first place of the words in a file, one character in. */
function place(path: keyof typeof FILES, words: string) {
  const before = FILES[path].slice(0, FILES[path].indexOf(words) + 1).split('\n');
  return {
    textDocument: { uri: at(path) },
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

function prepare(client: Client, path: keyof typeof FILES, words: string): Promise<unknown> {
  return client.connection.sendRequest('textDocument/prepareRename', place(path, words));
}

function rename(client: Client, path: keyof typeof FILES, words: string, newName: string): Promise<WorkspaceEdit> {
  return client.connection.sendRequest('textDocument/rename', { ...place(path, words), newName });
}

it('offers what can be renamed, and says why something cannot', async () => {
  const client = await shop();
  expect(client.initialized.capabilities.renameProvider).toEqual({ prepareProvider: true });
  expect(await prepare(client, 'models/stg_orders.sql', 'order_id')).toEqual({
    range: { start: { line: 1, character: 17 }, end: { line: 1, character: 25 } },
    placeholder: 'order_id',
  });
  expect(await prepare(client, 'models/stg_orders.sql', 'select')).toBeNull();
  await expect(prepare(client, 'models/stg_orders.sql', 'id as')).rejects.toThrow(
    /^Nothing was renamed: it comes through a star from 'erp.orders'\.$/,
  );
  expect(await prepare(client, 'models/schema.yml', 'version')).toBeNull();
});

it('renames a column in all files, each edit to be confirmed', async () => {
  const client = await shop();
  const edit = await rename(client, 'models/stg_orders.sql', 'order_id', 'order_key');
  for (const [path, text] of Object.entries(FILES)) {
    expect(afterEdit(at(path), text, edit), path).toBe(text.replace('order_id', 'order_key'));
  }
  expect(Object.values(edit.changeAnnotations ?? {})).toEqual([
    {
      label: "Rename to 'order_key'",
      description: expect.stringContaining("The exposure 'weekly' reads 'orders'"),
      needsConfirmation: true,
    },
  ]);
});

it('renames a CTE at once', async () => {
  const client = await shop();
  const edit = await rename(client, 'models/stg_orders.sql', 'src as', 'orders');
  expect(afterEdit(at('models/stg_orders.sql'), FILES['models/stg_orders.sql'], edit)).toBe(
    "with orders as (select * from {{ source('erp', 'orders') }})\nselect orders.id as order_id from orders\n",
  );
  expect(edit.changeAnnotations).toBeUndefined();
});

it('moves the file of a model, behind all edits', async () => {
  const client = await shop();
  const edit = await rename(client, 'models/orders.sql', 'stg_orders', 'stg_erp__orders');
  expect(afterEdit(at('models/orders.sql'), FILES['models/orders.sql'], edit)).toContain("ref('stg_erp__orders')");
  expect(edit.documentChanges?.at(-1)).toMatchObject({
    kind: 'rename',
    oldUri: at('models/stg_orders.sql'),
    newUri: at('models/stg_erp__orders.sql'),
  });
  await expect(rename(client, 'models/orders.sql', 'stg_orders', 'orders')).rejects.toThrow(
    /there is a model 'orders' already/,
  );
});

it('knows what is typed and not yet saved', async () => {
  const client = await shop();
  const uri = at('models/orders.sql');
  client.open(uri, "select order_id, order_id + 1 as next_id from {{ ref('stg_orders') }}\n");
  const edit = await rename(client, 'models/stg_orders.sql', 'order_id', 'order_key');
  expect(afterEdit(uri, "select order_id, order_id + 1 as next_id from {{ ref('stg_orders') }}\n", edit)).toBe(
    "select order_key, order_key + 1 as next_id from {{ ref('stg_orders') }}\n",
  );
});

it('asks for no more than the client can do', async () => {
  const client = await shop({ ...FULL, workspace: { ...FULL.workspace, workspaceEdit: {} } });
  expect(client.initialized.capabilities.renameProvider).toBe(true);
  const edit = await rename(client, 'models/stg_orders.sql', 'order_id', 'order_key');
  expect(Object.keys(edit.changes ?? {})).toHaveLength(3);
  expect(edit.changeAnnotations).toBeUndefined();
  await expect(rename(client, 'models/orders.sql', 'stg_orders', 'x')).rejects.toThrow(/cannot move/);
});
