import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/base/edit.ts';
import { diffTexts } from '../../server/src/base/text-diff.ts';

describe('the edits between two texts', () => {
  it('touch only lines that differ', () => {
    expect(diffTexts('a\nb\nc\nd\n', 'a\nB\nc\nd\ne\n')).toEqual([
      { span: { start: 2, end: 4 }, text: 'B\n' },
      { span: { start: 8, end: 8 }, text: 'e\n' },
    ]);
    expect(diffTexts('same', 'same')).toEqual([]);
    expect(diffTexts('', 'a')).toEqual([{ span: { start: 0, end: 0 }, text: 'a' }]);
  });

  it('make the second of the first', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r', 'x\n'), { maxLength: 30 })
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applyEdits(before, diffTexts(before, after))).toBe(after);
      }),
    );
  });

  it('of texts too large to compare are one replacement', () => {
    const before = Array.from({ length: 3000 }, (_, i) => `a${i}\n`).join('');
    const after = Array.from({ length: 3000 }, (_, i) => `b${i}\n`).join('');
    expect(diffTexts(before, after)).toEqual([{ span: { start: 0, end: before.length }, text: after }]);
  });
});
