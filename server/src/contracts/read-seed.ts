/**
 * `contract:` in its two spellings: columns as a list of `column:` entries with checks, or by name under
 * `schema: { properties: … }`. The SLA and the consumers may stand inside `contract:` or beside it.
 */

import type { Span } from '../base/span.ts';
import type { Certainty } from '../project/facts.ts';
import { textSpan } from '../project/properties.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { entryOf, listOf, mapOf, plainMap, textOf, valueAt } from '../syntax/yaml/access.ts';
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
  versionOf,
} from './drafts.ts';
import { headOf, holdsJinja, MapFacts } from './facts-of-map.ts';
import type {
  Consumer,
  Contract,
  ContractCheck,
  ContractColumn,
  Deprecation,
  PlacedContract,
  PlacedContractColumn,
  PlacedObject,
} from './model.ts';

export function readSeed(root: YamlMap, at: Span): PlacedContract | undefined {
  const map = mapOf(root, 'contract');
  if (!map) return undefined;
  const facts = new MapFacts(map);
  const object = readObject(map, facts);
  const contract: Draft<Contract> = draftContract(object.isByProperties ? 'properties' : 'seed');
  contract.name = facts.text('name', 'name');
  contract.id = facts.text('id', 'id');
  contract.version = readVersion(facts, 'version');
  contract.status = facts.text('status', 'status');
  contract.owner = facts.text('owner', 'owner', 'team');
  contract.description = facts.text('description', 'description');
  contract.domain = facts.text('domain', 'domain');
  contract.channel = facts.text('channel', 'notification_channel');
  contract.policy = facts.text('policy', 'breaking_change_policy');
  contract.classification = facts.text('classification', 'classification');
  contract.tags = facts.texts('tags', 'tags');
  contract.deprecation = readDeprecation(facts);
  const beside = new MapFacts(root);
  const promises = readSla(facts.entry('sla') ? facts : beside);
  contract.sla = promises.sla;
  const readers = readConsumers(facts.entry('consumers') ? facts : beside);
  contract.consumers = readers.consumers;
  contract.objects = [object.placed.facts];
  contract.hasUnknowns = facts.hasUnknowns || promises.hasUnknowns;
  const name = valueAt(map, 'name');
  return {
    facts: contract,
    at,
    nameAt: name?.kind === 'scalar' && name.value !== null ? textSpan(name) : headOf(root),
    places: { ...beside.places, ...promises.places, ...facts.places },
    objects: [object.placed],
    consumersAt: readers.at,
    serversAt: [],
  };
}

export function readVersion(facts: MapFacts, ...keys: readonly string[]) {
  const text = facts.text('version', ...keys);
  const value = facts.entry(...keys)?.value;
  const isNumber = value?.kind === 'scalar' && typeof value.value === 'number';
  return text === undefined ? undefined : versionOf(text, isNumber);
}

export function readDeprecation(facts: MapFacts): Deprecation | undefined {
  const mark = facts.entry('deprecated')?.value;
  const since = facts.text('deprecatedSince', 'deprecated_since', 'deprecatedSince');
  const removal = facts.text('deprecationDate', 'deprecation_date', 'deprecationDate');
  facts.note('deprecated', facts.entry('deprecated'));
  const isMarked = mark?.kind === 'scalar' && mark.value !== null && mark.value !== false && mark.text !== '';
  if (!isMarked && since === undefined && removal === undefined) return undefined;
  return { since, removal, reason: isMarked && mark.value !== true ? mark.text : undefined };
}

/* ------------------------------------------------------------------- columns */

function readObject(
  map: YamlMap,
  contract: MapFacts,
): { readonly placed: PlacedObject; readonly isByProperties: boolean } {
  const schema = valueAt(map, 'schema') ?? valueAt(map, 'columns');
  const name = valueAt(map, 'name');
  const object = draftObject(textOf(name) ?? '');
  object.model = contract.text('model', 'model');
  object.physicalName = contract.text('physicalName', 'table');
  const byName = mapOf(schema, 'properties');
  const columns =
    schema?.kind === 'list'
      ? schema.items.flatMap(item => (item.kind === 'map' ? readListed(item) : []))
      : readProperties(byName, requiredNames(schema));
  object.description = byName ? textOf(valueAt(schema, 'description')) : undefined;
  object.columns = columns.map(column => column.facts);
  object.keys = keysOfColumns(object.columns);
  object.isComplete = isWhole(schema, columns.length);
  contract.note('schema', entryOf(map, 'schema') ?? entryOf(map, 'columns'));
  return {
    isByProperties: byName !== undefined,
    placed: {
      facts: object,
      at: schema?.span ?? map.span,
      nameAt: name?.kind === 'scalar' && name.value !== null ? textSpan(name) : headOf(map),
      places: contract.places,
      columns,
      checksAt: [],
    },
  };
}

/** Each entry is a column: none is empty, broken or made by Jinja. */
function isWhole(schema: YamlNode | undefined, columns: number): boolean {
  if (schema?.kind === 'list') return schema.items.length === columns && columns > 0;
  return columns > 0 && mapOf(schema, 'properties')?.entries.length === columns;
}

function requiredNames(schema: YamlNode | undefined): ReadonlySet<string> {
  return new Set((listOf(schema, 'required')?.items ?? []).flatMap(item => textOf(item) ?? []));
}

function readListed(map: YamlMap): readonly PlacedContractColumn[] {
  const key = entryOf(map, 'column') ?? entryOf(map, 'name');
  const name = key?.value;
  if (name?.kind !== 'scalar' || name.value === null || name.text === '' || name.hasJinja) return [];
  return [readColumn(map, name, false)];
}

function readProperties(map: YamlMap | undefined, required: ReadonlySet<string>): readonly PlacedContractColumn[] {
  return (map?.entries ?? []).flatMap(({ key, value }) => {
    if (key.hasJinja || key.text === '') return [];
    return [readColumn(value.kind === 'map' ? value : undefined, key, required.has(key.text))];
  });
}

function readColumn(map: YamlMap | undefined, name: YamlScalar, isListedAsRequired: boolean): PlacedContractColumn {
  const facts = new MapFacts(map);
  const column = draftColumn(name.text);
  const precision = facts.number('precision', 'precision');
  const scale = facts.number('scale', 'scale');
  const type = facts.text('type', 'type', 'data_type');
  if (type !== undefined)
    column.type = typeOf(type, {
      ...(precision === undefined ? {} : { precision }),
      ...(scale === undefined ? {} : { scale }),
    });
  column.required = isListedAsRequired ? 'yes' : readRequired(facts);
  column.unique = facts.flag('unique', 'unique') === true ? 'yes' : 'no';
  const primary = facts.flag('primaryKey', 'primary_key');
  if (primary === true) column.primaryKey = 1;
  column.values = facts.values('values', 'enum');
  column.range = rangeOf(bound(facts, 'minimum'), bound(facts, 'maximum'));
  if (column.range) facts.note('range', facts.entry('minimum', 'maximum'));
  column.minLength = facts.number('minLength', 'min_length', 'minLength');
  column.maxLength = facts.number('maxLength', 'max_length', 'maxLength');
  column.pattern = facts.text('pattern', 'pattern');
  column.format = facts.text('format', 'format');
  column.default = facts.value('default', 'default');
  column.pii = facts.flag('pii', 'pii');
  column.classification = facts.text('classification', 'classification');
  column.description = facts.text('description', 'description');
  column.businessDefinition = facts.text('businessDefinition', 'business_definition');
  column.unit = facts.text('unit', 'unit', 'currency');
  column.timezone = facts.text('timezone', 'timezone');
  column.deprecation = readDeprecation(facts);
  column.tags = facts.texts('tags', 'tags');
  const checks = facts.maps('checks');
  const read = checks.flatMap(check => readCheck(check, column, facts).map(one => ({ check: one, at: headOf(check) })));
  column.checks = read.map(({ check }) => check);
  const nested = readProperties(mapOf(map, 'properties'), requiredNames(map));
  column.columns = nested.map(one => one.facts);
  column.hasUnknowns = facts.hasUnknowns || checks.some(holdsJinja);
  if (column.hasUnknowns && column.unique === 'no') column.unique = 'unknown';
  return {
    facts: column,
    at: map ? { start: Math.min(name.span.start, map.span.start), end: map.span.end } : name.span,
    nameAt: textSpan(name),
    places: facts.places,
    columns: nested,
    checksAt: read.map(({ at }) => at),
  };
}

/** `nullable: false`, `not_null: true` and `required: true` say the same. */
function readRequired(facts: MapFacts): Certainty {
  const nullable = facts.flag('required', 'nullable');
  if (nullable !== undefined) return nullable ? 'no' : 'yes';
  const required = facts.flag('required', 'not_null', 'required');
  return required === undefined ? 'unknown' : required ? 'yes' : 'no';
}

function bound(facts: MapFacts, key: string): number | string | undefined {
  const value = facts.value(key, key);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** A check that says what a column's own keys could say is read as that, unless they do. */
function readCheck(map: YamlMap, column: Draft<ContractColumn>, facts: MapFacts): readonly ContractCheck[] {
  const type = textOf(valueAt(map, 'type'))?.toLowerCase();
  const kind = type === undefined ? undefined : CHECK_KINDS[type];
  if (kind === undefined) return [];
  const params = valueAt(map, 'params');
  const isKnown = params === undefined || !holdsJinja(params);
  const parameters = plainMap(params);
  const note = (fact: string, key?: string) => {
    const entry = (key === undefined ? undefined : entryOf(params, key)) ?? entryOf(map, 'type');
    facts.note(fact, entry);
  };
  if (kind === 'not_null' && column.required === 'unknown') {
    column.required = 'yes';
    note('required');
  }
  if (kind === 'unique' && column.unique !== 'yes') {
    column.unique = 'yes';
    note('unique');
  }
  if (kind === 'values' && isKnown && column.values === undefined && Array.isArray(parameters['values'])) {
    column.values = parameters['values'] as readonly PlainValue[];
    note('values', 'values');
  }
  if (kind === 'range' && isKnown && column.range === undefined) {
    column.range = rangeOf(boundIn(parameters['min']), boundIn(parameters['max']));
    if (column.range) note('range', parameters['min'] === undefined ? 'max' : 'min');
    note('minimum', 'min');
    note('maximum', 'max');
  }
  if (kind === 'pattern' && isKnown && column.pattern === undefined && typeof parameters['pattern'] === 'string') {
    column.pattern = parameters['pattern'];
    note('pattern', 'pattern');
  }
  return [
    {
      kind,
      name: textOf(valueAt(map, 'name')),
      columns: [],
      parameters,
      severity: textOf(valueAt(map, 'severity')),
    },
  ];
}

const CHECK_KINDS: { readonly [type: string]: ContractCheck['kind'] } = {
  not_null: 'not_null',
  unique: 'unique',
  range: 'range',
  enum: 'values',
  regex: 'pattern',
  custom: 'custom',
};

function boundIn(value: PlainValue): number | string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
}

/* ------------------------------------------------------------------ promises */

function readSla(owner: MapFacts) {
  const sla = draftSla();
  const facts = new MapFacts(owner.entry('sla')?.value);
  owner.note('sla', owner.entry('sla'));
  const parts = { freshness: part('freshness'), completeness: part('completeness'), accuracy: part('accuracy') };
  sla.freshnessHours =
    facts.number('sla.freshnessHours', 'freshness_hours') ??
    parts.freshness.number('sla.freshnessHours', 'max_delay_hours');
  sla.availabilityPercent = facts.number('sla.availabilityPercent', 'availability_percent');
  sla.support = facts.text('sla.support', 'support_hours');
  sla.retentionDays = facts.number('sla.retentionDays', 'retention_days');
  sla.completenessPercent = parts.completeness.number('sla.completenessPercent', 'min_percentage');
  sla.duplicateTolerance = parts.accuracy.number('sla.duplicateTolerance', 'duplicate_tolerance');
  const all = [facts, ...Object.values(parts)];
  return {
    sla,
    hasUnknowns: all.some(one => one.hasUnknowns),
    places: Object.assign({}, ...all.map(one => one.places)) as MapFacts['places'],
  };

  function part(key: string): MapFacts {
    return new MapFacts(facts.entry(key)?.value);
  }
}

function readConsumers(owner: MapFacts): { readonly consumers: readonly Consumer[]; readonly at: readonly Span[] } {
  const entry = owner.entry('consumers');
  owner.note('consumers', entry);
  const consumers: Consumer[] = [];
  const at: Span[] = [];
  for (const item of entry?.value.kind === 'list' ? entry.value.items : []) {
    const name = item.kind === 'map' ? textOf(valueAt(item, 'name')) : textOf(item);
    if (name === undefined || name === '') continue;
    const columns = (listOf(item, 'columns')?.items ?? []).flatMap(one => textOf(one) ?? []);
    consumers.push({ name, usage: textOf(valueAt(item, 'usage')), columns });
    at.push(headOf(item));
  }
  return { consumers, at };
}
