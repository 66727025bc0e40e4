/** Macros of dbt and of packages that are not installed, written by us to the same effect; parsed once, when first asked for. */

import { parseTemplate } from '../parse-template.ts';
import type { MacroStatement } from '../tree.ts';
import { DBT_DATE } from './dbt-date.ts';
import { DBT_DATES } from './dbt-dates.ts';
import { DBT_NAMES } from './dbt-names.ts';
import { DBT_TEXT } from './dbt-text.ts';
import { DBT_TYPES } from './dbt-types.ts';
import { DBT_UTILS } from './dbt-utils.ts';
import { FIVETRAN_UTILS } from './fivetran-utils.ts';

/** Texts of each package. */
const SOURCES: { readonly [packageName: string]: readonly string[] } = {
  dbt: [DBT_TYPES, DBT_DATES, DBT_TEXT, DBT_NAMES],
  dbt_utils: [DBT_UTILS],
  dbt_date: [DBT_DATE],
  fivetran_utils: [FIVETRAN_UTILS],
};

/** Before version 1 of dbt_utils, dbt's macros for all warehouses were part of it. */
const OLD_HOME_OF_DBT = 'dbt_utils';

const parsed = new Map<string, ReadonlyMap<string, MacroStatement>>();

export function hasStandIns(packageName: string): boolean {
  return Object.hasOwn(SOURCES, packageName);
}

/** The macro of exactly this name. */
export function findStandIn(packageName: string, name: string): MacroStatement | undefined {
  if (!hasStandIns(packageName)) return undefined;
  return macrosOf(packageName).get(name);
}

/**
 * Where `package.name` is dispatched by adapter: macros that exist only as `default__name` and its like need no entry of
 * their own. The package whose macro answers, or nothing.
 */
export function dispatchHome(packageName: string, name: string): string | undefined {
  if (!hasStandIns(packageName)) return undefined;
  if (macrosOf(packageName).has(`default__${name}`)) return packageName;
  return packageName === OLD_HOME_OF_DBT && macrosOf('dbt').has(`default__${name}`) ? 'dbt' : undefined;
}

/** Names of a package's stand-ins as they are called, for completion. */
export function standInNames(packageName: string): readonly string[] {
  if (!hasStandIns(packageName)) return [];
  const names = [...macrosOf(packageName).keys()].filter(name => !name.startsWith('_'));
  return [...new Set(names.map(name => name.replace(/^default__/, '')).filter(name => !name.includes('__')))];
}

function macrosOf(packageName: string): ReadonlyMap<string, MacroStatement> {
  let macros = parsed.get(packageName);
  if (!macros) {
    const found = new Map<string, MacroStatement>();
    for (const text of SOURCES[packageName] ?? []) {
      for (const macro of parseTemplate(text, `stand-in:${packageName}`).value.macros) found.set(macro.name, macro);
    }
    macros = found;
    parsed.set(packageName, macros);
  }
  return macros;
}
