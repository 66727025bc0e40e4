/** Messages beyond LSP, between our server and our VS Code extension. Both sides import this file. */

import type { AnswerValue, FormInput } from '../analysis/generator-results.ts';
import type { ProjectStatus } from '../analysis/results.ts';

export const STATUS = 'grainline/status';
export const GENERATOR_KINDS = 'grainline/generator/kinds';
export const GENERATOR_FORM = 'grainline/generator/form';
export const GENERATOR_CHECK = 'grainline/generator/check';
export const GENERATOR_PLAN = 'grainline/generator/plan';
export const GENERATOR_PRESET = 'grainline/generator/preset';
/** Client to server: the person trusts the workspace now. */
export const TRUST = 'grainline/trust';
export const FIX_ALL = 'grainline/fixAll';
/** Command of the client: opens the page of a rule. */
export const OPEN_RULE = 'grainline.openRule';
/** Command of the client: makes what a `NewRequest` asks for, or asks what. */
export const NEW = 'grainline.new';

/** Server to client, whenever one of these changes. */
export interface Status {
  readonly state: 'indexing' | 'ready';
  /** Files read so far, and files found so far. */
  readonly files: number;
  readonly total: number;
  readonly projects: readonly ProjectStatus[];
  /** Of the files that are checked: the open ones, or all, as the setting says. */
  readonly findings: { readonly errors: number; readonly warnings: number; readonly infos: number };
}

/** `initializationOptions`, all optional: what our extension tells the server at the start. */
export interface InitializationOptions {
  readonly settings?: Settings;
  /** `push`: the client wants findings sent to it, though it could ask for them. */
  readonly diagnostics?: 'push';
  /** False while the person has not said that the folder's authors are trusted; then git is not asked. */
  readonly isTrusted?: boolean;
}

/** The section `grainline` of the editor's settings. */
export interface Settings {
  readonly diagnostics?: { readonly scope?: 'openFiles' | 'workspace' };
  /** `base`: branch or commit that contracts are compared with; the default branch when it is empty. */
  readonly contracts?: { readonly base?: string };
}

export interface FixAllParams {
  readonly uri: string;
}

/** Answer to `GENERATOR_KINDS`: what can be made, and the projects it can be made in. */
export interface GeneratorKinds {
  readonly kinds: readonly {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly group: string;
    /** It makes sense where no dbt project is. */
    readonly worksAnywhere: boolean;
    /** It makes a model, whose name it asks for. */
    readonly makesModel: boolean;
  }[];
  readonly projects: readonly { readonly root: string; readonly name: string }[];
}

/** What `GENERATOR_FORM` and `GENERATOR_PLAN` ask with; `GENERATOR_CHECK` adds the answer to look at. */
export interface GeneratorParams {
  /** URI of the project's folder. */
  readonly project: string;
  readonly kind: string;
  /** By the name of the input, as far as they were given. */
  readonly answers: { readonly [input: string]: AnswerValue };
}

export interface GeneratorCheckParams extends GeneratorParams {
  readonly name: string;
  readonly value: AnswerValue;
}

/** Argument of the command `NEW`, from a code action. */
export interface NewRequest {
  readonly project: string;
  /** Absent: the person chooses among the kinds that make a model. */
  readonly kind?: string;
  readonly answers: GeneratorParams['answers'];
}

/** What `GENERATOR_PRESET` asks with: which answers does a file or folder give? */
export interface GeneratorPresetParams {
  readonly kind: string;
  readonly uri: string;
  /** Where the cursor is, in a file that is open. */
  readonly position?: LspPosition;
}

export type GeneratorPreset = Pick<GeneratorParams, 'project' | 'answers'> | { readonly problem: string };

/** The questions that play a part with the answers so far, each with its value and options. */
export type GeneratorForm = { readonly inputs: readonly FormInput[] } | { readonly problem: string };

/** Files and additions, which the client shows before it writes them, or why there are none. */
export type GeneratorPlan =
  | {
      readonly files: readonly { readonly uri: string; readonly text: string; readonly stops: readonly Stop[] }[];
      readonly edits: readonly {
        readonly uri: string;
        readonly edits: readonly LspTextEdit[];
        readonly stops: readonly Stop[];
      }[];
      readonly messages: readonly string[];
      readonly open: string;
    }
  | { readonly problem: string };

/** A text that somebody should decide about, where it stands once all is written. */
export interface Stop {
  readonly range: LspRange;
  readonly text: string;
}

interface LspTextEdit {
  readonly range: LspRange;
  readonly newText: string;
}

interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

interface LspPosition {
  readonly line: number;
  readonly character: number;
}
