/** Which patterns the names of a project's columns follow, by kind: whatever they are, in the order of their use. */

import { compileTemplate } from '../../config/name-template.ts';
import { COLUMN_STYLES, PRESETS } from '../../config/presets.ts';
import type { ColumnSlot } from '../../project/conventions.ts';

/** What names follow together. */
export interface Followed {
  readonly patterns: readonly string[];
  readonly following: number;
  readonly total: number;
  /** Names that follow none. */
  readonly exceptions: readonly string[];
}

/** Patterns beside those of the presets that are tried first. */
const MORE: { readonly [S in ColumnSlot]?: readonly string[] } = {
  boolean: [
    '<state>_ind',
    '<state>_indicator',
    '<state>_yn',
    '<state>_bool',
    'in_<state>',
    'allows_<thing>',
    'needs_<thing>',
  ],
  timestamp: [
    '<event>_dttm',
    '<event>_tstamp',
    '<event>_at_utc',
    '<event>_timestamp_utc',
    '<event>_utc',
    'timestamp',
    'ts',
  ],
  date: ['<event>_on', '<event>_dt'],
  key: ['<entity>_guid', '<entity>_hk', '<entity>_nk', '<entity>_bk', '<entity>_code', '<entity>_number'],
  surrogate_key: ['<entity>_sk', '<entity>_pk', '<entity>_hk', '<entity>_hash', '<entity>_id'],
  count: ['<thing>_cnt', '<thing>_number', 'number_of_<thing>', 'unique_<thing>', 'distinct_<thing>'],
  amount: ['<thing>_paid', '<thing>_cost', '<thing>_revenue', '<thing>_eur', '<thing>_gbp', '<thing>_cents'],
  ratio: ['<thing>_percent', '<thing>_percentage', '<thing>_share'],
};

/** A pattern is worth naming when it adds this share of the names, and more than one. */
const WORTH = 0.04;
/** The same for a last word of names that is known for no kind. */
const WORTH_OF_ANY_WORD = 0.2;
const MAX_PATTERNS = 12;

/** `names` are distinct and in lower case. */
export function surveyColumns(slot: ColumnSlot, names: readonly string[]): Followed {
  const known = new Set([
    ...(PRESETS.kimball.columns[slot] ?? []),
    ...(COLUMN_STYLES[slot] ?? []).flat(),
    ...(MORE[slot] ?? []),
  ]);
  // Of few names in all, each pattern that somebody would expect counts.
  const least = Math.min(Math.max(2, names.length * WORTH), Math.max(1, names.length / 4));
  return follow(names, [
    ...[...known].map(pattern => ({ pattern, least })),
    ...lastWords(names).map(pattern => ({ pattern, least: Math.max(4, names.length * WORTH_OF_ANY_WORD) })),
  ]);
}

/** Patterns by the last word of names. */
function lastWords(names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap(name => /^[a-z0-9_]+_([a-z]+)$/.exec(name)?.[1] ?? []))].map(
    word => `<thing>_${word}`,
  );
}

/** Takes the pattern that covers most of what is left, as long as it covers enough. */
export function follow(
  names: readonly string[],
  candidates: readonly { readonly pattern: string; readonly least: number }[],
): Followed {
  const templates = candidates.flatMap(({ pattern, least }) => {
    const compiled = compileTemplate(pattern);
    if ('problem' in compiled) return [];
    return [{ pattern, least, matched: new Set(names.filter(name => compiled.template.match(name))) }];
  });
  const left = new Set(names);
  const patterns: string[] = [];
  while (patterns.length < MAX_PATTERNS && left.size > 0) {
    let best: { readonly pattern: string; readonly covered: readonly string[] } | undefined;
    for (const { pattern, least, matched } of templates) {
      const covered = [...matched].filter(name => left.has(name));
      if (covered.length >= least && covered.length > (best?.covered.length ?? 0)) best = { pattern, covered };
    }
    if (!best) break;
    patterns.push(best.pattern);
    for (const name of best.covered) left.delete(name);
  }
  return {
    patterns,
    following: names.length - left.size,
    total: names.length,
    exceptions: [...left].sort(),
  };
}
