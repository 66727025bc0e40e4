import type { Expression, InExpression, QuantifiedComparison, Query, Select } from '../../syntax/sql/tree.ts';
import { defineRule, insert, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'NOT IN over a column that may be NULL keeps no row at all once one NULL is there.',
  why: '`x not in (…, NULL)` is never true, so one NULL in the list silently empties the result.',
  details:
    'An error where a NULL is certain to be possible (a NULL in the list, the far side of an outer join, `nullif`, a CASE without ELSE), a warning where nothing is known, silent where a test, constraint, filter or expression proves otherwise, through any number of models. `x <> all (select …)` is the same trap.',
  severity: 'warning',
  on: ['sql:in', 'sql:quantified'],
  check(node, { unit, report }) {
    if (!unit) return;
    if (node.kind === 'in') {
      if (!node.not) return;
      if (node.list) return checkList(node, unit, report);
    } else if (node.quantifier !== 'all' || (node.operator !== '<>' && node.operator !== '!=')) return;
    if (!node.query || node.query.isOpaque) return;
    const finding = judge(node.query, unit);
    if (!finding) return;
    const at = node.kind === 'in' ? node : { start: node.start, end: node.end };
    report(at, finding.message, {
      severity: finding.isCertain ? 'error' : 'warning',
      fixes: fixesFor(node, node.query, unit),
    });
  },
  examples: {
    'nothing is known of the column': `
      select id from {{ ref('users') }} where id not in (select user_id from {{ ref('banned') }})
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If 'user_id' is NULL in any row
      -> Leave out the NULLs
      select id from {{ ref('users') }} where id not in (select user_id from {{ ref('banned') }} where user_id is not null)
    `,
    'written as NOT EXISTS': `
      select u.id from {{ ref('users') }} as u where u.id not in (select b.user_id from {{ ref('banned') }} as b where b.active or b.forced)
                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ If 'b.user_id' is NULL
      -> Write NOT EXISTS
      select u.id from {{ ref('users') }} as u where not exists (select 1 from {{ ref('banned') }} as b where (b.active or b.forced) and b.user_id = u.id)
    `,
    'a NULL in the list': `
      select id from orders where status not in ('open', null)
                                                         ^^^^ error: keeps no row
    `,
    'a column that an outer join leaves empty': `
      with seen as (select o.user_id from {{ ref('days') }} as d left join {{ ref('orders') }} as o on o.day = d.day)
      select id from {{ ref('users') }} where id not in (select user_id from seen)
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: may be NULL
    `,
    'a test proves otherwise, through another model': `
      //- models/schema.yml
      models:
        - name: raw_banned
          columns:
            - name: user_id
              data_tests: [not_null]
      //- models/raw_banned.sql
      select user_id from {{ source('app', 'banned') }}
      //- models/banned.sql
      select user_id as id from {{ ref('raw_banned') }}
      //- models/users.sql
      select id from {{ ref('u') }} where id not in (select id from {{ ref('banned') }})
    `,
    'a filter or an expression proves otherwise': `
      select id from {{ ref('u') }}
      where id not in (select b from {{ ref('x') }} where b is not null)
        and id not in (select coalesce(b, '') from {{ ref('x') }})
        and id not in (select b from {{ ref('x') }} where b > 10)
        and id not in (1, 2, 3)
    `,
  },
});

type Report = (
  at: { readonly start: number; readonly end: number },
  message: string,
  details?: { severity?: 'error' | 'warning'; fixes?: readonly RuleFix[] },
) => void;

function checkList(node: InExpression, unit: SqlUnit, report: Report): void {
  for (const element of node.list ?? []) {
    if (element.kind !== 'literal' || element.type !== 'null' || !isWritten(unit, element)) continue;
    report(
      element,
      "NOT IN with a NULL in its list is never true, so this filter keeps no row. Remove the NULL, or test for it with 'is not null'.",
      { severity: 'error' },
    );
  }
}

function judge(query: Query, unit: SqlUnit): { readonly message: string; readonly isCertain: boolean } | undefined {
  const delivered = unit.facts.outputOf(query);
  if (!delivered || selfKeyed(query, unit)) return undefined;
  const { columns, isComplete } = delivered.columns;
  // A star over the unknown: how many columns it has, nobody can say, so neither which may be NULL.
  if (columns.length === 0) return undefined;
  if (!isComplete && columns.length > 1) return undefined;
  const certain = columns.find(one => one.nullable === 'yes');
  const doubtful = certain ?? columns.find(one => one.nullable === 'unknown');
  if (!doubtful) return undefined;
  const item = query.body.kind === 'select' ? query.body.items[columns.indexOf(doubtful)] : undefined;
  const label = item?.kind === 'item' ? textOf(unit, item.expression) : doubtful.name;
  const name = label.length > 0 && label.length <= 60 && !label.includes('\n') ? `'${label}'` : "the subquery's column";
  if (certain) {
    const because = doubtful.nullableBecause ? ` (${doubtful.nullableBecause})` : '';
    return {
      isCertain: true,
      message: `${name} may be NULL${because}, and with one NULL this NOT IN keeps no row at all. Leave the NULLs out, or write NOT EXISTS.`,
    };
  }
  return {
    isCertain: false,
    message: `If ${name} is NULL in any row, this NOT IN keeps no row at all; a NULL on the left is dropped too. Leave the NULLs out, or write NOT EXISTS.`,
  };
}

/** `id not in (select id from {{ this }})` where `id` is the model's unique key: dbt merges on it, so it is not NULL. */
function selfKeyed(query: Query, unit: SqlUnit): boolean {
  if (query.body.kind !== 'select') return false;
  const [item] = query.body.items;
  const [table] = query.body.from?.items ?? [];
  if (item?.kind !== 'item' || item.expression.kind !== 'column' || table?.kind !== 'table') return false;
  if (unit.callOf(table)?.kind !== 'this') return false;
  const key = unit.node?.config['unique_key'];
  const keys = (Array.isArray(key) ? key : [key]).map(one => String(one).toLowerCase());
  return keys.includes(item.expression.parts.at(-1)?.name.toLowerCase() ?? '');
}

function fixesFor(node: InExpression | QuantifiedComparison, query: Query, unit: SqlUnit): readonly RuleFix[] {
  const select = plainSelect(query);
  if (!select || !isWritten(unit, select.expression)) return [];
  const column = textOf(unit, select.expression);
  const test = `${column} is not null`;
  const filter = suggest('Leave out the NULLs', ...addCondition(select.select, test, unit));
  const exists = node.kind === 'in' ? notExists(node, select.select, select.expression, unit) : undefined;
  return exists ? [filter, exists] : [filter];
}

/** A subquery of one column whose rows a WHERE can filter. */
function plainSelect(query: Query): { readonly select: Select; readonly expression: Expression } | undefined {
  const { body } = query;
  if (query.with || body.kind !== 'select' || body.items.length !== 1 || !body.from) return undefined;
  const [item] = body.items;
  if (item?.kind !== 'item' || hasAggregateOrWindow(item.expression)) return undefined;
  return { select: body, expression: item.expression };
}

function hasAggregateOrWindow(expression: Expression): boolean {
  return expression.kind !== 'column' && expression.kind !== 'cast' && expression.kind !== 'binary';
}

function addCondition(select: Select, condition: string, unit: SqlUnit) {
  const { where, from } = select;
  if (!where) return [insert(from?.end ?? select.end, ` where ${condition}`)];
  const isOr = where.condition.kind === 'binary' && where.condition.operator === 'or';
  const upper = /^[A-Z]/.test(unit.text[where.start] ?? '') ? ' AND ' : ' and ';
  return isOr
    ? [insert(where.condition.start, '('), insert(where.condition.end, `)${upper}${condition}`)]
    : [insert(where.condition.end, `${upper}${condition}`)];
}

/** Only where both sides are plain columns that can be told apart by a qualifier. */
function notExists(node: InExpression, select: Select, inner: Expression, unit: SqlUnit): RuleFix | undefined {
  const outer = node.operand;
  if (outer.kind !== 'column' || inner.kind !== 'column' || !isWritten(unit, outer)) return undefined;
  if (select.distinct || select.groupBy || select.having || select.qualify || node.query?.limit) return undefined;
  const innerText = qualified(inner, unit);
  const outerText = qualified(outer, unit);
  if (!innerText || !outerText || innerText.qualifier.toLowerCase() === outerText.qualifier.toLowerCase())
    return undefined;
  const item = select.items[0];
  const keyword = select.keyword;
  if (!item || !keyword) return undefined;
  const open = unit.text.indexOf('(', node.keyword.end);
  if (open < 0 || open > keyword.start) return undefined;
  return suggest(
    'Write NOT EXISTS',
    replace({ start: node.start, end: open }, 'not exists '),
    replace(item, '1'),
    ...addCondition(select, `${innerText.text} = ${outerText.text}`, unit),
  );
}

function qualified(
  column: Extract<Expression, { readonly kind: 'column' }>,
  unit: SqlUnit,
): { readonly text: string; readonly qualifier: string } | undefined {
  const text = textOf(unit, column);
  if (column.parts.length === 2) return { text, qualifier: column.parts[0]?.name ?? '' };
  if (column.parts.length !== 1) return undefined;
  const scope = unit.facts.scopeOf(column);
  const [only] = scope?.relations ?? [];
  if (scope?.relations.length !== 1 || !only?.name) return undefined;
  return { text: `${only.name.name}.${text}`, qualifier: only.name.name };
}
