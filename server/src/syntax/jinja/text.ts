/** Text that remembers where it was written, and the builder of such text. */

import { type CallSite, type Segment, type SegmentKind, UNKNOWN } from '../../base/source-map.ts';
import type { RelationCall, RelationOutput, UnknownOutput } from './expansion.ts';

/** A segment while it is being built; offsets are relative to the text that holds it. */
export interface Mark {
  readonly start: number;
  end: number;
  /** `pending`: computed text that no `{{ … }}` has written yet; the one that does gives it its place. */
  readonly kind: SegmentKind | 'pending';
  readonly file: string;
  readonly from: number;
  to: number;
  readonly call: CallSite | undefined;
}

interface RelationMark {
  readonly start: number;
  readonly end: number;
  readonly call: RelationCall;
}

/** A string with its positions; never changed once made. */
export class Text {
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly relations: readonly RelationMark[];
  readonly unknowns: readonly UnknownOutput[];

  constructor(
    text: string,
    marks: readonly Mark[],
    relations: readonly RelationMark[],
    unknowns: readonly UnknownOutput[],
  ) {
    this.text = text;
    this.marks = marks;
    this.relations = relations;
    this.unknowns = unknowns;
  }

  /** The characters `[start, end)` with their positions. */
  slice(start: number, end: number): Text {
    if (start <= 0 && end >= this.text.length) return this;
    const marks: Mark[] = [];
    for (const mark of this.marks) {
      if (mark.end <= start || mark.start >= end) continue;
      const cutStart = Math.max(mark.start, start);
      const cutEnd = Math.min(mark.end, end);
      const literal = mark.kind === 'literal';
      const from = literal ? mark.from + cutStart - mark.start : mark.from;
      const to = literal ? mark.to - (mark.end - cutEnd) : mark.to;
      const { kind, file, call } = mark;
      marks.push({ start: cutStart - start, end: cutEnd - start, kind, file, from, to, call });
    }
    const relations = this.relations
      .filter(r => r.start >= start && r.end <= end)
      .map(r => ({ ...r, start: r.start - start, end: r.end - start }));
    const unknowns = this.unknowns
      .filter(u => u.offset >= start && u.offset < end)
      .map(u => ({ ...u, offset: u.offset - start }));
    return new Text(this.text.slice(start, end), marks, relations, unknowns);
  }
}

/** Where text that has no positions of its own is said to come from. */
export interface Origin {
  readonly kind: SegmentKind | 'pending';
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly call: CallSite | undefined;
}

/** Text being written. */
export class TextBuilder {
  text = '';
  readonly marks: Mark[] = [];
  readonly relations: RelationMark[] = [];
  readonly unknowns: UnknownOutput[] = [];

  /** Literal text of a file, `[from, to)` there. */
  addLiteral(text: string, file: string, from: number, to: number, call: CallSite | undefined): void {
    const start = this.text.length;
    this.text += text;
    const last = this.marks[this.marks.length - 1];
    if (
      last &&
      last.kind === 'literal' &&
      last.to === from &&
      last.call === call &&
      last.file === file &&
      last.end === start
    ) {
      last.end = start + text.length;
      last.to = to;
    } else {
      this.marks.push({ start, end: start + text.length, kind: 'literal', file, from, to, call });
    }
    if (text.includes(UNKNOWN)) this.#addUnknowns(text, start, 'a character that stands for nothing');
  }

  /** A computed string; `reason` says what its unknown characters stand for. */
  addString(text: string, origin: Origin, reason: string): void {
    if (text.length === 0) return;
    const start = this.text.length;
    this.text += text;
    const last = this.marks[this.marks.length - 1];
    const joins =
      last !== undefined &&
      last.kind === origin.kind &&
      origin.kind !== 'literal' &&
      origin.kind !== 'reference' &&
      last.from === origin.start &&
      last.to === origin.end &&
      last.call === origin.call &&
      last.file === origin.file;
    if (joins) last.end = start + text.length;
    else {
      const { kind, file, call } = origin;
      this.marks.push({ start, end: start + text.length, kind, file, from: origin.start, to: origin.end, call });
    }
    if (text.includes(UNKNOWN)) this.#addUnknowns(text, start, reason);
  }

  addUnknown(reason: string, origin: Origin): void {
    this.addString(UNKNOWN, origin, reason);
  }

  addRelation(rendered: string, origin: Origin, call: RelationCall | undefined, reason: string): void {
    const start = this.text.length;
    this.addString(rendered, origin, reason);
    if (call && rendered.length > 0) this.relations.push({ start, end: this.text.length, call });
  }

  /** Text with its positions; `writer` is the `{{ … }}` that writes it, when one does. */
  addText(text: Text, writer?: Origin): void {
    const shift = this.text.length;
    this.text += text.text;
    for (const mark of text.marks) {
      const start = mark.start + shift;
      const end = mark.end + shift;
      if (mark.kind === 'pending' && writer) {
        const { kind, file, call } = writer;
        this.marks.push({ start, end, kind, file, from: writer.start, to: writer.end, call });
        continue;
      }
      const { kind, file, from, to, call } = mark;
      const last = this.marks[this.marks.length - 1];
      if (
        last &&
        kind === 'literal' &&
        last.kind === 'literal' &&
        last.to === from &&
        last.call === call &&
        last.file === file &&
        last.end === start
      ) {
        last.end = end;
        last.to = to;
      } else {
        this.marks.push({ start, end, kind, file, from, to, call });
      }
    }
    for (const relation of text.relations) {
      this.relations.push({ start: relation.start + shift, end: relation.end + shift, call: relation.call });
    }
    for (const unknown of text.unknowns) this.unknowns.push({ offset: unknown.offset + shift, reason: unknown.reason });
  }

  #addUnknowns(text: string, shift: number, reason: string): void {
    for (let at = text.indexOf(UNKNOWN); at >= 0; at = text.indexOf(UNKNOWN, at + 1)) {
      this.unknowns.push({ offset: at + shift, reason });
    }
  }

  /** What was written, as a value; plain when there is nothing to remember. */
  toValue(): string | Text {
    return this.text.length === 0 ? '' : new Text(this.text, this.marks, this.relations, this.unknowns);
  }

  toSegments(): Segment[] {
    return this.marks.map(({ start, end, kind: marked, file, from, to, call }): Segment => {
      const kind = marked === 'pending' ? 'expression' : marked;
      const source = { start: from, end: to };
      return call ? { start, end, kind, file, source, call } : { start, end, kind, file, source };
    });
  }

  toRelations(): RelationOutput[] {
    return this.relations.map(({ start, end, call }) => ({ span: { start, end }, call }));
  }
}
