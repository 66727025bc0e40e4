import type { Span } from './span.ts';

/** What a reader of text could not make sense of. Readers never throw on input: they return a value and problems. */
export interface Problem {
  readonly message: string;
  readonly span: Span;
}

/** What every parser returns: the best reading of the text, and what is wrong with it. */
export interface Parsed<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
