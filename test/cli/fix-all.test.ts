import { describe, expect, it } from 'vitest';
import { fixAll } from '../../server/src/analysis/fix-all.ts';
import type { Analysis, Finding, Fix } from '../../server/src/analysis/results.ts';

const URI = 'file:///a.sql';

/** An analysis whose findings are a function of the text. */
function analysisOf(
  text: string,
  find: (text: string) => readonly Finding[],
): Analysis & { text: string; calls: number } {
  const analysis = {
    text,
    calls: 0,
    apply(changes: readonly { uri: string; text: string | undefined }[]) {
      for (const change of changes) analysis.text = change.text ?? '';
    },
    findings() {
      analysis.calls += 1;
      return find(analysis.text);
    },
    textOf: (uri: string) => (uri === URI ? analysis.text : undefined),
  };
  return analysis as unknown as Analysis & { text: string; calls: number };
}

/** A finding for each match, with a fix that writes something else there. */
function finds(pattern: RegExp, by: string, more: Partial<Finding> = {}, fix: Partial<Fix> = {}) {
  return (text: string): readonly Finding[] =>
    [...text.matchAll(pattern)].map(match => {
      const span = { start: match.index, end: match.index + match[0].length };
      return {
        file: URI,
        span,
        rule: 'a-rule',
        severity: 'warning',
        message: 'wrong',
        related: [],
        fixes: [
          { title: 'Write it', safe: true, edit: { edits: [{ file: URI, edits: [{ span, text: by }] }] }, ...fix },
        ],
        ...more,
      };
    });
}

describe('fixAll', () => {
  it('applies all fixes and leaves the workspace as it was', () => {
    const analysis = analysisOf('a b a', finds(/a/g, 'x'));
    expect(fixAll(analysis, URI)).toEqual({ text: 'x b x', applied: 2 });
    expect(analysis.text).toBe('a b a');
  });

  it('says when there is nothing to do', () => {
    expect(fixAll(analysisOf('b', finds(/a/g, 'x')), URI)).toBeUndefined();
    expect(fixAll(analysisOf('a', finds(/a/g, 'x')), 'file:///unknown.sql')).toBeUndefined();
  });

  it('follows fixes that uncover others', () => {
    const analysis = analysisOf('a', text => [...finds(/a/g, 'b')(text), ...finds(/b/g, 'c')(text)]);
    expect(fixAll(analysis, URI)).toEqual({ text: 'c', applied: 2 });
  });

  it('applies overlapping fixes in turn, not into each other', () => {
    const analysis = analysisOf('aaa', finds(/a(?=a)|aa/g, ''));
    expect(fixAll(analysis, URI)?.text).toBe('a');
    const nested = analysisOf('(ab)', text => [...finds(/\(ab\)/g, 'ab')(text), ...finds(/b/g, 'c')(text)]);
    expect(fixAll(nested, URI)).toEqual({ text: 'ac', applied: 2 });
  });

  it('ends when two rules disagree', () => {
    const analysis = analysisOf('a', text => [...finds(/a/g, 'b')(text), ...finds(/b/g, 'a')(text)]);
    expect(fixAll(analysis, URI)?.text).toBe('b');
    const growing = analysisOf('a', finds(/a$/g, 'aa'));
    expect(fixAll(growing, URI)?.text).toHaveLength(11);
    expect(growing.text).toBe('a');
  });

  it('takes suggestions only when told, and one of them', () => {
    const suggestions = finds(/a/g, 'x', {}, { safe: false });
    expect(fixAll(analysisOf('a', suggestions), URI)).toBeUndefined();
    expect(fixAll(analysisOf('a', suggestions), URI, { unsafe: true })).toEqual({ text: 'x', applied: 1 });
  });

  it('takes the fixes of one rule when told', () => {
    const analysis = analysisOf('ab', text => [
      ...finds(/a/g, 'x')(text),
      ...finds(/b/g, 'y', { rule: 'other' })(text),
    ]);
    expect(fixAll(analysis, URI, { rule: 'other' })).toEqual({ text: 'ay', applied: 1 });
  });

  it('leaves alone what changes other files', () => {
    const edit = { edits: [{ file: 'file:///b.sql', edits: [] }] };
    expect(fixAll(analysisOf('a', finds(/a/g, 'x', {}, { edit })), URI)).toBeUndefined();
    const renames = { edits: [], renames: [{ from: URI, to: 'file:///b.sql' }] };
    expect(fixAll(analysisOf('a', finds(/a/g, 'x', {}, { edit: renames })), URI)).toBeUndefined();
  });

  it('drops a fix that would break the file and keeps the others', () => {
    const broken: Finding[] = finds(/^/g, '', { rule: 'syntax-error' })('').map(each => ({ ...each, fixes: [] }));
    const analysis = analysisOf('a b', text => [
      ...finds(/a/g, 'x')(text),
      ...finds(/b/g, '!')(text),
      ...(text.includes('!') ? broken : []),
    ]);
    expect(fixAll(analysis, URI)).toEqual({ text: 'x b', applied: 1 });
    expect(analysis.text).toBe('a b');
  });

  it('writes the line ends that the file has', () => {
    expect(fixAll(analysisOf('a\r\nb', finds(/a/g, 'x\ny')), URI)?.text).toBe('x\r\ny\r\nb');
    expect(fixAll(analysisOf('a\nb', finds(/a/g, 'x\ny')), URI)?.text).toBe('x\ny\nb');
  });
});
