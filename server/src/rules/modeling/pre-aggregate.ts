/** The fix that adds up the many side before it is joined, where nothing else of it is used. */

import type { TextEdit } from '../../base/edit.ts';
import type { FanOut } from '../../project/fan-out.ts';
import type { Expression, FunctionCall, Select } from '../../syntax/sql/tree.ts';
import { walk } from '../../syntax/sql/walk.ts';
import { bare, functionName } from '../expressions.ts';
import { insert, type RuleFix, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, isWritten, textOf } from '../written.ts';

/** Aggregates that give the same of parts and of the parts' results. */
const AGAIN: ReadonlySet<string> = new Set(['sum', 'min', 'max']);

export function preAggregate(unit: SqlUnit, select: Select, fanOut: FanOut, name: string): readonly RuleFix[] {
  const edits = editsFor(unit, select, fanOut, name);
  const keys = fanOut.matched.join(', ');
  return edits.length === 0 ? [] : [suggest(`Add up '${name}' per ${keys} before the join`, ...edits)];
}

/** Both branches of a chasm: one alone would still be counted once per row of the other. */
export function preAggregateBoth(
  unit: SqlUnit,
  select: Select,
  branches: readonly { readonly fanOut: FanOut; readonly name: string }[],
): readonly RuleFix[] {
  const edits = branches.map(({ fanOut, name }) => editsFor(unit, select, fanOut, name));
  if (edits.some(one => one.length === 0)) return [];
  const names = branches.map(({ name }) => `'${name}'`).join(' and ');
  return [suggest(`Add up ${names} before they are joined`, ...edits.flat())];
}

function editsFor(unit: SqlUnit, select: Select, fanOut: FanOut, name: string): readonly TextEdit[] {
  const { many, join, matched } = fanOut;
  const { table } = many;
  if (table.kind !== 'table' || table.modifiers.length > 0 || join?.right !== table || !isWritten(unit, join.keyword))
    return [];
  if (join.type !== 'inner' && join.type !== 'left') return [];
  const wanted = aggregatesOfMany(unit, select, fanOut);
  if (!wanted || wanted.size === 0) return [];
  const like = textOf(unit, join.keyword);
  const word = (text: string): string => inCaseOf(like, text);
  const columns = [...wanted].map(([column, aggregate]) => `${word(aggregate)}(${column}) ${word('as')} ${column}`);
  const alias = table.alias ? '' : ` ${word('as')} ${many.name?.name ?? name}`;
  const keys = matched.join(', ');
  return [
    insert(table.start, `(${word('select')} ${[keys, ...columns].join(', ')} ${word('from')} `),
    insert(table.name.end, ` ${word('group by')} ${keys})${alias}`),
  ];
}

/** What is taken of each column of the many side; `undefined` when it is used for anything else. */
function aggregatesOfMany(
  unit: SqlUnit,
  select: Select,
  { many, join, matched }: FanOut,
): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  let isElse = select.items.length === 0;
  walk(select, (node, ancestors) => {
    if (node.kind === 'star' && !isInside(ancestors, 'query', select)) isElse = true;
    // Rows of the join are counted: there would be fewer.
    if (node.kind === 'call' && functionName(node) === 'count' && !node.distinct) isElse = true;
    if (node.kind !== 'column') return undefined;
    const resolved = unit.facts.resolve(node);
    if (resolved?.kind === 'ambiguous' || resolved?.kind === 'row') isElse = true;
    if ((resolved?.kind !== 'column' && resolved?.kind !== 'assumed') || resolved.relation !== many) return undefined;
    const name = resolved.column.name;
    if (join?.on && ancestors.includes(join.on)) {
      if (!matched.includes(name.toLowerCase())) isElse = true;
      return undefined;
    }
    const call = ancestors.findLast((one): one is FunctionCall => one.kind === 'call');
    const [argument, ...others] = call?.arguments ?? [];
    const isPlain = argument !== undefined && bare(argument.value) === (node as Expression) && others.length === 0;
    const aggregate = call && functionName(call);
    if (
      !call ||
      !isPlain ||
      aggregate === undefined ||
      !AGAIN.has(aggregate) ||
      call.distinct ||
      call.over ||
      call.filter
    )
      isElse = true;
    else if ((found.get(name) ?? aggregate) !== aggregate || matched.includes(name.toLowerCase())) isElse = true;
    else found.set(name, aggregate);
    return undefined;
  });
  return isElse ? undefined : found;
}

function isInside(ancestors: readonly { readonly kind: string }[], kind: string, below: Select): boolean {
  const at = ancestors.indexOf(below);
  return ancestors.slice(at + 1).some(one => one.kind === kind);
}
