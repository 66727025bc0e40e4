import { functionFacts } from '../../project/infer/functions.ts';
import type { SelectScope } from '../../project/infer/scopes.ts';
import type { Expression, InExpression, QuantifiedComparison, Query, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { addToWhere } from '../conditions.ts';
import { bare, functionName } from '../expressions.ts';
import { nameText, outerText } from '../outer-text.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'NOT IN over a column that may be NULL keeps no row at all once one NULL is there.',
  why: '`x not in (…, NULL)` is never true, so one NULL in the list silently empties the result.',
  details:
    'An error where a NULL is certain to be possible (a NULL in the list, the far side of an outer join, `nullif`, a CASE without ELSE), a warning where nothing is known, silent where a test, constraint, filter or expression proves otherwise, through any number of models. `x <> all (select …)` is the same trap.',
  // Also where it is not proven: docs/decisions/0006-two-exceptions.md.
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
    'row values and expressions, under names that mean the same inside': `
      with users as (select id, lower(mail) as mail, region from {{ ref('raw_users') }})
      select id from users where (mail, region) not in (select lower(b.mail), region from {{ ref('banned') }} as b)
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ NULL in any row
      -> Leave out the NULLs
      with users as (select id, lower(mail) as mail, region from {{ ref('raw_users') }})
      select id from users where (mail, region) not in (select lower(b.mail), region from {{ ref('banned') }} as b where lower(b.mail) is not null and region is not null)
      -> Write NOT EXISTS
      with users as (select id, lower(mail) as mail, region from {{ ref('raw_users') }})
      select id from users where not exists (select 1 from {{ ref('banned') }} as b where lower(b.mail) = users.mail and b.region = users.region)
    `,
    'the same table inside and outside': `
      with users as (select id, boss_id from {{ ref('raw_users') }})
      select id from users where id not in (select boss_id from users where boss_id <> 1 or boss_id is null)
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ NULL in any row
      -> Leave out the NULLs
      with users as (select id, boss_id from {{ ref('raw_users') }})
      select id from users where id not in (select boss_id from users where (boss_id <> 1 or boss_id is null) and boss_id is not null)
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
  if (!select?.expressions.every(one => isWritten(unit, one))) return [];
  const test = select.expressions.map(one => `${operandText(unit, one)} is not null`).join(' and ');
  const filter = suggest('Leave out the NULLs', ...addToWhere(unit, select.select, test));
  if (filter.edits.length === 0) return [];
  const exists = notExists(node, select.select, select.expressions, unit);
  return exists ? [filter, exists] : [filter];
}

/** A subquery of plain expressions, whose rows a WHERE can filter. */
function plainSelect(
  query: Query,
): { readonly select: Select; readonly expressions: readonly Expression[] } | undefined {
  const { body } = query;
  if (query.with || query.limit || body.kind !== 'select' || !body.from || body.qualify) return undefined;
  const expressions = body.items.map(item => (item.kind === 'item' ? item.expression : undefined));
  if (!expressions.every(one => one !== undefined && !mayLookAtRows(one))) return undefined;
  return { select: body, expressions: expressions as readonly Expression[] };
}

/** Aggregates and windows, and functions that may be either. */
function mayLookAtRows(expression: Expression): boolean {
  let found = false;
  walk(expression, node => {
    if (node.kind === 'query') return 'skip';
    if (node.kind === 'call' && (node.over || functionFacts(functionName(node), 'ansi')?.kind !== 'scalar'))
      found = true;
    return found ? 'skip' : undefined;
  });
  return found;
}

/** In parentheses where an operator beside it would tear it apart. */
function operandText(unit: SqlUnit, expression: Expression): string {
  const text = textOf(unit, expression);
  return /^(?:column|literal|call|parenthesized|cast|case|access)$/.test(expression.kind) ? text : `(${text})`;
}

/** Correlated: each part of the left side with its column, under names that mean the same inside. */
function notExists(
  node: InExpression | QuantifiedComparison,
  select: Select,
  columns: readonly Expression[],
  unit: SqlUnit,
): RuleFix | undefined {
  const scope = unit.facts.scopes.get(select);
  const { keyword, items } = select;
  const [first, last] = [items[0], items[items.length - 1]];
  if (!scope || scope.isOpen || !keyword || !first || !last || select.having || !isWritten(unit, node.operand))
    return undefined;
  const operand = bare(node.operand);
  const parts = operand.kind === 'tuple' ? operand.elements : [operand];
  if (parts.length !== columns.length) return undefined;
  const conditions: string[] = [];
  for (const [i, part] of parts.entries()) {
    const outside = outerText(unit, part, scope);
    const inside = innerText(unit, columns[i] as Expression, scope);
    if (outside === undefined || inside === undefined) return undefined;
    conditions.push(`${inside} = ${/^[\w."`[\]]+$/.test(outside) || isSingle(part) ? outside : `(${outside})`}`);
  }
  const open = unit.text.indexOf('(', node.operand.end);
  if (open < 0 || open > keyword.start || unit.text.slice(open + 1, keyword.start).includes('(')) return undefined;
  const condition = addToWhere(unit, select, conditions.join(' and '));
  if (condition.length === 0) return undefined;
  const word = inCaseOf(textOf(unit, keyword), 'not exists');
  return suggest(
    'Write NOT EXISTS',
    replace({ start: node.start, end: open }, `${word} `),
    replace({ start: first.start, end: last.end }, '1'),
    ...condition,
  );
}

function isSingle(expression: Expression): boolean {
  return /^(?:column|literal|call|parenthesized|cast|case|access)$/.test(expression.kind);
}

/** With its relation's name where there is one relation: so that readers see which side is which. */
function innerText(unit: SqlUnit, expression: Expression, scope: SelectScope): string | undefined {
  const [only, ...others] = scope.relations;
  if (expression.kind === 'column' && expression.parts.length === 1 && only && others.length === 0) {
    const name = nameText(unit, only);
    return name === undefined ? undefined : `${name}.${textOf(unit, expression)}`;
  }
  return operandText(unit, expression);
}
