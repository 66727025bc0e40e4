import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';

const ROOT = 'file:///shop';

function open(files: Readonly<Record<string, string>>): Workspace {
  const workspace = new Workspace({ rules: [] });
  const all = { 'dbt_project.yml': 'name: shop\n', ...files };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  return workspace;
}

describe('hover', () => {
  const model = "select order_id, total from {{ ref('stg_orders') }}";
  const workspace = open({
    'models/stg_orders.sql': 'select cast(id as integer) as order_id, nullif(total, 0) as total from raw.orders',
    'models/schema.yml':
      'models:\n  - name: stg_orders\n    description: Orders, cleaned.\n    columns:\n      - name: order_id\n        tests: [unique, not_null]\n',
    'models/orders.sql': model,
  });

  it('tells what a ref delivers: columns, types, NULLs, key', () => {
    const hover = workspace.hover(`${ROOT}/models/orders.sql`, model.indexOf('stg_orders'));
    expect(hover && model.slice(hover.span.start, hover.span.end)).toBe("ref('stg_orders')");
    expect(hover?.markdown).toContain('Orders, cleaned.');
    expect(hover?.markdown).toContain('One row per `order_id`');
    expect(hover?.markdown).toContain('| `order_id` | integer | never (test not\\_null on order\\_id) |');
    expect(hover?.markdown).toContain('| `total` |  | possible');
  });

  it('says nothing elsewhere', () => {
    expect(workspace.hover(`${ROOT}/models/orders.sql`, 3)).toBeUndefined();
    expect(workspace.hover(`${ROOT}/nowhere.sql`, 3)).toBeUndefined();
  });
});
