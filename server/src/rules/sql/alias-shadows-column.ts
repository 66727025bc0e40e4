import { isAggregateName } from '../../project/infer/functions.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { ColumnReference, Expression, ExpressionItem, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, columnsIn, functionName, holdsUnknown, quoted } from '../expressions.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'GROUP BY names a column whose changed value has the same name in the list.',
  why: 'Most warehouses group by the column as it was read, not by the changed value: one changed value comes out in several rows.',
  details:
    "Fires on `coalesce(kind, '?') as kind … group by kind` where the change makes different values equal (coalesce, case, trunc, lower, cast to date). Silent on BigQuery and ClickHouse, which take the alias, and where the dialect is not known; silent for WHERE and QUALIFY, which always mean the column.",
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, dialect, report }) {
    if (!unit || !select.groupBy || select.isOpaque || ALIAS_WINS.has(dialect)) return;
    for (const key of select.groupBy.items) {
      if (key.kind !== 'column' || key.parts.length !== 1 || !isWritten(unit, key)) continue;
      const item = shadowing(select, key, unit);
      if (!item) continue;
      const name = key.parts[0]?.name ?? '';
      report(
        key,
        `This groups by the column '${name}' as it was read, not by ${quoted(unit, item.expression)}: rows that differ in it only come out apart under the same '${name}'. Group by the expression, or give it another name.`,
        { fixes: fixesFor(select, item, key, unit) },
      );
    }
  },
  examples: {
    'coalesce under the same name': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      select coalesce(claim_type, 'unknown') as claim_type, count(*) as claim_count
      from {{ ref('claims') }}
      group by claim_type
               ^^^^^^^^^^ groups by the column 'claim_type' as it was read
      -> Group by the expression
      //- models/example.sql
      select coalesce(claim_type, 'unknown') as claim_type, count(*) as claim_count
      from {{ ref('claims') }}
      group by coalesce(claim_type, 'unknown')
    `,
    'a cast to date, in a CTE': `
      //- grainline.yml
      dialect: postgres
      //- models/example.sql
      with days as (
        select o.shop_id, o.sold_at::date as sold_at, sum(o.amount) as amount from {{ ref('orders') }} as o
        group by o.shop_id, sold_at
                            ^^^^^^^ not by 'o.sold_at::date'
      )
      select shop_id, sold_at, amount from days
      -> Group by position
      //- models/example.sql
      with days as (
        select o.shop_id, o.sold_at::date as sold_at, sum(o.amount) as amount from {{ ref('orders') }} as o
        group by o.shop_id, 2
      )
      select shop_id, sold_at, amount from days
    `,
    'BigQuery takes the alias': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      select lower(kind) as kind, count(*) as n from {{ ref('a') }} group by kind
    `,
    'ordinals, the expression, another name, nothing lost': `
      //- grainline.yml
      dialect: snowflake
      //- models/a.sql
      select lower(kind) as kind, count(*) as n from {{ ref('a') }} group by 1
      //- models/b.sql
      select lower(kind) as kind, count(*) as n from {{ ref('a') }} group by lower(kind)
      //- models/c.sql
      select lower(kind) as lower_kind, count(*) as n from {{ ref('a') }} group by lower_kind
      //- models/d.sql
      select cast(kind as integer) as kind, max(n) as n from {{ ref('a') }} where kind <> '' group by kind
    `,
    'the dialect is not known': `
      select lower(kind) as kind, count(*) as n from {{ ref('a') }} group by kind
    `,
  },
});

const ALIAS_WINS: ReadonlySet<string> = new Set(['bigquery', 'clickhouse', 'ansi']);

/** The item whose alias is the key's name and whose value is another than that of the column of this name. */
function shadowing(select: Select, key: ColumnReference, unit: SqlUnit): ExpressionItem | undefined {
  const name = key.parts[0];
  if (!name || name.hasUnknown) return undefined;
  const folded = normalizeName(name, unit.dialect);
  const named = select.items.filter(
    item => item.kind === 'item' && item.alias && normalizeName(item.alias, unit.dialect) === folded,
  );
  const [item] = named;
  if (item?.kind !== 'item' || named.length > 1 || !mergesValues(item.expression, unit)) return undefined;
  if (holdsUnknown(item.expression) || hasAggregate(item.expression)) return undefined;
  const readsIt = columnsIn(item.expression).some(reference => {
    const last = reference.parts.at(-1);
    if (!last || normalizeName(last, unit.dialect) !== folded) return false;
    const resolved = unit.facts.resolve(reference);
    return (resolved?.kind === 'column' || resolved?.kind === 'assumed') && resolved.path.length === 0;
  });
  // Grouped by the expression as well, the column adds nothing that people could see.
  const isGroupedToo = select.groupBy?.items.some(
    other => other !== key && textOf(unit, other) === textOf(unit, item.expression),
  );
  return readsIt && !isGroupedToo ? item : undefined;
}

const MERGING: ReadonlySet<string> = new Set(
  'coalesce ifnull nvl isnull nvl2 if iff nullif lower upper trim ltrim rtrim btrim initcap left right substr substring split_part regexp_replace replace date date_trunc datetrunc timestamp_trunc trunc round floor ceil ceiling date_part year month greatest least decode abs'.split(
    ' ',
  ),
);

/** Different values may become equal. */
function mergesValues(expression: Expression, unit: SqlUnit): boolean {
  const inner = bare(expression);
  if (inner.kind === 'case' || inner.kind === 'extract') return true;
  if (inner.kind === 'cast') {
    // A text that is read as a date or number has one value for each text, but for how it is written.
    const isCut = inner.type.name === 'date' && unit.facts.typeOf(inner.operand)?.family !== 'text';
    return isCut || mergesValues(inner.operand, unit);
  }
  if (inner.kind !== 'call' || inner.over || !MERGING.has(functionName(inner))) return false;
  // One argument of `coalesce` changes nothing.
  return functionName(inner) !== 'coalesce' || inner.arguments.length > 1;
}

function hasAggregate(expression: Expression): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind === 'query') found = true;
    if (node.kind === 'call' && (node.over || isAggregateName(functionName(node)))) found = true;
  });
  return found;
}

function fixesFor(select: Select, item: ExpressionItem, key: ColumnReference, unit: SqlUnit): readonly RuleFix[] {
  const fixes: RuleFix[] = [];
  if (isWritten(unit, item.expression))
    fixes.push(suggest('Group by the expression', replace(key, textOf(unit, item.expression))));
  const index = select.items.indexOf(item);
  if (select.items.slice(0, index).every(one => one.kind === 'item'))
    fixes.push(suggest('Group by position', replace(key, String(index + 1))));
  return fixes;
}
