/** Where findings and fixes in expanded text lie in the file as written. */

import type { TextEdit } from '../base/edit.ts';
import { type Mapped, outermost, type SourceMap } from '../base/source-map.ts';
import type { Span } from '../base/span.ts';
import type { RuleFix, SqlUnit } from './rule.ts';

interface InFile {
  readonly file: string;
  readonly span: Span;
}

/** The text that the finding is about was written into the expansion. */
export function hasPlace(map: SourceMap, finding: InFile): boolean {
  return map.segments.some(
    segment =>
      segment.file === finding.file &&
      segment.source.start < finding.span.end &&
      finding.span.start < segment.source.end,
  );
}

/** How often the text that the finding begins with was written. */
export function countOf(map: SourceMap, { file, span }: InFile): number {
  return map.segments.filter(
    segment => segment.file === file && segment.source.start <= span.start && span.start < segment.source.end,
  ).length;
}

/** Where people can change what the span says; nowhere when a Jinja expression computed all of it. */
export function locate(map: SourceMap, at: Span): Mapped | undefined {
  const segments = map.segmentsIn(at.end > at.start ? at : { start: at.start, end: at.start + 1 });
  if (segments.length > 0 && segments.every(segment => segment.kind === 'expression')) return undefined;
  return map.toSource(at);
}

/**
 * The fix in offsets of the finding's file; none when an edit touches more than literal text of that file. A removal may
 * take whole `{{ … }}` with it, but no part of one and no `{% … %}`.
 */
export function mapFix(map: SourceMap, finding: Mapped, fix: RuleFix, text: string, unit: SqlUnit): readonly RuleFix[] {
  const edits: TextEdit[] = [];
  for (const edit of fix.edits) {
    const mapped =
      mapEdit(map, edit.span) ?? (edit.text === '' ? mapRemoval(map, edit.span, finding, text) : undefined);
    if (!mapped || mapped.file !== finding.file || callKey(mapped) !== callKey(finding)) return [];
    if (ENDS_STRING.test(edit.text) && mapped.file === unit.file && unit.isInString(mapped.span.start)) return [];
    edits.push({ span: mapped.span, text: edit.text });
  }
  return [{ ...fix, edits }];
}

/** What may end the string of Jinja or YAML that it is written into. */
const ENDS_STRING = /['"\\\r\n#]|: /;

function mapRemoval(map: SourceMap, at: Span, finding: Mapped, text: string): Mapped | undefined {
  const mapped = map.toSource(at);
  const segments = map.segmentsIn(at);
  const first = segments[0];
  const last = segments[segments.length - 1];
  if (finding.call || mapped.call || !first || !last || first.kind !== 'literal' || last.kind !== 'literal')
    return undefined;
  if (segments.some(segment => segment.file !== mapped.file || (segment.call && segment.kind === 'literal')))
    return undefined;
  const removed = text.slice(mapped.span.start, mapped.span.end);
  const rest = removed.replace(/\{\{[^{}]*\}\}/g, '').replace(/\{#[^#]*#\}/g, '');
  return /\{[{%#]|[}%#]\}/.test(rest) ? undefined : mapped;
}

function mapEdit(map: SourceMap, at: Span): Mapped | undefined {
  if (at.end > at.start) {
    const mapped = map.toSource(at);
    return mapped.exact ? mapped : undefined;
  }
  // An insertion belongs to the literal text that ends there, else to the one that begins there.
  const before = map.segmentAt(at.start - 1);
  const after = map.segmentAt(at.start);
  const segment = before?.kind === 'literal' ? before : after?.kind === 'literal' ? after : undefined;
  if (segment === undefined) return undefined;
  const offset = segment.source.start + (at.start - segment.start);
  const call = segment.call && outermost(segment.call);
  return { file: segment.file, span: { start: offset, end: offset }, exact: true, ...(call ? { call } : {}) };
}

function callKey(mapped: Mapped): string {
  return mapped.call ? `${mapped.call.file} ${mapped.call.span.start}` : '';
}
