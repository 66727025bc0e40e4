/** The runner of examples has to fail where an example is wrong; it is shown that here on rules made for it. */

import { expect, it } from 'vitest';
import { type Example, parseExample } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import { defineRule, type Rule, remove, safe } from '../../server/src/rules/rule.ts';
import { writeMarks } from '../../server/src/rules/write-example.ts';
import { applyFix, differences, filesOf, findingsOf, fixNamed, marksOf } from './run-example.ts';

const SEMICOLON: Rule = {
  id: 'no-semicolons',
  topic: 'sql',
  ...defineRule({
    summary: 'A semicolon.',
    why: 'It is the one thing that this rule of a test looks for.',
    severity: 'warning',
    on: 'sql:file',
    check(file, { report }) {
      for (const at of file.semicolons) {
        report(at, 'a semicolon stands here', { fixes: [safe('Remove it', remove(at))] });
      }
    },
    examples: {},
  }),
};

/** What is found in the first file, written as marks. */
function found(source: string, rule = SEMICOLON): string {
  const example = read(source);
  const file = example.files[0];
  return file ? writeMarks(file.text, marksOf(findingsOf(rule, filesOf(example)), file)) : '';
}

function read(source: string): Example {
  const { example, problems } = parseExample(source);
  expect(problems).toEqual([]);
  return example;
}

it('writes what is found as it is marked', () => {
  const right = 'select 1;\n        ^ warning: a semicolon';
  expect(found(right)).toBe(right);
});

it('shows another place, another message, a finding too many and one too few', () => {
  expect(found('select 1;\n       ^ a semicolon')).toBe('select 1;\n        ^ a semicolon');
  expect(found('select 1;\n        ^ a comma')).toBe('select 1;\n        ^ warning: a semicolon stands here');
  expect(found('select 1;\n        ^ error: a semicolon')).toBe(
    'select 1;\n        ^ warning: a semicolon stands here',
  );
  expect(found('select 1;')).toBe('select 1;\n        ^ warning: a semicolon stands here');
  expect(found('select 1\n       ^ a semicolon')).toBe('select 1');
});

it('applies fixes and says what they change', () => {
  const example = read('//- models/a.sql\nselect 1;\n        ^ a semicolon\n//- models/b.sql\nselect 2');
  const files = filesOf(example);
  const fix = fixNamed(findingsOf(SEMICOLON, files), 'Remove it');
  const after = fix && applyFix(files, fix.edit);
  expect(after && typeof after === 'object' && [...differences(files, after)]).toEqual([
    ['models/a.sql', 'select 1\n'],
  ]);
  expect(fixNamed(findingsOf(SEMICOLON, files), 'Something else')).toBeUndefined();
});

it('refuses fixes that cannot be applied whole', () => {
  const files = new Map([['a.sql', 'select 1']]);
  const edit = (start: number, end: number) => ({ span: { start, end }, text: 'x' });
  const file = 'file:///project/a.sql';
  expect(applyFix(files, { edits: [{ file, edits: [edit(0, 5), edit(3, 6)] }] })).toContain('overlap');
  expect(applyFix(files, { edits: [{ file, edits: [edit(0, 50)] }] })).toContain('leave the file');
  expect(applyFix(files, { edits: [{ file: 'file:///project/b.sql', edits: [] }] })).toContain('does not exist');
  expect(applyFix(files, { edits: [], renames: [{ from: file, to: file }] })).toContain('over');
  expect(applyFix(files, { edits: [], creates: [{ file, text: '' }] })).toContain('overwrites');
});

it('runs the rules that comments of the example silence', () => {
  const unused = RULES.find(rule => rule.id === 'unused-suppression');
  expect(unused).toBeDefined();
  const needless =
    'select 1 -- grainline-ignore: trailing-semicolon\n         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ silences nothing';
  expect(found(needless, unused)).toBe(needless);
  const needed = 'select 1; -- grainline-ignore: trailing-semicolon';
  expect(found(needed, unused)).toBe(needed);
});
