import { lineEnd, lineStart } from '../../base/lines.ts';
import type { ContractChange } from '../../contracts/diff/changes.ts';
import { plainName } from '../../contracts/promises.ts';
import { type BaseView, insert, type ProjectView, type RuleFix, suggest } from '../rule.ts';
import { type Compared, neighbourOf } from './compare.ts';

/** The removed column as it was written, behind the one that stood before it. */
export function restoreColumn(
  change: ContractChange,
  { now, before, beforeFile }: Compared,
  base: BaseView,
  project: ProjectView,
  title = 'Restore',
): RuleFix | undefined {
  if (change.column === undefined || change.column.includes('.')) return undefined;
  const object = now.objects.find(one => plainName(one.facts.name) === plainName(change.object ?? ''));
  const old = before.objects
    .find(one => plainName(one.facts.name) === plainName(change.object ?? ''))
    ?.columns.find(one => plainName(one.facts.name) === plainName(change.column ?? ''));
  const neighbour = object && neighbourOf(change, object, before);
  const oldText = base.textOf(beforeFile);
  const text = project.textOf(beforeFile);
  if (!old || !neighbour || oldText === undefined || text === undefined) return undefined;
  // Whole lines only: an item of a list in brackets has neighbours on its line.
  const lines = linesOf(oldText, old.at);
  const beside = linesOf(text, neighbour.at);
  if (!lines || !beside || indentOf(oldText, lines.start) !== indentOf(text, beside.start)) return undefined;
  const block = oldText.slice(lines.start, lines.end);
  const index = (one: { readonly at: { readonly start: number } }): number => one.at.start;
  const isBehind = before.objects.some(one =>
    one.columns.some(
      column => plainName(column.facts.name) === plainName(neighbour.facts.name) && index(column) < index(old),
    ),
  );
  const edit = isBehind
    ? insert(
        beside.end,
        `${text[beside.end - 1] === '\n' ? '' : '\n'}${block.replace(/\n?$/, text[beside.end - 1] === '\n' ? '\n' : '')}`,
      )
    : insert(beside.start, block.replace(/\n?$/, '\n'));
  return suggest(`${title} '${old.facts.name}'`, edit);
}

/** The whole lines of a block; nothing when it shares its first or last line with something else. */
function linesOf(
  text: string,
  at: { readonly start: number; readonly end: number },
): { start: number; end: number } | undefined {
  const start = lineStart(text, at.start);
  const end = at.start + text.slice(at.start, at.end).trimEnd().length;
  if (!/^[ \t]*(?:-[ \t]+)?$/.test(text.slice(start, at.start))) return undefined;
  const last = lineEnd(text, end);
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(end, last))) return undefined;
  return { start, end: Math.min(text.length, last + 1) };
}

function indentOf(text: string, start: number): string {
  return /^[ \t]*(?:- *)?/.exec(text.slice(start, start + 200))?.[0] ?? '';
}
