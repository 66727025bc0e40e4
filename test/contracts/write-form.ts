/** One contract, written in each of the five forms. */

import type { ContractForm, PlacedContract } from '../../server/src/contracts/model.ts';
import { readContracts } from '../../server/src/contracts/read-contracts.ts';
import { readDbt } from '../../server/src/contracts/read-dbt.ts';
import { readProperties } from '../../server/src/project/properties.ts';
import { parseYaml } from '../../server/src/syntax/yaml/parse-yaml.ts';

export interface ColumnDraft {
  readonly name: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly key?: boolean;
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly pii?: boolean;
  readonly description?: string;
}

export interface ContractDraft {
  readonly version?: string;
  readonly owner?: string;
  readonly policy?: string;
  readonly freshness?: number;
  readonly columns: readonly ColumnDraft[];
}

/** What each form can say of a column. */
export const SAYS: { readonly [F in ContractForm]: ReadonlySet<keyof ColumnDraft> } = {
  seed: new Set(['name', 'type', 'required', 'unique', 'key', 'values', 'minimum', 'pii', 'description']),
  properties: new Set(['name', 'type', 'required', 'values', 'minimum', 'description']),
  odcs: new Set(['name', 'type', 'required', 'unique', 'key', 'minimum', 'description']),
  dcs: new Set(['name', 'type', 'required', 'unique', 'key', 'values', 'minimum', 'pii', 'description']),
  dbt: new Set(['name', 'type', 'required', 'unique', 'key', 'values', 'minimum', 'description']),
};

export function readDraft(form: ContractForm, draft: ContractDraft): PlacedContract {
  const text = writeDraft(form, draft);
  const { documents } = parseYaml(text);
  const found = form === 'dbt' ? readProperties(documents).models.map(readDbt) : readContracts(documents);
  const [only] = found;
  if (!only) throw new Error(`no contract in\n${text}`);
  return only;
}

export function writeDraft(form: ContractForm, draft: ContractDraft): string {
  const { version = '1.4.0', owner = 'sales', policy, freshness, columns } = draft;
  const lines = (of: (column: ColumnDraft) => readonly string[], indent: string): readonly string[] =>
    columns.flatMap(column => of(column).map(line => `${indent}${line}`));
  switch (form) {
    case 'seed':
      return [
        'contract:',
        '  name: orders',
        `  version: "${version}"`,
        `  owner: ${owner}`,
        ...(policy ? [`  breaking_change_policy: ${policy}`] : []),
        ...(freshness ? [`  sla: { freshness_hours: ${freshness} }`] : []),
        '  schema:',
        ...lines(seedColumn, '    '),
      ].join('\n');
    case 'properties':
      return [
        'contract:',
        '  name: orders',
        `  version: "${version}"`,
        `  owner: ${owner}`,
        ...(policy ? [`  breaking_change_policy: ${policy}`] : []),
        ...(freshness ? [`  sla: { freshness: { max_delay_hours: ${freshness} } }`] : []),
        '  schema:',
        '    properties:',
        ...lines(propertyColumn, '      '),
      ].join('\n');
    case 'odcs':
      return [
        'apiVersion: v3.1.0',
        'kind: DataContract',
        'id: orders',
        `version: ${version}`,
        'status: active',
        ...(freshness ? [`slaProperties: [{ property: latency, value: ${freshness}, unit: h }]`] : []),
        'schema:',
        '  - name: orders',
        '    properties:',
        ...lines(odcsColumn, '      '),
      ].join('\n');
    case 'dcs':
      return [
        'dataContractSpecification: 1.2.0',
        'id: orders',
        `info: { title: Orders, version: ${version}, owner: ${owner} }`,
        ...(freshness ? [`servicelevels: { freshness: { threshold: ${freshness}h } }`] : []),
        'models:',
        '  orders:',
        '    fields:',
        ...lines(dcsColumn, '      '),
      ].join('\n');
    case 'dbt':
      return [
        'models:',
        '  - name: orders',
        '    config: { contract: { enforced: true } }',
        '    columns:',
        ...lines(dbtColumn, '      '),
      ].join('\n');
  }
}

function seedColumn(column: ColumnDraft): readonly string[] {
  const checks = [
    ...(column.values ? [`{ type: enum, params: { values: [${column.values.join(', ')}] } }`] : []),
    ...(column.minimum === undefined ? [] : [`{ type: range, params: { min: ${column.minimum} } }`]),
    ...(column.unique ? ['{ type: unique }'] : []),
  ];
  return [
    `- column: ${column.name}`,
    ...(column.type ? [`  type: ${column.type}`] : []),
    ...(column.required === undefined ? [] : [`  nullable: ${!column.required}`]),
    ...(column.key ? ['  primary_key: true'] : []),
    ...(column.pii === undefined ? [] : [`  pii: ${column.pii}`]),
    ...(column.description ? [`  description: ${column.description}`] : []),
    ...(checks.length > 0 ? [`  checks: [${checks.join(', ')}]`] : []),
  ];
}

function propertyColumn(column: ColumnDraft): readonly string[] {
  return [
    `${column.name}:`,
    ...(column.type ? [`  type: ${column.type}`] : ['  type: string']),
    ...(column.required === undefined ? [] : [`  not_null: ${column.required}`]),
    ...(column.values ? [`  enum: [${column.values.join(', ')}]`] : []),
    ...(column.minimum === undefined ? [] : [`  minimum: ${column.minimum}`]),
    ...(column.description ? [`  description: ${column.description}`] : []),
  ];
}

function odcsColumn(column: ColumnDraft): readonly string[] {
  return [
    `- name: ${column.name}`,
    ...(column.type ? [`  physicalType: ${column.type}`] : []),
    ...(column.required === undefined ? [] : [`  required: ${column.required}`]),
    ...(column.unique ? ['  unique: true'] : []),
    ...(column.key ? ['  primaryKey: true', '  primaryKeyPosition: 1'] : []),
    ...(column.minimum === undefined
      ? []
      : ['  logicalType: number', `  logicalTypeOptions: { minimum: ${column.minimum} }`]),
    ...(column.description ? [`  description: ${column.description}`] : []),
  ];
}

function dcsColumn(column: ColumnDraft): readonly string[] {
  return [
    `${column.name}:`,
    ...(column.type ? [`  type: ${column.type}`] : ['  type: string']),
    ...(column.required === undefined ? [] : [`  required: ${column.required}`]),
    ...(column.unique ? ['  unique: true'] : []),
    ...(column.key ? ['  primaryKey: true'] : []),
    ...(column.values ? [`  enum: [${column.values.join(', ')}]`] : []),
    ...(column.minimum === undefined ? [] : [`  minimum: ${column.minimum}`]),
    ...(column.pii === undefined ? [] : [`  pii: ${column.pii}`]),
    ...(column.description ? [`  description: ${column.description}`] : []),
  ];
}

function dbtColumn(column: ColumnDraft): readonly string[] {
  const constraints = [
    ...(column.required ? ['{ type: not_null }'] : []),
    ...(column.unique ? ['{ type: unique }'] : []),
    ...(column.key ? ['{ type: primary_key }'] : []),
  ];
  const tests = [
    ...(column.values ? [`- accepted_values: { values: [${column.values.join(', ')}] }`] : []),
    ...(column.minimum === undefined ? [] : [`- dbt_utils.accepted_range: { min_value: ${column.minimum} }`]),
  ];
  return [
    `- name: ${column.name}`,
    ...(column.type ? [`  data_type: ${column.type}`] : []),
    ...(constraints.length > 0 ? [`  constraints: [${constraints.join(', ')}]`] : []),
    ...(column.description ? [`  description: ${column.description}`] : []),
    ...(tests.length > 0 ? ['  data_tests:', ...tests.map(test => `    ${test}`)] : []),
  ];
}
