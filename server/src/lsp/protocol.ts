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

/** New files, as a generator makes them; the client shows them before it writes them. */
export interface GeneratedFiles {
  readonly files: readonly { readonly uri: string; readonly text: string }[];
  /** The file to open afterwards. */
  readonly open?: string;
}
