import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Expression, ExpressionItem, Query } from '../../syntax/sql/tree.ts';
import { bare, functionName, holdsUnknown, quoted } from '../expressions.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { type enclosing, isWritten, textOf } from '../written.ts';
import { firstSelect } from './set-branches.ts';

export default defineRule({
  summary: 'An expression in the output of a model or CTE has no name.',
  why: 'The warehouse makes a name up (`_col0`, `?column?`, `COUNT(*)`), which differs between engines and which nobody can rely on.',
  details:
    'Looks at the first branch of the query, which names the columns. Silent for plain columns and fields, later branches of set operations, scalar subqueries, IN and EXISTS, CTEs with a list of columns, and items that Jinja writes.',
  severity: 'warning',
  on: 'sql:query',
  check(query, { unit, ancestors, dialect, report }) {
    if (!unit || !isRead(query, unit, ancestors)) return;
    const select = firstSelect(query.body);
    if (!select || select.isOpaque || select.as) return;
    for (const item of select.items) {
      if (item.kind !== 'item' || item.alias || item.aliases || !lacksName(item.expression, dialect)) continue;
      if (!isOwnText(item, unit) || holdsUnknown(item)) continue;
      report(item, `${quoted(unit, item)} has no name, so the warehouse makes one up. Name it with 'as'.`, {
        severity: dialect === 'tsql' ? 'error' : 'warning',
        fixes: fixFor(item, unit),
      });
    }
  },
  examples: {
    'in the output of a model': `
      select region, count(*) from {{ ref('orders') }} group by region
                     ^^^^^^^^ 'count(*)' has no name
      -> Name it row_count
      select region, count(*) as row_count from {{ ref('orders') }} group by region
    `,
    'in a CTE that is read': `
      with totals as (
        select region, sum(amount) from {{ ref('orders') }} group by region
                       ^^^^^^^^^^^ 'sum(amount)' has no name
      )
      select * from totals
    `,
    'plain columns, fields and later branches': `
      select o.id, (o.region), o.address.city, 'x' as kind from {{ ref('orders') }} as o
      union all
      select id, region, city, 'y' from {{ ref('old_orders') }}
    `,
    'subqueries, CTEs with names, CTEs nobody reads': `
      with a (n) as (select count(*) from {{ ref('x') }}), b as (select 1 + 1)
      select n, (select max(id) from {{ ref('y') }}) as top from a
      where n in (select id + 1 from {{ ref('z') }}) and exists (select 1)
    `,
    'what Jinja writes': `
      select id, {{ "lower('x')" }}, {{ some_macro('y') }} from {{ ref('orders') }}
    `,
  },
});

/** The query of the model, or of a CTE that something reads. */
function isRead(query: Query, unit: SqlUnit, ancestors: Parameters<typeof enclosing>[0]): boolean {
  const parent = ancestors.at(-1);
  if (parent?.kind === 'file') return unit.tree.statements.at(-1) === query;
  if (parent?.kind !== 'cte' || parent.columns) return false;
  const facts = unit.facts.ctes.get(parent);
  return facts !== undefined && !facts.isRecursive && facts.references.length > 0;
}

/** Written here by hand: not by a macro, not by an expression. */
function isOwnText(item: ExpressionItem, unit: SqlUnit): boolean {
  return isWritten(unit, item) && unit.expansion.map.segmentsIn(item).every(one => one.file === unit.file && !one.call);
}

/** No engine of the dialect hands on a name for it. */
function lacksName(expression: Expression, dialect: Dialect): boolean {
  const inner = bare(expression);
  switch (inner.kind) {
    case 'column':
    case 'access':
    case 'error':
    case 'unknown':
    case 'parameter':
    case 'star-expression':
    case 'lambda':
      return false;
    case 'cast':
      // Postgres, Redshift and others name a cast after what is cast.
      return dialect === 'snowflake' || dialect === 'bigquery' || dialect === 'tsql'
        ? true
        : lacksName(inner.operand, dialect);
    case 'call':
      // A call may be a table function, or expand to columns of their own names.
      return !MAKES_COLUMNS.has(functionName(inner)) && functionName(inner) !== '';
    default:
      return true;
  }
}

const MAKES_COLUMNS: ReadonlySet<string> = new Set([
  'unnest',
  'explode',
  'explode_outer',
  'posexplode',
  'inline',
  'columns',
  'json_tuple',
  'stack',
]);

function fixFor(item: ExpressionItem, unit: SqlUnit): readonly RuleFix[] {
  const name = nameFor(bare(item.expression), unit);
  return name === undefined ? [] : [suggest(`Name it ${name}`, insert(item.end, ` as ${name}`))];
}

/** `count(*)` is `row_count`, `sum(amount)` is `sum_amount`, a cast has the name of its column. */
function nameFor(expression: Expression, unit: SqlUnit): string | undefined {
  if (expression.kind === 'cast') return nameFor(bare(expression.operand), unit);
  if (expression.kind === 'column') return expression.parts.at(-1)?.name.toLowerCase();
  if (expression.kind !== 'call') return undefined;
  const name = functionName(expression);
  const [only, ...more] = expression.arguments;
  if (name === 'count' && textOf(unit, expression).replace(/\s/g, '').endsWith('(*)')) return 'row_count';
  const column = only && bare(only.value);
  if (more.length > 0 || column?.kind !== 'column' || expression.over) return undefined;
  const inner = column.parts.at(-1)?.name.toLowerCase() ?? '';
  return /^[a-z_][a-z0-9_]*$/.test(inner) ? `${name}_${inner}` : undefined;
}
