/**
 * Getters belong to classes. Those of an object literal are made anew with each object, and the engine keeps them among
 * what is old: they hold all that they see until the dear collection of garbage. For what is made once for each text
 * (trees, what a query means) that was a fifth of the time.
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

it('stand in classes', () => {
  const found = FOLDERS.flatMap(folder =>
    readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.ts'))
      .flatMap(path =>
        gettersOfLiterals(readFileSync(join(SOURCE, folder, path), 'utf8')).map(line => `${folder}/${path}:${line}`),
      ),
  );
  expect(found).toEqual([]);
});

it('would be seen in a literal', () => {
  expect(gettersOfLiterals('const a = {\n  get b() {\n    return 1;\n  },\n};')).toEqual([2]);
  expect(gettersOfLiterals('class A {\n  b = 1;\n\n  get c() {\n    return { get d() {} };\n  }\n}')).toEqual([]);
  expect(gettersOfLiterals('class A {\n  c() {\n    return {\n      get d() {\n      },\n    };\n  }\n}')).toEqual([4]);
});
