/** What every generator is told about the project: plain data, and look-ups of plain data. */

import type { Conventions } from '../project/conventions.ts';
import type { Layer, TypeFamily } from '../project/facts.ts';
import type { NodeMeaning } from '../project/meaning.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';

/** The project as a generator sees it. */
export interface GeneratorContext {
  readonly projectName: string;
  readonly dialect: Dialect;
  /** How the project names models and columns; a slot that is absent shows no habit. */
  readonly conventions: Conventions;
  /** Prefix of dimensions: `dim_`; empty where the project has none. */
  readonly dimensionPrefix: string;
  /** What the project calls the columns of a version. */
  readonly validity: { readonly from: string; readonly to: string; readonly current: string };
  /** Suffix of surrogate keys: `_key`, `_sk`. */
  readonly surrogateKeySuffix: string;
  readonly sql: SqlStyle;
  readonly yaml: YamlStyle;
  /** Installed packages by name: `dbt_utils`. */
  readonly packages: readonly string[];
  /** Paths of the project's files below the project; none of them is ever overwritten. */
  readonly files: readonly string[];
  /** Names that models, seeds and snapshots have already. */
  readonly names: readonly string[];
  /** Folder below the project where things of this sort are. */
  folder(place: Place): string;
  /** Models, sources, seeds and snapshots of the project, by label. */
  readonly relations: readonly RelationName[];
  /** By label (`crm.customers`, `stg_crm__customers`), in any case. */
  relation(label: string): Relation | undefined;
  /** Text of a file below the project. */
  text(path: string): string | undefined;
  /** How dbt_project.yml materialises models of a folder, where known. */
  materialized(folder: string): string | undefined;
}

/** What a file is, to find its folder. */
export type Place =
  | { readonly layer: 'staging'; readonly source?: string }
  | { readonly layer: 'mart'; readonly kind?: 'fact' | 'dimension' | 'bridge' | 'hub' | 'link' | 'satellite' | 'mart' }
  | { readonly layer: Exclude<Layer, 'staging' | 'mart'> }
  | { readonly layer: 'test' };

export type RelationKind = 'model' | 'source' | 'snapshot' | 'seed';

export interface RelationName {
  readonly kind: RelationKind;
  /** `crm.customers` for a table of a source, else the name. */
  readonly label: string;
  readonly layer: Layer;
}

/** A model, source table, seed or snapshot with all that is known of it. */
export interface Relation {
  readonly kind: RelationKind;
  readonly name: string;
  /** `source`: name of its source. */
  readonly source?: string;
  readonly label: string;
  readonly layer: Layer;
  /** Its kind, grain, keys and history, as far as somebody says. */
  readonly meaning: NodeMeaning;
  readonly materialized: string | undefined;
  readonly description: string | undefined;
  /** In order. */
  readonly columns: readonly RelationColumn[];
  /** All columns are listed. */
  readonly isComplete: boolean;
  /** Sets of columns that are unique together, in lower case. */
  readonly keys: readonly (readonly string[])[];
  /** Labels of what it reads. */
  readonly reads: readonly string[];
  /** How many models of the project read it. */
  readonly readers: number;
  /** File that makes it, below the project. */
  readonly path: string;
  /** Its entry in YAML. */
  readonly entryPath: string | undefined;
  readonly config: { readonly [key: string]: PlainValue };
  /** `source`: the column that says when a row was loaded. */
  readonly loadedAt?: string;
}

export interface RelationColumn {
  readonly name: string;
  readonly type?: TypeFamily | undefined;
  /** `data_type` as declared. */
  readonly dataType?: string | undefined;
  readonly description?: string | undefined;
  /** NULL for certain possible, or for certain not. */
  readonly nullable?: 'yes' | 'no' | 'unknown';
  /** Names of its tests: `unique`. */
  readonly tests?: readonly string[];
  /** What a relationships test says it refers to. */
  readonly refersTo?: { readonly label: string; readonly column: string } | undefined;
  /** Values a test accepts. */
  readonly values?: readonly string[] | undefined;
  readonly meta?: { readonly [key: string]: PlainValue };
}

export interface SqlStyle {
  readonly keywordCase: 'lower' | 'upper';
  /** At the end of a line or at the beginning of the next. */
  readonly commas: 'trailing' | 'leading';
  /** Blanks a level. */
  readonly indent: number;
  /** CTEs that only read a relation stand first; or relations are read where they are needed. */
  readonly imports: boolean;
  /** Blank lines between a CTE's parentheses and its query. */
  readonly airy: boolean;
}

export const DEFAULT_SQL_STYLE: SqlStyle = {
  keywordCase: 'lower',
  commas: 'trailing',
  indent: 4,
  imports: true,
  airy: true,
};

export interface YamlStyle {
  /** `tests` until dbt 1.7. */
  readonly testsKey: 'data_tests' | 'tests';
  /** Arguments of tests stand below `arguments:` (dbt 1.10.5 and newer, with its flag). */
  readonly nestedArguments: boolean;
  /** The project's files begin with `version: 2`. */
  readonly versionHeader: boolean;
  /** A file for each model, or one for all models of a folder. */
  readonly layout: 'model' | 'folder';
  /** Name of a model's own YAML file, with `<model>` for the model's name: `_<model>.yml`. */
  readonly fileName: string;
  /** Name of a folder's YAML file, with `<folder>` for the folder's name and `<kind>` for models or sources: `_<folder>__<kind>.yml`. */
  readonly folderFileName: string;
}
