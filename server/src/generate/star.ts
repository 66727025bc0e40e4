/** How a fact finds its dimensions: by natural key, in the version that held when it happened. */

import type { GeneratorContext, Relation } from './context.ts';
import type { ColumnEntry } from './entry.ts';
import { referenceTest } from './entry.ts';
import { singular, words } from './naming.ts';
import { columnOf, type DimensionFacts, dimensionFacts, isDate } from './roles.ts';
import type { Sql } from './sql.ts';
import type { Import, Join } from './sql-writer.ts';

/** One dimension in one role: the billing customer of an order. */
export interface StarJoin {
  readonly dimension: DimensionFacts;
  /** Natural key of the dimension and the column of the fact that holds it; `undefined`: the fact's own moment, as a date. */
  readonly on: readonly StarCondition[];
  /** Name of the CTE, and of the key in the fact. */
  readonly alias: string;
  readonly foreignKey: string;
}

export interface StarCondition {
  readonly natural: string;
  readonly column: string | undefined;
  /** The column is a moment, and the natural key the day of it. */
  readonly isMoment?: boolean;
}

export interface StarJoins {
  readonly joins: readonly StarJoin[];
  /** The fact has the key itself: there is nothing to look up, but something to test. */
  readonly held: readonly { readonly column: string; readonly dimension: DimensionFacts }[];
  readonly unjoined: readonly DimensionFacts[];
}

/** What the dimensions could be joined by, and those that could not. */
export function starJoins(
  fact: Relation,
  dimensions: readonly Relation[],
  moment: string | undefined,
  context: GeneratorContext,
): StarJoins {
  const joins: StarJoin[] = [];
  const held: { column: string; dimension: DimensionFacts }[] = [];
  const unjoined: DimensionFacts[] = [];
  for (const relation of dimensions) {
    const dimension = dimensionFacts(relation, context);
    const found = rolesOf(dimension, fact, moment);
    // Without the moment, every version of the dimension would match.
    if (found.length === 0 || dimension.key === undefined || (dimension.versions && moment === undefined))
      unjoined.push(dimension);
    else {
      for (const join of found) {
        const [only, ...more] = join.on;
        const isHeld = more.length === 0 && only?.column?.toLowerCase() === join.foreignKey.toLowerCase();
        if (isHeld && only?.column !== undefined) held.push({ column: only.column, dimension });
        else joins.push(join);
      }
    }
  }
  return { joins, held, unjoined };
}

/** Dimensions of the project whose natural key the relation has. */
export function likelyDimensions(
  fact: Relation,
  moment: string | undefined,
  context: GeneratorContext,
): readonly string[] {
  return context.relations.flatMap(({ kind, label, layer }) => {
    if (kind !== 'model' || layer !== 'mart' || label === fact.label) return [];
    const relation = context.relation(label);
    if (!relation || !isDimension(relation)) return [];
    const dimension = dimensionFacts(relation, context);
    if (dimension.key === undefined || (dimension.versions && moment === undefined)) return [];
    return rolesOf(dimension, fact, moment).length > 0 ? [label] : [];
  });
}

export function isDimension(relation: Relation): boolean {
  const kind = relation.meaning.kind?.value;
  if (relation.meaning.scd?.value === 2 && /_history$/.test(relation.name) && kind === 'dimension') return false;
  return kind === 'dimension' || (kind === undefined && /^dim_/i.test(relation.name));
}

function rolesOf(dimension: DimensionFacts, fact: Relation, moment: string | undefined): readonly StarJoin[] {
  const { naturalKey, relation, key = '' } = dimension;
  const thing = singular(dimension.entity);
  const plain = { dimension, alias: relation.name, foreignKey: key };
  const [natural] = naturalKey;
  if (natural === undefined) return [];
  const exact = naturalKey.map(column => columnOf(fact, column)?.name);
  if (exact.every(column => column !== undefined)) {
    return [{ ...plain, on: naturalKey.map((column, i) => ({ natural: column, column: exact[i] })) }];
  }
  if (naturalKey.length > 1) return [];
  if (isDate(columnOf(relation, natural)) || /^(?:date|date_day|day|calendar_date)$/i.test(natural)) {
    if (moment === undefined) return [];
    const role = moment.replace(/_(?:at|on|ts|time|timestamp|datetime|date|day)$/i, '');
    const name = /^date(?:_|$)/i.test(key) ? `${role}_${key}` : `${role}_date_key`;
    return [{ ...plain, foreignKey: name, on: [{ natural, column: undefined }] }];
  }
  // `billing_customer_id` beside `shipping_customer_id`: the same dimension in several roles.
  const roles = fact.columns
    .map(column => column.name)
    .filter(column => column.toLowerCase().endsWith(`_${natural.toLowerCase()}`));
  return roles.map(column => {
    const role = column.slice(0, column.length - natural.length - 1);
    return {
      dimension,
      alias: `${role}_${thing}`,
      foreignKey: `${role}_${key}`,
      on: [{ natural, column }],
    };
  });
}

export interface Star {
  readonly imports: readonly Import[];
  readonly joins: readonly Join[];
  /** Keys of the dimensions, for the select list. */
  readonly keys: readonly string[];
  readonly entries: readonly ColumnEntry[];
  /** Columns of the fact that lead to dimensions and need not be kept beside the keys. */
  readonly used: readonly string[];
}

/** The joins of a fact that is read as `base`. A fact without a matching version keeps its row and has no key. */
export function writeStar(
  joins: readonly StarJoin[],
  base: string,
  moment: { readonly column: string; readonly isDate: boolean } | undefined,
  context: GeneratorContext,
  sql: Sql,
): Star {
  const imports = new Map<string, Import>();
  const written = joins.map(({ dimension, on, alias, foreignKey }): { join: Join; key: string; entry: ColumnEntry } => {
    const { relation, versions, key = '' } = dimension;
    imports.set(relation.name, { name: relation.name, relation });
    const conditions = on.map(({ natural, column, isMoment }) => {
      const at = column ?? moment?.column ?? '';
      const isCast = column === undefined ? moment?.isDate !== true : isMoment === true;
      const value = isCast ? `cast(${sql.of(base, at)} as date)` : sql.of(base, at);
      return `${value} = ${sql.of(alias, natural)}`;
    });
    if (versions && moment !== undefined) {
      const at = sql.of(base, moment.column);
      const [from, to] = [sql.of(alias, versions.from), sql.of(alias, versions.to)];
      conditions.push(`${at} >= ${from}`, `(${at} < ${to} or ${to} is null)`);
    }
    const thing = singular(words(dimension.entity));
    return {
      join: {
        kind: 'left',
        relation: alias === relation.name ? alias : `${relation.name} as ${alias}`,
        on: conditions,
      },
      key: key === foreignKey ? sql.of(alias, key) : `${sql.of(alias, key)} as ${sql.name(foreignKey)}`,
      entry: {
        name: foreignKey,
        description: versions
          ? `The ${thing} in the version that held then; NULL where none did.`
          : `The ${thing}; NULL where it is not known.`,
        tests: [referenceTest(relation.name, key, context)],
        meta: { role: 'foreign-key', references: relation.name },
      },
    };
  });
  return {
    imports: [...imports.values()],
    joins: written.map(each => each.join),
    keys: written.map(each => each.key),
    entries: written.map(each => each.entry),
    used: joins.flatMap(join => join.on.flatMap(({ column }) => column ?? [])),
  };
}

export function unjoinedMessages(unjoined: readonly DimensionFacts[], fact: Relation): readonly string[] {
  return unjoined.map(({ relation, naturalKey }) =>
    naturalKey.length === 0
      ? `'${relation.label}' was left out: nothing says what its natural key is. Say it with meta.grainline.natural_key.`
      : `'${relation.label}' was left out: '${fact.label}' has no ${naturalKey.join(', ')} to find it by.`,
  );
}

/** A column of the fact as the moment to find versions by. */
export function momentOf(fact: Relation, column: string | undefined) {
  return column === undefined ? undefined : { column, isDate: isDate(columnOf(fact, column)) };
}

/** Columns that are keys of dimensions themselves, tested to lead there. */
export function withReferences(
  entries: readonly ColumnEntry[],
  held: StarJoins['held'],
  context: GeneratorContext,
): readonly ColumnEntry[] {
  return entries.map(entry => {
    const found = held.find(each => each.column.toLowerCase() === entry.name.toLowerCase());
    if (!found) return entry;
    const test = referenceTest(found.dimension.relation.name, found.dimension.key ?? found.column, context);
    return { ...entry, tests: [...(entry.tests ?? []), test] };
  });
}
