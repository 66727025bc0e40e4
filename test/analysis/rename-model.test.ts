/** Renaming models, seeds and snapshots everywhere they are named. */

import { expect, it } from 'vitest';
import { refsIn, renameModel } from '../../server/src/analysis/rename/rename-model.ts';
import { afterRenaming, changes, type Files, filesOf, open, ROOT } from './renaming.ts';

function rename(files: Files, id: string, name: string) {
  return renameModel(open(files).projectQueries, ROOT, id, name);
}

it('renames a model in every file that names it', () => {
  const files = filesOf(`
    //- dbt_project.yml
    name: shop
    models:
      shop:
        orders:
          +tags: [folder]
          orders:
            +materialized: table
    on-run-end: "{{ log(ref('orders')) }}"
    //- models/orders/orders.sql
    select id, total from {{ source('erp', 'orders') }}
    //- models/orders/schema.yml
    sources: [{ name: erp, tables: [{ name: orders }] }]
    models:
      - name: orders
        columns:
          - name: id
            data_tests:
              - relationships: { to: "ref('orders')", field: id }
      - name: lines
        config:
          meta:
            grainline: { kind: dimension, scd: 4, history_table: orders }
    unit_tests:
      - name: totals
        model: orders
        given: [{ input: "source('erp', 'orders')", rows: [{ id: 1 }] }]
        expect: { rows: [{ id: 1 }] }
      - name: lines_of_orders
        model: lines
        given: [{ input: "ref('orders')", rows: [{ id: 1 }] }]
        expect: { rows: [{ id: 1 }] }
    semantic_models:
      - name: orders
        model: ref('orders')
        entities: [{ name: order, type: primary, expr: id }]
    exposures:
      - name: weekly
        type: dashboard
        depends_on: [ref('orders')]
    //- models/lines.sql
    with orders as (select * from {{ ref('orders') }})
    select id from orders {% if false %} union all select id from {{ ref("shop", "orders") }} {% endif %}
    -- depends_on: {{ ref('orders') }}
    //- models/other.py
    def model(dbt, session):
        return dbt.ref("orders")
    //- macros/m.sql
    {% macro m() %} select 1 from {{ ref('orders') }} {% endmacro %}
    //- tests/t.sql
    select * from {{ ref('orders') }} where total < 0
    //- snapshots/s.yml
    snapshots:
      - name: orders_snapshot
        relation: ref('orders')
        config: { unique_key: id, strategy: check, check_cols: [total] }
    //- selectors.yml
    selectors:
      - name: orders
        definition:
          union:
            - orders+
            - 2+shop.orders.orders
            - tag:orders
            - method: fqn
              value: orders
            - "@orders,stg_orders"
    //- contracts/orders.contract.yml
    contract:
      name: orders
      owner: us
      schema: [{ column: id, type: integer }]
    //- contracts/orders.odcs.yaml
    apiVersion: v3.0.0
    kind: DataContract
    id: x
    schema:
      - name: orders
        physicalName: orders
        properties: [{ name: id }]
  `);
  const after = afterRenaming(files, rename(files, 'model.shop.orders', 'fct_orders'));
  const changed = changes(files, after);
  const all = [...after.values()].join('\n');
  expect(all).not.toMatch(/ref\((["'])(?:shop\1, \1)?orders\1/);
  expect(changed['models/orders/orders.sql']).toBeUndefined();
  expect(after.get('models/orders/fct_orders.sql')).toContain("source('erp', 'orders')");
  expect(changed['dbt_project.yml']).toBe(
    files
      .get('dbt_project.yml')
      ?.replace('      orders:\n', '      fct_orders:\n')
      .replace("ref('orders')", "ref('fct_orders')")
      .trimEnd(),
  );
  expect(changed['models/orders/schema.yml']).toBe(
    files
      .get('models/orders/schema.yml')
      ?.replaceAll("ref('orders')", "ref('fct_orders')")
      .replace('models:\n  - name: orders', 'models:\n  - name: fct_orders')
      .replace('history_table: orders', 'history_table: fct_orders')
      .replace('model: orders\n', 'model: fct_orders\n')
      .trimEnd(),
  );
  expect(changed['selectors.yml']).toContain(
    '- fct_orders+\n        - 2+shop.orders.fct_orders\n        - tag:orders\n',
  );
  expect(changed['selectors.yml']).toContain('value: fct_orders\n        - "@fct_orders,stg_orders"');
  expect(changed['selectors.yml']).toContain('- name: orders\n');
  expect(changed['contracts/orders.contract.yml']).toContain('name: fct_orders');
  expect(changed['contracts/orders.odcs.yaml']).toContain('name: fct_orders\n    physicalName: fct_orders');
  expect(Object.keys(changed).sort()).toEqual([
    'contracts/orders.contract.yml',
    'contracts/orders.odcs.yaml',
    'dbt_project.yml',
    'macros/m.sql',
    'models/lines.sql',
    'models/orders/fct_orders.sql',
    'models/orders/orders.sql',
    'models/orders/schema.yml',
    'models/other.py',
    'selectors.yml',
    'snapshots/s.yml',
    'tests/t.sql',
  ]);
});

it('says what it leaves alone', () => {
  const files = filesOf(`
    //- models/a.sql
    {{ config(materialized='incremental') }} select 1 as x
    //- models/e.yml
    exposures: [{ name: weekly, type: dashboard, depends_on: [ref('a')] }]
  `);
  const done = rename(files, 'model.shop.a', 'b');
  expect('renaming' in done && done.renaming.notes).toEqual([
    expect.stringContaining("exposure 'weekly'"),
    expect.stringContaining('made anew'),
  ]);
});

it('renames seeds, snapshots and all versions of a model', () => {
  const files = filesOf(`
    //- seeds/countries.csv
    code,name
    de,Germany
    //- seeds/seeds.yml
    seeds: [{ name: countries }]
    //- models/a.sql
    select code from {{ ref('countries') }} union all select code from {{ ref('s') }} union all select code from {{ ref('v', v=1) }}
    //- snapshots/s.sql
    {% snapshot s %}{{ config(unique_key='code', strategy='check', check_cols=['code']) }} select code from {{ ref('countries') }}{% endsnapshot %}
    //- models/v.yml
    models: [{ name: v, latest_version: 2, versions: [{ v: 1 }, { v: 2, defined_in: newest }] }]
    //- models/v_v1.sql
    select 1 as code
    //- models/newest.sql
    select 1 as code
  `);
  const seed = afterRenaming(files, rename(files, 'seed.shop.countries', 'lands'));
  expect(seed.get('seeds/lands.csv')).toBe(files.get('seeds/countries.csv'));
  expect(seed.get('seeds/seeds.yml')).toContain('name: lands');
  const snapshot = afterRenaming(files, rename(files, 'snapshot.shop.s', 'lands_daily'));
  expect(snapshot.get('snapshots/lands_daily.sql')).toContain('{% snapshot lands_daily %}');
  const versions = afterRenaming(files, rename(files, 'model.shop.v.v1', 'w'));
  expect([...versions.keys()].filter(path => /^models\/[wn]/.test(path)).sort()).toEqual([
    'models/newest.sql',
    'models/w_v1.sql',
  ]);
  expect(versions.get('models/a.sql')).toContain("ref('w', v=1)");
});

it('does it whole or not at all', () => {
  const files = filesOf(`
    //- models/old.sql
    select 1 as x
    //- models/taken.sql
    select x from {{ ref('old') }} -- ref('old')
    //- models/free.sql
    select x from {{ ref('o' ~ 'ld2') }}
    //- models/old2.sql
    select 1 as x
    //- models/b/twice.sql
    select 1 as x
    //- models/c/twice.sql
    select 1 as x
  `);
  expect(rename(files, 'model.shop.old', 'taken')).toEqual({ problem: "there is a model 'taken' already" });
  expect(rename(files, 'model.shop.old2', 'new')).toEqual({
    problem: "'free' does not write the name 'old2' but computes it",
  });
  expect(rename(files, 'model.shop.old', 'not a name')).toHaveProperty('problem');
  expect(rename(files, 'model.shop.twice', 'once')).toEqual({ problem: "several models are named 'twice'" });
  expect(rename(files, 'model.shop.nobody', 'x')).toHaveProperty('problem');
  expect(rename(files, 'model.shop.old', 'new')).toHaveProperty('renaming');
});

it('finds refs to a name and to no other', () => {
  const text = `{{ ref('a') }} {{ ref("p", "a") }} {{ref( 'a' , v=2)}} ref('ab') ref('a', 'b') source('a', 'a') xref('a')`;
  const places = (name?: string) => refsIn(text, 'a', name).map(span => text.slice(span.start - 1, span.end + 1));
  expect(places()).toEqual(["'a'", '"a"', "'a'"]);
  expect(places('q')).toEqual(["'a'", "'a'"]);
});
