/** What the core answers: plain data, offsets in files as people wrote them. Editors and the command line turn it into their own forms. */

import type { TextEdit } from '../base/edit.ts';
import type { Span } from '../base/span.ts';
import type { BaseFiles } from '../project/base.ts';
import type { NodeKind } from '../project/facts.ts';
import type { Direction, LineageGraph } from '../project/lineage.ts';

export type Severity = 'error' | 'warning' | 'info';

export interface FileChange {
  /** Normalised URI. */
  readonly uri: string;
  /** New text; `undefined` when the file is gone. */
  readonly text: string | undefined;
}

/** A place in a file that explains a finding. */
export interface RelatedPlace {
  readonly file: string;
  readonly span: Span;
  readonly message: string;
}

/** Edits of several files that belong together: applied whole or not at all. */
export interface WorkspaceEdit {
  readonly edits: readonly { readonly file: string; readonly edits: readonly TextEdit[] }[];
  readonly renames?: readonly { readonly from: string; readonly to: string }[];
  readonly creates?: readonly { readonly file: string; readonly text: string }[];
  /** It reaches further than the file it began in: editors that can show it before they do it. */
  readonly review?: {
    /** What it does, in a few words. */
    readonly label: string;
    /** What it leaves alone and people should know. */
    readonly notes: readonly string[];
  };
}

export interface Fix {
  /** What it does, in the imperative: `Write IS NULL`. */
  readonly title: string;
  /** Safe fixes change no result and are part of fix-all; the others are offered one by one. */
  readonly safe: boolean;
  readonly edit: WorkspaceEdit;
}

export interface Finding {
  readonly file: string;
  readonly span: Span;
  /** Id of the rule: `select-star`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, why it matters, what to do. */
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  /** `unnecessary` text is shown faded, `deprecated` struck through. */
  readonly tag?: 'unnecessary' | 'deprecated';
  readonly fixes: readonly Fix[];
}

/** Something that can be typed at a place. */
export interface Completion {
  readonly kind: 'key' | 'value' | 'column';
  readonly label: string;
  /** In place of `span`. */
  readonly text: string;
  /** What is typed of it so far. */
  readonly span: Span;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  readonly isDeprecated?: true;
  /** Lower ones come first. */
  readonly order: number;
}

export interface Hover {
  /** The text it speaks of. */
  readonly span: Span;
  /** Markdown. */
  readonly markdown: string;
}

export interface ProjectStatus {
  /** URI of the project's folder. */
  readonly root: string;
  readonly name: string;
  readonly models: number;
  readonly sources: number;
  readonly macros: number;
}

/** One model as `stats` and `render` see it. */
export interface RenderedModel {
  readonly id: string;
  readonly file: string;
  /** Path below the project. */
  readonly path: string;
  /** Expanded SQL with relations as dbt names them. */
  readonly text: string;
  readonly unknowns: readonly string[];
}

/** A node of a lineage. */
export interface LineageNode {
  readonly id: string;
  /** `orders`; `crm.accounts` of a source. */
  readonly name: string;
  readonly kind: NodeKind;
  /** URI. */
  readonly file: string;
  readonly path: string;
  /** Names of exposures that read it. */
  readonly exposures: readonly string[];
}

export interface Lineage extends LineageGraph {
  /** Of all places, each once. */
  readonly nodes: readonly LineageNode[];
}

export interface LineageAnswer {
  /** Absent when nothing has that name. */
  readonly lineage?: Lineage;
  /** The node that was found, where it is the column that was not. */
  readonly node?: string;
  /** What may have been meant. */
  readonly suggestions: readonly string[];
}

/** Counts and times behind `grainline stats`. */
export interface Statistics {
  readonly models: number;
  readonly lines: number;
  readonly bytes: number;
  readonly modelsParsedClean: number;
  readonly modelsWithUnknowns: number;
  readonly unknownMacros: { readonly [name: string]: number };
}

/**
 * The one API for editors and the command line: synchronous, free of IO, never throws on input.
 * Implemented by `Workspace`.
 */
export interface Analysis {
  /** Sets or removes files. Files stay known until removed; unknown kinds are ignored. */
  apply(changes: readonly FileChange[]): void;
  /** How the files were on the branch that the change will be merged into; `undefined` when that is not known. */
  setBase(base: BaseFiles | undefined): void;
  /** Something may be promised to others, so that knowing how it was is worth the while. */
  mayPromise(): boolean;
  /** URIs of all files that can have findings (models, YAML, macros …), sorted. */
  files(): readonly string[];
  /** The same files in the order in which checking all of them is cheapest: parents before their readers. */
  checkOrder(): readonly string[];
  /** Expands a file. Asked for of all files first, it keeps what needs all of them (who reads whom?) from taking long at once. */
  expand(uri: string): void;
  /**
   * The part of a file's check that the project's habits do not change. Asked for of all files before their findings, it
   * saves reading every file twice.
   */
  prepare(uri: string): void;
  /** From now on people are held to their project's habits. True when they were not before: findings may be stale. */
  learnHabits(): boolean;
  /** Findings of one file, sorted by place. Reuses all that did not change. */
  findings(uri: string): readonly Finding[];
  /** Files among `candidates` whose findings may differ from when they were last asked for. */
  stale(candidates: readonly string[]): readonly string[];
  hover(uri: string, offset: number): Hover | undefined;
  /** In the order in which they are offered. */
  complete(uri: string, offset: number): readonly Completion[];
  /** The name at the place that can be renamed; why it cannot be; or nothing where none stands. */
  prepareRename(
    uri: string,
    offset: number,
  ): { readonly span: Span; readonly name: string } | { readonly problem: string } | undefined;
  /** Renames what stands at the place, everywhere, or says why not. */
  rename(
    uri: string,
    offset: number,
    name: string,
  ): { readonly edit: WorkspaceEdit } | { readonly problem: string } | undefined;
  /**
   * Where a node or column comes from and who reads it. `name`: `orders`, `orders.amount`, `crm.accounts`, an id, a path or
   * the URI of a file; all nodes of the first project without one.
   */
  lineage(name: string | undefined, direction: Direction): LineageAnswer;
  projects(): readonly ProjectStatus[];
  render(options: { readonly incremental: boolean; readonly models?: readonly string[] }): readonly RenderedModel[];
  statistics(): Statistics;
  /** Text of a file as last applied. */
  textOf(uri: string): string | undefined;
}
