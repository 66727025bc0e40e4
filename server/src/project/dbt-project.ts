/** `dbt_project.yml`, and the files that say which packages and which warehouse a project uses. */

import type { Problem } from '../base/problem.ts';
import type { Span } from '../base/span.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { itemsOf, mapOf, plainMap, plainValue, textAt, textOf, valueAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import type { DbtProject } from './facts.ts';

/** `root` and `file` are the URIs of the project's folder and of the file read. */
export function readDbtProject(documents: readonly YamlDocument[], root: string, file: string): DbtProject {
  const map = rootMap(documents);
  const problems: Problem[] = [];
  const name = textAt(map, 'name');
  if (name === undefined) {
    problems.push({ message: "A dbt project needs a 'name'.", span: { start: 0, end: 0 } });
  }
  const configs: { [kind: string]: PlainValue } = {};
  for (const kind of CONFIG_KINDS) {
    const tree = valueAt(map, kind);
    if (tree?.kind === 'map') configs[kind] = plainValue(tree);
  }
  return {
    root,
    file,
    name: name ?? '',
    profile: textAt(map, 'profile'),
    modelPaths: pathsOf(map, ['model-paths', 'source-paths'], 'models'),
    macroPaths: pathsOf(map, ['macro-paths'], 'macros'),
    seedPaths: pathsOf(map, ['seed-paths', 'data-paths'], 'seeds'),
    snapshotPaths: pathsOf(map, ['snapshot-paths'], 'snapshots'),
    testPaths: pathsOf(map, ['test-paths'], 'tests'),
    analysisPaths: pathsOf(map, ['analysis-paths'], 'analyses'),
    packagesPath: pathsOf(map, ['packages-install-path', 'modules-path'], 'dbt_packages')[0]!,
    targetPath: pathsOf(map, ['target-path'], 'target')[0]!,
    requireDbtVersion: versionRange(valueAt(map, 'require-dbt-version')),
    vars: plainMap(valueAt(map, 'vars')),
    dispatch: itemsOf(map, 'dispatch').flatMap(item => {
      const namespace = textAt(item, 'macro_namespace');
      if (namespace === undefined) return [];
      return [{ namespace, searchOrder: itemsOf(item, 'search_order').flatMap(each => textOf(each) ?? []) }];
    }),
    quoting: plainMap(valueAt(map, 'quoting')),
    configs,
    problems,
  };
}

const CONFIG_KINDS = [
  'models',
  'seeds',
  'snapshots',
  'sources',
  'tests',
  'data_tests',
  'unit_tests',
  'analyses',
  'exposures',
  'metrics',
  'semantic-models',
  'saved-queries',
];

export interface DeclaredPackage {
  /** The name macros and refs use, as far as the declaration tells: a repository `dbt-utils` holds the package `dbt_utils`. */
  readonly name: string;
  readonly kind: 'hub' | 'git' | 'local' | 'private' | 'tarball' | 'project';
  /** The location as written: `dbt-labs/dbt_utils`, a URL, a path. */
  readonly location: string;
  readonly at: Span;
}

/** `packages.yml` or `dependencies.yml`. A package at `../` has no name that the file tells: ''. */
export function readPackages(documents: readonly YamlDocument[]): readonly DeclaredPackage[] {
  const map = rootMap(documents);
  const packages = itemsOf(map, 'packages').flatMap((item): DeclaredPackage[] => {
    for (const [key, kind] of PACKAGE_KINDS) {
      const location = textAt(item, key);
      if (location === undefined) continue;
      // A package in a folder of a repository is known by the folder, a tarball by the name beside it.
      const written = kind === 'tarball' ? textAt(item, 'name') : textAt(item, 'subdirectory');
      return [{ name: packageName(written ?? location), kind, location, at: item.span }];
    }
    return [];
  });
  const projects = itemsOf(map, 'projects').flatMap((item): DeclaredPackage[] => {
    const name = textAt(item, 'name');
    return name === undefined ? [] : [{ name, kind: 'project', location: name, at: item.span }];
  });
  return [...packages, ...projects].filter(each => each.name !== '' || each.kind === 'local');
}

const PACKAGE_KINDS: readonly (readonly [string, DeclaredPackage['kind']])[] = [
  ['package', 'hub'],
  ['git', 'git'],
  ['local', 'local'],
  ['private', 'private'],
  ['tarball', 'tarball'],
];

function packageName(location: string): string {
  const parts = location.split(/[/\\:]/).filter(part => part !== '' && part !== '.' && part !== '..');
  const last = parts[parts.length - 1] ?? '';
  return last
    .replace(/[?#].*$/, '')
    .replace(/(\.git|\.tar\.gz|\.tgz|\.zip)$/, '')
    .replaceAll('-', '_');
}

export interface Profile {
  /** Type of the adapter: `snowflake`, `postgres` … */
  readonly adapter: string | undefined;
  readonly target: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
}

/**
 * What a `profiles.yml` says of a profile's warehouse; no secret is read. With a target that only dbt can know, what all
 * outputs have in common.
 */
export function readProfile(
  documents: readonly YamlDocument[],
  profile: string | undefined,
  wantedTarget?: string,
): Profile | undefined {
  const map = rootMap(documents);
  const profiles = map?.entries.filter(entry => entry.key.text !== 'config' && mapOf(entry.value, 'outputs')) ?? [];
  const found = profiles.find(entry => entry.key.text === profile) ?? (profiles.length === 1 ? profiles[0] : undefined);
  const outputs = mapOf(found?.value, 'outputs');
  if (!found || !outputs) return undefined;
  const target = wantedTarget ?? knownText(valueAt(found.value, 'target')) ?? 'default';
  const output = mapOf(outputs, target);
  const candidates = output ? [output] : outputs.entries.map(entry => entry.value);
  return {
    adapter: common(candidates, ['type']),
    target: output ? target : undefined,
    database:
      common(candidates, ['database', 'dbname', 'project', 'catalog']) ?? databaseOfPath(common(candidates, ['path'])),
    schema: common(candidates, ['schema', 'dataset']),
  };
}

/** DuckDB and SQLite name the database after its file. */
function databaseOfPath(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (path === ':memory:') return 'memory';
  return /([^/\\]+?)(?:\.[^./\\]*)?$/.exec(path)?.[1];
}

/** dbt's adapter type from a `profiles.yml`. */
export function readProfileAdapter(
  documents: readonly YamlDocument[],
  profile: string | undefined,
): string | undefined {
  return readProfile(documents, profile)?.adapter;
}

function common(outputs: readonly YamlNode[], keys: readonly string[]): string | undefined {
  const values = new Set(
    outputs.map(output => keys.map(key => knownText(valueAt(output, key))).find(value => value !== undefined)),
  );
  return values.size === 1 ? [...values][0] : undefined;
}

function knownText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && !node.hasJinja ? textOf(node) : undefined;
}

function rootMap(documents: readonly YamlDocument[]): YamlMap | undefined {
  for (const { root } of documents) if (root?.kind === 'map') return root;
  return undefined;
}

/** Paths as written under the first of the keys, without `./` and trailing slashes; `..` stays, for projects that share macros. */
function pathsOf(map: YamlMap | undefined, keys: readonly string[], byDefault: string): readonly string[] {
  for (const key of keys) {
    const value = valueAt(map, key);
    if (value === undefined) continue;
    const written = (value.kind === 'list' ? value.items : [value]).flatMap(each => knownText(each) ?? []);
    const paths = written.map(tidyPath);
    if (paths.length > 0 || (value.kind === 'list' && value.items.length === 0)) {
      return paths.length > 0 || key.endsWith('-paths') ? paths : [byDefault];
    }
  }
  return [byDefault];
}

function tidyPath(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/');
  const kept = parts.filter((part, i) => part !== '.' && (part !== '' || i === 0));
  return kept.length === 0 || (kept.length === 1 && kept[0] === '') ? '.' : kept.join('/');
}

function versionRange(node: YamlNode | undefined): string | undefined {
  if (node?.kind === 'list') return node.items.flatMap(each => textOf(each) ?? []).join(',');
  return textOf(node);
}
