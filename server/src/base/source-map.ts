import type { Span } from './span.ts';

/**
 * One character of expanded text that stands for something that cannot be computed offline: a query result, an unknown
 * macro, an environment value. It fits wherever SQL may stand, and whatever depends on it is unknown.
 * (A private-use code point, so no SQL text holds it; one that does is treated as unknown too, which is harmless.)
 */
export const UNKNOWN = '\uE000';

/** A macro call through which text came into the expansion. */
export interface CallSite {
  /** URI of the file that holds the call. */
  readonly file: string;
  readonly span: Span;
  /** Name as called: `dbt_utils.star`, `my_macro`. */
  readonly macro: string;
  /** The call that led here, from inside a macro; absent when the call stands in the expanded file itself. */
  readonly parent?: CallSite;
}

/**
 * How a stretch of expanded text came about:
 * `literal`: copied character by character from `source`, so offsets inside map one to one;
 * `reference`: a `ref`, `source` or `this`; `source` is the call;
 * `expression`: the value of any other Jinja expression; `source` is the `{{ … }}` without the braces' white space.
 */
export type SegmentKind = 'literal' | 'reference' | 'expression';

/** A stretch `[start, end)` of expanded text with where it comes from. Segments are sorted, do not overlap and cover the text. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: SegmentKind;
  /** URI of the file whose text made this: the expanded file, or the file of a macro. */
  readonly file: string;
  readonly source: Span;
  /** The call that put a macro's text here; absent for text of the expanded file itself. */
  readonly call?: CallSite;
}

/** Where a span of expanded text lies in files as people wrote them. */
export interface Mapped {
  readonly file: string;
  readonly span: Span;
  /** True when each character maps to one character of the file: an edit of the output can be made in the source. */
  readonly exact: boolean;
  /** Set when `file` is a macro's file: the outermost call, which stands in the expanded file. */
  readonly call?: CallSite;
}

export class SourceMap {
  readonly segments: readonly Segment[];
  readonly #file: string;

  /** `file` is the URI of the expanded file; segments must be sorted and cover the expanded text. */
  constructor(file: string, segments: readonly Segment[]) {
    this.#file = file;
    this.segments = segments;
  }

  /** Index of the segment that holds the character at `offset`; -1 when there is none. */
  #find(offset: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.segments[middle] as Segment;
      if (offset < segment.start) high = middle - 1;
      else if (offset >= segment.end) low = middle + 1;
      else return middle;
    }
    return -1;
  }

  segmentAt(offset: number): Segment | undefined {
    return this.segments[this.#find(offset)];
  }

  /** Segments that share a character with the span, in order. */
  segmentsIn(range: Span): readonly Segment[] {
    const found: Segment[] = [];
    for (let i = Math.max(0, this.#find(range.start)); i < this.segments.length; i++) {
      const segment = this.segments[i] as Segment;
      if (segment.start >= range.end) break;
      if (segment.end > range.start) found.push(segment);
    }
    return found;
  }

  /**
   * Where the output span lies in the text people wrote. When all of it comes from one file at one call depth, that file
   * (a macro's too); otherwise the expanded file, with macro text standing at its outermost call.
   */
  toSource(range: Span): Mapped {
    const only = this.segmentAt(range.start);
    if (only && range.end <= only.end) return inSegment(only, range);
    const segments = this.segmentsIn(range.end > range.start ? range : { start: range.start, end: range.start + 1 });
    const first = segments[0];
    const last = segments[segments.length - 1];
    if (first === undefined || last === undefined) return this.#atEnd(range);
    const sameCall = segments.every(s => s.call === first.call && s.file === first.file);
    if (sameCall) {
      const spanStart = sourceOffset(first, range.start, 'start');
      const spanEnd = range.end > range.start ? sourceOffset(last, range.end, 'end') : spanStart;
      const exact = isContiguousLiteral(segments);
      const outer = first.call && outermost(first.call);
      // A loop can emit a later output from an earlier source; the cover of all parts is then the honest range.
      const start = exact ? spanStart : Math.min(...segments.map(s => (s === first ? spanStart : s.source.start)));
      const end = exact ? spanEnd : Math.max(...segments.map(s => (s === last ? spanEnd : s.source.end)));
      return { file: first.file, span: { start, end: Math.max(start, end) }, exact, ...(outer ? { call: outer } : {}) };
    }
    let start = Number.POSITIVE_INFINITY;
    let end = 0;
    for (const segment of segments) {
      const inFile = segment.call
        ? outermost(segment.call).span
        : {
            start: segment === first ? sourceOffset(segment, range.start, 'start') : segment.source.start,
            end: segment === last ? sourceOffset(segment, range.end, 'end') : segment.source.end,
          };
      start = Math.min(start, inFile.start);
      end = Math.max(end, inFile.end);
    }
    return { file: this.#file, span: { start, end }, exact: false };
  }

  #atEnd(range: Span): Mapped {
    const before = this.segments[this.segments.length - 1];
    if (before === undefined) return { file: this.#file, span: { start: 0, end: 0 }, exact: false };
    if (before.call) return { file: this.#file, span: outermost(before.call).span, exact: false };
    const at = before.source.end + Math.max(0, before.kind === 'literal' ? range.start - before.end : 0);
    return { file: before.file, span: { start: at, end: at }, exact: before.kind === 'literal' };
  }

  /** Offsets of the expanded text that the source offset in the expanded file became; several when it lies in a loop. */
  toOutput(sourceOffsetInFile: number): readonly number[] {
    const found: number[] = [];
    for (const segment of this.segments) {
      const at = segment.call ? outermost(segment.call).span : segment.source;
      if (segment.call === undefined && segment.file !== this.#file) continue;
      if (at.start <= sourceOffsetInFile && sourceOffsetInFile <= at.end) {
        found.push(
          segment.kind === 'literal' && !segment.call
            ? segment.start + sourceOffsetInFile - segment.source.start
            : segment.start,
        );
      }
    }
    return found;
  }
}

export function outermost(call: CallSite): CallSite {
  let current = call;
  while (current.parent) current = current.parent;
  return current;
}

/** Most spans lie in one segment. */
function inSegment(segment: Segment, range: Span): Mapped {
  const { file, kind, call } = segment;
  const start = sourceOffset(segment, range.start, 'start');
  const end = range.end > range.start ? Math.max(start, sourceOffset(segment, range.end, 'end')) : start;
  const mapped = { file, span: { start, end }, exact: kind === 'literal' };
  return call ? { ...mapped, call: outermost(call) } : mapped;
}

function sourceOffset(segment: Segment, outputOffset: number, side: 'start' | 'end'): number {
  if (segment.kind !== 'literal') return side === 'start' ? segment.source.start : segment.source.end;
  const clamped = Math.max(segment.start, Math.min(outputOffset, segment.end));
  return segment.source.start + (clamped - segment.start);
}

function isContiguousLiteral(segments: readonly Segment[]): boolean {
  return segments.every(
    (s, i) => s.kind === 'literal' && (i === 0 || (segments[i - 1] as Segment).source.end === s.source.start),
  );
}
