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
  GENERATOR_PRESET,
  NEW,
  OPEN_RULE,
  STATUS,
} from '../../server/src/lsp/protocol.ts';

const REPOSITORY = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { contributes } = manifest;

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}

describe('what the extension contributes', () => {
  it('lists just the commands that are registered', () => {
    const registered = [...read('client/src/extension.ts').matchAll(/registerCommand\('([^']+)'/g)].map(
      match => match[1],
    );
    const listed = contributes.commands.map((each: { command: string }) => each.command);
    expect(registered.length).toBeGreaterThan(3);
    expect(listed.sort()).toEqual(registered.sort());
    expect(listed).toEqual(expect.arrayContaining([OPEN_RULE, NEW]));
  });

  it('gives each command a title, a category, an icon and a condition', () => {
    const palette = new Map(contributes.menus.commandPalette.map((each: Item) => [each.command, each.when]));
    for (const { command, title, category, icon } of contributes.commands) {
      expect(title, command).toMatch(/^[A-Z]/);
      expect(category, command).toBe('Grainline');
      expect(icon, command).toMatch(/^\$\([a-z-]+\)$/);
      expect(palette.get(command), command).toMatch(/./);
    }
    expect(palette.size).toBe(contributes.commands.length);
  });

  it('puts only commands and submenus into menus that are there, each with a condition', () => {
    const { commandPalette: _, ...menus } = contributes.menus;
    const items: Item[] = Object.values<Item[]>(menus).flat();
    expect(items.length).toBeGreaterThan(5);
    const commands = contributes.commands.map((each: Item) => each.command);
    const submenus = contributes.submenus.map((each: { id: string }) => each.id);
    for (const { command, submenu, when } of items) {
      expect(command === undefined ? submenus : commands).toContain(command ?? submenu);
      expect(when).toMatch(/./);
    }
    for (const id of submenus) expect(Object.keys(menus)).toContain(id);
    // What the explorer has selected stays known while the editor has the focus.
    const inEditor = JSON.stringify([menus['editor/context'], menus['grainline.editor']]);
    expect(inEditor).not.toContain('explorerResource');
  });

  it('leads from its walkthrough and welcomes to commands that are there', () => {
    const texts: string[] = [
      ...contributes.walkthroughs.flatMap((each: { steps: { description: string; completionEvents: string[] }[] }) =>
        each.steps.flatMap(step => [step.description, ...step.completionEvents]),
      ),
      ...contributes.viewsWelcome.map((each: { contents: string }) => each.contents),
    ];
    const named = texts.flatMap(text =>
      [...text.matchAll(/command:(grainline\.\w+)/gi)].map(match => match[1] as string),
    );
    expect(named.length).toBeGreaterThan(8);
    const commands = contributes.commands.map((each: Item) => each.command);
    expect(named.filter(command => !commands.includes(command))).toEqual([]);
  });

  it('names files that are there', () => {
    const paths: string[] = [
      ...(contributes.snippets ?? []).map((each: { path: string }) => each.path),
      ...[...(contributes.yamlValidation ?? []), ...(contributes.jsonValidation ?? [])].map(
        (each: { url: string }) => each.url,
      ),
      ...(contributes.grammars ?? []).map((each: { path: string }) => each.path),
      ...contributes.walkthroughs.flatMap((each: { steps: { media: { svg: string } }[] }) =>
        each.steps.map(step => `./${step.media.svg}`),
      ),
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
  const client = ['server.ts', 'questions.ts', 'commands/fix-all.ts', 'commands/new.ts']
    .map(path => read(`client/src/${path}`))
    .join('\n');
  for (const name of [
    STATUS,
    FIX_ALL,
    GENERATOR_KINDS,
    GENERATOR_FORM,
    GENERATOR_CHECK,
    GENERATOR_PLAN,
    GENERATOR_PRESET,
  ])
    expect(client).toContain(`'${name}'`);
});
