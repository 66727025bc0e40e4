/** How a fact of a design finds its dimensions: by its own key, by the natural key in a role, by the day of one of its times. */

import type { GeneratorContext, Relation, RelationColumn } from './context.ts';
import { entityOf, singular } from './naming.ts';
import { columnOf, type DimensionFacts, eventTimes, isBookkeeping, isDate, isTime } from './roles.ts';
import type { StarCondition } from './star.ts';

/** A key of a fact and the dimension it leads to. */
export interface DesignedLink {
  /** Name of the key in the fact. */
  readonly column: string;
  readonly dimension: DimensionFacts;
  readonly isCalendar: boolean;
}

/** `held`: the base has the key itself. */
export type FoundLink =
  | { readonly held: string }
  | { readonly on: readonly StarCondition[] }
  | { readonly lack: string };

export function findLink(link: DesignedLink, base: Relation, context: GeneratorContext): FoundLink {
  const { column, dimension, isCalendar } = link;
  const held = columnOf(base, column);
  if (held && !isCalendar) return { held: held.name };
  const { naturalKey } = dimension;
  const [natural] = naturalKey;
  if (isCalendar) {
    // A number or a date in the base may be the calendar's key already.
    if (held && (isDate(held) ? isDate(columnOf(dimension.relation, dimension.key ?? '')) : !isTime(held)))
      return { held: held.name };
    const time = timeOf(column, base, context);
    if (!time) return { lack: `time for '${column}'` };
    return { on: [{ natural: natural ?? 'date_day', column: time.name, isMoment: !isDate(time) }] };
  }
  if (natural === undefined) return { lack: `natural key of '${dimension.relation.name}'` };
  const exact = naturalKey.map(each => columnOf(base, each)?.name);
  const role = roleIn(column, dimension, context);
  const single = naturalKey.length === 1 ? inRole(role, natural, dimension, base) : undefined;
  // Of billing_customer_id and customer_id, a key in a role takes the one in its role.
  if (single !== undefined && (role !== '' || exact[0] === undefined)) {
    return { on: [{ natural, column: single }] };
  }
  if (exact.every(each => each !== undefined) && role === '') {
    return { on: naturalKey.map((each, i) => ({ natural: each, column: exact[i] })) };
  }
  if (exact.every(each => each !== undefined) && single === undefined && isOnlyWay(base, natural)) {
    return { on: naturalKey.map((each, i) => ({ natural: each, column: exact[i] })) };
  }
  const wanted = role === '' ? naturalKey.join(', ') : `${role}_${natural}`;
  return { lack: `${wanted} that leads to '${dimension.relation.name}'` };
}

/** `billing` in `billing_customer_key`; nothing where the key is called like the dimension's own, or after its entity. */
export function roleIn(column: string, { key, entity, naturalKey }: DimensionFacts, context: GeneratorContext): string {
  const lower = column.toLowerCase();
  const thing = singular(entity);
  const own = [key ?? '', ...naturalKey, `${thing}${context.surrogateKeySuffix}`, `${thing}_id`, `${thing}_key`];
  if (own.some(each => each.toLowerCase() === lower)) return '';
  const end = own.find(each => each !== '' && lower.endsWith(`_${each.toLowerCase()}`));
  return end === undefined ? withoutKey(lower) : lower.slice(0, lower.length - end.length - 1);
}

function withoutKey(column: string): string {
  return column.replace(/_(?:key|id|sk|fk|hk)$/i, '');
}

/** The column that holds the natural key in this role; by what a relationships test says where names say nothing. */
function inRole(role: string, natural: string, dimension: DimensionFacts, base: Relation): string | undefined {
  const thing = singular(dimension.entity);
  const ends = [natural, `${thing}_id`, ...(role === '' ? [] : ['id', 'key', 'code', 'number'])];
  const names = role === '' ? [`${thing}_id`] : ends.map(end => `${role}_${end}`);
  const byName = names.flatMap(name => columnOf(base, name)?.name ?? [])[0];
  if (byName !== undefined) return byName;
  const leading = base.columns.filter(
    ({ refersTo }) => refersTo && singular(entityOf(refersTo.label.slice(refersTo.label.indexOf('.') + 1))) === thing,
  );
  const inName = leading.filter(({ name }) => role === '' || name.toLowerCase().startsWith(role));
  const found = inName.length > 0 ? inName : leading;
  return found.length === 1 ? found[0]?.name : undefined;
}

/** No other column ends like the natural key: a key of another name can only mean this one. */
function isOnlyWay(base: Relation, natural: string): boolean {
  const lower = natural.toLowerCase();
  return base.columns.filter(({ name }) => name.toLowerCase().endsWith(lower)).length === 1;
}

/** The time that `order_date_key` is the day of: `ordered_at`; that of the event for a bare `date_key`. */
export function timeOf(column: string, base: Relation, _context: GeneratorContext): RelationColumn | undefined {
  const role = withoutKey(column.toLowerCase()).replace(/(?:^|_)(?:date|day|calendar)$/, '');
  const times = base.columns.filter(each => isTime(each) && !isBookkeeping(each.name));
  const own = eventTimes(base)[0];
  const event = own === undefined ? undefined : columnOf(base, own);
  if (role === '') return event;
  const stems = times.map(each => ({ each, stem: stemOf(each.name) }));
  const same = stems.find(({ stem }) => stem === role) ?? stems.find(({ stem }) => isAlike(stem, role));
  if (same) return same.each;
  // `order_date_key` of orders whose only moment is called otherwise.
  return role === singular(entityOf(base.name)) || times.length === 1 ? event : undefined;
}

function stemOf(name: string): string {
  return name.toLowerCase().replace(/_(?:at|on|ts|time|timestamp|datetime|date|day)$/, '');
}

/** `order` and `ordered`, `ship` and `shipped`, `delivery` and `delivered`. */
function isAlike(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < 4 || short.includes('_') !== long.includes('_')) return false;
  const length = Math.max(4, short.length - 1);
  return long.startsWith(short.slice(0, length)) && long.length - short.length <= 4;
}
