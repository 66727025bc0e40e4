/** What models mean, and who is heard where several speak. */

import { describe, expect, it } from 'vitest';
import { projectView } from '../../server/src/analysis/project-view.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import { propertiesMetaSchema } from '../../server/src/project/meaning-meta.ts';
import type { ProjectView } from '../../server/src/rules/rule.ts';

const ROOT = 'file:///shop';

function open(files: { readonly [path: string]: string }): { view: ProjectView; workspace: Workspace } {
  const workspace = new Workspace({ rules: [] });
  const all = { 'dbt_project.yml': 'name: shop\nprofile: shop\n', ...files };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: `${ROOT}/${path}`, text })));
  const view = projectView(workspace.projectQueries, ROOT);
  if (!view) throw new Error('no project');
  return { view, workspace };
}

function meaningOf(files: { readonly [path: string]: string }, model: string) {
  return open(files).view.meaningOf(`model.shop.${model}`);
}

describe('what is declared', () => {
  it('is read of the model and its columns, one name or several', () => {
    const meaning = meaningOf(
      {
        'models/a.sql': 'select 1 as id',
        'models/schema.yml': `
models:
  - name: a
    config:
      meta:
        grainline:
          kind: fact
          form: periodic-snapshot
          grain: [stock_date, product_key]
          natural_key: product_id
          degenerate: [receipt_number]
          tier: 1
    columns:
      - name: Quantity
        meta: { grainline: { measure: semi-additive, over: stock_date, unit: pieces } }
      - name: product_key
        config: { meta: { grainline: { references: dim_products, pii: false } } }
`,
      },
      'a',
    );
    expect(meaning.kind).toEqual({ value: 'fact', by: 'declared', because: 'meta.grainline says so' });
    expect(meaning.form?.value).toBe('periodic-snapshot');
    expect(meaning.grain?.value).toEqual(['stock_date', 'product_key']);
    expect(meaning.naturalKey?.value).toEqual(['product_id']);
    expect(meaning.tier?.value).toBe(1);
    expect(meaning.columns.get('quantity')).toMatchObject({
      name: 'Quantity',
      role: { value: 'measure' },
      measure: { value: 'semi-additive' },
      over: { value: ['stock_date'] },
      unit: { value: 'pieces' },
    });
    expect(meaning.columns.get('product_key')).toMatchObject({
      role: { value: 'foreign-key' },
      references: { value: 'dim_products' },
      isPersonal: { value: false },
    });
    expect(meaning.columns.get('receipt_number')?.role?.value).toBe('degenerate');
  });

  it('may stand in dbt_project.yml for a folder and in config() of the file', () => {
    const files = {
      'dbt_project.yml': `
name: shop
models:
  shop:
    marts:
      +meta: { grainline: { kind: dimension, scd: 1 } }
`,
      'models/marts/a.sql': 'select 1 as id',
      'models/b.sql': "{{ config(meta={'grainline': {'kind': 'fact', 'grain': 'id'}}) }} select 1 as id",
    };
    expect(meaningOf(files, 'a')).toMatchObject({ kind: { value: 'dimension' }, scd: { value: 1 } });
    expect(meaningOf(files, 'b')).toMatchObject({ kind: { value: 'fact' }, grain: { value: ['id'] } });
  });

  it('says nothing where it does not fit', () => {
    const meaning = meaningOf(
      {
        'models/a.sql': 'select 1 as id',
        'models/schema.yml': `
models:
  - name: a
    meta: { grainline: { kind: facts, scd: two, grain: [1, id], natural_key: [], valid_from: "{{ x }}", toString: 1 } }
    columns:
      - name: id
        meta: { grainline: [measure] }
`,
      },
      'a',
    );
    expect(Object.values(meaning).every(one => one === undefined || (one instanceof Map && one.size === 0))).toBe(true);
  });

  it('may be told by the roles of columns', () => {
    const meaning = meaningOf(
      {
        'models/a.sql': 'select 1 as id',
        'models/schema.yml': `
models:
  - name: a
    columns:
      - { name: product_key, meta: { grainline: { role: surrogate-key } } }
      - { name: product_id, meta: { grainline: { role: natural-key } } }
      - { name: shop_id, meta: { grainline: { role: natural-key } } }
      - { name: began_at, meta: { grainline: { role: valid-from } } }
      - { name: ended_at, meta: { grainline: { role: valid-to } } }
      - { name: is_latest, meta: { grainline: { role: is-current } } }
`,
      },
      'a',
    );
    expect(meaning).toMatchObject({
      surrogateKey: { value: 'product_key' },
      naturalKey: { value: ['product_id', 'shop_id'] },
      validFrom: { value: 'began_at' },
      validTo: { value: 'ended_at' },
      isCurrent: { value: 'is_latest' },
    });
  });
});

describe("dbt's semantic layer", () => {
  const semantic = `
semantic_models:
  - name: orders
    model: ref('fct_orders')
    defaults: { agg_time_dimension: ordered_at }
    entities:
      - { name: order, type: primary, expr: order_id }
      - { name: customer, type: foreign, expr: customer_key }
    dimensions:
      - { name: ordered_at, type: time, type_params: { time_granularity: day } }
      - { name: stock_day, type: time, expr: stock_date, type_params: { time_granularity: day } }
    measures:
      - { name: order_total, agg: sum, expr: amount }
      - { name: order_count, agg: sum, expr: 1 }
      - { name: price, agg: average }
      - { name: customers, agg: count_distinct, expr: customer_key }
      - { name: stock, agg: sum, non_additive_dimension: { name: stock_day, window_choice: max } }
  - name: products
    model: ref('dim_products')
    entities:
      - { name: product, type: natural, expr: product_id }
    dimensions:
      - { name: began, type: time, expr: valid_from, type_params: { validity_params: { is_start: true } } }
      - { name: ended, type: time, expr: valid_to, type_params: { validity_params: { is_end: true } } }
  - { name: broken }
  - 7
`;

  it('tells grain, measures, event time and foreign keys', () => {
    const meaning = meaningOf({ 'models/fct_orders.sql': 'select 1 as x', 'models/sem.yml': semantic }, 'fct_orders');
    expect(meaning.grain).toEqual({
      value: ['order_id'],
      by: 'semantic model',
      because: "the semantic model 'orders' says so",
    });
    const roles = [...meaning.columns].map(([name, one]) => [name, one.role?.value, one.measure?.value]);
    expect(roles).toEqual([
      ['amount', 'measure', 'additive'],
      ['stock', 'measure', 'semi-additive'],
      ['customer_key', 'foreign-key', undefined],
      ['ordered_at', 'event-time', undefined],
    ]);
    expect(meaning.columns.get('stock')?.over?.value).toEqual(['stock_date']);
  });

  it('tells a history by its natural entity and validity', () => {
    const files = { 'models/dim_products.sql': 'select 1 as x', 'models/sem.yml': semantic };
    expect(meaningOf(files, 'dim_products')).toMatchObject({
      scd: { value: 2, by: 'semantic model' },
      naturalKey: { value: ['product_id'] },
      validFrom: { value: 'valid_from' },
      validTo: { value: 'valid_to' },
    });
  });

  it("may stand in the model's own entry", () => {
    const meaning = meaningOf(
      {
        'models/fct_stock.sql': 'select 1 as x',
        'models/schema.yml': `
models:
  - name: fct_stock
    semantic_model: { enabled: true, name: stock }
    agg_time_dimension: counted
    columns:
      - { name: stock_id, entity: { type: primary, name: stock } }
      - { name: product_key, entity: { type: foreign, name: product } }
      - { name: stock_date, granularity: day, dimension: { type: time, name: counted } }
      - { name: broken, entity: 7, dimension: [] }
    metrics:
      - { name: pieces, type: simple, agg: sum, expr: quantity, non_additive_dimension: { name: counted, window_agg: max } }
      - { name: value, type: simple, agg: sum }
      - { name: per_day, type: ratio, numerator: pieces, denominator: value }
`,
      },
      'fct_stock',
    );
    expect(meaning.grain).toMatchObject({ value: ['stock_id'], because: "the semantic model 'stock' says so" });
    expect(meaning.columns.get('quantity')).toMatchObject({
      measure: { value: 'semi-additive' },
      over: { value: ['stock_date'] },
    });
    expect(meaning.columns.get('value')?.measure?.value).toBe('additive');
    expect(meaning.columns.get('product_key')?.role?.value).toBe('foreign-key');
    expect(meaning.columns.get('stock_date')?.role?.value).toBe('event-time');
  });

  it('is heard after what is declared', () => {
    const files = {
      'models/fct_orders.sql': 'select 1 as x',
      'models/sem.yml': semantic,
      'models/schema.yml': 'models: [{name: fct_orders, meta: {grainline: {grain: [order_id, line_number]}}}]',
    };
    expect(meaningOf(files, 'fct_orders').grain).toMatchObject({ value: ['order_id', 'line_number'], by: 'declared' });
  });
});

describe('names', () => {
  const models = (...paths: string[]) => Object.fromEntries(paths.map(path => [`models/${path}.sql`, 'select 1 as x']));
  const kindOf = (files: { readonly [path: string]: string }, model: string) => {
    const { kind, form } = meaningOf(files, model);
    return kind && `${kind.value}${form ? ` (${form.value})` : ''}, ${kind.by}: ${kind.because}`;
  };

  it('tell a kind where a convention gives them a meaning', () => {
    const kimball = { 'grainline.yml': 'extends: [kimball]', ...models('fct_a', 'marts/dim_b', 'staging/dim_c') };
    expect(kindOf(kimball, 'fct_a')).toBe(
      "fact, inferred: its name begins with 'fct_', as the kimball convention has it",
    );
    expect(kindOf(kimball, 'dim_b')).toMatch(/^dimension/);
    expect(kindOf(kimball, 'dim_c')).toBe('staging, inferred: it lies in a folder of the staging layer');
  });

  it('tell it by the habit of the project, also beside other habits', () => {
    const facts = [...'abcdefgh'].map(one => `dimensional/tfact_${one}`);
    const others = [...'abcdefghijklmn'].map(one => `marts/x${one}__table`);
    const divided = models(...facts, ...others, 'dimensional/dim_a');
    expect(kindOf(divided, 'tfact_a')).toBe(
      "fact (transaction), inferred: its name begins with 'tfact_', like those of 7 other models",
    );
    expect(kindOf(divided, 'dim_a')).toBeUndefined();
  });

  it('mean Data Vault only where it is chosen', () => {
    const files = models('link_clicks', 'sat_scores', 'hub_customer');
    expect(kindOf(files, 'link_clicks')).toBeUndefined();
    const vault = { 'grainline.yml': 'extends: [data-vault]', ...files };
    expect(kindOf(vault, 'hub_customer')).toMatch(/^hub, inferred/);
    expect(kindOf(vault, 'link_clicks')).toMatch(/^link, inferred/);
  });

  it('are heard last', () => {
    const files = {
      'grainline.yml': 'extends: [kimball]',
      ...models('fct_a'),
      'models/s.yml': 'models: [{name: fct_a, meta: {grainline: {kind: bridge}}}]',
    };
    expect(kindOf(files, 'fct_a')).toBe('bridge, declared: meta.grainline says so');
  });
});

it('is not worked out again for the edit of a text', () => {
  const { view, workspace } = open({
    'grainline.yml': 'extends: [kimball]',
    'models/fct_a.sql': 'select 1 as x',
    'models/fct_b.sql': 'select 1 as x',
  });
  const before = view.meaningOf('model.shop.fct_b');
  workspace.apply([{ uri: `${ROOT}/models/fct_a.sql`, text: 'select 2 as x' }]);
  expect(view.meaningOf('model.shop.fct_b')).toBe(before);
});

it('gives editors a schema that knows every key', () => {
  const schema = JSON.stringify(propertiesMetaSchema());
  for (const key of ['surrogate_key', 'semi-additive', 'accumulating-snapshot', 'record-source'])
    expect(schema).toContain(key);
});
