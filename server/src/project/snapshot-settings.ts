/** What a dbt snapshot's configuration says, in its old and new spellings. */

import type { PlainValue, RelationCall } from '../syntax/jinja/expansion.ts';
import type { CandidateKey, Certainty, OutputColumns } from './facts.ts';
import type { NodeConfig } from './node-config.ts';

export interface SnapshotSettings {
  /** Columns of `unique_key`; `undefined` when it is missing, an expression or not known. */
  readonly key: readonly string[] | undefined;
  readonly columns: SnapshotColumns;
  /** `dbt_valid_to_current` as written: the end of current versions, an SQL expression. `undefined`: NULL. */
  readonly openEnd: string | undefined;
  /** False when Jinja computed something that nobody knows. */
  readonly isOpenEndKnown: boolean;
  readonly hardDeletes: 'ignore' | 'invalidate' | 'new_record' | undefined;
}

/** Names of the columns that dbt adds. */
export interface SnapshotColumns {
  readonly validFrom: string;
  readonly validTo: string;
  readonly scdId: string;
  readonly updatedAt: string;
  readonly isDeleted: string;
}

export function snapshotSettings(config: NodeConfig): SnapshotSettings {
  const openEnd = config['dbt_valid_to_current'];
  return {
    key: plainColumns(config['unique_key']),
    columns: snapshotColumns(config['snapshot_meta_column_names']),
    openEnd: typeof openEnd === 'string' && openEnd.trim() !== '' ? openEnd.trim() : undefined,
    isOpenEndKnown: !('dbt_valid_to_current' in config) || openEnd === null || typeof openEnd === 'string',
    hardDeletes: hardDeletes(config),
  };
}

/** The plain column names in a `unique_key`: one name, or a list of them. */
export function plainColumns(key: PlainValue): readonly string[] | undefined {
  const parts = Array.isArray(key) ? (key as readonly PlainValue[]) : [key];
  const names = parts.flatMap(one => (typeof one === 'string' && /^\s*["`[]?\w+["`\]]?\s*$/.test(one) ? [one] : []));
  return names.length === parts.length && names.length > 0
    ? names.map(one => one.replace(/["`[\]\s]/g, ''))
    : undefined;
}

/** What a YAML snapshot's `relation` names: `ref('x')`, `source('a', 'b')`, in Jinja or plain. */
export function snapshotRelation(
  relation: PlainValue,
): Pick<RelationCall, 'kind' | 'package' | 'source' | 'name' | 'version'> | undefined {
  if (typeof relation !== 'string') return undefined;
  const match = /^\s*(?:\{\{-?)?\s*(ref|source)\s*\(\s*(["'])([^"']+)\2\s*(?:,\s*(["'])([^"']+)\4\s*)?\)/.exec(
    relation,
  );
  const [, kind, , first, , second] = match ?? [];
  if (first === undefined) return undefined;
  if (kind === 'source') return second === undefined ? undefined : { kind: 'source', source: first, name: second };
  return second === undefined ? { kind: 'ref', name: first } : { kind: 'ref', package: first, name: second };
}

/** The columns a snapshot delivers: those it selects and those dbt adds. */
export function withSnapshotColumns(
  base: OutputColumns,
  { columns, openEnd, isOpenEndKnown, hardDeletes }: SnapshotSettings,
): OutputColumns {
  const own = (name: string, family: 'text' | 'timestamp', nullable: Certainty, because = 'written by dbt snapshot') =>
    ({
      name,
      quoted: false,
      type: { family, because: 'added by dbt snapshot' },
      nullable,
      ...(nullable === 'unknown' ? {} : { nullableBecause: because }),
      derivation: 'transform',
      origins: [],
      definedHere: false,
    }) as const;
  const end: Certainty = openEnd !== undefined ? 'no' : isOpenEndKnown ? 'yes' : 'unknown';
  return {
    columns: [
      ...base.columns,
      own(columns.scdId, 'text', 'no'),
      own(columns.updatedAt, 'timestamp', 'no'),
      own(columns.validFrom, 'timestamp', 'no'),
      own(columns.validTo, 'timestamp', end, end === 'yes' ? 'the current version has no end' : undefined),
      ...(hardDeletes === 'new_record' ? [own(columns.isDeleted, 'text', 'no')] : []),
    ],
    isComplete: base.isComplete && hardDeletes !== undefined,
  };
}

/** One row per version: by dbt's own key, and by what it is made of. Keys of what is snapshotted hold no longer. */
export function snapshotKeys({ key, columns }: SnapshotSettings): readonly CandidateKey[] {
  const proved = (names: readonly string[]): CandidateKey => ({
    columns: [...new Set(names.map(one => one.toLowerCase()))].sort(),
    because: 'dbt snapshot',
    by: 'proved',
  });
  return [proved([columns.scdId]), ...(key ? [proved([...key, columns.validFrom])] : [])];
}

function snapshotColumns(names: PlainValue): SnapshotColumns {
  const given = typeof names === 'object' && names !== null && !Array.isArray(names) ? names : {};
  const nameOf = (key: string): string => {
    const name = (given as { readonly [key: string]: PlainValue })[key];
    return typeof name === 'string' && name !== '' ? name : key;
  };
  return {
    validFrom: nameOf('dbt_valid_from'),
    validTo: nameOf('dbt_valid_to'),
    scdId: nameOf('dbt_scd_id'),
    updatedAt: nameOf('dbt_updated_at'),
    isDeleted: nameOf('dbt_is_deleted'),
  };
}

function hardDeletes(config: NodeConfig): SnapshotSettings['hardDeletes'] {
  const value = config['hard_deletes'];
  if (value === 'ignore' || value === 'invalidate' || value === 'new_record') return value;
  if ('hard_deletes' in config) return undefined;
  const old = config['invalidate_hard_deletes'];
  if (old === true || old === 'true') return 'invalidate';
  return 'invalidate_hard_deletes' in config && old !== false && old !== 'false' ? undefined : 'ignore';
}
