/** Messages beyond LSP, between our server and our VS Code extension. Both sides import this file. */

import type { AnswerValue, FormInput, PlannedFiles } from '../analysis/generator-results.ts';
import type { ProjectStatus } from '../analysis/results.ts';

export const STATUS = 'grainline/status';
export const GENERATOR_KINDS = 'grainline/generator/kinds';
export const GENERATOR_FORM = 'grainline/generator/form';
export const GENERATOR_CHECK = 'grainline/generator/check';
export const GENERATOR_PLAN = 'grainline/generator/plan';
/** Client to server: the person trusts the workspace now. */
export const TRUST = 'grainline/trust';
export const FIX_ALL = 'grainline/fixAll';
/** Command of the client: opens the page of a rule. */
export const OPEN_RULE = 'grainline.openRule';

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

/** The questions that play a part with the answers so far, each with its value and options. */
export type GeneratorForm = { readonly inputs: readonly FormInput[] } | { readonly problem: string };

/** Files and additions, which the client shows before it writes them, or why there are none. */
export type GeneratorPlan =
  | {
      readonly files: Extract<PlannedFiles, { readonly files: unknown }>['files'];
      readonly edits: readonly { readonly uri: string; readonly edits: readonly LspTextEdit[] }[];
      readonly messages: readonly string[];
      readonly open: string;
    }
  | { readonly problem: string };

interface LspTextEdit {
  readonly range: { readonly start: LspPosition; readonly end: LspPosition };
  readonly newText: string;
}

interface LspPosition {
  readonly line: number;
  readonly character: number;
}
