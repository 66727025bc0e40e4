/** Whether the contracts of a file have the form contracts have: each place where one has not. */

import { mapOf, scalarOf } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap } from '../syntax/yaml/tree.ts';
import { CONTRACT_SCHEMA } from './contract-schema.ts';
import { isContract } from './kind-of.ts';
import { type SchemaFinding, validate } from './validate.ts';

/** For files that are known to hold contracts; documents beside them that are none are passed over. */
export function checkContract(documents: readonly YamlDocument[]): readonly SchemaFinding[] {
  const roots = documents.flatMap(({ root }) => (root === undefined ? [] : [root]));
  const contracts = roots.filter(root => root.kind === 'map' && isContract(root));
  // Not one is recognised: the file's name says there must be one.
  return (contracts.length > 0 ? contracts : roots.slice(0, 1)).flatMap(root => [
    ...validate(CONTRACT_SCHEMA, root, { synonyms: SYNONYMS }),
    ...(root.kind === 'map' ? misreadVersion(root) : []),
  ]);
}

const SYNONYMS = {
  name: 'column',
  column_name: 'column',
  data_type: 'type',
  required: 'not_null',
  columns: 'schema',
  team: 'owner',
  freshness: 'freshness_hours',
  availability: 'availability_percent',
  definition: 'business_definition',
};

/** `version: 1.10` is the number 1.1 to every reader of YAML. */
function misreadVersion(root: YamlMap): readonly SchemaFinding[] {
  const version = scalarOf(mapOf(root, 'contract'), 'version');
  if (typeof version?.value !== 'number' || String(version.value) === version.text) return [];
  return [
    {
      message: `The version needs quotes: YAML reads ${version.text} as the number ${version.value}.`,
      span: version.span,
      replacement: `"${version.text}"`,
    },
  ];
}
