import type { BinaryExpression, Expression } from '../../syntax/sql/tree.ts';
import { defineRule, insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A filter for incremental runs stands behind an OR and binds to its last arm only.',
  why: 'AND binds before OR, so an incremental run still reads every row that the other arms match, from the first day on: it costs as much as a full refresh, and an append doubles those rows.',
  details:
    'Fires for `where a or b {% if is_incremental() %} and … {% endif %}`. Silent when parentheses hold the OR together, and when the OR itself is there in incremental runs only.',
  severity: 'error',
  on: 'sql:clause',
  check(clause, { unit, report }) {
    const { condition } = clause;
    if (!unit || condition.kind !== 'binary' || condition.operator !== 'or') return;
    const last = condition.right;
    if (isIncrementalOnly(unit, condition.operatorSpan)) return;
    // The chain of ANDs leans left: its first AND is the innermost.
    let first: BinaryExpression | undefined;
    for (let at: Expression = last; at.kind === 'binary' && at.operator === 'and'; at = at.left) {
      if (isIncrementalOnly(unit, at.operatorSpan)) first = at;
      else if (first) break;
    }
    if (!first) return;
    report(
      first.operatorSpan,
      'AND binds before OR, so in an incremental run this filter holds for the last arm of the OR only: rows that the other arms match are read from the beginning each time. Put the OR in parentheses.',
      { fixes: [parenthesize(condition, first)] },
    );
  },
  examples: {
    'the filter joins the last arm': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('transfers') }}
      where sender = 'a' or receiver = 'a'
      {% if is_incremental() %} and sent_at > (select max(sent_at) from {{ this }}) {% endif %}
                                ^^^ error: holds for the last arm of the OR only
      ->
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('transfers') }}
      where (sender = 'a' or receiver = 'a')
      {% if is_incremental() %} and sent_at > (select max(sent_at) from {{ this }}) {% endif %}
    `,
    'in a CTE, with a macro for the filter and another for full runs': `
      //- macros/recent.sql
      {% macro recent(column) %}{{ column }} >= current_date - 3{% endmacro %}
      //- models/trades.sql
      {{ config(materialized='incremental', unique_key='id') }}
      with picked as (
        select id from {{ ref('calls') }}
        where referrer = 1 or referrer = 2 or referrer = 3 and ok
        {% if is_incremental() %}
          and {{ recent('called_at') }}
          ^^^ in an incremental run
        {% else %} and called_at >= date '2024-01-01'
        {% endif %}
      )
      select id from picked
    `,
    'parentheses hold the OR together': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('transfers') }}
      where (sender = 'a' or receiver = 'a') and ok
      {% if is_incremental() %} and sent_at > (select max(sent_at) from {{ this }}) {% endif %}
    `,
    'the whole filter, with its OR, is for incremental runs': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('transfers') }}
      {% if is_incremental() %}
      where sender = 'a' or receiver = 'a' and sent_at > (select max(sent_at) from {{ this }})
      {% endif %}
    `,
    'an arm that incremental runs add': `
      {{ config(materialized='incremental', unique_key='id') }}
      select id from {{ ref('transfers') }}
      where is_new
      {% if is_incremental() %} or changed_at > now() and id in (select id from {{ this }}) {% endif %}
    `,
  },
});

function isIncrementalOnly(unit: SqlUnit, at: { readonly start: number; readonly end: number }): boolean {
  const mapped = unit.expansion.map.toSource(at);
  return mapped.file === unit.file && !mapped.call && unit.isIncrementalOnly(mapped.span.start);
}

/** Around all that stands before the filter. */
function parenthesize(condition: BinaryExpression, first: BinaryExpression): RuleFix {
  return suggest('Put the OR in parentheses', insert(condition.start, '('), insert(first.left.end, ')'));
}
