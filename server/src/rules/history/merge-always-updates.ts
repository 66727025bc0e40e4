import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Select } from '../../syntax/sql/tree.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { hasUnknownText } from '../writes.ts';
import { inCaseOf, isWritten } from '../written.ts';
import { type ChangeCondition, changeConditionsOf } from './change-conditions.ts';
import { type Comparison, changesIn } from './changes.ts';
import { closedAgain } from './closed-again.ts';
import { type Close, type Load, loadsOf, type MergeParts } from './load.ts';
import { mentionsTarget } from './load-sides.ts';
import { isInsertCopy } from './load-source.ts';
import { differs, keywordOf, listed } from './merge-text.ts';

export default defineRule({
  summary: 'A load closes every version it matches: unchanged ones, or those that are closed already.',
  why: 'Where only changed rows are inserted again, unchanged ones lose their current version; where all are, everything gets a version per run and the history says nothing.',
  details:
    'Fires for the staged union, where both halves are in sight: the branch that closes asks for no change, and the rows with a key are not limited to changed ones either. Fires too when neither ON nor the condition asks for the current version of a key, so that old versions are closed again. Silent when the source is limited to changes (a join with the target, a WHERE), when it is a table or a placeholder of which nothing is known, and for type 1.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      for (const parts of load.merges) {
        const found = blindClose(unit, load, parts);
        if (!found) continue;
        const { close, copies } = found;
        const detected = changesOfCopies(unit, changeConditionsOf(unit, load, validity), copies);
        const columns = [...new Set(detected.flatMap(one => one.labels))];
        const message =
          columns.length > 0
            ? `Every row that matches is closed here, but only those whose ${listed(columns)} changed come back: unchanged rows lose their current version in ${load.target.label}. Close what changed only.`
            : `Every row that matches is closed here and inserted again, changed or not: ${load.target.label} gets a version of everything on every run. Close and insert what changed only.`;
        report(close.at, message, { fixes: fixFor(unit, parts, close, detected) });
      }
      for (const { close, fixes } of closedAgain(unit, load, validity)) {
        report(
          close.at,
          `Nothing asks for the current version here, so every run also closes the versions of ${load.target.label} that were closed long ago, and moves their end. Close the current one only.`,
          { fixes },
        );
      }
    }
  },
  examples: {
    'the copies are limited to changes, the closing is not (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.email is distinct from c.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched then update set is_current = false, valid_to = s.updated_at
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: only those whose 'email' changed come back
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from {{ ref('stg_customers') }} as c
        union all
        select null as merge_key, c.* from {{ ref('stg_customers') }} as c
        join dim_customer as d on d.customer_id = c.customer_id and d.is_current
        where d.email is distinct from c.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
    `,
    'no change is asked for anywhere (Databricks)': `
      //- grainline.yml
      dialect: databricks
      //- scripts/load.sql
      with staged as (
        select shop_id as merge_key, u.* from updates as u
        union all
        select null as merge_key, u.* from updates as u join dim_shop as d on d.shop_id = u.shop_id and d.is_current
      )
      merge into dim_shop as t using staged as s on t.shop_id = s.merge_key and t.is_current
      when matched and t.is_current then update set is_current = false, end_date = current_date()
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: a version of everything on every run
      when not matched then insert (shop_id, name, start_date, is_current) values (s.shop_id, s.name, current_date(), true);
      -> no fix
    `,
    'old versions are closed again (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- scripts/load.sql
      merge dw.dim_shop as t
      using (
        select shop_id as join_key, c.* from dw.stg_shops as c
        union all
        select null as join_key, c.* from dw.stg_shops as c join dw.dim_shop as d on d.shop_id = c.shop_id
        where d.row_hash <> c.row_hash and d.is_current
      ) as s
      on t.shop_id = s.join_key
      when matched and t.row_hash <> s.row_hash then update set end_date = current_date(), is_current = false
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: also closes the versions of 'dim_shop' that were closed long ago
      when not matched then insert (shop_id, row_hash, start_date, is_current) values (s.shop_id, s.row_hash, current_date(), true)
      -> Close the current version only
      //- scripts/load.sql
      merge dw.dim_shop as t
      using (
        select shop_id as join_key, c.* from dw.stg_shops as c
        union all
        select null as join_key, c.* from dw.stg_shops as c join dw.dim_shop as d on d.shop_id = c.shop_id
        where d.row_hash <> c.row_hash and d.is_current
      ) as s
      on t.shop_id = s.join_key and t.is_current = true
      when matched and t.row_hash <> s.row_hash then update set end_date = current_date(), is_current = false
      when not matched then insert (shop_id, row_hash, start_date, is_current) values (s.shop_id, s.row_hash, current_date(), true)
    `,
    'rows with a key are the changed ones (BigQuery)': `
      //- scripts/load.sql
      merge into dim_customer as t
      using (
        with changed as (
          select c.* from stg_customers as c left join dim_customer as d on d.customer_id = c.customer_id and d.is_current
          where d.customer_id is null or d.email is distinct from c.email
        )
        select customer_id as merge_key, changed.* from changed
        union all
        select null, changed.* from changed join dim_customer as d on d.customer_id = changed.customer_id and d.is_current
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
    `,
    'a source of which nothing is known, a mark of the source, type 1': `
      //- scripts/load.sql
      merge into dim_shop as t using changed_shops as s on t.shop_id = s.shop_id and t.is_current
      when matched then update set is_current = false, valid_to = s.updated_at;
      insert into dim_shop (shop_id, name, valid_from, is_current) select shop_id, name, updated_at, true from changed_shops;
      merge into shops as t using stg_shops as s on t.shop_id = s.shop_id
      when matched then update set name = s.name
      when not matched then insert (shop_id, name) values (s.shop_id, s.name);
      merge into dim_city as t
      using (
        select city_id as merge_key, c.* from marked_cities as c
        union all
        select null, c.* from marked_cities as c where c.is_changed
      ) as s on t.city_id = s.merge_key and t.is_current
      when matched and s.is_changed then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (city_id, name, valid_from, is_current) values (s.city_id, s.name, s.updated_at, true);
    `,
  },
});

/** A close without any question about change, in a staged union whose rows with a key are not limited either. */
function blindClose(
  unit: SqlUnit,
  load: Load,
  parts: MergeParts,
): { readonly close: Close; readonly copies: readonly Select[] } | undefined {
  const { merge, source, sides, keys } = parts;
  const [key] = keys;
  if (!source?.isUnion || source.isOpaque || key?.source.kind !== 'column' || parts.otherConditions.length > 0)
    return undefined;
  const name = key.source.parts.at(-1)?.name.toLowerCase() ?? '';
  const copies = source.branches.filter(branch => isInsertCopy(unit, branch, name));
  const keyed = source.branches.filter(branch => !copies.includes(branch));
  if (copies.length === 0 || keyed.length === 0) return undefined;
  if (keyed.some(branch => isLimited(unit, branch, load))) return undefined;
  // A copy that the source marks itself may have its counterpart in the source too.
  if (!copies.every(branch => mentionsTarget(unit, branch, load.target))) return undefined;
  const matched = merge.branches.filter(branch => branch.match === 'matched');
  const close = load.closes.find(one => one.statement === merge && one.match === 'matched');
  if (!close || matched.length > 1 || hasUnknownText(unit, close.branch ?? merge)) return undefined;
  if (close.condition) {
    const { comparisons, isComplete } = changesIn(unit, close.condition, sides);
    // A condition on the source alone may be a change that was found before.
    if (comparisons.length > 0 || !isComplete || asksSource(close, parts)) return undefined;
  }
  return { close, copies };
}

function asksSource({ condition }: Close, { sides }: MergeParts): boolean {
  if (!condition) return false;
  return sides.ofAll(condition) !== 'target';
}

function isLimited(unit: SqlUnit, branch: Select, load: Load): boolean {
  if (branch.where || branch.qualify || branch.having || branch.isOpaque) return true;
  const relations = unit.facts.scopes.get(branch)?.relations ?? [];
  if (relations.length !== 1 || mentionsTarget(unit, branch, load.target)) return true;
  // A CTE or subquery may be limited inside.
  return relations[0]?.table.kind !== 'table' || relations[0].kind === 'cte';
}

function changesOfCopies(
  unit: SqlUnit,
  conditions: readonly ChangeCondition[],
  copies: readonly Select[],
): readonly Comparison[] {
  return conditions
    .filter(({ select }) => select !== undefined && copies.includes(select))
    .flatMap(({ condition, sides }) =>
      changesIn(unit, condition, sides).comparisons.filter(one => one.kind === 'differs'),
    );
}

function fixFor(
  unit: SqlUnit,
  { merge }: MergeParts,
  close: Close,
  detected: readonly Comparison[],
): readonly RuleFix[] {
  const { branch } = close;
  if (!branch || detected.length === 0 || detected.some(one => !one.pair) || merge.target.kind !== 'table') return [];
  const target = merge.target.alias?.name.name ?? merge.target.name.parts.at(-1)?.name;
  const source =
    merge.source.kind === 'subquery' || merge.source.kind === 'table' ? merge.source.alias?.name.name : undefined;
  if (target === undefined || source === undefined) return [];
  const like = keywordOf(unit, merge);
  const pairs = detected.flatMap(({ pair }) =>
    pair
      ? [
          differs(
            `${target}.${pair.target.parts.at(-1)?.name}`,
            `${source}.${pair.source.parts.at(-1)?.name}`,
            unit.dialect,
            like,
          ),
        ]
      : [],
  );
  const or = ` ${inCaseOf(like, 'or')} `;
  const and = ` ${inCaseOf(like, 'and')} `;
  const text = pairs.length > 1 ? `(${pairs.join(or)})` : (pairs[0] ?? '');
  const at = close.condition?.end ?? endOfMatched(unit, branch);
  return at !== undefined && isWritten(unit, { start: at - 1, end: at })
    ? [suggest('Close what changed only', insert(at, and + text))]
    : [];
}

function endOfMatched(unit: SqlUnit, branch: { readonly start: number; readonly end: number }): number | undefined {
  const found = /^when\s+matched/i.exec(unit.text.slice(branch.start, branch.end));
  return found ? branch.start + found[0].length : undefined;
}
