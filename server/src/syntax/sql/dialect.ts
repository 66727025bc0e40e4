/** The dialects people name in grainline.yml and on the command line. `ansi` is the union of all: for when nobody says. */
export const DIALECTS = [
  'ansi',
  'snowflake',
  'bigquery',
  'redshift',
  'postgres',
  'databricks',
  'sparksql',
  'duckdb',
  'trino',
  'athena',
  'tsql',
  'mysql',
  'hive',
  'clickhouse',
  'sqlite',
] as const;

export type Dialect = (typeof DIALECTS)[number];

/** The dialect of a dbt adapter's type; `ansi` for adapters not known. */
export function dialectOfAdapter(adapter: string): Dialect {
  const name = adapter.toLowerCase();
  if ((DIALECTS as readonly string[]).includes(name)) return name as Dialect;
  switch (name) {
    case 'spark':
      return 'sparksql';
    case 'sqlserver':
    case 'fabric':
    case 'synapse':
      return 'tsql';
    case 'postgresql':
    case 'materialize':
    case 'alloydb':
    case 'greenplum':
      return 'postgres';
    case 'motherduck':
      return 'duckdb';
    case 'starburst':
    case 'presto':
      return 'trino';
    case 'mariadb':
    case 'singlestore':
      return 'mysql';
    case 'fabricspark':
      return 'sparksql';
    default:
      return 'ansi';
  }
}
