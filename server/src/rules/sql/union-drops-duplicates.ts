import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { Literal, QueryBody, Select, SetOperation } from '../../syntax/sql/tree.ts';
import { defineRule, flag, insert, type SqlUnit, safe, suggest } from '../rule.ts';
import { enclosing, inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A bare UNION removes duplicate rows although its branches can never share one.',
  why: 'UNION sorts or hashes all rows and drops duplicates, also inside one branch: rows are lost that nobody meant to drop, or work is done for nothing.',
  details:
    'Fires where the branches carry different literals in the same column. Silent for `union all`, `union distinct` (in another branch of an `{% if %}` too), recursive CTEs, branches that are one row of values each, and sets built on purpose (one column, `select distinct`). With `everywhere: true` it fires on every other bare UNION of several columns too.',
  severity: 'warning',
  options: { everywhere: flag('Report every bare UNION of more than one column.', false) },
  on: 'sql:set-operation',
  check(node, { unit, options, ancestors, dialect, report }) {
    if (!unit || node.operator !== 'union' || node.quantifier !== undefined || !isWritten(unit, node.operatorSpan))
      return;
    const cte = enclosing(ancestors, 'cte');
    if (cte && unit.facts.ctes.get(cte)?.isRecursive) return;
    const left = branchesOf(node.left);
    const right = selectOf(node.right);
    if (!right) return;
    // One row on each side: nothing to sort, and nothing to lose.
    if ([...left, right].every(one => one.from === undefined)) return;
    if (isDistinctElsewhere(unit, node.operatorSpan.start)) return;
    const column = differingLiteral(left, right);
    if (column === undefined && !(options.everywhere && isPlainUnion([...left, right]))) return;
    const reason =
      column === undefined
        ? 'UNION removes duplicate rows, also inside one branch.'
        : [...left, right].every(one => one.distinct !== undefined)
          ? `The branches differ in ${column}, so they never share a row, and each is DISTINCT already: UNION looks for duplicates that cannot be there.`
          : `The branches differ in ${column}, so they never share a row, but UNION still removes duplicates inside each branch.`;
    const like = textOf(unit, node.operatorSpan);
    const fixes = [suggest('Write UNION ALL', insert(node.operatorSpan.end, inCaseOf(like, ' all')))];
    if (HAS_UNION_DISTINCT.has(dialect))
      fixes.push(safe('Write UNION DISTINCT', insert(node.operatorSpan.end, inCaseOf(like, ' distinct'))));
    report(node.operatorSpan, `${reason} Write UNION ALL, or UNION DISTINCT to say that you mean it.`, { fixes });
  },
  examples: {
    'branches with different literals': `
      select id, 'credit' as kind from a
      union
      ^^^^^ they never share a row
      select id, 'debit' as kind from b
      -> Write UNION ALL
      select id, 'credit' as kind from a
      union all
      select id, 'debit' as kind from b
    `,
    'branches that are DISTINCT each': `
      select distinct id, 0 as seen from {{ ref('a') }}
      union
      ^^^^^ looks for duplicates that cannot be there
      select distinct id, 1 as seen from {{ ref('b') }}
      -> Write UNION ALL
      select distinct id, 0 as seen from {{ ref('a') }}
      union all
      select distinct id, 1 as seen from {{ ref('b') }}
    `,
    'says that it is meant, where the dialect can': `
      //- grainline.yml
      dialect: bigquery
      //- models/example.sql
      SELECT id, 1 AS kind FROM a
      UNION
      ^^^^^ The branches differ in 'kind'
      SELECT id, 2 AS kind FROM b
      -> Write UNION DISTINCT
      //- models/example.sql
      SELECT id, 1 AS kind FROM a
      UNION DISTINCT
      SELECT id, 2 AS kind FROM b
    `,
    'a set of values is meant': `
      select token0 as token from pools
      union
      select token1 as token from pools
    `,
    'a recursive CTE stops by it': `
      with recursive tree as (
        select id, 'root' as kind from nodes
        union
        select nodes.id, 'child' as kind from nodes join tree on nodes.parent_id = tree.id
      )
      select id, kind from tree
    `,
    'rows of values': `
      select 1 as id, 'open' as name union select 2 as id, 'sent' as name
    `,
    'bare where the warehouse knows no other word': `
      select id, 'a' as kind from {{ ref('a') }}
      {% if target.type == 'fabric' %}
      union
      {% else %}
      union distinct
      {% endif %}
      select id, 'b' as kind from {{ ref('b') }}
    `,
    'UNION ALL and UNION DISTINCT': `
      select id, 'a' as kind from a union all select id, 'b' as kind from b union distinct select id, 'c' as kind from c
    `,
  },
});

const HAS_UNION_DISTINCT: ReadonlySet<Dialect> = new Set([
  'bigquery',
  'postgres',
  'databricks',
  'sparksql',
  'duckdb',
  'trino',
  'athena',
  'mysql',
  'hive',
  'clickhouse',
]);

/** `{% if … %} union {% else %} union distinct {% endif %}`: bare only where the warehouse knows no other word. */
function isDistinctElsewhere(unit: SqlUnit, offset: number): boolean {
  const { file, span } = unit.expansion.map.toSource({ start: offset, end: offset + 1 });
  if (file !== unit.file || !unit.isInBranch(span.start)) return false;
  return /^\s*union\s*\{%-?\s*el(?:se|if)\b[^%]*%\}\s*union\s+distinct\b/i.test(unit.sourceText().slice(span.start));
}

/** Branches left of the operator, through chains of UNION. */
function branchesOf(body: QueryBody): readonly Select[] {
  const found: Select[] = [];
  let current: QueryBody | undefined = body;
  while (current) {
    if (current.kind === 'set-operation') {
      const right = selectOf(current.right);
      if (right) found.push(right);
      current = (current as SetOperation).left;
    } else {
      const select = selectOf(current);
      if (select) found.push(select);
      current = undefined;
    }
  }
  return found;
}

function selectOf(body: QueryBody): Select | undefined {
  let current = body;
  while (current.kind === 'parenthesized-query') current = current.query.body;
  return current.kind === 'select' && !current.isOpaque ? current : undefined;
}

/** Name of a column in which the right branch has a literal that differs from the literals of all branches left of it. */
function differingLiteral(left: readonly Select[], right: Select): string | undefined {
  if (left.length === 0 || hasStar(right) || left.some(hasStar)) return undefined;
  for (const [i, item] of right.items.entries()) {
    const own = literalOf(item);
    if (!own) continue;
    const others = left.map(select => literalOf(select.items[i]));
    const differs = others.every(other => other && other.type === own.type && other.value !== own.value);
    if (!differs) continue;
    const named = left.at(-1)?.items[i] ?? item;
    return named.kind === 'item' && named.alias ? `'${named.alias.name}'` : `column ${i + 1}`;
  }
  return undefined;
}

function literalOf(item: Select['items'][number] | undefined): Literal | undefined {
  if (item?.kind !== 'item') return undefined;
  let value = item.expression;
  while (value.kind === 'parenthesized') value = value.expression;
  if (value.kind === 'cast') value = value.operand;
  if (value.kind !== 'literal' || value.hasUnknown || value.type === 'null') return undefined;
  return value;
}

function hasStar(select: Select): boolean {
  return select.items.some(item => item.kind !== 'item');
}

function isPlainUnion(branches: readonly Select[]): boolean {
  return branches.every(select => select.items.length > 1) && branches.some(select => select.distinct === undefined);
}
