/** The example project: exactly its planted defects are found, and mending what can be mended safely leaves the rest. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { LineIndex } from '../../server/src/base/line-index.ts';
import { relativePath } from '../../server/src/base/uri.ts';
import { loadFolderSync } from '../../server/src/host/files.ts';
import { pathToUri } from '../../server/src/host/uri-path.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const SHOP = join(import.meta.dirname, '..', 'projects', 'shop');

function open(): Workspace {
  const workspace = new Workspace({ rules: RULES });
  workspace.apply(loadFolderSync(SHOP).files);
  return workspace;
}

describe('test/projects/shop', () => {
  it('has exactly the findings that its README lists', () => {
    const workspace = open();
    const found = workspace.files().flatMap(uri => {
      const index = new LineIndex(workspace.textOf(uri) ?? '');
      const file = relativePath(pathToUri(SHOP), uri);
      return workspace
        .findings(uri)
        .map(({ rule, span }) => ({ file, line: index.positionAt(span.start).line + 1, rule }));
    });
    const expected = JSON.parse(readFileSync(`${SHOP}-expected.json`, 'utf8'));
    type Place = { readonly file: string | undefined; readonly line: number };
    const byPlace = (a: Place, b: Place): number =>
      (a.file ?? '') < (b.file ?? '') ? -1 : (a.file ?? '') > (b.file ?? '') ? 1 : a.line - b.line;
    expect([...found].sort(byPlace)).toEqual([...expected].sort(byPlace));
  });

  it('lists them in its README, with the rule of each', () => {
    const readme = readFileSync(join(SHOP, 'README.md'), 'utf8');
    for (const { file, line, rule } of JSON.parse(readFileSync(`${SHOP}-expected.json`, 'utf8'))) {
      const row = readme.split('\n').find(one => one.includes(file) && one.includes(rule));
      expect(row, `${file}:${line} ${rule}`).toMatch(new RegExp(`\\b${line}\\b`));
    }
  });

  it('offers for every finding that has a fix one that ends it', () => {
    for (const uri of open().files()) {
      for (const { rule, span, fixes } of open().findings(uri)) {
        for (const fix of fixes) {
          const workspace = open();
          const edited = fix.edit.edits.map(({ file, edits }) => {
            let text = workspace.textOf(file) ?? '';
            for (const edit of [...edits].sort((a, b) => b.span.start - a.span.start)) {
              text = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
            }
            return { uri: file, text };
          });
          const moved = (fix.edit.renames ?? []).flatMap(({ from, to }) => {
            const text = edited.find(one => one.uri === from)?.text ?? workspace.textOf(from);
            return [
              { uri: from, text: undefined },
              { uri: to, text },
            ];
          });
          workspace.apply([
            ...edited,
            ...moved,
            ...(fix.edit.creates ?? []).map(one => ({ uri: one.file, text: one.text })),
          ]);
          const left = workspace.findings(uri).filter(one => one.rule === rule && one.span.start === span.start);
          expect(left, `${uri} ${rule} after '${fix.title}'`).toEqual([]);
          const broken = workspace
            .files()
            .flatMap(file => workspace.findings(file).filter(one => one.rule === 'syntax-error'));
          expect(broken, `after '${fix.title}'`).toEqual([]);
        }
      }
    }
  });
});
