import { describe, expect, test } from 'vitest';
import { entryOf } from '../../server/src/syntax/yaml/access.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import { outline } from './outline.ts';

function read(text: string): unknown {
  const { documents, problems } = parseYaml(text);
  expect(problems).toEqual([]);
  return outline(documents[0]?.root);
}

describe('Jinja outside quotes is a value', () => {
  test.each([
    ["a: {{ var('x') }}\nb: 1\n", { a: "{{ var('x') }}", b: 1 }],
    ["a: pre_{{ var('x: y') }}_post # c\nb: 1\n", { a: "pre_{{ var('x: y') }}_post", b: 1 }],
    ['- {{ a }}\n- x {{ b }} y\n', ['{{ a }}', 'x {{ b }} y']],
    ["a: [{{ x('[') }}, b, {c: {{ d }}}]\n", { a: ["{{ x('[') }}", 'b', { c: '{{ d }}' }] }],
    ["a: {{ var(\n  'x'\n) }}\nb: 1\n", { a: "{{ var( 'x' ) }}", b: 1 }],
    ['a:\n  {{ x }}\nb: 1\n', { a: '{{ x }}', b: 1 }],
    ['{{ name }}: 1\n', { '{{ name }}': 1 }],
    ["a: {{ x # y }}\nb: '{{ z }}'\n", { a: '{{ x # y }}', b: '{{ z }}' }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('is known to be Jinja, in quotes and blocks too', () => {
    const text = 'a: {{ x }}\nb: "{{ x }}"\nc: |\n  {% if y %}\nd: {x: y}\ne: plain\n';
    const root = parseYaml(text).documents[0]?.root;
    const flags = ['a', 'b', 'c', 'e'].map(key => {
      const value = entryOf(root, key)?.value;
      return value?.kind === 'scalar' && value.hasJinja;
    });
    expect(flags).toEqual([true, true, true, false]);
  });

  test('tags alone on their line leave both branches', () => {
    const text =
      "models:\n{% if var('x') %}\n  - name: a\n{% else %}\n  - name: b\n{% endif %}\n{# note: #}\nother: 1\n";
    expect(read(text)).toEqual({ models: [{ name: 'a' }, { name: 'b' }], other: 1 });
  });

  test('keys of both branches are no duplicates', () => {
    expect(read('{% if x %}\na: 1\n{% else %}\na: 2\n{% endif %}\n')).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
  });
});

describe('Jinja that YAML reads anyway is left alone', () => {
  test.each([
    ["a: '{{ var(''x'') }}'\n", { a: "{{ var('x') }}" }],
    ['a: "{{ var(\\"x\\") }}"\n', { a: '{{ var("x") }}' }],
    ['a: |\n  {{ x }}\n   {% if y: %}\n  # z\nb: 1\n', { a: '{{ x }}\n {% if y: %}\n# z\n', b: 1 }],
    ['- a: >\n    {{ x }}\n  b: {{ y }}\n', [{ a: '{{ x }}\n', b: '{{ y }}' }]],
    ['- |\n  {{ x }}\n- b\n', ['{{ x }}\n', 'b']],
    ['a: 1 # {{ not: this\nb: 2\n', { a: 1, b: 2 }],
    ['a: { b: c }\nd: {e: {f: g}}\n', { a: { b: 'c' }, d: { e: { f: 'g' } } }],
    ["a: it's {{ x }}\nb: 'y'\n", { a: "it's {{ x }}", b: 'y' }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});
