/** Which names tell that a column begins a version, ends it, or marks the current one. A name alone proves nothing. */

import type { Config } from '../config/config.ts';
import { lowerCase } from '../syntax/sql/names.ts';

export type ValidityRole = 'start' | 'end' | 'current';

/**
 * `clear`: people give this name to nothing but the validity of a version (`valid_from`, `effective_to`, `is_current`).
 * `plain`: they give it to other things too (`start_date`, `expiry_date`).
 */
export type Clarity = 'clear' | 'plain';

export interface NamedRole {
  readonly role: ValidityRole;
  readonly clarity: Clarity;
}

const MAX_ANSWERS = 20_000;

/** `null`: none, as for most names. */
const answers = new WeakMap<Config['validity'], Map<string, NamedRole | null>>();

/** What the name may stand for, by the project's own list and by usage. Remembered: models share most of their names. */
export function validityRole(name: string, validity: Config['validity']): NamedRole | undefined {
  let known = answers.get(validity);
  if (known === undefined) {
    known = new Map();
    answers.set(validity, known);
  }
  const lower = lowerCase(name);
  const answer = known.get(lower);
  if (answer !== undefined) return answer ?? undefined;
  const found = findRole(lower, validity);
  if (known.size >= MAX_ANSWERS) known.clear();
  known.set(lower, found ?? null);
  return found;
}

function findRole(lower: string, validity: Config['validity']): NamedRole | undefined {
  for (const [role, clear, plain] of PATTERNS) {
    if (clear.test(lower)) return { role, clarity: 'clear' };
    if (plain.test(lower)) return { role, clarity: 'plain' };
  }
  const isListed = (names: readonly string[]): boolean => names.some(one => one.toLowerCase() === lower);
  if (isListed(validity.validFrom)) return { role: 'start', clarity: 'clear' };
  if (isListed(validity.validTo)) return { role: 'end', clarity: 'clear' };
  if (isListed(validity.isCurrent)) return { role: 'current', clarity: 'clear' };
  return undefined;
}

/** The column that plays the role, by its name alone; a clear name wins. */
export function nameInRole(
  columns: readonly { readonly name: string }[],
  role: ValidityRole,
  validity: Config['validity'],
): string | undefined {
  let plain: string | undefined;
  for (const { name } of columns) {
    const found = validityRole(name, validity);
    if (found?.role !== role) continue;
    if (found.clarity === 'clear') return name;
    plain ??= name;
  }
  return plain;
}

/** Not behind the name of a thing: `feed_valid_from` and `license_end_date` are about the feed and the license. */
const OWNER = '^_?(?:dbt_|scd_|row_|record_|version_)?';
const UNIT = '(?:_(?:at|on|ts|dt|date|datetime|timestamp|time|day|utc))*$';

const PATTERNS: readonly (readonly [ValidityRole, RegExp, RegExp])[] = [
  [
    'start',
    new RegExp(`${OWNER}(?:valid|validity|effective|eff)_(?:from|since|start|begin)${UNIT}`),
    new RegExp(`${OWNER}(?:start|started|begin|effective|from)${UNIT}`),
  ],
  [
    'end',
    new RegExp(`${OWNER}(?:valid|validity|effective|eff)_(?:to|until|till|thru|through|end)${UNIT}`),
    new RegExp(`${OWNER}(?:end|ended|expiry|expiration|expires|expired|to|until)${UNIT}`),
  ],
  [
    'current',
    /^_?(?:dbt_|scd_|row_|record_|version_)?(?:is_current(?:_(?:row|record|version|flag))?|current_(?:row|record|version)?_?(?:flag|indicator|ind))$/,
    /^_?(?:is_latest(?:_(?:row|record|version))?|is_active_(?:row|record|version)|latest_flag)$/,
  ],
];
