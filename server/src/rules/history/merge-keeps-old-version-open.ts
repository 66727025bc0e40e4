import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Assignment } from '../../syntax/sql/tree.ts';
import { defineRule, type RuleContext, type SqlUnit } from '../rule.ts';
import { hasUnknownText, mayBeSameTarget, type Target, targetOf, writesIn } from '../writes.ts';
import { changeConditionsOf, keysOfLoad } from './change-conditions.ts';
import { changesIn, nameOf } from './changes.ts';
import { type Insertion, type Load, loadsOf } from './load.ts';
import { isInsertCopy } from './load-source.ts';
import { isOffFlag, isOpenEnd, roleInLoad } from './load-values.ts';

export default defineRule({
  summary: 'A load adds a new version of a changed row and never closes the former one.',
  why: 'The thing then has two current rows, and each join to the current row counts it twice.',
  details:
    'Fires when rows are inserted as current because something changed (the INSERT compares with the rows that are there, or the MERGE matches by a hash of the attributes or has a second copy without a key), and no statement of the script, nor of any macro, hook or SQL file of the project, ends a version of the table. Silent for tables without an end or a flag (append only), for inserts of keys that are new, and for first loads.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    // Outside of a project, another file may close what this one leaves open.
    if (!unit || !context.project) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      if (load.target.isUnknown || load.closes.length > 0) continue;
      const insertion = load.insertions.find(one => one.isOpen === true && addsVersions(unit, load, one, validity));
      if (!insertion || isEndedElsewhere(unit, context, load.target, validity)) continue;
      const { statement, branch } = insertion;
      const at = branch
        ? { start: branch.action.start, end: endOfColumns(unit, branch.action) }
        : { start: statement.start, end: statement.target.end };
      report(
        at,
        `A new version of a changed row is added to ${load.target.label} here and the former one is never closed: both are current from then on. Close it in the same run.`,
      );
    }
  },
  examples: {
    'inserted where it differs': `
      //- macros/load.sql
      {% macro load() %}
      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      ^^^^^^^^^^^^^^^^^^^^^^^^ warning: the former one is never closed
      select s.customer_id, s.email, s.updated_at, null, true
      from {{ ref('stg_customers') }} as s
      left join dim_customer as d on d.customer_id = s.customer_id and d.is_current
      where d.customer_id is null or d.email is distinct from s.email;
      {% endmacro %}
    `,
    'NOT EXISTS that compares attributes, in a script of the project': `
      //- scripts/load.sql
      insert into dw.dim_shop (shop_id, name, valid_from, valid_to)
      ^^^^^^^^^^^^^^^^^^^^^^^ warning: both are current from then on
      select shop_id, name, updated_at, timestamp '9999-12-31' from stg_shops as s
      where not exists (
        select 1 from dw.dim_shop as d where d.shop_id = s.shop_id and d.valid_to = timestamp '9999-12-31' and d.name = s.name
      );
    `,
    'MERGE by a hash of the attributes (Databricks)': `
      //- macros/load.sql
      {% macro load() %}
      merge into dim_city as t using {{ ref('stg_cities') }} as s
      on t.city_id = s.city_id and t.row_hash = s.row_hash and t.is_current
      when not matched then insert (city_id, row_hash, valid_from, is_current) values (s.city_id, s.row_hash, s.updated_at, true);
                            ^^^^^^ warning: A new version of a changed row is added to 'dim_city'
      {% endmacro %}
    `,
    'closed by a hook, by another macro; keys that are new; append only; a first load': `
      //- models/stg_shops.sql
      {{ config(post_hook="update dim_shop set is_current = false, valid_to = now() where is_current and shop_id in (select shop_id from shop_changes)") }}
      select 1 as shop_id, 'a' as name, current_timestamp as updated_at
      //- macros/close.sql
      {% macro close_cities() %}
      merge into analytics.dim_city as t using {{ ref('stg_cities') }} as s on t.city_id = s.city_id and t.is_current
      when matched and t.row_hash <> s.row_hash then update set t.is_current = false;
      {% endmacro %}
      //- macros/load.sql
      {% macro load() %}
      insert into dim_shop (shop_id, name, valid_from, is_current)
      select s.shop_id, s.name, s.updated_at, true from {{ ref('stg_shops') }} as s
      left join dim_shop as d on d.shop_id = s.shop_id and d.is_current where d.name is distinct from s.name;
      merge into dim_city as t using {{ ref('stg_cities') }} as s on t.city_id = s.city_id and t.row_hash = s.row_hash and t.is_current
      when not matched then insert (city_id, row_hash, valid_from, is_current) values (s.city_id, s.row_hash, s.updated_at, true);
      insert into dim_customer (customer_id, email, valid_from, is_current)
      select s.customer_id, s.email, s.updated_at, true from {{ ref('stg_customers') }} as s
      where not exists (select 1 from dim_customer as d where d.customer_id = s.customer_id);
      insert into raw_orders (order_id, status, loaded_at)
      select o.order_id, o.status, current_timestamp from {{ ref('stg_orders') }} as o
      left join raw_orders as r on r.order_id = o.order_id where r.status is distinct from o.status;
      insert into dim_product (sku, name, valid_from, is_current) select sku, name, updated_at, true from {{ ref('stg_products') }};
      {% endmacro %}
    `,
    'closed by an UPDATE with a join in a procedure (MySQL)': `
      //- grainline.yml
      dialect: mysql
      //- scripts/load.sql
      DELIMITER //
      CREATE PROCEDURE load_customers()
      BEGIN
        UPDATE dim_customer d JOIN stg_customers s ON d.customer_id = s.customer_id
        SET d.valid_to = curdate(), d.is_current = 0
        WHERE d.is_current = 1 AND NOT (d.email <=> s.email);
        INSERT INTO dim_customer (customer_id, email, valid_from, is_current)
        SELECT s.customer_id, s.email, curdate(), 1 FROM stg_customers s
        LEFT JOIN dim_customer d ON d.customer_id = s.customer_id AND d.is_current = 1
        WHERE d.customer_id IS NULL OR NOT (d.email <=> s.email);
      END //
      DELIMITER ;
    `,
  },
});

type Validity = (typeof DEFAULT_CONFIG)['validity'];

/** Rows are inserted because something changed, so their keys have current rows already. */
function addsVersions(unit: SqlUnit, load: Load, insertion: Insertion, validity: Validity): boolean {
  const { statement } = insertion;
  if (hasUnknownText(unit, statement)) return false;
  if (statement.kind === 'merge') {
    const parts = load.merges.find(one => one.merge === statement);
    if (!parts?.source || parts.source.isOpaque || parts.otherConditions.length > 0 || insertion.branch?.condition)
      return false;
    const [key] = parts.keys;
    if (parts.keys.length > 1 && parts.keys.some(one => /hash|checksum|md5|_diff$/.test(one.column))) return true;
    const name = key?.source.kind === 'column' ? nameOf(key.source) : '';
    return parts.source.isUnion && parts.source.branches.some(branch => isInsertCopy(unit, branch, name));
  }
  const { select } = insertion;
  if (!select) return false;
  const keys = keysOfLoad(unit, load);
  return changeConditionsOf(unit, load, validity).some(({ condition, sides, finds, statement: own, select: at }) => {
    if (own !== statement || !at || at.start < select.start || at.end > select.end) return false;
    const { comparisons } = changesIn(unit, condition, sides);
    if (finds === 'change') return comparisons.some(one => one.kind === 'differs');
    const equations = comparisons.filter(one => one.kind === 'equals');
    return equations.some(
      (one, i) =>
        (keys.size > 0 || i > 0) &&
        one.columns.every(
          column =>
            !keys.has(column) &&
            roleInLoad(column, validity) === undefined &&
            !/(?:^|_)(?:id|key|sk|nk|bk|code|uuid)$/.test(column),
        ),
    );
  });
}

/** A statement anywhere ends versions of the table, or of one that is named by an argument. */
function isEndedElsewhere(unit: SqlUnit, { project }: RuleContext, target: Target, validity: Validity): boolean {
  const ends = (set: readonly Assignment[]): boolean =>
    set.some(one => {
      const role = one.target.kind === 'name' ? roleInLoad(one.target.parts.at(-1)?.name ?? '', validity) : undefined;
      return (role === 'current' && isOffFlag(one.value)) || (role === 'end' && !isOpenEnd(one.value));
    });
  return [unit, ...(project?.scripts() ?? [])].some(({ tree, text }) =>
    writesIn({ tree }).some(one => {
      if (one.kind !== 'merge' && one.kind !== 'update') return false;
      if (!mayBeSameTarget(targetOf(one, text), target)) return false;
      if (one.kind === 'update') return ends(one.set);
      return one.branches.some(
        branch => branch.action.kind === 'merge-update' && (branch.action.all || ends(branch.action.set)),
      );
    }),
  );
}

/** The word INSERT. */
function endOfColumns(unit: SqlUnit, action: { readonly start: number; readonly end: number }): number {
  const found = /^\w+/.exec(unit.text.slice(action.start, action.end));
  return action.start + (found?.[0].length ?? 0);
}
