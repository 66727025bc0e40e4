/** The schema of each kind of document, made once. */

import type { DocumentKind } from '../config/document-kinds.ts';
import { textAt } from '../syntax/yaml/access.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';
import { CONTRACT_SCHEMA } from './schemas/contract.ts';
import {
  DBT_DEPENDENCIES_SCHEMA,
  DBT_PACKAGES_SCHEMA,
  DBT_PROJECT_SCHEMA,
  DBT_SELECTORS_SCHEMA,
} from './schemas/dbt-project.ts';
import { DBT_PROPERTIES_SCHEMA } from './schemas/dbt-properties.ts';
import { DCS_SCHEMA } from './schemas/dcs.ts';
import { ODCS_VERSIONS, type OdcsVersion, odcsSchema } from './schemas/odcs.ts';
import { DRAFT_7, type Schema } from './schemas/schema.ts';
import {
  BRIEF_SCHEMA,
  CATALOG_SCHEMA,
  COST_SCHEMA,
  DASHBOARD_SCHEMA,
  FEATURE_STORE_SCHEMA,
  FRESHNESS_SCHEMA,
  PIPELINE_SCHEMA,
} from './schemas/specifications.ts';
import { SPECIFICATION_SCHEMA } from './specification-schema.ts';

export const ODCS: { readonly [version in OdcsVersion]: Schema } = {
  '3.0': odcsSchema('3.0'),
  '3.1': odcsSchema('3.1'),
};

const SCHEMAS: { readonly [kind in Exclude<DocumentKind, 'odcs'>]?: Schema } = {
  contract: CONTRACT_SCHEMA,
  'data-contract-specification': DCS_SCHEMA,
  specification: SPECIFICATION_SCHEMA,
  pipeline: PIPELINE_SCHEMA,
  catalog: CATALOG_SCHEMA,
  brief: BRIEF_SCHEMA,
  dashboard: DASHBOARD_SCHEMA,
  cost: COST_SCHEMA,
  'feature-store': FEATURE_STORE_SCHEMA,
  freshness: FRESHNESS_SCHEMA,
  'dbt-properties': DBT_PROPERTIES_SCHEMA,
  'dbt-project': DBT_PROJECT_SCHEMA,
  'dbt-selectors': DBT_SELECTORS_SCHEMA,
  'dbt-packages': DBT_PACKAGES_SCHEMA,
  'dbt-dependencies': DBT_DEPENDENCIES_SCHEMA,
};

/** The document itself says which version of the standard it follows. */
export function schemaOf(kind: DocumentKind, root: YamlNode): Schema | undefined {
  if (kind !== 'odcs') return SCHEMAS[kind];
  return ODCS[ODCS_VERSIONS['3.0'].includes(withLetter(textAt(root, 'apiVersion') ?? '')) ? '3.0' : '3.1'];
}

function withLetter(version: string): string {
  return version.startsWith('v') ? version : `v${version}`;
}

export interface SchemaFile {
  /** Of its file in schemas/, without `.schema.json`. */
  readonly name: string;
  readonly schema: Schema;
  /** Names of files it is for, wherever they lie. */
  readonly fileMatch: readonly string[];
}

/**
 * Names that properties files of dbt have by convention: contracts that lie beside the models have others. For the YAML
 * extension a star stands for folders too, and two stars with a slash behind them ask for a folder.
 */
const PROPERTIES_FILES: readonly string[] = [
  ...['*schema', '*models', '*sources', '*properties', '*exposures'].map(name => `models/${name}`),
  ...['_*', 'src_*', 'stg_*', 'int_*', 'fct_*', 'dim_*'].flatMap(name => [`models/${name}`, `models/*/${name}`]),
  'seeds/*',
  'snapshots/*',
].flatMap(names);

/** Every schema, as other tools are given it. */
export const SCHEMA_FILES: readonly SchemaFile[] = [
  { name: 'contract', schema: CONTRACT_SCHEMA, fileMatch: names('*.contract') },
  { name: 'odcs', schema: odcsByVersion(), fileMatch: names('*.odcs') },
  { name: 'odcs-3.0', schema: ODCS['3.0'], fileMatch: [] },
  { name: 'odcs-3.1', schema: ODCS['3.1'], fileMatch: [] },
  { name: 'data-contract-specification', schema: DCS_SCHEMA, fileMatch: names('*.dcs') },
  {
    name: 'specification',
    schema: SPECIFICATION_SCHEMA,
    fileMatch: [...names('*.specification'), ...names('specifications/*')],
  },
  { name: 'pipeline', schema: PIPELINE_SCHEMA, fileMatch: names('*.pipeline') },
  { name: 'catalog', schema: CATALOG_SCHEMA, fileMatch: names('*.catalog') },
  { name: 'brief', schema: BRIEF_SCHEMA, fileMatch: names('*.brief') },
  { name: 'dashboard', schema: DASHBOARD_SCHEMA, fileMatch: names('*.dashboard') },
  { name: 'cost', schema: COST_SCHEMA, fileMatch: names('*.cost') },
  { name: 'feature-store', schema: FEATURE_STORE_SCHEMA, fileMatch: names('*.features') },
  { name: 'freshness', schema: FRESHNESS_SCHEMA, fileMatch: names('*.freshness') },
  { name: 'dbt-properties', schema: DBT_PROPERTIES_SCHEMA, fileMatch: PROPERTIES_FILES },
  { name: 'dbt-project', schema: DBT_PROJECT_SCHEMA, fileMatch: ['dbt_project.yml'] },
  { name: 'dbt-selectors', schema: DBT_SELECTORS_SCHEMA, fileMatch: ['selectors.yml'] },
  { name: 'dbt-packages', schema: DBT_PACKAGES_SCHEMA, fileMatch: ['packages.yml'] },
  { name: 'dbt-dependencies', schema: DBT_DEPENDENCIES_SCHEMA, fileMatch: ['dependencies.yml'] },
];

/**
 * For editors that know a file's schema by its name alone: a contract that fits the earlier version which it declares is right,
 * any other is held to the newest, which has nearly all that the earlier ones have.
 */
function odcsByVersion(): Schema {
  const declaresEarlier = { required: ['apiVersion'], properties: { apiVersion: { enum: ODCS_VERSIONS['3.0'] } } };
  return {
    $schema: DRAFT_7,
    title: 'Open Data Contract Standard 3',
    if: { allOf: [declaresEarlier, { $ref: 'odcs-3.0.schema.json' }] },
    else: { $ref: 'odcs-3.1.schema.json' },
  };
}

function names(pattern: string): readonly string[] {
  return [`${pattern}.yml`, `${pattern}.yaml`];
}
