/** Which document a YAML file holds: by what somebody pinned, by its content, and by its name last. */

import { baseName } from '../base/uri.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../config/document-kinds.ts';
import { matchesGlob } from '../config/glob.ts';
import { isSpecification } from '../project/specifications.ts';
import { entryOf, itemsOf, valueAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
import { contractForm } from './read-contracts.ts';

/** One `---` part of a file that is a document of a known kind. */
export interface KnownDocument {
  readonly kind: DocumentKind;
  readonly root: YamlNode;
}

export interface FileToRecognise {
  /** A name, a path or a URI. */
  readonly name: string;
  /** dbt reads it as a properties file: it lies among models, seeds, snapshots … */
  readonly isProperties?: boolean;
  /** It lies in a dbt project. */
  readonly isInProject?: boolean;
  /** What grainline.yml says of it; `none` for no document of ours. */
  readonly pinned?: DocumentKind | 'none' | undefined;
}

export function knownDocuments(documents: readonly YamlDocument[], file: FileToRecognise): readonly KnownDocument[] {
  const pin = pinOf(documents) ?? file.pinned;
  if (pin === 'none') return [];
  const found: KnownDocument[] = [];
  for (const { root } of documents) {
    if (root === undefined) continue;
    const kind = pin ?? kindOf(root, file);
    if (kind !== undefined) found.push({ kind, root });
  }
  if (found.length > 0) return found;
  const root = documents.find(document => document.root !== undefined)?.root;
  const byName = root && kindByName(file.name, root);
  return byName === undefined ? [] : [{ kind: byName, root: root as YamlNode }];
}

/**
 * The document around the offset, to help with while it is typed: also where nothing tells yet but the name of the file or
 * the documents beside it.
 */
export function documentAt(
  documents: readonly YamlDocument[],
  file: FileToRecognise,
  offset: number,
): { readonly kind: DocumentKind; readonly root: YamlNode | undefined } | undefined {
  const document = documents.filter(({ span }) => span.start <= offset).at(-1);
  const known = knownDocuments(documents, file);
  const root = document?.root;
  const own = known.find(one => one.root === root);
  if (own) return own;
  const pin = pinOf(documents) ?? file.pinned;
  if (pin === 'none') return undefined;
  const kind = pin ?? kindByFileName(file) ?? known.at(-1)?.kind;
  return kind && { kind, root };
}

function kindByFileName({ name, isInProject, isProperties }: FileToRecognise): DocumentKind | undefined {
  const path = name.toLowerCase();
  if (/\.contract\.ya?ml$/.test(path)) return 'contract';
  if (/\.odcs\.ya?ml$/.test(path)) return 'odcs';
  if (/\.dcs\.ya?ml$|\/datacontract\.ya?ml$/.test(path)) return 'data-contract-specification';
  if (/\.specification\.ya?ml$/.test(path)) return 'specification';
  const named = NAMES.find(([suffix]) => path.endsWith(`${suffix}.yml`) || path.endsWith(`${suffix}.yaml`));
  if (named) return named[1];
  const own = isInProject ? OF_DBT[baseName(path)] : undefined;
  return own ?? (isProperties ? 'dbt-properties' : undefined);
}

const OF_DBT: { readonly [name: string]: DocumentKind } = {
  'dbt_project.yml': 'dbt-project',
  'selectors.yml': 'dbt-selectors',
  'packages.yml': 'dbt-packages',
  'dependencies.yml': 'dbt-dependencies',
};

/** What grainline.yml says of the file with that path below it: the first kind of which a pattern fits. */
export function pinnedKind(
  documents: { readonly [kind: string]: readonly string[] },
  path: string,
): DocumentKind | 'none' | undefined {
  for (const [kind, patterns] of Object.entries(documents)) {
    if ((isKind(kind) || kind === 'none') && patterns.some(pattern => matchesGlob(pattern, path))) return kind;
  }
  return undefined;
}

/** `# grainline-document: pipeline`, or the schema that other editors are told of. */
function pinOf(documents: readonly YamlDocument[]): DocumentKind | 'none' | undefined {
  for (const { comments } of documents) {
    for (const { text } of comments) {
      const pinned = /^\s*grainline-document:\s*([\w-]+)\s*$/.exec(text)?.[1];
      if (pinned !== undefined) return isKind(pinned) || pinned === 'none' ? pinned : undefined;
      const schema = /^\s*yaml-language-server:\s*\$schema\s*=\s*(\S+)\s*$/.exec(text)?.[1];
      const named = schema === undefined ? undefined : /([\w.-]+?)(?:\.schema)?\.json$/.exec(schema)?.[1];
      const kind = named === undefined ? undefined : kindOfSchema(named);
      if (kind !== undefined) return kind;
    }
  }
  return undefined;
}

function isKind(word: string): word is DocumentKind {
  return (DOCUMENT_KINDS as readonly string[]).includes(word);
}

function kindOfSchema(name: string): DocumentKind | undefined {
  if (/^odcs(-json-schema)?-/.test(name)) return 'odcs';
  return isKind(name) ? name : undefined;
}

/* -------------------------------------------------------------------- content */

function kindOf(root: YamlNode, file: FileToRecognise): DocumentKind | undefined {
  if (root.kind !== 'map') return undefined;
  const form = contractForm(root);
  if (form !== undefined) return FORMS[form];
  const name = baseName(file.name).toLowerCase();
  if (file.isProperties) return isProperties(root) ? 'dbt-properties' : kindByKeys(root);
  if (file.isInProject) {
    if (name === 'dbt_project.yml') return 'dbt-project';
    if (name === 'selectors.yml' && entryOf(root, 'selectors')) return 'dbt-selectors';
    if (name === 'packages.yml' && entryOf(root, 'packages')) return 'dbt-packages';
    if (name === 'dependencies.yml' && (entryOf(root, 'packages') || entryOf(root, 'projects')))
      return 'dbt-dependencies';
  }
  return kindByKeys(root);
}

const FORMS = { seed: 'contract', odcs: 'odcs', dcs: 'data-contract-specification' } as const;

/** Sections of dbt's properties files that hold named entries. */
const SECTIONS = [
  'models',
  'sources',
  'seeds',
  'snapshots',
  'exposures',
  'macros',
  'analyses',
  'unit_tests',
  'semantic_models',
  'metrics',
  'saved_queries',
  'groups',
] as const;

function isProperties(root: YamlMap): boolean {
  return SECTIONS.some(section => itemsOf(root, section).some(item => entryOf(item, 'name') !== undefined));
}

/** Two keys of the template at least: one word alone belongs to too many. */
function kindByKeys(root: YamlMap): DocumentKind | undefined {
  for (const [kind, key, telling] of TELLING) {
    const value = key === '' ? root : valueAt(root, key);
    if (value?.kind === 'map' && telling.filter(word => entryOf(value, word)).length >= (key === '' ? 2 : 1))
      return kind;
  }
  if (isSpecification(root)) return 'specification';
  const freshness = itemsOf(root, 'freshness_contracts');
  return freshness.length > 0 ? 'freshness' : undefined;
}

const TELLING: readonly (readonly [kind: DocumentKind, key: string, telling: readonly string[]])[] = [
  ['pipeline', 'pipeline', ['extract', 'load', 'quality_gates', 'error_handling', 'sla_minutes']],
  ['catalog', 'dataset', ['owner_team', 'steward', 'lineage', 'refresh', 'access', 'tier']],
  ['dashboard', 'dashboard', ['pipeline_metrics']],
  ['cost', 'cost_tracking', ['by_pipeline', 'optimization_opportunities']],
  ['feature-store', 'feature_store', ['features', 'entity', 'entity_key', 'serving']],
  ['brief', '', ['project_name', 'business_context', 'data_consumers', 'current_state', 'constraints']],
];

/* ----------------------------------------------------------------------- name */

/** A file of that name whose content says nothing: half written, or with its first key misspelt. */
function kindByName(name: string, root: YamlNode): DocumentKind | undefined {
  const path = name.toLowerCase();
  if (/\.contract\.ya?ml$/.test(path)) return 'contract';
  if (/\.odcs\.ya?ml$/.test(path)) return 'odcs';
  // The folder alone is no proof: models about contracts lie in folders of that name too.
  if (/(^|\/)(data[_-]?)?contracts\//.test(path) && mapLike(root, 'contract')) return 'contract';
  for (const [suffix, kind, key] of NAMES) {
    if (path.endsWith(`${suffix}.yml`) || path.endsWith(`${suffix}.yaml`))
      return entryOf(root, key) === undefined ? undefined : kind;
  }
  return undefined;
}

/** `contract:` without a value, or with a map that is not dbt's. */
function mapLike(root: YamlNode, key: string): boolean {
  const value = valueAt(root, key);
  if (value === undefined) return false;
  return value.kind === 'scalar' ? value.value === null : value.kind === 'map' && !entryOf(value, 'enforced');
}

const NAMES: readonly (readonly [suffix: string, kind: DocumentKind, key: string])[] = [
  ['.pipeline', 'pipeline', 'pipeline'],
  ['.catalog', 'catalog', 'dataset'],
  ['.dashboard', 'dashboard', 'dashboard'],
  ['.cost', 'cost', 'cost_tracking'],
  ['.features', 'feature-store', 'feature_store'],
  ['.freshness', 'freshness', 'freshness_contracts'],
];
