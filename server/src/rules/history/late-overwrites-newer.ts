import type { Assignment, MergeBranch } from '../../syntax/sql/tree.ts';
import { bare } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten } from '../written.ts';
import { changesIn, nameOf } from './changes.ts';
import { isLogName, operationAskedFor, watermarksOf } from './deltas.ts';
import { type Load, loadsOf, type MergeParts } from './load.ts';
import { keywordOf } from './merge-text.ts';

export default defineRule({
  summary: 'A MERGE that keeps the newest values overwrites them with those of a row that comes late.',
  why: 'A batch that is repeated or arrives out of order puts old values over new ones, and nothing sets them right until the row changes again.',
  details:
    'Fires for type 1 loads (no versions) from a log of changes, or from a source that picks the newest of several rows per key: there rows of one key do arrive more than once. The branch must set a time of change from the source and must not compare it with the one that is there. Silent for sources newer than the target by a watermark, and for tables that simply hold the current state.',
  severity: 'info',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    for (const load of loadsOf(unit, context)) {
      // Versions are the business of merge-closes-backwards.
      if (load.closes.some(one => one.match !== 'by-source')) continue;
      for (const parts of load.merges) {
        if (!arrivesLate(unit, load, parts)) continue;
        const found = unguarded(unit, parts);
        if (!found) continue;
        const { set, branch, source, target } = found;
        report(
          set,
          `A row that comes late overwrites a newer one in ${load.target.label}: nothing asks whether its '${source}' is newer. Update only rows that are not newer.`,
          { fixes: fixFor(unit, parts, branch, source, target) },
        );
      }
    }
  },
  examples: {
    'the newest of a log (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into customers as t
      using (
        select * from raw.customer_events
        qualify row_number() over (partition by customer_id order by updated_at desc) = 1
      ) as s
      on t.customer_id = s.customer_id
      when matched then update set email = s.email, updated_at = s.updated_at
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^ info: nothing asks whether its 'updated_at' is newer
      when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into customers as t
      using (
        select * from raw.customer_events
        qualify row_number() over (partition by customer_id order by updated_at desc) = 1
      ) as s
      on t.customer_id = s.customer_id
      when matched and s.updated_at >= t.updated_at then update set email = s.email, updated_at = s.updated_at
      when not matched then insert (customer_id, email, updated_at) values (s.customer_id, s.email, s.updated_at);
      {% endmacro %}
    `,
    'a log with operations, another condition (Databricks)': `
      //- scripts/load.sql
      merge into silver.orders as t using bronze.orders_cdc as s on t.order_id = s.order_id
      when matched and s.op = 'D' then delete
      when matched and (s.op = 'U' or s.op = 'I') then update set t.amount = s.amount, t.modified_at = s.event_at
                                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^ info: nothing asks whether its 'event_at' is newer
      when not matched and s.op <> 'D' then insert (order_id, amount, modified_at) values (s.order_id, s.amount, s.event_at)
    `,
    'guarded, newer by a watermark, a table of the current state, the clock': `
      //- scripts/load.sql
      merge into customers as t using raw.customers_cdc as s on t.customer_id = s.customer_id
      when matched and s.op = 'U' and s.updated_at >= t.updated_at then update set email = s.email, updated_at = s.updated_at;
      merge into customers as t
      using (
        select * from raw.customer_events where updated_at > (select coalesce(max(updated_at), '1900-01-01') from customers)
        qualify row_number() over (partition by customer_id order by updated_at desc) = 1
      ) as s on t.customer_id = s.customer_id
      when matched then update set email = s.email, updated_at = s.updated_at;
      merge into customers as t using stg_customers as s on t.customer_id = s.customer_id
      when matched then update set email = s.email, updated_at = s.updated_at;
      merge into orders as t using raw.orders_cdc as s on t.order_id = s.order_id
      when matched and s.op = 'U' then update set amount = s.amount, updated_at = current_timestamp;
    `,
    'a history': `
      //- scripts/load.sql
      merge into dim_customer as t using raw.customers_cdc as s on t.customer_id = s.customer_id and t.is_current
      when matched and s.op = 'U' then update set is_current = false, valid_to = s.updated_at, updated_at = s.updated_at;
      insert into dim_customer (customer_id, email, valid_from, is_current)
      select c.customer_id, c.email, c.updated_at, true from raw.customers_cdc as c
      where not exists (select 1 from dim_customer as d where d.customer_id = c.customer_id and d.is_current);
    `,
  },
});

/** Rows of one key do arrive more than once, and not only newer ones. */
function arrivesLate(unit: SqlUnit, load: Load, { merge, source, sides }: MergeParts): boolean {
  if (!source || source.isOpaque) return false;
  const { table } = source.relation;
  const [branch] = source.branches;
  if (branch === undefined) {
    const name = table.kind === 'table' ? (table.name.parts.at(-1)?.name ?? '') : '';
    return isLogName(name) && operationAskedFor(merge, sides) !== undefined;
  }
  if (source.branches.length > 1 || watermarksOf(branch, load.target).some(one => one.max !== undefined)) return false;
  const read = unit.facts.scopes.get(branch)?.relations ?? [];
  const [only] = read;
  const name = read.length === 1 && only?.table.kind === 'table' ? (only.table.name.parts.at(-1)?.name ?? '') : '';
  const picksNewest =
    branch.qualify !== undefined && /row_number\s*\(/i.test(unit.text.slice(branch.qualify.start, branch.qualify.end));
  return isLogName(name) && (picksNewest || operationAskedFor(merge, sides) !== undefined);
}

const TIME_OF_CHANGE =
  /^(?:_?(?:last_)?(?:updated?|modified|changed|event|source_updated|commit(?:ted)?|version)(?:_?(?:at|on|ts|time|date|timestamp|datetime|no|number))?|version)$/;

function unguarded(
  unit: SqlUnit,
  { merge, sides }: MergeParts,
): { set: Assignment; branch: MergeBranch; source: string; target: string } | undefined {
  for (const branch of merge.branches) {
    if (branch.match !== 'matched' || branch.action.kind !== 'merge-update') continue;
    for (const set of branch.action.set) {
      const target = set.target.kind === 'name' ? set.target.parts.at(-1)?.name : undefined;
      const value = bare(set.value);
      if (target === undefined || !TIME_OF_CHANGE.test(target.toLowerCase())) continue;
      if (value.kind !== 'column' || sides.of(value) !== 'source') continue;
      const isCompared = [branch.condition, merge.on].some(condition => {
        const { comparisons, isComplete } = changesIn(unit, condition, sides);
        return (
          !isComplete || comparisons.some(one => one.kind === 'order' || one.columns.includes(target.toLowerCase()))
        );
      });
      if (isCompared || branch.action.set.length < 2) continue;
      return { set, branch, source: value.parts.at(-1)?.name ?? nameOf(value), target };
    }
  }
  return undefined;
}

function fixFor(
  unit: SqlUnit,
  { merge }: MergeParts,
  branch: MergeBranch,
  source: string,
  target: string,
): readonly RuleFix[] {
  const own =
    merge.target.kind === 'table' ? (merge.target.alias?.name.name ?? merge.target.name.parts.at(-1)?.name) : undefined;
  const other =
    merge.source.kind === 'table' || merge.source.kind === 'subquery' ? merge.source.alias?.name.name : undefined;
  if (own === undefined || other === undefined) return [];
  const words = /^when\s+matched/i.exec(unit.text.slice(branch.start, branch.end));
  const { condition } = branch;
  const at = condition?.end ?? branch.start + (words?.[0].length ?? 0);
  if (!words || !isWritten(unit, { start: branch.start, end: at })) return [];
  const guard = ` ${inCaseOf(keywordOf(unit, merge), 'and')} ${other}.${source} >= ${own}.${target}`;
  if (condition?.kind === 'binary' && condition.operator === 'or')
    return [suggest('Update only rows that are not newer', insert(condition.start, '('), insert(at, `)${guard}`))];
  return [suggest('Update only rows that are not newer', insert(at, guard))];
}
