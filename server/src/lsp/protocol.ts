/** Messages beyond LSP, between our server and our VS Code extension. Both sides import this file. */

import type { ProjectStatus } from '../analysis/results.ts';

export const STATUS = 'grainline/status';
export const DIMENSION_CHOICES = 'grainline/generator/choices';
export const NEW_DIMENSION = 'grainline/generator/dimension';
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
}

/** The section `grainline` of the editor's settings. */
export interface Settings {
  readonly diagnostics?: { readonly scope?: 'openFiles' | 'workspace' };
}

export interface FixAllParams {
  readonly uri: string;
}

/** Answer to `DIMENSION_CHOICES`: what a type 2 dimension can be built from, the likeliest first. */
export interface DimensionChoices {
  readonly choices: readonly DimensionChoice[];
}

export interface DimensionChoice {
  /** URI of the project. */
  readonly project: string;
  /** Name of the project, for people with several. */
  readonly projectName: string;
  /** Id of the source, model or snapshot. */
  readonly node: string;
  readonly kind: 'model' | 'source' | 'snapshot';
  /** `crm.customers` for a source. */
  readonly label: string;
  /** The project has a model of the name the dimension would get. */
  readonly isTaken: boolean;
  /** `false`: it has one row per natural key, so there are no former versions in it. */
  readonly hasHistory: boolean | null;
  readonly naturalKey: Proposal;
  /** Without candidates: it is not asked for. */
  readonly changeTime: Proposal;
  readonly trackedColumns: Proposal;
}

export interface Proposal {
  readonly proposed: readonly string[];
  readonly candidates: readonly string[];
}

export interface NewDimensionParams {
  readonly project: string;
  readonly node: string;
  readonly naturalKey: readonly string[];
  readonly trackedColumns: readonly string[];
  readonly changeTime?: string;
}

/** New files, which the client shows before it writes them, or why there are none. */
export type GeneratedFiles =
  | {
      readonly files: readonly { readonly uri: string; readonly text: string }[];
      /** URI of the file to open afterwards. */
      readonly open: string;
    }
  | { readonly problem: string };
