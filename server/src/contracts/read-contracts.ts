/** The contracts of a YAML file, in any of their forms. What is half written is read as far as it goes. */

import { entryOf, mapOf, textAt } from '../syntax/yaml/access.ts';
import type { YamlDocument, YamlMap } from '../syntax/yaml/tree.ts';
import type { ContractForm, PlacedContract } from './model.ts';
import { readDcs } from './read-dcs.ts';
import { readOdcs } from './read-odcs.ts';
import { readSeed } from './read-seed.ts';

/** In order as written. Contracts of dbt models are not among them: those are entries of properties files, see `readDbt`. */
export function readContracts(documents: readonly YamlDocument[]): readonly PlacedContract[] {
  return documents.flatMap(({ root }) => {
    if (root?.kind !== 'map') return [];
    const found = readContract(root);
    return found ? [found] : [];
  });
}

export function readContract(root: YamlMap): PlacedContract | undefined {
  switch (contractForm(root)) {
    case 'odcs':
      return readOdcs(root, root.span);
    case 'dcs':
      return readDcs(root, root.span);
    case 'seed':
      return readSeed(root, root.span);
    default:
      return undefined;
  }
}

/** By its content alone; `seed` for both spellings of `contract:`. */
export function contractForm(root: YamlMap): Exclude<ContractForm, 'dbt' | 'properties'> | undefined {
  if (entryOf(root, 'dataContractSpecification')) return 'dcs';
  if (entryOf(root, 'apiVersion') && textAt(root, 'kind') === 'DataContract') return 'odcs';
  const contract = mapOf(root, 'contract');
  if (!contract || entryOf(contract, 'enforced')) return undefined;
  const has = (key: string): boolean => entryOf(contract, key) !== undefined;
  return TELLING_KEYS.some(has) || (has('name') && (has('version') || has('owner'))) ? 'seed' : undefined;
}

/** One of them tells a contract from any other map of that name: a contract of a blockchain has a name too. */
const TELLING_KEYS = ['schema', 'sla', 'consumers', 'breaking_change_policy'];
