/** Invariant: an edit that leaves a file's facts equal re-checks that file and no other. */

import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const ROOT = 'file:///shop';

function open(): Workspace {
  const workspace = new Workspace({ rules: RULES });
  const files: Record<string, string> = {
    'dbt_project.yml': 'name: shop\nmodels:\n  +materialized: view\n',
    'models/schema.yml':
      'models:\n  - name: stg_orders\n    columns:\n      - name: id\n        data_tests: [not_null]\n',
    'models/stg_orders.sql': "select id, status from {{ source('erp', 'orders') }}",
    'models/sources.yml': 'sources:\n  - name: erp\n    tables: [{ name: orders }]\n',
    'macros/cents.sql': '{% macro cents(x) %}{{ x }} / 100{% endmacro %}',
  };
  for (let i = 0; i < 30; i++)
    files[`models/model_${i}.sql`] = "select *, {{ cents('1') }} as x from {{ ref('stg_orders') }}";
  workspace.apply(Object.entries(files).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  for (const uri of workspace.files()) workspace.findings(uri);
  return workspace;
}

const stg = `${ROOT}/models/stg_orders.sql`;

describe('after an edit', () => {
  it('that leaves the facts equal, no other file is stale', () => {
    const workspace = open();
    for (const comment of ['-- a', '-- ab', '-- abc']) {
      workspace.apply([{ uri: stg, text: `${comment}\nselect id, status from {{ source('erp', 'orders') }}` }]);
      const others = workspace.files().filter(uri => uri !== stg);
      expect(workspace.stale(others)).toEqual([]);
      workspace.findings(stg);
    }
  });

  it('that changes what a model delivers, its readers are stale and nothing else', () => {
    const workspace = open();
    workspace.apply([{ uri: stg, text: "select id, 1 as status from {{ source('erp', 'orders') }}" }]);
    const stale = workspace.stale(workspace.files().filter(uri => uri !== stg));
    expect(stale.every(uri => uri.includes('/model_'))).toBe(true);
    expect(stale.length).toBe(30);
  });

  it('of a YAML description, no model is stale', () => {
    const workspace = open();
    const uri = `${ROOT}/models/schema.yml`;
    workspace.apply([{ uri, text: `# note\n${workspace.textOf(uri)}` }]);
    expect(workspace.stale(workspace.files().filter(other => other.endsWith('.sql')))).toEqual([]);
  });

  it('of a macro, its callers are stale', () => {
    const workspace = open();
    workspace.apply([{ uri: `${ROOT}/macros/cents.sql`, text: '{% macro cents(x) %}{{ x }} / 100.0{% endmacro %}' }]);
    const stale = workspace.stale(workspace.files());
    expect(stale).toContain(`${ROOT}/models/model_3.sql`);
    expect(stale).not.toContain(stg);
  });

  it('costs the edited file, however large the project', () => {
    const workspace = open();
    const { memo } = workspace.projectQueries;
    workspace.apply([{ uri: stg, text: "-- x\nselect id, status from {{ source('erp', 'orders') }}" }]);
    workspace.findings(stg);
    const before = memo.computations;
    workspace.apply([{ uri: stg, text: "-- xy\nselect id, status from {{ source('erp', 'orders') }}" }]);
    workspace.findings(stg);
    for (const uri of workspace.files()) workspace.findings(uri);
    expect(memo.computations - before).toBeLessThan(25);
  });
});

describe('before a project has been read', () => {
  /** Answers computed for the findings of one model among others that it has nothing to do with. */
  const computed = (count: number): number => {
    const workspace = new Workspace({ rules: RULES, learnsHabitsLater: true });
    workspace.apply([{ uri: `${ROOT}/dbt_project.yml`, text: 'name: shop\n' }]);
    workspace.apply(
      Array.from({ length: count }, (_, i) => ({
        uri: `${ROOT}/models/model_${i}.sql`,
        text: `select cast(id as int) as order_id, cast(at as date) as ordered_date, is_new, sum(a) as amount from raw.t${i} group by 1, 2, 3`,
      })),
    );
    const before = workspace.projectQueries.memo.computations;
    workspace.findings(`${ROOT}/models/model_0.sql`);
    return workspace.projectQueries.memo.computations - before;
  };

  it('the first findings of a file come without reading all others', () => {
    const more = (computed(150) - computed(50)) / 100;
    // Nine for where each model is and what it reads; five more if each were read and its types counted.
    expect(more).toBeLessThan(12);
  });
});
