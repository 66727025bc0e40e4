/** Small queries at random, over tables with NULLs, duplicates and rows without a match. Most of them run; the others are skipped. */

export type Kind = 'integer' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp';

interface Column {
  readonly name: string;
  readonly kind: Kind;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

const kinds: readonly Kind[] = ['integer', 'decimal', 'float', 'text', 'boolean', 'date', 'timestamp'];

/** `a.id` and `b.id` are never NULL, `a.id` is unique. Everything else is what loaders deliver on a bad day. */
export const tables: readonly Table[] = [
  {
    name: 'a',
    columns: columns(
      'id integer, n integer, amount decimal, ratio float, name text, flag boolean, day date, made timestamp',
    ),
  },
  {
    name: 'b',
    columns: columns('id integer, a_id integer, n integer, price decimal, kind text, done boolean, day date'),
  },
  { name: 'c', columns: columns('b_id integer, name text, weight float, made timestamp, day date') },
];

export const setup = `
  create table a (id integer, n integer, amount decimal(10, 2), ratio double, name varchar, flag boolean, day date, made timestamp);
  insert into a values
    (1, 1, 1.50, 0.5, 'x', true, '2024-01-01', '2024-01-01 10:00'), (2, null, null, null, null, null, null, null),
    (3, 1, 0, 0, '', false, '2024-01-31', '2024-01-31 23:59:59'), (4, 0, -1, 1e10, 'X', true, '2024-02-29', null),
    (5, 7, 99.99, null, '12', null, null, '2023-12-31 00:00'), (6, null, 1.50, 0.5, 'x', false, '2024-01-01', '2024-01-01 10:00');
  create table b (id integer, a_id integer, n integer, price decimal(12, 3), kind varchar, done boolean, day date);
  insert into b values
    (1, 1, 2, 1.5, 'x', true, '2024-01-01'), (1, 1, 2, 1.5, 'x', true, '2024-01-01'), (2, null, null, null, null, null, null),
    (3, 3, 0, 0, 'y', false, '2024-01-31'), (4, 99, 5, 2.25, null, null, null), (4, 3, 0, null, 'y', true, '2024-03-01'),
    (5, 5, null, 7, '12', false, null);
  create table c (b_id integer, name varchar, weight double, made timestamp, day date);
  insert into c values (1, 'x', 1, '2024-01-01 10:00', '2024-01-01'), (null, null, null, null, null), (3, 'y', 0, null, '2024-01-31'), (42, '', -3, '2024-01-31 00:00', null);
`;

function columns(text: string): readonly Column[] {
  return text.split(', ').map(part => {
    const [name = '', kind] = part.split(' ');
    return { name, kind: kind as Kind };
  });
}

export function randomQuery(seed: number): string {
  return new Maker(seed).whole();
}

interface Source {
  readonly alias: string;
  readonly columns: readonly Column[];
}

interface Made {
  readonly text: string;
  readonly columns: readonly Column[];
}

/** What an expression may use. */
interface Scope {
  readonly sources: readonly Source[];
  /** In a query with GROUP BY: only these columns, and aggregates of all others. */
  readonly grouped?: readonly string[] | undefined;
  readonly isInAggregate?: boolean;
  readonly noWindow?: boolean;
}

class Maker {
  #state: number;
  #names = 0;
  readonly #ctes: Table[] = [];

  constructor(seed: number) {
    this.#state = seed >>> 0;
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

  #name(prefix: string): string {
    return `${prefix}${++this.#names}`;
  }

  whole(): string {
    const count = this.#pick([0, 0, 1, 1, 2]);
    const ctes: string[] = [];
    for (let i = 0; i < count; i++) {
      const name = this.#name('cte');
      const made = this.#query(2);
      ctes.push(`${name} as (${made.text})`);
      this.#ctes.push({ name, columns: made.columns });
    }
    const main = this.#query(2);
    return `${ctes.length === 0 ? '' : `with ${ctes.join(', ')} `}${main.text}`;
  }

  /* ------------------------------------------------------------- queries */

  #query(depth: number, given?: readonly Kind[]): Made {
    if (depth > 0 && this.#chance(0.15)) return this.#setOperation(depth - 1, given);
    return this.#select(depth - 1, given);
  }

  #setOperation(depth: number, given?: readonly Kind[]): Made {
    const list = given ?? Array.from({ length: this.#pick([1, 2, 3]) }, () => this.#pick(kinds));
    const left = this.#select(depth, list);
    const right = this.#select(depth, list);
    const operator = this.#pick(['union all', 'union all', 'union', 'intersect', 'except', 'union all by name']);
    if (operator === 'union all by name' && given === undefined) {
      const names = new Set(left.columns.map(column => column.name));
      const more = right.columns.filter(column => !names.has(column.name));
      return { text: `${left.text} ${operator} ${right.text}`, columns: [...left.columns, ...more] };
    }
    const plain = operator === 'union all by name' ? 'union' : operator;
    return { text: `${left.text} ${plain} ${right.text}`, columns: left.columns };
  }

  #from(depth: number): { readonly text: string; readonly sources: readonly Source[] } {
    const sources: Source[] = [];
    let text = this.#relation(depth, sources, []);
    const joins = this.#pick([0, 0, 1, 1, 1, 2]);
    for (let i = 0; i < joins; i++) {
      const type = this.#pick([
        'join',
        'left join',
        'left join',
        'right join',
        'full join',
        'cross join',
        'semi join',
        'anti join',
      ]);
      const before = [...sources];
      const isNested = this.#chance(0.1);
      const added: Source[] = [];
      let right = this.#relation(depth, added, type.includes('left') || type === 'join' ? before : []);
      if (isNested) {
        const inner: Source[] = [];
        const other = this.#relation(depth, inner, []);
        const on = this.#joinCondition(added, inner);
        right = `(${right} ${this.#pick(['join', 'left join'])} ${other} on ${on})`;
        added.push(...inner);
      }
      if (type === 'cross join') text += ` cross join ${right}`;
      else {
        const shared = before
          .flatMap(one => one.columns)
          .filter(column =>
            added.some(one => one.columns.some(other => other.name === column.name && other.kind === column.kind)),
          );
        const isUsing = !isNested && before.length === 1 && shared.length > 0 && this.#chance(0.3);
        if (isUsing) text += ` ${type} ${right} using (${this.#pick(shared).name})`;
        else text += ` ${type} ${right} on ${this.#joinCondition(before, added)}`;
      }
      if (type !== 'semi join' && type !== 'anti join') sources.push(...added);
    }
    return { text, sources };
  }

  #relation(depth: number, sources: Source[], before: readonly Source[]): string {
    const alias = this.#name('t');
    if (depth > 0 && this.#chance(0.2)) {
      const made = this.#select(depth - 1);
      sources.push({ alias, columns: made.columns });
      return `(${made.text}) ${alias}`;
    }
    if (this.#chance(0.05)) {
      const kind = this.#pick(kinds);
      const values = [1, 2, 3].map(
        () => `(${this.#literal(kind)}, ${this.#chance(0.3) ? 'null' : this.#literal('integer')})`,
      );
      const names: Column[] = [
        { name: 'p', kind },
        { name: 'q', kind: 'integer' },
      ];
      sources.push({ alias, columns: names });
      return `(values ${values.join(', ')}) ${alias} (p, q)`;
    }
    if (before.length > 0 && this.#chance(0.05)) {
      const name = this.#name('l');
      const kind = this.#pick(kinds);
      const made = this.#expression({ sources: before, noWindow: true }, kind, 1);
      sources.push({ alias, columns: [{ name, kind }] });
      return `lateral (select ${made} as ${name}) ${alias}`;
    }
    const table = this.#pick([...tables, ...this.#ctes, ...this.#ctes, ...this.#ctes]);
    sources.push({ alias, columns: table.columns });
    return `${table.name} ${alias}`;
  }

  #joinCondition(left: readonly Source[], right: readonly Source[]): string {
    const kind = this.#pick(['integer', 'integer', 'integer', 'text', 'date'] as const);
    const ours = this.#columnOf({ sources: left }, kind) ?? this.#literal(kind);
    const theirs = this.#columnOf({ sources: right }, kind) ?? this.#literal(kind);
    const equality = `${ours} = ${theirs}`;
    if (this.#chance(0.7)) return equality;
    const more = this.#condition({ sources: [...left, ...right], noWindow: true }, 1);
    return this.#chance(0.7) ? `${equality} and ${more}` : more;
  }

  #select(depth: number, given?: readonly Kind[]): Made {
    const { text: from, sources } = this.#from(depth);
    const isGrouped = this.#chance(0.25);
    const scope: Scope = { sources };
    const where = this.#chance(0.5) ? ` where ${this.#condition({ sources, noWindow: true }, 2)}` : '';
    if (isGrouped) return this.#grouped(scope, from, where, given);
    if (given === undefined && this.#chance(0.1)) {
      // A query that is one row.
      const kind = this.#pick(kinds);
      const name = this.#name('c');
      const item = this.#expression({ ...scope, grouped: [] }, kind, 2);
      return { text: `select ${item} as ${name} from ${from}${where}`, columns: [{ name, kind }] };
    }
    const { items, columns } = this.#items(scope, given);
    const distinct = this.#chance(0.1) ? 'distinct ' : '';
    const qualify = distinct === '' && this.#chance(0.12) ? ` qualify ${this.#qualifier(scope)}` : '';
    const limit = this.#chance(0.04) ? ` limit ${this.#pick([0, 1, 3])}` : '';
    return { text: `select ${distinct}${items.join(', ')} from ${from}${where}${qualify}${limit}`, columns };
  }

  #qualifier(scope: Scope): string {
    const partition = this.#anyColumn(scope);
    const order = this.#anyColumn(scope);
    return this.#chance(0.7)
      ? `row_number() over (partition by ${partition} order by ${order}) = 1`
      : `${this.#window(scope, 'integer')} ${this.#pick(['>', '=', 'is not distinct from'])} ${this.#literal('integer')} and ${this.#condition(scope, 1)}`;
  }

  #items(scope: Scope, given?: readonly Kind[]): { readonly items: string[]; readonly columns: Column[] } {
    const items: string[] = [];
    const made: Column[] = [];
    const used = new Set<string>();
    const add = (column: Column, text: string) => {
      items.push(text);
      made.push(column);
      used.add(column.name);
    };
    if (given === undefined && this.#chance(0.2)) {
      const source = this.#pick(scope.sources);
      const dropped = this.#chance(0.2) && source.columns.length > 1 ? this.#pick(source.columns) : undefined;
      items.push(`${source.alias}.*${dropped ? ` exclude (${dropped.name})` : ''}`);
      for (const column of source.columns) {
        if (column === dropped) continue;
        made.push(column);
        used.add(column.name);
      }
    }
    const list = given ?? Array.from({ length: this.#pick([1, 2, 3, 4]) }, () => this.#pick(kinds));
    for (const kind of list) {
      const found = this.#chance(0.4) ? this.#findColumn(scope, kind) : undefined;
      if (found !== undefined && !used.has(found.column.name) && this.#chance(0.5)) {
        add(found.column, found.text);
        continue;
      }
      const name = this.#name('c');
      add({ name, kind }, `${found?.text ?? this.#expression(scope, kind, 2)} as ${name}`);
    }
    return { items, columns: made };
  }

  #grouped(scope: Scope, from: string, where: string, given?: readonly Kind[]): Made {
    const keys = Array.from({ length: this.#pick([0, 1, 1, 2]) }, () =>
      this.#findColumn(scope, this.#pick(kinds)),
    ).flatMap(found => found ?? []);
    const grouped = keys.map(key => key.text);
    const inner: Scope = { ...scope, grouped };
    const items: string[] = [];
    const made: Column[] = [];
    if (given === undefined) {
      for (const key of keys) {
        if (this.#chance(0.2)) continue;
        const name = this.#name('k');
        items.push(`${key.text} as ${name}`);
        made.push({ name, kind: key.column.kind });
      }
    }
    const list = given ?? Array.from({ length: this.#pick([1, 2]) }, () => this.#pick(kinds));
    for (const kind of list) {
      const name = this.#name('c');
      items.push(`${this.#expression(inner, kind, 2)} as ${name}`);
      made.push({ name, kind });
    }
    const having = this.#chance(0.2) ? ` having ${this.#condition({ ...inner, noWindow: true }, 1)}` : '';
    const shape = this.#chance(0.12) && grouped.length > 0 ? this.#pick(['rollup', 'cube']) : undefined;
    const by =
      grouped.length === 0
        ? ''
        : shape === undefined
          ? ` group by ${grouped.join(', ')}`
          : ` group by ${shape} (${grouped.join(', ')})`;
    const all = shape === undefined && this.#chance(0.1) ? ' group by all' : by;
    return { text: `select ${items.join(', ')} from ${from}${where}${all}${having}`, columns: made };
  }

  /* ---------------------------------------------------------- conditions */

  #condition(scope: Scope, depth: number): string {
    const one = () => this.#predicate(scope, depth);
    if (depth > 0 && this.#chance(0.25)) {
      const word = this.#pick(['and', 'or']);
      return `(${this.#condition(scope, depth - 1)} ${word} ${this.#condition(scope, depth - 1)})`;
    }
    return this.#chance(0.1) ? `not (${one()})` : one();
  }

  #predicate(scope: Scope, depth: number): string {
    const kind = this.#pick(kinds);
    const value = () => this.#expression(scope, kind, Math.max(0, depth - 1));
    const left = this.#chance(0.8) ? (this.#columnOf(scope, kind) ?? value()) : value();
    switch (
      this.#pick([
        'compare',
        'compare',
        'null',
        'null',
        'in',
        'not in',
        'between',
        'like',
        'distinct',
        'bool',
        'is',
        'exists',
        'sub',
      ])
    ) {
      case 'null':
        return `${left} is ${this.#pick(['not null', 'not null', 'null'])}`;
      case 'in':
        return `${left} in (${this.#literal(kind)}, ${this.#literal(kind)}${this.#chance(0.2) ? ', null' : ''})`;
      case 'not in':
        return `${left} not in (${this.#literal(kind)}, ${this.#literal(kind)})`;
      case 'between':
        return `${left} ${this.#pick(['', 'not '])}between ${this.#literal(kind)} and ${value()}`;
      case 'like':
        return `${this.#expression(scope, 'text', 0)} ${this.#pick(['like', 'not like', 'ilike'])} ${this.#pick(["'x%'", "'%1%'", "''"])}`;
      case 'distinct':
        return `${left} is ${this.#pick(['', 'not '])}distinct from ${value()}`;
      case 'bool':
        return this.#expression(scope, 'boolean', 0);
      case 'is':
        return `(${left} = ${value()}) is ${this.#pick(['true', 'not true', 'false', 'not false'])}`;
      case 'exists':
        if (depth > 0 && scope.grouped === undefined) {
          const table = this.#pick(tables);
          const alias = this.#name('e');
          const inner = this.#columnOf({ sources: [{ alias, columns: table.columns }] }, 'integer');
          const outer = this.#columnOf(scope, 'integer');
          if (inner !== undefined && outer !== undefined)
            return `${this.#pick(['', 'not '])}exists (select 1 from ${table.name} ${alias} where ${inner} = ${outer})`;
        }
        break;
      case 'sub':
        if (depth > 0 && scope.grouped === undefined) {
          const table = this.#pick(tables);
          const column = table.columns.find(one => one.kind === kind);
          if (column !== undefined) {
            const filter = this.#chance(0.4) ? ` where ${column.name} is not null` : '';
            return `${left} ${this.#pick(['in', 'in', 'not in', '= any', '<> all'])} (select ${column.name} from ${table.name}${filter})`;
          }
        }
        break;
      default:
        break;
    }
    return `${left} ${this.#pick(['=', '<>', '<', '>', '<=', '>='])} ${value()}`;
  }

  /* --------------------------------------------------------- expressions */

  #findColumn(scope: Scope, kind: Kind): { readonly text: string; readonly column: Column } | undefined {
    const found = scope.sources.flatMap(source =>
      source.columns
        .filter(column => column.kind === kind)
        .map(column => ({ text: `${source.alias}.${column.name}`, column })),
    );
    const usable =
      scope.grouped === undefined || scope.isInAggregate
        ? found
        : found.filter(one => scope.grouped?.includes(one.text));
    return usable.length === 0 ? undefined : this.#pick(usable);
  }

  #columnOf(scope: Scope, kind: Kind): string | undefined {
    return this.#findColumn(scope, kind)?.text;
  }

  #anyColumn(scope: Scope): string {
    for (let i = 0; i < 10; i++) {
      const found = this.#columnOf(scope, this.#pick(kinds));
      if (found !== undefined) return found;
    }
    return '1';
  }

  #literal(kind: Kind): string {
    switch (kind) {
      case 'integer':
        return this.#pick(['0', '1', '2', '7', '99']);
      case 'decimal':
        return this.#pick(['1.5', '0.0', '99.99']);
      case 'float':
        return this.#pick(['1e0', '0e0', '0.5::double']);
      case 'text':
        return this.#pick(["'x'", "''", "'12'", "'y'"]);
      case 'boolean':
        return this.#pick(['true', 'false']);
      case 'date':
        return this.#pick(["date '2024-01-01'", "date '2024-01-31'", "cast('2024-02-29' as date)"]);
      case 'timestamp':
        return this.#pick(["timestamp '2024-01-01 10:00:00'", "'2024-01-31'::timestamp"]);
    }
  }

  #expression(scope: Scope, kind: Kind, depth: number): string {
    if (depth <= 0) {
      if (scope.grouped !== undefined && !scope.isInAggregate && this.#chance(0.6)) return this.#aggregate(scope, kind);
      return this.#chance(0.8) ? (this.#columnOf(scope, kind) ?? this.#literal(kind)) : this.#literal(kind);
    }
    const of = (other: Kind) => this.#expression(scope, other, depth - 1);
    if (this.#chance(0.2)) return this.#expression(scope, kind, 0);
    if (scope.grouped !== undefined && !scope.isInAggregate && this.#chance(0.5)) return this.#aggregate(scope, kind);
    const general = this.#pick([
      'own',
      'own',
      'own',
      'own',
      'case',
      'case',
      'coalesce',
      'nullif',
      'cast',
      'window',
      'window',
      'scalar',
      'least',
      'if',
    ]);
    switch (general) {
      case 'case':
        return this.#case(scope, kind, depth);
      case 'coalesce':
        return this.#chance(0.3) ? `ifnull(${of(kind)}, ${of(kind)})` : `coalesce(${of(kind)}, ${of(kind)})`;
      case 'nullif':
        return `nullif(${of(kind)}, ${this.#literal(kind)})`;
      case 'if':
        return `if(${this.#condition(scope, 0)}, ${of(kind)}, ${of(kind)})`;
      case 'least':
        return kind === 'boolean' ? of(kind) : `${this.#pick(['least', 'greatest'])}(${of(kind)}, ${of(kind)})`;
      case 'cast':
        return this.#cast(kind, of);
      case 'window':
        if (!scope.noWindow && scope.grouped === undefined) return this.#window(scope, kind);
        break;
      case 'scalar':
        if (scope.grouped === undefined) return this.#scalar(scope, kind);
        break;
      default:
        break;
    }
    return this.#own(scope, kind, of);
  }

  #case(scope: Scope, kind: Kind, depth: number): string {
    const of = () => (this.#chance(0.1) ? 'null' : this.#expression(scope, kind, depth - 1));
    const otherwise = this.#chance(0.7) ? ` else ${of()}` : '';
    if (this.#chance(0.25)) {
      const operand = this.#pick(kinds);
      return `case ${this.#expression(scope, operand, 0)} when ${this.#literal(operand)} then ${this.#expression(scope, kind, depth - 1)} when ${this.#literal(operand)} then ${of()}${otherwise} end`;
    }
    const branches = Array.from(
      { length: this.#pick([1, 1, 2]) },
      (_, i) => `when ${this.#condition(scope, 1)} then ${i === 0 ? this.#expression(scope, kind, depth - 1) : of()}`,
    );
    return `case ${branches.join(' ')}${otherwise} end`;
  }

  #cast(kind: Kind, of: (kind: Kind) => string): string {
    const names: { readonly [one in Kind]: readonly string[] } = {
      integer: ['integer', 'bigint'],
      decimal: ['decimal(10, 2)', 'numeric(12, 4)'],
      float: ['double', 'real'],
      text: ['varchar', 'text'],
      boolean: ['boolean'],
      date: ['date'],
      timestamp: ['timestamp'],
    };
    const from: { readonly [one in Kind]: readonly Kind[] } = {
      integer: ['decimal', 'float', 'boolean', 'integer'],
      decimal: ['integer', 'decimal'],
      float: ['integer', 'decimal'],
      text: kinds,
      boolean: ['integer', 'boolean'],
      date: ['timestamp', 'date'],
      timestamp: ['date', 'timestamp'],
    };
    const name = this.#pick(names[kind]);
    if (this.#chance(0.2)) return `try_cast(${of(this.#pick(['text', ...from[kind]]))} as ${name})`;
    const operand = of(this.#pick(from[kind]));
    return this.#chance(0.3) ? `(${operand})::${name}` : `cast(${operand} as ${name})`;
  }

  #own(scope: Scope, kind: Kind, of: (kind: Kind) => string): string {
    const digits = this.#pick(['', '', ', 1', ', 2']);
    const choices: { readonly [one in Kind]: readonly (() => string)[] } = {
      integer: [
        () => `${of('integer')} ${this.#pick(['+', '-', '*'])} ${of('integer')}`,
        () => `${of('integer')} ${this.#pick(['%', '//'])} ${of('integer')}`,
        () => `length(${of('text')})`,
        () =>
          `${this.#pick(['year', 'month', 'day', 'dayofweek', 'quarter', 'week'])}(${of(this.#pick(['date', 'timestamp']))})`,
        () => `extract(${this.#pick(['year', 'month', 'dow', 'hour'])} from ${of('timestamp')})`,
        () => `date_part('${this.#pick(['year', 'month', 'day'])}', ${of('date')})`,
        () => `datediff('${this.#pick(['day', 'month', 'hour'])}', ${of('timestamp')}, ${of('timestamp')})`,
        () => `date_diff('day', ${of('date')}, ${of('date')})`,
        () => `${of('date')} - ${of('date')}`,
        () => `abs(${of('integer')})`,
        () => `- ${of('integer')}`,
        () => `sign(${of(this.#pick(['integer', 'float']))})`,
        () => `strpos(${of('text')}, 'x')`,
        () => `ascii(${of('text')})`,
        () => `mod(${of('integer')}, ${of('integer')})`,
        () => `${this.#pick(['floor', 'ceil', 'round'])}(${of('integer')})`,
        () => `floor(${of('float')})::integer`,
      ],
      decimal: [
        () => `${of('decimal')} ${this.#pick(['+', '-', '*'])} ${of(this.#pick(['decimal', 'integer']))}`,
        () => `round(${of('decimal')}, 1)`,
        () => `abs(${of('decimal')})`,
        () => `- ${of('decimal')}`,
        () => `${of('decimal')} % ${of('decimal')}`,
        () => `round(${of('decimal')}${digits})`,
      ],
      float: [
        () => `${of(this.#pick(['integer', 'decimal', 'float']))} / ${of(this.#pick(['integer', 'decimal', 'float']))}`,
        () => `${of('float')} ${this.#pick(['+', '-', '*'])} ${of(this.#pick(['integer', 'decimal', 'float']))}`,
        () => `round(${of('float')}${digits})`,
        () => `${this.#pick(['floor', 'ceil', 'trunc', 'abs'])}(${of('float')})`,
        () => `sqrt(abs(${of('integer')}))`,
        () => `power(${of('integer')}, 2)`,
        () => `exp(0 * ${of('float')})`,
        () => `ln(1 + abs(${of('integer')}))`,
        () => `random()`,
        () => `${of('float')} % 2`,
      ],
      text: [
        () => `${of('text')} || ${of('text')}`,
        () => `concat(${of('text')}, ${of(this.#pick(kinds))})`,
        () => `concat_ws('-', ${of('text')}, ${of('text')})`,
        () => `${this.#pick(['lower', 'upper', 'trim', 'ltrim', 'reverse', 'md5'])}(${of('text')})`,
        () => `${this.#pick(['left', 'right'])}(${of('text')}, 2)`,
        () => `substring(${of('text')}, 1, 2)`,
        () => `replace(${of('text')}, 'x', ${of('text')})`,
        () => `split_part(${of('text')}, 'x', 2)`,
        () => `regexp_replace(${of('text')}, 'x+', 'y')`,
        () => `regexp_extract(${of('text')}, '(x)', 1)`,
        () => `lpad(${of('text')}, 5, '0')`,
        () => `strftime(${of(this.#pick(['date', 'timestamp']))}, '%Y-%m')`,
        () => `dayname(${of('date')})`,
        () => `format('{}', ${of('integer')})`,
        () => `printf('%d', ${of('integer')})`,
        () => `repeat(${of('text')}, 2)`,
        () => `chr(65 + ${of('integer')} % 5)`,
      ],
      boolean: [
        () => `(${this.#condition(scope, 1)})`,
        () => `not ${of('boolean')}`,
        () => `(${of('boolean')} and ${of('boolean')})`,
        () => `(${of('boolean')} or ${of('boolean')})`,
        () => `contains(${of('text')}, 'x')`,
        () => `starts_with(${of('text')}, 'x')`,
        () => `regexp_matches(${of('text')}, 'x')`,
        () => `isnan(${of('float')})`,
      ],
      date: [
        () => `${of('date')} + ${of('integer')} % 100`,
        () => `last_day(${of(this.#pick(['date', 'timestamp']))})`,
        () => `${of('timestamp')}::date`,
        () => `date_trunc('month', ${of('date')})`,
        () => `make_date(2024, 1, 1 + abs(${of('integer')}) % 20)`,
        () => `current_date`,
        () => `date(${of('timestamp')})`,
      ],
      timestamp: [
        () => `${of('timestamp')} ${this.#pick(['+', '-'])} interval 1 day`,
        () => `${of('date')} + interval '1 month'`,
        () => `date_trunc('${this.#pick(['hour', 'month'])}', ${of('timestamp')})`,
        () => `date_add(${of(this.#pick(['timestamp', 'date']))}, interval 1 hour)`,
        () => `strptime('2024-01-01', '%Y-%m-%d')`,
        () => `make_timestamp(2024, 1, 1, 1, 1, 1.0)`,
        () => `localtimestamp`,
        () => `time_bucket(interval '1 day', ${of('timestamp')})`,
      ],
    };
    return this.#pick(choices[kind])();
  }

  #aggregate(outer: Scope, kind: Kind): string {
    const scope: Scope = { ...outer, isInAggregate: true, noWindow: true };
    const of = (other: Kind) => this.#expression(scope, other, this.#pick([0, 0, 1]));
    const filter = this.#chance(0.1) ? ` filter (where ${this.#condition(scope, 0)})` : '';
    const any = () =>
      `${this.#pick(['min', 'max', 'any_value', 'first', 'last', 'mode', 'arbitrary'])}(${of(kind)})${filter}`;
    const by = () => `${this.#pick(['arg_max', 'max_by', 'arg_min'])}(${of(kind)}, ${of('integer')})${filter}`;
    const own: { readonly [one in Kind]: readonly (() => string)[] } = {
      integer: [
        () => `count(*)${filter}`,
        () => `count(${of(this.#pick(kinds))})${filter}`,
        () => `count(distinct ${of(this.#pick(kinds))})`,
        () => `sum(${of('integer')})${filter}`,
        () => `count_if(${this.#condition(scope, 0)})`,
        () => `sum(case when ${this.#condition(scope, 0)} then 1 else 0 end)`,
        () => `approx_count_distinct(${of('text')})`,
        () => `bit_or(${of('integer')})`,
      ],
      decimal: [() => `sum(${of('decimal')})${filter}`],
      float: [
        () => `avg(${of(this.#pick(['integer', 'decimal', 'float']))})${filter}`,
        () => `sum(${of('float')})`,
        () => `stddev(${of('float')})`,
        () => `median(${of(this.#pick(['integer', 'float']))})`,
        () => `percentile_cont(0.5) within group (order by ${of('float')})`,
        () => `corr(${of('float')}, ${of('float')})`,
      ],
      text: [() => `string_agg(${of('text')}, ',')${filter}`, () => `listagg(${of('text')}, ',')`],
      boolean: [() => `bool_or(${this.#condition(scope, 0)})`, () => `bool_and(${this.#condition(scope, 0)})`],
      date: [],
      timestamp: [],
    };
    return this.#pick([any, any, by, ...own[kind], ...own[kind]])();
  }

  #window(outer: Scope, kind: Kind): string {
    const scope: Scope = { ...outer, noWindow: true };
    const of = (other: Kind) => this.#expression(scope, other, 0);
    const partition = this.#chance(0.6) ? `partition by ${this.#anyColumn(scope)} ` : '';
    const order = `order by ${this.#anyColumn(scope)}`;
    const frame = this.#chance(0.2)
      ? ` rows between ${this.#pick(['unbounded preceding and current row', '1 preceding and 1 following', '2 preceding and 1 preceding', 'current row and unbounded following'])}`
      : '';
    const over = `over (${partition}${order}${frame})`;
    const choices: (() => string)[] = [
      () => `${this.#pick(['lag', 'lead'])}(${of(kind)}) over (${partition}${order})`,
      () => `${this.#pick(['lag', 'lead'])}(${of(kind)}, 1, ${of(kind)}) over (${partition}${order})`,
      () => `${this.#pick(['first_value', 'last_value'])}(${of(kind)}${this.#pick(['', ' ignore nulls'])}) ${over}`,
      () => `nth_value(${of(kind)}, 2) ${over}`,
      () => `${this.#pick(['min', 'max'])}(${of(kind)}) ${over}`,
    ];
    if (kind === 'integer') {
      choices.push(
        () => `${this.#pick(['row_number', 'rank', 'dense_rank'])}() over (${partition}${order})`,
        () => `ntile(2) over (${partition}${order})`,
        () => `count(*) ${over}`,
        () => `count(${of('text')}) ${over}`,
        () => `sum(${of('integer')}) ${over}`,
      );
    }
    if (kind === 'decimal') choices.push(() => `sum(${of('decimal')}) ${over}`);
    if (kind === 'float')
      choices.push(
        () => `avg(${of('integer')}) ${over}`,
        () => `${this.#pick(['percent_rank', 'cume_dist'])}() over (${partition}${order})`,
      );
    return this.#pick(choices)();
  }

  #scalar(outer: Scope, kind: Kind): string {
    const table = this.#pick([...tables, ...this.#ctes]);
    const alias = this.#name('s');
    const inner: Scope = { sources: [{ alias, columns: table.columns }], noWindow: true };
    const ours = this.#columnOf(outer, 'integer');
    const theirs = this.#columnOf(inner, 'integer');
    const where =
      ours !== undefined && theirs !== undefined && this.#chance(0.5)
        ? ` where ${theirs} = ${ours}`
        : this.#chance(0.5)
          ? ` where ${this.#condition(inner, 0)}`
          : '';
    if (this.#chance(0.2))
      return `(select ${this.#columnOf(inner, kind) ?? this.#literal(kind)} from ${table.name} ${alias}${where} limit 1)`;
    return `(select ${this.#aggregate({ ...inner, grouped: [] }, kind)} from ${table.name} ${alias}${where})`;
  }
}
