/**
 * What is made for one text goes when the text has been read. Two habits of JavaScript keep it until the dear collection of all
 * garbage, because the engine takes what is old for needed whenever it collects what is young: getters of an object literal
 * (made anew with each object, and put among what is old), and weak maps (whose values count as needed). Each had kept every
 * tree, and cost a fifth of the inference and an eighth of a check.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SOURCE = resolve(fileURLToPath(new URL('../../server/src', import.meta.url)));
/** Where things are made for each text; elsewhere an object with getters is made once for a project. */
const FOLDERS = ['base', 'syntax', 'project', 'contracts', 'rules'];

/** Lines with getters that stand in no class. The formatter sees to it that what encloses a line is indented less. */
function gettersOfLiterals(text: string): number[] {
  const lines = text.split('\n');
  const indentOf = (line: string): number => line.search(/\S/);
  return lines.flatMap((line, at) => {
    if (!/^\s+(?:static )?get [\w#]+\(\)/.test(line)) return [];
    const indent = indentOf(line);
    let above = at - 1;
    while (above >= 0 && (indentOf(lines[above] ?? '') < 0 || indentOf(lines[above] ?? '') >= indent)) above--;
    return /\bclass\b/.test(lines[above] ?? '') ? [] : [at + 1];
  });
}

/** Lines that keep something beside an object of a text; `Kept` keeps it inside. */
function mapsBesideTexts(text: string): number[] {
  return text
    .split('\n')
    .flatMap((line, at) => (/new WeakMap<\s*(?:SqlUnit|SqlFile|QueryFacts|Select|Query)\b/.test(line) ? [at + 1] : []));
}

function placesOf(find: (text: string) => number[]): string[] {
  return FOLDERS.flatMap(folder =>
    readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .flatMap(path => find(readFileSync(join(SOURCE, folder, path), 'utf8')).map(line => `${folder}/${path}:${line}`)),
  );
}

it('getters stand in classes', () => {
  expect(placesOf(gettersOfLiterals)).toEqual([]);
});

it('what is found in a text is kept in it', () => {
  expect(placesOf(mapsBesideTexts)).toEqual([]);
  expect(mapsBesideTexts("const a = 1;\nconst known = new WeakMap<SqlUnit['facts'], boolean>();")).toEqual([2]);
});

it('getters would be seen in a literal', () => {
  expect(gettersOfLiterals('const a = {\n  get b() {\n    return 1;\n  },\n};')).toEqual([2]);
  expect(gettersOfLiterals('class A {\n  b = 1;\n\n  get c() {\n    return { get d() {} };\n  }\n}')).toEqual([]);
  expect(gettersOfLiterals('class A {\n  c() {\n    return {\n      get d() {\n      },\n    };\n  }\n}')).toEqual([4]);
});
