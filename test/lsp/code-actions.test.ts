import { describe, expect, it } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-protocol/node';
import { afterEdit, at, type Client, connect, eventually, FULL, memoryHost, range } from './connect.ts';

const A = at('models/a.sql');
const YAML = at('models/a.yml');
const START = range(0, 0, 0, 0);
const PLAIN = { ...FULL, textDocument: {}, workspace: {} };

/** Opens a file and waits for its findings. */
async function opened(client: Client, text: string, count: number, uri = A): Promise<void> {
  client.open(uri, text, uri.endsWith('.sql') ? 'sql' : 'yaml');
  await eventually(() => expect(client.shown(uri)).toHaveLength(count));
}

function titled(actions: readonly CodeAction[], title: string): CodeAction {
  const found = actions.find(action => action.title === title);
  if (!found) throw new Error(`No '${title}' among: ${actions.map(action => action.title).join(' | ')}`);
  return found;
}

describe('quick fixes', () => {
  it('belong to the diagnostics the client names', async () => {
    const client = await connect();
    const text = 'where a = null;';
    await opened(client, text, 2);
    const [comparison, semicolon] = client.shown(A);
    const actions = await client.actions(A, range(0, 0, 0, 15), {
      diagnostics: comparison ? [comparison] : [],
      only: ['quickfix'],
    });
    expect(actions.map(action => action.title)).toEqual([
      'Write is null',
      "Ignore 'null-comparison' here",
      "Turn off 'null-comparison' in grainline.yml",
      "Open the page of 'null-comparison'",
    ]);
    const fix = titled(actions, 'Write is null');
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [comparison] });
    expect(fix.edit?.documentChanges).toMatchObject([{ textDocument: { uri: A, version: 1 } }]);
    expect(afterEdit(A, text, fix.edit)).toBe('where a is null;');
    const unsafe = titled(
      await client.actions(A, START, { diagnostics: semicolon ? [semicolon] : [] }),
      'Remove the semicolon',
    );
    expect(unsafe.isPreferred).toBeUndefined();
  });

  it('belong to the range when the client names none of ours', async () => {
    const client = await connect();
    await opened(client, 'where a = null;', 2);
    const foreign = { range: range(0, 0, 0, 1), message: 'x', source: 'other', code: 'null-comparison' };
    const titles = async (column: number) =>
      (await client.actions(A, range(0, column, 0, column), { diagnostics: [foreign], only: ['quickfix'] })).map(
        each => each.title,
      );
    expect(await titles(10)).toContain('Write is null');
    expect(await titles(10)).not.toContain('Remove the semicolon');
    expect(await titles(15)).toContain('Remove the semicolon');
    expect(await titles(2)).toEqual([]);
  });

  it('are not those of a diagnostic that the text has left behind', async () => {
    const client = await connect();
    await opened(client, 'where a = null', 1);
    const diagnostics = [...client.shown(A)];
    client.change(A, { range: START, text: '-- moved\n' });
    expect(await client.actions(A, START, { diagnostics, only: ['quickfix'] })).toEqual([]);
  });

  it('create and rename files where the client can', async () => {
    const host = memoryHost({ 'models/old.sql': '-- deprecated' });
    const client = await connect({ host });
    await opened(client, "from {{ ref('gone') }} {{ ref('old') }}", 2);
    const actions = await client.actions(A, range(0, 0, 0, 40));
    expect(titled(actions, 'Create the model').edit?.documentChanges).toEqual([
      { kind: 'create', uri: at('models/gone.sql'), options: { overwrite: false, ignoreIfExists: false } },
      { textDocument: { uri: at('models/gone.sql'), version: null }, edits: [{ range: START, newText: 'select 1\n' }] },
    ]);
    expect(titled(actions, 'Rename it').edit?.documentChanges).toEqual([
      { textDocument: { uri: A, version: 1 }, edits: [{ range: range(0, 31, 0, 34), newText: 'new' }] },
      {
        textDocument: { uri: at('models/old.sql'), version: null },
        edits: [{ range: range(0, 3, 0, 13), newText: 'fresh' }],
      },
      {
        kind: 'rename',
        oldUri: at('models/old.sql'),
        newUri: at('models/new.sql'),
        options: { overwrite: false, ignoreIfExists: false },
      },
    ]);
  });

  it('are whole or not at all for a client that cannot', async () => {
    const host = memoryHost({ 'models/old.sql': '-- deprecated' });
    const client = await connect({ host, capabilities: PLAIN });
    const text = "from {{ ref('gone') }} {{ ref('old') }} where a = null";
    await opened(client, text, 3);
    const actions = await client.actions(A, range(0, 0, 0, 60));
    expect(actions.map(action => action.title)).not.toContain('Create the model');
    expect(actions.map(action => action.title)).not.toContain('Rename it');
    const fix = titled(actions, 'Write is null');
    expect(Object.keys(fix.edit ?? {})).toEqual(['changes']);
    expect(afterEdit(A, text, fix.edit)).toBe(text.replace('= null', 'is null'));
  });
});

describe('fix all', () => {
  it('repairs the safe ones, and comes with its edit when it is chosen', async () => {
    const client = await connect();
    const text = 'where a = null\n  and b = null\n  and c;';
    await opened(client, text, 3);
    const actions = await client.actions(A, range(0, 0, 2, 8), { only: ['source.fixAll.grainline'] });
    expect(actions).toMatchObject([{ title: 'Fix all safe problems in this file', kind: 'source.fixAll.grainline' }]);
    expect(actions[0]?.edit).toBeUndefined();
    const resolved = await client.resolve(titled(actions, 'Fix all safe problems in this file'));
    expect(afterEdit(A, text, resolved.edit)).toBe('where a is null\n  and b is null\n  and c;');
    expect(resolved.edit?.documentChanges).toMatchObject([{ textDocument: { version: 1 } }]);
  });

  it.each(['source', 'source.fixAll', 'source.fixAll.grainline'])('is asked for by %s', async only => {
    const client = await connect();
    await opened(client, 'a = null', 1);
    expect((await client.actions(A, START, { only: [only] })).map(each => each.kind)).toEqual([
      'source.fixAll.grainline',
    ]);
  });

  it('is not offered by another kind, by a light bulb, or without a safe fix', async () => {
    const client = await connect();
    await opened(client, 'a = null', 1);
    expect(await client.actions(A, START, { only: ['refactor'] })).toEqual([]);
    expect(await client.actions(A, START, { only: ['source.organizeImports'] })).toEqual([]);
    expect((await client.actions(A, START, { triggerKind: 2 })).map(each => each.kind)).not.toContain(
      'source.fixAll.grainline',
    );
    expect((await client.actions(A, START, { triggerKind: 1 })).map(each => each.kind)).toContain(
      'source.fixAll.grainline',
    );
    client.change(A, { text: ';' });
    expect(await client.actions(A, START, { only: ['source.fixAll'] })).toEqual([]);
  });

  it('has its edit at once for a client that does not resolve', async () => {
    const client = await connect({ capabilities: PLAIN });
    await opened(client, 'a = null', 1);
    const [action] = await client.actions(A, START, { only: ['source.fixAll'] });
    expect(afterEdit(A, 'a = null', action?.edit)).toBe('a is null');
  });

  it('does nothing to a text that changed since it was offered', async () => {
    const client = await connect();
    await opened(client, 'a = null', 1);
    const [action] = await client.actions(A, START, { only: ['source.fixAll'] });
    client.change(A, { text: 'a = null and b = null' });
    expect((await client.resolve(action as CodeAction)).edit).toBeUndefined();
  });

  it('of one rule repairs that rule alone, its suggestions too when it has nothing else', async () => {
    const client = await connect();
    const text = 'a = null; b = null;';
    await opened(client, text, 4);
    const actions = await client.actions(A, range(0, 0, 0, 19));
    const fixed = async (title: string) => afterEdit(A, text, (await client.resolve(titled(actions, title))).edit);
    expect(await fixed("Fix all 'null-comparison' problems in this file")).toBe('a is null; b is null;');
    expect(await fixed("Fix all 'semicolon' problems in this file")).toBe('a = null b = null');
  });

  it('of one rule needs more than one problem', async () => {
    const client = await connect();
    await opened(client, 'a = null;', 2);
    expect((await client.actions(A, range(0, 0, 0, 9))).filter(each => each.title.includes("Fix all '"))).toEqual([]);
  });

  it('is a request too, for the command', async () => {
    const client = await connect();
    await opened(client, 'a = null', 1);
    const edit = await client.connection.sendRequest('grainline/fixAll', { uri: A });
    expect(afterEdit(A, 'a = null', edit as never)).toBe('a is null');
    client.change(A, { text: 'fine' });
    expect(await client.connection.sendRequest('grainline/fixAll', { uri: A })).toBeNull();
  });
});

describe('silencing a rule', () => {
  it('here is a comment on the line above', async () => {
    const client = await connect();
    const text = 'select 1\r\n    where a = null\r\n';
    await opened(client, text, 1);
    const action = titled(await client.actions(A, range(1, 12, 1, 12)), "Ignore 'null-comparison' here");
    expect(afterEdit(A, text, action.edit)).toBe(
      'select 1\r\n    -- grainline-ignore: null-comparison\r\n    where a = null\r\n',
    );
  });

  it('in YAML is a comment of YAML', async () => {
    const client = await connect();
    const text = 'models:\n  - name: a;\n';
    await opened(client, text, 1, YAML);
    const action = titled(await client.actions(YAML, range(1, 11, 1, 11)), "Ignore 'semicolon' here");
    expect(afterEdit(YAML, text, action.edit)).toBe('models:\n  # grainline-ignore: semicolon\n  - name: a;\n');
  });

  it('in the project makes or edits grainline.yml of the innermost project', async () => {
    const host = memoryHost({
      'dbt_project.yml': '',
      'sub/dbt_project.yml': '',
      'sub/grainline.yml': 'rules:\n  other: off\n',
    });
    const client = await connect({ host });
    await opened(client, ';', 1);
    const made = titled(await client.actions(A, START), "Turn off 'semicolon' in grainline.yml");
    expect(made.edit?.documentChanges).toEqual([
      { kind: 'create', uri: at('grainline.yml'), options: { overwrite: false, ignoreIfExists: false } },
      {
        textDocument: { uri: at('grainline.yml'), version: null },
        edits: [{ range: START, newText: 'rules:\n  semicolon: off\n' }],
      },
    ]);
    const below = at('sub/models/b.sql');
    await opened(client, ';', 1, below);
    const edited = titled(await client.actions(below, START), "Turn off 'semicolon' in grainline.yml");
    expect(afterEdit(at('sub/grainline.yml'), 'rules:\n  other: off\n', edited.edit)).toBe(
      'rules:\n  other: off\n  semicolon: off\n',
    );
  });

  it('opens the page of the rule where the client has the command', async () => {
    const client = await connect();
    await opened(client, ';', 1);
    expect(titled(await client.actions(A, START), "Open the page of 'semicolon'").command).toEqual({
      title: "Open the page of 'semicolon'",
      command: 'grainline.openRule',
      arguments: ['semicolon'],
    });
    const other = await connect({ initialization: {} });
    await opened(other, ';', 1);
    expect((await other.actions(A, START)).filter(each => each.command)).toEqual([]);
    expect(other.statuses).toEqual([]);
  });
});
