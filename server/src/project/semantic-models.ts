/** What dbt's semantic layer says of models: measures, entities, dimensions, as facts without places. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { PropertyFacts } from './facts.ts';
import type { Additivity } from './meaning-keys.ts';

export interface SemanticModel {
  readonly name: string;
  /** `ref('orders')` as written, or the model's own name. */
  readonly model: string;
  readonly measures: readonly SemanticMeasure[];
  readonly entities: readonly SemanticEntity[];
  /** Time dimension by which measures are counted, its column. */
  readonly eventTime: string | undefined;
  /** Columns in which a version begins and ends (`validity_params`). */
  readonly validFrom: string | undefined;
  readonly validTo: string | undefined;
}

export interface SemanticMeasure {
  readonly name: string;
  /** The column it adds up; absent for an expression. */
  readonly column: string | undefined;
  readonly aggregation: string;
  /** `undefined`: min and max, which may be taken again and again. */
  readonly measure: Additivity | undefined;
  readonly over: readonly string[];
}

export interface SemanticEntity {
  readonly name: string;
  readonly type: 'primary' | 'unique' | 'natural' | 'foreign';
  readonly column: string;
}

/** `semantic_models:` of a properties file. Broken entries are left out. */
export function readSemanticModels(value: PlainValue): readonly SemanticModel[] {
  return maps(value).flatMap((entry): SemanticModel[] => {
    const name = text(entry['name']);
    const model = text(entry['model']);
    if (name === undefined || model === undefined) return [];
    const dimensions = maps(entry['dimensions']);
    const columnOf = (dimension: string | undefined): string | undefined => {
      const found = dimensions.find(one => text(one['name']) === dimension);
      return dimension === undefined ? undefined : found ? (plainColumn(found['expr']) ?? dimension) : dimension;
    };
    const defaults = map(entry['defaults']);
    const validity = (key: 'is_start' | 'is_end'): string | undefined => {
      const found = dimensions.find(one => map(map(one['type_params'])['validity_params'])[key] === true);
      return columnOf(text(found?.['name']));
    };
    return [
      {
        name,
        model,
        measures: maps(entry['measures']).flatMap(one => readMeasure(one, columnOf)),
        entities: maps(entry['entities']).flatMap(readEntity),
        eventTime: columnOf(text(defaults['agg_time_dimension'])),
        validFrom: validity('is_start'),
        validTo: validity('is_end'),
      },
    ];
  });
}

/**
 * What a model's own entry says, the way dbt 1.12 writes it: `semantic_model`, entities and dimensions on columns, simple
 * metrics beside them.
 */
export function readInlineSemanticModel(properties: PropertyFacts): SemanticModel | undefined {
  const { other, columns, name } = properties;
  const own = other['semantic_model'];
  if (own !== true && map(own)['enabled'] !== true) return undefined;
  const derived = map(other['derived_semantics']);
  const dimensions = columns.flatMap(column => {
    const dimension = column.semantic?.['dimension'];
    return dimension === undefined
      ? []
      : [{ name: text(map(dimension)['name']) ?? column.name, column: column.name, dimension }];
  });
  const columnOf = (dimension: string | undefined): string | undefined =>
    dimensions.find(one => one.name === dimension)?.column ?? dimension;
  const validity = (key: 'is_start' | 'is_end'): string | undefined =>
    dimensions.find(one => map(map(one.dimension)['validity_params'])[key] === true)?.column;
  return {
    name: text(map(own)['name']) ?? name,
    model: name,
    measures: maps(other['metrics']).flatMap(one => (one['agg'] === undefined ? [] : readMeasure(one, columnOf))),
    entities: [
      ...columns.flatMap(column => {
        const entity = column.semantic?.['entity'];
        if (entity === undefined) return [];
        const type = typeof entity === 'string' ? entity : map(entity)['type'];
        return readEntity({ name: text(map(entity)['name']) ?? column.name, type, expr: column.name });
      }),
      ...maps(derived['entities']).flatMap(readEntity),
    ],
    eventTime: columnOf(text(other['agg_time_dimension'])),
    validFrom: validity('is_start'),
    validTo: validity('is_end'),
  };
}

/** `non_additive_dimension` makes a sum semi-additive over the time it names. */
function readMeasure(
  entry: Map,
  columnOf: (dimension: string | undefined) => string | undefined,
): readonly SemanticMeasure[] {
  const name = text(entry['name']);
  const aggregation = text(entry['agg'])?.toLowerCase();
  if (name === undefined || aggregation === undefined) return [];
  const over = columnOf(text(map(entry['non_additive_dimension'])['name']));
  const column = entry['expr'] === undefined || entry['expr'] === null ? name : plainColumn(entry['expr']);
  const additivity = additivityOf(aggregation);
  return [
    {
      name,
      column,
      aggregation,
      measure: additivity === 'additive' && over !== undefined ? 'semi-additive' : additivity,
      over: over === undefined ? [] : [over],
    },
  ];
}

/** Of what the aggregation gives, and so of what may be done with its column. */
function additivityOf(aggregation: string): Additivity | undefined {
  switch (aggregation) {
    case 'sum':
    case 'count':
    case 'sum_boolean':
      return 'additive';
    case 'average':
    case 'median':
    case 'percentile':
    case 'count_distinct':
      return 'non-additive';
    default:
      return undefined;
  }
}

const ENTITY_TYPES = ['primary', 'unique', 'natural', 'foreign'] as const;

function readEntity(entry: Map): readonly SemanticEntity[] {
  const name = text(entry['name']);
  const type = ENTITY_TYPES.find(one => one === entry['type']);
  const column = entry['expr'] === undefined || entry['expr'] === null ? name : plainColumn(entry['expr']);
  return name === undefined || type === undefined || column === undefined ? [] : [{ name, type, column }];
}

/** Of an expression, the column it is; nothing for more than a column. */
function plainColumn(value: PlainValue): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value.trim()) ? value.trim() : undefined;
}

type Map = { readonly [key: string]: PlainValue };

function map(value: PlainValue): Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Map) : {};
}

function maps(value: PlainValue): readonly Map[] {
  return Array.isArray(value) ? (value as readonly PlainValue[]).map(map) : [];
}

function text(value: PlainValue): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
