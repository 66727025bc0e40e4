/** A fact of a design: what it is made from, and the model with its YAML. One row of it is one row of its base. */

import type { SpecifiedFact } from '../project/specifications.ts';
import { additivityOf } from '../project/specified-meaning.ts';
import type { PassedColumn } from './column-insert.ts';
import type { GeneratorContext, Relation } from './context.ts';
import { type ColumnEntry, keyTest } from './entry.ts';
import { newestFirst, rankedCte } from './loads.ts';
import { builtAs, modelPlan } from './model-kind.ts';
import { entityOf, freeName, singular, words } from './naming.ts';
import type { Plan } from './plan.ts';
import { columnOf, described, eventTimes, isPersonal, keyOf, loadTime, sentence, updateTime } from './roles.ts';
import { sqlFor } from './sql.ts';
import { cteName } from './sql-style.ts';
import { momentOf, type StarJoin, withReferences, writeStar } from './star.ts';
import { type BaseAnswer, baseOf } from './star-base.ts';
import { asDesigned, type DesignedColumn, taken } from './star-columns.ts';
import { type DesignedLink, findLink, roleIn } from './star-links.ts';

/** A fact with its keys linked to dimensions. */
export interface FactDesign {
  readonly fact: SpecifiedFact;
  readonly links: readonly DesignedLink[];
}

export function factBase(
  design: FactDesign,
  said: readonly string[],
  likely: readonly string[],
  context: GeneratorContext,
): BaseAnswer {
  const { fact, links } = design;
  return baseOf(
    {
      name: fact.name.text,
      kind: 'fact',
      isVersioned: false,
      said: [...said, ...fact.sources.map(each => each.text)],
      likely,
      count: ownColumns(design).length + links.length,
      lacks: relation => factLacks(design, relation, context).map(each => each.lack),
    },
    context,
  );
}

/** Columns of the design that the base has no way to, each with what is missing. */
export function factLacks(
  design: FactDesign,
  base: Relation,
  context: GeneratorContext,
): readonly { readonly column: string; readonly lack: string }[] {
  const thing = singular(entityOf(design.fact.name.text));
  return [
    ...ownColumns(design)
      .filter(column => !taken(column, base, thing, context.dialect))
      .map(({ name, expression }) => ({
        column: name,
        lack: expression === undefined ? name : `columns for '${name}' (${expression})`,
      })),
    ...design.links.flatMap(link => {
      const found = findLink(link, base, context);
      return 'lack' in found ? [{ column: link.column, lack: found.lack }] : [];
    }),
  ];
}

/** A column that a model reads and hands on as it is: no key that has to be looked up, nothing computed. */
export function passedColumn(
  design: FactDesign,
  column: string,
  base: Relation,
  context: GeneratorContext,
): PassedColumn | undefined {
  const link = design.links.find(each => each.column === column);
  if (link) {
    const found = findLink(link, base, context);
    return 'held' in found ? { name: column, column: found.held } : undefined;
  }
  const designed = ownColumns(design).find(each => each.name === column && each.as !== 'grain');
  const found = designed && taken(designed, base, singular(entityOf(design.fact.name.text)), context.dialect);
  return found?.column === undefined ? undefined : { name: column, column: found.column };
}

/** Columns that the base has to have under some name: those that are no keys of dimensions. */
function ownColumns({
  fact,
  links,
}: FactDesign): readonly (DesignedColumn & { readonly as: 'grain' | 'kept' | 'measure' })[] {
  const isKey = new Set(links.map(link => link.column.toLowerCase()));
  const seen = new Set<string>();
  return [
    ...fact.grainColumns
      .filter(each => !isKey.has(each.text.toLowerCase()))
      .map(each => ({ name: each.text, as: 'grain' as const })),
    ...fact.degenerate
      .filter(each => !isKey.has(each.text.toLowerCase()))
      .map(each => ({ name: each.text, as: 'kept' as const })),
    ...fact.measures.map(({ name, source, expression }) => ({
      name: name.text,
      source: source?.text,
      expression: expression?.text,
      as: 'measure' as const,
    })),
  ].filter(({ name }) => {
    const isNew = !seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return isNew;
  });
}

export function factPlan(design: FactDesign, base: Relation, context: GeneratorContext): Plan {
  const { fact, links } = design;
  const name = fact.name.text;
  const thing = singular(words(entityOf(name)));
  const columns = ownColumns(design);
  const found = columns.flatMap(each => taken(each, base, singular(entityOf(name)), context.dialect) ?? []);
  const linked = links.map(link => ({ link, found: findLink(link, base, context) }));
  const lacks = factLacks(design, base, context).map(each => each.lack);
  if (lacks.length > 0) return { problem: `'${name}' cannot be made: '${base.label}' has no ${lacks.join(', no ')}.` };
  const grain = grainOf(design, base);
  if (grain === undefined) {
    const words_ = fact.grain ? `'${fact.grain.text}' names no columns` : 'nothing says it';
    return { problem: `What is one row of '${name}'? Name the columns of its grain: ${words_}.` };
  }
  const joinColumns = linked.flatMap(({ found: each }) =>
    'on' in each ? each.on.flatMap(({ column }) => column ?? []) : 'held' in each ? [each.held] : [],
  );
  const isVersioned = links.some(link => link.dimension.versions);
  const moment = isVersioned ? momentIn(linked, base) : undefined;
  if (isVersioned && moment === undefined) {
    const version = links.find(link => link.dimension.versions)?.dimension.relation.name;
    return {
      problem: `'${name}' cannot find its version of '${version}': '${base.label}' has no time at which its rows happened.`,
    };
  }
  const unique = uniqueness(design, grain, base, linked);
  const { order, isRanked } = unique;
  const used = [...joinColumns, ...(moment === undefined ? [] : [moment]), ...(isRanked ? order.times : [])];
  const held = linked.flatMap(({ link, found: each }) =>
    'held' in each ? [{ column: link.column, dimension: link.dimension }] : [],
  );
  const own = [
    ...found,
    ...linked.flatMap(({ link, found: each }) =>
      'held' in each ? [{ name: link.column, column: each.held, expression: undefined }] : [],
    ),
  ];
  const from = asDesigned(base, own, used, context.dialect);
  // What is joined by may have been renamed on the way.
  const renamed = new Map(
    own.flatMap(each => (each.column && from.select ? [[each.column.toLowerCase(), each.name]] : [])),
  );
  const nameIn = (column: string): string => renamed.get(column.toLowerCase()) ?? column;
  const joins = joinsOf(linked, nameIn, context);
  const grainOwn = columns.filter(each => each.as === 'grain').map(each => each.name);
  const carried = distinct([...own.map(each => each.name), ...used.map(nameIn)]);
  const sql = sqlFor(context, carried);
  const start = cteName(entityOf(base.name));
  const read = isRanked ? 'ranked' : start;
  const star = writeStar(joins, read, momentOf(from, moment && nameIn(moment)), context, sql);
  const rank = isRanked ? sql.helper('row_rank') : '';
  const of = (column: string): string => sql.of(read, column);
  const keyOfRow = order.key.map(nameIn);
  // In the order of the design: keys of the grain, keys of dimensions, the rest.
  const keyColumns = linked.map(({ link, found: each }) => {
    if ('held' in each) return { sql: of(link.column), entry: heldEntry(link, from) };
    const i = joins.findIndex(join => join.foreignKey === link.column);
    const entry = star.entries[i] as ColumnEntry;
    const time = link.isCalendar && 'on' in each ? each.on[0]?.column : undefined;
    const description =
      time === undefined
        ? inRole(entry.description, link, links, context)
        : `Date of ${time}; NULL where there is none.`;
    // What is part of the grain is never NULL.
    const said = grain.includes(link.column) ? description.replace(/; NULL .*$/, '.') : description;
    return { sql: star.keys[i] ?? '', entry: { ...entry, description: said } };
  });
  const kept = columns.filter(each => each.as === 'kept').map(each => each.name);
  const measures = columns.filter(each => each.as === 'measure').map(each => each.name);
  const single = grain.length === 1 ? grain[0] : undefined;
  const entry = (column: string, otherwise: string): ColumnEntry => ({
    name: column,
    description: described(from, column, otherwise),
    ...(isPersonal(columnOf(from, column)) ? { meta: { pii: true } } : {}),
    ...(column === single ? { tests: ['unique', 'not_null'] } : grain.includes(column) ? { tests: ['not_null'] } : {}),
  });
  const form = measures.length === 0 ? 'factless' : (fact.form?.text ?? 'transaction');
  const dateKeys = links.filter(link => link.isCalendar).map(link => link.column);
  return modelPlan(context, {
    name,
    folder: undefined,
    place: { layer: 'mart', kind: 'fact' },
    sql: place =>
      sql.model({
        config: builtAs('table', place, context),
        imports: [{ name: start, relation: from }, ...star.imports],
        ctes: [
          ...(isRanked
            ? [
                rankedCte(
                  {
                    from: start,
                    columns: carried,
                    key: keyOfRow,
                    order: newestFirst(from, { key: keyOfRow, times: order.times.map(nameIn), columns: carried }, sql),
                    rank,
                  },
                  sql,
                ),
              ]
            : []),
          {
            name: 'final',
            select: {
              columns: [...grainOwn.map(of), ...keyColumns.map(each => each.sql), ...kept.map(of), ...measures.map(of)],
              from: read,
              joins: star.joins,
              ...(isRanked ? { where: [`${read}.${rank} = 1`] } : {}),
            },
          },
        ],
      }),
    entry: {
      name,
      description: fact.description?.text ?? fact.grainStatement?.text ?? `One row per ${thing}.`,
      meta: {
        kind: 'fact',
        ...(isForm(form) ? { form } : {}),
        grain,
        ...(kept.length > 0 ? { degenerate: kept } : {}),
      },
      tests: [keyTest(grain, context)],
      columns: withReferences(
        [
          ...grainOwn.map(column =>
            entry(column, single === column ? `Key of the ${thing}.` : `Part of the key of the ${thing}.`),
          ),
          ...keyColumns.map(({ entry: each }) =>
            grain.includes(each.name) ? { ...each, tests: ['not_null', ...(each.tests ?? [])] } : each,
          ),
          ...kept.map(column => entry(column, sentence(column))),
          ...measures.flatMap((column): ColumnEntry[] => {
            const measure = fact.measures.find(each => each.name.text === column);
            if (!measure) return [];
            const additivity = additivityOf(measure.type);
            const over = measure.over.length > 0 ? measure.over.map(each => each.text) : dateKeys.slice(0, 1);
            const isOver = additivity === 'semi-additive' && over.length > 0;
            const meta = {
              ...(additivity === undefined || (additivity === 'semi-additive' && !isOver)
                ? {}
                : { measure: additivity }),
              ...(isOver ? { over } : {}),
              ...(measure.unit ? { unit: measure.unit.text } : {}),
            };
            const text = measure.definition?.text ?? described(from, measure.name.text, sentence(measure.name.text));
            return [
              {
                name: measure.name.text,
                description: text,
                ...(Object.keys(meta).length > 0 ? { meta } : {}),
              },
            ];
          }),
        ],
        held,
        context,
      ),
    },
    messages: unique.messages,
  });
}

type Linked = readonly { readonly link: DesignedLink; readonly found: ReturnType<typeof findLink> }[];

function isForm(form: string): form is 'transaction' | 'periodic-snapshot' | 'accumulating-snapshot' | 'factless' {
  return ['transaction', 'periodic-snapshot', 'accumulating-snapshot', 'factless'].includes(form);
}

/** Columns of the grain as the design names them; the base's own key where it says it in words. */
export function grainOf({ fact }: FactDesign, base: Relation): readonly string[] | undefined {
  if (fact.grainColumns.length > 0) return fact.grainColumns.map(each => each.text);
  const word = fact.grain && /^\w+$/.test(fact.grain.text) ? columnOf(base, fact.grain.text)?.name : undefined;
  if (word !== undefined) return [word];
  const key = keyOf(base);
  return key.length > 0 ? key : undefined;
}

/** The moment by which versions are found: that of the calendar that stands first, else that of the event. */
function momentIn(linked: Linked, base: Relation): string | undefined {
  const days = linked.flatMap(({ link, found }) => (link.isCalendar && 'on' in found ? found.on : []));
  const times = eventTimes(base).filter(column => column !== updateTime(base));
  return days[0]?.column ?? times[0];
}

interface Uniqueness {
  readonly isRanked: boolean;
  readonly order: { readonly key: readonly string[]; readonly times: readonly string[] };
  readonly messages: readonly string[];
}

/** Whether the base has one row per grain, and how the row to keep is found where nothing says so. */
function uniqueness({ fact }: FactDesign, grain: readonly string[], base: Relation, linked: Linked): Uniqueness {
  const key = grain.flatMap((column): readonly string[] => {
    const link = linked.find(each => each.link.column.toLowerCase() === column.toLowerCase());
    if (!link) return [taken({ name: column }, base, singular(entityOf(fact.name.text)), 'ansi')?.column ?? column];
    if ('held' in link.found) return [link.found.held];
    return 'on' in link.found ? link.found.on.flatMap(each => each.column ?? []) : [];
  });
  const own = new Set(key.map(column => column.toLowerCase()));
  // A moment tells more than its day.
  const days = new Set(
    linked.flatMap(({ found }) =>
      'on' in found
        ? found.on.flatMap(({ column, isMoment }) => (isMoment && column ? [column.toLowerCase()] : []))
        : [],
    ),
  );
  const times = [updateTime(base), loadTime(base)].filter(column => column !== undefined);
  const order = { key, times };
  const isKnown = base.keys.length > 0;
  const fits = base.keys.some(each => each.length > 0 && each.every(column => own.has(column)));
  if (fits) return { isRanked: false, order, messages: [] };
  const isTime = new Set(times.map(column => column.toLowerCase()));
  const isLog = base.keys.some(each => each.every(column => own.has(column) || isTime.has(column)));
  const shown = base.keys.find(each => each.length > 0)?.join(', ');
  if ((isLog || !isKnown) && times.length > 0 && days.size === 0) return { isRanked: true, order, messages: [] };
  return {
    isRanked: false,
    order,
    messages: [
      `Nothing says that '${base.label}' has one row per ${key.join(', ')}${shown === undefined ? '' : ` (it has one per ${shown})`}. Where it has several, the test of '${fact.name.text}' fails: then sum it up first, in a model of its own.`,
    ],
  };
}

/** Joins with an alias each: the dimension's own name where it plays one role. */
function joinsOf(linked: Linked, nameIn: (column: string) => string, context: GeneratorContext): readonly StarJoin[] {
  const aliases: string[] = [];
  const joins = linked.flatMap(({ link, found }) => ('on' in found ? [{ link, on: found.on }] : []));
  return joins.map(({ link, on }): StarJoin => {
    const { dimension } = link;
    const isOnly = joins.filter(each => each.link.dimension.relation.name === dimension.relation.name).length === 1;
    const role = roleIn(link.column, dimension, context).replace(/_?(?:date|day)$/, '');
    const thing = singular(dimension.entity);
    const wanted = isOnly
      ? dimension.relation.name
      : role === ''
        ? dimension.relation.name
        : role.endsWith(thing)
          ? role
          : `${role}_${thing}`;
    const alias = isOnly ? wanted : freeName(cteName(wanted), aliases);
    aliases.push(alias);
    return {
      dimension,
      alias,
      foreignKey: link.column,
      on: on.map(each => ({ ...each, ...(each.column === undefined ? {} : { column: nameIn(each.column) }) })),
    };
  });
}

/** `The billing customer` of several. */
function inRole(
  description: string,
  { column, dimension }: DesignedLink,
  links: readonly DesignedLink[],
  context: GeneratorContext,
): string {
  const roles = links.filter(each => each.dimension.relation.name === dimension.relation.name).length;
  const role = words(roleIn(column, dimension, context));
  const thing = singular(words(dimension.entity));
  if (roles < 2 || role === '' || role.includes(thing)) return description;
  return description.replace(`The ${thing}`, `The ${role} ${thing}`);
}

function heldEntry({ column, dimension }: DesignedLink, base: Relation): ColumnEntry {
  return {
    name: column,
    description: described(base, column, `The ${singular(words(dimension.entity))}.`),
    meta: { role: 'foreign-key', references: dimension.relation.name },
  };
}

function distinct(columns: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return columns.filter(column => {
    const isNew = column !== '' && !seen.has(column.toLowerCase());
    seen.add(column.toLowerCase());
    return isNew;
  });
}
