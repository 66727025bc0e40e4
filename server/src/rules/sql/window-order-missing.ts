import type { Dialect } from '../../syntax/sql/dialect.ts';
import type {
  DistinctClause,
  Expression,
  FunctionCall,
  OrderByClause,
  Select,
  SqlNode,
  WindowSpecification,
} from '../../syntax/sql/tree.ts';
import { bare, functionName, holdsUnknown, plainText } from '../expressions.ts';
import { defineRule, insert, type RuleContext, type SqlUnit, suggest } from '../rule.ts';
import { enclosing, inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A window function or DISTINCT ON picks rows by an order that nobody gives.',
  why: 'Which row comes first is then up to the engine: two runs over the same data may keep different rows.',
  details:
    'Fires on ROW_NUMBER, LAG, LEAD, NTILE, FIRST_VALUE, LAST_VALUE and NTH_VALUE without ORDER BY, or ordered by nothing but constants and columns of their own PARTITION BY; on DISTINCT ON without ORDER BY; and on LAST_VALUE and NTH_VALUE with ORDER BY but no frame, where the default frame ends at the current row (not on Snowflake). Whether an order is total is not judged. Silent for `order by null` and `(select null)`, which say it on purpose, and where equal rows are dropped as a whole.',
  severity: 'warning',
  basis: 'absence',
  on: ['sql:call', 'sql:distinct'],
  check(node, context) {
    if (node.kind === 'distinct') checkDistinctOn(node, context);
    else if (node.over && ORDERED.has(functionName(node))) checkCall(node, context);
  },
  examples: {
    'no order at all': `
      select id, row_number() over (partition by customer_id) as n from {{ ref('orders') }}
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: 'row_number' has no ORDER BY
    `,
    'ordered by its own partition': `
      select id, amount from (
        select id, amount, row_number() over (partition by tx_hash, index order by tx_hash) as n from {{ ref('orders') }}
                                                                                   ^^^^^^^ equal in all rows of the partition
      ) as numbered
      where n = 1
    `,
    'constants and named windows': `
      select id, first_value(status) over w as first_status from {{ ref('orders') }}
      window w as (partition by customer_id order by 1)
                                                     ^ a constant
    `,
    'the frame of LAST_VALUE ends at the current row': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      select id, last_value(status) over (partition by id order by at) as last_status from {{ ref('orders') }}
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ends at the current row
      -> Look at the whole partition
      //- models/example.sql
      select id, last_value(status) over (partition by id order by at rows between unbounded preceding and unbounded following) as last_status from {{ ref('orders') }}
    `,
    'DISTINCT ON without ORDER BY': `
      //- grainline.yml
      dialect: duckdb
      //- models/example.sql
      select distinct on (customer_id) customer_id, status from {{ ref('orders') }}
             ^^^^^^^^^^^^^^^^^^^^^^^^^ DISTINCT ON keeps any row
    `,
    'numbers for rows, only information': `
      select row_number() over () as id, name from {{ ref('regions') }}
                               ^^ info: any order
    `,
    'ordered, or the order does not matter': `
      select
        row_number() over (partition by a order by b desc) as n,
        sum(x) over (partition by a) as total,
        rank() over (partition by a) as place,
        row_number() over (partition by a order by (select null)) as any_row,
        row_number() over (partition by a order by seq4()) as generated,
        last_value(x ignore nulls) over (partition by a order by b) as filled,
        lag(x) over w as before
      from {{ ref('orders') }} window w as (partition by a order by b)
    `,
    'equal rows are dropped': `
      with t as (select a, b from {{ ref('x') }})
      select a, b from t qualify row_number() over (partition by a, b order by a) = 1
    `,
    'many columns stand for the whole row': `
      select * from {{ ref('events') }}
      qualify row_number() over (partition by day, stream_id, user_id, event_name, to_json_string(parameters)) = 1
    `,
    'the order comes with one world only': `
      {{ config(materialized='incremental') }}
      select a, row_number() over (partition by a {% if is_incremental() %} order by b {% endif %}) as n from {{ ref('x') }}
    `,
  },
});

const ORDERED: ReadonlySet<string> = new Set([
  'row_number',
  'lag',
  'lead',
  'ntile',
  'first_value',
  'last_value',
  'nth_value',
]);

const WHOLE_ROW = 5;

/** Dialects in which the default frame of LAST_VALUE ends at the current row. */
const SHORT_FRAME: ReadonlySet<Dialect> = new Set([
  'bigquery',
  'redshift',
  'postgres',
  'databricks',
  'sparksql',
  'duckdb',
  'trino',
  'athena',
  'tsql',
  'mysql',
  'hive',
  'clickhouse',
  'sqlite',
]);

function checkCall(call: FunctionCall, { unit, ancestors, dialect, report }: RuleContext): void {
  const select = enclosing(ancestors, 'select');
  if (!unit || !select || select.isOpaque || !call.over) return;
  const window = windowOf(call, select);
  if (!window || window.some(holdsUnknown)) return;
  const name = functionName(call);
  const partition = window.flatMap(one => one.partitionBy);
  const order = window.find(one => one.orderBy)?.orderBy;
  const own = window[0] ?? call;
  if (!order) {
    if (call.orderBy || call.withinGroup || dropsEqualRows(call, partition, select, unit)) return;
    // Nobody lists that many columns but to drop rows that are equal as a whole.
    if (name === 'row_number' && partition.length >= WHOLE_ROW) return;
    const isRowId = name === 'row_number' && partition.length === 0;
    const isKept = unit.node?.materialized === 'incremental';
    const message = isRowId
      ? `'row_number' has no ORDER BY, so the rows are numbered in any order and have other numbers after the next run. Order by what makes a row unique.`
      : `'${name}' has no ORDER BY, so which row comes first is up to the engine and may change between runs. Order by what decides.`;
    report(own, message, { severity: isRowId && !isKept ? 'info' : 'warning' });
    return;
  }
  const idle = idleOrder(order, partition, unit);
  if (idle && !dropsEqualRows(call, partition, select, unit)) {
    report(
      { start: order.items[0]?.start ?? order.start, end: order.items.at(-1)?.end ?? order.end },
      `${idle}, so which row comes first for '${name}' is up to the engine and may change between runs. Order by what decides.`,
    );
    return;
  }
  const isLast = name === 'last_value' || name === 'nth_value';
  const isPlain = call.nulls !== 'ignore' && (name === 'nth_value' || call.arguments.length === 1);
  if (!isLast || !isPlain || !SHORT_FRAME.has(dialect) || window.some(one => one.frame)) return;
  const like = textOf(unit, { start: order.start, end: order.start + 5 });
  const frame = inCaseOf(like, 'rows between unbounded preceding and unbounded following');
  report(
    own,
    `Without a frame the window ends at the current row, so '${name}' gives the value of the current row rather than of the last one. Write 'rows between unbounded preceding and unbounded following'.`,
    { fixes: isWritten(unit, order) ? [suggest('Look at the whole partition', insert(order.end, ` ${frame}`))] : [] },
  );
}

/** The window and the named ones it builds on, the innermost first; `undefined` when a name cannot be found. */
function windowOf(call: FunctionCall, select: Select): readonly WindowSpecification[] | undefined {
  const found: WindowSpecification[] = [];
  let next: WindowSpecification | string | undefined =
    call.over?.kind === 'identifier' ? call.over.name.toLowerCase() : call.over;
  while (next !== undefined && found.length < 20) {
    const window: WindowSpecification | undefined =
      typeof next === 'string' ? select.windows.find(one => one.name.name.toLowerCase() === next)?.window : next;
    if (!window) return undefined;
    found.push(window);
    next = window.base?.name.toLowerCase();
  }
  return found;
}

/** Why the order decides nothing; `undefined` when it may. */
function idleOrder(order: OrderByClause, partition: readonly Expression[], unit: SqlUnit): string | undefined {
  if (order.all || order.items.length === 0) return undefined;
  const keys = new Set(partition.map(one => columnText(bare(one), unit)));
  let isConstant = true;
  for (const { expression } of order.items) {
    const inner = bare(expression);
    if (inner.kind === 'literal' && inner.type !== 'null' && isWritten(unit, inner)) continue;
    if (inner.kind !== 'column' || !keys.has(columnText(inner, unit))) return undefined;
    isConstant = false;
  }
  return isConstant
    ? 'The order is a constant'
    : 'The order is by columns of its own PARTITION BY, equal in all rows of the partition';
}

/** Two names of one column are equal, with or without its table. */
function columnText(expression: Expression, unit: SqlUnit): string {
  if (expression.kind === 'column') {
    const resolved = unit.facts.resolve(expression);
    if ((resolved?.kind === 'column' || resolved?.kind === 'assumed') && resolved.path.length === 0)
      return `${resolved.relation.id}:${resolved.column.name.toLowerCase()}`;
  }
  return plainText(unit, expression);
}

/** All columns that come out are those of the partition: rows that are equal in them are alike. */
function dropsEqualRows(call: FunctionCall, partition: readonly Expression[], select: Select, unit: SqlUnit): boolean {
  if (functionName(call) !== 'row_number' || partition.length === 0) return false;
  const keys = new Set(partition.map(one => columnText(bare(one), unit)));
  const scope = unit.facts.scopes.get(select);
  return select.items.every(item => {
    if (item.kind === 'item') {
      const holdsCall = item.start <= call.start && call.end <= item.end;
      const inner = bare(item.expression);
      return holdsCall || inner.kind === 'literal' || keys.has(columnText(inner, unit));
    }
    if (item.kind !== 'star' || !scope) return false;
    return scope.relations.every(
      relation =>
        relation.columns.isComplete &&
        relation.columns.columns.every(column => keys.has(`${relation.id}:${column.name.toLowerCase()}`)),
    );
  });
}

function checkDistinctOn(distinct: DistinctClause, { unit, ancestors, report }: RuleContext): void {
  const select = enclosing(ancestors, 'select');
  const keys = distinct.on;
  if (!unit || !select || !keys || select.isOpaque) return;
  const query = enclosing(ancestors, 'query');
  if (!query || bodyOf(query) !== select || keys.some(holdsUnknown)) return;
  const texts = new Set(keys.map(key => columnText(bare(key), unit)));
  const others = query.orderBy?.items.filter(item => !texts.has(columnText(bare(item.expression), unit))) ?? [];
  if (others.length > 0 || query.orderBy?.all) return;
  const isWhole = select.items.every(
    item => item.kind === 'item' && texts.has(columnText(bare(item.expression), unit)),
  );
  if (isWhole) return;
  const reason = query.orderBy ? 'its ORDER BY names only the same columns' : 'there is no ORDER BY';
  report(
    distinct,
    `DISTINCT ON keeps any row of each group, since ${reason}: runs may keep different ones. Add an ORDER BY that begins with the same columns and goes on with what decides.`,
  );
}

function bodyOf(query: Extract<SqlNode, { readonly kind: 'query' }>): SqlNode {
  return query.body;
}
