/** Imports go downward only: the table of docs/ARCHITECTURE.md, held over every source file. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const REPOSITORY = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** What each folder of server/src may import beside itself. */
const MAY_IMPORT: { readonly [folder: string]: readonly string[] } = {
  base: [],
  syntax: ['base'],
  config: ['base', 'syntax'],
  project: ['base', 'syntax', 'config'],
  contracts: ['base', 'syntax', 'config', 'project'],
  rules: ['base', 'syntax', 'config', 'project', 'contracts'],
  generate: ['base', 'syntax', 'config', 'project', 'contracts'],
  analysis: ['base', 'syntax', 'config', 'project', 'contracts', 'rules', 'generate'],
  host: ['base', 'config'],
  lsp: ['base', 'syntax', 'config', 'project', 'contracts', 'rules', 'generate', 'analysis', 'host'],
  cli: ['base', 'syntax', 'config', 'project', 'contracts', 'rules', 'generate', 'analysis', 'host'],
};

/** Words for data that cross a border upward: types alone, which leave nothing behind at run time. */
const TYPES_OF: { readonly [folder: string]: readonly string[] } = {
  config: ['server/src/rules/rule.ts'],
  host: ['server/src/analysis/results.ts'],
  client: ['server/src/lsp/protocol.ts'],
};

/** Where alone a package may be imported; packages that are not listed may be imported nowhere in the core. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: readonly string[] }[] = [
  { name: /^yaml$/, only: ['server/src/syntax/yaml/'] },
  { name: /^vscode-languageserver(-textdocument|\/.*)?$/, only: ['server/src/lsp/'] },
  { name: /^vscode-languageserver-protocol$/, only: ['server/src/lsp/', 'client/src/'] },
  { name: /^node:/, only: ['server/src/host/', 'server/src/lsp/main.ts', 'server/src/cli/', 'client/src/'] },
  { name: /^ajv(\/.*)?$/, only: ['server/src/contracts/', 'server/src/config/'] },
  {
    name: /^re2js$/,
    only: ['server/src/syntax/jinja/', 'server/src/config/', 'server/src/project/', 'server/src/rules/'],
  },
  { name: /^node-sql-parser(\/.*)?$/, only: ['server/src/generate/'] },
  { name: /^vscode(-languageclient(\/.*)?)?$/, only: ['client/src/'] },
];

interface Import {
  /** Path below the repository. */
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const files = [...sourcesIn('server/src'), ...sourcesIn('client')];
const imports = files.flatMap(importsOf);

it('reads the source files', () => {
  console.log(`imports.test.ts read ${files.length} files with ${imports.length} imports`);
  expect(files.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(100);
  expect(files).toContain('server/src/rules/rule.ts');
});

it('knows every folder', () => {
  const folders = readdirSync(join(REPOSITORY, 'server/src'), { withFileTypes: true });
  expect(folders.filter(entry => !entry.isDirectory()).map(entry => entry.name)).toEqual([]);
  expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining(folders.map(entry => entry.name)));
});

it('imports downward only', () => {
  const wrong = imports.filter(each => each.target.startsWith('.')).filter(each => !isAllowed(each));
  expect(wrong.map(each => `${each.file} imports ${each.target}`)).toEqual([]);
});

it('imports packages only where they belong', () => {
  const wrong = imports
    .filter(each => !each.target.startsWith('.'))
    .filter(each => {
      const rule = PACKAGES.find(({ name }) => name.test(each.target));
      return !rule?.only.some(place => each.file.startsWith(place));
    });
  expect(wrong.map(each => `${each.file} imports ${each.target}`)).toEqual([]);
});

it('has no file that only hands on what others export', () => {
  const barrels = files.filter(file => /^export (\*|\{[^}]*\}|type \{[^}]*\}) from /m.test(read(file)));
  expect(barrels).toEqual([]);
});

describe('the reading of imports', () => {
  it.each([
    ["import { a } from './a.ts';", './a.ts', false],
    ["import type { A } from '../a.ts';", '../a.ts', true],
    ["import {\n  type A,\n  b,\n} from './b.ts';", './b.ts', false],
    ["import 'node:fs';", 'node:fs', false],
    ["export { a } from './a.ts';", './a.ts', false],
    ["const a = await import('./a.ts');", './a.ts', false],
  ])('sees %j', (source, target, isType) => {
    expect(scan(source)).toEqual([{ target, isType }]);
  });
});

function isAllowed({ file, target, isType }: Import): boolean {
  const path = posix.join(posix.dirname(file), target);
  const from = folderOf(file);
  const to = folderOf(path);
  if (from === to) return true;
  // `grainline lsp` starts the server, and knows no more of it.
  if (from === 'cli' && path === 'server/src/lsp/main.ts') return true;
  if (from === 'cli' && path === 'package.json') return true;
  if (isType && TYPES_OF[from]?.includes(path)) return true;
  return MAY_IMPORT[from]?.includes(to) ?? false;
}

function folderOf(path: string): string {
  const [top = '', , folder = ''] = path.split('/');
  return top === 'server' ? folder : top;
}

function importsOf(file: string): readonly Import[] {
  return scan(read(file)).map(each => ({ file, ...each }));
}

function scan(source: string): readonly { readonly target: string; readonly isType: boolean }[] {
  const whole = /^(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\sfrom\s+)?'([^']+)';/gm;
  const dynamic = /\bimport\('([^']+)'\)/g;
  return [
    ...[...source.matchAll(whole)].map(match => ({ target: match[2] ?? '', isType: match[1] !== undefined })),
    ...[...source.matchAll(dynamic)].map(match => ({ target: match[1] ?? '', isType: false })),
  ];
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}
