import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryOf, pathTo, plainValue, textAt } from '../../server/src/syntax/yaml/access.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';
import type { YamlNode } from '../../server/src/syntax/yaml/tree.ts';
import { modelNames, outline } from './outline.ts';

const rootOf = (text: string) => parseYaml(text).documents[0]?.root;
const read = (text: string) => outline(rootOf(text));
const textOfSpan = (text: string, node: YamlNode | undefined) => node && text.slice(node.span.start, node.span.end);

describe('values', () => {
  test('scalars as the core schema reads them, with their text', () => {
    const text = 'a: 1\nb: 1.10\nc: true\nd: yes\ne: \'1\'\nf: ~\ng:\nh: 2024-01-01\ni: "x\\ty"\n';
    expect(read(text)).toEqual({
      a: 1,
      b: 1.1,
      c: true,
      d: 'yes',
      e: '1',
      f: null,
      g: null,
      h: '2024-01-01',
      i: 'x\ty',
    });
    expect(textAt(rootOf(text), 'b')).toBe('1.10');
  });

  test('every value has its exact span', () => {
    const text =
      'models:\n  - name: "a"   # why\n    columns: [x, {name: y}]\n    text: |\n      one\n      two\n\nlast:\n';
    const models = entryOf(rootOf(text), 'models');
    const list = models?.value;
    expect(textOfSpan(text, list)).toBe(text.slice(text.indexOf('- name'), text.indexOf('two') + 3));
    const item = list?.kind === 'list' ? list.items[0] : undefined;
    expect(textOfSpan(text, entryOf(item, 'name')?.value)).toBe('"a"');
    expect(textOfSpan(text, entryOf(item, 'columns')?.value)).toBe('[x, {name: y}]');
    expect(textOfSpan(text, entryOf(item, 'text')?.value)).toBe('|\n      one\n      two');
    const last = entryOf(rootOf(text), 'last');
    expect(last?.value.span).toEqual({ start: text.indexOf('last:') + 5, end: text.indexOf('last:') + 5 });
    expect(text.slice(last?.key.span.start, last?.end)).toBe('last:');
  });

  test('a missing value stands behind its colon, not behind a comment', () => {
    const text = 'a:   # none\nb: 1\n';
    expect(entryOf(rootOf(text), 'a')?.value.span).toEqual({ start: 2, end: 2 });
  });

  test('offsets hold with CRLF, a byte order mark and characters outside the base plane', () => {
    const text = '\uFEFF# 🦆\r\nmodels:\r\n  - name: "🦆 ä"\r\n    x: >-\r\n      one\r\n      two\r\n    y: z\r\n';
    const { documents, problems } = parseYaml(text);
    expect(problems).toEqual([]);
    expect(outline(documents[0]?.root)).toEqual({ models: [{ name: '🦆 ä', x: 'one two', y: 'z' }] });
    const item = pathTo(documents[0]?.root, text.indexOf('z\r\n')).at(-1);
    expect(textOfSpan(text, item?.node)).toBe('z');
    expect(documents[0]?.comments).toEqual([{ span: { start: 1, end: 5 }, text: ' 🦆' }]);
  });

  test('several documents, each with its comments', () => {
    const text = 'a: 1 # x\n---\n# y\nb: 2\n';
    const { documents } = parseYaml(text);
    expect(documents.map(d => outline(d.root))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents.map(d => d.comments.map(c => c.text))).toEqual([[' x'], [' y']]);
    expect(documents.map(d => text.slice(d.span.start, d.span.end)).join('')).toBe(text);
  });

  test('no value at all', () => {
    for (const text of ['', '\n', '# only a comment', '---\n']) {
      const { documents, problems } = parseYaml(text);
      expect(documents[0]?.root).toBeUndefined();
      expect(problems).toEqual([]);
    }
  });

  test('plainValue keeps a key named __proto__ as an own key', () => {
    const plain = plainValue(rootOf('__proto__: {polluted: true}\n'));
    expect(JSON.stringify(plain)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('aliases', () => {
  test('stand for the value of their anchor, where it is written', () => {
    const text = 'a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  own: 2\n';
    expect(read(text)).toEqual({ a: { k: 1 }, b: { k: 1 }, c: { own: 2, k: 1 } });
    expect(textOfSpan(text, entryOf(rootOf(text), 'b')?.value)).toBe('{k: 1}');
    expect(entryOf(rootOf(text), 'b')?.end).toBe(text.indexOf('*x') + 2);
  });

  test('own keys win over merged ones, the first merge over later ones', () => {
    expect(read('a: &a {k: 1, l: 1}\nb: &b {k: 2, m: 2}\nc: {<<: [*a, *b], l: 3}\n')).toMatchObject({
      c: { l: 3, k: 1, m: 2 },
    });
  });

  test('unknown and self-containing aliases are problems at the alias', () => {
    const text = 'a: *nope\nb: &b [*b]\n';
    expect(parseYaml(text).problems.map(p => [text.slice(p.span.start, p.span.end), p.message])).toEqual([
      ['*nope', "No anchor '&nope' stands before this alias."],
      ['*b', "'*b' stands inside the value it names."],
    ]);
  });

  test('a bomb of aliases is cut with a plain message', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 30; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`);
    const { documents, problems } = parseYaml(lines.join('\n'));
    expect(problems[0]?.message).toMatch(/too many values/);
    expect(JSON.stringify(plainValue(documents[0]?.root)).length).toBeLessThan(2_000_000);
  });
});

describe('problems', () => {
  test('a key that stands twice keeps both entries', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    const { documents, problems } = parseYaml(text);
    expect(outline(documents[0]?.root)).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ]);
    expect(textAt(documents[0]?.root, 'a')).toBe('3');
    expect(problems).toEqual([
      { message: "'a' stands twice in this map; only the last one counts.", span: { start: 10, end: 11 } },
    ]);
  });

  test.each([
    ['models:\n\t- name: a\n', 'YAML does not allow tabs as indentation; use spaces.', '\t'],
    ['a: "x\nb: 2\n', 'A double quote is not closed.', undefined],
    ['a: [1, 2\nb: 3\n', "This '[' is not closed by ']'.", undefined],
    [
      'a: 1\n  b: 2\n',
      "A second key does not fit here: check the indentation, and quote a value that holds ': '.",
      '1',
    ],
    ['a: 1\nnam\n', "A key needs a colon: 'nam:'.", 'nam'],
    ['a: @b\n', "A value that starts with '@' needs quotes.", '@'],
  ])('%j', (text, message, at) => {
    const { problems } = parseYaml(text);
    expect(problems.map(p => p.message)).toEqual([message]);
    if (at !== undefined) expect(text.slice(problems[0]?.span.start, problems[0]?.span.end)).toBe(at);
  });

  test('lines of quotes and brackets may be indented as they like: dbt reads them', () => {
    const text =
      'models:\n  - name: a\n    description: "one\\\n    \\ two\n\n  three"\n    rows: [1,\n  2\n]\n  - name: \'b\nc\'\n';
    const { documents, problems } = parseYaml(text);
    expect(problems).toEqual([]);
    expect(outline(documents[0]?.root)).toEqual({
      models: [{ name: 'a', description: 'one two\nthree', rows: [1, 2] }, { name: 'b c' }],
    });
  });
});

test('a key that is repeated is said once', () => {
  const text = 'a:\n  b: 1\n  c: 2\n  b: 3\n  b: 4\n';
  const { problems } = parseYaml(text);
  expect(problems).toEqual([
    {
      message: "'b' stands 3 times in this map; only the last one counts.",
      span: { start: text.indexOf('b: 3'), end: text.indexOf('b: 3') + 1 },
    },
  ]);
});

describe('brackets over lines, with comments', () => {
  test('are read however they are indented, and the comments are kept', () => {
    const text =
      "vars:\n kept: 1\n ids: [ # all\n   \"a, 'b'\", # it's [one\n   c # two\r\n   # three\n]\n other: {a: [1, # x\n2], b: 3}\n last: 2 # end\n";
    const { documents, problems } = parseYaml(text);
    expect(problems).toEqual([]);
    expect(outline(documents[0]?.root)).toEqual({
      vars: { kept: 1, ids: ["a, 'b'", 'c'], other: { a: [1, 2], b: 3 }, last: 2 },
    });
    expect(documents[0]?.comments.map(({ span, text: said }) => [text.slice(span.start + 1, span.end), said])).toEqual(
      [' all', " it's [one", ' two', ' three', ' x', ' end'].map(each => [each, each]),
    );
  });
});

describe('a half-typed line costs only itself', () => {
  const before = 'version: 2\n\nmodels:\n  - name: first\n    description: one\n';
  const after = '  - name: second\n    columns:\n      - name: id\n        tests: [unique]\n  - name: third\n';

  test.each([
    ['an item', '  - na\n'],
    ['an empty item', '  -\n'],
    ['a key', '    colu\n'],
    ['a key with colon', '    columns:\n'],
    ['an indented item', '    columns:\n      - na\n'],
    ['a tab', '\tcolumns: 3\n'],
    ['a tab behind spaces', '  \tcolumns: 3\n'],
    ['too little indentation', '   columns: 3\n'],
    ['too much indentation', '     columns: 3\n'],
    ['an open double quote', '    meta: "x\n'],
    ['an open single quote', "    meta: 'x\n"],
    ['an open list', '    tags: [a, b\n'],
    ['an open map', '    meta: {a: b\n'],
    ['a colon in a value', '    meta: note: this\n'],
    ['a reserved character', '    meta: @x\n'],
    ['an open expression', '    meta: {{ var(\n'],
    ['an open tag', '    {% if\n'],
    ['a lone bracket', '    ]\n'],
    ['text at the margin', 'foo\n'],
    ['an alias', '    meta: *\n'],
    ['an anchor', '    meta: &\n'],
  ])('%s', (_, line) => {
    const { documents } = parseYaml(before + line + after);
    const names = modelNames(documents[0]?.root);
    expect(names.filter(name => ['first', 'second', 'third'].includes(name as string))).toEqual([
      'first',
      'second',
      'third',
    ]);
    expect(JSON.stringify(outline(documents[0]?.root))).toContain('{"name":"id","tests":["unique"]}');
  });

  test('the value of an open quote and of a colon in a value is kept', () => {
    const quote = parseYaml(`${before}    meta: "x\n${after}`);
    expect(JSON.stringify(outline(quote.documents[0]?.root))).toContain('"meta":"\\"x"');
    const colon = parseYaml(`${before}    meta: note: this\n${after}`);
    expect(JSON.stringify(outline(colon.documents[0]?.root))).toContain('"meta":"note: this"');
    expect(colon.problems).toHaveLength(1);
  });
});

describe('hostile text', () => {
  test.each(['[', '{', '- ', '? ', '[{', 'a: {', '- - [', '&a [', '"', '{{', '{% ', "'", '|\n', '!!a '])(
    '100,000 characters of %j',
    part => {
      const started = performance.now();
      const { documents } = parseYaml(part.repeat(100_000 / part.length));
      expect(documents.length).toBeGreaterThan(0);
      expect(performance.now() - started).toBeLessThan(8_000);
    },
  );

  test('nesting is cut with a plain message', () => {
    const { problems } = parseYaml(`${'['.repeat(1_000)}${']'.repeat(1_000)}`);
    expect(problems.map(p => p.message)).toEqual(['This is nested too deep; the values inside are left out.']);
  });

  test('a document of 5 MB', () => {
    const model = '  - name: model\n    description: "words {{ doc(\'x\') }}"\n    columns:\n      - name: id\n';
    const { documents, problems } = parseYaml(`models:\n${model.repeat(5_000_000 / model.length)}`);
    expect(problems).toEqual([]);
    expect(modelNames(documents[0]?.root).length).toBe(Math.floor(5_000_000 / model.length));
  });

  test('any text: no throw, spans inside the text, values inside their parents', () => {
    const pieces = [
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '\t',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      '{{ x }}',
      '{% if %}',
      '#',
      '&a ',
      '*a',
      '|',
      ',',
      '🦆',
      '\r\n',
      '---\n',
      '<<',
      '\\',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), parts => {
        const text = parts.join('');
        const { documents, problems } = parseYaml(text);
        for (const { span } of problems) expect(span.start >= 0 && span.end <= text.length).toBe(true);
        for (const { root } of documents) if (root) checkSpans(root, text.length);
      }),
      { numRuns: 1_500 },
    );
  });
});

function checkSpans(node: YamlNode, length: number): void {
  expect(node.span.start >= 0 && node.span.start <= node.span.end && node.span.end <= length).toBe(true);
  if (node.kind === 'list') for (const item of node.items) checkSpans(item, length);
  if (node.kind === 'map') {
    for (const entry of node.entries) {
      expect(entry.key.span.end <= entry.end).toBe(true);
      checkSpans(entry.value, length);
    }
  }
}
