import { expect, test } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';
import { lex } from '../../server/src/syntax/sql/lex.ts';

/** The tokens but spaces, each as `kind:text`; ⏎ is a line break, § a placeholder. */
function tokens(text: string, dialect: Dialect): string {
  const whole = text.replaceAll('§', UNKNOWN).replaceAll('⏎', '\n');
  const found = lex(whole, dialect);
  expect(found.map(token => whole.slice(token.start, token.end)).join('')).toBe(whole);
  return found
    .filter(token => token.kind !== 'space')
    .map(token => {
      const part = whole.slice(token.start, token.end).replaceAll(UNKNOWN, '§').replaceAll('\n', '⏎');
      return token.kind === 'operator'
        ? part
        : `${token.kind}${token.hasUnknown && token.kind !== 'unknown' ? '?' : ''}:${part}`;
    })
    .join(' ');
}

test.each<[Dialect, string, string]>([
  ['ansi', 'a_1 Ünï $x', 'word:a_1 word:Ünï parameter:$x'],
  [
    'ansi',
    '1 1.5 .5 1e5 1.5e-3 0xAB 1_000 1.',
    'number:1 number:1.5 number:.5 number:1e5 number:1.5e-3 number:0xAB number:1_000 number:1.',
  ],
  ['trino', '0x 0xab t.1.2', 'number:0x number:0xab word:t . number:1 . number:2'],
  ['sparksql', '10L 1.5BD 1st', 'number:10L number:1.5BD word:1st'],
  ['ansi', `'it''s' "a""b" \`c\``, `string:'it''s' quoted:"a""b" quoted:\`c\``],
  [
    'bigquery',
    `"x" 'it\\'s' r'\\d' b"y" '''a'b''' """c"d"""`,
    `string:"x" string:'it\\'s' string:r'\\d' string:b"y" string:'''a'b''' string:"""c"d"""`,
  ],
  ['postgres', `'\\' E'\\'' $$a'b$$ $t$ $$ $t$`, `string:'\\' string:E'\\'' string:$$a'b$$ string:$t$ $$ $t$`],
  ['ansi', `'\\', 'it\\'s'`, `string:'\\' , string:'it\\'s'`],
  [
    'tsql',
    `[a b].[c]]d] #t ##g @v @@rows`,
    'quoted:[a b] . quoted:[c]]d] word:#t word:##g parameter:@v parameter:@@rows',
  ],
  [
    'ansi',
    '[dbo].[t] [a b] [1, 2] x[a] [x for x in l]',
    'quoted:[dbo] . quoted:[t] quoted:[a b] [ number:1 , number:2 ] word:x [ word:a ] [ word:x word:for word:x word:in word:l ]',
  ],
  ['snowflake', 'a // b⏎c -- d⏎/* e */ f', 'word:a comment:// b word:c comment:-- d comment:/* e */ word:f'],
  ['duckdb', 'a // b', 'word:a // word:b'],
  ['ansi', 'a // b', 'word:a // word:b'],
  ['ansi', 'a as b // why⏎, c as // b', 'word:a word:as word:b comment:// why , word:c word:as comment:// b'],
  ['ansi', '[begin], [end]', 'quoted:[begin] , quoted:[end]'],
  ['ansi', '[dbo].[t] [x]', 'quoted:[dbo] . quoted:[t] quoted:[x]'],
  ['ansi', '[x], [y]', '[ word:x ] , [ word:y ]'],
  ['mysql', '# a⏎b', 'comment:# a word:b'],
  ['postgres', 'a /* b /* c */ d */ e #>> f', 'word:a comment:/* b /* c */ d */ word:e #>> word:f'],
  ['trino', 'a /* b /* c */ d', 'word:a comment:/* b /* c */ word:d'],
  ['postgres', 'a /* b /* c */ d⏎e', 'word:a comment:/* b /* c */ word:d word:e'],
  ['ansi', 'a /* b⏎c', 'word:a invalid:/* b word:c'],
  [
    'ansi',
    'a::b :c ? :d a:b {x: 1} [:n]',
    'word:a :: word:b : word:c parameter:? : word:d word:a : word:b { word:x : number:1 } [ : word:n ]',
  ],
  ['ansi', 'where a = :c and b in (:d)', 'word:where word:a = parameter::c word:and word:b word:in ( parameter::d )'],
  [
    'ansi',
    'a->b->>c=>d:=e<=>f||g!=h<>i**j|>k',
    'word:a -> word:b ->> word:c => word:d := word:e <=> word:f || word:g != word:h <> word:i ** word:j |> word:k',
  ],
  [
    'ansi',
    '§ §§ a_§ \'§\' "§" §.b 1§',
    'unknown:§ unknown:§ unknown:§ word?:a_§ string?:\'§\' quoted?:"§" unknown:§ . word:b number?:1§',
  ],
  ['ansi', "a = 'b⏎c = 'd'", "word:a = invalid:'b word:c = string:'d'"],
  ['ansi', "a = 'b⏎c', d = 'e'", "word:a = string:'b⏎c' , word:d = string:'e'"],
  ['ansi', 'a "b⏎c', 'word:a invalid:"b word:c'],
  ['postgres', '$a$ b⏎c', 'invalid:$a$ b word:c'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Hive
  ['hive', '${x.y} a', 'parameter:${x.y} word:a'],
  ['ansi', 'a € b', 'word:a invalid:€ word:b'],
])('%s: %s', (dialect, text, expected) => {
  expect(tokens(text, dialect)).toBe(expected);
});
