/** What a YAML file is, by its content first and its name second. */

import { entryOf, mapOf, textAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap } from '../syntax/yaml/tree.ts';

export type ContractKind =
  /** `contract:` with a name, a schema, an SLA. */
  | 'contract'
  /** Open Data Contract Standard. */
  | 'odcs'
  /** Data Contract Specification. */
  | 'data-contract-specification';

/** `fileName` may be a name, a path or a URI. */
export function kindOf(documents: readonly YamlDocument[], fileName: string): ContractKind | undefined {
  const path = fileName.toLowerCase();
  for (const { root } of documents) {
    if (root?.kind !== 'map') continue;
    const kind = kindByContent(root);
    if (kind) return kind;
  }
  if (/(^|[/.])[^/]*\.contract\.ya?ml$/.test(path)) return 'contract';
  const isInFolder = /(^|\/)(data[_-]?)?contracts\//.test(path);
  // The folder alone is no proof: models about contracts lie in folders of that name too.
  return isInFolder && documents.some(({ root }) => entryOf(root, 'contract') !== undefined) ? 'contract' : undefined;
}

/** Whether one document of a file is a contract in the form with `contract:`. */
export function isContract(root: YamlMap): boolean {
  return kindByContent(root) === 'contract';
}

function kindByContent(root: YamlMap): ContractKind | undefined {
  if (entryOf(root, 'dataContractSpecification')) return 'data-contract-specification';
  if (textAt(root, 'kind') === 'DataContract' && entryOf(root, 'apiVersion')) return 'odcs';
  const contract = mapOf(root, 'contract');
  if (!contract || entryOf(contract, 'enforced')) return undefined;
  return TELLING_KEYS.some(key => entryOf(contract, key)) ? 'contract' : undefined;
}

const TELLING_KEYS = ['name', 'schema', 'sla', 'consumers', 'breaking_change_policy'];
