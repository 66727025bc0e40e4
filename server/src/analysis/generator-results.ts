/** What is answered about generators: plain data that crosses to editors as it is. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';

export type AnswerValue = string | number | boolean | readonly string[];

export interface KindSummary {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly group: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly title: string;
    readonly required: boolean;
    /** A list, parted by commas on the command line. */
    readonly several: boolean;
    readonly default: AnswerValue | null;
    /** What the default is taken from, where the project tells it. */
    readonly proposes: string | null;
    readonly choices: readonly string[] | null;
  }[];
}

/** One question with what is known of its answer. */
export interface FormInput {
  readonly name: string;
  readonly type: 'source' | 'model' | 'column' | 'columns' | 'choice' | 'text' | 'number' | 'flag';
  readonly title: string;
  readonly required: boolean;
  readonly several: boolean;
  /** Worth a question, rather than left at its default. */
  readonly asked: boolean;
  /** Somebody has answered it. */
  readonly given: boolean;
  /** The answer, or what is proposed. */
  readonly value: AnswerValue | null;
  readonly options: readonly {
    readonly value: string;
    readonly kind?: string;
    readonly description?: string;
    readonly detail?: string;
  }[];
}

export type PlannedFiles =
  | {
      readonly files: readonly {
        readonly uri: string;
        readonly text: string;
        /** Offsets in `text` of what somebody should decide about. */
        readonly stops: readonly Span[];
      }[];
      readonly edits: readonly {
        readonly uri: string;
        readonly edits: readonly TextEdit[];
        /** The same, in the text after the edits. */
        readonly stops: readonly Span[];
      }[];
      readonly messages: readonly string[];
      /** URI of the file to show. */
      readonly open: string;
    }
  | { readonly problem: string; readonly missing?: readonly string[] };
