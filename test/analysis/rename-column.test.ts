/** Renaming columns along their lineage. */

import { describe, expect, it } from 'vitest';
import { type ColumnReach, renameColumn } from '../../server/src/analysis/rename/rename-column.ts';
import { afterRenaming, changes, type Files, filesOf, open, ROOT } from './renaming.ts';

function rename(files: Files, model: string, column: string, to: string, reach: ColumnReach = 'everywhere') {
  return renameColumn(open(files).projectQueries, ROOT, `model.shop.${model}`, column, to, reach);
}

/** Changed files after `old` of the model `a` became `new`. */
function changed(text: string, reach: ColumnReach = 'everywhere') {
  const files = filesOf(text);
  return changes(files, afterRenaming(files, rename(files, 'a', 'old', 'new', reach)));
}

function refusal(text: string, reach: ColumnReach = 'everywhere'): string | undefined {
  const done = rename(filesOf(text), 'a', 'old', 'new', reach);
  return 'problem' in done ? done.problem : undefined;
}

describe('everywhere', () => {
  it('follows CTEs, stars, aliases of tables and models, and ends at an alias', () => {
    const found = changed(
      `
      //- models/a.sql
      with source as (select * from {{ source('erp', 'orders') }}),
      renamed as (select o.x as old, y from source as o)
      select * from renamed where old > 1 order by old
      //- models/b.sql
      with a as (select * from {{ ref('a') }}),
      final as (select a.old, a.y, count(*) over (partition by a.old) as n from a)
      select * from final
      //- models/c.sql
      select c.OLD as older, "old" as o, coalesce(b.old, 0) + 1 as z from {{ ref('b') }} as c join {{ ref('a') }} b on c.old = b.old
      //- models/d.sql
      select older as old from {{ ref('c') }}
      //- tests/t.sql
      select old from {{ ref('b') }} where old is null
    `.replace('"old" as o, ', ''),
    );
    expect(found).toEqual({
      'models/a.sql': `with source as (select * from {{ source('erp', 'orders') }}),
renamed as (select o.x as new, y from source as o)
select * from renamed where new > 1 order by new`,
      'models/b.sql': `with a as (select * from {{ ref('a') }}),
final as (select a.new, a.y, count(*) over (partition by a.new) as n from a)
select * from final`,
      'models/c.sql':
        "select c.new as older, coalesce(b.new, 0) + 1 as z from {{ ref('b') }} as c join {{ ref('a') }} b on c.new = b.new",
      'tests/t.sql': "select new from {{ ref('b') }} where new is null",
    });
  });

  it('begins where the column gets its name, above the model that is asked', () => {
    const files = filesOf(`
      //- models/stg.sql
      select id as old from {{ source('erp', 'orders') }}
      //- models/mid.sql
      select * from {{ ref('stg') }}
      //- models/a.sql
      select old from {{ ref('mid') }}
    `);
    const after = afterRenaming(files, rename(files, 'a', 'old', 'new'));
    expect(changes(files, after)).toEqual({
      'models/stg.sql': "select id as new from {{ source('erp', 'orders') }}",
      'models/a.sql': "select new from {{ ref('mid') }}",
    });
  });

  it('gives a name to what a source names', () => {
    expect(
      changed(`
        //- models/a.sql
        select old, -- the key
          y
        from {{ source('erp', 'orders') }}
        where old > 0
      `),
    ).toEqual({
      'models/a.sql': "select old as new, -- the key\n  y\nfrom {{ source('erp', 'orders') }}\nwhere old > 0",
    });
  });

  it('keeps the branches of a set operation in step', () => {
    expect(
      changed(`
        //- models/a.sql
        select x as old from {{ source('erp', 'a') }}
        union all
        select z as old from {{ source('erp', 'b') }}
        union all
        select old from {{ source('erp', 'c') }}
        order by old
      `)['models/a.sql'],
    ).toBe(
      "select x as new from {{ source('erp', 'a') }}\nunion all\nselect z as new from {{ source('erp', 'b') }}\nunion all\nselect old as new from {{ source('erp', 'c') }}\norder by new",
    );
  });

  it('knows what is left out of a star, quotes, USING between equals, and incremental runs', () => {
    expect(
      changed(`
        //- grainline.yml
        dialect: snowflake
        //- models/a.sql
        {{ config(materialized='incremental', unique_key='old', cluster_by=['old', 'y'], tags=['old']) }}
        select x as "OLD", y from {{ source('erp', 'a') }}
        {% if is_incremental() %} where x > (select max(old) from {{ this }}) {% endif %}
        //- models/b.sql
        select * exclude (old) from {{ ref('a') }}
        //- models/c.sql
        select * rename (old as older) from {{ ref('a') }}
      `),
    ).toEqual({
      'models/a.sql': `{{ config(materialized='incremental', unique_key='new', cluster_by=['new', 'y'], tags=['old']) }}
select x as "NEW", y from {{ source('erp', 'a') }}
{% if is_incremental() %} where x > (select max(new) from {{ this }}) {% endif %}`,
      'models/b.sql': "select * exclude (new) from {{ ref('a') }}",
      'models/c.sql': "select * rename (new as older) from {{ ref('a') }}",
    });
  });

  it('changes strings that macros make names of', () => {
    expect(
      changed(`
        //- models/a.sql
        select x as old, y from {{ source('erp', 'a') }}
        //- models/b.sql
        select {{ dbt_utils.generate_surrogate_key(['old', 'y']) }} as k, {{ dbt_utils.star(from=ref('a'), except=['y']) }} from {{ ref('a') }}
      `),
    ).toMatchObject({
      'models/b.sql':
        "select {{ dbt_utils.generate_surrogate_key(['new', 'y']) }} as k, {{ dbt_utils.star(from=ref('a'), except=['y']) }} from {{ ref('a') }}",
    });
  });

  it('renames loops whose tables all change, and no other', () => {
    const loop = `
      //- models/a.sql
      select x as old from {{ source('erp', 'a') }}
      //- models/b.sql
      select x as LAST from {{ ref('a') }}
      //- models/c.sql
      {% for name in ['a', 'OTHER'] %} select old from {{ ref(name) }} {% if not loop.last %} union all {% endif %} {% endfor %}
    `;
    expect(refusal(loop.replace('LAST', 'old').replace('OTHER', 'b'))).toMatch(
      /stands for a column of another table too/,
    );
    expect(changed(loop.replace('x as LAST', 'old').replace('OTHER', 'b'))).toMatchObject({
      'models/b.sql': "select new from {{ ref('a') }}",
      'models/c.sql':
        "{% for name in ['a', 'b'] %} select new from {{ ref(name) }} {% if not loop.last %} union all {% endif %} {% endfor %}",
    });
  });

  it('renames in YAML: columns, tests, constraints, meaning, unit tests, semantic models, contracts', () => {
    const found = changed(`
      //- models/a.sql
      select x as old, y from {{ source('erp', 'orders') }}
      //- models/b.sql
      select old as k from {{ ref('a') }}
      //- models/schema.yml
      models:
        - name: a
          config:
            unique_key: [old, y]
            meta:
              grainline: { kind: fact, grain: [old], grain_statement: one row per old }
          constraints:
            - { type: primary_key, columns: [old] }
            - { type: check, expression: old > 0 and older > 0 }
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                arguments: { combination_of_columns: [old, y] }
            - dbt_utils.expression_is_true:
                expression: "old >= 0"
                config: { where: old is not null }
          columns:
            - name: old
              description: the old one
              data_tests:
                - accepted_values: { values: [old, new] }
                - relationships: { to: ref('c'), field: old }
            - name: y
              config: { meta: { grainline: { measure: semi-additive, over: old } } }
        - name: b
          columns:
            - name: k
              data_tests:
                - relationships: { to: "ref('a')", field: old }
                - relationships: { to: "ref('c')", field: old }
      unit_tests:
        - name: t
          model: a
          given: [{ input: "source('erp', 'orders')", rows: [{ old: 1 }] }]
          expect: { rows: [{ old: 1, y: old }] }
        - name: u
          model: b
          given:
            - input: ref('a')
              format: csv
              rows: |
                old,y
                1,old
          expect: { rows: [{ k: 1 }] }
      semantic_models:
        - name: a
          model: ref('a')
          entities:
            - name: old
              type: primary
          dimensions: [{ name: d, type: categorical, expr: old }]
      exposures:
        - { name: weekly, type: dashboard, depends_on: [ref('a')] }
      //- models/c.sql
      select z as old from {{ source('erp', 'c') }}
      //- contracts/a.contract.yml
      contract:
        name: a
        owner: us
        schema:
          - column: old
            type: integer
          - column: y
            type: integer
    `);
    expect(found['models/schema.yml']).toBe(`models:
  - name: a
    config:
      unique_key: [new, y]
      meta:
        grainline: { kind: fact, grain: [new], grain_statement: one row per old }
    constraints:
      - { type: primary_key, columns: [new] }
      - { type: check, expression: new > 0 and older > 0 }
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          arguments: { combination_of_columns: [new, y] }
      - dbt_utils.expression_is_true:
          expression: "new >= 0"
          config: { where: new is not null }
    columns:
      - name: new
        description: the old one
        data_tests:
          - accepted_values: { values: [old, new] }
          - relationships: { to: ref('c'), field: old }
      - name: y
        config: { meta: { grainline: { measure: semi-additive, over: new } } }
  - name: b
    columns:
      - name: k
        data_tests:
          - relationships: { to: "ref('a')", field: new }
          - relationships: { to: "ref('c')", field: old }
unit_tests:
  - name: t
    model: a
    given: [{ input: "source('erp', 'orders')", rows: [{ old: 1 }] }]
    expect: { rows: [{ new: 1, y: old }] }
  - name: u
    model: b
    given:
      - input: ref('a')
        format: csv
        rows: |
          new,y
          1,old
    expect: { rows: [{ k: 1 }] }
semantic_models:
  - name: a
    model: ref('a')
    entities:
      - name: old
        expr: new
        type: primary
    dimensions: [{ name: d, type: categorical, expr: new }]
exposures:
  - { name: weekly, type: dashboard, depends_on: [ref('a')] }`);
    expect(found['contracts/a.contract.yml']).toContain('- column: new\n');
  });

  it('goes through snapshots that YAML declares', () => {
    const found = changed(`
      //- models/a.sql
      select x as old from {{ source('erp', 'a') }}
      //- snapshots/s.yml
      snapshots:
        - name: s
          relation: ref('a')
          config: { unique_key: old, strategy: check, check_cols: [old] }
      //- models/b.sql
      select old from {{ ref('s') }}
    `);
    expect(found['snapshots/s.yml']).toContain('{ unique_key: new, strategy: check, check_cols: [new] }');
    expect(found['models/b.sql']).toContain('select new from');
  });

  it('says what it leaves alone', () => {
    const done = rename(
      filesOf(`
        //- models/a.sql
        {{ config(materialized='incremental') }} select x as old from {{ source('erp', 'a') }}
        //- models/e.yml
        exposures: [{ name: weekly, type: dashboard, depends_on: [ref('a')] }]
      `),
      'a',
      'old',
      'new',
    );
    expect('renaming' in done && done.renaming.notes).toEqual([
      expect.stringContaining("'weekly' reads 'a'"),
      expect.stringContaining('until it is built anew'),
    ]);
  });
});

describe('in one model', () => {
  it('lets its readers go on under the old name', () => {
    expect(
      changed(
        `
        //- models/a.sql
        select x as old, y from {{ source('erp', 'a') }}
        //- models/schema.yml
        models: [{ name: a, columns: [{ name: old }] }, { name: b, columns: [{ name: old }] }]
        //- models/b.sql
        with a as (select * from {{ ref('a') }})
        select old, max(a.old) as m from a group by old
        //- models/c.sql
        select old from {{ ref('b') }}
      `,
        'model',
      ),
    ).toEqual({
      'models/a.sql': "select x as new, y from {{ source('erp', 'a') }}",
      'models/schema.yml': 'models: [{ name: a, columns: [{ name: new }] }, { name: b, columns: [{ name: old }] }]',
      'models/b.sql':
        "with a as (select * from {{ ref('a') }})\nselect new as old, max(a.new) as m from a group by new",
    });
  });

  it('is refused where a star would pass the new name on', () => {
    expect(
      refusal(
        `
        //- models/a.sql
        select x as old from {{ source('erp', 'a') }}
        //- models/b.sql
        select * from {{ ref('a') }}
      `,
        'model',
      ),
    ).toBe("a star passes it on, so its readers would see the new name (in 'b')");
  });
});

describe('refused whole', () => {
  const A = "//- models/a.sql\nselect x as old, y from {{ source('erp', 'a') }}\n";

  it.each([
    ['a name that is taken', A.replace('y', 'y as new'), /has a column 'new' already/],
    [
      'a name that is taken further on',
      `${A}//- models/b.sql\nselect old, y as new from {{ ref('a') }}`,
      /'new' already \(in 'b'\)/,
    ],
    [
      'a name beside it',
      `${A}//- models/c.sql\nselect z as new from {{ source('erp', 'c') }}\n//- models/b.sql\nselect max(old) as m from {{ ref('a') }} join {{ ref('c') }} on true`,
      /beside it stands a table with a column 'new'/,
    ],
    [
      'USING',
      `${A}//- models/b.sql\nselect 1 as one from {{ ref('a') }} join {{ ref('c') }} using (old)\n//- models/c.sql\nselect z as old from {{ source('erp', 'c') }}`,
      /USING/,
    ],
    [
      'a macro that nobody knows',
      `${A}//- models/b.sql\nselect old, {{ nobody.knows('x') }} as z from {{ ref('a') }}`,
      /macro 'nobody.knows'/,
    ],
    [
      'a macro that writes it',
      `${A}//- macros/m.sql\n{% macro m() %}old{% endmacro %}\n//- models/b.sql\nselect {{ m() }} as z from {{ ref('a') }}`,
      /the macro 'm' writes 'old'/,
    ],
    [
      'Jinja that asks for it',
      `${A}//- models/b.sql\n{% if 'old' in var('columns', ['old']) %} select y from {{ ref('a') }} {% endif %}`,
      /Jinja holds the text 'old'/,
    ],
    ['a pivot', `${A}//- models/b.sql\nselect * from {{ ref('a') }} pivot (count(y) for old in ('p', 'q'))`, /PIVOT/],
    ['a row', `${A}//- models/b.sql\nselect to_json(t) as j from {{ ref('a') }} as t`, /whole row/],
    ['SQL that cannot be read', `${A}//- models/b.sql\nselect old from from {{ ref('a') }} where (`, /cannot be read/],
    [
      'a star over a source',
      "//- models/a.sql\nselect * from {{ source('erp', 'a') }}\n//- models/s.yml\nsources: [{ name: erp, tables: [{ name: a, columns: [{ name: old }] }] }]",
      /through a star from/,
    ],
    [
      'Python',
      `${A}//- models/p.py\ndef model(dbt, session):\n    return dbt.ref("a").select("old")`,
      /Python model 'p'/,
    ],
  ])('%s', (_, text, reason) => {
    expect(refusal(text)).toMatch(reason);
  });

  it('a name that is no name', () => {
    const files = filesOf(A);
    for (const name of ['', 'a b', '1a', 'select', 'old', 'OLD'])
      expect(rename(files, 'a', 'old', name)).toHaveProperty('problem');
    expect(rename(files, 'a', 'nobody', 'x')).toHaveProperty('problem');
    expect(rename(files, 'nobody', 'x', 'y')).toHaveProperty('problem');
  });
});
