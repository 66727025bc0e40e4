import type { MergeStatement, QualifiedName, Select } from '../../syntax/sql/tree.ts';
import { bare, operandsOf } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { creationOf, targetNamed } from '../writes.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';
import { nameOf } from './changes.ts';
import { isLogName, operationAskedFor, watermarksOf } from './deltas.ts';
import { type Load, loadsOf, type MergeParts } from './load.ts';
import { isInsertCopy } from './load-source.ts';
import { keywordOf, listed } from './merge-text.ts';

export default defineRule({
  summary: 'The source of a MERGE may hold several rows of one key.',
  why: 'A key that is new is then inserted once per row, so a thing has two current rows from its first day; a key that is known stops the MERGE on most warehouses, and gets any one of the rows on the others.',
  details:
    'Fires where the source shows that keys repeat: a log of changes (the MERGE asks for the operation of a row), rows taken by a watermark with nothing that keeps one per key, branches of a UNION. Silent when a key of the source is known or made (tests, GROUP BY, DISTINCT, row_number() = 1, QUALIFY), for tables of which nothing is known, and for the second copy of a staged union.',
  severity: 'warning',
  basis: 'absence',
  on: 'sql:file',
  files: ['script', 'analysis'],
  check(_file, context) {
    const { unit, report } = context;
    if (!unit) return;
    for (const load of loadsOf(unit, context)) {
      for (const parts of load.merges) {
        const doubt = doubtOf(unit, load, parts);
        if (!doubt) continue;
        const keys = listed(
          parts.keys.map(({ source, column }) =>
            source.kind === 'column' ? (source.parts.at(-1)?.name ?? column) : column,
          ),
        );
        report(
          doubt.at,
          `${doubt.because}, so one ${keys} may come in several rows: a new one is inserted as often into ${load.target.label}, a known one stops the MERGE or gets any of them. Keep one row per key first.`,
          { fixes: doubt.select ? fixFor(unit, parts, doubt.select, doubt.order) : [] },
        );
      }
    }
  },
  examples: {
    'taken by a watermark (Snowflake)': `
      //- grainline.yml
      dialect: snowflake
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (
        select * from raw.customers
                      ^^^^^^^^^^^^^ warning: takes all rows since the last load
        where updated_at > (select coalesce(max(valid_from), '1900-01-01') from dim_customer)
      ) as s
      on t.customer_id = s.customer_id and t.is_current
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
      ->
      {% macro load() %}
      merge into dim_customer as t
      using (
        select * from raw.customers
        where updated_at > (select coalesce(max(valid_from), '1900-01-01') from dim_customer)
        qualify row_number() over (partition by customer_id order by updated_at desc) = 1
      ) as s
      on t.customer_id = s.customer_id and t.is_current
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      {% endmacro %}
    `,
    'a log of changes (Databricks)': `
      //- grainline.yml
      dialect: databricks
      //- scripts/load.sql
      merge into silver.orders as t using bronze.orders_cdc as s on t.order_id = s.order_id
                                          ^^^^^^^^^^^^^^^^^ warning: is a log of changes (it has 'op')
      when matched and s.op = 'D' then delete
      when matched then update set *
      when not matched and s.op <> 'D' then insert *
    `,
    'branches of a union (BigQuery)': `
      //- grainline.yml
      dialect: bigquery
      //- scripts/load.sql
      merge dw.contacts as t
      using (select email, name from crm.leads union all select email, name from shop.customers) as s
                                     ^^^^^^^^^ warning: is united with others
      on t.email = s.email
      when not matched then insert (email, name) values (s.email, s.name)
    `,
    'one row per key': `
      //- models/schema.yml
      models:
        - name: stg_customers
          columns:
            - name: customer_id
              data_tests: [unique]
      //- models/stg_customers.sql
      select customer_id, email, updated_at from {{ source('crm', 'customers') }}
      //- macros/load.sql
      {% macro load() %}
      merge into dim_customer as t
      using (select * from {{ ref('stg_customers') }} where updated_at > (select coalesce(max(valid_from), '1900-01-01') from dim_customer)) as s
      on t.customer_id = s.customer_id and t.is_current
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
      merge into dim_shop as t
      using (
        select * from raw.shops where updated_at > current_date - 3
        qualify row_number() over (partition by shop_id order by updated_at desc) = 1
      ) as s on t.shop_id = s.shop_id
      when not matched then insert (shop_id, name) values (s.shop_id, s.name);
      merge into readings as t using (select * from raw.readings where read_at > current_date - 3) as s
      on t.sensor_id = s.sensor_id and t.read_at = s.read_at
      when not matched then insert (sensor_id, read_at, value) values (s.sensor_id, s.read_at, s.value);
      merge into dim_city as t using (select city, max(country) as country from raw.shops_cdc group by city) as s on t.city = s.city
      when not matched then insert (city, country) values (s.city, s.country);
      {% endmacro %}
    `,
    'a stream of Snowflake by its actions, and two halves of one table': `
      //- grainline.yml
      dialect: snowflake
      //- scripts/load.sql
      merge into customers as t using (select * from customer_stream) as s on t.customer_id = s.customer_id
      when matched and s.metadata$action = 'DELETE' and s.metadata$isupdate = 'FALSE' then delete
      when matched and s.metadata$action = 'INSERT' then update set email = s.email
      when not matched and s.metadata$action = 'INSERT' then insert (customer_id, email) values (s.customer_id, s.email);
      merge into shops as t
      using (
        select shop_key, shop_id, name from staged_shops where shop_key is not null
        union all
        select nextval, shop_id, name from staged_shops where shop_key is null
      ) as s on t.shop_id = s.shop_id
      when not matched then insert (shop_key, shop_id, name) values (s.shop_key, s.shop_id, s.name);
    `,
    'a table of which nothing is known, and a staged union': `
      //- scripts/load.sql
      merge into dim_shop as t using raw.shops as s on t.shop_id = s.shop_id
      when not matched then insert (shop_id, name) values (s.shop_id, s.name);
      merge into dim_customer as t
      using (
        select customer_id as merge_key, c.* from raw.customers as c
        union all
        select null, c.* from raw.customers as c join dim_customer as d on d.customer_id = c.customer_id
        where d.is_current and d.email is distinct from c.email
      ) as s
      on t.customer_id = s.merge_key and t.is_current
      when matched and t.email is distinct from s.email then update set is_current = false, valid_to = s.updated_at
      when not matched then insert (customer_id, email, valid_from, is_current) values (s.customer_id, s.email, s.updated_at, true);
    `,
  },
});

interface Doubt {
  readonly at: { readonly start: number; readonly end: number };
  readonly because: string;
  /** The select that could keep one row per key, and by what the newest is known. */
  readonly select: Select | undefined;
  readonly order: string | undefined;
}

function doubtOf(unit: SqlUnit, load: Load, { merge, keys, source, sides }: MergeParts): Doubt | undefined {
  // Rows that only match do no harm twice; rows that are inserted do.
  const inserts = merge.branches.some(branch => branch.action.kind === 'merge-insert');
  if (!source || source.isOpaque || keys.length === 0 || !inserts) return undefined;
  const names = keys.flatMap(({ source: one }) => (one.kind === 'column' ? [nameOf(one)] : []));
  if (names.length < keys.length) return undefined;
  const isUnique = (all: readonly { readonly columns: readonly string[] }[]): boolean =>
    all.some(key => key.columns.every(column => names.includes(column)));
  if (isUnique(source.relation.keys) || takesOneRowPerAction(merge)) return undefined;
  const operation = operationAskedFor(merge, sides);
  const name = source.relation.table.kind === 'table' ? source.relation.table.name : undefined;
  if (source.branches.length === 0) {
    const label = name?.parts.at(-1)?.name ?? '';
    if (!name || operation === undefined || !isLogName(label)) return undefined;
    return {
      at: name,
      because: `'${label}' is a log of changes (it has '${operation}')`,
      select: undefined,
      order: undefined,
    };
  }
  const [first] = names;
  const branches = source.branches.filter(
    branch => !(source.isUnion && first !== undefined && isInsertCopy(unit, branch, first)),
  );
  if (branches.some(branch => keepsOnePerKey(branch) || isUnique(unit.facts.scopes.get(branch)?.rows.keys ?? [])))
    return undefined;
  const tables = branches.map(branch => onlyTable(unit, branch));
  if (tables.some(table => table === undefined)) return undefined;
  const [branch] = branches;
  const table = tables[0];
  if (!branch || !table) return undefined;
  if (branches.length > 1) {
    // Halves of one table may well be apart: who has a key already, and who has none.
    const bases = tables.map(one => one && baseOf(unit, one.name, 0));
    const isHalved = bases.some((base, i) => base !== undefined && bases.indexOf(base) < i);
    if (isHalved && branches.every(one => one.where || !isPlainTable(unit, one))) return undefined;
    return { at: table.name, because: `'${table.label}' is united with others`, select: undefined, order: undefined };
  }
  const [mark] = watermarksOf(branch, load.target);
  const order = mark?.column.kind === 'column' ? mark.column.parts.at(-1)?.name : undefined;
  // Rows that are told apart by their time: readings, metering, days.
  if (order !== undefined && names.includes(order.toLowerCase()) && operation === undefined) return undefined;
  if (operation !== undefined && isLogName(table.label))
    return {
      at: table.name,
      because: `'${table.label}' is a log of changes (it has '${operation}')`,
      select: branch,
      order,
    };
  if (mark === undefined) return undefined;
  return {
    at: table.name,
    because:
      mark.max === undefined
        ? `This takes every row of a stretch of time from '${table.label}'`
        : `This takes all rows since the last load from '${table.label}'`,
    select: branch,
    order,
  };
}

/**
 * A stream of Snowflake gives the net change, one row per key and METADATA$ACTION: branches that each ask for one action
 * never see two.
 */
function takesOneRowPerAction({ branches }: MergeStatement): boolean {
  return branches.every(
    ({ condition }) =>
      condition !== undefined &&
      operandsOf(condition, 'and').some(part => {
        const one = bare(part);
        return (
          one.kind === 'binary' &&
          one.operator === '=' &&
          [one.left, one.right].some(side => {
            const column = bare(side);
            return column.kind === 'column' && nameOf(column) === 'metadata$action';
          })
        );
      }),
  );
}

/** The table behind tables and views that the script makes itself from one table each, as a name. */
function baseOf(unit: SqlUnit, name: QualifiedName, depth: number): string {
  const target = targetNamed(name);
  const made = depth < 8 ? creationOf(unit, target, name.start) : undefined;
  const select = made?.query?.kind === 'query' && made.query.body.kind === 'select' ? made.query.body : undefined;
  const inner = select && onlyTable(unit, select);
  return inner ? baseOf(unit, inner.name, depth + 1) : (target.parts.at(-1) ?? '');
}

/** Nothing that the script makes: all rows of a table. */
function isPlainTable(unit: SqlUnit, select: Select): boolean {
  const table = onlyTable(unit, select);
  return table !== undefined && creationOf(unit, targetNamed(table.name), table.name.start) === undefined;
}

/** Something in the select may keep one row per key, well or badly. */
function keepsOnePerKey(select: Select): boolean {
  if (select.qualify || select.groupBy || select.distinct || select.top || select.isOpaque) return true;
  // `where rn = 1`: of a subquery whose window cannot be proved.
  return namesIn(select).some(name => /^(?:rn|rnk?|rank|row_num\w*|dedup\w*|is_latest)$/.test(name));
}

function namesIn(select: Select): readonly string[] {
  const found: string[] = [];
  const open = select.where ? [select.where.condition] : [];
  for (let steps = 0; steps < 500; steps++) {
    const next = open.pop();
    if (!next) break;
    if (next.kind === 'column') found.push(nameOf(next));
    if (next.kind === 'binary') open.push(next.left, next.right);
    if (next.kind === 'parenthesized') open.push(next.expression);
  }
  return found;
}

/** The one table that the select reads. */
function onlyTable(unit: SqlUnit, select: Select) {
  const relations = unit.facts.scopes.get(select)?.relations ?? [];
  const [only] = relations;
  if (relations.length !== 1 || only?.table.kind !== 'table' || only.kind === 'cte') return undefined;
  const label = only.table.name.parts.at(-1);
  return label && !label.hasUnknown ? { name: only.table.name, label: label.name } : undefined;
}

const QUALIFIES: ReadonlySet<string> = new Set(['snowflake', 'bigquery', 'databricks', 'duckdb', 'redshift']);

function fixFor(
  unit: SqlUnit,
  { merge, keys }: MergeParts,
  select: Select,
  order: string | undefined,
): readonly RuleFix[] {
  if (!QUALIFIES.has(unit.dialect) || order === undefined || select.where === undefined || select.others.length > 0)
    return [];
  const at = { start: select.where.end - 1, end: select.where.end };
  if (!isWritten(unit, at)) return [];
  const word = (text: string): string => inCaseOf(keywordOf(unit, merge), text);
  const names = keys.map(key => (key.source.kind === 'column' ? (key.source.parts.at(-1)?.name ?? '') : '')).join(', ');
  const line = unit.text.lastIndexOf('\n', select.where.start) + 1;
  const white = /^[ \t]*/.exec(unit.text.slice(line, select.where.start))?.[0] ?? '';
  const before = textOf(unit, { start: line, end: select.where.start }).trim() === '' ? `\n${white}` : ' ';
  const text = `${before}${word('qualify')} ${word('row_number')}() ${word('over')} (${word('partition by')} ${names} ${word('order by')} ${order} ${word('desc')}) = 1`;
  return [suggest('Keep the newest row of each key', insert(select.where.end, text))];
}
