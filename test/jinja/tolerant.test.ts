import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';
import { expandText, MODEL, worldsOf } from './environment.ts';
import { MACROS, SAMPLES } from './samples.ts';

/** What is said of a text, with the characters it is said of. */
function complaints(text: string): readonly (readonly [string, string])[] {
  return parseTemplate(text, MODEL).problems.map(({ message, span }) => [text.slice(span.start, span.end), message]);
}

describe('broken text', () => {
  it.each([
    ["select {{ ref('a", 'select "db"."analytics"."a"', "{{ ref('a"],
    [
      "select {{ ref('a\nfrom {{ ref('b') }} x",
      'select "db"."analytics"."a"\nfrom "db"."analytics"."b" x',
      "{{ ref('a",
    ],
    ["from {{ ref('a) }} x join {{ ref('b') }} y", 'from "db"."analytics"."a" x join "db"."analytics"."b" y', "'a"],
    ["{{ ref('a' }} x", '"db"."analytics"."a" x', ''],
    ["{{ ref('a') }\nx", '"db"."analytics"."a"\nx', '}'],
    ["{{ ref('a') %} x", '"db"."analytics"."a" x', '%}'],
    ["{{ {'a': 1 }} x", "{'a': 1} x", '}'],
    ["{{ config(\n  materialized='table',\n\nselect 1", '\n\nselect 1', "{{ config(\n  materialized='table',"],
    ['{% if true %} a', ' a', '{% if true %}'],
    ['{% if x', '', '{% if x'],
    ['{% if false %} a {% else %} b', ' a  b', '{% if false %}'],
    ['{% set x %}\nselect 1', '\nselect 1', '{% set x %}'],
    ['{% for x in y %}{% if true %}a{% endfor %}b', 'b', '{% if true %}'],
    ['{% fi x %}a', 'a', 'fi'],
    ['{% endif %}a', 'a', 'endif'],
    ['{% else %}a', 'a', 'else'],
    ['{# a\nselect 1', '\nselect 1', '{# a'],
    ['{% raw %}{{ a }}', '{{ a }}', '{% raw %}'],
    ['{{ a b }}', '', 'b'],
    ['{{ 1 + }} x', `${UNKNOWN} x`, ''],
    ['{{ x | }} y', `${UNKNOWN} y`, ''],
    ["{% import 'x' as y %}{{ y.z() }}", UNKNOWN, "{% import 'x' as y %}"],
    ['{% break %}a', '', 'break'],
  ])('%j', (text, output, marked) => {
    expect(complaints(text)[0]?.[0]).toBe(marked);
    expect(expandText(text).text).toBe(output);
  });

  it('is said in plain words', () => {
    expect(complaints("select {{ ref('a")).toEqual([
      ["{{ ref('a", "This '{{' is never closed: '}}' is missing."],
      ["'a", "This text lacks its closing '."],
    ]);
    expect(complaints('{% if x %}{% elif %}{% endfor %}{% endif %}')).toEqual([
      ['', 'An expression is expected here.'],
      ['endfor', "'endfor' closes nothing: no '{% for %}' is open here."],
    ]);
    expect(complaints('{% for x %}{% endfor %}{{ f(a, b= }}{{ [1 }}{% macro m %}{% endmacro %}')).toEqual([
      ['', "Expected 'in' and what to loop over."],
      ['', 'An expression is expected here.'],
      ['', "Expected ']' to close the list."],
      ['', "Expected '(' and the macro's arguments."],
    ]);
  });

  it('is not a long string with Jinja in it', () => {
    const text = `{{ config(post_hook='{{ expose(x = \\'["' + names | join('","') + '"]\\',
      kind = "a") }}', pre_hook="
        {{ before(" ~ 1 ~ ") }}
    ") }}select 1`;
    expect(complaints(text)).toEqual([]);
    expect(expandText(text).config.map(entry => entry.key)).toEqual(['post_hook', 'pre_hook']);
    expect(complaints("{{ '{{' }}{{ '}}' }}{{ '%}' ~ \"{%\" }}")).toEqual([]);
  });

  it('keeps its hands off what only looks like Jinja', () => {
    const text = "select '}}', '%}', { 'a': 1 }, 'a{b}c', \"#}\" -- } }";
    expect(complaints(text)).toEqual([]);
    expect(expandText(text).text).toBe(text);
  });

  it('does not end at a ruler between macros', () => {
    expect(complaints('{% ##### %}\n{% macro a() %}{% endmacro %}')).toEqual([]);
  });
});

describe('every prefix', () => {
  it.each(SAMPLES.map((sample, i) => [i, sample] as const))('of sample %i is read and expanded', (_, sample) => {
    for (let end = 0; end <= sample.length; end++) {
      const text = sample.slice(0, end);
      const parsed = parseTemplate(text, MODEL);
      for (const { span } of parsed.problems) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
      expect(parsed.value.text).toBe(text);
      const expansion = expandText(text, { macros: MACROS });
      expect(expansion.map.segments.at(-1)?.end ?? 0).toBe(expansion.text.length);
    }
  });

  it('of a whole sample is fine at its end', () => {
    for (const sample of SAMPLES) expect(parseTemplate(sample, MODEL).problems).toEqual([]);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '-',
    '+',
    "'",
    '"',
    '\\',
    '\n',
    ' ',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    '|',
    '=',
    ':',
    '~',
    '*',
    '**',
    'a',
    'if ',
    'else ',
    'endif ',
    'for ',
    'in ',
    'endfor ',
    'set ',
    'endset ',
    'macro ',
    'endmacro ',
    'call ',
    'endcall ',
    'raw ',
    'endraw ',
    'is ',
    'not ',
    '1',
    '1.5',
    'ref',
    "ref('a')",
    'loop.',
    'upper',
    'x',
    ' range(3) ',
    'do ',
    'filter ',
    'endfilter ',
  );

  it('is read and expanded', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), parts => {
        const text = parts.join('');
        const { problems } = parseTemplate(text, MODEL);
        for (const { span } of problems)
          expect(span.end <= text.length && span.start <= span.end && span.start >= 0).toBe(true);
        for (const expansion of worldsOf(text)) {
          let at = 0;
          for (const segment of expansion.map.segments) {
            expect(segment.start).toBe(at);
            at = segment.end;
            if (segment.kind === 'literal') {
              expect(text.slice(segment.source.start, segment.source.end)).toBe(
                expansion.text.slice(segment.start, segment.end),
              );
            }
          }
          expect(at).toBe(expansion.text.length);
        }
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

it('white space is what Python takes for it', () => {
  expect(complaints("{{ config({\n 'a': env_var('X')\u2029,\u00a0'b':\u3000'c'\u0085}) }}")).toEqual([]);
  expect(complaints('{{ x\u2028| upper }}')).toEqual([]);
});
