/**
 * Keys of queries made at random, against what DuckDB gives: joins of all kinds on all kinds of columns, groups, first rows
 * of partitions, hashes, unions. `QUERIES=20000 SEED=5 npx vitest run test/duckdb/random-keys` looks longer.
 */

import { expect, test } from 'vitest';
import type { CandidateKey } from '../../server/src/project/facts.ts';
import { infer } from '../infer/infer.ts';
import { type Database, openDatabase } from './database.ts';

/** `one.id` is never NULL, `maybe.k` is unique where it is not NULL, `pair` is unique in both columns together. */
const relations = {
  one: 'id integer!, k integer, x integer, s text',
  pair: 'a integer!, b integer!, x integer, s text',
  maybe: 'k integer, x integer, s text',
};
const keys: Readonly<Record<string, readonly CandidateKey[]>> = {
  one: [{ columns: ['id'], because: 'declared', by: 'declared' }],
  pair: [{ columns: ['a', 'b'], because: 'declared', by: 'declared' }],
  maybe: [{ columns: ['k'], because: 'declared', by: 'declared' }],
};
const setup = `
  create table one (id integer, k integer, x integer, s varchar);
  insert into one values (1, 1, 1, '1'), (2, 1, 2, '01'), (3, 2, 1, '1'), (4, null, null, null), (5, 3, 2, '2'), (6, 2, 1, '1');
  create table pair (a integer, b integer, x integer, s varchar);
  insert into pair values (1, 1, 1, '1'), (1, 2, 1, '1'), (2, 1, 2, null), (2, 2, null, '01'), (3, 1, 1, '1'), (9, 1, 1, '1');
  create table maybe (k integer, x integer, s varchar);
  insert into maybe values (1, 1, '1'), (2, 1, '1'), (null, 1, '1'), (null, 1, '1'), (7, null, null), (3, 2, '01');
`;
type Columns = readonly string[];
const columnsOf: Readonly<Record<string, Columns>> = {
  one: ['id', 'k', 'x', 's'],
  pair: ['a', 'b', 'x', 's'],
  maybe: ['k', 'x', 's'],
};

const first = Number(process.env['SEED'] ?? 1);
const count = Number(process.env['QUERIES'] ?? 800);

test(`keys of ${count} queries`, async () => {
  const database = await openDatabase();
  await database.run(setup);
  const contradictions: string[] = [];
  const seen = { ran: 0, keys: 0, proved: 0, wide: 0, oneRow: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const query = new Maker(seed).query();
    const described = await database.describe(query).catch(() => undefined);
    if (described === undefined) continue;
    seen.ran++;
    const facts = infer(query, relations, 'duckdb', false, keys);
    for (const key of facts.keys) {
      // NULLs that a unique test passes over are values like others in such a hash.
      if (key.by === 'declared' && query.includes('_a_null_value_')) continue;
      seen.keys++;
      if (key.by === 'proved') seen.proved++;
      if (key.columns.length > 1) seen.wide++;
      if (key.columns.length === 0) seen.oneRow++;
      // A text that is no number stops some of them once they run.
      if (await repeats(database, query, key).catch(() => false)) {
        contradictions.push(
          `${key.columns.join(', ') || 'one row'} is no key (${key.by}, ${key.because}), seed ${seed}: ${query}`,
        );
      }
    }
  }
  expect(contradictions).toEqual([]);
  // A test that compares nothing finds nothing.
  expect(seen.ran).toBeGreaterThan(count * 0.8);
  expect(seen.proved).toBeGreaterThan(count * 0.2);
  expect(seen.wide).toBeGreaterThan(count * 0.1);
  expect(seen.oneRow).toBeGreaterThan(count * 0.01);
}, 600_000);

/** What the text proves holds of NULL too; a unique test, and what rests on one, passes NULL over. */
async function repeats(database: Database, query: string, { columns, by }: CandidateKey): Promise<boolean> {
  if (columns.length === 0) return Number(await database.value(`select count(*) from (${query}) q`)) > 1;
  const names = columns.map(name => `"${name}"`);
  const filter = by === 'proved' ? 'true' : names.map(name => `${name} is not null`).join(' and ');
  const found = await database.value(
    `select count(*) from (select 1 from (${query}) q where ${filter} group by ${names.join(', ')} having count(*) > 1)`,
  );
  return found !== '0';
}

interface Source {
  readonly alias: string;
  readonly columns: Columns;
}

class Maker {
  #state: number;
  #names = 0;

  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0;
  }

  query(): string {
    const ctes: { readonly name: string; readonly text: string; readonly columns: Columns }[] = [];
    const steps = this.#pick([0, 1, 1, 2, 2, 3]);
    for (let i = 0; i < steps; i++) {
      const made = this.#step(ctes);
      ctes.push({ name: `cte${i}`, ...made });
    }
    const main = this.#step(ctes);
    const before = ctes.map(({ name, text }) => `${name} as (${text})`).join(', ');
    const limit = this.#chance(0.04) ? ' limit 1' : '';
    return `${before === '' ? '' : `with ${before} `}${main.text}${limit}`;
  }

  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  #some<T>(list: readonly T[], most: number): readonly T[] {
    const found = new Set<T>();
    const wanted = 1 + Math.floor(this.#random() * most);
    for (let i = 0; i < wanted; i++) found.add(this.#pick(list));
    return [...found];
  }

  #step(ctes: readonly { readonly name: string; readonly columns: Columns }[]): { text: string; columns: Columns } {
    if (this.#chance(0.12)) return this.#union(ctes);
    const { text: from, sources } = this.#from(ctes);
    const all = sources.flatMap(source =>
      source.columns.map(column => ({ source, column, text: `${source.alias}.${column}` })),
    );
    const where = this.#chance(0.35) ? ` where ${this.#condition(all.map(one => one.text))}` : '';
    const shape = this.#random();
    if (shape < 0.2) {
      const groups = this.#some(all, 3);
      const names = groups.map(() => this.#name());
      const items = groups.map((one, i) => `${one.text} as ${names[i]}`);
      const shown = this.#chance(0.2) ? items.slice(1) : items;
      const total = this.#name();
      const text = `select ${[...shown, `count(*) as ${total}`].join(', ')} from ${from}${where} group by ${groups.map(one => one.text).join(', ')}`;
      return { text, columns: [...(shown.length < items.length ? names.slice(1) : names), total] };
    }
    if (shape < 0.24) {
      const name = this.#name();
      return { text: `select max(${this.#pick(all).text}) as ${name} from ${from}${where}`, columns: [name] };
    }
    if (sources.length === 1 && this.#chance(0.3) && where === '')
      return { text: `select * from ${from}`, columns: sources[0]?.columns ?? [] };
    const items: string[] = [];
    const columns: string[] = [];
    const add = (text: string): void => {
      const name = this.#name();
      items.push(`${text} as ${name}`);
      columns.push(name);
    };
    for (const one of all) if (this.#chance(0.75) || items.length === 0) add(one.text);
    const any = (): string => this.#pick(all).text;
    if (this.#chance(0.15))
      add(
        `md5(coalesce(cast(${any()} as varchar), '_a_null_value_') || '-' || coalesce(cast(${any()} as varchar), '_a_null_value_'))`,
      );
    if (this.#chance(0.1)) add(`cast(${any()} as varchar)`);
    if (this.#chance(0.1)) add(`md5(${any()} || '-' || ${any()})`);
    if (this.#chance(0.1)) add(`'x'`);
    if (this.#chance(0.2))
      add(
        `row_number() over (partition by ${this.#some(all, 2)
          .map(one => one.text)
          .join(', ')} order by ${any()})`,
      );
    if (this.#chance(0.05)) add(`rank() over (partition by ${any()} order by ${any()})`);
    const distinct = this.#chance(0.1) ? 'distinct ' : '';
    const qualify =
      this.#chance(0.1) && distinct === ''
        ? ` qualify ${this.#pick(['row_number', 'row_number', 'rank'])}() over (partition by ${this.#some(all, 2)
            .map(one => one.text)
            .join(', ')} order by ${any()}) = 1`
        : '';
    return { text: `select ${distinct}${items.join(', ')} from ${from}${where}${qualify}`, columns };
  }

  #union(ctes: readonly { readonly name: string; readonly columns: Columns }[]): { text: string; columns: Columns } {
    const branches = this.#pick([2, 2, 3]);
    const columns = [this.#name(), this.#name(), this.#name()];
    const isTold = this.#chance(0.7);
    const texts = Array.from({ length: branches }, (_, i) => {
      const source = this.#source(ctes);
      const pick = (): string => `cast(${this.#pick(source.columns)} as varchar)`;
      const plain = this.#chance(0.5) ? this.#pick(source.columns) : undefined;
      const values = [
        isTold && this.#chance(0.95) ? `'${'abc'[i]}'` : "'a'",
        plain === undefined ? pick() : `cast(${plain} as varchar)`,
        pick(),
      ];
      const where = this.#chance(0.2) ? ` where ${this.#condition(source.columns)}` : '';
      return `select ${values.map((value, at) => (i === 0 ? `${value} as ${columns[at]}` : value)).join(', ')} from ${source.text}${where}`;
    });
    return { text: texts.join(this.#pick([' union all ', ' union all ', ' union '])), columns };
  }

  #condition(columns: Columns): string {
    const one = this.#pick(columns);
    return this.#pick([
      `${one} = ${this.#pick(columns)}`,
      `cast(${one} as varchar) = '1'`,
      `${one} is null`,
      `${one} is not null`,
      ...(/(?:^|\.)(?:id|k|x|a|b)$/.test(one) ? [`${one} = 1`, `${one} <= 1`, `${one} in (1)`] : [`${one} = '1'`]),
    ]);
  }

  #source(ctes: readonly { readonly name: string; readonly columns: Columns }[]): { text: string; columns: Columns } {
    const cte = ctes.length > 0 && this.#chance(0.6) ? this.#pick(ctes) : undefined;
    if (cte) return { text: cte.name, columns: cte.columns };
    const name = this.#pick(Object.keys(relations));
    return { text: name, columns: columnsOf[name] ?? [] };
  }

  #from(ctes: readonly { readonly name: string; readonly columns: Columns }[]): {
    text: string;
    sources: readonly Source[];
  } {
    const source = (): Source & { readonly text: string } => {
      const made = this.#source(ctes);
      const alias = this.#name();
      return { alias, columns: made.columns, text: `${made.text} as ${alias}` };
    };
    const base = source();
    const sources: Source[] = [base];
    let text = base.text;
    const joins = this.#pick([0, 0, 1, 1, 1, 2, 2, 3]);
    for (let i = 0; i < joins; i++) {
      const next = source();
      const kind = this.#pick([
        'join',
        'join',
        'left join',
        'left join',
        'left join',
        'right join',
        'full join',
        'cross join',
        'semi join',
        'comma',
      ]);
      if (kind === 'comma' || kind === 'cross join') {
        text += kind === 'comma' ? `, ${next.text}` : ` cross join ${next.text}`;
        sources.push(next);
        if (kind === 'comma') break;
        continue;
      }
      const conditions = Array.from({ length: this.#pick([1, 1, 2, 2]) }, () => {
        const ours = this.#pick(sources);
        const left = `${ours.alias}.${this.#pick(ours.columns)}`;
        const right = `${next.alias}.${this.#pick(next.columns)}`;
        return this.#pick([
          `${left} = ${right}`,
          `${right} = ${left}`,
          `cast(${left} as varchar) = cast(${right} as varchar)`,
          `${right} = 1`,
          `${left} = ${right} and ${left} > 1`,
        ]);
      });
      text += ` ${kind} ${next.text} on ${conditions.join(' and ')}`;
      if (kind !== 'semi join') sources.push(next);
    }
    return { text, sources };
  }

  #name(): string {
    return `n${++this.#names}`;
  }
}
