/** Contracts while they are read: everything unsaid until a reader finds it. */

import type {
  Contract,
  ContractColumn,
  ContractForm,
  ContractKey,
  ContractObject,
  ContractRange,
  ContractType,
  ContractVersion,
  Sla,
} from './model.ts';

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function draftContract(form: ContractForm): Draft<Contract> {
  return {
    form,
    formVersion: undefined,
    id: undefined,
    name: undefined,
    version: undefined,
    status: undefined,
    owner: undefined,
    description: undefined,
    domain: undefined,
    channel: undefined,
    policy: undefined,
    classification: undefined,
    tags: [],
    deprecation: undefined,
    consumers: [],
    sla: draftSla(),
    servers: [],
    objects: [],
    hasUnknowns: false,
  };
}

export function draftSla(): Draft<Sla> {
  return {
    freshnessHours: undefined,
    latencyHours: undefined,
    frequencyHours: undefined,
    availabilityPercent: undefined,
    support: undefined,
    retentionDays: undefined,
    completenessPercent: undefined,
    duplicateTolerance: undefined,
    others: {},
  };
}

export function draftObject(name: string): Draft<ContractObject> {
  return {
    name,
    id: undefined,
    physicalName: undefined,
    physicalType: undefined,
    model: undefined,
    description: undefined,
    classification: undefined,
    tags: [],
    deprecation: undefined,
    columns: [],
    keys: [],
    checks: [],
    isComplete: true,
  };
}

export function draftColumn(name: string): Draft<ContractColumn> {
  return {
    name,
    id: undefined,
    physicalName: undefined,
    type: undefined,
    required: 'unknown',
    unique: 'no',
    primaryKey: undefined,
    primaryKeyPosition: undefined,
    values: undefined,
    range: undefined,
    minLength: undefined,
    maxLength: undefined,
    pattern: undefined,
    format: undefined,
    default: undefined,
    pii: undefined,
    classification: undefined,
    description: undefined,
    businessDefinition: undefined,
    unit: undefined,
    timezone: undefined,
    deprecation: undefined,
    tags: [],
    references: [],
    checks: [],
    columns: [],
    hasUnknowns: false,
  };
}

/* -------------------------------------------------------------------- values */

export function versionOf(text: string, isNumber: boolean): ContractVersion {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][0-9A-Za-z.+-]+)?$/.exec(text);
  if (found) return { raw: text, kind: 'semver', parts: [Number(found[1]), Number(found[2]), Number(found[3])] };
  return { raw: text, kind: isNumber && text.includes('.') ? 'float' : 'other' };
}

/** `decimal(12, 2)` and `varchar(20)` say numbers of digits and characters. */
export function typeOf(
  text: string,
  more: { readonly logical?: string; readonly precision?: number; readonly scale?: number } = {},
): ContractType {
  const inside = /^\s*([a-z][\w ]*?)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/i.exec(text);
  const isText = inside !== null && /char|string|text|binary/i.test(inside[1]!);
  const first = inside?.[2] === undefined ? undefined : Number(inside[2]);
  const second = inside?.[3] === undefined ? undefined : Number(inside[3]);
  const isNumber = inside !== null && /^(dec|num|fixed|bignum|bigdec)/i.test(inside[1]!);
  return {
    text: text.trim(),
    logical: more.logical,
    precision: more.precision ?? (isNumber ? first : undefined),
    scale: more.scale ?? (isNumber ? second : undefined),
    length: isText ? first : undefined,
  };
}

export function rangeOf(
  minimum: number | string | undefined,
  maximum: number | string | undefined,
  exclusive: { readonly minimum?: boolean; readonly maximum?: boolean } = {},
): ContractRange | undefined {
  if (minimum === undefined && maximum === undefined) return undefined;
  return {
    ...(minimum === undefined ? {} : { minimum: { value: minimum, isExclusive: exclusive.minimum ?? false } }),
    ...(maximum === undefined ? {} : { maximum: { value: maximum, isExclusive: exclusive.maximum ?? false } }),
  };
}

/** The keys that columns declare for themselves. */
export function keysOfColumns(columns: readonly ContractColumn[]): readonly ContractKey[] {
  const primary = columns
    .filter(column => column.primaryKey !== undefined)
    .sort((a, b) => (a.primaryKey ?? 0) - (b.primaryKey ?? 0));
  const keys: ContractKey[] = [];
  if (primary.length > 0) keys.push({ kind: 'primary', columns: primary.map(column => column.name) });
  for (const { name, unique, references } of columns) {
    if (unique === 'yes') keys.push({ kind: 'unique', columns: [name] });
    if (references.length > 0) keys.push({ kind: 'foreign', columns: [name], references });
  }
  return keys;
}
