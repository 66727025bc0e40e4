/**
 * What is known about a dbt project, as plain and comparable data. Facts that cross files hold no offsets: an edit that
 * leaves a file's facts equal re-checks that file and no other. Where a thing stands is kept apart, in `at`.
 */

import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type { ModelMeta } from './meaning-keys.ts';

/** Yes, no, or nobody can tell. Unknown is never a finding. */
export type Certainty = 'yes' | 'no' | 'unknown';

/* --------------------------------------------------------------------- types */

export type TypeFamily =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamp' // without zone, or nobody says
  | 'timestamptz'
  | 'time'
  | 'interval'
  | 'json'
  | 'array'
  | 'map'
  | 'struct'
  | 'binary'
  | 'uuid'
  | 'geography';

/** A column's type as far as evidence goes; evidence is never the name. */
export interface ColumnType {
  readonly family: TypeFamily;
  /** What says so, for messages: `cast to date`, `data_type in models/schema.yml`, `count()`. */
  readonly because: string;
}

/* ------------------------------------------------------------------- columns */

/** A column of another node of the project, or of a CTE while a query is read. */
export interface ColumnOrigin {
  /** Id of the model, source, seed or snapshot. */
  readonly node: string;
  readonly column: string;
  /** Of a `transform`: its value can still be read from the result, as behind lower(), a cast or coalesce(). */
  readonly isReadable?: true;
}

/** One column that a model, source, seed or snapshot delivers. Holds no offsets. */
export interface OutputColumn {
  /** As the warehouse would name it: case as written, without quotes. */
  readonly name: string;
  readonly quoted: boolean;
  readonly type: ColumnType | undefined;
  /** May it hold NULL? `yes` only when something makes NULLs for certain possible (outer join side, nullif, declared). */
  readonly nullable: Certainty;
  /** Why `nullable` is `yes` or `no`, in words for people. */
  readonly nullableBecause?: string;
  /**
   * `passthrough` and `rename` carry another column's values unchanged; `star`: passthrough through a star;
   * `transform`: an expression; `aggregate`: over several rows; `unknown`: an opaque part of the query.
   */
  readonly derivation:
    | 'passthrough'
    | 'rename'
    | 'star'
    | 'transform'
    | 'aggregate'
    | 'literal'
    | 'declared'
    | 'unknown';
  /** Columns it is computed from, through CTEs and subqueries, of other nodes. */
  readonly origins: readonly ColumnOrigin[];
  /** Named here (alias or expression) rather than carried along under the upstream's name. */
  readonly definedHere: boolean;
}

export interface OutputColumns {
  /** In order. */
  readonly columns: readonly OutputColumn[];
  /** All columns are listed: no star over the unknown, no placeholder, in every world. */
  readonly isComplete: boolean;
}

/** Columns that together are unique, or certainly so by declaration. */
export interface CandidateKey {
  /** Lower-case names, sorted. */
  readonly columns: readonly string[];
  readonly because: string;
  /** `declared`: test, constraint, meta; `proved`: GROUP BY, DISTINCT, row_number() = 1. */
  readonly by: 'declared' | 'proved';
  /** Whose YAML declares it, of which of its columns, when it stands there as it is here but for names. */
  readonly declaredBy?: {
    readonly node: string;
    readonly columns: readonly string[];
    /** `meta`: said, but held by no test. */
    readonly how: 'test' | 'constraint' | 'meta';
  };
}

/** How the columns of a relation hang together in every row. Names in lower case. */
export interface ColumnDependencies {
  /** Columns with one value in all rows, and the value as far as it is known. */
  readonly constants: ReadonlyMap<string, string | undefined>;
  readonly computed: readonly ComputedColumn[];
  /** Columns that number rows from 1. */
  readonly numbered: ReadonlySet<string>;
}

/** A column made of other columns of the same row, and of nothing else: a hash, a concatenation, a cast. */
export interface ComputedColumn {
  readonly column: string;
  readonly from: readonly string[];
  /**
   * Whether it tells different values of `from` apart: `surely`; `meant` to, like a hash of parts without a separator;
   * or not.
   */
  readonly tellsApart: 'surely' | 'meant' | 'no';
}

/* --------------------------------------------------------------------- nodes */

export type NodeKind = 'model' | 'source' | 'seed' | 'snapshot' | 'analysis' | 'test';

/** Layers of a project, by folder or name. */
export type Layer = 'raw' | 'base' | 'staging' | 'intermediate' | 'mart' | 'snapshot' | 'seed' | 'utility' | 'unknown';

/** A model, source table, seed, snapshot … as the rest of the project sees it. */
export interface NodeFacts {
  /** `model.shop.orders`, `source.shop.crm.accounts`, `seed.shop.countries`, `snapshot.shop.products`. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly package: string;
  /** Name in `ref('…')`; the table's name for a source. */
  readonly name: string;
  /** `source`: name of its source. */
  readonly source?: string;
  readonly version?: string;
  /** File that makes it: SQL, CSV or Python; the YAML file for a source. */
  readonly file: string;
  /** Path below its project's folder, `/` between parts. */
  readonly path: string;
  readonly layer: Layer;
  readonly isEnabled: Certainty;
  readonly materialized: string | undefined;
  /** Resolved configuration: dbt_project.yml, then YAML, then config(). Unknown values are `undefined`. */
  readonly config: { readonly [key: string]: PlainValue };
  /** Declared under `meta.grainline` or `config.meta.grainline`. */
  readonly declared: GrainlineMeta;
  /** Its entry in YAML, without places. */
  readonly properties: PropertyFacts | undefined;
  /** Ids of what it reads, sorted, each once. */
  readonly reads: readonly string[];
  /** What it is called in the warehouse, as far as that is written down. */
  readonly relation: {
    readonly database: string | undefined;
    readonly schema: string | undefined;
    readonly identifier: string;
  };
}

/** `meta.grainline` of a model, as far as it fits its form. */
export type GrainlineMeta = ModelMeta;

/* ---------------------------------------------------------------- properties */

/** A test on a column or model, in any of dbt's spellings. */
export interface TestFacts {
  /** `unique`, `not_null`, `dbt_utils.unique_combination_of_columns`. */
  readonly name: string;
  /** Arguments, those under `arguments:` too; `where`, `severity`, `enabled` … stand in `config`. */
  readonly arguments: { readonly [key: string]: PlainValue };
  readonly config: { readonly [key: string]: PlainValue };
}

export interface ConstraintFacts {
  /** `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`. */
  readonly type: string;
  readonly columns: readonly string[];
  readonly expression?: string;
}

export interface ColumnPropertyFacts {
  readonly name: string;
  readonly description: string | undefined;
  readonly dataType: string | undefined;
  readonly tests: readonly TestFacts[];
  readonly constraints: readonly ConstraintFacts[];
  readonly meta: { readonly [key: string]: PlainValue };
  /** `tags` of the column or of its `config`. */
  readonly tags?: readonly string[];
  readonly quote: boolean;
  /** `entity` and `dimension` of dbt's semantic layer, as written. */
  readonly semantic?: { readonly [key: string]: PlainValue };
}

/** A model, seed, snapshot or source table as a YAML file describes it. */
export interface PropertyFacts {
  readonly kind: 'model' | 'seed' | 'snapshot' | 'source' | 'analysis';
  readonly name: string;
  /** `source`: name of its source. */
  readonly source?: string;
  readonly description: string | undefined;
  readonly config: { readonly [key: string]: PlainValue };
  readonly meta: { readonly [key: string]: PlainValue };
  readonly columns: readonly ColumnPropertyFacts[];
  readonly tests: readonly TestFacts[];
  readonly constraints: readonly ConstraintFacts[];
  readonly access: string | undefined;
  readonly contractEnforced: boolean;
  /** `versions:` as written. */
  readonly versions: readonly PlainValue[];
  readonly latestVersion: string | undefined;
  /** YAML-only snapshots (`relation:`) and sources (`identifier`, `schema`, `database`, `loaded_at_field` …) as written. */
  readonly other: { readonly [key: string]: PlainValue };
}

/* ------------------------------------------------------- properties in a file */

/** A YAML entry in its file: the facts, and where they stand. Offsets in that file. */
export interface Placed<T> {
  readonly facts: T;
  readonly at: Span;
  readonly nameAt: Span;
}

export interface PlacedTest extends Placed<TestFacts> {
  /** Key it stands under: `tests` or `data_tests`. */
  readonly key: string;
  /** Places of arguments and config values by key. */
  readonly argumentsAt: { readonly [key: string]: Span };
}

export interface PlacedColumn extends Placed<ColumnPropertyFacts> {
  readonly tests: readonly PlacedTest[];
  readonly dataTypeAt?: Span;
  readonly descriptionAt?: Span;
  /** Keys with the place of each value. */
  readonly keysAt: { readonly [key: string]: Span };
}

export interface PlacedProperties extends Placed<PropertyFacts> {
  readonly columns: readonly PlacedColumn[];
  readonly tests: readonly PlacedTest[];
  /** Place of each `config` value by key; `meta.grainline` as `meta.grainline.<key>`. */
  readonly configAt: { readonly [key: string]: { readonly key: Span; readonly value: Span } };
  /** Keys of the entry itself with the place of each value. */
  readonly keysAt: { readonly [key: string]: Span };
}

export interface MacroProperties {
  readonly name: string;
  readonly nameAt: Span;
  readonly description: string | undefined;
  readonly arguments: readonly { readonly name: string; readonly type?: string; readonly description?: string }[];
}

export interface Exposure {
  readonly name: string;
  readonly nameAt: Span;
  readonly type: string | undefined;
  /** `ref('x')` and `source('a', 'b')` as written, with the place of each text. */
  readonly dependsOn: readonly { readonly text: string; readonly at: Span }[];
}

export interface UnitTest {
  readonly name: string;
  readonly nameAt: Span;
  readonly model: string | undefined;
  readonly modelAt?: Span;
}

export interface SourceFacts {
  readonly name: string;
  readonly nameAt: Span;
  readonly at: Span;
  readonly other: { readonly [key: string]: PlainValue };
  readonly tables: readonly PlacedProperties[];
}

/** All that a dbt properties file (`schema.yml` or by any name) says. */
export interface PropertiesFile {
  readonly version: PlainValue;
  readonly models: readonly PlacedProperties[];
  readonly seeds: readonly PlacedProperties[];
  readonly snapshots: readonly PlacedProperties[];
  readonly analyses: readonly PlacedProperties[];
  readonly sources: readonly SourceFacts[];
  readonly macros: readonly MacroProperties[];
  readonly exposures: readonly Exposure[];
  readonly unitTests: readonly UnitTest[];
  /** semantic_models, metrics, saved_queries, groups … as plain values by key. */
  readonly other: { readonly [key: string]: PlainValue };
  readonly problems: readonly Problem[];
}

/* ----------------------------------------------------------------- dbt_project */

/** A `dbt_project.yml`: the project's own, or an installed package's. */
export interface DbtProject {
  /** URI of its folder, without a trailing slash. */
  readonly root: string;
  /** URI of the dbt_project.yml. */
  readonly file: string;
  readonly name: string;
  readonly profile: string | undefined;
  readonly modelPaths: readonly string[];
  readonly macroPaths: readonly string[];
  readonly seedPaths: readonly string[];
  readonly snapshotPaths: readonly string[];
  readonly testPaths: readonly string[];
  readonly analysisPaths: readonly string[];
  readonly packagesPath: string;
  readonly targetPath: string;
  readonly requireDbtVersion: string | undefined;
  readonly vars: { readonly [key: string]: PlainValue };
  readonly dispatch: readonly { readonly namespace: string; readonly searchOrder: readonly string[] }[];
  readonly quoting: { readonly [key: string]: PlainValue };
  /** The trees below `models:`, `seeds:`, `snapshots:`, `sources:`, keys as written (`+materialized`, folder names). */
  readonly configs: { readonly [kind: string]: PlainValue };
  readonly problems: readonly Problem[];
}

/** What a dialect-aware piece needs to know. */
export interface DialectFacts {
  readonly dialect: Dialect;
  /** dbt's adapter type: `snowflake`, `postgres`, `ansi` … */
  readonly adapter: string;
}
