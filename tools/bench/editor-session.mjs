// The real server over JSON-RPC, as an editor drives it: opens a model, types into it, hovers.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { startNode } from './processes.mjs';

/** Nobody types faster. Between keys the server may tidy up, as it may in an editor. */
const BETWEEN_KEYS_MS = 40;

/**
 * Milliseconds of each key press and hover. A key press is the change sent and the findings of the changed text asked for,
 * as VS Code does it; clients that are sent findings wait at least the server's 20 ms for a pause in the typing besides.
 */
export async function editorSession(server, { folder, model, keys, hovers }) {
  const { child, ended, usage } = startNode(server, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started = performance.now();
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const ready = new Promise((resolve, reject) => {
    connection.onNotification('grainline/status', ({ state, total }) => {
      if (state === 'ready' && total > 0) resolve();
    });
    ended.then(code => reject(new Error(`The server ended with code ${code}.`)));
  });
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => ({})));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();

  const rootUri = pathToFileURL(folder).href;
  const uri = pathToFileURL(join(folder, model)).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'benchmark' }],
    capabilities: {
      workspace: { workspaceFolders: true, configuration: true },
      textDocument: {
        publishDiagnostics: { relatedInformation: true },
        hover: { contentFormat: ['markdown'] },
        diagnostic: {},
      },
    },
    initializationOptions: { settings: {} },
  });
  await connection.sendNotification('initialized', {});
  await ready;
  const readyMs = performance.now() - started;

  let text = readFileSync(join(folder, model), 'utf8');
  let version = 1;
  /** Milliseconds until the findings of this version of the text have come. */
  const findingsAfter = async send => {
    const sentAt = performance.now();
    await send();
    await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    return performance.now() - sentAt;
  };
  const openMs = await findingsAfter(() =>
    connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version, text },
    }),
  );
  const firstFindingsMs = performance.now() - started;

  await untilQuiet(() => hover(connection, uri, { line: 0, character: 0 }));
  const quietMs = performance.now() - started;

  const place = placeToType(text);
  const typed = TYPED.repeat(Math.ceil(keys / TYPED.length)).slice(0, keys);
  const keyMs = [];
  for (const [i, key] of [...typed].entries()) {
    await wait(BETWEEN_KEYS_MS);
    const position = { line: place.line, character: place.character + i };
    version++;
    keyMs.push(
      await findingsAfter(() =>
        connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version },
          contentChanges: [{ range: { start: position, end: position }, text: key }],
        }),
      ),
    );
  }
  text = inserted(text, place, typed);

  const hoverMs = [];
  const places = [...text.matchAll(/\{\{\s*(?:ref|source)\(/g)].map(match =>
    positionAt(text, match.index + match[0].length),
  );
  for (let i = 0; i < hovers && places.length > 0; i++) {
    await wait(BETWEEN_KEYS_MS);
    const sentAt = performance.now();
    await connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: places[i % places.length] });
    hoverMs.push(performance.now() - sentAt);
  }

  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await ended;
  connection.dispose();
  return { lines: text.split('\n').length, readyMs, openMs, firstFindingsMs, quietMs, keyMs, hoverMs, ...usage() };
}

async function hover(connection, uri, position) {
  const sentAt = performance.now();
  await connection.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  return performance.now() - sentAt;
}

/** Until the server has read what it reads in the background: it then answers a small question at once, again and again. */
async function untilQuiet(ask) {
  const givenUpAt = performance.now() + LONGEST_SETTLING_MS;
  for (let prompt = 0; prompt < PROMPT_ANSWERS && performance.now() < givenUpAt; ) {
    await wait(BETWEEN_KEYS_MS / 2);
    prompt = (await ask()) < PROMPT_MS ? prompt + 1 : 0;
  }
}

const PROMPT_ANSWERS = 25;
const PROMPT_MS = 4;
/** On a busy machine no answer is prompt. */
const LONGEST_SETTLING_MS = 300_000;

/** A column as somebody writes it: names half written, a dot, an open parenthesis, an open quote. */
const TYPED = ", coalesce(nullif(quantity, 0), 1) * 100 as typed_share, 'a b' as typed_text";

/** The end of the first line of a SELECT list in the second half of the text, before its comma. */
function placeToType(text) {
  const lines = text.split('\n');
  for (let line = lines.length >> 1; line < lines.length; line++) {
    const match = /^\s+[a-z_][\w.]*(?=,\s*$)/.exec(lines[line]);
    if (match) return { line, character: match[0].length };
  }
  return { line: lines.length - 1, character: lines.at(-1).length };
}

function inserted(text, { line, character }, added) {
  const lines = text.split('\n');
  lines[line] = lines[line].slice(0, character) + added + lines[line].slice(character);
  return lines.join('\n');
}

function positionAt(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - before.lastIndexOf('\n') - 1 };
}
