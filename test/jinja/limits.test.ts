import { describe, expect, it } from 'vitest';
import { expand } from '../../server/src/syntax/jinja/expand.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';
import { expandText, MODEL, makeEnvironment, worldsOf } from './environment.ts';

const DEEP = 10_000;
const many = (text: string, times = DEEP) => text.repeat(times);

/** Expands within a time no person waits for; a template that cost what it asks for would take hours. */
function expandSoon(text: string) {
  const start = performance.now();
  const expansion = expandText(text);
  expect(performance.now() - start).toBeLessThan(10_000);
  return expansion;
}

describe('what costs too much is cut short, and says so', () => {
  it.each([
    ['{% for i in range(10**9) %}x{% endfor %}', /steps/],
    ['{{ range(10**12) | list | length }}', /steps/],
    [
      '{% for i in range(300) %}{% for j in range(300) %}{% for k in range(300) %}{% endfor %}{% endfor %}{% endfor %}',
      /steps/,
    ],
    ["{{ 'a' * 10**9 }}", /too long/],
    ['{{ [0] * 10**9 }}', /too long/],
    ['{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}', /100 deep/],
    ['{% macro a(n) %}{{ a(n + 1) }}{{ a(n + 1) }}{% endmacro %}{{ a(0) }}', /100 deep/],
    [
      "{% set ns = namespace(s='abcd') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
      /4000000 characters/,
    ],
    ['{% set ns = namespace(l=[1, 2]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}', /too long/],
    ['{% set l = [1, 2] %}{% for i in range(100) %}{% do l.extend(l) %}{% endfor %}', /too long/],
    [
      "{% set x %}{{ 'abcdefghij' * 1000 }}{% endset %}{% for i in range(100000) %}{{ x }}{% endfor %}",
      /4000000 characters/,
    ],
    ["{{ ('a' * 100000).replace('a', 'b' * 100000) }}", /too long/],
    ["{{ range(100000) | join('x' * 100000) }}", /4000000 characters/],
    ['{{ modules.itertools.product(range(1000), range(1000), range(1000)) }}', /too long/],
    ['{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}', /nested too deeply/],
    ["{% set s = 'a' * 900000 %}{% for i in range(50000) %}{% set t = s | upper %}{% endfor %}", /more text/],
    [
      '{% set l = range(200000) | list %}{% for i in range(50000) %}{% if -1 in l %}{% endif %}{% endfor %}',
      /more text|steps/,
    ],
    [`${many('{% if true %}')}a${many('{% endif %}')}`, /nested too deeply/],
  ])('%#', (text, reason) => {
    const expansion = expandSoon(text);
    expect(expansion.tooDynamic).toMatch(reason);
    expect(expansion.text.length).toBeLessThan(5_000_000);
    expect(expansion.problems).toEqual([]);
  });

  it('keeps what was written before', () => {
    expect(expandText('select 1 {% for i in range(10**9) %}{% endfor %} from t').text).toBe('select 1 ');
  });

  it('obeys the limits that are asked for', () => {
    const run = (text: string, limits: { maxSteps?: number; maxOutput?: number; maxDepth?: number }) =>
      expand(parseTemplate(text, MODEL).value, makeEnvironment(), {
        world: { incremental: false, branch: 0 },
        ...limits,
      }).tooDynamic;
    const loop = '{% for i in range(50) %}xxxxxxxxxx{% endfor %}';
    expect(run(loop, {})).toBeUndefined();
    expect(run(loop, { maxSteps: 20 })).toBe('it takes more than 20 steps to expand');
    expect(run(loop, { maxOutput: 100 })).toBe('its text grows beyond 100 characters');
    const nested = '{% macro a(n) %}{% if n %}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(5) }}';
    expect(run(nested, {})).toBeUndefined();
    expect(run(nested, { maxDepth: 3 })).toBe('its macros call each other more than 3 deep');
  });
});

describe('what is only large or strange', () => {
  it.each([
    ['{{ 2 ** (10**9) }}', /too large/],
    ['{{ (2 ** 90000) * (2 ** 90000) }}', /too large/],
    [`{{ ${many('(')}1${many(')')} }}`, /nested too deeply/],
    [`{{ ${many('[')}${many(']')} }}`, /nested too deeply/],
    [`{{ ${many('not ')}true }}`, /nested too deeply/],
    [`{{ ${many('- ')}1 }}`, /nested too deeply/],
    [`{{ 1${many(' + 1')} }}`, /too long/],
    [`{{ a${many('.b')} }}`, /too long/],
    [`{{ a${many('|upper')} }}`, /too long/],
    [`{{ 1${many(' if 1 else 1')} }}`, /nested too deeply/],
    [`{{ ${many('a[')}${many(']')} }}`, /nested too deeply/],
    [`{% set ${many('(')}a${many(')')} = 1 %}`, /nested too deeply/],
  ])('%#', (text, message) => {
    const { problems } = parseTemplate(text, MODEL);
    const expansion = expandSoon(text);
    expect([...problems, ...expansion.problems].map(problem => problem.message).join()).toMatch(message);
  });

  it('holds itself', () => {
    const expansion = expandSoon(
      '{% set l = [] %}{% do l.append(l) %}{% set m = [] %}{% do m.append(m) %}{{ l == m }}{{ l | tojson }}{{ config(x=l) }}',
    );
    expect(expansion.tooDynamic).toBeUndefined();
    expect(
      expandSoon(
        '{% set ns = namespace(a=(1,)) %}{% for i in range(60) %}{% set ns.a = (ns.a, ns.a) %}{% endfor %}{{ {ns.a: 1} | length }}',
      ).text,
    ).toBe('1');
  });

  it.each([
    ['{{', 20_000],
    ['{%', 20_000],
    ['{#', 20_000],
    ["{{ 'a\n", 20_000],
    ['{{ "\'\n', 20_000],
    ['{{\'"\n{{"\'"\n', 5_000],
    ['{% if a %}', 20_000],
    ['{% set a %}', 20_000],
    ['{% endif %}', 20_000],
    ['{% else %}', 20_000],
    ['{% raw %}', 20_000],
    ['{% macro m() %}', 10_000],
    ['{{ a }}', 20_000],
    ['{{ [ ', 20_000],
    ["{{ '\\", 20_000],
  ])('%j many times is read in a time that grows with the text', (piece, times) => {
    const time = (count: number) => {
      const text = piece.repeat(count);
      const start = performance.now();
      parseTemplate(text, MODEL);
      return performance.now() - start;
    };
    time(1000);
    // Quadratic reading of this much takes minutes.
    expect(time(times)).toBeLessThan(3000);
  });

  it('expands in few worlds however many conditions are unknown', () => {
    expect(worldsOf("{% if run_query('x') %}a{% else %}b{% endif %}".repeat(2000)).length).toBe(2);
  });
});

it('does not try other worlds when one costs too much', () => {
  const worlds = worldsOf(
    "{% if is_incremental() %}a{% endif %}{% if run_query('x') %}b{% endif %}{% for i in range(10**9) %}{% endfor %}",
  );
  expect(worlds).toHaveLength(1);
  expect(worlds[0]?.tooDynamic).toBeDefined();
});
