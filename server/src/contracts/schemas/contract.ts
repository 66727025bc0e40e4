/**
 * The form of a data contract under `contract:`. Two spellings of columns are one form: a list of `column:` entries, or
 * `properties:` by name. What a contract should hold but may lack is no matter of form, so little is required here.
 */

import {
  choice,
  closed,
  DRAFT_7,
  flag,
  list,
  mapOf,
  number,
  OWN_KEYS,
  type Schema,
  text,
  texts,
  where,
} from './schema.ts';

const CLASSIFICATION = choice(['public', 'internal', 'confidential', 'restricted'], 'Who may see it.');
const BOUND = (description: string): Schema => ({ type: ['number', 'string'], description });

const CHECK: Schema = {
  ...closed(
    {
      type: choice(['not_null', 'unique', 'range', 'enum', 'regex', 'custom'], 'What is checked.'),
      params: { type: 'object', description: 'What the check compares with: min and max, values, pattern.' },
      name: text('Name of the check in reports.'),
      description: text('What the check is for.'),
      severity: text('How bad a failure is.', { examples: ['P0', 'P1', 'P2', 'P3'] }),
    },
    { required: ['type'] },
  ),
  allOf: [
    paramsOf('range', { min: BOUND('Smallest value allowed.'), max: BOUND('Largest value allowed.') }),
    paramsOf('enum', { values: { type: 'array', description: 'The values allowed.' } }),
    paramsOf('regex', { pattern: text('Pattern that every value fits.') }),
  ],
};

function paramsOf(type: string, properties: { readonly [key: string]: Schema }): Schema {
  return where('type', type, { properties: { params: { type: 'object', additionalProperties: false, properties } } });
}

const COLUMN_KEYS: { readonly [key: string]: Schema } = {
  type: text("The column's type.", {
    examples: ['integer', 'decimal(12, 2)', 'string', 'date', 'timestamp', 'boolean'],
  }),
  nullable: flag('May it be NULL?'),
  description: text('What the column holds.'),
  business_definition: text('What the value means in the words of the business.'),
  pii: flag('Does it hold personal data?'),
  classification: CLASSIFICATION,
  checks: list(CHECK, 'What every delivery is checked for.'),
  unique: flag('Does no value occur twice?'),
  primary_key: flag('Is it the key, or a part of it?'),
  unit: text('Unit or currency of the value.'),
  timezone: text('Time zone of the value.'),
  default: { description: 'Value when none is given.' },
  example: { description: 'A value as it occurs.' },
  examples: { type: 'array', description: 'Values as they occur.' },
  tags: texts('Labels.'),
  deprecated: { type: ['boolean', 'string'], description: 'Is it about to go? Or why.' },
  deprecated_since: text('Day of the announcement that it will go, as year-month-day.'),
  deprecation_date: text('Day it goes, as year-month-day.'),
};

const COLUMN: Schema = closed(
  { column: text('Name of the column.'), ...COLUMN_KEYS },
  { required: ['column', 'type'] },
);

const PROPERTY: Schema = closed(
  {
    ...COLUMN_KEYS,
    not_null: flag('Is NULL forbidden?'),
    format: text('Form of the text.', { examples: ['uuid', 'email', 'date-time', 'uri'] }),
    enum: { type: 'array', description: 'The values allowed.' },
    minimum: BOUND('Smallest value allowed.'),
    maximum: BOUND('Largest value allowed.'),
    min_length: number('Fewest characters.', { minimum: 0 }),
    max_length: number('Most characters.', { minimum: 0 }),
    pattern: text('Pattern that every value fits.'),
    precision: number('Digits in all.', { minimum: 1 }),
    scale: number('Digits behind the point.', { minimum: 0 }),
  },
  { required: ['type'] },
);

const PERCENT = (description: string): Schema => number(description, { minimum: 0, maximum: 100 });

const SLA: Schema = closed(
  {
    freshness_hours: number('Age in hours that the data never exceeds.', { minimum: 0 }),
    availability_percent: PERCENT('Share of the time the data can be read.'),
    support_hours: choice(['business-hours', '24x7'], 'When somebody answers.'),
    retention_days: number('Days the data is kept.', { minimum: 0 }),
    freshness: closed(
      { max_delay_hours: number('Delay in hours that is never exceeded.', { minimum: 0 }) },
      { description: 'How late the data may be.' },
    ),
    completeness: closed(
      { min_percentage: PERCENT('Share of rows or values present.') },
      { description: 'How much of the data is there.' },
    ),
    accuracy: closed(
      { duplicate_tolerance: PERCENT('Share of rows that may be there twice.') },
      { description: 'How right the data is.' },
    ),
  },
  { description: 'What consumers can rely on.' },
);

const CONSUMERS: Schema = list(
  {
    ...closed({
      name: text('Team or product.'),
      usage: text('What it does with the data.'),
      contact: text('Where to reach it.'),
      columns: texts('Columns it reads.'),
    }),
    type: ['string', 'object'],
    required: ['name'],
  },
  'Teams and products that read the data.',
);

export const CONTRACT_SCHEMA: Schema = {
  $schema: DRAFT_7,
  title: 'Data contract',
  description: 'What a producer promises to the readers of its data.',
  type: 'object',
  required: ['contract'],
  properties: {
    contract: closed(
      {
        name: text('Name of the data set: the model or table.'),
        version: {
          type: ['string', 'number'],
          description: 'Version of the contract, as major.minor.patch in quotes.',
          examples: ['1.0.0'],
        },
        owner: text('Team responsible for producing this data.'),
        description: text('What the data set holds.'),
        status: text('Where the contract is in its life.', { examples: ['draft', 'active', 'deprecated'] }),
        domain: text('Part of the business.'),
        model: text('The dbt model, when the contract has another name.'),
        table: text('The table in the warehouse, when it has another name.'),
        id: text('Name that never changes.'),
        tags: texts('Labels.'),
        classification: CLASSIFICATION,
        consumers: CONSUMERS,
        sla: SLA,
        schema: {
          type: ['array', 'object'],
          description: 'The columns: a list of them, or their properties by name.',
          items: COLUMN,
          additionalProperties: false,
          patternProperties: OWN_KEYS,
          properties: {
            type: choice(['object'], 'Always object: one row.'),
            description: text('What one row is.'),
            properties: mapOf(PROPERTY, 'The columns by name.'),
            required: texts('Columns that are never NULL.'),
          },
        },
        breaking_change_policy: choice(
          ['notify-30-days', 'version-bump', 'never-break'],
          'What must happen before a change that breaks readers.',
        ),
        notification_channel: text('Where changes are announced.'),
        deprecated: { type: ['boolean', 'string'], description: 'Is the data set about to go? Or why.' },
        deprecated_since: text('Day of the announcement that it will go, as year-month-day.'),
        deprecation_date: text('Day it goes, as year-month-day.'),
        customProperties: { description: 'What other tools need; not looked at.' },
      },
      { description: 'What a producer promises to the readers of its data.', required: ['name', 'version', 'schema'] },
    ),
    sla: SLA,
    consumers: CONSUMERS,
  },
};

/** Words people write for a key that has another name here. */
export const CONTRACT_SYNONYMS: { readonly [written: string]: string } = {
  name: 'column',
  column_name: 'column',
  data_type: 'type',
  required: 'not_null',
  columns: 'schema',
  team: 'owner',
  freshness: 'freshness_hours',
  availability: 'availability_percent',
  definition: 'business_definition',
};
