import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/base/edit.ts';
import { ignoreHere } from '../../server/src/lsp/ignore-here.ts';

/** The text after ignoring `rule` at `|`. */
function ignored(marked: string, uri = 'file:///a.sql'): { scope: string; text: string } | undefined {
  const offset = marked.lastIndexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const ignoring = ignoreHere(uri, text, offset, 'new-rule');
  return ignoring && { scope: ignoring.scope, text: applyEdits(text, [ignoring.edit]) ?? 'edit does not apply' };
}

const above = (text: string) => ({ scope: 'line', text });
const onTop = (text: string) => ({ scope: 'file', text });

describe('the comment that ignores a rule in SQL', () => {
  it('stands above, with the indentation of the line', () => {
    expect(ignored('select 1\n\twhere |a')).toEqual(above('select 1\n\t-- grainline-ignore: new-rule\n\twhere a'));
    expect(ignored('|a')).toEqual(above('-- grainline-ignore: new-rule\na'));
    expect(ignored('\uFEFF|a')).toEqual(above('\uFEFF-- grainline-ignore: new-rule\na'));
    expect(ignored("select '{' || '%' -- it's\n|a")).toEqual(
      above("select '{' || '%' -- it's\n-- grainline-ignore: new-rule\na"),
    );
  });

  it('joins one that is there, before its reason', () => {
    expect(ignored('-- grainline-ignore: one, two -- why\n|a')).toEqual(
      above('-- grainline-ignore: one, two, new-rule -- why\na'),
    );
    expect(ignored('|a -- grainline-ignore: one\n')).toEqual(above('a -- grainline-ignore: one, new-rule\n'));
    expect(ignored('{# grainline-ignore: one #}\n|a')).toEqual(above('{# grainline-ignore: one, new-rule #}\na'));
    expect(ignored('b -- grainline-ignore: one\n|a')).toEqual(
      above('b -- grainline-ignore: one\n-- grainline-ignore: new-rule\na'),
    );
    expect(ignored('-- grainline-ignore-file: one\n|a')).toEqual(
      above('-- grainline-ignore-file: one\n-- grainline-ignore: new-rule\na'),
    );
  });

  it('is one of Jinja where a line of SQL would change what is written', () => {
    expect(ignored('select 1\n  {%- if |a %}')).toEqual(
      above('select 1\n  {# grainline-ignore: new-rule #}\n  {%- if a %}'),
    );
    expect(ignored('{% macro m() %}\n  |a\n{% endmacro %}')).toEqual(
      above('{% macro m() %}\n  {# grainline-ignore: new-rule #}\n  a\n{% endmacro %}'),
    );
    expect(ignored('{% macro m() %}{% endmacro %}\n|a')).toEqual(
      above('{% macro m() %}{% endmacro %}\n-- grainline-ignore: new-rule\na'),
    );
  });

  it.each([
    ['a Jinja expression', '{{ config(\n  |a\n) }}'],
    ['a Jinja statement', '{% set x = [\n  |a\n] %}'],
    ['a block comment', '/*\n|a */'],
    ['a text', "select 'one\n|a'"],
    ['a dollar text', 'select $$\n|a$$'],
    ['a Jinja comment', '{# \n |a #}'],
  ])('is of the whole file inside of %s', (_, marked) => {
    expect(ignored(marked)).toEqual(onTop(`-- grainline-ignore-file: new-rule\n${marked.replace('|', '')}`));
  });

  it('of the whole file joins one that is there', () => {
    expect(ignored('-- grainline-ignore-file: one\n/*\n|a */')).toEqual(
      onTop('-- grainline-ignore-file: one, new-rule\n/*\na */'),
    );
  });

  it('keeps line breaks', () => {
    expect(ignored('a\r\n|b')).toEqual(above('a\r\n-- grainline-ignore: new-rule\r\nb'));
  });
});

describe('the comment that ignores a rule in YAML', () => {
  const yaml = (marked: string) => ignored(marked, 'file:///a.yml');

  it('stands above, or joins', () => {
    expect(yaml('a:\n  - |b: 1\n')).toEqual(above('a:\n  # grainline-ignore: new-rule\n  - b: 1\n'));
    expect(yaml('a: |1 # grainline-ignore: one\n')).toEqual(above('a: 1 # grainline-ignore: one, new-rule\n'));
  });

  it('is of the whole file inside of a text of several lines', () => {
    expect(yaml('a: >\n  one\n|b: 1\n')?.scope).toBe('line');
    expect(ignoreHere('file:///a.yml', 'a: >\n  one\n  two\n', 13, 'new-rule')).toEqual({
      scope: 'file',
      edit: { span: { start: 0, end: 0 }, text: '# grainline-ignore-file: new-rule\n' },
    });
    expect(yaml('a: "one\n  |two"\n')?.scope).toBe('file');
  });
});

it('files without comments have no such comment', () => {
  expect(ignoreHere('file:///seeds/a.csv', 'a,b', 0, 'x')).toBeUndefined();
});
