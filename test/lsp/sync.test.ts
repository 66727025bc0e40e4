import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { at, connect, eventually, FULL, memoryHost, range } from './connect.ts';
import { FakeAnalysis } from './fake-analysis.ts';

const A = at('models/a.sql');
/** Handles that no message is behind: the server answers questions in order. */
const PULLS = { ...FULL, textDocument: { ...FULL.textDocument, diagnostic: {} } };

describe('incremental text', () => {
  it('is what the editor has, after any edits', async () => {
    const analysis = new FakeAnalysis();
    const client = await connect({ analysis, capabilities: PULLS });
    const piece = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\r\n',
      '\r',
      'é',
      '😀',
      '顧客',
      '\uFEFF',
      "{{ ref('a') }}",
      '-- x\r\n',
    );
    const text = fc.array(piece, { maxLength: 12 }).map(parts => parts.join(''));
    const edit = fc.record({
      from: fc.nat(60),
      length: fc.nat(12),
      text,
      isWhole: fc.boolean(),
      isBehind: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (start, batches) => {
          client.open(A, start);
          let document = TextDocument.create(A, 'sql', 1, start);
          for (const batch of batches) {
            const changes = batch.map(each => {
              const from = Math.min(each.from, document.getText().length);
              const end = document.positionAt(Math.min(from + each.length, document.getText().length));
              // A column behind the end of the line means the end of the line.
              const behind = { line: end.line, character: end.character + (each.isBehind ? 1000 : 0) };
              const change = each.isWhole
                ? { text: each.text }
                : { range: { start: document.positionAt(from), end: behind }, text: each.text };
              document = TextDocument.update(document, [change], document.version + 1);
              return change;
            });
            client.change(A, ...changes);
          }
          await client.pull(A);
          expect(analysis.texts.get(A)).toBe(document.getText());
          client.close(A);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has exact ranges with line breaks of Windows and characters of two units', async () => {
    const client = await connect();
    client.open(A, "-- größe 😀\r\nselect '😀' /* 顧客 */ where a = null\r\n;");
    await eventually(() => expect(client.shown(A)).toHaveLength(2));
    expect(client.shown(A).map(each => each.range)).toEqual([range(1, 29, 1, 35), range(2, 0, 2, 1)]);
  });

  it('counts a byte order mark when the editor does', async () => {
    const client = await connect();
    client.open(A, '\uFEFF;');
    await eventually(() => expect(client.shown(A).map(each => each.range)).toEqual([range(0, 1, 0, 2)]));
  });
});

describe('names of documents', () => {
  it('are one, whatever the spelling, and go back as the editor spells them', async () => {
    const root = 'file:///c%3A/My%20Shop';
    const analysis = new FakeAnalysis();
    const host = memoryHost({ 'file:///c:/My%20Shop/models/b.sql': '-- deprecated' });
    const client = await connect({ analysis, host, folders: [root] });
    const uri = `${root}/models/gr%C3%B6%C3%9Fe.sql`;
    client.open(uri, "from {{ ref('b') }}");
    await eventually(() => expect(client.rules(uri)).toEqual(['deprecated-ref']));
    expect([...analysis.texts.keys()]).toEqual([
      'file:///c:/My%20Shop/models/b.sql',
      'file:///c:/My%20Shop/models/gr%C3%B6%C3%9Fe.sql',
    ]);
    client.watched({ uri: `${root}/models/b.sql`, type: 3 });
    await eventually(() => expect(client.rules(uri)).toEqual(['unknown-ref']));
    client.close(uri);
    await eventually(() => expect(client.rules(uri)).toEqual([]));
  });

  it('of new documents are those of their language', async () => {
    const analysis = new FakeAnalysis();
    const client = await connect({ analysis, capabilities: PULLS });
    client.open('untitled:Untitled-1', ';', 'jinja-sql');
    client.open('untitled:Untitled-2', '', 'yaml');
    client.open('untitled:Untitled-3', '', 'plaintext');
    expect(await client.pull('untitled:Untitled-1')).toMatchObject({ items: [{ code: 'semicolon' }] });
    expect([...analysis.texts.keys()]).toEqual([
      'untitled:Untitled-1.sql',
      'untitled:Untitled-2.yml',
      'untitled:Untitled-3',
    ]);
  });

  it('that were never opened are no reason to fail', async () => {
    const client = await connect({ capabilities: PULLS });
    client.change(A, { text: 'x' });
    client.close(A);
    expect(await client.pull(A)).toMatchObject({ kind: 'full', items: [] });
    expect(client.log).toEqual([]);
  });
});

describe('folding', () => {
  it('folds blocks of Jinja in SQL, and leaves all else to the editor', async () => {
    const client = await connect();
    const ask = (uri: string) => client.connection.sendRequest('textDocument/foldingRange', { textDocument: { uri } });
    client.open(A, '{% macro a() %}\r\nselect 1\r\n{% endmacro %}\r\n{# b\r\n#}');
    expect(await ask(A)).toEqual([
      { startLine: 0, endLine: 1 },
      { startLine: 3, endLine: 4, kind: 'comment' },
    ]);
    client.change(A, { text: 'select\n    1' });
    expect(await ask(A)).toBeNull();
    const yaml = A.replace(/\w+\.sql$/, 'b.yml');
    client.open(yaml, 'a: |\n  {% if b %}\n  c\n  {% endif %}');
    expect([yaml === A, await ask(yaml)]).toEqual([false, null]);
  });
});

describe('hover', () => {
  it('speaks of the word under the cursor', async () => {
    const client = await connect();
    client.open(A, 'select größe\r\nfrom orders');
    const ask = (line: number, character: number) =>
      client.connection.sendRequest('textDocument/hover', { textDocument: { uri: A }, position: { line, character } });
    await eventually(async () =>
      expect(await ask(1, 6)).toEqual({
        contents: { kind: 'markdown', value: '**orders**' },
        range: range(1, 5, 1, 11),
      }),
    );
    // Behind the end of the first line is its end, not the second line.
    expect(await ask(0, 500)).toMatchObject({ range: range(0, 11, 0, 12) });
    expect(await ask(99, 0)).toMatchObject({ contents: { value: '**orders**' } });
  });

  it('that fails is logged by its name, and is empty', async () => {
    const client = await connect();
    client.open(A, 'HOVER FAILS');
    const ask = () =>
      client.connection.sendRequest('textDocument/hover', {
        textDocument: { uri: A },
        position: { line: 0, character: 0 },
      });
    await eventually(async () => {
      expect(await ask()).toBeNull();
      expect(client.log.join('\n')).toMatch(/hover failed: Error: the hover that fails/);
    });
    client.change(A, { text: 'fine' });
    expect(await ask()).toMatchObject({ contents: { value: '**fine**' } });
  });
});

describe('completion', () => {
  it('replaces what is typed, in the order of the answer', async () => {
    const client = await connect();
    client.open(A, 'a: 1\r\nößow');
    const ask = () =>
      client.connection.sendRequest('textDocument/completion', {
        textDocument: { uri: A },
        position: { line: 1, character: 4 },
      });
    await eventually(async () =>
      expect(await ask()).toEqual([
        {
          label: 'ow!',
          kind: 10,
          sortText: '00000',
          filterText: 'ow!',
          textEdit: { range: range(1, 2, 1, 4), newText: 'ow: ' },
          documentation: 'bold',
        },
      ]),
    );
  });
});

describe('watching', () => {
  it('covers what is read, and folders that come and go', async () => {
    const client = await connect();
    await eventually(() => expect(client.registrations.size).toBe(2));
    const watchers = [...client.registrations.values()].find(each => each.method === 'workspace/didChangeWatchedFiles');
    expect(watchers?.registerOptions).toEqual({
      watchers: [
        { globPattern: '**/*.{sql,yml,yaml,csv}', kind: 2 },
        { globPattern: '**/grainline-baseline.json', kind: 2 },
        { globPattern: '**/*', kind: 5 },
      ],
    });
  });

  it('reaches folders outside that a project names', async () => {
    const host = memoryHost({});
    const open = host.openFolder;
    host.openFolder = async (uri, options) => {
      const folder = await open(uri, options);
      return folder && { ...folder, outside: ['file:///shared/macros'] };
    };
    const client = await connect({ host });
    await eventually(() =>
      expect(
        [...client.registrations.values()].map(each => each.registerOptions?.watchers?.[0]?.globPattern),
      ).toContainEqual({
        baseUri: 'file:///shared/macros',
        pattern: '**/*.{sql,yml,yaml,csv}',
      }),
    );
    client.open(A, "from {{ ref('m') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    host.files.set('file:///shared/macros/m.sql', '');
    client.watched({ uri: 'file:///shared/macros/m.sql', type: 1 });
    await eventually(() => expect(client.rules(A)).toEqual([]));
  });

  it('reads the folder again when the project changes its paths', async () => {
    const host = memoryHost({ 'dbt_project.yml': '' });
    const client = await connect({ host });
    client.open(A, "from {{ ref('m') }}");
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
    host.files.set(at('m.sql'), '');
    client.watched({ uri: at('dbt_project.yml'), type: 2 });
    await eventually(() => expect(client.rules(A)).toEqual([]));
    host.files.delete(at('m.sql'));
    client.watched({ uri: at('dbt_project.yml'), type: 2 });
    await eventually(() => expect(client.rules(A)).toEqual(['unknown-ref']));
  });
});
