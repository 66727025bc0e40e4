/**
 * What can be folded in a SQL file: blocks of Jinja, whatever their lines' indentation, and beside them what an editor would
 * fold by indentation, since it no longer does that itself once somebody answers. Lines from 0; the last one is hidden too.
 */

import { LineIndex } from '../base/line-index.ts';
import { parseTemplate } from '../syntax/jinja/parse-template.ts';
import type { Tag } from '../syntax/jinja/tree.ts';

export interface Fold {
  readonly startLine: number;
  readonly endLine: number;
  readonly isComment: boolean;
}

/** Nothing where no Jinja goes over lines: what the editor does itself is as good then. */
export function foldsOf(text: string): readonly Fold[] | undefined {
  if (!/\{[%{#]/.test(text)) return undefined;
  const lines = new LineIndex(text);
  const { tags } = parseTemplate(text, '').value;
  const byStart = new Map<number, Fold>();
  for (const fold of [...foldsOfTags(tags, text, lines), ...foldsOfBlocks(tags, text, lines)]) {
    // A block counts for more than the tag that begins it, since it comes later.
    if (fold.endLine > fold.startLine) byStart.set(fold.startLine, fold);
  }
  if (byStart.size === 0) return undefined;
  const ofJinja = [...byStart.values()].sort((a, b) => a.startLine - b.startLine);
  const crosses = crossingWith(ofJinja, lines.lineCount);
  for (const fold of foldsOfIndentation(text.split(/\r\n|\r|\n/)))
    if (!byStart.has(fold.startLine) && !crosses(fold)) byStart.set(fold.startLine, fold);
  return [...byStart.values()].sort((a, b) => a.startLine - b.startLine);
}

/** Tags over several lines. The line in which one ends stays; that of a comment does not, unless something follows. */
function foldsOfTags(tags: readonly Tag[], text: string, lines: LineIndex): readonly Fold[] {
  return tags.map(({ kind, start, end }) => {
    const isComment = kind === 'comment';
    const last = lines.positionAt(end - 1).line;
    const isWhole = isComment && /^[ \t]*(?:[\r\n]|$)/.test(text.slice(end, end + 200));
    return { startLine: lines.positionAt(start).line, endLine: isWhole ? last : last - 1, isComment };
  });
}

const BLOCKS: ReadonlySet<string> = new Set([
  'autoescape',
  'block',
  'call',
  'docs',
  'filter',
  'for',
  'if',
  'macro',
  'materialization',
  'raw',
  'set',
  'snapshot',
  'test',
  'with',
]);

/** From the tag that begins a block, or a branch of it, to the line before the next one. */
function foldsOfBlocks(tags: readonly Tag[], text: string, lines: LineIndex): readonly Fold[] {
  const folds: Fold[] = [];
  const open: { readonly word: string; line: number }[] = [];
  for (const { kind, start, end } of tags) {
    if (kind !== 'statement') continue;
    const inside = text.slice(start, end);
    const word = /^\{%[-+]?\s*(\w+)/.exec(inside)?.[1] ?? '';
    const { line } = lines.positionAt(start);
    const foldTo = (block: { line: number }): number =>
      folds.push({ startLine: block.line, endLine: line - 1, isComment: false });
    if (word === 'else' || word === 'elif') {
      const block = open.at(-1);
      if (block?.word !== 'if' && block?.word !== 'for') continue;
      foldTo(block);
      block.line = line;
    } else if (word.startsWith('end')) {
      const at = open.findLastIndex(block => `end${block.word}` === word);
      const block = open[at];
      if (!block) continue;
      foldTo(block);
      open.length = at;
    } else if (BLOCKS.has(word) && !(word === 'set' && inside.includes('='))) open.push({ word, line });
  }
  return folds;
}

/** Every line with lines that are further in below it, as editors fold by indentation. */
function foldsOfIndentation(lines: readonly string[]): readonly Fold[] {
  const folds: Fold[] = [];
  const regions = [{ indent: -1, end: lines.length }];
  for (let line = lines.length - 1; line >= 0; line--) {
    const indent = indentOf(lines[line] ?? '');
    if (indent === undefined) continue;
    let below = regions.at(-1);
    if (below && below.indent > indent) {
      while (below && below.indent > indent) {
        regions.pop();
        below = regions.at(-1);
      }
      const endLine = (below?.end ?? lines.length) - 1;
      if (endLine > line) folds.push({ startLine: line, endLine, isComment: false });
    }
    if (below?.indent === indent) below.end = line;
    else regions.push({ indent, end: line });
  }
  return folds;
}

/** Columns before the first word, tabs as 4; `undefined` for an empty line. */
function indentOf(line: string): number | undefined {
  let indent = 0;
  for (const character of line) {
    if (character === ' ') indent++;
    else if (character === '\t') indent += 4 - (indent % 4);
    else return indent;
  }
  return undefined;
}

/** True for a range that a block would hide a part of: editors drop one of two that cross. */
function crossingWith(blocks: readonly Fold[], lineCount: number): (fold: Fold) => boolean {
  const parents: (number | undefined)[] = [];
  /** The innermost block that hides a line, and the same with the one that begins there. */
  const hiding: (number | undefined)[] = [];
  const around: (number | undefined)[] = [];
  const open: number[] = [];
  let next = 0;
  for (let line = 0; line < lineCount; line++) {
    while (open.length > 0 && (blocks[open.at(-1) as number] as Fold).endLine < line) open.pop();
    hiding[line] = open.at(-1);
    if (blocks[next]?.startLine === line) {
      parents[next] = open.at(-1);
      open.push(next++);
    }
    around[line] = open.at(-1);
  }
  return ({ startLine, endLine }) => {
    const outer = hiding[startLine];
    if (outer !== undefined && (blocks[outer] as Fold).endLine < endLine) return true;
    for (let at = around[endLine]; at !== undefined; at = parents[at]) {
      const block = blocks[at] as Fold;
      if (block.startLine < startLine) return false;
      if (block.startLine > startLine && block.endLine > endLine) return true;
    }
    return false;
  };
}
