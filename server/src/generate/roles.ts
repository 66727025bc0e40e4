/** What the columns of a relation are likely for: proposals for answers, by evidence first and by names where there is none. */

import { fits, templatesOf } from '../project/conventions.ts';
import type { GeneratorContext, Relation, RelationColumn } from './context.ts';
import { entityOf, singular, words } from './naming.ts';

/** The columns that together tell rows apart, as written; the shortest key known, else the column named so. */
export function keyOf(relation: Relation): readonly string[] {
  const declared = relation.meaning.grain?.value ?? relation.meaning.naturalKey?.value;
  const keys = declared && isHere(declared, relation) ? [declared] : relation.keys.filter(key => isHere(key, relation));
  const best = [...keys].sort((a, b) => a.length - b.length || worth(b) - worth(a))[0];
  // In the order of the columns: keys know none.
  if (best) {
    const own = new Set(best.map(lower));
    return relation.columns.map(column => column.name).filter(name => own.has(lower(name)));
  }
  const thing = singular(entityOf(relation.name));
  const names = relation.columns.map(column => column.name);
  const found =
    names.find(name => lower(name) === `${thing}_id`) ??
    names.find(name => lower(name) === 'id') ??
    names.find(name => lower(name) === `${thing}_key`);
  return found === undefined ? [] : [found];
}

/** Of two keys, business keys are those that people answer with. */
function worth(key: readonly string[]): number {
  return key.filter(column => !/_(?:key|sk|hash|hk)$/i.test(column)).length;
}

function isHere(key: readonly string[], relation: Relation): boolean {
  const names = new Set(relation.columns.map(column => lower(column.name)));
  return key.length > 0 && key.every(column => names.has(lower(column)));
}

export function written(column: string, relation: Relation): string {
  return relation.columns.find(each => lower(each.name) === lower(column))?.name ?? column;
}

export function columnOf(relation: Relation, name: string): RelationColumn | undefined {
  return relation.columns.find(each => lower(each.name) === lower(name));
}

export function isKeyLike(column: string): boolean {
  return /(?:^|_)(?:id|key|sk|pk|fk|uuid|guid|hash|hk)$|_(?:code|number|no|nr)$|^(?:code|number)$/i.test(column);
}

/** The same without codes and numbers, which more often describe than refer. */
export function isIdLike(column: string): boolean {
  return /(?:^|_)(?:id|key|sk|pk|fk|uuid|guid|hash|hk)$/i.test(column);
}

const TIME_NAME = /_(?:at|on|date|ts|time|timestamp|datetime|day|month)$|^(?:date|day|month|timestamp)(?:_|$)/i;

/** It holds a date or a time, by its type, or by its name where nobody says a type. */
export function isTime(column: RelationColumn): boolean {
  if (column.type !== undefined) return ['timestamp', 'timestamptz', 'date'].includes(column.type);
  return TIME_NAME.test(column.name);
}

export function isDate(column: RelationColumn | undefined): boolean {
  return column?.type === 'date';
}

/** Written by loaders and by dbt, not by the business. */
export function isBookkeeping(column: string): boolean {
  return /^_?(?:dbt|fivetran|airbyte|dlt|sdc|stitch|rivery|meltano|etl|dw)_|^_+(?:loaded|extracted|synced|ingested|row_hash|file)|^(?:loaded|ingested|extracted|synced)_at$|^(?:load_date|load_datetime|ldts|record_source|rsrc)$/i.test(
    column,
  );
}

/** When the loader wrote the row. */
export function loadTime(relation: Relation): string | undefined {
  const declared = relation.loadedAt;
  const byName = relation.columns.find(column =>
    /^_?(?:loaded|ingested|extracted|synced|fivetran_synced|airbyte_emitted|airbyte_extracted|dlt_loaded|sdc_batched|sdc_extracted)(?:_at|_ts)?$|^_fivetran_synced$|^(?:load_date|load_datetime|ldts)$/i.test(
      column.name,
    ),
  );
  if (declared !== undefined && /^\w+$/.test(declared)) return written(declared, relation);
  return byName?.name;
}

const UPDATE_TIME =
  /^(?:last_)?(?:updated|modified|changed|change)(?:_(?:at|on|ts|time|timestamp|datetime|date))?$|^systemmodstamp$/i;

/** When the business last changed the row. */
export function updateTime(relation: Relation): string | undefined {
  return relation.columns.find(column => UPDATE_TIME.test(column.name) && mayBeTime(column))?.name;
}

function mayBeTime(column: RelationColumn): boolean {
  return column.type === undefined || isTime(column);
}

/** The moment a row is about: `ordered_at` before `updated_at`. */
export function eventTimes(relation: Relation): readonly string[] {
  const thing = singular(entityOf(relation.name));
  const rank = (column: RelationColumn): number => {
    const name = lower(column.name);
    if (isBookkeeping(name)) return -1;
    if (UPDATE_TIME.test(name)) return 1;
    if (/^(?:created|inserted)_/.test(name)) return 2;
    return name.startsWith(thing) || /^(?:event|occurred|ordered|booked|sold|transaction)/.test(name) ? 4 : 3;
  };
  return relation.columns
    .filter(column => isTime(column) && rank(column) > 0)
    .sort((a, b) => rank(b) - rank(a))
    .map(column => column.name);
}

const NUMERIC = new Set(['integer', 'decimal', 'float']);
const MEASURE_NAME =
  /(?:^|_)(?:amount|amt|count|qty|quantity|price|cost|costs|revenue|total|value|balance|units|hours|minutes|seconds|days|fee|tax|discount|weight|distance|score|rate|points)(?:_[a-z]{2,3})?$/i;

/** A number that is no key, no code and no part of a date. */
export function isMeasure(column: RelationColumn): boolean {
  if (isKeyLike(column.name) || isBookkeeping(column.name)) return false;
  if (/(?:^|_)(?:year|month|quarter|week|day|version|rank|position|sequence|line|status|type)$/i.test(column.name))
    return false;
  return column.type === undefined ? MEASURE_NAME.test(column.name) : NUMERIC.has(column.type);
}

export function isFlag(column: RelationColumn): boolean {
  return column.type === undefined ? /^(?:is|has|was|can)_/i.test(column.name) : column.type === 'boolean';
}

/** A boolean that says the row is gone. */
export function deletedFlag(relation: Relation): string | undefined {
  return relation.columns.find(
    column =>
      /^_?(?:is_)?_?(?:deleted|removed)$|^_fivetran_deleted$|^__?deleted$/i.test(column.name) &&
      (column.type ?? 'boolean') === 'boolean',
  )?.name;
}

/** Values that every dialect can compare and sort. */
export function isComparable(column: RelationColumn | undefined): boolean {
  return !['json', 'array', 'map', 'struct', 'geography', 'binary'].includes(column?.type ?? 'text');
}

/** Numbers may be rates and prices, which do not add up. */
export function additivityOf(column: string): 'additive' | 'semi-additive' | 'non-additive' {
  if (/(?:^|_)(?:avg|average|mean|median)(?:_|$)|(?:^|_)unit_(?:price|cost)(?:_|$)/i.test(column))
    return 'non-additive';
  if (/(?:^|_)(?:rate|ratio|pct|percent|price|average|avg|margin|share|score)(?:_[a-z]{2,3})?$/i.test(column))
    return 'non-additive';
  return /(?:^|_)(?:balance|stock|inventory|on_hand|headcount)(?:_|$)/i.test(column) ? 'semi-additive' : 'additive';
}

/** Its entry marks it as telling something about a person. */
export function isPersonal(column: RelationColumn | undefined): boolean {
  const own = column?.meta?.['grainline'];
  const inner = own !== null && typeof own === 'object' && !Array.isArray(own) ? own : {};
  return column?.meta?.['pii'] === true || (inner as { readonly pii?: unknown }).pii === true;
}

/** What YAML says of a column that is carried along: its own description where it has one. */
export function described(relation: Relation, column: string, otherwise: string): string {
  const own = columnOf(relation, column)?.description?.trim();
  return own === undefined || own === '' ? otherwise : own;
}

/** `Tier name.` */
export function sentence(column: string): string {
  const text = words(column) || column;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/**
 * The column with a word before its name: `customer_city`, `previous_tier`. Where the project names flags by a claim, the
 * claim stays in front: `is_customer_active`.
 */
export function prefixed(prefix: string, column: string, context: GeneratorContext): string {
  const plain = `${prefix}_${column}`;
  const claim = /^(is|has|was|had|can|use|does|should|are|did)_(.+)$/i.exec(column);
  const patterns = context.conventions.columns.boolean?.patterns;
  if (!claim || !patterns || fits(plain, templatesOf(patterns))) return plain;
  return `${claim[1]}_${prefix}_${claim[2]}`;
}

/* ---------------------------------------------------------------- dimensions */

/** A dimension as a fact joins it. */
export interface DimensionFacts {
  readonly relation: Relation;
  readonly entity: string;
  readonly naturalKey: readonly string[];
  /** Column that a fact keeps: the surrogate key, else the only natural key. */
  readonly key: string | undefined;
  /** Several versions of one natural key: joined by time. */
  readonly versions: { readonly from: string; readonly to: string } | undefined;
}

export function dimensionFacts(relation: Relation, context: GeneratorContext): DimensionFacts {
  const { meaning, columns } = relation;
  const names = new Map(columns.map(column => [lower(column.name), column.name]));
  const find = (name: string): string | undefined => names.get(lower(name));
  const from = find(meaning.validFrom?.value ?? context.validity.from);
  const to = find(meaning.validTo?.value ?? context.validity.to);
  const scd = meaning.scd?.value;
  const hasVersions = scd === undefined ? from !== undefined && to !== undefined : scd === 2 || scd === 6 || scd === 7;
  const entity = entityOf(relation.name);
  const single = relation.keys.flatMap(key => (key.length === 1 ? key : []));
  const isSurrogate = (column: string): boolean =>
    new RegExp(`(?:_key|_sk|_hk|_hash|${context.surrogateKeySuffix})$`, 'i').test(column);
  const surrogate =
    meaning.surrogateKey?.value ??
    single.find(isSurrogate) ??
    columns.map(column => column.name).find(name => lower(name) === `${singular(entity)}${context.surrogateKeySuffix}`);
  const natural = meaning.naturalKey?.value ?? naturalOf(relation, single, isSurrogate, from);
  const naturalKey = natural.flatMap(column => find(column) ?? []);
  const key =
    (surrogate === undefined ? undefined : find(surrogate)) ?? (naturalKey.length === 1 ? naturalKey[0] : undefined);
  return {
    relation,
    entity,
    naturalKey,
    key,
    versions: hasVersions && from !== undefined && to !== undefined ? { from, to } : undefined,
  };
}

function naturalOf(
  relation: Relation,
  single: readonly string[],
  isSurrogate: (column: string) => boolean,
  validFrom: string | undefined,
): readonly string[] {
  const business = single.find(column => !isSurrogate(column));
  if (business !== undefined) return [business];
  // A version is unique by natural key and start: what is left without the start is the key.
  const composite = relation.keys.find(key => key.length > 1 && !key.some(isSurrogate));
  if (composite) return composite.filter(column => lower(column) !== lower(validFrom ?? ''));
  const thing = singular(entityOf(relation.name));
  return relation.columns
    .map(column => column.name)
    .filter(name => [`${thing}_id`, 'id'].includes(lower(name)))
    .slice(0, 1);
}

function lower(text: string): string {
  return text.toLowerCase();
}
