/** Texts of two runs read as one: exactly where nothing is lost by it, and with the same facts as if they were read one by one. */

import { describe, expect, test } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { joinUri } from '../../server/src/base/uri.ts';
import { deliveredColumns, lastingKeys } from '../../server/src/project/delivered.ts';
import { isInFirstRun } from '../../server/src/project/models.ts';

/** Whole numbers from 0 to before the limit, the same ones in every run. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const ROOT = 'file:///project';
const KEY = `${ROOT} model.p.m`;
const CONFIG = { materialized: 'incremental', unique_key: 'id' };

const SOURCES = `sources:
  - name: s
    tables:
      - name: orders
        columns:
          - { name: id, data_tests: [unique, not_null] }
          - { name: customer_id, data_type: bigint }
          - { name: day, data_type: date }
          - { name: amount, data_type: number }
      - name: customers
        columns:
          - { name: id, data_tests: [unique, not_null] }
          - { name: name, data_type: varchar }
          - { name: day, data_type: date }
`;

function read(sql: string) {
  const workspace = new Workspace({ rules: [], dialect: 'snowflake' });
  const files = {
    'dbt_project.yml': 'name: p\nprofile: p\n',
    'models/s.yml': SOURCES,
    'models/m.sql': `{{ config(materialized='incremental', unique_key='id') }}\n${sql}`,
  };
  workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: joinUri(ROOT, path), text })));
  const { models } = workspace.projectQueries;
  const expansions = models.expansions(KEY);
  return {
    units: models.units(KEY),
    expansions,
    oneByOne: expansions.flatMap(one => models.readAll(ROOT, [one], KEY, 'snowflake')),
  };
}

type Units = ReturnType<typeof read>['units'];

const factsOf = (units: Units) => ({
  columns: deliveredColumns(units, 'snowflake'),
  keys: lastingKeys(units, CONFIG),
});

/** A key of the first run alone lasts too where later runs have a better one: dbt takes away what has the same key. */
function expectSameFacts(units: Units, oneByOne: Units): void {
  const together = factsOf(units);
  const apart = factsOf(oneByOne);
  expect(together.columns).toEqual(apart.columns);
  expect(together.keys).toEqual(expect.arrayContaining([...apart.keys]));
  expect(together.keys).toEqual(factsOf(oneByOne.slice(0, 1)).keys);
}

const later = (text: string) => `{% if is_incremental() %} ${text} {% endif %}`;
const ORDERS = `{{ source('s', 'orders') }}`;
const CUSTOMERS = `{{ source('s', 'customers') }}`;

describe('one text for both runs', () => {
  test.each([
    ['a WHERE', `select id, day from ${ORDERS} ${later('where day > 1')}`, ['day > 1']],
    ['an operand', `select id from ${ORDERS} where amount > 0 ${later('and day is not null')}`, ['day is not null']],
    ['several', `select id from ${ORDERS} where amount > 0 ${later('and day > 1 and id = 2')}`, ['day > 1', 'id = 2']],
    ['in front of others', `select id from ${ORDERS} where ${later('day > 1 and')} amount > 0`, ['day > 1']],
    [
      'of which the first word comes again behind it',
      `select o.id from ${ORDERS} as o where ${later('o.day > 1 and')} o.amount > 0`,
      ['o.day > 1'],
    ],
    [
      'in a join, a CTE and a subquery',
      `with a as (select * from ${ORDERS} ${later('where day > 1')})
       select a.id from a left join ${CUSTOMERS} as c on c.id = a.customer_id ${later('and c.day > 2')}
       where exists (select 1 from ${ORDERS} as o where o.id = a.id ${later('and (o.day > 3 or o.amount = 4)')})`,
      ['c.day > 2', 'day > 1', 'o.day > 3 or o.amount = 4'],
    ],
    [
      'with a subquery of its own',
      `select id from ${ORDERS} ${later('where day > (select max(day) from {{ this }})')}`,
      ['day > (select max(day) from p.m)'],
    ],
    ['blanks and comments alone', `select id from ${ORDERS} ${later('-- all of it')}`, []],
  ])('%s', (_, sql, conditions) => {
    const { units, oneByOne } = read(sql);
    expect(oneByOne).toHaveLength(2);
    expect(units).toHaveLength(1);
    const [unit] = units;
    const shown = (unit?.later ?? []).map(({ start, end }) => unit?.expansion.text.slice(start, end));
    const plain = shown.map(one => one?.replace(/from .*\bm\b"?/, 'from p.m'));
    expect(plain.sort()).toEqual(conditions);
    for (const span of unit?.later ?? []) expect(unit && isInFirstRun(unit, span)).toBe(false);
    expect(unit && isInFirstRun(unit, { start: 0, end: 6 })).toBe(true);
    expectSameFacts(units, oneByOne);
  });

  test.each([
    ['behind OR', `select id from ${ORDERS} where amount > 0 or day = 2 ${later('and day > 1')}`],
    ['under NOT', `select id from ${ORDERS} where not (amount > 0 ${later('and day > 1')})`],
    ['a column', `select id ${later(', day')} from ${ORDERS}`],
    ['a join', `select o.id from ${ORDERS} as o ${later(`join ${CUSTOMERS} as c on c.id = o.id`)}`],
    ['HAVING', `select id from ${ORDERS} group by id ${later('having count(*) > 1')}`],
    ['a branch of a union', `select id from ${ORDERS} ${later(`union all select id from ${CUSTOMERS}`)}`],
    ['another value', `select id from ${ORDERS} where day > {% if is_incremental() %} 2 {% else %} 1 {% endif %}`],
    ['less', `select id from ${ORDERS} {% if not is_incremental() %} where day > 1 {% endif %}`],
    ['the same written twice', `{% if is_incremental() %} select id from t {% else %} select id  from t {% endif %}`],
    ['what cannot be read', `select id from ${ORDERS} ${later('where day > (')}`],
  ])('two texts for %s', (_, sql) => {
    expect(read(sql).units).toHaveLength(2);
  });

  test('any mixture of conditions has the facts of both runs', () => {
    const pick = random(7);
    const parts = [
      'o.day is not null',
      'c.name is not null',
      'o.id = 1',
      'o.customer_id = c.id',
      "c.name = 'x'",
      'c.id > 3',
      'o.amount = o.id',
      'exists (select 1 from t where t.id = o.id)',
      'false',
    ];
    const conditions = (word: string) => {
      let text = '';
      let needsWord = true;
      // What the first run has stands first, as people write it: its WHERE must not depend on the run.
      for (let i = pick(4); i > 0; i--) {
        text += ` ${needsWord ? word : 'and'} ${parts[pick(parts.length)]}`;
        needsWord = false;
      }
      for (let i = pick(3); i > 0; i--) {
        const added = `${needsWord ? word : 'and'} ${parts[pick(parts.length)]}`;
        if (!needsWord || i === 1) text += ` ${later(added)}`;
      }
      return text;
    };
    let both = 0;
    for (let i = 0; i < 150; i++) {
      const join = ['left join', 'join', 'full join', 'right join'][pick(4)];
      const on = `on o.customer_id = c.id ${conditions('and')}`;
      const list = ['o.id, o.day, c.name', 'o.*', 'distinct o.day, c.id', 'o.day, max(c.name) as name, 1 as id'][
        pick(4)
      ];
      const group = list?.includes('max(') ? 'group by o.day' : '';
      const { units, oneByOne } = read(
        `select ${list} from ${ORDERS} as o ${join} ${CUSTOMERS} as c ${on} ${conditions('where')} ${group}`,
      );
      // Two additions a word apart are not told apart.
      if (oneByOne.length < 2 || units.length > 1) continue;
      both++;
      expectSameFacts(units, oneByOne);
    }
    expect(both).toBeGreaterThan(60);
  });
});
