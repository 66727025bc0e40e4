import { clockIn } from '../../project/clocks.ts';
import { keepsVersions } from '../../project/history.ts';
import { windowOf } from '../../project/history-built.ts';
import { selectOfQuery, traceColumn } from '../../project/trace.ts';
import { isFarDate } from '../../project/validity-end.ts';
import type { Expression, FunctionCall, Query, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { functionName, plainText } from '../expressions.ts';
import { defineRule, type SqlUnit } from '../rule.ts';

export default defineRule({
  summary: 'The mark of the current version is computed apart from the end of validity.',
  why: 'Two definitions of "current" agree until they do not: a tie, a clock or a late row, and a key has two current versions or none.',
  details:
    'Fires where one SELECT makes both the end (by LEAD) and the mark, and the mark neither asks for the open end nor numbers the rows of the same window from the other side. Silent for marks that are read from elsewhere or written as literals.',
  severity: 'info',
  default: 'off',
  on: 'model',
  check({ node }, { project, unit, report }) {
    const history = project?.historyOf(node.id);
    if (!unit || !keepsVersions(history) || history.from || !history.isCurrent || !history.validTo) return;
    const query = unit.tree.statements.find((one): one is Query => one.kind === 'query');
    const select = query && selectOfQuery(query);
    if (!select) return;
    const end = traceColumn(unit.facts, select, history.validTo);
    const mark = traceColumn(unit.facts, select, history.isCurrent);
    if (end?.kind !== 'expression' || mark?.kind !== 'expression' || end.select !== mark.select) return;
    const lead = windowCallIn(end.expression, 'lead');
    if (!lead || follows(unit, mark.select, mark.expression, lead)) return;
    report(
      mark.expression,
      `'${history.isCurrent}' is not computed from '${history.validTo}': where they disagree a key has two current versions, or none. Say that the end is open.`,
    );
  },
  examples: {
    'the flag asks the clock': `
      select sku, price, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to,
        changed_at > current_date - 30 as is_current
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: not computed from 'valid_to'
      from {{ ref('price_log') }}
    `,
    'another window, in a CTE': `
      with versions as (
        select sku, price, changed_at as valid_from,
          lead(changed_at) over (partition by sku order by changed_at) as valid_to,
          row_number() over (partition by sku order by loaded_at desc) = 1 as is_current
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a key has two current versions
        from {{ ref('price_log') }}
      )
      select * from versions
    `,
    'the open end, in each way to say it': `
      //- models/a.sql
      select sku, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to,
        lead(changed_at) over (partition by sku order by changed_at) is null as is_current
      from {{ ref('price_log') }}
      //- models/b.sql
      select sku, changed_at as valid_from,
        lead(changed_at) over (partition by sku order by changed_at) as valid_to,
        case when row_number() over (partition by sku order by changed_at desc) = 1 then true else false end as is_current
      from {{ ref('price_log') }}
    `,
    'made elsewhere': `
      with versions as (
        select sku, changed_at as valid_from, lead(changed_at) over (partition by sku order by changed_at) as valid_to
        from {{ ref('price_log') }}
      )
      select *, valid_to is null as is_current from versions
    `,
  },
});

function windowCallIn(expression: Expression, name: string): FunctionCall | undefined {
  let found: FunctionCall | undefined;
  walk(expression, node => {
    if (node.kind === 'query') return 'skip';
    if (node.kind === 'call' && node.over && functionName(node) === name) found ??= node;
    return undefined;
  });
  return found;
}

/** The mark says the same as an open end. */
function follows(unit: SqlUnit, select: Select, mark: Expression, lead: FunctionCall): boolean {
  if (mark.kind === 'literal') return true;
  if (clockIn(mark)) return false;
  const own = windowCallIn(mark, 'lead');
  if (own) return plainText(unit, own) === plainText(unit, lead) || isFarDate(mark);
  const number = windowCallIn(mark, 'row_number');
  const [ends, numbers] = [lead, number].map(one => one && windowOf(one, select));
  if (!number || !ends || !numbers) return false;
  const list = (parts: readonly Expression[]): string =>
    parts
      .map(one => plainText(unit, one))
      .sort()
      .join();
  const order = (items: NonNullable<typeof ends.orderBy>['items'] | undefined): string =>
    (items ?? []).map(one => `${plainText(unit, one.expression)} ${one.direction ?? 'asc'}`).join();
  const turned = order(ends.orderBy?.items).replace(/\b(?:asc|desc)\b/g, word => (word === 'asc' ? 'desc' : 'asc'));
  return list(ends.partitionBy) === list(numbers.partitionBy) && order(numbers.orderBy?.items) === turned;
}
