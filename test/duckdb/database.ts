/** An empty DuckDB in memory, for tests that run SQL and compare what comes out with what the project says would. */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { TypeFamily } from '../../server/src/project/facts.ts';

export interface Described {
  readonly name: string;
  readonly type: string;
  /** `undefined`: one that no family of ours stands for. */
  readonly family: TypeFamily | undefined;
}

export interface Database {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** First value of the first row. */
  value(sql: string): Promise<unknown>;
  describe(query: string): Promise<readonly Described[]>;
}

export async function openDatabase(): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection: DuckDBConnection = await instance.connect();
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  return {
    run: async sql => {
      await connection.run(sql);
    },
    rows,
    value: async sql => (await rows(sql))[0]?.[0],
    describe: async query =>
      (await rows(`describe ${query}`)).map(([name, type]) => ({
        name: String(name),
        type: String(type),
        family: familyOfDuckDb(String(type)),
      })),
  };
}

/** Family of a type as DESCRIBE writes it. Apart from the families of casts, so that one may prove the other wrong. */
export function familyOfDuckDb(type: string): TypeFamily | undefined {
  if (type.endsWith(']')) return 'array';
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM)$/.test(type)) return 'integer';
  const decimal = /^DECIMAL\(\d+,(\d+)\)$/.exec(type);
  if (decimal !== null) return decimal[1] === '0' ? 'integer' : 'decimal';
  if (type === 'DOUBLE' || type === 'FLOAT') return 'float';
  if (type === 'VARCHAR' || type.startsWith('ENUM')) return 'text';
  if (/^TIMESTAMP(?:_S|_MS|_NS)?$/.test(type)) return 'timestamp';
  if (type === 'TIMESTAMP WITH TIME ZONE') return 'timestamptz';
  if (type.startsWith('TIME')) return 'time';
  if (type.startsWith('STRUCT')) return 'struct';
  if (type.startsWith('MAP')) return 'map';
  const others: { readonly [name: string]: TypeFamily } = {
    BOOLEAN: 'boolean',
    DATE: 'date',
    INTERVAL: 'interval',
    JSON: 'json',
    BLOB: 'binary',
    UUID: 'uuid',
  };
  return others[type];
}
