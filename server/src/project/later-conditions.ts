/**
 * What an incremental run adds to a model's text is most often a condition and nothing else: `{% if is_incremental() %} where
 * loaded_at > … {% endif %}`. Then the text of the later runs says all that the first one does, and reading it once is enough.
 */

import type { Segment } from '../base/source-map.ts';
import type { Span } from '../base/span.ts';
import type { Expansion } from '../syntax/jinja/expansion.ts';
import { firstTokenAt } from '../syntax/sql/names.ts';
import type { Expression, SqlFile, SqlNode, Token } from '../syntax/sql/tree.ts';
import { childrenOf } from '../syntax/sql/walk.ts';
import { bare } from './infer/state.ts';

/** A text with its tokens that are neither space nor comment. */
export interface LexedText {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** Past so many places, or so many tokens in one of them, two texts are read one by one. */
const MAX_ADDITIONS = 500;
const MAX_ADDED = 3000;
/** Tokens that must agree behind an addition for it to be taken as ended. */
const AGREEING = 4;

/**
 * The tokens that the second text has and the first has not, as ranges of indexes (`from` to before `to`); `undefined` when
 * that is not all they differ in.
 */
export function addedTokens(
  first: LexedText,
  second: LexedText,
): readonly { readonly from: number; readonly to: number }[] | undefined {
  const added: { from: number; to: number }[] = [];
  let at = 0;
  let other = 0;
  while (at < first.tokens.length || other < second.tokens.length) {
    if (isSameToken(first, at, second, other)) {
      at++;
      other++;
      continue;
    }
    const to = endOfAddition(first, at, second, other);
    if (to === undefined || added.length === MAX_ADDITIONS) return undefined;
    added.push(slid(second, other, to, added.at(-1)?.to ?? 0));
    other = to;
  }
  return added;
}

/**
 * `minute > 1 and d.` is as truly what was added in front of `d.day` as `d.minute > 1 and`, which was meant: the range is
 * moved to the left as far as needed and possible.
 */
function slid(text: LexedText, from: number, to: number, border: number): { from: number; to: number } {
  for (let by = 0; ; by++) {
    const first = text.tokens[from - by]?.word;
    if (first === 'and' || first === 'where' || text.tokens[to - by - 1]?.word === 'and')
      return { from: from - by, to: to - by };
    if (from - by <= border || !isSameToken(text, from - by - 1, text, to - by - 1)) return { from, to };
  }
}

function endOfAddition(first: LexedText, at: number, second: LexedText, from: number): number | undefined {
  let depth = 0;
  for (let to = from; to <= second.tokens.length && to - from <= MAX_ADDED; to++) {
    if (depth === 0 && to > from && agree(first, at, second, to)) return to;
    const word = second.tokens[to]?.word;
    if (word === '(' || word === '[') depth++;
    else if ((word === ')' || word === ']') && --depth < 0) return undefined;
  }
  return undefined;
}

function agree(first: LexedText, at: number, second: LexedText, other: number): boolean {
  for (let i = 0; i < AGREEING; i++) {
    if (at + i >= first.tokens.length) return other + i >= second.tokens.length;
    if (!isSameToken(first, at + i, second, other + i)) return false;
  }
  return true;
}

function isSameToken(a: LexedText, i: number, b: LexedText, j: number): boolean {
  const one = a.tokens[i];
  const other = b.tokens[j];
  if (one === undefined || other === undefined) return one === other;
  if (one.kind !== other.kind || one.word !== other.word || one.end - one.start !== other.end - other.start)
    return false;
  if (one.word !== '') return true;
  const by = other.start - one.start;
  for (let at = one.start; at < one.end; at++) if (a.text.charCodeAt(at) !== b.text.charCodeAt(at + by)) return false;
  return true;
}

/**
 * The operands of WHERE and ON that the added tokens are, with the AND (or the WHERE) that binds each; `undefined` when they
 * are anything else besides.
 */
export function addedConditions(
  tree: SqlFile,
  tokens: readonly Token[],
  added: readonly { readonly from: number; readonly to: number }[],
): ReadonlySet<Expression> | undefined {
  const ranges: Span[] = [];
  let left = 0;
  for (const { from, to } of added) {
    ranges.push({ start: (tokens[from] as Token).start, end: (tokens[to - 1] as Token).end });
    left += to - from;
  }
  const isAdded = ({ start, end }: Span): boolean => ranges.some(one => one.start <= start && end <= one.end);
  const touches = ({ start, end }: Span): boolean => ranges.some(one => one.start < end && start < one.end);
  const conditions = new Set<Expression>();
  const open: SqlNode[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const condition = conditionOf(node);
    if (condition !== undefined && touches(condition.span)) {
      const explained = operandsAdded(condition, tokens, isAdded);
      if (explained === undefined) return undefined;
      for (const operand of explained.operands) conditions.add(operand);
      left -= explained.tokens;
    }
    // What is added as a whole is explained already.
    for (const child of childrenOf(node)) if (touches(child) && !isAdded(child)) open.push(child);
  }
  return left === 0 ? conditions : undefined;
}

interface Condition {
  readonly span: Span;
  readonly expression: Expression;
  /** The WHERE itself may be added too; a join without its ON would be another one. */
  readonly mayBeNew: boolean;
}

function conditionOf(node: SqlNode): Condition | undefined {
  if (node.kind === 'select')
    return node.where && { span: node.where, expression: node.where.condition, mayBeNew: true };
  if (node.kind === 'join') return node.on && { span: node.on, expression: node.on, mayBeNew: false };
  return undefined;
}

function operandsAdded(
  { span, expression, mayBeNew }: Condition,
  tokens: readonly Token[],
  isAdded: (span: Span) => boolean,
): { readonly operands: readonly Expression[]; readonly tokens: number } | undefined {
  const operands: Expression[] = [];
  let kept = 0;
  let ands = 0;
  let count = 0;
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = bare(next);
    if (inner.kind === 'binary' && inner.operator === 'and') {
      open.push(inner.left, inner.right);
      if (isAdded(inner.operatorSpan)) ands++;
    } else if (isAdded(next)) {
      operands.push(inner);
      count += countTokens(tokens, next);
    } else kept++;
  }
  if (kept === 0) {
    if (!mayBeNew || ands !== operands.length - 1 || !isAdded(span)) return undefined;
    return { operands, tokens: count + ands + 1 };
  }
  return ands === operands.length ? { operands, tokens: count + ands } : undefined;
}

function countTokens(tokens: readonly Token[], span: Span): number {
  return firstTokenAt(tokens, span.end) - firstTokenAt(tokens, span.start);
}

/** Every place of the templates whose text went into the one went into the other too: nothing written is left unread. */
export function holdsPlacesOf(one: Expansion, other: Expansion): boolean {
  if (holdsInOrder(one.map.segments, other.map.segments)) return true;
  const places = new Set<string>();
  for (const segment of one.map.segments) if (segment.kind === 'literal') places.add(placeOf(segment));
  return other.map.segments.every(
    segment =>
      segment.kind !== 'literal' ||
      places.has(placeOf(segment)) ||
      other.text.slice(segment.start, segment.end).trim() === '',
  );
}

/** As a rule they come in the same order, and nothing need be gathered to see that. */
function holdsInOrder(segments: readonly Segment[], others: readonly Segment[]): boolean {
  let at = 0;
  for (const other of others) {
    if (other.kind !== 'literal') continue;
    while (at < segments.length && !isSamePlace(segments[at] as Segment, other)) at++;
    if (at === segments.length) return false;
    at++;
  }
  return true;
}

function isSamePlace(one: Segment, other: Segment): boolean {
  const { source, file } = other;
  return (
    one.kind === 'literal' && one.source.start === source.start && one.source.end === source.end && one.file === file
  );
}

function placeOf({ file, source }: Segment): string {
  return `${source.start} ${source.end} ${file}`;
}
