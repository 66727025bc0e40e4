import { describe, expect, it } from 'vitest';
import { UNKNOWN } from '../../server/src/base/source-map.ts';
import { callMacro, expandBlock } from '../../server/src/syntax/jinja/expand.ts';
import { parseTemplate } from '../../server/src/syntax/jinja/parse-template.ts';
import { expandText, MODEL, makeEnvironment, worldsOf } from './environment.ts';
import { MACROS } from './samples.ts';

const cut = (text: string, span: { start: number; end: number } | undefined) =>
  span ? text.slice(span.start, span.end) : undefined;

describe('context', () => {
  const macros = { 'shop/m.sql': '{% macro fn__merge(a) %}[{{ a }}]{% endmacro %}' };

  it.each([
    ["{% set f = context['fn__' ~ 'merge'] %}{{ f('x') }}", '[x]'],
    [
      "{{ context.get('fn__merge')('y') }}{{ context.get('nothing', 'none') }}{{ context.get('nothing') is none }}",
      '[y]noneTrue',
    ],
    ["{{ context.fn__merge('z') }}{{ context['shop'].fn__merge('p') }}{{ 'fn__merge' in context }}", '[z][p]True'],
    ["{{ context['var']('a', 'b') }}", 'b'],
    ["{{ context[env_var('M')] }}{{ context.get(1) }}", `${UNKNOWN}${UNKNOWN}`],
  ])('holds macros and globals by name: %s', (template, expected) => {
    expect(expandText(template, { macros }).text).toBe(expected);
  });
});

describe('ref, source, this', () => {
  it('says what is written where', () => {
    const text = `{{ ref("orders") }} {{ ref('crm', 'people', v=2) }} {{ source('raw', "events") }} {{ this }}`;
    const { calls } = expandText(text);
    expect(
      calls.map(({ kind, name, package: packageName, source, version }) => [kind, packageName, source, name, version]),
    ).toEqual([
      ['ref', undefined, undefined, 'orders', undefined],
      ['ref', 'crm', undefined, 'people', '2'],
      ['source', undefined, 'raw', 'events', undefined],
      ['this', undefined, undefined, 'model', undefined],
    ]);
    expect(calls.map(call => cut(text, call.span))).toEqual([
      'ref("orders")',
      "ref('crm', 'people', v=2)",
      `source('raw', "events")`,
      'this',
    ]);
    expect(calls.map(call => cut(text, call.nameSpan))).toEqual(['"orders"', "'people'", '"events"', undefined]);
    expect(calls.map(call => cut(text, call.sourceSpan))).toEqual([undefined, undefined, "'raw'", undefined]);
  });

  it('marks relations in the output', () => {
    const expansion = expandText("select * from {{ ref('a') }} join {{ ref('b').include(database=false) }} x on 1=1");
    expect(expansion.text).toBe('select * from "db"."analytics"."a" join "analytics"."b" x on 1=1');
    expect(expansion.relations.map(one => [cut(expansion.text, one.span), one.call.name])).toEqual([
      ['"db"."analytics"."a"', 'a'],
      ['"analytics"."b"', 'b'],
    ]);
  });

  it('knows calls whose value is not written, and names that are computed', () => {
    const { calls, text } = expandText(
      "{% set r = ref('a') %}{% set n = 'b' %}{% do ref(n) %}{{ ref(run_query('x')) }}",
    );
    expect(calls.map(call => call.name)).toEqual(['a', 'b', undefined]);
    expect(calls[1]?.nameSpan).toBeUndefined();
    expect(text).toBe(UNKNOWN);
  });

  it('places calls inside macros in the macro, with the outer call', () => {
    const text = "select * from {{ latest('customers') }}";
    const { calls } = expandText(text, { macros: MACROS });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.file).toBe('file:///shop/wrap.sql');
    expect(cut(text, calls[0]?.outerSpan)).toBe("latest('customers')");
  });

  it('takes a project that has a ref of its own at its word', () => {
    const macros = {
      'shop/ref.sql': '{% macro ref(name) %}{% do return(builtins.ref(name).include(database=false)) %}{% endmacro %}',
      'shop/source.sql': '{% macro source(s, t) %}{{ return(builtins.source(s, t)) }}{% endmacro %}',
    };
    const text = "from {{ ref('a') }}, {{ source('raw', 'b') }}";
    const expansion = expandText(text, { macros });
    expect(expansion.text).toBe('from "analytics"."a", "db"."raw"."b"');
    // The call people wrote, not the one inside of the macro.
    expect(
      expansion.calls.map(call => [
        call.file,
        cut(text, call.span),
        cut(text, call.nameSpan),
        cut(text, call.sourceSpan),
      ]),
    ).toEqual([
      [MODEL, "ref('a')", "'a'", undefined],
      [MODEL, "source('raw', 'b')", "'b'", "'raw'"],
    ]);
    expect(expansion.map.segmentAt(5)).toMatchObject({ kind: 'reference', file: MODEL });
  });

  it('offers parts and kinds of relations', () => {
    const text =
      "{% set r = ref('a') %}{{ r.identifier }}|{{ r.schema }}|{{ r.database }}|{{ r.is_cte }}|{{ r is mapping }}|{{ r.quote(identifier=false) }}|{{ r.replace_path(schema='x') }}";
    expect(expandText(text).text).toBe('a|analytics|db|False|True|"db"."analytics".a|"db"."x"."a"');
    expect(expandText("{{ api.Relation.create(schema='s', identifier='t') }}", { adapter: 'bigquery' }).text).toBe(
      '`s`.`t`',
    );
  });

  it('knows what dbt does not see while it parses', () => {
    const text = `{{ ref('always') }}
      {% if execute %}{{ ref('a') }}{% endif %}
      {% if not execute %}{% else %}{{ ref('b') }}{% endif %}
      {% if is_incremental() %}{{ ref('c') }}{% else %}{{ ref('d') }}{% endif %}
      {% if execute and var('x', true) %}{{ ref('e') }}{% endif %}
      {% if execute or var('x', true) %}{{ ref('f') }}{% endif %}
      {% if 1 == 1 %}{{ ref('g') }}{% endif %}`;
    const seen = (incremental: boolean) =>
      Object.fromEntries(expandText(text, {}, incremental).calls.map(call => [call.name, call.seenByParser]));
    expect(seen(false)).toEqual({ always: true, a: false, b: false, d: true, e: false, f: true, g: true });
    expect(seen(true)).toEqual({ always: true, a: false, b: false, c: false, e: false, f: true, g: true });
  });
});

describe('config', () => {
  it('records keys and values with their places', () => {
    const text = "{{ config(materialized='table', tags=['a', var('t', 'b')], meta={'k': 1}, x=run_query('q')) }}";
    const { config, text: output } = expandText(text);
    expect(output).toBe('');
    expect(config.map(({ key, value }) => [key, value])).toEqual([
      ['materialized', 'table'],
      ['tags', ['a', 'b']],
      ['meta', { k: 1 }],
      ['x', undefined],
    ]);
    expect(config.map(entry => cut(text, entry.keySpan))).toEqual(['materialized', 'tags', 'meta', 'x']);
    expect(config.map(entry => cut(text, entry.valueSpan))).toEqual([
      "'table'",
      "['a', var('t', 'b')]",
      "{'k': 1}",
      "run_query('q')",
    ]);
  });

  it('takes a dictionary too', () => {
    const text = "{{ config({'materialized': 'view', 'pre-hook': 'x'}) }}";
    expect(
      expandText(text).config.map(entry => [entry.key, cut(text, entry.keySpan), cut(text, entry.valueSpan)]),
    ).toEqual([
      ['materialized', "'materialized'", "'view'"],
      ['pre-hook', "'pre-hook'", "'x'"],
    ]);
  });

  it('reads back what was written, then what YAML says', () => {
    const text =
      "{{ config(a=1) }}{{ config.get('a') }} {{ config.get('b', 2) }} {{ config.get('tags') }} {{ config.meta_get('owner') }} {{ model.config.a }} {{ config.require('tags')[0] }}";
    expect(expandText(text, { config: { tags: ['x'], meta: { owner: 'me' } } }).text).toBe("1 2 ['x'] me 1 x");
  });
});

describe('var, env_var, target', () => {
  it('reads vars, defaults, and names those nobody sets', () => {
    const text = "{{ var('a') }} {{ var('b', 'd') }} {{ var('c') }} {{ var.has_var('a') }} {{ var('n').k[0] }}";
    const expansion = expandText(text, { vars: { a: 'A', n: { k: [7] } } });
    expect(expansion.text).toBe(`A d ${UNKNOWN} True 7`);
    expect(expansion.unknownVars.map(one => [one.name, cut(text, one.span)])).toEqual([['c', "var('c')"]]);
    expect(expansion.unknowns[0]?.reason).toBe("var 'c'");
  });

  it('does not know the environment', () => {
    const expansion = expandText("{{ env_var('HOME') }}{{ env_var('X', 'x') }}");
    expect(expansion.text).toBe(`${UNKNOWN}x`);
    expect(expansion.unknownVars).toEqual([]);
    expect(expansion.consulted.target).toBe(true);
    expect(expandText('{{ target.name }}').consulted.target).toBe(true);
    expect(expandText('select 1').consulted.target).toBe(false);
  });

  it('knows of the target what the environment tells', () => {
    expect(expandText("{{ target.schema }} {{ target['name'] }} {{ target.type }} {{ target.warehouse }}").text).toBe(
      `analytics dev duckdb ${UNKNOWN}`,
    );
  });
});

describe('macros', () => {
  it('are found by package, by dispatch and with what adapters inherit', () => {
    const macros = {
      'lib/a.sql':
        "{% macro f(x) %}{{ return(adapter.dispatch('f', 'lib')(x)) }}{% endmacro %}{% macro default__f(x) %}d{{ x }}{% endmacro %}{% macro postgres__f(x) %}p{{ x }}{% endmacro %}",
      'shop/own.sql': '{% macro snowflake__f(x) %}own {{ x }}{% endmacro %}',
    };
    const text = '{{ lib.f(1) }}';
    expect(expandText(text, { macros, adapter: 'duckdb' }).text).toBe('d1');
    expect(expandText(text, { macros, adapter: 'redshift' }).text).toBe('p1');
    expect(expandText(text, { macros, adapter: 'snowflake' }).text).toBe('own 1');
    expect(expandText(text, { macros }).macros).toEqual(['lib.f', 'lib.default__f']);
  });

  it('of the project stand before ours', () => {
    const macros = {
      'shop/a.sql':
        '{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}mine{% endmacro %}{% macro type_string() %}mytext{% endmacro %}',
    };
    expect(
      expandText("{{ dbt.dateadd('day', 1, 'x') }} {{ type_string() }} {{ dbt.type_string() }}", { macros }).text,
    ).toBe('mine mytext TEXT');
  });

  it('hand values back, not text', () => {
    const macros = {
      'shop/a.sql':
        '{% macro list() %}{{ return([1, 2]) }}ignored{% endmacro %}{% macro none_of() %}{% do return(none) %}{% endmacro %}',
    };
    expect(
      expandText('{{ list()[1] }} {{ none_of() is none }} {% for x in list() %}{{ x }}{% endfor %}', { macros }).text,
    ).toBe('2 True 12');
  });

  it('see globals, not their callers', () => {
    const macros = { 'shop/a.sql': '{% macro m() %}[{{ secret }}]{% endmacro %}' };
    expect(expandText("{% set secret = 'x' %}{{ m() }}", { macros }).text).toBe('[]');
  });

  it('nobody has are named, once for each call', () => {
    const text =
      "select {{ nowhere(ref('a')) }}, {{ shopify.fee(1) }}, {{ dbt_utils.nonsense() }} {% call lost() %}{{ ref('b') }}{% endcall %}";
    const expansion = expandText(text);
    expect(expansion.unknownMacros.map(one => [one.name, cut(text, one.span)])).toEqual([
      ['nowhere', 'nowhere'],
      ['shopify.fee', 'shopify.fee'],
      ['dbt_utils.nonsense', 'dbt_utils.nonsense'],
      ['lost', 'lost'],
    ]);
    expect(expansion.text).toBe(`select ${UNKNOWN}, ${UNKNOWN}, ${UNKNOWN} ${UNKNOWN}`);
    expect(expansion.unknowns.map(one => one.reason)).toEqual([
      "macro 'nowhere'",
      "macro 'shopify.fee'",
      "macro 'dbt_utils.nonsense'",
      "macro 'lost'",
    ]);
    expect(expansion.calls.map(call => call.name)).toEqual(['a', 'b']);
  });

  it('can be called from outside', () => {
    const macros = {
      'shop/a.sql':
        '{% macro default__generate_alias_name(custom_alias_name=none, node=none) %} x_{{ node.name }} {% endmacro %}',
    };
    const environment = makeEnvironment({ macros });
    expect(callMacro(environment, 'generate_alias_name', [null, { name: 'orders' }])).toBe('x_orders');
    expect(callMacro(environment, 'generate_schema_name', ['mart'])).toBe('analytics_mart');
    expect(callMacro(environment, 'generate_schema_name', [null])).toBe('analytics');
    expect(callMacro(environment, 'no_such_macro', [])).toBeUndefined();
    expect(callMacro(makeEnvironment(), 'generate_alias_name', ['custom', { name: 'orders' }])).toBe('custom');
    expect(callMacro(makeEnvironment(), 'generate_alias_name', [null, { name: 'orders', version: 2 }])).toBe(
      'orders_v2',
    );
  });
});

describe('columns the environment knows', () => {
  const columns = {
    '"db"."analytics"."a"': [
      { name: 'id', dataType: 'integer' },
      { name: 'Name', dataType: 'varchar(20)' },
    ],
  };

  it.each([
    [
      "{% for c in adapter.get_columns_in_relation(ref('a')) %}{{ c.name }} {{ c.quoted }} {{ c.data_type }} {{ c.is_string() }};{% endfor %}",
      'id "id" integer False;Name "Name" varchar(20) True;',
    ],
    ["{{ dbt_utils.star(ref('a')) }}", '"id",\n  "Name"'],
    ["{{ dbt_utils.star(from=ref('a'), except=['ID'], relation_alias='x', prefix='p_') }}", 'x."Name" as "p_Name"'],
    ["{{ dbt_utils.star(ref('a'), quote_identifiers=false, rename={'id': 'key'}) }}", 'id as key,\n  Name'],
    ["{{ dbt_utils.get_filtered_columns_in_relation(ref('a'), except=['name']) }}", "['id']"],
    ["{{ adapter.get_columns_in_relation(ref('a')) | map(attribute='name') | join(', ') }}", 'id, Name'],
  ])('%s', (text, expected) => {
    expect(expandText(text, { columns }).text.trim()).toBe(expected);
  });

  it('are unknown for other relations, and then one placeholder', () => {
    const expansion = expandText("select {{ dbt_utils.star(ref('b')) }} from {{ ref('b') }}", { columns });
    expect(expansion.text).toBe(`select ${UNKNOWN} from "db"."analytics"."b"`);
    expect(expansion.unknowns).toEqual([{ offset: 7, reason: "the columns of 'b'" }]);
    expect(expansion.consulted.branches).toBe(0);
  });

  it('unite with those of other relations', () => {
    const both = {
      ...columns,
      '"db"."analytics"."b"': [
        { name: 'id', dataType: 'integer' },
        { name: 'x', dataType: 'date' },
      ],
    };
    const text = "{{ dbt_utils.union_relations([ref('a'), ref('b')], exclude=['name']) }}";
    expect(expandText(text, { columns: both }).text.replace(/\s+/g, ' ').trim()).toBe(
      `( select cast('"db"."analytics"."a"' as TEXT) as _dbt_source_relation, cast("id" as integer) as "id" , cast(null as date) as "x" from "db"."analytics"."a" ) union all ` +
        `( select cast('"db"."analytics"."b"' as TEXT) as _dbt_source_relation, cast("id" as integer) as "id" , cast("x" as date) as "x" from "db"."analytics"."b" )`,
    );
    const unknown = expandText(text, { columns });
    expect(unknown.relations.map(one => one.call.name)).toEqual(['a', 'a', 'b', 'b']);
    expect(unknown.unknowns.map(one => one.reason)).toEqual(["the columns of 'b'", "the columns of 'b'"]);
  });
});

describe('blocks of dbt', () => {
  const text = `{% snapshot s %}{{ config(strategy='check') }}select * from {{ source('raw', 'a') }}{% endsnapshot %}
{% test positive(model, column_name, least=0) %}select * from {{ model }} where {{ column_name }} < {{ least }}{% endtest %}
{% docs d %}{{ not }} jinja{% enddocs %}{% macro m() %}x{% endmacro %}`;

  it('are found, with names and places', () => {
    const { value, problems } = parseTemplate(text, MODEL);
    expect(problems).toEqual([]);
    expect(value.blocks.map(block => [block.type, block.name, cut(text, block.nameSpan)])).toEqual([
      ['snapshot', 's', 's'],
      ['test', 'positive', 'positive'],
      ['docs', 'd', 'd'],
    ]);
    expect(cut(text, value.blocks[2]?.bodySpan)).toBe('{{ not }} jinja');
    expect(value.macros.map(macro => macro.name)).toEqual(['m']);
    expect(value.blocks[1]?.arguments.map(argument => argument.name)).toEqual(['model', 'column_name', 'least']);
  });

  it('expand like models', () => {
    const { value } = parseTemplate(text, MODEL);
    const snapshot = value.blocks[0];
    const test = value.blocks[1];
    if (!snapshot || !test) throw new Error('blocks are missing');
    const [expansion] = expandBlock(value, snapshot, makeEnvironment()).expansions;
    expect(expansion.text).toBe('select * from "db"."raw"."a"');
    expect(expansion.config.map(entry => entry.key)).toEqual(['strategy']);
    const [tested] = expandBlock(value, test, makeEnvironment()).expansions;
    expect(tested.text).toBe(`select * from ${UNKNOWN} where ${UNKNOWN} < 0`);
    expect(tested.unknowns[0]?.reason).toBe("the argument 'model'");
  });

  it('write nothing where they stand', () => {
    expect(worldsOf(text).map(expansion => expansion.text.trim())).toEqual(['']);
  });
});
