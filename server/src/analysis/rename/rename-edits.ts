/** The edits of one rename, gathered over many files: each place once, and nothing at all when something stands in the way. */

import type { Renaming, TextEdit } from '../../base/edit.ts';
import type { Span } from '../../base/span.ts';

/** What a rename does, or why it cannot be done. */
export type Renamed = { readonly renaming: Renaming } | { readonly problem: string };

/** Thrown while edits are gathered, caught where the rename began: nothing half-done leaves. */
export class RenameProblem extends Error {}

export class RenameEdits {
  readonly #edits = new Map<string, Map<string, TextEdit>>();
  readonly #renames: { readonly from: string; readonly to: string }[] = [];
  readonly #notes = new Set<string>();

  /** Adding an edit again changes nothing. */
  replace(file: string, { start, end }: Span, text: string): void {
    const known = this.#edits.get(file) ?? new Map<string, TextEdit>();
    this.#edits.set(file, known);
    const key = `${start} ${end}`;
    const before = known.get(key);
    if (before && before.text !== text) throw new RenameProblem('two edits of one place disagree');
    known.set(key, { span: { start, end }, text });
  }

  move(from: string, to: string): void {
    this.#renames.push({ from, to });
  }

  /** Something that is not changed and that people should know of. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /** An edit covers the span. */
  covers(file: string, { start, end }: Span): boolean {
    return [...(this.#edits.get(file)?.values() ?? [])].some(({ span }) => span.start <= start && span.end >= end);
  }

  /** An edit lies in the span. */
  touches(file: string, { start, end }: Span): boolean {
    return [...(this.#edits.get(file)?.values() ?? [])].some(({ span }) => span.start >= start && span.end <= end);
  }

  get isEmpty(): boolean {
    return this.#edits.size === 0 && this.#renames.length === 0;
  }

  finish(): Renaming {
    return {
      edits: [...this.#edits].map(([file, list]) => ({
        file,
        edits: [...list.values()].sort((a, b) => a.span.start - b.span.start),
      })),
      renames: this.#renames,
      notes: [...this.#notes],
    };
  }
}

/** Runs what gathers edits; a `RenameProblem` on the way is the answer. */
export function gather(work: (edits: RenameEdits) => void): Renamed {
  const edits = new RenameEdits();
  try {
    work(edits);
  } catch (error) {
    if (error instanceof RenameProblem) return { problem: error.message };
    throw error;
  }
  return { renaming: edits.finish() };
}
