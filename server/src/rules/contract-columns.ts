/** The columns of a model as a contract lists them, in the contract's form. */

import type { ContractForm } from '../contracts/model.ts';
import type { CandidateKey, NodeFacts, OutputColumn } from '../project/facts.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { typeWord, yamlValue } from './contract-edits.ts';

/** Lines with line breaks before them; `indent` is that of the key they stand under. */
export function columnLines(
  columns: readonly OutputColumn[],
  form: ContractForm,
  node: NodeFacts,
  keys: readonly CandidateKey[],
  dialect: Dialect,
  indent: string,
): string {
  const described = new Map((node.properties?.columns ?? []).map(column => [column.name.toLowerCase(), column]));
  const unique = new Set(keys.flatMap(key => (key.columns.length === 1 ? key.columns : [])));
  return columns
    .map(column => {
      const type = column.type && typeWord(column.type.family, form, dialect);
      const entry = described.get(column.name.toLowerCase());
      const description = entry?.description?.trim().split('\n')[0];
      const isUnique = unique.has(column.name.toLowerCase());
      const pairs = [
        ...typePairs(form, type),
        ...(column.nullable === 'no'
          ? [form === 'seed' ? 'nullable: false' : form === 'properties' ? 'not_null: true' : 'required: true']
          : []),
        ...(isUnique ? ['unique: true'] : []),
        ...(description ? [`description: ${yamlValue(description)}`] : []),
      ];
      return linesOf(form, column.name, pairs, indent);
    })
    .join('');
}

function typePairs(form: ContractForm, type: string | undefined): readonly string[] {
  // The plain forms ask for a type; what it is is then for people to say.
  const word = type ?? (form === 'seed' || form === 'properties' ? '""' : undefined);
  return word === undefined ? [] : [`${form === 'odcs' ? 'logicalType' : 'type'}: ${word}`];
}

function linesOf(form: ContractForm, name: string, pairs: readonly string[], indent: string): string {
  const inner = `${indent}  `;
  if (form === 'properties' || form === 'dcs') {
    const value = pairs.length === 0 ? ' {}' : pairs.map(pair => `\n${inner}  ${pair}`).join('');
    return `\n${inner}${yamlValue(name)}:${value}`;
  }
  const key = form === 'seed' ? 'column' : 'name';
  return `\n${inner}- ${key}: ${yamlValue(name)}${pairs.map(pair => `\n${inner}  ${pair}`).join('')}`;
}
