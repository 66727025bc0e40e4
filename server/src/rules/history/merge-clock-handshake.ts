import { DEFAULT_CONFIG } from '../../config/config.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { BinaryExpression, ExistsExpression, Expression, SqlNode } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, operandsOf } from '../expressions.ts';
import { defineRule, insert, type RuleFix, remove, replace, type SqlUnit, suggest } from '../rule.ts';
import type { WriteStatement } from '../writes.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { nameOf } from './changes.ts';
import { type Load, loadsOf } from './load.ts';
import { clockOf, isOffFlag, isOnFlag, isOpenEnd, roleInLoad } from './load-values.ts';
import { keywordOf } from './merge-text.ts';

export default defineRule({
  summary: 'Two statements agree on rows by asking the clock twice.',
  why: 'On most warehouses every statement has a clock of its own: the second one finds none of the rows that the first one stamped, and changed rows are left without a current version.',
  details:
    'Fires when a statement compares a column with the clock (`valid_to = current_timestamp`) that an earlier statement of the script set from the clock. An error where each statement has its own clock (Snowflake, BigQuery, Databricks, T-SQL, …); a warning on Postgres, Redshift and DuckDB, where it works inside of one transaction; silent there when the script opens one. Silent for a time that was captured once (a variable, `run_started_at`), and for dates, which agree all day.',
  severity: 'error',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report, dialect } = context;
    if (!unit) return;
    const sharesClock = isClockOfTransaction(dialect);
    if (sharesClock && opensTransaction(unit)) return;
    const { validity } = (context.project?.config ?? DEFAULT_CONFIG) as typeof DEFAULT_CONFIG;
    for (const load of loadsOf(unit, context)) {
      for (const { comparison, column, exists } of handshakesIn(unit, load)) {
        const last = sharesClock ? 'unless both run in one transaction each has its own' : 'each has its own';
        report(
          comparison,
          `This finds the rows just stamped in ${load.target.label} only if both statements see the same clock, and ${last}: nothing fits, and changed rows are left without a current version. Insert where no current row exists, or capture the time once.`,
          {
            severity: sharesClock ? 'warning' : 'error',
            relatedHere: [{ span: column, message: 'The clock is asked here first.' }],
            fixes: exists ? fixFor(unit, load, comparison, exists, validity) : [],
          },
        );
      }
    }
  },
  examples: {
    'close, then find what was closed (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as target
      using {{ ref('stg_customers') }} as source
      on target.customer_id = source.customer_id and target.is_current = true
      when matched and target.email is distinct from source.email then update set is_current = false, valid_to = current_timestamp
      when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
        values (source.customer_id, source.email, current_timestamp, '9999-12-31', true);

      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, current_timestamp, '9999-12-31', true
      from {{ ref('stg_customers') }} as s
      where exists (
        select 1 from dim_customer as d
        where d.customer_id = s.customer_id and d.is_current = false and d.valid_to = current_timestamp
                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: finds the rows just stamped in 'dim_customer'
      );
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as target
      using {{ ref('stg_customers') }} as source
      on target.customer_id = source.customer_id and target.is_current = true
      when matched and target.email is distinct from source.email then update set is_current = false, valid_to = current_timestamp
      when not matched then insert (customer_id, email, valid_from, valid_to, is_current)
        values (source.customer_id, source.email, current_timestamp, '9999-12-31', true);

      insert into dim_customer (customer_id, email, valid_from, valid_to, is_current)
      select s.customer_id, s.email, current_timestamp, '9999-12-31', true
      from {{ ref('stg_customers') }} as s
      where not exists (
        select 1 from dim_customer as d
        where d.customer_id = s.customer_id and d.is_current = true
      );
      {% endmacro %}
    `,
    'without a flag, as a join (T-SQL)': `
      //- grainline.yml
      dialect: tsql
      //- scripts/load.sql
      UPDATE d SET valid_to = GETDATE() FROM dbo.dim_shop AS d JOIN stg.shops AS s ON d.shop_id = s.shop_id
      WHERE d.valid_to IS NULL AND ISNULL(d.name, '') <> ISNULL(s.name, '');
      INSERT INTO dbo.dim_shop (shop_id, name, valid_from, valid_to)
      SELECT s.shop_id, s.name, GETDATE(), NULL FROM stg.shops AS s
      JOIN dbo.dim_shop AS d ON d.shop_id = s.shop_id AND d.valid_to = GETDATE();
                                                          ^^^^^^^^^^^^^^^^^^^^^^ error: only if both statements see the same clock
      -> no fix
    `,
    'Postgres, statement by statement; by the end alone': `
      //- grainline.yml
      dialect: postgres
      //- scripts/load.sql
      update dim_shop as d set valid_to = now() from stg_shops as s
      where d.shop_id = s.shop_id and d.valid_to is null and d.name is distinct from s.name;
      insert into dim_shop (shop_id, name, valid_from, valid_to)
      select s.shop_id, s.name, now(), null from stg_shops as s
      where exists (select 1 from dim_shop as d where d.shop_id = s.shop_id and d.valid_to = now());
                                                                                ^^^^^^^^^^^^^^^^^^ warning: unless both run in one transaction
      ->
      update dim_shop as d set valid_to = now() from stg_shops as s
      where d.shop_id = s.shop_id and d.valid_to is null and d.name is distinct from s.name;
      insert into dim_shop (shop_id, name, valid_from, valid_to)
      select s.shop_id, s.name, now(), null from stg_shops as s
      where not exists (select 1 from dim_shop as d where d.shop_id = s.shop_id and d.valid_to is null);
    `,
    'one transaction, a captured time, days': `
      //- grainline.yml
      dialect: postgres
      //- scripts/transaction.sql
      begin;
      update dim_shop set valid_to = now() where valid_to is null and shop_id in (select shop_id from changed_shops);
      insert into dim_shop (shop_id, valid_from) select shop_id, now() from dim_shop where valid_to = now();
      commit;
      //- macros/load.sql
      {% macro load() %}
      {% set loaded_at = "'" ~ run_started_at ~ "'" %}
      update dim_shop set valid_to = {{ loaded_at }} where valid_to is null and shop_id in (select shop_id from changed_shops);
      insert into dim_shop (shop_id, valid_from) select shop_id, {{ loaded_at }} from dim_shop where valid_to = {{ loaded_at }};
      {% endmacro %}
      //- scripts/days.sql
      update dim_shop set valid_to = current_date where valid_to is null and shop_id in (select shop_id from changed_shops);
      insert into dim_shop (shop_id, valid_from) select shop_id, current_date from dim_shop where valid_to = current_date;
      select count(*) from dim_shop where valid_to = now();
    `,
  },
});

/** CURRENT_TIMESTAMP is the start of the transaction, not of the statement. */
function isClockOfTransaction(dialect: Dialect): boolean {
  return dialect === 'postgres' || dialect === 'redshift' || dialect === 'duckdb';
}

function opensTransaction(unit: SqlUnit): boolean {
  return unit.tree.statements.some(
    one => one.kind === 'other-statement' && (one.keyword === 'begin' || one.keyword === 'start'),
  );
}

interface Handshake {
  readonly comparison: BinaryExpression;
  /** Where the column was stamped. */
  readonly column: SqlNode;
  /** The EXISTS whose select the comparison stands in. */
  readonly exists: ExistsExpression | undefined;
}

function handshakesIn(unit: SqlUnit, load: Load): readonly Handshake[] {
  const found: Handshake[] = [];
  for (const later of load.writes) {
    const stamped = stampsBefore(later, load);
    if (stamped.size === 0 || !unit.tree.statements.includes(later)) continue;
    walk(later, (node, ancestors) => {
      if (node.kind === 'assignment') return 'skip';
      if (node.kind !== 'binary' || node.operator !== '=') return undefined;
      for (const [side, other] of [
        [bare(node.left), node.right],
        [bare(node.right), node.left],
      ] as const) {
        const column = side.kind === 'column' ? stamped.get(nameOf(side)) : undefined;
        if (!column || clockOf(other)?.grain !== 'instant') continue;
        const exists = ancestors.findLast((one): one is ExistsExpression => one.kind === 'exists');
        found.push({ comparison: node, column, exists });
      }
      return undefined;
    });
  }
  return found;
}

/** Columns that statements before this one set from the clock. */
function stampsBefore(later: WriteStatement, load: Load): ReadonlyMap<string, SqlNode> {
  const found = new Map<string, SqlNode>();
  for (const one of load.writes) {
    if (one.end > later.start) continue;
    const sets =
      one.kind === 'update'
        ? one.set
        : one.kind === 'merge'
          ? one.branches.flatMap(branch => (branch.action.kind === 'merge-update' ? branch.action.set : []))
          : [];
    for (const set of sets) {
      if (set.target.kind === 'name' && clockOf(set.value)?.grain === 'instant')
        found.set(set.target.parts.at(-1)?.name.toLowerCase() ?? '', set);
    }
  }
  return found;
}

/** EXISTS (… a row closed just now) becomes NOT EXISTS (… a current row). */
function fixFor(
  unit: SqlUnit,
  load: Load,
  comparison: BinaryExpression,
  exists: ExistsExpression,
  validity: (typeof DEFAULT_CONFIG)['validity'],
): readonly RuleFix[] {
  const { body } = exists.query;
  if (body.kind !== 'select' || !body.where || !isWritten(unit, body.where)) return [];
  const conjuncts = operandsOf(body.where.condition, 'and');
  if (!conjuncts.includes(comparison)) return [];
  const like = keywordOf(unit, exists);
  const word = (text: string): string => inCaseOf(like, text);
  const not = insert(exists.start, `${word('not')} `);
  const open = openValues(unit, load, validity);
  const flag = conjuncts.find(one => one.kind === 'binary' && one.operator === '=' && isFlagOff(one, validity));
  if (flag?.kind === 'binary' && open.flag !== undefined) {
    const value = isOffFlag(flag.right) ? flag.right : flag.left;
    const gone = conjunctSpan(body.where.condition, comparison);
    return gone ? [suggest('Insert where no current row exists', not, replace(value, open.flag), remove(gone))] : [];
  }
  if (open.end === undefined) return [];
  const column = bare(comparison.left).kind === 'column' ? comparison.left : comparison.right;
  const text = /^null$/i.test(open.end)
    ? `${textOf(unit, column)} ${word('is null')}`
    : `${textOf(unit, column)} = ${open.end}`;
  return [suggest('Insert where no current row exists', not, replace(comparison, text))];
}

function isFlagOff(one: BinaryExpression, validity: (typeof DEFAULT_CONFIG)['validity']): boolean {
  return [
    [bare(one.left), one.right],
    [bare(one.right), one.left],
  ].some(
    ([side, other]) =>
      side?.kind === 'column' && other && roleInLoad(nameOf(side), validity) === 'current' && isOffFlag(other),
  );
}

/** What the load writes into a current version: its flag, its end. */
function openValues(
  unit: SqlUnit,
  load: Load,
  validity: (typeof DEFAULT_CONFIG)['validity'],
): { flag?: string; end?: string } {
  const found: { flag?: string; end?: string } = {};
  for (const { values } of load.insertions) {
    for (const [name, value] of values) {
      const role = roleInLoad(name, validity);
      if (role === 'current' && isOnFlag(value)) found.flag ??= textOf(unit, value);
      if (role === 'end' && isOpenEnd(value) && isWritten(unit, value)) found.end ??= textOf(unit, value);
    }
  }
  return found;
}

/** The conjunct with the AND that binds it. */
function conjunctSpan(condition: Expression, conjunct: Expression): { start: number; end: number } | undefined {
  const open = [condition];
  for (let next = open.pop(); next; next = open.pop()) {
    const node = bare(next);
    if (node.kind !== 'binary' || node.operator !== 'and') continue;
    if (bare(node.right) === conjunct) return { start: node.left.end, end: node.right.end };
    if (bare(node.left) === conjunct) return { start: node.left.start, end: node.right.start };
    open.push(node.left, node.right);
  }
  return undefined;
}
