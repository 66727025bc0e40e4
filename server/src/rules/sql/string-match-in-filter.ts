import type { Expression } from '../../syntax/sql/tree.ts';
import { argumentsOf, bare, functionName, joinsOf, operandsOf, quoted } from '../expressions.ts';
import { defineRule } from '../rule.ts';
import { isWritten } from '../written.ts';

export default defineRule({
  summary: 'A filter or join looks into the text of a column.',
  why: 'Every row has to be read and searched: no index, sort order or partition helps.',
  details:
    'LIKE with a wildcard in front, regular expressions, and substring, upper or lower around a column, in WHERE and ON. Off unless turned on: on columnar warehouses such a filter is mostly right and cheap enough.',
  severity: 'info',
  default: 'off',
  on: 'sql:select',
  check(select, { unit, report }) {
    if (!unit) return;
    const conditions = select.where ? [select.where.condition] : [];
    for (const item of select.from?.items ?? [])
      for (const join of joinsOf(item)) if (join.on) conditions.push(join.on);
    for (const condition of conditions.flatMap(one => operandsOf(one, 'and'))) {
      const what = matchOf(condition);
      if (what === undefined || !isWritten(unit, condition)) continue;
      report(
        condition,
        `${quoted(unit, condition)} ${what}, so every row has to be read and searched. Prepare a column upstream that holds what you look for.`,
      );
    }
  },
  examples: {
    'a wildcard in front, a regular expression': `
      select id from {{ ref('users') }}
      where email like '%@example.com'
            ^^^^^^^^^^^^^^^^^^^^^^^^^^ info: begins with a wildcard
        and regexp_like(name, '^a.*b$')
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ searches by a regular expression
      -> no fix
    `,
    'a part of a key, in a join': `
      select u.id from {{ ref('users') }} as u
      join {{ ref('accounts') }} as a on substring(u.code, 1, 3) = a.code
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compares a part or a changed form of the text
    `,
    'equality and prefixes': `
      select id from {{ ref('users') }} where email = 'a@example.com' and code like 'AB%' and name in ('a', 'b')
    `,
    'in the list of columns': `
      select lower(email) as email, substring(code, 1, 2) as region from {{ ref('users') }}
    `,
  },
});

function matchOf(condition: Expression): string | undefined {
  if (condition.kind === 'like') {
    if (/^(?:rlike|regexp|similar to)/.test(condition.operator)) return 'searches by a regular expression';
    const { pattern } = condition;
    const isOpen = pattern.kind === 'literal' && /^[%_]./.test(pattern.value);
    return isOpen ? 'begins with a wildcard' : undefined;
  }
  if (/^(?:regexp_like|regexp_contains|regexp_matches|rlike)$/.test(functionName(condition)))
    return 'searches by a regular expression';
  if (condition.kind !== 'binary') return undefined;
  if (/^!?~\*?$/.test(condition.operator)) return 'searches by a regular expression';
  if (condition.operator !== '=') return undefined;
  const isChanged = [bare(condition.left), bare(condition.right)].some(isChangedText);
  return isChanged ? 'compares a part or a changed form of the text' : undefined;
}

function isChangedText(side: Expression): boolean {
  if (side.kind !== 'call' || !/^(?:substr|substring|left|right|upper|lower|trim)$/.test(functionName(side)))
    return false;
  const [first] = argumentsOf(side);
  return first !== undefined && bare(first).kind === 'column';
}
