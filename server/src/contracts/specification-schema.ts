/**
 * The form of a dimensional specification, as a JSON Schema: the single source of `schemas/specification.schema.json`. What
 * a design should hold but may still lack is no matter of form, so little is required here.
 */

import { flag, type Schema, text } from './schemas/schema.ts';

const texts = (description: string): Schema => ({
  type: ['array', 'string'],
  description,
  items: { type: 'string' },
});

/** Keys people add for themselves. */
const OWN_KEYS: { readonly [pattern: string]: Schema } = { '^x[-_]': {} };

const AGGREGATIONS = ['SUM', 'AVG', 'COUNT', 'MIN', 'MAX', 'COUNT DISTINCT', 'MEDIAN', 'PERCENTILE'];

const MEASURE: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    name: text('Column of the fact table.'),
    type: {
      enum: ['additive', 'semi-additive', 'non-additive'],
      description: 'Over which dimensions it may be added up: all, all but some (time as a rule), none.',
    },
    aggregation: {
      enum: [...AGGREGATIONS, ...AGGREGATIONS.map(one => one.toLowerCase()), 'COUNT_DISTINCT', 'count_distinct'],
      description: 'How reports sum it up.',
    },
    over: texts('Semi-additive: the columns over which it must not be added up.'),
    unit: text('Currency or unit.'),
    source: text('Where it comes from.'),
    expression: text('How it is computed.'),
    description: text('What it is.'),
    business_definition: text('What the business means by it.'),
  },
};

const FOREIGN_KEY: Schema = {
  type: ['string', 'object'],
  description: 'A dimension, a column that holds its key, `column -> dimension`, or both as keys.',
  additionalProperties: { type: 'string' },
  properties: {
    column: text('Column of the fact table.'),
    dimension: text('The dimension it leads to.'),
    role: text('What the dimension is here: order date, ship date.'),
  },
};

const FACT: Schema = {
  type: 'object',
  description: 'A fact table.',
  required: ['name'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    name: text('Name of the table: fct_<process>.'),
    description: text('What it holds.'),
    business_process: text('The process it measures.'),
    owner: text('Who answers for it.'),
    form: {
      enum: ['transaction', 'periodic-snapshot', 'accumulating-snapshot', 'factless'],
      description: 'Which form of fact it is.',
    },
    source: texts('What it is made from.'),
    grain: texts('What one row is: words, or the columns that tell rows apart.'),
    grain_statement: text('One row per <what> at <which level>.'),
    measures: { type: 'array', description: 'What is added up or averaged.', items: MEASURE },
    degenerate_dimensions: texts('Numbers of documents kept in the fact: order or invoice number.'),
    foreign_keys: { type: 'array', description: 'Links to dimensions.', items: FOREIGN_KEY },
  },
};

const SCD_TYPE: Schema = {
  type: ['integer', 'string'],
  description: '1 (overwritten), 2 (a row per version), 3 (previous value beside it).',
};

const ATTRIBUTE: Schema = {
  type: ['object', 'string'],
  required: ['name'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    name: text('Column of the dimension.'),
    source: text('Where it comes from.'),
    type: text('Its data type.'),
    scd_type: SCD_TYPE,
    description: text('What it is.'),
    business_definition: text('What the business means by it.'),
    pii: flag('Tells something about a person.'),
  },
};

const LEVELS: Schema = { type: 'array', items: { type: 'string' } };

const DIMENSION: Schema = {
  type: 'object',
  description: 'A dimension.',
  required: ['name'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    name: text('Name of the table: dim_<entity>.'),
    description: text('What it holds.'),
    owner: text('Who answers for it.'),
    type: { ...SCD_TYPE, description: 'How it treats change: Type 1 (overwrite), Type 2 (history), Type 3 …' },
    source: texts('What it is made from.'),
    grain: texts('What one row is.'),
    natural_key: texts("The business's own key, from the source."),
    surrogate_key: text('Key made in the warehouse.'),
    conformed: flag('Shared by facts of several processes.'),
    attributes: { type: 'array', description: 'What describes it.', items: ATTRIBUTE },
    hierarchy: {
      type: 'array',
      description: 'Levels from the coarsest to the finest, one list or several.',
      items: { type: ['string', 'array', 'object'], items: { type: 'string' }, properties: { levels: LEVELS } },
    },
  },
};

const FACTS: Schema = { type: ['object', 'array'], ...withoutType(FACT), items: FACT };

export const SPECIFICATION_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Dimensional specification',
  description: 'The design of a star: fact tables with grain, measures and keys, and their dimensions.',
  type: 'object',
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    version: { description: 'Version of the document.' },
    fact_table: FACTS,
    fact_tables: { type: 'array', description: 'Fact tables that share dimensions.', items: FACT },
    dimensions: { type: 'array', description: 'The dimensions.', items: DIMENSION },
  },
};

function withoutType({ type: _, ...rest }: typeof FACT) {
  return rest;
}
