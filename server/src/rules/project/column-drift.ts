import { nearest } from '../../base/nearest.ts';
import { placesOf } from '../../project/column-places.ts';
import type { PlacedColumn } from '../../project/facts.ts';
import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import { lowerCase } from '../../syntax/sql/names.ts';
import { mayAddColumns } from '../materializations.ts';
import { defineRule, flag, type ProjectView, type RuleFix, replace, suggest } from '../rule.ts';
import { isOptional } from '../written.ts';
import { removeListItem } from '../yaml-edits.ts';

export default defineRule({
  summary: 'A column that YAML describes and the model does not deliver.',
  why: 'Its description misleads readers, and its tests fail or, under a contract, the build does.',
  details:
    'Fires only where all columns of the model are known. Silent for versions, disabled models, custom materializations (they may add columns), names that hold Jinja or a call (an old way to test an expression), and columns that a branch of `{% if %}` in the model names, which other vars would turn on. With `undocumented: true` it also reports columns that the model delivers and YAML does not list.',
  severity: 'warning',
  options: { undocumented: flag('Also report columns that the model delivers and YAML does not list.', false) },
  on: 'yaml:entry',
  check(entry, { project, file, options, report }) {
    const { facts } = entry;
    if (!project || (facts.kind !== 'model' && facts.kind !== 'seed') || facts.versions.length > 0) return;
    const node = project.resolve({ kind: 'ref', package: project.name, name: facts.name });
    if (!node || node.kind !== facts.kind || node.isEnabled !== 'yes' || facts.columns.length === 0) return;
    if (mayAddColumns(node)) return;
    const output = project.columnsOf(node.id);
    if (!output?.isComplete || output.columns.length === 0) return;
    const delivered = placesOf(output.columns);
    const listed = new Set(facts.columns.map(one => plain(one.name)));
    const missing = entry.columns.filter(({ facts: { name, meta } }) => {
      if (delivered.has(plain(name)) || IS_COMPUTED.test(name) || holdsSql(meta, 0)) return false;
      // `address.city` describes a field: it is there with its column, and said with it when that is gone.
      const dot = name.indexOf('.');
      const whole = dot > 0 ? plain(name.slice(0, dot)) : undefined;
      return whole === undefined || !(delivered.has(whole) || listed.has(whole));
    });
    if (missing.length === 0 && !options.undocumented) return;
    const free = output.columns.map(one => one.name).filter(one => !listed.has(one.toLowerCase()));
    for (const column of missing) {
      const { name } = column.facts;
      if (isOptional(plain(name), project.textOf(node.file) ?? '')) continue;
      const near = nearest(plain(name), free);
      const hint = near ? `Did you mean '${near}'?` : 'Remove the entry, or let the model deliver the column.';
      report(column.nameAt, `'${facts.name}' delivers no column '${name}'. ${hint}`, {
        fixes: near
          ? [suggest(`Change to '${near}'`, replace(column.nameAt, near))]
          : removal(column, entry.columns, file, project),
        related: [{ file: node.file, span: { start: 0, end: 0 }, message: `'${facts.name}' is made here` }],
      });
    }
    if (!options.undocumented || free.length === 0) return;
    const names = free.slice(0, 5).map(one => `'${one}'`);
    const more = free.length > 5 ? ` and ${free.length - 5} more` : '';
    report(entry.nameAt, `'${facts.name}' delivers columns that are not listed here: ${names.join(', ')}${more}.`);
  },
  examples: {
    'a misspelt column': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
            - name: custommer_id
                    ^^^^^^^^^^^^ warning: Did you mean 'customer_id'?
      //- models/orders.sql
      select order_id, customer_id from {{ ref('stg_orders') }}
      -> Change to 'customer_id'
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
            - name: customer_id
    `,
    'fields of a column, there or gone': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: address
            - name: address.city
            - name: price.amount
            - name: buyer.name
                    ^^^^^^^^^^ delivers no column 'buyer.name'
      //- models/orders.sql
      select id, address, price from {{ ref('stg_orders') }}
    `,
    'a column that is gone with its fields': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: details
                    ^^^^^^^ delivers no column 'details'
              description: What else is known.
            - name: details.note
            - name: address
            - name: details.note.author
      //- models/orders.sql
      select id, address, price from {{ ref('stg_orders') }}
      -> Remove the entry
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: address
    `,
    'a column that is gone, behind a star and a CTE': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: legacy_code
                    ^^^^^^^^^^^ delivers no column 'legacy_code'
              description: From the old shop.
              data_tests: [not_null]
            - name: order_id
      //- models/stg_orders.sql
      select 1 as order_id, 2 as amount
      //- models/orders.sql
      with final as (select * from {{ ref('stg_orders') }}) select * from final
      -> Remove the entry
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
    `,
    'columns that YAML does not list, when asked': `
      //- grainline.yml
      rules:
        column-drift: { level: on, undocumented: true }
      //- models/schema.yml
      models:
        - name: orders
                ^^^^^^ not listed here: 'amount'
          columns: [{ name: order_id }]
      //- models/orders.sql
      select 1 as order_id, 2 as amount
    `,
    'not all columns are known': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: order_id }]
        - name: lines
          columns: [{ name: line_id }]
      //- models/orders.sql
      select * from {{ source('shop', 'orders') }}
      //- models/lines.sql
      select {{ columns_of('lines') }} from x
    `,
    'an expression to test, and a materialization of its own': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - { name: "concat(order_id, '-', line)", data_tests: [unique] }
            - { name: "order_id || line", data_tests: [unique] }
        - name: customers
          columns: [{ name: customer_id }, { name: _valid_from }]
      //- models/orders.sql
      select order_id, line from {{ source('shop', 'orders') }}
      //- models/customers.sql
      {{ config(materialized='incremental_scd2') }}
      select customer_id from {{ source('shop', 'customers') }}
    `,
    'alike in its ending alone': `
      //- models/schema.yml
      models:
        - name: lines
          columns:
            - name: line_id
            - name: so_id
                    ^^^^^ 'lines' delivers no column 'so_id'. Remove the entry, or let the model deliver the column.
      //- models/lines.sql
      select line_id, uom_id from {{ source('shop', 'lines') }}
    `,
    'computed by a tool that reads meta': `
      //- models/schema.yml
      models:
        - name: orders
          columns:
            - name: order_id
            - name: age_bucket
              meta:
                dimension:
                  type: string
                  sql: case when \${age_days} > 365 then 'old' else 'new' end
            - name: totals
              meta: { metrics: { total: { type: number, sql: 'sum(\${amount})' } } }
      //- models/orders.sql
      select order_id, age_days, amount from {{ source('shop', 'orders') }}
    `,
    'a var would turn it on': `
      //- models/schema.yml
      models:
        - name: lines
          columns: [{ name: line_id }, { name: media_id }]
      //- models/lines.sql
      select 1 as line_id {% if var('with_media', false) %}, 2 as media_id {% endif %}
    `,
    'in quotes, in another case, made by a loop, turned off': `
      //- models/schema.yml
      models:
        - name: orders
          columns: [{ name: '"Order Id"', quote: true }, { name: STATUS }, { name: paid_amount }]
        - name: old_orders
          config: { enabled: false }
          columns: [{ name: gone }]
      //- models/orders.sql
      select 1 as "Order Id", 'x' as status {% for m in ['paid', 'open'] %}, 1 as {{ m }}_amount {% endfor %}
      //- models/old_orders.sql
      select 1 as id
    `,
  },
});

/** Jinja decides what it is, or SQL computes it. */
const IS_COMPUTED = /\{[{%]|\w\(|\|\|/;

/** Tools that read `meta` compute a column of their own there: `meta: { dimension: { sql: … } }`. */
function holdsSql(value: PlainValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > 4) return false;
  if (Array.isArray(value)) return value.some(one => holdsSql(one as PlainValue, depth + 1));
  return Object.entries(value).some(
    ([key, one]) => (key === 'sql' && typeof one === 'string') || holdsSql(one as PlainValue, depth + 1),
  );
}

/** As names are compared: without quotes, in lower case. */
function plain(name: string): string {
  return lowerCase(/["\x60[\]]/.test(name) ? name.replace(/^["\x60[]|["\x60\]]$/g, '') : name);
}

/** The entry goes with those of its fields. */
function removal(
  column: PlacedColumn,
  all: readonly PlacedColumn[],
  file: string,
  project: ProjectView,
): readonly RuleFix[] {
  const elsewhere = () => {
    const name = plain(column.facts.name);
    const gone = all.filter(one => one === column || plain(one.facts.name).startsWith(`${name}.`));
    const edits = gone.map(one => removeListItem(project.textOf(file) ?? '', one.at));
    return edits.every(edit => edit !== undefined) ? { edits: [{ file, edits }] } : {};
  };
  // Its tests and description go with it.
  return [{ title: 'Remove the entry', safe: false, edits: [], elsewhere }];
}
