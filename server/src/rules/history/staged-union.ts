/** The rewrite of a MERGE in one pass: its source as a union, so that a changed row can be closed and inserted. */

import { insert, type ProjectView, type RuleFix, replace, type SqlUnit, suggest } from '../rule.ts';
import { inCaseOf, indentationAt, isWritten, textOf } from '../written.ts';
import { changesIn } from './changes.ts';
import type { Close, MergeParts } from './load.ts';
import { keywordOf, withNullSeen, writtenAgain } from './merge-text.ts';

/** USING as a union: each row with its key, and what changed once more without. */
export function stagedUnion(
  unit: SqlUnit,
  parts: MergeParts,
  close: Close,
  project: ProjectView | undefined,
): RuleFix | undefined {
  const { merge, keys } = parts;
  const { dialect } = unit;
  const source = merge.source;
  // Redshift merges tables only, and T-SQL has no WITH inside of a subquery.
  if (keys.length === 0 || dialect === 'redshift' || dialect === 'tsql' || merge.with) return undefined;
  if (source.kind !== 'table' && source.kind !== 'subquery') return undefined;
  const alias = source.alias?.name.name ?? (source.kind === 'table' ? source.name.parts.at(-1)?.name : undefined);
  const targetTable = merge.target;
  if (alias === undefined || targetTable.kind !== 'table') return undefined;
  if (keys.some(key => key.source.kind !== 'column' || !isWritten(unit, key.source))) return undefined;
  const targetName = writtenAgain(unit, targetTable.name, project);
  if (targetName === undefined || !isWritten(unit, merge.on)) return undefined;
  if (close.condition && !isWritten(unit, close.condition)) return undefined;
  const like = keywordOf(unit, merge);
  const word = (text: string): string => inCaseOf(like, text);
  const targetAlias = targetTable.alias?.name.name;
  const joined = targetAlias === undefined ? targetName : `${targetName} ${word('as')} ${targetAlias}`;
  const { comparisons } = changesIn(unit, close.condition, parts.sides);
  const changed = close.condition && withNullSeen(unit, close.condition, comparisons, dialect, like);
  const nameOfKey = (i: number): string => (keys.length === 1 ? 'merge_key' : `merge_key_${i + 1}`);
  const withKeys = keys.map((key, i) => `${textOf(unit, key.source)} ${word('as')} ${nameOfKey(i)}`).join(', ');
  const withoutKeys = keys.map((_, i) => `${word('null')} ${word('as')} ${nameOfKey(i)}`).join(', ');
  const inner = `\n${indentationAt(unit.text, merge.start)}  `;
  const outer = `\n${indentationAt(unit.text, merge.start)}`;
  const before = `(${inner}${word('with')} incoming ${word('as')} (${source.kind === 'table' ? `${word('select')} * ${word('from')} ` : ''}`;
  const union = [
    `${word('select')} ${withKeys}, ${alias}.* ${word('from')} incoming ${word('as')} ${alias}`,
    word('union all'),
    `${word('select')} ${withoutKeys}, ${alias}.* ${word('from')} incoming ${word('as')} ${alias}`,
    `${word('join')} ${joined} ${word('on')} ${textOf(unit, merge.on)}`,
    ...(changed === undefined ? [] : [`${word('where')} ${changed}`]),
  ];
  // DuckDB reads the source while it writes: rows closed already would not be found again. Held back, the source is read whole.
  const held = [
    `), staged ${word('as materialized')} (`,
    ...union.map(line => `  ${line}`),
    ')',
    `${word('select')} * ${word('from')} staged`,
  ];
  const after = dialect === 'duckdb' ? held.join(inner) : [')', ...union].join(inner);
  const query = source.kind === 'subquery' ? source.query : undefined;
  const from = query?.start ?? source.start;
  const to = query?.end ?? (source.kind === 'table' ? source.name.end : source.end);
  const opened = source.kind === 'subquery' ? before.slice(1) : before;
  const closed = source.kind === 'subquery' ? `${after}${outer}` : `${after}${outer})`;
  const named = source.kind === 'table' && source.alias === undefined ? ` ${word('as')} ${alias}` : '';
  return suggest(
    'Give changed rows a second copy without a key',
    insert(from, opened),
    insert(to, closed + named),
    ...keys.map((key, i) => replace(key.source, `${alias}.${nameOfKey(i)}`)),
    ...(close.condition && changed !== textOf(unit, close.condition) ? [replace(close.condition, changed ?? '')] : []),
  );
}
