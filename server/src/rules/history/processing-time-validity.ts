import { isClockValue } from '../../project/clocks.ts';
import type { OutputColumn } from '../../project/facts.ts';
import { promisesVersions } from '../../project/history.ts';
import { selectOfQuery, traceColumn } from '../../project/trace.ts';
import type { Query, Select } from '../../syntax/sql/tree.ts';
import { bare } from '../expressions.ts';
import { defineRule, list, replace, type SqlUnit, suggest } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'Versions begin when they were loaded, though the source says when they changed.',
  why: 'A version then is valid from the run, not from the change: facts between the two find the old version, a late run moves them all, and a reload loses every date.',
  details:
    'Fires for models that keep versions when the start of validity is a clock (`current_timestamp` and its like) and a relation that the same SELECT reads has a time of change. Silent for snapshots with the strategy `check`, which have no other time, and where the source has no such column.',
  severity: 'info',
  options: {
    columns: list(
      'Names of columns that say when a row changed, beside updated_at, modified_at, changed_at and their like.',
    ),
  },
  on: 'model',
  check({ node }, { project, unit, options, report }) {
    const history = project?.historyOf(node.id);
    if (!unit || history?.validFrom === undefined || history.from || node.kind !== 'model') return;
    if (!promisesVersions(history)) return;
    const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
    const select = query && selectOfQuery(query);
    const start = select && traceColumn(unit.facts, select, history.validFrom);
    if (start?.kind !== 'expression' || !isClockValue(start.expression)) return;
    const changed = changeTimeIn(unit, start.select, options.columns);
    if (changed === undefined) return;
    const item = start.select.items.find(one => one.kind === 'item' && bare(one.expression) === start.expression);
    report(
      isWritten(unit, start.expression) ? start.expression : (item ?? start.expression),
      `'${history.validFrom}' is the time of the run, though '${changed.column}' says when the row changed: facts in between find the old version. Begin the version with that.`,
      {
        fixes: isWritten(unit, start.expression)
          ? [suggest(`Begin with ${changed.column}`, replace(start.expression, changed.written))]
          : [],
      },
    );
  },
  examples: {
    'a dimension that opens versions at the run': `
      //- models/stg_customers.sql
      select customer_id, tier, cast(updated_at as timestamp) as updated_at from {{ source('crm', 'customers') }}
      //- models/dim_customers.sql
      {{ config(materialized='incremental', unique_key=['customer_id', 'valid_from']) }}
      select customer_id, tier, current_timestamp as valid_from,
                                ^^^^^^^^^^^^^^^^^ info: though 'updated_at' says when the row changed
        cast(null as timestamp) as valid_to, true as is_current
      from {{ ref('stg_customers') }}
      -> Begin with updated_at
      //- models/dim_customers.sql
      {{ config(materialized='incremental', unique_key=['customer_id', 'valid_from']) }}
      select customer_id, tier, updated_at as valid_from,
        cast(null as timestamp) as valid_to, true as is_current
      from {{ ref('stg_customers') }}
    `,
    'declared, in a CTE, by dbt’s own macro': `
      //- models/schema.yml
      models:
        - name: dim_products
          config: { meta: { grainline: { scd: 2, natural_key: sku } } }
      //- models/stg_products.sql
      select sku, price, last_modified_at from {{ source('erp', 'products') }}
      //- models/dim_products.sql
      with source as (select * from {{ ref('stg_products') }}),
      final as (
        select p.sku, p.price, cast({{ dbt.current_timestamp() }} as timestamp) as valid_from, null as valid_to
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'last_modified_at' says when
        from source as p
      )
      select * from final
      -> no fix
    `,
    'the source does not say when': `
      {{ config(materialized='incremental', unique_key=['customer_id', 'valid_from']) }}
      select customer_id, tier, current_timestamp as valid_from, cast(null as timestamp) as valid_to, true as is_current
      from {{ ref('stg_customers') }}
    `,
    'a start from the source, a time of loading beside it': `
      //- models/stg_customers.sql
      select customer_id, tier, updated_at from {{ source('crm', 'customers') }}
      //- models/dim_customers.sql
      {{ config(materialized='incremental', unique_key=['customer_id', 'valid_from']) }}
      select customer_id, tier, updated_at as valid_from, cast(null as timestamp) as valid_to, true as is_current,
        current_timestamp as loaded_at
      from {{ ref('stg_customers') }}
    `,
  },
});

/** A column of what the select reads that tells when the row changed; the first relation is the one whose rows these are. */
function changeTimeIn(
  unit: SqlUnit,
  select: Select,
  more: readonly string[],
): { readonly column: string; readonly written: string } | undefined {
  const relations = unit.facts.scopes.get(select)?.relations ?? [];
  const base = relations[0];
  if (!base) return undefined;
  const isTime = ({ type }: OutputColumn): boolean => type === undefined || TIMES.has(type.family);
  const listed = new Set(more.map(one => one.toLowerCase()));
  const found = base.columns.columns.filter(
    one => isTime(one) && (CHANGE.test(one.name) || listed.has(one.name.toLowerCase())),
  );
  const [column, ...others] = found;
  if (!column || others.length > 0) return undefined;
  const qualifier = relations.length > 1 && base.name ? `${base.name.name}.` : '';
  return { column: column.name, written: `${qualifier}${column.name}` };
}

const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);
const CHANGE =
  /^(?:(?:row_|record_|src_|source_)?(?:last_)?(?:updated?|modified|changed?|modification|system_?modstamp)(?:_(?:at|on|date|ts|time|timestamp|datetime|utc))*)$/i;
