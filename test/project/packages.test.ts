import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

function findings(files: Readonly<Record<string, string>>, path: string): readonly string[] {
  const workspace = new Workspace({ rules: RULES, only: ['unknown-ref', 'select-star', 'syntax-error'] });
  workspace.apply(Object.entries(files).map(([name, text]) => ({ uri: `file:///w/${name}`, text })));
  return workspace.findings(`file:///w/${path}`).map(one => `${one.rule}: ${one.message}`);
}

describe('several projects in one workspace', () => {
  it('reads a local package where it is', () => {
    const files = {
      'dbt_project.yml': 'name: parent\n',
      'models/events.sql': 'select 1 as id, 2 as x',
      'macros/pick.sql': '{% macro pick() %}id, x{% endmacro %}',
      'integration_tests/dbt_project.yml': 'name: checks\n',
      'integration_tests/packages.yml': 'packages:\n  - local: ../\n',
      'integration_tests/models/check.sql': "select {{ parent.pick() }} from {{ ref('events') }}",
      'integration_tests/models/typo.sql': "select id from {{ ref('evnts') }}",
    };
    expect(findings(files, 'integration_tests/models/check.sql')).toEqual([]);
    expect(findings(files, 'integration_tests/models/typo.sql')).toEqual([
      expect.stringContaining("Did you mean 'events'?"),
    ]);
  });

  it('says nothing of a model that only a project around this one has', () => {
    const files = {
      'dbt_project.yml': 'name: parent\n',
      'models/page_views.sql': 'select 1 as id',
      'examples/custom/dbt_project.yml': 'name: custom\n',
      'examples/custom/models/a.sql': "select id from {{ ref('page_views') }}",
    };
    expect(findings(files, 'examples/custom/models/a.sql')).toEqual([]);
  });

  it('keeps models of the same name in two projects apart', () => {
    const files = {
      'one/dbt_project.yml': 'name: one\n',
      'one/models/orders.sql': 'select 1 as id',
      'one/models/report.sql': "select * from {{ ref('orders') }}",
      'two/dbt_project.yml': 'name: two\n',
      'two/models/orders.sql': 'select 1 as id',
      'two/models/report.sql': "select id from {{ ref('orders') }}",
    };
    expect(findings(files, 'one/models/report.sql')).toHaveLength(1);
    expect(findings(files, 'two/models/report.sql')).toEqual([]);
  });

  it('reports nothing in installed packages', () => {
    const files = {
      'dbt_project.yml': 'name: shop\n',
      'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
      'dbt_packages/tools/models/marts/x.sql': "select * from {{ ref('nothing') }}",
      'models/a.sql': "select * from {{ ref('x') }}",
    };
    expect(findings(files, 'dbt_packages/tools/models/marts/x.sql')).toEqual([]);
    expect(findings(files, 'models/a.sql')).toHaveLength(1);
  });
});

it('a dispatched macro of a package can be overridden in the project, without being told', () => {
  const files = {
    'dbt_project.yml': 'name: shop\n',
    'macros/pick.sql': '{% macro default__pick() %}id{% endmacro %}',
    'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
    'dbt_packages/tools/macros/pick.sql':
      "{% macro pick() %}{{ adapter.dispatch('pick', 'tools')() }}{% endmacro %}{% macro default__pick() %}*{% endmacro %}",
    'models/marts/a.sql': "select {{ tools.pick() }} from {{ source('x', 'y') }}",
  };
  const workspace = new Workspace({ rules: RULES });
  workspace.apply(Object.entries(files).map(([name, text]) => ({ uri: `file:///w/${name}`, text })));
  expect(workspace.render({ incremental: false }).map(one => one.text)).toEqual(['select id from x.y']);
});
