import type { TypeFamily } from '../../project/facts.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { BinaryExpression, SqlNode } from '../../syntax/sql/tree.ts';
import { functionName } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { targetOf, type WriteStatement } from '../writes.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { nameOf } from './changes.ts';
import { type Watermark, watermarkIn } from './deltas.ts';

export default defineRule({
  summary: 'A load reads what is newer than the newest row of its own target, and says nothing of an empty target.',
  why: 'max() of an empty table is NULL and nothing is greater than NULL: the first load reads no row, so the table stays empty for good.',
  details:
    'Looks at MERGE, INSERT and UPDATE in macros, hooks and scripts. Silent where the empty case is cared for (COALESCE and the like, `or not exists`), and in models: there the filter stands behind `is_incremental()`, and the first build does not use it.',
  severity: 'warning',
  on: 'sql:binary',
  files: ['script', 'analysis'],
  check(node, { unit, ancestors, report, dialect }) {
    if (!unit || !/^[<>]=?$/.test(node.operator)) return;
    const statement = statementAround(ancestors);
    if (!statement || ancestors.some(one => one.kind === 'binary' && one.operator === 'or')) return;
    const target = targetOf(statement, unit.text);
    if (target.isUnknown) return;
    const mark = watermarkIn(node, target);
    if (!mark?.max || isFilled(node, mark)) return;
    report(
      node,
      `max() of an empty table is NULL and nothing is greater than NULL: as long as ${target.label} is empty this reads no row, so the first load and every one after it load nothing. Say what to compare with then: COALESCE.`,
      { fixes: fixFor(unit, mark, dialect) },
    );
  },
  examples: {
    'in the source of a MERGE': `
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (
        select * from stg_customers
        where updated_at > (select max(valid_from) from dim_customer)
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: as long as 'dim_customer' is empty this reads no row
      ) as s
      on t.customer_id = s.customer_id
      when matched then update set email = s.email, valid_from = s.updated_at
      when not matched then insert (customer_id, email, valid_from) values (s.customer_id, s.email, s.updated_at);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t
      using (
        select * from stg_customers
        where updated_at > (select coalesce(max(valid_from), '1900-01-01') from dim_customer)
      ) as s
      on t.customer_id = s.customer_id
      when matched then update set email = s.email, valid_from = s.updated_at
      when not matched then insert (customer_id, email, valid_from) values (s.customer_id, s.email, s.updated_at);
      {% endmacro %}
    `,
    'the other way round, with a lookback, numbers (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- scripts/load.sql
      INSERT INTO dw.orders SELECT id, amount FROM raw.orders WHERE (SELECT MAX(id) - 100 FROM dw.orders) <= id::int;
                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: nothing is greater than NULL
      ->
      INSERT INTO dw.orders SELECT id, amount FROM raw.orders WHERE (SELECT COALESCE(MAX(id), -1) - 100 FROM dw.orders) <= id::int;
    `,
    'a date by its type (BigQuery), in a hook of the model itself': `
      //- grainline.yml
      dialect: bigquery
      //- models/daily.sql
      {{ config(materialized='table', post_hook="insert into {{ this }} select cast(day as date) as day, n from log.days where cast(day as date) > (select max(day) from {{ this }})") }}
                                                                                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: max() of an empty table is NULL
      select cast('2024-01-01' as date) as day, 1 as n
    `,
    'cared for': `
      //- scripts/load.sql
      insert into dw.orders select * from raw.orders where updated_at > (select coalesce(max(updated_at), '1900-01-01') from dw.orders);
      insert into dw.orders select * from raw.orders where updated_at > coalesce((select max(updated_at) from dw.orders), '1900-01-01');
      insert into dw.orders select * from raw.orders
      where updated_at > (select max(updated_at) from dw.orders) or not exists (select 1 from dw.orders);
      insert into dw.orders select * from raw.orders where updated_at > (select max(loaded_until) from etl.watermarks);
    `,
    'the guard of an incremental model': `
      {{ config(materialized='incremental') }}
      select id, updated_at from {{ ref('stg_orders') }}
      {% if is_incremental() %}
      where updated_at > (select max(updated_at) from {{ this }})
      {% endif %}
    `,
  },
});

function statementAround(ancestors: readonly SqlNode[]): WriteStatement | undefined {
  return ancestors.find(
    (one): one is WriteStatement =>
      one.kind === 'merge' || one.kind === 'insert' || one.kind === 'update' || one.kind === 'delete',
  );
}

/** Something stands in for NULL, around max() or around the subquery. */
function isFilled(node: BinaryExpression, { max, select }: Watermark): boolean {
  if (!max || !select) return true;
  let isFound = false;
  const open: SqlNode[] = [node.left, node.right, ...select.items];
  for (let steps = 0; steps < 200; steps++) {
    const next = open.pop();
    if (next === undefined) break;
    if (next.kind === 'call') {
      if (/^(?:coalesce|ifnull|nvl|nvl2|isnull|greatest|zeroifnull|iff|if)$/.test(functionName(next))) isFound = true;
      open.push(...next.arguments.map(one => one.value));
    } else if (next.kind === 'case') isFound = true;
    else if (next.kind === 'item') open.push(next.expression);
    else if (next.kind === 'binary') open.push(next.left, next.right);
    else if (next.kind === 'cast') open.push(next.operand);
    else if (next.kind === 'parenthesized') open.push(next.expression);
  }
  return isFound;
}

function fixFor(unit: SqlUnit, { column, max, select }: Watermark, dialect: Dialect): readonly RuleFix[] {
  if (!max || !select || select.groupBy || !isWritten(unit, max)) return [];
  const family = unit.facts.typeOf(max)?.family ?? unit.facts.typeOf(column)?.family;
  const compared = max.arguments[0]?.value;
  const names = [column, compared].flatMap(one => (one?.kind === 'column' ? [nameOf(one)] : []));
  const least = leastOf(family, names, dialect);
  if (least === undefined) return [];
  const word = inCaseOf(textOf(unit, max.name), 'coalesce');
  return [suggest('Say what an empty table stands for', insert(max.start, `${word}(`), insert(max.end, `, ${least})`))];
}

/** A value below all others of the type, as the dialect writes it. */
function leastOf(family: TypeFamily | undefined, names: readonly string[], dialect: Dialect): string | undefined {
  switch (family) {
    case 'integer':
    case 'decimal':
    case 'float':
      return '-1';
    case 'date':
      return dialect === 'tsql' ? `'19000101'` : `date '1900-01-01'`;
    case 'timestamp':
    case 'timestamptz':
      if (dialect === 'tsql') return `'19000101'`;
      return dialect === 'trino' || dialect === 'athena' ? `timestamp '1900-01-01 00:00:00'` : `timestamp '1900-01-01'`;
    case undefined:
      // A string is read as whichever of the two it is compared with, but for dialects that convert nothing by themselves.
      if (dialect === 'bigquery' || dialect === 'trino' || dialect === 'athena') return undefined;
      return names.some(name => /(?:_at|_ts|_on|date|time|timestamp|_from|_dt|updated|modified|loaded)$/.test(name))
        ? dialect === 'tsql'
          ? `'19000101'`
          : `'1900-01-01'`
        : undefined;
    default:
      return undefined;
  }
}
