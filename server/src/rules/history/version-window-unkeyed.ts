import { type NodeHistory, promisesVersions } from '../../project/history.ts';
import { makerOfEnd, windowOf } from '../../project/history-built.ts';
import { isSameSource, selectOfQuery, type Traced, traceColumn, traceReference } from '../../project/trace.ts';
import type { FunctionCall, Query, Select, WindowSpecification } from '../../syntax/sql/tree.ts';
import { bare } from '../expressions.ts';
import { defineRule, insert, type ProjectView, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'The window that ends the versions is not kept to one key.',
  why: 'LEAD then takes the start of another thing for the end of this one: intervals overlap or have gaps, and as-of joins find the wrong version.',
  details:
    'Fires where the end of validity is made by LEAD, the natural key is known (from `meta.grainline`, a semantic model, or a uniqueness test over the key and the start of validity), and PARTITION BY lacks a part of it. Silent where the natural key is not known, as for a series of its own or a calendar, and where the partition is a hash of the key or cannot be followed.',
  severity: 'warning',
  on: 'model',
  check({ node }, { project, unit, report }) {
    const history = project?.historyOf(node.id);
    if (!project || !unit || node.kind !== 'model' || !history?.validTo || history.from) return;
    if (!promisesVersions(history)) return;
    const natural = naturalKey(project, node.id, history);
    const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
    const select = query && selectOfQuery(query);
    if (!select || natural.length === 0) return;
    const made = makerOfEnd(unit.facts, select, history.validTo, unit.text);
    const call = made?.value;
    if (!made || call?.kind !== 'call' || call.name.parts.at(-1)?.name.toLowerCase() !== 'lead') return;
    const window = windowOf(call, made.select);
    if (!window) return;
    const partition = window.partitionBy.map(one => {
      const inner = bare(one);
      return inner.kind === 'column' ? traceReference(unit.facts, inner) : undefined;
    });
    // A hash of the key, or a name that leads nowhere, may be the key by another name.
    if (partition.some(one => one === undefined || one.kind === 'expression')) return;
    const missing: { readonly name: string; readonly source: Traced }[] = [];
    for (const name of natural) {
      const source = traceColumn(unit.facts, select, name);
      // What is made by an expression may be the same as a part of the partition.
      if (source?.kind !== 'column') return;
      if (!partition.some(one => one && isSameSource(one, source))) missing.push({ name, source });
    }
    if (missing.length === 0) return;
    const listed = missing.map(one => `'${one.name}'`).join(', ');
    report(
      window.end > window.start && isInside(window, call) ? window : call,
      `The end of a version is taken from the next row of any ${listed}: LEAD must stay within the natural key of '${node.name}', or ends come from other keys. Partition by ${listed}.`,
      { fixes: fixesFor(unit, made.select, call, window, missing) },
    );
  },
  examples: {
    'no partition at all': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { kind: dimension, scd: 2, natural_key: product_id } } }
      //- models/dim_products.sql
      select product_id, price, changed_at as valid_from,
        lead(changed_at) over (order by changed_at) as valid_to
                              ^^^^^^^^^^^^^^^^^^^^^ warning: the next row of any 'product_id'
      from {{ ref('stg_products') }}
      //- models/stg_products.sql
      select product_id, price, changed_at from {{ source('erp', 'products') }}
      -> Partition by product_id
      //- models/dim_products.sql
      select product_id, price, changed_at as valid_from,
        lead(changed_at) over (partition by product_id order by changed_at) as valid_to
      from {{ ref('stg_products') }}
    `,
    'half of a key, in a CTE, known by its test': `
      //- models/schema.yml
      models:
        - name: dim_prices
          data_tests:
            - dbt_utils.unique_combination_of_columns:
                arguments: { combination_of_columns: [sku, shop_id, valid_from] }
      //- models/stg_prices.sql
      select sku, shop, price, changed_at from {{ source('erp', 'prices') }}
      //- models/dim_prices.sql
      with log as (select * from {{ ref('stg_prices') }}),
      versions as (
        select sku, shop as shop_id, price, changed_at as valid_from,
          coalesce(lead(changed_at) over (partition by sku order by changed_at), date '9999-12-31') as valid_to
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the next row of any 'shop_id'
        from log
      )
      select * from versions
      -> Partition by shop
      //- models/dim_prices.sql
      with log as (select * from {{ ref('stg_prices') }}),
      versions as (
        select sku, shop as shop_id, price, changed_at as valid_from,
          coalesce(lead(changed_at) over (partition by sku, shop order by changed_at), date '9999-12-31') as valid_to
        from log
      )
      select * from versions
    `,
    'a named window, inside Jinja': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: product_id } } }
      //- models/stg_products.sql
      select product_id, price, changed_at from {{ source('erp', 'products') }}
      //- models/dim_products.sql
      select product_id, {{ 'price' }}, changed_at as valid_from, lead(changed_at) over w as valid_to
                                                                  ^^^^^^^^^^^^^^^^^^^^^^^ must stay within the natural key
      from {{ ref('stg_products') }}
      window w as (order by changed_at)
    `,
    'the whole key, or a hash of it': `
      //- models/schema.yml
      models:
        - name: a
          config: { meta: { grainline: { scd: 2, natural_key: [sku, shop] } } }
        - name: b
          config: { meta: { grainline: { scd: 2, natural_key: [sku, shop] } } }
      //- models/stg_prices.sql
      select sku, shop, changed_at from {{ source('erp', 'prices') }}
      //- models/a.sql
      select sku, shop, changed_at as valid_from,
        lead(changed_at) over (partition by shop, sku order by changed_at) as valid_to
      from {{ ref('stg_prices') }}
      //- models/b.sql
      with keyed as (select md5(sku || '-' || shop) as item_key, sku, shop, changed_at from {{ ref('stg_prices') }})
      select sku, shop, changed_at as valid_from,
        lead(changed_at) over (partition by item_key order by changed_at) as valid_to
      from keyed
    `,
    'nobody says what the key is: a series of its own': `
      select service_date as valid_from, lead(service_date) over (order by service_date) as valid_to, is_holiday
      from {{ ref('calendar') }}
    `,
  },
});

/** As it is said; else what a uniqueness test has beside the start of validity. */
function naturalKey(project: ProjectView, id: string, history: NodeHistory): readonly string[] {
  if (history.by !== 'built') return history.naturalKey;
  const start = history.validFrom?.toLowerCase();
  const key = project.keysOf(id).find(one => one.by === 'declared' && start && one.columns.includes(start));
  return key?.columns.filter(one => one !== start) ?? [];
}

function isInside(window: WindowSpecification, call: FunctionCall): boolean {
  return window.start >= call.start && window.end <= call.end;
}

function fixesFor(
  unit: SqlUnit,
  select: Select,
  call: FunctionCall,
  window: WindowSpecification,
  missing: readonly { readonly name: string; readonly source: Traced }[],
): readonly RuleFix[] {
  if (!isInside(window, call) || !isWritten(unit, window)) return [];
  const names = missing.flatMap(one => nameInSelect(unit, select, one.source) ?? []);
  if (names.length < missing.length) return [];
  const listed = names.join(', ');
  const title = `Partition by ${listed}`;
  const last = window.partitionBy.at(-1);
  if (last) return [suggest(title, insert(last.end, `, ${listed}`))];
  if (!window.orderBy) return [];
  const word = inCaseOf(unit.text.slice(window.orderBy.start, window.orderBy.start + 5), 'partition by');
  return [suggest(title, insert(window.orderBy.start, `${word} ${listed} `))];
}

/** What the select itself calls the column. */
function nameInSelect(unit: SqlUnit, select: Select, source: Traced): string | undefined {
  for (const item of select.items) {
    if (item.kind !== 'item' || item.expression.kind !== 'column') continue;
    const traced = traceReference(unit.facts, item.expression);
    if (traced && isSameSource(traced, source)) return textOf(unit, item.expression);
  }
  return undefined;
}
