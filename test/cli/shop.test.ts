/** The example project: exactly its planted defects are found, and mending what can be mended safely leaves the rest. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileChange, Fix } from '../../server/src/analysis/results.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { applyEdits } from '../../server/src/base/edit.ts';
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
    const workspace = open();
    const asWritten = loadFolderSync(SHOP).files;
    const all = workspace.files().flatMap(uri => workspace.findings(uri).map(finding => ({ uri, ...finding })));
    for (const { uri, rule, span, fixes } of all) {
      for (const fix of fixes) {
        const changes = changesOf(fix, workspace);
        workspace.apply(changes);
        const left = workspace.findings(uri).filter(one => one.rule === rule && one.span.start === span.start);
        expect(left, `${uri} ${rule} after '${fix.title}'`).toEqual([]);
        const touched = changes.filter(one => one.text !== undefined).map(one => one.uri);
        const broken = touched.flatMap(file => workspace.findings(file).filter(one => one.rule === 'syntax-error'));
        expect(broken, `after '${fix.title}'`).toEqual([]);
        workspace.apply(
          changes.map(one => ({ uri: one.uri, text: asWritten.find(file => file.uri === one.uri)?.text })),
        );
      }
    }
  });
});

function changesOf({ edit }: Fix, workspace: Workspace): readonly FileChange[] {
  const edited = edit.edits.map(({ file, edits }) => ({
    uri: file,
    text: applyEdits(workspace.textOf(file) ?? '', edits) ?? '',
  }));
  const moved = (edit.renames ?? []).flatMap(({ from, to }) => {
    const text = edited.find(one => one.uri === from)?.text ?? workspace.textOf(from);
    return [
      { uri: from, text: undefined },
      { uri: to, text },
    ];
  });
  return [...edited, ...moved, ...(edit.creates ?? []).map(one => ({ uri: one.file, text: one.text }))];
}
