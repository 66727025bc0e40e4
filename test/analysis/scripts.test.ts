/** SQL that is run rather than built: where it is found, at which characters, and what is left alone. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///project';
const PROJECT = "name: example\nversion: '1.0'\nprofile: example\n";

function open(
  files: { readonly [path: string]: string },
  only: readonly string[] = ['change-without-where'],
): Workspace {
  const workspace = new Workspace({ rules: RULES, only });
  const all = { 'dbt_project.yml': PROJECT, ...files };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  return workspace;
}

/** The texts that findings point at, file by file. */
function pointedAt(files: { readonly [path: string]: string }): readonly string[] {
  const workspace = open(files);
  return workspace.files().flatMap(uri => {
    const text = workspace.textOf(uri) ?? '';
    return workspace.findings(uri).map(({ span }) => text.slice(span.start, span.end));
  });
}

describe('where statements are found', () => {
  it('in hooks of config(), with quotes and line breaks of Jinja', () => {
    const model = String.raw`{{ config(
      pre_hook=["update a set note = 'it''s'", "update b set note = \"x\"\n where false", 'delete from c where d = \'e\''],
      post_hook={"sql": "delete from f", "transaction": False},
      post_hook_unknown="delete from g"
    ) }}
    select 1 as id -- {{ 'update h set a = 1' }}`;
    expect(pointedAt({ 'models/a.sql': model })).toEqual(['update a', 'delete from f']);
  });
  it('in YAML, in each kind of scalar', () => {
    const yaml = `models:
  - name: a
    config:
      pre-hook:
        - update plain set a = 1
        - 'update single set a = 1'
        - "update double set a = \\"1\\""
        - |
          -- a comment
          update block
          set a = 1
        - >-
          update folded
          set a = 1
        - sql: delete from map
          transaction: false
        - 'update twice set a = ''1'''
      post_hook: delete from one where id = 1
`;
    expect(pointedAt({ 'models/schema.yml': yaml, 'models/a.sql': 'select 1 as id' })).toEqual([
      'update plain',
      'update single',
      'update double',
      'update block',
      'update folded',
      'delete from map',
    ]);
  });
  it('in the project file', () => {
    const yaml = `${PROJECT}on-run-end:\n  - "update runs set is_done = true"\nmodels:\n  example:\n    +post-hook: delete from x\n`;
    expect(pointedAt({ 'dbt_project.yml': yaml })).toEqual(['update runs', 'delete from x']);
  });
  it('in macros: what they write, run, set aside and hand back', () => {
    const macro = `
      {% macro all() %}
        {% set sql %}update kept set a = 1{% endset %}
        {% do run_query(sql) %}
        {% do run_query('update literal set a = 1') %}
        {% do adapter.execute("update executed set a = 1") %}
        {% call statement('x') %}update called set a = 1{% endcall %}
        {% for t in ['loop_a', 'loop_b'] %} update {{ t }} set a = 1; {% endfor %}
        update written set a = 1;
        {{ return("delete from nobody") }}
      {% endmacro %}`;
    const found = pointedAt({ 'macros/all.sql': macro });
    expect(found).toEqual([
      'update kept',
      'update literal',
      'update executed',
      'update called',
      'update {{ t',
      'update written',
    ]);
  });
  it('in procedures and scripts of other tools', () => {
    const script = `
      CREATE OR REPLACE PROCEDURE p() RETURNS STRING LANGUAGE SQL AS $$
      BEGIN
        LET n := 1;
        IF (n = 1) THEN
          UPDATE inside SET a = 1;
        END IF;
      END;
      $$;
      update {schema}.formatted set a = 1;
      update \${SCHEMA}.shell set a = 1;`;
    expect(pointedAt({ 'etl/p.sql': script })).toEqual([
      'UPDATE inside',
      'update {schema}.formatted',
      'update ${' + 'SCHEMA}.shell',
    ]);
  });
});

describe('what is left alone', () => {
  it('materializations, tests, macros of dbt, half-typed Jinja', () => {
    expect(
      pointedAt({
        'macros/a.sql': `
          {% materialization mine, default %} delete from a; {% endmaterialization %}
          {% test empty(model) %} delete from b; {% endtest %}
          {% macro test_old(model) %} delete from c; {% endmacro %}
          {% macro snowflake__get_merge_sql(target) %} delete from d; {% endmacro %}`,
        'macros/b.sql': `{% macro half() %} delete from e; {% if x`,
      }),
    ).toEqual([]);
  });
  it('what another world adds', () => {
    expect(
      pointedAt({
        'macros/a.sql': `
          {% macro a(limit_to) %}
            delete from orders {% if limit_to %} where day < '{{ limit_to }}' {% endif %};
            delete from {{ limit_to }};
            delete from visits {{ limit_to }};
          {% endmacro %}`,
      }),
    ).toEqual([]);
  });
  it('installed packages', () => {
    expect(
      pointedAt({
        'packages.yml': 'packages:\n  - package: a/b\n    version: 1.0.0\n',
        'dbt_packages/b/dbt_project.yml': "name: b\nversion: '1.0'\n",
        'dbt_packages/b/macros/x.sql': '{% macro x() %} delete from a; {% endmacro %}',
      }),
    ).toEqual([]);
  });
});

describe('fixes', () => {
  const blind =
    "update dim set is_current = false, valid_to = now() from s where dim.id = s.id and dim.a <> s.a and dim.b <> 'x'";
  it('are offered in a hook when they write no quote', () => {
    const files = { 'models/a.sql': `{{ config(post_hook="${blind}") }} select 1 as id` };
    const findings = open(files, ['merge-null-blind-change']).findings(`${ROOT}/models/a.sql`);
    expect(findings.flatMap(one => one.fixes.map(fix => fix.title))).toEqual([
      'Compare so that NULL counts as a value',
    ]);
  });
  it('are not offered where they would end the string', () => {
    const hash = 'update dim set row_hash = md5(concat(a, b)) where id = 1';
    const files = { 'models/a.sql': `{{ config(post_hook="${hash}") }} select 1 as id` };
    const findings = open(files, ['hash-diff-collides']).findings(`${ROOT}/models/a.sql`);
    expect(findings.map(one => one.fixes.length)).toEqual([0]);
  });
});

it('follows edits of the macro, and of the model a macro reads', () => {
  const workspace = open(
    {
      'models/stg.sql': 'select id, a from {{ source("x", "y") }}',
      'models/schema.yml':
        'models:\n  - name: stg\n    columns:\n      - name: a\n        data_tests: [not_null]\n  - name: dim\n    columns:\n      - name: a\n        data_tests: [not_null]\n',
      'models/dim.sql': 'select id, a, is_current from {{ source("x", "z") }}',
      'macros/load.sql':
        "{% macro load() %}merge into {{ ref('dim') }} as t using {{ ref('stg') }} as s on t.id = s.id and t.is_current when matched and t.a <> s.a then update set is_current = false;{% endmacro %}",
    },
    ['merge-null-blind-change'],
  );
  const uri = `${ROOT}/macros/load.sql`;
  expect(workspace.findings(uri).length).toBe(0);
  workspace.apply([{ uri: `${ROOT}/models/schema.yml`, text: 'models:\n  - name: stg\n' }]);
  expect(workspace.findings(uri).length).toBe(1);
  workspace.apply([{ uri, text: (workspace.textOf(uri) ?? '').replace('t.a <> s.a', 't.a is distinct from s.a') }]);
  expect(workspace.findings(uri).length).toBe(0);
});

it('takes any text', () => {
  const pieces = fc.constantFrom(
    ...[
      'merge into t as a using s as b on a.k = b.k',
      ' when matched then update set a.is_current = false',
      ' when not matched then insert *',
    ],
    ...[
      '{{ x }}',
      '{% macro m(a) %}',
      '{% endmacro %}',
      'update t set ',
      'insert into t select ',
      'delete from ',
      '(',
      ')',
      ';',
      "'",
      '"',
      '$$',
    ],
    ...[
      '{name}',
      'where not exists (select 1 from t)',
      ' from s left join t on ',
      'null',
      ' = current_timestamp',
      ' begin ',
      ' end ',
      '\n',
      '|',
      ': ',
    ],
  );
  const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 40 }).map(parts => parts.join(''));
  fc.assert(
    fc.property(text, soup => {
      const workspace = open(
        {
          'macros/a.sql': soup,
          'scripts/a.sql': soup,
          'models/a.sql': `{{ config(post_hook="${soup}") }} select 1 as id`,
          'models/a.yml': `models:\n  - name: a\n    config:\n      post_hook: |\n        ${soup.replaceAll('\n', '\n        ')}\n`,
        },
        RULES.filter(rule => rule.files?.includes('script')).map(rule => rule.id),
      );
      for (const uri of workspace.files()) {
        const length = (workspace.textOf(uri) ?? '').length;
        for (const { span, message } of workspace.findings(uri)) {
          expect(message).not.toContain('failed on this file');
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(length);
        }
      }
    }),
    { numRuns: 150 },
  );
});
