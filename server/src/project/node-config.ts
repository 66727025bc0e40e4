/** The configuration of a node: dbt_project.yml from the outside in, then its YAML entry, then config() in its file. */

import type { ConfigEntry, PlainValue } from '../syntax/jinja/expansion.ts';
import type { Certainty, DbtProject, GrainlineMeta, PropertyFacts } from './facts.ts';
import { readModelMeta } from './meaning-meta.ts';
import type { Declaration } from './nodes.ts';

export type NodeConfig = { readonly [key: string]: PlainValue };

/**
 * All but what `config()` in its file says. `top` is the project being run, `own` the project or package that has the node
 * (the same for the project's own). dbt reads the package's own settings first, and the running project's after them.
 */
export function configAround(
  node: Declaration,
  top: DbtProject,
  own: DbtProject,
  properties: PropertyFacts | undefined,
): NodeConfig {
  const config: Record<string, PlainValue> = {};
  for (const project of own === top ? [own] : [own, top]) applyProject(config, project, node);
  if (properties) {
    mergeInto(config, properties.config);
    if (Object.keys(properties.meta).length > 0) merge(config, 'meta', properties.meta);
  }
  return config;
}

export function withFileConfig(around: NodeConfig, inFile: readonly Pick<ConfigEntry, 'key' | 'value'>[]): NodeConfig {
  if (inFile.length === 0) return around;
  const config: Record<string, PlainValue> = { ...around };
  for (const { key, value } of inFile) merge(config, key, value);
  return config;
}

/** `enabled`, when somebody says so; unknown when what they say cannot be computed. */
export function enabledOf(config: NodeConfig): Certainty {
  if (!('enabled' in config)) return 'yes';
  const value = config['enabled'];
  if (value === true || value === 'true' || value === 'True') return 'yes';
  if (value === false || value === 'false' || value === 'False') return 'no';
  return 'unknown';
}

/** What stands under `meta.grainline`. */
export function declaredMeta(config: NodeConfig): GrainlineMeta {
  const meta = config['meta'];
  const own = isMap(meta) ? meta['grainline'] : undefined;
  return isMap(own) ? readModelMeta(own) : {};
}

function applyProject(config: Record<string, PlainValue>, project: DbtProject, node: Declaration): void {
  let level: PlainValue = project.configs[SECTIONS[node.kind]];
  const folders = node.path.split('/').slice(1, -1);
  const stem = node.path.slice(node.path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  // Settings above all packages, then those of the node's package, then folder by folder, then its own name.
  const steps =
    node.kind === 'source'
      ? [node.package, ...folders, node.source ?? '', node.name]
      : [node.package, ...folders, stem];
  for (let i = 0; i <= steps.length && isMap(level); i++) {
    for (const { key, folder, value } of settingsOf(level)) {
      const isFolder = folder !== undefined && isMap(value) && steps.includes(folder);
      if (!isFolder) merge(config, key, value);
    }
    level = level[steps[i] ?? ''];
  }
}

const SECTIONS = {
  model: 'models',
  seed: 'seeds',
  snapshot: 'snapshots',
  source: 'sources',
  test: 'data_tests',
  analysis: 'analyses',
} as const;

interface Setting {
  readonly key: string;
  /** The name of the folder that it is instead, where there is one. */
  readonly folder: string | undefined;
  readonly value: PlainValue;
}

/** What a level of dbt_project.yml sets or may set. Others of its keys are folders, of which there may be hundreds. */
function settingsOf(level: NodeConfig): readonly Setting[] {
  const known = settingsOfLevels.get(level);
  if (known) return known;
  const found: Setting[] = [];
  for (const [key, value] of Object.entries(level)) {
    if (key.startsWith('+')) found.push({ key: key.slice(1), folder: undefined, value });
    else if (KNOWN_KEYS.has(key)) found.push({ key, folder: key, value });
  }
  settingsOfLevels.set(level, found);
  return found;
}

const settingsOfLevels = new WeakMap<NodeConfig, readonly Setting[]>();

function mergeInto(config: Record<string, PlainValue>, more: NodeConfig): void {
  for (const [key, value] of Object.entries(more)) merge(config, key, value);
}

function merge(config: Record<string, PlainValue>, written: string, value: PlainValue): void {
  const key = written.includes('-') ? written.replaceAll('-', '_') : written;
  const before = config[key];
  if (key === 'meta' && isMap(before) && isMap(value)) config[key] = { ...before, ...value };
  else if (key === 'tags' && before !== undefined) config[key] = [...asList(before), ...asList(value)];
  else config[key] = value;
}

function asList(value: PlainValue): readonly PlainValue[] {
  return Array.isArray(value) ? (value as readonly PlainValue[]) : [value];
}

function isMap(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings that are honoured without a `+` when they stand between folder names. */
const KNOWN_KEYS = new Set([
  'enabled',
  'materialized',
  'schema',
  'database',
  'alias',
  'tags',
  'meta',
  'unique_key',
  'incremental_strategy',
  'on_schema_change',
  'strategy',
  'updated_at',
  'check_cols',
  'target_schema',
  'target_database',
  'hard_deletes',
  'invalidate_hard_deletes',
  'dbt_valid_to_current',
  'persist_docs',
  'full_refresh',
  'contract',
  'access',
  'group',
  'quote_columns',
  'column_types',
  'delimiter',
  'partition_by',
  'cluster_by',
  'sort',
  'dist',
  'identifier',
  'transient',
  'post-hook',
  'pre-hook',
  'bind',
  'docs',
  'event_time',
]);
