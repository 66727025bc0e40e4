/** Macros of dbt and of packages that are not installed, written by us to the same effect; parsed once, when first asked for. */

import { parseTemplate } from '../parse-template.ts';
import type { MacroStatement } from '../tree.ts';

/** Texts of each package. */
const SOURCES: { readonly [packageName: string]: readonly string[] } = { dbt: [] };

const parsed = new Map<string, ReadonlyMap<string, MacroStatement>>();

export function hasStandIns(packageName: string): boolean {
  return Object.hasOwn(SOURCES, packageName);
}

export function findStandIn(packageName: string, name: string): MacroStatement | undefined {
  if (!hasStandIns(packageName)) return undefined;
  let macros = parsed.get(packageName);
  if (!macros) {
    const found = new Map<string, MacroStatement>();
    for (const text of SOURCES[packageName] ?? []) {
      for (const macro of parseTemplate(text, `stand-in:${packageName}`).value.macros) found.set(macro.name, macro);
    }
    macros = found;
    parsed.set(packageName, macros);
  }
  return macros.get(name);
}
