import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { MAX_WORLDS } from '../../server/src/syntax/jinja/expansion.ts';
import { expandText, worldsOf } from './environment.ts';

const texts = (template: string) => worldsOf(template).map(expansion => expansion.text.trim());

describe('worlds', () => {
  it('are one when nothing asks', () => {
    expect(texts("select * from {{ ref('a') }}")).toHaveLength(1);
  });

  it('are two with is_incremental(), the full refresh first', () => {
    const worlds = worldsOf('a{% if is_incremental() %} b{% endif %}');
    expect(worlds.map(world => world.text)).toEqual(['a', 'a b']);
    expect(worlds.map(world => world.world)).toEqual([
      { incremental: false, branch: 0 },
      { incremental: true, branch: 0 },
    ]);
    expect(worlds.every(world => world.consulted.incremental)).toBe(true);
  });

  it('are one when the materialization is never incremental', () => {
    expect(texts("{{ config(materialized='table') }}{% if is_incremental() %}b{% else %}c{% endif %}")).toEqual(['c']);
    expect(texts("{{ config(materialized='incremental') }}{% if is_incremental() %}b{% else %}c{% endif %}")).toEqual([
      'c',
      'b',
    ]);
  });

  it('follow a project that has is_incremental() of its own', () => {
    const macros = {
      'shop/i.sql':
        "{% macro is_incremental() %}{{ return(load_relation(this) is not none and model.config.materialized == 'incremental') }}{% endmacro %}",
    };
    const run = (materialized: string) =>
      worldsOf(`{{ config(materialized='${materialized}') }}{% if is_incremental() %}b{% else %}c{% endif %}`, {
        macros,
      }).map(one => one.text);
    expect(run('incremental')).toEqual(['c', 'b']);
    expect(run('view')).toEqual(['c']);
  });

  it('take each branch of a condition nobody can decide', () => {
    expect(
      texts("{% if run_query('x') %}a{% elif 1 == 2 %}b{% elif env_var('E') == '1' %}c{% else %}d{% endif %}"),
    ).toEqual(['a', 'c', 'd']);
    expect(texts("{% if run_query('x') %}a{% endif %}b")).toEqual(['ab', 'b']);
    expect(texts("{% if run_query('x') %}a{% elif true %}b{% else %}c{% endif %}")).toEqual(['a', 'b']);
    expect(texts("{{ 'a' if run_query('x') else 'b' }}")).toEqual(['a', 'b']);
  });

  it('never leave out the elements of an open list, of which some may pass', () => {
    const loop = (body: string) => `select 1 as x{% for c in run_query('q') ${body}{% endfor %} from t`;
    const written = `select 1 as x, ${UNKNOWN} from t`;
    expect(texts(loop("if c not in ['x'] %}, {{ c }}"))).toEqual([written]);
    expect(texts(loop("%}{% if c != 'x' %}, {{ c }}{% endif %}"))).toEqual([written, `select 1 as x${UNKNOWN} from t`]);
  });

  it('are few', () => {
    const many =
      "{% if env_var('A') %}a{% endif %}".repeat(10) +
      Array.from({ length: 20 }, (_, i) => `{% ${i === 0 ? 'if' : 'elif'} env_var('B') == '${i}' %}${i}`).join('') +
      '{% endif %}{% if is_incremental() %}i{% endif %}';
    expect(texts(many)).toHaveLength(MAX_WORLDS);
  });

  it('that give the same text count once', () => {
    expect(texts("{% if run_query('x') %}a{% else %}a{% endif %}")).toEqual(['a']);
  });
});

describe('unknown values', () => {
  it.each([
    ["{{ run_query('x').columns[0].values() }}", 'the result of run_query'],
    ["{{ run_query('x') | map(attribute='a') | join(', ') }}", 'the result of run_query'],
    ["{{ load_result('x')['data'][0][0] }}", 'the result of a query'],
    ["{{ run_query('x') + 1 }}", 'the result of run_query'],
    ["{{ -run_query('x') }}", 'the result of run_query'],
    ["{{ env_var('X') | upper }}", "the environment variable 'X'"],
    ["{{ env_var('X').split(',')[0] }}", "the environment variable 'X'"],
    ["{{ dbt_utils.get_column_values(ref('a'), 'b') }}", 'the result of run_query'],
    ['{{ invocation_id }}', 'the id of the run'],
    ['{{ nobody.a.b }}', "'nobody', which is not defined"],
  ])('%s is one placeholder', (template, reason) => {
    const expansion = expandText(template);
    expect(expansion.text).toBe(UNKNOWN);
    expect(expansion.unknowns).toEqual([{ offset: 0, reason }]);
    expect(expansion.problems).toEqual([]);
  });

  it.each([
    ["{{ 'a' ~ env_var('X') ~ 'b' }}", `a${UNKNOWN}b`],
    ["{{ ('a' ~ env_var('X')) | upper | replace('A', 'z') }}", `z${UNKNOWN}`],
    ["{{ 'a{}c'.format(env_var('X')) }}", `a${UNKNOWN}c`],
    ["{{ '%s-%s' % (1, env_var('X')) }}", `1-${UNKNOWN}`],
    ["{{ ['a', env_var('X')] | join(',') }}", `a,${UNKNOWN}`],
    ["{{ [1, env_var('X')] }}", `[1, ${UNKNOWN}]`],
    ["{% set x %}p{{ env_var('X') }}{% endset %}{{ x }}", `p${UNKNOWN}`],
  ])('%s stays inside of text', (template, expected) => {
    const expansion = expandText(template);
    expect(expansion.text).toBe(expected);
    expect(expansion.unknowns).toHaveLength(1);
    expect(expansion.unknowns[0]?.offset).toBe(expected.indexOf(UNKNOWN));
  });

  it.each([
    ["{{ ('a' ~ env_var('X')) == 'ab' }}", UNKNOWN],
    ["{{ 'q' in ('a' ~ env_var('X')) }}", UNKNOWN],
    ["{{ 'a' in ('a' ~ env_var('X')) }}", 'True'],
    ["{{ ('a' ~ env_var('X')) | length }}", UNKNOWN],
    ["{{ env_var('X') and false }}", 'False'],
    ["{{ env_var('X') or true }}", 'True'],
    ["{{ 1 in [1, env_var('X')] }}{{ 2 in [1, env_var('X')] }}", `True${UNKNOWN}`],
    ["{{ env_var('X') is defined }}{{ env_var('X') is none }}", `True${UNKNOWN}`],
    ["{{ 'yes' if ('a' ~ env_var('X')) else 'no' }}", 'yes'],
    ["{{ run_query('x') | default('d') }}", UNKNOWN],
    ["{{ {'a': 1}[env_var('X')] }}", UNKNOWN],
  ])('%s is decided only where it can be', (template, expected) => {
    expect(expandText(template).text).toBe(expected);
  });

  it.each([
    [
      'alternatives one by one: each world takes another',
      "{% if env_var('S') == 'a' %}A{% endif %}{% if env_var('S') == 'b' %}B{% endif %}{% if 'c' == env_var('S') %}C{% endif %}",
      ['A', 'B', 'C', ''],
    ],
    [
      'the opposite of what was taken',
      "{% if env_var('S') != 'ci' %}A{% endif %}-{% if env_var('S') == 'ci' %}B{% else %}C{% endif %}",
      ['A-C', '-B'],
    ],
    [
      'lists, filters, and what both sides of AND say',
      "{% if env_var('S') | lower in ['a', 'b'] %}A{% endif %}{% if env_var('S') | lower == 'a' and flags.X == 1 %}B{% endif %}{% if flags.X != 1 %}C{% endif %}",
      ['AB', ''],
    ],
    [
      'what may differ from time to time is chosen each time',
      "{% if run_query('x') == 'a' %}A{% endif %}{% if run_query('x') == 'b' %}B{% endif %}",
      ['AB', ''],
    ],
  ])('of one value are supposed alike: %s', (_, template, expected) => {
    expect(texts(template)).toEqual(expected);
  });

  it('are looped over once, as if it were all', () => {
    expect(
      texts("{% for x in run_query('q') %}{{ x }} as c{% if not loop.last %}, {% endif %}{% endfor %} from t"),
    ).toEqual([`${UNKNOWN} as c from t`]);
    const collected =
      "{% set names = [] %}{% for c in adapter.get_columns_in_relation(ref('a')) %}{% do names.append(c.name) %}{% endfor %}";
    expect(
      texts(
        `${collected}{{ names | join(', ') }}{% if names | length == 0 %}none{% endif %}{% if not names %}none{% endif %}`,
      ),
    ).toEqual([UNKNOWN]);
    expect(texts(`${collected}{{ names | length }}`)).toEqual([UNKNOWN]);
    expect(
      texts(
        `{% set d = {} %}{% for r in run_query('q') %}{% do d.update({r[0]: r[1]}) %}{% endfor %}{{ d.get('x') }}{{ 'x' in d }}`,
      ),
    ).toEqual([UNKNOWN + UNKNOWN]);
  });

  it('stay open where only some elements are kept', () => {
    const kept = (change: string): string =>
      `{% set d = {} %}{% set names = [] %}{% for r in run_query('q') %}{% if r[1] %}{% do ${change} %}{% endif %}{% endfor %}`;
    expect(texts(`${kept('names.append(r[0])')}{% for n in names %}[{{ n }}]{% endfor %}`)).toEqual([`[${UNKNOWN}]`]);
    expect(texts(`${kept('d.update({r[0]: r[1]})')}{{ d.get('x') }}`)).toEqual([UNKNOWN]);
    expect(texts(`${kept('other.append(r[0])')}{% for n in names %}[{{ n }}]{% endfor %}`)).toEqual(['']);
  });

  it('of get_relation is the relation, if it is there', () => {
    const text = `{% set r = ref('a') %}{% set found = adapter.get_relation(database=r.database, schema=r.schema, identifier=r.identifier) %}
      {% if found is not none %}select * from {{ found }}{% else %}select 1{% endif %}`;
    const worlds = worldsOf(text);
    expect(worlds.map(world => world.text.trim())).toEqual(['select * from "db"."analytics"."a"', 'select 1']);
    expect(worlds[0]?.relations.map(relation => relation.call.name)).toEqual(['a']);
  });

  it('of a statement block is a query, not output', () => {
    const expansion = expandText(
      "{% call statement('q', fetch_result=true) %}select max(x) from {{ ref('a') }}{% endcall %}{{ load_result('q').table }}",
    );
    expect(expansion.text).toBe(UNKNOWN);
    expect(expansion.calls.map(call => call.name)).toEqual(['a']);
    expect(expansion.relations).toEqual([]);
  });
});
