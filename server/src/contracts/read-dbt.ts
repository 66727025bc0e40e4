/** What a dbt model's YAML entry promises: `data_type`, constraints and tests of its columns. */

import type { Span } from '../base/span.ts';
import { holdsAlways, shortName } from '../project/declared.ts';
import type { ColumnPropertyFacts, PlacedColumn, PlacedProperties, TestFacts } from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import { type Draft, draftColumn, draftContract, draftObject, keysOfColumns, rangeOf, typeOf } from './drafts.ts';
import type {
  ContractColumn,
  ContractKey,
  Place,
  PlacedContract,
  PlacedContractColumn,
  PlacedObject,
} from './model.ts';

/** Also of an entry whose contract is not enforced: then it describes, and promises nothing. */
export function readDbt(entry: PlacedProperties): PlacedContract {
  const { facts } = entry;
  const contract = draftContract('dbt');
  contract.name = facts.name;
  contract.description = facts.description;
  contract.owner = ownerOf(facts.config['group'] ?? facts.other['group'] ?? facts.meta['owner']);
  const object = draftObject(facts.name);
  object.model = facts.name;
  object.description = facts.description;
  const columns = entry.columns.map(column => readColumn(column));
  object.columns = columns.map(column => column.facts);
  object.keys = [...keysOfColumns(object.columns), ...keysOf(entry)];
  object.isComplete = columns.length > 0;
  contract.objects = [object];
  const placed: PlacedObject = {
    facts: object,
    at: entry.at,
    nameAt: entry.nameAt,
    places: placesOf(entry.keysAt),
    columns,
    checksAt: [],
  };
  return {
    facts: contract,
    at: entry.at,
    nameAt: entry.nameAt,
    places: placed.places,
    objects: [placed],
    consumersAt: [],
    serversAt: [],
  };
}

function ownerOf(value: PlainValue): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function placesOf(keysAt: PlacedProperties['keysAt']): { [fact: string]: Place } {
  return Object.fromEntries(Object.entries(keysAt).map(([key, value]) => [key, { key: undefined, value }]));
}

function keysOf({ facts }: PlacedProperties): readonly ContractKey[] {
  const keys: ContractKey[] = [];
  for (const { type, columns, expression } of facts.constraints) {
    if (type === 'primary_key') keys.push({ kind: 'primary', columns });
    else if (type === 'unique') keys.push({ kind: 'unique', columns });
    else if (type === 'foreign_key' && expression !== undefined)
      keys.push({ kind: 'foreign', columns, references: [expression] });
  }
  for (const test of facts.tests) {
    const columns = test.arguments['combination_of_columns'];
    if (shortName(test) === 'unique_combination_of_columns' && holdsAlways(test) && Array.isArray(columns))
      keys.push({ kind: 'unique', columns: columns.map(String) });
  }
  return keys;
}

function readColumn(placed: PlacedColumn): PlacedContractColumn {
  const places = placesOf(placed.keysAt);
  if (placed.dataTypeAt) places['type'] = { key: undefined, value: placed.dataTypeAt };
  const note = (fact: string, at: Span | undefined) => {
    if (at && places[fact] === undefined) places[fact] = { key: undefined, value: at };
  };
  const facts = dbtColumn(placed.facts, (fact, test) => {
    const at = test === undefined ? placed.keysAt['constraints'] : placed.tests[test]?.nameAt;
    note(fact, at);
  });
  return { facts, at: placed.at, nameAt: placed.nameAt, places, columns: [], checksAt: [] };
}

/** `note` is told of each fact that a constraint, or the test of that number, says. */
export function dbtColumn(
  facts: ColumnPropertyFacts,
  note: (fact: string, test?: number) => void = () => {},
): ContractColumn {
  const column = draftColumn(facts.name);
  const meta = { ...facts.meta, ...grainlineMeta(facts) };
  column.description = facts.description;
  if (facts.dataType !== undefined && !/\{[{%]/.test(facts.dataType)) column.type = typeOf(facts.dataType);
  column.pii = typeof meta['pii'] === 'boolean' ? meta['pii'] : undefined;
  column.classification = ownerOf(meta['classification']);
  readConstraints(facts, column, note);
  for (const [i, test] of facts.tests.entries()) {
    if (holdsAlways(test)) readTest(test, column, fact => note(fact, i));
  }
  return column;
}

function grainlineMeta(facts: ColumnPropertyFacts): { readonly [key: string]: PlainValue } {
  const own = facts.meta['grainline'];
  return typeof own === 'object' && own !== null && !Array.isArray(own)
    ? (own as { readonly [key: string]: PlainValue })
    : {};
}

function readConstraints(
  facts: ColumnPropertyFacts,
  column: Draft<ContractColumn>,
  note: (fact: string) => void,
): void {
  for (const { type, expression } of facts.constraints) {
    if (type === 'not_null' || type === 'primary_key') {
      column.required = 'yes';
      note('required');
    }
    if (type === 'unique') {
      column.unique = 'yes';
      note('unique');
    }
    if (type === 'primary_key') {
      column.primaryKey = 1;
      note('primaryKey');
    }
    if (type === 'foreign_key' && expression !== undefined) column.references = [...column.references, expression];
  }
}

function readTest(test: TestFacts, column: Draft<ContractColumn>, note: (fact: string) => void): void {
  switch (shortName(test)) {
    case 'not_null':
      column.required = 'yes';
      note('required');
      break;
    case 'unique':
      column.unique = 'yes';
      note('unique');
      break;
    case 'accepted_values': {
      const { values } = test.arguments;
      if (!Array.isArray(values) || column.values) break;
      if (values.some(one => one === undefined || (typeof one === 'string' && /\{[{%]/.test(one)))) break;
      column.values = values as readonly PlainValue[];
      note('values');
      break;
    }
    case 'accepted_range':
    case 'expect_column_values_to_be_between': {
      const minimum = boundOf(test.arguments['min_value']);
      const maximum = boundOf(test.arguments['max_value']);
      const isExclusive = test.arguments['inclusive'] === false || test.arguments['strictly'] === true;
      column.range ??= rangeOf(minimum, maximum, { minimum: isExclusive, maximum: isExclusive });
      note('range');
      break;
    }
    case 'relationships': {
      const { to, field } = test.arguments;
      if (typeof to === 'string') column.references = [...column.references, `${to} (${String(field ?? '')})`];
      break;
    }
  }
}

function boundOf(value: PlainValue): number | string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? value : undefined;
}
