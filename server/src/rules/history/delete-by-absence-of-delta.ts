import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Expression, MergeBranch, Query } from '../../syntax/sql/tree.ts';
import { operandsOf, selectOfQuery } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';
import { nameOf } from './changes.ts';
import { operationAskedFor, type Watermark, watermarkIn, watermarksOf } from './deltas.ts';
import { type Load, loadsOf, type MergeParts, picksCurrent } from './load.ts';
import { isInsertCopy } from './load-source.ts';

export default defineRule({
  summary: 'What a delta does not mention is taken for deleted.',
  why: 'A source that holds only what is new lacks everything that stayed the same: each run deletes or closes all of it.',
  details:
    'Fires for WHEN NOT MATCHED BY SOURCE when the source is limited by time (newer than the target’s newest row, or than a few days ago) or is a log of changes, and for snapshots that watch hard deletes over a query limited so. Silent when the branch itself is limited to the same stretch of the target, and for full sources and static filters.',
  severity: 'error',
  on: 'sql:file',
  files: ['script', 'analysis', 'snapshot'],
  check(file, context) {
    const { unit, report } = context;
    if (!unit) return;
    if (unit.kind === 'snapshot') {
      const limit = limitOfSnapshot(
        unit,
        file.statements.find((one): one is Query => one.kind === 'query'),
      );
      if (limit)
        report(
          limit.at,
          `The snapshot takes rows that are missing for deleted, and this leaves out every row that did not change lately: each run closes all of them. Read the whole source, or do not watch hard deletes.`,
        );
      return;
    }
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      for (const parts of load.merges) {
        const branch = parts.merge.branches.find(one => isBySource(one, validity));
        const because = branch && deltaOf(unit, load, parts);
        if (!branch || because === undefined) continue;
        const what = branch.action.kind === 'merge-delete' ? 'deletes' : 'closes';
        report(
          keywordsOf(unit, branch),
          `The source holds only ${because}, so this ${what} every row of ${load.target.label} that did not change. Find deletions by the whole source, in a statement of its own.`,
        );
      }
    }
  },
  examples: {
    'a watermark over the target (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- macros/load.sql
      {% macro load() %}
      merge dw.customers as t
      using (
        select * from {{ ref('stg_customers') }}
        where updated_at > (select coalesce(max(updated_at), timestamp '1900-01-01') from dw.customers)
      ) as s
      on t.customer_id = s.customer_id
      when matched then update set email = s.email, updated_at = s.updated_at
      when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at)
      when not matched by source then delete
      ^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The source holds only rows newer than the last load, so this deletes every row of 'customers'
      {% endmacro %}
    `,
    'the last days, in a history (Databricks)': `
      //- scripts/load.sql
      merge into dim_shop as t
      using (select * from stg_shops where updated_at >= date_sub(current_date(), 3)) as s
      on t.shop_id = s.shop_id and t.is_current and t.row_hash = s.row_hash
      when not matched then insert (shop_id, row_hash, valid_from, is_current) values (s.shop_id, s.row_hash, s.updated_at, true)
      when not matched by source and t.is_current then update set is_current = false, valid_to = current_timestamp()
      ^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The source holds only rows since a few days ago, so this closes every row of 'dim_shop'
    `,
    'a log of changes (T-SQL)': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      MERGE dbo.orders AS t USING cdc.orders AS s ON t.order_id = s.order_id
      WHEN MATCHED AND s.op_type = 'D' THEN DELETE
      WHEN MATCHED THEN UPDATE SET amount = s.amount
      WHEN NOT MATCHED THEN INSERT (order_id, amount) VALUES (s.order_id, s.amount)
      WHEN NOT MATCHED BY SOURCE THEN DELETE;
      ^^^^^^^^^^^^^^^^^^^^^^^^^^ error: The source holds only changes ('op_type' says which)
    `,
    'a snapshot of what is new': `
      //- snapshots/customers.sql
      {% snapshot customers_snapshot %}
      {{ config(unique_key='customer_id', strategy='timestamp', updated_at='updated_at', hard_deletes='invalidate') }}
      select * from {{ source('crm', 'customers') }}
      where updated_at > current_date - 7
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: each run closes all of them
      {% endsnapshot %}
    `,
    'full sources, static filters, one stretch on both sides': `
      //- scripts/load.sql
      merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
      when matched then update set email = s.email
      when not matched by source then delete;
      merge into customers as t using (select * from stg_customers where country = 'DE') as s on t.customer_id = s.customer_id
      when not matched by source and t.country = 'DE' then delete;
      merge into sales as t using (select * from stg_sales where sold_on >= current_date - 3) as s on t.sale_id = s.sale_id
      when not matched by source and t.sold_on >= current_date - 3 then delete;
      merge into sales as t using (select * from stg_sales where sold_on >= current_date - 3) as s on t.sale_id = s.sale_id
      when not matched then insert (sale_id, sold_on) values (s.sale_id, s.sold_on);
      //- snapshots/customers.sql
      {% snapshot customers_snapshot %}
      {{ config(unique_key='customer_id', strategy='timestamp', updated_at='updated_at', hard_deletes='ignore') }}
      select * from {{ source('crm', 'customers') }} where updated_at > current_date - 7
      {% endsnapshot %}
    `,
  },
});

/** BY SOURCE that deletes or changes, limited to current versions at most. */
function isBySource(branch: MergeBranch, validity: (typeof DEFAULT_CONFIG)['validity']): boolean {
  if (branch.match !== 'not-matched-by-source') return false;
  if (branch.action.kind !== 'merge-delete' && branch.action.kind !== 'merge-update') return false;
  const conditions = branch.condition ? operandsOf(branch.condition, 'and') : [];
  return conditions.every(one => picksCurrent(one, validity));
}

/** What the source lacks, in words; `undefined` when it may be whole. */
function deltaOf(unit: SqlUnit, load: Load, { merge, sides, source, keys }: MergeParts): string | undefined {
  const operation = operationAskedFor(merge, sides);
  if (operation !== undefined) return `changes ('${operation}' says which)`;
  if (!source || source.isOpaque || source.branches.length === 0) return undefined;
  const [key] = keys;
  const name = key?.source.kind === 'column' ? nameOf(key.source) : '';
  const branches = source.branches.filter(branch => !(source.isUnion && isInsertCopy(unit, branch, name)));
  const marks = branches.map(branch => watermarksOf(branch, load.target).find(one => isOfTime(one)));
  const [mark] = marks;
  if (!mark || marks.some(one => one === undefined)) return undefined;
  return mark.max ? 'rows newer than the last load' : 'rows since a few days ago';
}

/** The mark is on a column as it stands, not on how old something is. */
function isOfTime({ column, max }: Watermark): boolean {
  return (
    max !== undefined || (column.kind === 'column' && !/(?:^|_)(?:valid|effective|expir|end)/i.test(nameOf(column)))
  );
}

function limitOfSnapshot(unit: SqlUnit, query: Query | undefined): { readonly at: Expression } | undefined {
  const { hard_deletes: hard, invalidate_hard_deletes: old } = unit.node?.config ?? {};
  if (hard !== 'invalidate' && hard !== 'new_record' && old !== true) return undefined;
  const select = query && selectOfQuery(query);
  const nothing = { parts: [], label: '', alias: undefined, isUnknown: true };
  for (const one of select?.where ? operandsOf(select.where.condition, 'and') : []) {
    const mark = watermarkIn(one, nothing);
    if (mark && isOfTime(mark)) return { at: mark.at };
  }
  return undefined;
}

function keywordsOf(unit: SqlUnit, branch: MergeBranch): { start: number; end: number } {
  const found = /^when\s+not\s+matched\s+by\s+source/i.exec(unit.text.slice(branch.start, branch.end));
  return { start: branch.start, end: branch.start + (found?.[0].length ?? 4) };
}
