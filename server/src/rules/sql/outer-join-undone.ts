import { contains } from '../../base/span.ts';
import { relationsRejectedBy, sideOf } from '../../project/infer/null-facts.ts';
import type { ScopeRelation, SelectScope } from '../../project/infer/scopes.ts';
import type { Clause, Expression, Join } from '../../syntax/sql/tree.ts';
import { bare, joinsIn, labelOf, operandsOf, quoted } from '../expressions.ts';
import { defineRule, insert, type RuleFix, remove, replace, type SqlUnit, suggest } from '../rule.ts';
import { hasComment, inCaseOf, isWritten, textOf } from '../written.ts';

export default defineRule({
  summary: 'A condition drops the rows that an outer join keeps.',
  why: 'Where nothing matches, the joined columns are NULL and the condition is not true: the outer join acts as an inner join, and rows are lost that somebody meant to keep.',
  details:
    'Looks at the conditions of WHERE, and of ON of later inner joins, each operand of AND for itself. `is not null` says the same on purpose: only information. So is a condition inside `{% if %}`, which makes the runs disagree. Silent for conditions that a NULL passes (`is null`, `coalesce`, `is distinct from`, under OR), for HAVING and QUALIFY, for UNNEST, FLATTEN and lateral joins, and for functions that are not known.',
  severity: 'warning',
  on: 'sql:select',
  check(select, { unit, report }) {
    const scope = unit?.facts.scopes.get(select);
    if (!unit || !scope || scope.isOpen) return;
    const operands = conditionsOf(scope).flatMap(({ condition, within }) =>
      operandsOf(condition, 'and').map(one => ({ one, undone: findUndone(one, scope, unit, within) })),
    );
    const reported = new Set<Join>();
    for (const { one, undone } of operands) {
      const [first] = undone;
      if (!first || reported.has(first.join)) continue;
      reported.add(first.join);
      const isWhole = operands.some(
        other =>
          (isOptional(one, unit) || !isOptional(other.one, unit)) &&
          other.undone.some(({ join, side }) => join === first.join && side !== first.side),
      );
      const { text, severity } = describe(one, first, isWhole, unit);
      report(one, text, { severity, fixes: fixesFor(one, first.join, select.where, unit) });
    }
  },
  examples: {
    'a comparison with the joined side': `
      select o.id, t.hash from {{ ref('orders') }} as o
      left join {{ ref('transactions') }} as t on t.order_id = o.id
      where o.id > 10 and t.success = false
                          ^^^^^^^^^^^^^^^^^ warning: removes the rows that the left join keeps
      -> Move the condition into ON
      select o.id, t.hash from {{ ref('orders') }} as o
      left join {{ ref('transactions') }} as t on t.order_id = o.id and t.success = false
      where o.id > 10
    `,
    'written as the inner join it is': `
      select o.id from {{ ref('orders') }} as o
      LEFT JOIN {{ ref('refunds') }} as r on r.order_id = o.id
      where r.kind <> 'gift'
            ^^^^^^^^^^^^^^^^ warning: it acts as an inner join
      -> Write INNER JOIN
      select o.id from {{ ref('orders') }} as o
      INNER JOIN {{ ref('refunds') }} as r on r.order_id = o.id
      where r.kind <> 'gift'
    `,
    'a later inner join, in a CTE': `
      with priced as (
        select o.id, c.code from {{ ref('orders') }} as o
        left join {{ ref('prices') }} as p on p.sku = o.sku
        join {{ ref('currencies') }} as c on c.id = p.currency_id
                                             ^^^^^^^^^^^^^^^^^^^^ warning: where 'p' has no match
      )
      select id, code from priced
    `,
    'an inner join written in two parts': `
      select a.id from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id where b.id is not null
                                                                                              ^^^^^^^^^^^^^^^^ info: this left join is an inner join
    `,
    'in the incremental run only': `
      {{ config(materialized='incremental') }}
      select a.id from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id
      where a.id > 0
      {% if is_incremental() %} and b.updated_at > '2024-01-01' {% endif %}
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: only in some runs
    `,
    'a full join keeps one side': `
      select a.id from {{ ref('a') }} as a full join {{ ref('b') }} as b on b.id = a.id where a.kind = 'x'
                                                                                              ^^^^^^^^^^^^ acts as a left join
    `,
    'a full join of which both sides are dropped': `
      select a.id from {{ ref('a') }} as a full join {{ ref('b') }} as b on b.id = a.id where a.id is not null and b.id is not null
                                                                                              ^^^^^^^^^^^^^^^^ info: this full join is an inner join
    `,
    'a full join of which one comparison drops both sides': `
      select a.id from {{ ref('a') }} as a full join {{ ref('b') }} as b on b.id = a.id where a.day = b.day
                                                                                              ^^^^^^^^^^^^^ acts as an inner join
    `,
    'conditions that NULL passes': `
      select a.id from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id
      where coalesce(b.x, 0) = 0 and (b.y = 1 or b.y is null) and b.z is distinct from 3 and (b.w = 1) is not true
        and (b.id is null or a.kind = 'x') and some_function(b.v) and case when b.u = 1 then false else true end
    `,
    'null-safe comparisons of the dialect, HAVING and QUALIFY': `
      //- grainline.yml
      dialect: snowflake
      //- models/example.sql
      select a.id, max(b.x) as x from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id
      where equal_null(b.y, a.y) group by a.id having max(b.x) > 1 qualify row_number() over (order by max(b.x)) = 1
      //- models/anti.sql
      select a.id from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id where b.id is null
    `,
    'conditions on the kept side, and of the join itself': `
      select a.id from {{ ref('a') }} as a left join {{ ref('b') }} as b on b.id = a.id and b.kind = 'x' where a.kind = 'y'
    `,
    'elements of an array': `
      select a.id from {{ ref('a') }} as a left join unnest(a.tags) as t on true where t.name = 'x'
    `,
  },
});

interface Undone {
  readonly join: Join;
  /** What has no match in the rows that go, and on which side of the join it stands. */
  readonly relation: ScopeRelation;
  readonly side: 'left' | 'right';
}

/** WHERE, and ON of inner joins: those drop only what was joined beneath them. */
function conditionsOf(
  scope: SelectScope,
): readonly { readonly condition: Expression; readonly within: Join | undefined }[] {
  const { select } = scope;
  const found: { condition: Expression; within: Join | undefined }[] = [];
  if (select?.where) found.push({ condition: select.where.condition, within: undefined });
  for (const join of select ? joinsIn(select) : []) {
    if (join.type === 'inner' && join.on && !join.modifier) found.push({ condition: join.on, within: join });
  }
  return found;
}

function findUndone(
  condition: Expression,
  scope: SelectScope,
  unit: SqlUnit,
  within: Join | undefined,
): readonly Undone[] {
  const found: Undone[] = [];
  for (const relation of relationsRejectedBy(unit.facts, scope, condition)) {
    if (relation.isLateral || relation.kind === 'unnest' || relation.kind === 'function') continue;
    const join = relation.nullableBy.find(
      one => !one.modifier && (!within || (one !== within && contains(within.left, one))),
    );
    if (join) found.push({ join, relation, side: sideOf(join, relation) });
  }
  return found;
}

/** `isWhole`: conditions drop what either side keeps. */
function describe(
  condition: Expression,
  { join, relation, side }: Undone,
  isWhole: boolean,
  unit: SqlUnit,
): { readonly text: string; readonly severity: 'warning' | 'info' } {
  const kind = join.type;
  const label = labelOf(relation);
  const acts = kind !== 'full' || isWhole ? 'an inner join' : `a ${side} join`;
  const shown = quoted(unit, condition);
  if (isOptional(condition, unit) && !isOptional(join.keyword, unit)) {
    return {
      text: `${shown} removes the rows that the ${kind} join keeps where ${label} has no match, but only in some runs: they disagree. Move the condition into ON, or use the same join in all.`,
      severity: 'info',
    };
  }
  if (condition.kind === 'is' && condition.test === 'null') {
    return {
      text: `With ${shown} this ${kind} join is ${acts}. Write it as one, so that readers see it.`,
      severity: 'info',
    };
  }
  return {
    text: `${shown} removes the rows that the ${kind} join keeps where ${label} has no match: it acts as ${acts}. Write that, or move the condition into ON to keep them.`,
    severity: 'warning',
  };
}

/** A branch of Jinja decides whether it is there. */
function isOptional(at: { readonly start: number; readonly end: number }, unit: SqlUnit): boolean {
  const { file, span, call } = unit.expansion.map.toSource(at);
  return file === unit.file ? unit.isInBranch(span.start) : call !== undefined && unit.isInBranch(call.span.start);
}

function fixesFor(condition: Expression, join: Join, where: Clause | undefined, unit: SqlUnit): readonly RuleFix[] {
  if (join.type !== 'left') return [];
  const fixes: RuleFix[] = [];
  if (isWritten(unit, join.keyword)) {
    const keyword = inCaseOf(textOf(unit, join.keyword), 'inner join');
    fixes.push(suggest('Write INNER JOIN', replace(join.keyword, keyword)));
  }
  const removal = where && removalOf(condition, where, unit);
  if (removal && join.on && isWritten(unit, condition)) {
    const isOr = join.on.kind === 'binary' && join.on.operator === 'or';
    const added = ` ${inCaseOf(textOf(unit, join.keyword), 'and')} ${textOf(unit, condition)}`;
    fixes.push(
      suggest(
        'Move the condition into ON',
        ...(isOr ? [insert(join.on.start, '('), insert(join.on.end, `)${added}`)] : [insert(join.on.end, added)]),
        remove(removal),
      ),
    );
  }
  return fixes;
}

/** What goes when the condition leaves WHERE: with its AND, or with the whole clause. */
function removalOf(condition: Expression, where: Clause, unit: SqlUnit) {
  const operands = operandsOf(where.condition, 'and');
  const index = operands.indexOf(condition);
  if (index < 0) return undefined;
  if (operands.length === 1) {
    // The space before WHERE goes too, so that no empty line stays.
    const start = unit.text.slice(0, where.start).trimEnd().length;
    return bare(where.condition) === where.condition && !hasComment(unit, where)
      ? { start, end: where.end }
      : undefined;
  }
  const previous = operands[index - 1];
  const next = operands[index + 1];
  const span = previous
    ? { start: previous.end, end: condition.end }
    : { start: condition.start, end: next?.start ?? condition.end };
  const rest = unit.text.slice(span.start, span.end).replace(textOf(unit, condition), '');
  return /^\s*and\s*$/i.test(rest) ? span : undefined;
}
