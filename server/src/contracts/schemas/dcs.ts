/**
 * Data Contract Specification, 0.9 to 1.2, written from its text: https://datacontract-specification.com. It leaves all its
 * maps open, so that people may add keys of their own.
 */

import {
  choice,
  DRAFT_7,
  flag,
  integer,
  list,
  mapOf,
  number,
  open,
  ref,
  type Schema,
  text,
  texts,
  where,
} from './schema.ts';

const FILE_KEYS: { readonly [key: string]: Schema } = {
  format: choice(['parquet', 'delta', 'json', 'csv'], 'Format of the files.'),
  delimiter: choice(['new_line', 'array'], 'What parts the documents of a JSON file.'),
};
const WORDS: { readonly [key: string]: Schema } = {
  account: text('Account at the provider.'),
  catalog: text('Catalog of the tables.'),
  clusterIdentifier: text('Name of the cluster.'),
  database: text('Database.'),
  dataset: text('Dataset of BigQuery.'),
  delimiter: text('What parts the documents of a JSON file, or the values of a CSV file.'),
  endpoint: text('Address of the server.'),
  endpointUrl: text('Address of the service.', { format: 'uri' }),
  host: text('Name or address of the machine.'),
  location: text('Address of the files.', { examples: ['s3://bucket/data/{model}/*.parquet'] }),
  path: text('Path of the files.', { examples: ['./data/{model}.parquet'] }),
  port: integer('Port of the server.'),
  project: text('Project of Google Cloud.'),
  region: text('Region of the service.'),
  schema: text('Schema of the tables.'),
  serviceName: text('Name of the service.'),
  stream: text('Name of the stream.'),
  topic: text('Name of the topic.'),
};

/** Keys that a server of the type needs. */
const NEEDED: { readonly [type: string]: readonly string[] } = {
  bigquery: ['project', 'dataset'],
  s3: ['location'],
  sftp: ['location'],
  redshift: ['account', 'database', 'schema'],
  azure: ['location', 'format'],
  sqlserver: ['host', 'database', 'schema'],
  snowflake: ['account', 'database', 'schema'],
  databricks: ['catalog', 'schema'],
  glue: ['account', 'database'],
  postgres: ['host', 'port', 'database', 'schema'],
  oracle: ['host', 'port', 'serviceName'],
  kafka: ['host', 'topic'],
  pubsub: ['project', 'topic'],
  kinesis: ['stream'],
  trino: ['host', 'port', 'catalog', 'schema'],
  clickhouse: ['host', 'port', 'database'],
  local: ['path', 'format'],
};

const FILES = new Set(['s3', 'sftp', 'azure']);

const FIELD_TYPES =
  'number decimal numeric int integer long bigint float double string text varchar boolean timestamp timestamp_tz timestamp_ntz date time array map object record struct bytes variant json null';

const FIELD: { readonly [key: string]: Schema } = {
  description: text('What the column holds.'),
  title: text('Its name in the words of the business.'),
  type: choice(FIELD_TYPES.split(' '), 'Kind of value, whatever the warehouse.'),
  required: flag('Is NULL forbidden?', { default: false }),
  fields: mapOf(ref('Field'), 'Fields of an object, record or struct.'),
  items: ref('Field'),
  keys: ref('Field'),
  values: ref('Field'),
  primary: flag('Old name of primaryKey.', { deprecationMessage: 'Use primaryKey.' }),
  primaryKey: flag('Is it the key, or a part of it?', { default: false }),
  references: text('Column of another model that it leads to.', { examples: ['orders.order_id'] }),
  unique: flag('Does no value occur twice?', { default: false }),
  enum: texts('The values allowed.', { uniqueItems: true }),
  minLength: integer('Fewest characters.'),
  maxLength: integer('Most characters.'),
  format: text('What the text is.', { examples: ['email', 'uri', 'uuid'] }),
  precision: number('Digits in all; 38 unless told.'),
  scale: number('Digits behind the point; none unless told.'),
  pattern: text('Regular expression that every value fits.'),
  minimum: number('Smallest value allowed.'),
  exclusiveMinimum: number('Values are greater than this.'),
  maximum: number('Largest value allowed.'),
  exclusiveMaximum: number('Values are less than this.'),
  example: text('A value as it occurs.', { deprecationMessage: 'Use examples.' }),
  examples: { type: 'array', description: 'Values as they occur.' },
  pii: flag('Does it hold personal data?'),
  classification: text('Who may see it.', { examples: ['public', 'internal', 'restricted', 'sensitive'] }),
  tags: texts('Labels.'),
  links: mapOf({ type: 'string' }, 'Where more is said.'),
  $ref: text('Definition that it takes over.', { examples: ['#/definitions/order_id'] }),
  quality: list(ref('Quality'), 'Checks that every delivery passes.'),
  lineage: ref('Lineage'),
  config: { type: 'object', description: 'Types in warehouses and other settings of tools.' },
};

const BETWEEN = (description: string): Schema => list({ type: 'number' }, description, { minItems: 2, maxItems: 2 });

const QUALITY: Schema = {
  ...open({
    type: choice(
      ['text', 'library', 'sql', 'custom'],
      'text: in words · library: a metric · sql: a query · custom: a check of another tool.',
    ),
    description: text('What the check is for.'),
    query: text('Query that returns the one number compared.'),
    dialect: text('SQL dialect of the query.'),
    metric: choice(['nullValues', 'missingValues', 'invalidValues', 'duplicateValues', 'rowCount'], 'What is counted.'),
    rule: text('Old name of metric.', { deprecationMessage: 'Use metric.' }),
    arguments: { type: 'object', description: 'What the metric needs.' },
    mustBe: { description: 'The result equals this.' },
    mustNotBe: { description: 'The result differs from this.' },
    mustBeGreaterThan: number('The result is greater than this.'),
    mustBeGreaterOrEqualTo: number('The result is this or greater.'),
    mustBeGreaterThanOrEqualTo: number('Old name.', { deprecationMessage: 'Use mustBeGreaterOrEqualTo.' }),
    mustBeLessThan: number('The result is less than this.'),
    mustBeLessOrEqualTo: number('The result is this or less.'),
    mustBeLessThanOrEqualTo: number('Old name.', { deprecationMessage: 'Use mustBeLessOrEqualTo.' }),
    mustBeBetween: BETWEEN('The result lies between these two, the smaller first.'),
    mustNotBeBetween: BETWEEN('The result lies outside these two, the smaller first.'),
    engine: text('Tool that runs the check.', { examples: ['soda', 'great-expectations'] }),
    implementation: { type: ['object', 'array', 'string'], description: "The check in the tool's own words." },
  }),
  allOf: [
    where('type', 'text', { required: ['description'] }),
    where('type', 'sql', { required: ['query'] }),
    where('type', 'custom', { required: ['engine'] }),
  ],
};

const LEVEL_WORDS = text('The promise in words.');

const SERVICE_LEVELS = open(
  {
    availability: open({
      description: LEVEL_WORDS,
      percentage: text('Share of the time.', { pattern: '^\\d+(\\.\\d+)?%$', examples: ['99.9%'] }),
    }),
    retention: open({
      description: LEVEL_WORDS,
      period: text('How long data is kept.', { examples: ['P1Y', '30d'] }),
      unlimited: flag('Is it kept for ever?'),
      timestampField: text('Column that the period counts from.', { examples: ['orders.ordered_at'] }),
    }),
    latency: open({
      description: LEVEL_WORDS,
      threshold: text('Most time from the source to here.', { examples: ['25h', 'PT24H'] }),
      sourceTimestampField: text('When it happened.'),
      processedTimestampField: text('When it was here.'),
    }),
    freshness: open({
      description: LEVEL_WORDS,
      threshold: text('Greatest age of the youngest row.', { examples: ['25h', 'PT24H'] }),
      timestampField: text('Column that tells the age.'),
    }),
    frequency: open({
      description: LEVEL_WORDS,
      type: choice(['batch', 'micro-batching', 'streaming', 'manual'], 'How it is delivered.'),
      interval: text('How often a batch runs.', { examples: ['daily'] }),
      cron: text('When a batch runs.', { examples: ['0 0 * * *'] }),
    }),
    support: open({
      description: LEVEL_WORDS,
      time: text('When somebody answers.', { examples: ['24/7', 'business hours only'] }),
      responseTime: text('How soon somebody answers.', { examples: ['1h'] }),
    }),
    backup: open({
      description: LEVEL_WORDS,
      interval: text('How often a backup is made.', { examples: ['weekly'] }),
      cron: text('When a backup is made.', { examples: ['0 0 * * 0'] }),
      recoveryTime: text('Most time until the data is back.', { examples: ['24 hours'] }),
      recoveryPoint: text('Most data that may be lost, as time.', { examples: ['1 week'] }),
    }),
  },
  { description: 'What readers can rely on.' },
);

export const DCS_SCHEMA: Schema = {
  $schema: DRAFT_7,
  $comment: 'Data Contract Specification, versions 0.9.0 to 1.2.1',
  title: 'Data Contract Specification',
  description: 'What a producer of data promises to its readers.',
  type: 'object',
  required: ['dataContractSpecification', 'id', 'info'],
  properties: {
    dataContractSpecification: choice(
      ['1.2.1', '1.2.0', '1.1.0', '0.9.3', '0.9.2', '0.9.1', '0.9.0'],
      'Version of the specification that the contract follows.',
    ),
    id: text('Unique name of the contract.', { examples: ['urn:datacontract:checkout:orders'] }),
    info: open(
      {
        title: text('Name of the contract for people.'),
        version: text('Version of this contract, as major.minor.patch.'),
        status: text('Where the contract is in its life.', {
          examples: ['proposed', 'in development', 'active', 'deprecated', 'retired'],
        }),
        description: text('What the data is.'),
        owner: text('Team responsible for the data.'),
        contact: open(
          {
            name: text('Whom to ask.'),
            url: text('Where to ask.', { format: 'uri' }),
            email: text('Whom to write to.', { format: 'email' }),
          },
          { description: 'Whom to ask.' },
        ),
      },
      { required: ['title', 'version'], description: 'What the contract is called, and whose it is.' },
    ),
    servers: mapOf(ref('Server'), 'Where the data lies, by name.'),
    terms: open(
      {
        usage: text('What the data is meant to be used for.'),
        limitations: text('What the data must not be used for.'),
        policies: list(
          open({
            type: text('Kind of policy.', { examples: ['privacy', 'security', 'retention', 'compliance'] }),
            description: text('What it asks for.'),
            url: text('Where it is written.', { format: 'uri' }),
          }),
          'Policies that hold.',
        ),
        billing: text('What the data costs.'),
        noticePeriod: text('How long before an end or a change each side says so.', { examples: ['P3M'] }),
      },
      { description: 'On what terms the data may be used.' },
    ),
    models: mapOf(ref('Model'), 'The tables or topics, by name.'),
    definitions: mapOf(ref('Definition'), 'Columns that several models share, by name.'),
    servicelevels: SERVICE_LEVELS,
    links: mapOf({ type: 'string' }, 'Where more is said.'),
    tags: texts('Labels.'),
  },
  definitions: {
    Server: {
      ...open(
        {
          description: text('What the server is.'),
          environment: text('Environment it belongs to.', { examples: ['prod', 'dev'] }),
          type: text('Kind of server.', { examples: [...Object.keys(NEEDED), 'dataframe'] }),
          roles: list(
            open({ name: text('Name of the role.'), description: text('What it allows.') }, { required: ['name'] }),
            'Roles.',
          ),
          format: text('Format of the files or messages.'),
          ...WORDS,
        },
        { required: ['type'] },
      ),
      allOf: Object.entries(NEEDED).map(([type, required]) =>
        where('type', type, FILES.has(type) ? { required, properties: FILE_KEYS } : { required }),
      ),
    },
    Model: open({
      description: text('What the model holds.'),
      type: choice(['table', 'view', 'object'], 'Kind of model.', { default: 'table' }),
      title: text('Its name in the words of the business.'),
      fields: mapOf(ref('Field'), 'The columns, by name.'),
      primaryKey: texts('Columns of the key, in its order.'),
      quality: list(ref('Quality'), 'Checks that every delivery passes.'),
      examples: { type: 'array', description: 'Rows as they occur.' },
      additionalFields: flag('May the model have columns that are not listed?', { default: false }),
      tags: texts('Labels.'),
      config: { type: 'object', description: 'Settings of tools.' },
    }),
    Field: open(FIELD),
    Definition: open(
      {
        domain: text('Domain it is valid in.', { deprecationMessage: 'Write the domain into the name.' }),
        name: text('Technical name.', { deprecationMessage: 'The key is the name.' }),
        ...FIELD,
      },
      { required: ['type'] },
    ),
    Quality: QUALITY,
    Lineage: open(
      {
        inputFields: list(
          open(
            {
              namespace: text('Namespace of the data set it comes from.'),
              name: text('Data set it comes from.'),
              field: text('Column it comes from.'),
              transformations: list(
                open(
                  {
                    type: text('DIRECT or INDIRECT.'),
                    subtype: text('What is done.'),
                    description: text('What is done, in words.'),
                    masking: flag('Is the value masked?'),
                  },
                  { required: ['type'] },
                ),
                'What is done on the way.',
              ),
            },
            { required: ['namespace', 'name', 'field'] },
          ),
          'Columns that the value comes from.',
        ),
      },
      { required: ['inputFields'] },
    ),
  },
};
