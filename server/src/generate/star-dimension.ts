/** A dimension of a design: its type of history, what it is made from, and the model with its YAML. */

import type { SpecifiedAttribute, SpecifiedDimension } from '../project/specifications.ts';
import { dimensionChoice } from './choices.ts';
import type { PassedColumn } from './column-insert.ts';
import type { GeneratorContext, Relation } from './context.ts';
import { type DateColumn, dateColumns, dateDimension } from './date-dimension.ts';
import { generateDimension, type Scd } from './dimension.ts';
import { changedName, previousName } from './dimension-previous.ts';
import { currentName, DELETED } from './dimension-versions.ts';
import { sourceOf } from './history.ts';
import { entityOf, singular } from './naming.ts';
import type { Plan } from './plan.ts';
import { columnOf, deletedFlag, isComparable, isPersonal, loadTime } from './roles.ts';
import { type BaseAnswer, baseOf } from './star-base.ts';
import { asDesigned, type DesignedColumn, taken } from './star-columns.ts';

/** The days that a date dimension has. */
export interface Calendar {
  readonly start: string;
  readonly end: string;
  readonly fiscalStartMonth: number;
}

export function isDateDimension({ name, naturalKey }: { name: string; naturalKey: readonly string[] }): boolean {
  return (
    /^(?:date|day|calendar|calendar_date|calendar_day)$/.test(singular(entityOf(name))) ||
    (naturalKey.length === 1 && /^(?:date|date_day|calendar_date|full_date|date_actual)$/i.test(naturalKey[0] ?? ''))
  );
}

/** How the dimension treats change; that of most of its attributes where it does not say. */
export function scdOf({ type, attributes }: SpecifiedDimension): number {
  if (type?.value !== undefined) return type.value;
  const said = attributes.flatMap(each => each.scd?.value ?? []);
  return said.includes(2) ? 2 : said.includes(3) ? 3 : 1;
}

/** What the design asks for by name, without what the type of history brings along. */
export function attributesOf(
  dimension: SpecifiedDimension,
  context: GeneratorContext,
): readonly (SpecifiedAttribute & { readonly isOverwritten: boolean })[] {
  const scd = scdOf(dimension);
  const names = dimension.attributes.map(each => each.name.text);
  const { from, to, current } = context.validity;
  const brought = new Set(
    [
      ...(scd === 1 || scd === 3 ? [] : [from, to, current]),
      ...(scd === 3 ? names.flatMap(name => [previousName(name, context), changedName(name)]) : []),
      ...(scd === 6 ? names.map(name => currentName(name, context)) : []),
      ...(scd === 3 || scd === 4 ? [DELETED] : []),
      ...dimension.naturalKey.map(each => each.text),
      dimension.surrogateKey?.text ?? '',
    ].map(name => name.toLowerCase()),
  );
  return dimension.attributes
    .filter(each => !brought.has(each.name.text.toLowerCase()))
    .map(each => ({ ...each, isOverwritten: scd !== 1 && (each.scd?.value === 0 || each.scd?.value === 1) }));
}

export function dimensionBase(
  dimension: SpecifiedDimension,
  said: readonly string[],
  likely: readonly string[],
  context: GeneratorContext,
): BaseAnswer {
  const name = dimension.name.text;
  const labels = [...said, ...dimension.sources.map(each => each.text), ...sharedSource(dimension, context)];
  return baseOf(
    {
      name,
      kind: 'dimension',
      isVersioned: scdOf(dimension) > 1,
      said: labels,
      likely,
      count: designedColumns(dimension, context).length,
      lacks: relation => dimensionLacks(dimension, relation, context),
    },
    context,
  );
}

/** The relation that all attributes are said to come from. */
function sharedSource({ attributes }: SpecifiedDimension, context: GeneratorContext): readonly string[] {
  const labels = attributes.map(({ source }) => {
    const text = source?.text ?? '';
    return context.relation(text)?.label ?? context.relation(text.slice(0, Math.max(0, text.lastIndexOf('.'))))?.label;
  });
  const [first] = labels;
  return first !== undefined && labels.every(label => label === first) ? [first] : [];
}

function designedColumns(dimension: SpecifiedDimension, context: GeneratorContext): readonly DesignedColumn[] {
  return [
    ...dimension.naturalKey.map(each => ({ name: each.text })),
    ...attributesOf(dimension, context).map(each => ({ name: each.name.text, source: each.source?.text })),
  ];
}

/** Columns of the design that the base has under no name. */
export function dimensionLacks(
  dimension: SpecifiedDimension,
  base: Relation,
  context: GeneratorContext,
): readonly string[] {
  return designedColumns(dimension, context)
    .filter(column => !taken(column, base, thingOf(dimension.name.text), context.dialect))
    .map(column => column.name);
}

/** An attribute that a model reads and hands on as it is: nothing has to be compared or remembered for it. */
export function passedAttribute(
  dimension: SpecifiedDimension,
  column: string,
  base: Relation,
  context: GeneratorContext,
): PassedColumn | undefined {
  const scd = scdOf(dimension);
  const designed = designedColumns(dimension, context).find(each => each.name === column);
  const attribute = attributesOf(dimension, context).find(each => each.name.text === column);
  if (!designed || !attribute || attribute.isOverwritten) return undefined;
  if (scd !== 1 && !(scd === 2 && base.kind === 'snapshot')) return undefined;
  const found = taken(designed, base, thingOf(dimension.name.text), context.dialect);
  return found?.column === undefined ? undefined : { name: column, column: found.column };
}

function thingOf(name: string): string {
  return singular(entityOf(name));
}

/** Its base holds one row per key, as it is now: a snapshot has to collect what was. */
export function needsSnapshot(dimension: SpecifiedDimension, base: Relation): boolean {
  if (scdOf(dimension) < 2 || base.kind === 'snapshot') return false;
  const { hasHistory, changeTime } = dimensionChoice(base);
  return hasHistory === false || changeTime.proposed.length === 0;
}

export function dimensionPlan(dimension: SpecifiedDimension, base: Relation, context: GeneratorContext): Plan {
  const name = dimension.name.text;
  const scd = scdOf(dimension);
  if (![1, 2, 3, 4, 6].includes(scd)) {
    return { problem: `'${name}' is of type ${scd}: types 1, 2, 3, 4 and 6 can be written.` };
  }
  const naturalKey = dimension.naturalKey.map(each => each.text);
  if (naturalKey.length === 0) return { problem: `'${name}' has no natural key: nothing says what one row is.` };
  const columns = designedColumns(dimension, context).flatMap(
    column => taken(column, base, thingOf(name), context.dialect) ?? [],
  );
  const choice = dimensionChoice(base);
  const isUnique = isUniqueBy(
    base,
    columns.slice(0, naturalKey.length).map(each => each.column ?? ''),
  );
  const isFlat = scd === 1 && isUnique;
  const isLog = base.kind !== 'snapshot' && !isFlat;
  const changeTime = isLog ? choice.changeTime.proposed[0] : undefined;
  const tieBreaker = isLog ? loadTime(base) : undefined;
  const attributes = attributesOf(dimension, context);
  const flag = isLog ? deletedFlag(base) : undefined;
  const deleted = attributes.some(each => each.name.text.toLowerCase() === flag?.toLowerCase()) ? undefined : flag;
  const source = sourceOf(base);
  const used = [
    ...[changeTime, tieBreaker, deleted].filter(each => each !== undefined),
    ...(base.kind === 'snapshot'
      ? [
          source.validFrom ?? 'dbt_valid_from',
          source.validTo ?? 'dbt_valid_to',
          ...(source.hasDeletedRows ? ['dbt_is_deleted'] : []),
        ]
      : []),
  ];
  const own = attributes.length > 0 ? attributes.map(each => each.name.text) : allOthers(base, naturalKey, used);
  const all = [
    ...columns,
    ...own
      .filter(column => !columns.some(each => each.name === column))
      .map(column => ({ name: column, column, expression: undefined })),
  ];
  const from = asDesigned(base, all, used, context.dialect);
  const definitions = attributes.flatMap(({ name: word, definition }): (readonly [string, string])[] =>
    definition ? [[word.text, definition.text]] : [],
  );
  const described = from.columns.flatMap(({ name: column, description }): (readonly [string, string])[] =>
    description?.trim() ? [[column, description.trim()]] : [],
  );
  const overwritten = attributes.filter(each => each.isOverwritten).map(each => each.name.text);
  return generateDimension(
    {
      scd: scd as Scd,
      source: { ...source, ...(from.select ? { select: from.select } : {}) },
      naturalKey,
      trackedColumns: own.filter(column => !overwritten.includes(column)),
      overwrittenColumns: overwritten,
      attributes: own,
      name,
      entity: entityOf(name),
      descriptions: new Map([...described, ...definitions]),
      isConformed: dimension.isConformed,
      personal: new Set(from.columns.filter(isPersonal).map(column => column.name)),
      ...(changeTime === undefined ? {} : { changeTime }),
      ...(tieBreaker === undefined ? {} : { tieBreaker }),
      ...(deleted === undefined ? {} : { deletedFlag: deleted }),
      ...(dimension.description ? { description: dimension.description.text } : {}),
      ...(dimension.surrogateKey ? { surrogateKey: dimension.surrogateKey.text } : {}),
    },
    context,
  );
}

/** A design that names no attributes wants all there are. */
function allOthers(base: Relation, key: readonly string[], used: readonly string[]): readonly string[] {
  const apart = new Set([...key, ...used].map(column => column.toLowerCase()));
  return dimensionChoice(base).trackedColumns.candidates.filter(
    column => !apart.has(column.toLowerCase()) && isComparable(columnOf(base, column)),
  );
}

export function isUniqueBy(relation: Relation, columns: readonly string[]): boolean {
  const own = new Set(columns.map(column => column.toLowerCase()));
  return relation.keys.some(key => key.length > 0 && key.every(column => own.has(column)));
}

/* ----------------------------------------------------------------- calendar */

/** A date dimension with the columns that the design names, under its names; all that there are where it names none. */
export function calendarPlan(
  name: string,
  dimension: SpecifiedDimension | undefined,
  calendar: Calendar,
  context: GeneratorContext,
): Plan {
  const known = dateColumns(context.dialect, calendar.fiscalStartMonth);
  const find = (wanted: string): DateColumn | undefined => {
    const lower = wanted.toLowerCase();
    const found = known.find(each => each.name === lower) ?? known.find(each => each.synonyms?.includes(lower));
    return found && { ...found, name: wanted };
  };
  const [key, day] = [known[0] as DateColumn, known[1] as DateColumn];
  const keys = [
    { ...key, name: dimension?.surrogateKey?.text ?? key.name },
    { ...day, name: dimension?.naturalKey[0]?.text ?? day.name },
  ];
  const names = new Set(keys.map(each => each.name.toLowerCase()));
  const attributes = (dimension?.attributes ?? []).filter(each => !names.has(each.name.text.toLowerCase()));
  const unknown = attributes.filter(each => !find(each.name.text)).map(each => `'${each.name.text}'`);
  if (unknown.length > 0) {
    const all = known.slice(2).map(each => each.name);
    return {
      problem: `'${name}' has ${unknown.join(', ')}, which is not known of a day. Known are ${all.join(', ')}.`,
    };
  }
  const columns = attributes.flatMap(({ name: word, definition }): DateColumn[] => {
    const found = find(word.text);
    return found ? [{ ...found, ...(definition ? { description: definition.text } : {}) }] : [];
  });
  return dateDimension(
    {
      name,
      folder: undefined,
      ...calendar,
      description: dimension?.description?.text,
      columns: [...keys, ...(attributes.length > 0 ? columns : known.slice(2))],
    },
    context,
  );
}
