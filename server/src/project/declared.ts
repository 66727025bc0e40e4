/** What YAML declares of a node's columns, joined with what its SQL shows. */

import type { Dialect } from '../syntax/sql/dialect.ts';
import { lowerCase } from '../syntax/sql/names.ts';
import type {
  Certainty,
  ColumnPropertyFacts,
  ColumnType,
  OutputColumn,
  OutputColumns,
  PropertyFacts,
  TestFacts,
} from './facts.ts';
import { shareIndex } from './infer/names.ts';
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
  const byName = new Map<string, ColumnPropertyFacts>();
  for (const one of properties?.columns ?? []) {
    if (mayDeclare(one)) byName.set(lowerCase(one.name), one);
    // Of a name that stands twice the last counts.
    else if (byName.size > 0) byName.delete(lowerCase(one.name));
  }
  if (byName.size === 0) return base;
  const columns = base.columns.map(column => {
    const entry = byName.get(lowerCase(column.name));
    return entry ? withDeclaration(column, entry, dialect) : column;
  });
  shareIndex(base.columns, columns);
  return { columns, isComplete: base.isComplete };
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
export function shortName({ name }: TestFacts): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(dot + 1);
}

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

/** Most entries only describe. */
function mayDeclare({ dataType, tests, constraints }: ColumnPropertyFacts): boolean {
  return dataType !== undefined || tests.length > 0 || constraints.length > 0;
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
