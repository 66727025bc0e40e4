import { nearest } from '../../base/nearest.ts';
import { checkSpecification } from '../../contracts/check-specification.ts';
import type { SchemaFinding } from '../../contracts/schema-findings.ts';
import {
  readSpecification,
  type SpecifiedAttribute,
  type SpecifiedDimension,
  type SpecifiedFact,
  type SpecifiedKey,
  type SpecifiedMeasure,
  specificationRoots,
  type Word,
} from '../../project/specifications.ts';
import { additivityOf, dimensionKeys, dimensionOfKey, linkKey } from '../../project/specified-meaning.ts';
import { defineRule, type ProjectView, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A dimensional specification with a part that is misspelt, contradicts another, or leads nowhere.',
  why: 'Who builds the star from it builds the mistake: a fact without a grain, a key to no dimension, a rate that reports add up.',
  details:
    'A document is a dimensional specification by its content: `fact_table:` or `fact_tables:`, or `dimensions:` with keys, attributes or hierarchies. Its form is in `schemas/specification.schema.json`. Besides the form: every fact states its grain, every foreign key leads to a dimension of the specifications or to a model, the type of a measure fits its aggregation, levels of a hierarchy are attributes, and a dimension that keeps history has keys for it. Blanks of a template (`""`, `fct_[business_process]`) are unfinished, not wrong.',
  severity: 'error',
  on: 'yaml:file',
  check({ documents }, { project, report }) {
    const roots = specificationRoots(documents);
    if (roots.length === 0) return;
    const { facts, dimensions } = readSpecification(documents);
    const known = [...dimensionKeys({ facts, dimensions }), ...(project?.specifiedDimensions ?? [])];
    const found: SchemaFinding[] = [
      ...roots.flatMap(checkSpecification),
      ...facts.flatMap(fact => [
        ...grainOf(fact),
        ...twice(fact.measures, fact.name, 'measure'),
        ...fact.measures.flatMap(aggregationOf),
        ...fact.foreignKeys.flatMap(key => targetOf(key, linkKey(key, known).dimension, known, project)),
      ]),
      ...dimensions.flatMap(dimension => [
        ...twice(dimension.attributes, dimension.name, 'attribute'),
        ...typesOf(dimension),
        ...levelsOf(dimension),
        ...keysOf(dimension),
      ]),
    ];
    for (const { message, span, replacement, severity } of found) {
      report(span, message, {
        ...(severity ? { severity } : {}),
        fixes: replacement === undefined ? [] : [suggest(`Change to ${replacement}`, replace(span, replacement))],
      });
    }
  },
  examples: {
    'words that are misspelt': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: order line
        mesures:
        ^^^^^^^ error: did you mean 'measures'?
          - name: amount
      dimensions:
        - name: dim_customers
          type: historic
                ^^^^^^^^ error: names no type of history
          natural_key: customer_id
          atributes: []
          ^^^^^^^^^ did you mean 'attributes'?
      -> Change to measures
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: order line
        measures:
          - name: amount
      dimensions:
        - name: dim_customers
          type: historic
          natural_key: customer_id
          atributes: []
    `,
    'measures that their aggregation does not fit': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
              ^^^^^^^^^ warning: 'fct_sales' states no grain
        measures:
          - name: discount_rate
            type: non-additive
            aggregation: SUM
                         ^^^ warning: 'discount_rate' is non-additive, and SUM adds it up
          - name: customer_count
            type: additive
                  ^^^^^^^^ warning: a distinct count is not additive
            aggregation: COUNT DISTINCT
          - { name: customer_count, type: additiv, aggregation: sum }
                    ^^^^^^^^^^^^^^ warning: 'customer_count' is listed twice
                                          ^^^^^^^ error: did you mean 'additive'?
      -> Change to additive
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        measures:
          - name: discount_rate
            type: non-additive
            aggregation: SUM
          - name: customer_count
            type: additive
            aggregation: COUNT DISTINCT
          - { name: customer_count, type: additive, aggregation: sum }
    `,
    'keys and levels that lead nowhere': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: [order_id, line_number]
        foreign_keys:
          - customer_key
          - order_date_key
          - shop_ky
            ^^^^^^^ warning: 'shop_ky' leads to no dimension
          - campaign_key -> dim_campain
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: There is no dimension 'dim_campain'; did you mean 'dim_campaigns'?
      dimensions:
        - name: dim_customers
          type: Type 2 (history)
          natural_key: customer_id
          surrogate_key: customer_key
          attributes:
            - { name: country, scd_type: 2 }
            - { name: city_name, scd_type: 2 }
          hierarchy: [contry, city]
                      ^^^^^^ warning: 'contry' is no attribute of 'dim_customers'; did you mean 'country'?
      ---
      dimensions:
        - name: dim_dates
          type: 0
          natural_key: date_day
        - name: dim_shops
          type: 2
                ^ warning: needs a surrogate key
          natural_key: shop_id
      //- models/dim_campaigns.sql
      select 1 as campaign_key
      -> Change to country
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: [order_id, line_number]
        foreign_keys:
          - customer_key
          - order_date_key
          - shop_ky
          - campaign_key -> dim_campain
      dimensions:
        - name: dim_customers
          type: Type 2 (history)
          natural_key: customer_id
          surrogate_key: customer_key
          attributes:
            - { name: country, scd_type: 2 }
            - { name: city_name, scd_type: 2 }
          hierarchy: [country, city]
      ---
      dimensions:
        - name: dim_dates
          type: 0
          natural_key: date_day
        - name: dim_shops
          type: 2
          natural_key: shop_id
    `,
    'an unfinished template, and a whole one': `
      //- specs/template.yml
      fact_table:
        name: "fact_[business_process]"
        grain: ""                    # one row = one [what]?
        grain_statement: "One row per [transaction/event/snapshot] at [time grain]"
        measures:
          - name: ""
            type: ""
            aggregation: ""
            business_definition: ""
        degenerate_dimensions: []
        foreign_keys: []
      dimensions:
        - name: "dim_[entity]"
          type: ""
          natural_key: ""
          surrogate_key: ""
          attributes:
            - name: ""
              source: ""
              scd_type: ""
          hierarchy: []
      //- specs/sales.yml
      fact_tables:
        - name: fct_sales
          grain: order line
          grain_statement: One row per line of an order, when it was placed
          measures:
            - { name: amount, type: additive, aggregation: SUM, business_definition: Price after discount }
            - { name: stock, type: semi-additive, aggregation: SUM, over: order_date_key }
            - { name: margin_rate, type: non-additive, aggregation: AVG }
          degenerate_dimensions: [order_number]
          foreign_keys:
            - dim_customers
            - ship_date_key
            - { column: shop_key, dimension: dim_shops }
            - product_key: dim_products
        - name: fct_visits
          grain_statement: One row per visit
          foreign_keys: [customer_key]
      dimensions:
        - { name: dim_customers, type: Type 1, natural_key: customer_id, surrogate_key: customer_key }
        - { name: dim_dates, type: Type 0, natural_key: date_day, surrogate_key: date_key }
        - { name: dim_shops, type: SCD2, natural_key: shop_id, surrogate_key: shop_key, attributes: [{ name: city, scd_type: 2 }] }
        - { name: dim_products, type: 1, natural_key: product_id, attributes: [], hierarchy: [product] }
    `,
    'dimensions of a semantic layer': `
      //- models/semantic.yml
      semantic_models: []
      dimensions: [{ name: region, hierarchy: [a] }]
      //- cubes/orders.yml
      dimensions:
        - { name: region, sql: region, type: string }
    `,
  },
});

function grainOf(fact: SpecifiedFact): readonly SchemaFinding[] {
  if (fact.grain || fact.grainStatement || fact.measures.length + fact.foreignKeys.length === 0) return [];
  return [
    {
      message: `'${fact.name.text}' states no grain: nobody can tell what one row is, or which keys repeat in it. Write it as 'grain' or 'grain_statement'.`,
      span: fact.name.at,
      severity: 'warning',
    },
  ];
}

function twice(parts: readonly { readonly name: Word }[], owner: Word, what: string): readonly SchemaFinding[] {
  const seen = new Set<string>();
  return parts.flatMap(({ name }): SchemaFinding[] => {
    const lower = name.text.toLowerCase();
    if (!seen.has(lower)) {
      seen.add(lower);
      return [];
    }
    const message = `'${name.text}' is listed twice as ${what === 'attribute' ? 'an' : 'a'} ${what} of '${owner.text}'.`;
    return [{ message, span: name.at, severity: 'warning' }];
  });
}

function aggregationOf({ name, type, aggregation }: SpecifiedMeasure): readonly SchemaFinding[] {
  const additivity = additivityOf(type);
  const how = aggregation?.text.toUpperCase().replaceAll('_', ' ');
  if (!type || !aggregation || additivity === undefined) return [];
  if (additivity === 'non-additive' && how === 'SUM') {
    const message = `'${name.text}' is non-additive, and SUM adds it up: the sum means nothing. Compute it from its parts, or declare it additive.`;
    return [{ message, span: aggregation.at, severity: 'warning' }];
  }
  if (additivity !== 'non-additive' && how === 'COUNT DISTINCT') {
    const message = `'${name.text}' is counted distinctly, and a distinct count is not additive: who comes on two days counts twice in the sum. Declare it non-additive.`;
    return [{ message, span: type.at, severity: 'warning', replacement: 'non-additive' }];
  }
  return [];
}

function targetOf(
  { written, isOneName, column }: SpecifiedKey,
  dimension: string | undefined,
  known: readonly { readonly name: string }[],
  project: ProjectView | undefined,
): readonly SchemaFinding[] {
  const isThere = (name: string): boolean =>
    known.some(one => one.name.toLowerCase() === name.toLowerCase()) ||
    project?.resolve({ kind: 'ref', name }) !== undefined;
  if (dimension !== undefined && isThere(dimension)) return [];
  const models = project?.refNames() ?? [];
  if (isOneName && column !== undefined && dimension === undefined) {
    if (isThere(column) || dimensionOfKey(column, models) !== undefined) return [];
    const message = `'${column}' leads to no dimension of a specification and to no model: nobody can look up what it stands for. Name the dimension, as '${column} -> dim_…'.`;
    return [{ message, span: written.at, severity: 'warning' }];
  }
  if (dimension === undefined) return [];
  const meant = nearest(dimension, [...known.map(one => one.name), ...models]);
  const hint = meant === undefined ? '.' : `; did you mean '${meant}'?`;
  const isWhole = written.text === dimension;
  const message = `There is no dimension '${dimension}'${hint}`;
  return [{ message, span: written.at, severity: 'warning', ...(meant && isWhole ? { replacement: meant } : {}) }];
}

function typesOf({ type, attributes }: SpecifiedDimension): readonly SchemaFinding[] {
  const all = [type, ...attributes.map((one: SpecifiedAttribute) => one.scd)];
  return all.flatMap(one => {
    if (!one || one.value !== undefined) return [];
    const message = `'${one.text}' names no type of history: write 1 (overwritten), 2 (a row per version) or 3 (previous value beside it).`;
    return [{ message, span: one.at }];
  });
}

function levelsOf({
  name,
  hierarchies,
  attributes,
  naturalKey,
  surrogateKey,
}: SpecifiedDimension): readonly SchemaFinding[] {
  if (attributes.length === 0) return [];
  const columns = [...attributes.map(one => one.name), ...naturalKey, ...(surrogateKey ? [surrogateKey] : [])];
  const names = columns.map(one => one.text);
  // The finest level is often the thing itself: `store` of dim_stores.
  const isKnown = (level: string): boolean =>
    [...names, name.text.replace(/^dim_/i, '')].some(one => {
      const known = one.toLowerCase();
      return known === level || known.startsWith(`${level}_`) || known === `${level}s`;
    });
  return hierarchies.flat().flatMap((level): SchemaFinding[] => {
    if (isKnown(level.text.toLowerCase())) return [];
    const meant = nearest(level.text, names);
    const hint = meant === undefined ? '.' : `; did you mean '${meant}'?`;
    const message = `'${level.text}' is no attribute of '${name.text}'${hint}`;
    return [{ message, span: level.at, severity: 'warning', ...(meant === undefined ? {} : { replacement: meant }) }];
  });
}

function keysOf({ name, type, naturalKey, surrogateKey }: SpecifiedDimension): readonly SchemaFinding[] {
  if (!type || (type.value !== 2 && type.value !== 6 && type.value !== 7)) return [];
  if (naturalKey.length === 0) {
    const message = `'${name.text}' keeps a row per version and needs a natural key: without one nobody can tell which versions are of one thing.`;
    return [{ message, span: type.at, severity: 'warning' }];
  }
  if (surrogateKey) return [];
  const key = naturalKey.map(one => one.text).join(', ');
  const message = `'${name.text}' keeps a row per version and needs a surrogate key: '${key}' repeats, and a fact that keeps it cannot tell versions apart.`;
  return [{ message, span: type.at, severity: 'warning' }];
}
