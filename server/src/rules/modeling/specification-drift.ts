import { nearest } from '../../base/nearest.ts';
import type { NodeFacts, OutputColumn } from '../../project/facts.ts';
import {
  readSpecification,
  type SpecifiedDimension,
  type SpecifiedFact,
  specificationRoots,
  type Word,
} from '../../project/specifications.ts';
import { additivityOf, type DimensionKeys, dimensionKeys, linkKey } from '../../project/specified-meaning.ts';
import type { SelectItem } from '../../syntax/sql/tree.ts';
import { bare, functionName } from '../expressions.ts';
import {
  defineRule,
  type ModelSubject,
  type ProjectView,
  type ReportDetails,
  type RuleContext,
  replace,
  suggest,
} from '../rule.ts';

export default defineRule({
  summary: 'A model and the dimensional specification of the same name disagree.',
  why: 'Readers plan with the specification and query the model: what it promises and the SQL does not deliver is found in a broken report.',
  details:
    'Compares facts and dimensions of specification documents with the models of their names. In the document: columns the model does not deliver, a grain other than the one that tests or `meta.grainline` hold, additivity or history declared otherwise. In the model: the same columns once, columns of which the specification says nothing (information), and a measure specified as additive that is an average or a distinct count. Columns are compared where all of the model’s are known. Silent about keys, validity, what a type of history brings along (previous and current values, times of change, `is_deleted`), audit columns and names that begin with an underscore.',
  severity: 'warning',
  on: ['yaml:file', 'model'],
  check(subject, context) {
    if (!context.project) return;
    if ('node' in subject) checkModel(subject, context.project, context);
    else if (specificationRoots(subject.documents).length > 0) {
      const specification = readSpecification(subject.documents);
      const known = [...dimensionKeys(specification), ...context.project.specifiedDimensions];
      for (const fact of specification.facts) checkFact(fact, known, context.project, context.report);
      for (const dimension of specification.dimensions) checkDimension(dimension, context.project, context.report);
    }
  },
  examples: {
    'columns that only one of them has': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: [order_id, line_number]
        measures:
          - { name: sales_amount, type: additive, aggregation: SUM }
                    ^^^^^^^^^^^^ warning: 'fct_sales' delivers no 'sales_amount'; did you mean 'sale_amount'?
          - { name: cost_amount, type: additive, aggregation: SUM }
                    ^^^^^^^^^^^ warning: 'fct_sales' delivers no 'cost_amount'.
        foreign_keys: [customer_key]
      dimensions:
        - name: dim_customers
          type: 1
          natural_key: customer_id
          surrogate_key: customer_key
      //- models/fct_sales.sql
      !!! warning: The specification in specs/sales.yml names 'sales_amount' and 'cost_amount', which 'fct_sales' does not deliver
      select order_id, line_number, customer_key, amount as sale_amount, amount * 2 as double_amount, _loaded_at
                                                  ^^^^^^^^^^^^^^^^^^^^^ info: says nothing of 'sale_amount' and 'double_amount'
      from {{ ref('stg_sales') }}
      -> Change to sale_amount
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: [order_id, line_number]
        measures:
          - { name: sale_amount, type: additive, aggregation: SUM }
          - { name: cost_amount, type: additive, aggregation: SUM }
        foreign_keys: [customer_key]
      dimensions:
        - name: dim_customers
          type: 1
          natural_key: customer_id
          surrogate_key: customer_key
    `,
    'grain, additivity and history': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: order_id, line_number
               ^^^^^^^^^^^^^^^^^^^^^ warning: is already unique by (order_id)
        measures:
          - name: price
            type: additive
                  ^^^^^^^^ warning: 'price' is additive here and non-additive in meta.grainline
      dimensions:
        - name: dim_customers
          type: Type 1
                ^^^^^^ warning: 'dim_customers' is of type 1 here and of type 2 in meta.grainline
          natural_key: customer_id
      //- models/schema.yml
      models:
        - name: fct_sales
          columns:
            - { name: order_id, data_tests: [unique] }
            - { name: price, meta: { grainline: { measure: non-additive } } }
        - name: dim_customers
          meta: { grainline: { scd: 2 } }
      //- models/fct_sales.sql
      select order_id, line_number, price from {{ ref('stg_sales') }}
      //- models/dim_customers.sql
      select customer_id, valid_from, valid_to from {{ ref('stg_customers') }}
    `,
    'an average that shall be additive, behind Jinja': `
      //- specs/sales.yml
      fact_table:
        name: fct_days
        grain: [sale_date]
        measures:
          - { name: price, type: additive }
          - { name: amount, type: additive }
      //- models/fct_days.sql
      {{ config(materialized='table') }}
      select sale_date, {% if true %}avg(price) as price,{% endif %} sum(amount) as amount
                                     ^^^^^^^^^^^^^^^^^^^ warning: 'price' is specified as additive (specs/sales.yml), but is an average
      from {{ ref('stg_sales') }}
      group by 1
    `,
    'in accord, and columns that are not known': `
      //- specs/sales.yml
      fact_table:
        name: fct_sales
        grain: order line
        measures: [{ name: sales_amount, type: additive, aggregation: SUM }]
        foreign_keys: [{ column: customer_key, dimension: dim_customers }, dim_shops]
        degenerate_dimensions: [order_number]
      dimensions:
        - { name: dim_customers, type: 2, natural_key: customer_id, surrogate_key: customer_key, attributes: [{ name: city, scd_type: 2 }] }
        - { name: dim_shops, type: 1, natural_key: shop_id, surrogate_key: shop_key }
        - { name: dim_products, type: 1, natural_key: product_id }
      //- models/schema.yml
      models:
        - name: fct_sales
          columns: [{ name: line_id, data_tests: [unique] }]
      //- models/fct_sales.sql
      select line_id, Customer_Key, shop_key, order_number, sum(amount) as sales_amount, max(x) as updated_at
      from {{ ref('stg_sales') }} group by 1, 2, 3, 4
      //- models/dim_customers.sql
      select customer_key, customer_id, city, valid_from, valid_to, is_current, dbt_scd_id from {{ ref('x') }}
      //- models/dim_shops.sql
      select * from {{ source('shop', 'shops') }}
    `,
    'what a type of history brings along': `
      //- specs/customers.yml
      dimensions:
        - { name: dim_customers, type: 3, natural_key: customer_id, attributes: [{ name: city, scd_type: 3 }] }
      //- models/schema.yml
      models:
        - name: dim_customers
          columns:
            - { name: previous_city, meta: { grainline: { role: previous-value, of: city } } }
            - { name: city_moved_on, meta: { grainline: { role: changed-at, of: city } } }
      //- models/dim_customers.sql
      select customer_id, city, previous_city, city_moved_on, is_deleted, changed_at from {{ ref('stg_customers') }}
    `,
  },
});

type Report = RuleContext['report'];

/* ------------------------------------------------------------- the document */

function checkFact(fact: SpecifiedFact, known: readonly DimensionKeys[], project: ProjectView, report: Report): void {
  const node = project.resolve({ kind: 'ref', name: fact.name.text });
  if (!node) return;
  const keys = fact.foreignKeys.flatMap(key => {
    const column = linkKey(key, known).column;
    return column === undefined ? [] : [{ text: column, at: key.written.at }];
  });
  checkColumns(node, [...fact.measures.map(one => one.name), ...fact.degenerate, ...keys], project, report);
  checkGrain(fact, node, project, report);
  const meaning = project.meaningOf(node.id);
  for (const { name, type } of fact.measures) {
    const here = additivityOf(type);
    const there = meaning.columns.get(name.text.toLowerCase())?.measure;
    if (!type || here === undefined || there?.by !== 'declared' || there.value === here) continue;
    report(
      type.at,
      `'${name.text}' is ${here} here and ${there.value} in meta.grainline of '${node.name}': reports would add it up by one and not by the other. Make them agree.`,
      placeOf(node, project),
    );
  }
}

function checkDimension(dimension: SpecifiedDimension, project: ProjectView, report: Report): void {
  const node = project.resolve({ kind: 'ref', name: dimension.name.text });
  if (!node) return;
  const { surrogateKey, naturalKey, attributes, type } = dimension;
  const keys = [...(surrogateKey ? [surrogateKey] : []), ...naturalKey];
  checkColumns(node, [...keys, ...attributes.map(one => one.name)], project, report);
  const there = project.meaningOf(node.id).scd;
  if (type?.value === undefined || there?.by !== 'declared' || there.value === type.value) return;
  report(
    type.at,
    `'${node.name}' is of type ${type.value} here and of type ${there.value} in meta.grainline: what a report of the past shows depends on which one was built. Make them agree.`,
    placeOf(node, project),
  );
}

function checkColumns(node: NodeFacts, wanted: readonly Word[], project: ProjectView, report: Report): void {
  const delivered = project.columnsOf(node.id);
  if (!delivered?.isComplete) return;
  const names = delivered.columns.map(one => one.name);
  const known = new Set(names.map(one => one.toLowerCase()));
  for (const { text, at } of wanted) {
    if (known.has(text.toLowerCase())) continue;
    const meant = nearest(text, names);
    const hint = meant === undefined ? '.' : `; did you mean '${meant}'?`;
    report(at, `'${node.name}' delivers no '${text}'${hint}`, {
      ...placeOf(node, project),
      fixes: meant === undefined ? [] : [suggest(`Change to ${meant}`, replace(at, meant))],
    });
  }
}

function checkGrain(
  { grain, grainColumns }: SpecifiedFact,
  node: NodeFacts,
  project: ProjectView,
  report: Report,
): void {
  if (!grain || grainColumns.length === 0) return;
  const columns = new Set(grainColumns.map(one => one.text.toLowerCase()));
  const meaning = project.meaningOf(node.id);
  if (meaning.grain?.by === 'declared') {
    const other = meaning.grain.value.map(one => one.toLowerCase());
    if (other.length === columns.size && other.every(one => columns.has(one))) return;
    report(
      grain.at,
      `One row is one (${[...columns].join(', ')}) here and one (${meaning.grain.value.join(', ')}) in meta.grainline of '${node.name}'. Make them agree.`,
      placeOf(node, project),
    );
    return;
  }
  const smaller = project
    .keysOf(node.id)
    .find(
      key => key.by === 'declared' && key.columns.length < columns.size && key.columns.every(one => columns.has(one)),
    );
  if (!smaller || smaller.columns.length === 0) return;
  report(
    grain.at,
    `'${node.name}' is already unique by (${smaller.columns.join(', ')}) (${smaller.because}): either one row is one of these, or the test fails. Make them agree.`,
    placeOf(node, project),
  );
}

/** Where the model's own entry stands, else its file. */
function placeOf(node: NodeFacts, project: ProjectView): Pick<ReportDetails, 'related'> {
  const place = project.placesOf(node.id);
  const at = place ? { file: place.file, span: place.entry.nameAt } : { file: node.file, span: { start: 0, end: 0 } };
  return { related: [{ ...at, message: `the model '${node.name}'` }] };
}

/* ---------------------------------------------------------------- the model */

/** Written by loads and tools, for nobody's report. */
const AUDIT =
  /^(?:_|dbt_|etl_)|^is_deleted$|(?:^|_)(?:loaded|inserted|ingested|updated|changed|created|refreshed|synced|extracted)_(?:at|on|date)$/i;

function checkModel(model: ModelSubject, project: ProjectView, { report }: RuleContext): void {
  const { node, columns } = model;
  if (node.kind !== 'model' && node.kind !== 'snapshot') return;
  const specified = project.specificationOf(node.name);
  if (!specified) return;
  const where = relative(specified.file, project);
  for (const { column, item } of columns) checkMeasure(column, item, where, node, project, report);
  if (!model.isComplete) return;
  const names = new Set(columns.map(one => one.column.name.toLowerCase()));
  const missing = specified.columns.filter(one => !names.has(one.name.toLowerCase())).map(one => one.name);
  if (missing.length > 0) {
    report(
      'file',
      `The specification in ${where} names ${listed(missing)}, which '${node.name}' does not deliver. Add ${missing.length > 1 ? 'them' : 'it'}, or take ${missing.length > 1 ? 'them' : 'it'} out of the specification.`,
    );
  }
  const parts = specified.columns.filter(one => one.as === 'measure' || one.as === 'attribute');
  // An outline of keys alone says nothing of the rest.
  if (parts.length === 0) return;
  const expected = new Set([...specified.columns.map(one => one.name.toLowerCase()), ...ownKeys(node, project)]);
  const extra = columns.filter(({ column }) => !expected.has(column.name.toLowerCase()) && !AUDIT.test(column.name));
  const [first] = extra;
  if (!first) return;
  report(
    first.item ?? 'file',
    `The specification in ${where} says nothing of ${listed(extra.map(one => one.column.name))}: nobody knows what ${extra.length > 1 ? 'they are' : 'it is'} for. Add ${extra.length > 1 ? 'them' : 'it'} there, or leave ${extra.length > 1 ? 'them' : 'it'} out.`,
    { severity: 'info' },
  );
}

function checkMeasure(
  column: OutputColumn,
  item: SelectItem | undefined,
  where: string,
  node: NodeFacts,
  project: ProjectView,
  report: Report,
): void {
  const said = project.meaningOf(node.id).columns.get(column.name.toLowerCase())?.measure;
  if (said?.by !== 'specification' || said.value !== 'additive' || item?.kind !== 'item') return;
  const call = bare(item.expression);
  if (call.kind !== 'call' || call.over) return;
  const what = /^(?:avg|mean|median|approx_percentile|percentile_cont)$/.test(functionName(call))
    ? 'an average'
    : functionName(call) === 'count' && call.distinct
      ? 'a distinct count'
      : undefined;
  if (what === undefined) return;
  report(
    item,
    `'${column.name}' is specified as additive (${where}), but is ${what} here, and sums of it mean nothing. Specify it as non-additive, or deliver what it is made from.`,
  );
}

/** Names that a specification need not list: keys, validity, and what meta says of itself. */
function ownKeys(node: NodeFacts, project: ProjectView): readonly string[] {
  const { validFrom, validTo, isCurrent } = project.config.validity;
  const { grain, surrogateKey, naturalKey, durableKey, columns, ...meaning } = project.meaningOf(node.id);
  const said = [surrogateKey, meaning.validFrom, meaning.validTo, meaning.isCurrent].flatMap(one => one?.value ?? []);
  const several = [grain, naturalKey, durableKey].flatMap(one => one?.value ?? []);
  const keys = project.keysOf(node.id).flatMap(key => (key.by === 'declared' ? key.columns : []));
  const audit = [...columns.values()].filter(one => one.role && AUDIT_ROLES.has(one.role.value)).map(one => one.name);
  return [...validFrom, ...validTo, ...isCurrent, ...said, ...several, ...keys, ...audit].map(one => one.toLowerCase());
}

const AUDIT_ROLES: ReadonlySet<string> = new Set([
  // A type of history brings them along.
  'previous-value',
  'current-value',
  'changed-at',
  'audit',
  'load-time',
  'record-source',
  'key',
  'hash-key',
  'hash-diff',
]);

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).map(one => `'${one}'`);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

function relative(uri: string, { root }: ProjectView): string {
  return uri.startsWith(`${root}/`) ? uri.slice(root.length + 1) : uri;
}
