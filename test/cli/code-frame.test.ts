import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../server/src/base/line-index.ts';
import { cellsOf, harmless } from '../../server/src/cli/report/cells.ts';
import { codeFrame } from '../../server/src/cli/report/code-frame.ts';
import { PLAIN } from '../../server/src/cli/style.ts';

/** The frame of what stands between « and », as one text. */
function frame(marked: string, width = 100): string {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  const text = marked.replace('«', '').replace('»', '');
  const lines = codeFrame(text, new LineIndex(text), { start, end }, { width, paint: PLAIN, color: 'red' });
  return lines.join('\n');
}

describe('one line', () => {
  it('is underlined where the finding stands', () => {
    expect(frame('with a as (\n  select «*» from b\n)')).toBe('2 │   select * from b\n  │          ^');
  });

  it('is the same with Windows line ends, and with lone carriage returns', () => {
    expect(frame('with a as (\r\n  select «*» from b\r\n)')).toBe('2 │   select * from b\n  │          ^');
    expect(frame('with a as (\r  select «*» from b\r)')).toBe('2 │   select * from b\n  │          ^');
  });

  it('marks one place for a finding without length', () => {
    expect(frame('select 1«»')).toBe('1 │ select 1\n  │         ^');
    expect(frame('«»')).toBe('1 │\n  │ ^');
  });

  it('counts a tab as far as the terminal does', () => {
    expect(frame('a\t«b»\tc')).toBe('1 │ a   b   c\n  │     ^');
    expect(frame('\t\t«bc»')).toBe('1 │         bc\n  │         ^^');
  });

  it('counts wide characters twice and combining ones not at all', () => {
    expect(frame("'顧客' as «id»")).toBe(`1 │ '顧客' as id\n  │ ${' '.repeat(10)}^^`);
    expect(frame("'👩‍👧 🇩🇪' as «id»")).toBe(`1 │ '👩‍👧 🇩🇪' as id\n  │ ${' '.repeat(11)}^^`);
    expect(frame("'e\u0301te\u0301' as «id»")).toBe(`1 │ 'e\u0301te\u0301' as id\n  │ ${' '.repeat(9)}^^`);
    expect(frame('«😀» as x')).toBe('1 │ 😀 as x\n  │ ^^');
  });

  it('shows escape sequences instead of obeying them', () => {
    const shown = frame("'\u001B[31m\u009B2J\u202E' as «x»");
    expect(shown).toBe(`1 │ '·[31m·2J·' as x\n  │ ${' '.repeat(15)}^`);
  });
});

describe('a long line', () => {
  const long = `select ${Array.from({ length: 80 }, (_, i) => `column_${i}`).join(', ')} from t`;

  it('is cut around the finding', () => {
    for (const name of ['column_0,', 'column_40,', 'column_79 ', 'select', 'from t']) {
      const word = name.replace(/[, ]$/, '');
      const at = long.indexOf(name);
      const shown = frame(`${long.slice(0, at)}«${word}»${long.slice(at + word.length)}`, 80);
      const [line = '', underline = ''] = shown.split('\n');
      expect(line.length).toBeLessThanOrEqual(80);
      expect(underline.length).toBeLessThanOrEqual(80);
      const from = underline.indexOf('^');
      expect(line.slice(from, underline.length)).toBe(word);
      expect(line).toMatch(/…/);
    }
  });

  it('is cut when the finding itself is too long', () => {
    const [line = '', underline = ''] = frame(`x, «${long}», y`, 60).split('\n');
    expect(line.length).toBeLessThanOrEqual(60);
    expect(underline).toMatch(/^ {2}│ {2}\^+$|^ {2}│ +\^+$/);
    expect(line.slice(underline.indexOf('^'))).toMatch(/^select column_0/);
    expect(line).toMatch(/…$/);
  });

  it('of a megabyte takes no time', () => {
    const start = performance.now();
    const many = 'あ, '.repeat(300_000);
    const [line = '', underline = ''] = frame(`${many}«here», ${many}`, 100).split('\n');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(line).toContain('here');
    expect(line.startsWith('1 │ …') && line.endsWith('…')).toBe(true);
    const marked = underline.indexOf('^');
    const cells = cellsOf(line.slice(0, line.indexOf('here')));
    expect(cells.reduce((sum, cell) => sum + cell.width, 0)).toBe(marked);
  });
});

describe('several lines', () => {
  it('are all underlined when they are few', () => {
    expect(frame('a (\n  «b\n    c\n  )» d')).toBe(
      ['2 │   b', '  │   ^', '3 │     c', '  │     ^', '4 │   ) d', '  │   ^'].join('\n'),
    );
  });

  it('leave out their middle when they are many', () => {
    const shown = frame(`«(\n${'  x\n'.repeat(20)})» y`).split('\n');
    expect(shown).toEqual([' 1 │ (', '   │ ^', ' 2 │   x', '   │   ^', '   ⋮', '22 │ ) y', '   │ ^']);
  });

  it('end with the line before when nothing of the next is meant', () => {
    expect(frame('a\n«b\n»c')).toBe('2 │ b\n  │ ^');
  });
});

it('keeps messages on one line and harmless', () => {
  expect(harmless('a\r\n\tb\u001B]0;title\u0007')).toBe('a b·]0;title·');
});
