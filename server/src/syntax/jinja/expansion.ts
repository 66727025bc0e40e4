/** What expanding a template gives: the text, where each stretch of it comes from, and what dbt would have noticed on the way. */

import type { Problem } from '../../base/problem.ts';
import type { SourceMap } from '../../base/source-map.ts';
import type { Span } from '../../base/span.ts';

/**
 * A Jinja value as plain data, for config and vars. `undefined` stands for "cannot be computed offline" (unknown),
 * `null` for None.
 */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }
  | undefined;

/** Assumptions under which a template is expanded. */
export interface World {
  readonly incremental: boolean;
  /** Which branch a condition on an unknown takes: 0 the first, 1 the second … (the last one when there are fewer). */
  readonly branch: number;
}

/** A `ref(…)`, `source(…)` or `this`, whether or not its value reached the output. */
export interface RelationCall {
  readonly kind: 'ref' | 'source' | 'this';
  /** `ref`: package when given. */
  readonly package?: string;
  /** `source`: name of the source. */
  readonly source?: string;
  /** Name of the model or of the source's table; `undefined` when it cannot be computed. */
  readonly name: string | undefined;
  readonly version?: string;
  /** File in which the call is written: the template or a macro's file. */
  readonly file: string;
  /** The whole call, `ref('orders')`. */
  readonly span: Span;
  /** The string literal that holds the name, quotes included, when it is written as a literal in the call. */
  readonly nameSpan?: Span;
  /** The string literal that holds the source's name, quotes included. */
  readonly sourceSpan?: Span;
  /** The outermost macro call, in the template's file, when the call is written in a macro. */
  readonly outerSpan?: Span;
  /** True when dbt sees the call while parsing (execute and is_incremental() are false there). */
  readonly seenByParser: boolean;
}

/** Where the text of a relation stands in the expanded text. */
export interface RelationOutput {
  /** In the expanded text. */
  readonly span: Span;
  readonly call: RelationCall;
}

/** A value handed to `config(…)`. */
export interface ConfigEntry {
  readonly key: string;
  readonly value: PlainValue;
  readonly file: string;
  /** `key=value` in the file, key and value apart. */
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

/** A call of a macro that neither the project, a package present nor dbt itself has. */
export interface UnknownMacro {
  readonly name: string;
  readonly file: string;
  readonly span: Span;
}

/** A read of `var('x')` for which nothing gives a value. */
export interface UnknownVar {
  readonly name: string;
  readonly file: string;
  readonly span: Span;
}

/** A placeholder (`UNKNOWN`) in the output. */
export interface UnknownOutput {
  /** Offset of the placeholder character in the expanded text. */
  readonly offset: number;
  /** What could not be computed, in words for people: `the result of run_query`, `macro 'x'`. */
  readonly reason: string;
}

export interface Expansion {
  readonly world: World;
  readonly text: string;
  readonly map: SourceMap;
  readonly relations: readonly RelationOutput[];
  /** Every ref, source and this that was evaluated, in order. */
  readonly calls: readonly RelationCall[];
  readonly config: readonly ConfigEntry[];
  readonly unknowns: readonly UnknownOutput[];
  readonly unknownMacros: readonly UnknownMacro[];
  readonly unknownVars: readonly UnknownVar[];
  /** Macros entered, as `package.name`, for dependency tracking. */
  readonly macros: readonly string[];
  readonly consulted: {
    /** is_incremental() was asked. */
    readonly incremental: boolean;
    /** `this` was used. */
    readonly self: boolean;
    /** A condition on an unknown was met: the most branches any such condition had (0: none). */
    readonly branches: number;
    /** `flags`, `target`, `env_var` and the like decided something. */
    readonly target: boolean;
  };
  /** A limit was passed (steps, depth, output): the text is cut short and the model "too dynamic". */
  readonly tooDynamic?: string;
  /** Faults while evaluating, such as a call with too many arguments or raise_compiler_error; spans in the template's file. */
  readonly problems: readonly Problem[];
}

/** All expansions of a template that can differ; the first is the full refresh. At least one, at most `MAX_WORLDS`. */
export interface Worlds {
  readonly expansions: readonly [Expansion, ...Expansion[]];
}

export const MAX_WORLDS = 6;

/** A relation as macros see it. */
export interface Relation {
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly identifier: string;
  /** The text it renders to, e.g. `"db"."schema"."orders"` or just `orders`. */
  readonly rendered: string;
  /** What dbt writes begins with a quote, which `rendered` does not show: a part that nobody knows offline stands there. */
  readonly startsQuoted?: boolean;
  readonly type?: 'table' | 'view' | 'cte' | 'external';
}

export interface RelationColumn {
  readonly name: string;
  /** The warehouse's type where known. */
  readonly dataType?: string;
}

/** A macro of the project or of an installed package. */
export interface MacroDefinition {
  readonly package: string;
  readonly name: string;
  readonly file: string;
  /** The parsed `{% macro %}`; made by `parseTemplate`, opaque to everybody else. */
  readonly node: unknown;
}

/** What the evaluator asks of the world around the template. All answers are synchronous and pure. */
export interface Environment {
  /** Package the template belongs to: the project's own name, or a package's. */
  readonly package: string;
  readonly projectName: string;
  /** dbt's adapter type: `snowflake`, `duckdb` …; `ansi` when nobody says. */
  readonly adapter: string;
  /** `target` as far as known: name, schema, database, type. */
  readonly target: { readonly [key: string]: PlainValue };
  /** A macro by package ('' = search: the current package, the project, then dbt's own names) and name. */
  macro(packageName: string, name: string): MacroDefinition | undefined;
  /** True when a package of that name is installed, declared or the project itself: `dbt_utils` in `dbt_utils.star`. */
  hasPackage(name: string): boolean;
  /** Packages to search for a dispatch namespace, in order, from `dispatch:` in dbt_project.yml; the namespace alone by default. */
  dispatchOrder(namespace: string): readonly string[];
  /** Value of a var: `{ found: true, value }`, or not found. */
  variable(name: string): { readonly found: true; readonly value: PlainValue } | { readonly found: false };
  /** What a ref or source renders to. Answers for names that do not exist too. */
  relation(call: Pick<RelationCall, 'kind' | 'package' | 'source' | 'name' | 'version'>): Relation;
  /** The relation's columns when all of them are known, in order. `rendered` as given by `relation`. */
  columns(rendered: string): readonly RelationColumn[] | undefined;
  /** `model` / `graph` basics of the template: name, alias, config set in YAML and dbt_project.yml (meta, tags, materialized …). */
  readonly model: {
    readonly name: string;
    readonly alias?: string;
    readonly config: { readonly [key: string]: PlainValue };
  };
}

export interface ExpandOptions {
  readonly world: World;
  /** Statements and calls evaluated before giving up; 200,000 by default. */
  readonly maxSteps?: number;
  /** Characters of output before giving up; 4 million by default. */
  readonly maxOutput?: number;
  /** Nesting of macro calls before giving up; 100 by default. */
  readonly maxDepth?: number;
  /**
   * What the template runs (`run_query`, `{% call statement %}`, `adapter.execute`) is put in front of what it writes, a `;`
   * behind each; so is what it hands back with `return`.
   */
  readonly collectsQueries?: boolean;
}
