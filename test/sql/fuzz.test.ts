import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { DIALECTS } from '../../server/src/syntax/sql/dialect.ts';
import { parseSql } from '../../server/src/syntax/sql/parse-sql.ts';
import { checkTree } from './check-tree.ts';
import { samples } from './samples.ts';

const WORDS =
  `select from where group by having order qualify window limit offset with as recursive union all except intersect join left full cross
  natural lateral on using and or not in is null between like case when then else end cast interval array struct row map exists distinct
  over partition rows range preceding following current filter within unnest pivot unpivot for values table merge insert into update set
  delete create view if matched exclude replace rename date timestamp a b c t u x y`.split(/\s+/);
const MARKS =
  `( ) [ ] { } , ; . : :: := = <> < > <= >= + - * / % || -> ->> => | & ! ~ # ? @ $ ' " \` -- /* */ $$ |> 1 0.5 1e5 0xab 'x' "y" @v $1 :p`.split(
    ' ',
  );

const token = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 5, arbitrary: fc.constantFrom(...MARKS, UNKNOWN, '\n') },
  { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: 'grapheme' }) },
);
const soup = fc
  .tuple(fc.array(token, { maxLength: 40 }), fc.constantFrom(' ', ' ', ' ', '', '\n'))
  .map(([parts, glue]) => parts.join(glue));
const dialect = fc.constantFrom(...DIALECTS);

test('any soup of tokens gives a sound tree', () => {
  fc.assert(
    fc.property(soup, dialect, (text, name) => {
      expect(checkTree(text, parseSql(text, name))).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

test('any text gives a sound tree', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60, unit: 'binary' }), dialect, (text, name) => {
      expect(checkTree(text, parseSql(text, name))).toEqual([]);
    }),
    { numRuns: 1_500 },
  );
});

test('a soup in the middle of a model gives a sound tree', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.double({ min: 0, max: 1, noNaN: true }),
      soup,
      dialect,
      (sample, where, text, name) => {
        const at = Math.floor(where * sample.text.length);
        const broken = `${sample.text.slice(0, at)} ${text} ${sample.text.slice(at)}`;
        expect(checkTree(broken, parseSql(broken, name))).toEqual([]);
      },
    ),
    { numRuns: 700 },
  );
});

test('near a placeholder nothing is a problem', () => {
  const clause = fc.constantFrom(
    ...[
      'select § from t',
      'select a, § from t',
      'select a § from t',
      'with § select 1',
      'with a as (§) select * from a',
      'select * from §',
      'select * from t §',
    ],
    ...[
      'select * from t where §',
      'select * from t where a = § and §',
      'select * from t join § on §',
      'select * from t § where a',
      'select a from t § select b from u',
    ],
    ...[
      'select f(§, a §)',
      'select a from t group by § order by §',
      'insert into § §',
      'merge into § using § on § §',
      '§ select a from t §',
      'select a from t union all §',
    ],
  );
  fc.assert(
    fc.property(clause, dialect, (text, name) => {
      expect(parseSql(text.replaceAll('§', UNKNOWN), name).problems).toEqual([]);
    }),
  );
});
