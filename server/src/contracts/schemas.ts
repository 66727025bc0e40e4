/** The schema of each kind of document, made once. */

import type { DocumentKind } from '../config/document-kinds.ts';
import { textAt } from '../syntax/yaml/access.ts';
import type { YamlNode } from '../syntax/yaml/tree.ts';
import { CONTRACT_SCHEMA } from './schemas/contract.ts';
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
};

/** The document itself says which version of the standard it follows. */
export function schemaOf(kind: DocumentKind, root: YamlNode): Schema | undefined {
  if (kind !== 'odcs') return SCHEMAS[kind];
  return ODCS[ODCS_VERSIONS['3.0'].includes(withLetter(textAt(root, 'apiVersion') ?? '')) ? '3.0' : '3.1'];
}

function withLetter(version: string): string {
  return version.startsWith('v') ? version : `v${version}`;
}

/** Every schema with the name of its file in schemas/, and the names of files it is for wherever they lie. */
export const SCHEMA_FILES: readonly {
  readonly name: string;
  readonly schema: Schema;
  readonly fileMatch: readonly string[];
}[] = [
  { name: 'contract', schema: CONTRACT_SCHEMA, fileMatch: names('*.contract') },
  { name: 'odcs', schema: odcsByVersion(), fileMatch: names('*.odcs') },
  { name: 'odcs-3.0', schema: ODCS['3.0'], fileMatch: [] },
  { name: 'odcs-3.1', schema: ODCS['3.1'], fileMatch: [] },
  { name: 'data-contract-specification', schema: DCS_SCHEMA, fileMatch: names('*.dcs') },
  {
    name: 'specification',
    schema: SPECIFICATION_SCHEMA,
    fileMatch: [...names('*.specification'), ...names('specifications/**/*')],
  },
  { name: 'pipeline', schema: PIPELINE_SCHEMA, fileMatch: names('*.pipeline') },
  { name: 'catalog', schema: CATALOG_SCHEMA, fileMatch: names('*.catalog') },
  { name: 'brief', schema: BRIEF_SCHEMA, fileMatch: names('*.brief') },
  { name: 'dashboard', schema: DASHBOARD_SCHEMA, fileMatch: names('*.dashboard') },
  { name: 'cost', schema: COST_SCHEMA, fileMatch: names('*.cost') },
  { name: 'feature-store', schema: FEATURE_STORE_SCHEMA, fileMatch: names('*.features') },
  { name: 'freshness', schema: FRESHNESS_SCHEMA, fileMatch: names('*.freshness') },
];

/** For editors that know a file's schema by its name alone. */
function odcsByVersion(): Schema {
  return {
    $schema: DRAFT_7,
    title: 'Open Data Contract Standard 3',
    if: { required: ['apiVersion'], properties: { apiVersion: { enum: ODCS_VERSIONS['3.0'] } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: 'odcs-3.0.schema.json' },
    else: { $ref: 'odcs-3.1.schema.json' },
  };
}

function names(pattern: string): readonly string[] {
  return [`${pattern}.yml`, `${pattern}.yaml`];
}
