import { overlaps, type Span } from './span.ts';

/** Replaces the text in `span` (offsets in the text before any edit) by `text`. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A rename over several files, in offsets of each as it is before: applied whole or not at all. */
export interface Renaming {
  readonly edits: readonly { readonly file: string; readonly edits: readonly TextEdit[] }[];
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  /** What is not changed and what people should know before they agree, in sentences. */
  readonly notes: readonly string[];
}

/** Edits of one file, none overlapping another; `undefined` when they overlap, so that a fix is applied whole or not at all. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | undefined {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let position = 0;
  for (const edit of sorted) {
    if (edit.span.start < position || edit.span.end < edit.span.start || edit.span.end > text.length) return undefined;
    result += text.slice(position, edit.span.start) + edit.text;
    position = edit.span.end;
  }
  return result + text.slice(position);
}

/** True when applying both would touch the same characters, or insert at the same place. */
export function editsConflict(a: readonly TextEdit[], b: readonly TextEdit[]): boolean {
  return a.some(x =>
    b.some(y => overlaps(x.span, y.span) || (x.span.start === y.span.start && x.span.end === y.span.end)),
  );
}
