/** `grainline lineage`: columns through CTEs, stars and models, to the sources and to the readers. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, grainline } from './project.ts';

const cwd = folderWith({
  'dbt_project.yml': 'name: shop\n',
  'models/sources.yml': 'sources:\n  - name: erp\n    tables: [{ name: orders }]\n',
  'models/stg_orders.sql':
    "with source as (select * from {{ source('erp', 'orders') }})\nselect id as order_id, customer_id, cast(amt as decimal(10, 2)) as amount from source\n",
  'models/int_orders.sql': "select *, amount * 1.19 as gross from {{ ref('stg_orders') }}\n",
  'models/customers.sql':
    "with o as (select customer_id, sum(gross) as revenue from {{ ref('int_orders') }} group by customer_id)\nselect customer_id as id, revenue from o\n",
  'models/exposures.yml':
    "exposures:\n  - name: board\n    type: dashboard\n    depends_on: [ref('customers')]\n    owner: { name: x, email: x@example.com }\n",
});

describe('lineage', () => {
  it('follows a column to its sources and its readers', async () => {
    expect(await grainline(['lineage', 'int_orders.gross'], { cwd })).toEqual({
      code: 0,
      stderr: '',
      stdout: `int_orders.gross
comes from
  stg_orders.amount  transform
    source erp.orders.amt  transform
is read by
  customers.revenue  aggregate
`,
    });
    const id = await grainline(['lineage', 'CUSTOMERS.ID'.toLowerCase(), '--upstream'], { cwd });
    expect(id.stdout).toBe(`customers.id
comes from
  int_orders.customer_id  rename
    stg_orders.customer_id  passthrough
      source erp.orders.customer_id  passthrough
`);
    const down = await grainline(['lineage', 'erp.orders.amt', '--downstream'], { cwd });
    expect(down.stdout).toContain('stg_orders.amount  transform\n    int_orders.amount  passthrough\n');
  });

  it('follows a model, by name or path, to exposures too', async () => {
    const byName = await grainline(['lineage', 'customers'], { cwd });
    expect(byName.stdout).toBe(`customers
comes from
  int_orders
    stg_orders
      source erp.orders
is read by
  exposure board
`);
    expect((await grainline(['lineage', 'models/customers.sql'], { cwd })).stdout).toBe(byName.stdout);
    expect((await grainline(['lineage', join(cwd, 'models', 'customers.sql')], { cwd: folderWith({}) })).stdout).toBe(
      byName.stdout,
    );
  });

  it('shows the whole project', async () => {
    const { stdout } = await grainline(['lineage'], { cwd });
    expect(stdout).toBe(
      'customers ← int_orders\nint_orders ← stg_orders\nsource erp.orders\nstg_orders ← source erp.orders\n',
    );
  });

  it('writes JSON', async () => {
    const { stdout } = await grainline(['lineage', 'customers.revenue', '--format', 'json', '--upstream'], { cwd });
    const graph = JSON.parse(stdout);
    expect(graph).toMatchObject({
      version: 1,
      direction: 'upstream',
      complete: true,
      starts: [{ node: 'model.shop.customers', column: 'revenue' }],
    });
    expect(graph.edges[0]).toEqual({
      from: { node: 'model.shop.int_orders', column: 'gross' },
      to: { node: 'model.shop.customers', column: 'revenue' },
      kind: 'aggregate',
    });
    expect(graph.nodes.map((node: { file: string }) => node.file)).toContain('models/stg_orders.sql');
  });

  it('writes Mermaid', async () => {
    const column = await grainline(['lineage', 'customers.revenue', '--format', 'mermaid', '--upstream'], { cwd });
    expect(column.stdout).toBe(`flowchart LR
  subgraph g0["customers"]
    n0["revenue"]
  end
  subgraph g1["int_orders"]
    n1["gross"]
  end
  subgraph g2["stg_orders"]
    n2["amount"]
  end
  subgraph g3["source erp.orders"]
    n3["amt"]
  end
  n1 -->|aggregate| n0
  n2 -->|transform| n1
  n3 -->|transform| n2
  style n0 stroke-width:3px
`);
    const model = await grainline(['lineage', 'stg_orders', '--format', 'mermaid', '--upstream'], { cwd });
    expect(model.stdout).toContain('n1[("erp.orders")]\n  n1 --> n0\n');
  });

  it('says what is not there, and what may be meant', async () => {
    expect(await grainline(['lineage', 'customer'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: "grainline: There is no model, seed, snapshot or source 'customer'. Did you mean 'customers'?\n",
    });
    expect((await grainline(['lineage', 'customers.revenu'], { cwd })).stderr).toContain(
      "'customers' has no column 'revenu'. Did you mean 'customers.revenue'?",
    );
    expect((await grainline(['lineage', 'a', 'b'], { cwd })).code).toBe(2);
    expect((await grainline(['lineage', 'customers', '--upstream', '--downstream'], { cwd })).code).toBe(2);
  });

  it('ends where refs go in a circle', async () => {
    const folder = folderWith({
      'dbt_project.yml': 'name: shop\n',
      'models/a.sql': "select x from {{ ref('b') }}",
      'models/b.sql': "select x from {{ ref('a') }}",
    });
    const { code, stdout } = await grainline(['lineage', 'a', '--upstream'], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a\ncomes from\n  b\n    a  (see above)\n' });
  });
});
