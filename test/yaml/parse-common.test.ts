import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommon } from '../../server/src/syntax/yaml/parse-common.ts';
import { parseWithPackage, parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const FILE = `version: 2

# Marts.
models:
  - name: fct_orders   # the fact
    description: >
      One row
      per order.

      Since 2020.
    config: {materialized: table, tags: ["a", 'b''c'], meta: {}}
    columns: &columns # used again
      - name: order_id
        description: "The \\"key\\"\\n"
        data_tests: [unique, not_null]
      - name: amount
        quote: true
        description: goes on
          over lines

          and on
            - and on
        meta:
        precision: 1.10
        text: |-
          a: b

            c
  - name: copy
    columns: *columns
  -
    name: last
    folded: >
      one
      two

        deeper

        still

      three
       four
    long: "over
      lines,   \\
      in one\\ \\
      \\ word

      and on"
    single: 'it''s

      long'
    values: [ # all of them
      'placed', returned,   # and back

      {a: 1, b: [x,
        y]}, "to\\
        \\ gether",
      ]
    anchored: &list
    - unique
    again: *list
    rows:
    - 1
    - -2.5
    - - x
      - 1e3
`;

test('an ordinary file is read the short way, as the package reads it', () => {
  expect(parseCommon(FILE)).toBeDefined();
  expect(parseYaml(FILE)).toEqual(parseWithPackage(FILE));
  const windows = FILE.replaceAll('\n', '\r\n');
  expect(parseCommon(windows)).toBeDefined();
  expect(parseYaml(windows)).toEqual(parseWithPackage(windows));
});

describe('every beginning of a file is read as the package reads it', () => {
  test('cut anywhere', () => {
    let read = 0;
    for (let end = 0; end <= FILE.length; end++) {
      const text = FILE.slice(0, end);
      if (parseCommon(text) === undefined) continue;
      read++;
      expect(parseYaml(text)).toEqual(parseWithPackage(text));
    }
    expect(read).toBeGreaterThan(FILE.length / 3);
  });
});

/** Between a key or dash and its scalar, the package takes a comment at that column or left of it for the end of all indentation. */
const MISREAD = /[:-](?:\s|&\w+|#.*)*\n *#/;

function expectAlike(text: string): void {
  if (!MISREAD.test(text)) expect(parseYaml(text)).toEqual(parseWithPackage(text));
}

test('a comment does not change how deep the value behind it stands', () => {
  const [document] = parseYaml('a:\n  - \n  # note\n    x\n  - 1\n').documents;
  const { root } = document ?? {};
  const list = root?.kind === 'map' ? root.entries[0]?.value : undefined;
  expect(list?.kind === 'list' ? list.items.map(item => item.kind === 'scalar' && item.value) : undefined).toEqual([
    'x',
    1,
  ]);
});

test.each([
  'a: {{ x }}\n',
  'a: "one\ntwo"\n',
  'a: "one\n  {{ two }}"\n',
  'a: "one\n  two": 3\n',
  'a: [1,\n2]\n',
  'a: [1\n  2]\n',
  'a: {b\n  : 2}\n',
  'a: !tag b\n',
  '? a\n',
  'a: 1\n---\nb: 2\n',
  '\ta: 1\n',
  'a: b: c\n',
  'a: 1\n  b: 2\n',
  'a: *x\n',
  'a: &x [*x]\n',
  '&x\n&y\na: 1\n',
  'a: |2\n    b\n',
  'colu\nb: 1\n',
  '{{ a }}: 1\n',
  'a: @b\n',
  'a: "\\q"\n',
  'a: "b" c\n',
  'a: 0x1F\n',
])('%j is left to the package', text => {
  expect(parseCommon(text)).toBeUndefined();
});

test('whatever it reads, the package reads alike', () => {
  const line = fc
    .tuple(
      fc.constantFrom('', '  ', '    ', '      ', ' '),
      fc.constantFrom('', '', '- ', '- - ', '-'),
      fc.constantFrom('a: ', 'b:', '"c": ', 'd : ', '<<: ', '', 'e-f: ', '1: '),
      fc.constantFrom(
        '',
        'x',
        '1',
        '-1.50',
        'true',
        '~',
        '"q\\"r"',
        "'s''t'",
        '[u, {v: w}, "x"]',
        '{y: [1, -2], z: }',
        '[]',
        '{}',
        '|',
        '>-',
        '&n',
        '&n # y',
        '&m v',
        '*n',
        '*m',
        'two words',
        'x #y',
        'http://z:1',
        "it's",
        'ends:',
        'é🦆 ü',
        '1e5',
        '0o17',
        '.5',
        '-',
        '- x',
        '{{ j }}',
        '"{{ j }}"',
        '"open',
        'shut"',
        "'open ",
        "shut'",
        'o\\',
        '\\ p\\\\"',
        '[g,',
        '[{h: 1},',
        'k]',
        '"l", m],',
        '{n: o,',
        'p: q}',
        ']',
        '>',
      ),
      fc.constantFrom('', '', '', ' # note', ' ', '#'),
    )
    .map(parts => parts.join(''));
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 7 }), fc.constantFrom('\n', '\r\n'), (lines, lineBreak) => {
      const text = lines.join(lineBreak);
      if (parseCommon(text) === undefined) return;
      read++;
      expectAlike(text);
    }),
    { numRuns: 15_000 },
  );
  expect(read).toBeGreaterThan(400);
});

test('values over lines are read as the package reads them', () => {
  const made = (parts: readonly string[]) =>
    fc.array(fc.constantFrom(...parts), { maxLength: 14 }).map(each => each.join(''));
  const breaks = ['\n', '\n    ', '\n      ', '\n  ', '\r\n    ', '\n    - '];
  const value = fc.oneof(
    made(['x', 'y ', '  ', "'", '\\"', '\\n', '\\\n    ', '\\\r\n   ', '\\ ', '#', ' # ', ': ', ...breaks]).map(
      each => `"${each}"`,
    ),
    made(['x', 'y ', '  ', "''", '"', '\\', '#', ' # ', ': ', ...breaks]).map(each => `'${each}'`),
    made([
      '[',
      ']',
      '{',
      '}',
      ',',
      'x',
      'y z',
      ' ',
      '"q"',
      "'s'",
      'k: ',
      ' # c\n    ',
      '-1',
      '\n\n    ',
      ...breaks,
    ]).map(each => `[${each}]`),
    made(['k: ', '"n": ', 'x', '1', '[a,\n    b]', ', ', ',\n    ', '\n    ', ' # c\n    ']).map(each => `{${each}}`),
    made(['x', ' y', ' - ', ': ', '#', ...breaks]),
    made(['\n    x', '\n      y', '\n     z w ', '\n', '\n        k: ', '\n    - a', '\n    # no']).map(
      each => `>${each}`,
    ),
  );
  const shape = fc.constantFrom(
    'a:\n  k: V\n  z: W\n',
    'a:\n  - V\n  - W\n',
    'k: V # c\nz: W',
    '- - V\n  - W\n',
    'a:\n  k: &n V\n  z: [W, *n]\n',
    'V',
  );
  let read = 0;
  fc.assert(
    fc.property(shape, value, value, (around, first, second) => {
      const text = around.replace('V', () => first).replace('W', () => second);
      if (!first.includes('\n') || parseCommon(text) === undefined) return;
      read++;
      expectAlike(text);
    }),
    { numRuns: 15_000 },
  );
  expect(read).toBeGreaterThan(1_000);
});
