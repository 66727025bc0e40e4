import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  FIX_ALL,
  GENERATOR_CHECK,
  GENERATOR_FORM,
  GENERATOR_KINDS,
  GENERATOR_PLAN,
  OPEN_RULE,
  STATUS,
} from '../../server/src/lsp/protocol.ts';

const REPOSITORY = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { contributes } = manifest;

describe('what the extension contributes', () => {
  it('lists just the commands that are registered', () => {
    const registered = [...read('client/src/extension.ts').matchAll(/registerCommand\('([^']+)'/g)].map(
      match => match[1],
    );
    const listed = contributes.commands.map((each: { command: string }) => each.command);
    expect(registered.length).toBeGreaterThan(3);
    expect(listed.sort()).toEqual(registered.sort());
    expect(listed).toContain(OPEN_RULE);
  });

  it('names files that are there', () => {
    const paths: string[] = [
      ...(contributes.snippets ?? []).map((each: { path: string }) => each.path),
      ...[...(contributes.yamlValidation ?? []), ...(contributes.jsonValidation ?? [])].map(
        (each: { url: string }) => each.url,
      ),
      ...(contributes.grammars ?? []).map((each: { path: string }) => each.path),
      ...(manifest.icon ? [manifest.icon] : []),
    ];
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter(path => path.startsWith('.') && !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });

  it('takes no file for its own', () => {
    // The ids alone, so that snippets can name them whether or not another extension is there.
    expect(contributes.languages).toEqual([{ id: 'jinja-sql' }, { id: 'jinja-yaml' }]);
  });
});

it('client and server call their messages by the same names', () => {
  const client = ['server.ts', 'commands/fix-all.ts', 'commands/new.ts']
    .map(path => read(`client/src/${path}`))
    .join('\n');
  for (const name of [STATUS, FIX_ALL, GENERATOR_KINDS, GENERATOR_FORM, GENERATOR_CHECK, GENERATOR_PLAN])
    expect(client).toContain(`'${name}'`);
});
