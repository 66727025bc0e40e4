import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/base/edit.ts';
import { turnOff } from '../../server/src/lsp/turn-off.ts';

function off(text: string): string | undefined {
  const edits = turnOff(text, 'select-star');
  return edits && applyEdits(text, edits);
}

describe('turning a rule off in grainline.yml', () => {
  it.each([
    ['an empty file', '', 'rules:\n  select-star: off\n'],
    ['only comments', '# nothing yet', '# nothing yet\nrules:\n  select-star: off\n'],
    ['no rules yet', 'extends: [kimball]\n', 'extends: [kimball]\nrules:\n  select-star: off\n'],
    ['line breaks of Windows', 'extends: [kimball]', 'extends: [kimball]\nrules:\n  select-star: off\n'],
    ['an empty key', 'rules:\nother: 1\n', 'rules:\n  select-star: off\nother: 1\n'],
    [
      'other rules',
      'rules:\n    a: off # why\n\nother: 1\n',
      'rules:\n    a: off # why\n    select-star: off\n\nother: 1\n',
    ],
    ['a rule that is on', 'rules:\n  select-star: error # why\n', 'rules:\n  select-star: off # why\n'],
    ['a rule without a value', 'rules:\n  select-star:\n', 'rules:\n  select-star: off\n'],
    [
      'a rule with options',
      'rules:\n  select-star:\n    allow: [a]\n',
      'rules:\n  select-star:\n    allow: [a]\n    severity: off\n',
    ],
    [
      'a rule with a severity',
      'rules:\n  select-star: { severity: error }\n',
      'rules:\n  select-star: { severity: off }\n',
    ],
    [
      'a rule with a list',
      'rules:\n  select-star: [error, { allow: [a] }]\n',
      'rules:\n  select-star: [off, { allow: [a] }]\n',
    ],
    ['braces', 'rules: { a: off }\n', 'rules: { a: off, select-star: off }\n'],
    ['empty braces', 'rules: {}\n', 'rules: {select-star: off}\n'],
  ])('with %s', (_, before, after) => {
    expect(off(before)).toBe(after);
  });

  it('keeps line breaks of Windows', () => {
    expect(off('rules:\r\n  a: off\r\n')).toBe('rules:\r\n  a: off\r\n  select-star: off\r\n');
  });

  it.each(['rules: [a]\n', '- a\n', 'rules: nonsense\n', 'rules: {\n', 'a: "\n'])('does not guess in %j', before => {
    expect(off(before)).toBeUndefined();
  });
});
