import { readdirSync, readFileSync } from 'node:fs';
import type { Dialect } from '../../server/src/syntax/sql/dialect.ts';

export interface Sample {
  readonly name: string;
  readonly dialect: Dialect;
  readonly text: string;
}

const folder = new URL('./samples/', import.meta.url);

/** Models as people write them; the file name starts with the dialect. */
export const samples: readonly Sample[] = readdirSync(folder)
  .filter(name => name.endsWith('.sql'))
  .sort()
  .map(name => ({
    name: name.replace('.sql', ''),
    dialect: name.slice(0, name.indexOf('_')) as Dialect,
    text: readFileSync(new URL(name, folder), 'utf8'),
  }));
