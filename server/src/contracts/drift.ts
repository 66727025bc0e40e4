/** Where a contract and dbt's YAML say different things of one column, and what of a contract nothing in dbt holds. */

import { shortName } from '../project/declared.ts';
import type {
  CandidateKey,
  ColumnPropertyFacts,
  OutputColumn,
  OutputColumns,
  PropertyFacts,
  TestFacts,
} from '../project/facts.ts';
import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import { deliveredAs, undelivered } from './delivery.ts';
import type { ContractColumn, ContractForm, ContractObject, ContractRange } from './model.ts';
import { isRequired, namesOf, plainName, promisedKeys } from './promises.ts';
import { dbtColumn } from './read-dbt.ts';
import { mayBeSameType } from './types.ts';

export type Drift = { readonly index: number; readonly column: ContractColumn } & (
  | { readonly kind: 'type'; readonly dbt: ContractColumn }
  | {
      readonly kind: 'values';
      readonly dbt: ContractColumn;
      readonly onlyHere: readonly PlainValue[];
      readonly onlyThere: readonly PlainValue[];
    }
  | { readonly kind: 'range'; readonly dbt: ContractColumn }
  /** The SQL can make NULL of what is promised never to be. */
  | { readonly kind: 'null'; readonly because: string }
);

export interface Compared {
  readonly object: ContractObject;
  readonly form: ContractForm;
  readonly properties: PropertyFacts | undefined;
  readonly output: OutputColumns | undefined;
  readonly dialect: Dialect;
}

/** One difference for a column at most: the first says what to look at. */
export function driftOf({ object, form, properties, output, dialect }: Compared): readonly Drift[] {
  const described = new Map((properties?.columns ?? []).map(column => [plainName(column.name), column]));
  const delivered = new Map((output?.columns ?? []).map(column => [plainName(column.name), column]));
  // What the SQL does not deliver as promised is said as that.
  const isSaid = new Set(output ? undelivered(object, form, output, dialect).map(one => one.index) : []);
  return object.columns.flatMap((column, index): readonly Drift[] => {
    if (isSaid.has(index)) return [];
    const entry = entryOf(column, described);
    const found = entry && differing(column, index, dbtColumn(entry), form, dialect);
    if (found) return [found];
    const actual = deliveredAs(column, delivered);
    const because = actual && isRequired(column) === 'yes' ? nullBecause(actual, entry) : undefined;
    return because === undefined ? [] : [{ kind: 'null', index, column, because }];
  });
}

function entryOf(
  column: ContractColumn,
  described: ReadonlyMap<string, ColumnPropertyFacts>,
): ColumnPropertyFacts | undefined {
  for (const name of namesOf(column)) {
    const found = described.get(plainName(name));
    if (found) return found;
  }
  return undefined;
}

function differing(
  column: ContractColumn,
  index: number,
  dbt: ContractColumn,
  form: ContractForm,
  dialect: Dialect,
): Drift | undefined {
  if (column.type && dbt.type && !mayBeSameType({ type: column.type, form }, { type: dbt.type, form: 'dbt' }, dialect))
    return { kind: 'type', index, column, dbt };
  if (column.values && dbt.values) {
    const [here, there] = [new Set(column.values.map(String)), new Set(dbt.values.map(String))];
    const onlyHere = column.values.filter(value => !there.has(String(value)));
    const onlyThere = dbt.values.filter(value => !here.has(String(value)));
    if (onlyHere.length + onlyThere.length > 0) return { kind: 'values', index, column, dbt, onlyHere, onlyThere };
  }
  return column.range && dbt.range && differ(column.range, dbt.range)
    ? { kind: 'range', index, column, dbt }
    : undefined;
}

/** Limits that only one of the two states are no difference: the other is weaker, and may be so on purpose. */
function differ(a: ContractRange, b: ContractRange): boolean {
  const sides = [
    [a.minimum, b.minimum],
    [a.maximum, b.maximum],
  ] as const;
  return sides.some(([x, y]) => x && y && String(x.value) !== String(y.value) && Number(x.value) !== Number(y.value));
}

/** NULL is possible for certain, and no test, not even one that only warns, looks for it. */
function nullBecause(actual: OutputColumn, entry: ColumnPropertyFacts | undefined): string | undefined {
  if (actual.nullable !== 'yes' || entry?.tests.some(test => shortName(test) === 'not_null')) return undefined;
  return actual.nullableBecause ?? 'the SQL makes it so';
}

/* -------------------------------------------------------------------- untested */

/** A promise that no test or constraint of dbt looks at, and that the SQL does not prove. */
export interface Untested {
  readonly column: string;
  readonly test: 'not_null' | 'unique' | 'accepted_values' | 'accepted_range';
  readonly values?: readonly PlainValue[];
  readonly range?: ContractRange;
}

/** `hasUtils`: dbt_utils is there, so that ranges can be tested. */
export function untestedOf(
  { object, properties, output }: Compared,
  keys: readonly CandidateKey[],
  hasUtils: boolean,
): readonly Untested[] {
  const described = new Map((properties?.columns ?? []).map(column => [plainName(column.name), column]));
  const delivered = new Map((output?.columns ?? []).map(column => [plainName(column.name), column]));
  const single = new Set(promisedKeys(object).flatMap(key => (key.length === 1 ? key : [])));
  return object.columns.flatMap((column): readonly Untested[] => {
    const actual = deliveredAs(column, delivered);
    // Without the column there is nothing to test.
    if (output?.isComplete && !actual) return [];
    const name = actual?.name ?? column.physicalName ?? column.name;
    const entry = entryOf(column, described);
    const has = (isTest: (test: TestFacts) => boolean): boolean => entry?.tests.some(isTest) ?? false;
    const isConstrained = (types: readonly string[]): boolean =>
      entry?.constraints.some(constraint => types.includes(constraint.type)) ?? false;
    const found: Untested[] = [];
    if (isRequired(column) === 'yes' && actual?.nullable !== 'no') {
      const isTested = has(test => /not_null|not_be_null|not_empty/.test(test.name));
      if (!isTested && !isConstrained(['not_null', 'primary_key'])) found.push({ column: name, test: 'not_null' });
    }
    if (single.has(plainName(column.name))) {
      const isKnown = keys.some(key => key.columns.length === 1 && key.columns[0] === plainName(name));
      const isTested = has(test => /unique/.test(test.name)) || isConstrained(['unique', 'primary_key']);
      if (!isKnown && !isTested) found.push({ column: name, test: 'unique' });
    }
    if (column.values && column.values.length > 0) {
      if (!has(test => /accepted_values|in_set|relationships|regex/.test(test.name)))
        found.push({ column: name, test: 'accepted_values', values: column.values });
    }
    if (column.range && hasUtils && isNumeric(column.range)) {
      if (!has(test => /range|between|expression|positive|non_negative|at_least/.test(test.name)))
        found.push({ column: name, test: 'accepted_range', range: column.range });
    }
    return found;
  });
}

function isNumeric({ minimum, maximum }: ContractRange): boolean {
  return [minimum, maximum].every(bound => bound === undefined || typeof bound.value === 'number');
}
