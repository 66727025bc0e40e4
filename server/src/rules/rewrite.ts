/** Rewriting stretches of a file that hold Jinja: text as a person wrote it, `{{ ref('orders') }}` and all. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { ProjectView, RuleFix, SqlUnit } from './rule.ts';

/** The stretches of a unit's own file behind spans of its expanded text. */
export interface Source {
  /** `undefined` where a tag, a macro or a part of a `{{ … }}` decides what stands there. */
  textOf(at: Span): string | undefined;
  spanOf(at: Span): Span | undefined;
}

export function sourceOf(unit: SqlUnit, project: ProjectView | undefined): Source | undefined {
  const text = project?.textOf(unit.file);
  if (text === undefined) return undefined;
  const spanOf = (at: Span): Span | undefined => {
    const segments = unit.expansion.map.segmentsIn(at);
    if (segments.length === 0 || segments.some(one => one.file !== unit.file || one.call !== undefined))
      return undefined;
    const { file, span } = unit.expansion.map.toSource(at);
    if (file !== unit.file) return undefined;
    const [first, last] = [segments[0], segments[segments.length - 1]];
    // A `{{ … }}` is taken whole, or not at all.
    const open =
      first?.kind === 'literal' ? '' : first?.start === at.start && /\{\{-?\s*$/.exec(text.slice(0, span.start))?.[0];
    const close = last?.kind === 'literal' ? '' : last?.end === at.end && /^\s*-?\}\}/.exec(text.slice(span.end))?.[0];
    if (typeof open !== 'string' || typeof close !== 'string') return undefined;
    const whole = { start: span.start - open.length, end: span.end + close.length };
    return /\{%|%\}/.test(text.slice(whole.start, whole.end)) ? undefined : whole;
  };
  return {
    spanOf,
    textOf: at => {
      const span = spanOf(at);
      return span && text.slice(span.start, span.end);
    },
  };
}

/** A fix whose edits lie in the file as written. */
export function rewriteFix(unit: SqlUnit, title: string, edits: readonly TextEdit[]): RuleFix {
  return { title, safe: false, edits: [], elsewhere: () => ({ edits: [{ file: unit.file, edits }] }) };
}
