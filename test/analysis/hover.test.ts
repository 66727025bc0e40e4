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
    expect(hover?.markdown).toContain('| `order_id` | integer | never (test not\\_null on order\\_id) | key |');
    expect(hover?.markdown).toContain('| `total` |  | possible');
  });

  it('says nothing elsewhere', () => {
    expect(workspace.hover(`${ROOT}/models/orders.sql`, 3)).toBeUndefined();
    expect(workspace.hover(`${ROOT}/models/orders.sql`, model.indexOf('from') + 1)).toBeUndefined();
    expect(workspace.hover(`${ROOT}/nowhere.sql`, 3)).toBeUndefined();
  });
});

describe('hover over a column', () => {
  const lines = "select order_id, line, customer_id, amt as amount from {{ source('erp', 'lines') }}";
  const model = `{% set rate = 1.19 %}
with lines as (select * from {{ ref('stg_lines') }} where amount is not null),
totals as (
  select order_id, sum(amount) as total, count(*) as items, sum(amount) / count(*) as mean
  from lines
  group by order_id
)
select l.order_id, l.customer_id, t.total * {{ rate }} as gross, t.mean
from lines as l left join totals as t on t.order_id = l.order_id`;
  const workspace = open({
    'models/stg_lines.sql': lines,
    'models/sources.yml': 'sources:\n  - name: erp\n    tables: [{ name: lines }]\n',
    'models/schema.yml': `
models:
  - name: customers
    columns: [{ name: id, tests: [unique] }]
  - name: stg_lines
    tests: [{ dbt_utils.unique_combination_of_columns: { combination_of_columns: [order_id, line] } }]
    columns:
      - name: customer_id
        description: Who *ordered*.
        data_type: integer
        tests: [{ relationships: { to: ref('customers'), field: id } }]
`,
    'models/customers.sql': 'select 1 as id',
    'models/orders.sql': model,
  });
  const at = (text: string, within = text): string | undefined => {
    const hover = workspace.hover(`${ROOT}/models/orders.sql`, model.indexOf(within) + within.indexOf(text) + 1);
    if (hover) expect(model.slice(hover.span.start, hover.span.end)).toContain(text);
    return hover?.markdown;
  };

  it('says what it is, whose key it holds, and the way to its source', () => {
    expect(at('l.customer_id')).toBe(`**customer\\_id** · integer · \`l\`

Who \\*ordered\\*.

- type: integer (upstream stg\\_lines.customer\\_id)
- leads to: \`customers.id\` (relationships test)
- from: \`stg_lines.customer_id\` ← source \`erp.lines.customer_id\``);
  });

  it('says why it is unique, why it may be NULL, and what it is made of', () => {
    expect(at('t.order_id')).toContain('- key: unique (group by)');
    const total = at('t.total');
    expect(total).toContain('- measure: adds up (it is a sum)');
    expect(total).toContain('- NULL: possible (comes from the right side of a left join');
    expect(total).toContain('- made of: `sum(amount)`');
    expect(total).toContain('- from: `stg_lines.amount`');
    expect(at('t.mean')).toContain("- measure: does not add up ('sum(amount) / count(\\*)' is a ratio)");
    expect(at('l.order_id')).toContain(
      '- key: unique with `line` (test unique\\_combination\\_of\\_columns on order\\_id, line)',
    );
  });

  it('speaks of columns that are made here, at their alias', () => {
    expect(at('gross', 'as gross')).toContain('- made of: `t.total * 1.19`');
    expect(at('items', 'as items')).toContain('type: integer (count())');
  });
});
