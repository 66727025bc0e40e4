/** Completion and hover of YAML documents over JSON-RPC, on the example project. */

import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver-protocol';
import { fixAll } from '../../server/src/analysis/fix-all.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { pathToUri } from '../../server/src/host/uri-path.ts';
import { createNodeHost } from '../../server/src/lsp/node-host.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { connect, eventually } from './connect.ts';

const SHOP = resolve(fileURLToPath(new URL('../projects/shop', import.meta.url)));

async function shop() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'grainline-yaml-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(SHOP, folder, { recursive: true });
  const workspace = new Workspace({ rules: [...RULES], learnsHabitsLater: true });
  const client = await connect({ analysis: workspace, fixAll, host: createNodeHost(), folders: [pathToUri(folder)] });
  const at = (marked: string) => {
    const before = marked.slice(0, marked.indexOf('|')).split('\n');
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  };
  /** Opens the text at the path, with `|` at the cursor. */
  const ask = async (method: 'completion' | 'hover', path: string, marked: string): Promise<unknown> => {
    const uri = pathToUri(join(folder, path));
    client.open(uri, marked.replace('|', ''));
    const answer = await client.connection.sendRequest(`textDocument/${method}`, {
      textDocument: { uri },
      position: at(marked),
    });
    client.close(uri);
    return answer;
  };
  return { client, ask };
}

it('offers keys, words and columns of the model while a contract is typed', async () => {
  const { client, ask } = await shop();
  expect(client.initialized.capabilities.completionProvider).toEqual({ triggerCharacters: [':', ' ', '-'] });
  const complete = async (path: string, marked: string) =>
    ((await ask('completion', path, marked)) as CompletionItem[] | null) ?? [];
  const head = 'contract:\n  name: fct_orders\n  version: "1.0.0"\n';

  await eventually(async () =>
    expect((await complete('contracts/new.contract.yml', `${head}  |\n`)).map(item => item.label)).toContain('owner'),
  );
  const [policy] = await complete('contracts/new.contract.yml', `${head}  breaking_change_policy: ver|\n`);
  expect(policy).toMatchObject({
    label: 'notify-30-days',
    sortText: '00000',
    textEdit: {
      newText: 'notify-30-days',
      range: { start: { line: 3, character: 26 }, end: { line: 3, character: 29 } },
    },
  });
  const columns = await complete(
    'contracts/new.contract.yml',
    `${head}  schema:\n    - column: order_id\n      type: integer\n    - column: |\n`,
  );
  expect(columns.map(item => item.label)).toContain('ordered_at');
  expect(columns.map(item => item.label)).not.toContain('order_id');
  expect((await complete('contracts/new.contract.yml', '|')).map(item => item.label)).toEqual([
    'contract',
    'sla',
    'consumers',
  ]);

  const described = await complete(
    'models/marts/core/_new.yml',
    'models:\n  - name: fct_orders\n    columns:\n      - name: order_id\n      - name: |\n',
  );
  expect(described.map(item => item.label)).toContain('ordered_at');
  const keys = await complete('models/marts/core/_new.yml', 'models:\n  - name: fct_orders\n    |\n');
  expect(keys.map(item => item.label)).toEqual(expect.arrayContaining(['columns', 'config', 'data_tests']));
  expect((await complete('dbt_project.yml', 'name: shop\nmodel|\n')).map(item => item.label)).toContain('model-paths');
  expect(await complete('models/marts/core/new.sql', 'select |')).toEqual([]);
});

it('says what keys of contracts and of dbt mean', async () => {
  const { ask } = await shop();
  await eventually(async () =>
    expect(await ask('hover', 'contracts/new.contract.yml', 'contract:\n  name: x\n  sl|a: {}\n')).toMatchObject({
      contents: { value: expect.stringContaining('What consumers can rely on.') },
      range: { start: { line: 2, character: 2 }, end: { line: 2, character: 5 } },
    }),
  );
  expect(await ask('hover', 'models/marts/core/_new.yml', 'models:\n  - name: a\n    acc|ess: public\n')).toMatchObject(
    {
      contents: { value: expect.stringContaining('`private`, `protected`, `public`') },
    },
  );
  expect(await ask('hover', 'notes.yml', 'a: |b\n')).toBeNull();
});
