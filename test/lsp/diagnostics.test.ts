import { describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  DiagnosticSeverity,
  DiagnosticTag,
  FileChangeType,
} from 'vscode-languageserver-protocol/node';
import { at, connect, eventually, FULL, memoryHost, range } from './connect.ts';
import { FakeAnalysis } from './fake-analysis.ts';

const A = at('models/a.sql');
const B = at('models/b.sql');

describe('findings that are pushed', () => {
  it('appear while one types, with the version they belong to, and go away', async () => {
    const client = await connect();
    client.open(A, 'select 1 where a = nul');
    client.change(A, { range: range(0, 22, 0, 22), text: 'l' });
    await eventually(() => expect(client.rules(A)).toEqual(['null-comparison']));
    expect(client.published.at(-1)).toEqual({
      uri: A,
      version: 2,
      diagnostics: [
        {
          range: range(0, 17, 0, 23),
          severity: DiagnosticSeverity.Error,
          code: 'null-comparison',
          codeDescription: {
            href: 'https://github.com/grainline/grainline/blob/main/docs/rules/null-comparison.md',
          },
          source: 'grainline',
          message: 'found null-comparison',
        },
      ],
    });
    client.change(A, { text: 'select 1' });
    await eventually(() => expect(client.published.at(-1)).toEqual({ uri: A, version: 3, diagnostics: [] }));
  });

  it('name related places and tags', async () => {
    const client = await connect({ host: memoryHost({ 'models/old.sql': '-- deprecated\nselect 1' }) });
    client.open(A, "select 1 from {{ ref('old') }};");
    await eventually(() => expect(client.rules(A)).toEqual(['deprecated-ref', 'semicolon']));
    const [deprecated, semicolon] = client.shown(A);
    expect(deprecated).toMatchObject({
      severity: DiagnosticSeverity.Information,
      tags: [DiagnosticTag.Deprecated],
      relatedInformation: [{ location: { uri: at('models/old.sql'), range: range(0, 3, 0, 13) }, message: 'here' }],
    });
    expect(semicolon?.tags).toEqual([DiagnosticTag.Unnecessary]);
  });

  it('leave out what the client does not know', async () => {
    const host = memoryHost({ 'models/old.sql': '-- deprecated\nselect 1' });
    const client = await connect({ host, capabilities: {} });
    client.open(A, "select 1 from {{ ref('old') }}");
    await eventually(() => expect(client.shown(A)).toHaveLength(1));
    expect(Object.keys(client.shown(A)[0] ?? {}).sort()).toEqual(['code', 'message', 'range', 'severity', 'source']);
  });

  it('follow the other documents as they stand unsaved in their editors', async () => {
    const client = await connect();
    client.open(A, "select 1 from {{ ref('b') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    client.open(B, 'select 1');
    await eventually(() => expect(client.rules(A)).toEqual([]));
    client.change(B, { text: '-- deprecated' });
    await eventually(() => expect(client.rules(A)).toEqual(['deprecated-ref']));
    client.close(B);
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
  });

  it('are taken back when the document closes', async () => {
    const host = memoryHost({ 'models/a.sql': 'select 1 where a = null' });
    const client = await connect({ host });
    client.open(A, 'select 1 where a = null');
    await eventually(() => expect(client.rules(A)).toEqual(['null-comparison']));
    client.close(A);
    await eventually(() => expect(client.published.at(-1)).toEqual({ uri: A, diagnostics: [] }));
  });

  it('are of open documents alone, until the whole workspace is asked for, and back', async () => {
    const host = memoryHost({ 'models/a.sql': 'where a = null', 'models/b.sql': 'where b = null', 'models/c.sql': '' });
    const client = await connect({ host });
    client.open(A, 'where a = null');
    await eventually(() => expect(client.rules(A)).toEqual(['null-comparison']));
    expect(client.published.map(each => each.uri)).toEqual([A]);

    client.settings = { diagnostics: { scope: 'workspace' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => expect(client.rules(B)).toEqual(['null-comparison']));
    await eventually(() => expect(client.statuses.at(-1)?.findings).toEqual({ errors: 2, warnings: 0, infos: 0 }));
    expect(client.published.some(each => each.uri.endsWith('c.sql'))).toBe(false);

    client.settings = { diagnostics: { scope: 'openFiles' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => expect(client.published.at(-1)).toEqual({ uri: B, diagnostics: [] }));
    expect(client.rules(A)).toEqual(['null-comparison']);
    await eventually(() => expect(client.statuses.at(-1)?.findings).toEqual({ errors: 1, warnings: 0, infos: 0 }));
  });

  it('take the settings that the client sends when it cannot be asked', async () => {
    const host = memoryHost({ 'models/a.sql': 'where a = null' });
    const client = await connect({ host, capabilities: {} });
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { grainline: { diagnostics: { scope: 'workspace' } } },
    });
    await eventually(() => expect(client.rules(A)).toEqual(['null-comparison']));
  });

  it('wait until the folder is read', async () => {
    const host = memoryHost({ 'models/b.sql': 'select 1' });
    let open = (): void => {};
    host.gate = new Promise(resolve => {
      open = resolve;
    });
    const client = await connect({ host });
    client.open(A, "select 1 from {{ ref('b') }}; ");
    await eventually(() => expect(client.statuses.map(status => status.state)).toEqual(['indexing']));
    open();
    await eventually(() => expect(client.rules(A)).toEqual(['semicolon']));
    // Nothing was said of the model that was not read yet.
    expect(client.published.flatMap(each => each.diagnostics.map(one => one.code))).toEqual(['semicolon']);
    // The state is told behind the findings.
    await eventually(() =>
      expect(client.statuses.at(-1)).toEqual({
        state: 'ready',
        files: 1,
        total: 1,
        projects: [],
        findings: { errors: 0, warnings: 1, infos: 0 },
      }),
    );
  });

  it('go on when the folder cannot be read', async () => {
    const host = memoryHost({});
    host.fails = true;
    const client = await connect({ host });
    client.open(A, ';');
    await eventually(() => expect(client.rules(A)).toEqual(['semicolon']));
    expect(client.log.join('\n')).toContain('the disk is on fire');
  });

  it('drop what is no longer wanted when the text changes during a long check', async () => {
    const analysis = new FakeAnalysis();
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`models/m${i}.sql`, `-- ${i}\n;`]));
    let checked = 0;
    let changed = false;
    analysis.onFindings = () => {
      checked++;
      const until = performance.now() + 6;
      while (performance.now() < until);
    };
    const client = await connect({
      analysis,
      host: memoryHost(files),
      initialization: { settings: { diagnostics: { scope: 'workspace' } } },
      settings: { diagnostics: { scope: 'workspace' } },
    });
    client.connection.onNotification('textDocument/publishDiagnostics', message => {
      client.published.push(message);
      if (changed || client.published.length < 5) return;
      changed = true;
      client.open(A, 'where a = null');
    });
    await eventually(() => expect(client.rules(A)).toEqual(['null-comparison']));
    const before = client.published.findIndex(each => each.uri === A);
    // The open document came first, the rest of the workspace after it.
    expect(before).toBeLessThan(60);
    await eventually(() => expect(client.statuses.at(-1)?.findings.warnings).toBe(60));
    expect(new Set(client.published.map(each => each.uri)).size).toBe(61);
    // Nothing was checked twice for having been interrupted.
    expect(checked).toBe(61);
  });

  it('are checked for files that change on disk', async () => {
    const host = memoryHost({});
    const client = await connect({ host });
    client.open(A, "select 1 from {{ ref('b') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    host.files.set(B, 'select 1');
    client.watched({ uri: B, type: FileChangeType.Created });
    await eventually(() => expect(client.rules(A)).toEqual([]));
    host.files.set(B, '-- deprecated');
    client.watched({ uri: B, type: FileChangeType.Changed });
    await eventually(() => expect(client.rules(A)).toEqual(['deprecated-ref']));
    host.files.delete(B);
    client.watched({ uri: B, type: FileChangeType.Deleted });
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
  });

  it('know the files of a folder that appears or goes in one event', async () => {
    const host = memoryHost({});
    const client = await connect({ host });
    client.open(A, "select 1 from {{ ref('deep') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    host.files.set(at('models/new/far/deep.sql'), 'select 1');
    client.watched({ uri: at('models/new'), type: FileChangeType.Created });
    await eventually(() => expect(client.rules(A)).toEqual([]));
    host.files.clear();
    client.watched({ uri: at('models/new'), type: FileChangeType.Deleted });
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
  });

  it('keep the unsaved text when the file changes or goes', async () => {
    const host = memoryHost({ 'models/a.sql': 'select 1' });
    const client = await connect({ host });
    client.open(A, 'where a = null');
    client.open(B, "from {{ ref('a') }} from {{ ref('c') }}");
    await eventually(() => expect(client.rules(B)).toEqual(['unknown-ref']));
    host.files.set(A, ';');
    client.watched({ uri: A, type: FileChangeType.Changed });
    host.files.delete(A);
    client.watched({ uri: A, type: FileChangeType.Deleted });
    host.files.set(at('models/c.sql'), 'select 1');
    client.watched({ uri: at('models/c.sql'), type: FileChangeType.Created });
    // The last event was heard, and a.sql is still there, as typed.
    await eventually(() => expect(client.rules(B)).toEqual([]));
    expect(client.rules(A)).toEqual(['null-comparison']);
  });

  it('follow folders that come and go', async () => {
    const other = 'file:///other';
    const host = memoryHost({ 'file:///other/models/b.sql': 'select 1' });
    const client = await connect({ host });
    client.open(A, "select 1 from {{ ref('b') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    const folder = { uri: other, name: 'other' };
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [folder], removed: [] },
    });
    await eventually(() => expect(client.rules(A)).toEqual([]));
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [], removed: [folder] },
    });
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
  });

  it('work without any folder', async () => {
    const client = await connect({ folders: [] });
    client.open(A, ';');
    await eventually(() => expect(client.rules(A)).toEqual(['semicolon']));
    client.open('untitled:Untitled-1', 'where a = null');
    await eventually(() => expect(client.rules('untitled:Untitled-1')).toEqual(['null-comparison']));
  });

  it('survive a check that fails', async () => {
    const analysis = new FakeAnalysis();
    const client = await connect({ analysis });
    analysis.onFindings = () => {
      throw new Error('the check that fails');
    };
    client.open(A, ';');
    await eventually(() => expect(client.log.join('\n')).toContain('the check that fails'));
    analysis.onFindings = () => {};
    client.change(A, { text: ';;' });
    await eventually(() => expect(client.rules(A)).toEqual(['semicolon', 'semicolon']));
  });
});

describe('findings that are pulled', () => {
  const PULLS = { ...FULL, textDocument: { ...FULL.textDocument, diagnostic: { dynamicRegistration: false } } };

  it('are handed out with an id, and never pushed', async () => {
    const client = await connect({ capabilities: PULLS });
    expect(client.initialized.capabilities.diagnosticProvider).toEqual({
      identifier: 'grainline',
      interFileDependencies: true,
      workspaceDiagnostics: false,
    });
    client.open(A, ';');
    const first = await client.pull(A);
    expect(first).toMatchObject({ kind: 'full', items: [{ code: 'semicolon', range: range(0, 0, 0, 1) }] });
    expect(await client.pull(A, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    client.change(A, { text: '' });
    expect(await client.pull(A, first.resultId)).toMatchObject({ kind: 'full', items: [] });
    client.change(A, { text: ';' });
    expect(await client.pull(A, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    expect(client.published).toEqual([]);
  });

  it('say that they are old when another file changed them', async () => {
    const client = await connect({ capabilities: PULLS });
    client.open(A, "from {{ ref('b') }}");
    expect(await client.pull(A)).toMatchObject({ items: [{ code: 'unknown-ref' }] });
    client.open(B, 'select 1');
    await eventually(() => expect(client.refreshes).toBe(1));
    expect(await client.pull(A)).toMatchObject({ items: [] });
  });

  it('wait for the folder, and can be cancelled meanwhile', async () => {
    const host = memoryHost({ 'models/b.sql': 'select 1' });
    let open = (): void => {};
    host.gate = new Promise(resolve => {
      open = resolve;
    });
    const client = await connect({ host, capabilities: PULLS });
    client.open(A, "from {{ ref('b') }};");
    const answers: unknown[] = [];
    const waiting = client.pull(A).then(answer => answers.push(answer));
    const source = new CancellationTokenSource();
    const question = client.connection.sendRequest(
      'textDocument/diagnostic',
      { textDocument: { uri: A } },
      source.token,
    );
    source.cancel();
    const cancelled = await question.catch(error => error);
    expect(cancelled).toMatchObject({ code: -32800 });
    expect(answers).toEqual([]);
    open();
    await waiting;
    expect(answers).toMatchObject([{ items: [{ code: 'semicolon' }] }]);
  });

  it('cover the workspace when the settings say so', async () => {
    const host = memoryHost({ 'models/a.sql': ';', 'models/b.sql': '', 'models/c.sql': 'a = null' });
    const client = await connect({
      host,
      capabilities: PULLS,
      settings: { diagnostics: { scope: 'workspace' } },
      initialization: { settings: { diagnostics: { scope: 'workspace' } } },
    });
    expect(client.initialized.capabilities.diagnosticProvider).toMatchObject({ workspaceDiagnostics: true });
    const ask = (previousResultIds: { uri: string; value: string }[]) =>
      client.connection.sendRequest<{ items: { uri: string; resultId: string; items: unknown[] }[] }>(
        'workspace/diagnostic',
        {
          previousResultIds,
        },
      );
    const first = await ask([]);
    expect(first.items.map(item => [item.uri, item.items.length])).toEqual([
      [A, 1],
      [at('models/c.sql'), 1],
    ]);
    const ids = first.items.map(({ uri, resultId }) => ({ uri, value: resultId }));
    expect(await ask(ids)).toEqual({ items: [] });
    host.files.delete(A);
    client.watched({ uri: A, type: FileChangeType.Deleted });
    await eventually(async () => expect(await ask(ids)).toMatchObject({ items: [{ uri: A, items: [] }] }));
  });

  it('answer a waiting question about the workspace once something changed', async () => {
    const host = memoryHost({ 'models/a.sql': 'select 1' });
    const settings = { diagnostics: { scope: 'workspace' } } as const;
    const client = await connect({ host, capabilities: PULLS, settings, initialization: { settings } });
    const waiting = client.connection.sendRequest('workspace/diagnostic', {
      previousResultIds: [],
      partialResultToken: 'part',
    });
    client.open(B, ';');
    expect(await waiting).toMatchObject({ items: [{ uri: B, version: 1, items: [{ code: 'semicolon' }] }] });
  });

  it('are registered anew when the scope changes', async () => {
    const capabilities = { ...FULL, textDocument: { ...FULL.textDocument, diagnostic: { dynamicRegistration: true } } };
    const client = await connect({ capabilities });
    const registered = () =>
      [...client.registrations.values()]
        .filter(each => each.method === 'textDocument/diagnostic')
        .map(each => each.registerOptions.workspaceDiagnostics);
    expect(client.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await eventually(() => expect(registered()).toEqual([false]));
    client.settings = { diagnostics: { scope: 'workspace' } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await eventually(() => expect(registered()).toEqual([true]));
  });

  it('are pushed to a client that wants that', async () => {
    const client = await connect({ capabilities: PULLS, initialization: { settings: {}, diagnostics: 'push' } });
    expect(client.initialized.capabilities.diagnosticProvider).toBeUndefined();
    client.open(A, ';');
    await eventually(() => expect(client.rules(A)).toEqual(['semicolon']));
  });
});
