/**
 * The form of a data contract, as a JSON Schema: the single source of `schemas/contract.schema.json`. Two spellings of
 * columns are one form: a list of `column:` entries, or `properties:` by name. What a contract should hold but may lack is
 * no matter of form, so little is required here.
 */

/** Also what hovers and completions show for a key. */
const text = (description: string) => ({ type: 'string', description });
const flag = (description: string) => ({ type: 'boolean', description });
const number = (
  description: string,
  limits: { readonly minimum?: number; readonly maximum?: number } = { minimum: 0 },
) => ({
  type: 'number',
  description,
  ...limits,
});
const texts = (description: string) => ({ type: 'array', description, items: { type: 'string' } });

/** Keys people add for themselves. */
const OWN_KEYS = { '^x-': true };

const CHECK = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    type: {
      enum: ['not_null', 'unique', 'range', 'enum', 'regex', 'custom'],
      description: 'What is checked.',
    },
    params: { type: 'object', description: 'What the check compares with: min and max, values, pattern.' },
    name: text('Name of the check in reports.'),
    description: text('What the check is for.'),
    severity: text('How bad a failure is.'),
  },
  allOf: [
    paramsOf('range', {
      min: { type: ['number', 'string'], description: 'Smallest value allowed.' },
      max: { type: ['number', 'string'], description: 'Largest value allowed.' },
    }),
    paramsOf('enum', { values: { type: 'array', description: 'The values allowed.' } }),
    paramsOf('regex', { pattern: text('Pattern that every value fits.') }),
  ],
};

function paramsOf(type: string, properties: object): object {
  return {
    if: { required: ['type'], properties: { type: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { params: { type: 'object', additionalProperties: false, properties } } },
  };
}

const CLASSIFICATION = {
  enum: ['public', 'internal', 'confidential', 'restricted'],
  description: 'Who may see it.',
};

const COLUMN_KEYS = {
  type: text("The column's type."),
  nullable: flag('May it be NULL?'),
  description: text('What the column holds.'),
  business_definition: text('What the value means in the words of the business.'),
  pii: flag('Does it hold personal data?'),
  classification: CLASSIFICATION,
  checks: { type: 'array', description: 'What every delivery is checked for.', items: CHECK },
  unique: flag('Does no value occur twice?'),
  primary_key: flag('Is it the key, or a part of it?'),
  unit: text('Unit or currency of the value.'),
  default: { description: 'Value when none is given.' },
  example: { description: 'A value as it occurs.' },
  examples: { type: 'array', description: 'Values as they occur.' },
  tags: texts('Labels.'),
  deprecated: { type: ['boolean', 'string'], description: 'Is it about to go? Or why.' },
  deprecated_since: text('Day of the announcement that it will go, as year-month-day.'),
  deprecation_date: text('Day it goes, as year-month-day.'),
};

const COLUMN = {
  type: 'object',
  required: ['column', 'type'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: { column: text('Name of the column.'), ...COLUMN_KEYS },
};

const PROPERTY = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    ...COLUMN_KEYS,
    not_null: flag('Is NULL forbidden?'),
    format: text('Form of the text: uuid, email, date-time …'),
    enum: { type: 'array', description: 'The values allowed.' },
    minimum: { type: ['number', 'string'], description: 'Smallest value allowed.' },
    maximum: { type: ['number', 'string'], description: 'Largest value allowed.' },
    pattern: text('Pattern that every value fits.'),
    precision: number('Digits in all.', { minimum: 1 }),
    scale: number('Digits behind the point.'),
  },
};

const SLA = {
  type: 'object',
  description: 'What consumers can rely on.',
  additionalProperties: false,
  patternProperties: OWN_KEYS,
  properties: {
    freshness_hours: number('Age in hours that the data never exceeds.'),
    availability_percent: number('Share of the time the data can be read.', { minimum: 0, maximum: 100 }),
    support_hours: { enum: ['business-hours', '24x7'], description: 'When somebody answers.' },
    retention_days: number('Days the data is kept.'),
    freshness: {
      type: 'object',
      description: 'How late the data may be.',
      additionalProperties: false,
      properties: { max_delay_hours: number('Delay in hours that is never exceeded.') },
    },
    completeness: {
      type: 'object',
      description: 'How much of the data is there.',
      additionalProperties: false,
      properties: { min_percentage: number('Share of rows or values present.', { minimum: 0, maximum: 100 }) },
    },
    accuracy: {
      type: 'object',
      description: 'How right the data is.',
      additionalProperties: false,
      properties: {
        duplicate_tolerance: number('Share of rows that may be there twice.', { minimum: 0, maximum: 100 }),
      },
    },
  },
};

const CONSUMERS = {
  type: 'array',
  description: 'Teams and products that read the data.',
  items: {
    type: ['string', 'object'],
    required: ['name'],
    additionalProperties: false,
    patternProperties: OWN_KEYS,
    properties: {
      name: text('Team or product.'),
      usage: text('What it does with the data.'),
      contact: text('Where to reach it.'),
      columns: texts('Columns it reads.'),
    },
  },
};

export const CONTRACT_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Data contract',
  type: 'object',
  required: ['contract'],
  properties: {
    contract: {
      type: 'object',
      description: 'What a producer promises to the readers of its data.',
      required: ['name', 'version', 'schema'],
      additionalProperties: false,
      patternProperties: OWN_KEYS,
      properties: {
        name: text('Name of the data set: the model or table.'),
        version: {
          type: ['string', 'number'],
          description: 'Version of the contract, as major.minor.patch in quotes.',
        },
        owner: text('Team responsible for producing this data.'),
        description: text('What the data set holds.'),
        status: text('draft, active, deprecated …'),
        domain: text('Part of the business.'),
        model: text('The dbt model, when the contract has another name.'),
        tags: texts('Labels.'),
        classification: CLASSIFICATION,
        consumers: CONSUMERS,
        sla: SLA,
        schema: {
          type: ['array', 'object'],
          description: 'The columns.',
          items: COLUMN,
          additionalProperties: false,
          patternProperties: OWN_KEYS,
          properties: {
            type: { enum: ['object'], description: 'Always object: one row.' },
            description: text('What one row is.'),
            properties: { type: 'object', description: 'The columns by name.', additionalProperties: PROPERTY },
            required: texts('Columns that are never NULL.'),
          },
        },
        breaking_change_policy: {
          enum: ['notify-30-days', 'version-bump', 'never-break'],
          description: 'What must happen before a change that breaks readers.',
        },
        notification_channel: text('Where changes are announced.'),
        deprecated: { type: ['boolean', 'string'], description: 'Is the data set about to go? Or why.' },
        customProperties: { description: 'What other tools need; not looked at.' },
      },
    },
    sla: SLA,
    consumers: CONSUMERS,
  },
};
