import type { NodeFacts } from '../../project/facts.ts';
import { carriedFrom } from '../../project/foreign-keys.ts';
import { keepsVersions } from '../../project/history.ts';
import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { isSameSource, selectOfQuery, type Traced, traceColumn, traceReference } from '../../project/trace.ts';
import type { Query } from '../../syntax/sql/tree.ts';
import { addToEntry } from '../entry-edits.ts';
import { bare, joinsIn, operandsOf } from '../expressions.ts';
import { defineRule, type ModelSubject, type ProjectView, type RuleFix, type SqlUnit } from '../rule.ts';
import { isFact, whyKind } from './fact-columns.ts';

export default defineRule({
  summary: 'A fact that holds the key of a dimension, and no test that it leads to a row there.',
  why: 'A key without a row in the dimension drops out of every inner join: totals by the dimension are smaller than the total, and nobody is told.',
  details:
    'Fires once per fact, for columns that it takes from a dimension as its key, by which it joins the dimension, or that `meta.grainline`, a specification or a semantic model calls a key of it, and that neither a `relationships` test nor a constraint holds, here or in a model they come from unchanged. Silent for date dimensions, for keys inherited from another fact (which is told itself), for columns that are not the key of the dimension, for what a constraint makes the key of the fact itself, and for the natural key of a dimension that keeps history. The fix adds the tests, in the style of the file.',
  severity: 'info',
  on: 'model',
  check(model, { project, unit, report }) {
    if (!project || !unit || !isFact(model, project)) return;
    const { node } = model;
    const untested = [...keysOf(model, unit, project).values()].filter(
      key => !isOwnKey(node, key.column) && !isTested(node, key.column, project),
    );
    if (untested.length === 0) return;
    const names = untested.map(key => `'${key.column}' (${key.target.name})`);
    const one = untested.length === 1;
    report(
      'file',
      `${listed(names)} of '${node.name}' ${one ? 'is the key of a dimension' : 'are keys of dimensions'}, and no test holds ${one ? 'it' : 'them'}: rows without a match drop out of inner joins, unseen. Add ${one ? 'a relationships test' : 'relationships tests'}.${whyKind(node, project)}`,
      { fixes: [fix(node, untested, project)] },
    );
  },
  examples: {
    'its own key, which is that of the dimension': `
      //- models/schema.yml
      models:
        - name: fct_updates
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: pk_fct_updates
              constraints: [{ type: primary_key }]
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, surrogate_key: customer_key } } }
      //- models/fct_updates.sql
      select customer_key as pk_fct_updates, amount from {{ ref('dim_customers') }}
      //- models/dim_customers.sql
      select customer_key, amount from {{ ref('stg_customers') }}
    `,
    'taken from a dimension, and joined by its key': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: order_id
              tests: [unique]
            - name: customer_key
              description: Who ordered.
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, surrogate_key: customer_key } } }
        - name: dim_shops
          config: { meta: { grainline: { kind: dimension } } }
          columns: [{ name: shop_id, tests: [unique] }]
      //- models/fct_orders.sql
      !!! info: 'customer_key' (dim_customers) and 'shop_id' (dim_shops) of 'fct_orders' are keys of dimensions
      with orders as (select * from {{ ref('stg_orders') }}),
      joined as (
          select orders.order_id, customers.customer_key, orders.shop_id, orders.amount
          from orders
          left join {{ ref('dim_customers') }} as customers on customers.customer_id = orders.customer_id
          left join {{ ref('dim_shops') }} as shops on orders.shop_id = shops.shop_id
      )
      select * from joined
      //- models/stg_orders.sql
      select 1 as order_id, 2 as customer_id, 3 as shop_id, 4 as amount
      //- models/dim_customers.sql
      select customer_key, customer_id from {{ ref('stg_customers') }}
      //- models/dim_shops.sql
      select shop_id, city from {{ ref('stg_shops') }}
      -> Add relationships tests
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: order_id
              tests: [unique]
            - name: customer_key
              description: Who ordered.
              tests:
                - relationships:
                    to: ref('dim_customers')
                    field: customer_key
            - name: shop_id
              tests:
                - relationships:
                    to: ref('dim_shops')
                    field: shop_id
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, surrogate_key: customer_key } } }
        - name: dim_shops
          config: { meta: { grainline: { kind: dimension } } }
          columns: [{ name: shop_id, tests: [unique] }]
    `,
    'called a key by meta and by a specification': `
      //- specs/sales.yml
      fact_table: { name: fct_sales, grain: sale, foreign_keys: [product_key -> dim_products] }
      //- models/schema.yml
      models:
        - name: fct_sales
          columns:
            - { name: shop, meta: { grainline: { references: dim_shops } } }
        - name: dim_shops
          config: { meta: { grainline: { surrogate_key: shop_key } } }
      //- models/fct_sales.sql
      !!! 'shop' (dim_shops) and 'product_key' (dim_products) of 'fct_sales' are keys of dimensions
      select shop, product_key, amount from {{ ref('x') }}
      //- models/dim_shops.sql
      select shop_key from {{ ref('x') }}
      //- models/dim_products.sql
      select product_key from {{ ref('x') }}
    `,
    'tested, here or upstream, dates, other columns, other facts, and histories': `
      //- models/schema.yml
      models:
        - name: fct_orders
          config: { meta: { grainline: { kind: fact } } }
          columns:
            - name: shop_id
              data_tests:
                - dbt_utils.relationships_where: { to: "ref('dim_shops')", field: shop_id, from_condition: shop_id > 0 }
        - name: stg_orders
          columns:
            - name: product_id
              data_tests: [{ relationships: { to: "ref('dim_products')", field: product_id } }]
        - name: fct_returns
          config: { meta: { grainline: { kind: fact } } }
        - name: dim_shops
          config: { meta: { grainline: { kind: dimension } } }
          columns: [{ name: shop_id, data_tests: [unique] }]
        - name: dim_products
          config: { meta: { grainline: { kind: dimension } } }
          columns: [{ name: product_id, data_tests: [unique] }]
        - name: dim_dates
          config: { meta: { grainline: { kind: dimension } } }
          columns: [{ name: date_day, data_tests: [unique] }]
        - name: dim_customers
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: customer_id } } }
      //- models/fct_orders.sql
      select o.order_id, o.shop_id, o.product_id, d.date_day, o.customer_id, s.city
      from {{ ref('stg_orders') }} o
      join {{ ref('dim_shops') }} s on s.shop_id = o.shop_id
      join {{ ref('dim_products') }} p on p.product_id = o.product_id
      join {{ ref('dim_dates') }} d on d.date_day = o.order_date
      join {{ ref('dim_customers') }} c on c.customer_id = o.customer_id and c.is_current
      //- models/fct_returns.sql
      select o.order_id, o.shop_id from {{ ref('fct_orders') }} o join {{ ref('dim_shops') }} s on s.shop_id = o.shop_id
      //- models/stg_orders.sql
      select 1 as order_id, 2 as shop_id, 3 as product_id, 4 as order_date, 5 as customer_id
      //- models/dim_shops.sql
      select shop_id, city from {{ ref('x') }}
      //- models/dim_products.sql
      select product_id from {{ ref('x') }}
      //- models/dim_dates.sql
      select date_day from {{ ref('x') }}
      //- models/dim_customers.sql
      select customer_id, valid_from, valid_to, is_current from {{ ref('x') }}
    `,
  },
});

interface DimensionKey {
  /** Column of the fact, as written. */
  readonly column: string;
  readonly target: NodeFacts;
  readonly field: string;
}

/** Keys of dimensions in the output, by lower-case column. */
function keysOf(model: ModelSubject, unit: SqlUnit, project: ProjectView): ReadonlyMap<string, DimensionKey> {
  const found = new Map<string, DimensionKey>();
  const add = (column: string, target: NodeFacts, field: string): void => {
    const name = column.toLowerCase();
    if (!found.has(name) && !/(?:^|_)date(?:_|$)/.test(name)) found.set(name, { column, target, field });
  };
  const meaning = project.meaningOf(model.node.id);
  for (const { column } of meaning.columns.size > 0 ? model.columns : []) {
    const said = meaning.columns.get(column.name.toLowerCase())?.references;
    const target = said && project.resolve({ kind: 'ref', name: said.value });
    const field = target && fieldOf(target, column.name, project);
    if (target && field !== undefined && !isOfDates(target)) add(column.name, target, field);
  }
  const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
  const select = query && selectOfQuery(query);
  if (!select) return found;
  const dimensions = dimensionsIn(unit, project);
  if (dimensions.size === 0) return found;
  const outputs: { readonly name: string; readonly traced: TracedColumn }[] = [];
  for (const { column } of model.columns) {
    const traced = traceColumn(unit.facts, select, column.name);
    if (traced?.kind === 'column') outputs.push({ name: column.name, traced });
  }
  const keyOf = ({ relation, column }: TracedColumn): ReturnType<typeof dimensionKey> => {
    const dimension = relation.node === undefined ? undefined : dimensions.get(relation.node);
    return dimension && dimensionKey(dimension, column, project);
  };
  // A dimension whose key is taken over was only looked up by what joins it.
  const lookedUp = new Set<ScopeRelation>();
  for (const { name, traced } of outputs) {
    const key = keyOf(traced);
    if (!key) continue;
    lookedUp.add(traced.relation);
    add(name, key.target, key.field);
  }
  for (const [own, other] of equalities(unit)) {
    if (lookedUp.has(own.relation)) continue;
    const key = keyOf(own);
    const carried = key && outputs.find(one => isSameSource(one.traced, other));
    if (key && carried) add(carried.name, key.target, key.field);
  }
  return found;
}

type TracedColumn = Extract<Traced, { readonly kind: 'column' }>;

/** Those that the model reads, by id. */
function dimensionsIn(unit: SqlUnit, project: ProjectView): ReadonlyMap<string, NodeFacts> {
  const found = new Map<string, NodeFacts>();
  for (const { relations } of unit.facts.scopes.values()) {
    for (const { node } of relations) {
      if (node === undefined || found.has(node)) continue;
      const dimension = dimensionOf(node, project);
      if (dimension) found.set(node, dimension);
    }
  }
  return found;
}

/** Both sides of each equality by which something is joined, either side first. */
function equalities(unit: SqlUnit): readonly (readonly [TracedColumn, TracedColumn])[] {
  const found: (readonly [TracedColumn, TracedColumn])[] = [];
  for (const [select] of unit.facts.scopes) {
    for (const join of joinsIn(select)) {
      for (const condition of join.on ? operandsOf(join.on, 'and') : []) {
        if (condition.kind !== 'binary' || condition.operator !== '=') continue;
        const [left, right] = [bare(condition.left), bare(condition.right)];
        if (left.kind !== 'column' || right.kind !== 'column') continue;
        const a = traceReference(unit.facts, left);
        const b = traceReference(unit.facts, right);
        if (a?.kind === 'column' && b?.kind === 'column') found.push([a, b], [b, a]);
      }
    }
  }
  return found;
}

function dimensionOf(id: string, project: ProjectView): NodeFacts | undefined {
  const node = project.node(id);
  return node && !isOfDates(node) && project.meaningOf(id).kind?.value === 'dimension' ? node : undefined;
}

/** The column is the key of a dimension that keeps no history, or the key of its versions. */
function dimensionKey(
  target: NodeFacts,
  column: string,
  project: ProjectView,
): { readonly target: NodeFacts; readonly field: string } | undefined {
  const history = project.historyOf(target.id);
  if (keepsVersions(history) && history.versionKey?.toLowerCase() !== column) return undefined;
  const isKey =
    project.meaningOf(target.id).surrogateKey?.value.toLowerCase() === column ||
    project.keysOf(target.id).some(key => key.columns.length === 1 && key.columns[0] === column);
  if (!isKey) return undefined;
  const field = project.columnsOf(target.id)?.columns.find(one => one.name.toLowerCase() === column)?.name;
  return { target, field: field ?? column };
}

/** Where the key stands in the dimension that somebody names. */
function fieldOf(target: NodeFacts, column: string, project: ProjectView): string | undefined {
  const { surrogateKey, grain } = project.meaningOf(target.id);
  if (surrogateKey) return surrogateKey.value;
  const names = project.columnsOf(target.id)?.columns.map(one => one.name) ?? [];
  return (
    names.find(one => one.toLowerCase() === column.toLowerCase()) ??
    (grain?.value.length === 1 ? grain.value[0] : undefined)
  );
}

/** Declared as what makes the fact's rows unique: made of a dimension's key, perhaps, but no reference to it. */
function isOwnKey({ properties }: NodeFacts, column: string): boolean {
  const own = properties?.columns.find(one => one.name.toLowerCase() === column.toLowerCase());
  return own?.constraints.some(({ type }) => type === 'primary_key') ?? false;
}

function isTested(node: NodeFacts, column: string, project: ProjectView): boolean {
  const columns = (id: string) => project.columnsOf(id)?.columns ?? [];
  for (const hop of carriedFrom({ columns }, node.id, column.toLowerCase())) {
    const facts = project.node(hop.node);
    // Another fact on the way is told itself.
    if (facts && facts !== node && facts.id !== node.id && project.meaningOf(facts.id).kind?.value === 'fact')
      return true;
    const entry = facts?.properties?.columns.find(one => one.name.toLowerCase() === hop.column);
    if (entry?.tests.some(({ name, config }) => /relationship|foreign_?key/i.test(name) && config['enabled'] !== false))
      return true;
    const constraints = [...(entry?.constraints ?? []), ...(facts?.properties?.constraints ?? [])];
    if (
      constraints.some(one => one.type === 'foreign_key' && one.columns.some(each => each.toLowerCase() === hop.column))
    )
      return true;
  }
  return false;
}

function isOfDates({ name }: NodeFacts): boolean {
  return /(?:^|_)(?:dates?|calendars?|days?|times?|date_spine)(?:_|$)/i.test(name);
}

function fix(node: NodeFacts, keys: readonly DimensionKey[], project: ProjectView): RuleFix {
  return {
    title: keys.length === 1 ? 'Add the relationships test' : 'Add relationships tests',
    safe: true,
    edits: [],
    elsewhere: () =>
      addToEntry(project, node, {
        columns: keys.map(({ column, target, field }) => ({
          name: column,
          tests: [{ name: 'relationships', arguments: { to: `ref('${target.name}')`, field } }],
        })),
      }),
  };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}
