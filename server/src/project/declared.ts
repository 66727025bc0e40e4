/** What YAML declares of a node's columns and keys, joined with what its SQL shows. */

import type { PlainValue } from '../syntax/jinja/expansion.ts';
import type { Dialect } from '../syntax/sql/dialect.ts';
import type {
  CandidateKey,
  Certainty,
  ColumnPropertyFacts,
  ColumnType,
  OutputColumn,
  OutputColumns,
  PropertyFacts,
  TestFacts,
} from './facts.ts';
import { typeFamilyOf } from './infer/type-names.ts';

/**
 * Columns as a reader may rely on them. `base` is what SQL or a seed's header shows; without it the columns YAML lists
 * are all that is known, and they are a subset: never complete.
 */
export function describeColumns(
  base: OutputColumns | undefined,
  properties: PropertyFacts | undefined,
  dialect: Dialect,
): OutputColumns {
  if (base === undefined) {
    return { columns: (properties?.columns ?? []).map(one => declaredColumn(one, dialect)), isComplete: false };
  }
  if (properties === undefined || properties.columns.length === 0) return base;
  const byName = new Map(properties.columns.map(one => [one.name.toLowerCase(), one]));
  return {
    isComplete: base.isComplete,
    columns: base.columns.map(column => {
      const entry = byName.get(column.name.toLowerCase());
      return entry ? withDeclaration(column, entry, dialect) : column;
    }),
  };
}

/** Keys that tests, constraints and meta declare. A test that looks at some rows only, warns only or is off declares nothing. */
export function declaredKeys(properties: PropertyFacts | undefined): readonly CandidateKey[] {
  if (properties === undefined) return [];
  const keys: CandidateKey[] = [];
  const add = (columns: readonly string[], because: string): void => {
    if (columns.length === 0) return;
    keys.push({ columns: [...new Set(columns.map(one => one.toLowerCase()))].sort(), because, by: 'declared' });
  };
  for (const column of properties.columns) {
    if (column.tests.some(test => shortName(test) === 'unique' && holdsAlways(test)))
      add([column.name], `test unique on ${column.name}`);
    for (const constraint of column.constraints) {
      if (constraint.type === 'unique' || constraint.type === 'primary_key')
        add([column.name], `constraint ${constraint.type} on ${column.name}`);
    }
  }
  for (const test of properties.tests) {
    if (!holdsAlways(test)) continue;
    const columns =
      test.arguments['combination_of_columns'] ?? test.arguments['column_list'] ?? test.arguments['columns'];
    if (COMBINATION_TESTS.has(shortName(test))) add(textsOf(columns), `test ${test.name}`);
    const single = test.arguments['column_name'];
    if (shortName(test) === 'unique' && typeof single === 'string' && /^\w+$/.test(single))
      add([single], `test unique on ${single}`);
  }
  for (const constraint of properties.constraints) {
    if (constraint.type === 'unique' || constraint.type === 'primary_key')
      add(constraint.columns, `constraint ${constraint.type}`);
  }
  return keys;
}

/** A test that fails the build for every row that breaks it. */
export function holdsAlways(test: TestFacts): boolean {
  const { where, severity, enabled } = test.config;
  const isOff = enabled === false || enabled === 'false' || ('enabled' in test.config && enabled === undefined);
  return (
    where === undefined && !('where' in test.config) && !isOff && String(severity ?? 'error').toLowerCase() !== 'warn'
  );
}

/** `unique` of `unique`, `dbt.unique`. */
export function shortName(test: TestFacts): string {
  return test.name.slice(test.name.lastIndexOf('.') + 1);
}

const COMBINATION_TESTS = new Set([
  'unique_combination_of_columns',
  'expect_compound_columns_to_be_unique',
  'primary_key',
]);

function declaredColumn(entry: ColumnPropertyFacts, dialect: Dialect): OutputColumn {
  return withDeclaration(
    {
      name: entry.name,
      quoted: entry.quote,
      type: undefined,
      nullable: 'unknown',
      derivation: 'declared',
      origins: [],
      definedHere: false,
    },
    entry,
    dialect,
  );
}

function withDeclaration(column: OutputColumn, entry: ColumnPropertyFacts, dialect: Dialect): OutputColumn {
  const type = column.type ?? declaredType(entry, dialect);
  const notNull = notNullBecause(entry);
  if (type === column.type && notNull === undefined) return column;
  return {
    ...column,
    type,
    ...(notNull === undefined ? {} : { nullable: 'no' as Certainty, nullableBecause: notNull }),
  };
}

function declaredType(entry: ColumnPropertyFacts, dialect: Dialect): ColumnType | undefined {
  const family = entry.dataType === undefined ? undefined : typeFamilyOf(entry.dataType, dialect);
  return family === undefined ? undefined : { family, because: `data_type ${entry.dataType} in YAML` };
}

function notNullBecause(entry: ColumnPropertyFacts): string | undefined {
  if (entry.tests.some(test => shortName(test) === 'not_null' && holdsAlways(test)))
    return `test not_null on ${entry.name}`;
  const constraint = entry.constraints.find(one => one.type === 'not_null' || one.type === 'primary_key');
  return constraint && `constraint ${constraint.type} on ${entry.name}`;
}

function textsOf(value: PlainValue): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts = value.filter((one): one is string => typeof one === 'string');
  // A part that is an expression, or not known, makes a key of other columns than these.
  return texts.length === value.length && texts.every(one => /^["`[]?\w+["`\]]?$/.test(one))
    ? texts.map(one => one.replace(/["`[\]]/g, ''))
    : [];
}
