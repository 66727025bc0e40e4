/** dbt and DuckDB behind one process, and the sources it is loaded with. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { columnsOf, TABLES } from '../generate/sample.ts';
import type { Fields } from './expected.ts';
import type { Load, Row } from './loads.ts';

export interface Ran {
  readonly success: boolean;
  readonly message: string;
  readonly results: readonly {
    readonly id: string;
    readonly status: string;
    readonly failures: number | null;
    readonly message: string | null;
  }[];
}

export class Warehouse {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  #errors = '';

  constructor(python: string, project: string, database: string) {
    const driver = fileURLToPath(new URL('drive.py', import.meta.url));
    this.#child = spawn(python, [driver, project, database], {
      env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', DO_NOT_TRACK: '1', NO_COLOR: '1' },
    });
    this.#child.stderr.on('data', text => {
      this.#errors = (this.#errors + String(text)).slice(-4000);
    });
    createInterface(this.#child.stdout).on('line', line => this.#waiting.shift()?.(line));
    this.#child.on('exit', () => {
      for (const answer of this.#waiting.splice(0))
        answer(JSON.stringify({ error: `the driver ended: ${this.#errors}` }));
    });
  }

  dbt(...args: readonly string[]): Promise<Ran> {
    return this.#ask({ dbt: args });
  }

  query(text: string): Promise<readonly Fields[]> {
    return this.#ask({ query: text });
  }

  async create(): Promise<void> {
    const statements = Object.entries(TABLES).flatMap(([source, tables]) => [
      `create schema if not exists raw_${source}`,
      ...Object.keys(tables).map(
        table =>
          `create table raw_${source}.${table} (${columnsOf(source, table)
            .map(each => each.join(' '))
            .join(', ')})`,
      ),
    ]);
    await this.#ask({ sql: statements });
  }

  async load({ append, replace }: Load): Promise<void> {
    const statements = Object.entries(replace).flatMap(([table, rows]) => [
      `delete from raw_${table}`,
      ...inserts(table, rows),
    ]);
    await this.#ask({
      sql: [...statements, ...Object.entries(append).flatMap(([table, rows]) => inserts(table, rows))],
    });
  }

  run(...statements: readonly string[]): Promise<unknown> {
    return this.#ask({ sql: statements });
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #ask<T>(request: unknown): Promise<T> {
    const line = await new Promise<string>(resolve => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    const answer = JSON.parse(line) as { value?: T; error?: string };
    if (answer.error !== undefined) throw new Error(`${answer.error}\n${JSON.stringify(request).slice(0, 500)}`);
    return answer.value as T;
  }
}

function inserts(table: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const values = rows.map(
    row => `(${row.map(value => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')})`,
  );
  return [`insert into raw_${table} values ${values.join(', ')}`];
}
