/**
 * Invariant: findings after an edit are those of a project that was opened as it is now. Tried on the examples of all rules:
 * what one of their files says is taken away, and put back.
 */

import { expect, test } from 'vitest';
import type { Workspace } from '../../server/src/analysis/workspace.ts';
import { joinUri } from '../../server/src/base/uri.ts';
import { parseExample } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { filesOf, openWith, ROOT } from './run-example.ts';

function shown(workspace: Workspace): readonly string[] {
  return workspace
    .files()
    .toSorted()
    .flatMap(uri =>
      workspace.findings(uri).map(({ file, span, rule, message }) => JSON.stringify([file, span, rule, message])),
    );
}

const edited = RULES.flatMap(rule => {
  const examples = Object.entries(rule.examples).map(([name, text]) => [name, parseExample(text).example] as const);
  // What stood on the branch is kept as it was when the project was opened: an edit is then a change against it.
  const alone = examples.filter(([, example]) => example.before.length === 0);
  const edits = alone.flatMap(([name, example]) =>
    [...filesOf(example).keys()].map(path => [name, path, filesOf(example)] as const),
  );
  return edits.length > 0 ? [{ id: rule.id, rule, edits }] : [];
});

test.each(edited)('$id says after an edit what it says of the project as it is', ({ rule, edits }) => {
  for (const [name, path, files] of edits) {
    const uri = joinUri(ROOT, path);
    const whole = files.get(path) ?? '';
    const without = new Map([...files, [path, '']]);
    const workspace = openWith(rule, files);
    const first = shown(workspace);
    workspace.apply([{ uri, text: '' }]);
    expect(shown(workspace), `${name}: without ${path}`).toEqual(shown(openWith(rule, without)));
    workspace.apply([{ uri, text: whole }]);
    expect(shown(workspace), `${name}: with ${path} again`).toEqual(first);
  }
});
