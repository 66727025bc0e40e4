/** Servers of the Open Data Contract Standard: what each type of server is reached by. */

import type { OdcsVersion } from './odcs.ts';
import { choice, closed, integer, list, open, ref, type Schema, text, where } from './schema.ts';

const WORDS: { readonly [key: string]: Schema } = {
  account: text('Account at the provider.'),
  catalog: text('Catalog of the tables.'),
  database: text('Database.'),
  dataset: text('Dataset of BigQuery.'),
  delimiter: text('What parts the documents of a JSON file.', { examples: ['new_line', 'array'] }),
  endpointUrl: text('Address of the service.', { format: 'uri' }),
  format: text('Format of the files or messages.', {
    examples: ['parquet', 'delta', 'json', 'csv', 'avro', 'protobuf'],
  }),
  host: text('Name or address of the machine.'),
  location: text('Address of the files.', { format: 'uri', examples: ['s3://bucket/data/{model}/*.parquet'] }),
  path: text('Path of the files.', { examples: ['./data/*.parquet'] }),
  port: integer('Port of the server.'),
  project: text('Project of Google Cloud.'),
  region: text('Region of the service.'),
  regionName: text('Region of the service.'),
  schema: text('Schema of the tables.'),
  serviceName: text('Name of the service.'),
  stagingDir: text('Folder of query results.', { format: 'uri' }),
  stream: text('Name of the stream.'),
  warehouse: text('Warehouse that computes.'),
};

/** Of a server of any type. */
export const SERVER_KEYS: ReadonlySet<string> = new Set(Object.keys(WORDS));

/** Keys of each type; those that it needs have a star. */
const TYPES: { readonly [type: string]: string } = {
  api: 'location*',
  athena: 'stagingDir* schema* catalog regionName',
  azure: 'location* format* delimiter',
  bigquery: 'project* dataset*',
  clickhouse: 'host* port* database*',
  databricks: 'host catalog* schema*',
  denodo: 'host* port* database',
  dremio: 'host* port* schema',
  duckdb: 'database* schema',
  glue: 'account* database* location format',
  cloudsql: 'host* port* database* schema*',
  db2: 'host* port* database* schema',
  hive: 'host* port database*',
  impala: 'host* port database*',
  informix: 'host* port database*',
  kafka: 'host* format',
  kinesis: 'stream region format',
  local: 'path* format*',
  mysql: 'host* port* database*',
  oracle: 'host* port* serviceName*',
  postgresql: 'host* port* database* schema*',
  postgres: 'host* port* database* schema*',
  presto: 'host* catalog schema',
  pubsub: 'project*',
  redshift: 'host database* schema* region account',
  s3: 'location* endpointUrl format delimiter',
  sftp: 'location* format delimiter',
  snowflake: 'host port account* database* schema* warehouse',
  sqlserver: 'host* port database* schema*',
  synapse: 'host* port* database*',
  trino: 'host* port* catalog* schema*',
  vertica: 'host* port* database* schema*',
  zen: 'host* port database*',
  custom:
    'account catalog database dataset delimiter endpointUrl format host location path port project region regionName schema serviceName stagingDir warehouse stream',
};

const SINCE_3_1 = new Set(['hive', 'impala', 'zen']);

export function odcsServer(version: OdcsVersion): Schema {
  const since31 = version === '3.1';
  const types = Object.keys(TYPES).filter(type => since31 || !SINCE_3_1.has(type));
  const common = {
    ...(since31 ? { id: ref('StableId') } : {}),
    server: text('Name of the server in this contract.'),
    type: choice(types, 'Kind of server.'),
    description: text('What the server is.'),
    environment: text('Environment it belongs to.', { examples: ['prod', 'preprod', 'dev', 'uat'] }),
    roles: list(ref('Role'), 'Roles that give access to the server.'),
    customProperties: ref('CustomProperties'),
  };
  return open(
    { ...common, ...WORDS, ...(since31 ? {} : { staging_dir: text('Folder of query results.', { format: 'uri' }) }) },
    {
      required: ['server', 'type'],
      allOf: types.map(type => where('type', type, keysOf(type, common, since31))),
    },
  );
}

function keysOf(type: string, common: { readonly [key: string]: Schema }, since31: boolean): Schema {
  const words = (TYPES[type] ?? '').split(' ');
  // 3.0.0 wrote staging_dir, 3.0.1 stagingDir.
  const required = words.filter(word => word.endsWith('*')).map(word => word.slice(0, -1));
  const needed = since31 ? required : required.filter(key => key !== 'stagingDir');
  const known = words.map(word => word.replace('*', ''));
  const properties = Object.fromEntries([...Object.keys(common), ...known].map(key => [key, {}]));
  return {
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(since31 ? { ...closed(properties), type: 'object' as const } : {}),
  };
}
