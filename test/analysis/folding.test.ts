/** Folding: blocks of Jinja and indentation, nested and never crossing. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsOf } from '../../server/src/analysis/folding.ts';

/** Ranges as `first-last`, lines counted from 1 as people do; comments with a #. */
function folds(text: string): readonly string[] | undefined {
  return foldsOf(text)?.map(fold => `${fold.startLine + 1}-${fold.endLine + 1}${fold.isComment ? '#' : ''}`);
}

describe('folding', () => {
  it('folds blocks whose body is not indented, and leaves their end in sight', () => {
    const text = `{% snapshot prices %}

{{
    config(
        strategy='check'
    )
}}

select *
from a

{% endsnapshot %}`;
    expect(folds(text)).toEqual(['1-11', '3-6', '4-5']);
  });

  it('folds each branch, and blocks in blocks', () => {
    const text = `{% macro a() %}
{% if b %}
select 1
{% elif c %}
select 2
{% else %}
{% for d in e %}
select 3
{% endfor %}
{% endif %}
{% endmacro %}`;
    expect(folds(text)).toEqual(['1-10', '2-3', '4-5', '6-9', '7-8']);
  });

  it('folds comments, set blocks and lists over lines, and no set of one line', () => {
    const text = `{# one
two #}
{% set a = [
    1,
    2
] %}
{% set b %}
select 1
{% endset %}
{% set c = 1 %}
select 2`;
    expect(folds(text)).toEqual(['1-2#', '3-5', '7-8']);
  });

  it('keeps what an editor folds by indentation beside it', () => {
    const text = `with

a as (

    select
        b
    from c
    {% if is_incremental() %}
    where d
    {% endif %}

)

select * from a`;
    expect(folds(text)).toEqual(['3-11', '5-6', '8-9']);
  });

  it('leaves files without Jinja over lines to the editor', () => {
    expect(folds('select\n    a\nfrom b')).toBeUndefined();
    expect(folds("select\n    a\nfrom {{ ref('b') }}")).toBeUndefined();
    expect(folds('{% if a %}select 1{% endif %}')).toBeUndefined();
  });

  it('takes what is not closed, or closed without a beginning, for what it is', () => {
    expect(folds('{% endif %}\n{% if a %}\nselect 1\n{% macro b() %}\nselect 2\n{% endmacro %}')).toEqual(['4-5']);
    expect(folds('{% if a %}\n{% for b in c %}\nselect 1\n{% endif %}')).toEqual(['1-3']);
  });

  it('drops an indentation that would cross a block', () => {
    const text = '{% if a %}\nselect\n    1,\n{% else %}\nselect\n    2,\n    {% endif %}\n    3';
    const found = foldsOf(text) ?? [];
    expect(folds(text)).toEqual(['1-3', '2-3', '4-6']);
    expect(found.length).toBe(3);
  });

  it('never crosses, whatever the text', () => {
    const part = fc.constantFrom(
      '{% if a %}',
      '{% else %}',
      '{% endif %}',
      '{% for a in b %}',
      '{% endfor %}',
      '{% macro a() %}',
      '{% endmacro %}',
      '{{ a(',
      ') }}',
      '{# a',
      '#}',
      'select',
      '',
    );
    const line = fc.tuple(fc.constantFrom('', '', '  ', '    ', '\t'), fc.array(part, { maxLength: 2 }));
    let folded = 0;
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 20, maxLength: 40, size: 'max' }),
        fc.constantFrom('\n', '\r\n'),
        (parts, end) => {
          const text = parts.map(([indent, words]) => indent + words.join('')).join(end);
          const all = foldsOf(text) ?? [];
          folded += all.length;
          const count = text.split(/\r\n|\n/).length;
          for (const [index, fold] of all.entries()) {
            expect(fold.endLine).toBeGreaterThan(fold.startLine);
            expect(fold.endLine).toBeLessThan(count);
            for (const other of all.slice(index + 1)) {
              expect(other.startLine).toBeGreaterThan(fold.startLine);
              expect(other.startLine > fold.endLine || other.endLine <= fold.endLine).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(folded).toBeGreaterThan(1000);
  });
});
