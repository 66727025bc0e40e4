/** Pieces of YAML entries: columns with their tests, in the spelling of the project's dbt. */

import type { ColumnMeta, ModelMeta } from '../project/meaning-keys.ts';
import type { GeneratorContext } from './context.ts';
import type { YamlMapValue } from './properties.ts';
import { identifier, textOf } from './sql-style.ts';
import type { YamlValue } from './yaml-writer.ts';

export interface ColumnEntry {
  readonly name: string;
  readonly description: string;
  readonly tests?: readonly YamlValue[];
  readonly meta?: ColumnMeta;
}

export interface ModelEntry {
  readonly name: string;
  /** What one row is. */
  readonly description: string;
  readonly meta?: ModelMeta;
  readonly tests?: readonly (YamlValue | undefined)[];
  readonly columns: readonly ColumnEntry[];
}

export function modelEntry(entry: ModelEntry, context: GeneratorContext): YamlMapValue {
  const tests = (entry.tests ?? []).filter((test): test is YamlValue => test !== undefined);
  return {
    name: entry.name,
    description: entry.description,
    config: entry.meta === undefined ? undefined : { meta: { grainline: plain(entry.meta) } },
    [context.yaml.testsKey]: tests.length > 0 ? tests : undefined,
    columns: entry.columns.map(column => columnEntry(column, context)),
  };
}

export function columnEntry(column: ColumnEntry, context: GeneratorContext): YamlMapValue {
  const tests = column.tests ?? [];
  return {
    name: column.name,
    description: column.description,
    config: column.meta === undefined ? undefined : { meta: { grainline: plain(column.meta) } },
    [context.yaml.testsKey]: tests.length > 0 ? tests : undefined,
  };
}

/** A test with arguments, below `arguments:` where the project writes them so. */
export function testWith(
  name: string,
  args: YamlMapValue,
  context: GeneratorContext,
  config?: YamlMapValue,
): YamlValue {
  const given = Object.keys(args).length === 0 ? {} : context.yaml.nestedArguments ? { arguments: args } : args;
  return { [name]: { ...given, ...(config === undefined ? {} : { config }) } };
}

export function referenceTest(to: string, field: string, context: GeneratorContext): YamlValue {
  return testWith('relationships', { to: `ref('${to}')`, field }, context);
}

/** Several columns are unique together: with the test of dbt_utils, where it is installed. */
export function combinationTest(
  columns: readonly string[],
  context: GeneratorContext,
  config?: YamlMapValue,
): YamlValue | undefined {
  if (columns.length < 2 || !context.packages.includes('dbt_utils')) return undefined;
  return testWith('dbt_utils.unique_combination_of_columns', { combination_of_columns: columns }, context, config);
}

/**
 * The same with dbt's own test, over one text of the columns, where dbt_utils is not installed: for models that have no
 * column of their own to test.
 */
export function keyTest(
  columns: readonly string[],
  context: GeneratorContext,
  config?: YamlMapValue,
): YamlValue | undefined {
  if (columns.length < 2 || context.packages.includes('dbt_utils')) return combinationTest(columns, context, config);
  const text = textOf(
    columns.map(column => identifier(column, context.dialect)),
    context.dialect,
  );
  return testWith('unique', { column_name: text }, context, config);
}

/** `unique` among rows for which a condition holds. */
export function uniqueWhere(where: string, context: GeneratorContext): YamlValue {
  return testWith('unique', {}, context, { where });
}

/** `a, b and c` */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One name by itself, several as a list. */
export function oneOrMore(names: readonly string[]): YamlValue {
  return names.length === 1 ? (names[0] as string) : names;
}

function plain(meta: ModelMeta | ColumnMeta): YamlMapValue {
  return Object.fromEntries(
    Object.entries(meta).map(([key, value]): [string, YamlValue | undefined] => [
      key,
      // A list of one is written as the one, but for the grain, which is a list by nature.
      Array.isArray(value) && key !== 'grain'
        ? oneOrMore(value as readonly string[])
        : (value as YamlValue | undefined),
    ]),
  );
}
