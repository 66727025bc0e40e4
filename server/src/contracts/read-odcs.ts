/** The Open Data Contract Standard, 3.0 and 3.1: https://bitol-io.github.io/open-data-contract-standard */

import type { Span } from '../base/span.ts';
import { textSpan } from '../project/properties.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import {
  define,
  entryOf,
  itemsOf,
  listOf,
  plainMap,
  plainValue,
  scalarOf,
  textAt,
  valueAt,
} from '../syntax/yaml/access.ts';
import type { YamlMap, YamlNode } from '../syntax/yaml/tree.ts';
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
import { hoursIn, hoursOf, percentOf } from './durations.ts';
import { headOf, MapFacts } from './facts-of-map.ts';
import type {
  Contract,
  ContractCheck,
  ContractColumn,
  ContractKey,
  ContractServer,
  Deprecation,
  Place,
  PlacedContract,
  PlacedContractColumn,
  PlacedObject,
  PlacedReference,
  Sla,
} from './model.ts';
import { readVersion } from './read-seed.ts';

export function readOdcs(root: YamlMap, at: Span): PlacedContract {
  const facts = new MapFacts(root);
  const contract: Draft<Contract> = draftContract('odcs');
  contract.formVersion = facts.text('formVersion', 'apiVersion');
  contract.id = facts.text('id', 'id');
  contract.name = facts.text('name', 'name');
  contract.version = readVersion(facts, 'version');
  contract.status = facts.text('status', 'status');
  contract.domain = facts.text('domain', 'domain');
  contract.tags = facts.texts('tags', 'tags');
  contract.description = readDescription(facts);
  contract.owner = readOwner(facts);
  contract.channel = textAt(itemsOf(root, 'support')[0], 'channel');
  facts.note('channel', facts.entry('support'));
  contract.deprecation = deprecationOfStatus(contract.status);
  const custom = customProperties(root);
  contract.policy = textIn(custom, 'breakingChangePolicy', 'breaking_change_policy');
  contract.classification = textIn(custom, 'classification');
  const sla = readSla(root);
  facts.note('sla', facts.entry('slaProperties'));
  contract.sla = sla.sla;
  const servers = facts.maps('servers');
  facts.note('servers', facts.entry('servers'));
  contract.servers = servers.map(readServer);
  const list = listOf(root, 'schema');
  facts.note('schema', facts.entry('schema'));
  const objects = (list?.items ?? []).flatMap(item => (item.kind === 'map' ? readObject(item) : []));
  contract.objects = objects.map(object => object.facts);
  contract.hasUnknowns = facts.hasUnknowns;
  const name = scalarOf(root, 'name');
  return {
    facts: contract,
    at,
    nameAt: name && name.value !== null ? textSpan(name) : headOf(root),
    places: { ...sla.places, ...facts.places },
    objects,
    consumersAt: [],
    references: (list?.items ?? []).flatMap(referencesIn),
    serversAt: servers.map(headOf),
  };
}

function readDescription(facts: MapFacts): string | undefined {
  const value = facts.entry('description')?.value;
  if (value?.kind !== 'map') return facts.text('description', 'description');
  facts.note('description', facts.entry('description'));
  return textAt(value, 'purpose') ?? textAt(value, 'usage');
}

/** The member with that role, else the team itself; a list of members before 3.1. */
function readOwner(facts: MapFacts): string | undefined {
  const entry = facts.entry('team');
  facts.note('owner', entry);
  const team = entry?.value;
  const members = team?.kind === 'list' ? team.items : itemsOf(team, 'members');
  const owner = members.find(member => /owner/i.test(textAt(member, 'role') ?? ''));
  const named = owner ?? (team?.kind === 'list' ? members[0] : undefined);
  return textAt(team, 'name') ?? textAt(named, 'name') ?? textAt(named, 'username');
}

function deprecationOfStatus(status: string | undefined): Deprecation | undefined {
  if (!/^(deprecated|retired)$/i.test(status ?? '')) return undefined;
  return { since: undefined, removal: undefined, reason: undefined };
}

export function customProperties(node: YamlNode | undefined): { readonly [name: string]: PlainValue } {
  const found: { [name: string]: PlainValue } = {};
  for (const item of itemsOf(node, 'customProperties')) {
    const name = textAt(item, 'property');
    if (name !== undefined) define(found, name, plainValue(valueAt(item, 'value')));
  }
  return found;
}

function textIn(values: { readonly [name: string]: PlainValue }, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = values[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/* ------------------------------------------------------------------- objects */

function readObject(map: YamlMap): readonly PlacedObject[] {
  const facts = new MapFacts(map);
  const name = facts.text('name', 'name');
  const scalar = scalarOf(map, 'name');
  if (name === undefined || !scalar) return [];
  const object = draftObject(name);
  object.id = facts.text('id', 'id');
  object.physicalName = facts.text('physicalName', 'physicalName');
  object.physicalType = facts.text('physicalType', 'physicalType');
  object.description = facts.text('description', 'description');
  object.tags = facts.texts('tags', 'tags');
  const custom = customProperties(map);
  object.model = textIn(custom, 'dbtModel', 'dbt_model', 'dbt');
  object.classification = textIn(custom, 'classification');
  object.deprecation = deprecationIn(custom, object.tags);
  const properties = listOf(map, 'properties');
  const columns = inOrderOfKey((properties?.items ?? []).flatMap(item => readProperty(item)));
  object.columns = columns.map(column => column.facts);
  object.keys = [...keysOfColumns(object.columns), ...foreignKeys(map)];
  const checks = facts.maps('quality');
  object.checks = checks.flatMap(readCheck);
  object.isComplete = properties !== undefined && properties.items.length === columns.length && columns.length > 0;
  facts.note('columns', entryOf(map, 'properties'));
  return [
    {
      facts: object,
      at: map.span,
      nameAt: textSpan(scalar),
      places: facts.places,
      columns,
      checksAt: checks.map(headOf),
    },
  ];
}

/** Positions of the key count from 1 without holes, whatever the document says: by position, then as written. */
function inOrderOfKey(columns: readonly PlacedContractColumn[]): readonly PlacedContractColumn[] {
  const order = columns
    .filter(({ facts }) => facts.primaryKey !== undefined)
    .map(({ facts }) => facts)
    .sort((a, b) => (a.primaryKey || Infinity) - (b.primaryKey || Infinity) || 0);
  return columns.map(column => {
    const position = order.indexOf(column.facts);
    return position < 0 ? column : { ...column, facts: { ...column.facts, primaryKey: position + 1 } };
  });
}

function foreignKeys(map: YamlMap): readonly ContractKey[] {
  return itemsOf(map, 'relationships').flatMap((item): ContractKey[] => {
    const from = textsOf(valueAt(item, 'from')).map(lastPart);
    const to = textsOf(valueAt(item, 'to'));
    return from.length > 0 && to.length > 0 ? [{ kind: 'foreign', columns: from, references: to }] : [];
  });
}

/** Both ends of each relationship of an object and of its columns. */
function referencesIn(node: YamlNode, depth = 0): readonly PlacedReference[] {
  if (depth > MAX_DEPTH) return [];
  const own = itemsOf(node, 'relationships').flatMap(item => [valueAt(item, 'from'), valueAt(item, 'to')]);
  const inner = [...itemsOf(node, 'properties'), valueAt(node, 'items')];
  return [
    ...own.flatMap(end => (end?.kind === 'list' ? end.items : end ? [end] : [])).flatMap(scalarReference),
    ...inner.flatMap(one => (one ? referencesIn(one, depth + 1) : [])),
  ];
}

const MAX_DEPTH = 50;

function scalarReference(node: YamlNode): readonly PlacedReference[] {
  if (node.kind !== 'scalar' || node.hasJinja || typeof node.value !== 'string') return [];
  return [{ to: node.text, at: textSpan(node) }];
}

function textsOf(node: YamlNode | undefined): readonly string[] {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  return items.flatMap(item => (item.kind === 'scalar' && item.value !== null && item.text !== '' ? [item.text] : []));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function deprecationIn(
  custom: { readonly [name: string]: PlainValue },
  tags: readonly string[],
): Deprecation | undefined {
  const mark = custom['deprecated'];
  const since = textIn(custom, 'deprecatedSince', 'deprecated_since');
  const removal = textIn(custom, 'deprecationDate', 'deprecation_date');
  const isMarked = (mark !== undefined && mark !== null && mark !== false) || tags.includes('deprecated');
  if (!isMarked && since === undefined && removal === undefined) return undefined;
  return { since, removal, reason: typeof mark === 'string' ? mark : undefined };
}

/* ------------------------------------------------------------------- columns */

function readProperty(node: YamlNode, itemsName?: string): readonly PlacedContractColumn[] {
  if (node.kind !== 'map') return [];
  const facts = new MapFacts(node);
  const scalar = scalarOf(node, 'name');
  const name = facts.text('name', 'name') ?? itemsName;
  if (name === undefined) return [];
  const column = draftColumn(name);
  column.id = facts.text('id', 'id');
  column.physicalName = facts.text('physicalName', 'physicalName');
  const logical = facts.text('type', 'logicalType');
  const physical = facts.text('physicalType', 'physicalType');
  const type = physical ?? logical;
  if (type !== undefined) column.type = typeOf(type, logical === undefined ? {} : { logical });
  column.required = certainty(facts.flag('required', 'required'), facts);
  column.unique = certainty(facts.flag('unique', 'unique'), facts);
  const position = facts.number('primaryKeyPosition', 'primaryKeyPosition');
  column.primaryKeyPosition = position;
  if (facts.flag('primaryKey', 'primaryKey') === true)
    column.primaryKey = position !== undefined && position > 0 ? position : 0;
  column.classification = facts.text('classification', 'classification');
  column.description = facts.text('description', 'description');
  column.businessDefinition = facts.text('businessDefinition', 'businessName');
  column.tags = facts.texts('tags', 'tags');
  const custom = customProperties(node);
  column.pii = piiOf(custom['pii'], column.tags);
  column.deprecation = deprecationIn(custom, column.tags);
  column.unit = textIn(custom, 'unit', 'currency');
  column.default = custom['default'] ?? undefined;
  readOptions(node, column, facts);
  column.references = itemsOf(node, 'relationships').flatMap(item => textsOf(valueAt(item, 'to')));
  const checks = facts.maps('quality');
  column.checks = checks.flatMap(readCheck);
  readQuality(checks, column, facts);
  const items = valueAt(node, 'items');
  const nested = [
    ...itemsOf(node, 'properties').flatMap(item => readProperty(item)),
    ...(items ? readProperty(items, '[]') : []),
  ];
  column.columns = nested.map(one => one.facts);
  column.hasUnknowns = facts.hasUnknowns;
  return [
    {
      facts: column,
      at: node.span,
      nameAt: scalar ? textSpan(scalar) : headOf(node),
      places: facts.places,
      columns: nested,
      checksAt: checks.map(headOf),
    },
  ];
}

/** Not required and not unique is what a document says that does not say it. */
function certainty(value: boolean | undefined, facts: MapFacts): ContractColumn['required'] {
  if (value !== undefined) return value ? 'yes' : 'no';
  return facts.hasUnknowns ? 'unknown' : 'no';
}

function piiOf(value: PlainValue, tags: readonly string[]): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return tags.some(tag => /^(pii|personal[-_ ]?data)$/i.test(tag)) ? true : undefined;
}

function readOptions(map: YamlMap, column: Draft<ContractColumn>, facts: MapFacts): void {
  const options = new MapFacts(valueAt(map, 'logicalTypeOptions'));
  const limit = (side: 'minimum' | 'maximum', exclusiveKey: string) => {
    const inclusive = scalarValue(options.value(side, side));
    const exclusive = options.value(side, exclusiveKey);
    // A flag beside the limit in 3.0, a limit of its own since 3.1.
    if (typeof exclusive === 'boolean') return { value: inclusive, isExclusive: exclusive };
    const own = scalarValue(exclusive);
    return own === undefined ? { value: inclusive, isExclusive: false } : { value: own, isExclusive: true };
  };
  const minimum = limit('minimum', 'exclusiveMinimum');
  const maximum = limit('maximum', 'exclusiveMaximum');
  column.range = rangeOf(minimum.value, maximum.value, {
    minimum: minimum.isExclusive,
    maximum: maximum.isExclusive,
  });
  column.minLength = options.number('minLength', 'minLength');
  column.maxLength = options.number('maxLength', 'maxLength');
  column.pattern = options.text('pattern', 'pattern');
  column.format = options.text('format', 'format');
  column.timezone = options.text('timezone', 'defaultTimezone');
  for (const [fact, place] of Object.entries(options.places)) facts.noteAt(fact, place);
  if (column.range) facts.noteAt('range', (options.places['minimum'] ?? options.places['maximum']) as Place);
}

function scalarValue(value: PlainValue): number | string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
}

/* -------------------------------------------------------------------- quality */

/** What a check of the library says that a column could say itself. */
function readQuality(checks: readonly YamlMap[], column: Draft<ContractColumn>, facts: MapFacts): void {
  for (const check of checks) {
    const metric = metricOf(check);
    const isZero = valueAt(check, 'mustBe')?.kind === 'scalar' && plainValue(valueAt(check, 'mustBe')) === 0;
    const entry = entryOf(check, 'metric') ?? entryOf(check, 'rule');
    const isRelative = textAt(check, 'unit') === 'percent' && !isZero;
    if (isRelative) continue;
    if (metric === 'nullvalues' && isZero && column.required !== 'yes') {
      column.required = 'yes';
      facts.noteAt('required', { key: entry?.key.span, value: entry?.value.span ?? check.span });
    }
    if (metric === 'duplicatevalues' && isZero && column.unique !== 'yes') {
      column.unique = 'yes';
      facts.noteAt('unique', { key: entry?.key.span, value: entry?.value.span ?? check.span });
    }
    const valid = listOf(valueAt(check, 'arguments'), 'validValues') ?? listOf(check, 'validValues');
    const isExact = isZero || valueAt(check, 'mustBe') === undefined;
    if ((metric === 'invalidvalues' || metric === 'validvalues') && valid && isExact && column.values === undefined) {
      column.values = valid.items.map(plainValue);
      facts.noteAt('values', { key: undefined, value: valid.span });
    }
  }
}

function metricOf(check: YamlNode): string | undefined {
  return (textAt(check, 'metric') ?? textAt(check, 'rule'))?.toLowerCase();
}

const METRICS: { readonly [metric: string]: ContractCheck['kind'] } = {
  nullvalues: 'not_null',
  nullcheck: 'not_null',
  missingvalues: 'custom',
  invalidvalues: 'values',
  validvalues: 'values',
  duplicatevalues: 'unique',
  duplicatecount: 'unique',
  rowcount: 'row_count',
};

export function readCheck(map: YamlMap): readonly ContractCheck[] {
  const type = textAt(map, 'type');
  const metric = metricOf(map);
  const kind =
    metric !== undefined && (type === undefined || type === 'library')
      ? (METRICS[metric] ?? 'custom')
      : type === 'sql' || type === 'text'
        ? type
        : 'custom';
  const { name, severity, description, ...rest } = plainMap(map);
  const properties = valueAt(valueAt(map, 'arguments'), 'properties');
  return [
    {
      kind,
      name: typeof name === 'string' ? name : undefined,
      columns: textsOf(properties),
      parameters: rest,
      severity: typeof severity === 'string' ? severity : undefined,
    },
  ];
}

/* ------------------------------------------------------------ sla and servers */

function readSla(root: YamlMap): { readonly sla: Sla; readonly places: { readonly [fact: string]: Place } } {
  const sla = draftSla();
  const others: { [property: string]: PlainValue } = {};
  const places: { [fact: string]: Place } = {};
  for (const item of itemsOf(root, 'slaProperties')) {
    const property = textAt(item, 'property');
    const value = valueAt(item, 'value');
    if (property === undefined || value?.kind !== 'scalar' || value.value === null || value.hasJinja) continue;
    const unit = textAt(item, 'unit');
    const hours = unit === undefined ? hoursOf(value.text) : hoursIn(Number(value.text), unit);
    const fact = SLA_FACTS[property.toLowerCase()];
    const amount = fact === 'availabilityPercent' ? percentOf(value.text) : hours;
    if (fact === undefined || amount === undefined || sla[fact] !== undefined) {
      define(others, property, unit === undefined ? value.value : `${value.text} ${unit}`);
      continue;
    }
    sla[fact] = fact === 'retentionDays' ? amount / 24 : amount;
    places[`sla.${fact}`] = { key: undefined, value: value.span };
  }
  sla.others = others;
  return { sla, places };
}

type Measured = 'freshnessHours' | 'latencyHours' | 'frequencyHours' | 'availabilityPercent' | 'retentionDays';

/** Names of the Data QoS table with their synonyms. */
const SLA_FACTS: { readonly [property: string]: Measured } = {
  freshness: 'freshnessHours',
  latency: 'latencyHours',
  ly: 'latencyHours',
  frequency: 'frequencyHours',
  fy: 'frequencyHours',
  availability: 'availabilityPercent',
  av: 'availabilityPercent',
  retention: 'retentionDays',
  re: 'retentionDays',
};

export function readServer(map: YamlNode): ContractServer {
  return {
    name: textAt(map, 'server'),
    type: textAt(map, 'type'),
    environment: textAt(map, 'environment'),
    database: textAt(map, 'database') ?? textAt(map, 'project') ?? textAt(map, 'catalog'),
    schema: textAt(map, 'schema') ?? textAt(map, 'dataset'),
    location: textAt(map, 'location') ?? textAt(map, 'path') ?? textAt(map, 'topic') ?? textAt(map, 'host'),
    format: textAt(map, 'format'),
  };
}
