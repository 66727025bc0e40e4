/** Dimensional specifications in the ways people write them, and what models mean by them. */

import { describe, expect, it } from 'vitest';
import { projectView } from '../../server/src/analysis/project-view.ts';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import {
  mayHoldSpecification,
  readSpecification,
  specificationRoots,
} from '../../server/src/project/specifications.ts';
import { dimensionKeys, dimensionOfKey, linkKey } from '../../server/src/project/specified-meaning.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

const STAR = `# Sales as the board reads them.
fact_table:
  name: fct_sales
  grain: [order_id, line_number]
  grain_statement: One row per order line
  measures:
    - name: sales_amount
      type: additive
      aggregation: SUM
      business_definition: Price after discount.
    - { name: stock, type: Semi additive, aggregation: SUM, over: order_date }
  degenerate_dimensions: [order_number]
  foreign_keys:
    - dim_customers
    - ship_date_key
    - product_key -> dim_products
    - dim_shops.shop_key
    - { column: promo_key, references: dim_promotions.promo_key }
    - agent_key: ref('dim_agents')
    - { a: b, c: d }
dimensions:
  - name: dim_customers
    type: Type 2 (history)
    natural_key: customer_id, country_code
    surrogate_key: customer_key
    conformed: true
    attributes:
      - { name: city, source: crm, scd_type: 2 }
      - { name: email, scd_type: Type 1 }
      - segment
    hierarchy: [country, region, city]
  - name: dim_dates
    type: 0
    surrogate_key: date_key
    hierarchy:
      - [year, quarter, month]
      - { name: fiscal, levels: [fiscal_year, fiscal_month] }
`;

const read = (text: string) => readSpecification(parseYaml(text).documents);

describe('reading', () => {
  it('takes keys in every way they are written', () => {
    const { facts, dimensions } = read(STAR);
    const known = dimensionKeys({ facts, dimensions });
    expect(facts[0]?.foreignKeys.map(key => linkKey(key, known))).toEqual([
      { column: 'customer_key', dimension: 'dim_customers' },
      { column: 'ship_date_key', dimension: 'dim_dates' },
      { column: 'product_key', dimension: 'dim_products' },
      { column: 'shop_key', dimension: 'dim_shops' },
      { column: 'promo_key', dimension: 'dim_promotions' },
      { column: 'agent_key', dimension: 'dim_agents' },
    ]);
  });

  it('takes hierarchies as one list or several, and types in words', () => {
    const { dimensions } = read(STAR);
    const words = dimensions.map(one => one.hierarchies.map(levels => levels.map(level => level.text)));
    expect(words).toEqual([
      [['country', 'region', 'city']],
      [
        ['year', 'quarter', 'month'],
        ['fiscal_year', 'fiscal_month'],
      ],
    ]);
    expect(dimensions.map(one => one.type?.value)).toEqual([2, 0]);
    expect(dimensions[0]?.naturalKey.map(one => one.text)).toEqual(['customer_id', 'country_code']);
    expect(dimensions[0]?.attributes.map(one => one.scd?.value)).toEqual([2, 1, undefined]);
  });

  it('keeps the place of every word', () => {
    const { facts, dimensions } = read(STAR);
    const words = [facts[0]?.name, facts[0]?.measures[1]?.over[0], dimensions[0]?.attributes[2]?.name];
    for (const word of words) expect(STAR.slice(word?.at.start, word?.at.end)).toBe(word?.text);
  });

  it('takes words as a grain, and columns where it names some', () => {
    const grains = ['order line', 'order_id, line_number', '[day, shop]', 'order'].map(
      grain => read(`fact_table: { name: fct_a, grain: ${grain.includes('[') ? grain : `"${grain}"`} }`).facts[0],
    );
    expect(grains.map(one => one?.grainColumns.map(each => each.text))).toEqual([
      [],
      ['order_id', 'line_number'],
      ['day', 'shop'],
      [],
    ]);
    expect(grains[0]?.grain?.text).toBe('order line');
  });

  it('takes several facts and documents, and leaves out what is no specification', () => {
    const text =
      'fact_tables: [{ name: a }, { name: b }, { nme: c }, 7]\n---\nfact_table: [{ name: d }]\n---\nmodels: []\nfact_table: { name: e }\n---\n- 1\n';
    expect(read(text).facts.map(one => one.name.text)).toEqual(['a', 'b', 'd']);
    expect(specificationRoots(parseYaml('dimensions: [{ name: a, sql: x }]').documents)).toEqual([]);
    expect(mayHoldSpecification('models:\n  - dimensions: 1')).toBe(false);
  });

  it('finds the dimension of a key by its entity', () => {
    const names = ['dim_dates', 'dim_regions', 'dim_sales_regions', 'dim_address', 'fct_orders'];
    expect(dimensionOfKey('order_date_key', names)).toBe('dim_dates');
    expect(dimensionOfKey('sales_region_id', names)).toBe('dim_sales_regions');
    expect(dimensionOfKey('ship_address_key', names)).toBe('dim_address');
    expect(dimensionOfKey('order_key', names)).toBeUndefined();
    expect(dimensionOfKey('order_number', names)).toBeUndefined();
  });
});

describe('what models mean by it', () => {
  const workspace = new Workspace({ rules: [] });
  workspace.apply(
    Object.entries({
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'docs/sales.yml': STAR,
      'models/fct_sales.sql': 'select 1 as x',
      'models/dim_customers.sql': 'select 1 as x',
    }).map(([path, text]) => ({ uri: `file:///shop/${path}`, text })),
  );
  const view = projectView(workspace.projectQueries, 'file:///shop');

  it('is told of facts', () => {
    const meaning = view?.meaningOf('model.shop.fct_sales');
    const because = 'the specification in docs/sales.yml says so';
    expect(meaning?.kind).toEqual({ value: 'fact', by: 'specification', because });
    expect(meaning?.grain?.value).toEqual(['order_id', 'line_number']);
    expect(meaning?.grainStatement?.value).toBe('One row per order line');
    expect(meaning?.columns.get('stock')).toMatchObject({
      measure: { value: 'semi-additive' },
      over: { value: ['order_date'] },
    });
    expect(meaning?.columns.get('product_key')?.references?.value).toBe('dim_products');
    expect(meaning?.columns.get('order_number')?.role?.value).toBe('degenerate');
  });

  it('is told of dimensions', () => {
    expect(view?.meaningOf('model.shop.dim_customers')).toMatchObject({
      kind: { value: 'dimension' },
      scd: { value: 2, by: 'specification' },
      naturalKey: { value: ['customer_id', 'country_code'] },
      surrogateKey: { value: 'customer_key' },
      isConformed: { value: true },
    });
  });

  it('is not worked out again for a comment in the document', () => {
    const before = view?.meaningOf('model.shop.fct_sales');
    workspace.apply([{ uri: 'file:///shop/docs/sales.yml', text: `# New.\n${STAR}` }]);
    expect(view?.meaningOf('model.shop.fct_sales')).toBe(before);
    workspace.apply([{ uri: 'file:///shop/docs/sales.yml', text: STAR.replace('One row per', 'A row for each') }]);
    expect(view?.meaningOf('model.shop.fct_sales').grainStatement?.value).toBe('A row for each order line');
  });
});
