/** What changed in the columns of a table, and in the fields of its structs. */

import type { PlainValue } from '../../syntax/jinja/expansion.ts';
import type { Dialect } from '../../syntax/sql/dialect.ts';
import type { ContractBound, ContractColumn, ContractForm, ContractObject } from '../model.ts';
import { isRequired, isUnique, plainName } from '../promises.ts';
import { diffChecks, diffDeprecation, diffProtection } from './diff-shared.ts';
import { type Changes, shown } from './gather.ts';
import { renamedColumns } from './renames.ts';
import { typeChange } from './type-change.ts';

export interface ColumnSide {
  readonly form: ContractForm;
  readonly columns: readonly ContractColumn[];
  readonly object: ContractObject;
  /** The list is whole, so that what is not in it is gone. */
  readonly isComplete: boolean;
}

export interface ColumnDiffOptions {
  readonly dialect: Dialect;
  /** Readers take columns by their place, as from csv. */
  readonly byPosition: boolean;
  readonly object: string;
  /** `address.` for fields of the column `address`. */
  readonly path: string;
}

const MAX_DEPTH = 50;

export function diffColumns(
  before: ColumnSide,
  after: ColumnSide,
  options: ColumnDiffOptions,
  changes: Changes,
  depth = 0,
): void {
  if (depth > MAX_DEPTH) return;
  const { object, path } = options;
  const pairs = paired(before.columns, after.columns);
  const removed = pairs.flatMap(({ old, now }) => (old && !now ? [old] : []));
  const added = pairs.flatMap(({ old, now }) => (now && !old ? [now] : []));
  const renames = renamedColumns(before, after, removed, added, options.dialect);
  for (const { old, now } of pairs) {
    if (old && now) diffColumn(before, after, old, now, options, changes, depth);
    else if (old && after.isComplete) {
      const to = renames.get(old)?.name;
      changes.add(
        'column-removed',
        object,
        `${path}${old.name}`,
        'columns',
        `'${path}${old.name}' was removed`,
        old.name,
        undefined,
        to,
      );
    } else if (now && before.isComplete) {
      // A value that is filled in is no burden on writers.
      const isDemand = isRequired(now) === 'yes' && now.default === undefined;
      const name = `${path}${now.name}`;
      const summary = isDemand ? `'${name}' was added and is required` : `'${name}' was added`;
      changes.add(
        isDemand ? 'required-column-added' : 'column-added',
        object,
        name,
        'name',
        summary,
        undefined,
        now.name,
      );
    }
  }
  if (path === '') diffOrder(pairs, after.columns, options, changes);
}

interface Pair {
  readonly old: ContractColumn | undefined;
  readonly now: ContractColumn | undefined;
}

/** By their stable id, else by name; what is left over is removed or added. */
function paired(before: readonly ContractColumn[], after: readonly ContractColumn[]): readonly Pair[] {
  const byId = new Map(after.flatMap(column => (column.id === undefined ? [] : [[column.id, column] as const])));
  const byName = new Map(after.map(column => [plainName(column.name), column]));
  const taken = new Set<ContractColumn>();
  const pairs: Pair[] = [];
  for (const old of before) {
    const same = byName.get(plainName(old.name));
    const now = same ?? (old.id === undefined ? undefined : byId.get(old.id));
    if (now && !taken.has(now)) {
      taken.add(now);
      pairs.push({ old, now });
    } else if (!now) pairs.push({ old, now: undefined });
  }
  for (const now of after) if (!taken.has(now)) pairs.push({ old: undefined, now });
  return pairs;
}

/** Of the columns that stayed. */
function diffOrder(
  pairs: readonly Pair[],
  after: readonly ContractColumn[],
  options: ColumnDiffOptions,
  changes: Changes,
): void {
  const before = pairs.flatMap(({ old, now }) => (old && now ? [now] : []));
  const kept = new Set(before);
  const moved = after.filter(column => kept.has(column)).find((column, i) => column !== before[i]);
  if (moved === undefined) return;
  changes.add(
    options.byPosition ? 'order-changed-by-position' : 'order-changed',
    options.object,
    moved.name,
    'name',
    `the columns of '${options.object}' stand in another order`,
  );
}

function diffColumn(
  before: ColumnSide,
  after: ColumnSide,
  old: ContractColumn,
  now: ContractColumn,
  options: ColumnDiffOptions,
  changes: Changes,
  depth: number,
): void {
  const { object, path, dialect } = options;
  const name = `${path}${now.name}`;
  if (old.id !== undefined && plainName(old.name) !== plainName(now.name)) {
    const summary = `'${path}${old.name}' was renamed to '${now.name}'`;
    changes.add('column-removed', object, `${path}${old.name}`, 'columns', summary, old.name, now.name, now.name);
  }
  diffType(before, after, old, now, name, options, changes);
  const [wasRequired, isNow] = [isRequired(old), isRequired(now)];
  if (wasRequired === 'yes' && isNow !== 'yes')
    changes.add('made-nullable', object, name, 'required', `'${name}' may now be NULL`, 'required', 'nullable');
  if (wasRequired !== 'yes' && isNow === 'yes')
    changes.add('made-required', object, name, 'required', `'${name}' must no longer be NULL`, 'nullable', 'required');
  const [wasUnique, isUniqueNow] = [isUnique(old, before.object), isUnique(now, after.object)];
  // A key that changed is told once, of the table.
  if (wasUnique === 'yes' && isUniqueNow !== 'yes' && old.primaryKey === undefined)
    changes.add('unique-dropped', object, name, 'unique', `'${name}' need no longer be unique`);
  if (wasUnique !== 'yes' && isUniqueNow === 'yes' && now.primaryKey === undefined)
    changes.add('unique-added', object, name, 'unique', `'${name}' must be unique`);
  diffValues(old, now, name, options, changes);
  diffBounds(old, now, name, options, changes);
  diffMeaning(old, now, name, options, changes);
  diffProtection(old.classification, now.classification, object, `'${name}'`, changes, name);
  if ((old.pii ?? false) !== (now.pii ?? false)) {
    const kind = now.pii ? 'protection-raised' : 'protection-lowered';
    const summary = now.pii
      ? `'${name}' is now marked as personal data`
      : `'${name}' is no longer marked as personal data`;
    changes.add(kind, object, name, 'pii', summary, String(old.pii ?? false), String(now.pii ?? false));
  }
  diffDeprecation(old, now, object, `'${name}'`, changes, name);
  diffChecks(old.checks, now.checks, object, changes, name);
  const texts = (column: ContractColumn): string =>
    [column.description ?? '', column.businessDefinition ?? '', column.tags.join()].join('\n');
  if (texts(old) !== texts(now))
    changes.add('described', object, name, 'description', `'${name}' is described otherwise`);
  if (old.columns.length > 0 || now.columns.length > 0) {
    const inner = (side: ColumnSide, column: ContractColumn): ColumnSide => ({ ...side, columns: column.columns });
    diffColumns(inner(before, old), inner(after, now), { ...options, path: `${name}.`, dialect }, changes, depth + 1);
  }
}

function diffType(
  before: ColumnSide,
  after: ColumnSide,
  old: ContractColumn,
  now: ContractColumn,
  name: string,
  options: ColumnDiffOptions,
  changes: Changes,
): void {
  if (!old.type || !now.type) {
    // A type that was never said was no promise; one that is no longer said is one less.
    if (old.type && !now.hasUnknowns)
      changes.add(
        'type-respelled',
        options.object,
        name,
        'type',
        `the type of '${name}' is no longer said`,
        old.type.text,
      );
    return;
  }
  const found = typeChange(
    { type: old.type, form: before.form },
    { type: now.type, form: after.form },
    options.dialect,
  );
  if (found === 'same') return;
  const [from, to] = [textOf(old.type), textOf(now.type)];
  changes.add(`type-${found}`, options.object, name, 'type', `'${name}' changed from ${from} to ${to}`, from, to);
}

function textOf({ text, precision, scale, length }: NonNullable<ContractColumn['type']>): string {
  if (/[(<]/.test(text)) return text;
  const numbers = precision === undefined ? length : scale === undefined ? precision : `${precision},${scale}`;
  return numbers === undefined ? text : `${text}(${numbers})`;
}

function diffValues(
  old: ContractColumn,
  now: ContractColumn,
  name: string,
  { object }: ColumnDiffOptions,
  changes: Changes,
): void {
  const [were, are] = [old.values?.map(text), now.values?.map(text)];
  if (!were && !are) return;
  const add = (kind: 'value-added' | 'value-removed', summary: string): void =>
    changes.add(kind, object, name, 'values', summary, were?.join(', '), are?.join(', '));
  if (!are) add('value-added', `'${name}' may now have any value`);
  else if (!were) add('value-removed', `'${name}' may now have only ${are.join(', ')}`);
  else {
    const [gone, come] = [were.filter(one => !are.includes(one)), are.filter(one => !were.includes(one))];
    if (come.length > 0) add('value-added', `'${name}' may now be ${come.join(' or ')}`);
    if (gone.length > 0) add('value-removed', `'${name}' can no longer be ${gone.join(' or ')}`);
  }
}

function text(value: PlainValue): string {
  return shown(value);
}

function diffBounds(
  old: ContractColumn,
  now: ContractColumn,
  name: string,
  { object }: ColumnDiffOptions,
  changes: Changes,
): void {
  const limits: readonly (readonly [
    fact: string,
    words: string,
    old: ContractBound | undefined,
    now: ContractBound | undefined,
    sign: 1 | -1,
  ])[] = [
    ['range', 'the least value', old.range?.minimum, now.range?.minimum, 1],
    ['range', 'the largest value', old.range?.maximum, now.range?.maximum, -1],
    ['minLength', 'the least length', plain(old.minLength), plain(now.minLength), 1],
    ['maxLength', 'the largest length', plain(old.maxLength), plain(now.maxLength), -1],
  ];
  for (const [fact, words, was, is, sign] of limits) {
    const difference = tightness(was, is, sign);
    if (difference === 0) continue;
    const summary = is
      ? `${words} of '${name}' ${was ? `changed from ${was.value} to` : 'is now'} ${is.value}`
      : `${words} of '${name}' (${was?.value}) was dropped`;
    const kind = difference > 0 ? 'range-tightened' : 'range-widened';
    changes.add(kind, object, name, fact, summary, was && String(was.value), is && String(is.value));
  }
  if (old.pattern !== now.pattern) {
    const kind =
      old.pattern === undefined ? 'range-tightened' : now.pattern === undefined ? 'range-widened' : 'pattern-changed';
    changes.add(kind, object, name, 'pattern', `the pattern of '${name}' changed`, old.pattern, now.pattern);
  }
}

function plain(value: number | undefined): ContractBound | undefined {
  return value === undefined ? undefined : { value, isExclusive: false };
}

/** Above 0: fewer values pass; below 0: more. `sign`: 1 for a lower bound, -1 for an upper one. */
function tightness(was: ContractBound | undefined, is: ContractBound | undefined, sign: 1 | -1): number {
  if (!was || !is) return was ? -1 : is ? 1 : 0;
  if (was.value !== is.value) return (was.value < is.value ? 1 : -1) * sign;
  return was.isExclusive === is.isExclusive ? 0 : is.isExclusive ? 1 : -1;
}

function diffMeaning(
  old: ContractColumn,
  now: ContractColumn,
  name: string,
  { object }: ColumnDiffOptions,
  changes: Changes,
): void {
  for (const fact of ['unit', 'timezone', 'format'] as const) {
    const [was, is] = [old[fact], now[fact]];
    // To say what was never said changes no value.
    if (was === undefined || was === is) continue;
    if (is === undefined)
      changes.add('described', object, name, fact, `the ${fact} of '${name}' is no longer said`, was);
    else
      changes.add(
        'meaning-changed',
        object,
        name,
        fact,
        `the ${fact} of '${name}' changed from ${was} to ${is}`,
        was,
        is,
      );
  }
  if (shown(old.default ?? null) !== shown(now.default ?? null)) {
    const [was, is] = [old.default, now.default].map(value => (value === undefined ? undefined : shown(value)));
    changes.add('default-changed', object, name, 'default', `the default of '${name}' changed`, was, is);
  }
}
