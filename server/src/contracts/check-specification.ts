/** Whether a dimensional specification has the form specifications have: each place where it has not. */

import type { YamlNode } from '../syntax/yaml/tree.ts';
import type { SchemaFinding } from './schema-findings.ts';
import { SPECIFICATION_SCHEMA } from './specification-schema.ts';
import { validate } from './validate.ts';

export function checkSpecification(root: YamlNode): readonly SchemaFinding[] {
  return validate(SPECIFICATION_SCHEMA, root, { synonyms: SYNONYMS });
}

/** Words people write for the keys. */
const SYNONYMS = {
  column: 'name',
  scd: 'scd_type',
  additivity: 'type',
  agg: 'aggregation',
  keys: 'foreign_keys',
  business_key: 'natural_key',
  primary_key: 'surrogate_key',
  columns: 'attributes',
  hierarchies: 'hierarchy',
  degenerate: 'degenerate_dimensions',
  definition: 'business_definition',
  fact: 'fact_table',
  facts: 'fact_tables',
};
