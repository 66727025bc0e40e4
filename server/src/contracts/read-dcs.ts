/** The Data Contract Specification, 0.9 to 1.2: https://datacontract-specification.com */

import type { Span } from '../base/span.ts';
import { textSpan } from '../project/properties.ts';
import { entryOf, mapOf, scalarOf, textAt, valueAt } from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../syntax/yaml/tree.ts';
import {
  type Draft,
  draftColumn,
  draftContract,
  draftObject,
  draftSla,
  keysOfColumns,
  rangeOf,
  typeOf,
} from './drafts.ts';
import { hoursOf, percentOf } from './durations.ts';
import { headOf, MapFacts } from './facts-of-map.ts';
import type { Contract, ContractColumn, PlacedContract, PlacedContractColumn, PlacedObject, Places } from './model.ts';
import { readCheck, readServer } from './read-odcs.ts';
import { readDeprecation, readVersion } from './read-seed.ts';

export function readDcs(root: YamlMap, at: Span): PlacedContract {
  const facts = new MapFacts(root);
  const info = new MapFacts(valueAt(root, 'info'));
  const contract: Draft<Contract> = draftContract('dcs');
  contract.formVersion = facts.text('formVersion', 'dataContractSpecification');
  contract.id = facts.text('id', 'id');
  contract.name = info.text('name', 'title');
  contract.version = readVersion(info, 'version');
  contract.status = info.text('status', 'status');
  contract.owner = info.text('owner', 'owner');
  contract.description = info.text('description', 'description');
  contract.domain = info.text('domain', 'domain');
  contract.policy = info.text('policy', 'breaking_change_policy', 'breakingChangePolicy');
  contract.classification = info.text('classification', 'classification');
  contract.channel = contactOf(info);
  contract.tags = facts.texts('tags', 'tags');
  contract.deprecation = readDeprecation(info);
  const sla = readSla(valueAt(root, 'servicelevels'));
  facts.note('sla', facts.entry('servicelevels'));
  contract.sla = sla.sla;
  const servers = mapOf(root, 'servers')?.entries ?? [];
  facts.note('servers', facts.entry('servers'));
  contract.servers = servers.map(({ key, value }) => ({ ...readServer(value), name: key.text }));
  facts.note('schema', facts.entry('models'));
  const definitions = mapOf(root, 'definitions');
  const objects = (mapOf(root, 'models')?.entries ?? []).flatMap(({ key, value }) =>
    key.hasJinja || key.text === '' ? [] : [readModel(key, value, definitions)],
  );
  contract.objects = objects.map(object => object.facts);
  contract.hasUnknowns = facts.hasUnknowns || info.hasUnknowns;
  const title = scalarOf(mapOf(root, 'info'), 'title') ?? scalarOf(root, 'id');
  return {
    facts: contract,
    at,
    nameAt: title && title.value !== null ? textSpan(title) : headOf(root),
    places: { ...sla.places, ...info.places, ...facts.places },
    objects,
    consumersAt: [],
    serversAt: servers.map(({ key }) => key.span),
  };
}

function contactOf(info: MapFacts): string | undefined {
  const contact = info.entry('contact');
  info.note('channel', contact);
  return textAt(contact?.value, 'email') ?? textAt(contact?.value, 'url') ?? textAt(contact?.value, 'name');
}

/* -------------------------------------------------------------------- models */

function readModel(key: YamlScalar, value: YamlNode, definitions: YamlMap | undefined): PlacedObject {
  const facts = new MapFacts(value);
  const object = draftObject(key.text);
  object.physicalType = facts.text('physicalType', 'type');
  object.description = facts.text('description', 'description');
  object.tags = facts.texts('tags', 'tags');
  const config = valueAt(value, 'config');
  object.model = textAt(config, 'dbtModel') ?? textAt(config, 'dbt_model');
  object.deprecation = readDeprecation(facts);
  const fields = mapOf(value, 'fields');
  const stated = facts.texts('primaryKey', 'primaryKey');
  const columns = withKey(readFields(fields, definitions), stated);
  object.columns = columns.map(column => column.facts);
  const keys = keysOfColumns(object.columns);
  // As stated, even where it names a column that is not there.
  object.keys =
    stated.length > 0 ? [{ kind: 'primary', columns: stated }, ...keys.filter(key => key.kind !== 'primary')] : keys;
  const checks = facts.maps('quality');
  object.checks = checks.flatMap(readCheck);
  object.isComplete = fields !== undefined && fields.entries.length === columns.length && columns.length > 0;
  facts.note('columns', entryOf(value, 'fields'));
  return {
    facts: object,
    at: value.span.end > value.span.start ? { start: key.span.start, end: value.span.end } : key.span,
    nameAt: textSpan(key),
    places: facts.places,
    columns,
    checksAt: checks.map(headOf),
  };
}

/** The key stands on the model, or on its fields in their order. */
function withKey(columns: readonly PlacedContractColumn[], key: readonly string[]): readonly PlacedContractColumn[] {
  const own = columns.filter(({ facts }) => facts.primaryKey !== undefined).map(({ facts }) => facts.name);
  const order = key.length > 0 ? key : own;
  return columns.map(column => {
    const position = order.indexOf(column.facts.name);
    const primaryKey = position < 0 ? undefined : position + 1;
    return primaryKey === column.facts.primaryKey ? column : { ...column, facts: { ...column.facts, primaryKey } };
  });
}

function readFields(map: YamlMap | undefined, definitions: YamlMap | undefined): readonly PlacedContractColumn[] {
  return (map?.entries ?? []).flatMap(({ key, value }) =>
    key.hasJinja || key.text === '' ? [] : [readField(key.text, textSpan(key), value, definitions)],
  );
}

/** `value` is the field's map; what it does not say, the definition it refers to may. */
function readField(
  name: string,
  nameAt: Span,
  value: YamlNode,
  definitions: YamlMap | undefined,
): PlacedContractColumn {
  const facts = new MapFacts(inherited(value, definitions));
  const column = draftColumn(name);
  const type = facts.text('type', 'type');
  const precision = facts.number('precision', 'precision');
  const scale = facts.number('scale', 'scale');
  const physical = physicalTypeOf(valueAt(value, 'config'));
  if (type !== undefined || physical !== undefined)
    column.type = typeOf(physical ?? type ?? '', {
      ...(type === undefined ? {} : { logical: type }),
      ...(precision === undefined ? {} : { precision }),
      ...(scale === undefined ? {} : { scale }),
    });
  column.required = certainty(facts.flag('required', 'required'), facts);
  column.unique = certainty(facts.flag('unique', 'unique'), facts);
  if (facts.flag('primaryKey', 'primaryKey', 'primary') === true) column.primaryKey = 1;
  column.values = facts.values('values', 'enum');
  column.range = readRange(facts);
  column.minLength = facts.number('minLength', 'minLength');
  column.maxLength = facts.number('maxLength', 'maxLength');
  column.pattern = facts.text('pattern', 'pattern');
  column.format = facts.text('format', 'format');
  column.pii = facts.flag('pii', 'pii');
  column.classification = facts.text('classification', 'classification');
  column.description = facts.text('description', 'description');
  column.businessDefinition = facts.text('businessDefinition', 'title');
  column.deprecation = readDeprecation(facts);
  column.tags = facts.texts('tags', 'tags');
  column.references = facts.texts('references', 'references');
  const checks = facts.maps('quality');
  column.checks = checks.flatMap(readCheck);
  const items = mapOf(value, 'items');
  const nested = [
    ...readFields(mapOf(value, 'fields'), definitions),
    ...(items ? [readField('[]', headOf(items), items, definitions)] : []),
  ];
  column.columns = nested.map(one => one.facts);
  column.hasUnknowns = facts.hasUnknowns;
  return {
    facts: column,
    at: { start: Math.min(nameAt.start, value.span.start), end: Math.max(nameAt.end, value.span.end) },
    nameAt,
    places: facts.places,
    columns: nested,
    checksAt: checks.map(headOf),
  };
}

/** `$ref: '#/definitions/order_id'` inherits what the field does not say itself. */
function inherited(value: YamlNode, definitions: YamlMap | undefined): YamlNode {
  const reference = textAt(value, '$ref');
  if (value.kind !== 'map' || reference === undefined || !reference.startsWith('#/definitions/')) return value;
  const definition = valueAt(definitions, reference.slice('#/definitions/'.length).replaceAll('~1', '/'));
  if (definition?.kind !== 'map') return value;
  const own = new Set(value.entries.map(({ key }) => key.text));
  return { ...value, entries: [...value.entries, ...definition.entries.filter(({ key }) => !own.has(key.text))] };
}

function physicalTypeOf(config: YamlNode | undefined): string | undefined {
  if (config?.kind !== 'map') return undefined;
  for (const { key, value } of config.entries) {
    if (/^(snowflake|bigquery|redshift|postgres|databricks|sqlserver|oracle|trino|physical)Type$/.test(key.text))
      return value.kind === 'scalar' && value.value !== null ? value.text : undefined;
  }
  return undefined;
}

function readRange(facts: MapFacts): ContractColumn['range'] {
  const bound = (fact: string, key: string): number | string | undefined => {
    const value = facts.value(fact, key);
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
  };
  const above = bound('minimum', 'exclusiveMinimum');
  const below = bound('maximum', 'exclusiveMaximum');
  const range = rangeOf(above ?? bound('minimum', 'minimum'), below ?? bound('maximum', 'maximum'), {
    minimum: above !== undefined,
    maximum: below !== undefined,
  });
  if (range) facts.note('range', facts.entry('minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'));
  return range;
}

function certainty(value: boolean | undefined, facts: MapFacts): ContractColumn['required'] {
  if (value !== undefined) return value ? 'yes' : 'no';
  return facts.hasUnknowns ? 'unknown' : 'no';
}

/* ------------------------------------------------------------ service levels */

function readSla(node: YamlNode | undefined): { readonly sla: Contract['sla']; readonly places: Places } {
  const sla = draftSla();
  const places: { [fact: string]: Places[string] } = {};
  const part = (key: string) => new MapFacts(valueAt(node, key));
  const take = (level: string, key: string, fact: string): string | undefined => {
    const facts = part(level);
    const text = facts.text(`sla.${fact}`, key);
    Object.assign(places, facts.places);
    return text;
  };
  const hours = (text: string | undefined) => (text === undefined ? undefined : hoursOf(text));
  sla.freshnessHours = hours(take('freshness', 'threshold', 'freshnessHours'));
  sla.latencyHours = hours(take('latency', 'threshold', 'latencyHours'));
  const interval = take('frequency', 'interval', 'frequencyHours');
  sla.frequencyHours = interval === undefined ? undefined : (INTERVALS[interval.toLowerCase()] ?? hoursOf(interval));
  const percentage = take('availability', 'percentage', 'availabilityPercent');
  sla.availabilityPercent = percentage === undefined ? undefined : percentOf(percentage);
  const retention = hours(take('retention', 'period', 'retentionDays'));
  sla.retentionDays = retention === undefined ? undefined : retention / 24;
  const support = take('support', 'time', 'support');
  sla.support = support === undefined ? undefined : (SUPPORT[support.toLowerCase()] ?? support);
  return { sla, places };
}

const INTERVALS: { readonly [word: string]: number } = { hourly: 1, daily: 24, weekly: 168, monthly: 720 };
const SUPPORT: { readonly [words: string]: string } = {
  '24/7': '24x7',
  '24x7': '24x7',
  'business hours': 'business-hours',
  'business hours only': 'business-hours',
};
