/** What every generator is told about the project, and what it gives back. Plain data on both sides. */

import type { Dialect } from '../syntax/sql/dialect.ts';

/** The project as a generator sees it. */
export interface GeneratorContext {
  readonly dialect: Dialect;
  /** Folder for dimensions below the project: `models/marts/core`. */
  readonly dimensionFolder: string;
  /** Prefix of dimensions: `dim_`; empty where the project has none. */
  readonly dimensionPrefix: string;
  /** What the project calls the columns of a version. */
  readonly validity: { readonly from: string; readonly to: string; readonly current: string };
  /** Suffix of surrogate keys: `_key`, `_sk`. */
  readonly surrogateKeySuffix: string;
  readonly keywordCase: 'lower' | 'upper';
  readonly yaml: YamlStyle;
  /** Installed packages by name: `dbt_utils`. */
  readonly packages: readonly string[];
  /** Paths of the project's files below the project; none of them is ever overwritten. */
  readonly files: readonly string[];
  /** Names that models, seeds and snapshots have already. */
  readonly names: readonly string[];
  /** How dbt_project.yml materialises models of the folder, where known. */
  readonly folderMaterialized?: string;
}

export interface YamlStyle {
  /** `tests` until dbt 1.7. */
  readonly testsKey: 'data_tests' | 'tests';
  /** Arguments of tests stand below `arguments:` (dbt 1.10.5 and newer, with its flag). */
  readonly nestedArguments: boolean;
  /** The project's files begin with `version: 2`. */
  readonly versionHeader: boolean;
  /** Name of a model's own YAML file, with `<model>` for the model's name: `_<model>.yml`. */
  readonly fileName: string;
}

export interface GeneratedFile {
  /** Below the project, with `/` between parts. */
  readonly path: string;
  readonly text: string;
}

/** The files to write and the one to show, or why there are none, in words for people. */
export type Generated =
  | { readonly files: readonly GeneratedFile[]; readonly open: string }
  | { readonly problem: string };

/** The files, unless one of them, or a model of that name, is there already. */
export function withoutOverwriting(
  model: string,
  files: readonly GeneratedFile[],
  context: GeneratorContext,
): Generated {
  const name = model.toLowerCase();
  if (context.names.some(taken => taken.toLowerCase() === name)) {
    return { problem: `'${model}' exists already. Choose another name.` };
  }
  // Paths that differ only in case are one file on many disks.
  const existing = new Set(context.files.map(path => path.toLowerCase()));
  const taken = files.find(file => existing.has(file.path.toLowerCase()));
  if (taken) return { problem: `'${taken.path}' exists already and is left as it is. Choose another name.` };
  return { files, open: files[0]?.path ?? '' };
}
