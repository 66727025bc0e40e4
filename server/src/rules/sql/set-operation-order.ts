import type { OutputColumn } from '../../project/facts.ts';
import { normalizeName } from '../../syntax/sql/names.ts';
import type { Select, SetOperation } from '../../syntax/sql/tree.ts';
import { defineRule, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { hasComment, indentationAt, isWritten, textOf } from '../written.ts';
import { firstSelect, indexByName, itemOf, knownColumns } from './set-branches.ts';

export default defineRule({
  summary: 'Two branches of a UNION have the same column names in another order.',
  why: 'UNION matches columns by position, never by name: the values of one column end up under the name of the other, without any error as long as the types fit.',
  details:
    'Fires when names change places: the columns of the second branch are those of the first, at least two of them swapped, however many stars stand in between. Silent where names merely differ (the first branch names the result), for `union by name`, where not all columns are known, and where both branches mirror one relation on purpose (`select a, b from edges union all select b, a from edges`).',
  severity: 'error',
  on: 'sql:set-operation',
  check(node, { unit, report }) {
    if (!unit || node.operator !== 'union' || node.byName) return;
    const left = knownColumns(node.left, unit);
    const right = knownColumns(node.right, unit);
    if (!left || !right || left.length !== right.length) return;
    const swapped = findSwapped(left, right, unit);
    const [first, second] = swapped;
    if (first === undefined || second === undefined) return;
    const select = firstSelect(node.right);
    if (!select || isMirrored(node, swapped, unit)) return;
    const item = itemOf(select, first, unit);
    const at = item && isWritten(unit, item) ? item : node.operatorSpan;
    const nameOf = (columns: readonly OutputColumn[], i: number): string => `'${columns[i]?.name ?? ''}'`;
    report(
      at,
      `UNION matches columns by position: column ${first + 1} is ${nameOf(left, first)} in the first branch and ${nameOf(right, first)} here, column ${second + 1} is ${nameOf(left, second)} and ${nameOf(right, second)}, so their values change places. List the columns in the same order.`,
      { fixes: fixFor(select, left, right, unit) },
    );
  },
  examples: {
    'two names changed places': `
      select id, price, cost from {{ ref('a') }}
      union all
      select id, cost, price from {{ ref('b') }}
                 ^^^^ column 2 is 'price' in the first branch and 'cost' here
      -> List the columns in the order of the first branch
      select id, price, cost from {{ ref('a') }}
      union all
      select id, price, cost from {{ ref('b') }}
    `,
    'through the stars of models and CTEs': `
      //- models/old_fills.sql
      select protocol_version, order_type from {{ source('app', 'old_fills') }}
      //- models/new_fills.sql
      select order_type, protocol_version from {{ source('app', 'new_fills') }}
      //- models/fills.sql
      with old as (select * from {{ ref('old_fills') }}), new as (select * from {{ ref('new_fills') }})
      select * from old
      union all
      select * from new
             ^ their values change places
      -> List the columns in the order of the first branch
      //- models/fills.sql
      with old as (select * from {{ ref('old_fills') }}), new as (select * from {{ ref('new_fills') }})
      select * from old
      union all
      select protocol_version, order_type from new
    `,
    'a column added behind a star': `
      with checked as (select id, 1 as copies, 2 as row_number from {{ ref('a') }}),
      sample as (select id, 3 as row_number from {{ ref('b') }})
      select * from checked
      union all
      select *, 0 as copies from sample
             ^ column 2 is 'copies' in the first branch and 'row_number' here
      -> List the columns in the order of the first branch
      with checked as (select id, 1 as copies, 2 as row_number from {{ ref('a') }}),
      sample as (select id, 3 as row_number from {{ ref('b') }})
      select * from checked
      union all
      select id, 0 as copies, row_number from sample
    `,
    'the first branch names the result': `
      select seller_id as account_id, sold_at as at from {{ ref('sales') }}
      union all
      select buyer_id, bought_at from {{ ref('purchases') }}
    `,
    'both directions of one relation': `
      select from_id, to_id from {{ ref('edges') }}
      union all
      select to_id, from_id from {{ ref('edges') }}
    `,
    'INTERSECT and EXCEPT compare rows, literals have no place of their own': `
      select id, other_id from {{ ref('a') }} except select other_id, id from {{ ref('b') }}
      union all
      select null, 'x'
    `,
    'matched by name, or not all known': `
      //- grainline.yml
      dialect: duckdb
      //- models/example.sql
      select a, b from x union all by name select b, a from y
      //- models/other.sql
      select a, b, * from {{ ref('x') }} union all select b, a, * from {{ ref('y') }}
    `,
  },
});

/** Indexes at which the right branch has names of the left in a closed round: those that change places. */
function findSwapped(left: readonly OutputColumn[], right: readonly OutputColumn[], unit: SqlUnit): readonly number[] {
  const places = indexByName(left, unit);
  if (!places || !indexByName(right, unit)) return [];
  const next = right.map(column => (column.name === '' ? -1 : (places.get(normalizeName(column, unit.dialect)) ?? -1)));
  for (const [start, target] of next.entries()) {
    if (target < 0 || target === start) continue;
    // The names of the right are all different, so a walk that closes meets each place once.
    const round = [start];
    let at = target;
    while (at >= 0 && at !== start && round.length <= next.length) {
      round.push(at);
      at = next[at] ?? -1;
    }
    if (at === start) return round.sort((a, b) => a - b);
  }
  return [];
}

/** Both branches read one and the same relation, and write the columns out: the swap is what they are for. */
function isMirrored(node: SetOperation, swapped: readonly number[], unit: SqlUnit): boolean {
  const branches = [firstSelect(node.left), firstSelect(node.right)];
  const sources = branches.map(select => {
    const scope = select && unit.facts.scopes.get(select);
    const isPlain = swapped.every(i => {
      const item = select && itemOf(select, i, unit);
      return item?.kind === 'item' && item.alias === undefined && item.expression.kind === 'column';
    });
    const [only] = scope?.relations ?? [];
    if (!isPlain || !only || scope?.relations.length !== 1) return undefined;
    return (
      only.node ??
      (only.cte
        ? `cte ${only.cte.node.start}`
        : only.table.kind === 'table'
          ? textOf(unit, only.table.name)
          : undefined)
    );
  });
  return sources[0] !== undefined && sources[0] === sources[1];
}

/** The items of the branch in the order of the first one; a star becomes the names it stands for. */
function fixFor(
  select: Select,
  left: readonly OutputColumn[],
  right: readonly OutputColumn[],
  unit: SqlUnit,
): readonly RuleFix[] {
  const first = select.items[0];
  const last = select.items.at(-1);
  const places = indexByName(right, unit);
  if (!first || !last || !places) return [];
  const list = { start: first.start, end: last.end };
  if (hasComment(unit, list) || !select.items.every(item => isWritten(unit, item))) return [];
  const texts: string[] = [];
  for (const column of left) {
    const i = column.name === '' ? undefined : places.get(normalizeName(column, unit.dialect));
    const item = i === undefined ? undefined : itemOf(select, i, unit);
    const own = i === undefined ? undefined : right[i];
    if (!item || !own) return [];
    if (item.kind === 'item') texts.push(textOf(unit, item));
    else if (item.kind === 'star' && isPlainName(own) && item.replace.length + item.rename.length === 0) {
      texts.push(item.qualifier ? `${textOf(unit, item.qualifier)}.${own.name}` : own.name);
    } else return [];
  }
  const separator = separatorOf(select, unit);
  return [suggest('List the columns in the order of the first branch', replace(list, texts.join(separator)))];
}

function isPlainName(column: OutputColumn): boolean {
  return !column.quoted && /^[a-z_][a-z0-9_]*$/i.test(column.name);
}

/** As the list separates its items; on one line each when there are many and nothing shows how. */
function separatorOf(select: Select, unit: SqlUnit): string {
  const [first, second] = select.items;
  if (first && second) return textOf(unit, { start: first.end, end: second.start });
  const start = first?.start ?? select.start;
  const isOwnLine = unit.text.slice(unit.text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
  return isOwnLine ? `,\n${indentationAt(unit.text, start)}` : ', ';
}
